//! The phase plane of the optimal featurization over n/p and a second parameter, filled coarse to fine.

use std::sync::Arc;

use super::Request;
use crate::engine::Ended;
use crate::scenario::Model;
use crate::scenario::parameter::{Kind, Parameter, Value, parameters};
use crate::theory::phase::{self, Plane};
use crate::theory::representation::Representation;
use crate::theory::sweep::{self, Spacing};
use crate::theory::{NoiseVariance, SampleRatio, SoftTable, transition};

/// Which plane, and how fine.
#[derive(Debug, Clone, PartialEq)]
pub struct PhaseRequest {
    /// The dotted key of the second parameter.
    pub y: String,
    pub columns: usize,
    pub rows: usize,
    /// Whether to compute the chosen featurization's risk beside the optimum's.
    pub gain: bool,
}

/// The second axis.
#[derive(Debug, Clone, PartialEq)]
pub struct Second {
    pub key: String,
    pub label: &'static str,
    pub from: f64,
    pub to: f64,
    pub log: bool,
    /// Its value now; `None` where it is not a number.
    pub now: Option<f64>,
}

/// The plane and where soft, hard and null meet, if that point is known and inside.
#[derive(Debug, Clone)]
pub struct Phase {
    pub plane: Plane,
    pub second: Second,
    pub triple: Option<(f64, f64)>,
    /// Risk of the chosen featurization over the optimum's, cell by cell; empty unless asked for.
    pub gain: Vec<f64>,
    pub finished: bool,
}

/// Parameters a plane can have as its second: every number that is a slider of the scenario, but the dimension.
#[must_use]
pub fn seconds(scenario: &crate::scenario::Scenario) -> Vec<Second> {
    parameters(scenario).iter().filter_map(second).collect()
}

fn second(parameter: &Parameter) -> Option<Second> {
    let Kind::Number { min, max, scale, .. } = &parameter.kind else { return None };
    let of_selection = parameter.key.starts_with("task.")
        || parameter.key.starts_with("covariates.")
        || matches!(parameter.key.as_str(), "noise" | "signal");
    if !of_selection || scale.is_integer() {
        return None;
    }
    Some(Second {
        key: parameter.key.clone(),
        label: parameter.label,
        from: *min,
        to: *max,
        log: scale.is_log(),
        now: match parameter.value {
            Value::Number(now) => Some(now),
            Value::Word(_) => None,
        },
    })
}

/// Fills the plane; `shown` sees it after each pass, `stop` is polled in between.
pub(super) fn compute(
    request: &Request,
    wanted: &PhaseRequest,
    model: &Model,
    chosen: Option<&Representation>,
    stop: &(dyn Fn() -> bool + Sync),
    shown: &mut dyn FnMut(Phase),
) -> Result<Phase, Ended> {
    let scenario = &request.scenario;
    let mut second = seconds(scenario).into_iter().find(|s| s.key == wanted.y).ok_or_else(|| {
        Ended::Failed(format!("there is no phase plane over {} in this scenario", wanted.y))
    })?;
    // An estimated noise is a number too.
    if wanted.y == "noise" {
        second.now = Some(model.noise().get());
    }
    let spacing = |log: bool| if log { Spacing::Log } else { Spacing::Linear };
    let window = request.window;
    let columns = sweep::grid(window.from, window.to, wanted.columns, spacing(window.log))?;
    let rows = values(&second, wanted.rows);
    let table = Arc::new(SoftTable::new(model.task_spectrum()?));
    let triple = (wanted.y == "noise")
        .then(|| transition::triple_point(table.task()))
        .flatten()
        .map(|(ratio, noise)| (ratio.get(), noise.get()));
    let row = |value: f64| -> Option<phase::Row> {
        if wanted.y == "noise" {
            return Some((Arc::clone(&table), NoiseVariance::new(value).ok()?));
        }
        let model = varied(scenario, &wanted.y, value, model, stop)?;
        Some((Arc::new(SoftTable::new(model.task_spectrum().ok()?)), model.noise()))
    };
    let finish = |plane: Plane, gain: Vec<f64>, finished| Phase {
        plane,
        second: second.clone(),
        triple,
        gain,
        finished,
    };
    let plane = phase::over(&columns, &rows, row, stop, &mut |plane| {
        shown(finish(plane.clone(), Vec::new(), false))
    })?;
    let gain = match chosen.filter(|_| wanted.gain) {
        Some(chosen) => gains(request, &wanted.y, model, chosen, &plane, &columns, stop)?,
        None => Vec::new(),
    };
    Ok(finish(plane, gain, true))
}

fn values(second: &Second, count: usize) -> Vec<f64> {
    let steps = count.saturating_sub(1).max(1) as f64;
    let at = |i: usize| {
        let t = i as f64 / steps;
        if second.log {
            second.from * (t * (second.to / second.from).ln()).exp()
        } else {
            second.from + t * (second.to - second.from)
        }
    };
    (0..count).map(at).collect()
}

/// The model with one parameter changed.
fn varied(
    scenario: &crate::scenario::Scenario,
    key: &str,
    value: f64,
    model: &Model,
    stop: &(dyn Fn() -> bool + Sync),
) -> Option<Model> {
    let mut scenario = scenario.clone();
    scenario.set(key, &value.to_string()).ok()?;
    Model::new(&scenario, Some(model), stop).ok()
}

/// R_chosen/R_optimal in every cell, NaN where there is no chosen featurization.
fn gains(
    request: &Request,
    key: &str,
    model: &Model,
    chosen: &Representation,
    plane: &Plane,
    columns: &[SampleRatio],
    stop: &(dyn Fn() -> bool + Sync),
) -> Result<Vec<f64>, Ended> {
    let mut gain = Vec::with_capacity(plane.cells.len());
    for (i, &value) in plane.rows.iter().enumerate() {
        let risks = if key == "noise" {
            let noise = NoiseVariance::new(value)?;
            chosen.curve(columns, model.ridge(), noise, stop)?
        } else {
            let changed = varied(&request.scenario, key, value, model, stop);
            let representation = changed
                .as_ref()
                .and_then(|m| Some((m, m.representation(&request.scenario.featurization).ok()?)));
            match representation {
                Some((m, r)) => r.curve(columns, m.ridge(), m.noise(), stop)?,
                None => vec![None; columns.len()],
            }
        };
        for (j, risk) in risks.iter().enumerate() {
            let best = plane.cell(i, j).map(|c| c.risk);
            gain.push(match (risk, best) {
                (Some(r), Some(best)) if best > 0.0 => r.risk / best,
                _ => f64::NAN,
            });
        }
    }
    Ok(gain)
}
