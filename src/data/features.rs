//! Checked features: N×p, finite, no column constant.

use faer::{Mat, MatRef};

use super::error::DataError;
use super::targets;

/// N×p numbers, every one finite and every column varying. Columns that are constant are dropped: they say nothing
/// beside an intercept.
#[derive(Debug, Clone)]
pub struct Features {
    pub(super) input: String,
    pub(super) values: Mat<f64>,
    /// The part of the file that was read, where it has several.
    pub(super) part: Option<String>,
    /// Columns that the file has, and which of them are left.
    pub(super) columns: Columns,
    /// How the file was read, where the user should know.
    pub(super) notes: Vec<String>,
}

/// Which columns of a file the features are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Columns {
    /// In the file.
    pub count: usize,
    /// Positions of those that vary, increasing; p of them.
    pub kept: Vec<usize>,
}

impl Features {
    /// From outside as an array: [`Features::from_array`].
    ///
    /// # Errors
    /// [`DataError::Input`] about `input` when a number is not finite, no column varies, or there are no two rows.
    pub(crate) fn new(input: &str, values: Mat<f64>) -> Result<Self, DataError> {
        let (rows, count) = (values.nrows(), values.ncols());
        if rows < 2 || count == 0 {
            return Err(DataError::input(
                input,
                format!("holds {rows} rows of {count} features; accepted are at least two rows"),
            ));
        }
        targets::finite(input, &values)?;
        let kept: Vec<usize> = (0..count).filter(|&j| !targets::constant(values.col(j))).collect();
        if kept.is_empty() {
            return Err(DataError::input(
                input,
                "every feature is constant; accepted are features that vary",
            ));
        }
        let mut notes = Vec::new();
        let values = if kept.len() == count {
            values
        } else {
            let dropped: Vec<String> =
                (0..count).filter(|j| kept.binary_search(j).is_err()).map(|j| (j + 1).to_string()).collect();
            let (which, verb) = match dropped.as_slice() {
                [one] => (format!("column {one}"), "is constant and"),
                [first, .., last] if dropped.len() > 6 => {
                    (format!("{} columns ({first} … {last})", dropped.len()), "are constant and")
                }
                several => (format!("columns {}", several.join(", ")), "are constant and"),
            };
            notes.push(format!("{input}: {which} {verb} left out"));
            Mat::from_fn(rows, kept.len(), |i, j| kept.get(j).map_or(0.0, |&k| *values.get(i, k)))
        };
        Ok(Self { input: input.into(), values, part: None, columns: Columns { count, kept }, notes })
    }

    /// N, the number of rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.values.nrows()
    }

    /// N×p.
    pub(crate) fn values(&self) -> MatRef<'_, f64> {
        self.values.as_ref()
    }

    /// What the user should know of how the file was read; one sentence each.
    #[must_use]
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// Which columns of the file these are.
    #[must_use]
    pub const fn columns(&self) -> &Columns {
        &self.columns
    }

    /// The rows of these positions.
    ///
    /// # Errors
    /// As `Features::new`: fewer rows may leave columns constant.
    pub(super) fn of_rows(self, rows: &[usize]) -> Result<Self, DataError> {
        let Self { input, values, part, columns, mut notes } = self;
        let chosen = Mat::from_fn(rows.len(), values.ncols(), |i, j| {
            rows.get(i).map_or(0.0, |&row| *values.get(row, j))
        });
        let left = Self::new(&input, chosen)?;
        notes.extend(left.notes);
        let kept = left.columns.kept.iter().filter_map(|&j| columns.kept.get(j).copied()).collect();
        Ok(Self { input, values: left.values, part, columns: Columns { count: columns.count, kept }, notes })
    }
}

impl Columns {
    /// A matrix with a row for each column of the file, or for each column left, as one with a row for each left.
    pub(crate) fn narrow(&self, matrix: Mat<f64>) -> Mat<f64> {
        if matrix.nrows() != self.count || self.kept.len() == self.count {
            return matrix;
        }
        Mat::from_fn(self.kept.len(), matrix.ncols(), |i, j| {
            self.kept.get(i).map_or(0.0, |&k| *matrix.get(k, j))
        })
    }

    /// A matrix with a row for each column left as one with a row for each column of the file: zeros elsewhere.
    pub(crate) fn widen(&self, matrix: Mat<f64>) -> Mat<f64> {
        if self.kept.len() == self.count {
            return matrix;
        }
        Mat::from_fn(self.count, matrix.ncols(), |i, j| {
            self.kept.binary_search(&i).map_or(0.0, |k| *matrix.get(k, j))
        })
    }
}
