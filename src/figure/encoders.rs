//! Comparison of encoders along n: each with its band, the crossovers, and the best encoder along the axis.

use super::picture::{self, Band, Figure, Mark, Panel, Plot, Trace};
use super::range::{self, Window};
use super::{line_styles, risk};
use crate::chart::{Crosshair, Dash, Evidence, MarkKind, Scale};
use crate::evidence::Compared;
use crate::numbers::sig;
use crate::scenario::{Metric, RiskPoint};
use crate::study::encoders::curves::{EncoderCurve, EncoderCurves};
use crate::study::{Analysis, Axis, CurveId, Curves, EncoderSummary, SampleSize, Variable, words};
use crate::theme::Role;

/// Colours of encoders, in order; dashes distinguish encoders of equal colour.
const ROLES: [Role; 7] =
    [Role::Chosen, Role::Whitened, Role::Optimal, Role::Pcr, Role::GroundTruth, Role::Raw, Role::Floor];

/// Label of an interval where no encoder is significantly better.
const CLOSE: &str = "too close to call";

/// Colour and dash of the encoder with this index.
#[must_use]
pub fn line_style(encoder: usize) -> (Role, Dash) {
    let of = |i: usize| (ROLES.get(i % ROLES.len()), Dash::ALL.get(i % Dash::ALL.len()));
    let (role, dash) = of(encoder);
    (role.copied().unwrap_or(Role::Chosen), dash.copied().unwrap_or_default())
}

/// The comparison as a figure, up to the largest n that some encoder can estimate.
#[must_use]
pub fn figure(found: &EncoderCurves) -> Figure {
    let seen = |line: &EncoderCurve| {
        let known = line.points.iter().filter(|(_, p)| p.value(found.metric).is_some_and(f64::is_finite));
        known.map(|p| p.0).fold(0.0, f64::max)
    };
    let (first, end) = found.ends;
    let last = found.curves.iter().map(seen).fold(2.0 * first, f64::max).min(end.max(2.0 * first));
    let title = format!("{} with n of labels like these {} rows", found.metric.name(), found.rows);
    let plot = plot(found, picture::Axis::samples((first, last), true, 1), found.metric == Metric::Risk);
    Figure::of(title, Panel::Plot(plot))
}

/// The comparison as a figure over a range of n/p of the encoder in focus, whose dimension is p.
#[must_use]
pub fn over(found: &EncoderCurves, title: &str, axis: &Axis, p: usize) -> Figure {
    let x = picture::Axis::of(axis, p, true);
    Figure::of(title, Panel::Plot(plot(found, x, found.metric == Metric::Risk)))
}

/// The plot on screen: the encoders, with the marks and the crosshair of the one in focus.
#[must_use]
pub fn screen(shown: &Analysis, found: &EncoderSummary, options: &risk::PlotOptions) -> Plot {
    let (curves, metric) = (&shown.curves, shown.request.metric);
    // Encoders have no common n/p.
    let mut plot = plot(&found.curves, risk::x_axis(curves, true), options.log);
    let focus = shown.request.scenario.focus();
    let at = found.points.iter().position(|(name, _)| focus == Some(name));
    let beside = curves.curves.iter().filter(|curve| curve.spec.id != CurveId::Chosen).map(|curve| {
        let style = line_styles::of(curve.spec.id, &curve.spec.featurization);
        risk::of_metric(curve, &format!("{} · {}", focus.unwrap_or_default(), curve.name), style, metric)
    });
    let under: Vec<Trace> = risk::frozen(options.frozen, metric).chain(beside).collect();
    plot.marks.extend(risk::pin(options.pin, curves));
    plot.crosshair = options.crosshair.map(|x| Crosshair { x, curve: at.map(|at| under.len() + at) });
    plot.traces.splice(..0, under);
    // Each in the colour of its curve, so that overlapping points can be distinguished.
    let points = |measured: &[Compared], p: usize, encoder: Option<usize>| -> Vec<Evidence> {
        let share = p as f64 / curves.dimension as f64;
        let role = encoder.map_or(Role::Evidence, |i| line_style(i).0);
        let found = measured.iter().filter_map(|point| risk::measured(point, p, metric));
        found.map(|point| Evidence { x: point.x * share, role, ..point }).collect()
    };
    for other in options.beside {
        let encoder = found.points.iter().position(|(name, _)| *name == other.name);
        plot.points.extend(points(&other.points, other.dimension, encoder));
    }
    plot.points.extend(points(options.measured, curves.dimension, at));
    risk::logistic(&mut plot, options, curves.dimension, metric);
    risk::target(&mut plot, options);
    plot
}

/// The comparison as a plot over an axis labelled in n; `log` makes the risk axis logarithmic.
#[must_use]
pub fn plot(found: &EncoderCurves, x: picture::Axis, log: bool) -> Plot {
    let (metric, unit) = (found.metric, x.unit);
    let traces: Vec<Trace> =
        found.curves.iter().enumerate().map(|(i, l)| trace(l, metric, unit, line_style(i))).collect();
    let window = Window { from: x.from, to: x.to, log: x.scale == Scale::Log };
    let log = log && metric == Metric::Risk;
    let scale = if log { Scale::Log } else { Scale::Linear };
    let ends = if metric.is_of_classes() {
        range::share(&traces, window)
    } else {
        range::of(&traces, window, std::iter::empty(), (scale, false))
    };
    let name = |encoder: usize| found.curves.get(encoder).map_or("", |line| line.name.as_str());
    let mut marks: Vec<Mark> = Vec::new();
    for crossing in &found.crossovers {
        // The symbol of the mark already indicates a crossover.
        let label = format!("n = {:.0} · {}", crossing.samples, name(crossing.to));
        marks.push(Mark { kind: MarkKind::Crossing, x: crossing.samples / unit, y: ends.1, label });
    }
    for trace in &traces {
        let end = trace.points.iter().rfind(|p| p.1.is_finite() && window.contains(p.0));
        let end = end.filter(|p| p.0 < 0.99 * x.to);
        marks.extend(end.map(|&(x, y)| Mark {
            kind: MarkKind::End,
            x,
            y,
            label: words::TOO_FEW_LABELS.into(),
        }));
        let poles = trace.poles.iter().filter(|x| window.contains(**x));
        let pole = |&x: &f64| Mark {
            kind: MarkKind::Pole,
            x,
            y: f64::INFINITY,
            label: format!("infinite, n = {:.0} · {}", x * unit, trace.name),
        };
        marks.extend(poles.map(pole));
    }
    marks.extend(risk::beyond(&traces, window, ends.1, &marks));
    let bands = found.leaders.iter().map(|&(from, to, ahead)| {
        let (from, to) = (from / unit, to / unit);
        match ahead {
            Some(encoder) => Band { from, to, name: name(encoder).into(), role: line_style(encoder).0 },
            None => Band { from, to, name: CLOSE.into(), role: Role::Dim },
        }
    });
    let bands = bands.collect();
    Plot { traces, bands, marks, ..Plot::new(x, picture::Axis::new(risk::axis(metric), ends, log)) }
}

fn trace(line: &EncoderCurve, metric: Metric, unit: f64, style: (Role, Dash)) -> Trace {
    let value = |point: &RiskPoint| point.value(metric).unwrap_or(f64::NAN);
    let known = line.points.iter().any(|(_, point)| point.shown.is_some());
    let band = |point: &RiskPoint| {
        point.estimate(metric).map_or((f64::NAN, f64::NAN), |estimate| metric.band(estimate))
    };
    let poles = if metric == Metric::Risk { line.poles.as_slice() } else { &[] };
    Trace {
        band: if known { line.points.iter().map(|(_, point)| band(point)).collect() } else { Vec::new() },
        poles: poles.iter().map(|n| n / unit).collect(),
        ..Trace::new(&*line.name, line.points.iter().map(|(n, p)| (n / unit, value(p))).collect(), style)
    }
}

/// Several curves of every encoder, or curves along another parameter than n, named by encoder and curve.
#[must_use]
pub fn several(all: &[(String, Curves)]) -> Figure {
    let Some((_, first)) = all.first() else { return Figure::default() };
    let metric = first.metric;
    let curves = all.iter().flat_map(|(name, curves)| curves.curves.iter().map(move |c| (name, curves, c)));
    let traces: Vec<Trace> = curves
        .enumerate()
        .map(|(i, (name, curves, curve))| {
            let share = match curves.axis.variable {
                Variable::SampleRatio => curves.dimension as f64 / first.dimension as f64,
                Variable::Parameter(_) => 1.0,
            };
            let mut trace =
                risk::of_metric(curve, &format!("{name} · {}", curve.name), line_style(i), metric);
            trace.points.iter_mut().for_each(|p| p.0 *= share);
            trace.poles.iter_mut().for_each(|x| *x *= share);
            trace
        })
        .collect();
    let mut title = first.scenario.name.clone();
    if let (Variable::Parameter(_), SampleSize::Count(n)) = (&first.axis.variable, first.fixed) {
        title += &format!(" at n = {}", sig(n, 3));
    }
    Figure::of(
        title,
        Panel::Plot(risk::over(first, risk::x_axis(first, true), (metric, true), traces, &[], false)),
    )
}
