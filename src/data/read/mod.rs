//! Files of rows: each kind opens as a [`table::Frame`], columns with logical types whose values are read on demand.
//!
//! One record a kind in [`FORMATS`], one file a kind beside this one. A path may name a part after a colon
//! (`data.npz:X`, `table.parquet:embedding`, `table.csv:f0-f383`); a quoted pattern (`train-*.parquet`) or a folder is
//! several files ([`several`]). Everything is checked: only ordinary files are opened, and memory is bounded by that of
//! the machine ([`memory`]).

#[cfg(feature = "arrow")]
mod arrow;
mod blanks;
mod cell;
mod csv;
mod delimited;
mod foreign;
mod grid;
#[cfg(feature = "hdf5")]
mod hdf5;
mod json;
mod jsonl;
mod memory;
mod metadata;
mod npy;
mod npz;
#[cfg(feature = "parquet")]
mod parquet;
mod profile;
mod python;
mod row;
mod safetensors;
mod select;
mod several;
mod svmlight;
mod table;
mod text;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::error::{DataError, quoted};
use crate::outside::crash;
use select::Selection;
use table::{Frame, Want};

pub(super) use cell::{means_missing, missing, number, whole};
pub(super) use select::{is_index, is_label};
pub(super) use table::{Array, Data, Texts};

/// Columns of a file that are looked at for what rows belong to.
const MOST_GROUPS: usize = 6;

/// A kind of file.
struct Format {
    /// Lower case, without the dot in front; `.gz` may follow where `packed`.
    endings: &'static [&'static str],
    packed: bool,
    read: fn(&Source) -> Result<Frame, DataError>,
}

/// All kinds; a new kind is a file with its `read`, and a line here.
const FORMATS: &[Format] = &[
    Format { endings: &["npy"], packed: false, read: npy::read },
    Format { endings: &["npz"], packed: false, read: npz::read },
    Format { endings: &["csv", "tsv"], packed: true, read: csv::read },
    #[cfg(feature = "parquet")]
    Format { endings: &["parquet", "pq"], packed: false, read: parquet::read },
    #[cfg(feature = "arrow")]
    Format { endings: &["arrow", "feather", "ipc", "arrows"], packed: false, read: arrow::read },
    #[cfg(feature = "hdf5")]
    Format { endings: &["h5", "hdf5", "hdf", "h5ad"], packed: false, read: hdf5::read },
    Format { endings: &["safetensors"], packed: false, read: safetensors::read },
    Format { endings: &["jsonl", "ndjson"], packed: true, read: jsonl::read },
    Format { endings: &["json"], packed: true, read: json::read },
    Format { endings: &["svm", "svmlight", "libsvm"], packed: true, read: svmlight::read },
    Format { endings: &["txt", "labels", "vec", "glove"], packed: true, read: blanks::read },
];

/// The use of the rows: it decides which columns are selected, and what may be missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Features,
    Targets,
    /// Any matrix of numbers.
    Matrix,
    /// One column of texts or whole numbers: groups.
    Key,
}

impl Role {
    /// Names of columns that are selected where none is named.
    const fn preferred(self) -> &'static [&'static str] {
        match self {
            Self::Features => &["X", "features", "embeddings", "embedding", "arr_0"],
            Self::Targets => &["y", "targets", "labels", "label", "Y", "target", "arr_1"],
            Self::Matrix => &["B", "weight", "arr_0"],
            Self::Key => &["groups", "group"],
        }
    }
}

/// A file, its part, and the use of its rows.
#[derive(Debug, Clone)]
pub(super) struct Source {
    pub path: PathBuf,
    pub part: Option<String>,
    pub role: Role,
    /// The file as the user named it, for sentences.
    pub name: String,
    /// The column of identifiers, where rows are joined by one.
    pub id: Option<String>,
}

impl Source {
    fn new(path: &Path, role: Role, id: Option<&str>) -> Self {
        let name = crate::outside::text::path(path);
        let (path, part) = split(path);
        Self { path, part, role, name, id: id.map(str::to_owned) }
    }

    /// The names of columns that the user asks for: a header line has them.
    fn names_asked(&self) -> Vec<String> {
        let part = self.part.as_deref().unwrap_or_default();
        let items = part.split(',').flat_map(|item| {
            let ends = item.match_indices('-').flat_map(|(at, _)| [item.get(..at), item.get(at + 1..)]);
            ends.flatten().chain([item]).collect::<Vec<_>>()
        });
        let asked = items.chain([part]).chain(self.id.as_deref());
        asked.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect()
    }
}

/// An opened file with the selected columns.
pub(super) struct Opened {
    source: Source,
    frame: Frame,
    selection: Selection,
    stamp: Stamp,
}

/// The values of the selected columns.
#[derive(Debug)]
pub(super) struct Table {
    /// The file, for sentences.
    pub name: String,
    /// Names of the selected columns.
    pub names: Vec<String>,
    pub columns: Vec<Data>,
    /// Whether the user named the columns.
    pub named: bool,
    /// The other requested columns, in the order of the request.
    pub others: Vec<Data>,
    /// The column that was taken, where the file has several.
    pub part: Option<String>,
    /// Whether the file holds arrays, which have axes, and not columns.
    pub is_array: bool,
    /// A slice of an array with three axes: the position along its second axis.
    pub slice: Option<usize>,
    /// Sentences for the user about how the file was read.
    pub notes: Vec<String>,
}

impl Opened {
    /// Opens a path and selects its columns; `id` is the column of identifiers.
    ///
    /// # Errors
    /// One sentence that names the file and what would be accepted.
    pub fn new(path: &Path, role: Role, id: Option<&str>) -> Result<Self, DataError> {
        let source = Source::new(path, role, id);
        let stamp = Stamp::of(&source.path);
        let frame = contained(&source.name, || frame(&source))?;
        let selection = select::select(&source, &frame)?;
        Ok(Self { source, frame, selection, stamp })
    }

    /// Excludes the columns that another opening of this file has selected.
    ///
    /// # Errors
    /// When both select the same columns and no others.
    pub fn exclude(&mut self, other: &Self) -> Result<(), DataError> {
        let (mine, theirs) = (&self.selection.columns, &other.selection.columns);
        let (both, left): (Vec<usize>, Vec<usize>) = mine.iter().partition(|at| theirs.contains(at));
        if both.is_empty() || self.selection.slice != other.selection.slice {
            return Ok(());
        }
        if left.is_empty() {
            return Err(DataError::input(
                &other.source.name,
                "is also the file of the features, and the same array; name the parts, such as data.npz:X and data.npz:y",
            ));
        }
        let names: Vec<&str> =
            both.iter().filter_map(|&at| self.frame.heads.get(at)).map(|h| h.name.as_str()).collect();
        let names = super::error::listed(names.into_iter());
        self.selection
            .notes
            .push(format!("{}: {names} is the target and is left out of the features", self.source.name));
        self.selection.columns = left;
        Ok(())
    }

    /// The names of the unselected columns of texts and numbers.
    pub fn others(&self) -> Vec<&str> {
        let all = self.frame.heads.iter().enumerate();
        let left = all.filter(|(at, h)| !self.selection.columns.contains(at) && h.kind.is_scalar());
        left.map(|(_, h)| h.name.as_str()).collect()
    }

    /// The names of unselected columns whose values may be groups of rows.
    pub fn groups(&self) -> Vec<String> {
        // Arrays beside each other may have other rows.
        if self.frame.noun != "column" {
            return Vec::new();
        }
        let all = self.frame.heads.iter().enumerate();
        let left = all.filter(|(at, head)| {
            let name = &head.name;
            let one = || self.frame.heads.iter().filter(|other| other.name == *name).count() == 1;
            let meant = self.selection.columns.contains(at) || head.index || name.is_empty();
            !meant && select::names_groups(name, &head.kind) && one()
        });
        left.map(|(_, head)| head.name.clone()).take(MOST_GROUPS).collect()
    }

    /// Reads the selected columns, and others by their names. `rows` is the expected number of rows, where it is known.
    ///
    /// # Errors
    /// One sentence that names the file and what would be accepted.
    pub fn read(mut self, others: &[impl AsRef<str>], rows: Option<usize>) -> Result<Table, DataError> {
        let heads = &self.frame.heads;
        let name = self.source.name.clone();
        let several = self.selection.columns.len() > 1;
        let exact = matches!(self.source.role, Role::Targets | Role::Key) && !several;
        let mut wanted: Vec<Want> =
            self.selection.columns.iter().map(|&column| Want { column, exact }).collect();
        let chosen = wanted.len();
        for other in others.iter().map(AsRef::as_ref) {
            let column = heads.iter().position(|h| h.name == other).ok_or_else(|| {
                let noun = self.frame.noun;
                DataError::input(&name, format!("has no {noun} {} to join rows by", quoted(other)))
            })?;
            wanted.push(Want { column, exact: true });
        }
        let names: Vec<String> = self
            .selection
            .columns
            .iter()
            .filter_map(|&at| heads.get(at))
            .map(|h| if h.name.is_empty() { String::new() } else { h.name.clone() })
            .collect();
        let part = if heads.len() > 1 && !several { names.first().cloned() } else { None };
        let content = &mut self.frame.content;
        let taken = contained(&name, || content.take(&wanted, rows))?;
        if self.stamp != Stamp::of(&self.source.path) {
            let problem = "the file changed while it was read; try again when it is complete";
            return Err(DataError::input(name, problem));
        }
        let notes = [self.frame.notes, self.selection.notes, taken.notes].concat();
        let mut columns = taken.columns;
        let others = columns.split_off(chosen.min(columns.len()));
        let Selection { named, slice, .. } = self.selection;
        let is_array = self.frame.noun != "column";
        Ok(Table { name, names, columns, named, others, part, is_array, slice, notes })
    }
}

/// Splits `file.npz:X` into the file and its part. A file that is there under the whole name is taken whole.
pub(super) fn split(path: &Path) -> (PathBuf, Option<String>) {
    let whole = (path.to_path_buf(), None);
    if path.exists() {
        return whole;
    }
    let Some(text) = path.to_str() else { return whole };
    let parts = text.match_indices(':').map(|(at, _)| (text.get(..at), text.get(at + 1..)));
    let mut parts = parts
        .filter_map(|(file, part)| Some((file?, part?)))
        .filter(|(file, part)| !file.is_empty() && !part.is_empty());
    let there = parts.clone().find(|(file, _)| Path::new(file).exists());
    let plausible = |(_, part): &(&str, &str)| !part.contains('/');
    match there.or_else(|| parts.rfind(plausible)) {
        Some((file, part)) => (file.into(), Some(part.into())),
        None => whole,
    }
}

/// Whether a file, every file of a pattern or a folder is there and can be opened.
///
/// # Errors
/// One sentence about the first that is not.
pub(super) fn is_there(path: &Path) -> Result<(), DataError> {
    let source = Source::new(path, Role::Features, None);
    match several::files(&source)? {
        Some(_) => Ok(()),
        None => open(&source.path, &source.name).map(drop),
    }
}

/// Runs a reader. Those of libraries are written for sound files: a panic means that the file is damaged.
fn contained<T>(name: &str, read: impl FnOnce() -> Result<T, DataError>) -> Result<T, DataError> {
    let damaged = |_| DataError::input(name, "is damaged; accepted is the file as it was written");
    crash::contained(read).map_err(damaged)?
}

/// Opens one file or several.
fn frame(source: &Source) -> Result<Frame, DataError> {
    match several::files(source)? {
        Some(files) => several::read(source, files, file),
        None => file(source),
    }
}

/// Opens one file.
fn file(source: &Source) -> Result<Frame, DataError> {
    let ending = ending(&source.path);
    if let Some(format) = format_of(&ending) {
        return (format.read)(source);
    }
    open(&source.path, &source.name)?;
    if let Some(sentence) = foreign::sentence(&source.path, &ending, source.role) {
        return Err(DataError::input(&source.name, sentence));
    }
    // Labels come in files of any name.
    if source.role == Role::Targets || source.role == Role::Key {
        return blanks::read(source);
    }
    let problem = format!("is of an unknown kind; accepted are {} files", kinds());
    Err(DataError::input(&source.name, problem))
}

fn format_of(ending: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|f| {
        let plain = f.endings.contains(&ending);
        plain || f.packed && ending.strip_suffix(".gz").is_some_and(|e| f.endings.contains(&e))
    })
}

/// The length and the time of the last change of a file, to notice that it is written to while it is read.
#[derive(Debug, PartialEq)]
struct Stamp(Option<(u64, Option<SystemTime>)>);

impl Stamp {
    fn of(path: &Path) -> Self {
        Self(std::fs::metadata(path).ok().map(|known| (known.len(), known.modified().ok())))
    }
}

/// ".npy, .npz, …".
fn kinds() -> String {
    let known = FORMATS.iter().filter_map(|f| f.endings.first()).filter(|e| **e != "txt");
    known.map(|e| format!(".{e}")).collect::<Vec<_>>().join(", ")
}

/// The file's ending in lower case, with what `.gz` packs: `csv.gz`.
fn ending(path: &Path) -> String {
    let of = |p: &Path| p.extension().map(|e| e.to_string_lossy().to_lowercase()).unwrap_or_default();
    match (of(path), path.file_stem()) {
        (gz, Some(stem)) if gz == "gz" => format!("{}.gz", of(Path::new(stem))),
        (other, _) => other,
    }
}

/// An ordinary file that is not empty, and its length.
pub(super) fn open(path: &Path, name: &str) -> Result<(File, u64), DataError> {
    let unreadable = |e: std::io::Error| match e.kind() {
        std::io::ErrorKind::NotFound => DataError::input(name, "there is no such file"),
        std::io::ErrorKind::PermissionDenied => DataError::input(name, "may not be read"),
        _ => DataError::input(name, format!("could not be opened ({e})")),
    };
    // Asked before opening: opening a pipe would wait for its writer.
    let kind = std::fs::metadata(path).map_err(unreadable)?;
    if kind.is_dir() {
        return Err(DataError::input(name, "is a directory; accepted is a file"));
    }
    if !kind.is_file() {
        return Err(DataError::input(name, "is no ordinary file; accepted is a file on disk"));
    }
    let file = File::open(path).map_err(unreadable)?;
    let length = file.metadata().map_err(unreadable)?.len();
    if length == 0 {
        return Err(DataError::input(name, "is empty"));
    }
    Ok((file, length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_grows_shrinks_or_goes_has_changed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.csv");
        std::fs::write(&path, "1,2\n3,4\n").unwrap();
        let before = Stamp::of(&path);
        assert_eq!(before, Stamp::of(&path));
        for content in ["1,2\n3,4\n5,6\n", "1,2\n"] {
            std::fs::write(&path, content).unwrap();
            assert_ne!(before, Stamp::of(&path));
        }
        std::fs::remove_file(&path).unwrap();
        assert_ne!(before, Stamp::of(&path));
    }
}
