//! Risk curves of several featurizations over n/p or over a parameter of the scenario: the dashboard's, coarse first and
//! then refined, and those that `curve` prints.

pub mod crosshair;
pub mod exponent;
mod extrema;
pub mod frozen;
pub mod point;

use std::sync::Arc;
use std::time::{Duration, Instant};

use rayon::prelude::*;

use crate::outside::memory;
use crate::scenario::{Featurization, Metric, Model, RiskCurve, RiskPoint, Scenario, ScenarioError};
use crate::study::axis::{self, Axis, SampleSize, Variable, varied};
use crate::study::curves::point::{Point, PopulationRisks, Reference, References};
use crate::study::featurizations::{self, CurveId, CurveSpec, PreparedCurve};
use crate::theory::divergence::{Extremum, ExtremumKind};
use crate::theory::selection::{Optimal, Regime};
use crate::theory::transition::{self, Transition};
use crate::theory::{NoiseVariance, RidgeChoice, Risk, SampleRatio, TheoryError};

/// Curves to compute.
#[derive(Debug, Clone, PartialEq)]
pub struct CurvesRequest {
    /// The population, the ridge and the noise.
    pub scenario: Scenario,
    /// The curves; the first one must exist.
    pub specs: Vec<CurveSpec>,
    /// The axis of the curves.
    pub axis: Axis,
    /// Number of points on the axis, not counting those added around poles.
    pub points: usize,
    /// The sample size where the axis is a parameter.
    pub fixed: SampleSize,
    /// The purpose of the points.
    pub detail: Detail,
    /// The metric to compute beside the risk.
    pub metric: Metric,
}

/// The purpose of a curve's points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// A picture: extra points around poles; each solve starts from its neighbour, with a relative error of 1e-12.
    Picture,
    /// A picture on the dashboard: values of the axis that describe no scenario leave a gap, unless all of them do.
    Live,
    /// A table: every point is solved by itself, bitwise equal to [`point::points`], with the optimum at each.
    Table,
}

/// Curves on one axis.
#[derive(Debug, Clone)]
pub struct Curves {
    /// The scenario of the curves; their featurizations are in their specs.
    pub scenario: Scenario,
    /// p.
    pub dimension: usize,
    /// The axis of the curves.
    pub axis: Axis,
    /// The sample size where the axis is a parameter.
    pub fixed: SampleSize,
    /// The metric computed beside the risk.
    pub metric: Metric,
    /// The curves, in the order of the request's specs.
    pub curves: Vec<Curve>,
    /// The optimum's regimes from left to right; empty without a known task spectrum.
    pub regimes: Vec<RegimeInterval>,
    /// Transitions of the optimum, at values of the axis.
    pub transitions: Vec<Transition>,
    /// Share of the directions that the optimum keeps, along the axis; empty where the regimes are.
    pub kept: Vec<(f64, f64)>,
    /// The optimum and the floor at each point of a table; else empty.
    pub references: Vec<Reference>,
    /// Caveats, one sentence each.
    pub warnings: Vec<String>,
    /// Time taken.
    pub elapsed: Duration,
}

/// One curve, by increasing x.
#[derive(Debug, Clone)]
pub struct Curve {
    /// The featurization and its identity.
    pub spec: CurveSpec,
    /// Name for the reader, with its tag.
    pub name: String,
    /// The risk is on tasks that the featurization was made from.
    pub in_sample: bool,
    /// Increasing values of the axis, one a point.
    pub xs: Vec<f64>,
    /// The risk at each of `xs`.
    pub points: Vec<RiskPoint>,
    /// Further risks at each point of a table.
    pub population: Vec<Option<PopulationRisks>>,
    /// Poles and peaks by increasing x, and over a parameter the minimum of the first curve of a picture.
    pub extrema: Vec<Extremum>,
    /// Why the curve cannot be computed, in one sentence.
    pub missing: Option<String>,
}

/// An interval of the axis on which the optimum is in one regime.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RegimeInterval {
    /// Left end.
    pub from: f64,
    /// Right end.
    pub to: f64,
    /// Soft, hard or null.
    pub regime: Regime,
    /// Share of the directions kept, at the left and at the right end.
    pub kept: (f64, f64),
}

/// Memory of one point while curves are computed, in bytes.
const BYTES: u64 = 640;

/// The curves of a request.
///
/// # Errors
/// One sentence naming what cannot be computed or varied, or why the first curve does not exist;
/// [`ScenarioError::Interrupted`] once `stop` returns true.
pub fn curves(request: &CurvesRequest, stop: &(dyn Fn() -> bool + Sync)) -> Result<Curves, ScenarioError> {
    let points = request.points.saturating_mul(request.specs.len()) as u64;
    memory::fits(points.saturating_mul(BYTES))
        .map_err(|why| ScenarioError::new(format!("--points: {points} points {why}; accepted are fewer")))?;
    let featurization = request.specs.first().map(|spec| spec.featurization.clone());
    let scenario = Scenario {
        featurization: featurization.unwrap_or_else(|| request.scenario.featurization.clone()),
        ..request.scenario.clone()
    };
    let model = Arc::new(Model::new(&scenario, None, stop)?);
    let prepared = PreparedCurve::all(&model, &request.specs)?;
    if matches!(request.axis.variable, Variable::SampleRatio) {
        featurizations::anchor(&prepared, stop)?;
    }
    of_prepared(&prepared, request, stop)
}

/// The curves of a request, of curves that are prepared under its scenario.
///
/// # Errors
/// One sentence naming what cannot be computed or varied; [`ScenarioError::Interrupted`] once `stop` returns true.
pub(in crate::study) fn of_prepared(
    prepared: &[PreparedCurve],
    request: &CurvesRequest,
    stop: &(dyn Fn() -> bool + Sync),
) -> Result<Curves, ScenarioError> {
    let start = Instant::now();
    let Some(PreparedCurve { model, .. }) = prepared.first() else {
        return Err(ScenarioError::new("a curve needs a featurization"));
    };
    let mut all = Curves {
        scenario: request.scenario.clone(),
        dimension: model.dimension(),
        axis: request.axis.clone(),
        fixed: request.fixed,
        metric: request.metric,
        curves: Vec::with_capacity(request.specs.len()),
        regimes: Vec::new(),
        transitions: Vec::new(),
        kept: Vec::new(),
        references: Vec::new(),
        warnings: model.warnings().to_vec(),
        elapsed: Duration::ZERO,
    };
    let others = prepared.iter().filter(|p| p.spec.featurization != model.scenario().featurization);
    all.warnings.extend(others.filter_map(|other| {
        let lost = other.risk.as_ref().ok()?.spectral()?.lost();
        model.lost_directions(&other.name, lost)
    }));
    all.warnings.dedup();
    match &request.axis.variable {
        Variable::SampleRatio => {
            all.warnings.extend(featurizations::notes(prepared));
            all.over_ratios(model, prepared, request, stop)?;
        }
        Variable::Parameter(key) => all.over_parameter(model, prepared, key, request, stop)?,
    }
    all.elapsed = start.elapsed();
    Ok(all)
}

impl CurvesRequest {
    /// The request for a curve of another scenario whose n/p is `scale` times the one of this request.
    pub(in crate::study) fn for_curve(&self, curve: &PreparedCurve, scale: f64) -> Self {
        let axis = match &self.axis.variable {
            Variable::SampleRatio => {
                Axis { from: self.axis.from * scale, to: self.axis.to * scale, ..self.axis.clone() }
            }
            Variable::Parameter(_) => self.axis.clone(),
        };
        let fixed = match self.fixed {
            SampleSize::Ratio(ratio) => SampleSize::Ratio(ratio * scale),
            SampleSize::Count(n) => SampleSize::Count(n),
        };
        Self { scenario: curve.model.scenario().clone(), axis, fixed, ..self.clone() }
    }
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

    /// A curve without points.
    fn empty(prepared: &PreparedCurve) -> Self {
        Self {
            spec: prepared.spec.clone(),
            name: prepared.name.clone(),
            in_sample: prepared.in_sample,
            xs: Vec::new(),
            points: Vec::new(),
            population: Vec::new(),
            extrema: Vec::new(),
            missing: prepared.risk.as_ref().err().map(ToString::to_string),
        }
    }
}

impl Curves {
    fn over_ratios(
        &mut self,
        model: &Model,
        prepared: &[PreparedCurve],
        request: &CurvesRequest,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<(), ScenarioError> {
        for prepared in prepared {
            self.curves.push(over_ratios(prepared, request, stop)?);
        }
        if request.detail == Detail::Table {
            let references = References::new(model, stop)?;
            let at = |&ratio| if stop() { Err(ScenarioError::Interrupted) } else { references.at(ratio) };
            let ratios = request.axis.ratios(request.points, &[])?;
            self.references = ratios.par_iter().map(at).collect::<Result<_, _>>()?;
        }
        // For real rows the optimum would be in-sample; under a distribution shift it is not known.
        let unknown = model.pool().is_some() || model.is_shifted();
        let known = if unknown { None } else { model.soft_table().ok() };
        let Some(table) = known else { return Ok(()) };
        let (from, to) = (self.axis.from, self.axis.to);
        self.transitions = transition::transitions(&table, model.noise(), from, to, stop)?;
        let at = |ratio| Ok::<_, ScenarioError>(table.optimal(SampleRatio::new(ratio)?, model.noise()));
        self.add_regimes(&at(from)?, &at(to)?);
        for ratio in self.axis.values(request.points) {
            self.kept.push((ratio, at(ratio)?.kept_fraction));
        }
        Ok(())
    }

    fn over_parameter(
        &mut self,
        model: &Model,
        prepared: &[PreparedCurve],
        key: &str,
        request: &CurvesRequest,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<(), ScenarioError> {
        let values = request.axis.values(request.points);
        for prepared in prepared {
            let spec = &prepared.spec;
            // [bagging] applies to the scenario's featurization only, [source] also to the curves of its weights.
            let source = spec.source(&request.scenario);
            let bagging = request.scenario.bagging.filter(|_| spec.id == CurveId::Chosen);
            let featurization = spec.featurization.clone();
            let scenario = Scenario { featurization, source, bagging, ..request.scenario.clone() };
            let base = Model::new(&scenario, Some(model), stop)?;
            // Setting a parameter of a table that is absent would add the table.
            let unaffected = (source.is_none() && key.starts_with("source."))
                || (bagging.is_none() && key.starts_with("bagging."));
            let at = |&value: &f64| {
                let model = if unaffected { base.clone() } else { varied(&base, key, value, stop)? };
                let curve = model.risk_curve(&model.scenario().featurization)?;
                let ratio = request.fixed.ratio(model.dimension())?;
                let ridge = spec.ridge(&model);
                let point = point_or_gap(&curve, ratio, ridge, model.noise(), request.metric)?;
                let population = if request.detail == Detail::Table {
                    PopulationRisks::at(&model, &curve, ratio, ridge, point.risk.as_ref())
                } else {
                    None
                };
                Ok::<_, ScenarioError>((point, population, model))
            };
            // The optimum and the floor do not depend on the featurization: the models of the first curve give them.
            let referred = request.detail == Detail::Table && self.references.is_empty();
            let with_reference = |value: &f64| {
                let (point, population, model) = at(value)?;
                let reference =
                    || References::new(&model, stop)?.at(request.fixed.ratio(model.dimension())?);
                Ok(((point, population), referred.then(reference).transpose()?))
            };
            let found: Vec<Result<_, _>> = values.par_iter().map(with_reference).collect();
            let (found, references): (Vec<PointRisks>, Vec<_>) =
                with_gaps(found, request.detail)?.into_iter().unzip();
            let (points, population) = found.into_iter().unzip();
            self.references.extend(references.into_iter().flatten());
            let empty = Curve::empty(prepared);
            let mut curve = Curve { xs: values.clone(), points, population, missing: None, ..empty };
            // A picture marks the first curve only; a table lists the divergences of all.
            let drawn = request.detail != Detail::Table;
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
        // The optimum does not depend on the featurization, and raw features cost nothing to build.
        let scenario = Scenario { featurization: Featurization::Raw, ..request.scenario.clone() };
        let plain = Model::new(&scenario, Some(model), stop)?;
        // Regimes are unknown for real rows and under a distribution shift.
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
        let solved = |value: f64| {
            let model = varied(model, key, value, stop).ok()?;
            let ratio = self.fixed.ratio(model.dimension()).ok()?;
            Some(model.task_spectrum().ok()?.optimal(ratio, model.noise()))
        };
        let depends = key != "ridge" && !axis::is_of_the_fit(key);
        let at_values: Vec<Option<Optimal>> = if self.references.len() == values.len() {
            self.references.iter().map(|reference| reference.optimal).collect()
        } else if depends {
            values.par_iter().map(|&value| solved(value)).collect()
        } else {
            Vec::new()
        };
        let place = |value: f64| values.binary_search_by(|known| known.total_cmp(&value)).ok();
        let optimal = |value: f64| -> Option<Optimal> {
            place(value).and_then(|place| *at_values.get(place)?).or_else(|| solved(value))
        };
        let (Some(&from), Some(&to)) = (values.first(), values.last()) else { return Ok(()) };
        let (Some(first), Some(last)) = (optimal(from), optimal(to)) else { return Ok(()) };
        // Nor on the ridge of the fit.
        if depends && !self.axis.whole {
            self.transitions = transition::along(values, optimal, stop)?;
        }
        let kept = |(&value, found): (&f64, &Option<Optimal>)| Some((value, (*found)?.kept_fraction));
        self.kept = if depends {
            values.iter().zip(&at_values).filter_map(kept).collect()
        } else {
            values.iter().map(|&value| (value, first.kept_fraction)).collect()
        };
        self.add_regimes(&first, &last);
        Ok(())
    }

    /// Intervals between the transitions; `first` and `last` are the optimum at the ends of the axis.
    fn add_regimes(&mut self, first: &Optimal, last: &Optimal) {
        let (mut from, mut regime, mut kept) = (self.axis.from, first.regime, first.kept_fraction);
        for t in &self.transitions {
            self.regimes.push(RegimeInterval { from, to: t.at, regime, kept: (kept, t.kept_before) });
            (from, regime, kept) = (t.at, t.to, t.kept_after);
        }
        let to = self.axis.to;
        self.regimes.push(RegimeInterval { from, to, regime, kept: (kept, last.kept_fraction) });
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

    /// The points of one of the curves.
    pub fn points<'a>(&'a self, curve: &'a Curve) -> impl Iterator<Item = Point> + 'a {
        curve.xs.iter().zip(&curve.points).enumerate().map(move |(i, (&x, point))| {
            let ratio = self.ratio_at(x);
            Point {
                weights: None,
                sample_ratio: ratio,
                samples: ratio * self.dimension_at(x),
                featurization: curve.spec.key(),
                risk: point.risk,
                shown: point.shown,
                scores: point.scores,
                in_sample: curve.in_sample,
                reference: self.references.get(i).cloned().unwrap_or_default(),
                population: curve.population.get(i).copied().flatten(),
                local_exponent: None,
                gain: None,
                pretraining: None,
                best_shown: None,
                held_out: None,
            }
        })
    }
}

/// A point of a curve, without a risk where the ridge is inadmissible.
fn point_or_gap(
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
            Ok(RiskPoint::gap(ratio.get()))
        }
        point => point,
    }
}

/// A point of a table with its further risks.
type PointRisks = (RiskPoint, Option<PopulationRisks>);

/// The points of a live curve with gaps for values that describe no scenario, unless all of them do; else all points.
///
/// # Errors
/// The first error, where it does not leave a gap.
fn with_gaps(
    found: Vec<Result<(PointRisks, Option<Reference>), ScenarioError>>,
    detail: Detail,
) -> Result<Vec<(PointRisks, Option<Reference>)>, ScenarioError> {
    let interrupted = found.iter().any(|point| matches!(point, Err(ScenarioError::Interrupted)));
    if detail != Detail::Live || interrupted || found.iter().all(Result::is_err) {
        return found.into_iter().collect();
    }
    let gap = || ((RiskPoint::gap(f64::NAN), None), None);
    Ok(found.into_iter().map(|point| point.unwrap_or_else(|_| gap())).collect())
}

/// A curve over n/p; without points where the population has no such featurization.
///
/// # Errors
/// A point that cannot be computed; [`ScenarioError::Interrupted`] once `stop` returns true.
pub(in crate::study) fn over_ratios(
    prepared: &PreparedCurve,
    request: &CurvesRequest,
    stop: &(dyn Fn() -> bool + Sync),
) -> Result<Curve, ScenarioError> {
    let mut curve = Curve::empty(prepared);
    let PreparedCurve { model, ridge, .. } = prepared;
    let Ok(risk) = &prepared.risk else { return Ok(curve) };
    let (ridge, noise, axis) = (*ridge, model.noise(), &request.axis);
    curve.extrema = risk.divergences(ridge, noise, axis.from, axis.to);
    let table = request.detail == Detail::Table;
    let poles: Vec<f64> = curve.extrema.iter().filter(|_| !table).map(|found| found.at).collect();
    let ratios = axis.ratios(request.points, &poles)?;
    if table {
        let at = |&ratio: &SampleRatio| {
            if stop() {
                return Err(ScenarioError::Interrupted);
            }
            let point = point_or_gap(risk, ratio, ridge, noise, request.metric)?;
            Ok((point, PopulationRisks::at(model, risk, ratio, ridge, point.risk.as_ref())))
        };
        let points = ratios.par_iter().map(at).collect::<Result<Vec<_>, ScenarioError>>()?;
        (curve.points, curve.population) = points.into_iter().unzip();
    } else {
        curve.points = risk.curve(&ratios, ridge, noise, request.metric, stop)?;
    }
    curve.xs = ratios.into_iter().map(SampleRatio::get).collect();
    Ok(curve)
}
