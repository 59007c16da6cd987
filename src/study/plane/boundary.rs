//! The exact boundaries between the optimum's regimes over any two axes, and their triple point (section 5).

use crate::scenario::{Model, ScenarioError};
use crate::study::axis::{Axis, SampleSize, Variable, varied, varied_both};
use crate::study::plane::{Plane, span};
use crate::theory::boundary::{self, Boundary};
use crate::theory::transition::{self, Transition};
use crate::theory::{NoiseVariance, Regime, SampleRatio, SoftTable, TheoryError};

/// A boundary between two regimes.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// The regimes on its two sides.
    pub between: (Regime, Regime),
    /// Points (x, y) along the boundary.
    pub points: Vec<(f64, f64)>,
}

/// Columns that are solved before refinement.
const COLUMNS: usize = 48;
/// Nodes between which transitions across a parameter are bracketed.
const NODES: usize = 40;

/// All boundaries of the plane: across one axis at values of the other, and where its cells show a boundary that is too
/// steep for that, across the other axis as well.
///
/// # Errors
/// [`ScenarioError::Interrupted`] once `stop` returns true.
pub(super) fn lines(
    model: &Model,
    plane: &Plane,
    fixed: SampleSize,
    stop: &(dyn Fn() -> bool + Sync),
) -> Result<Vec<Line>, ScenarioError> {
    let (x, y) = (&plane.x, &plane.y);
    let turned = |line: Boundary| {
        increasing(Line {
            between: (line.before, line.after),
            points: line.points.into_iter().map(|(along, across)| (across, along)).collect(),
        })
    };
    let straight = |line: Boundary| Line { between: (line.before, line.after), points: line.points };
    let mut found: Vec<Line> = match (&x.variable, &y.variable) {
        (Variable::SampleRatio, Variable::Parameter(key)) => {
            along(model, (y, key), x, stop)?.into_iter().map(turned).collect()
        }
        (Variable::Parameter(key), Variable::SampleRatio) => {
            along(model, (x, key), y, stop)?.into_iter().map(straight).collect()
        }
        (Variable::Parameter(_), Variable::Parameter(_)) => {
            across_a_parameter(model, x, y, fixed, stop)?.into_iter().map(straight).collect()
        }
        (Variable::SampleRatio, Variable::SampleRatio) => Vec::new(),
    };
    if !seen(plane, &found) {
        let more: Vec<Line> = if x.variable == Variable::SampleRatio {
            across_a_parameter(model, x, y, fixed, stop)?.into_iter().map(straight).collect()
        } else {
            across_a_parameter(model, y, x, fixed, stop)?.into_iter().map(turned).collect()
        };
        let steep: Vec<Line> = more.iter().flat_map(|line| beyond(line, &found, (x, y))).collect();
        found.extend(steep);
    }
    Ok(found)
}

/// Boundaries across a parameter at values of the other axis.
///
/// # Errors
/// [`ScenarioError::Interrupted`] once `stop` returns true.
fn across_a_parameter(
    model: &Model,
    along: &Axis,
    across: &Axis,
    fixed: SampleSize,
    stop: &(dyn Fn() -> bool + Sync),
) -> Result<Vec<Boundary>, ScenarioError> {
    let Some(key) = across.variable.key() else { return Ok(Vec::new()) };
    let nodes = span(across).nodes(NODES);
    let solve = |at: f64| {
        let optimal = |value: f64| {
            let (model, ratio) = match along.variable.key() {
                Some(other) => {
                    let model = varied_both(model, ((other, at), (key, value)), stop).ok()?;
                    let ratio = fixed.ratio(model.dimension()).ok()?;
                    (model, ratio)
                }
                None => (varied(model, key, value, stop).ok()?, SampleRatio::new(at).ok()?),
            };
            Some(model.task_spectrum().ok()?.optimal(ratio, model.noise()))
        };
        transition::along(&nodes, optimal, stop)
    };
    Ok(boundary::boundaries(span(along), span(across), NODES, solve, stop)?)
}

/// A point as shares of the axes.
fn placed((x, y): (&Axis, &Axis), point: (f64, f64)) -> (f64, f64) {
    (span(x).place(point.0), span(y).place(point.1))
}

/// Whether a line lies within a cell of every pair of neighbouring cells in different regimes.
fn seen(plane: &Plane, lines: &[Line]) -> bool {
    /// Points of a line are at most half of this share of an axis apart.
    const NEAR: f64 = 0.02;
    let (columns, rows) = (plane.columns.len(), plane.rows.len());
    let step = |count: usize| 1.0 / count.saturating_sub(1).max(1) as f64;
    let (wide, high) = (step(columns), step(rows));
    let points: Vec<(f64, f64)> =
        lines.iter().flat_map(|line| &line.points).map(|&p| placed((&plane.x, &plane.y), p)).collect();
    let near = |x: f64, y: f64| {
        points.iter().any(|p| (p.0 - x).abs() <= wide.max(NEAR) && (p.1 - y).abs() <= high.max(NEAR))
    };
    let regime = |column: usize, row: usize| {
        if column < columns {
            plane.cells.get(row * columns + column).copied().flatten().map(|c| c.regime)
        } else {
            None
        }
    };
    let differ = |a: Option<Regime>, b: Option<Regime>| a.is_some() && b.is_some() && a != b;
    (0..rows).all(|row| {
        (0..columns).all(|column| {
            let (here, x, y) = (regime(column, row), column as f64 * wide, row as f64 * high);
            (!differ(here, regime(column + 1, row)) || near(x + 0.5 * wide, y))
                && (!differ(here, regime(column, row + 1)) || near(x, y + 0.5 * high))
        })
    })
}

/// The pieces of a line that none of the `known` ones has.
fn beyond(line: &Line, known: &[Line], axes: (&Axis, &Axis)) -> Vec<Line> {
    const NEAR: f64 = 0.012;
    let (a, b) = line.between;
    let alike = known.iter().filter(|other| other.between == (a, b) || other.between == (b, a));
    let points: Vec<(f64, f64)> = alike.flat_map(|other| &other.points).map(|&p| placed(axes, p)).collect();
    let is_new = |point: &(f64, f64)| {
        let (x, y) = placed(axes, *point);
        !points.iter().any(|p| (p.0 - x).hypot(p.1 - y) < NEAR)
    };
    let pieces = line.points.chunk_by(|p, q| is_new(p) == is_new(q));
    let new = pieces.filter(|piece| piece.len() > 1 && piece.first().is_some_and(is_new));
    new.map(|piece| Line { between: line.between, points: piece.to_vec() }).collect()
}

/// Boundaries along a parameter, across n/p.
///
/// # Errors
/// [`ScenarioError::Interrupted`] once `stop` returns true.
fn along(
    model: &Model,
    (axis, key): (&Axis, &str),
    ratios: &Axis,
    stop: &(dyn Fn() -> bool + Sync),
) -> Result<Vec<Boundary>, ScenarioError> {
    let (from, to) = (ratios.from, ratios.to);
    let across =
        |table: &SoftTable, noise: NoiseVariance| transition::transitions(table, noise, from, to, stop);
    // One table serves every noise.
    let shared =
        (key == "noise" && model.scenario().features.is_none()).then(|| model.soft_table()).transpose()?;
    let solve = |value: f64| -> Result<Vec<Transition>, TheoryError> {
        if let Some(table) = &shared {
            return across(table, NoiseVariance::new(value)?);
        }
        // Values that describe no scenario have no boundaries.
        let varied = varied(model, key, value, stop).ok();
        let known = varied.and_then(|model| Some((model.soft_table().ok()?, model.noise())));
        known.map_or_else(|| Ok(Vec::new()), |(table, noise)| across(&table, noise))
    };
    Ok(boundary::boundaries(span(axis), span(ratios), COLUMNS, solve, stop)?)
}

/// A boundary with its left end first.
fn increasing(mut line: Line) -> Line {
    if let (Some(first), Some(last)) = (line.points.first(), line.points.last())
        && first.0 > last.0
    {
        line.points.reverse();
    }
    line
}

/// The point where boundaries between all three pairs of regimes end.
pub(in crate::study) fn triple(lines: &[Line], x: &Axis, y: &Axis) -> Option<(f64, f64)> {
    const NEAR: f64 = 1e-3;
    let ends = |a: Regime, b: Regime| {
        let of = move |l: &&Line| l.between == (a, b) || l.between == (b, a);
        lines.iter().filter(of).flat_map(|l| l.points.first().into_iter().chain(l.points.last()))
    };
    let near = |p: &(f64, f64), q: &(f64, f64)| {
        let (dx, dy) = (span(x).place(p.0) - span(x).place(q.0), span(y).place(p.1) - span(y).place(q.1));
        dx.hypot(dy) < NEAR
    };
    ends(Regime::Soft, Regime::Hard)
        .find(|p| {
            ends(Regime::Hard, Regime::Null).any(|q| near(p, q))
                && ends(Regime::Soft, Regime::Null).any(|q| near(p, q))
        })
        .copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Scenario;
    use crate::study::axis::AxisRequest;
    use crate::study::plane::{PlaneRequest, plane};

    fn request(x: Option<&str>, y: Option<&str>) -> PlaneRequest {
        let asked = |key: Option<&str>| AxisRequest {
            variable: key.map(String::from).into(),
            ..AxisRequest::default()
        };
        PlaneRequest {
            x: asked(x),
            y: asked(y),
            columns: 8,
            rows: 8,
            fixed: SampleSize::Ratio(0.4),
            gain: false,
        }
    }

    /// Triple points above the slider's σ² = 10 are on the map, where lines of all three pairs end.
    #[test]
    fn triple_points_are_on_the_map() {
        for name in ["double-divergence", "hard-to-soft-transition", "task-vs-structure", "misaligned"] {
            let scenario = Scenario::preset(name).unwrap();
            let plane = plane(&scenario, &request(None, Some("noise")), &|| false).unwrap();
            let (x, y) = plane.triple.unwrap();
            assert!(plane.y.from < y && y < plane.y.to, "{name}: {y} of {:?}", plane.y);
            let solved = triple(&plane.boundaries, &plane.x, &plane.y).unwrap();
            assert!((solved.0 / x - 1.0).abs() < 1e-3 && (solved.1 / y - 1.0).abs() < 1e-3, "{solved:?}");
        }
    }

    /// For any axes, the risks of both regimes are equal on a line, and on its two sides the optimum is one of each.
    #[test]
    fn boundaries_separate_the_regimes_on_any_axes() {
        let scenario = Scenario::preset("hard-to-soft-transition").unwrap();
        for (x, y) in [
            (None, Some("task.ratio")),
            (Some("task.fraction"), None),
            (Some("noise"), None),
            (Some("task.ratio"), Some("noise")),
            (None, Some("effective-rank")),
            (Some("effective-rank"), Some("noise")),
            (Some("task.fraction"), Some("effective-rank")),
        ] {
            let plane = plane(&scenario, &request(x, y), &|| false).unwrap();
            assert!(!plane.boundaries.is_empty(), "{x:?} {y:?}");
            let optimal = |vx: f64, vy: f64| {
                let (mut scenario, mut ratio) = (scenario.clone(), 0.4);
                for (key, value) in [(x, vx), (y, vy)] {
                    match key {
                        Some("effective-rank") => {}
                        Some(key) => scenario.set(key, &format!("{value:?}")).unwrap(),
                        None => ratio = value,
                    }
                }
                // One parameter depends on the other.
                for (key, value) in [(x, vx), (y, vy)] {
                    if key == Some("effective-rank") {
                        scenario.set_effective_rank(value).unwrap();
                    }
                }
                let model = Model::new(&scenario, None, &|| false).unwrap();
                model.task_spectrum().unwrap().optimal(SampleRatio::new(ratio).unwrap(), model.noise())
            };
            for line in &plane.boundaries {
                let middle = line.points[line.points.len() / 2];
                let around = (0..16).map(|i| {
                    let (sin, cos) = (f64::from(i) * 0.4).sin_cos();
                    optimal(middle.0 * (1.0 + 3e-3 * cos), middle.1 * (1.0 + 3e-3 * sin)).regime
                });
                let around: Vec<Regime> = around.collect();
                let (a, b) = line.between;
                assert!(around.contains(&a) && around.contains(&b), "{x:?} {y:?} {middle:?}: {around:?}");
            }
        }
    }

    /// A boundary too steep to be solved across its upper axis alone extends to the end of the plane.
    #[test]
    fn steep_boundaries_are_complete() {
        let scenario = Scenario::preset("double-divergence").unwrap();
        for (x, y) in
            [(Some("task.fraction"), Some("task.ratio")), (Some("task.ratio"), Some("task.fraction"))]
        {
            let asked =
                PlaneRequest { columns: 24, rows: 24, fixed: SampleSize::Ratio(0.45), ..request(x, y) };
            let plane = plane(&scenario, &asked, &|| false).unwrap();
            assert!(seen(&plane, &plane.boundaries), "{x:?} {y:?}");
            let ratio = if y == Some("task.ratio") { 1 } else { 0 };
            let least = plane.boundaries.iter().flat_map(|line| &line.points);
            let least = least.map(|p| if ratio == 1 { p.1 } else { p.0 }).fold(f64::INFINITY, f64::min);
            let end = if ratio == 1 { plane.y.from } else { plane.x.from };
            assert!(least < 10.0 * end, "{x:?}: {least} of {end}");
        }
    }
}
