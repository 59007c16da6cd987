//! Checked features: N×p finite numbers without constant columns.

use faer::{Mat, MatRef};

use super::error::{DataError, called, column};
use super::targets::{self, Targets};

/// N×p finite numbers, every column varying. Constant columns are left out (the intercept covers them), and so are
/// rows with NaN.
#[derive(Debug, Clone)]
pub struct Features {
    pub(super) input: String,
    pub(super) values: Mat<f64>,
    /// The part of the file that was read, if the file has several.
    pub(super) part: Option<String>,
    /// The columns of the file, and which of them are used.
    pub(super) columns: Columns,
    /// Names of all columns read from the file, if it has names.
    pub(super) names: Option<Vec<String>>,
    /// Number of rows read, including those with NaN.
    pub(super) read: usize,
    /// Positions of the rows without NaN, if some rows have NaN.
    pub(super) complete: Option<Vec<usize>>,
    /// Notes for the user on how the file was read.
    pub(super) notes: Vec<String>,
}

/// Which columns of a file are features.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Columns {
    /// Number of columns in the file.
    pub count: usize,
    /// Positions of the p columns that vary, increasing.
    pub kept: Vec<usize>,
}

impl Features {
    /// Checks N×p numbers. Arrays from outside enter by [`Features::from_array`].
    ///
    /// # Errors
    /// [`DataError::Input`] about `input` if a number is infinite, no column varies, or fewer than two rows are
    /// without NaN.
    pub(crate) fn new(input: &str, values: Mat<f64>) -> Result<Self, DataError> {
        Self::named(input, values, None)
    }

    /// Checks N×p numbers whose columns may have names.
    ///
    /// # Errors
    /// Errors of [`Features::new`].
    pub(super) fn named(
        input: &str,
        values: Mat<f64>,
        names: Option<Vec<String>>,
    ) -> Result<Self, DataError> {
        let column = |at: usize| column(names.as_deref(), at);
        let (read, count) = (values.nrows(), values.ncols());
        if read < 2 || count == 0 {
            return Err(DataError::input(
                input,
                format!("holds {read} rows of {count} features; accepted are at least two rows"),
            ));
        }
        let mut notes = Vec::new();
        let (complete, values) = without_nan(input, values, &column, &mut notes)?;
        let rows = values.nrows();
        targets::finite(input, &values, &column)?;
        let kept: Vec<usize> = (0..count).filter(|&j| !targets::constant(values.col(j))).collect();
        if kept.is_empty() {
            return Err(DataError::input(
                input,
                "every feature is constant; accepted are features that vary",
            ));
        }
        let values = if kept.len() == count {
            values
        } else {
            let dropped: Vec<String> = (0..count)
                .filter(|j| kept.binary_search(j).is_err())
                .map(|j| called(names.as_deref(), j))
                .collect();
            let (which, verb) = match dropped.as_slice() {
                [one] => (format!("column {one}"), "is constant and"),
                [first, .., last] if dropped.len() > 6 => {
                    (format!("{} columns ({first} … {last})", dropped.len()), "are constant and")
                }
                several => (format!("columns {}", several.join(", ")), "are constant and"),
            };
            notes.push(format!("{input}: {which} {verb} left out"));
            Mat::from_fn(rows, kept.len(), |i, j| kept.get(j).map_or(f64::NAN, |&k| *values.get(i, k)))
        };
        let columns = Columns { count, kept };
        Ok(Self { input: input.into(), values, part: None, columns, names, read, complete, notes })
    }

    /// N, the number of rows without NaN.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.values.nrows()
    }

    /// The numbers, N×p.
    pub(crate) fn values(&self) -> MatRef<'_, f64> {
        self.values.as_ref()
    }

    /// Notes for the user on how the file was read; one sentence each.
    #[must_use]
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// Which columns of the file are used.
    #[must_use]
    pub const fn columns(&self) -> &Columns {
        &self.columns
    }

    /// Number of rows read, including those with NaN; equal to the number of targets.
    #[must_use]
    pub const fn read(&self) -> usize {
        self.read
    }

    /// The name of a used column by its position: the name in the file, or its number from 1.
    pub(super) fn name(&self, at: usize) -> String {
        column(self.names.as_deref(), self.columns.kept.get(at).copied().unwrap_or(at))
    }

    /// Features and targets of the rows that have both: without NaN, and with a target.
    ///
    /// # Errors
    /// [`DataError::Input`] if the numbers of rows read differ, or as [`Features::new`] for the remaining rows.
    pub(super) fn common(self, targets: Targets) -> Result<(Self, Targets), DataError> {
        if targets.rows != self.read {
            let (found, count) = (targets.rows, self.read);
            let problem =
                format!("has {found} rows but the features have {count}; accepted is one row for each");
            return Err(DataError::input(targets.input, problem));
        }
        let (complete, labelled) = (self.complete.as_deref(), targets.labelled.as_deref());
        if complete.is_none() && labelled.is_none() {
            return Ok((self, targets));
        }
        let all: Vec<usize> = (0..self.read).collect();
        let (complete, labelled) = (complete.unwrap_or(&all), labelled.unwrap_or(&all));
        // Both lists are increasing: positions in each of the rows that both contain.
        let of_features: Vec<usize> = (0..complete.len())
            .filter(|&i| complete.get(i).is_some_and(|row| labelled.binary_search(row).is_ok()))
            .collect();
        let of_targets: Vec<usize> = (0..labelled.len())
            .filter(|&i| labelled.get(i).is_some_and(|row| complete.binary_search(row).is_ok()))
            .collect();
        let targets =
            if of_targets.len() == labelled.len() { targets } else { targets.of_rows(&of_targets)? };
        let features = if of_features.len() == complete.len() { self } else { self.of_rows(&of_features)? };
        Ok((features, targets))
    }

    /// The rows at these positions among those without NaN.
    ///
    /// # Errors
    /// Errors of [`Features::new`]: fewer rows may leave columns constant.
    pub(super) fn of_rows(&self, rows: &[usize]) -> Result<Self, DataError> {
        let chosen = Mat::from_fn(rows.len(), self.values.ncols(), |i, j| {
            rows.get(i).map_or(f64::NAN, |&row| *self.values.get(row, j))
        });
        let name = |&at: &usize| self.names.as_ref().and_then(|names| names.get(at)).cloned();
        let names: Option<Vec<String>> = self.columns.kept.iter().map(name).collect();
        let left = Self::named(&self.input, chosen, names)?;
        let kept = left.columns.kept.iter().filter_map(|&j| self.columns.kept.get(j).copied()).collect();
        let columns = Columns { count: self.columns.count, kept };
        let notes = [self.notes.as_slice(), &left.notes].concat();
        let (part, names) = (self.part.clone(), self.names.clone());
        Ok(Self {
            input: left.input,
            values: left.values,
            part,
            columns,
            names,
            read: left.read,
            complete: None,
            notes,
        })
    }
}

/// The rows without NaN: their positions, unless these are all rows, and their numbers.
fn without_nan(
    input: &str,
    values: Mat<f64>,
    column: &dyn Fn(usize) -> String,
    notes: &mut Vec<String>,
) -> Result<(Option<Vec<usize>>, Mat<f64>), DataError> {
    let (rows, columns) = (values.nrows(), values.ncols());
    let mut missing = vec![0_usize; rows];
    let mut worst = (0, 0);
    for (j, column) in values.col_iter().enumerate() {
        let mut count = 0;
        for (missing, v) in missing.iter_mut().zip(column.iter()) {
            let nan = usize::from(v.is_nan());
            *missing += nan;
            count += nan;
        }
        worst = worst.max((count, j));
    }
    let complete: Vec<usize> =
        missing.iter().enumerate().filter(|(_, count)| **count == 0).map(|(i, _)| i).collect();
    if complete.len() == rows {
        return Ok((None, values));
    }
    let left = rows - complete.len();
    if complete.len() < 2 {
        let (count, column) = (worst.0, column(worst.1));
        let problem = format!(
            "{left} of {rows} rows have NaN or no value, {count} of them in {column}; accepted are at least two rows \
             without"
        );
        return Err(DataError::input(input, problem));
    }
    let (noun, verb) = if left == 1 { ("row", "has") } else { ("rows", "have") };
    let are = if left == 1 { "is" } else { "are" };
    notes.push(format!("{input}: {left} {noun} of {rows} {verb} NaN or no value and {are} left out"));
    let chosen = Mat::from_fn(complete.len(), columns, |i, j| {
        complete.get(i).map_or(f64::NAN, |&row| *values.get(row, j))
    });
    Ok((Some(complete), chosen))
}

impl Columns {
    /// Converts a matrix with a row for each column of the file (or each used column) to one with a row for each used
    /// column.
    pub(crate) fn narrow(&self, matrix: Mat<f64>) -> Mat<f64> {
        if matrix.nrows() != self.count || self.kept.len() == self.count {
            return matrix;
        }
        Mat::from_fn(self.kept.len(), matrix.ncols(), |i, j| {
            self.kept.get(i).map_or(f64::NAN, |&k| *matrix.get(k, j))
        })
    }

    /// Converts a matrix with a row for each used column to one with a row for each column of the file, with zeros
    /// for unused columns.
    pub(crate) fn widen(&self, matrix: Mat<f64>) -> Mat<f64> {
        if self.kept.len() == self.count {
            return matrix;
        }
        Mat::from_fn(self.count, matrix.ncols(), |i, j| {
            self.kept.binary_search(&i).map_or(0.0, |k| *matrix.get(k, j))
        })
    }
}
