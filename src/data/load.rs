//! Features (N×p) and targets from files, checked: what is wrong is said in one sentence before anything is computed.

use std::fs::File;
use std::path::Path;

use faer::Mat;

use super::csv_file::{self, Table};
use super::error::DataError;
use super::npy::{self, Array, Cells};
use super::pool::Features;
use super::targets::Targets;

/// Features from an `.npy`, `.npz` or `.csv` (`.tsv`) file: N rows, p columns, every number finite, no column
/// constant. Floats of 16, 32 and 64 bits, whole numbers and booleans; either order and endianness. Of an `.npz` file
/// the only array is taken, or the one named X, features, embeddings or arr_0.
///
/// # Errors
/// [`DataError::Input`] naming the file, and the row and column (from 1) where one is at fault.
pub fn load_features(path: &Path) -> Result<Features, DataError> {
    let name = path.display().to_string();
    let array = match extension(path).as_str() {
        "npy" => npy::read_npy(path, &name)?,
        "npz" => npy::read_npz(path, &name, &["X", "features", "embeddings", "arr_0"])?,
        "csv" | "tsv" => return Features::new(&name, csv_features(path, &name)?),
        _ => {
            open(path, &name)?;
            return Err(DataError::input(
                name,
                "is of no known kind; features are read from .npy, .npz and .csv files",
            ));
        }
    };
    Features::new(&name, table(&array, &name, "rows (samples) and columns (features)")?)
}

/// A matrix from an `.npy` file, every number finite.
///
/// # Errors
/// [`DataError::Input`] naming the file and what would be accepted.
pub fn load_matrix(path: &Path) -> Result<Mat<f64>, DataError> {
    let name = path.display().to_string();
    if extension(path) != "npy" {
        open(path, &name)?;
        return Err(DataError::input(name, "is of no known kind; a matrix is read from an .npy file"));
    }
    let matrix = table(&npy::read_npy(path, &name)?, &name, "rows and columns")?;
    super::targets::finite(&name, &matrix)?;
    Ok(matrix)
}

/// The array as a matrix; `axes` says what its two axes are.
fn table(array: &Array, name: &str, axes: &str) -> Result<Mat<f64>, DataError> {
    let Cells::Numbers { values, .. } = &array.cells else {
        return Err(DataError::input(name, "holds text; accepted are rows of numbers"));
    };
    let &[rows, columns] = array.shape.as_slice() else {
        let found = array.shape.len();
        return Err(DataError::input(name, format!("has {found} axes; accepted are two: {axes}")));
    };
    Ok(matrix(array, values, rows, columns))
}

/// Targets from a file with one row for each of the `rows` of the features.
///
/// - A text file: one label a line. `.csv` (`.tsv`): one column of labels, or columns of numbers whose header names
///   become task names. `.npy`, `.npz` (the only array, or y, targets, labels, Y or arr_0): N or N×T numbers, or N texts.
/// - Labels become one-vs-rest tasks, one per class.
/// - **One column of numbers** holds class labels when it is of a whole-number type (integers and booleans in an array;
///   no decimal point in text) and has at most max(2, N/20) different values; otherwise it is one numeric target.
///   Several columns are always numeric targets.
///
/// # Errors
/// [`DataError::Input`] naming the file and what would be accepted.
pub fn load_targets(path: &Path, rows: usize) -> Result<Targets, DataError> {
    let name = path.display().to_string();
    let array = match extension(path).as_str() {
        "npy" => npy::read_npy(path, &name)?,
        "npz" => npy::read_npz(path, &name, &["y", "targets", "labels", "Y", "arr_0"])?,
        "csv" | "tsv" => match csv_file::read(path, &name)? {
            Table::Column(cells) => {
                // One line more than rows is a header line.
                let header = if cells.len() == rows + 1 { cells.first().cloned() } else { None };
                let cells = cells.into_iter().skip(usize::from(header.is_some())).collect();
                return Targets::from_text(&name, header, cells, rows);
            }
            Table::Numbers { names, columns, values } => {
                let count = values.len() / columns;
                let values = faer::MatRef::from_row_major_slice(&values, count, columns).to_owned();
                return Targets::from_numbers(&name, names, values, rows);
            }
        },
        _ => return Targets::from_text(&name, None, csv_file::read_lines(path, &name)?, rows),
    };
    let (count, columns) = match *array.shape.as_slice() {
        [count] => (count, 1),
        [count, columns] => (count, columns),
        _ => {
            let axes = array.shape.len();
            return Err(DataError::input(
                name,
                format!("has {axes} axes; accepted are N numbers or N×T numbers"),
            ));
        }
    };
    match &array.cells {
        Cells::Text(_) if columns > 1 => {
            Err(DataError::input(name, "holds several columns of text; accepted is one label a row"))
        }
        Cells::Text(labels) => Targets::from_text(&name, None, labels.clone(), rows),
        Cells::Numbers { values, whole } if columns == 1 => {
            Targets::from_column(&name, None, values.clone(), *whole, rows)
        }
        Cells::Numbers { values, .. } => {
            Targets::from_numbers(&name, None, matrix(&array, values, count, columns), rows)
        }
    }
}

fn csv_features(path: &Path, name: &str) -> Result<Mat<f64>, DataError> {
    match csv_file::read(path, name)? {
        Table::Numbers { columns, values, .. } => {
            Ok(faer::MatRef::from_row_major_slice(&values, values.len() / columns, columns).to_owned())
        }
        Table::Column(cells) => {
            // One feature: the first line is a header unless it is a number.
            let header = cells.first().is_some_and(|c| csv_file::number(c).is_none());
            let values = cells.iter().enumerate().skip(usize::from(header)).map(|(i, cell)| {
                csv_file::number(cell).ok_or_else(|| csv_file::not_a_number(name, i as u64 + 1, 1, cell))
            });
            let values = values.collect::<Result<Vec<_>, _>>()?;
            Ok(faer::MatRef::from_column_major_slice(&values, values.len(), 1).to_owned())
        }
    }
}

fn matrix(array: &Array, values: &[f64], rows: usize, columns: usize) -> Mat<f64> {
    if array.fortran {
        faer::MatRef::from_column_major_slice(values, rows, columns).to_owned()
    } else {
        faer::MatRef::from_row_major_slice(values, rows, columns).to_owned()
    }
}

fn extension(path: &Path) -> String {
    path.extension().map(|e| e.to_string_lossy().to_lowercase()).unwrap_or_default()
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
        return Err(DataError::input(name, "is no ordinary file"));
    }
    let file = File::open(path).map_err(unreadable)?;
    let length = file.metadata().map_err(unreadable)?.len();
    if length == 0 {
        return Err(DataError::input(name, "is empty"));
    }
    Ok((file, length))
}
