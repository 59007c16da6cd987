//! Features (N×p) and targets from files: columns become matrices, rows are joined by identifiers where they have some.

use std::collections::HashMap;
use std::path::Path;

use faer::Mat;
use ndarray::Array2;

use super::error::{DataError, listed};
use super::features::Features;
use super::groups::Candidate;
use super::join::{Joined, identifiers, in_the_same_order, of_rows, shared, texts, twice};
use super::matrix::{flattened, matrix, shaped, side_by_side};
use super::pool::{Pool, Watch};
use super::read::{self, Data, Opened, Role, Table};
use super::targets::{self, Column, Reading, Rows, Targets};
use crate::linalg::array;

/// The field that identifies the requests of a batch, whose answers arrive in any order.
const BATCH_ID: &str = "custom_id";

/// The files of measured data, and how they are read.
#[derive(Debug, Clone, Copy)]
pub struct Files<'a> {
    /// N×p numbers.
    pub features: &'a Path,
    /// N labels, or N×T numbers.
    pub targets: &'a Path,
    /// Whether a column of whole numbers is labels or numbers.
    pub reading: Reading,
    /// The column, in both files, by which their rows are joined; without one, row i of one belongs to row i of the
    /// other.
    pub id: Option<&'a str>,
    /// Whether NA, None, NULL and the like are classes and not missing labels.
    pub labels_as_they_are: bool,
    /// The group of each row: rows of a group are left out together.
    pub groups: Option<&'a Path>,
    /// The requested task: where targets have gaps, a single task has more rows than all together.
    pub task: Option<&'a str>,
}

/// Identifiers of the rows of features and targets that were read together, in their order.
#[derive(Debug, Clone)]
pub struct RowKeys {
    /// Rows of the file of features, or rows that were joined.
    count: usize,
    /// The column of identifiers, and the value of each row.
    ids: Option<(String, Vec<String>)>,
}

/// Features and targets with the same rows in the same order, those without a label or with NaN among them.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// N×p.
    pub features: Features,
    /// N labels, or N×T numbers.
    pub targets: Targets,
    /// Identifiers of the rows.
    pub keys: RowKeys,
    /// Columns beside features and targets by which rows may belong together.
    pub(super) beside: Vec<Candidate>,
}

/// Columns of features and targets as they were read, with the same rows in the same order.
pub(super) struct Tables {
    pub rows: Table,
    pub labels: Table,
    keys: RowKeys,
    beside: Vec<Candidate>,
    pub notes: Vec<String>,
    /// Rows of the file of features and of the file of targets.
    read: (usize, usize),
}

impl<'a> Files<'a> {
    /// Two files whose rows are in the same order.
    #[must_use]
    pub const fn new(features: &'a Path, targets: &'a Path) -> Self {
        Self {
            features,
            targets,
            reading: Reading::Auto,
            id: None,
            labels_as_they_are: false,
            groups: None,
            task: None,
        }
    }

    /// Reads both files.
    ///
    /// # Errors
    /// [`DataError::Input`] naming the file at fault; when both are one array; when both have a column of equal
    /// identifiers in different orders without a request to join them.
    pub fn load(&self) -> Result<Loaded, DataError> {
        let Tables { rows, labels, keys, beside, notes, read: (count, found) } = self.tables()?;
        let labels_name = labels.name.clone();
        let sizes =
            Rows { count: if self.id.is_some() { keys.count } else { count }, features: width(&rows) };
        let features = features_of(rows)?;
        let mut targets = targets_of(labels, sizes, self.reading, self.labels_as_they_are)?;
        if found == 0 {
            return Err(DataError::input(labels_name, "holds no rows"));
        }
        targets.notes.extend(notes);
        if let Some(task) = self.task {
            targets = targets.of_task(task);
        }
        Ok(Loaded { features, targets, keys, beside })
    }

    /// The columns of both files, with the same rows in the same order.
    ///
    /// # Errors
    /// Those of [`Files::load`].
    pub(super) fn tables(&self) -> Result<Tables, DataError> {
        let mut features = Opened::new(self.features, Role::Features, self.id)?;
        let targets = Opened::new(self.targets, Role::Targets, self.id)?;
        let same_file = read::split(self.features).0 == read::split(self.targets).0;
        if same_file {
            features.exclude(&targets)?;
        }
        let shared: Vec<String> = match self.id {
            Some(id) => vec![id.to_owned()],
            None if same_file => Vec::new(),
            None => shared(&features.others(), &targets.others()),
        };
        let shared: Vec<&str> = shared.iter().map(String::as_str).collect();
        // Columns of both files at once are identifiers or in both: those of the targets are enough.
        let own = |opened: &Opened, but: &[String]| -> Vec<String> {
            let all = if self.groups.is_some() { Vec::new() } else { opened.groups() };
            all.into_iter().filter(|name| !shared.contains(&name.as_str()) && !but.contains(name)).collect()
        };
        let in_targets = own(&targets, &[]);
        let in_features = own(&features, &in_targets);
        let mut notes = Vec::new();
        if self.id.is_none() && features.others().contains(&BATCH_ID) && !shared.contains(&BATCH_ID) {
            notes.push(format!(
                "{}: the lines of a batch come back in any order; --id {BATCH_ID} joins them to targets with that column",
                crate::outside::text::path(self.features)
            ));
        }
        let with = |beside: &[String]| -> Vec<String> {
            shared.iter().map(|name| (*name).to_owned()).chain(beside.iter().cloned()).collect()
        };
        let mut rows = features.read(&with(&in_features), None)?;
        let count = rows.columns.first().map_or(0, Data::rows);
        let wanted = if self.id.is_some() { None } else { Some(count) };
        let mut labels = targets.read(&with(&in_targets), wanted)?;
        let found = labels.columns.first().map_or(0, Data::rows);
        let (mut there, mut here) = (std::mem::take(&mut rows.others), std::mem::take(&mut labels.others));
        let mut beside = [
            (self.features, in_features, there.split_off(shared.len().min(there.len()))),
            (self.targets, in_targets, here.split_off(shared.len().min(here.len()))),
        ];
        let keys = match self.id {
            Some(id) => {
                let (there, here) =
                    (identifiers(there, &rows.name, id)?, identifiers(here, &labels.name, id)?);
                let joined = Joined::new(&there, &here, (&rows.name, &labels.name), id)?;
                notes.extend(joined.note(&labels.name, id));
                rows.columns = rows.columns.iter().map(|data| of_rows(data, &joined.features)).collect();
                labels.columns = labels.columns.iter().map(|data| of_rows(data, &joined.targets)).collect();
                let orders = [&joined.features, &joined.targets];
                for ((_, _, columns), order) in beside.iter_mut().zip(orders) {
                    *columns = columns.iter().map(|data| of_rows(data, order)).collect();
                }
                let ids = joined.features.iter().filter_map(|&i| there.get(i).cloned()).collect::<Vec<_>>();
                RowKeys { count: ids.len(), ids: Some((id.to_owned(), ids)) }
            }
            None => {
                for ((name, there), here) in shared.iter().zip(&there).zip(&here) {
                    in_the_same_order(name, there, here, (&rows.name, &labels.name))?;
                }
                RowKeys { count, ids: None }
            }
        };
        let named = |(path, names, columns): (&Path, Vec<String>, Vec<Data>)| {
            let file = read::split(path).0;
            let of = move |(name, data): (String, Data)| {
                let name = format!("{}:{name}", crate::outside::text::path(&file));
                Some(Candidate { name, values: texts(data)? })
            };
            names.into_iter().zip(columns).filter_map(of).collect::<Vec<_>>()
        };
        let beside = beside.into_iter().flat_map(named).collect();
        Ok(Tables { rows, labels, keys, beside, notes, read: (count, found) })
    }
}

impl Pool {
    /// Reads files; see [`Files::load`]. Rows without a label or with NaN are left out, with a note.
    ///
    /// # Errors
    /// Those of [`Files::load`] and [`Pool::new`].
    pub fn of_files(files: &Files<'_>, watch: Watch<'_>) -> Result<Self, DataError> {
        let Loaded { features, targets, keys, beside } = files.load()?;
        let groups =
            files.groups.map(|path| load_keys(path, &keys).map(|groups| (path, groups))).transpose()?;
        let pool = Self::new(features, targets, watch)?;
        match groups {
            Some((path, groups)) => pool.grouped(&path.to_string_lossy(), &groups),
            None => Ok(pool.beside(&beside)),
        }
    }

    /// Reads two files whose rows are in the same order; see [`load_features`] and [`load_targets`].
    ///
    /// # Errors
    /// Those of reading and of [`Pool::new`]; when both are one array.
    pub fn load(
        features: &Path,
        targets: &Path,
        reading: Reading,
        watch: Watch<'_>,
    ) -> Result<Self, DataError> {
        Self::of_files(&Files { reading, ..Files::new(features, targets) }, watch)
    }
}

/// Features from a file of any kind that the program reads: N rows, p columns. Rows with NaN and constant columns are left
/// out, with a note.
///
/// # Errors
/// [`DataError::Input`] naming the file, and the row and column (from 1) where one is at fault.
pub fn load_features(path: &Path) -> Result<Features, DataError> {
    features_of(Opened::new(path, Role::Features, None)?.read(&[""; 0], None)?)
}

/// Whether files of rows are there and can be opened; their parts and what they hold are another matter.
///
/// # Errors
/// [`DataError::Input`] naming the file.
pub fn is_there(path: &Path) -> Result<(), DataError> {
    read::is_there(path)
}

/// A matrix, every number finite, in the order of the file: rows × columns.
///
/// # Errors
/// [`DataError::Input`] naming the file and what would be accepted.
pub fn load_matrix(path: &Path) -> Result<Array2<f64>, DataError> {
    let table = Opened::new(path, Role::Matrix, None)?.read(&[""; 0], None)?;
    let name = table.name.clone();
    let (matrix, _) = matrix(table, "rows and columns")?;
    targets::finite(&name, &matrix)?;
    Ok(array::array(matrix.as_ref()))
}

/// Targets from a file with one row for each of the `rows` of the features.
///
/// - A text file: one label a line. A table: one column of labels, or columns of numbers whose names become task names.
///   An array: N or N×T numbers, or N texts.
/// - Labels become one-vs-rest tasks, one per class; a class with one row is no task, with a note.
/// - **One column of numbers** holds class labels when it is of a whole-number type (integers and booleans in an array;
///   no decimal point in text) and its values repeat, five rows or more a value on average (or two values in all);
///   otherwise it is one numeric target. [`Reading`] settles it. Several columns are always numeric targets.
/// - A blank label, a word for a missing value (NA, None, NULL) and NaN are rows without a label.
///
/// # Errors
/// [`DataError::Input`] naming the file and what would be accepted.
pub fn load_targets(path: &Path, rows: usize, reading: Reading) -> Result<Targets, DataError> {
    let table = Opened::new(path, Role::Targets, None)?.read(&[""; 0], Some(rows))?;
    targets_of(table, Rows { count: rows, features: rows }, reading, false)
}

/// One text or whole number for each of the rows of [`Loaded`], such as their groups: by the identifiers of the rows where
/// those were joined by some, else row by row. None where it is missing.
///
/// # Errors
/// [`DataError::Input`] naming the file and what would be accepted.
pub fn load_keys(path: &Path, keys: &RowKeys) -> Result<Vec<Option<String>>, DataError> {
    let id = keys.ids.as_ref().map(|(id, _)| id.as_str());
    let others: Vec<&str> = id.into_iter().collect();
    let rows = if id.is_some() { None } else { Some(keys.count) };
    let mut table = Opened::new(path, Role::Key, id)?.read(&others, rows)?;
    let name = table.name.clone();
    let Some(values) = table.columns.pop().filter(|_| table.columns.is_empty()).and_then(texts) else {
        return Err(DataError::input(
            name,
            "holds no single column of texts or whole numbers; accepted is one value a row",
        ));
    };
    let values: Vec<_> = values.into_iter().map(|v| v.filter(|v| !read::missing(v))).collect();
    let Some((id, ids)) = &keys.ids else {
        return if values.len() == keys.count {
            Ok(values)
        } else {
            let (found, count) = (values.len(), keys.count);
            Err(DataError::input(
                name,
                format!("has {found} rows but the features have {count}; accepted is one row for each"),
            ))
        };
    };
    let here = identifiers(table.others, &name, id)?;
    let places: HashMap<&str, usize> = here.iter().enumerate().map(|(i, id)| (id.as_str(), i)).collect();
    if places.len() < here.len() {
        return Err(twice(&name, id, &here));
    }
    Ok(ids.iter().map(|id| places.get(id.as_str()).and_then(|&i| values.get(i).cloned().flatten())).collect())
}

/// p, the number of columns.
fn width(table: &Table) -> usize {
    match table.columns.as_slice() {
        [Data::Array(array)] => array.shape.last().copied().unwrap_or(0),
        several => several.len(),
    }
}

fn features_of(table: Table) -> Result<Features, DataError> {
    let (name, part) = (table.name.clone(), table.part.clone());
    let Numbers { names, matrix, notes } = numbers_of(table)?;
    let mut features = Features::new(&name, matrix)?;
    features.part = part;
    features.names = names;
    features.notes.splice(..0, notes);
    Ok(features)
}

/// Features as they are in the file.
pub(super) struct Numbers {
    /// Names of the columns, where there are several and not a list a row.
    pub names: Option<Vec<String>>,
    /// Rows × columns; NaN where there is no number.
    pub matrix: Mat<f64>,
    pub notes: Vec<String>,
}

/// The columns that are features.
pub(super) fn numbers_of(mut table: Table) -> Result<Numbers, DataError> {
    leave_out_what_is_no_feature(&mut table);
    let names = table.columns.len().gt(&1).then(|| table.names.clone());
    let mut notes = std::mem::take(&mut table.notes);
    let (matrix, more) = matrix(table, "rows (samples) and columns (features)")?;
    notes.extend(more);
    Ok(Numbers { names, matrix, notes })
}

/// Leaves out columns that by their names and values are identifiers, and columns that by their names are labels, of a
/// table whose columns the user did not choose.
fn leave_out_what_is_no_feature(table: &mut Table) {
    if table.named || table.columns.len() < 2 {
        return;
    }
    let identifies = |name: &str, data: &Data| match data {
        Data::Numbers { values, .. } if read::is_index(name) => {
            let mut sorted = values.clone();
            sorted.sort_by(f64::total_cmp);
            let distinct = sorted.windows(2).all(|pair| matches!(pair, [a, b] if a < b));
            distinct && values.iter().all(|v| v.fract() == 0.0)
        }
        _ => false,
    };
    let left: Vec<bool> = table
        .names
        .iter()
        .zip(&table.columns)
        .map(|(name, data)| identifies(name, data) || read::is_label(name))
        .collect();
    let dropped: Vec<String> =
        table.names.iter().zip(&left).filter(|(_, out)| **out).map(|(n, _)| n.clone()).collect();
    if dropped.is_empty() || dropped.len() == table.columns.len() {
        return;
    }
    let mut kept = left.iter().map(|out| !out);
    table.columns.retain(|_| kept.next().unwrap_or(true));
    let mut kept = left.iter().map(|out| !out);
    table.names.retain(|_| kept.next().unwrap_or(true));
    let names = listed(dropped.iter().map(String::as_str));
    let (noun, verb, what) = if dropped.len() == 1 {
        ("column", "is", "an identifier or a label is no feature")
    } else {
        ("columns", "are", "identifiers and labels are no features")
    };
    let choose = match (table.names.first(), table.names.last()) {
        (Some(first), Some(last)) if first != last => {
            let plain = crate::outside::text::plain;
            format!("; {}:{}-{} chooses columns", table.name, plain(first), plain(last))
        }
        _ => String::new(),
    };
    table.notes.push(format!("{}: {noun} {names} {verb} left out: {what}{choose}", table.name));
}

fn targets_of(
    table: Table,
    rows: Rows,
    reading: Reading,
    labels_as_they_are: bool,
) -> Result<Targets, DataError> {
    let Table { name, names, mut columns, slice, notes, .. } = table;
    let header = names.first().filter(|n| !n.is_empty() && n.parse::<usize>().is_err()).cloned();
    let mut targets = if columns.len() > 1 {
        if reading == Reading::Labels {
            let count = columns.len();
            let problem = format!(
                "holds {count} columns; labels are one column: leave --labels out, or name it after a colon"
            );
            return Err(DataError::input(name, problem));
        }
        let written = names.iter().any(|n| n.parse::<usize>().is_err()).then_some(names);
        let count = columns.first().map_or(0, Data::rows);
        let width = columns.len();
        let values = side_by_side(columns, &name)?;
        Targets::from_numbers(&name, written, shaped(values, count, width, true), rows)?
    } else {
        match columns.pop() {
            Some(Data::Text(texts)) => {
                Targets::from_text(&name, header, texts, rows, reading, labels_as_they_are)?
            }
            Some(Data::Numbers { values, whole }) => {
                Targets::from_column(&name, Column { header, values, whole }, rows, reading)?
            }
            Some(Data::Array(array)) => {
                let (array, more) = flattened(array, slice, &name, "N numbers or N×T numbers")?;
                let (count, width) =
                    (array.shape.first().copied().unwrap_or(0), array.shape.get(1).copied().unwrap_or(0));
                let mut targets = if width == 1 {
                    let column = Column { header, values: array.values, whole: array.whole };
                    Targets::from_column(&name, column, rows, reading)?
                } else if reading == Reading::Labels {
                    let problem = format!(
                        "holds {width} columns; labels are one column: leave --labels out, or name it after a colon"
                    );
                    return Err(DataError::input(name, problem));
                } else {
                    Targets::from_numbers(
                        &name,
                        None,
                        shaped(array.values, count, width, array.fortran),
                        rows,
                    )?
                };
                targets.notes.splice(..0, more);
                targets
            }
            None => return Err(DataError::input(name, "holds no rows")),
        }
    };
    targets.notes.splice(..0, notes);
    Ok(targets)
}
