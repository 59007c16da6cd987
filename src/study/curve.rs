//! Risk along n/p or along any number of the scenario, for several featurizations: the screen's curves, coarse then
//! refined, and those that `curve` prints.

use std::time::{Duration, Instant};

use rayon::prelude::*;

use super::axis::{Axis, SampleSize, Variable, varied};
use super::compared::{self, Prepared, Subject};
use super::extrema;
use super::point::{Beside, Point, Reference, References};
use crate::outside::memory;
use crate::scenario::{Featurization, Metric, Model, RiskCurve, RiskPoint, Scenario, ScenarioError};
use crate::theory::divergence::{Extremum, ExtremumKind};
use crate::theory::selection::{Optimal, Regime};
use crate::theory::transition::{self, Transition};
use crate::theory::{NoiseVariance, RidgeChoice, Risk, SampleRatio, SoftTable, TheoryError};

/// Which curves.
#[derive(Debug, Clone, PartialEq)]
pub struct CurvesRequest {
    /// The population, the ridge and the noise.
    pub scenario: Scenario,
    /// One curve each.
    pub subjects: Vec<Subject>,
    /// What is varied.
    pub axis: Axis,
    /// Points on the axis, before any close in on poles.
    pub points: usize,
    /// Where n stands while another number is varied.
    pub fixed: SampleSize,
    /// How fine, and how exactly.
    pub detail: Detail,
    /// What is to be known beside the risk.
    pub metric: Metric,
}

/// What the points are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// A picture: points close in on poles; neighbours start each other, good to 1e-12.
    Drawn,
    /// The same while numbers move: a value of the axis that describes nothing is a gap, as long as another is none.
    Shown,
    /// A table: every point alone, to the digit what [`super::point::points`] says of it, and the optimum beside it.
    Tabled,
}

/// Curves over one axis.
#[derive(Debug, Clone)]
pub struct Curves {
    /// Without the featurization's name: that of the curves' population.
    pub scenario: Scenario,
    /// p.
    pub dimension: usize,
    /// What is varied.
    pub axis: Axis,
    /// Where n stands while another number is varied.
    pub fixed: SampleSize,
    /// What the points were asked for.
    pub metric: Metric,
    /// In the order of the request's subjects.
    pub curves: Vec<Curve>,
    /// The optimum's regimes from left to right; none without a task spectrum.
    pub stretches: Vec<Stretch>,
    /// Of the optimum, at the axis' values.
    pub transitions: Vec<Transition>,
    /// What every curve's points are compared with; empty unless they are for a table.
    pub references: Vec<Reference>,
    /// What to know before trusting the numbers, one sentence each.
    pub warnings: Vec<String>,
    /// How long they took.
    pub elapsed: Duration,
}

/// One curve: its points in increasing x.
#[derive(Debug, Clone)]
pub struct Curve {
    /// Which curve, of what.
    pub subject: Subject,
    /// As people read it, with its tag.
    pub name: String,
    /// The risk is of tasks that the featurization was made from.
    pub in_sample: bool,
    /// The axis' values, increasing, one for each point.
    pub xs: Vec<f64>,
    /// The risk at each of `xs`.
    pub points: Vec<RiskPoint>,
    /// Beside every point, where they are for a table.
    pub beside: Vec<Option<Beside>>,
    /// Poles and peaks by increasing x, and over a parameter the minimum of the first curve of a picture.
    pub extrema: Vec<Extremum>,
    /// Why there is no such curve here, in one sentence.
    pub missing: Option<String>,
}

/// A stretch of the axis in one regime of the optimum.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stretch {
    /// Left end on the axis.
    pub from: f64,
    /// Right end.
    pub to: f64,
    /// Soft, hard or null.
    pub regime: Regime,
    /// Share of the directions kept at both ends.
    pub kept: (f64, f64),
}

/// Of a point, with what stands beside it while curves are made.
const BYTES: u64 = 640;

/// The curves of a request.
///
/// # Errors
/// One sentence naming what cannot be computed or varied, or where the first subject's curve does not exist;
/// [`ScenarioError::Interrupted`] once `stop` says so.
pub fn curves(request: &CurvesRequest, stop: &(dyn Fn() -> bool + Sync)) -> Result<Curves, ScenarioError> {
    let Some(first) = request.subjects.first() else {
        return Err(ScenarioError::new("a curve needs a featurization"));
    };
    let points = request.points.saturating_mul(request.subjects.len()) as u64;
    memory::fits(points.saturating_mul(BYTES))
        .map_err(|why| ScenarioError::new(format!("--points: {points} points {why}; accepted are fewer")))?;
    let scenario = Scenario { featurization: first.featurization.clone(), ..request.scenario.clone() };
    let model = Model::new(&scenario, None, stop)?;
    of_prepared(&model, &compared::prepared(&model, &request.subjects)?, request, stop)
}

/// The same from the subjects' curves; the model is of the request's scenario.
pub(super) fn of_prepared(
    model: &Model,
    prepared: &[Prepared],
    request: &CurvesRequest,
    stop: &(dyn Fn() -> bool + Sync),
) -> Result<Curves, ScenarioError> {
    let start = Instant::now();
    let mut all = Curves {
        scenario: request.scenario.clone(),
        dimension: model.dimension(),
        axis: request.axis.clone(),
        fixed: request.fixed,
        metric: request.metric,
        curves: Vec::with_capacity(request.subjects.len()),
        stretches: Vec::new(),
        transitions: Vec::new(),
        references: Vec::new(),
        warnings: model.warnings().to_vec(),
        elapsed: Duration::ZERO,
    };
    let others = prepared.iter().filter(|p| p.subject.featurization != model.scenario().featurization);
    all.warnings.extend(others.filter_map(|other| {
        let lost = other.curve.as_ref().ok()?.spectral()?.lost();
        model.lost_directions(&other.name, lost)
    }));
    all.warnings.dedup();
    match &request.axis.variable {
        Variable::SampleRatio => all.over_ratios(model, prepared, request, stop)?,
        Variable::Parameter(key) => all.over(model, prepared, key, request, stop)?,
    }
    all.elapsed = start.elapsed();
    Ok(all)
}

impl Curve {
    /// x of every pole.
    pub fn poles(&self) -> impl Iterator<Item = f64> {
        self.extrema.iter().filter(|d| d.kind == ExtremumKind::Pole).map(|d| d.at)
    }

    /// Poles and peaks.
    pub fn divergences(&self) -> impl Iterator<Item = &Extremum> {
        self.extrema.iter().filter(|d| d.kind != ExtremumKind::Minimum)
    }

    /// Without points yet.
    fn named(prepared: &Prepared) -> Self {
        Self {
            subject: prepared.subject.clone(),
            name: prepared.name.clone(),
            in_sample: prepared.in_sample,
            xs: Vec::new(),
            points: Vec::new(),
            beside: Vec::new(),
            extrema: Vec::new(),
            missing: prepared.curve.as_ref().err().map(ToString::to_string),
        }
    }
}

impl Curves {
    fn over_ratios(
        &mut self,
        model: &Model,
        prepared: &[Prepared],
        request: &CurvesRequest,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<(), ScenarioError> {
        for prepared in prepared {
            self.curves.push(along_ratios(model, prepared, request, stop)?);
        }
        if request.detail == Detail::Tabled {
            let references = References::new(model, stop)?;
            let at = |&ratio| if stop() { Err(ScenarioError::Interrupted) } else { references.at(ratio) };
            let ratios = request.axis.ratios(request.points, &[])?;
            self.references = ratios.par_iter().map(at).collect::<Result<_, _>>()?;
        }
        // Of real rows it would know the tasks, and a distribution shift it does not know.
        let unknown = model.pool().is_some() || model.is_shifted();
        let known = if unknown { None } else { model.task_spectrum().ok() };
        let Some(task) = known else { return Ok(()) };
        let table = SoftTable::new(task);
        let (from, to) = (self.axis.from, self.axis.to);
        self.transitions = transition::transitions(&table, model.noise(), from, to, stop)?;
        let at = |ratio| Ok::<_, ScenarioError>(table.optimal(SampleRatio::new(ratio)?, model.noise()));
        self.stretch(&at(from)?, &at(to)?);
        Ok(())
    }

    fn over(
        &mut self,
        model: &Model,
        prepared: &[Prepared],
        key: &str,
        request: &CurvesRequest,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<(), ScenarioError> {
        let values = request.axis.values(request.points);
        for prepared in prepared {
            let subject = &prepared.subject;
            let scenario =
                Scenario { featurization: subject.featurization.clone(), ..request.scenario.clone() };
            let own = Model::new(&scenario, Some(model), stop)?;
            let at = |&value: &f64| {
                let model = varied(&own, key, value, stop)?;
                let curve = model.risk_curve(&model.scenario().featurization)?;
                let ratio = request.fixed.ratio(model.dimension())?;
                let ridge = subject.ridge(&model);
                let point = or_gap(&curve, ratio, ridge, model.noise(), request.metric)?;
                let beside = || Beside::at(&model, &curve, ratio, ridge, point.risk.as_ref());
                let beside = if request.detail == Detail::Tabled { beside() } else { None };
                Ok::<_, ScenarioError>((point, beside))
            };
            let found: Vec<Result<_, _>> = values.par_iter().map(at).collect();
            let (points, beside) = or_gaps(found, request.detail)?.into_iter().unzip();
            let named = Curve::named(prepared);
            let mut curve = Curve { xs: values.clone(), points, beside, missing: None, ..named };
            // In a picture marks of one curve are enough; a table lists the divergences of all.
            let drawn = request.detail != Detail::Tabled;
            if self.curves.is_empty() || !drawn {
                let risks: Vec<Option<Risk>> = curve.points.iter().map(|point| point.risk).collect();
                let risk = |value: f64| at(&value).ok()?.0.risk;
                let points = (values.as_slice(), risks.as_slice());
                curve.extrema = extrema::divergences(&self.axis, points, &risk);
                if drawn {
                    curve.extrema.extend(extrema::minimum(&self.axis, points, &risk));
                    curve.extrema.sort_by(|a, b| a.at.total_cmp(&b.at));
                }
                if stop() {
                    return Err(ScenarioError::Interrupted);
                }
            }
            self.curves.push(curve);
        }
        // The optimum does not know the featurization: raw is the one that costs nothing to build.
        let scenario = Scenario { featurization: Featurization::Raw, ..request.scenario.clone() };
        let plain = Model::new(&scenario, Some(model), stop)?;
        if request.detail == Detail::Tabled {
            let at = |&value: &f64| {
                let model = varied(&plain, key, value, stop)?;
                References::new(&model, stop)?.at(request.fixed.ratio(model.dimension())?)
            };
            self.references = values.par_iter().map(at).collect::<Result<_, _>>()?;
        }
        // As along n/p: of real rows it would know the tasks, and a distribution shift it does not know.
        let unknown = model.pool().is_some() || model.is_shifted();
        if unknown { Ok(()) } else { self.regimes_over(&plain, key, &values, stop) }
    }

    fn regimes_over(
        &mut self,
        model: &Model,
        key: &str,
        values: &[f64],
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<(), ScenarioError> {
        let optimal = |value: f64| -> Option<Optimal> {
            let model = varied(model, key, value, stop).ok()?;
            let ratio = self.fixed.ratio(model.dimension()).ok()?;
            Some(model.task_spectrum().ok()?.optimal(ratio, model.noise()))
        };
        let (Some(&from), Some(&to)) = (values.first(), values.last()) else { return Ok(()) };
        let (Some(first), Some(last)) = (optimal(from), optimal(to)) else { return Ok(()) };
        // Nor does it know the fit's ridge.
        if key != "ridge" && !key.starts_with("featurization.") && !self.axis.whole {
            self.transitions = transition::along(values, optimal, stop)?;
        }
        self.stretch(&first, &last);
        Ok(())
    }

    fn stretch(&mut self, first: &Optimal, last: &Optimal) {
        let (mut from, mut regime, mut kept) = (self.axis.from, first.regime, first.kept_fraction);
        for t in &self.transitions {
            self.stretches.push(Stretch { from, to: t.at, regime, kept: (kept, t.kept_before) });
            (from, regime, kept) = (t.at, t.to, t.kept_after);
        }
        let to = self.axis.to;
        self.stretches.push(Stretch { from, to, regime, kept: (kept, last.kept_fraction) });
    }

    /// n/p at a value of the axis.
    #[must_use]
    pub fn ratio_at(&self, value: f64) -> f64 {
        match (&self.axis.variable, self.fixed) {
            (Variable::SampleRatio, _) => value,
            (_, SampleSize::Ratio(ratio)) => ratio,
            (_, SampleSize::Count(n)) => n / self.dimension_at(value),
        }
    }

    /// p at a value of the axis.
    #[must_use]
    pub fn dimension_at(&self, value: f64) -> f64 {
        if self.axis.variable.key() == Some("dimension") { value } else { self.dimension as f64 }
    }

    /// The points of one of the curves, with what they are compared with where they are for a table.
    pub fn points<'a>(&'a self, curve: &'a Curve) -> impl Iterator<Item = Point> + 'a {
        curve.xs.iter().zip(&curve.points).enumerate().map(move |(i, (&x, point))| {
            let ratio = self.ratio_at(x);
            Point {
                sample_ratio: ratio,
                samples: ratio * self.dimension_at(x),
                featurization: curve.subject.key(),
                risk: point.risk,
                shown: point.shown,
                in_sample: curve.in_sample,
                reference: self.references.get(i).cloned().unwrap_or_default(),
                beside: curve.beside.get(i).copied().flatten(),
                slope: None,
                gain: None,
                best_shown: None,
            }
        })
    }
}

/// A point, with a gap for its risk where the ridge is inadmissible.
fn or_gap(
    curve: &RiskCurve,
    ratio: SampleRatio,
    ridge: RidgeChoice,
    noise: NoiseVariance,
    metric: Metric,
) -> Result<RiskPoint, TheoryError> {
    let point = match metric {
        Metric::Risk => curve.risk_at(ratio, ridge, noise),
        _ => curve.evaluate(ratio, ridge, noise),
    };
    match point {
        Err(TheoryError::BelowAdmissible { .. } | TheoryError::NegativeRisk { .. }) => {
            Ok(RiskPoint { sample_ratio: ratio.get(), risk: None, shown: None })
        }
        point => point,
    }
}

/// What a screen leaves out where a value describes nothing, as long as another one does; elsewhere it is said.
fn or_gaps(
    found: Vec<Result<(RiskPoint, Option<Beside>), ScenarioError>>,
    detail: Detail,
) -> Result<Vec<(RiskPoint, Option<Beside>)>, ScenarioError> {
    let interrupted = found.iter().any(|point| matches!(point, Err(ScenarioError::Interrupted)));
    if detail != Detail::Shown || interrupted || found.iter().all(Result::is_err) {
        return found.into_iter().collect();
    }
    let gap = (RiskPoint { sample_ratio: f64::NAN, risk: None, shown: None }, None);
    Ok(found.into_iter().map(|point| point.unwrap_or(gap)).collect())
}

/// One curve over n/p; without points where the population has no such featurization.
pub(super) fn along_ratios(
    model: &Model,
    prepared: &Prepared,
    request: &CurvesRequest,
    stop: &(dyn Fn() -> bool + Sync),
) -> Result<Curve, ScenarioError> {
    let mut curve = Curve::named(prepared);
    let Ok(found) = &prepared.curve else { return Ok(curve) };
    let (ridge, noise, axis) = (prepared.ridge, model.noise(), &request.axis);
    curve.extrema = found.divergences(ridge, noise, axis.from, axis.to);
    let peaks: Vec<f64> = match request.detail {
        Detail::Drawn | Detail::Shown => curve.extrema.iter().map(|d| d.at).collect(),
        Detail::Tabled => Vec::new(),
    };
    let ratios = axis.ratios(request.points, &peaks)?;
    curve.points = match request.detail {
        Detail::Drawn | Detail::Shown => found.curve(&ratios, ridge, noise, request.metric, stop)?,
        Detail::Tabled => {
            let at = |&ratio: &SampleRatio| {
                if stop() {
                    return Err(ScenarioError::Interrupted);
                }
                Ok(or_gap(found, ratio, ridge, noise, request.metric)?)
            };
            ratios.par_iter().map(at).collect::<Result<_, _>>()?
        }
    };
    if request.detail == Detail::Tabled {
        let beside = |(&ratio, point): (&SampleRatio, &RiskPoint)| {
            Beside::at(model, found, ratio, ridge, point.risk.as_ref())
        };
        curve.beside = ratios.par_iter().zip(&curve.points).map(beside).collect();
    }
    curve.xs = ratios.into_iter().map(SampleRatio::get).collect();
    Ok(curve)
}
