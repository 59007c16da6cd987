//! The exact boundaries between the optimum's regimes over any two axes, and their triple point (section 5).

use crate::scenario::{Model, ScenarioError};
use crate::study::axis::{Axis, SampleSize, Variable, varied, varied_both};
use crate::theory::boundary::{self, Boundary, Span};
use crate::theory::transition::{self, Transition};
use crate::theory::{NoiseVariance, Regime, SoftTable, TheoryError};

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

/// All boundaries of the plane. Across n/p one table serves each value of the other axis.
///
/// # Errors
/// [`ScenarioError::Interrupted`] once `stop` returns true.
pub(in crate::study) fn lines(
    model: &Model,
    (x, y): (&Axis, &Axis),
    fixed: SampleSize,
    stop: &(dyn Fn() -> bool + Sync),
) -> Result<Vec<Line>, ScenarioError> {
    let turned = |line: Boundary| Line {
        between: (line.before, line.after),
        points: line.points.into_iter().map(|(along, across)| (across, along)).collect(),
    };
    let straight = |line: Boundary| Line { between: (line.before, line.after), points: line.points };
    Ok(match (&x.variable, &y.variable) {
        (Variable::SampleRatio, Variable::Parameter(key)) => {
            along(model, (y, key), x, stop)?.into_iter().map(turned).map(increasing).collect()
        }
        (Variable::Parameter(key), Variable::SampleRatio) => {
            along(model, (x, key), y, stop)?.into_iter().map(straight).collect()
        }
        (Variable::Parameter(across), Variable::Parameter(upwards)) => {
            let nodes = span(y).nodes(NODES);
            let solve = |value: f64| {
                let optimal = |up: f64| {
                    let model = varied_both(model, ((across, value), (upwards, up)), stop).ok()?;
                    let ratio = fixed.ratio(model.dimension()).ok()?;
                    Some(model.task_spectrum().ok()?.optimal(ratio, model.noise()))
                };
                transition::along(&nodes, optimal, stop)
            };
            let found = boundary::boundaries(span(x), span(y), NODES, solve, stop)?;
            found.into_iter().map(straight).collect()
        }
        (Variable::SampleRatio, Variable::SampleRatio) => Vec::new(),
    })
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
    let shared = (key == "noise").then(|| model.soft_table()).transpose()?;
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

const fn span(axis: &Axis) -> Span {
    Span { from: axis.from, to: axis.to, log: axis.log }
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
    use crate::theory::SampleRatio;

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

    /// Wherever the axes are, both regimes' risks are equal on a line, and beside it the optimum is one of each.
    #[test]
    fn lines_over_any_axes_part_the_regimes() {
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
                // It depends on the other.
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
}
