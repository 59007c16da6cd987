//! The part of the rows and of their targets outside the directions of a featurization (section 9.2).

use std::ops::Range;

use faer::Mat;

use super::Rows;
use crate::linalg::{Threads, product};

/// Shares o_i below this count as rounding errors: the row alone spans a direction.
pub(super) const ROUNDING: f64 = 1e-7;
/// If the mean square of a target's part outside, in units of its variance, is below this, the features determine the
/// target exactly.
const EXACT: f64 = 1e-13;

/// Residual projection P = I − 11ᵀ/N − UUᵀ for the directions U in use.
#[derive(Debug)]
pub(super) struct ResidualProjection {
    /// o_i = P_ii; 0 where it is a rounding error.
    pub shares: Vec<f64>,
    /// Py, N×T: residuals of least squares on these directions; 0 in rows with share 0.
    pub targets: Mat<f64>,
    /// Whether each task is a linear function of the features.
    pub exact: Vec<bool>,
}

impl ResidualProjection {
    pub fn new(rows: &Rows, range: &Range<usize>) -> Self {
        let count = rows.count();
        let left = rows.left().get(.., range.clone());
        let mut shares = vec![1.0 - (count as f64).recip(); count];
        for column in left.col_iter() {
            shares.iter_mut().zip(column.iter()).for_each(|(share, u)| *share -= u * u);
        }
        shares.iter_mut().filter(|share| **share < ROUNDING).for_each(|share| *share = 0.0);
        let fits = product(left, rows.seen().get(range.clone(), ..), Threads::All);
        let mut targets = rows.pool().targets() - fits;
        // With as many directions as rows every target is fitted exactly.
        let spare = count > range.len() + 1;
        let mut exact = Vec::with_capacity(targets.ncols());
        for column in targets.col_iter_mut() {
            let square = column.as_ref().iter().map(|v| v * v).sum::<f64>() / count as f64;
            exact.push(spare && square < EXACT);
            for (v, share) in column.iter_mut().zip(&shares) {
                if *share == 0.0 || square < EXACT {
                    *v = 0.0;
                }
            }
        }
        Self { shares, targets, exact }
    }

    /// Number of rows that alone span a direction: without them the other rows do not vary along it.
    pub fn sole(&self) -> usize {
        self.shares.iter().filter(|share| **share == 0.0).count()
    }

    /// The smallest nonzero share; 1 if there is none.
    pub fn least(&self) -> f64 {
        self.shares.iter().copied().filter(|share| *share > 0.0).fold(1.0, f64::min)
    }
}
