//! Selection of a tuned ridge by subsampled fits, at sample sizes where they replace the leave-one-out path.
//!
//! The path selects the ridge that minimises its own risk. Where that risk is too low at small ridges (smooth functions of
//! a few variables), the selected ridge is too small: with 60 random cosines of three variables, 300 rows and n = 120, fits
//! on new rows have a risk of 0.74 at the ridge of the path, and of 0.46 at the best ridge.

use rayon::prelude::*;

use super::anchor::{Anchor, formulas};
use super::division::Drawn;
use super::draws::{self, Fit};
use super::interpolant::Interpolant;
use super::scores::{FitMetrics, Scoring};
use crate::data::path::PathPoint;
use crate::data::{DataError, TaskChoice};
use crate::theory::{Ridge, RidgeChoice};

/// Candidate values of λ: two per decade from 10⁻⁴ to 10².
const CANDIDATES: i32 = 13;
const LEAST: f64 = 1e-4;
const PER_DECADE: f64 = 2.0;
/// Added to λ before its logarithm is taken, so that λ = 0 has one.
const NEGLIGIBLE: f64 = 1e-6;

/// The anchor at the candidate ridge with the lowest mean risk over the same draws; `None` where no candidate improves on the
/// ridge of the path, or where that is infinite (the mean alone).
///
/// # Errors
/// [`DataError::Interrupted`] once `stop` returns true; draws that cannot be fitted.
fn retuned(
    anchor: &Anchor,
    task: TaskChoice,
    scoring: &Scoring,
    stop: &(dyn Fn() -> bool + Sync),
) -> Result<Option<Anchor>, DataError> {
    if !anchor.point.ridge.is_finite() {
        return Ok(None);
    }
    let points = (0..CANDIDATES).filter_map(|i| {
        let choice = RidgeChoice::Fixed(Ridge::new(LEAST * 10_f64.powf(f64::from(i) / PER_DECADE)).ok()?);
        let point = anchor.path.evaluate(anchor.samples, choice, task, None).ok()?;
        (point.risk.is_finite() && point.risk > 0.0).then_some(point)
    });
    let points: Vec<_> = points.collect();
    let squares: Vec<Vec<f64>> =
        points.iter().map(|point| draws::squares(&anchor.path, point, task)).collect();
    let fits: Vec<Fit<'_>> = points
        .iter()
        .zip(&squares)
        .map(|(point, squares)| Fit { path: &anchor.path, task, ridge: point.ridge, scoring, squares })
        .collect();
    let rows = Drawn::Rows(anchor.samples as usize);
    let draws = (0..anchor.draws.len())
        .into_par_iter()
        .map(|number| draws::draw(&fits, rows, number, stop))
        .collect::<Result<Vec<Vec<FitMetrics>>, DataError>>()?;
    let candidates = points.into_iter().enumerate().map(|(i, point)| Anchor {
        draws: draws.iter().filter_map(|metrics| metrics.get(i).copied()).collect(),
        formulas: formulas(&anchor.path, &point),
        point,
        ..anchor.clone()
    });
    let risk =
        |anchor: &Anchor| anchor.mean(|metrics| Some(metrics.risk)).map_or(f64::INFINITY, |found| found.0);
    let best = candidates.min_by(|a, b| risk(a).total_cmp(&risk(b)));
    Ok(best.filter(|best| risk(best) < risk(anchor)))
}

/// Selects the ridge again at anchors whose subsampled risk differs from the path. Returns whether any ridge changed.
///
/// # Errors
/// See [`retuned`].
pub(super) fn all(
    anchors: &mut [Anchor],
    task: TaskChoice,
    scoring: &Scoring,
    stop: &(dyn Fn() -> bool + Sync),
) -> Result<bool, DataError> {
    let mut is_any = false;
    for anchor in anchors.iter_mut().filter(|anchor| anchor.differs()) {
        if let Some(new) = retuned(anchor, task, scoring, stop)? {
            *anchor = new;
            is_any = true;
        }
    }
    Ok(is_any)
}

/// Interpolant of ln nλ in ln n through the ridges of points on the path.
pub(super) fn along<'a>(points: impl Iterator<Item = &'a PathPoint>) -> Interpolant {
    let points = points.filter(|point| point.ridge.is_finite()).map(|point| {
        let n = point.samples;
        (n.ln(), (n * (point.ridge.max(0.0) + NEGLIGIBLE)).ln())
    });
    Interpolant::new(&points.collect::<Vec<_>>())
}

/// λ at n samples from an interpolant of ln nλ.
pub(super) fn ridge_at(ridges: &Interpolant, samples: f64) -> Option<f64> {
    Some((ridges.at(samples.ln())?.exp() / samples - NEGLIGIBLE).max(0.0))
}
