//! Arrays saved by numpy (`.npy`), read without trusting their headers.
//!
//! The header's dictionary is parsed by `ndarray-npy` after its length and nesting are checked. The claimed size is
//! compared with the file's length before memory is allocated. Numbers of every real type become f64.

mod element;
mod small;

use std::fs::File;
use std::io::{BufReader, Read};

use ndarray_npy::npy::header::{Header, Layout};

use super::super::error::{DataError, quoted};
use super::table::{Array, Content, Data, Frame, Head, Kind, Taken, Want};
use super::{Source, memory, open, python};
use element::{Cells, Element};

pub(super) use element::{BFLOAT16, half};
pub(super) use small::{FLOAT8_E4M3, FLOAT8_E5M2};

/// Maximum header length, numpy's own default.
const LONGEST_HEADER: usize = 10_000;
/// Maximum number of elements: 16 GiB as f64.
const MOST_NUMBERS: usize = 1 << 31;
pub(super) const KINDS: &str =
    "accepted are floats of 16, 32 or 64 bits, whole numbers of 8 to 64 bits and booleans";

/// The array of an `.npy` file. The part names the element type if numpy lacks it (`x.npy:bfloat16`).
pub(super) fn read(source: &Source) -> Result<Frame, DataError> {
    let (file, length) = open(&source.path, &source.name)?;
    let mut reader = BufReader::new(file);
    let element = source.part.as_deref().and_then(Element::of_name);
    if element.is_none()
        && let Some(part) = source.part.as_deref().filter(|part| part.parse::<usize>().is_err())
    {
        let problem = format!(
            "has no part {}; an .npy file holds a single array, of which a position along the second axis is a part; \
             {} are types of its elements",
            quoted(part),
            Element::names().join(", ")
        );
        return Err(DataError::input(&source.name, problem));
    }
    let array = Stored::new(&mut reader, length, &source.name, element)?;
    let head = Head::new(source.part.clone().filter(|_| element.is_some()).unwrap_or_default(), array.kind());
    let notes = Vec::new();
    let content = Box::new(Single { reader, array, name: source.name.clone() });
    Ok(Frame { heads: vec![head], noun: "array", notes, keyed: None, content })
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

/// An array whose header was read, but not its elements.
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
    /// Reads and checks the header of an array of `length` bytes; `element` is given for types that numpy lacks.
    pub fn new(
        mut reader: impl Read,
        length: u64,
        name: &str,
        element: Option<Element>,
    ) -> Result<Self, DataError> {
        let bad = |problem: String| DataError::input(name, problem);
        let (header, text, header_length) = read_header(&mut reader, length, name)?;
        let follow = length.saturating_sub(header_length);
        let descriptor = match header.type_descriptor.as_string() {
            Some(text) => text.clone(),
            None => return Err(bad(records(name, &text))),
        };
        let plain = descriptor.trim_start_matches(['|', '<', '>', '=']);
        if plain.starts_with('O') {
            return Err(bad(format!(
                "holds Python objects; accepted are numbers or texts, in Python: {} or for labels: {}",
                python::of_array(python::OBJECTS, python::NPZ_OBJECTS, name),
                python::of_array(python::OBJECT_LABELS, python::NPZ_OBJECT_LABELS, name)
            )));
        }
        let element = match (Element::parse(&descriptor), element) {
            (Some(element), _) => element,
            (None, Some(named)) if plain == format!("V{}", named.width) => named,
            (None, _) if matches!(plain, "V1" | "V2") => return Err(bad(untyped(name, plain == "V2"))),
            _ if plain.starts_with(['M', 'm']) => {
                return Err(bad(format!("holds dates or durations ({}); {KINDS}", quoted(&descriptor))));
            }
            _ if plain.starts_with('c') => {
                let line = python::of_array(python::COMPLEX, python::NPZ_COMPLEX, name);
                return Err(bad(format!(
                    "holds complex numbers; {KINDS}; their real and imaginary parts as features, in Python: {line}"
                )));
            }
            _ if matches!(plain, "f12" | "f16") => {
                let line = python::of_array(python::LONG_DOUBLES, python::NPZ_LONG_DOUBLES, name);
                return Err(bad(format!("holds floats of more than 64 bits; {KINDS}, in Python: {line}")));
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

    /// A header known from elsewhere: little-endian numbers in row-major order, of numpy's descriptor or a name of
    /// `ml_dtypes`.
    pub fn plain(shape: Vec<usize>, descriptor: &str) -> Option<Self> {
        let count = shape.iter().try_fold(1_usize, |product, &d| product.checked_mul(d))?;
        let element = Element::of_name(descriptor).or_else(|| Element::parse(descriptor))?;
        let length = count.checked_mul(element.size())? as u64;
        Some(Self { shape, fortran: false, element, count, length })
    }

    /// Bytes of the header and the elements.
    pub const fn length(&self) -> u64 {
        self.length
    }

    /// Whether this is an array of truth values of the shape of `other`, which has two axes.
    pub fn masks(&self, other: &Self) -> bool {
        let truth = self.element.letter == b'b' && other.element.letter != b'b';
        truth && self.shape.len() == 2 && self.shape == other.shape && self.fortran == other.fortran
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

    /// Reads the elements that follow the header. With `exact`, whole numbers that a double cannot represent become
    /// text.
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

/// Reads the header; returns it with its text and its length in bytes.
fn read_header(reader: &mut impl Read, length: u64, name: &str) -> Result<(Header, String, u64), DataError> {
    let bad = |problem: &str| DataError::input(name, problem);
    let mut bytes = vec![0; 8];
    let magic = reader.read_exact(&mut bytes).is_ok() && bytes.starts_with(b"\x93NUMPY");
    if !magic && bytes.starts_with(b"\x80") {
        let line = python::line(python::DUMPED, name);
        return Err(bad(&format!("is a pickled array of numpy's dump; in Python: {line}")));
    }
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
    // The parser of the dictionary is recursive, so nesting is bounded first.
    if text.iter().filter(|b| matches!(b, b'(' | b'[' | b'{')).count() > 4 {
        return Err(DataError::input(name, records(name, &String::from_utf8_lossy(&text))));
    }
    let written = String::from_utf8_lossy(&text).into_owned();
    bytes.extend(size);
    bytes.extend(text);
    let header = Header::from_reader(&mut bytes.as_slice()).map_err(|e| {
        DataError::input(name, format!("has a damaged header ({})", one_line(&e.to_string())))
    })?;
    Ok((header, written, total))
}

/// The last line of a parser's message; the lines above quote its input.
fn one_line(message: &str) -> String {
    message.lines().last().unwrap_or_default().trim().trim_start_matches("= ").to_owned()
}

/// A message about an array of records, and how to convert the file; `header` is the text of its header.
fn records(name: &str, header: &str) -> String {
    let line = match vectors_in(header) {
        Some(field) => python::of_field(python::RECORD_VECTORS, python::NPZ_RECORD_VECTORS, name, field),
        None => python::of_array(python::RECORDS, python::NPZ_RECORDS, name),
    };
    format!("holds a table of records; {KINDS}, in Python: {line}")
}

/// The first field of records that holds an array, by the text of the header: `('x', '<f4', (8,))`.
fn vectors_in(header: &str) -> Option<&str> {
    let (before, _) = header.split_once("', (")?;
    let start = before.rfind("('")? + 2;
    before.get(start..)?.split('\'').next()
}

/// A message about elements of a type that numpy does not name in the file, and two ways to read them.
fn untyped(name: &str, two_bytes: bool) -> String {
    let (size, kind, part, one, several) = if two_bytes {
        let types = (python::BFLOAT16, python::NPZ_BFLOAT16);
        ("2 bytes", "bfloat16 of jax and ml_dtypes", BFLOAT16, types.0, types.1)
    } else {
        (
            "1 byte",
            "float8 of ml_dtypes, of which there are eight, or int4,",
            FLOAT8_E4M3,
            python::FLOAT8,
            python::NPZ_FLOAT8,
        )
    };
    let (path, member) = super::split(std::path::Path::new(name));
    let named = if member.is_none() && super::ending(&path) == "npy" {
        format!("{name}:{part} reads them as {part}, or ")
    } else {
        String::new()
    };
    let line = python::of_array(one, several, name);
    format!(
        "holds elements of {size} whose type is not in the file ({kind} is saved so); {named}in Python, with the type that \
         they have: {line}"
    )
}
