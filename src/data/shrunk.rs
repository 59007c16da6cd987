//! The shrunk ensemble S_{η,v} of section 9.8 in the eigenbasis of Σ̂, and what the theory selects from it.

use faer::{Mat, MatRef};

use super::error::DataError;
use super::pool::Pool;
use super::positive::positive_part;
use crate::linalg::{self, Threads};
use crate::theory::selection::{Optimal, Regime};
use crate::theory::{NoiseVariance, SampleRatio, Spectrum, TaskSpectrum};

/// How far, and towards what, the tasks' estimated covariance is shrunk.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shrinkage {
    /// η within 0 to 1: the share of the smooth prior.
    pub eta: f64,
    /// v: the prior is Σ̂^{1+v}, isotropic tasks at v = 0, ever smoother tasks above.
    pub exponent: f64,
}

impl Shrinkage {
    /// η tr(Ŝ₊) Σ̂^{1+v}/tr(Σ̂^{1+v}) along Σ̂'s eigenvectors, decreasing for v ≥ −1.
    pub(super) fn prior(self, eigenvalues: &[f64], total: f64) -> Vec<f64> {
        let largest = eigenvalues.first().copied().unwrap_or(1.0);
        let powers: Vec<f64> = eigenvalues.iter().map(|s| (s / largest).powf(1.0 + self.exponent)).collect();
        let scale = self.eta * total / powers.iter().sum::<f64>();
        powers.into_iter().map(|p| scale * p).collect()
    }
}

/// Ŝ₊ from some tasks, of at most as many terms as tasks: Ŝ₊ = UUᵀ.
#[derive(Debug, Clone)]
pub(super) struct Ensembled {
    /// U, r×K.
    pub factor: Mat<f64>,
    /// tr Ŝ₊.
    pub total: f64,
    /// σ̄², the tasks' mean noise.
    pub noise: f64,
}

impl Ensembled {
    /// From every row of the pool.
    pub fn new(pool: &Pool, tasks: &[usize]) -> Result<Self, DataError> {
        let of = |i: usize, t: usize| tasks.get(t).map_or(0.0, |&t| *pool.coefficients().get(i, t));
        let z = Mat::from_fn(pool.rank(), tasks.len(), of);
        let explained = linalg::product(z.transpose(), z.as_ref(), Threads::One);
        Self::from_coefficients(z.as_ref(), explained.as_ref(), pool.rows())
    }

    /// From least squares on `rows` rows: coefficients r×K, whitened by all rows, and the variance ỹᵤᵀỹᵥ/rows of the
    /// fitted values of each two tasks. The positive part is taken where the estimates' noise is isotropic, in the
    /// coordinates whitened by the rows of the fit: there the mean of zzᵀ less σ̄²/rows has the eigenvalues of
    /// `explained`/K less that, and is negative along all other directions.
    pub fn from_coefficients(
        coefficients: MatRef<'_, f64>,
        explained: MatRef<'_, f64>,
        rows: usize,
    ) -> Result<Self, DataError> {
        let (rank, tasks) = (coefficients.nrows(), coefficients.ncols());
        let (n, r, count) = (rows as f64, rank as f64, tasks.max(1) as f64);
        let fitted: f64 =
            explained.diagonal().column_vector().iter().map(|w| w.min(1.0)).sum::<f64>() / count;
        let noise = (1.0 - fitted) * n / (n - r);
        let found = linalg::eigen((faer::Scale(1.0 / count) * explained).as_ref(), Threads::One)?;
        let unbiased: Vec<f64> = found.values.iter().map(|g| g - noise / n).collect();
        let positive = positive_part(&unbiased, 1.0 - noise);
        let share = |j: usize| match (positive.get(j), found.values.get(j)) {
            (Some(&part), Some(&whole)) if whole > 0.0 => (part / whole / count).sqrt(),
            _ => 0.0,
        };
        let kept: Vec<usize> = (0..tasks).filter(|&j| share(j) > 0.0).collect();
        let at = |j: usize| kept.get(j).copied().unwrap_or(0);
        let weights = Mat::from_fn(tasks, kept.len(), |t, j| found.vectors.get(t, at(j)) * share(at(j)));
        let factor = linalg::product(coefficients, weights.as_ref(), Threads::One);
        Ok(Self { total: factor.squared_norm_l2(), factor, noise })
    }

    /// S_{η,v} = (1−η) Ŝ₊ + η tr(Ŝ₊) Σ̂^{1+v}/tr(Σ̂^{1+v}), decomposed on the r directions of the pool.
    pub fn shrink(&self, pool: &Pool, shrinkage: Shrinkage) -> Result<Shrunk, DataError> {
        let mut s = linalg::gram(self.factor.as_ref(), Threads::All);
        s *= faer::Scale(1.0 - shrinkage.eta);
        let prior = shrinkage.prior(pool.eigenvalues(), self.total);
        for (entry, prior) in s.diagonal_mut().column_vector_mut().iter_mut().zip(&prior) {
            *entry += prior;
        }
        let found = linalg::eigen(s.as_ref(), Threads::All)?;
        let energies: Vec<f64> = found.values.into_iter().map(|e| e.max(0.0)).collect();
        Ok(Shrunk { task: task_spectrum(&energies)?, energies, rotation: found.vectors })
    }
}

/// Eigenpairs of S_{η,v} on the r directions of the pool, largest first.
#[derive(Debug, Clone)]
pub(super) struct Shrunk {
    /// Eigenvalues times r: the task spectrum of the r-dimensional problem.
    pub task: TaskSpectrum,
    pub energies: Vec<f64>,
    /// Eigenvectors in the eigenbasis of Σ̂.
    pub rotation: Mat<f64>,
}

/// The representation that the theory selects from a task spectrum of dimension r, at n samples.
///
/// The problem is posed in the r directions that the features span: a null direction would otherwise count as one that
/// soft selection can fit.
pub(super) struct Selected {
    pub regime: Regime,
    /// Directions with s > 0.
    pub kept: usize,
    /// μ/r, in units of the eigenvalues of S.
    level: f64,
}

impl Selected {
    pub fn new(task: &TaskSpectrum, rank: usize, ratio: SampleRatio, noise: NoiseVariance) -> Self {
        let Optimal { regime, soft, hard, .. } = task.optimal(ratio, noise);
        match (regime, soft) {
            (Regime::Soft, Some(soft)) => Self { regime, kept: rank, level: soft.mu / rank as f64 },
            _ => Self { regime, kept: (hard.fraction * rank as f64).round() as usize, level: 0.0 },
        }
    }

    /// Eigenvalues of M along the eigenvectors of S.
    pub fn eigenvalues(&self, energies: &[f64]) -> Vec<f64> {
        let hard = |i: usize| if i < self.kept { 1.0 } else { 0.0 };
        let value =
            |(i, e): (usize, &f64)| if self.regime == Regime::Soft { e + self.level } else { hard(i) };
        energies.iter().enumerate().map(value).collect()
    }
}

/// The r-dimensional spectrum from M's eigenvalues and a task's energies zᵢ² − σ̂²/N along the same directions.
pub(super) fn spectrum(eigenvalues: &[f64], energies: &[f64]) -> Result<Spectrum, DataError> {
    let rank = energies.len() as f64;
    let top = eigenvalues.iter().fold(0.0_f64, |m, &s| m.max(s));
    let scale = if top > 0.0 { top } else { 1.0 };
    let directions: Vec<_> = eigenvalues.iter().zip(energies).map(|(s, e)| (s / scale, rank * e)).collect();
    Spectrum::uniform(&directions).map_err(|e| DataError::input("ensemble", e.to_string()))
}

/// Eigenvalues of S times r.
pub(super) fn task_spectrum(energies: &[f64]) -> Result<TaskSpectrum, DataError> {
    let scaled: Vec<f64> = energies.iter().map(|e| e * energies.len() as f64).collect();
    TaskSpectrum::uniform(&scaled).map_err(|e| DataError::input("ensemble", e.to_string()))
}
