//! Regime and risk of the optimal featurization over a grid of two axes: what `phase` prints and plots.

use std::sync::Arc;

use rayon::prelude::*;

use super::curve::{Fixed, changed};
use crate::scenario::{Model, Scenario, ScenarioError};
use crate::study::phase::{Second, seconds};
use crate::theory::phase::{self, Cell};
use crate::theory::{SampleRatio, SoftTable, transition};

/// One axis: n/p or a parameter.
#[derive(Debug, Clone, PartialEq)]
pub struct Axis {
    /// The parameter's dotted key; `None`: n/p.
    pub key: Option<String>,
    pub label: &'static str,
    pub values: Vec<f64>,
    pub log: bool,
    /// Where the scenario is, if that is a number.
    pub now: Option<f64>,
}

/// What is asked of an axis; what is left out is as the dashboard has it.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    pub key: Option<String>,
    pub from: Option<f64>,
    pub to: Option<f64>,
    pub log: bool,
    pub count: usize,
}

/// The grid, rows following y.
#[derive(Debug, Clone)]
pub struct Plane {
    pub scenario: Scenario,
    pub dimension: usize,
    pub x: Axis,
    pub y: Axis,
    /// One row after the other; `None` where the parameters describe nothing.
    pub cells: Vec<Option<Cell>>,
    /// n/p and σ² where soft, hard and null meet; only known over these two.
    pub triple: Option<(f64, f64)>,
    pub warnings: Vec<String>,
}

impl Plane {
    /// # Errors
    /// One sentence naming what cannot be computed or varied.
    pub fn new(scenario: &Scenario, x: &Asked, y: &Asked, fixed: Fixed) -> Result<Self, ScenarioError> {
        let model = Model::new(scenario, None, &|| false)?;
        let task = model.task_spectrum()?;
        let (x, y) = (axis(&model, "--x", x)?, axis(&model, "--y", y)?);
        if x.key == y.key {
            return Err(ScenarioError::new(format!(
                "--x and --y are both {}; a plane needs two different axes",
                x.name()
            )));
        }
        let over_noise = x.key.is_none() && y.key.as_deref() == Some("noise");
        let cells = match (&x.key, &y.key) {
            (None, Some(key)) => {
                let columns: Vec<SampleRatio> =
                    x.values.iter().map(|&v| SampleRatio::new(v)).collect::<Result<_, _>>()?;
                let shared = (key == "noise").then(|| Arc::new(SoftTable::new(task.clone())));
                let row = |value: f64| {
                    let model = changed(&model, key, value).ok()?;
                    let table = match &shared {
                        Some(table) => Arc::clone(table),
                        None => Arc::new(SoftTable::new(model.task_spectrum().ok()?)),
                    };
                    Some((table, model.noise()))
                };
                phase::over(&columns, &y.values, row, &|| false, &mut |_| {})?.cells
            }
            _ => two_parameters(&model, &x, &y, fixed),
        };
        let triple = over_noise.then(|| transition::triple_point(&task)).flatten();
        Ok(Self {
            scenario: scenario.clone(),
            dimension: model.dimension(),
            x,
            y,
            cells,
            triple: triple.map(|(ratio, noise)| (ratio.get(), noise.get())),
            warnings: model.warnings().to_vec(),
        })
    }

    /// The rows, from the first value of y on.
    pub fn rows(&self) -> impl Iterator<Item = &[Option<Cell>]> {
        self.cells.chunks(self.x.values.len().max(1))
    }
}

impl Axis {
    /// As JSON and tables call it.
    #[must_use]
    pub fn name(&self) -> &str {
        self.key.as_deref().unwrap_or("sample_ratio")
    }

    /// Both ends.
    #[must_use]
    pub fn ends(&self) -> (f64, f64) {
        (self.values.first().copied().unwrap_or(0.0), self.values.last().copied().unwrap_or(1.0))
    }
}

fn axis(model: &Model, flag: &str, asked: &Asked) -> Result<Axis, ScenarioError> {
    let all = seconds(model.scenario());
    let second = match &asked.key {
        None => None,
        Some(key) => Some(all.iter().find(|s| s.key == *key).ok_or_else(|| {
            let known: Vec<&str> = all.iter().map(|s| s.key.as_str()).collect();
            ScenarioError::new(format!(
                "{flag} {key} is no axis of the optimum's regimes in this scenario; accepted are n/p, {}",
                known.join(", ")
            ))
        })?),
    };
    let of = |pick: fn(&Second) -> f64, ratio: f64| second.map_or(ratio, pick);
    let (from, to) = (asked.from.unwrap_or(of(|s| s.from, 0.02)), asked.to.unwrap_or(of(|s| s.to, 1.6)));
    let log = asked.log || (second.is_some_and(|s| s.log) && from > 0.0);
    if !(from.is_finite() && to.is_finite() && to > from && (from > 0.0 || (second.is_some() && !log))) {
        return Err(ScenarioError::new(format!(
            "the axis of {flag} goes from {from} to {to}; accepted are finite ends, the first below the second, \
             above 0 for n/p and for logarithms"
        )));
    }
    let steps = asked.count.saturating_sub(1).max(1) as f64;
    let at = |i: usize| {
        let t = i as f64 / steps;
        let value = if log { from * (t * (to / from).ln()).exp() } else { from + t * (to - from) };
        if i + 1 == asked.count { to } else { value.clamp(from, to) }
    };
    let now = match &second {
        Some(s) if s.key == "noise" => Some(model.noise().get()),
        Some(s) => s.now,
        None => None,
    };
    Ok(Axis {
        key: asked.key.clone(),
        label: second.map_or("n/p", |s| s.label),
        values: (0..asked.count).map(at).collect(),
        log,
        now,
    })
}

/// Neither axis need be n/p: every cell is a scenario of its own.
fn two_parameters(model: &Model, x: &Axis, y: &Axis, fixed: Fixed) -> Vec<Option<Cell>> {
    let set = |model: &Model, axis: &Axis, value: f64| match &axis.key {
        Some(key) => changed(model, key, value).ok(),
        None => Some(model.clone()),
    };
    let cell = |row: &Model, (vx, vy): (f64, f64)| {
        let model = set(row, x, vx)?;
        // Where y is n/p, it is what is fixed in the other case.
        let ratio = if y.key.is_none() { SampleRatio::new(vy).ok()? } else { fixed.ratio(&model).ok()? };
        let o = model.task_spectrum().ok()?.optimal(ratio, model.noise());
        Some(Cell { regime: o.regime, risk: o.risk, kept_fraction: o.kept_fraction })
    };
    let row = |&vy: &f64| {
        let row = set(model, y, vy);
        let of = |vx: &f64| row.as_ref().and_then(|row| cell(row, (*vx, vy)));
        x.values.iter().map(of).collect::<Vec<_>>()
    };
    y.values.par_iter().map(row).collect::<Vec<_>>().concat()
}
