//! Risk against n/p or any parameter: the requested curves with their divergences, and the optimum's regimes.

use super::line_styles;
use super::picture::{Axis, Band, Figure, Mark, Panel, Plot, Trace};
use super::range::{self, Window};
use crate::chart::{Crosshair, Dash, Evidence, MarkKind, Scale};
use crate::evidence::Compared;
use crate::numbers::{samples, sig};
use crate::scenario::{Featurization, Metric, RiskPoint};
use crate::study::probes::Probe;
use crate::study::{Analysis, Curve, CurveId, Curves, SampleSize, Variable, measurement, words};
use crate::theme::Role;
use crate::theory::Risk;
use crate::theory::divergence::{Extremum, ExtremumKind};

/// The y axis of risks.
pub const RISK: &str = "risk R";

/// Label of the risk axis under a distribution shift.
pub const TEST_RISK: &str = "test risk R";

/// The y axis of a metric.
pub(super) const fn axis(metric: Metric) -> &'static str {
    match metric {
        Metric::Risk => RISK,
        _ => metric.name(),
    }
}

/// Options of the risk plot.
#[derive(Debug, Clone, Copy, Default)]
pub struct PlotOptions<'a> {
    pub log: bool,
    /// The n/p axis is labelled in n.
    pub samples: bool,
    /// The encoder to which the curves belong, if there are several.
    pub of: Option<&'a str>,
    /// Frozen curves and their names.
    pub frozen: &'a [(&'a str, &'a Curve)],
    /// The second crosshair.
    pub pin: Option<f64>,
    pub measured: &'a [Compared],
    /// Logistic regression on subsamples of the rows in focus.
    pub logistic: &'a [Probe],
    /// Measured points of the encoders not in focus.
    pub beside: &'a [measurement::EncoderPoints],
    /// Whether to include the risk on held-out tasks.
    pub left_out: bool,
    pub crosshair: Option<f64>,
    /// Target value of the metric.
    pub target: Option<f64>,
    /// Position at which the target is reached, with the label of its mark.
    pub reached: Option<(f64, &'a str)>,
}

/// Adds logistic regression as a curve with error bars; nothing unless the metric is accuracy or AUC. `dimension` is the
/// number of samples of one unit of the x axis.
pub(super) fn logistic(plot: &mut Plot, options: &PlotOptions, dimension: usize, metric: Metric) {
    let found = options.logistic.iter().filter_map(|probe| Some((probe.samples, probe.scores.at(metric)?)));
    let points: Vec<Evidence> = found
        .map(|(samples, of)| Evidence {
            x: samples as f64 / dimension as f64,
            mean: of.mean,
            error: of.standard_error,
            median: None,
            role: Role::Evidence,
        })
        .collect();
    if points.is_empty() {
        return;
    }
    let line = points.iter().map(|point| (point.x, point.mean)).collect();
    plot.traces.insert(0, Trace::new(words::LOGISTIC, line, (Role::Evidence, Dash::Dotted)));
    if let Some(curve) = plot.crosshair.as_mut().and_then(|crosshair| crosshair.curve.as_mut()) {
        *curve += 1;
    }
    plot.points.extend(points);
}

/// Adds a horizontal line at the target with a mark where it is reached; extends the y axis to include it.
pub(super) fn target(plot: &mut Plot, options: &PlotOptions) {
    let Some(value) = options.target.filter(|value| value.is_finite() && *value > 0.0) else { return };
    let apart = if plot.y.scale == Scale::Log { 1.25 } else { 1.0 };
    plot.y.from = plot.y.from.min(value / apart);
    plot.y.to = plot.y.to.max(value * apart);
    let points = vec![(plot.x.from, value), (plot.x.to, value)];
    plot.traces
        .insert(0, Trace::new(format!("target {}", sig(value, 3)), points, (Role::Accent, Dash::Short)));
    if let Some(curve) = plot.crosshair.as_mut().and_then(|crosshair| crosshair.curve.as_mut()) {
        *curve += 1;
    }
    let mark =
        options.reached.map(|(x, label)| Mark { kind: MarkKind::Target, x, y: value, label: label.into() });
    plot.marks.extend(mark);
}

/// The chosen curve with those it is compared with.
#[must_use]
pub fn plot(shown: &Analysis, options: &PlotOptions) -> Plot {
    let curves = &shown.curves;
    let metric = shown.request.metric;
    // Later curves are drawn on top: frozen ones first, then compared ones, the chosen curve last.
    let mut traces: Vec<Trace> = Vec::new();
    traces.extend(frozen(options.frozen, metric));
    for curve in curves.curves.iter().rev() {
        let id = curve.spec.id;
        let name = options.of.map_or_else(|| curve.name.clone(), |of| format!("{of} · {}", curve.name));
        let mut trace = of_metric(
            curve,
            &name,
            line_styles::under(&curves.scenario, id, &curve.spec.featurization),
            metric,
        );
        // One band only, since overlapping bands are illegible.
        if id == CurveId::Chosen {
            (trace.band, trace.strong) = (band(curve, metric), true);
        }
        traces.push(trace);
    }
    // The risk on held-out tasks, for comparison with the in-sample curve.
    if let Some(points) = shown.left_out.as_ref().filter(|_| options.left_out && metric == Metric::Risk) {
        let at = traces.len().saturating_sub(1);
        traces.insert(at, Trace::new(words::LEFT_OUT, points.as_ref().clone(), line_styles::LEFT_OUT));
    }
    let chosen = curves.curves.iter().find(|c| c.spec.id == CurveId::Chosen);
    let flagged = |c: &&Curve| matches!(c.spec.id, CurveId::Chosen | CurveId::LeastSquares);
    let diverging = curves.curves.iter().filter(flagged).filter(|_| metric == Metric::Risk);
    let extrema: Vec<&Extremum> = diverging.flat_map(|c| &c.extrema).collect();
    // The optimum's regimes, if the optimum is on screen.
    let optimal = curves.curves.iter().any(|c| c.spec.id == CurveId::Optimal)
        || matches!(shown.request.scenario.featurization, Featurization::Optimal { at: None });
    let x = x_axis(curves, options.samples);
    let mut plot = over(curves, x, (metric, options.log), traces, &extrema, optimal);
    plot.marks.extend(pin(options.pin, curves));
    plot.marks.extend(chosen.and_then(|curve| end(curve, metric)));
    plot.points =
        options.measured.iter().filter_map(|point| measured(point, curves.dimension, metric)).collect();
    plot.crosshair = options.crosshair.map(|x| Crosshair { x, curve: plot.traces.len().checked_sub(1) });
    logistic(&mut plot, options, curves.dimension, metric);
    target(&mut plot, options);
    plot
}

/// Curves as a figure, each with its divergences.
#[must_use]
pub fn figure(curves: &Curves) -> Figure {
    let line_styles = line_styles::of_subjects(curves.curves.iter().map(|c| &c.spec));
    let metric = curves.metric;
    let alone = curves.curves.len() == 1;
    let traces = curves.curves.iter().zip(line_styles).map(|(curve, style)| {
        let band = if alone { band(curve, metric) } else { Vec::new() };
        Trace { band, ..of_metric(curve, &curve.name, style, metric) }
    });
    let traces = traces.collect();
    let diverging = curves.curves.iter().filter(|_| metric == Metric::Risk);
    let extrema: Vec<&Extremum> = diverging.flat_map(|c| &c.extrema).collect();
    let mut title = curves.scenario.name.clone();
    if curves.axis.variable != Variable::SampleRatio {
        title += &match curves.fixed {
            SampleSize::Ratio(ratio) => format!(" at n/p = {}", sig(ratio, 3)),
            SampleSize::Count(n) => format!(" at n = {}", sig(n, 3)),
        };
    }
    let x = x_axis(curves, curves.scenario.data.is_some());
    let mut plot = over(curves, x, (metric, true), traces, &extrema, true);
    plot.marks.extend(curves.curves.iter().filter_map(|curve| end(curve, metric)));
    Figure::of(title, Panel::Plot(plot))
}

/// Traces over the curves' axis with their range, divergences, the optimum's regimes if requested, and a mark for each
/// maximum beyond the range.
pub(super) fn over(
    curves: &Curves,
    x: Axis,
    (metric, log): (Metric, bool),
    traces: Vec<Trace>,
    extrema: &[&Extremum],
    regimes: bool,
) -> Plot {
    // Only the risk has a logarithmic axis; the optimum's regimes are those of the risk.
    let (log, regimes) = (log && metric == Metric::Risk, regimes && metric == Metric::Risk);
    let window = window(curves);
    let peaks = extrema.iter().filter(|d| d.kind != ExtremumKind::Minimum && window.contains(d.at));
    let peaks = peaks.map(|d| d.risk);
    let scale = if log { Scale::Log } else { Scale::Linear };
    let ends = if metric.is_of_classes() {
        range::share(&traces, window)
    } else {
        range::of(&traces, window, peaks, (scale, false))
    };
    let mut marks: Vec<Mark> = Vec::new();
    for extremum in extrema {
        let mark = self::mark(extremum, curves);
        // Several curves may share a pole.
        if !marks.iter().any(|m| m.kind == mark.kind && same(m.x, mark.x)) {
            marks.push(mark);
        }
    }
    let mut bands = Vec::new();
    let standing = words::OptimumStatus::of(curves.scenario.ridge);
    if regimes && standing != words::OptimumStatus::Tuned {
        let now = standing == words::OptimumStatus::Optimum;
        let jump = |x, y| Mark { kind: MarkKind::Transition, x, y, label: String::new() };
        marks.extend(curves.transitions.iter().map(|t| jump(t.at, t.risk)));
        bands.extend(curves.regimes.iter().map(|s| Band {
            from: s.from,
            to: s.to,
            name: words::regime_interval(s, curves.dimension) + if now { "" } else { " (λ = 0)" },
            role: if now { line_styles::regime(s.regime) } else { Role::Dim },
        }));
    }
    marks.extend(beyond(&traces, window, ends.1, &marks));
    let label = match metric {
        Metric::Risk if curves.scenario.is_shifted() => TEST_RISK,
        _ => axis(metric),
    };
    Plot { marks, traces, bands, ..Plot::new(x, Axis::new(label, ends, log)) }
}

/// The x axis of curves; n/p labelled in n if `samples`.
pub(super) fn x_axis(curves: &Curves, samples: bool) -> Axis {
    Axis::of(&curves.axis, curves.dimension, samples)
}

/// Frozen curves, each with another dash pattern.
pub(super) fn frozen<'a>(
    kept: &'a [(&'a str, &'a Curve)],
    metric: Metric,
) -> impl Iterator<Item = Trace> + 'a {
    let of = move |(i, (name, curve)): (usize, &(&str, &Curve))| {
        of_metric(curve, name, (Role::Frozen, line_styles::frozen(i)), metric)
    };
    kept.iter().enumerate().map(of)
}

/// Mark of the second crosshair, if the axis is n/p.
pub(super) fn pin(at: Option<f64>, curves: &Curves) -> Option<Mark> {
    let x = at.filter(|_| curves.axis.variable == Variable::SampleRatio)?;
    let label = format!("n = {}", samples(x * curves.dimension as f64));
    Some(Mark { kind: MarkKind::Pin, x, y: f64::INFINITY, label })
}

/// Mark at the end of a curve inside the window, beyond which the labels are too few.
fn end(curve: &Curve, metric: Metric) -> Option<Mark> {
    let known = |point: &RiskPoint| point.value(metric).filter(|v| v.is_finite());
    let last = curve.points.iter().rposition(|point| known(point).is_some())?;
    curve.points.get(last + 1)?.shown?;
    Some(Mark {
        kind: MarkKind::End,
        x: *curve.xs.get(last)?,
        y: known(curve.points.get(last)?)?,
        label: words::TOO_FEW_LABELS.into(),
    })
}

/// Confidence band of a curve of real rows; empty for others.
fn band(curve: &Curve, metric: Metric) -> Vec<(f64, f64)> {
    if curve.points.iter().all(|point| point.shown.is_none()) {
        return Vec::new();
    }
    let of = |point: &RiskPoint| {
        point.estimate(metric).map_or((f64::NAN, f64::NAN), |estimate| metric.band(estimate))
    };
    curve.points.iter().map(of).collect()
}

/// A metric along a curve; poles are those of the risk.
pub(super) fn of_metric(curve: &Curve, name: &str, style: (Role, Dash), metric: Metric) -> Trace {
    if metric == Metric::Risk {
        return trace(curve, name, style, |r| r.risk);
    }
    let values = curve.points.iter().map(|point| point.value(metric).unwrap_or(f64::NAN));
    Trace::new(name, curve.xs.iter().copied().zip(values).collect(), style)
}

fn same(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * a.abs().max(b.abs())
}

/// The mark of an extremum, with its label.
#[must_use]
pub fn mark(extremum: &Extremum, curves: &Curves) -> Mark {
    let label = words::mark(extremum, &curves.axis, curves.dimension);
    Mark { kind: mark_kind(extremum.kind), x: extremum.at, y: extremum.risk, label }
}

/// Kind of mark for an extremum.
#[must_use]
pub const fn mark_kind(kind: ExtremumKind) -> MarkKind {
    match kind {
        ExtremumKind::Pole => MarkKind::Pole,
        ExtremumKind::Peak => MarkKind::Near,
        ExtremumKind::Minimum => MarkKind::Least,
    }
}

/// For every curve that leaves the plot at the top without a pole: the position and height of its maximum.
#[must_use]
pub fn beyond(traces: &[Trace], window: Window, top: f64, marks: &[Mark]) -> Vec<Mark> {
    let mut found: Vec<Mark> = Vec::new();
    for trace in traces {
        let value = |i: usize| trace.points.get(i).map_or(f64::NEG_INFINITY, |p| p.1);
        // On the flank of a pole the next point is higher; the mark of the pole indicates that.
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
        let near = |m: &Mark| {
            window.is_beside(m.x, &[x])
                && !matches!(m.kind, MarkKind::Transition | MarkKind::Crossing | MarkKind::Pin)
        };
        if !marks.iter().chain(&found).any(near) {
            found.push(Mark {
                kind: MarkKind::Beyond,
                x,
                y,
                label: format!("{}: {}", trace.name, sig(y, 3)),
            });
        }
    }
    found
}

/// A curve's values (NaN where there is none) and its poles.
#[must_use]
pub fn trace(curve: &Curve, name: &str, style: (Role, Dash), value: fn(&Risk) -> f64) -> Trace {
    let values = curve.points.iter().map(|point| point.risk.as_ref().map_or(f64::NAN, value));
    let points = curve.xs.iter().copied().zip(values).collect();
    Trace { poles: curve.poles().collect(), ..Trace::new(name, points, style) }
}

/// The x range of curves.
#[must_use]
pub fn window(curves: &Curves) -> Window {
    Window { from: curves.axis.from, to: curves.axis.to, log: curves.axis.log }
}

/// The measurement at one point, with the median where the mean is heavy-tailed.
#[must_use]
pub fn measured(point: &Compared, dimension: usize, metric: Metric) -> Option<Evidence> {
    let found = point.of(metric)?;
    Some(Evidence {
        x: point.samples / dimension as f64,
        mean: found.mean,
        error: found.standard_error,
        median: (metric == Metric::Risk && point.near_pole()).then_some(found.median),
        role: Role::Evidence,
    })
}
