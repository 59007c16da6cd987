//! Messages of an Arrow file or stream; each is checked against the file's length before memory is allocated for it.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_buffer::Buffer;
use arrow_ipc::convert::try_fb_to_schema;
use arrow_ipc::reader::{FileDecoder, StreamDecoder};
use arrow_ipc::{
    Block, Buffer as Place, CompressionType, Message, RecordBatch as Header, root_as_footer, root_as_message,
};
use arrow_schema::Schema;

use super::super::super::error::DataError;
use super::super::{Source, open};
use crate::outside::memory;

/// Magic bytes at the start and end of a file; streams have none.
const MAGIC: &[u8] = b"ARROW1";
/// Bytes before the first message of a file.
const BEFORE: u64 = 8;
/// Length of the footer's size field and the magic bytes.
const AFTER: u64 = 10;
/// The marker before the length of a message.
const CONTINUATION: [u8; 4] = [0xff; 4];
/// Maximum size of a message without its body, in bytes.
const LARGEST: u64 = 1 << 30;

/// The messages of one file, in order.
pub(super) struct Messages {
    file: BufReader<File>,
    /// Bytes remaining in a stream.
    left: u64,
    /// Whether the end-of-stream marker was read.
    ended: bool,
    decoder: Decoder,
    name: String,
}

enum Decoder {
    Stream(StreamDecoder),
    /// A file whose footer gives the positions of dictionaries and record batches.
    File {
        decoder: FileDecoder,
        blocks: VecDeque<(Block, Holds)>,
    },
}

#[derive(Clone, Copy, PartialEq)]
enum Holds {
    Dictionary,
    Rows,
}

/// A message with its body.
struct Whole {
    bytes: Vec<u8>,
    /// Range of the message in the buffer.
    head: std::ops::Range<usize>,
}

impl Messages {
    /// Opens a file and reads its schema.
    ///
    /// # Errors
    /// One sentence about a file that is neither a file nor a stream of Arrow, or is truncated.
    pub fn new(source: &Source) -> Result<(Self, Schema), DataError> {
        let name = source.name.clone();
        let (file, length) = open(&source.path, &name)?;
        let decoder = Decoder::Stream(StreamDecoder::new());
        let mut messages = Self { file: BufReader::new(file), left: length, ended: false, decoder, name };
        let mut begin = [0; 6];
        let read = messages.file.read(&mut begin).map_err(|e| messages.damaged(&e.to_string()))?;
        if begin.get(..read) == Some(MAGIC) {
            let schema = messages.footer(length)?;
            return Ok((messages, schema));
        }
        if begin.starts_with(b"FEA1") {
            let line = super::super::python::line(super::super::python::FEATHER_V1, &messages.name);
            let problem = format!("is a Feather file of version 1, which is not read; in Python: {line}");
            return Err(messages.bad(&problem));
        }
        messages.seek(SeekFrom::Start(0))?;
        let not = || messages_error(&source.name, "is no Arrow file or stream (it has no schema)");
        let first = messages.next_message()?.ok_or_else(not)?;
        let schema = {
            let message = first.message().ok_or_else(not)?;
            let schema = message.header_as_schema().ok_or_else(not)?;
            try_fb_to_schema(schema).map_err(|e| messages.undecoded(&e.to_string()))?
        };
        messages.decode(first)?;
        Ok((messages, schema))
    }

    /// Reads the footer: the schema, and the positions of the messages.
    fn footer(&mut self, length: u64) -> Result<Schema, DataError> {
        if length < BEFORE + AFTER {
            return Err(self.damaged("it is cut short"));
        }
        let mut end = [0; AFTER as usize];
        self.seek(SeekFrom::End(-(AFTER as i64)))?;
        self.file.read_exact(&mut end).map_err(|e| self.damaged(&e.to_string()))?;
        let (size, magic) = end.split_at(4);
        let size = u64::from(size.try_into().map_or(0, u32::from_le_bytes));
        if magic != MAGIC || size > length - BEFORE - AFTER {
            return Err(self.damaged("it is cut short"));
        }
        self.seek(SeekFrom::End(-((AFTER + size) as i64)))?;
        let mut footer = Vec::new();
        self.take(size, &mut footer)?;
        let footer = root_as_footer(&footer).map_err(|e| self.damaged(&e.to_string()))?;
        let schema = footer.schema().ok_or_else(|| self.damaged("it has no schema"))?;
        let schema = try_fb_to_schema(schema).map_err(|e| self.undecoded(&e.to_string()))?;
        let dictionaries = footer.dictionaries().into_iter().flatten().map(|b| (*b, Holds::Dictionary));
        let rows = footer.recordBatches().into_iter().flatten().map(|b| (*b, Holds::Rows));
        let decoder = FileDecoder::new(Arc::new(schema.clone()), footer.version());
        self.decoder = Decoder::File { decoder, blocks: dictionaries.chain(rows).collect() };
        self.left = length - AFTER - size;
        Ok(schema)
    }

    pub const fn is_stream(&self) -> bool {
        matches!(self.decoder, Decoder::Stream(_))
    }

    fn seek(&mut self, to: SeekFrom) -> Result<u64, DataError> {
        let found = self.file.seek(to);
        found.map_err(|e| self.damaged(&e.to_string()))
    }

    /// The next record batch.
    ///
    /// # Errors
    /// One sentence about a damaged file.
    pub fn next_batch(&mut self) -> Result<Option<RecordBatch>, DataError> {
        if matches!(self.decoder, Decoder::File { .. }) {
            return self.next_block();
        }
        while let Some(message) = self.next_message()? {
            if let Some(batch) = self.decode(message)? {
                return Ok(Some(batch));
            }
        }
        Ok(None)
    }

    /// The next record batch of a file, after the dictionaries it needs.
    fn next_block(&mut self) -> Result<Option<RecordBatch>, DataError> {
        loop {
            let next = match &mut self.decoder {
                Decoder::File { blocks, .. } => blocks.pop_front(),
                Decoder::Stream(_) => None,
            };
            let Some((block, holds)) = next else { return Ok(None) };
            let buffer = Buffer::from_vec(self.block(block)?.bytes);
            let Decoder::File { decoder, .. } = &mut self.decoder else { return Ok(None) };
            let found = match holds {
                Holds::Dictionary => decoder.read_dictionary(&block, &buffer).map(|()| None),
                Holds::Rows => decoder.read_record_batch(&block, &buffer),
            };
            let found = found.map_err(|e| self.undecoded(&e.to_string()))?;
            match (found, holds) {
                (Some(batch), _) => return Ok(Some(batch)),
                (None, Holds::Rows) => return Err(self.damaged("a batch of rows is missing")),
                (None, Holds::Dictionary) => {}
            }
        }
    }

    /// A message of a file with its body.
    fn block(&mut self, block: Block) -> Result<Whole, DataError> {
        let size = |size: i64| u64::try_from(size).unwrap_or(u64::MAX);
        let (start, body) = (size(block.offset()), size(block.bodyLength()));
        let head = size(i64::from(block.metaDataLength()));
        if head < 8 || start.saturating_add(head).saturating_add(body) > self.left {
            return Err(self.damaged("it is cut short"));
        }
        self.seek(SeekFrom::Start(start))?;
        let mut bytes = Vec::new();
        self.take(head + body, &mut bytes)?;
        let before = if bytes.starts_with(&CONTINUATION) { 8 } else { 4 };
        let whole = Whole { bytes, head: before..head as usize };
        if whole.message().is_none() {
            return Err(self.damaged("a message is not readable"));
        }
        self.fits(&whole)?;
        Ok(whole)
    }

    fn decode(&mut self, message: Whole) -> Result<Option<RecordBatch>, DataError> {
        let mut buffer = Buffer::from_vec(message.bytes);
        let mut found = None;
        while !buffer.is_empty() {
            let Decoder::Stream(decoder) = &mut self.decoder else { return Ok(None) };
            let batch = decoder.decode(&mut buffer).map_err(|e| self.undecoded(&e.to_string()))?;
            found = batch.or(found);
        }
        Ok(found)
    }

    /// The next message of a stream.
    fn next_message(&mut self) -> Result<Option<Whole>, DataError> {
        let mut bytes = Vec::new();
        if self.left < 4 {
            return Ok(None);
        }
        self.advance(4, &mut bytes)?;
        if bytes.starts_with(&CONTINUATION) {
            self.advance(4, &mut bytes)?;
        }
        let start = bytes.len();
        let size = bytes.last_chunk().map_or(0, |size| u32::from_le_bytes(*size));
        if size == 0 {
            self.ended = true;
            return Ok(None);
        }
        let size = u64::from(size);
        if size > self.left || size > LARGEST {
            return Err(self.damaged("it is cut short"));
        }
        self.advance(size, &mut bytes)?;
        let head = start..bytes.len();
        let whole = Whole { bytes, head };
        let length = whole.message().ok_or_else(|| self.damaged("a message is not readable"))?.bodyLength();
        let length = u64::try_from(length).unwrap_or(u64::MAX);
        if length > self.left {
            return Err(self.damaged("it is cut short"));
        }
        let mut whole = whole;
        self.advance(length, &mut whole.bytes)?;
        self.fits(&whole)?;
        Ok(Some(whole))
    }

    /// Reads bytes of a stream.
    fn advance(&mut self, count: u64, to: &mut Vec<u8>) -> Result<(), DataError> {
        if count > self.left {
            return Err(self.damaged("it is cut short"));
        }
        self.left -= count;
        self.take(count, to)
    }

    fn take(&mut self, count: u64, to: &mut Vec<u8>) -> Result<(), DataError> {
        memory::fits(count)
            .map_err(|why| self.bad(&format!("holds a block of {count} bytes, which {why}")))?;
        let read = Read::by_ref(&mut self.file).take(count).read_to_end(to);
        let read = read.map_err(|e| self.damaged(&e.to_string()))?;
        if read as u64 == count { Ok(()) } else { Err(self.damaged("it is cut short")) }
    }

    /// Checks that memory suffices for the claimed uncompressed sizes of a message.
    fn fits(&self, whole: &Whole) -> Result<(), DataError> {
        let message = whole.message();
        let header = message.and_then(|message| {
            message.header_as_record_batch().or_else(|| message.header_as_dictionary_batch()?.data())
        });
        let Some(header) = header.filter(|header: &Header<'_>| header.compression().is_some()) else {
            return Ok(());
        };
        if header.compression().is_some_and(|c| c.codec().0 > CompressionType::ZSTD.0) {
            return Err(self.bad("is compressed in a way that is not read; accepted are lz4, zstd and none"));
        }
        let body = whole.bytes.get(whole.head.end..).unwrap_or_default();
        let size = |place: &Place| -> u64 {
            let start = usize::try_from(place.offset()).unwrap_or(usize::MAX);
            let first = body.get(start..).and_then(|bytes| bytes.first_chunk::<8>());
            first.map_or(0, |bytes| u64::try_from(i64::from_le_bytes(*bytes)).unwrap_or(0))
        };
        let total =
            header.buffers().into_iter().flatten().fold(0_u64, |sum, place| sum.saturating_add(size(place)));
        memory::fits(total).map_err(|why| self.bad(&format!("holds a batch of {total} bytes, which {why}")))
    }

    /// A note about a stream that ends without its end marker and may lack rows.
    pub fn end(&self) -> Option<String> {
        let without = matches!(self.decoder, Decoder::Stream(_)) && !self.ended;
        without.then(|| format!("{}: the stream has no mark of its end; rows may be missing", self.name))
    }

    /// Checks that memory suffices for so many more numbers.
    pub fn numbers_fit(&self, count: usize) -> Result<(), DataError> {
        super::super::memory::fits(&self.name, count as u64, super::super::memory::Reads::Gathered)
    }

    fn damaged(&self, why: &str) -> DataError {
        self.bad(&format!("is damaged ({})", first_line(why)))
    }

    /// A message that the library cannot decode.
    fn undecoded(&self, why: &str) -> DataError {
        self.bad(&format!(
            "is damaged, or has a column of a type that is not read ({}); accepted are numbers, texts and lists of numbers",
            first_line(why)
        ))
    }

    fn bad(&self, problem: &str) -> DataError {
        messages_error(&self.name, problem)
    }
}

fn first_line(why: &str) -> String {
    let why: String = why.lines().next().unwrap_or_default().chars().take(120).collect();
    crate::outside::text::plain(&why)
}

fn messages_error(name: &str, problem: &str) -> DataError {
    DataError::input(name, problem)
}

impl Whole {
    fn message(&self) -> Option<Message<'_>> {
        root_as_message(self.bytes.get(self.head.clone())?).ok()
    }
}
