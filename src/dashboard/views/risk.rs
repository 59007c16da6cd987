//! Risk against n/p: the chosen featurization, those it is compared with, and where it diverges.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::{Trace, evidence, measured_risk, ratio_axis, trace, value_range};
use crate::chart::{Axis, Band, Chart, Crosshair, Curve, Dash, Mark, MarkKind};
use crate::dashboard::hit::Plot;
use crate::dashboard::roles;
use crate::dashboard::state::State;
use crate::scenario::Featurization;
use crate::study::words::{self, LEFT_OUT};
use crate::study::{CurveId, Stretch};
use crate::theme::Role;
use crate::theory::divergence::DivergenceKind as Kind;

pub fn draw(frame: &mut Frame, state: &State, area: Rect) -> Option<Plot> {
    let shown = state.shown.as_ref()?;
    let window = state.display.window;
    // Drawn last is on top: the chosen curve over those it is compared with, over what was frozen.
    let mut traces: Vec<(&str, Role, Dash, Trace)> = Vec::new();
    if let Some(frozen) = &state.frozen {
        traces.push((&frozen.label, Role::Frozen, Dash::Sparse, trace(&frozen.curve, |r| r.risk)));
    }
    for curve in shown.curves.curves.iter().rev() {
        let id = curve.subject.id;
        // What knows the tasks it is judged on is no promise: its name says so, and it stands back.
        let role = if curve.in_sample { Role::Dim } else { roles::of(id) };
        traces.push((&curve.name, role, roles::dash(id), trace(curve, |r| r.risk)));
    }
    // The promise that holds for a task not seen.
    if let Some(points) = shown.left_out.as_ref() {
        let points = points.as_ref().clone();
        let at = traces.len().saturating_sub(1);
        traces.insert(at, (LEFT_OUT, Role::Optimal, Dash::DashDot, Trace { points, poles: Vec::new() }));
    }
    let chosen = shown.curves.curves.iter().find(|c| c.subject.id == CurveId::Chosen);
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
        .map(|d| {
            let kind = if d.kind == Kind::Pole { MarkKind::Pole } else { MarkKind::Near };
            (kind, d.sample_ratio, d.risk, state.text(&words::mark(d, dimension)))
        })
        .collect();
    // The optimum's regimes, where the optimum is on screen.
    let optimal = shown.curves.curves.iter().any(|c| c.subject.id == CurveId::Optimal)
        || matches!(shown.request.scenario.featurization, Featurization::Optimal { at: None });
    let stretches: &[Stretch] = if optimal { &shown.curves.stretches } else { &[] };
    let names: Vec<String> = stretches.iter().map(|s| state.text(&words::stretch(s, dimension))).collect();
    let bands: Vec<Band> = stretches
        .iter()
        .zip(&names)
        .map(|(s, name)| Band { from: s.from, to: s.to, name, role: roles::regime(s.regime) })
        .collect();
    let jumps = shown.curves.transitions.iter().filter(|_| optimal);
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
