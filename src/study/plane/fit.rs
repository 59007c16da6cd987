//! The risk of the chosen fit over a plane of which an axis is of the fit (section 11), with the budget m·N of pretraining
//! and the line at which a source task begins to harm.

use rayon::prelude::*;

use super::{Lines, Plane, cell_by_cell, sample_ratios, span, transposed};
use crate::scenario::{Metric, Model, ScenarioError};
use crate::study::axis::{Axis, SampleSize, Variable, is_of_the_fit, varied, varied_both};
use crate::study::pretraining::{Split, Upstream};
use crate::theory::boundary::{self, Boundary, Crossing};
use crate::theory::transfer::SourceWeight;
use crate::theory::{NoiseVariance, RidgeChoice, SampleRatio, TheoryError};

/// The fit over the plane.
#[derive(Debug, Clone, PartialEq)]
pub struct FitPlane {
    /// Risk in each cell, NaN where there is none.
    pub risk: Vec<f64>,
    /// Lines over the plane.
    pub lines: Vec<FitLine>,
    /// The best m and N on the line of the budget.
    pub best_split: Option<Split>,
}

/// A line over the plane.
#[derive(Debug, Clone, PartialEq)]
pub struct FitLine {
    /// The quantity that is constant along the line.
    pub kind: FitLineKind,
    /// Points (x, y) along it.
    pub points: Vec<(f64, f64)>,
}

/// The quantity that is constant along a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FitLineKind {
    /// m·N of pretraining is the scenario's.
    Budget,
    /// The risk with the source is that without one: on one side its weights harm.
    NegativeTransfer,
}

impl FitLineKind {
    /// Name in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Budget => "budget",
            Self::NegativeTransfer => "negative-transfer",
        }
    }
}

const TASKS: &str = "featurization.tasks";
const SAMPLES: &str = "featurization.samples";
const CORRELATION: &str = "source.correlation";
/// Columns that are solved before lines are refined.
const COLUMNS: usize = 48;
/// Nodes between which the line of no gain is bracketed.
const NODES: usize = 24;

/// The fit over the plane; `None` where no axis is of the fit.
///
/// # Errors
/// [`ScenarioError::Interrupted`] once `stop` returns true.
pub(in crate::study) fn over(
    model: &Model,
    plane: &Plane,
    fixed: SampleSize,
    stop: &(dyn Fn() -> bool + Sync),
) -> Result<Option<FitPlane>, ScenarioError> {
    let keys = [plane.x.variable.key(), plane.y.variable.key()];
    if !keys.into_iter().flatten().any(is_of_the_fit) {
        return Ok(None);
    }
    let risks = match Upstream::new(model) {
        Some(upstream) if keys == [Some(TASKS), Some(SAMPLES)] || keys == [Some(SAMPLES), Some(TASKS)] => {
            over_pretraining(&upstream, plane, fixed.ratio(model.dimension())?, stop)?
        }
        _ => risks(model, plane, fixed, stop)?,
    };
    let mut lines = negative_transfer(model, (&plane.x, &plane.y), fixed, stop)?;
    let budget = budget(model, plane, fixed);
    let best_split = budget.as_ref().and_then(|(_, split)| *split);
    lines.extend(budget.map(|(line, _)| line));
    let risk = risks.into_iter().map(|risk| risk.unwrap_or(f64::NAN)).collect();
    Ok(Some(FitPlane { risk, lines, best_split }))
}

/// Risks over m and N: one spectrum for each N, and along m each solve started from its neighbours.
fn over_pretraining(
    upstream: &Upstream,
    plane: &Plane,
    ratio: SampleRatio,
    stop: &(dyn Fn() -> bool + Sync),
) -> Result<Vec<Option<f64>>, ScenarioError> {
    let across = plane.x.variable.key() == Some(TASKS);
    let (tasks, samples) = if across { (&plane.columns, &plane.rows) } else { (&plane.rows, &plane.columns) };
    let of_samples = |&samples: &f64| match upstream.over_tasks(tasks, samples, ratio, stop) {
        Err(TheoryError::Interrupted) => Err(TheoryError::Interrupted),
        found => Ok(found.unwrap_or_else(|_| vec![None; tasks.len()])),
    };
    let found = samples.par_iter().map(of_samples).collect::<Result<Vec<_>, _>>()?;
    if across {
        return Ok(found.into_iter().flatten().collect());
    }
    let cell = |row: usize, column: usize| found.get(column).and_then(|all| all.get(row).copied().flatten());
    let (rows, columns) = (plane.rows.len(), plane.columns.len());
    Ok((0..rows)
        .flat_map(|row| (0..columns).map(move |column| (row, column)))
        .map(|(r, c)| cell(r, c))
        .collect())
}

/// Risk of the chosen fit in every cell.
///
/// # Errors
/// [`ScenarioError::Interrupted`] once `stop` returns true.
pub(super) fn risks(
    model: &Model,
    plane: &Plane,
    fixed: SampleSize,
    stop: &(dyn Fn() -> bool + Sync),
) -> Result<Vec<Option<f64>>, ScenarioError> {
    let chosen = &model.scenario().featurization;
    if let Some(Lines { key, values, ratios, upright }) = plane.over_ratios() {
        let (key, columns) = (key.as_str(), sample_ratios(&ratios)?);
        let same = (key == "noise" && model.scenario().features.is_none() && !chosen.depends_on_noise())
            .then(|| model.risk_curve(chosen))
            .transpose()?;
        let row = |&value: &f64| {
            let points = if let Some(curve) = &same {
                curve.curve(&columns, model.ridge(), NoiseVariance::new(value)?, Metric::Risk, stop)?
            } else {
                let model = varied(model, key, value, stop);
                let found = model
                    .and_then(|m| Ok((m.risk_curve(&m.scenario().featurization)?, m.ridge(), m.noise())));
                match found {
                    Ok((curve, ridge, noise)) => curve.curve(&columns, ridge, noise, Metric::Risk, stop)?,
                    Err(ScenarioError::Interrupted) => return Err(ScenarioError::Interrupted),
                    Err(_) => return Ok(vec![None; columns.len()]),
                }
            };
            Ok::<_, ScenarioError>(points.iter().map(|p| p.value(Metric::Risk)).collect::<Vec<_>>())
        };
        let lines = values.par_iter().map(row).collect::<Result<Vec<_>, _>>()?;
        let risks: Vec<Option<f64>> = lines.into_iter().flatten().collect();
        return Ok(if upright { transposed(&risks, ratios.len()) } else { risks });
    }
    let risk = |model: &Model, ratio| {
        let curve = model.risk_curve(&model.scenario().featurization).ok()?;
        curve.risk_at(ratio, model.ridge(), model.noise()).ok()?.value(Metric::Risk)
    };
    cell_by_cell(model, plane, fixed, stop, risk, &mut |_| {})
}

/// The line of the scenario's m·N over a plane of m and N, and the best split on it.
fn budget(model: &Model, plane: &Plane, fixed: SampleSize) -> Option<(FitLine, Option<Split>)> {
    const POINTS: usize = 128;
    let (x, y) = (&plane.x, &plane.y);
    let keys = [x.variable.key(), y.variable.key()];
    if keys != [Some(TASKS), Some(SAMPLES)] && keys != [Some(SAMPLES), Some(TASKS)] {
        return None;
    }
    let upstream = Upstream::new(model)?;
    let total = x.now? * y.now?;
    let (from, to) = (x.from.max(total / y.to), x.to.min(total / y.from));
    if !(from > 0.0 && to > from) {
        return None;
    }
    let at = |i: usize| {
        let place = from * (i as f64 / (POINTS - 1) as f64 * (to / from).ln()).exp();
        (place, total / place)
    };
    let line = FitLine { kind: FitLineKind::Budget, points: (0..POINTS).map(at).collect() };
    let split = fixed.ratio(model.dimension()).ok().and_then(|ratio| upstream.best_split(total, ratio));
    Some((line, split))
}

/// The lines at which the risk with the source is that without one; with the best weight, which never harms, those of
/// weight 1.
fn negative_transfer(
    model: &Model,
    (x, y): (&Axis, &Axis),
    fixed: SampleSize,
    stop: &(dyn Fn() -> bool + Sync),
) -> Result<Vec<FitLine>, ScenarioError> {
    let Some(mut source) = model.scenario().source else { return Ok(Vec::new()) };
    if source.weight == SourceWeight::Best {
        source.weight = SourceWeight::Fixed(1.0);
    }
    let scenario = crate::scenario::Scenario { source: Some(source), ..model.scenario().clone() };
    let model = Model::new(&scenario, Some(model), stop)?;
    // Across the correlation, where it is an axis, the line has one point.
    let turned = y.variable.key() != Some(CORRELATION) && x.variable.key() == Some(CORRELATION);
    let (along, across) = if turned { (y, x) } else { (x, y) };
    let gain = |at: f64, value: f64| gain(&model, (along, at), (across, value), fixed, stop);
    let solve = |at: f64| -> Result<Vec<Crossing<bool>>, TheoryError> {
        let closed =
            across.variable.key() == Some(CORRELATION) && matches!(scenario.ridge, RidgeChoice::Fixed(_));
        let nodes = if closed { vec![across.from, across.to] } else { span(across).nodes(NODES) };
        let mut found = Vec::new();
        let mut before: Option<(f64, f64)> = None;
        for value in nodes {
            if stop() {
                return Err(TheoryError::Interrupted);
            }
            let now = gain(at, value).map(|gain| (value, gain));
            if let (Some(low), Some(high)) = (before, now)
                && (low.1 > 0.0) != (high.1 > 0.0)
            {
                let root = root(low, high, closed, &|value| gain(at, value));
                found.push(Crossing { before: low.1 > 0.0, after: high.1 > 0.0, at: root });
            }
            before = now;
        }
        Ok(found)
    };
    let lines = boundary::boundaries(span(along), span(across), COLUMNS, solve, stop)?;
    let line = |Boundary { points, .. }: Boundary<bool>| {
        let points = points.into_iter().map(|(a, b)| if turned { (b, a) } else { (a, b) });
        FitLine { kind: FitLineKind::NegativeTransfer, points: points.collect() }
    };
    Ok(lines.into_iter().map(line).collect())
}

/// Risk without the source less the risk with it.
fn gain(
    model: &Model,
    (along, at): (&Axis, f64),
    (across, value): (&Axis, f64),
    fixed: SampleSize,
    stop: &(dyn Fn() -> bool + Sync),
) -> Option<f64> {
    let model = match (along.variable.key(), across.variable.key()) {
        (Some(a), Some(b)) => varied_both(model, ((a, at), (b, value)), stop).ok()?,
        (Some(a), None) => varied(model, a, at, stop).ok()?,
        (None, Some(b)) => varied(model, b, value, stop).ok()?,
        (None, None) => return None,
    };
    let ratio = match (&along.variable, &across.variable) {
        (Variable::SampleRatio, _) => SampleRatio::new(at).ok()?,
        (_, Variable::SampleRatio) => SampleRatio::new(value).ok()?,
        _ => fixed.ratio(model.dimension()).ok()?,
    };
    let curve = model.risk_curve(&model.scenario().featurization).ok()?;
    let risk = curve.risk_at(ratio, model.ridge(), model.noise()).ok()?.risk?;
    let gain = risk.source?.without - risk.risk;
    gain.is_finite().then_some(gain)
}

/// The root between two values of opposite sign; `straight`: the function is linear.
fn root(
    (mut low, mut at_low): (f64, f64),
    (mut high, mut at_high): (f64, f64),
    straight: bool,
    value: &dyn Fn(f64) -> Option<f64>,
) -> f64 {
    const STEPS: usize = 60;
    const CLOSE: f64 = 1e-10;
    let secant =
        |low: f64, at_low: f64, high: f64, at_high: f64| low - at_low * (high - low) / (at_high - at_low);
    if straight {
        return secant(low, at_low, high, at_high);
    }
    for step in 0..STEPS {
        if (high - low).abs() <= CLOSE * high.abs().max(low.abs()) {
            break;
        }
        // Secant steps, halved in between so that both ends move.
        let guess = if step % 2 == 0 { secant(low, at_low, high, at_high) } else { 0.5 * (low + high) };
        let Some(there) = value(guess) else { break };
        if there == 0.0 {
            return guess;
        }
        if (there > 0.0) == (at_low > 0.0) {
            (low, at_low) = (guess, there);
        } else {
            (high, at_high) = (guess, there);
        }
    }
    0.5 * (low + high)
}
