//! The dashboard's computation: one request → curves, divergences, transitions, selection, phase plane and the
//! readout, coarse first.
//!
//! The job keeps the last [`Model`] and the last curves: moving the crosshair costs a few evaluations, moving a ridge
//! redoes curves, and only what changes the population (covariates, task, data) redoes its decompositions.

mod curves;
pub mod measure;
pub mod phase;
pub mod selection;

use std::borrow::Cow;
use std::sync::Arc;
use std::time::{Duration, Instant};

use curves::{draw, reached, readout};
use phase::{Phase, PhaseRequest};
use selection::Selection;

use crate::engine::{Ended, Ticket};
use crate::scenario::{Featurization, Model, Scenario, ScenarioError};
use crate::theory::divergence::Divergence;
use crate::theory::representation::Representation;
use crate::theory::ridge;
use crate::theory::selection::Optimal;
use crate::theory::target::Interval;
use crate::theory::transition::Transition;
use crate::theory::{RidgeChoice, Risk, SampleRatio, Spectrum, TheoryError};

/// A curve of the risk view.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CurveId {
    Chosen,
    Raw,
    GroundTruth,
    Whitened,
    Pcr,
    Optimal,
    Floor,
}

impl CurveId {
    pub const COMPARED: [Self; 6] =
        [Self::Raw, Self::GroundTruth, Self::Whitened, Self::Pcr, Self::Optimal, Self::Floor];

    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Chosen => "chosen",
            Self::Raw => "raw",
            Self::GroundTruth => "ground truth",
            Self::Whitened => "whitened",
            Self::Pcr => "oracle PCR",
            Self::Optimal => "optimal",
            Self::Floor => "floor",
        }
    }
}

impl CurveId {
    /// What the curve is of; `None` for the scenario's own.
    #[must_use]
    pub const fn featurization(self) -> Option<Featurization> {
        match self {
            Self::Chosen => None,
            Self::Raw => Some(Featurization::Raw),
            Self::GroundTruth | Self::Floor => Some(Featurization::GroundTruth),
            Self::Whitened => Some(Featurization::Whitened),
            Self::Pcr => Some(Featurization::Pca { size: None }),
            Self::Optimal => Some(Featurization::Optimal { at: None }),
        }
    }

    /// One line of help.
    #[must_use]
    pub const fn about(self) -> &'static str {
        match self {
            Self::Chosen => "The scenario's own featurization.",
            Self::Raw => "F = I, the features as they are.",
            Self::GroundTruth => "F = Σ_θ, the tasks' true covariance (§1).",
            Self::Whitened => "F = Σ_x⁻¹.",
            Self::Pcr => {
                "Principal component regression with the best k at each n, on population directions: an oracle (§5)."
            }
            Self::Optimal => "The best ridgeless featurization at each n: soft or hard selection (§5).",
            Self::Floor => {
                "Ground truth with its best ridge, the Bayes linear predictor: nothing linear is lower (§5)."
            }
        }
    }
}

/// The n/p window of the plot.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Window {
    pub from: f64,
    pub to: f64,
    pub log: bool,
}

/// All that the screen depends on.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    pub scenario: Scenario,
    pub window: Window,
    /// Curves beside the chosen one.
    pub compared: Vec<CurveId>,
    /// α of the crosshair.
    pub crosshair: f64,
    pub target: Option<f64>,
    /// Sample ratios a refined curve has.
    pub resolution: usize,
    /// Counts what the engine learned besides (the ensemble of measured tasks): another number asks again.
    pub learned: usize,
    /// Whether the selection view is on screen, which also shows the risk of every representation size.
    pub sizes: bool,
    /// The phase plane, where it is on screen.
    pub phase: Option<PhaseRequest>,
}

/// One curve: its points in increasing n/p. A point without a risk (`None`) has no predictor there.
#[derive(Debug, Clone)]
pub struct Curve {
    pub id: CurveId,
    pub name: String,
    pub ratios: Vec<f64>,
    pub points: Vec<Option<Risk>>,
    pub divergences: Vec<Divergence>,
    /// Why there is no such curve here, in one sentence.
    pub missing: Option<String>,
}

/// The regimes of the optimal featurization over the window.
#[derive(Debug, Clone)]
pub struct Regimes {
    /// The optimum at the window's left end.
    pub first: Optimal,
    pub transitions: Vec<Transition>,
    /// The optimum at the window's right end.
    pub last: Optimal,
}

/// What the plots show; unchanged while only the crosshair moves.
#[derive(Debug)]
pub struct Curves {
    pub curves: Vec<Curve>,
    /// How the optimal featurization changes along n/p; none where there is no task spectrum to select from.
    pub regimes: Option<Regimes>,
    pub elapsed: Duration,
}

/// The numbers of one curve at the crosshair.
#[derive(Debug, Clone)]
pub struct Row {
    pub id: CurveId,
    pub name: String,
    pub risk: Option<Risk>,
    /// Why there is no risk.
    pub missing: Option<String>,
    /// Where the target is reached, if one is set.
    pub reached: Option<Vec<Interval>>,
}

/// What ridges the chosen featurization admits at the crosshair, and the best of them.
#[derive(Debug, Clone, Copy)]
pub struct Ridges {
    /// λ_min: only ridges above it have a solution.
    pub minimum: f64,
    /// The risk at the optimal ridge, of either sign.
    pub best: Risk,
}

/// n/p and the risk of measured tasks left out of the estimate.
pub type LeftOut = Arc<Vec<(f64, f64)>>;

/// All that a frame shows.
#[derive(Debug, Clone)]
pub struct Analysis {
    pub request: Request,
    pub model: Arc<Model>,
    pub curves: Arc<Curves>,
    pub rows: Vec<Row>,
    /// Of the chosen featurization at the crosshair.
    pub spectrum: Option<Spectrum>,
    pub ridges: Option<Ridges>,
    /// The optimal featurization at the crosshair, and what it is compared with.
    pub selection: Option<Arc<Selection>>,
    pub phase: Option<Arc<Phase>>,
    /// The optimal representation on tasks that it was not made from, over the window.
    pub left_out: Option<LeftOut>,
    pub elapsed: Duration,
}

/// A curve of the request, before its points.
struct Plan {
    id: CurveId,
    name: String,
    representation: Result<Representation, String>,
}

/// The job of the dashboard's worker.
pub fn job() -> impl FnMut(Request, &Ticket<'_, Analysis>) -> Result<Analysis, Ended> {
    let mut model: Option<Arc<Model>> = None;
    let mut last: Option<(Request, Arc<Curves>)> = None;
    let mut plane: Option<(Request, Arc<Phase>)> = None;
    let mut judged: Option<(Request, LeftOut)> = None;
    let mut reach: Option<(Request, Vec<Option<Vec<Interval>>>)> = None;
    move |request, ticket| {
        crate::engine::panic_if_asked("worker");
        let start = Instant::now();
        let stop = || ticket.stop();
        let current = match &model {
            Some(m) if m.scenario() == &request.scenario => Arc::clone(m),
            previous => Arc::new(Model::new(&request.scenario, previous.as_deref(), &stop)?),
        };
        model = Some(Arc::clone(&current));
        let plans = plan(&request, &current)?;
        let spectrum = plans.first().and_then(|chosen| {
            let at = SampleRatio::new(request.crosshair).ok()?;
            chosen.representation.as_ref().ok()?.spectrum_at(at, current.noise()).map(Cow::into_owned)
        });
        let ridges = spectrum.as_ref().and_then(|spectrum| {
            let at = SampleRatio::new(request.crosshair).ok()?;
            let best = ridge::Optimizer::new(spectrum).optimal(at, current.noise(), false);
            Some(Ridges { minimum: ridge::minimum(spectrum, at), best })
        });
        let chosen = plans.first().and_then(|plan| plan.representation.as_ref().ok());
        let selection = chosen.and_then(|c| Selection::at(&request, &current, c)).map(Arc::new);
        let known = judged.as_ref().filter(|(before, _)| same_judgement(before, &request));
        let mut left_out = known.map(|(_, curve)| Arc::clone(curve));
        let analysis = |curves: &Arc<Curves>, rows: Vec<Row>, phase: Option<Arc<Phase>>, left_out| Analysis {
            request: request.clone(),
            model: Arc::clone(&current),
            curves: Arc::clone(curves),
            rows,
            spectrum: spectrum.clone(),
            ridges,
            selection: selection.clone(),
            phase,
            left_out,
            elapsed: start.elapsed(),
        };
        let curves = match &last {
            Some((before, curves)) if same_curves(before, &request) => Arc::clone(curves),
            _ => {
                let coarse = Arc::new(draw(&request, &current, &plans, COARSE, &stop)?);
                let rows = readout(&request, &current, &plans);
                ticket.partial(analysis(&coarse, rows, None, left_out.clone()));
                let refined = Arc::new(draw(&request, &current, &plans, request.resolution, &stop)?);
                last = Some((request.clone(), Arc::clone(&refined)));
                refined
            }
        };
        let mut rows = readout(&request, &current, &plans);
        if left_out.is_none() && judges(&request, &current) {
            ticket.partial(analysis(&curves, rows.clone(), None, None));
            let curve = Arc::new(curves::left_out(&request, &current, &stop)?);
            judged = Some((request.clone(), Arc::clone(&curve)));
            left_out = Some(curve);
        }
        if let Some(target) = request.target {
            let known = match &reach {
                Some((before, known)) if same_curves(before, &request) && before.target == request.target => {
                    known.clone()
                }
                _ => {
                    let known = plans
                        .iter()
                        .map(|plan| reached(plan, &current, target, &stop))
                        .collect::<Result<Vec<_>, Ended>>()?;
                    reach = Some((request.clone(), known.clone()));
                    known
                }
            };
            for (row, reached) in rows.iter_mut().zip(known) {
                row.reached = reached;
            }
        }
        let Some(wanted) = &request.phase else { return Ok(analysis(&curves, rows, None, left_out)) };
        if let Some((before, known)) = &plane
            && before.phase == request.phase
            && same_phase(before, &request)
        {
            return Ok(analysis(&curves, rows, Some(Arc::clone(known)), left_out));
        }
        let mut shown = |phase: Phase| {
            ticket.partial(analysis(&curves, rows.clone(), Some(Arc::new(phase)), left_out.clone()));
        };
        let finished = Arc::new(phase::compute(&request, wanted, &current, chosen, &stop, &mut shown)?);
        plane = Some((request.clone(), Arc::clone(&finished)));
        Ok(analysis(&curves, rows, Some(finished), left_out))
    }
}

/// Whether left-out risks can be told: of the mean over measured tasks, at the noise estimated with them.
fn judges(request: &Request, model: &Model) -> bool {
    model.is_measured_mean() && model.ensemble().is_some() && request.scenario.noise.is_none()
}

fn same_judgement(a: &Request, b: &Request) -> bool {
    a.scenario.data == b.scenario.data
        && a.scenario.noise == b.scenario.noise
        && a.window == b.window
        && a.learned == b.learned
}

fn same_phase(a: &Request, b: &Request) -> bool {
    a.scenario == b.scenario && a.window == b.window
}

/// Sample ratios of the first, coarse curve.
const COARSE: usize = 32;

fn same_curves(a: &Request, b: &Request) -> bool {
    a.scenario == b.scenario
        && a.window == b.window
        && a.compared == b.compared
        && a.resolution == b.resolution
}

impl Plan {
    /// The floor is the ground truth at its best ridge; all others take the scenario's.
    fn ridge(&self, model: &Model) -> RidgeChoice {
        if self.id == CurveId::Floor { RidgeChoice::OptimalNonNegative } else { model.ridge() }
    }
}

impl From<ScenarioError> for Ended {
    fn from(error: ScenarioError) -> Self {
        match error {
            ScenarioError::Interrupted => Self::Interrupted,
            other => Self::Failed(other.to_string()),
        }
    }
}

impl From<TheoryError> for Ended {
    fn from(error: TheoryError) -> Self {
        ScenarioError::from(error).into()
    }
}

fn plan(request: &Request, model: &Model) -> Result<Vec<Plan>, Ended> {
    let chosen = &request.scenario.featurization;
    let mut plans = vec![Plan {
        id: CurveId::Chosen,
        name: chosen.title(),
        representation: Ok(model.representation(chosen)?),
    }];
    for &id in &request.compared {
        let Some(kind) = id.featurization() else { continue };
        if kind == *chosen && id != CurveId::Floor {
            continue;
        }
        let representation = model.representation(&kind).map_err(|e| e.to_string());
        // What is built from the data's own tasks knows them: it promises too much for new ones.
        let in_sample =
            model.pool().is_some() && matches!(id, CurveId::GroundTruth | CurveId::Optimal | CurveId::Floor);
        let name = if in_sample { format!("{}, in-sample", id.name()) } else { id.name().into() };
        plans.push(Plan { id, name, representation });
    }
    Ok(plans)
}
