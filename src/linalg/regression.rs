//! Ridge regression on sampled features (section 1) and its limit λ → 0⁺, for several label columns at once.
//!
//! Everything runs on the calling thread with a fixed summation order, so that results are bitwise reproducible.

use std::cell::OnceCell;

use faer::{Mat, MatRef};

use super::product::{gram, product, scale_columns, scale_rows};
use super::solve::{cholesky, regularised};
use super::{Threads, Undecomposed};

/// Ridge regression on samples (n×k) whose columns are scaled by `lengths` (k). The smaller of the two Gram matrices
/// is computed once and shared by all labels and ridges.
pub struct RidgeProblem<'a> {
    samples: MatRef<'a, f64>,
    lengths: &'a [f64],
    /// The scaled samples, and their Gram matrix along the shorter side.
    scaled: OnceCell<(Mat<f64>, Mat<f64>)>,
}

impl<'a> RidgeProblem<'a> {
    /// The regression problem of these samples (n×k) and feature lengths (k).
    #[must_use]
    pub const fn new(samples: MatRef<'a, f64>, lengths: &'a [f64]) -> Self {
        Self { samples, lengths, scaled: OnceCell::new() }
    }

    /// Coefficients for each label column (labels n×c): the minimiser of ‖y − XLβ‖²/n + λ‖β‖², returned as Lβ (k×c),
    /// which multiplies unscaled samples. Solved by Cholesky on the smaller Gram matrix or, where that is ill
    /// conditioned, by the singular values of the features.
    ///
    /// # Errors
    /// [`Undecomposed`] where a number is not finite.
    pub fn fit(&self, labels: &Mat<f64>, ridge: f64) -> Result<Mat<f64>, Undecomposed> {
        let (n, k) = (self.samples.nrows(), self.samples.ncols());
        let times = |a: MatRef<'_, f64>, b: &Mat<f64>| product(a, b.as_ref(), Threads::One);
        if ridge == 0.0 && n >= k {
            // Least squares does not depend on the scale of a feature if the samples span all features.
            let moments = times(self.samples.transpose(), labels);
            if let Some(found) = cholesky(gram(self.samples.transpose(), Threads::One), moments) {
                return Ok(found);
            }
        }
        let (features, gram) = self.scaled.get_or_init(|| {
            let mut features = self.samples.to_owned();
            scale_columns(features.as_mut(), self.lengths);
            let side = if n < k { features.as_ref() } else { features.transpose() };
            let gram = gram(side, Threads::One);
            (features, gram)
        });
        let shift = n as f64 * ridge;
        let shifted = || {
            let mut shifted = gram.clone();
            shifted.diagonal_mut().column_vector_mut().iter_mut().for_each(|d| *d += shift);
            shifted
        };
        let solved = if n < k {
            cholesky(shifted(), labels.clone()).map(|dual| times(features.transpose(), &dual))
        } else if ridge == 0.0 {
            None
        } else {
            cholesky(shifted(), times(features.transpose(), labels))
        };
        let mut beta = match solved {
            Some(beta) => beta,
            None => regularised(features.as_ref(), labels.as_ref(), shift)?,
        };
        scale_rows(beta.as_mut(), self.lengths);
        Ok(beta)
    }
}

/// Coefficients of a single [`RidgeProblem`].
///
/// # Errors
/// [`Undecomposed`] where a number is not finite.
pub fn ridge_regression(
    samples: MatRef<'_, f64>,
    lengths: &[f64],
    labels: &Mat<f64>,
    ridge: f64,
) -> Result<Mat<f64>, Undecomposed> {
    RidgeProblem::new(samples, lengths).fit(labels, ridge)
}

/// Coefficients as in [`ridge_regression`] after centring samples and labels, and the intercept of each label. The
/// prediction for a sample is the intercept plus the inner product with the coefficients.
///
/// # Errors
/// [`Undecomposed`] where a number is not finite.
pub fn with_intercept(
    mut samples: Mat<f64>,
    mut labels: Mat<f64>,
    lengths: &[f64],
    ridge: f64,
) -> Result<(Mat<f64>, Vec<f64>), Undecomposed> {
    let (centre, means) = (centred(&mut samples), centred(&mut labels));
    let fitted = ridge_regression(samples.as_ref(), lengths, &labels, ridge)?;
    let intercepts = fitted
        .col_iter()
        .zip(&means)
        .map(|(beta, mean)| mean - beta.iter().zip(&centre).map(|(b, c)| b * c).sum::<f64>())
        .collect();
    Ok((fitted, intercepts))
}

/// Subtracts the mean of every column in place and returns the means.
pub fn centred(matrix: &mut Mat<f64>) -> Vec<f64> {
    let count = matrix.nrows() as f64;
    let centre = |column: faer::ColMut<'_, f64>| {
        let mean = column.as_ref().iter().sum::<f64>() / count;
        column.iter_mut().for_each(|v| *v -= mean);
        mean
    };
    matrix.col_iter_mut().map(centre).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matrix(rows: usize, columns: usize) -> Mat<f64> {
        Mat::from_fn(rows, columns, |i, j| ((i * 37 + j * 101 + i * j) as f64).sin())
    }

    /// The normal equations hold on both sides of n = k and for every sign of the ridge.
    #[test]
    fn the_gradient_of_the_objective_is_zero() {
        for (n, k) in [(7, 12), (12, 7), (9, 9)] {
            let (x, y) = (matrix(n, k), matrix(n, 2));
            let lengths: Vec<f64> = (0..k).map(|j| 1.0 / (1.0 + j as f64)).collect();
            for ridge in [0.3, 0.0, -0.01] {
                let beta = ridge_regression(x.as_ref(), &lengths, &y, ridge).unwrap();
                let mut gradient = x.transpose() * (&x * &beta - &y);
                for c in 0..2 {
                    for (j, l) in lengths.iter().enumerate() {
                        gradient[(j, c)] = gradient[(j, c)] * l + n as f64 * ridge * beta[(j, c)] / l;
                    }
                }
                assert!(gradient.norm_max() < 1e-8, "n={n} k={k} ridge={ridge}: {}", gradient.norm_max());
            }
        }
    }

    /// Samples that occur twice with different labels: the limit of ever smaller ridges, on both sides of n = k.
    #[test]
    fn repeated_samples_are_fitted_by_their_mean() {
        for (n, k) in [(9, 12), (14, 12), (30, 12)] {
            // At most 8 different rows.
            let once = matrix(8, k);
            let (x, y) = (Mat::from_fn(n, k, |i, j| once[(i % 8, j)]), matrix(n, 2));
            let lengths: Vec<f64> = (0..k).map(|j| 1.0 / (1.0 + j as f64)).collect();
            let exact = ridge_regression(x.as_ref(), &lengths, &y, 0.0).unwrap();
            let near = ridge_regression(x.as_ref(), &lengths, &y, 1e-9).unwrap();
            let off = (&exact - &near).norm_max();
            assert!(off < 1e-4 * exact.norm_max(), "n={n} k={k}: {off} of {}", exact.norm_max());
        }
    }

    /// Features over 16 decades make Cholesky fail; a small ridge near the limit gives equal results.
    #[test]
    fn singular_values_are_used_where_cholesky_fails() {
        let (x, y) = (matrix(6, 9), matrix(6, 1));
        let lengths: Vec<f64> = (0..9).map(|j| 10f64.powf(-f64::from(j))).collect();
        let exact = ridge_regression(x.as_ref(), &lengths, &y, 0.0).unwrap();
        assert!((&x * &exact - &y).norm_max() < 1e-6);
    }
}
