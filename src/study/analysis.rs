//! All that a frame shows, from one request, coarse first.
//!
//! Every part is kept under the key of what it depends on (`Keys`): moving the crosshair costs a few evaluations, moving
//! a ridge redoes curves, and only what changes the population (covariates, task, data) redoes its decompositions.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::Window;
use super::axis::{Axis, SampleSize, WINDOW};
use super::budget::Budget;
use super::compared::{self, CurveId, Prepared, Subject};
use super::comparison::Rivals;
use super::contest::{self, Contest};
use super::curve::{self, Curves, CurvesRequest, Detail};
use super::frozen::{self, Freezer, Frozen};
use super::here::{self, Ridges, Row};
use super::memo::Memo;
use super::plane::{self, Plane, PlaneRequest};
use super::progress::Progress;
use super::reach::{self, Reach};
use super::scaling::Slope;
use super::selection::Selection;
use crate::scenario::{Metric, Model, Scenario, ScenarioError};
use crate::theory::{SampleRatio, Spectrum};

/// All that the screen depends on.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// What is described.
    pub scenario: Scenario,
    /// The n/p that is shown.
    pub window: Window,
    /// The number that the curves are drawn over, at the n of the crosshair, instead of n/p.
    pub along: Option<Axis>,
    /// What is kept is compared at the same n, not at the same n/p.
    pub same_samples: bool,
    /// Scenarios that are kept for comparison.
    pub frozen: Vec<Scenario>,
    /// α of the second crosshair.
    pub pin: Option<f64>,
    /// Curves beside the chosen one.
    pub compared: Vec<CurveId>,
    /// α of the crosshair.
    pub crosshair: f64,
    /// The target risk whose sample counts are wanted.
    pub target: Option<f64>,
    /// What the curves are drawn of.
    pub metric: Metric,
    /// Sample ratios a refined curve has.
    pub resolution: usize,
    /// Counts what was learned besides (the ensemble of measured tasks): another number asks again.
    pub learned: usize,
    /// Whether the selection view is on screen, which also shows the risk of every representation size.
    pub sizes: bool,
    /// The phase plane, where it is on screen.
    pub plane: Option<PlaneRequest>,
}

impl Request {
    /// The chosen curve alone over n/p, and what stands at a crosshair; the rest is added.
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
        }
    }
}

/// n/p and the risk of measured tasks left out of the estimate.
pub type LeftOut = Arc<Vec<(f64, f64)>>;

/// All that a frame shows.
#[derive(Debug, Clone)]
pub struct Analysis {
    /// What was asked.
    pub request: Request,
    /// The checked scenario behind it all.
    pub model: Arc<Model>,
    /// Over the window.
    pub curves: Arc<Curves>,
    /// At the crosshair: the chosen curve, then those compared with it.
    pub rows: Vec<Row>,
    /// What is kept, as far as it is there.
    pub frozen: Vec<Frozen>,
    /// The chosen curve at the second crosshair.
    pub pinned: Option<Row>,
    /// Of the chosen featurization at the crosshair.
    pub spectrum: Option<Spectrum>,
    /// Of the chosen featurization at the crosshair; `None` where there is no such curve, or real rows show no bound.
    pub ridges: Option<Ridges>,
    /// How fast the chosen featurization's excess risk falls there, of power laws.
    pub slope: Option<Slope>,
    /// The optimal featurization at the crosshair, and what it is compared with.
    pub selection: Option<Arc<Selection>>,
    /// Where it was asked for.
    pub plane: Option<Arc<Plane>>,
    /// The optimal representation on tasks that it was not made from, over the window.
    pub left_out: Option<LeftOut>,
    /// How far that is, while it is being found.
    pub judging: Option<Progress>,
    /// Of real rows: what the labels there are are worth, and what the target needs.
    pub budget: Option<Budget>,
    /// Of several encoders: each of them, and who is ahead.
    pub rivals: Option<Rivals>,
    /// How long the answer took.
    pub elapsed: Duration,
}

/// Answers requests, and keeps of the last one what the next can use.
#[derive(Debug, Default)]
pub struct Study {
    model: Memo<Scenario, Arc<Model>>,
    prepared: Memo<PreparedKey, Arc<Vec<Prepared>>>,
    curves: Memo<CurvesRequest, Arc<Curves>>,
    left_out: Memo<LeftOutKey, LeftOut>,
    reached: Memo<ReachKey, Arc<Vec<Reach>>>,
    plane: Memo<PlaneKey, Arc<Plane>>,
    budget: Memo<BudgetKey, Option<Budget>>,
    contest: Contest,
    freezer: Freezer,
}

type PreparedKey = (Scenario, Vec<Subject>);
type LeftOutKey = (Scenario, Window, usize);
type ReachKey = (Scenario, Vec<Subject>, f64);
type PlaneKey = (Scenario, PlaneRequest);
type BudgetKey = (Scenario, Metric, Option<f64>);

/// What each part of an answer depends on.
struct Keys {
    prepared: PreparedKey,
    curves: CurvesRequest,
    /// Over n/p, whatever the curves are over.
    ratios: CurvesRequest,
    left_out: LeftOutKey,
    reached: Option<ReachKey>,
    plane: Option<PlaneKey>,
    budget: BudgetKey,
}

impl Keys {
    fn of(request: &Request) -> Self {
        let Request { scenario, window, compared, .. } = request;
        let subjects = Subject::list(scenario, compared);
        // What is learned from the tasks left out knows neither ridge nor featurization.
        let ratios = CurvesRequest {
            scenario: scenario.clone(),
            subjects: subjects.clone(),
            axis: (*window).into(),
            points: request.resolution,
            fixed: SampleSize::Ratio(1.0),
            detail: Detail::Shown,
            metric: request.metric,
        };
        let curves = match &request.along {
            // While the number moves the curve over it is another one only where it is read from it.
            Some(axis) => CurvesRequest {
                axis: axis.clone(),
                // A number with a value at every pixel is more than a screen has use for.
                points: request.resolution.min(ALONG),
                fixed: axis.sample_size(request.crosshair),
                ..ratios.clone()
            },
            None => ratios.clone(),
        };
        let tasks = Scenario { data: scenario.data.clone(), noise: scenario.noise, ..Scenario::default() };
        Self {
            prepared: (scenario.clone(), subjects.clone()),
            left_out: (tasks, *window, request.learned),
            // Where a risk is reached; of another metric the budget says it.
            reached: request
                .target
                .filter(|_| request.metric == Metric::Risk)
                .map(|target| (scenario.clone(), subjects.clone(), target)),
            budget: (scenario.clone(), request.metric, request.target),
            plane: request.plane.clone().map(|wanted| (scenario.clone(), wanted)),
            curves,
            ratios,
        }
    }
}

/// Sample ratios of the first, coarse curve.
const COARSE: usize = 32;

/// Values of another number that a curve over it has at most.
const ALONG: usize = 200;

impl Study {
    /// Everything that the request asks for. `shown` sees what is there before the rest: coarse curves, then the plane
    /// as it fills.
    ///
    /// # Errors
    /// One sentence about the scenario; [`ScenarioError::Interrupted`] once `stop` says so.
    pub fn answer(
        &mut self,
        request: Request,
        stop: &(dyn Fn() -> bool + Sync),
        shown: &mut dyn FnMut(Analysis),
    ) -> Result<Analysis, ScenarioError> {
        let start = Instant::now();
        let keys = Keys::of(&request);
        let read = self.contest.model(&request.scenario);
        let model = self.model.get(request.scenario.clone(), |before| {
            let before = read.as_ref().or(before).map(Arc::as_ref);
            Ok::<_, ScenarioError>(Arc::new(Model::new(&request.scenario, before, stop)?))
        })?;
        let prepared = self
            .prepared
            .get(keys.prepared, |_| compared::prepared(&model, &keys.curves.subjects).map(Arc::new))?;
        let known = self.curves.known(&keys.curves);
        let curves = match &known {
            Some(curves) => Arc::clone(curves),
            None => {
                let coarse = CurvesRequest { points: COARSE, ..keys.curves.clone() };
                Arc::new(curve::of_prepared(&model, &prepared, &coarse, stop)?)
            }
        };
        let contest = contest::Asked {
            curves: &keys.ratios,
            model: &model,
            samples: request.crosshair * model.dimension() as f64,
            target: request.target,
        };
        let at = request.crosshair;
        let p = model.dimension();
        let pinned =
            request.pin.and_then(|pin| here::rows(pin, &model, prepared.get(..1)?).into_iter().next());
        let spectrum = here::spectrum(at, &model, &prepared);
        let rows = here::rows(at, &model, &prepared);
        let mut analysis = Analysis {
            curves,
            slope: here::slope(at, &model, &prepared, &rows),
            rows,
            frozen: self.freezer.at(&kept(&request, p)),
            pinned,
            ridges: prepared
                .first()
                .and_then(|chosen| Ridges::at(at, &model, chosen.curve.as_ref().ok()?, spectrum.as_ref())),
            spectrum,
            selection: SampleRatio::new(request.crosshair)
                .ok()
                .and_then(|at| Selection::at(at, request.sizes, &model))
                .map(Arc::new),
            plane: keys.plane.as_ref().and_then(|key| self.plane.known(key)),
            left_out: self.left_out.known(&keys.left_out),
            judging: None,
            budget: self.budget.known(&keys.budget).flatten(),
            rivals: self.contest.known(&contest)?,
            elapsed: start.elapsed(),
            model: Arc::clone(&model),
            request,
        };
        if let Some(reached) = keys.reached.as_ref().and_then(|key| self.reached.known(key)) {
            analysis.reach(&reached);
        }
        let mut show = |analysis: &Analysis| {
            shown(Analysis { elapsed: start.elapsed(), ..analysis.clone() });
        };
        // Encoders that have been read are there in a moment: one of them alone in between would only flicker.
        let soon = analysis.rivals.is_none() && self.contest.has_read(&analysis.request.scenario);
        if known.is_none() {
            if !soon {
                show(&analysis);
            }
            analysis.curves = self.curves.get(keys.curves.clone(), |_| {
                curve::of_prepared(&model, &prepared, &keys.curves, stop).map(Arc::new)
            })?;
        }
        if !analysis.request.frozen.is_empty() {
            let read =
                |scenario: &Scenario| self.contest.model(scenario).or_else(|| Some(Arc::clone(&model)));
            let asked = kept(&analysis.request, p);
            self.freezer.prepare(&asked, read, stop)?;
            self.freezer.draw(&asked, &keys.curves, stop)?;
            analysis.frozen = self.freezer.at(&asked);
        }
        if let Some(Prepared { curve: Ok(curve), ridge, .. }) = prepared.first() {
            let (metric, target) = (analysis.request.metric, analysis.request.target);
            analysis.budget = self
                .budget
                .get(keys.budget, |_| Budget::of((&model, curve, *ridge), metric, target, stop))?;
        }
        if !analysis.request.scenario.encoders().is_empty() {
            if analysis.rivals.is_none() && !soon {
                show(&analysis);
            }
            analysis.rivals = self.contest.find(&contest, stop, &mut |rivals| {
                analysis.rivals = Some(rivals);
                show(&analysis);
            })?;
        }
        if analysis.left_out.is_none() && judges(&analysis.request, &model) {
            show(&analysis);
            let window = analysis.request.window;
            let found = self.left_out.get(keys.left_out, |_| {
                let mut report = |progress| {
                    analysis.judging = Some(progress);
                    show(&analysis);
                };
                left_out(&model, window, stop, &mut report).map(Arc::new)
            })?;
            (analysis.left_out, analysis.judging) = (Some(found), None);
        }
        if let Some(key) = keys.reached {
            let target = key.2;
            let reached = self
                .reached
                .get(key, |_| reach::of_prepared(&model, &prepared, target, stop).map(Arc::new))?;
            analysis.reach(&reached);
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
        analysis.elapsed = start.elapsed();
        Ok(analysis)
    }
}

impl Analysis {
    /// Of real rows: what to look for, in one sentence.
    #[must_use]
    pub fn look(&self) -> Option<String> {
        let of_several = self.rivals.as_ref().map(Rivals::look);
        of_several.or_else(|| self.budget.as_ref()?.peak.map(|peak| peak.words()))
    }

    fn reach(&mut self, reached: &[Reach]) {
        for row in &mut self.rows {
            let found = reached.iter().find(|r| r.id == row.id);
            // What too few labels cannot tell is not never.
            let told = found.filter(|r| r.beyond.is_none() || !r.intervals.is_empty());
            row.reached = told.map(|r| r.intervals.clone());
        }
    }
}

/// What is asked of what is kept, where now has this p.
const fn kept(request: &Request, dimension: usize) -> frozen::Asked<'_> {
    frozen::Asked {
        scenarios: request.frozen.as_slice(),
        crosshair: request.crosshair,
        same_samples: request.same_samples,
        dimension,
    }
}

/// Whether left-out risks can be told: of the mean over measured tasks, at the noise estimated with them.
fn judges(request: &Request, model: &Model) -> bool {
    model.is_measured_mean() && model.ensemble().is_some() && request.scenario.noise.is_none()
}

/// What the optimal representation costs on tasks left out of its estimate, along the window.
fn left_out(
    model: &Model,
    window: Window,
    stop: &(dyn Fn() -> bool + Sync),
    report: &mut dyn FnMut(Progress),
) -> Result<Vec<(f64, f64)>, ScenarioError> {
    const POINTS: usize = 60;
    let Some(ensemble) = model.ensemble() else { return Ok(Vec::new()) };
    let (start, mut told) = (Instant::now(), Duration::ZERO);
    let mut found = Vec::with_capacity(POINTS);
    for ratio in super::Axis::from(window).values(POINTS) {
        if stop() {
            return Err(ScenarioError::Interrupted);
        }
        let choice = ensemble.best(ratio * model.dimension() as f64)?;
        found.push((ratio, choice.left_out_risk));
        let elapsed = start.elapsed();
        if elapsed - told >= Progress::APART {
            told = elapsed;
            report(Progress::new(found.len() as f64 / POINTS as f64, elapsed));
        }
    }
    Ok(found)
}
