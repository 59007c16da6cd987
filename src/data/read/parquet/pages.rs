//! Page headers of Parquet files; pages that claim to unpack to more than their bytes can are refused before memory
//! is allocated.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use ::parquet::basic::Compression;
use ::parquet::errors::Result;
use ::parquet::file::metadata::ParquetMetaData;
use ::parquet::file::reader::{ChunkReader, Length};
use bytes::Bytes;

use crate::outside::memory;

/// A Parquet file whose page headers are checked when they are reached.
pub(super) struct Pages {
    file: File,
    columns: Arc<OnceLock<Vec<Chunk>>>,
}

/// Column chunks of a file, known once its footer is read.
pub(super) struct Columns(Arc<OnceLock<Vec<Chunk>>>);

/// Byte range of a column in a row group, and the maximum compression ratio of its codec.
struct Chunk {
    bytes: Range<u64>,
    ratio: u64,
}

impl Pages {
    pub fn new(file: File) -> (Self, Columns) {
        let columns = Arc::new(OnceLock::new());
        (Self { file, columns: columns.clone() }, Columns(columns))
    }
}

impl Columns {
    /// Checks every page from here on by the codec of its column. No two columns of a file share bytes, so that all pages
    /// together unpack to no more than the file can.
    ///
    /// # Errors
    /// The bytes that the columns have together, where the file has fewer.
    pub fn set(&self, about: &ParquetMetaData, length: u64) -> std::result::Result<(), u64> {
        let chunks = about.row_groups().iter().flat_map(|group| group.columns());
        let chunks: Vec<Chunk> = chunks
            .map(|column| {
                let (start, length) = column.byte_range();
                Chunk { bytes: start..start.saturating_add(length), ratio: ratio(column.compression()) }
            })
            .collect();
        let all = chunks.iter().map(|chunk| chunk.bytes.end - chunk.bytes.start).fold(0, u64::saturating_add);
        // Set twice, it keeps the first.
        let _ = self.0.set(chunks);
        if all > length { Err(all) } else { Ok(()) }
    }
}

/// Maximum compression ratio of a codec.
const fn ratio(codec: Compression) -> u64 {
    match codec {
        // Uncompressed: the second size of the header is not used.
        Compression::UNCOMPRESSED => u64::MAX,
        // A copy of 64 bytes takes 3.
        Compression::SNAPPY => 22,
        // A match of 258 bytes takes 2 bits.
        Compression::GZIP(_) => 1032,
        // Each further length byte adds 255.
        Compression::LZ4 | Compression::LZ4_RAW => 255,
        // A block of 128 KiB takes 4 bytes.
        Compression::ZSTD(_) | Compression::BROTLI(_) | Compression::LZO => 1 << 15,
    }
}

/// Unpacked and packed size of a page.
#[derive(Debug, PartialEq)]
struct Sizes {
    unpacked: u64,
    packed: u64,
}

impl Sizes {
    /// Sizes from the first fields of a page header: type, unpacked size, packed size, each a 32-bit number in
    /// Thrift's compact protocol (one byte with field delta and type, then zigzag with 7 bits a byte).
    fn of(header: &[u8]) -> Option<Self> {
        let mut bytes = header.iter().copied();
        let mut field = || -> Option<u64> {
            if bytes.next()? != 0x15 {
                return None;
            }
            let mut number = 0;
            for shift in (0..35).step_by(7) {
                let byte = bytes.next()?;
                number |= u64::from(byte & 0x7f) << shift;
                if byte >> 7 == 0 {
                    // Zigzag encoding: negative numbers are odd.
                    return (number % 2 == 0).then_some(number / 2);
                }
            }
            None
        };
        field()?;
        Some(Self { unpacked: field()?, packed: field()? })
    }
}

impl Length for Pages {
    fn len(&self) -> u64 {
        self.file.len()
    }
}

impl ChunkReader for Pages {
    type T = Header;

    /// The file from `start` on. The library reads from the start of a page header, never from inside one.
    fn get_read(&self, start: u64) -> Result<Self::T> {
        let known = self.columns.get().into_iter().flatten();
        let ratio = known.filter(|chunk| chunk.bytes.contains(&start)).map(|chunk| chunk.ratio).max();
        let mut file = self.file.try_clone()?;
        file.seek(SeekFrom::Start(start))?;
        Ok(Header { reader: BufReader::new(file), ratio: ratio.filter(|&ratio| ratio < u64::MAX) })
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        self.file.get_bytes(start, length)
    }
}

/// The file from a page header on.
pub(super) struct Header {
    reader: BufReader<File>,
    /// Maximum compression ratio of the page, until the header is checked.
    ratio: Option<u64>,
}

impl Read for Header {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if let Some(ratio) = self.ratio.take() {
            let wrong = io::Error::other::<String>;
            let Some(Sizes { unpacked, packed }) = Sizes::of(self.reader.fill_buf()?) else {
                return Err(wrong("a page header without sizes".into()));
            };
            if unpacked > packed.saturating_mul(ratio).saturating_add(64) {
                return Err(wrong(format!("a page of {packed} bytes claims to unpack to {unpacked}")));
            }
            memory::fits(unpacked)
                .map_err(|why| wrong(format!("a page of {unpacked} bytes, which {why}")))?;
        }
        self.reader.read(buffer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The header of a page: type 0, 1 400 000 000 bytes unpacked, 100 packed.
    #[test]
    fn page_sizes_come_from_the_header() {
        let header = [0x15, 0, 0x15, 0x80, 0xb8, 0x92, 0xb7, 0x0a, 0x15, 0xc8, 1, 0x15];
        assert_eq!(Sizes::of(&header), Some(Sizes { unpacked: 1_400_000_000, packed: 100 }));
        assert_eq!(Sizes::of(&header[..9]), None);
        assert_eq!(Sizes::of(&[0x15, 0, 0x15, 1, 0x15, 2]), None);
        assert_eq!(Sizes::of(&[0x15, 0, 0x19, 2, 0x15, 2]), None);
    }
}
