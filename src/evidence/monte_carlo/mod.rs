//! Monte Carlo at finite n and p (section 8): samples, task and noise are drawn, the predictor is fitted to them, and
//! its risk on the population is exact: R = ‖Lβ̂ − Σ_x^{1/2}θ‖² + σ². No asymptotic formula takes part in it.
//!
//! Samples are drawn in the eigenbasis of M = Σ_x^{1/2}FΣ_x^{1/2}, where Σ_x^{-1/2}x has independent entries. Gaussian
//! samples have one distribution in every orthonormal basis; and correlations of the task between eigenvectors of M do
//! not affect the mean risk, since changing the sign of one coordinate of every sample changes nothing else.
//!
//! Where all but a few directions have one eigenvalue, large draws are made without their matrix of samples
//! (`isotropic`); their distribution is the same.
//!
//! Under a test covariance in the same eigenbasis (section 5) each direction's error counts ρ times: R = Σ ρ(…)² + σ².
//! Of an eigenvalue that principal components cut, each pair of draws keeps another random subspace (section 11.6).

mod sampler;

use rayon::prelude::*;

use super::directions::{directions, has_weights_of};
use super::draw::{Fitting, MOST_ENTRIES};
use super::isotropic::IsotropicTail;
use super::shared_eigenvalue::Rotation;
use super::statistics::{RepresentationTerms, Statistics, Terms, is_report_due, mean};
use crate::scenario::{Model, ScenarioError};
use crate::theory::{Risk, SampleRatio};
use sampler::{Sampler, Shared, Trial};

pub use sampler::Covariates;

/// Maximum order of a solved system, which takes some seconds a draw.
const MOST_UNKNOWNS: usize = 6000;
/// Number of entries up to which the matrix of samples is always drawn in full, about 0.1 s a draw.
const FEW_ENTRIES: usize = 4_000_000;
/// Pairs of draws between two reports.
const BATCH: usize = 8;

/// A run of draws at one number of samples, which can be continued.
#[derive(Debug, Clone)]
pub struct MonteCarlo {
    sampler: Sampler,
    theory: Risk,
    trials: Vec<Trial>,
    /// Unbiased estimates of Bias², one for each pair of draws.
    biases: Vec<f64>,
    /// For random features: estimates from pairs that share features or samples, one for each pair of draws.
    shared: Vec<Shared>,
}

impl MonteCarlo {
    /// A run of the model's featurization and ridge with `samples` samples. A featurization that depends on n is
    /// built for this n; an optimal ridge is the theoretical one for this n, fixed for all draws.
    ///
    /// # Errors
    /// For measured models, if the featurization does not exist at this n, and for sizes too large to draw.
    pub fn new(
        model: &Model,
        samples: usize,
        seed: u64,
        covariates: Covariates,
    ) -> Result<Self, ScenarioError> {
        Self::drawn_in_full_up_to(FEW_ENTRIES, model, samples, seed, covariates)
    }

    fn drawn_in_full_up_to(
        entries: usize,
        model: &Model,
        samples: usize,
        seed: u64,
        covariates: Covariates,
    ) -> Result<Self, ScenarioError> {
        let p = model.dimension();
        if model.pool().is_some() {
            return Err(ScenarioError::new(
                "Monte Carlo needs a synthetic scenario; measured data are subsampled instead",
            ));
        }
        if samples == 0 {
            return Err(ScenarioError::new("0 samples leave nothing to fit; accepted are 1 or more"));
        }
        let ratio = SampleRatio::new(samples as f64 / p as f64)?;
        let chosen = &model.scenario().featurization;
        let representation = model.chosen()?;
        let none = || {
            ScenarioError::new(format!(
                "featurization {} does not exist with {samples} samples; accepted are fewer than the dimension {p}",
                chosen.name()
            ))
        };
        let spectrum = representation.spectrum_at(ratio, model.ridge(), model.noise()).ok_or_else(none)?;
        let theory = representation.evaluate(ratio, model.ridge(), model.noise())?.ok_or_else(none)?;
        let fitting = Fitting::of(model, samples, &theory)?;
        let (lengths, mut task) = directions(&spectrum, p)?;
        let (mut test, mut cut) = (Vec::new(), None);
        if let Some(tested) = model.tested_directions(chosen) {
            if !has_weights_of(&spectrum, &tested) {
                return Err(ScenarioError::new(format!(
                    "the directions that featurization {} keeps are unknown, and [test] requires them; accepted are the \
                     other kinds",
                    chosen.name()
                )));
            }
            // Each direction has its own energy rather than the mean for its eigenvalue, since energies are paired
            // with ρ.
            task = tested.directions.iter().map(|(energy, _)| (energy / p as f64).sqrt()).collect();
            test = tested.directions.into_iter().map(|(_, ratio)| ratio).collect();
            cut = tested.cut;
        }
        let plain = covariates == Covariates::Gaussian && matches!(fitting, Fitting::Plain);
        let tail = (plain && cut.is_none() && samples.saturating_mul(p) > entries)
            .then(|| IsotropicTail::of(samples, theory.ridge, &lengths, &test))
            .flatten();
        let (entries, unknowns) = match &tail {
            Some(tail) => (tail.entries().saturating_add(4 * p), 0),
            None => (samples.saturating_mul(p), samples.min(p)),
        };
        let entries = entries.saturating_add(cut.as_ref().map_or(0, |cut| Rotation::entries(cut.len())));
        if entries > MOST_ENTRIES || unknowns > MOST_UNKNOWNS {
            return Err(ScenarioError::new(format!(
                "{samples} samples of dimension {p} are too many to draw; accepted are at most {MOST_ENTRIES} numbers \
                 in all and {MOST_UNKNOWNS} of either (lower dimension)"
            )));
        }
        if let Some(tail) = &tail {
            let outside = test.iter().enumerate().filter(|(i, _)| tail.is_other(*i));
            test = outside.map(|(_, ratio)| *ratio).collect();
        }
        Ok(Self {
            sampler: Sampler {
                samples,
                seed,
                covariates,
                noise: model.noise().get(),
                ridge: theory.ridge,
                lengths,
                task,
                test,
                cut,
                fitting,
                tail,
            },
            theory,
            trials: Vec::new(),
            biases: Vec::new(),
            shared: Vec::new(),
        })
    }

    /// Number of samples n.
    #[must_use]
    pub const fn samples(&self) -> usize {
        self.sampler.samples
    }

    /// Dimension p.
    #[must_use]
    pub fn dimension(&self) -> usize {
        self.sampler.task.len()
    }

    /// The asymptotic risk at this n.
    #[must_use]
    pub const fn theory(&self) -> &Risk {
        &self.theory
    }

    /// Continues to `draws` draws in total. Results are bitwise equal for any number of threads and any division of
    /// the run. `report` receives the statistics after batches.
    ///
    /// # Errors
    /// [`ScenarioError::Interrupted`] once `stop` returns true; it is called before every draw, and finished batches
    /// are kept.
    pub fn run(
        &mut self,
        draws: usize,
        report: &mut dyn FnMut(&Statistics),
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<(), ScenarioError> {
        let mut reported = self.trials.len();
        while self.trials.len() < draws {
            let first = self.trials.len();
            let end = draws.min((first / 2 + BATCH) * 2);
            let pair =
                |pair: usize| self.sampler.pair(pair, first.max(2 * pair)..end.min(2 * pair + 2), stop);
            let pairs: Vec<_> =
                (first / 2..end.div_ceil(2)).into_par_iter().map(pair).collect::<Result<_, _>>()?;
            for (trials, bias, shared) in pairs {
                self.trials.extend(trials);
                self.biases.extend(bias);
                self.shared.extend(shared);
            }
            if is_report_due(self.trials.len(), reported, draws) {
                reported = self.trials.len();
                report(&self.statistics());
            }
        }
        Ok(())
    }

    /// Statistics of the draws so far.
    #[must_use]
    pub fn statistics(&self) -> Statistics {
        let risks: Vec<f64> = self.trials.iter().map(|t| t.excess + self.sampler.noise).collect();
        let average = |of: fn(&Trial) -> f64| mean(&self.trials.iter().map(of).collect::<Vec<_>>());
        let bias = mean(&self.biases);
        let shared = |of: fn(&Shared) -> f64| mean(&self.shared.iter().map(of).collect::<Vec<_>>());
        let terms = (!self.biases.is_empty() && self.sampler.fitting.has_terms()).then(|| {
            let (signal, noise) = (average(|t| t.signal), average(|t| t.noise));
            if self.shared.is_empty() {
                return Terms {
                    bias,
                    variance_x: signal - bias,
                    variance_x_noise: noise,
                    representation: None,
                };
            }
            let (given, of_samples, of_noise) =
                (shared(|s| s.features), shared(|s| s.samples), shared(|s| s.noise));
            Terms {
                bias,
                variance_x: of_samples - bias,
                variance_x_noise: of_noise,
                representation: Some(RepresentationTerms {
                    variance_w: given - bias,
                    variance_w_x: signal - given - of_samples + bias,
                    variance_w_x_noise: noise - of_noise,
                }),
            }
        });
        Statistics { terms, ..Statistics::of(&risks) }
    }
}

#[cfg(test)]
mod tests;
