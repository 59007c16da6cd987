//! Tensors of `.safetensors` files: the header is read and checked, then only the selected tensor.

use std::collections::BTreeMap;
use std::fmt;
use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};

use safetensors::Dtype;
use safetensors::tensor::Metadata;
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};

use super::super::error::{DataError, quoted};
use super::npy::{self, Stored};
use super::table::{Content, Frame, Head, Kind, Taken, Want};
use super::{Source, open};

/// Maximum header length of the format.
const LONGEST_HEADER: u64 = 100_000_000;

/// The tensors of a file, each a column by its name, in alphabetical order.
pub(super) fn read(source: &Source) -> Result<Frame, DataError> {
    let name = &source.name;
    let bad = |problem: String| DataError::input(name, problem);
    let cut = |_: std::io::Error| DataError::input(name, "ends within its header; the file is truncated");
    let (file, length) = open(&source.path, name)?;
    let mut reader = BufReader::new(file);
    let mut size = [0; 8];
    reader.read_exact(&mut size).map_err(cut)?;
    let header = u64::from_le_bytes(size);
    if header > LONGEST_HEADER || header + 8 > length {
        return Err(bad("is no safetensors file, or is truncated".into()));
    }
    let mut bytes = vec![0; header as usize];
    reader.read_exact(&mut bytes).map_err(cut)?;
    let damaged = || bad("is not a readable safetensors file (its header is damaged)".into());
    let keys: Keys = serde_json::from_slice(&bytes).map_err(|_| damaged())?;
    if let Some((twice, _)) = keys.0.iter().find(|(_, count)| **count > 1) {
        return Err(bad(format!("names {} twice; accepted are different names", quoted(twice))));
    }
    let metadata: Metadata = serde_json::from_slice(&bytes).map_err(|_| damaged())?;
    let tensors: BTreeMap<_, _> = metadata.tensors().into_iter().collect();
    let (mut heads, mut places) = (Vec::new(), Vec::new());
    let mut end = 0;
    for (tensor, info) in &tensors {
        let (from, to) = (info.data_offsets.0 as u64, info.data_offsets.1 as u64);
        end = to.max(end);
        let stored = to.saturating_sub(from);
        let count = info.shape.iter().try_fold(1_usize, |product, &d| product.checked_mul(d));
        let promised = (count.unwrap_or(usize::MAX) as u64).saturating_mul(info.dtype.bitsize() as u64 / 8);
        if promised != stored || 8 + header + to > length {
            let shape = info.shape.iter().map(ToString::to_string).collect::<Vec<_>>().join("×");
            return Err(bad(format!(
                "promises {shape} numbers, {promised} bytes, where {stored} are stored; the file is truncated or damaged"
            )));
        }
        let array = descriptor(info.dtype).and_then(|d| Stored::plain(info.shape.clone(), d));
        let kind = match &array {
            Some(_) if count == Some(0) => Kind::Unread("holds no numbers".into()),
            Some(array) => array.kind(),
            None => Kind::Unread(format!("holds numbers of type {:?}; {}", info.dtype, npy::KINDS)),
        };
        heads.push(Head::new(tensor.as_str(), kind));
        places.push((8 + header + from, array));
    }
    if 8 + header + end != length {
        let more = length.saturating_sub(8 + header + end);
        return Err(bad(format!("has {more} bytes after its last tensor; the file is damaged")));
    }
    if heads.is_empty() {
        return Err(bad("holds no tensor".into()));
    }
    let content = Box::new(Tensors { reader, places, name: name.clone() });
    Ok(Frame { heads, noun: "tensor", notes: Vec::new(), keyed: None, content })
}

struct Tensors {
    reader: BufReader<File>,
    /// Position and header of each tensor.
    places: Vec<(u64, Option<Stored>)>,
    name: String,
}

impl Content for Tensors {
    fn take(&mut self, columns: &[Want], _: Option<usize>) -> Result<Taken, DataError> {
        let mut taken = Taken { columns: Vec::new(), notes: Vec::new() };
        for &Want { column, exact } in columns {
            let Some((start, Some(array))) = self.places.get(column) else {
                return Err(DataError::input(&self.name, "holds no such tensor"));
            };
            let cut = |e| DataError::input(&self.name, format!("could not be read to its end ({e})"));
            self.reader.seek(SeekFrom::Start(*start)).map_err(cut)?;
            let bytes = (&mut self.reader).take(array.length());
            let (data, notes) = array.take(bytes, &self.name, exact)?;
            taken.columns.push(data);
            taken.notes.extend(notes);
        }
        Ok(taken)
    }
}

/// The numpy descriptor of a tensor type.
const fn descriptor(dtype: Dtype) -> Option<&'static str> {
    Some(match dtype {
        Dtype::F64 => "<f8",
        Dtype::F32 => "<f4",
        Dtype::F16 => "<f2",
        Dtype::BF16 => npy::BFLOAT16,
        Dtype::F8_E4M3 => npy::FLOAT8_E4M3,
        Dtype::F8_E5M2 => npy::FLOAT8_E5M2,
        Dtype::I64 => "<i8",
        Dtype::I32 => "<i4",
        Dtype::I16 => "<i2",
        Dtype::I8 => "|i1",
        Dtype::U64 => "<u8",
        Dtype::U32 => "<u4",
        Dtype::U16 => "<u2",
        Dtype::U8 => "|u1",
        Dtype::BOOL => "|b1",
        _ => return None,
    })
}

/// Number of occurrences of each key of a JSON object.
struct Keys(BTreeMap<String, usize>);

impl<'de> Deserialize<'de> for Keys {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Count;
        impl<'de> Visitor<'de> for Count {
            type Value = Keys;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Keys, M::Error> {
                let mut keys = BTreeMap::new();
                while let Some((key, _)) = map.next_entry::<String, IgnoredAny>()? {
                    *keys.entry(key).or_default() += 1;
                }
                Ok(Keys(keys))
            }
        }
        deserializer.deserialize_map(Count)
    }
}
