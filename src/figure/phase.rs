//! The phase plane: the optimum's regimes over two axes with the triple point, or the risk of the chosen fit if an
//! axis is one of its parameters, with the lines of equal pretraining budget and of negative transfer; and the
//! current point.

use super::line_styles;
use super::picture::{Axis, Figure, Map, Panel, Spot, Values};
use crate::chart::{Category, SpotKind};
use crate::numbers::sig;
use crate::study::plane::FitLineKind;
use crate::study::pretraining::Split;
use crate::study::{Plane, words};
use crate::theory::Regime;

/// Indices of a map's categories.
const REGIMES: [(Regime, char); 3] = [(Regime::Soft, 's'), (Regime::Hard, 'h'), (Regime::Null, '0')];

/// A plane as a figure.
#[must_use]
pub fn figure(plane: &Plane) -> Figure {
    let title = title(plane);
    Figure::of(title, Panel::Map(map(plane, plane.x.now)))
}

/// Title of a plane where the scenario has a test covariance.
pub const WITHOUT_SHIFT: &str = "without distribution shift";

/// Title of a plane, with conditions that hold at the scenario's ridge.
#[must_use]
pub fn title(plane: &Plane) -> String {
    let shift = plane.shifted.then_some(WITHOUT_SHIFT);
    let words: Vec<&str> = words::optimum_status(plane.scenario.ridge).into_iter().chain(shift).collect();
    let word = if words.is_empty() { String::new() } else { format!(" ({})", words.join("; ")) };
    if plane.fit.is_some() {
        let lines = fit_words(plane).map_or_else(String::new, |lines| format!(" · {lines}"));
        return format!("{}: risk of {}{lines}", plane.scenario.name, plane.scenario.featurization.title());
    }
    format!("{}: best features{word}", plane.scenario.name)
}

/// Legend of the fit's lines, and the best split of a budget.
#[must_use]
pub fn fit_words(plane: &Plane) -> Option<String> {
    let fit = plane.fit.as_ref()?;
    let has = |kind| fit.lines.iter().any(|line| line.kind == kind);
    let mut words = Vec::new();
    if has(FitLineKind::Budget) {
        words.push("line: equal m·N".to_owned());
    }
    if let Some(Split { tasks, samples, risk }) = fit.best_split {
        words.push(format!("★ best split m = {tasks:.0}, N = {samples:.0}, risk {}", sig(risk, 3)));
    }
    if has(FitLineKind::NegativeTransfer) {
        words.push("line: risk equal to that without the source".to_owned());
    }
    (!words.is_empty()).then(|| words.join(" · "))
}

/// The plane as computed so far; `now` is the current position along x.
#[must_use]
pub fn map(plane: &Plane, now: Option<f64>) -> Map {
    let category = |(regime, letter): (Regime, char)| Category {
        name: words::region(regime),
        letter,
        role: line_styles::regime(regime),
    };
    let mut spots = Vec::new();
    if let Some((x, y)) = plane.triple.filter(|_| plane.fit.is_none()) {
        let name = |axis: &crate::study::Axis| match axis.variable.key() {
            None => "n/p",
            Some("noise") => "σ²",
            Some(_) => axis.label,
        };
        let label =
            format!("triple point · {} {}, {} {}", name(&plane.x), sig(x, 3), name(&plane.y), sig(y, 3));
        spots.push(Spot { kind: SpotKind::Triple, x, y, label });
    }
    if let (Some(x), Some(y)) = (now, plane.y.now) {
        spots.push(Spot { kind: SpotKind::Current, x, y, label: String::new() });
    }
    if let Some(Split { tasks, samples, .. }) = plane.fit.as_ref().and_then(|fit| fit.best_split) {
        let (x, y) = if plane.x.variable.key() == Some("featurization.tasks") {
            (tasks, samples)
        } else {
            (samples, tasks)
        };
        spots.push(Spot { kind: SpotKind::Triple, x, y, label: "best split".into() });
    }
    let most = plane.gain.iter().copied().filter(|g| g.is_finite()).fold(1.1, f64::max).min(100.0);
    let gain = (!plane.gain.is_empty()).then(|| Values {
        values: plane.gain.clone(),
        scale: Axis::new("risk over the best", (1.0, most), true),
    });
    let values = gain.or_else(|| plane.fit.as_ref().map(|fit| risks(&fit.risk)));
    // The regimes are those of the optimum, not of the fit.
    let regimes = if plane.fit.is_some() { &[][..] } else { &plane.cells };
    let boundaries = match &plane.fit {
        Some(fit) => fit.lines.iter().map(|line| line.points.clone()).collect(),
        None => plane.boundaries.iter().map(|line| line.points.clone()).collect(),
    };
    Map {
        x: Axis::of(&plane.x, plane.dimension, false),
        y: Axis::of(&plane.y, plane.dimension, false),
        columns: plane.columns.len(),
        rows: plane.rows.len(),
        regimes: regimes
            .iter()
            .map(|cell| cell.and_then(|c| REGIMES.iter().position(|r| r.0 == c.regime)))
            .collect(),
        boundaries,
        categories: REGIMES.map(category).to_vec(),
        values,
        spots,
    }
}

/// Risks on a scale that ends at a hundred times the least.
fn risks(values: &[f64]) -> Values {
    let finite = || values.iter().copied().filter(|risk| risk.is_finite() && *risk > 0.0);
    let least = finite().fold(f64::INFINITY, f64::min);
    let most = finite().fold(0.0, f64::max).min(100.0 * least);
    let ends = if most > least { (least, most) } else { (0.1, 1.0) };
    Values { values: values.to_vec(), scale: Axis::new("risk", ends, true) }
}
