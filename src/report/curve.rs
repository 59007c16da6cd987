//! Risk along n/p or along any parameter, for several featurizations: what `curve` prints and plots.
//!
//! Every point is evaluated on its own, as `eval` does, so that both give the same digits.

use rayon::prelude::*;

use super::{Evaluator, Point};
use crate::scenario::parameter::{Kind, parameters};
use crate::scenario::{Model, Scenario, ScenarioError};
use crate::theory::divergence::Divergence;
use crate::theory::selection::{Optimal, Regime};
use crate::theory::sweep::{self, Spacing};
use crate::theory::transition::{self, Transition};
use crate::theory::{SampleRatio, SoftTable};

/// What is varied.
#[derive(Debug, Clone, PartialEq)]
pub struct Along {
    /// A parameter's dotted key; `None`: n/p.
    pub key: Option<String>,
    pub from: f64,
    pub to: f64,
    pub points: usize,
    pub log: bool,
    /// Where n stands while a parameter is varied.
    pub fixed: Fixed,
}

/// Where on the n axis a curve along another parameter is taken.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Fixed {
    Ratio(f64),
    Samples(f64),
}

/// The parameter along a curve.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameter {
    pub key: String,
    pub label: &'static str,
}

/// Curves over one axis.
#[derive(Debug, Clone)]
pub struct Curves {
    /// Of the first featurization.
    pub scenario: Scenario,
    pub dimension: usize,
    /// `None`: n/p.
    pub parameter: Option<Parameter>,
    pub along: Along,
    pub curves: Vec<Curve>,
    /// The optimum's regimes from left to right; none without a task spectrum.
    pub stretches: Vec<Stretch>,
    /// Of the optimum, at the axis' values.
    pub transitions: Vec<Transition>,
    pub warnings: Vec<String>,
}

/// The curve of one featurization.
#[derive(Debug, Clone)]
pub struct Curve {
    pub featurization: &'static str,
    pub title: String,
    /// The axis' value at each point, increasing.
    pub xs: Vec<f64>,
    pub points: Vec<Point>,
    pub divergences: Vec<Divergence>,
}

/// A stretch of the axis in one regime of the optimum.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stretch {
    pub from: f64,
    pub to: f64,
    pub regime: Regime,
    /// Share of the directions kept at both ends.
    pub kept: (f64, f64),
}

impl Curves {
    /// One curve a scenario; they differ in their featurization. With `drawn`, points close in on poles, as a picture
    /// needs them.
    ///
    /// # Errors
    /// One sentence naming what cannot be computed or varied.
    pub fn new(scenarios: &[Scenario], along: Along, drawn: bool) -> Result<Self, ScenarioError> {
        let Some(first) = scenarios.first() else {
            return Err(ScenarioError::new("a curve needs a featurization"));
        };
        let mut models: Vec<Model> = Vec::new();
        for scenario in scenarios {
            models.push(Model::new(scenario, models.last(), &|| false)?);
        }
        let Some(model) = models.first() else { return Err(ScenarioError::Interrupted) };
        let parameter = along.key.as_deref().map(|key| varied(scenarios, key)).transpose()?;
        let mut all = Self {
            scenario: first.clone(),
            dimension: model.dimension(),
            parameter,
            curves: Vec::new(),
            stretches: Vec::new(),
            transitions: Vec::new(),
            warnings: model.warnings().to_vec(),
            along,
        };
        match all.parameter.clone() {
            None => {
                all.curves =
                    models.iter().map(|m| over_ratios(m, &all.along, drawn)).collect::<Result<_, _>>()?;
                all.regimes_over_ratios(model)?;
            }
            Some(parameter) => {
                all.curves =
                    models.iter().map(|m| over(m, &parameter.key, &all.along)).collect::<Result<_, _>>()?;
                all.regimes_over(model, &parameter.key)?;
            }
        }
        Ok(all)
    }

    fn regimes_over_ratios(&mut self, model: &Model) -> Result<(), ScenarioError> {
        let Ok(task) = model.task_spectrum() else { return Ok(()) };
        let (table, Along { from, to, .. }) = (SoftTable::new(task), self.along.clone());
        self.transitions = transition::transitions(&table, model.noise(), from, to, &|| false)?;
        let at = |ratio| Ok::<_, ScenarioError>(table.optimal(SampleRatio::new(ratio)?, model.noise()));
        self.stretch(at(from)?, at(to)?);
        Ok(())
    }

    fn regimes_over(&mut self, model: &Model, key: &str) -> Result<(), ScenarioError> {
        let optimal = |value: f64| -> Option<Optimal> {
            let model = changed(model, key, value).ok()?;
            let ratio = self.along.fixed.ratio(&model).ok()?;
            Some(model.task_spectrum().ok()?.optimal(ratio, model.noise()))
        };
        let values = self.along.values(model.scenario(), key);
        let (Some(&from), Some(&to)) = (values.first(), values.last()) else { return Ok(()) };
        let (Some(first), Some(last)) = (optimal(from), optimal(to)) else { return Ok(()) };
        // The optimum does not know the fit's ridge or featurization.
        if key != "ridge" && !key.starts_with("featurization.") && !is_whole(model.scenario(), key) {
            self.transitions = transition::along(&values, optimal, &|| false)?;
        }
        self.stretch(first, last);
        Ok(())
    }

    fn stretch(&mut self, first: Optimal, last: Optimal) {
        let (mut from, mut regime, mut kept) = (self.along.from, first.regime, first.kept_fraction);
        for t in &self.transitions {
            self.stretches.push(Stretch { from, to: t.at, regime, kept: (kept, t.kept_before) });
            (from, regime, kept) = (t.at, t.to, t.kept_after);
        }
        let to = self.along.to;
        self.stretches.push(Stretch { from, to, regime, kept: (kept, last.kept_fraction) });
    }

    /// n/p at a value of the axis.
    #[must_use]
    pub fn ratio_at(&self, value: f64) -> f64 {
        match (&self.parameter, self.along.fixed) {
            (None, _) => value,
            (_, Fixed::Ratio(ratio)) => ratio,
            (Some(p), Fixed::Samples(n)) if p.key == "dimension" => n / value,
            (_, Fixed::Samples(n)) => n / self.dimension as f64,
        }
    }
}

impl Along {
    /// The values of a parameter; whole ones where it only takes those.
    fn values(&self, scenario: &Scenario, key: &str) -> Vec<f64> {
        let steps = self.points.saturating_sub(1).max(1) as f64;
        let at = |i: usize| {
            let t = i as f64 / steps;
            let value = if self.log {
                self.from * (t * (self.to / self.from).ln()).exp()
            } else {
                self.from + t * (self.to - self.from)
            };
            if i + 1 == self.points { self.to } else { value.clamp(self.from, self.to) }
        };
        let mut values: Vec<f64> = (0..self.points).map(at).collect();
        if is_whole(scenario, key) {
            values.iter_mut().for_each(|v| *v = v.round());
            values.dedup();
        }
        values
    }
}

impl Fixed {
    pub(super) fn ratio(self, model: &Model) -> Result<SampleRatio, ScenarioError> {
        Ok(match self {
            Self::Ratio(ratio) => SampleRatio::new(ratio)?,
            Self::Samples(n) => SampleRatio::new(n / model.dimension() as f64)?,
        })
    }
}

/// The numbers that can be varied.
#[must_use]
pub fn numbers(scenario: &Scenario) -> Vec<crate::scenario::parameter::Parameter> {
    let mut all = parameters(scenario);
    all.retain(|p| matches!(p.kind, Kind::Number { .. }));
    all
}

/// A key that at least one of the scenarios has.
fn varied(scenarios: &[Scenario], key: &str) -> Result<Parameter, ScenarioError> {
    let mut known: Vec<String> = vec!["n/p".into()];
    for p in scenarios.iter().flat_map(numbers) {
        if p.key == key {
            return Ok(Parameter { key: p.key, label: p.label });
        }
        if !known.contains(&p.key) {
            known.push(p.key);
        }
    }
    Err(ScenarioError::new(format!(
        "--x {key} is no number of this scenario; accepted are {}",
        known.join(", ")
    )))
}

fn has(scenario: &Scenario, key: &str) -> bool {
    numbers(scenario).iter().any(|p| p.key == key)
}

fn is_whole(scenario: &Scenario, key: &str) -> bool {
    numbers(scenario)
        .iter()
        .any(|p| p.key == key && matches!(&p.kind, Kind::Number { scale, .. } if scale.is_integer()))
}

/// The model with one parameter changed; as it is where its featurization does not have it.
pub(super) fn changed(model: &Model, key: &str, value: f64) -> Result<Model, ScenarioError> {
    if !has(model.scenario(), key) {
        return Ok(model.clone());
    }
    let mut scenario = model.scenario().clone();
    scenario.set(key, &format!("{value:?}"))?;
    Model::new(&scenario, Some(model), &|| false)
}

fn over_ratios(model: &Model, along: &Along, drawn: bool) -> Result<Curve, ScenarioError> {
    let evaluator = Evaluator::new(model)?;
    let Along { from, to, .. } = *along;
    let spacing = if along.log { Spacing::Log } else { Spacing::Linear };
    let mut ratios = sweep::grid(from, to, along.points, spacing)?;
    let divergences = evaluator.representation.divergences(model.ridge(), model.noise(), from, to);
    if drawn {
        let peaks: Vec<f64> = divergences.iter().map(|d| d.sample_ratio).collect();
        ratios = sweep::around_poles(&ratios, &peaks);
    }
    let points = ratios.par_iter().map(|&ratio| evaluator.at_or_gap(ratio)).collect::<Result<Vec<_>, _>>()?;
    let xs = ratios.into_iter().map(SampleRatio::get).collect();
    Ok(named(model, xs, points, divergences))
}

fn over(model: &Model, key: &str, along: &Along) -> Result<Curve, ScenarioError> {
    let xs = along.values(model.scenario(), key);
    let at = |&value: &f64| {
        let model = changed(model, key, value)?;
        Evaluator::new(&model)?.at_or_gap(along.fixed.ratio(&model)?)
    };
    let points = xs.par_iter().map(at).collect::<Result<Vec<_>, _>>()?;
    Ok(named(model, xs, points, Vec::new()))
}

fn named(model: &Model, xs: Vec<f64>, points: Vec<Point>, divergences: Vec<Divergence>) -> Curve {
    let featurization = &model.scenario().featurization;
    Curve { featurization: featurization.name(), title: featurization.title(), xs, points, divergences }
}
