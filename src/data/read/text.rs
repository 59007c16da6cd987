//! Text streams: decompressed, with lines of bounded length and without zero bytes.

use std::io::{self, BufRead, BufReader, Read};

use super::super::error::DataError;
use super::{Source, open};

/// Maximum line length in bytes.
const LONGEST_LINE: usize = 1 << 26;

/// The file's text from its beginning, decompressed if its name ends in `.gz`, without a byte-order mark.
pub(super) fn stream(source: &Source) -> Result<Box<dyn BufRead>, DataError> {
    let (file, length) = open(&source.path, &source.name)?;
    let packed = source.path.extension().is_some_and(|e| e.eq_ignore_ascii_case("gz"));
    let inner: Box<dyn Read> = if packed {
        Box::new(flate2::read::MultiGzDecoder::new(BufReader::new(file)))
    } else {
        // Data appended to the file while it is read is ignored.
        Box::new(file.take(length))
    };
    let inner = BufReader::with_capacity(1 << 16, inner);
    let mut reader = BufReader::with_capacity(1 << 16, Text { inner, line: 0 });
    let mark = reader.fill_buf().map_err(|e| unreadable(&source.name, &e))?.starts_with(b"\xef\xbb\xbf");
    if mark {
        reader.consume(3);
    }
    Ok(Box::new(reader))
}

pub(super) fn unreadable(name: &str, error: &dyn std::fmt::Display) -> DataError {
    DataError::input(name, format!("could not be read ({error})"))
}

/// A text stream: lines of bounded length ending in a line feed, no zero byte.
struct Text {
    inner: BufReader<Box<dyn Read>>,
    /// Bytes since the last line break.
    line: usize,
}

impl Read for Text {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        let new = buffer.get(..count).unwrap_or_default();
        if new.contains(&0) {
            let wide = new.starts_with(b"\xff\xfe") || new.starts_with(b"\xfe\xff");
            let why = match wide {
                true => "it is in UTF-16; accepted is UTF-8, which iconv -f UTF-16 -t UTF-8 writes",
                false => "it holds zero bytes; accepted are rows of text in UTF-8",
            };
            return Err(io::Error::other(why));
        }
        // Old spreadsheet programs end lines with a carriage return alone.
        if new.contains(&b'\r') {
            let next = self.inner.fill_buf()?.first().copied();
            for at in 0..count {
                let follows = buffer.get(at + 1..count).and_then(|rest| rest.first().copied()).or(next);
                if let Some(byte) = buffer.get_mut(at).filter(|byte| **byte == b'\r')
                    && follows != Some(b'\n')
                {
                    *byte = b'\n';
                }
            }
        }
        let new = buffer.get(..count).unwrap_or_default();
        self.line = match new.iter().rposition(|&b| b == b'\n') {
            Some(at) => count - at,
            None => self.line + count,
        };
        if self.line > LONGEST_LINE {
            return Err(io::Error::other("a line is longer than 67 MB; accepted are rows of numbers"));
        }
        Ok(count)
    }
}

/// The first lines that are not blank, without line breaks: at most `most`, and at most a megabyte.
pub(super) fn first_lines(source: &Source, most: usize) -> Result<Vec<Vec<u8>>, DataError> {
    let mut reader = stream(source)?;
    let (mut lines, mut bytes) = (Vec::new(), 0);
    while lines.len() < most && bytes < 1 << 20 {
        let mut line = Vec::new();
        bytes += reader.read_until(b'\n', &mut line).map_err(|e| unreadable(&source.name, &e))?;
        if line.is_empty() {
            break;
        }
        let line = line.trim_ascii_end();
        if !line.is_empty() {
            lines.push(line.to_vec());
        }
    }
    Ok(lines)
}
