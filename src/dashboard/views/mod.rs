//! One small file a view, and what they share: axes and curves as the chart takes them.

pub mod data;
pub mod phase;
pub mod risk;
pub mod selection;
pub mod variance;

use super::state::State;
use super::theme::Role;
use super::widgets::{Axis, Evidence};
use crate::engine::analysis::{Curve, Window};
use crate::evidence::Compared;
use crate::theory::divergence::DivergenceKind as Kind;
use crate::theory::{Regime, Risk};

/// A curve's plotted values (NaN where there is none) and its poles.
struct Trace {
    points: Vec<(f64, f64)>,
    poles: Vec<f64>,
}

fn trace(curve: &Curve, value: impl Fn(&Risk) -> f64) -> Trace {
    let points = curve
        .ratios
        .iter()
        .zip(&curve.points)
        .map(|(&x, point)| (x, point.as_ref().map_or(f64::NAN, &value)))
        .collect();
    let poles = curve.divergences.iter().filter(|d| d.kind == Kind::Pole).map(|d| d.sample_ratio).collect();
    Trace { points, poles }
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
    match regime {
        Regime::Soft => ("soft", Role::Soft),
        Regime::Hard => ("hard", Role::Hard),
        Regime::Null => ("null", Role::Null),
    }
}

/// A range that shows every curve's valleys and the finite peaks, but is not ruled by what lies next to a pole.
/// It moves in steps, so that the axis stands still while a slider moves.
fn value_range(traces: &[&Trace], window: Window, peaks: impl Iterator<Item = f64>, log: bool) -> (f64, f64) {
    // Next to a pole everything is large: that is what the pole's mark says.
    let width = |a: f64, b: f64| if window.log { (b / a).ln().abs() } else { (b - a).abs() };
    let near = 0.05 * width(window.from, window.to);
    let mut body: Vec<f64> = traces
        .iter()
        .flat_map(|t| t.points.iter().filter(|p| t.poles.iter().all(|pole| width(*pole, p.0) > near)))
        .filter(|p| (window.from..=window.to).contains(&p.0) && p.1.is_finite() && (!log || p.1 > 0.0))
        .map(|p| p.1)
        .collect();
    body.sort_by(f64::total_cmp);
    let (Some(&low), Some(&most)) = (body.first(), body.last()) else {
        return if log { (0.1, 10.0) } else { (0.0, 1.0) };
    };
    let median = body.get(body.len() / 2).copied().unwrap_or(most);
    let pole = traces.iter().any(|t| t.poles.iter().any(|p| (window.from..=window.to).contains(p)));
    let peak = peaks.filter(|p| p.is_finite()).fold(0.0_f64, f64::max).min(median * 300.0);
    if log {
        let high = most.min(median * 100.0).max(peak * 1.2).max(if pole { median * 10.0 } else { 0.0 });
        // Thirds of a decade, near 1, 2 and 5.
        let step = |v: f64, up: bool| {
            let thirds = v.log10() * 3.0;
            10.0_f64.powf(if up { (thirds + 1e-9).ceil() } else { (thirds - 1e-9).floor() } / 3.0)
        };
        let low = step(low, false);
        (low, step(high, true).max(low * 4.0))
    } else {
        let high = most.min(median * 4.0).max(peak * 1.2).max(if pole { median * 3.0 } else { 0.0 });
        let unit = 10.0_f64.powf(high.log10().floor());
        (0.0, (high / unit * 2.0).ceil() / 2.0 * unit)
    }
}
