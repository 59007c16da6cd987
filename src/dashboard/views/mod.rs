//! One small file a view, and what they share: axes and curves as the chart takes them.

pub mod data;
pub mod phase;
pub mod risk;
pub mod selection;
pub mod variance;

use super::roles;
use super::state::State;
use crate::chart::{Axis, Evidence};
use crate::evidence::Compared;
use crate::report::range::{self, Line};
use crate::study::{Curve, Window, words};
use crate::theme::Role;
use crate::theory::{Regime, Risk};

/// A curve's plotted values (NaN where there is none) and its poles.
struct Trace {
    points: Vec<(f64, f64)>,
    poles: Vec<f64>,
}

fn trace(curve: &Curve, value: impl Fn(&Risk) -> f64) -> Trace {
    let points = curve
        .xs
        .iter()
        .zip(&curve.points)
        .map(|(&x, point)| (x, point.risk.as_ref().map_or(f64::NAN, &value)))
        .collect();
    Trace { points, poles: curve.poles().collect() }
}

fn ratio_axis(window: Window) -> Axis<'static> {
    if window.log {
        Axis::log(window.from, window.to, "n/p")
    } else {
        Axis::linear(window.from, window.to, "n/p")
    }
}

/// The points measured so far.
fn evidence(state: &State) -> &[Compared] {
    state.measurement.as_ref().and_then(|m| m.shown.as_ref()).map_or(&[], |m| m.points.as_slice())
}

/// The measured risk of one point; the median beside the mean where that is heavy-tailed.
fn measured_risk(point: &Compared, dimension: usize) -> Evidence {
    Evidence {
        x: point.samples / dimension as f64,
        mean: point.measured.mean,
        error: point.measured.standard_error,
        median: point.near_pole().then_some(point.measured.median),
    }
}

/// A regime's name and colour.
const fn regime(regime: Regime) -> (&'static str, Role) {
    (words::regime(regime), roles::regime(regime))
}

/// The range of the risk axis for these curves.
fn value_range(traces: &[&Trace], window: Window, peaks: impl Iterator<Item = f64>, log: bool) -> (f64, f64) {
    let lines: Vec<Line> = traces.iter().map(|t| Line { points: &t.points, poles: &t.poles }).collect();
    range::of(&lines, (window.from, window.to, window.log), peaks, log)
}
