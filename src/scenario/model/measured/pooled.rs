//! The risk of the rows of one pool along the sample ratio: estimates of the leave-one-out path in the terms of the theory
//! (section 9.2).

use std::sync::Arc;

use rayon::prelude::*;

use crate::data::anchors::{Anchors, Corrected};
use crate::data::path::{MetricEstimate, Path, PathPoint};
use crate::data::{Metric, Pool, Scores, TaskChoice};
use crate::scenario::ScenarioError;
use crate::scenario::model::risk_point::{Estimate, PathOnly, RiskPoint, RowEstimates};
use crate::scenario::population::anchored::{Drawn, Source};
use crate::scenario::population::paths::PathKind as Kind;
use crate::scenario::population::sampled::Sampled;
use crate::theory::{NoiseVariance, Ridge, RidgeChoice, Risk, SampleRatio, TheoryError};

/// One featurization of the rows of a pool, and one task or the mean over tasks that have all of these rows.
#[derive(Debug, Clone)]
pub(super) struct Pooled {
    pub(super) source: Source,
    pub(super) task: TaskChoice,
    pub(super) pool: Arc<Pool>,
    /// p of n/p.
    pub(super) dimension: f64,
    pub(super) drawn: Arc<Drawn>,
    /// Estimate of σ², and whether it is only an upper bound.
    noise: (f64, bool),
    /// Standard deviation of a numeric target.
    unit: Option<f64>,
}

impl Pooled {
    /// `None` for a featurization that is made from the labels.
    pub fn new(
        sampled: &Sampled,
        kind: &Kind<'_>,
        dimension: f64,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<Option<Self>, ScenarioError> {
        let Some((source, drawn)) = sampled.source(kind, stop)? else { return Ok(None) };
        let (noise, bound) = sampled.noise();
        Ok(Some(Self {
            source,
            task: sampled.task,
            pool: Arc::clone(&sampled.pool),
            dimension,
            drawn,
            noise: (noise.max(0.0), bound),
            unit: sampled.pool.deviation(sampled.task),
        }))
    }

    /// σ² as the features themselves show it.
    pub const fn noise(&self) -> f64 {
        self.noise.0
    }

    /// Whether both are of the same rows and featurization, so that one set of draws serves both.
    pub fn shares_draws(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.drawn, &other.drawn)
    }

    /// N.
    pub fn rows(&self) -> usize {
        self.pool.rows()
    }

    pub const fn task(&self) -> TaskChoice {
        self.task
    }

    /// The name of the task; that of the first for the mean over several.
    pub fn name(&self) -> &str {
        let at = if let TaskChoice::Task(task) = self.task { task } else { 0 };
        self.pool.tasks().get(at).map_or("", |task| task.name.as_str())
    }

    /// n and C of R ≈ C/|n − n_pole| without a ridge, where there is a pole.
    pub fn pole(&self) -> Option<(f64, f64)> {
        match &self.source {
            Source::Path(path) => path.pole(self.task),
            Source::Components(_) => None,
        }
    }

    /// Number of principal components at a sample ratio, if it depends on it.
    pub fn size_at(&self, ratio: SampleRatio) -> Option<usize> {
        match &self.source {
            Source::Path(_) => None,
            Source::Components(components) => Some(components.best(self.samples(ratio), self.task)),
        }
    }

    /// Sample size n, rounded if it is an integer up to rounding errors.
    fn samples(&self, ratio: SampleRatio) -> f64 {
        let n = ratio.get() * self.dimension;
        if (n - n.round()).abs() <= 1e-9 * n { n.round() } else { n }
    }

    /// The risk with all metrics, or with one of them.
    pub fn evaluate(
        &self,
        ratio: SampleRatio,
        choice: RidgeChoice,
        noise: NoiseVariance,
        only: Option<Metric>,
    ) -> Result<RiskPoint, TheoryError> {
        self.evaluate_near(ratio, choice, noise, only, None).map(|(point, _)| point)
    }

    fn point(
        &self,
        ratio: SampleRatio,
        choice: RidgeChoice,
        guess: Option<f64>,
    ) -> Result<(Arc<Path>, PathPoint), TheoryError> {
        self.at(self.samples(ratio), choice, self.task, guess)
    }

    /// The path of n rows and the point on it, at the tuned ridge that subsampled fits selected where they did.
    pub(super) fn at(
        &self,
        samples: f64,
        choice: RidgeChoice,
        task: TaskChoice,
        guess: Option<f64>,
    ) -> Result<(Arc<Path>, PathPoint), TheoryError> {
        let (path, alone) = self.source.at(samples, choice, task, guess)?;
        let anchors = self.drawn.known(&self.source, choice, task);
        let point = retuned(&path, alone, anchors.as_deref(), task)?;
        Ok((path, point))
    }

    /// A metric with the influence of every row; `None` if it cannot be estimated.
    pub fn metric(
        &self,
        ratio: SampleRatio,
        choice: RidgeChoice,
        metric: Metric,
    ) -> Result<Option<MetricEstimate>, TheoryError> {
        let (path, point) = self.point(ratio, choice, None)?;
        let anchors = self.anchors(choice);
        let risk = || {
            path.risk(&point, self.task).map(|estimate| match &anchors {
                Some(anchors) => {
                    let ratio = anchors.risk(point.samples, 1.0).value;
                    let value = ratio * estimate.value;
                    estimate.with_slope(value, ratio)
                }
                None => estimate,
            })
        };
        Ok(match metric {
            Metric::Risk => risk(),
            Metric::R2 => risk().map(|estimate| {
                let value = 1.0 - estimate.value;
                estimate.with_slope(value, -1.0)
            }),
            _ => {
                let found = if metric.is_of_predicted_class() {
                    path.classified(&point).get(metric).cloned()
                } else {
                    path.auc_along(&point, self.task)
                };
                found.map(|estimate| match &anchors {
                    Some(anchors) => MetricEstimate {
                        value: anchors.score(metric, point.samples, estimate.value).value,
                        ..estimate
                    },
                    None => estimate,
                })
            }
        })
    }

    fn evaluate_near(
        &self,
        ratio: SampleRatio,
        choice: RidgeChoice,
        noise: NoiseVariance,
        only: Option<Metric>,
        guess: Option<f64>,
    ) -> Result<(RiskPoint, PathPoint), TheoryError> {
        // Classification metrics for labels with another noise variance are not known; subsampled fits have the noise of the
        // rows only.
        let added = noise.get() - self.noise.0;
        let (path, alone) = self.source.at(self.samples(ratio), choice, self.task, guess)?;
        let anchors = self.anchors(choice).filter(|_| added == 0.0);
        let point = retuned(&path, alone, anchors.as_deref(), self.task)?;
        let wanted = |metric| added == 0.0 && only.is_none_or(|only| only == metric);
        // Metrics of the predicted class are computed together.
        let is_classified =
            Metric::of_classes().any(|metric| metric.is_of_predicted_class() && wanted(metric));
        let scores_of = |point: &PathPoint| {
            let auc = match only {
                _ if !wanted(Metric::Auc) => None,
                Some(_) => path.auc_along(point, self.task),
                None => path.auc(point, self.task),
            };
            let classified = if is_classified { path.classified(point) } else { Scores::default() };
            classified.with(Metric::Auc, auc)
        };
        let found = scores_of(&point);
        let formulas = found.map(told);
        // The estimate of the path alone, at the ridge that it selected.
        let formulas_alone = if point.ridge == alone.ridge {
            found.map(of_given_fits)
        } else {
            scores_of(&alone).map(of_given_fits)
        };
        let n = point.samples;
        let mut is_corrected = false;
        let scores = Scores::new(|metric| {
            let (formula, Some(anchors)) = (formulas.at(metric)?, &anchors) else {
                return formulas.at(metric);
            };
            let Corrected { value, standard_error, anchored } = anchors.score(metric, n, formula.value);
            is_corrected |= anchored;
            Some(Estimate { value, standard_error: formula.standard_error.hypot(standard_error) })
        });
        let drawn =
            anchors.as_ref().filter(|_| point.risk.is_finite()).map(|anchors| anchors.risk(n, point.risk));
        let drawn = drawn.filter(|drawn| drawn.anchored);
        let ratio_to_path = drawn.map_or(1.0, |drawn| drawn.value / point.risk);
        let shown = RowEstimates {
            standard_error: match drawn {
                Some(drawn) => (ratio_to_path * point.standard_error).hypot(drawn.standard_error),
                None => point.standard_error,
            },
            scores,
            spread: anchors.as_ref().and_then(|anchors| anchors.spread(n)),
            anchored: is_corrected || drawn.is_some(),
            path: PathOnly { risk: alone.risk, standard_error: alone.standard_error, scores: formulas_alone },
            reach: point.reach,
            noise_is_bound: self.noise.1,
            at_most: point.at_most && drawn.is_none(),
            alpha: path.alpha(&point),
            unit: self.unit,
            groups: path.groups(point.samples),
            task_rows: None,
        };
        let risk = point
            .reach
            .is_estimate()
            .then(|| scaled(self.risk(ratio, &point, noise.get(), added), ratio_to_path));
        Ok((RiskPoint { sample_ratio: ratio.get(), risk, shown: Some(shown), scores: None }, point))
    }

    /// The decomposition: σ² is the level at the smallest κ in reach, bias² the level minus σ², and the variances the
    /// increase of both by the fit; the terms sum to R.
    fn risk(&self, ratio: SampleRatio, point: &PathPoint, noise: f64, added: f64) -> Risk {
        let (p, m) = (self.dimension, point.samples - 1.0);
        let level = (point.level + added).max(0.0);
        let bias = (level - noise).max(0.0);
        let noise = level - bias;
        let inflation = if point.risk.is_finite() { point.risk / point.level - 1.0 } else { f64::INFINITY };
        let times = |energy: f64| if energy == 0.0 { 0.0 } else { energy * inflation };
        let risk = if level == 0.0 { 0.0 } else { level * (1.0 + inflation) };
        let unfitted = (1.0 - point.at.df1 / m).max(0.0);
        Risk {
            sample_ratio: ratio.get(),
            ridge: point.ridge,
            kappa: point.at.kappa,
            df1: point.at.df1 / p,
            df2: point.at.df2 / p,
            bias,
            variance_x: times(bias),
            variance_x_noise: times(noise),
            noise,
            risk,
            unshifted: risk,
            train: if unfitted == 0.0 { 0.0 } else { unfitted * unfitted * risk },
            representation: None,
            source: None,
        }
    }

    /// Points in order; a ridge without a solution leaves a gap.
    pub fn curve(
        &self,
        ratios: &[SampleRatio],
        choice: RidgeChoice,
        noise: NoiseVariance,
        metric: Metric,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<Vec<RiskPoint>, TheoryError> {
        let gap = |ratio: SampleRatio| RiskPoint::gap(ratio.get());
        let only = Some(metric);
        // At a fixed ridge each point starts from its neighbour; points with an optimisation are distributed over
        // threads.
        if metric.is_of_classes() || !matches!(choice, RidgeChoice::Fixed(_)) {
            // Shared values are computed before the points are distributed over threads.
            if let Some(&ratio) = ratios.get(ratios.len() / 2) {
                let _ = self.evaluate(ratio, choice, noise, only);
            }
            let point = |&ratio: &SampleRatio| {
                if stop() {
                    return Err(TheoryError::Interrupted);
                }
                match self.evaluate(ratio, choice, noise, only) {
                    Err(why) if why.is_gap() => Ok(gap(ratio)),
                    found => found,
                }
            };
            return ratios.par_iter().map(point).collect();
        }
        let mut guess = None;
        let mut points = Vec::with_capacity(ratios.len());
        for (i, &ratio) in ratios.iter().enumerate() {
            if i % 8 == 0 && stop() {
                return Err(TheoryError::Interrupted);
            }
            points.push(match self.evaluate_near(ratio, choice, noise, only, guess) {
                Ok((point, at)) => {
                    guess = Some(at.at.pool_ridge).filter(|ridge| ridge.is_finite());
                    point
                }
                Err(why) if why.is_gap() => gap(ratio),
                Err(why) => return Err(why),
            });
        }
        Ok(points)
    }
}

/// The point at the ridge that subsampled fits selected, or the point of the path where they selected none.
fn retuned(
    path: &Path,
    alone: PathPoint,
    anchors: Option<&Anchors>,
    task: TaskChoice,
) -> Result<PathPoint, TheoryError> {
    match anchors.and_then(|anchors| anchors.ridge(alone.samples)) {
        Some(ridge) => path.evaluate(alone.samples, RidgeChoice::Fixed(Ridge::new(ridge)?), task, None),
        None => Ok(alone),
    }
}

/// A risk with all terms multiplied by a factor.
fn scaled(risk: Risk, factor: f64) -> Risk {
    if factor == 1.0 {
        return risk;
    }
    Risk {
        bias: factor * risk.bias,
        variance_x: factor * risk.variance_x,
        variance_x_noise: factor * risk.variance_x_noise,
        noise: factor * risk.noise,
        risk: factor * risk.risk,
        unshifted: factor * risk.unshifted,
        ..risk
    }
}

fn told(estimate: &MetricEstimate) -> Estimate {
    Estimate { value: estimate.value, standard_error: estimate.standard_error() }
}

/// With the standard error of section 9.3, for fits that are taken as given.
fn of_given_fits(estimate: &MetricEstimate) -> Estimate {
    Estimate { value: estimate.value, standard_error: estimate.error_of_given_fits() }
}
