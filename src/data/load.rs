//! Features (N×p) and targets from files: columns become matrices, rows are joined by identifiers where they have some.

use std::collections::HashMap;
use std::path::Path;

use faer::Mat;
use ndarray::Array2;

use super::error::{DataError, listed, quoted};
use super::features::Features;
use super::pool::{Pool, Watch};
use super::read::{self, Array, Data, Opened, Role, Table};
use super::targets::{self, Column, Reading, Rows, Targets};
use crate::linalg::array;

/// Columns that two files share and that are compared to see whether their rows are in the same order.
const MOST_SHARED: usize = 4;

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
    /// The task that is wanted: where targets have gaps, a single task has more rows than all together.
    pub task: Option<&'a str>,
}

/// What identifies the rows of features and targets that were read together, in their order.
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
    /// What identifies the rows.
    pub keys: RowKeys,
}

impl<'a> Files<'a> {
    /// Two files whose rows are in the same order.
    #[must_use]
    pub const fn new(features: &'a Path, targets: &'a Path) -> Self {
        Self { features, targets, reading: Reading::Auto, id: None, labels_as_they_are: false, task: None }
    }

    /// Reads both files.
    ///
    /// # Errors
    /// [`DataError::Input`] naming the file at fault; when both are the same array; when both have a column of the same
    /// identifiers in another order and none was asked to join them.
    pub fn load(&self) -> Result<Loaded, DataError> {
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
        let mut rows = features.read(&shared, None)?;
        let count = rows.columns.first().map_or(0, Data::rows);
        let wanted = if self.id.is_some() { None } else { Some(count) };
        let mut labels = targets.read(&shared, wanted)?;
        let found = labels.columns.first().map_or(0, Data::rows);
        let (there, here) = (std::mem::take(&mut rows.others), std::mem::take(&mut labels.others));
        let mut notes = Vec::new();
        let keys = match self.id {
            Some(id) => {
                let (there, here) =
                    (identifiers(there, &rows.name, id)?, identifiers(here, &labels.name, id)?);
                let joined = Joined::new(&there, &here, (&rows.name, &labels.name), id)?;
                notes.extend(joined.note(&labels.name, id));
                rows.columns = rows.columns.iter().map(|data| of_rows(data, &joined.features)).collect();
                labels.columns = labels.columns.iter().map(|data| of_rows(data, &joined.targets)).collect();
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
        Ok(Loaded { features, targets, keys })
    }
}

impl Pool {
    /// Reads files; see [`Files::load`]. Rows without a label or with NaN are left out, with a note.
    ///
    /// # Errors
    /// As [`Files::load`] and [`Pool::new`].
    pub fn of_files(files: &Files<'_>, watch: Watch<'_>) -> Result<Self, DataError> {
        let Loaded { features, targets, .. } = files.load()?;
        Self::new(features, targets, watch)
    }

    /// Reads two files whose rows are in the same order; see [`load_features`] and [`load_targets`].
    ///
    /// # Errors
    /// As those and [`Pool::new`]; when both are the same array.
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
    features_of(Opened::new(path, Role::Features, None)?.read(&[], None)?)
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
    let table = Opened::new(path, Role::Matrix, None)?.read(&[], None)?;
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
    let table = Opened::new(path, Role::Targets, None)?.read(&[], Some(rows))?;
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

/// Columns of both files by which their rows could be joined, those with the name of an identifier first.
fn shared(features: &[&str], targets: &[&str]) -> Vec<String> {
    let mut both: Vec<&str> =
        features.iter().copied().filter(|name| !name.is_empty() && targets.contains(name)).collect();
    both.sort_by_key(|name| !read::is_index(name));
    both.truncate(MOST_SHARED);
    both.into_iter().map(str::to_owned).collect()
}

/// Texts or whole numbers as text; None for numbers that are not whole, and arrays.
fn texts(data: Data) -> Option<Vec<Option<String>>> {
    match data {
        Data::Text(texts) => Some(texts.cells.into_iter().map(|c| c.map(|c| c.trim().to_owned())).collect()),
        Data::Numbers { values, .. } if values.iter().all(|v| v.is_nan() || v.fract() == 0.0) => {
            Some(values.into_iter().map(|v| (!v.is_nan()).then(|| format!("{v}"))).collect())
        }
        _ => None,
    }
}

/// A column of identifiers, none missing.
fn identifiers(columns: Vec<Data>, name: &str, id: &str) -> Result<Vec<String>, DataError> {
    let texts = columns.into_iter().next().and_then(texts);
    let problem =
        || format!("column {} holds no texts or whole numbers, by which rows could be joined", quoted(id));
    let texts = texts.ok_or_else(|| DataError::input(name, problem()))?;
    let missing = texts.iter().position(Option::is_none);
    if let Some(row) = missing {
        let problem = format!("row {} has no {}; accepted is a value for every row", row + 1, quoted(id));
        return Err(DataError::input(name, problem));
    }
    Ok(texts.into_iter().flatten().collect())
}

fn twice(name: &str, id: &str, ids: &[String]) -> DataError {
    let mut seen = HashMap::new();
    let again =
        ids.iter().enumerate().find_map(|(row, id)| seen.insert(id, row).map(|first| (id, first, row)));
    let problem = match again {
        Some((value, first, row)) => format!(
            "column {} has {} in rows {} and {}; accepted is a different value in every row",
            quoted(id),
            quoted(value),
            first + 1,
            row + 1
        ),
        None => format!("column {} has a value twice", quoted(id)),
    };
    DataError::input(name, problem)
}

/// Rows of two files that have the same identifier, in the order of the targets.
struct Joined {
    features: Vec<usize>,
    targets: Vec<usize>,
    /// Rows of the features without a target, and of the targets without features.
    alone: (usize, usize),
}

impl Joined {
    fn new(there: &[String], here: &[String], names: (&str, &str), id: &str) -> Result<Self, DataError> {
        let places: HashMap<&str, usize> = there.iter().enumerate().map(|(i, id)| (id.as_str(), i)).collect();
        if places.len() < there.len() {
            return Err(twice(names.0, id, there));
        }
        let distinct: std::collections::HashSet<&str> = here.iter().map(String::as_str).collect();
        if distinct.len() < here.len() {
            return Err(twice(names.1, id, here));
        }
        let pairs = here.iter().enumerate().filter_map(|(t, id)| Some((*places.get(id.as_str())?, t)));
        let (features, targets): (Vec<usize>, Vec<usize>) = pairs.unzip();
        if features.is_empty() {
            let first = |ids: &[String]| ids.first().map_or_else(String::new, |id| quoted(id));
            let problem = format!(
                "no value of column {} is one of {}: the first here is {}, there {}",
                quoted(id),
                names.0,
                first(here),
                first(there)
            );
            return Err(DataError::input(names.1, problem));
        }
        let alone = (there.len() - features.len(), here.len() - features.len());
        Ok(Self { features, targets, alone })
    }

    fn note(&self, name: &str, id: &str) -> Option<String> {
        let (without_target, without_features) = self.alone;
        let id = quoted(id);
        let joined = self.features.len();
        let left = match (without_target, without_features) {
            (0, 0) => return None,
            (rows, 0) => format!("{rows} rows of features have no target"),
            (0, rows) => format!("{rows} targets have no features"),
            (a, b) => format!("{a} rows of features have no target and {b} targets have no features"),
        };
        Some(format!("{name}: {joined} rows are joined by {id}; {left} and are left out"))
    }
}

/// Refuses two columns of the same identifiers in another order.
fn in_the_same_order(name: &str, there: &Data, here: &Data, names: (&str, &str)) -> Result<(), DataError> {
    let copied = |data: &Data| -> Option<Vec<Option<String>>> {
        texts(of_rows(data, &(0..data.rows()).collect::<Vec<_>>()))
    };
    let (Some(there), Some(here)) = (copied(there), copied(here)) else { return Ok(()) };
    if there == here {
        return Ok(());
    }
    let distinct = |ids: &[Option<String>]| {
        let set: std::collections::HashSet<&str> = ids.iter().flatten().map(String::as_str).collect();
        (set.len() == ids.len() && ids.len() > 1).then_some(set.len())
    };
    let (Some(_), Some(_)) = (distinct(&there), distinct(&here)) else { return Ok(()) };
    let known: std::collections::HashSet<&str> = there.iter().flatten().map(String::as_str).collect();
    let both = here.iter().flatten().filter(|id| known.contains(id.as_str())).count();
    if 2 * both < here.len().min(there.len()) {
        return Ok(());
    }
    let column = quoted(name);
    let plain = crate::outside::text::plain(name);
    let problem = format!(
        "has column {column} as {} has, but not row for row the same values; --id {plain} joins the rows by it",
        names.0
    );
    Err(DataError::input(names.1, problem))
}

/// These rows of a column.
fn of_rows(data: &Data, rows: &[usize]) -> Data {
    match data {
        Data::Numbers { values, whole } => {
            let values = rows.iter().map(|&i| values.get(i).copied().unwrap_or(f64::NAN)).collect();
            Data::Numbers { values, whole: *whole }
        }
        Data::Text(texts) => Data::Text(texts.of_rows(rows)),
        Data::Array(array) => Data::Array(array.of_rows(rows)),
    }
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
    let mut table = table;
    leave_out_what_is_no_feature(&mut table);
    let names = table.columns.len().gt(&1).then(|| table.names.clone());
    let mut notes = std::mem::take(&mut table.notes);
    let (matrix, more) = matrix(table, "rows (samples) and columns (features)")?;
    notes.extend(more);
    let mut features = Features::new(&name, matrix)?;
    features.part = part;
    features.names = names;
    features.notes.splice(..0, notes);
    Ok(features)
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

/// Columns of single numbers one after the other.
fn side_by_side(columns: Vec<Data>, name: &str) -> Result<Vec<f64>, DataError> {
    let mut all = Vec::new();
    for column in columns {
        match column {
            Data::Numbers { values, .. } => all.extend(values),
            _ => {
                return Err(DataError::input(
                    name,
                    "holds text or lists beside numbers; accepted is one number a row in every column",
                ));
            }
        }
    }
    Ok(all)
}

/// The table as a matrix, and sentences about how; `axes` says what its two axes are.
fn matrix(table: Table, axes: &str) -> Result<(Mat<f64>, Vec<String>), DataError> {
    let Table { name, mut columns, slice, is_array, .. } = table;
    if columns.len() > 1 {
        let (rows, width) = (columns.first().map_or(0, Data::rows), columns.len());
        return Ok((shaped(side_by_side(columns, &name)?, rows, width, true), Vec::new()));
    }
    match columns.pop() {
        Some(Data::Array(array)) => {
            let (array, notes) = flattened(array, slice, &name, axes)?;
            let (rows, width) =
                (array.shape.first().copied().unwrap_or(0), array.shape.get(1).copied().unwrap_or(0));
            Ok((shaped(array.values, rows, width, array.fortran), notes))
        }
        Some(Data::Numbers { .. }) if is_array => {
            Err(DataError::input(name, format!("has 1 axes; accepted are two: {axes}")))
        }
        Some(Data::Numbers { values, .. }) => {
            let rows = values.len();
            Ok((shaped(values, rows, 1, false), Vec::new()))
        }
        _ => Err(DataError::input(name, "holds text; accepted are rows of numbers")),
    }
}

/// An array with two axes: a slice along the second of three, or axes of length 1 left out.
fn flattened(
    array: Array,
    slice: Option<usize>,
    name: &str,
    axes: &str,
) -> Result<(Array, Vec<String>), DataError> {
    let bad = |problem: String| Err(DataError::input(name, problem));
    let shape = array.shape.clone();
    let written = shape.iter().map(ToString::to_string).collect::<Vec<_>>().join("×");
    match (shape.as_slice(), slice) {
        ([_, _], None) => Ok((array, Vec::new())),
        (&[_, layers, _], Some(layer)) if layer < layers => Ok((array.slice(layer), Vec::new())),
        (&[_, layers, _], Some(layer)) => bad(format!(
            "has no slice {layer} along its second axis; its shape is {written}, accepted are 0 to {}",
            layers.saturating_sub(1)
        )),
        (_, Some(_)) => {
            bad(format!("has no slices: its shape is {written}; accepted are three axes (N×L×p)"))
        }
        ([rows, ones @ .., width], None) if !ones.is_empty() && ones.iter().all(|&d| d == 1) => {
            let width = *width;
            let note = format!("{name}: shape {written} is read as {rows}×{width}");
            let array = array.row_major();
            Ok((Array { shape: vec![*rows, width], ..array }, vec![note]))
        }
        (&[_, layers, _], None) => bad(format!(
            "has 3 axes ({written}); accepted are two: {axes}; {name}:0 to {name}:{} takes a slice along the second axis",
            layers.saturating_sub(1)
        )),
        _ => bad(format!("has {} axes ({written}); accepted are two: {axes}", shape.len())),
    }
}

/// Numbers in the order of a file as a matrix. What has been taken over is given back as it goes, so that there are never
/// two copies of them.
fn shaped(mut values: Vec<f64>, rows: usize, columns: usize, fortran: bool) -> Mat<f64> {
    const PARTS: usize = 32;
    let mut matrix = Mat::with_capacity(rows, columns);
    // From the last on, which is where memory can be given back: backwards, and then turned round.
    let all = if fortran { columns } else { rows };
    let step = all.div_ceil(PARTS).max(1);
    let mut taken = 0;
    while taken < all {
        taken = (taken + step).min(all);
        let at = |i: usize| values.get(i).copied().unwrap_or(f64::NAN);
        if fortran {
            matrix.resize_with(rows, taken, |i, j| at((columns - 1 - j) * rows + i));
        } else {
            matrix.resize_with(taken, columns, |i, j| at((rows - 1 - i) * columns + j));
        }
        values.truncate((all - taken) * if fortran { rows } else { columns });
        values.shrink_to_fit();
    }
    if fortran {
        for j in 0..columns / 2 {
            faer::perm::swap_cols_idx(matrix.as_mut(), j, columns - 1 - j);
        }
    } else {
        (0..columns).for_each(|j| matrix.col_as_slice_mut(j).reverse());
    }
    matrix
}
