//! What to expect of features on tasks not seen, for a number of samples (section 9.8): each measured task is
//! judged as if it were new, and every road a user could take is beside the fitted representation.

use super::ensemble::{Ensemble, EnsembleChoice, PriorChoice};
use super::error::DataError;
use super::judged::{ratio, ridgeless, tuned, variance};
use super::pool::{Pool, TaskChoice, Watch};
use super::shrunk::spectrum;

/// Expected risks, 1 = predicting the mean.
#[derive(Debug, Clone, PartialEq)]
pub struct Expectation {
    /// Raw features, best principal components and the fitted representation, by least squares.
    pub fitted: EnsembleChoice,
    /// Raw features, each task at its own best ridge λ ≥ 0.
    pub raw_tuned: f64,
    /// The fitted prior, each task at its own best ridge λ ≥ 0.
    pub prior: PriorChoice,
    pub tasks: Vec<TaskExpectation>,
}

/// Of one task.
#[derive(Debug, Clone, PartialEq)]
pub struct TaskExpectation {
    pub name: String,
    /// By least squares; infinite at n = rank.
    pub raw: f64,
    pub fitted: f64,
    /// At the best ridge for this task.
    pub raw_tuned: f64,
    pub prior_tuned: f64,
}

impl Expectation {
    /// # Errors
    /// As [`Ensemble::best`].
    pub fn new(pool: &Pool, ensemble: &Ensemble, samples: f64, watch: Watch<'_>) -> Result<Self, DataError> {
        let fitted = ensemble.best(samples, &|done| watch(0.7 * done))?;
        let prior = ensemble.best_prior(samples, &|done| watch(0.7 + 0.3 * done))?;
        let ratio = ratio(samples, pool.rank())?;
        let judged = fitted.tasks.iter().zip(&prior.tasks).map(|(&(t, fitted), &(_, prior_tuned))| {
            let task = TaskChoice::Task(t);
            let raw = spectrum(pool.eigenvalues(), &pool.principal_energies(task))?;
            let noise = variance(pool.noise(task))?;
            Ok(TaskExpectation {
                name: pool.tasks().get(t).map_or_else(String::new, |t| t.name.clone()),
                raw: ridgeless(&raw, ratio, noise)?,
                fitted,
                raw_tuned: tuned(&raw, ratio, noise)?,
                prior_tuned,
            })
        });
        let tasks = judged.collect::<Result<Vec<_>, DataError>>()?;
        let raw_tuned = tasks.iter().map(|t| t.raw_tuned).sum::<f64>() / tasks.len() as f64;
        Ok(Self { fitted, raw_tuned, prior, tasks })
    }
}
