//! The risk of real rows along the sample ratio: for the rows of one pool, or the mean over tasks with different rows.

mod drawn;
mod extrema;
mod mean;
mod pooled;

use std::sync::Arc;

use rayon::prelude::*;

use crate::data::path::MetricEstimate;
use crate::data::{DataError, Metric, TaskChoice};
use crate::scenario::ScenarioError;
use crate::scenario::model::risk_point::{PerClass, RiskPoint, SubsampledFits};
use crate::scenario::population::overlap::Units;
use crate::scenario::population::paths::PathKind;
use crate::scenario::population::sampled::Sampled;
use crate::theory::{NoiseVariance, RidgeChoice, SampleRatio, TheoryError};
use pooled::Pooled;

/// Number of points of a curve at which the joint standard error of several tasks is computed.
const PLACES: usize = 9;
/// Maximum number of notes on single tasks.
const TASK_NOTES: usize = 4;

/// One featurization of real rows, and one task or the mean over tasks. With missing targets each task has its own rows,
/// and the mean averages the risks of the tasks.
#[derive(Debug, Clone)]
pub struct Measured {
    /// A single curve, or the curve of each task.
    all: Vec<Pooled>,
    /// Overlap of the rows of the tasks; empty for a single curve.
    units: Arc<Units>,
    dimension: f64,
    /// σ² as estimated from the features.
    noise: f64,
}

impl Measured {
    /// `None` for a featurization made from the labels.
    pub(in crate::scenario) fn new(
        sampled: &Sampled,
        kind: &PathKind<'_>,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<Option<Self>, ScenarioError> {
        let dimension = sampled.pool.dimension() as f64;
        let tasks = sampled.tasks_apart();
        let each = tasks.map_or_else(|| std::slice::from_ref(sampled), |tasks| tasks.all());
        let all = each.iter().map(|sampled| Pooled::new(sampled, kind, dimension, stop));
        let all: Option<Vec<Pooled>> = all.collect::<Result<_, ScenarioError>>()?;
        let units = tasks.map_or_else(Arc::default, |tasks| Arc::clone(tasks.units()));
        Ok(all.map(|all| Self { all, units, dimension, noise: sampled.noise().0.max(0.0) }))
    }

    /// The only curve; `None` for the mean over tasks with different rows.
    fn only(&self) -> Option<&Pooled> {
        match self.all.as_slice() {
            [only] => Some(only),
            _ => None,
        }
    }

    /// Number of principal components kept at a sample ratio, if it depends on n.
    #[must_use]
    pub fn size_at(&self, ratio: SampleRatio) -> Option<usize> {
        self.only()?.size_at(ratio)
    }

    /// The risk with all metrics, or with one.
    pub(in crate::scenario) fn evaluate(
        &self,
        ratio: SampleRatio,
        choice: RidgeChoice,
        noise: NoiseVariance,
        only: Option<Metric>,
    ) -> Result<RiskPoint, TheoryError> {
        if let Some(one) = self.only() {
            return one.evaluate(ratio, choice, noise, only);
        }
        let each = self
            .all
            .par_iter()
            .map(|one| one.evaluate(ratio, choice, self.noise_of(one, noise)?, only))
            .collect::<Result<Vec<RiskPoint>, TheoryError>>()?;
        let joint = |metric| self.joint_error(ratio, choice, metric);
        let of_auc = if only.is_none_or(|only| only == Metric::Auc) { joint(Metric::Auc)? } else { None };
        Ok(self.mean(&each, (joint(Metric::Risk)?, of_auc)))
    }

    /// The mean of the points of the tasks at one n.
    fn mean(&self, each: &[RiskPoint], joint: (Option<f64>, Option<f64>)) -> RiskPoint {
        let mut point = mean::of_points(each, joint);
        let rows = || self.all.iter().map(Pooled::rows);
        if let Some(shown) = &mut point.shown {
            shown.task_rows = rows().min().zip(rows().max());
        }
        point
    }

    /// σ² of a task if the noise of the mean is set to another value than that of the rows.
    fn noise_of(&self, one: &Pooled, noise: NoiseVariance) -> Result<NoiseVariance, TheoryError> {
        let added = noise.get() - self.noise;
        if added == 0.0 {
            NoiseVariance::new(one.noise())
        } else {
            NoiseVariance::new((one.noise() + added).max(0.0))
        }
    }

    /// Points in the order of the ratios; a ridge without a solution leaves a gap.
    pub(in crate::scenario) fn curve(
        &self,
        ratios: &[SampleRatio],
        choice: RidgeChoice,
        noise: NoiseVariance,
        metric: Metric,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<Vec<RiskPoint>, TheoryError> {
        if let Some(one) = self.only() {
            return one.curve(ratios, choice, noise, metric, stop);
        }
        let mut each = Vec::with_capacity(self.all.len());
        for one in &self.all {
            each.push(one.curve(ratios, choice, self.noise_of(one, noise)?, metric, stop)?.into_iter());
        }
        let risk = self.joint_errors(ratios, choice, Metric::Risk, stop)?;
        let auc = if metric == Metric::Auc {
            self.joint_errors(ratios, choice, metric, stop)?
        } else {
            vec![None; ratios.len()]
        };
        let points = risk.into_iter().zip(auc).map(|joint| {
            let at: Vec<RiskPoint> = each.iter_mut().filter_map(Iterator::next).collect();
            self.mean(&at, joint)
        });
        Ok(points.collect())
    }

    /// Ratio of the standard error of the mean over tasks to that for tasks without common rows; 1 if no row has two targets.
    /// The influence of a row on the mean is the sum of its influences on its tasks. `None` beyond reach.
    fn joint_error(
        &self,
        ratio: SampleRatio,
        choice: RidgeChoice,
        metric: Metric,
    ) -> Result<Option<f64>, TheoryError> {
        let found = self.all.par_iter().map(|one| one.metric(ratio, choice, metric));
        let found: Option<Vec<MetricEstimate>> = found.collect::<Result<_, TheoryError>>()?;
        Ok(found.and_then(|all| mean::joint_error(&all, &self.units)))
    }

    /// This ratio along a curve: computed at a few n, and interpolated in ln n.
    fn joint_errors(
        &self,
        ratios: &[SampleRatio],
        choice: RidgeChoice,
        metric: Metric,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<Vec<Option<f64>>, TheoryError> {
        let last = ratios.len().saturating_sub(1);
        let mut places: Vec<usize> = (0..PLACES).map(|i| i * last / (PLACES - 1)).collect();
        places.dedup();
        let mut known = Vec::with_capacity(places.len());
        for ratio in places.iter().filter_map(|&place| ratios.get(place)) {
            if stop() {
                return Err(TheoryError::Interrupted);
            }
            match self.joint_error(*ratio, choice, metric) {
                Ok(found) => known.extend(found.map(|found| (ratio.get().ln(), found))),
                Err(why) if why.is_gap() => {}
                Err(why) => return Err(why),
            }
        }
        Ok(ratios.iter().map(|ratio| mean::between(&known, ratio.get().ln())).collect())
    }

    /// Fits subsamples at a few n, which correct the curve from then on (section 9.4a).
    pub(in crate::scenario) fn anchor(
        &self,
        choice: RidgeChoice,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<(), DataError> {
        for (i, one) in self.all.iter().enumerate() {
            if self.all.iter().take(i).any(|before| before.shares_draws(one)) {
                continue;
            }
            let alike = self.all.iter().filter(|other| other.shares_draws(one));
            one.anchor(choice, &alike.map(Pooled::task).collect::<Vec<TaskChoice>>(), stop)?;
        }
        Ok(())
    }

    /// Fits subsamples for the curve of every task.
    pub(in crate::scenario) fn anchor_tasks(
        &self,
        choice: RidgeChoice,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<(), DataError> {
        match self.only() {
            Some(one) => one.anchor(choice, &one.tasks(), stop),
            None => self.anchor(choice, stop),
        }
    }

    /// Notes about the subsampled fits.
    pub(in crate::scenario) fn notes(&self, choice: RidgeChoice) -> Vec<String> {
        if let Some(only) = self.only() {
            return only.notes(choice);
        }
        let mut all = Vec::new();
        for one in &self.all {
            all.extend(one.notes(choice).into_iter().map(|note| format!("{}: {note}", one.name())));
        }
        let further = all.len().saturating_sub(TASK_NOTES);
        if further > 1 {
            all.truncate(TASK_NOTES);
            all.push(format!(
                "{further} further notes on single tasks are not shown: --task NAME gives those of one"
            ));
        }
        all
    }

    /// The subsampled fits by increasing n; empty before they are made, and for the mean over tasks with different rows.
    pub(in crate::scenario) fn subsampled(&self, choice: RidgeChoice) -> Vec<SubsampledFits> {
        self.only().map(|one| one.subsampled(choice)).unwrap_or_default()
    }

    /// Whether the subsampled fits have been made.
    pub(in crate::scenario) fn is_anchored(&self, choice: RidgeChoice) -> bool {
        self.all.iter().all(|one| one.is_anchored(choice))
    }

    /// Metrics with `count` labels of each class, by subsampled fits (section 9.4a).
    pub(in crate::scenario) fn per_class(
        &self,
        choice: RidgeChoice,
        noise: NoiseVariance,
        count: usize,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<PerClass, ScenarioError> {
        let Some(one) = self.only() else {
            return Err(ScenarioError::new(
                "labels per class are of the classes of one column; accepted for targets with gaps is one of them, with --task",
            ));
        };
        one.per_class(choice, noise, count, stop)
    }

    /// A metric with the influence of every row or group; `None` if the labels do not determine it.
    pub(in crate::scenario) fn metric(
        &self,
        ratio: SampleRatio,
        choice: RidgeChoice,
        metric: Metric,
    ) -> Result<Option<MetricEstimate>, TheoryError> {
        if let Some(one) = self.only() {
            return one.metric(ratio, choice, metric);
        }
        let found = self.all.par_iter().map(|one| one.metric(ratio, choice, metric));
        let found: Option<Vec<MetricEstimate>> = found.collect::<Result<_, TheoryError>>()?;
        Ok(found.and_then(|all| mean::of_estimates(&all, &self.units)))
    }

    /// n and strength C of the ridgeless poles, by increasing n.
    fn poles(&self) -> Vec<(f64, f64)> {
        let count = self.all.len() as f64;
        let mut all: Vec<(f64, f64)> = Vec::new();
        for (samples, strength) in self.all.iter().filter_map(Pooled::pole) {
            match all.iter_mut().find(|pole| pole.0 == samples) {
                Some(pole) => pole.1 += strength / count,
                None => all.push((samples, strength / count)),
            }
        }
        all.sort_by(|a, b| a.0.total_cmp(&b.0));
        all
    }
}
