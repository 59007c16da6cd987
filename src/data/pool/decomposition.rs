//! Eigendecomposition of the covariance of centred rows, and whitened coefficients of the tasks (section 9.7).

use faer::{Mat, MatRef};

use crate::data::centred_rows::CentredRows;
use crate::data::error::DataError;
use crate::linalg::{Threads, add_gram, eigen, orthonormal, product, scale_rows};
use crate::outside::memory;

/// Eigenvalues below this fraction of the largest count as rounding errors, not as part of the rank.
pub(super) const RANK: f64 = 1e-10;
/// Rows of the Gram matrix between two calls of `go_on`.
const BLOCK: usize = 4096;

/// Eigenpairs of Σ̂ = XᵀX/N, the rows in their basis, and the coefficients z.
pub(super) struct Decomposition {
    /// X, N×p, in the eigenbasis of Σ̂.
    pub rows: CentredRows,
    /// The r eigenvalues above 1e-10 of the largest, decreasing.
    pub eigenvalues: Vec<f64>,
    /// z, r×T: whitened least-squares coefficients of each task in the eigenbasis.
    pub coefficients: Mat<f64>,
}

impl Decomposition {
    /// Decomposes the covariance of centred `features` (N×p) and computes the coefficients of standardised `targets`
    /// (N×T). Errors name the `input`; `go_on` is called with the fraction of the work done.
    ///
    /// # Errors
    /// [`DataError::Input`] if nothing varies beyond rounding or memory is too small; the error of `go_on`.
    pub fn new(
        input: &str,
        features: Mat<f64>,
        targets: &Mat<f64>,
        go_on: &dyn Fn(f64) -> Result<(), DataError>,
    ) -> Result<Self, DataError> {
        let (rows, columns) = (features.nrows(), features.ncols());
        let failed = |_| DataError::input(input, "the covariance could not be decomposed");
        let wide = rows < columns;
        // Memory for the Gram matrix, its eigenvectors and workspace; with fewer rows than features also for their
        // directions.
        let (order, other) = (rows.min(columns) as u64, if wide { columns as u64 } else { 0 });
        let needed = order.saturating_mul(32 * order + 24 * other);
        memory::fits(needed).map_err(|why| {
            let what = format!("is {rows} rows of {columns} features, to decompose which would {why}");
            DataError::input(input, format!("{what}; accepted are fewer rows or columns"))
        })?;
        let gram = if wide { gram(features.transpose(), go_on)? } else { gram(features.as_ref(), go_on)? };
        go_on(0.5)?;
        let decomposed = eigen(gram.as_ref(), Threads::All).map_err(failed)?;
        go_on(0.9)?;
        let mut eigenvalues: Vec<f64> = decomposed.values.iter().map(|s| s / rows as f64).collect();
        let Some(&largest) = eigenvalues.first().filter(|largest| **largest >= f64::MIN_POSITIVE) else {
            return Err(DataError::input(input, "the features vary by no more than rounding errors"));
        };
        let rank = eigenvalues.iter().take_while(|&&s| s > RANK * largest).count();
        eigenvalues.truncate(rank);
        let times = |a: MatRef<'_, f64>, b: &Mat<f64>| product(a, b.as_ref(), Threads::All);
        if wide {
            // XXᵀ = N V s Vᵀ: z = Vᵀy/√N, and u = Xᵀv/√(Ns), orthonormalised to full precision.
            let top = decomposed.vectors.get(.., ..rank).to_owned();
            let mut coefficients = times(top.transpose(), targets);
            scale_rows(coefficients.as_mut(), &vec![(rows as f64).sqrt().recip(); rank]);
            let basis = orthonormal(times(features.transpose(), &top), Threads::All).map_err(failed)?;
            return Ok(Self { rows: CentredRows::plain(features, basis), eigenvalues, coefficients });
        }
        let count = rows as f64;
        let turning = |done: f64| go_on(0.9 + 0.1 * done);
        let rows = CentredRows::rotated(features, decomposed.vectors, rank, &turning)?;
        let mut coefficients = times(rows.left().transpose(), targets);
        // Xv has length √(Ns).
        let scales = rows.lengths().iter().zip(&eigenvalues).map(|(length, s)| length / (count * s.sqrt()));
        scale_rows(coefficients.as_mut(), &scales.collect::<Vec<_>>());
        Ok(Self { rows, eigenvalues, coefficients })
    }
}

/// The lower half of XᵀX, accumulated over blocks of rows.
fn gram(
    matrix: MatRef<'_, f64>,
    go_on: &dyn Fn(f64) -> Result<(), DataError>,
) -> Result<Mat<f64>, DataError> {
    let (rows, columns) = (matrix.nrows(), matrix.ncols());
    let mut gram = Mat::zeros(columns, columns);
    for start in (0..rows).step_by(BLOCK) {
        go_on(0.5 * start as f64 / rows as f64)?;
        let block = matrix.get(start..(start + BLOCK).min(rows), ..);
        add_gram(gram.as_mut(), block.transpose(), Threads::All);
    }
    Ok(gram)
}
