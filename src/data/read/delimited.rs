//! Rows with a one-byte delimiter between cells, and quotes around cells that contain it.

use std::io::{self, BufRead, Read};

use super::super::error::DataError;
use super::row::{Row, Rows};
use super::{Source, text};

/// Marker inserted after the quote that opens a cell. Text contains no zero byte: [`text::stream`] refuses it.
const QUOTED: u8 = 0;

/// The delimiter: tab, semicolon, comma or `|`, the first of these that occurs outside quotes in the line.
pub(super) fn delimiter(line: &[u8]) -> u8 {
    [b'\t', b';', b',', b'|'].into_iter().find(|&d| cells(line, d) > 1).unwrap_or(b',')
}

/// Number of cells of a line, counting delimiters outside quotes.
pub(super) fn cells(line: &[u8], delimiter: u8) -> usize {
    let mut inside = false;
    let between = |&&b: &&u8| {
        inside ^= b == b'"';
        !inside && b == delimiter
    };
    1 + line.iter().filter(between).count()
}

/// How the lines of a table are split.
#[derive(Debug, Clone, Copy)]
pub(super) struct Layout {
    /// The byte between cells.
    pub delimiter: u8,
    /// Whether lines that begin with `#` are comments.
    pub comments: bool,
}

/// The rows of a table.
pub(super) fn rows(source: &Source, layout: Layout) -> Result<Box<dyn Rows>, DataError> {
    Ok(Box::new(Delimited::new(source, layout)?))
}

struct Delimited {
    records: csv::Reader<Marked>,
    record: csv::ByteRecord,
    name: String,
}

impl Delimited {
    fn new(source: &Source, Layout { delimiter, comments }: Layout) -> Result<Self, DataError> {
        let inner = text::stream(source)?;
        let marked = Marked { inner, delimiter, inside: false, before: b'\n', ready: Vec::new(), at: 0 };
        let records = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter)
            .comment(comments.then_some(b'#'))
            .from_reader(marked);
        Ok(Self { records, record: csv::ByteRecord::new(), name: source.name.clone() })
    }
}

impl Rows for Delimited {
    fn next(&mut self, row: &mut Row) -> Result<bool, DataError> {
        let read = self.records.read_byte_record(&mut self.record);
        if !read.map_err(|e| text::unreadable(&self.name, &e))? {
            return Ok(false);
        }
        row.clear(self.record.position().map_or(0, csv::Position::line));
        for field in &self.record {
            match field.split_first() {
                Some((&QUOTED, rest)) => row.push(rest, true),
                _ => row.push(field, false),
            }
        }
        Ok(true)
    }
}

/// Text with a marker after each quote that opens a cell, and with `""` in each blank line, which the parser would
/// skip otherwise.
struct Marked {
    inner: Box<dyn BufRead>,
    delimiter: u8,
    /// Whether the next byte is between quotes.
    inside: bool,
    before: u8,
    ready: Vec<u8>,
    at: usize,
}

impl Read for Marked {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.at == self.ready.len() {
            self.ready.clear();
            self.at = 0;
            let Self { inner, ready, inside, before, delimiter, .. } = self;
            let new = inner.fill_buf()?;
            let count = new.len();
            for &byte in new {
                let line_start = matches!(*before, b'\n' | b'\r');
                match byte {
                    b'"' => {
                        let opens = !*inside && (line_start || *before == *delimiter);
                        *inside = !*inside;
                        ready.push(byte);
                        if opens {
                            ready.push(QUOTED);
                        }
                    }
                    b'\n' if *before == b'\r' && !*inside => ready.push(byte),
                    b'\n' | b'\r' if line_start && !*inside => ready.extend([b'"', b'"', byte]),
                    _ => ready.push(byte),
                }
                *before = byte;
            }
            inner.consume(count);
        }
        let rest = self.ready.get(self.at..).unwrap_or_default();
        let count = rest.len().min(buffer.len());
        if let (Some(to), Some(from)) = (buffer.get_mut(..count), rest.get(..count)) {
            to.copy_from_slice(from);
        }
        self.at += count;
        Ok(count)
    }
}
