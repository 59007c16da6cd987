//! Risk curves of several featurizations over n/p or over a parameter of the scenario: the dashboard's, coarse first and
//! then refined, and those that `curve` prints.

pub mod crosshair;
pub mod exponent;
mod extrema;
pub mod frozen;
mod over_parameter;
mod over_ratios;
pub mod point;

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::outside::memory;
use crate::scenario::{Metric, Model, RiskCurve, RiskPoint, Scenario, ScenarioError};
use crate::study::axis::{Axis, SampleSize, Variable};
use crate::study::curves::point::{Point, PopulationRisks, Reference};
use crate::study::featurizations::{self, CurveSpec, PreparedCurve};
use crate::study::steps::Steps;
use crate::theory::divergence::{Extremum, ExtremumKind};
use crate::theory::selection::{Optimal, Regime};
use crate::theory::transition::Transition;
use crate::theory::{NoiseVariance, RidgeChoice, SampleRatio, TheoryError};

pub(in crate::study) use over_ratios::over_ratios;

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
    /// The metric to compute in addition to the risk.
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
    /// The metric computed in addition to the risk.
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
    fits(request)?;
    let model = Arc::new(Model::new(&request.scenario_of_first(), None, stop)?);
    of_model(&model, request, &|_| {}, stop)
}

/// Whether the points of a request fit in memory.
///
/// # Errors
/// One sentence with the number of points.
pub fn fits(request: &CurvesRequest) -> Result<(), ScenarioError> {
    let points = request.points.saturating_mul(request.specs.len()) as u64;
    memory::fits(points.saturating_mul(BYTES))
        .map_err(|why| ScenarioError::new(format!("--points: {points} points {why}; accepted are fewer")))
}

/// The curves of a request with the model of [`CurvesRequest::scenario_of_first`]; `report` receives the share of the
/// points that is computed.
///
/// # Errors
/// Errors of [`curves`].
pub fn of_model(
    model: &Arc<Model>,
    request: &CurvesRequest,
    report: &(dyn Fn(f64) + Sync),
    stop: &(dyn Fn() -> bool + Sync),
) -> Result<Curves, ScenarioError> {
    model.check_metric(request.metric)?;
    let prepared = PreparedCurve::all(model, &request.specs)?;
    if matches!(request.axis.variable, Variable::SampleRatio) {
        featurizations::anchor(&prepared, stop)?;
    }
    let steps = Steps::new(request.points.saturating_mul(prepared.len()), report);
    counted(&prepared, request, &steps, stop)
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
    counted(prepared, request, &Steps::none(), stop)
}

fn counted(
    prepared: &[PreparedCurve],
    request: &CurvesRequest,
    steps: &Steps<'_>,
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
            all.over_ratios(model, prepared, request, steps, stop)?;
        }
        Variable::Parameter(key) => all.over_parameter(model, prepared, key, request, steps, stop)?,
    }
    all.elapsed = start.elapsed();
    Ok(all)
}

impl CurvesRequest {
    /// The scenario with the featurization of the first curve.
    #[must_use]
    pub fn scenario_of_first(&self) -> Scenario {
        let featurization = self.specs.first().map(|spec| spec.featurization.clone());
        Scenario {
            featurization: featurization.unwrap_or_else(|| self.scenario.featurization.clone()),
            ..self.scenario.clone()
        }
    }

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
        Err(why) if why.is_gap() => Ok(RiskPoint::gap(ratio.get())),
        point => point,
    }
}
