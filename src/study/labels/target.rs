//! The sample counts that reach a target of the risk, AUC or accuracy, for the chosen featurization and those compared with it.

use std::sync::Arc;

use rayon::prelude::*;

use crate::scenario::{self, Metric, Model, ScenarioError};
use crate::study::featurizations::{self, CurveId, CurveSpec, PreparedCurve};
use crate::theory::SampleRatio;
use crate::theory::target::{self, Interval};

/// The sample counts at which one featurization reaches a target.
#[derive(Debug, Clone, PartialEq)]
pub struct TargetSamples {
    /// Identity of the curve.
    pub id: CurveId,
    /// Name for the reader, with its tag.
    pub name: String,
    /// All intervals of n with a risk of at most the target, or a score of at least it, up to `searched`.
    pub intervals: Vec<Interval>,
    /// The largest n that was searched.
    pub searched: u64,
    /// No number of samples is enough: the target is below σ², which even the best predictor has.
    pub never: bool,
    /// Why real rows are too few for an estimate, in words.
    pub beyond: Option<String>,
}

/// The sample counts at which each curve reaches the target; curves that do not exist are left out.
///
/// # Errors
/// A first featurization that the population does not have; [`ScenarioError::Interrupted`] once `stop` returns true.
pub fn target_samples(
    model: &Model,
    specs: &[CurveSpec],
    target: (Metric, f64),
    stop: &(dyn Fn() -> bool + Sync),
) -> Result<Vec<TargetSamples>, ScenarioError> {
    let prepared = PreparedCurve::all(&Arc::new(model.clone()), specs)?;
    featurizations::anchor(&prepared, stop)?;
    of_prepared(&prepared, target, stop)
}

/// The sample counts at which each prepared curve reaches the target.
///
/// # Errors
/// [`ScenarioError::Interrupted`] once `stop` returns true.
pub(in crate::study) fn of_prepared(
    prepared: &[PreparedCurve],
    target: (Metric, f64),
    stop: &(dyn Fn() -> bool + Sync),
) -> Result<Vec<TargetSamples>, ScenarioError> {
    let of = |prepared: &PreparedCurve| one(prepared, target, stop).transpose();
    prepared.par_iter().filter_map(of).collect()
}

fn one(
    prepared: &PreparedCurve,
    target: (Metric, f64),
    stop: &(dyn Fn() -> bool + Sync),
) -> Result<Option<TargetSamples>, ScenarioError> {
    let Ok(curve) = &prepared.risk else { return Ok(None) };
    let model = &prepared.model;
    let (p, ridge, noise) = (model.dimension(), prepared.ridge, model.noise());
    // Few rows give an upper bound of the noise only, and no estimate beyond their statistical limit.
    let (mut beyond, mut bounded) = (None, false);
    let (metric, value) = target;
    let intervals = match curve.spectral() {
        Some(representation) if metric == Metric::Risk => {
            target::samples_needed(representation, p, ridge, noise, value, stop)?
        }
        _ => {
            let ratio = |n: u64| SampleRatio::new(n as f64 / p as f64);
            let grid = target::search_grid(p);
            let ratios = grid.iter().map(|&n| ratio(n)).collect::<Result<Vec<_>, _>>()?;
            let points = curve.curve(&ratios, ridge, noise, metric, stop)?;
            let shown = || points.iter().filter_map(|p| p.shown);
            beyond = shown().find(|s| matches!(s.reach, scenario::Reach::Beyond { .. }));
            bounded = shown().any(|s| s.noise_is_bound);
            if metric != Metric::Risk && points.iter().all(|point| point.value(metric).is_none()) {
                return Ok(None);
            }
            // A score of at least the target is its negative of at most the negative target.
            let sign = if metric.less_is_better() { 1.0 } else { -1.0 };
            let values: Vec<_> = points.iter().map(|point| Some(sign * point.value(metric)?)).collect();
            let at = |n: u64| {
                if stop() {
                    return None;
                }
                let point = match metric {
                    Metric::Risk => curve.risk_at(ratio(n).ok()?, ridge, noise),
                    _ => curve.evaluate(ratio(n).ok()?, ridge, noise),
                };
                Some(sign * point.ok()?.value(metric)?)
            };
            target::reach(&grid, &values, sign * value, at)
        }
    };
    if stop() {
        return Err(ScenarioError::Interrupted);
    }
    let beyond = beyond.and_then(|s| s.reach.words());
    let never =
        intervals.is_empty() && metric == Metric::Risk && value < noise.get() && beyond.is_none() && !bounded;
    let searched = target::farthest(p);
    let (id, name) = (prepared.spec.id, prepared.name.clone());
    Ok(Some(TargetSamples { id, name, intervals, searched, never, beyond }))
}
