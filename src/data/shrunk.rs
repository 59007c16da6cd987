//! The shrunk task covariance S_{η,v} of section 9.8 in the eigenbasis of Σ̂.

use faer::{Mat, MatRef};

use super::error::DataError;
use super::pool::Pool;
use super::positive::positive_part;
use crate::linalg::{self, Threads};

/// Shrinkage of the estimated task covariance: its weight and its target.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shrinkage {
    /// Weight η of the smooth prior, from 0 to 1.
    pub eta: f64,
    /// Exponent v of the prior Σ̂^{1+v}: isotropic tasks at v = 0, increasingly smooth tasks above.
    pub exponent: f64,
}

impl std::fmt::Display for Shrinkage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "η {}, v {}", self.eta, self.exponent)
    }
}

impl Shrinkage {
    /// The prior part η tr(Ŝ₊) Σ̂^{1+v}/tr(Σ̂^{1+v}) along the eigenvectors of Σ̂, decreasing for v ≥ −1.
    pub(super) fn prior(self, eigenvalues: &[f64], total: f64) -> Vec<f64> {
        let largest = eigenvalues.first().copied().unwrap_or(1.0);
        let powers: Vec<f64> = eigenvalues.iter().map(|s| (s / largest).powf(1.0 + self.exponent)).collect();
        let scale = self.eta * total / powers.iter().sum::<f64>();
        powers.into_iter().map(|p| scale * p).collect()
    }
}

/// Ŝ₊ = UUᵀ estimated from some tasks, with at most as many terms as tasks.
#[derive(Debug, Clone)]
pub(super) struct Ensembled {
    /// U, r×K, in the eigenbasis of Σ̂.
    pub factor: Mat<f64>,
    /// tr Ŝ₊.
    pub total: f64,
}

/// Weights by which the positive part reduces task energies, for tasks fitted by least squares.
#[derive(Debug, Clone)]
pub(super) struct Shares {
    /// T×K weights: coefficients times these are U.
    pub weights: Mat<f64>,
    /// tr Ŝ₊.
    pub total: f64,
}

impl Shares {
    /// From the covariances ỹᵤᵀỹᵥ/rows of the fitted values of pairs of tasks, by least squares on `rows` rows with
    /// `rank` directions. The positive part is taken in the whitened coordinates of the fit, where the noise of the
    /// estimates is isotropic: the mean of zzᵀ less σ̄²/rows has the eigenvalues of `explained`/T less that value,
    /// and is negative along all other directions.
    ///
    /// # Errors
    /// If a number is not finite.
    pub fn new(explained: MatRef<'_, f64>, rank: usize, rows: f64) -> Result<Self, DataError> {
        let tasks = explained.nrows();
        let count = tasks.max(1) as f64;
        let fitted: f64 =
            explained.diagonal().column_vector().iter().map(|w| w.min(1.0)).sum::<f64>() / count;
        let noise = ((1.0 - fitted) * rows / (rows - rank as f64)).max(0.0);
        let found = linalg::eigen((faer::Scale(1.0 / count) * explained).as_ref(), Threads::One)?;
        let unbiased: Vec<f64> = found.values.iter().map(|g| g - noise / rows).collect();
        let positive = positive_part(&unbiased, 1.0 - noise);
        let share = |j: usize| match (positive.get(j), found.values.get(j)) {
            (Some(&part), Some(&whole)) if whole > 0.0 => (part / whole / count).sqrt(),
            _ => 0.0,
        };
        let kept: Vec<usize> = (0..tasks).filter(|&j| share(j) > 0.0).collect();
        let mut weights = Mat::zeros(tasks, kept.len());
        for (mut column, &j) in weights.col_iter_mut().zip(&kept) {
            column.copy_from(faer::Scale(share(j)) * found.vectors.col(j));
        }
        Ok(Self { weights, total: positive.iter().sum() })
    }
}

impl Ensembled {
    /// Estimates Ŝ₊ from all rows of the pool.
    pub fn new(pool: &Pool, tasks: &[usize]) -> Result<Self, DataError> {
        let of = |i: usize, t: usize| tasks.get(t).map_or(f64::NAN, |&t| *pool.coefficients().get(i, t));
        let z = Mat::from_fn(pool.rank(), tasks.len(), of);
        let explained = linalg::product(z.transpose(), z.as_ref(), Threads::One);
        let Shares { weights, total } = Shares::new(explained.as_ref(), pool.rank(), pool.rows() as f64)?;
        Ok(Self { factor: linalg::product(z.as_ref(), weights.as_ref(), Threads::One), total })
    }

    /// S_{η,v} = (1−η) Ŝ₊ + η tr(Ŝ₊) Σ̂^{1+v}/tr(Σ̂^{1+v}), decomposed on the r directions of the pool.
    pub fn shrink(&self, pool: &Pool, shrinkage: Shrinkage) -> Result<Shrunk, DataError> {
        let mut s = linalg::gram(self.factor.as_ref(), Threads::All);
        s *= faer::Scale(1.0 - shrinkage.eta);
        // Without signal only the prior remains, with arbitrary scale.
        let total = if self.total > 0.0 { self.total } else { 1.0 };
        let prior = shrinkage.prior(pool.eigenvalues(), total);
        for (entry, prior) in s.diagonal_mut().column_vector_mut().iter_mut().zip(&prior) {
            *entry += prior;
        }
        let found = linalg::eigen(s.as_ref(), Threads::All)?;
        let energies: Vec<f64> = found.values.into_iter().map(|e| e.max(0.0)).collect();
        Ok(Shrunk { energies, rotation: found.vectors })
    }
}

/// Eigenpairs of S_{η,v} on the r directions of the pool, largest first.
#[derive(Debug, Clone)]
pub(super) struct Shrunk {
    pub energies: Vec<f64>,
    /// Eigenvectors in the eigenbasis of Σ̂.
    pub rotation: Mat<f64>,
}
