//! Subsampled fits of one curve (section 9.4a): drawing them, the tuned ridge they select, and draws with k labels per class.

use std::sync::Arc;

use super::pooled::Pooled;
use crate::data::anchors::{self, Anchor, Anchors, DrawsPerClass};
use crate::data::{DataError, Metric, Scores, TaskChoice};
use crate::scenario::ScenarioError;
use crate::scenario::model::risk_point::{Estimate, PerClass, SubsampledFits};
use crate::theory::{NoiseVariance, RidgeChoice, SampleRatio};

impl Pooled {
    /// Fits random subsamples at a few n for the curves of some tasks, which are corrected from then on (section 9.4a).
    pub fn anchor(
        &self,
        choice: RidgeChoice,
        tasks: &[TaskChoice],
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<(), DataError> {
        self.drawn.draw(&self.source, choice, tasks, &self.pool, stop)
    }

    /// Every task of the pool, after the one whose curve this is.
    pub fn tasks(&self) -> Vec<TaskChoice> {
        let each = (0..self.pool.tasks().len()).map(TaskChoice::Task);
        std::iter::once(self.task).chain(each).collect()
    }

    /// Notes about the subsampled fits.
    pub fn notes(&self, choice: RidgeChoice) -> Vec<String> {
        self.anchors(choice).map(|anchors| anchors.notes()).unwrap_or_default()
    }

    /// Whether the subsampled fits have been made.
    pub fn is_anchored(&self, choice: RidgeChoice) -> bool {
        self.anchors(choice).is_some()
    }

    /// The subsampled fits by increasing n; empty before they are made.
    pub fn subsampled(&self, choice: RidgeChoice) -> Vec<SubsampledFits> {
        let Some(anchors) = self.anchors(choice) else { return Vec::new() };
        let of = |anchor: &Anchor| {
            let is_numeric = anchor.draws.iter().all(|fit| fit.scores.is_empty());
            let metrics = Scores::new(|metric| {
                let (value, standard_error) =
                    anchor.mean(|fit| fit.value(metric)).filter(|_| metric != Metric::R2 || is_numeric)?;
                Some(Estimate { value, standard_error })
            });
            SubsampledFits { samples: anchor.samples, draws: anchor.draws.len(), metrics }
        };
        anchors.all().iter().map(of).collect()
    }

    /// Metrics with `count` labels of each class, by subsampled fits (section 9.4a).
    pub fn per_class(
        &self,
        choice: RidgeChoice,
        noise: NoiseVariance,
        count: usize,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<PerClass, ScenarioError> {
        let at = |n: f64, task| self.at(n, choice, task, None);
        let DrawsPerClass { samples, fewer, metrics: draws } =
            anchors::per_class(&at, &self.pool, self.task, count, stop)?;
        // Whether the rows can estimate it is decided for as many randomly drawn rows.
        let ratio = SampleRatio::new(samples as f64 / self.dimension)?;
        let random = self.evaluate(ratio, choice, noise, None)?;
        let of = |metric| {
            let values: Vec<f64> = draws.iter().map(|fit| fit.value(metric)).collect::<Option<_>>()?;
            let (count, mean) = (values.len() as f64, values.iter().sum::<f64>() / values.len() as f64);
            let spread = (values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (count - 1.0)).sqrt();
            // The error of the given rows, which the spread of draws from them leaves out.
            let rows = random.estimate(metric)?.standard_error;
            Some(Estimate { value: mean, standard_error: rows.hypot(spread / count.sqrt()) })
        };
        let Some(risk) = of(Metric::Risk) else {
            return Err(ScenarioError::new(format!(
                "the rows have no estimate of the risk with {samples} labels ({count} of each class) at this ridge; \
                 accepted are fewer labels, or a larger ridge"
            )));
        };
        Ok(PerClass {
            count,
            samples,
            fewer,
            draws: draws.len(),
            risk,
            spread: anchors::deviation_of_draws(&draws),
            scores: Scores::of_classes(of),
        })
    }

    /// Subsampled fits of the curve; `None` before rows are drawn.
    pub(super) fn anchors(&self, choice: RidgeChoice) -> Option<Arc<Anchors>> {
        self.drawn.known(&self.source, choice, self.task)
    }
}
