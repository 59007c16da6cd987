//! The risk of the optimal representation on tasks held out of its estimate.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::scenario::{Model, ScenarioError};
use crate::study::axis::{Axis, Window};
use crate::study::progress::Progress;

/// n/p and the risk on held-out tasks, for the representation estimated from the other tasks.
pub type LeftOut = Arc<Vec<(f64, f64)>>;

/// Whether risks on held-out tasks are defined: for the mean over measured tasks, at the noise estimated with them.
pub(super) fn is_defined(model: &Model) -> bool {
    model.is_measured_mean() && model.ensemble().is_some() && model.scenario().noise.is_none()
}

/// The risk of the optimal representation on tasks held out of its estimate, over the window.
///
/// # Errors
/// An ensemble that has no optimum at some n; [`ScenarioError::Interrupted`] once `stop` returns true.
pub(super) fn risks(
    model: &Model,
    window: Window,
    stop: &(dyn Fn() -> bool + Sync),
    report: &mut dyn FnMut(Progress),
) -> Result<Vec<(f64, f64)>, ScenarioError> {
    const POINTS: usize = 60;
    let Some(ensemble) = model.ensemble() else { return Ok(Vec::new()) };
    let (start, mut reported) = (Instant::now(), Duration::ZERO);
    let mut found = Vec::with_capacity(POINTS);
    for ratio in Axis::from(window).values(POINTS) {
        if stop() {
            return Err(ScenarioError::Interrupted);
        }
        let choice = ensemble.best(ratio * model.dimension() as f64)?;
        found.push((ratio, choice.left_out_risk));
        let elapsed = start.elapsed();
        if elapsed - reported >= Progress::INTERVAL {
            reported = elapsed;
            report(Progress::new(found.len() as f64 / POINTS as f64, elapsed));
        }
    }
    Ok(found)
}
