//! One term of the risk of several curves, or the share of directions that the best featurization keeps, against n/p or any
//! parameter: how task relevance and covariate structure, alone and together, act on bias and variances (section 5).

use super::line_styles;
use super::picture::{Axis, Figure, Panel, Plot, Trace};
use super::range;
use super::risk::{self, beyond, window, x_axis};
use crate::chart::Scale;
use crate::study::{CurveId, Curves};
use crate::theory::Risk;

/// A quantity of a curve other than its risk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quantity {
    /// Bias².
    Bias,
    /// Variance from the sampled covariates.
    VarianceX,
    /// Variance from covariates and label noise together.
    VarianceXNoise,
    /// Share of the directions that the best featurization without a ridge keeps.
    Kept,
}

impl Quantity {
    /// Name on the y axis.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Bias => "bias²",
            Self::VarianceX => "variance (samples)",
            Self::VarianceXNoise => "variance (label noise)",
            Self::Kept => "share of features kept",
        }
    }

    /// The term of a risk; `None` for a property of the optimum alone.
    fn term(self) -> Option<fn(&Risk) -> f64> {
        match self {
            Self::Bias => Some(|risk| risk.bias),
            Self::VarianceX => Some(|risk| risk.variance_x),
            Self::VarianceXNoise => Some(|risk| risk.variance_x_noise),
            Self::Kept => None,
        }
    }
}

/// The quantity of all curves on screen, the chosen one on top; (logarithmic, x axis labelled in n).
#[must_use]
pub fn screen(curves: &Curves, quantity: Quantity, (log, samples): (bool, bool)) -> Plot {
    let style = |curve: &crate::study::Curve| {
        line_styles::under(&curves.scenario, curve.spec.id, &curve.spec.featurization)
    };
    let found: Vec<_> = curves.curves.iter().rev().map(|curve| (curve, style(curve))).collect();
    let strong = |curve: &crate::study::Curve| curve.spec.id == CurveId::Chosen;
    let traces = quantity.term().map_or_else(Vec::new, |term| {
        let trace = |(curve, style): &(&crate::study::Curve, line_styles::LineStyle)| Trace {
            strong: strong(curve),
            ..risk::trace(curve, &curve.name, *style, term)
        };
        found.iter().map(trace).collect()
    });
    plot(curves, quantity, traces, (log, samples))
}

/// The quantity of curves by themselves.
#[must_use]
pub fn figure(curves: &Curves, quantity: Quantity) -> Figure {
    let line_styles = line_styles::of_subjects(curves.curves.iter().map(|curve| &curve.spec));
    let traces = quantity.term().map_or_else(Vec::new, |term| {
        let all = curves.curves.iter().zip(line_styles);
        all.map(|(curve, style)| risk::trace(curve, &curve.name, style, term)).collect()
    });
    let title = format!("{}: {}", curves.scenario.name, quantity.label());
    Figure::of(title, Panel::Plot(plot(curves, quantity, traces, (true, false))))
}

fn plot(curves: &Curves, quantity: Quantity, mut traces: Vec<Trace>, (log, samples): (bool, bool)) -> Plot {
    let (x, window) = (x_axis(curves, samples), window(curves));
    if quantity == Quantity::Kept {
        traces =
            vec![Trace::new("best, no ridge", curves.kept.clone(), line_styles::compared(CurveId::Optimal))];
        return Plot { traces, ..Plot::new(x, Axis::new(quantity.label(), (0.0, 1.0), false)) };
    }
    let scale = if log { Scale::Log } else { Scale::Linear };
    let (low, high) = range::of(&traces, window, std::iter::empty(), (scale, !log));
    // A term that vanishes would stretch the axis over decades without another curve.
    let low = if log { low.max(high * 1e-5) } else { low };
    let marks = beyond(&traces, window, high, &[]);
    Plot { marks, traces, ..Plot::new(x, Axis::new(quantity.label(), (low, high), log)) }
}
