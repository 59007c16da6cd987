//! Spectra from which featurizations are constructed: powers of Σ_x and Σ_θ, their mixture, a matrix B, fitted
//! upstream tasks (sections 5 and 7). s has mean 1 in each, except for raw features of a `[spectrum]`.

use std::path::Path;

use crate::data::Featurizer;
use crate::linalg::scale_rows;
use crate::scenario::ScenarioError;
use crate::scenario::population::matrix::read_matrix;
use crate::scenario::population::sampled::Sampled;
use crate::scenario::population::{Origin, Population, rows_only, synthetic_only};
use crate::theory::transfer::Pretraining;
use crate::theory::{Spectrum, TaskSpectrum, Width};

/// A population with the signal and noise of one scenario.
pub(in crate::scenario) struct Source<'a> {
    pub population: &'a Population,
    /// Dimension p.
    pub dimension: usize,
    /// Factor of the energies, which are for signal 1; 1 for a `[spectrum]`, whose energies are used unscaled.
    pub signal: f64,
    /// Noise variance σ².
    pub noise: f64,
    /// Variance lost to noise on the covariates, included in `noise`.
    pub hidden: f64,
    pub stop: &'a (dyn Fn() -> bool + Sync),
}

impl Source<'_> {
    /// Width ν = N/p for a number of features.
    pub fn width(&self, features: usize) -> Result<Width, ScenarioError> {
        Ok(Width::new(features as f64 / self.dimension as f64)?)
    }

    /// (w, x, τ) of the common eigenvectors of Σ_x and Σ_θ.
    fn directions(&self) -> Result<Vec<(f64, f64, f64)>, ScenarioError> {
        match &self.population.origin {
            Origin::Commuting(p) => Ok(p.atoms(self.signal)),
            Origin::Rotated(_) => Err(ScenarioError::new(
                "featurization.kind pretrained needs covariates and tasks with a common eigenbasis; accepted are the alignments \
                 aligned and anti-aligned, or featurization.kind learned, which draws upstream tasks at random",
            )),
            Origin::Sampled(_) => Err(synthetic_only()),
        }
    }

    /// Covariates and tasks for pretraining.
    pub fn pretraining(&self) -> Result<Pretraining, ScenarioError> {
        Ok(Pretraining::new(self.directions()?)?)
    }

    /// The spectrum of F = I.
    pub fn raw(&self) -> Result<Spectrum, ScenarioError> {
        match &self.population.origin {
            Origin::Commuting(p) => p.raw(self.signal),
            Origin::Rotated(p) => p.exponents(0.0, 0.0, self.signal),
            Origin::Sampled(s) => s.complete().and_then(|s| s.spectrum(&Featurizer::raw(&s.pool))),
        }
    }

    /// F = Σ_θ.
    pub fn ground_truth(&self) -> Result<Spectrum, ScenarioError> {
        match &self.population.origin {
            Origin::Commuting(p) => p.ground_truth(self.signal),
            Origin::Rotated(p) => Ok(p.task_spectrum(self.signal)?.mix(0.0)),
            // Along the estimate's eigenvectors its energies are its eigenvalues. The unbiased energies of other
            // featurizations would be negative there: these directions were chosen by the same data.
            Origin::Sampled(s) => Ok(s.complete()?.task_spectrum()?.ground_truth().normalized()),
        }
    }

    /// F = Σ_x⁻¹.
    pub fn whitened(&self) -> Result<Spectrum, ScenarioError> {
        match &self.population.origin {
            Origin::Commuting(_) | Origin::Rotated(_) => self.exponents(0.0, -1.0),
            Origin::Sampled(s) => s.complete().and_then(|s| s.spectrum(&Featurizer::whitened(&s.pool))),
        }
    }

    /// The spectrum of F = diag(Σ_x)⁻¹ for real rows.
    pub fn standardised(&self) -> Result<Spectrum, ScenarioError> {
        match &self.population.origin {
            Origin::Sampled(s) => s.complete().and_then(|s| s.spectrum(&s.standardised()?)),
            Origin::Commuting(_) | Origin::Rotated(_) => Err(rows_only()),
        }
    }

    /// The spectrum of F = Σ_x^{v/2} Σ_θ^u Σ_x^{v/2}.
    pub fn exponents(&self, u: f64, v: f64) -> Result<Spectrum, ScenarioError> {
        match &self.population.origin {
            Origin::Commuting(p) => p.exponents(u, v, self.signal),
            Origin::Rotated(p) => p.exponents(u, v, self.signal),
            Origin::Sampled(s) => {
                let s = s.complete()?;
                s.spectrum(&Featurizer::exponents(&s.pool, s.estimate()?, u, v)?)
            }
        }
    }

    /// The spectrum of F = Σ_θ + weight·Σ_x⁻¹.
    pub fn mix(&self, weight: f64) -> Result<Spectrum, ScenarioError> {
        Ok(self.tasks()?.mix(weight * self.dimension as f64))
    }

    /// The task spectrum: eigenvalues τ of p·Σ_x^{1/2}Σ_θΣ_x^{1/2}, from which optimal representations are built.
    pub fn tasks(&self) -> Result<TaskSpectrum, ScenarioError> {
        match &self.population.origin {
            Origin::Commuting(p) => p.task_spectrum(self.signal),
            Origin::Rotated(p) => p.task_spectrum(self.signal),
            Origin::Sampled(s) => s.complete()?.task_spectrum(),
        }
    }

    /// The spectrum of F fitted to upstream tasks.
    pub fn learned(&self, tasks: usize, samples: usize, seed: u64) -> Result<Spectrum, ScenarioError> {
        let draws = self.population.draws((tasks, samples, seed), self.stop)?;
        let factor = draws.factor(tasks, self.signal, self.noise);
        self.population
            .with_geometry(|geometry| Ok(geometry.of_factor(factor.as_ref(), self.signal)?.normalized()))
    }

    /// The spectrum of F = BBᵀ, B read from a file.
    pub fn of_file(&self, path: &Path) -> Result<Spectrum, ScenarioError> {
        let sampled = self.population.sampled().map(Sampled::complete).transpose()?;
        let p = sampled.map_or(self.dimension, |s| s.pool.dimension());
        let mut b = read_matrix(path, p, sampled.map(|s| s.pool.as_ref()))?;
        if let Some(s) = sampled {
            return s.spectrum(&Featurizer::factor(&s.pool, b.as_ref())?);
        }
        self.population.with_geometry(|geometry| {
            scale_rows(b.as_mut(), &geometry.x.iter().map(|x| x.sqrt()).collect::<Vec<_>>());
            geometry.of_factor(b.as_ref(), self.signal)
        })
    }
}
