//! The fine-grained decomposition of the chosen curve: bias², V_X, V_{X,ε} and σ², stacked or as lines.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::{Trace, evidence, measured_risk, ratio_axis, trace, value_range};
use crate::chart::{Axis, Chart, Crosshair, Curve, Dash, Evidence, Layer, Mark, MarkKind, Stack, Texture};
use crate::dashboard::hit::Plot;
use crate::dashboard::state::State;
use crate::evidence::Terms;
use crate::study::CurveId;
use crate::theme::Role;
use crate::theory::Risk;
use crate::theory::divergence::DivergenceKind as Kind;

type Part = (&'static str, Role, Dash, Texture, fn(&Risk) -> f64);

/// From the bottom up, as they add up to the risk.
const PARTS: [Part; 4] = [
    ("noise σ²", Role::Noise, Dash::Dotted, Texture::Sparse, |r| r.noise),
    ("bias²", Role::Bias, Dash::Solid, Texture::Full, |r| r.bias),
    ("V_X", Role::VarianceX, Dash::Dashed, Texture::Checker, |r| r.variance_x),
    ("V_X,ε", Role::VarianceXNoise, Dash::Long, Texture::Diagonal, |r| r.variance_x_noise),
];

pub fn draw(frame: &mut Frame, state: &State, area: Rect) -> Option<Plot> {
    let curve = state.curve(CurveId::Chosen)?;
    let window = state.display.window;
    let inside = |x: f64| (window.from..=window.to).contains(&x);
    let total = trace(curve, |r| r.risk);
    let parts: Vec<_> = PARTS.iter().map(|part| (part, state.text(part.0), trace(curve, part.4))).collect();
    let peaks = curve.divergences.iter().filter(|d| inside(d.sample_ratio)).map(|d| d.risk);
    let marks: Vec<Mark> = curve
        .divergences
        .iter()
        .map(|d| Mark {
            kind: if d.kind == Kind::Pole { MarkKind::Pole } else { MarkKind::Near },
            x: d.sample_ratio,
            y: d.risk,
            label: if d.kind == Kind::Pole { "pole" } else { "" },
        })
        .collect();
    let x = ratio_axis(window);
    let crosshair = Some(Crosshair { x: state.crosshair, curve: None });
    let points = measured(state);
    if state.display.stacked {
        // Areas add up only on a linear axis.
        let (low, high) = value_range(&[&total], window, peaks, false);
        let xs: Vec<f64> = total.points.iter().map(|p| p.0).collect();
        let columns: Vec<Vec<f64>> =
            parts.iter().map(|(.., t)| t.points.iter().map(|p| p.1).collect()).collect();
        let layers: Vec<Layer> = parts
            .iter()
            .zip(&columns)
            .map(|((part, name, _), values)| Layer { name, values, role: part.1, texture: part.3 })
            .collect();
        let curves = [Curve::new("risk", &total.points, Role::Chosen, Dash::Solid).with_breaks(&total.poles)];
        let chart = Chart {
            stack: Some(Stack { x: &xs, layers: &layers, breaks: &total.poles }),
            curves: &curves,
            marks: &marks,
            points: &points,
            crosshair,
            glyphs: state.glyphs(),
            ..Chart::new(x, Axis::linear(low, high, "risk R"), &state.theme)
        };
        frame.render_widget(chart, area);
        return Some(Plot::new(area, chart.x, chart.y, None));
    }
    let log = state.display.log_risk;
    let mut all: Vec<&Trace> = parts.iter().map(|(.., t)| t).collect();
    all.push(&total);
    let (low, high) = value_range(&all, window, peaks, log);
    // Terms that vanish would stretch the axis over decades nobody looks at.
    let y =
        if log { Axis::log(low.max(high * 1e-5), high, "risk R") } else { Axis::linear(low, high, "risk R") };
    let mut curves: Vec<Curve> = parts
        .iter()
        .map(|(part, name, t)| Curve::new(name, &t.points, part.1, part.2).with_breaks(&t.poles))
        .collect();
    curves.push(Curve::new("risk", &total.points, Role::Chosen, Dash::Solid).with_breaks(&total.poles));
    let chart = Chart {
        curves: &curves,
        marks: &marks,
        points: &points,
        crosshair,
        glyphs: state.glyphs(),
        ..Chart::new(x, y, &state.theme)
    };
    frame.render_widget(chart, area);
    Some(Plot::new(area, chart.x, chart.y, None))
}

/// The measured risk, and under it the estimated terms: as they add up, or each by itself.
fn measured(state: &State) -> Vec<Evidence> {
    let Some(model) = state.shown.as_ref().map(|shown| &shown.model) else { return Vec::new() };
    let (p, noise) = (model.dimension(), model.noise().get());
    let stacked = state.display.stacked;
    let terms = |t: &Terms| {
        if stacked {
            // The topmost sum is the risk itself.
            [noise, noise + t.bias, noise + t.bias + t.variance_x]
        } else {
            [t.bias, t.variance_x, t.variance_x_noise]
        }
    };
    let points = evidence(state);
    let estimated = points.iter().filter_map(|point| Some((point, point.measured.terms.as_ref()?)));
    let estimated = estimated.flat_map(|(point, found)| {
        let at = measured_risk(point, p);
        terms(found).into_iter().map(move |mean| Evidence { mean, error: f64::NAN, median: None, ..at })
    });
    estimated.chain(points.iter().map(|point| measured_risk(point, p))).collect()
}
