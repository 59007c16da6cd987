//! Least squares on the first 0, 1, 2, … of a list of directions: every size from one triangular factor
//! (section 9.8).

use faer::{Mat, MatRef};

use crate::linalg::{Undecomposed, nested_projections};
use crate::theory::finite;

/// Leverages closer to 1 than this leave no residual.
const FREE: f64 = 1e-7;
/// Largest fraction of the rows' degrees of freedom for least squares.
const LIMIT: f64 = 0.75;

/// Sampled rows of a half and their targets, used to correct for unequal leverages.
pub(super) struct Sample<'a> {
    /// Features of the sampled rows along the directions, n×k.
    pub features: MatRef<'a, f64>,
    /// Centred targets of the sampled rows, n×T.
    pub targets: MatRef<'a, f64>,
}

/// Mean squared leave-one-out errors of each target by size, from 0.
///
/// `gram` is BᵀXᵀXB, `cross` is BᵀXᵀY of the centred rows of the half, and `squares` yᵀy.
pub(super) fn nested(
    gram: Mat<f64>,
    cross: &Mat<f64>,
    squares: &[f64],
    sample: &Sample<'_>,
    rows: f64,
) -> Result<Vec<Vec<f64>>, Undecomposed> {
    let (along, left) = nested_projections(gram, cross.as_ref(), sample.features)?;
    let most = along.nrows().min((LIMIT * (rows - 1.0)) as usize);
    let mut free = vec![1.0 - rows.recip(); left.nrows()];
    let mut residual: Vec<Vec<f64>> =
        sample.targets.col_iter().map(|y| y.iter().copied().collect()).collect();
    let mut unexplained = squares.to_vec();
    let mut found: Vec<Vec<f64>> = squares.iter().map(|_| Vec::with_capacity(most + 1)).collect();
    for size in 0..=most {
        if let Some(direction) = size.checked_sub(1) {
            let column = left.col(direction);
            free.iter_mut().zip(column.iter()).for_each(|(free, u)| *free -= u * u);
            for (t, (residual, unexplained)) in residual.iter_mut().zip(&mut unexplained).enumerate() {
                let c = *along.get(direction, t);
                residual.iter_mut().zip(column.iter()).for_each(|(r, u)| *r -= u * c);
                *unexplained = (*unexplained - c * c).max(0.0);
            }
        }
        let spare = (1.0 - (size as f64 + 1.0) / rows).powi(2);
        for ((found, residual), unexplained) in found.iter_mut().zip(&residual).zip(&unexplained) {
            let (mut exact, mut even) = (0.0, 0.0);
            for (r, free) in residual.iter().zip(&free).filter(|(_, free)| **free > FREE) {
                exact += (r / free).powi(2);
                even += r * r / spare;
            }
            let ratio = if even > 0.0 { exact / even } else { 1.0 };
            found.push(ratio * unexplained / rows / spare);
        }
    }
    Ok(found)
}

/// Risk of least squares with an intercept on k directions and n rows, from the mean squared leave-one-out error over
/// `rows` rows (section 8).
pub(super) fn risk(square: f64, size: usize, samples: f64, rows: f64) -> f64 {
    let k = size as f64;
    square * finite::with_intercept(samples, k) / finite::with_intercept(rows - 1.0, k)
}
