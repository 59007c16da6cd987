//! Arrays of `.npy` and `.npz` files, read without believing their headers.
//!
//! The header's dictionary is parsed by `ndarray-npy` after its length and nesting are checked; no memory is taken
//! before what the header promises is compared with the bytes there are. Numbers of every real type become f64.

use std::io::{BufReader, Read};
use std::path::Path;

use ndarray_npy::npy::header::{Header, Layout};

use super::error::{DataError, listed, quoted};

/// Numpy itself refuses longer headers unless told otherwise.
const LONGEST_HEADER: usize = 10_000;
/// 16 GiB as f64; more does not fit where this program runs.
const MOST_NUMBERS: usize = 1 << 31;
const KINDS: &str = "accepted are floats of 16, 32 or 64 bits, whole numbers of 8 to 64 bits and booleans";

/// An array as stored.
#[derive(Debug)]
pub(super) struct Array {
    pub shape: Vec<usize>,
    /// Whether the first index runs fastest in `cells`.
    pub fortran: bool,
    pub cells: Cells,
}

#[derive(Debug)]
pub(super) enum Cells {
    /// `whole`: an integer or boolean type.
    Numbers {
        values: Vec<f64>,
        whole: bool,
    },
    Text(Vec<String>),
}

/// One array of an `.npy` file.
pub(super) fn read_npy(path: &Path, name: &str) -> Result<Array, DataError> {
    let (file, length) = super::load::open(path, name)?;
    read_array(BufReader::new(file), length, name)
}

/// The only array of an `.npz` file, or the first of `preferred` names that is there.
pub(super) fn read_npz(path: &Path, name: &str, preferred: &[&str]) -> Result<Array, DataError> {
    let (file, _) = super::load::open(path, name)?;
    let damaged = |e: zip::result::ZipError| {
        DataError::input(name, format!("not a readable .npz archive of arrays ({e})"))
    };
    let mut archive = zip::ZipArchive::new(BufReader::new(file)).map_err(damaged)?;
    let names: Vec<String> = archive.file_names().map(str::to_owned).collect();
    let stem = |n: &str| n.strip_suffix(".npy").unwrap_or(n).to_owned();
    let chosen = match names.as_slice() {
        [only] => only,
        _ => preferred.iter().find_map(|p| names.iter().find(|n| stem(n) == *p)).ok_or_else(|| {
            let stems: Vec<_> = names.iter().map(|n| stem(n)).collect();
            let found = if stems.is_empty() {
                "no array".into()
            } else {
                format!("the arrays {}", listed(stems.iter().map(String::as_str)))
            };
            let wanted = preferred.join(", ");
            DataError::input(
                name,
                format!("holds {found}; accepted are a single array, or one named {wanted}"),
            )
        })?,
    };
    let label = format!("{name}[{}]", stem(chosen));
    let entry = archive.by_name(chosen).map_err(damaged)?;
    let (size, packed) = (entry.size(), entry.compressed_size());
    // Deflate packs at most 1032 to 1.
    if size > packed.saturating_mul(1032).saturating_add(1024) {
        return Err(DataError::input(label, format!("claims {size} bytes but only {packed} are stored")));
    }
    read_array(BufReader::new(entry), size, &label)
}

/// An array from a stream of `length` bytes.
fn read_array(mut reader: impl Read, length: u64, name: &str) -> Result<Array, DataError> {
    let bad = |problem: String| DataError::input(name, problem);
    let (header, header_length) = read_header(&mut reader, length, name)?;
    let follow = length.saturating_sub(header_length);
    let descriptor = match header.type_descriptor.as_string() {
        Some(text) => text.clone(),
        None => return Err(bad(format!("holds a table of records; {KINDS}"))),
    };
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
    let cells = kind.read(reader, count).map_err(|e| bad(format!("could not be read to its end ({e})")))?;
    Ok(Array { shape: header.shape, fortran: header.layout == Layout::Fortran, cells })
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
            Cells::Numbers { values, whole: self.letter != b'f' }
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
fn half(bits: u16) -> f64 {
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
