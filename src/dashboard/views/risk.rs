//! Risk against n/p: the chosen featurization, those it is compared with, and where it diverges.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::{Trace, evidence, measured_risk, ratio_axis, regime, trace, value_range};
use crate::chart::numbers::sig;
use crate::chart::{Axis, Band, Chart, Crosshair, Curve, Dash, Mark, MarkKind};
use crate::dashboard::hit::Plot;
use crate::dashboard::roles;
use crate::dashboard::state::State;
use crate::scenario::Featurization;
use crate::study::{CurveId, Regimes, Window};
use crate::theme::Role;
use crate::theory::Regime;
use crate::theory::divergence::DivergenceKind as Kind;

/// The curve of the optimal representation judged by tasks left out of its estimate.
pub const LEFT_OUT: &str = "optimal, left out";

pub fn draw(frame: &mut Frame, state: &State, area: Rect) -> Option<Plot> {
    let shown = state.shown.as_ref()?;
    let window = state.display.window;
    // Drawn last is on top: the chosen curve over those it is compared with, over what was frozen.
    let mut traces: Vec<(&str, Role, Dash, Trace)> = Vec::new();
    if let Some(frozen) = &state.frozen {
        traces.push((&frozen.label, Role::Frozen, Dash::Sparse, trace(&frozen.curve, |r| r.risk)));
    }
    for curve in shown.curves.curves.iter().rev() {
        traces.push((&curve.name, roles::of(curve.id), roles::dash(curve.id), trace(curve, |r| r.risk)));
    }
    // The promise that holds for a task not seen, beside the one that knows its tasks.
    if let Some(points) =
        shown.left_out.as_ref().filter(|_| state.display.compared.contains(&CurveId::Optimal))
    {
        let points = points.as_ref().clone();
        let at = traces.len().saturating_sub(1);
        traces.insert(at, (LEFT_OUT, Role::Optimal, Dash::DashDot, Trace { points, poles: Vec::new() }));
    }
    let chosen = shown.curves.curves.iter().find(|c| c.id == CurveId::Chosen);
    let peaks: Vec<f64> = chosen
        .into_iter()
        .flat_map(|c| c.divergences.iter())
        .filter(|d| (window.from..=window.to).contains(&d.sample_ratio))
        .map(|d| d.risk)
        .collect();
    let all: Vec<&Trace> = traces.iter().map(|t| &t.3).collect();
    let (low, high) = value_range(&all, window, peaks.into_iter(), state.display.log_risk);
    let y = if state.display.log_risk {
        Axis::log(low, high, "risk R")
    } else {
        Axis::linear(low, high, "risk R")
    };

    let curves: Vec<Curve> = traces
        .iter()
        .map(|(name, role, dash, t)| Curve::new(name, &t.points, *role, *dash).with_breaks(&t.poles))
        .collect();
    let dimension = shown.model.dimension();
    let labels: Vec<(MarkKind, f64, f64, String)> = chosen
        .into_iter()
        .flat_map(|c| c.divergences.iter())
        .map(|d| match d.kind {
            Kind::Pole => {
                let n = d.sample_ratio * dimension as f64;
                (MarkKind::Pole, d.sample_ratio, d.risk, format!("pole n = {n:.0}"))
            }
            Kind::Near => {
                let used = (d.block.used * dimension as f64).round();
                let label = state.text(&format!("{} · {used:.0} directions used up", sig(d.risk, 3)));
                (MarkKind::Near, d.sample_ratio, d.risk, label)
            }
        })
        .collect();
    // The optimum's regimes, where the optimum is on screen.
    let optimal = shown.curves.curves.iter().any(|c| c.id == CurveId::Optimal)
        || matches!(shown.request.scenario.featurization, Featurization::Optimal { at: None });
    let regimes = shown.curves.regimes.as_ref().filter(|_| optimal);
    let stretches: Vec<(f64, f64, String, Role)> =
        regimes.map(|r| stretches(state, r, window, dimension)).unwrap_or_default();
    let bands: Vec<Band> = stretches
        .iter()
        .map(|(from, to, name, role)| Band { from: *from, to: *to, name, role: *role })
        .collect();
    let jumps = regimes.into_iter().flat_map(|r| &r.transitions);
    let jumps = jumps.map(|t| (MarkKind::Transition, t.at, t.risk, String::new()));
    let labels: Vec<_> = labels.into_iter().chain(jumps).collect();
    let marks: Vec<Mark> =
        labels.iter().map(|(kind, x, y, label)| Mark { kind: *kind, x: *x, y: *y, label }).collect();
    let points: Vec<_> = evidence(state).iter().map(|point| measured_risk(point, dimension)).collect();
    let crosshair = Crosshair { x: state.crosshair, curve: curves.len().checked_sub(1) };
    let chart = Chart {
        curves: &curves,
        marks: &marks,
        bands: &bands,
        points: &points,
        crosshair: Some(crosshair),
        glyphs: state.glyphs(),
        ..Chart::new(ratio_axis(window), y, &state.theme)
    };
    frame.render_widget(chart, area);
    Some(Plot::new(area, chart.x, chart.y, None))
}

/// The window cut at the transitions, each stretch with its regime; hard selection with what it keeps from the first
/// n of the stretch to the last.
fn stretches(
    state: &State,
    regimes: &Regimes,
    window: Window,
    dimension: usize,
) -> Vec<(f64, f64, String, Role)> {
    let mut all = Vec::new();
    let mut from = window.from;
    let mut now = (regimes.first.regime, regimes.first.kept_fraction);
    let count = |share: f64| format!("{:.0}", share * dimension as f64);
    let mut push = |from: f64, to: f64, at: Regime, kept: (f64, f64)| {
        let (name, role) = regime(at);
        let name = match (count(kept.0), count(kept.1)) {
            _ if at != Regime::Hard => name.to_owned(),
            (first, last) if first == last => format!("hard · keep {first}"),
            (first, last) => format!("hard · keep {first}–{last}"),
        };
        all.push((from, to, state.text(&name), role));
    };
    for t in &regimes.transitions {
        push(from, t.at, now.0, (now.1, t.kept_before));
        from = t.at;
        now = (t.to, t.kept_after);
    }
    push(from, window.to, now.0, (now.1, regimes.last.kept_fraction));
    all
}
