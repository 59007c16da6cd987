//! Metadata and page headers of Parquet files, checked before the library decodes them: pages that claim to hold or to
//! unpack to more than their bytes can are refused before memory is allocated.

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use ::parquet::basic::Compression;
use ::parquet::errors::{ParquetError, Result};
use ::parquet::file::metadata::{ColumnChunkMetaData, ParquetMetaData};
use ::parquet::file::reader::{ChunkReader, Length};
use bytes::Bytes;

use super::thrift;
use crate::outside::memory;

/// A Parquet file whose page headers are checked when they are reached.
pub(super) struct Pages {
    file: File,
    columns: Arc<OnceLock<Vec<Chunk>>>,
}

/// Column chunks of a file, known once its footer is read.
pub(super) struct Columns(Arc<OnceLock<Vec<Chunk>>>);

/// A column in a row group.
struct Chunk {
    /// Its bytes in the file.
    bytes: Range<u64>,
    /// Number of values, missing ones included.
    values: u64,
    /// Maximum compression ratio of its codec; `None` if it is not compressed, where only the packed size is used.
    ratio: Option<u64>,
}

impl Pages {
    /// # Errors
    /// What is wrong with the metadata of the file, which is `length` bytes long.
    pub fn new(mut file: File, length: u64) -> Result<(Self, Columns)> {
        let mut end = [0; 8];
        let Some(tail) = length.checked_sub(8) else {
            return Err(general("it is too short".into()));
        };
        file.seek(SeekFrom::Start(tail))?;
        file.read_exact(&mut end)?;
        // Files that end otherwise are refused by the library.
        if let ([a, b, c, d], b"PAR1") = (&end[..4], &end[4..]) {
            let bytes = u64::from(u32::from_le_bytes([*a, *b, *c, *d]));
            let start = tail
                .checked_sub(bytes)
                .ok_or_else(|| general(format!("its metadata claims {bytes} bytes")))?;
            file.seek(SeekFrom::Start(start))?;
            thrift::file(BufReader::new(&file), bytes).map_err(general)?;
        }
        let columns = Arc::new(OnceLock::new());
        Ok((Self { file, columns: columns.clone() }, Columns(columns)))
    }

    /// Checks the page whose header starts at `start`.
    fn check(&self, start: u64, chunk: &Chunk) -> Result<()> {
        let mut file = self.file.try_clone()?;
        file.seek(SeekFrom::Start(start))?;
        let left = chunk.bytes.end - start;
        let page = thrift::page(BufReader::new(file), left).map_err(general)?;
        let thrift::Page { header, unpacked, packed, values } = page;
        if header.saturating_add(packed) > left {
            return Err(general(format!("a page of {packed} bytes in a column with {left} left")));
        }
        if values > chunk.values {
            return Err(general(format!("a page of {values} values in a column of {}", chunk.values)));
        }
        if let Some(ratio) = chunk.ratio {
            if unpacked > packed.saturating_mul(ratio).saturating_add(64) {
                return Err(general(format!("a page of {packed} bytes claims to unpack to {unpacked}")));
            }
            memory::fits(unpacked)
                .map_err(|why| general(format!("a page of {unpacked} bytes, which {why}")))?;
        }
        Ok(())
    }
}

fn general(what: String) -> ParquetError {
    ParquetError::General(what)
}

impl Columns {
    /// Checks every page from here on by what the footer states of its column. No two columns of a file share bytes, so
    /// that all pages together unpack to no more than the file can.
    ///
    /// # Errors
    /// What is wrong with the columns in a file of `length` bytes.
    pub fn set(&self, about: &ParquetMetaData, length: u64) -> std::result::Result<(), String> {
        let columns = about.row_groups().iter().flat_map(|group| group.columns());
        let chunks = columns.map(chunk).collect::<Option<Vec<Chunk>>>();
        let chunks = chunks.ok_or("one of its columns has a negative size")?;
        let all = chunks.iter().map(|chunk| chunk.bytes.end - chunk.bytes.start).fold(0, u64::saturating_add);
        // Set twice, it keeps the first.
        let _ = self.0.set(chunks);
        if all > length { Err(format!("its columns have {all} bytes, and it has {length}")) } else { Ok(()) }
    }
}

/// The chunk that a footer describes; `None` if one of its sizes is negative.
fn chunk(column: &ColumnChunkMetaData) -> Option<Chunk> {
    let size = |value: i64| u64::try_from(value).ok();
    let start = match column.dictionary_page_offset() {
        Some(start) => size(start)?,
        None => size(column.data_page_offset())?,
    };
    let length = size(column.compressed_size())?;
    Some(Chunk {
        bytes: start..start.saturating_add(length),
        values: size(column.num_values())?,
        ratio: ratio(column.compression()),
    })
}

/// Maximum compression ratio of a codec.
const fn ratio(codec: Compression) -> Option<u64> {
    match codec {
        Compression::UNCOMPRESSED => None,
        // A copy of 64 bytes takes 3.
        Compression::SNAPPY => Some(22),
        // A match of 258 bytes takes 2 bits.
        Compression::GZIP(_) => Some(1032),
        // Each further length byte adds 255.
        Compression::LZ4 | Compression::LZ4_RAW => Some(255),
        // A block of 128 KiB takes 4 bytes.
        Compression::ZSTD(_) | Compression::BROTLI(_) | Compression::LZO => Some(1 << 15),
    }
}

impl Length for Pages {
    fn len(&self) -> u64 {
        self.file.len()
    }
}

impl ChunkReader for Pages {
    type T = BufReader<File>;

    /// The file from `start` on. The library reads from the start of a page header, never from inside one.
    fn get_read(&self, start: u64) -> Result<Self::T> {
        let known = self.columns.get().into_iter().flatten();
        for chunk in known.filter(|chunk| chunk.bytes.contains(&start)) {
            self.check(start, chunk)?;
        }
        let mut file = self.file.try_clone()?;
        file.seek(SeekFrom::Start(start))?;
        Ok(BufReader::new(file))
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        let end = start.saturating_add(length as u64);
        if end > self.file.len() {
            return Err(general(format!("{length} bytes at {start} in a file of {}", self.file.len())));
        }
        self.file.get_bytes(start, length)
    }
}
