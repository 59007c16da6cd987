//! Rows, targets and matrices as [`ndarray`] arrays, for users of the library (section 9).

use faer::Mat;
use ndarray::{Array2, ArrayView2, Axis};

use super::error::DataError;
use super::features::Features;
use super::pool::Pool;
use super::read::{self, Texts};
use super::spectra::Featurizer;
use super::targets::{Column, Reading, Rows, Targets};
use crate::linalg::array::{array, matrix};

impl Features {
    /// N rows of p features of any layout in single or double precision; `input` names them in messages. The array is
    /// copied once and not referenced afterwards.
    ///
    /// # Errors
    /// [`DataError::Input`] about `input` if a number is infinite, no column varies, there are fewer than two rows,
    /// or memory is too small for the copy.
    pub fn from_array<T: Copy + Into<f64>>(input: &str, rows: ArrayView2<'_, T>) -> Result<Self, DataError> {
        let mut blocks = Blocks::new(input, rows.nrows(), rows.ncols())?;
        rows.axis_chunks_iter(Axis(0), Blocks::rows_of(rows.ncols())).for_each(|block| blocks.push(block));
        blocks.features()
    }

    /// A copy of the rows, N×p, without constant columns.
    #[must_use]
    pub fn to_array(&self) -> Array2<f64> {
        array(self.values())
    }
}

/// N×p numbers copied block by block: for arrays that are being read from disk, or for a caller that checks for
/// interrupts between blocks.
#[derive(Debug)]
pub struct Blocks {
    input: String,
    values: Mat<f64>,
    filled: usize,
}

impl Blocks {
    /// Number of rows in a block of about a megabyte in double precision.
    #[must_use]
    pub fn rows_of(columns: usize) -> usize {
        ((1 << 17) / columns.max(1)).max(1)
    }

    /// Allocates N rows of p numbers; `input` names them in messages.
    ///
    /// # Errors
    /// [`DataError::Input`] if memory is too small.
    pub fn new(input: &str, rows: usize, columns: usize) -> Result<Self, DataError> {
        read::fits(input, (rows as u64).saturating_mul(columns as u64), read::Reads::Straight)?;
        Ok(Self { input: input.to_owned(), values: Mat::zeros(rows, columns), filled: 0 })
    }

    /// Copies the next rows; rows beyond N are ignored.
    pub fn push<T: Copy + Into<f64>>(&mut self, block: ArrayView2<'_, T>) {
        let from = self.filled;
        for (column, values) in block.columns().into_iter().zip(self.values.col_iter_mut()) {
            for (&x, to) in column.iter().zip(values.iter_mut().skip(from)) {
                *to = x.into();
            }
        }
        self.filled = from + block.nrows();
    }

    /// The copied rows as features.
    ///
    /// # Errors
    /// Errors of [`Features::from_array`].
    pub fn features(self) -> Result<Features, DataError> {
        Features::new(&self.input, self.values)
    }

    /// The name for messages, and the rows.
    pub(super) fn into_parts(self) -> (String, Mat<f64>) {
        (self.input, self.values)
    }
}

impl Targets {
    /// N rows of T numeric targets, one task a column; a row with NaN in some column is without a label.
    ///
    /// # Errors
    /// [`DataError::Input`] if a number is infinite, no column varies, or there are too many columns.
    pub fn from_array(input: &str, targets: ArrayView2<'_, f64>) -> Result<Self, DataError> {
        Self::from_numbers(
            input,
            None,
            matrix(targets),
            Rows { count: targets.nrows(), features: targets.nrows() },
        )
    }

    /// One number a row, NaN for a row without a label: class labels or a numeric target, by the rules of
    /// [`super::load_targets`]. `whole` tells whether the numbers are of an integer type.
    ///
    /// # Errors
    /// [`DataError::Input`] if a number is infinite, nothing varies, or there is only one class.
    pub fn from_numbers_or_labels(
        input: &str,
        values: Vec<f64>,
        whole: bool,
        reading: Reading,
    ) -> Result<Self, DataError> {
        let rows = Rows { count: values.len(), features: values.len() };
        Self::from_column(input, Column { header: None, values, whole }, rows, reading)
    }

    /// One label a row, an empty text for a row without one; each class against the rest is a task.
    ///
    /// # Errors
    /// [`DataError::Input`] if there is only one class, or too many.
    pub fn from_labels<L: Into<String>>(
        input: &str,
        labels: impl IntoIterator<Item = L>,
    ) -> Result<Self, DataError> {
        let known = |label: L| Some(label.into()).filter(|label| !label.is_empty());
        let cells: Vec<_> = labels.into_iter().map(known).collect();
        let rows = Rows { count: cells.len(), features: cells.len() };
        let texts = Texts { cells, quoted: Vec::new() };
        Self::from_text(input, None, texts, rows, Reading::Labels, false)
    }
}

impl Featurizer {
    /// The featurization F = BBᵀ with B p×k of any layout.
    ///
    /// # Errors
    /// [`DataError::Input`] if B does not have p rows, a number is not finite, or B is 0 on the span of the features.
    pub fn from_array(pool: &Pool, b: ArrayView2<'_, f64>) -> Result<Self, DataError> {
        Self::factor(pool, matrix(b).as_ref())
    }

    /// The featurization F, p×p, symmetric and positive semidefinite.
    ///
    /// # Errors
    /// [`DataError::Input`] if F is not, or as for [`Featurizer::from_array`].
    pub fn from_symmetric(pool: &Pool, f: ArrayView2<'_, f64>) -> Result<Self, DataError> {
        Self::symmetric(pool, matrix(f).as_ref())
    }
}

/// Copies of the arrays of a pool.
impl Pool {
    /// A copy of the rows less their column means, N×p.
    #[must_use]
    pub fn to_features(&self) -> Array2<f64> {
        array(self.features().as_ref())
    }

    /// Eigenvectors of Σ̂, p×r, in the order of [`Pool::eigenvalues`].
    #[must_use]
    pub fn to_basis(&self) -> Array2<f64> {
        array(self.basis())
    }

    /// z, r×T: whitened least-squares coefficients of each task in the eigenbasis (section 9.7).
    #[must_use]
    pub fn to_coefficients(&self) -> Array2<f64> {
        array(self.coefficients())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::TaskChoice;

    fn wave(i: usize, j: usize) -> f64 {
        ((i * i + 31 * i * j + 7 * j) as f64 * 0.618).sin()
    }

    #[test]
    fn arrays_of_any_memory_layout_are_equal() {
        let rows = Array2::from_shape_fn((30, 4), |(i, j)| wave(i, j + 1));
        let turned = rows.t().to_owned();
        for view in [rows.view(), turned.t()] {
            assert_eq!(Features::from_array("rows", view).unwrap().to_array(), rows);
        }
        let mut broken = rows.clone();
        broken[(7, 2)] = f64::NAN;
        let without = Features::from_array("mine", broken.view()).unwrap();
        assert_eq!((without.to_array().nrows(), without.rows()), (29, 29));
        broken[(7, 2)] = f64::INFINITY;
        let sentence = Features::from_array("mine", broken.view()).unwrap_err().to_string();
        assert!(sentence.contains("mine") && sentence.contains('8'), "{sentence}");
    }

    /// The identity as a matrix gives the raw features; numbers and labels give the same task up to its scale.
    #[test]
    fn targets_and_featurizations_from_arrays() {
        let rows = Array2::from_shape_fn((60, 4), |(i, j)| wave(i, j + 1));
        let numbers = Array2::from_shape_fn((60, 1), |(i, _)| if wave(i, 2) > 0.0 { 1.0 } else { 0.0 });
        let labels = numbers.iter().map(|&y| if y > 0.0 { "up" } else { "down" });
        let pool =
            |targets| Pool::new(Features::from_array("x", rows.view()).unwrap(), targets, &|_| true).unwrap();
        let by_number = pool(Targets::from_array("y", numbers.view()).unwrap());
        let by_label = pool(Targets::from_labels("y", labels).unwrap());
        assert_eq!(by_label.tasks().len(), 2);
        let up = by_label.task("up").unwrap();
        assert!((by_number.noise(TaskChoice::Task(0)) - by_label.noise(up)).abs() < 1e-12);
        let identity = Featurizer::from_array(&by_label, Array2::eye(4).view()).unwrap();
        let (raw, same) =
            (Featurizer::raw(&by_label).spectrum(&by_label, up), identity.spectrum(&by_label, up));
        for (raw, same) in raw.unwrap().eigenvalues().iter().zip(same.unwrap().eigenvalues()) {
            assert!((raw - same).abs() < 1e-9 * raw, "{raw} {same}");
        }
    }
}
