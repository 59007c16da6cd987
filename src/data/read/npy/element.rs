//! Element types of numpy arrays from their descriptors, and values from bytes.

use std::io::Read;

use super::small::{FLOAT8_E5M2, Small};

/// Elements as stored.
pub(super) enum Cells {
    Numbers(Vec<f64>),
    Text(Vec<Option<String>>),
}

/// The type of an element.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::data::read) struct Element {
    big_endian: bool,
    /// Type letter of numpy; `B` is bfloat16.
    pub(super) letter: u8,
    /// Size in bytes (in characters of four bytes for `U`).
    pub(super) width: usize,
    /// The 8-bit float format, if it is one.
    small: Option<Small>,
}

/// Name in `ml_dtypes` of bfloat16, a type that numpy does not have.
pub(in crate::data::read) const BFLOAT16: &str = "bfloat16";
impl Element {
    const BFLOAT16: Self = Self { big_endian: false, letter: b'B', width: 2, small: None };

    /// An element type that numpy does not name in the file, by its name in `ml_dtypes`.
    pub(super) fn of_name(name: &str) -> Option<Self> {
        if name == BFLOAT16 {
            return Some(Self::BFLOAT16);
        }
        Small::of_name(name).map(|small| Self { width: 1, small: Some(small), ..Self::BFLOAT16 })
    }

    /// Names of the types that numpy does not name in the file.
    pub(super) fn names() -> Vec<&'static str> {
        std::iter::once(BFLOAT16).chain(Small::names()).collect()
    }

    pub(super) fn parse(descriptor: &str) -> Option<Self> {
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
        // numpy has no one-byte floats: `f1` is what it writes for float8_e5m2 of ml_dtypes.
        if (letter, width) == (b'f', 1) {
            return Self::of_name(FLOAT8_E5M2);
        }
        let big_endian = order == b'>' || (order == b'=' && cfg!(target_endian = "big"));
        known.then_some(Self { big_endian, letter, width, small: None })
    }

    pub(super) const fn is_text(self) -> bool {
        matches!(self.letter, b'U' | b'S')
    }

    pub(super) const fn is_real(self) -> bool {
        !matches!(self.letter, b'i' | b'u' | b'b')
    }

    /// Whether values may exceed the exact range of a double.
    pub(super) const fn is_large(self) -> bool {
        matches!(self.letter, b'i' | b'u') && self.width == 8
    }

    /// Whole numbers of 64 bits.
    pub(super) fn read_whole(
        self,
        mut reader: impl Read,
        count: usize,
    ) -> std::io::Result<Vec<Option<i128>>> {
        let mut values = Vec::new();
        let mut cell = [0; 8];
        for _ in 0..count {
            reader.read_exact(&mut cell)?;
            let bits = if self.big_endian { u64::from_be_bytes(cell) } else { u64::from_le_bytes(cell) };
            values.push(Some(if self.letter == b'i' { i128::from(bits as i64) } else { i128::from(bits) }));
        }
        end(reader)?;
        Ok(values)
    }

    pub(super) const fn size(self) -> usize {
        if self.letter == b'U' { 4 * self.width } else { self.width }
    }

    pub(super) fn read(self, mut reader: impl Read, count: usize) -> std::io::Result<Cells> {
        let mut buffer = vec![0; self.size() * count.min(1 << 14)];
        let (mut values, mut text): (Vec<f64>, Vec<Option<String>>) = (Vec::new(), Vec::new());
        let mut left = count;
        while left > 0 {
            let now = left.min(1 << 14);
            let Some(part) = buffer.get_mut(..now * self.size()) else { break };
            reader.read_exact(part)?;
            // Memory grows with what has been read so far.
            let spare = if values.len() >= count / 4 { left } else { now };
            if self.is_text() {
                text.extend(part.chunks_exact(self.size()).map(|cell| Some(self.text(cell))));
            } else {
                values.try_reserve(spare)?;
                self.decode(part, &mut values);
            }
            left -= now;
        }
        end(reader)?;
        Ok(if self.is_text() { Cells::Text(text) } else { Cells::Numbers(values) })
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
        if let Some(small) = self.small {
            return values.extend(bytes.iter().map(|&b| small.value(b)));
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

    /// A padded text cell: UCS-4 or bytes.
    fn text(self, cell: &[u8]) -> String {
        let text = if self.letter == b'S' {
            super::super::cell::text(cell)
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
pub(in crate::data::read) fn half(bits: u16) -> f64 {
    let (exponent, fraction) = (i32::from(bits >> 10 & 0x1f), f64::from(bits & 0x3ff));
    let size = match exponent {
        0 => fraction * 2f64.powi(-24),
        31 if fraction == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        _ => (1024.0 + fraction) * 2f64.powi(exponent - 25),
    };
    if bits >> 15 == 1 { -size } else { size }
}

/// Checks that nothing follows; for a packed stream this also verifies the checksum.
fn end(mut reader: impl Read) -> std::io::Result<()> {
    let mut more = [0];
    match reader.read(&mut more)? {
        0 => Ok(()),
        _ => Err(std::io::Error::other("more bytes follow than were promised")),
    }
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
