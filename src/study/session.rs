//! All results that a frame of the dashboard shows, from one request, coarse first.
//!
//! Every part is kept under the key of what it depends on (`Keys`): moving the crosshair costs a few evaluations, moving
//! a ridge recomputes curves, and only what changes the population (covariates, task, data) recomputes its decompositions.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::scenario::{Metric, Model, Scenario, ScenarioError};
use crate::study::axis::{Axis, SampleSize, WINDOW, Window};
use crate::study::curves::crosshair::{self, AdmissibleRidges, ReadoutRow};
use crate::study::curves::exponent::LocalExponent;
use crate::study::curves::frozen::{FrozenCache, FrozenCurve, FrozenRequest};
use crate::study::curves::{self, Curves, CurvesRequest, Detail};
use crate::study::encoders::cache::{EncoderCache, EncoderRequest};
use crate::study::encoders::comparison::EncoderSummary;
use crate::study::featurizations::{self, CurveId, CurveSpec, PreparedCurve};
use crate::study::labels::LabelBudget;
use crate::study::labels::classes::Classes;
use crate::study::labels::target::{self, TargetSamples};
use crate::study::memo::Memo;
use crate::study::plane::{self, Plane, PlaneRequest};
use crate::study::pretraining::PretrainingBudget;
use crate::study::progress::Progress;
use crate::study::selection::Selection;
use crate::theory::{SampleRatio, Spectrum};

/// All that a frame depends on.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// The scenario.
    pub scenario: Scenario,
    /// The range of n/p.
    pub window: Window,
    /// The parameter that the curves are over, at the n of the crosshair, instead of n/p.
    pub along: Option<Axis>,
    /// Frozen scenarios are compared at the same n instead of the same n/p.
    pub same_samples: bool,
    /// Frozen scenarios.
    pub frozen: Vec<Scenario>,
    /// n/p of the second crosshair.
    pub pin: Option<f64>,
    /// Curves beside the chosen one.
    pub compared: Vec<CurveId>,
    /// n/p of the crosshair.
    pub crosshair: f64,
    /// The value of the metric to be reached.
    pub target: Option<f64>,
    /// The metric of the curves.
    pub metric: Metric,
    /// Points of a refined curve.
    pub resolution: usize,
    /// Changes whenever the ensemble of measured tasks has been computed.
    pub learned: usize,
    /// Whether to compute the risk of every representation size, for the selection view.
    pub sizes: bool,
    /// The plane of regimes, where it is shown.
    pub plane: Option<PlaneRequest>,
    /// Whether to compute every class of real rows separately, for the data view.
    pub classes: bool,
}

impl Request {
    /// The chosen curve over the default range of n/p, and the readout at a crosshair.
    #[must_use]
    pub const fn of(scenario: Scenario, crosshair: f64) -> Self {
        Self {
            scenario,
            window: WINDOW,
            along: None,
            same_samples: false,
            frozen: Vec::new(),
            pin: None,
            compared: Vec::new(),
            crosshair,
            target: None,
            metric: Metric::Risk,
            resolution: 160,
            learned: 0,
            sizes: false,
            plane: None,
            classes: false,
        }
    }
}

/// n/p and the risk on held-out tasks of the representation estimated from the others.
pub type LeftOut = Arc<Vec<(f64, f64)>>;

/// All results that a frame shows.
#[derive(Debug, Clone)]
pub struct Analysis {
    /// The request.
    pub request: Request,
    /// The model of its scenario.
    pub model: Arc<Model>,
    /// The curves.
    pub curves: Arc<Curves>,
    /// The readout at the crosshair: the chosen curve, then those compared with it.
    pub rows: Vec<ReadoutRow>,
    /// Frozen scenarios, as far as they are computed.
    pub frozen: Vec<FrozenCurve>,
    /// The readout of the chosen curve at the second crosshair.
    pub pinned: Option<ReadoutRow>,
    /// The spectrum of the chosen featurization at the crosshair.
    pub spectrum: Option<Spectrum>,
    /// The admissible ridges of the chosen featurization at the crosshair; `None` where they are not known.
    pub ridges: Option<AdmissibleRidges>,
    /// The local exponent of the chosen featurization's excess risk at the crosshair, for power laws.
    pub local_exponent: Option<LocalExponent>,
    /// The optimal featurization at the crosshair and its comparison with others.
    pub selection: Option<Arc<Selection>>,
    /// The plane of regimes, where it was requested.
    pub plane: Option<Arc<Plane>>,
    /// The estimated representation's risk on held-out tasks over the window.
    pub left_out: Option<LeftOut>,
    /// Progress of `left_out` while it is computed.
    pub left_out_progress: Option<Progress>,
    /// The budget of pretrained features at the crosshair.
    pub pretraining: Option<PretrainingBudget>,
    /// The label budget of real rows.
    pub budget: Option<LabelBudget>,
    /// Each class of real rows, where it was requested.
    pub classes: Option<Arc<Classes>>,
    /// Several encoders, where the scenario has them.
    pub encoders: Option<EncoderSummary>,
    /// Time taken.
    pub elapsed: Duration,
}

/// Answers requests, and keeps the parts of the last answer that the next request shares.
#[derive(Debug, Default)]
pub struct Session {
    model: Memo<Scenario, Arc<Model>>,
    prepared: Memo<PreparedKey, Arc<Vec<PreparedCurve>>>,
    curves: Memo<CurvesRequest, Arc<Curves>>,
    left_out: Memo<LeftOutKey, LeftOut>,
    targets: Memo<TargetKey, Arc<Vec<TargetSamples>>>,
    plane: Memo<PlaneKey, Arc<Plane>>,
    pretraining: Memo<PretrainingKey, Option<PretrainingBudget>>,
    budget: Memo<BudgetKey, Option<LabelBudget>>,
    classes: Memo<ClassesKey, Option<Arc<Classes>>>,
    encoders: EncoderCache,
    frozen: FrozenCache,
}

type PreparedKey = (Scenario, Vec<CurveSpec>);
type LeftOutKey = (Scenario, Window, usize);
type TargetKey = (Scenario, Vec<CurveSpec>, (Metric, f64));
type PlaneKey = (Scenario, PlaneRequest);
type PretrainingKey = (Scenario, f64, Option<f64>);
type BudgetKey = (Scenario, Metric, Option<f64>);
/// Without the task, as the classes are the same whichever is chosen; and whether rows were drawn for them.
type ClassesKey = (BudgetKey, bool);

/// The keys of the parts of an answer: all that each depends on.
struct Keys {
    prepared: PreparedKey,
    curves: CurvesRequest,
    /// The curves over n/p, whatever the axis.
    ratios: CurvesRequest,
    left_out: LeftOutKey,
    target: Option<TargetKey>,
    plane: Option<PlaneKey>,
    pretraining: PretrainingKey,
    budget: BudgetKey,
    /// Of classes for which rows were drawn.
    classes: ClassesKey,
}

impl Keys {
    fn of(request: &Request) -> Self {
        let Request { scenario, window, compared, .. } = request;
        let specs = CurveSpec::list(scenario, compared);
        let ratios = CurvesRequest {
            scenario: scenario.clone(),
            specs: specs.clone(),
            axis: (*window).into(),
            points: request.resolution,
            fixed: SampleSize::Ratio(1.0),
            detail: Detail::Live,
            metric: request.metric,
        };
        let curves = match &request.along {
            // The parameter's present value is in the key, as it may decide the sample size.
            Some(axis) => CurvesRequest {
                axis: axis.clone(),
                points: request.resolution.min(MOST_VALUES),
                fixed: axis.sample_size(request.crosshair),
                ..ratios.clone()
            },
            None => ratios.clone(),
        };
        // Risks on held-out tasks depend on neither ridge nor featurization.
        let tasks = Scenario { data: scenario.data.clone(), noise: scenario.noise, ..Scenario::default() };
        Self {
            prepared: (scenario.clone(), specs.clone()),
            left_out: (tasks, *window, request.learned),
            // For a metric other than the risk of real rows the label budget has the target.
            target: request
                .target
                .filter(|_| request.metric == Metric::Risk || scenario.data.is_none())
                .map(|target| (scenario.clone(), specs.clone(), (request.metric, target))),
            pretraining: (
                scenario.clone(),
                request.crosshair,
                request.target.filter(|_| request.metric == Metric::Risk),
            ),
            budget: (scenario.clone(), request.metric, request.target),
            classes: ((without_task(scenario), request.metric, request.target), scenario.noise.is_none()),
            plane: request.plane.clone().map(|wanted| (scenario.clone(), wanted)),
            curves,
            ratios,
        }
    }
}

/// Points of the first, coarse curve.
const COARSE: usize = 32;

/// Maximum number of points of a curve over a parameter: every point is a separate scenario.
const MOST_VALUES: usize = 200;

impl Session {
    /// All results of a request. `shown` receives partial answers first: coarse curves, then the plane as it fills.
    ///
    /// # Errors
    /// One sentence about the scenario; [`ScenarioError::Interrupted`] once `stop` returns true.
    pub fn answer(
        &mut self,
        request: Request,
        stop: &(dyn Fn() -> bool + Sync),
        shown: &mut dyn FnMut(Analysis),
    ) -> Result<Analysis, ScenarioError> {
        let start = Instant::now();
        let keys = Keys::of(&request);
        let (budget_key, target_key) = (keys.budget.clone(), keys.target.clone());
        let loaded = self.encoders.model(&request.scenario);
        let model = self.model.get(request.scenario.clone(), |before| {
            let before = loaded.as_ref().or(before).map(Arc::as_ref);
            Ok::<_, ScenarioError>(Arc::new(Model::new(&request.scenario, before, stop)?))
        })?;
        let prepared = self
            .prepared
            .get(keys.prepared, |_| PreparedCurve::all(&model, &keys.curves.specs).map(Arc::new))?;
        // The list begins with the scenario's featurization.
        let chosen = prepared.first().ok_or(ScenarioError::Interrupted)?;
        let known = self.curves.known(&keys.curves);
        let curves = match &known {
            Some(curves) => Arc::clone(curves),
            None => {
                let coarse = CurvesRequest { points: COARSE, ..keys.curves.clone() };
                Arc::new(curves::of_prepared(&prepared, &coarse, stop)?)
            }
        };
        let at = request.crosshair;
        let encoders = EncoderRequest {
            curves: &keys.ratios,
            model: &model,
            samples: at * model.dimension() as f64,
            target: request.target,
        };
        let spectrum = crosshair::spectrum(at, chosen);
        let rows: Vec<ReadoutRow> = prepared.iter().map(|curve| ReadoutRow::at(at, curve)).collect();
        let risk = rows.first().and_then(|row| row.risk.as_ref());
        let mut analysis = Analysis {
            curves,
            local_exponent: crosshair::local_exponent(at, chosen, risk),
            rows,
            frozen: self.frozen.at(&frozen(&request, model.dimension())),
            pinned: request.pin.map(|pin| ReadoutRow::at(pin, chosen)),
            ridges: AdmissibleRidges::at(at, chosen, spectrum.as_ref()),
            spectrum,
            selection: SampleRatio::new(at)
                .ok()
                .and_then(|at| Selection::at(at, request.sizes, &model))
                .map(Arc::new),
            plane: keys.plane.as_ref().and_then(|key| self.plane.known(key)),
            left_out: self.left_out.known(&keys.left_out),
            left_out_progress: None,
            pretraining: self.pretraining.known(&keys.pretraining).flatten(),
            budget: self.budget.known(&keys.budget).flatten(),
            classes: self.classes.known(&keys.classes).flatten().filter(|_| request.classes),
            encoders: self.encoders.known(&encoders)?,
            elapsed: start.elapsed(),
            model: Arc::clone(&model),
            request,
        };
        if let Some(found) = keys.target.as_ref().and_then(|key| self.targets.known(key)) {
            analysis.set_targets(&found);
        }
        let mut show = |analysis: &Analysis| {
            shown(Analysis { elapsed: start.elapsed(), ..analysis.clone() });
        };
        // Once the features of all encoders are read the rest is quick: an answer about one of them would only flicker.
        let soon = analysis.encoders.is_none() && self.encoders.has_read(&analysis.request.scenario);
        if known.is_none() {
            if !soon {
                show(&analysis);
            }
            analysis.curves = self.curves.get(keys.curves.clone(), |_| {
                curves::of_prepared(&prepared, &keys.curves, stop).map(Arc::new)
            })?;
        }
        if !analysis.request.frozen.is_empty() {
            let loaded =
                |scenario: &Scenario| self.encoders.model(scenario).or_else(|| Some(Arc::clone(&model)));
            let wanted = frozen(&analysis.request, model.dimension());
            self.frozen.prepare(&wanted, loaded, stop)?;
            self.frozen.draw(&wanted, &keys.curves, stop)?;
            analysis.frozen = self.frozen.at(&wanted);
        }
        if let Ok(risk) = &chosen.risk {
            let (metric, target) = (analysis.request.metric, analysis.request.target);
            analysis.budget = self
                .budget
                .get(keys.budget, |_| LabelBudget::of((&model, risk, chosen.ridge), metric, target, stop))?;
        }
        if !analysis.request.scenario.encoders().is_empty() {
            if analysis.encoders.is_none() && !soon {
                show(&analysis);
            }
            analysis.encoders = self.encoders.find(&encoders, stop, &mut |summary| {
                analysis.encoders = Some(summary);
                show(&analysis);
            })?;
        }
        if analysis.left_out.is_none() && has_left_out(&analysis.request, &model) {
            show(&analysis);
            let window = analysis.request.window;
            let found = self.left_out.get(keys.left_out, |_| {
                let mut report = |progress| {
                    analysis.left_out_progress = Some(progress);
                    show(&analysis);
                };
                left_out(&model, window, stop, &mut report).map(Arc::new)
            })?;
            (analysis.left_out, analysis.left_out_progress) = (Some(found), None);
        }
        if let Some(key) = keys.target {
            let target = key.2;
            let found =
                self.targets.get(key, |_| target::of_prepared(&prepared, target, stop).map(Arc::new))?;
            analysis.set_targets(&found);
        }
        if let Ok(ratio) = SampleRatio::new(at) {
            let target = keys.pretraining.2;
            let found = || Ok::<_, ScenarioError>(PretrainingBudget::at(&model, ratio, target));
            analysis.pretraining = self.pretraining.get(keys.pretraining, |_| found())?;
        }
        if let Some(key) = keys.plane {
            let wanted = key.1.clone();
            analysis.plane = Some(self.plane.get(key, |_| {
                let mut pass = |plane| {
                    analysis.plane = Some(Arc::new(plane));
                    show(&analysis);
                };
                plane::of_model(&model, &wanted, stop, &mut pass).map(Arc::new)
            })?);
        }
        if analysis.request.classes && analysis.classes.is_none() && model.pool().is_some() {
            show(&analysis);
            let (metric, target) = (analysis.request.metric, analysis.request.target);
            analysis.classes = self.classes.get((keys.classes.0.clone(), false), |_| {
                Ok::<_, ScenarioError>(Classes::of(&model, metric, target, stop)?.map(Arc::new))
            })?;
        }
        // Fits on drawn rows come last: they take longer than everything else, and correct the curves that are there.
        if !(featurizations::is_anchored(&prepared) && self.encoders.is_anchored(&encoders)) {
            show(&analysis);
            featurizations::anchor(&prepared, stop)?;
            self.encoders.anchor(&encoders, stop)?;
            self.curves = Memo::default();
            self.budget = Memo::default();
            self.targets = Memo::default();
            analysis.curves = self.curves.get(keys.curves.clone(), |_| {
                curves::of_prepared(&prepared, &keys.curves, stop).map(Arc::new)
            })?;
            analysis.rows = prepared.iter().map(|curve| ReadoutRow::at(at, curve)).collect();
            analysis.pinned = analysis.request.pin.map(|pin| ReadoutRow::at(pin, chosen));
            if let Ok(risk) = &chosen.risk {
                let (metric, target) = (analysis.request.metric, analysis.request.target);
                analysis.budget = self.budget.get(budget_key, |_| {
                    LabelBudget::of((&model, risk, chosen.ridge), metric, target, stop)
                })?;
            }
            if let Some(key) = target_key {
                let target = key.2;
                let found =
                    self.targets.get(key, |_| target::of_prepared(&prepared, target, stop).map(Arc::new))?;
                analysis.set_targets(&found);
            }
            analysis.encoders = self.encoders.find(&encoders, stop, &mut |_| ())?;
        }
        if let (true, Ok(risk), Some(_)) = (analysis.request.classes, &chosen.risk, model.pool())
            && self.classes.known(&keys.classes).is_none()
        {
            show(&analysis);
            if keys.classes.1 {
                risk.anchor_tasks(chosen.ridge, stop)?;
            }
            let (metric, target) = (analysis.request.metric, analysis.request.target);
            analysis.classes = self.classes.get(keys.classes, |_| {
                Ok::<_, ScenarioError>(Classes::of(&model, metric, target, stop)?.map(Arc::new))
            })?;
        }
        analysis.elapsed = start.elapsed();
        Ok(analysis)
    }
}

/// The scenario without its task.
fn without_task(scenario: &Scenario) -> Scenario {
    let mut all = scenario.clone();
    if let Some(data) = &mut all.data {
        data.task.clear();
    }
    all
}

impl Analysis {
    /// The finding about real rows in one sentence: the crossovers of several encoders, or the peak of raw features.
    #[must_use]
    pub fn finding(&self) -> Option<String> {
        let of_several = self.encoders.as_ref().map(EncoderSummary::crossovers);
        of_several.or_else(|| self.budget.as_ref()?.peak.map(|peak| peak.words()))
    }

    fn set_targets(&mut self, found: &[TargetSamples]) {
        for row in &mut self.rows {
            let known = found.iter().find(|found| found.id == row.id);
            // Too few labels for an estimate differs from a target that is never reached.
            let known = known.filter(|found| found.beyond.is_none() || !found.intervals.is_empty());
            row.reached = known.map(|found| found.intervals.clone());
        }
    }
}

/// The frozen scenarios of a request whose scenario has p = `dimension`.
const fn frozen(request: &Request, dimension: usize) -> FrozenRequest<'_> {
    FrozenRequest {
        scenarios: request.frozen.as_slice(),
        crosshair: request.crosshair,
        same_samples: request.same_samples,
        dimension,
    }
}

/// Whether risks on held-out tasks are defined: for the mean over measured tasks, at the noise estimated with them.
fn has_left_out(request: &Request, model: &Model) -> bool {
    model.is_measured_mean() && model.ensemble().is_some() && request.scenario.noise.is_none()
}

/// The risk of the optimal representation on tasks held out of its estimate, over the window.
fn left_out(
    model: &Model,
    window: Window,
    stop: &(dyn Fn() -> bool + Sync),
    report: &mut dyn FnMut(Progress),
) -> Result<Vec<(f64, f64)>, ScenarioError> {
    const POINTS: usize = 60;
    let Some(ensemble) = model.ensemble() else { return Ok(Vec::new()) };
    let (start, mut reported) = (Instant::now(), Duration::ZERO);
    let mut found = Vec::with_capacity(POINTS);
    for ratio in Axis::from(window).values(POINTS) {
        if stop() {
            return Err(ScenarioError::Interrupted);
        }
        let choice = ensemble.best(ratio * model.dimension() as f64)?;
        found.push((ratio, choice.left_out_risk));
        let elapsed = start.elapsed();
        if elapsed - reported >= Progress::INTERVAL {
            reported = elapsed;
            report(Progress::new(found.len() as f64 / POINTS as f64, elapsed));
        }
    }
    Ok(found)
}
