//! Files of rows: what is in a file, whatever its kind, as one [`Table`].
//!
//! One record a kind in [`FORMATS`], one file a kind beside this one. A path may name a part after a colon
//! (`data.npz:X`, `table.parquet:embedding`). Nothing is believed before it is checked: only ordinary files are opened,
//! and no memory is taken beyond what the machine has ([`memory`]).

mod foreign;
mod jsonl;
mod memory;
mod npy;
mod npz;
#[cfg(feature = "parquet")]
mod parquet;
mod pick;
mod safetensors;
mod text;

use crate::outside::crash;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::error::DataError;

pub(super) use text::{missing, number};

/// A kind of file.
struct Format {
    /// Lower case, without the dot in front; `.gz` may follow where `packed`.
    endings: &'static [&'static str],
    packed: bool,
    read: fn(&Source<'_>) -> Result<Table, DataError>,
}

/// Adding a kind: a file with its `read`, and a line here.
const FORMATS: &[Format] = &[
    Format { endings: &["npy"], packed: false, read: npy::read },
    Format { endings: &["npz"], packed: false, read: npz::read },
    Format { endings: &["csv", "tsv"], packed: true, read: text::read },
    #[cfg(feature = "parquet")]
    Format { endings: &["parquet", "pq"], packed: false, read: parquet::read },
    Format { endings: &["safetensors"], packed: false, read: safetensors::read },
    Format { endings: &["jsonl", "ndjson"], packed: true, read: jsonl::read },
    Format { endings: &["txt", "labels"], packed: true, read: text::read_lines },
];

/// What the rows are wanted for: it decides which part of a file is meant, and what may be missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Features,
    Targets,
    /// Any matrix of numbers.
    Matrix,
}

impl Role {
    /// Parts that go by these names are meant where none is named.
    const fn preferred(self) -> &'static [&'static str] {
        match self {
            Self::Features => &["X", "features", "embeddings", "embedding", "arr_0"],
            Self::Targets => &["y", "targets", "labels", "label", "Y", "target", "arr_1"],
            Self::Matrix => &["B", "weight", "arr_0"],
        }
    }
}

/// A file, the part of it that is meant, and what for.
pub(super) struct Source<'a> {
    pub path: &'a Path,
    pub part: Option<&'a str>,
    pub role: Role,
    /// The file as the user named it, for sentences.
    pub name: &'a str,
}

/// What a file holds: numbers or text in rows.
#[derive(Debug)]
pub(super) struct Table {
    pub shape: Vec<usize>,
    /// Whether the first index runs fastest in `cells`.
    pub fortran: bool,
    pub cells: Cells,
    /// Of the columns, where the file has them.
    pub names: Option<Vec<String>>,
    /// The part that was taken, where the file has several.
    pub part: Option<String>,
    /// The first cell may be a header: only the number of rows wanted can tell.
    pub header: bool,
    /// What the user should know of how it was read.
    pub notes: Vec<String>,
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

impl Table {
    /// Rows of the same number of columns, one after the other.
    pub fn new(rows: usize, columns: usize, cells: Cells) -> Self {
        Self {
            shape: vec![rows, columns],
            fortran: false,
            cells,
            names: None,
            part: None,
            header: false,
            notes: Vec::new(),
        }
    }
}

/// Splits `file.npz:X` into the file and its part. A file that is there under the whole name is taken whole.
pub(super) fn split(path: &Path) -> (PathBuf, Option<String>) {
    let whole = (path.to_path_buf(), None);
    if path.exists() {
        return whole;
    }
    match path.to_str().and_then(|text| text.rsplit_once(':')) {
        Some((file, part)) if !file.is_empty() && !part.is_empty() && !part.contains('/') => {
            (file.into(), Some(part.into()))
        }
        _ => whole,
    }
}

/// Reads what the path names.
///
/// # Errors
/// One sentence that names the file and what would be accepted.
pub(super) fn read(path: &Path, role: Role) -> Result<Table, DataError> {
    let name = crate::outside::text::path(path);
    let (file, part) = split(path);
    let source = Source { path: &file, part: part.as_deref(), role, name: &name };
    let ending = ending(&file);
    let format = FORMATS.iter().find(|f| {
        let plain = f.endings.contains(&ending.as_str());
        plain || f.packed && ending.strip_suffix(".gz").is_some_and(|e| f.endings.contains(&e))
    });
    if let Some(format) = format {
        let before = Stamp::of(&file);
        // Readers of formats are written for sound files; what a damaged one makes of them is the file's fault.
        let table = crash::contained(|| (format.read)(&source))
            .map_err(|_| DataError::input(&name, "is damaged; accepted is the file as it was written"))??;
        return if before == Stamp::of(&file) { Ok(table) } else { Err(changed(&name)) };
    }
    open(&file, &name)?;
    if let Some(sentence) = foreign::sentence(&file, &ending, role) {
        return Err(DataError::input(name, sentence));
    }
    // Labels come in files of any name.
    if role == Role::Targets {
        return text::read_lines(&source);
    }
    Err(DataError::input(name, format!("is of no known kind; accepted are {} files", kinds())))
}

/// What tells that a file was written to: half of it old and half of it new is nobody's rows.
#[derive(Debug, PartialEq)]
struct Stamp(Option<(u64, Option<SystemTime>)>);

impl Stamp {
    fn of(path: &Path) -> Self {
        Self(std::fs::metadata(path).ok().map(|known| (known.len(), known.modified().ok())))
    }
}

fn changed(name: &str) -> DataError {
    DataError::input(name, "changed while it was read; accepted is a file that nobody is writing")
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
