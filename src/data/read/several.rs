//! Several files as one table: a quoted pattern (`train-*.parquet`) or a folder, whose subfolders may be classes
//! (`label=owl/part-0.parquet`).

use std::path::{Path, PathBuf};

use super::super::error::{DataError, listed, quoted};
use super::numbering::natural;
use super::partition::part_of_split;
use super::table::{Array, Content, Data, Frame, Head, Kind, Taken, Texts, Want};
use super::{Source, ending, format_of, python};

/// Maximum number of files.
const MOST_FILES: usize = 100_000;
/// Hive's name for a folder of missing values.
const MISSING: &str = "__HIVE_DEFAULT_PARTITION__";

/// Name of the column for folder names without `=`.
const FOLDER: &str = "folder";

/// One of several files, with the column values given by its folder names to all of its rows.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Shard {
    path: PathBuf,
    /// (column, value); `None` is a missing value.
    folders: Vec<(String, Option<String>)>,
}

/// A folder that is a table or array of a library, with the line of Python for it. The files of a table that has
/// versions are not its rows: those of earlier versions stay in the folder.
fn store(path: &Path) -> Option<(&'static str, python::Line)> {
    let within = |name: &str| path.join(name);
    if within("_delta_log").is_dir() {
        return Some(("a table of Delta Lake", python::DELTA));
    }
    if within("_versions").is_dir() && within("data").is_dir() {
        return Some(("a dataset of Lance", python::LANCE));
    }
    let about = std::fs::read_to_string(within("zarr.json")).ok();
    let about = about.map(|about| serde_json::from_str(&about).unwrap_or(serde_json::Value::Null));
    // The description of a group may contain those of its arrays.
    if within(".zarray").exists() || about.as_ref().is_some_and(|about| about["node_type"] == "array") {
        return Some(("an array of zarr", python::ZARR));
    }
    if !within(".zgroup").exists() && about.is_none() {
        return None;
    }
    Some(match within("obs").is_dir() {
        true => ("a store of zarr", python::ZARR_CELLS),
        false => ("a group of zarr", python::ZARR_GROUP),
    })
}

/// The name of the newest description of a table of Iceberg, without its ending.
fn iceberg(path: &Path) -> Option<String> {
    let files = std::fs::read_dir(path.join("metadata")).ok()?.take(MOST_FILES).flatten();
    let names = files.map(|file| file.file_name().to_string_lossy().into_owned());
    let versions = names.filter_map(|name| name.strip_suffix(".metadata.json").map(str::to_owned));
    versions.max_by(|a, b| natural(a, b))
}

/// The files of a pattern or a folder, in order; `None` for other paths.
///
/// # Errors
/// One sentence if there are none, or if they are of several kinds.
pub(super) fn files(source: &Source) -> Result<Option<Vec<Shard>>, DataError> {
    let bad = |problem: &str| DataError::input(&source.name, problem);
    let path = &source.path;
    let mut shards = Vec::new();
    if path.is_dir() {
        if let Some((kind, line)) = store(path) {
            let line = python::line(line, &source.name);
            return Err(bad(&format!("is {kind}, which is not read; in Python: {line}")));
        }
        if let Some(newest) = iceberg(path) {
            let line = python::with(python::ICEBERG, &source.name, &[("NAME", &newest)]);
            return Err(bad(&format!("is a table of Iceberg, which is not read; in Python: {line}")));
        }
        if path.join(".hoodie").is_dir() {
            return Err(bad(
                "is a table of Hudi, which is not read; accepted are its rows as one Parquet file, as Spark writes them",
            ));
        }
        let ends = |ending: &str| shards_in(path, ending);
        for kind in ["parquet", "pq", "arrow"] {
            if format_of(kind).is_some() {
                shards.extend(ends(kind).map_err(|e| bad(&format!("could not be read ({e})")))?);
            }
            if !shards.is_empty() {
                break;
            }
        }
        if shards.is_empty() {
            return Err(bad(
                "is a directory without Parquet files; accepted is a file, a folder of Parquet or Arrow files, or a quoted pattern such as 'FOLDER/*.csv'",
            ));
        }
        one_part(source, &shards)?;
    } else if let Some(pattern) =
        path.to_str().filter(|text| text.contains(['*', '?'])).filter(|_| !path.exists())
    {
        let found = glob::glob(pattern).map_err(|e| bad(&format!("is not a valid file pattern ({e})")))?;
        for path in found.take(MOST_FILES) {
            let path = path.map_err(|e| bad(&format!("could not be read ({e})")))?;
            if path.is_file() {
                shards.push(Shard { path, folders: Vec::new() });
            }
        }
        if shards.is_empty() {
            return Err(bad("matches no file"));
        }
    } else {
        return Ok(None);
    }
    shards.sort_by(|a, b| natural(&a.path.to_string_lossy(), &b.path.to_string_lossy()));
    let kinds: Vec<String> = shards.iter().map(|shard| ending(&shard.path)).collect();
    if let Some(other) = kinds.iter().find(|kind| Some(*kind) != kinds.first()) {
        let first = kinds.first().map_or("", String::as_str);
        return Err(bad(&format!(
            "is files of several kinds ({}); accepted are files of one",
            listed([first, other].into_iter())
        )));
    }
    Ok(Some(shards))
}

/// Refuses a folder with several parts of a split, since as one table test rows would be used for training. The
/// folder names are a column, so that `--split-column folder` can separate the parts.
fn one_part(source: &Source, shards: &[Shard]) -> Result<(), DataError> {
    if source.aside.iter().any(|column| column == FOLDER) {
        return Ok(());
    }
    let mut found: Vec<(String, bool, &Shard)> = Vec::new();
    for shard in shards {
        if let Some((part, by_folder)) = part_of_split(&source.path, &shard.path)
            && !found.iter().any(|(known, ..)| *known == part)
        {
            found.push((part, by_folder, shard));
        }
    }
    found.sort_by(|a, b| a.0.cmp(&b.0));
    let (Some((first, by_folder, shard)), true) = (found.last(), found.len() > 1) else { return Ok(()) };
    let plain = |path: &Path| crate::outside::text::path(path);
    let part = source
        .part
        .as_deref()
        .map_or_else(String::new, |part| format!(":{}", crate::outside::text::plain(part)));
    let folders = |name: &std::ffi::OsStr| name.to_string_lossy().eq_ignore_ascii_case(first);
    let one = shard.path.ancestors().find(|folder| folder.file_name().is_some_and(folders));
    let way = match (by_folder, one, shard.path.parent()) {
        (true, Some(folder), _) => {
            format!("{}{part}, or --split-column {FOLDER}, which leaves rows of test out", plain(folder))
        }
        (_, _, Some(folder)) => format!("'{}/{first}*.{}{part}'", plain(folder), ending(&shard.path)),
        _ => plain(&shard.path),
    };
    let names = listed(found.iter().map(|(part, ..)| part.as_str()).collect::<Vec<_>>().into_iter());
    Err(DataError::input(
        &source.name,
        format!("holds parts of a split, {names}; accepted is one of them, such as {way}"),
    ))
}

/// Files with this ending in a folder and its subfolders; hidden ones are left out.
fn shards_in(root: &Path, wanted: &str) -> std::io::Result<Vec<Shard>> {
    let mut shards = Vec::new();
    let mut folders = vec![(root.to_path_buf(), Vec::new())];
    while let Some((folder, values)) = folders.pop() {
        for entry in std::fs::read_dir(folder)? {
            let (entry, kind) = entry.and_then(|e| e.file_type().map(|kind| (e, kind)))?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.starts_with(['.', '_']) && !name.starts_with("__HIVE") || shards.len() >= MOST_FILES {
                continue;
            }
            if kind.is_dir() {
                let mut values: Vec<(String, Option<String>)> = values.clone();
                let value = match name.split_once('=') {
                    Some((column, value)) => (decoded(column), (value != MISSING).then(|| decoded(value))),
                    None => (FOLDER.to_owned(), Some(name)),
                };
                values.push(value);
                folders.push((entry.path(), values));
            } else if ending(&entry.path()) == wanted {
                shards.push(Shard { path: entry.path(), folders: values.clone() });
            }
        }
    }
    Ok(shards)
}

/// Decodes percent escapes: `a%20b` is "a b".
fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let code = after.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        match code.and_then(|hex| u8::from_str_radix(hex, 16).ok()).filter(|_| first == b'%') {
            Some(byte) => {
                bytes.push(byte);
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(first);
                rest = after;
            }
        }
    }
    super::cell::text(&bytes)
}

/// The files as one table: the columns of the first file, which every other must have, and a text column for each
/// level of folders.
pub(super) fn read(
    source: &Source,
    shards: Vec<Shard>,
    open: fn(&Source) -> Result<Frame, DataError>,
) -> Result<Frame, DataError> {
    let of = |shard: &Shard| {
        let name = crate::outside::text::path(&shard.path);
        Source { path: shard.path.clone(), name, ..source.clone() }
    };
    let Some(first) = shards.first() else { return Err(DataError::input(&source.name, "matches no file")) };
    let mut frame = open(&of(first))?;
    let columns: Vec<String> = first.folders.iter().map(|(column, _)| column.clone()).collect();
    if let Some(other) = shards.iter().find(|s| !s.folders.iter().map(|(c, _)| c).eq(&columns)) {
        let name = crate::outside::text::path(&other.path);
        let problem = format!(
            "lies in other folders than {}; accepted are the same levels for every file",
            quoted(&first.path.to_string_lossy())
        );
        return Err(DataError::input(name, problem));
    }
    let inside: Vec<Head> = frame.heads.clone();
    let mut added = Vec::new();
    for (level, column) in columns.iter().enumerate() {
        // Polars also writes the folder's column into the files.
        if !inside.iter().any(|head| head.name == *column) {
            frame.heads.push(Head::new(column.as_str(), Kind::Text));
            added.push(level);
        }
    }
    let count = shards.len();
    if count > 1 {
        let name = |shard: Option<&Shard>| {
            shard
                .and_then(|s| {
                    s.path
                        .strip_prefix(&source.path)
                        .ok()
                        .filter(|p| !p.as_os_str().is_empty())
                        .or(s.path.file_name().map(Path::new))
                        .map(|p| p.to_string_lossy().into_owned())
                })
                .unwrap_or_default()
        };
        let (from, to) = (name(shards.first()), name(shards.last()));
        frame.notes.push(format!(
            "{}: {count} files, in the order {} … {}",
            source.name,
            quoted(&from),
            quoted(&to)
        ));
    }
    let content = Shards { source: source.clone(), shards, open, inside, added };
    Ok(Frame { content: Box::new(content), noun: "column", ..frame })
}

struct Shards {
    source: Source,
    shards: Vec<Shard>,
    open: fn(&Source) -> Result<Frame, DataError>,
    /// The columns stored in the files.
    inside: Vec<Head>,
    /// The folder levels that are appended as columns.
    added: Vec<usize>,
}

impl Content for Shards {
    fn take(&mut self, columns: &[Want], _: Option<usize>) -> Result<Taken, DataError> {
        let mut whole: Vec<Option<Data>> = columns.iter().map(|_| None).collect();
        let mut notes = Vec::new();
        for shard in &self.shards {
            let name = crate::outside::text::path(&shard.path);
            let source = Source { path: shard.path.clone(), name: name.clone(), ..self.source.clone() };
            let mut frame = (self.open)(&source)?;
            // Columns are matched by name, since their order may differ.
            let mut wanted = Vec::new();
            for want in columns.iter().filter(|want| want.column < self.inside.len()) {
                let Some(head) = self.inside.get(want.column) else { continue };
                let column = frame.heads.iter().position(|h| h.name == head.name).ok_or_else(|| {
                    let names = listed(frame.heads.iter().map(|h| h.name.as_str()));
                    DataError::input(
                        &name,
                        format!(
                            "has no column {}, which the first file has; it has {names}",
                            quoted(&head.name)
                        ),
                    )
                })?;
                wanted.push(Want { column, exact: want.exact });
            }
            // The number of rows is needed for the column of a folder, so some column of the file is read.
            if wanted.is_empty() {
                wanted.push(Want { column: 0, exact: false });
            }
            let taken = frame.content.take(&wanted, None)?;
            let rows = taken.columns.first().map_or(0, Data::rows);
            notes.extend(taken.notes);
            let mut found = taken.columns.into_iter();
            for (want, whole) in columns.iter().zip(&mut whole) {
                let data = match want.column.checked_sub(self.inside.len()) {
                    None => found.next(),
                    Some(at) => {
                        let level = self.added.get(at).copied().unwrap_or(0);
                        let value = shard.folders.get(level).and_then(|(_, value)| value.clone());
                        // A folder name is never a missing value: "NA" is a name.
                        let texts = Texts { cells: vec![value; rows], quoted: vec![true; rows] };
                        Some(Data::Text(texts))
                    }
                };
                let Some(data) = data else { continue };
                *whole = Some(match whole.take() {
                    None => data,
                    Some(before) => join(before, data, &name)?,
                });
            }
        }
        let missing = || DataError::input(&self.source.name, "holds no rows");
        let columns = whole.into_iter().map(|data| data.ok_or_else(missing)).collect::<Result<_, _>>()?;
        notes.truncate(3);
        Ok(Taken { columns, notes })
    }
}

/// Appends rows to rows.
fn join(before: Data, after: Data, name: &str) -> Result<Data, DataError> {
    let differ = |what: String| DataError::input(name, format!("{what}; accepted are files of one schema"));
    Ok(match (before, after) {
        (Data::Numbers { mut values, whole }, Data::Numbers { values: more, whole: other }) => {
            values.extend(more);
            Data::Numbers { values, whole: whole && other }
        }
        (Data::Text(mut texts), Data::Text(more)) => {
            let quoted =
                |t: &Texts| if t.quoted.is_empty() { vec![false; t.cells.len()] } else { t.quoted.clone() };
            texts.quoted = [quoted(&texts), quoted(&more)].concat();
            texts.cells.extend(more.cells);
            Data::Text(texts)
        }
        (Data::Array(mut a), Data::Array(b)) => {
            if a.shape.get(1..) != b.shape.get(1..) || a.fortran || b.fortran {
                let width = |a: &Array| a.shape.get(1).copied().unwrap_or(0);
                return Err(differ(format!(
                    "has {} numbers a row where files before have {}",
                    width(&b),
                    width(&a)
                )));
            }
            a.values.extend(b.values);
            if let (Some(rows), Some(more)) = (a.shape.first_mut(), b.shape.first()) {
                *rows += more;
            }
            Data::Array(a)
        }
        // Whole numbers that a double cannot represent are text in only one of the files.
        (Data::Numbers { values, whole: true }, Data::Text(more)) => {
            let texts = Data::texts(values.iter().map(|v| (!v.is_nan()).then(|| format!("{v}"))).collect());
            join(texts, Data::Text(more), name)?
        }
        (Data::Text(texts), Data::Numbers { values, whole: true }) => {
            let more = Data::texts(values.iter().map(|v| (!v.is_nan()).then(|| format!("{v}"))).collect());
            join(Data::Text(texts), more, name)?
        }
        _ => return Err(differ("has another type of numbers or texts in a column than files before".into())),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_shown_as_given() {
        assert_eq!(decoded("a%20b%2Fc"), "a b/c");
        assert_eq!(decoded("100%"), "100%");
    }
}
