//! Archives of arrays (`.npz`), opened directly so that no array is read before its claimed size is checked.

use std::io::BufReader;

use super::super::error::{DataError, listed, quoted};
use super::npy::read_array;
use super::{Source, Table, open};

/// The array that is named, or the only one, or the first of the usual names that is there.
pub(super) fn read(source: &Source<'_>) -> Result<Table, DataError> {
    let name = source.name;
    let (file, _) = open(source.path, name)?;
    let damaged = |e: zip::result::ZipError| {
        DataError::input(name, format!("not a readable .npz archive of arrays ({e})"))
    };
    let mut archive = zip::ZipArchive::new(BufReader::new(file)).map_err(damaged)?;
    let names: Vec<String> =
        archive.file_names().map(|name| name.map(Into::into)).collect::<Result<_, _>>().map_err(damaged)?;
    let stem = |n: &str| n.strip_suffix(".npy").unwrap_or(n).to_owned();
    let found = |part: &str| names.iter().find(|n| stem(n) == part);
    let arrays = || match names.as_slice() {
        [] => "no array".into(),
        _ => {
            let stems: Vec<_> = names.iter().map(|n| stem(n)).collect();
            format!("the arrays {}", listed(stems.iter().map(String::as_str)))
        }
    };
    let chosen = match (source.part, names.as_slice()) {
        (Some(part), _) => found(part).ok_or_else(|| {
            DataError::input(name, format!("has no array {}; it holds {}", quoted(part), arrays()))
        })?,
        (None, [only]) => only,
        (None, _) => source.role.preferred().iter().find_map(|part| found(part)).ok_or_else(|| {
            let wanted = source.role.preferred().join(", ");
            let problem = format!(
                "holds {}; accepted are a single array, one named {wanted}, or the name after a colon",
                arrays()
            );
            DataError::input(name, problem)
        })?,
    };
    let part = stem(chosen);
    let label = match source.part {
        Some(_) => name.to_owned(),
        None => format!("{name}:{}", crate::outside::text::plain(&part)),
    };
    let entry = archive.by_name(chosen).map_err(damaged)?;
    let (size, packed) = (entry.size(), entry.compressed_size());
    // Deflate packs at most 1032 to 1.
    if size > packed.saturating_mul(1032).saturating_add(1024) {
        return Err(DataError::input(label, format!("claims {size} bytes but only {packed} are stored")));
    }
    Ok(Table { part: Some(part), ..read_array(BufReader::new(entry), size, &label)? })
}
