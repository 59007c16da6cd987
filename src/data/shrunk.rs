//! The shrunk ensemble S_{η,v} of section 9, point 6, and what the theory selects from it.

use faer::Mat;

use super::error::DataError;
use super::pool::Pool;
use super::spectra::Estimate;
use crate::linalg::{Threads, eigen, gram, mirror};
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

/// Eigenpairs of S_{η,v} on the r directions of the pool, largest first, and the noise it is used at.
#[derive(Debug, Clone)]
pub(super) struct Shrunk {
    /// Eigenvalues times r: the task spectrum of the r-dimensional problem.
    pub task: TaskSpectrum,
    pub energies: Vec<f64>,
    /// Eigenvectors in the eigenbasis of Σ̂.
    pub rotation: Mat<f64>,
}

/// The estimate from some tasks, ready to be shrunk.
#[derive(Debug, Clone)]
pub(super) struct Ensembled {
    /// Ŝ, r×r, without negative parts.
    covariance: Mat<f64>,
    total: f64,
    /// σ̄², the tasks' mean noise.
    pub noise: f64,
}

impl Ensembled {
    pub fn new(pool: &Pool, tasks: &[usize]) -> Result<Self, DataError> {
        let Estimate { energies, rotation } = Estimate::of_tasks(pool, tasks)?;
        let rank = pool.rank();
        let covariance = match rotation {
            // W diag W': only directions with energy count.
            Some(rotation) => {
                let kept = energies.iter().take_while(|&&e| e > 0.0).count();
                let energy = |j: usize| energies.get(j).copied().unwrap_or(0.0);
                let half = Mat::from_fn(rank, kept, |i, j| rotation.get(i, j) * energy(j).sqrt());
                let mut covariance = gram(half.as_ref(), Threads::One);
                mirror(covariance.as_mut());
                covariance
            }
            None => Mat::zeros(rank, rank),
        };
        let noises = tasks.iter().filter_map(|&t| pool.tasks().get(t)).map(|t| t.noise);
        let noise = noises.sum::<f64>() / tasks.len().max(1) as f64;
        Ok(Self { covariance, total: energies.iter().sum(), noise })
    }

    /// S_{η,v} = (1−η) Ŝ + η tr(Ŝ) Σ̂^{1+v}/tr(Σ̂^{1+v}), decomposed; at η = 1 it is diagonal already.
    pub fn shrink(&self, pool: &Pool, Shrinkage { eta, exponent }: Shrinkage) -> Result<Shrunk, DataError> {
        let rank = pool.rank();
        let largest = pool.eigenvalues().first().copied().unwrap_or(1.0);
        let powers: Vec<f64> =
            pool.eigenvalues().iter().map(|s| (s / largest).powf(1.0 + exponent)).collect();
        let scale = eta * self.total / powers.iter().sum::<f64>();
        let (energies, rotation) = if eta >= 1.0 {
            let mut order: Vec<(usize, f64)> = powers.iter().map(|p| scale * p).enumerate().collect();
            order.sort_by(|a, b| b.1.total_cmp(&a.1));
            let at = |j: usize| order.get(j).map(|o| o.0);
            let unit = |i: usize, j: usize| if at(j) == Some(i) { 1.0 } else { 0.0 };
            (order.iter().map(|o| o.1).collect(), Mat::from_fn(rank, rank, unit))
        } else {
            let mut s = faer::Scale(1.0 - eta) * &self.covariance;
            for (entry, power) in s.diagonal_mut().column_vector_mut().iter_mut().zip(&powers) {
                *entry += scale * power;
            }
            let found = eigen(s.as_ref(), Threads::One)?;
            (found.values, found.vectors)
        };
        let energies: Vec<f64> = energies.into_iter().map(|e: f64| e.max(0.0)).collect();
        let wrong = |e: crate::theory::TheoryError| DataError::input("ensemble", e.to_string());
        let scaled: Vec<f64> = energies.iter().map(|e| e * rank as f64).collect();
        Ok(Shrunk { task: TaskSpectrum::uniform(&scaled).map_err(wrong)?, energies, rotation })
    }
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
