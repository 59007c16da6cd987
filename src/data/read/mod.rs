//! Files of rows. Each kind of file opens as a [`table::Frame`]: columns with logical types whose values are read on
//! demand.
//!
//! [`FORMATS`] has one record for each kind, implemented in a file of this directory. A path may name a part after a
//! colon (`data.npz:X`, `table.parquet:embedding`, `table.csv:f0-f383`); a quoted pattern (`train-*.parquet`) or a
//! folder stands for several files ([`several`]). Everything is checked: only regular files are opened, and memory
//! use is bounded by what the machine has ([`memory`]).

#[cfg(feature = "arrow")]
mod arrow;
mod blanks;
mod cell;
mod csv;
mod delimited;
mod document;
mod foreign;
mod grid;
#[cfg(feature = "hdf5")]
mod hdf5;
mod header;
mod json;
mod json_values;
mod jsonl;
mod memory;
mod metadata;
mod npy;
mod npz;
mod numbering;
mod opened;
mod packed;
#[cfg(feature = "parquet")]
mod parquet;
mod partition;
mod profile;
mod python;
mod row;
mod safetensors;
mod select;
mod several;
mod spelling;
mod svmlight;
mod table;
mod text;

use std::fs::File;
use std::path::{Path, PathBuf};

use super::error::DataError;
use crate::outside::crash;
use table::Frame;

pub(super) use cell::{means_missing, missing, number, whole};
pub(super) use memory::{Reads, fits};
pub(super) use opened::{Opened, Table};
pub(super) use packed::sentence as packed_vectors;
pub(super) use select::{is_index, is_label};
pub(super) use table::{Array, Data, Keyed, Texts};

/// A kind of file.
struct Format {
    /// Endings in lower case without the leading dot; `.gz` may follow if `packed`.
    endings: &'static [&'static str],
    packed: bool,
    read: fn(&Source) -> Result<Frame, DataError>,
}

/// All kinds of files. A new kind needs a file with its `read` and a line here.
const FORMATS: &[Format] = &[
    Format { endings: &["npy"], packed: false, read: npy::read },
    Format { endings: &["npz"], packed: false, read: npz::read },
    Format { endings: &["csv", "tsv"], packed: true, read: csv::read },
    #[cfg(feature = "parquet")]
    Format { endings: &["parquet", "pq"], packed: false, read: parquet::read },
    #[cfg(feature = "arrow")]
    Format { endings: &["arrow", "feather", "ipc", "arrows"], packed: false, read: arrow::read },
    #[cfg(feature = "hdf5")]
    Format { endings: &["h5", "hdf5", "hdf", "h5ad", "nc"], packed: false, read: hdf5::read },
    Format { endings: &["safetensors"], packed: false, read: safetensors::read },
    Format { endings: &["jsonl", "ndjson"], packed: true, read: jsonl::read },
    Format { endings: &["json"], packed: true, read: json::read },
    Format { endings: &["svm", "svmlight", "libsvm"], packed: true, read: svmlight::read },
    Format { endings: &["txt", "labels", "vec", "glove"], packed: true, read: blanks::read },
];

/// The use of the rows, which decides which columns are selected and what may be missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Features,
    Targets,
    /// A matrix of numbers.
    Matrix,
    /// One column of texts or whole numbers, such as groups.
    Key,
}

impl Role {
    /// Column names selected by default.
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
    /// The file as the user named it, for messages.
    pub name: String,
    /// Columns that are neither features nor targets: identifiers, a split.
    pub aside: Vec<String>,
}

impl Source {
    fn new(path: &Path, role: Role, aside: &[&str]) -> Self {
        let name = crate::outside::text::path(path);
        let (path, part) = split(path);
        Self { path, part, role, name, aside: aside.iter().map(|name| (*name).to_owned()).collect() }
    }

    /// Names of requested columns, which identify a header line.
    fn names_asked(&self) -> Vec<String> {
        let part = self.part.as_deref().unwrap_or_default();
        let items = part.split(',').flat_map(|item| {
            let ends = item.match_indices('-').flat_map(|(at, _)| [item.get(..at), item.get(at + 1..)]);
            ends.flatten().chain([item]).collect::<Vec<_>>()
        });
        let asked = items.chain([part]).chain(self.aside.iter().map(String::as_str));
        asked.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect()
    }
}

/// Splits `file.npz:X` into file and part. A path that exists as a whole is not split.
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

/// Checks that a file, every file of a pattern, or a folder exists and can be opened.
///
/// # Errors
/// One sentence about the first that cannot.
pub(super) fn is_there(path: &Path) -> Result<(), DataError> {
    let source = Source::new(path, Role::Features, &[]);
    match several::files(&source)? {
        Some(_) => Ok(()),
        None => open(&source.path, &source.name).map(drop),
    }
}

/// Runs a reader. Libraries may panic on a damaged file, which is reported as such.
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
    // Of NetCDF the versions before 4 are no HDF5.
    let classic = ending == "nc" && foreign::is_netcdf_3(&source.path);
    if let Some(format) = format_of(&ending).filter(|_| !classic) {
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

/// ".npy, .npz, …".
fn kinds() -> String {
    let known = FORMATS.iter().filter_map(|f| f.endings.first()).filter(|e| **e != "txt");
    known.map(|e| format!(".{e}")).collect::<Vec<_>>().join(", ")
}

/// How an object of JSON becomes a file in which its keys are those of rows, and one in which they are those of columns.
pub(super) fn by_keys(name: &str) -> [String; 2] {
    [python::JSON_ROWS, python::JSON_COLUMNS].map(|line| python::line(line, name))
}

/// How an object of vectors by their identifiers becomes a table of both.
pub(super) fn rows_of_lists(name: &str) -> String {
    python::line(python::JSON_LISTS, name)
}

/// The file's ending in lower case, including what precedes `.gz`: `csv.gz`.
fn ending(path: &Path) -> String {
    let of = |p: &Path| p.extension().map(|e| e.to_string_lossy().to_lowercase()).unwrap_or_default();
    match (of(path), path.file_stem()) {
        (gz, Some(stem)) if gz == "gz" => format!("{}.gz", of(Path::new(stem))),
        (other, _) => other,
    }
}

/// Opens a regular file that is not empty; returns it with its length.
pub(super) fn open(path: &Path, name: &str) -> Result<(File, u64), DataError> {
    let unreadable = |e: std::io::Error| match e.kind() {
        std::io::ErrorKind::NotFound => DataError::input(name, "there is no such file"),
        std::io::ErrorKind::PermissionDenied => DataError::input(name, "may not be read"),
        _ => DataError::input(name, format!("could not be opened ({e})")),
    };
    // Checked before opening, because opening a pipe would block until it has a writer.
    let kind = std::fs::metadata(path).map_err(unreadable)?;
    if kind.is_dir() {
        return Err(DataError::input(name, "is a directory; accepted is a file"));
    }
    if !kind.is_file() {
        return Err(DataError::input(name, "is not a regular file; accepted is a file on disk"));
    }
    let file = File::open(path).map_err(unreadable)?;
    let length = file.metadata().map_err(unreadable)?.len();
    if length == 0 {
        return Err(DataError::input(name, "is empty"));
    }
    Ok((file, length))
}
