//! Least squares on the first 0, 1, 2, … of a list of directions: every size from one triangular factor
//! (section 9.8).

use faer::{Mat, MatRef};

use crate::theory::finite;

/// Leverages closer to 1 than this leave no residual.
const FREE: f64 = 1e-7;
/// Largest fraction of the rows' degrees of freedom for least squares.
const LIMIT: f64 = 0.75;

/// Mean squared leave-one-out errors of each target by size, from 0.
///
/// With the Cholesky factor BᵀXᵀXB = LLᵀ of the centred rows X of the half, `along` is L⁻¹BᵀXᵀY, `left` is X₁BL⁻ᵀ for a sample
/// X₁ of the rows, by which unequal leverages are corrected, `targets` their centred targets, and `squares` yᵀy.
pub(super) fn nested(
    along: &Mat<f64>,
    left: &Mat<f64>,
    squares: &[f64],
    targets: MatRef<'_, f64>,
    rows: f64,
) -> Vec<Vec<f64>> {
    let most = along.nrows().min((LIMIT * (rows - 1.0)) as usize);
    let mut free = vec![1.0 - rows.recip(); left.nrows()];
    let mut residual: Vec<Vec<f64>> = targets.col_iter().map(|y| y.iter().copied().collect()).collect();
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
    found
}

/// Risk of least squares with an intercept on k directions and n rows, from the mean squared leave-one-out error over
/// `rows` rows (section 8).
pub(super) fn risk(square: f64, size: usize, samples: f64, rows: f64) -> f64 {
    let k = size as f64;
    square * finite::with_intercept(samples, k) / finite::with_intercept(rows - 1.0, k)
}
