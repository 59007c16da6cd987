//! Subsampling for tasks with missing targets: each draw has n rows of every task, and its risk is the mean over tasks.

use super::statistics::Statistics;
use super::subsample::Subsample;
use crate::scenario::{Metric, Model, ScenarioError};
use crate::theory::{Risk, SampleRatio};

/// Number of draws of every task between two reports.
const BATCH: usize = 8;

/// Runs of draws of each task at one number of samples, which can be continued.
#[derive(Debug, Clone)]
pub struct TaskDraws {
    /// Sample size n.
    pub(super) samples: usize,
    each: Vec<Subsample>,
    /// Dimension p.
    pub(super) dimension: usize,
    /// Mean over tasks of the theoretical risk at this n.
    pub(super) theory: Risk,
    /// Standard error of the theory.
    pub(super) standard_error: Option<f64>,
}

impl TaskDraws {
    /// A run of the model's featurization and ridge with `samples` rows of each task.
    ///
    /// # Errors
    /// Errors of [`Subsample::new`]; a model whose tasks have the same rows.
    pub fn new(model: &Model, samples: usize, seed: u64) -> Result<Self, ScenarioError> {
        let chosen = &model.scenario().featurization;
        if chosen.depends_on_tasks() {
            return Err(ScenarioError::new(format!(
                "featurization {} is made from the tasks, and rows lack some of them; accepted are raw, whitened and pca",
                chosen.name()
            )));
        }
        let models = model.tasks_apart(&|| false)?.unwrap_or_default();
        let each =
            models.iter().map(|model| Subsample::new(model, samples, seed)).collect::<Result<Vec<_>, _>>()?;
        let ratio = SampleRatio::new(samples as f64 / model.dimension() as f64)?;
        let point = model.risk_curve(chosen)?.risk_at(ratio, model.ridge(), model.noise())?;
        let Some(theory) = point.risk else {
            return Err(ScenarioError::new(format!("{samples} samples: no number to compare with")));
        };
        let standard_error = point.shown.map(|shown| shown.standard_error);
        Ok(Self { samples, each, dimension: model.dimension(), theory, standard_error })
    }

    /// Least number of test rows of a draw.
    #[must_use]
    pub fn tested(&self) -> usize {
        self.each.iter().map(Subsample::tested).min().unwrap_or(0)
    }

    /// Continues to `draws` draws of each task, like [`Subsample::run`].
    ///
    /// # Errors
    /// Errors of [`Subsample::run`].
    pub fn run(
        &mut self,
        draws: usize,
        report: &mut dyn FnMut(&Statistics),
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<(), ScenarioError> {
        let mut reached = self.statistics().draws;
        while reached < draws {
            reached = draws.min(reached + BATCH);
            for one in &mut self.each {
                one.run(reached, &mut |_| (), stop)?;
            }
            report(&self.statistics());
        }
        Ok(())
    }

    /// Statistics of the mean over tasks of the risk of each draw.
    #[must_use]
    pub fn statistics(&self) -> Statistics {
        Statistics::of(&self.means(Metric::Risk).unwrap_or_default())
    }

    /// Statistics of a metric of classes; `None` where a task has none.
    #[must_use]
    pub fn scores(&self, metric: Metric) -> Option<Statistics> {
        let means = self.means(metric)?;
        (!means.is_empty()).then(|| Statistics::of(&means))
    }

    /// Mean over tasks of a metric, for each draw that all tasks have.
    fn means(&self, metric: Metric) -> Option<Vec<f64>> {
        let count = self.each.iter().map(|one| one.metrics().len()).min().unwrap_or(0);
        let mut sums = vec![0.0; count];
        for one in &self.each {
            for (sum, metrics) in sums.iter_mut().zip(one.metrics()) {
                *sum += metrics.value(metric)? / self.each.len() as f64;
            }
        }
        Some(sums)
    }
}
