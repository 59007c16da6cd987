//! Structure of Parquet's metadata (Thrift's compact protocol), checked before the library decodes it.
//!
//! The library reads a known field by its known type whatever type the file states, and skips the elements of an unknown
//! list or map one by one, also those that take no bytes: a damaged file of 1 kB can state two billion of them.

use std::io::{ErrorKind, Read};

use super::format::Expected::{self, Bool, Byte, Bytes, Double, Integer, List, Struct};
use super::format::{FILE, Fields, PAGE};

/// Maximum depth of nested values.
const DEPTH: usize = 32;

/// Checks a file's metadata, `bytes` long.
///
/// # Errors
/// What is wrong with it, in a few words.
pub(super) fn file(reader: impl Read, bytes: u64) -> Result<(), String> {
    Walk::new(reader, bytes).fields(FILE, DEPTH, &mut |_, _, _| ())
}

/// Sizes that a page header states; what it does not state is 0.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Page {
    /// Length of the header itself, in bytes.
    pub header: u64,
    /// Unpacked and packed size of the page, in bytes.
    pub unpacked: u64,
    pub packed: u64,
    /// Number of values, missing ones included, of a page of data.
    pub values: u64,
}

/// Reads the page header at the start of `reader`, which is in the next `most` bytes.
///
/// # Errors
/// What is wrong with it, in a few words.
pub(super) fn page(reader: impl Read, most: u64) -> Result<Page, String> {
    let mut page = Page::default();
    let mut negative = false;
    let mut walk = Walk::new(reader, most);
    walk.fields(PAGE, DEPTH, &mut |outer, number, value| {
        let size = match (outer, number) {
            (0, 2) => &mut page.unpacked,
            (0, 3) => &mut page.packed,
            (5 | 8, 1) => &mut page.values,
            _ => return,
        };
        negative |= value < 0;
        *size = value.unsigned_abs();
    })?;
    if negative {
        return Err("a page of a negative size".into());
    }
    page.header = most - walk.left;
    Ok(page)
}

/// A reader of the compact protocol.
struct Walk<R> {
    reader: R,
    /// Number of bytes that may still be read.
    left: u64,
    /// Number of list and map elements that there may still be: each takes a byte.
    elements: u64,
}

/// Numbers of types in the compact protocol.
mod wire {
    pub const STOP: u8 = 0;
    pub const TRUE: u8 = 1;
    pub const FALSE: u8 = 2;
    pub const BYTE: u8 = 3;
    pub const I16: u8 = 4;
    pub const I64: u8 = 6;
    pub const DOUBLE: u8 = 7;
    pub const BYTES: u8 = 8;
    pub const LIST: u8 = 9;
    pub const SET: u8 = 10;
    pub const MAP: u8 = 11;
    pub const STRUCT: u8 = 12;
    pub const UUID: u8 = 13;
}

impl<R: Read> Walk<R> {
    fn new(reader: R, bytes: u64) -> Self {
        Self { reader, left: bytes, elements: bytes }
    }

    fn byte(&mut self) -> Result<u8, String> {
        let mut byte = [0];
        self.left = self.left.checked_sub(1).ok_or_else(ends)?;
        self.reader.read_exact(&mut byte).map_err(|e| match e.kind() {
            ErrorKind::UnexpectedEof => ends(),
            _ => e.to_string(),
        })?;
        Ok(byte[0])
    }

    fn skip(&mut self, bytes: u64) -> Result<(), String> {
        self.left = self.left.checked_sub(bytes).ok_or_else(ends)?;
        let skipped = std::io::copy(&mut self.reader.by_ref().take(bytes), &mut std::io::sink());
        if skipped.map_err(|e| e.to_string())? == bytes { Ok(()) } else { Err(ends()) }
    }

    /// A number with 7 bits in each byte.
    fn varint(&mut self) -> Result<u64, String> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte >> 7 == 0 {
                return Ok(number);
            }
        }
        Err("a number of more than 64 bits".into())
    }

    /// A signed number: even numbers are twice the positive ones.
    fn zigzag(&mut self) -> Result<i64, String> {
        let number = self.varint()?;
        Ok((number >> 1) as i64 ^ -((number & 1) as i64))
    }

    /// Type and number of the elements of a list or set.
    fn elements(&mut self) -> Result<(u8, u64), String> {
        let head = self.byte()?;
        let size = if head >> 4 == 15 { self.varint()? } else { u64::from(head >> 4) };
        self.count(size)?;
        Ok((head & 0x0f, size))
    }

    fn count(&mut self, size: u64) -> Result<(), String> {
        let fits = self.elements.checked_sub(size).filter(|_| size <= self.left);
        self.elements =
            fits.ok_or_else(|| format!("a list of {size} elements in {} bytes of metadata", self.left))?;
        Ok(())
    }

    /// Reads a struct; `found` gets each whole number in it or in a struct that is one of its fields: the number of that
    /// field (0 for the struct itself), the number's own field, and its value.
    fn fields(
        &mut self,
        known: Fields,
        depth: usize,
        found: &mut dyn FnMut(i64, i64, i64),
    ) -> Result<(), String> {
        let mut number = 0;
        loop {
            let head = self.byte()?;
            let kind = head & 0x0f;
            if kind == wire::STOP {
                return Ok(());
            }
            number = if head >> 4 == 0 { self.zigzag()? } else { number + i64::from(head >> 4) };
            match known.iter().find(|(known, _)| *known == number) {
                Some((_, Integer)) if (wire::I16..=wire::I64).contains(&kind) => {
                    found(0, number, self.zigzag()?);
                }
                Some((_, Struct(inner))) if kind == wire::STRUCT => {
                    let depth = deeper(depth)?;
                    self.fields(inner, depth, &mut |outer, at, value| {
                        if outer == 0 {
                            found(number, at, value);
                        }
                    })?;
                }
                Some((_, expected)) => self.value(expected, kind, depth)?,
                None => self.unknown(kind, depth)?,
            }
        }
    }

    /// Reads a value of a known type.
    fn value(&mut self, expected: &Expected, kind: u8, depth: usize) -> Result<(), String> {
        let depth = deeper(depth)?;
        match (expected, kind) {
            (Struct(known), wire::STRUCT) => self.fields(known, depth, &mut |_, _, _| ()),
            (List(expected), wire::LIST) => {
                let (kind, size) = self.elements()?;
                (0..size).try_for_each(|_| self.value(expected, kind, depth))
            }
            (Bool, wire::TRUE | wire::FALSE)
            | (Byte, wire::BYTE)
            | (Integer, wire::I16..=wire::I64)
            | (Double, wire::DOUBLE)
            | (Bytes, wire::BYTES) => self.unknown(kind, depth),
            _ => Err(format!("a field of type {kind} where the format has another")),
        }
    }

    /// Skips a value by the type that the file states.
    fn unknown(&mut self, kind: u8, depth: usize) -> Result<(), String> {
        let depth = deeper(depth)?;
        match kind {
            wire::TRUE | wire::FALSE => Ok(()),
            wire::BYTE => self.skip(1),
            wire::I16..=wire::I64 => self.varint().map(drop),
            wire::DOUBLE => self.skip(8),
            wire::BYTES => {
                let bytes = self.varint()?;
                self.skip(bytes)
            }
            wire::LIST | wire::SET => {
                let (kind, size) = self.elements()?;
                (0..size).try_for_each(|_| self.unknown(kind, depth))
            }
            wire::MAP => {
                let size = self.varint()?;
                self.count(size)?;
                let kinds = if size > 0 { self.byte()? } else { 0 };
                (0..size).try_for_each(|_| {
                    self.unknown(kinds >> 4, depth)?;
                    self.unknown(kinds & 0x0f, depth)
                })
            }
            wire::STRUCT => self.fields(&[], depth, &mut |_, _, _| ()),
            wire::UUID => self.skip(16),
            _ => Err(format!("a field of unknown type {kind}")),
        }
    }
}

fn ends() -> String {
    "metadata that ends too early".into()
}

fn deeper(depth: usize) -> Result<usize, String> {
    depth.checked_sub(1).ok_or_else(|| "metadata nested too deep".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A header of a page of data: type 0, 1 400 000 000 bytes unpacked, 100 packed, 8 values.
    #[test]
    fn sizes_are_those_of_the_header() {
        let header = [
            0x15, 0, 0x15, 0x80, 0xb8, 0x92, 0xb7, 0x0a, 0x15, 0xc8, 1, 0x2c, 0x15, 16, 0x15, 0, 0x15, 6,
            0x15, 6, 0, 0,
        ];
        let read = |bytes: &[u8]| page(bytes, bytes.len() as u64);
        let sizes = Page { header: 22, unpacked: 1_400_000_000, packed: 100, values: 8 };
        assert_eq!(read(&header), Ok(sizes));
        assert!(read(&header[..9]).is_err());
        assert!(read(&[0x15, 0, 0x15, 1, 0x15, 2, 0]).unwrap_err().contains("negative"));
        // A list where a number is expected.
        assert!(read(&[0x15, 0, 0x19, 2, 0x15, 2, 0]).is_err());
    }

    #[test]
    fn elements_without_bytes_are_not_counted_one_by_one() {
        // Unknown field 15 is a map of two billion pairs of booleans, which take no bytes.
        let map = [0xfb, 0xe4, 0xac, 0xb8, 0xe8, 0x07, 0x12, 0];
        assert!(file(&map[..], map.len() as u64).unwrap_err().contains("elements"));
        // Lists of lists of booleans, each as long as the rest of the file.
        let lists = [[0xf9, 0xf1, 0xf4, 0x03]; 250].concat();
        assert!(file(&lists[..], lists.len() as u64).unwrap_err().contains("elements"));
        // Structs in structs.
        let deep = [0xfc; 1000];
        assert!(file(&deep[..], 1000).unwrap_err().contains("deep"));
    }
}
