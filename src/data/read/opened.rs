//! An open file with its selected columns, and reading their values.

use std::path::Path;
use std::time::SystemTime;

use super::super::error::{DataError, listed, quoted};
use super::select::{self, Selection};
use super::table::{Data, Frame, Keyed, Kind, Want};
use super::{Role, Source, contained, frame};

/// Maximum number of columns examined as candidate groups.
const MOST_GROUPS: usize = 6;

/// An opened file with the selected columns.
pub(in crate::data) struct Opened {
    source: Source,
    frame: Frame,
    selection: Selection,
    stamp: Stamp,
}

/// The values of the selected columns.
#[derive(Debug)]
pub(in crate::data) struct Table {
    /// The file's name for messages.
    pub name: String,
    /// Names of the selected columns.
    pub names: Vec<String>,
    pub columns: Vec<Data>,
    /// Whether the user named the columns.
    pub named: bool,
    /// Further requested columns, in the order of the request.
    pub others: Vec<Data>,
    /// The selected column, if the file has several.
    pub part: Option<String>,
    /// Whether the file holds arrays with axes, rather than columns.
    pub is_array: bool,
    /// Position along the second axis of an array with three axes, if a slice was selected.
    pub slice: Option<usize>,
    /// For an object of JSON whose keys may be those of rows or of columns: which of them they were taken for.
    pub keyed: Option<Keyed>,
    /// Sentences for the user about how the file was read.
    pub notes: Vec<String>,
}

impl Table {
    /// A table with a single column from memory.
    pub fn of_column(name: &str, column: Data) -> Self {
        Self {
            name: name.to_owned(),
            names: vec![String::new()],
            columns: vec![column],
            named: true,
            others: Vec::new(),
            part: None,
            is_array: true,
            slice: None,
            keyed: None,
            notes: Vec::new(),
        }
    }
}

impl Opened {
    /// Opens a path and selects its columns; those of `aside` are neither features nor targets.
    ///
    /// # Errors
    /// One sentence that names the file and what is accepted.
    pub fn new(path: &Path, role: Role, aside: &[&str]) -> Result<Self, DataError> {
        let source = Source::new(path, role, aside);
        let stamp = Stamp::of(&source.path);
        let frame = contained(&source.name, || frame(&source))?;
        let selection = select::select(&source, &frame)?;
        Ok(Self { source, frame, selection, stamp })
    }

    /// Excludes the columns selected by another opening of the same file.
    ///
    /// # Errors
    /// If both select exactly the same columns.
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
        let names = listed(names.into_iter());
        self.selection
            .notes
            .push(format!("{}: {names} is the target and is left out of the features", self.source.name));
        self.selection.columns = left;
        Ok(())
    }

    /// Names of the columns of texts and numbers that are not selected, and of identifier columns among columns that
    /// the user did not choose.
    pub fn others(&self) -> Vec<&str> {
        let Selection { columns, named, .. } = &self.selection;
        let all = self.frame.heads.iter().enumerate();
        let identifies = |name: &str| !named && columns.len() > 1 && select::is_index(name);
        let left = all.filter(|(at, h)| (!columns.contains(at) || identifies(&h.name)) && h.kind.is_scalar());
        left.map(|(_, h)| h.name.as_str()).collect()
    }

    /// Numeric columns that may number the rows and are no features or targets, and whether the file marks each as such.
    pub fn numberings(&self) -> Vec<(String, bool)> {
        let head = |name: &str| self.frame.heads.iter().find(|head| head.name == name);
        let numbers = |name| {
            let head = head(name).filter(|head| head.kind == Kind::Number)?;
            (head.index || select::is_index(name)).then(|| (name.to_owned(), head.index))
        };
        self.others().into_iter().filter_map(numbers).collect()
    }

    /// The names of unselected columns whose values may be groups of rows.
    pub fn groups(&self) -> Vec<String> {
        // Arrays of one archive may have different numbers of rows.
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

    /// Reads the selected columns, and others by name. `rows` is the expected number of rows, if known.
    ///
    /// # Errors
    /// One sentence that names the file and what is accepted.
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
        let keyed = self.frame.keyed;
        let notes = [self.frame.notes, self.selection.notes, taken.notes].concat();
        let mut columns = taken.columns;
        let others = columns.split_off(chosen.min(columns.len()));
        let Selection { named, slice, .. } = self.selection;
        let is_array = self.frame.noun != "column";
        Ok(Table { name, names, columns, named, others, part, is_array, slice, keyed, notes })
    }
}

/// Length and modification time of a file, to detect that it is written while being read.
#[derive(Debug, PartialEq)]
struct Stamp(Option<(u64, Option<SystemTime>)>);

impl Stamp {
    fn of(path: &Path) -> Self {
        Self(std::fs::metadata(path).ok().map(|known| (known.len(), known.modified().ok())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_file_is_detected() {
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

    #[test]
    fn rows_appended_while_reading_are_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.csv");
        std::fs::write(&path, "a,b\n1,2\n3,4\n").unwrap();
        let opened = || Opened::new(&path, Role::Features, &[]).unwrap();
        assert!(opened().read(&[""; 0], None).is_ok());
        let before = opened();
        std::fs::write(&path, "a,b\n1,2\n3,4\n5,6\n").unwrap();
        let sentence = before.read(&[""; 0], None).err().unwrap().to_string();
        assert!(sentence.contains("x.csv") && sentence.contains("changed while it was read"), "{sentence}");
    }
}
