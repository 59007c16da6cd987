//! Population spectrum of features pretrained on upstream tasks, exact and without random draws (section 11.2).

use super::super::quantity::{NoiseVariance, Residue, Ridge, SampleRatio, TheoryError, Width};
use super::super::{Risk, Spectrum, risk};
use super::plug_in::PlugIn;
use super::random_features::RandomFeatures;

/// Covariates and tasks for pretraining: the columns of the representation are ridge fits of m upstream tasks, each
/// with its own samples and noise.
#[derive(Debug, Clone, PartialEq)]
pub struct Pretraining {
    raw: Spectrum,
    /// Share, eigenvalue of Σ_x and task energy of each direction; equal eigenvalues are not merged.
    directions: Vec<(f64, f64, f64)>,
}

impl Pretraining {
    /// Pretraining from the directions (w, x, τ) common to Σ_x and Σ_θ: share of the p directions, eigenvalue of Σ_x,
    /// task energy.
    ///
    /// # Errors
    /// Errors of [`Spectrum::new`], and for a negative energy.
    pub fn new(directions: Vec<(f64, f64, f64)>) -> Result<Self, TheoryError> {
        if let Some((_, _, energy)) = directions.iter().find(|(_, _, energy)| *energy < 0.0) {
            return Err(TheoryError::Spectrum(format!(
                "pretrained features need task energies of at least 0, got {energy:?}"
            )));
        }
        let raw = Spectrum::new(directions.iter().copied())?;
        Ok(Self { raw, directions })
    }

    /// Risk of one upstream fit with N = α_u·p samples.
    ///
    /// # Errors
    /// [`TheoryError::NegativeRidge`] for λ_u < 0.
    pub fn upstream(
        &self,
        samples: SampleRatio,
        ridge: Ridge,
        noise: NoiseVariance,
    ) -> Result<Risk, TheoryError> {
        if ridge.get() < 0.0 {
            return Err(TheoryError::NegativeRidge(ridge.get()));
        }
        risk::evaluate(&self.raw, samples, ridge, noise)
    }

    /// Population spectrum s = a²(τ + R_u/α_u) of the upstream coefficients, scaled to mean 1. Where the upstream
    /// risk R_u diverges the noise dominates, s ∝ a².
    ///
    /// # Errors
    /// Errors of [`Pretraining::upstream`].
    pub fn spectrum(
        &self,
        samples: SampleRatio,
        ridge: Ridge,
        noise: NoiseVariance,
    ) -> Result<Spectrum, TheoryError> {
        let upstream = self.upstream(samples, ridge, noise)?;
        let spread = upstream.risk / upstream.sample_ratio;
        // Both parts are divided by 1 + spread, so that neither overflows near a pole.
        let (signal, noise) =
            if spread.is_finite() { ((1.0 + spread).recip(), spread / (1.0 + spread)) } else { (0.0, 1.0) };
        let atom = |&(w, x, energy): &(f64, f64, f64)| {
            let filter = if x == 0.0 { 0.0 } else { x / (x + upstream.kappa) };
            (w, filter * filter * (energy * signal + noise), energy)
        };
        Ok(Spectrum::new(self.directions.iter().map(atom))?.normalized())
    }

    /// The plug-in optimum made from m = ν·p upstream tasks.
    ///
    /// # Errors
    /// Errors of [`Pretraining::upstream`].
    pub fn plug_in(
        &self,
        tasks: Width,
        samples: SampleRatio,
        ridge: Ridge,
        noise: NoiseVariance,
    ) -> Result<PlugIn, TheoryError> {
        let upstream = self.upstream(samples, ridge, noise)?;
        PlugIn::new(&self.directions, upstream.risk / upstream.sample_ratio, tasks)
    }

    /// Features pretrained on m = ν·p upstream tasks.
    ///
    /// # Errors
    /// Errors of [`Pretraining::upstream`].
    pub fn features(
        &self,
        tasks: Width,
        samples: SampleRatio,
        ridge: Ridge,
        noise: NoiseVariance,
    ) -> Result<RandomFeatures, TheoryError> {
        RandomFeatures::new(self.spectrum(samples, ridge, noise)?, tasks, Residue::NONE)
    }
}
