//! Weights carried over from a source task: a ridge towards γ times its fitted coefficients (section 11.3).

use super::super::quantity::{Correlation, NoiseVariance, Ridge, RidgeChoice, SampleRatio, TheoryError};
use super::super::{Risk, Spectrum, ridge, risk};
use super::neighbours::neighbours;
use super::terms::SourceTerms;

/// The source fit: its samples per dimension, ridge and label noise.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SourceFit {
    /// α_S = n_S/p.
    pub samples: SampleRatio,
    /// λ_S.
    pub ridge: Ridge,
    /// σ_S².
    pub noise: NoiseVariance,
}

/// γ, the weight on the source coefficients.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum SourceWeight {
    /// The same at every ridge and sample ratio.
    Fixed(f64),
    /// γ* of least risk at each.
    Best,
}

/// Fits towards the coefficients of a source task with the covariates and task covariance of the target, whose
/// coefficients have correlation c with the target's.
#[derive(Debug, Clone, PartialEq)]
pub struct TowardsSource {
    spectrum: Spectrum,
    correlation: f64,
    weight: SourceWeight,
    /// Of every s > 0: the source's filter a, and the weighted second moment wv = a²·w(τ + R_S/α_S) of its coefficients.
    source: Vec<Coefficient>,
    /// The spectrum with the energies that a fixed γ leaves.
    left: Option<Spectrum>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Coefficient {
    filter: f64,
    /// a²·w·R_S/α_S, what sampling and noise of the source add.
    spread: f64,
}

impl Coefficient {
    /// wτ' = wτ[(1 − γca)² + γ²a²(1 − c²)] + γ²a²wR_S/α_S: nothing cancels.
    fn left(self, energy: f64, correlation: f64, weight: f64) -> f64 {
        let Self { filter, spread } = self;
        let (kept, share) = (1.0 - weight * correlation * filter, weight * filter);
        let other = share * share * (1.0 - correlation) * (1.0 + correlation);
        let added = if weight == 0.0 || spread == 0.0 { 0.0 } else { weight * weight * spread };
        energy * (kept * kept + other) + added
    }
}

impl TowardsSource {
    /// `fit` is `None` where there is no source sample: the prior is then 0, an ordinary ridge fit.
    ///
    /// # Errors
    /// Where the source's ridge has no solution, and where the test covariance differs from that of the samples.
    pub fn new(
        spectrum: Spectrum,
        fit: Option<SourceFit>,
        correlation: Correlation,
        weight: SourceWeight,
    ) -> Result<Self, TheoryError> {
        if spectrum.test().is_some() {
            return Err(TheoryError::Spectrum(
                "a source task has no formula under a [test] covariance; accepted are scenarios without one"
                    .into(),
            ));
        }
        let solved =
            fit.map(|fit| risk::evaluate(&spectrum, fit.samples, fit.ridge, fit.noise)).transpose()?;
        let coefficient = |(&w, &s): (&f64, &f64)| {
            let Some(risk) = &solved else { return Coefficient { filter: 0.0, spread: 0.0 } };
            let filter = s / (s + risk.kappa);
            let spread = risk.risk / risk.sample_ratio;
            Coefficient { filter, spread: if spread == 0.0 { 0.0 } else { filter * filter * w * spread } }
        };
        let source: Vec<_> = spectrum.weights().iter().zip(spectrum.eigenvalues()).map(coefficient).collect();
        let mut towards = Self { spectrum, correlation: correlation.get(), weight, source, left: None };
        if let SourceWeight::Fixed(weight) = weight {
            towards.left = Some(towards.with_weight(weight));
        }
        Ok(towards)
    }

    /// The spectrum of the target before the source is used.
    #[must_use]
    pub const fn spectrum(&self) -> &Spectrum {
        &self.spectrum
    }

    /// The spectrum whose risk is that of the fit, where γ is the same everywhere.
    #[must_use]
    pub const fn remaining(&self) -> Option<&Spectrum> {
        self.left.as_ref()
    }

    /// Risk at every sample ratio, each solve started from its neighbours. `None` where there is no solution.
    ///
    /// # Errors
    /// [`TheoryError::Interrupted`] once `stop` returns true.
    pub fn curve(
        &self,
        ratios: &[SampleRatio],
        choice: RidgeChoice,
        noise: NoiseVariance,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<Vec<Option<Risk>>, TheoryError> {
        neighbours(
            ratios,
            stop,
            |ratio, guess| self.evaluate_near(ratio, choice, noise, guess).ok(),
            |risk: &Risk| Some(risk.kappa),
        )
    }

    /// The spectrum with the energies that γ = `weight` leaves.
    fn with_weight(&self, weight: f64) -> Spectrum {
        let energies = self.spectrum.weighted_energies().iter().zip(&self.source);
        let energies = energies.map(|(&e, c)| c.left(e, self.correlation, weight)).collect();
        self.spectrum.with_energies(energies, self.spectrum.unreachable())
    }

    /// Risk at α with a ridge of either sign or a tuned one.
    ///
    /// # Errors
    /// [`TheoryError::BelowAdmissible`] for a fixed negative ridge without a solution.
    pub fn evaluate(
        &self,
        sample_ratio: SampleRatio,
        choice: RidgeChoice,
        noise: NoiseVariance,
    ) -> Result<Risk, TheoryError> {
        self.evaluate_near(sample_ratio, choice, noise, None)
    }

    pub(crate) fn evaluate_near(
        &self,
        sample_ratio: SampleRatio,
        choice: RidgeChoice,
        noise: NoiseVariance,
        guess: Option<f64>,
    ) -> Result<Risk, TheoryError> {
        let fixed = match choice {
            RidgeChoice::Fixed(ridge) => Some(ridge),
            RidgeChoice::Optimal | RidgeChoice::OptimalNonNegative => None,
        };
        let risk = match (&self.left, fixed) {
            (Some(left), Some(ridge)) => risk::evaluate_near(left, sample_ratio, ridge, noise, guess)?,
            (Some(left), None) => ridge::evaluate(left, sample_ratio, choice, noise)?,
            // κ does not depend on γ.
            (None, Some(ridge)) => {
                let alone = risk::evaluate_near(&self.spectrum, sample_ratio, ridge, noise, guess)?;
                let best = self.moments(alone.kappa).best_weight(self.correlation);
                let left = self.with_weight(best);
                risk::at_kappa(&left, alone.sample_ratio, alone.ridge, noise.get(), alone.kappa)
            }
            (None, None) => self.tuned(sample_ratio, choice, noise)?,
        };
        // The source is compared with the fit that has none, its ridge chosen likewise.
        let without = match fixed {
            Some(_) if risk.kappa.is_finite() => {
                risk::at_kappa(&self.spectrum, risk.sample_ratio, risk.ridge, risk.noise, risk.kappa)
            }
            _ => ridge::evaluate(&self.spectrum, sample_ratio, choice, noise)?,
        };
        Ok(Risk { source: Some(self.terms(&risk, without.risk)), ..risk })
    }

    /// The best γ at the best ridge. The risk falls at every step in one of both, from each of two starts.
    fn tuned(
        &self,
        sample_ratio: SampleRatio,
        choice: RidgeChoice,
        noise: NoiseVariance,
    ) -> Result<Risk, TheoryError> {
        const STEPS: usize = 60;
        let mut best: Option<Risk> = None;
        for mut weight in [0.0, self.correlation] {
            let mut last = f64::INFINITY;
            for _ in 0..STEPS {
                let risk = ridge::evaluate(&self.with_weight(weight), sample_ratio, choice, noise)?;
                if best.is_none_or(|least| risk.risk < least.risk) {
                    best = Some(risk);
                }
                if risk.risk >= last * (1.0 - 1e-14) || !risk.kappa.is_finite() {
                    break;
                }
                last = risk.risk;
                weight = self.moments(risk.kappa).best_weight(self.correlation);
            }
        }
        let without = || ridge::evaluate(&self.spectrum, sample_ratio, choice, noise);
        best.map_or_else(without, Ok)
    }

    fn terms(&self, risk: &Risk, without: f64) -> SourceTerms {
        let moments = self.moments(risk.kappa);
        let best_weight = moments.best_weight(self.correlation);
        let weight = if let SourceWeight::Fixed(weight) = self.weight { weight } else { best_weight };
        SourceTerms { weight, best_weight, correlation_of_no_gain: moments.of_no_gain(), without }
    }

    fn moments(&self, kappa: f64) -> Moments {
        let (s, e) = (self.spectrum.eigenvalues(), self.spectrum.weighted_energies());
        let mut moments = Moments { shared: 0.0, squared: 0.0 };
        for ((&s, &e), c) in s.iter().zip(e).zip(&self.source) {
            // b/κ, which has a limit at κ = 0; only ratios of the two matter.
            let r = if kappa.is_finite() { (s + kappa).recip() } else { 1.0 };
            let weight = r * r;
            moments.shared += weight * e * c.filter;
            moments.squared += weight * (e * c.filter * c.filter + c.spread);
        }
        moments
    }
}

/// Σ wτab² and Σ wvb², up to a common factor.
#[derive(Debug, Clone, Copy)]
struct Moments {
    shared: f64,
    squared: f64,
}

impl Moments {
    /// γ* = cΣwτab²/Σwvb²; 0 where there is no source.
    fn best_weight(self, correlation: f64) -> f64 {
        if self.squared > 0.0 { correlation * self.shared / self.squared } else { 0.0 }
    }

    /// c* = ½Σwvb²/Σwτab²; infinite where no correlation is enough.
    fn of_no_gain(self) -> f64 {
        if self.squared == 0.0 { 0.0 } else { 0.5 * self.squared / self.shared }
    }
}
