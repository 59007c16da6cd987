//! The phase plane: the optimum's regimes over two axes, with the triple point and where we are.

use super::looks;
use super::picture::{Axis, Figure, Map, Panel, Spot, Values};
use crate::chart::{Category, SpotKind};
use crate::numbers::sig;
use crate::study::{Plane, words};
use crate::theory::Regime;

/// Indices of a map's categories.
const REGIMES: [(Regime, char); 3] = [(Regime::Soft, 's'), (Regime::Hard, 'h'), (Regime::Null, '0')];

/// A plane as a picture by itself.
#[must_use]
pub fn figure(plane: &Plane) -> Figure {
    let title = title(plane);
    Figure::of(title, Panel::Map(map(plane, plane.x.now)))
}

/// Title of a plane where the scenario has a test covariance.
pub const WITHOUT_SHIFT: &str = "without distribution shift";

/// With what holds at the ridge in force.
#[must_use]
pub fn title(plane: &Plane) -> String {
    let shift = plane.shifted.then_some(WITHOUT_SHIFT);
    let words: Vec<&str> = words::optimum_status(plane.scenario.ridge).into_iter().chain(shift).collect();
    let word = if words.is_empty() { String::new() } else { format!(" ({})", words.join("; ")) };
    format!("{}: best features{word}", plane.scenario.name)
}

/// The plane as it is so far; `now` is where we are along x.
#[must_use]
pub fn map(plane: &Plane, now: Option<f64>) -> Map {
    let category = |(regime, letter): (Regime, char)| Category {
        name: words::features(regime),
        letter,
        role: looks::regime(regime),
    };
    let mut spots = Vec::new();
    if let Some((x, y)) = plane.triple {
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
    let most = plane.gain.iter().copied().filter(|g| g.is_finite()).fold(1.1, f64::max).min(100.0);
    let values = (!plane.gain.is_empty()).then(|| Values {
        values: plane.gain.clone(),
        scale: Axis::new("risk over the best", (1.0, most), true),
    });
    Map {
        x: Axis::of(&plane.x, plane.dimension, false),
        y: Axis::of(&plane.y, plane.dimension, false),
        columns: plane.columns.len(),
        rows: plane.rows.len(),
        regimes: plane
            .cells
            .iter()
            .map(|cell| cell.and_then(|c| REGIMES.iter().position(|r| r.0 == c.regime)))
            .collect(),
        boundaries: plane.boundaries.iter().map(|line| line.points.clone()).collect(),
        categories: REGIMES.map(category).to_vec(),
        values,
        spots,
    }
}
