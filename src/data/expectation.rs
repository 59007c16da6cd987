//! Expected risks on new tasks for a number of samples, for every available method (section 9.8).

use super::ensemble::{Ensemble, EnsembleChoice, PriorChoice};
use super::error::DataError;
use super::pool::Pool;

/// Expected risks on new tasks; 1 is the risk of predicting the mean.
#[derive(Debug, Clone, PartialEq)]
pub struct Expectation {
    /// Least squares on raw features, principal components and selected directions.
    pub fitted: EnsembleChoice,
    /// Mean risk of raw features, each task at its optimal ridge λ ≥ 0.
    pub raw_tuned: f64,
    /// The fitted prior, each task at its optimal ridge λ ≥ 0.
    pub prior: PriorChoice,
    /// Every task of the ensemble, in the pool's order.
    pub tasks: Vec<TaskExpectation>,
}

/// Expected risks of one task.
#[derive(Debug, Clone, PartialEq)]
pub struct TaskExpectation {
    /// The task's name.
    pub name: String,
    /// Least squares on raw features; infinite at n = rank + 1, NaN where half of the rows cannot estimate it.
    pub raw: f64,
    /// Least squares on directions selected without this task.
    pub fitted: f64,
    /// Raw features at the best ridge λ ≥ 0 for this task.
    pub raw_tuned: f64,
    /// The prior estimated without this task, at the optimal ridge λ ≥ 0.
    pub prior_tuned: f64,
}

/// A method of using the features for a new task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Least squares on the raw features.
    Raw,
    /// Least squares on the leading principal components.
    Components,
    /// Least squares on the fitted matrix B.
    Selected,
    /// A tuned ridge on the raw features.
    RawTuned,
    /// A tuned ridge on the fitted prior.
    Prior,
}

impl Expectation {
    /// Expected risks at `samples` labels.
    ///
    /// # Errors
    /// Errors of [`Ensemble::best`].
    pub fn new(pool: &Pool, ensemble: &Ensemble, samples: f64) -> Result<Self, DataError> {
        let fitted = ensemble.best(samples)?;
        let prior = ensemble.best_prior(samples)?;
        let (raw, tuned) = (ensemble.raw(samples), ensemble.raw_tuned(samples));
        let each = fitted.tasks.iter().zip(&prior.tasks).zip(raw.iter().zip(&tuned));
        let tasks: Vec<TaskExpectation> = each
            .map(|((&(t, fitted), &(_, prior_tuned)), (&raw, &raw_tuned))| TaskExpectation {
                name: pool.tasks().get(t).map_or_else(String::new, |t| t.name.clone()),
                raw,
                fitted,
                raw_tuned,
                prior_tuned,
            })
            .collect();
        let raw_tuned = tuned.iter().sum::<f64>() / tuned.len() as f64;
        Ok(Self { fitted, raw_tuned, prior, tasks })
    }

    /// Every method with its expected risk.
    #[must_use]
    pub const fn methods(&self) -> [(Method, f64); 5] {
        [
            (Method::Raw, self.fitted.raw),
            (Method::Components, self.fitted.pcr),
            (Method::Selected, self.fitted.left_out_risk),
            (Method::RawTuned, self.raw_tuned),
            (Method::Prior, self.prior.left_out_risk),
        ]
    }

    /// The method with the least expected risk.
    #[must_use]
    pub fn recommended(&self) -> Option<(Method, f64)> {
        let known = self.methods().into_iter().filter(|(_, risk)| risk.is_finite());
        known.min_by(|a, b| a.1.total_cmp(&b.1))
    }
}
