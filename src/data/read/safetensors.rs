//! Tensors of `.safetensors` files: the header is read and checked, then only the tensor that is meant.

use std::io::{BufReader, Read, Seek, SeekFrom};

use safetensors::Dtype;
use safetensors::tensor::Metadata;

use super::super::error::{DataError, listed, quoted};
use super::{Source, Table, memory, npy, open};

/// The format's own limit on its header.
const LONGEST_HEADER: u64 = 100_000_000;

pub(super) fn read(source: &Source<'_>) -> Result<Table, DataError> {
    let name = source.name;
    let bad = |problem: String| DataError::input(name, problem);
    let cut = |_: std::io::Error| DataError::input(name, "ends within its header; the file is truncated");
    let (file, length) = open(source.path, name)?;
    let mut reader = BufReader::new(file);
    let mut size = [0; 8];
    reader.read_exact(&mut size).map_err(cut)?;
    let header = u64::from_le_bytes(size);
    if header > LONGEST_HEADER || header + 8 > length {
        return Err(bad("is no safetensors file, or is truncated".into()));
    }
    let mut bytes = vec![0; header as usize];
    reader.read_exact(&mut bytes).map_err(cut)?;
    let metadata: Metadata = serde_json::from_slice(&bytes)
        .map_err(|_| bad("is no readable safetensors file (its header is damaged)".into()))?;
    let tensors = metadata.tensors();
    let mut names: Vec<&str> = tensors.keys().map(String::as_str).collect();
    names.sort_unstable();
    let chosen = match (source.part, names.as_slice()) {
        (Some(part), _) => names.iter().find(|n| **n == part).ok_or_else(|| {
            let known = listed(names.iter().copied());
            bad(format!("has no tensor {}; it holds {known}", quoted(part)))
        })?,
        (None, [only]) => only,
        (None, _) => {
            let preferred = source.role.preferred().iter().find(|p| names.contains(p));
            preferred.ok_or_else(|| {
                let known = listed(names.iter().copied());
                bad(format!("holds the tensors {known}; say which is meant after a colon"))
            })?
        }
    };
    let Some(info) = tensors.get(*chosen) else { return Err(bad("holds no tensor".into())) };
    let descriptor = match info.dtype {
        Dtype::F64 => "<f8",
        Dtype::F32 => "<f4",
        Dtype::F16 => "<f2",
        Dtype::BF16 => npy::BRAIN_FLOAT,
        Dtype::I64 => "<i8",
        Dtype::I32 => "<i4",
        Dtype::I16 => "<i2",
        Dtype::I8 => "|i1",
        Dtype::U64 => "<u8",
        Dtype::U32 => "<u4",
        Dtype::U16 => "<u2",
        Dtype::U8 => "|u1",
        Dtype::BOOL => "|b1",
        other => return Err(bad(format!("holds numbers of type {other:?}; {}", npy::KINDS))),
    };
    let (from, to) = info.data_offsets;
    let stored = (to as u64).saturating_sub(from as u64);
    let count =
        info.shape.iter().try_fold(1_usize, |product, &d| product.checked_mul(d)).unwrap_or(usize::MAX);
    let promised = (count as u64).saturating_mul(info.dtype.bitsize() as u64 / 8);
    if promised != stored || 8 + header + to as u64 > length {
        let shape = info.shape.iter().map(ToString::to_string).collect::<Vec<_>>().join("×");
        return Err(bad(format!(
            "promises {shape} numbers, {promised} bytes, where {stored} are stored; the file is truncated or damaged"
        )));
    }
    if count == 0 {
        return Err(bad("holds no numbers".into()));
    }
    memory::fits(name, count as u64, memory::Reads::Straight)?;
    reader.seek(SeekFrom::Start(8 + header + from as u64)).map_err(cut)?;
    let cells = npy::read_cells(reader.take(stored), descriptor, count)
        .map_err(|e| bad(format!("could not be read to its end ({e})")))?;
    Ok(Table { shape: info.shape.clone(), part: Some((*chosen).to_owned()), ..Table::new(0, 0, cells) })
}
