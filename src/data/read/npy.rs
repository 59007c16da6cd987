//! Arrays as numpy saves them (`.npy`), read without believing their headers.
//!
//! The header's dictionary is parsed by `ndarray-npy` after its length and nesting are checked; no memory is taken
//! before what the header promises is compared with the bytes there are. Numbers of every real type become f64.

use std::fs::File;
use std::io::{BufReader, Read};

use ndarray_npy::npy::header::{Header, Layout};

use super::super::error::{DataError, quoted};
use super::table::{Array, Content, Data, Frame, Head, Kind, Taken, Want};
use super::{Source, memory, open, python};

/// numpy itself refuses longer headers by default.
const LONGEST_HEADER: usize = 10_000;
/// 16 GiB as f64; more does not fit where this program runs.
const MOST_NUMBERS: usize = 1 << 31;
pub(super) const KINDS: &str =
    "accepted are floats of 16, 32 or 64 bits, whole numbers of 8 to 64 bits and booleans";

/// The array of an `.npy` file. A part names the type of elements that numpy lacks (`x.npy:bfloat16`).
pub(super) fn read(source: &Source) -> Result<Frame, DataError> {
    let (file, length) = open(&source.path, &source.name)?;
    let mut reader = BufReader::new(file);
    let element = source.part.as_deref().and_then(Element::of_name);
    let array = Stored::new(&mut reader, length, &source.name, element)?;
    if element.is_none()
        && let Some(part) = source.part.as_deref().filter(|part| part.parse::<usize>().is_err())
    {
        let problem = format!("has no part {}; an .npy file holds a single array", quoted(part));
        return Err(DataError::input(&source.name, problem));
    }
    let head = Head::new(source.part.clone().filter(|_| element.is_some()).unwrap_or_default(), array.kind());
    let notes = Vec::new();
    let content = Box::new(Single { reader, array, name: source.name.clone() });
    Ok(Frame { heads: vec![head], noun: "array", notes, content })
}

/// A file with one array.
struct Single {
    reader: BufReader<File>,
    array: Stored,
    name: String,
}

impl Content for Single {
    fn take(&mut self, columns: &[Want], _: Option<usize>) -> Result<Taken, DataError> {
        let exact = columns.iter().any(|c| c.exact);
        let (data, notes) = self.array.take(&mut self.reader, &self.name, exact)?;
        Ok(Taken { columns: vec![data], notes })
    }
}

/// An array that has been found but not read.
#[derive(Debug, Clone)]
pub(super) struct Stored {
    shape: Vec<usize>,
    fortran: bool,
    element: Element,
    count: usize,
    /// Bytes of the header and the elements.
    length: u64,
}

impl Stored {
    /// Reads and checks the header of an array of `length` bytes; `element` is the type of elements that numpy lacks.
    pub fn new(
        mut reader: impl Read,
        length: u64,
        name: &str,
        element: Option<Element>,
    ) -> Result<Self, DataError> {
        let bad = |problem: String| DataError::input(name, problem);
        let (header, header_length) = read_header(&mut reader, length, name)?;
        let follow = length.saturating_sub(header_length);
        let descriptor = match header.type_descriptor.as_string() {
            Some(text) => text.clone(),
            None => return Err(bad(format!("holds a table of records; {KINDS}"))),
        };
        let plain = descriptor.trim_start_matches(['|', '<', '>', '=']);
        if plain.starts_with('O') {
            return Err(bad(format!(
                "holds Python objects; accepted are numbers or texts, in Python: {} or for labels: {}",
                python::line(python::OBJECTS, name),
                python::line(python::OBJECT_LABELS, name)
            )));
        }
        let element = match (Element::parse(&descriptor), element) {
            (Some(element), _) => element,
            (None, Some(named)) if plain == format!("V{}", named.width) => named,
            (None, _) if plain == "V2" => {
                return Err(bad(format!(
                    "holds elements of 2 bytes whose type is not in the file (bfloat16 of jax and ml_dtypes is saved so); \
                     {name}:bfloat16 reads them as bfloat16, or in Python: {}",
                    python::line(python::BFLOAT16, name)
                )));
            }
            (None, _) if plain == "V1" => {
                return Err(bad(format!(
                    "holds elements of 1 byte whose type is not in the file (float8 of ml_dtypes is saved so); \
                     {name}:float8_e4m3fn and {name}:float8_e5m2 read them as such, or in Python: {}",
                    python::line(python::FLOAT8, name)
                )));
            }
            _ => return Err(bad(format!("holds elements of type {}; {KINDS}", quoted(&descriptor)))),
        };
        let count = header.shape.iter().try_fold(1_usize, |product, &d| product.checked_mul(d));
        let promised = count.and_then(|c| c.checked_mul(element.size()));
        let shape = header.shape.iter().map(ToString::to_string).collect::<Vec<_>>().join("×");
        let (Some(count), Some(promised)) = (count, promised) else {
            return Err(bad(format!("its header gives an impossible shape, {shape}")));
        };
        if promised as u64 != follow {
            return Err(bad(format!(
                "its header promises {shape} elements of {} bytes, {promised} bytes in all, but {follow} follow; \
                 the file is truncated or damaged, or holds more than one array",
                element.size()
            )));
        }
        if count == 0 {
            return Err(bad(format!("holds no numbers (its shape is {shape})")));
        }
        if count > MOST_NUMBERS {
            return Err(bad(format!("holds {count} numbers; accepted are at most {MOST_NUMBERS}")));
        }
        Ok(Self { fortran: header.layout == Layout::Fortran, shape: header.shape, element, count, length })
    }

    /// A header known from elsewhere: little-endian numbers in row-major order.
    pub fn plain(shape: Vec<usize>, descriptor: &str) -> Option<Self> {
        let count = shape.iter().try_fold(1_usize, |product, &d| product.checked_mul(d))?;
        let element = Element::parse(descriptor)?;
        let length = count.checked_mul(element.size())? as u64;
        Some(Self { shape, fortran: false, element, count, length })
    }

    /// Bytes of the header and the elements.
    pub const fn length(&self) -> u64 {
        self.length
    }

    pub fn kind(&self) -> Kind {
        match (self.element.is_text(), self.shape.as_slice()) {
            (true, [_] | [_, 1]) => Kind::Text,
            (true, _) => {
                Kind::Unread("holds several columns of text; accepted are numbers, or one text a row".into())
            }
            (false, [] | [_]) => Kind::Number,
            (false, _) => Kind::Vector,
        }
    }

    /// Reads the elements that follow the header. `exact`: whole numbers that a double cannot hold become text.
    pub fn take(&self, reader: impl Read, name: &str, exact: bool) -> Result<(Data, Vec<String>), DataError> {
        let Self { element, count, .. } = *self;
        memory::fits(name, count as u64, memory::Reads::Straight)?;
        let line = matches!(self.shape.as_slice(), [] | [_]);
        let cut = |e: std::io::Error| DataError::input(name, format!("could not be read to its end ({e})"));
        if exact && line && element.is_large() {
            return Ok((Data::whole(element.read_whole(reader, count).map_err(cut)?), Vec::new()));
        }
        let cells = element.read(reader, count).map_err(cut)?;
        let values = match cells {
            Cells::Text(cells) => return Ok((Data::texts(cells), Vec::new())),
            Cells::Numbers(values) => values,
        };
        let whole = !element.is_real();
        let notes = if (element.letter, element.width) == (b'u', 1) && packed_bits(&values) {
            vec![format!(
                "{name}: these bytes look like packed bits; numpy.unpackbits(x, axis=1) makes eight features of each"
            )]
        } else {
            Vec::new()
        };
        if line {
            return Ok((Data::Numbers { values, whole }, notes));
        }
        Ok((Data::Array(Array { shape: self.shape.clone(), fortran: self.fortran, values, whole }), notes))
    }
}

/// Elements as they are stored.
enum Cells {
    Numbers(Vec<f64>),
    Text(Vec<Option<String>>),
}

/// Whether every bit of the bytes is set about half of the time, as in binary embeddings.
fn packed_bits(values: &[f64]) -> bool {
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

/// The type of an element.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Element {
    big_endian: bool,
    /// The letter of numpy; `B` is bfloat16, `4` float8_e4m3fn and `5` float8_e5m2.
    letter: u8,
    /// Bytes (characters of four bytes for `U`).
    width: usize,
}

/// Numpy's descriptor of bfloat16, which it does not have.
pub(super) const BFLOAT16: &str = "bf16";

impl Element {
    const BFLOAT16: Self = Self { big_endian: false, letter: b'B', width: 2 };

    /// A type that numpy does not name in the file, by its name in `ml_dtypes`.
    fn of_name(name: &str) -> Option<Self> {
        match name {
            "bfloat16" => Some(Self::BFLOAT16),
            "float8_e4m3fn" => Some(Self { letter: b'4', width: 1, ..Self::BFLOAT16 }),
            "float8_e5m2" => Some(Self { letter: b'5', width: 1, ..Self::BFLOAT16 }),
            _ => None,
        }
    }

    fn parse(descriptor: &str) -> Option<Self> {
        if descriptor == BFLOAT16 {
            return Some(Self::BFLOAT16);
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

    const fn is_text(self) -> bool {
        matches!(self.letter, b'U' | b'S')
    }

    const fn is_real(self) -> bool {
        !matches!(self.letter, b'i' | b'u' | b'b')
    }

    /// Whether a double cannot hold every value.
    const fn is_large(self) -> bool {
        matches!(self.letter, b'i' | b'u') && self.width == 8
    }

    /// Whole numbers of 64 bits.
    fn read_whole(self, mut reader: impl Read, count: usize) -> std::io::Result<Vec<Option<i128>>> {
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

    const fn size(self) -> usize {
        if self.letter == b'U' { 4 * self.width } else { self.width }
    }

    fn read(self, mut reader: impl Read, count: usize) -> std::io::Result<Cells> {
        let mut buffer = vec![0; self.size() * count.min(1 << 14)];
        let (mut values, mut text): (Vec<f64>, Vec<Option<String>>) = (Vec::new(), Vec::new());
        let mut left = count;
        while left > 0 {
            let now = left.min(1 << 14);
            let Some(part) = buffer.get_mut(..now * self.size()) else { break };
            reader.read_exact(part)?;
            // Memory grows with what has really been read.
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
        match (self.letter, self.width) {
            (b'f', 2) => each!(u16, half),
            (b'B', _) => each!(u16, |bits| f64::from(f32::from_bits(u32::from(bits) << 16))),
            (b'4', _) => values.extend(bytes.iter().map(|&b| e4m3(b))),
            (b'5', _) => values.extend(bytes.iter().map(|&b| half(u16::from(b) << 8))),
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
            super::cell::text(cell)
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

/// A number of 8 bits with 4 bits of exponent, as `float8_e4m3fn`: no infinities.
fn e4m3(bits: u8) -> f64 {
    let (exponent, fraction) = (i32::from(bits >> 3 & 0xf), f64::from(bits & 7));
    let size = match exponent {
        0 => fraction * 2f64.powi(-9),
        15 if fraction == 7.0 => f64::NAN,
        _ => (8.0 + fraction) * 2f64.powi(exponent - 10),
    };
    if bits >> 7 == 1 { -size } else { size }
}

/// Checks that nothing follows; a packed stream compares its checksum here.
fn end(mut reader: impl Read) -> std::io::Result<()> {
    let mut more = [0];
    match reader.read(&mut more)? {
        0 => Ok(()),
        _ => Err(std::io::Error::other("more bytes follow than were promised")),
    }
}

#[cfg(test)]
mod tests {
    use super::{e4m3, half};

    /// The values of the format's definition: the least, the largest, one, a negative number, NaN.
    #[test]
    fn eight_bits_are_exact() {
        for (bits, value) in [(0x01, 2f64.powi(-9)), (0x7e, 448.0), (0x38, 1.0), (0xc4, -3.0), (0x00, 0.0)] {
            assert_eq!(e4m3(bits), value);
        }
        assert!(e4m3(0x7f).is_nan() && e4m3(0xff).is_nan());
    }

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
