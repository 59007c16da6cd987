//! One front for both kinds of evidence: draws of a synthetic population, or rows drawn from real data.

use super::{Circumstances, Compared, Covariates, MonteCarlo, Statistics, Subsample};
use crate::scenario::{Metric, Model, ScenarioError};
use crate::theory::Risk;

/// A run of draws at one number of samples, which later draws continue.
#[derive(Debug, Clone)]
pub enum Run {
    /// Draws of a population.
    MonteCarlo(MonteCarlo),
    /// Rows drawn from real data.
    Subsample(Subsample),
}

impl Run {
    /// The model's featurization and ridge with `samples` samples. Real rows come as they are: `covariates` is for
    /// synthetic models only.
    ///
    /// # Errors
    /// Those of [`MonteCarlo::new`] or [`Subsample::new`].
    pub fn new(
        model: &Model,
        samples: usize,
        seed: u64,
        covariates: Covariates,
    ) -> Result<Self, ScenarioError> {
        Ok(match model.pool() {
            Some(_) => Self::Subsample(Subsample::new(model, samples, seed)?),
            None => Self::MonteCarlo(MonteCarlo::new(model, samples, seed, covariates)?),
        })
    }

    /// n.
    #[must_use]
    pub const fn samples(&self) -> usize {
        match self {
            Self::MonteCarlo(run) => run.samples(),
            Self::Subsample(run) => run.samples(),
        }
    }

    /// The risk by the theory at this n.
    #[must_use]
    pub const fn theory(&self) -> &Risk {
        match self {
            Self::MonteCarlo(run) => run.theory(),
            Self::Subsample(run) => run.theory(),
        }
    }

    /// The measurement so far beside the theory; `poles` as [`super::poles`] finds them.
    #[must_use]
    pub fn compared(&self, poles: &[f64]) -> Compared {
        let (samples, theory) = (self.samples() as f64, self.theory());
        let away = |pole: &f64| (pole - samples).abs();
        Compared {
            samples,
            measured: self.statistics(),
            auc: self.scores(Metric::Auc),
            accuracy: self.scores(Metric::Accuracy),
            balanced_accuracy: self.scores(Metric::BalancedAccuracy),
            macro_f1: self.scores(Metric::MacroF1),
            theory: theory.risk,
            pole: poles.iter().copied().min_by(|a, b| away(a).total_cmp(&away(b))),
            circumstances: match self {
                Self::MonteCarlo(run) => Circumstances::Synthetic {
                    dimension: run.dimension(),
                    room: samples * (1.0 - theory.df2 / theory.sample_ratio),
                },
                Self::Subsample(run) => {
                    let share = theory.df2 / theory.sample_ratio;
                    Circumstances::Real {
                        tested: run.tested(),
                        in_sample: run.in_sample(),
                        error: run.standard_error(),
                        samples_of_rank: share > 0.5,
                    }
                }
            },
        }
    }

    /// Cost of one draw, in arbitrary units: the samples and the normal equations.
    #[must_use]
    pub fn cost(&self) -> f64 {
        let p = match self {
            Self::MonteCarlo(run) => run.dimension(),
            Self::Subsample(run) => run.dimension(),
        } as f64;
        let n = self.samples() as f64;
        n * p * (n.min(p) + 50.0)
    }

    /// Continues until there are `draws` draws in all: the same digits however many threads there are and however the
    /// run is divided. `report` sees the statistics after every batch.
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
        match self {
            Self::MonteCarlo(run) => run.run(draws, report, stop),
            Self::Subsample(run) => run.run(draws, report, stop),
        }
    }

    fn scores(&self, metric: Metric) -> Option<Statistics> {
        match self {
            Self::MonteCarlo(_) => None,
            Self::Subsample(run) => run.scores(metric),
        }
    }

    /// Statistics of the draws so far.
    #[must_use]
    pub fn statistics(&self) -> Statistics {
        match self {
            Self::MonteCarlo(run) => run.statistics(),
            Self::Subsample(run) => run.statistics(),
        }
    }
}
