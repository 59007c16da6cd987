//! Columns of one file as features, targets, or a plain matrix.

use std::path::Path;

use faer::Mat;
use ndarray::Array2;

use super::error::{DataError, column, listed};
use super::features::Features;
use super::matrix::{flattened, matrix, shaped, side_by_side};
use super::read::{self, Data, Opened, Role, Table};
use super::targets::{self, Column, Reading, Rows, Targets};
use crate::linalg::array;

/// Features from a file of any supported kind: N rows, p columns. Rows with NaN and constant columns are left out,
/// with a note.
///
/// # Errors
/// [`DataError::Input`] naming the file, and the row and column (from 1) where one is at fault.
pub fn load_features(path: &Path) -> Result<Features, DataError> {
    features_of(Opened::new(path, Role::Features, &[])?.read(&[""; 0], None)?)
}

/// A matrix in the order of the file, rows × columns, every number finite.
///
/// # Errors
/// [`DataError::Input`] naming the file and what is accepted.
pub fn load_matrix(path: &Path) -> Result<Array2<f64>, DataError> {
    matrix_of(Opened::new(path, Role::Matrix, &[])?.read(&[""; 0], None)?)
}

/// A covariance matrix, or its diagonal as a single column.
///
/// # Errors
/// Errors of [`load_matrix`].
pub fn load_covariance(path: &Path) -> Result<Array2<f64>, DataError> {
    let table = Opened::new(path, Role::Matrix, &[])?.read(&[""; 0], None)?;
    matrix_of(Table { is_array: false, ..table })
}

fn matrix_of(table: Table) -> Result<Array2<f64>, DataError> {
    let name = table.name.clone();
    let (matrix, _) = matrix(table, "rows and columns")?;
    targets::finite(&name, &matrix, &|at| column(None, at))?;
    Ok(array::array(matrix.as_ref()))
}

/// Targets from a file with one row for each of the `rows` rows of the features.
///
/// - A text file has one label a line; a table one column of labels, or columns of numbers whose names become task
///   names; an array N or N×T numbers, or N texts.
/// - Labels become one-vs-rest tasks, one per class; a class with a single row is left out with a note.
/// - **One column of numbers** is read as class labels if it is of an integer type (integers and booleans in an
///   array; no decimal point in text) and its values repeat, at least five rows a value on average (or only two
///   values); otherwise it is one numeric target. [`Reading`] overrides this. Several columns are always numeric
///   targets.
/// - A blank label, a word for a missing value (NA, None, NULL) and NaN mean a row without a label.
///
/// # Errors
/// [`DataError::Input`] naming the file and what is accepted.
pub fn load_targets(path: &Path, rows: usize, reading: Reading) -> Result<Targets, DataError> {
    let table = Opened::new(path, Role::Targets, &[])?.read(&[""; 0], Some(rows))?;
    targets_of(table, Rows { count: rows, features: rows }, reading, false)
}

/// p, the number of columns.
pub(super) fn width(table: &Table) -> usize {
    match table.columns.as_slice() {
        [Data::Array(array)] => array.shape.last().copied().unwrap_or(0),
        several => several.len(),
    }
}

pub(super) fn features_of(table: Table) -> Result<Features, DataError> {
    let (name, part) = (table.name.clone(), table.part.clone());
    let Numbers { names, matrix, notes } = numbers_of(table)?;
    let mut features = Features::named(&name, matrix, names)?;
    features.part = part;
    features.notes.splice(..0, notes);
    Ok(features)
}

/// Features as read from the file.
pub(super) struct Numbers {
    /// Column names, if there are several columns and they do not come from one list per row.
    pub names: Option<Vec<String>>,
    /// Rows × columns; NaN where there is no number.
    pub matrix: Mat<f64>,
    pub notes: Vec<String>,
}

/// Extracts the feature columns of a table.
pub(super) fn numbers_of(mut table: Table) -> Result<Numbers, DataError> {
    leave_out_what_is_no_feature(&mut table);
    let names = table.columns.len().gt(&1).then(|| table.names.clone());
    let mut notes = std::mem::take(&mut table.notes);
    let (matrix, more) = matrix(table, "rows (samples) and columns (features)")?;
    notes.extend(more);
    Ok(Numbers { names, matrix, notes })
}

/// Leaves out columns whose names and values mark them as identifiers, and columns whose names mark them as labels,
/// unless the user selected the columns.
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

pub(super) fn targets_of(
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
