//! Evaluation of curves in which each solve starts from an extrapolation of its neighbours.

use super::super::sweep::Poll;
use super::super::{Risk, TheoryError};

/// The risk at every point (a sample ratio, a width) with coordinate `along`, evaluated by `at`, which takes a guess
/// of the effective ridge that `kappa` extracts from a risk.
pub(super) fn neighbours<T: Copy>(
    points: &[T],
    stop: &(dyn Fn() -> bool + Sync),
    along: impl Fn(T) -> f64,
    at: impl Fn(T, Option<f64>) -> Option<Risk>,
    kappa: impl Fn(&Risk) -> Option<f64>,
) -> Result<Vec<Option<Risk>>, TheoryError> {
    let mut poll = Poll::new(stop);
    let mut last: Vec<(f64, f64)> = Vec::with_capacity(4);
    let mut risks = Vec::with_capacity(points.len());
    for &point in points {
        poll.check()?;
        let place = along(point);
        let risk = at(point, extrapolated(&last, place));
        match risk.as_ref().and_then(&kappa).filter(|kappa| *kappa > 0.0 && kappa.is_finite()) {
            Some(kappa) => {
                if last.len() == 4 {
                    last.remove(0);
                }
                last.push((place, kappa.ln()));
            }
            None => last.clear(),
        }
        risks.push(risk);
    }
    Ok(risks)
}

/// κ at `place` from the polynomial through up to four neighbours (place, ln κ); `None` without neighbours.
fn extrapolated(points: &[(f64, f64)], place: f64) -> Option<f64> {
    let newest = points.last()?.1;
    let mut log = 0.0;
    for (i, &(a, value)) in points.iter().enumerate() {
        let mut weight = 1.0;
        for (j, &(b, _)) in points.iter().enumerate() {
            if i != j {
                weight *= (place - b) / (a - b);
            }
        }
        log += weight * value;
    }
    // Near a pole ln κ is too steep to extrapolate, and coinciding neighbours have no interpolating polynomial.
    if log.is_finite() && (log - newest).abs() < 1.0 { Some(log.exp()) } else { Some(newest.exp()) }
}
