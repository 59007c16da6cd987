//! What to expect of features on tasks not seen, for a number of samples (section 9.8): each measured task is
//! judged as if it were new, and every road a user could take is beside the fitted representation.

use std::sync::Arc;

use super::ensemble::{Ensemble, EnsembleChoice, PriorChoice};
use super::error::DataError;
use super::path::{Path, Rows};
use super::pool::{Pool, TaskChoice, Watch};
use crate::theory::{Ridge, RidgeChoice};

/// Expected risks, 1 = predicting the mean.
#[derive(Debug, Clone, PartialEq)]
pub struct Expectation {
    /// Raw features, best principal components and the fitted representation, by least squares.
    pub fitted: EnsembleChoice,
    /// Raw features by least squares, as the rows' own errors show it (section 9.2); NaN beyond their reach.
    pub raw: f64,
    /// The same at each task's own best ridge λ ≥ 0.
    pub raw_tuned: f64,
    /// The fitted prior, each task at its own best ridge λ ≥ 0.
    pub prior: PriorChoice,
    /// Every task of the ensemble, in the pool's order.
    pub tasks: Vec<TaskExpectation>,
}

/// Of one task.
#[derive(Debug, Clone, PartialEq)]
pub struct TaskExpectation {
    /// The task's name.
    pub name: String,
    /// By least squares; infinite at n = rank + 1, NaN beyond reach.
    pub raw: f64,
    /// At ridge 0, with the representation for this number of labels.
    pub fitted: f64,
    /// At the best ridge for this task.
    pub raw_tuned: f64,
    /// With the prior, at its own best ridge λ ≥ 0.
    pub prior_tuned: f64,
}

impl Expectation {
    /// # Errors
    /// As [`Ensemble::best`].
    pub fn new(
        pool: &Arc<Pool>,
        ensemble: &Ensemble,
        samples: f64,
        watch: Watch<'_>,
    ) -> Result<Self, DataError> {
        let fitted = ensemble.best(samples, &|done| watch(0.7 * done))?;
        let prior = ensemble.best_prior(samples, &|done| watch(0.7 + 0.3 * done))?;
        let path = Path::raw(&Arc::new(Rows::new(pool)))?;
        let told =
            |task, choice| path.evaluate(samples, choice, task, None).map_or(f64::NAN, |point| point.risk);
        let judged = fitted.tasks.iter().zip(&prior.tasks).map(|(&(t, fitted), &(_, prior_tuned))| {
            let task = TaskChoice::Task(t);
            TaskExpectation {
                name: pool.tasks().get(t).map_or_else(String::new, |t| t.name.clone()),
                raw: told(task, RidgeChoice::Fixed(Ridge::ZERO)),
                fitted,
                raw_tuned: told(task, RidgeChoice::OptimalNonNegative),
                prior_tuned,
            }
        });
        let tasks: Vec<TaskExpectation> = judged.collect();
        let mean = |of: fn(&TaskExpectation) -> f64| tasks.iter().map(of).sum::<f64>() / tasks.len() as f64;
        let (raw, raw_tuned) = (mean(|t| t.raw), mean(|t| t.raw_tuned));
        Ok(Self { fitted, raw, raw_tuned, prior, tasks })
    }
}
