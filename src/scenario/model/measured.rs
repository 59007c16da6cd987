//! The risk of real rows along the sample ratio: the leave-one-out path in terms of the theory (section 9.2).

use std::sync::Arc;

use rayon::prelude::*;

use crate::data::TaskChoice;
use crate::data::path::{Components, MetricEstimate, Path, PathPoint, Reach};
use crate::scenario::model::risk_point::{Estimate, Metric, RiskPoint, Shown};
use crate::scenario::population::sampled::Sampled;
use crate::theory::divergence::{Cause, Extremum, ExtremumKind, SpectralGap};
use crate::theory::sweep::{self, Spacing};
use crate::theory::{NoiseVariance, RidgeChoice, Risk, SampleRatio, TheoryError};

/// One featurization of real rows, and the requested task.
#[derive(Debug, Clone)]
pub struct Measured {
    source: Source,
    task: TaskChoice,
    dimension: f64,
    /// σ² as the features themselves show it, and whether it is a bound only.
    noise: (f64, bool),
    /// Standard deviation of a numeric target.
    unit: Option<f64>,
}

#[derive(Debug, Clone)]
enum Source {
    Path(Arc<Path>),
    /// The best number of principal components for least squares at each n.
    Components(Arc<Components>),
}

impl Measured {
    pub(in crate::scenario) fn path(path: Arc<Path>, sampled: &Sampled) -> Self {
        Self::of(Source::Path(path), sampled)
    }

    pub(in crate::scenario) fn components(components: Arc<Components>, sampled: &Sampled) -> Self {
        Self::of(Source::Components(components), sampled)
    }

    fn of(source: Source, sampled: &Sampled) -> Self {
        let (noise, bound) = sampled.noise();
        Self {
            source,
            task: sampled.task,
            dimension: sampled.pool.dimension() as f64,
            noise: (noise.max(0.0), bound),
            unit: sampled.pool.deviation(sampled.task),
        }
    }

    /// How many principal components are kept at a sample ratio, where they follow it.
    #[must_use]
    pub fn size_at(&self, ratio: SampleRatio) -> Option<usize> {
        match &self.source {
            Source::Path(_) => None,
            Source::Components(components) => Some(components.best(self.samples(ratio), self.task)),
        }
    }

    /// n: whole where rounding alone keeps it from being so.
    fn samples(&self, ratio: SampleRatio) -> f64 {
        let n = ratio.get() * self.dimension;
        if (n - n.round()).abs() <= 1e-9 * n { n.round() } else { n }
    }

    /// The risk with every metric, or with one.
    pub(in crate::scenario) fn evaluate(
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
        let n = self.samples(ratio);
        match &self.source {
            Source::Path(path) => Ok((Arc::clone(path), path.evaluate(n, choice, self.task, guess)?)),
            Source::Components(components) => components.evaluate(n, choice, self.task),
        }
    }

    /// A metric with the contribution of every row; `None` where the labels do not determine it.
    pub(in crate::scenario) fn metric(
        &self,
        ratio: SampleRatio,
        choice: RidgeChoice,
        metric: Metric,
    ) -> Result<Option<MetricEstimate>, TheoryError> {
        let (path, point) = self.point(ratio, choice, None)?;
        Ok(match metric {
            Metric::Risk => path.risk(&point, self.task),
            Metric::Auc => path.auc_along(&point, self.task),
            Metric::Accuracy => path.accuracy(&point),
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
        let (path, point) = self.point(ratio, choice, guess)?;
        // Scores of labels with another noise variance are not known.
        let added = noise.get() - self.noise.0;
        let scores = |metric| added == 0.0 && only.is_none_or(|only| only == metric);
        let auc = || match only {
            None => path.auc(&point, self.task),
            Some(_) => path.auc_along(&point, self.task),
        };
        let shown = Shown {
            standard_error: point.standard_error,
            auc: scores(Metric::Auc).then(auc).flatten().map(Estimate::from),
            accuracy: scores(Metric::Accuracy).then(|| path.accuracy(&point)).flatten().map(Estimate::from),
            reach: point.reach,
            noise_is_bound: self.noise.1,
            at_most: point.at_most,
            alpha: path.alpha(&point),
            unit: self.unit,
            groups: path.groups(point.samples),
        };
        let beyond = matches!(point.reach, Reach::Beyond { .. });
        let risk = (!beyond).then(|| self.risk(ratio, &point, noise.get(), added));
        Ok((RiskPoint { sample_ratio: ratio.get(), risk, shown: Some(shown), scores: None }, point))
    }

    /// σ² is the level at the smallest κ in reach, bias² what the level is above it, and the variances what the fit adds
    /// to both; together they are R.
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

    /// In order; a ridge without a solution leaves a gap.
    pub(in crate::scenario) fn curve(
        &self,
        ratios: &[SampleRatio],
        choice: RidgeChoice,
        noise: NoiseVariance,
        metric: Metric,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<Vec<RiskPoint>, TheoryError> {
        let gap = |ratio: SampleRatio| RiskPoint::gap(ratio.get());
        let only = Some(metric);
        // At a fixed ridge each point starts from its neighbour; points with an optimisation are divided among threads.
        if metric != Metric::Risk || !matches!(choice, RidgeChoice::Fixed(_)) {
            // What all points share is computed before they are divided among threads.
            if let Some(&ratio) = ratios.get(ratios.len() / 2) {
                let _ = self.evaluate(ratio, choice, noise, only);
            }
            let point = |&ratio: &SampleRatio| {
                if stop() {
                    return Err(TheoryError::Interrupted);
                }
                Ok(self.evaluate(ratio, choice, noise, only).unwrap_or_else(|_| gap(ratio)))
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
                Err(_) => gap(ratio),
            });
        }
        Ok(points)
    }

    /// The pole of λ = 0, and the maxima of a scan that exceed the adjacent minima by more than 5 %.
    pub(in crate::scenario) fn divergences(
        &self,
        choice: RidgeChoice,
        noise: NoiseVariance,
        from: f64,
        to: f64,
    ) -> Vec<Extremum> {
        let RidgeChoice::Fixed(ridge) = choice else { return Vec::new() };
        let mut found = Vec::new();
        if let (0.0, Source::Path(path)) = (ridge.get(), &self.source)
            && let Some((samples, strength)) = path.pole(self.task)
            && (from..=to).contains(&(samples / self.dimension))
        {
            let used = (samples - 1.0) / self.dimension;
            found.push(Extremum {
                kind: ExtremumKind::Pole,
                at: samples / self.dimension,
                risk: f64::INFINITY,
                strength: Some(strength / self.dimension),
                ratio: f64::INFINITY,
                prominence: f64::INFINITY,
                cause: Cause::Gap(SpectralGap::whole(used)),
                at_end: false,
            });
        }
        let pole = found.first().map(|pole| pole.at);
        found.extend(self.maxima(choice, noise, (from, to), pole).unwrap_or_default());
        found.sort_by(|a, b| a.at.total_cmp(&b.at));
        found
    }

    fn maxima(
        &self,
        choice: RidgeChoice,
        noise: NoiseVariance,
        (from, to): (f64, f64),
        pole: Option<f64>,
    ) -> Result<Vec<Extremum>, TheoryError> {
        const POINTS: usize = 200;
        const PROMINENT: f64 = 1.05;
        let ratios = sweep::grid(from.max(1e-4 * to), to, POINTS, Spacing::Linear)?;
        let step = (to - from) / POINTS as f64;
        let points = self.curve(&ratios, choice, noise, Metric::Risk, &|| false)?;
        let risks: Vec<f64> = points.iter().map(|p| p.risk.map_or(f64::NAN, |r| r.risk)).collect();
        let mut found = Vec::new();
        for (i, (heights, places)) in risks.windows(3).zip(points.windows(3)).enumerate() {
            let (&[a, b, c], [_, top, _]) = (heights, places) else { continue };
            let at_pole = pole.is_some_and(|pole| (top.sample_ratio - pole).abs() < 2.0 * step);
            if at_pole || !(b >= a && b > c) {
                continue;
            }
            let (before, after) = risks.split_at(i + 1);
            let before = valley(b, before.iter().rev());
            let after = valley(b, after.iter().skip(1));
            let over = |valley: f64| if valley > 0.0 { b / valley } else { f64::INFINITY };
            let prominence = over(before.max(after));
            if prominence > PROMINENT {
                found.push(Extremum {
                    kind: ExtremumKind::Peak,
                    at: top.sample_ratio,
                    risk: b,
                    strength: None,
                    ratio: over(before.min(after)),
                    prominence,
                    cause: Cause::Unknown,
                    at_end: false,
                });
            }
        }
        Ok(found)
    }
}

impl From<MetricEstimate> for Estimate {
    fn from(found: MetricEstimate) -> Self {
        Self { value: found.value, standard_error: found.standard_error() }
    }
}

/// The first valley on the way down from `top`.
fn valley<'a>(top: f64, on: impl Iterator<Item = &'a f64>) -> f64 {
    on.copied().scan(top, |last, v| (v <= *last).then(|| *last = v).map(|()| v)).last().unwrap_or(top)
}
