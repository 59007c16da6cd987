//! Arrays as numpy saves them (`.npy`), read without believing their headers.
//!
//! The header's dictionary is parsed by `ndarray-npy` after its length and nesting are checked; no memory is taken
//! before what the header promises is compared with the bytes there are. Numbers of every real type become f64.

use std::io::{BufReader, Read};

use ndarray_npy::npy::header::{Header, Layout};

use super::super::error::{DataError, quoted};
use super::{Cells, Source, Table, memory, open};

/// Numpy itself refuses longer headers unless told otherwise.
const LONGEST_HEADER: usize = 10_000;
/// 16 GiB as f64; more does not fit where this program runs.
const MOST_NUMBERS: usize = 1 << 31;
pub(super) const KINDS: &str =
    "accepted are floats of 16, 32 or 64 bits, whole numbers of 8 to 64 bits and booleans";

/// The array of an `.npy` file.
pub(super) fn read(source: &Source<'_>) -> Result<Table, DataError> {
    if let Some(part) = source.part {
        return Err(DataError::input(
            source.name,
            format!("has no part {}; an .npy file holds a single array", quoted(part)),
        ));
    }
    let (file, length) = open(source.path, source.name)?;
    read_array(BufReader::new(file), length, source.name)
}

/// An array from a stream of `length` bytes.
pub(super) fn read_array(mut reader: impl Read, length: u64, name: &str) -> Result<Table, DataError> {
    let bad = |problem: String| DataError::input(name, problem);
    let (header, header_length) = read_header(&mut reader, length, name)?;
    let follow = length.saturating_sub(header_length);
    let descriptor = match header.type_descriptor.as_string() {
        Some(text) => text.clone(),
        None => return Err(bad(format!("holds a table of records; {KINDS}"))),
    };
    if descriptor.trim_start_matches(['|', '<', '>', '=']).starts_with('O') {
        return Err(bad(
            "holds Python objects; accepted are numbers or texts, in Python: numpy.save(FILE, numpy.stack(list(x)).astype('float32')), or \
                        .astype(str) for labels"
                .into(),
        ));
    }
    let kind = Kind::parse(&descriptor)
        .ok_or_else(|| bad(format!("holds elements of type {}; {KINDS}", quoted(&descriptor))))?;
    let count = header.shape.iter().try_fold(1_usize, |product, &d| product.checked_mul(d));
    let promised = count.and_then(|c| c.checked_mul(kind.size()));
    let shape = header.shape.iter().map(ToString::to_string).collect::<Vec<_>>().join("×");
    let (Some(count), Some(promised)) = (count, promised) else {
        return Err(bad(format!("its header promises an impossible shape, {shape}")));
    };
    if promised as u64 != follow {
        return Err(bad(format!(
            "its header promises {shape} elements of {} bytes, {promised} bytes in all, but {follow} follow; \
             the file is truncated or damaged, or holds more than one array",
            kind.size()
        )));
    }
    if count == 0 {
        return Err(bad(format!("holds no numbers (its shape is {shape})")));
    }
    if count > MOST_NUMBERS {
        return Err(bad(format!("holds {count} numbers; accepted are at most {MOST_NUMBERS}")));
    }
    memory::fits(name, count as u64, memory::Reads::Straight)?;
    let cells = kind.read(reader, count).map_err(|e| bad(format!("could not be read to its end ({e})")))?;
    let notes = if (kind.letter, kind.width) == (b'u', 1) && packed_bits(&cells) {
        vec![format!(
            "{name}: these bytes look like packed bits; numpy.unpackbits(x, axis=1) makes eight features of each"
        )]
    } else {
        Vec::new()
    };
    let fortran = header.layout == Layout::Fortran;
    Ok(Table { shape: header.shape, fortran, notes, ..Table::new(0, 0, cells) })
}

/// Whether every bit of the bytes is set about half of the time, as in binary embeddings.
fn packed_bits(cells: &Cells) -> bool {
    let Cells::Numbers { values, .. } = cells else { return false };
    let seen = values.iter().take(1 << 16);
    let count = seen.len();
    let balanced = |bit: u32| {
        let set = seen.clone().filter(|&&v| (v as u8) >> bit & 1 == 1).count();
        set * 5 > count * 2 && set * 5 < count * 3
    };
    count >= 1024 && (0..8).all(balanced)
}

/// The header and its length in bytes.
fn read_header(reader: &mut impl Read, length: u64, name: &str) -> Result<(Header, u64), DataError> {
    let bad = |problem: &str| DataError::input(name, problem);
    let mut bytes = vec![0; 8];
    let magic = reader.read_exact(&mut bytes).is_ok() && bytes.starts_with(b"\x93NUMPY");
    if !magic {
        return Err(bad("does not begin like an .npy array; accepted are arrays saved by numpy"));
    }
    let long = bytes.get(6).is_some_and(|&major| major >= 2);
    let mut size = vec![0; if long { 4 } else { 2 }];
    reader.read_exact(&mut size).map_err(|_| bad("ends within its header; the file is truncated"))?;
    let header_length = size.iter().rev().fold(0_usize, |n, &b| (n << 8) | usize::from(b));
    let total = (bytes.len() + size.len() + header_length) as u64;
    if total > length {
        return Err(bad("ends within its header; the file is truncated"));
    }
    if header_length > LONGEST_HEADER {
        return Err(bad("has a header longer than any array of numbers needs"));
    }
    let mut text = vec![0; header_length];
    reader.read_exact(&mut text).map_err(|_| bad("ends within its header; the file is truncated"))?;
    // The parser of the dictionary recurses: nesting is bounded before it sees the text.
    if text.iter().filter(|b| matches!(b, b'(' | b'[' | b'{')).count() > 4 {
        return Err(DataError::input(name, format!("holds a table of records; {KINDS}")));
    }
    bytes.extend(size);
    bytes.extend(text);
    let header = Header::from_reader(&mut bytes.as_slice()).map_err(|e| {
        DataError::input(name, format!("has a damaged header ({})", one_line(&e.to_string())))
    })?;
    Ok((header, total))
}

/// The last line of a parser's message: it draws its input above.
fn one_line(message: &str) -> String {
    message.lines().last().unwrap_or_default().trim().trim_start_matches("= ").to_owned()
}

/// The upper half of a single-precision number, which numpy does not have.
pub(super) const BRAIN_FLOAT: &str = "bf16";

/// `count` elements of a type in numpy's words.
pub(super) fn read_cells(reader: impl Read, descriptor: &str, count: usize) -> std::io::Result<Cells> {
    let unknown = || std::io::Error::other(format!("of the unknown type {descriptor}"));
    Kind::parse(descriptor).ok_or_else(unknown)?.read(reader, count)
}

/// An element type.
#[derive(Debug, Clone, Copy)]
struct Kind {
    big_endian: bool,
    letter: u8,
    /// Bytes (characters of four bytes for `U`).
    width: usize,
}

impl Kind {
    fn parse(descriptor: &str) -> Option<Self> {
        if descriptor == BRAIN_FLOAT {
            return Some(Self { big_endian: false, letter: b'B', width: 2 });
        }
        let (order, letter, width) = match descriptor.as_bytes() {
            [order @ (b'<' | b'>' | b'|' | b'='), letter, width @ ..] => (*order, *letter, width),
            _ => return None,
        };
        let width: usize = std::str::from_utf8(width).ok()?.parse().ok()?;
        let known = match letter {
            b'f' => matches!(width, 2 | 4 | 8),
            b'i' | b'u' => matches!(width, 1 | 2 | 4 | 8),
            b'b' => width == 1,
            b'U' | b'S' => (1..=1024).contains(&width),
            _ => false,
        };
        let big_endian = order == b'>' || (order == b'=' && cfg!(target_endian = "big"));
        known.then_some(Self { big_endian, letter, width })
    }

    const fn size(self) -> usize {
        if self.letter == b'U' { 4 * self.width } else { self.width }
    }

    fn read(self, mut reader: impl Read, count: usize) -> std::io::Result<Cells> {
        let mut buffer = vec![0; self.size() * count.min(1 << 14)];
        let (mut values, mut text) = (Vec::new(), Vec::new());
        let mut left = count;
        while left > 0 {
            let now = left.min(1 << 14);
            let Some(part) = buffer.get_mut(..now * self.size()) else { break };
            reader.read_exact(part)?;
            // Memory grows with what has really been read.
            let spare = if values.len() >= count / 4 { left } else { now };
            if matches!(self.letter, b'U' | b'S') {
                text.extend(part.chunks_exact(self.size()).map(|cell| self.text(cell)));
            } else {
                values.try_reserve(spare)?;
                self.decode(part, &mut values);
            }
            left -= now;
        }
        Ok(if matches!(self.letter, b'U' | b'S') {
            Cells::Text(text)
        } else {
            Cells::Numbers { values, whole: !matches!(self.letter, b'f' | b'B') }
        })
    }

    fn decode(self, bytes: &[u8], values: &mut Vec<f64>) {
        macro_rules! each {
            ($type:ty, $convert:expr) => {
                values.extend(bytes.chunks_exact(size_of::<$type>()).map(|cell| {
                    let raw = cell.try_into().unwrap_or_default();
                    let value = if self.big_endian {
                        <$type>::from_be_bytes(raw)
                    } else {
                        <$type>::from_le_bytes(raw)
                    };
                    $convert(value)
                }))
            };
        }
        match (self.letter, self.width) {
            (b'f', 2) => each!(u16, half),
            (b'B', _) => each!(u16, |bits| f64::from(f32::from_bits(u32::from(bits) << 16))),
            (b'f', 4) => each!(f32, f64::from),
            (b'f', _) => each!(f64, |v| v),
            (b'i', 1) => each!(i8, f64::from),
            (b'i', 2) => each!(i16, f64::from),
            (b'i', 4) => each!(i32, f64::from),
            (b'i', _) => each!(i64, |v| v as f64),
            (b'u', 2) => each!(u16, f64::from),
            (b'u', 4) => each!(u32, f64::from),
            (b'u', 8) => each!(u64, |v| v as f64),
            (b'b', _) => values.extend(bytes.iter().map(|&b| f64::from(u8::from(b != 0)))),
            _ => values.extend(bytes.iter().map(|&b| f64::from(b))),
        }
    }

    /// A padded cell of text: UCS-4 or bytes.
    fn text(self, cell: &[u8]) -> String {
        let text = if self.letter == b'S' {
            String::from_utf8_lossy(cell).into_owned()
        } else {
            let code = |c: &[u8]| {
                let raw = c.try_into().unwrap_or_default();
                let code = if self.big_endian { u32::from_be_bytes(raw) } else { u32::from_le_bytes(raw) };
                char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER)
            };
            cell.chunks_exact(4).map(code).collect()
        };
        text.trim_end_matches('\0').to_owned()
    }
}

/// A half-precision number (IEEE 754 binary16), exactly.
pub(super) fn half(bits: u16) -> f64 {
    let (exponent, fraction) = (i32::from(bits >> 10 & 0x1f), f64::from(bits & 0x3ff));
    let size = match exponent {
        0 => fraction * 2f64.powi(-24),
        31 if fraction == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        _ => (1024.0 + fraction) * 2f64.powi(exponent - 25),
    };
    if bits >> 15 == 1 { -size } else { size }
}

#[cfg(test)]
mod tests {
    use super::half;

    #[test]
    fn half_precision_is_exact() {
        let cases = [
            (0x3c00, 1.0),
            (0xc000, -2.0),
            (0x7bff, 65504.0),
            (0x0001, 5.960_464_477_539_063e-8),
            (0x3555, 0.333_251_953_125),
        ];
        for (bits, value) in cases {
            assert_eq!(half(bits), value);
        }
        assert_eq!(half(0xfc00), f64::NEG_INFINITY);
        assert!(half(0x7e00).is_nan());
    }
}
