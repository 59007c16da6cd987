//! The fine-grained decomposition of the chosen curve: bias², V_X, V_{X,ε} and σ², stacked or as lines.

use super::line_styles;
use super::picture::{Axis, Layer, Mark, Plot, Stack, Trace};
use super::quantities::{self, Quantity};
use super::range::{self, Window};
use super::risk::{self, RISK, beyond, mark, measured, trace, window};
use crate::chart::{Crosshair, Dash, Evidence, Scale, Texture};
use crate::evidence::{Compared, Terms};
use crate::scenario::Metric;
use crate::study::{Analysis, Curve, CurveId};
use crate::theme::Role;
use crate::theory::Risk;

/// Options of the plot of the terms.
#[derive(Debug, Clone, Copy, Default)]
pub struct PlotOptions<'a> {
    /// Whether the y axis is logarithmic; stacks require a linear one.
    pub log: bool,
    /// The n/p axis is labelled in n.
    pub samples: bool,
    pub style: Style,
    pub measured: &'a [Compared],
    pub crosshair: Option<f64>,
}

/// How the terms are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Style {
    /// Stacked if that is legible.
    #[default]
    Auto,
    Lines,
    Stacked,
    /// Bias² of every curve shown.
    Bias,
    /// Variance from the samples of every curve shown.
    VarianceX,
    /// Variance from the label noise of every curve shown.
    VarianceXNoise,
    /// Share of the directions that the best featurization without a ridge keeps.
    Kept,
}

impl Style {
    pub const ALL: [Self; 7] = [
        Self::Auto,
        Self::Lines,
        Self::Stacked,
        Self::Bias,
        Self::VarianceX,
        Self::VarianceXNoise,
        Self::Kept,
    ];

    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Lines => "lines",
            Self::Stacked => "stacked",
            Self::Bias => "bias",
            Self::VarianceX => "variance-x",
            Self::VarianceXNoise => "variance-x-noise",
            Self::Kept => "kept",
        }
    }

    /// The quantity that is drawn for every curve; `None` if all terms of the chosen curve are drawn.
    #[must_use]
    pub const fn quantity(self) -> Option<Quantity> {
        match self {
            Self::Auto | Self::Lines | Self::Stacked => None,
            Self::Bias => Some(Quantity::Bias),
            Self::VarianceX => Some(Quantity::VarianceX),
            Self::VarianceXNoise => Some(Quantity::VarianceXNoise),
            Self::Kept => Some(Quantity::Kept),
        }
    }

    /// Whether these terms are stacked.
    #[must_use]
    pub fn stacks(self, shown: &Analysis) -> bool {
        match self {
            Self::Auto => stacks_well(shown),
            Self::Stacked => true,
            _ => false,
        }
    }
}

type Part = (&'static str, Role, Dash, Texture, fn(&Risk) -> f64);

/// From the bottom up, as they add up to the risk.
static PARTS: [Part; 4] = [
    ("label noise σ²", Role::Noise, Dash::Dotted, Texture::Sparse, |r| r.noise),
    ("bias²", Role::Bias, Dash::Short, Texture::Full, |r| r.bias),
    ("variance (samples)", Role::VarianceX, Dash::Dashed, Texture::Checker, |r| r.variance_x),
    ("variance (label noise)", Role::VarianceXNoise, Dash::Long, Texture::Diagonal, |r| r.variance_x_noise),
];

/// Terms for a random representation (section 11.1); related terms share a colour.
static RANDOM: [Part; 7] = [
    ("label noise σ²", Role::Noise, Dash::Dotted, Texture::Sparse, |r| r.noise),
    ("bias²", Role::Bias, Dash::Short, Texture::Full, |r| r.bias),
    ("variance (features)", Role::Bias, Dash::Long, Texture::Diagonal, |r| {
        r.representation.map_or(0.0, |t| t.variance_w)
    }),
    ("variance (samples)", Role::VarianceX, Dash::Dashed, Texture::Checker, |r| r.variance_x),
    ("features, samples", Role::VarianceX, Dash::Dotted, Texture::Sparse, |r| {
        r.representation.map_or(0.0, |t| t.variance_w_x)
    }),
    ("variance (label noise)", Role::VarianceXNoise, Dash::Long, Texture::Diagonal, |r| r.variance_x_noise),
    ("features, label noise", Role::VarianceXNoise, Dash::Dotted, Texture::Full, |r| {
        r.representation.map_or(0.0, |t| t.variance_w_x_noise)
    }),
];

/// Each term of a risk with its name; they add up to the risk.
#[must_use]
pub fn terms(risk: &Risk) -> Vec<(&'static str, f64)> {
    let parts: &[Part] = if risk.representation.is_some() { &RANDOM } else { &PARTS };
    parts.iter().map(|part| (part.0, part.4(risk))).collect()
}

/// The terms of a curve.
fn parts(curve: &Curve) -> &'static [Part] {
    let random = curve.points.iter().any(|p| p.risk.is_some_and(|r| r.representation.is_some()));
    if random { &RANDOM } else { &PARTS }
}

/// Maximum fraction of a stack that one term may fill; above it lines are drawn.
const MOST_SOLID: f64 = 0.45;

/// The terms of the chosen curve; `None` without a curve.
#[must_use]
pub fn plot(shown: &Analysis, options: &PlotOptions) -> Option<Plot> {
    if let Some(quantity) = options.style.quantity() {
        let mut plot = quantities::screen(&shown.curves, quantity, (options.log, options.samples));
        plot.crosshair = options.crosshair.map(|x| Crosshair { x, curve: plot.traces.len().checked_sub(1) });
        return Some(plot);
    }
    let curve = shown.curves.curves.iter().find(|c| c.spec.id == CurveId::Chosen)?;
    let window = window(&shown.curves);
    let style = line_styles::under(&shown.curves.scenario, CurveId::Chosen, &curve.spec.featurization);
    let total = Trace { strong: true, ..trace(curve, "risk", style, |r| r.risk) };
    let terms = parts(curve);
    let parts: Vec<Trace> = terms.iter().map(|part| trace(curve, part.0, (part.1, part.2), part.4)).collect();
    let inside = curve.divergences().filter(|d| window.contains(d.at));
    let peaks: Vec<f64> = inside.map(|d| d.risk).collect();
    let mut marks: Vec<Mark> = curve.extrema.iter().map(|d| mark(d, &shown.curves)).collect();
    let x = risk::x_axis(&shown.curves, options.samples);
    let crosshair = options.crosshair.map(|x| Crosshair { x, curve: None });
    let whole = std::slice::from_ref(&total);
    if options.style.stacks(shown) {
        let ends = range::of(whole, window, peaks.into_iter(), (Scale::Linear, true));
        marks.extend(beyond(whole, window, ends.1, &marks));
        let poles = total.poles.clone();
        let layers = parts.into_iter().zip(terms).map(|(t, part)| Layer {
            name: t.name,
            role: t.role,
            texture: part.3,
            values: t.points.into_iter().map(|p| p.1).collect(),
        });
        let stack = Stack { x: curve.xs.clone(), layers: layers.collect(), poles };
        let points = evidence(shown, options, true);
        let y = Axis::new(RISK, ends, false);
        let traces = vec![total];
        return Some(Plot { stack: Some(stack), traces, marks, points, crosshair, ..Plot::new(x, y) });
    }
    let mut traces = parts;
    traces.push(total);
    let scale = if options.log { Scale::Log } else { Scale::Linear };
    let (low, high) = range::of(&traces, window, peaks.into_iter(), (scale, !options.log));
    // Vanishing terms would extend the axis over irrelevant decades.
    let low = if options.log { low.max(high * 1e-5) } else { low };
    marks.extend(beyond(&traces, window, high, &marks));
    let points = evidence(shown, options, false);
    let y = Axis::new(RISK, (low, high), options.log);
    Some(Plot { traces, marks, points, crosshair, ..Plot::new(x, y) })
}

/// Whether the terms are suited to stacking: no term fills most of the plot.
fn stacks_well(shown: &Analysis) -> bool {
    let chosen = shown.curves.curves.iter().find(|c| c.spec.id == CurveId::Chosen);
    chosen.is_none_or(|curve| solid(curve, window(&shown.curves)) <= MOST_SOLID)
}

/// The largest share of a linear plot that one of the terms fills.
fn solid(curve: &Curve, window: Window) -> f64 {
    let total = trace(curve, "", (Role::Chosen, Dash::Solid), |r| r.risk);
    let inside = curve.divergences().filter(|d| window.contains(d.at));
    let peaks = inside.map(|d| d.risk);
    let (_, top) = range::of(std::slice::from_ref(&total), window, peaks, (Scale::Linear, true));
    let parts = parts(curve);
    let mut filled = vec![0.0; parts.len()];
    let mut wide = 0.0;
    let risks = curve.points.iter().map(|point| point.risk);
    let points: Vec<(f64, Option<Risk>)> = curve.xs.iter().copied().zip(risks).collect();
    for pair in points.windows(2) {
        let &[(a, Some(risk)), (b, _)] = pair else { continue };
        if !window.contains(a) || a <= 0.0 {
            continue;
        }
        let step = if window.log { (b / a).ln() } else { b - a };
        let mut below = 0.0_f64;
        for (share, part) in filled.iter_mut().zip(parts) {
            let above = (below + (part.4)(&risk).max(0.0)).min(top);
            *share += step * (above - below).max(0.0);
            below = above;
        }
        wide += step;
    }
    filled.into_iter().fold(0.0, f64::max) / (wide * top).max(f64::MIN_POSITIVE)
}

/// The measured risk and the estimated terms, stacked or separate.
fn evidence(shown: &Analysis, options: &PlotOptions, stacked: bool) -> Vec<Evidence> {
    let (p, noise) = (shown.model.dimension(), shown.model.noise().get());
    // In the order of the parts; the topmost sum is the risk itself.
    let terms = |t: &Terms| -> Vec<f64> {
        let parts = match t.representation {
            None => vec![t.bias, t.variance_x, t.variance_x_noise],
            Some(r) => vec![
                t.bias,
                r.variance_w,
                t.variance_x,
                r.variance_w_x,
                t.variance_x_noise,
                r.variance_w_x_noise,
            ],
        };
        if !stacked {
            return parts;
        }
        let sums = parts.iter().scan(noise, |sum, part| {
            *sum += part;
            Some(*sum)
        });
        std::iter::once(noise).chain(sums).take(parts.len()).collect()
    };
    let estimated = options.measured.iter().filter_map(|point| Some((point, point.measured.terms.as_ref()?)));
    let estimated = estimated.flat_map(|(point, found)| {
        let at = measured(point, p, Metric::Risk);
        let each = at
            .into_iter()
            .flat_map(move |at| terms(found).into_iter().map(move |mean| Evidence { mean, ..at }));
        each.map(|at| Evidence { error: f64::NAN, median: None, ..at })
    });
    estimated.chain(options.measured.iter().filter_map(|point| measured(point, p, Metric::Risk))).collect()
}
