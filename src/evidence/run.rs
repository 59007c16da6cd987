//! Common interface to both kinds of evidence: Monte Carlo on a population, or subsampling of real rows.

use super::{Circumstances, Compared, Covariates, MonteCarlo, Statistics, Subsample, TaskDraws};
use crate::scenario::{Metric, Model, ScenarioError, Scores};
use crate::theory::Risk;

/// A run of draws at one number of samples, which can be continued.
#[derive(Debug, Clone)]
pub enum Run {
    /// Simulated samples of a population.
    MonteCarlo(MonteCarlo),
    /// Random subsamples of real rows.
    Subsample(Subsample),
    /// Rows drawn of each task, for the mean over tasks that some rows lack.
    Tasks(TaskDraws),
}

impl Run {
    /// A run of the model's featurization and ridge with `samples` samples. `covariates` is used for synthetic models
    /// only.
    ///
    /// # Errors
    /// Errors of [`MonteCarlo::new`] or [`Subsample::new`].
    pub fn new(
        model: &Model,
        samples: usize,
        seed: u64,
        covariates: Covariates,
    ) -> Result<Self, ScenarioError> {
        Ok(match model.pool() {
            Some(pool) if pool.has_missing_targets() => Self::Tasks(TaskDraws::new(model, samples, seed)?),
            Some(_) => Self::Subsample(Subsample::new(model, samples, seed)?),
            None => Self::MonteCarlo(MonteCarlo::new(model, samples, seed, covariates)?),
        })
    }

    /// Number of samples n.
    #[must_use]
    pub const fn samples(&self) -> usize {
        match self {
            Self::MonteCarlo(run) => run.samples(),
            Self::Subsample(run) => run.samples(),
            Self::Tasks(run) => run.samples,
        }
    }

    /// Theoretical risk at this n.
    #[must_use]
    pub const fn theory(&self) -> &Risk {
        match self {
            Self::MonteCarlo(run) => run.theory(),
            Self::Subsample(run) => run.theory(),
            Self::Tasks(run) => &run.theory,
        }
    }

    /// The measurement so far with the theory; `poles` are those of [`super::poles`].
    #[must_use]
    pub fn compared(&self, poles: &[f64]) -> Compared {
        let (samples, theory) = (self.samples() as f64, self.theory());
        let away = |pole: &f64| (pole - samples).abs();
        Compared {
            samples,
            measured: self.statistics(),
            scores: Scores::of_classes(|metric| self.scores(metric)),
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
                Self::Tasks(run) => {
                    let share = theory.df2 / theory.sample_ratio;
                    Circumstances::Real {
                        tested: run.tested(),
                        in_sample: false,
                        error: run.standard_error,
                        samples_of_rank: share > 0.5,
                    }
                }
            },
        }
    }

    /// Relative cost of one draw: the samples and the normal equations.
    #[must_use]
    pub fn cost(&self) -> f64 {
        let p = match self {
            Self::MonteCarlo(run) => run.dimension(),
            Self::Subsample(run) => run.dimension(),
            Self::Tasks(run) => run.dimension,
        } as f64;
        let n = self.samples() as f64;
        n * p * (n.min(p) + 50.0)
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
        match self {
            Self::MonteCarlo(run) => run.run(draws, report, stop),
            Self::Subsample(run) => run.run(draws, report, stop),
            Self::Tasks(run) => run.run(draws, report, stop),
        }
    }

    fn scores(&self, metric: Metric) -> Option<Statistics> {
        match self {
            Self::MonteCarlo(_) => None,
            Self::Subsample(run) => run.scores(metric),
            Self::Tasks(run) => run.scores(metric),
        }
    }

    /// Statistics of the draws so far.
    #[must_use]
    pub fn statistics(&self) -> Statistics {
        match self {
            Self::MonteCarlo(run) => run.statistics(),
            Self::Subsample(run) => run.statistics(),
            Self::Tasks(run) => run.statistics(),
        }
    }
}
