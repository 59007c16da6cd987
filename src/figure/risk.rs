//! Risk against n/p or any parameter: every curve, the divergences of those asked for, and the optimum's regimes.

use super::looks;
use super::picture::{Axis, Band, Figure, Mark, Panel, Plot, Trace};
use super::range::{self, Window};
use crate::chart::{Crosshair, Dash, Evidence, MarkKind, Scale};
use crate::evidence::Compared;
use crate::numbers::sig;
use crate::scenario::Featurization;
use crate::study::{Analysis, Curve, CurveId, Curves, Fixed, words};
use crate::theme::Role;
use crate::theory::Risk;
use crate::theory::divergence::{Divergence, DivergenceKind};

/// The y axis of risks.
pub const RISK: &str = "risk R";

/// What the risk plot shows beside the study's own results.
#[derive(Debug, Clone, Copy, Default)]
pub struct Asked<'a> {
    pub log: bool,
    /// An earlier curve and its name.
    pub frozen: Option<(&'a str, &'a Curve)>,
    pub measured: &'a [Compared],
    /// Whether the curve that was left out of its own estimate belongs to what is compared.
    pub left_out: bool,
    pub crosshair: Option<f64>,
}

/// The chosen curve over those it is compared with.
#[must_use]
pub fn plot(shown: &Analysis, asked: &Asked) -> Plot {
    let curves = &shown.curves;
    // Drawn last is on top: the chosen curve over those it is compared with, over what was frozen.
    let mut traces: Vec<Trace> = Vec::new();
    if let Some((name, curve)) = asked.frozen {
        traces.push(trace(curve, name, (Role::Frozen, Dash::Sparse), |r| r.risk));
    }
    for curve in curves.curves.iter().rev() {
        let id = curve.subject.id;
        traces.push(trace(curve, &curve.name, (looks::of(id), looks::dash(id)), |r| r.risk));
    }
    // The promise that holds for a task not seen, beside the one that knows its tasks.
    if let Some(points) = shown.left_out.as_ref().filter(|_| asked.left_out) {
        let at = traces.len().saturating_sub(1);
        let (name, points) = (words::LEFT_OUT.into(), points.as_ref().clone());
        traces
            .insert(at, Trace { name, role: Role::Optimal, dash: Dash::DashDot, points, poles: Vec::new() });
    }
    let chosen = curves.curves.iter().find(|c| c.subject.id == CurveId::Chosen);
    let divergences: Vec<&Divergence> = chosen.into_iter().flat_map(|c| &c.divergences).collect();
    // The optimum's regimes, where the optimum is on screen.
    let optimal = curves.curves.iter().any(|c| c.subject.id == CurveId::Optimal)
        || matches!(shown.request.scenario.featurization, Featurization::Optimal { at: None });
    let mut plot = over(curves, asked.log, traces, &divergences, optimal);
    plot.points = asked.measured.iter().map(|point| measured(point, curves.dimension)).collect();
    plot.crosshair = asked.crosshair.map(|x| Crosshair { x, curve: plot.traces.len().checked_sub(1) });
    plot
}

/// Curves by themselves, each with its divergences.
#[must_use]
pub fn figure(curves: &Curves) -> Figure {
    let looks = looks::of_kinds(curves.curves.iter().map(|c| c.subject.key()));
    let traces = curves.curves.iter().zip(looks);
    let traces = traces.map(|(c, look)| trace(c, &c.name, look, |r| r.risk)).collect();
    let divergences: Vec<&Divergence> = curves.curves.iter().flat_map(|c| &c.divergences).collect();
    let mut title = curves.scenario.name.clone();
    if curves.axis.key.is_some() {
        title += &match curves.fixed {
            Fixed::Ratio(ratio) => format!(" at n/p = {}", sig(ratio, 3)),
            Fixed::Samples(n) => format!(" at n = {}", sig(n, 3)),
        };
    }
    Figure::of(title, Panel::Plot(over(curves, true, traces, &divergences, true)))
}

/// Traces over the curves' axis with their range, divergences, the optimum's regimes if asked for, and a mark for what
/// lies beyond the range.
fn over(curves: &Curves, log: bool, traces: Vec<Trace>, divergences: &[&Divergence], regimes: bool) -> Plot {
    let x = Axis::of(&curves.axis, curves.dimension);
    let window = window(curves);
    let peaks = divergences.iter().filter(|d| window.contains(d.sample_ratio)).map(|d| d.risk);
    let scale = if log { Scale::Log } else { Scale::Linear };
    let ends = range::of(&traces, window, peaks, (scale, false));
    let mut marks: Vec<Mark> = Vec::new();
    for d in divergences {
        let mark = self::mark(d, curves.dimension);
        // Several curves may share a pole.
        if !marks.iter().any(|m| m.kind == mark.kind && same(m.x, mark.x)) {
            marks.push(mark);
        }
    }
    let mut bands = Vec::new();
    if regimes {
        let jump = |x, y| Mark { kind: MarkKind::Transition, x, y, label: String::new() };
        marks.extend(curves.transitions.iter().map(|t| jump(t.at, t.risk)));
        bands.extend(curves.stretches.iter().map(|s| Band {
            from: s.from,
            to: s.to,
            name: words::stretch(s, curves.dimension),
            role: looks::regime(s.regime),
        }));
    }
    marks.extend(beyond(&traces, window, ends.1, &marks));
    Plot { marks, traces, bands, ..Plot::new(x, Axis::new(RISK, ends, log)) }
}

fn same(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * a.abs().max(b.abs())
}

/// A divergence with its words.
#[must_use]
pub fn mark(divergence: &Divergence, dimension: usize) -> Mark {
    Mark {
        kind: match divergence.kind {
            DivergenceKind::Pole => MarkKind::Pole,
            DivergenceKind::Near => MarkKind::Near,
        },
        x: divergence.sample_ratio,
        y: divergence.risk,
        label: words::mark(divergence, dimension),
    }
}

/// For every curve that leaves the top without a pole, where it is highest and how high that is.
#[must_use]
pub fn beyond(traces: &[Trace], window: Window, top: f64, marks: &[Mark]) -> Vec<Mark> {
    let mut found: Vec<Mark> = Vec::new();
    for trace in traces {
        let value = |i: usize| trace.points.get(i).map_or(f64::NEG_INFINITY, |p| p.1);
        // On the flank of a pole the next point is higher: that is the pole's mark to tell.
        let tops = (0..trace.points.len()).filter(|&i| {
            let beside = [i.checked_sub(1).map_or(f64::NEG_INFINITY, value), value(i + 1)];
            value(i).is_finite() && beside.iter().all(|v| v.is_nan() || *v <= value(i))
        });
        let highest = tops
            .filter_map(|i| trace.points.get(i))
            .filter(|p| window.contains(p.0) && !window.is_beside(p.0, &trace.poles))
            .max_by(|a, b| a.1.total_cmp(&b.1))
            .filter(|p| p.1 > top * 1.001);
        let Some(&(x, y)) = highest else { continue };
        let near = |m: &Mark| window.is_beside(m.x, &[x]) && (m.kind != MarkKind::Transition);
        if !marks.iter().chain(&found).any(near) {
            found.push(Mark { kind: MarkKind::Beyond, x, y, label: sig(y, 3) });
        }
    }
    found
}

/// A curve's values (NaN where there is none) and its poles.
#[must_use]
pub fn trace(curve: &Curve, name: &str, (role, dash): (Role, Dash), value: fn(&Risk) -> f64) -> Trace {
    let values = curve.points.iter().map(|point| point.risk.as_ref().map_or(f64::NAN, value));
    Trace {
        name: name.into(),
        role,
        dash,
        points: curve.xs.iter().copied().zip(values).collect(),
        poles: curve.poles().collect(),
    }
}

/// The window of curves.
#[must_use]
pub fn window(curves: &Curves) -> Window {
    Window { from: curves.axis.from, to: curves.axis.to, log: curves.axis.log }
}

/// The measured risk of one point; the median beside the mean where that is heavy-tailed.
#[must_use]
pub fn measured(point: &Compared, dimension: usize) -> Evidence {
    Evidence {
        x: point.samples / dimension as f64,
        mean: point.measured.mean,
        error: point.measured.standard_error,
        median: point.near_pole().then_some(point.measured.median),
    }
}
