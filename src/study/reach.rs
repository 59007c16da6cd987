//! The samples needed for a target risk: for the chosen featurization and those it is compared with.

use rayon::prelude::*;

use super::compared::{self, CurveId, Prepared, Subject};
use crate::scenario::{self, Metric, Model, ScenarioError};
use crate::theory::SampleRatio;
use crate::theory::target::{self, Interval};

/// Where one featurization reaches a target risk.
#[derive(Debug, Clone, PartialEq)]
pub struct Reach {
    /// Which curve.
    pub id: CurveId,
    /// As people read it, with its tag.
    pub name: String,
    /// All sample counts that reach it, as far as was searched.
    pub intervals: Vec<Interval>,
    /// The largest n looked at.
    pub searched: u64,
    /// No number of samples would do: the target is not above σ², which even the best predictor keeps.
    pub never: bool,
    /// Real rows that cannot tell up to the largest n: what it takes, in words.
    pub beyond: Option<String>,
}

/// Where each of the subjects reaches the target; those that the population does not have are left out.
///
/// # Errors
/// When the first of them cannot be built; [`ScenarioError::Interrupted`] once `stop` says so.
pub fn reach(
    model: &Model,
    subjects: &[Subject],
    target: f64,
    stop: &(dyn Fn() -> bool + Sync),
) -> Result<Vec<Reach>, ScenarioError> {
    of_prepared(model, &compared::prepared(model, subjects)?, target, stop)
}

/// The same from the subjects' curves.
pub(super) fn of_prepared(
    model: &Model,
    prepared: &[Prepared],
    target: f64,
    stop: &(dyn Fn() -> bool + Sync),
) -> Result<Vec<Reach>, ScenarioError> {
    let of = |prepared: &Prepared| one(model, prepared, target, stop).transpose();
    prepared.par_iter().filter_map(of).collect()
}

fn one(
    model: &Model,
    prepared: &Prepared,
    target: f64,
    stop: &(dyn Fn() -> bool + Sync),
) -> Result<Option<Reach>, ScenarioError> {
    let Ok(curve) = &prepared.curve else { return Ok(None) };
    let (p, ridge, noise) = (model.dimension(), prepared.ridge, model.noise());
    // What few rows show of the noise is a bound only, and past their reach nothing is known.
    let (mut beyond, mut bounded) = (None, false);
    let intervals = match curve.spectral() {
        Some(representation) => target::samples_needed(representation, p, ridge, noise, target, stop)?,
        None => {
            let ratio = |n: u64| SampleRatio::new(n as f64 / p as f64);
            let grid = target::search_grid(p);
            let ratios = grid.iter().map(|&n| ratio(n)).collect::<Result<Vec<_>, _>>()?;
            let points = curve.curve(&ratios, ridge, noise, Metric::Risk, stop)?;
            let shown = || points.iter().filter_map(|p| p.shown);
            beyond = shown().find(|s| matches!(s.reach, scenario::Reach::Beyond { .. }));
            bounded = shown().any(|s| s.noise_is_bound);
            let risks: Vec<_> = points.iter().map(|point| point.value(Metric::Risk)).collect();
            let at = |n: u64| {
                if stop() {
                    return None;
                }
                curve.risk_at(ratio(n).ok()?, ridge, noise).ok()?.value(Metric::Risk)
            };
            target::reach(&grid, &risks, target, at)
        }
    };
    if stop() {
        return Err(ScenarioError::Interrupted);
    }
    let beyond = beyond.and_then(|s| s.reach.words());
    let never = intervals.is_empty() && target < noise.get() && beyond.is_none() && !bounded;
    let searched = target::farthest(p);
    let (id, name) = (prepared.subject.id, prepared.name.clone());
    Ok(Some(Reach { id, name, intervals, searched, never, beyond }))
}
