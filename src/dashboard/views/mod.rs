//! One small file a view, and what they share: axes and curves as the chart takes them.

pub mod data;
pub mod phase;
pub mod risk;
pub mod selection;
pub mod variance;

use super::state::State;
use super::theme::Role;
use super::widgets::{Axis, Glyphs};
use crate::engine::analysis::{Curve, Window};
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

fn glyphs(state: &State) -> Glyphs {
    if state.ascii { Glyphs::Ascii } else { Glyphs::Braille }
}

/// A regime's name and colour.
const fn regime(regime: Regime) -> (&'static str, Role) {
    match regime {
        Regime::Soft => ("soft", Role::Soft),
        Regime::Hard => ("hard", Role::Hard),
        Regime::Null => ("null", Role::Null),
    }
}

/// A range that shows every curve's valleys and its finite peaks, but is not ruled by what lies next to a pole.
fn value_range(values: impl Iterator<Item = f64>, peaks: impl Iterator<Item = f64>, log: bool) -> (f64, f64) {
    let mut finite: Vec<f64> = values.filter(|v| v.is_finite() && (!log || *v > 0.0)).collect();
    if finite.is_empty() {
        return if log { (0.1, 10.0) } else { (0.0, 1.0) };
    }
    finite.sort_by(f64::total_cmp);
    let at = |share: f64| {
        let index = ((finite.len() - 1) as f64 * share) as usize;
        finite.get(index).copied().unwrap_or(1.0)
    };
    let low = at(0.0);
    let peak = peaks.filter(|p| p.is_finite()).fold(0.0_f64, f64::max);
    let high = (at(0.5) * 4.0).min(at(1.0)).max(at(0.9)).max(peak * 1.3);
    if log {
        // Whole halves of a decade keep the axis still while a slider moves.
        let step = |v: f64, up: bool| {
            let halves = v.log10() * 2.0;
            10.0_f64.powf(if up { (halves + 1e-9).ceil() } else { (halves - 1e-9).floor() } / 2.0)
        };
        let (low, high) = (step(low, false), step(high, true));
        (low, high.max(low * 10.0))
    } else {
        let unit = 10.0_f64.powf(high.log10().floor());
        (0.0, (high / unit * 2.0).ceil() / 2.0 * unit)
    }
}
