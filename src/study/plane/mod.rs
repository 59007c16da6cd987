//! Regime and risk of the optimal featurization over two axes, computed coarse to fine: the phase view and what `phase`
//! prints (section 5).

mod boundary;
mod fit;

use std::sync::Arc;

use crate::outside::memory;
use crate::scenario::{EFFECTIVE_RANK, Featurization, Model, Scenario, ScenarioError};
use crate::study::axis::{
    Axis, AxisRequest, SampleSize, Variable, is_of_the_fit, number_behind, of_the_plane, varied, varied_both,
};
use crate::study::plane::boundary::Line;
use crate::theory::boundary::Span;
use crate::theory::phase::{self, Cell};
use crate::theory::{NoiseVariance, SampleRatio, transition};

pub use fit::{FitLine, FitLineKind, FitPlane};

/// A plane to compute.
#[derive(Debug, Clone, PartialEq)]
pub struct PlaneRequest {
    /// Horizontal axis.
    pub x: AxisRequest,
    /// Vertical axis.
    pub y: AxisRequest,
    /// Number of columns.
    pub columns: usize,
    /// Number of rows.
    pub rows: usize,
    /// The sample size where neither axis is n/p.
    pub fixed: SampleSize,
    /// Whether to compute the ratio of the chosen featurization's risk to the optimum's.
    pub gain: bool,
}

/// A plane of regimes.
#[derive(Debug, Clone)]
pub struct Plane {
    /// The scenario whose parameters are varied.
    pub scenario: Scenario,
    /// The scenario has a test covariance, which the plane does not use.
    pub shifted: bool,
    /// p.
    pub dimension: usize,
    /// Horizontal axis.
    pub x: Axis,
    /// Vertical axis.
    pub y: Axis,
    /// Increasing values of x.
    pub columns: Vec<f64>,
    /// Increasing values of y.
    pub rows: Vec<f64>,
    /// The cells row by row; `None` where the values describe no scenario.
    pub cells: Vec<Option<Cell>>,
    /// The exact boundaries between regimes; empty until they are solved.
    pub boundaries: Vec<Line>,
    /// x and y of the triple point of soft, hard and null: in closed form over n/p and σ², else from the boundaries.
    pub triple: Option<(f64, f64)>,
    /// Risk of the chosen featurization over that of the optimum in each cell, NaN where there is none; empty unless
    /// requested.
    pub gain: Vec<f64>,
    /// The chosen fit, where an axis is of it.
    pub fit: Option<FitPlane>,
    /// Caveats, one sentence each.
    pub warnings: Vec<String>,
    /// Whether all rows are computed; before, missing rows are copies of their nearest neighbour.
    pub finished: bool,
}

impl Plane {
    /// The rows, by increasing y.
    pub fn rows(&self) -> impl Iterator<Item = &[Option<Cell>]> {
        self.cells.chunks(self.columns.len().max(1))
    }
}

/// A plane over n/p and a parameter as lines over n/p, one for each value of the parameter.
struct Lines {
    /// The key of the parameter.
    key: String,
    /// Its values.
    values: Vec<f64>,
    /// The sample ratios.
    ratios: Vec<f64>,
    /// The lines are the columns of the plane, not its rows.
    upright: bool,
}

impl Plane {
    /// `None` where neither axis is n/p.
    fn over_ratios(&self) -> Option<Lines> {
        let (columns, rows) = (self.columns.clone(), self.rows.clone());
        Some(match (&self.x.variable, &self.y.variable) {
            (Variable::SampleRatio, Variable::Parameter(key)) => {
                Lines { key: key.to_string(), values: rows, ratios: columns, upright: false }
            }
            (Variable::Parameter(key), Variable::SampleRatio) => {
                Lines { key: key.to_string(), values: columns, ratios: rows, upright: true }
            }
            _ => return None,
        })
    }
}

/// Columns from rows of so many values.
fn transposed<T: Clone>(rows: &[T], width: usize) -> Vec<T> {
    (0..width).flat_map(|i| rows.iter().skip(i).step_by(width.max(1)).cloned()).collect()
}

/// Memory of one cell while a plane is computed, in bytes.
const BYTES: u64 = 96;

/// The plane of a scenario.
///
/// # Errors
/// One sentence naming what cannot be computed or varied; [`ScenarioError::Interrupted`] once `stop` returns true.
pub fn plane(
    scenario: &Scenario,
    request: &PlaneRequest,
    stop: &(dyn Fn() -> bool + Sync),
) -> Result<Plane, ScenarioError> {
    fits(request)?;
    of_model(&Model::new(scenario, None, stop)?, request, stop, &mut |_| {})
}

/// Whether a plane fits in memory.
///
/// # Errors
/// One sentence with the number of cells.
pub fn fits(request: &PlaneRequest) -> Result<(), ScenarioError> {
    let cells = request.columns.saturating_mul(request.rows) as u64;
    memory::fits(cells.saturating_mul(BYTES)).map_err(|why| {
        ScenarioError::new(format!("a plane of {cells} cells would {why}; accepted are fewer"))
    })
}

/// The plane of a model; `shown` receives it after each pass.
///
/// # Errors
/// One sentence naming what cannot be computed or varied; [`ScenarioError::Interrupted`] once `stop` returns true.
pub fn of_model(
    model: &Model,
    request: &PlaneRequest,
    stop: &(dyn Fn() -> bool + Sync),
    shown: &mut dyn FnMut(Plane),
) -> Result<Plane, ScenarioError> {
    // The optimum is known only without a distribution shift, and is compared with risks without one.
    let shifted = model.is_shifted();
    let unshifted;
    let model = if model.is_shifted() {
        unshifted = model.unshifted()?;
        &unshifted
    } else {
        model
    };
    let task = model.task_spectrum()?;
    let (mut x, mut y) = (axis(model, "--x", &request.x)?, axis(model, "--y", &request.y)?);
    let behind = |axis: &Axis| axis.variable.key().map(|key| number_behind(model.scenario(), key));
    if x.variable == y.variable {
        return Err(ScenarioError::new(format!(
            "--x and --y are both {}; a plane needs two different axes",
            x.name()
        )));
    }
    if behind(&x) == behind(&y) {
        let name = behind(&x).unwrap_or_else(|| x.name().to_owned());
        return Err(ScenarioError::new(format!(
            "--x and --y ({}, {}) are both {name}; a plane needs two different axes",
            x.name(),
            y.name()
        )));
    }
    // Over n/p and σ² the range includes the triple point, unless its ends were requested.
    // What noise on the covariates hides is beside σ².
    let noise = |axis: &Axis| axis.variable.key() == Some("noise") && model.scenario().features.is_none();
    let triple = match (&x.variable, &y.variable) {
        (Variable::SampleRatio, Variable::Parameter(_)) if noise(&y) => {
            transition::triple_point(&task).map(|(a, v)| (a.get(), v.get()))
        }
        (Variable::Parameter(_), Variable::SampleRatio) if noise(&x) => {
            transition::triple_point(&task).map(|(a, v)| (v.get(), a.get()))
        }
        _ => None,
    };
    if let Some((at_x, at_y)) = triple {
        x.extend_to(at_x, &request.x);
        y.extend_to(at_y, &request.y);
    }
    let shift =
        shifted.then_some("the plane ignores [test]: the optimum is known only without a distribution shift");
    let mut plane = Plane {
        scenario: model.scenario().clone(),
        shifted,
        dimension: model.dimension(),
        columns: x.grid(request.columns),
        rows: y.grid(request.rows),
        x,
        y,
        cells: Vec::new(),
        boundaries: Vec::new(),
        triple,
        gain: Vec::new(),
        fit: None,
        warnings: shift.map(String::from).into_iter().chain(model.warnings().iter().cloned()).collect(),
        finished: false,
    };
    // The optimum does not depend on the fit, and raw features cost nothing to build.
    let scenario = Scenario {
        featurization: Featurization::Raw,
        source: None,
        bagging: None,
        ..model.scenario().clone()
    };
    let plain = Model::new(&scenario, Some(model), stop)?;
    let of_the_fit = |axis: &Axis| axis.variable.key().is_some_and(is_of_the_fit);
    let one_optimum = of_the_fit(&plane.x) && of_the_fit(&plane.y);
    plane.fit = fit::over(model, &plane, request.fixed, stop)?;
    plane.cells = match plane.over_ratios() {
        _ if one_optimum => {
            let optimal = task.optimal(request.fixed.ratio(model.dimension())?, model.noise());
            let cell =
                Cell { regime: optimal.regime, risk: optimal.risk, kept_fraction: optimal.kept_fraction };
            vec![Some(cell); plane.columns.len() * plane.rows.len()]
        }
        Some(Lines { key, values, ratios, upright }) => {
            let shared = (key == "noise" && model.scenario().features.is_none())
                .then(|| model.soft_table())
                .transpose()?;
            let row = |value: f64| match &shared {
                Some(table) => Some((Arc::clone(table), NoiseVariance::new(value).ok()?)),
                None => {
                    let model = varied(&plain, &key, value, stop).ok()?;
                    Some((model.soft_table().ok()?, model.noise()))
                }
            };
            let coarse = plane.clone();
            let turned =
                |cells: Vec<Option<Cell>>| if upright { transposed(&cells, ratios.len()) } else { cells };
            let mut pass =
                |part: &phase::Plane| shown(Plane { cells: turned(part.cells.clone()), ..coarse.clone() });
            turned(phase::over(&sample_ratios(&ratios)?, &values, row, stop, &mut pass)?.cells)
        }
        None => {
            let cell = |model: &Model, ratio| {
                let o = model.task_spectrum().ok()?.optimal(ratio, model.noise());
                Some(Cell { regime: o.regime, risk: o.risk, kept_fraction: o.kept_fraction })
            };
            let coarse = plane.clone();
            let mut pass = |cells| shown(Plane { cells, ..coarse.clone() });
            cell_by_cell(&plain, &plane, request.fixed, stop, cell, &mut pass)?
        }
    };
    shown(plane.clone());
    if !one_optimum {
        plane.boundaries = boundary::lines(&plain, &plane, request.fixed, stop)?;
    }
    plane.triple = plane.triple.or_else(|| boundary::triple(&plane.boundaries, &plane.x, &plane.y));
    if request.gain {
        plane.gain = gain(model, &plane, request.fixed, stop)?;
    }
    plane.finished = true;
    Ok(plane)
}

fn axis(model: &Model, flag: &str, asked: &AxisRequest) -> Result<Axis, ScenarioError> {
    let mut axis = Axis::new(flag, &of_the_plane(model.scenario()), asked)?;
    // The noise may be estimated.
    if axis.variable.key() == Some("noise") && model.scenario().noise.is_none() {
        axis.now = Some(model.noise().get());
    }
    Ok(axis)
}

const fn span(axis: &Axis) -> Span {
    Span { from: axis.from, to: axis.to, log: axis.log }
}

fn sample_ratios(values: &[f64]) -> Result<Vec<SampleRatio>, ScenarioError> {
    values.iter().map(|&v| Ok(SampleRatio::new(v)?)).collect()
}

/// A value for every cell, each from a separate scenario; `shown` receives them after each pass.
///
/// # Errors
/// [`ScenarioError::Interrupted`] once `stop` returns true.
fn cell_by_cell<T: Clone + Send>(
    model: &Model,
    plane: &Plane,
    fixed: SampleSize,
    stop: &(dyn Fn() -> bool + Sync),
    of: impl Fn(&Model, SampleRatio) -> Option<T> + Sync,
    shown: &mut dyn FnMut(Vec<Option<T>>),
) -> Result<Vec<Option<T>>, ScenarioError> {
    let cell = |row: &Model, vx: f64, vy: f64| {
        let model = match (plane.x.variable.key(), plane.y.variable.key()) {
            (Some(x), Some(y)) if y == EFFECTIVE_RANK => varied_both(model, ((x, vx), (y, vy)), stop).ok()?,
            (Some(x), _) => varied(row, x, vx, stop).ok()?,
            (None, _) => row.clone(),
        };
        let ratio = match (&plane.x.variable, &plane.y.variable) {
            (Variable::SampleRatio, _) => SampleRatio::new(vx).ok()?,
            (_, Variable::SampleRatio) => SampleRatio::new(vy).ok()?,
            _ => fixed.ratio(model.dimension()).ok()?,
        };
        of(&model, ratio)
    };
    let row = |i: usize| {
        if stop() {
            return Err(ScenarioError::Interrupted);
        }
        let vy = *plane.rows.get(i).ok_or(ScenarioError::Interrupted)?;
        let row = match plane.y.variable.key() {
            Some(key) => varied(model, key, vy, stop).ok(),
            None => Some(model.clone()),
        };
        let of = |vx: &f64| row.as_ref().and_then(|row| cell(row, *vx, vy));
        Ok(plane.columns.iter().map(of).collect::<Vec<_>>())
    };
    phase::filled(plane.rows.len(), row, shown)
}

/// R_chosen/R_optimal in every cell, NaN where there is none.
fn gain(
    model: &Model,
    plane: &Plane,
    fixed: SampleSize,
    stop: &(dyn Fn() -> bool + Sync),
) -> Result<Vec<f64>, ScenarioError> {
    let risks = fit::risks(model, plane, fixed, stop)?;
    let over = |(risk, cell): (&Option<f64>, &Option<Cell>)| match (risk, cell) {
        (Some(risk), Some(best)) if best.risk > 0.0 => risk / best.risk,
        _ => f64::NAN,
    };
    Ok(risks.iter().zip(&plane.cells).map(over).collect())
}
