//! Curves along the sample ratio in which each solve starts where its neighbours point.

use super::super::sweep::Poll;
use super::super::{Risk, SampleRatio, TheoryError};

/// The risk at every sample ratio by `at`, which takes a guess of the effective ridge that `kappa` reads off a risk.
pub(super) fn neighbours(
    ratios: &[SampleRatio],
    stop: &(dyn Fn() -> bool + Sync),
    at: impl Fn(SampleRatio, Option<f64>) -> Option<Risk>,
    kappa: impl Fn(&Risk) -> Option<f64>,
) -> Result<Vec<Option<Risk>>, TheoryError> {
    let mut poll = Poll::new(stop);
    let mut last: Vec<(f64, f64)> = Vec::with_capacity(4);
    let mut points = Vec::with_capacity(ratios.len());
    for &ratio in ratios {
        poll.check()?;
        let risk = at(ratio, extrapolated(&last, ratio.get()));
        match risk.as_ref().and_then(&kappa).filter(|kappa| *kappa > 0.0 && kappa.is_finite()) {
            Some(kappa) => {
                if last.len() == 4 {
                    last.remove(0);
                }
                last.push((ratio.get(), kappa.ln()));
            }
            None => last.clear(),
        }
        points.push(risk);
    }
    Ok(points)
}

/// κ at α from the polynomial through up to four neighbours (α, ln κ); `None` where they say nothing.
fn extrapolated(points: &[(f64, f64)], alpha: f64) -> Option<f64> {
    let newest = points.last()?.1;
    let mut log = 0.0;
    for (i, &(a, value)) in points.iter().enumerate() {
        let mut weight = 1.0;
        for (j, &(b, _)) in points.iter().enumerate() {
            if i != j {
                weight *= (alpha - b) / (a - b);
            }
        }
        log += weight * value;
    }
    // Near a pole ln κ falls too steeply to extrapolate, and equal neighbours have no polynomial.
    if log.is_finite() && (log - newest).abs() < 1.0 { Some(log.exp()) } else { Some(newest.exp()) }
}
