//! Features (N×p) and targets from files, checked: what is wrong is said in one sentence before anything is computed.

use std::path::Path;

use faer::Mat;
use ndarray::Array2;

use super::error::DataError;
use super::features::Features;
use super::pool::{Pool, Watch};
use super::read::{self, Cells, Role, Table};
use super::targets::{self, Column, Reading, Rows, Targets};
use crate::linalg::array;

impl Pool {
    /// Reads both files; see [`load_features`] and [`load_targets`]. Rows without a label are left out, with a note.
    ///
    /// # Errors
    /// As those and [`Pool::new`]; when both are the same array.
    pub fn load(
        features_path: &Path,
        targets_path: &Path,
        reading: Reading,
        watch: Watch<'_>,
    ) -> Result<Self, DataError> {
        let features = load_features(features_path)?;
        let table = read::read(targets_path, Role::Targets)?;
        let name = crate::outside::text::path(targets_path);
        if read::split(features_path).0 == read::split(targets_path).0 && features.part == table.part {
            return Err(DataError::input(
                name,
                "is also the file of the features, and the same array; name the parts, such as data.npz:X and data.npz:y",
            ));
        }
        let rows = Rows { count: features.rows(), features: features.columns.count };
        let targets = targets_of(table, &name, rows, reading)?;
        Self::new(features, targets, watch)
    }
}

/// Features from a file of any kind that the program reads: N rows, p columns, every number finite. Constant columns are
/// dropped with a note. Floats of 16, 32 and 64 bits, whole numbers and booleans; either order and endianness.
///
/// # Errors
/// [`DataError::Input`] naming the file, and the row and column (from 1) where one is at fault.
pub fn load_features(path: &Path) -> Result<Features, DataError> {
    let name = crate::outside::text::path(path);
    let table = read::read(path, Role::Features)?;
    let (part, notes) = (table.part.clone(), table.notes.clone());
    let mut features = Features::new(&name, matrix(table, &name, "rows (samples) and columns (features)")?)?;
    features.part = part;
    features.notes.splice(..0, notes);
    Ok(features)
}

/// Whether a file of rows is there and can be opened; its part and what it holds are another matter.
///
/// # Errors
/// [`DataError::Input`] naming the file.
pub fn is_there(path: &Path) -> Result<(), DataError> {
    let name = crate::outside::text::path(path);
    read::open(&read::split(path).0, &name).map(drop)
}

/// A matrix, every number finite, in the order of the file: rows × columns.
///
/// # Errors
/// [`DataError::Input`] naming the file and what would be accepted.
pub fn load_matrix(path: &Path) -> Result<Array2<f64>, DataError> {
    let name = crate::outside::text::path(path);
    let matrix = matrix(read::read(path, Role::Matrix)?, &name, "rows and columns")?;
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
/// - A blank label or NaN is a row without a label.
///
/// # Errors
/// [`DataError::Input`] naming the file and what would be accepted.
pub fn load_targets(path: &Path, rows: usize, reading: Reading) -> Result<Targets, DataError> {
    let name = crate::outside::text::path(path);
    targets_of(read::read(path, Role::Targets)?, &name, Rows { count: rows, features: rows }, reading)
}

fn targets_of(table: Table, name: &str, rows: Rows, reading: Reading) -> Result<Targets, DataError> {
    let (count, columns) = match *table.shape.as_slice() {
        [count] => (count, 1),
        [count, columns] => (count, columns),
        _ => {
            let axes = table.shape.len();
            return Err(DataError::input(
                name,
                format!("has {axes} axes; accepted are N numbers or N×T numbers"),
            ));
        }
    };
    let header = table.names.as_ref().and_then(|names| names.first().cloned());
    let (fortran, names) = (table.fortran, table.names);
    match table.cells {
        Cells::Text(_) if columns > 1 => {
            Err(DataError::input(name, "holds several columns of text; accepted is one label a row"))
        }
        Cells::Text(labels) => {
            let (labels, first) = targets::labels(labels, table.header, rows.count);
            Targets::from_text(name, header.or(first), labels, rows, reading)
        }
        Cells::Numbers { values, whole } if columns == 1 => {
            Targets::from_column(name, Column { header, values, whole }, rows, reading)
        }
        Cells::Numbers { .. } if reading == Reading::Labels => Err(DataError::input(
            name,
            format!(
                "holds {columns} columns; labels are one column: leave --labels out, or name it after a colon"
            ),
        )),
        Cells::Numbers { values, .. } => {
            Targets::from_numbers(name, names, shaped(values, count, columns, fortran), rows)
        }
    }
}

/// The table as a matrix; `axes` says what its two axes are.
fn matrix(table: Table, name: &str, axes: &str) -> Result<Mat<f64>, DataError> {
    let Cells::Numbers { values, .. } = table.cells else {
        return Err(DataError::input(name, "holds text; accepted are rows of numbers"));
    };
    let &[rows, columns] = table.shape.as_slice() else {
        let found = table.shape.len();
        return Err(DataError::input(name, format!("has {found} axes; accepted are two: {axes}")));
    };
    Ok(shaped(values, rows, columns, table.fortran))
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
