//! Cache keys of the parts of an answer.

use super::request::Request;
use crate::scenario::{Metric, Scenario};
use crate::study::axis::{SampleSize, Window};
use crate::study::curves::{CurvesRequest, Detail};
use crate::study::featurizations::CurveSpec;
use crate::study::plane::PlaneRequest;

/// Maximum number of points of a curve over a parameter: every point is a separate scenario.
const MOST_VALUES: usize = 200;

pub(super) type PreparedKey = (Scenario, Vec<CurveSpec>);
pub(super) type LeftOutKey = (Scenario, Window, usize);
pub(super) type TargetKey = (Scenario, Vec<CurveSpec>, (Metric, f64));
pub(super) type PlaneKey = (Scenario, PlaneRequest);
pub(super) type PretrainingKey = (Scenario, f64, Option<f64>);
pub(super) type BudgetKey = (Scenario, Metric, Option<f64>);
/// Key without the task, as the classes are the same for every task, and whether subsampled fits were made for them.
pub(super) type ClassesKey = (BudgetKey, bool);

/// Cache keys of the parts of an answer.
pub(super) struct Keys {
    pub prepared: PreparedKey,
    pub curves: CurvesRequest,
    /// The curves over n/p, whatever the axis.
    pub ratios: CurvesRequest,
    pub left_out: LeftOutKey,
    pub target: Option<TargetKey>,
    pub plane: Option<PlaneKey>,
    pub pretraining: PretrainingKey,
    pub budget: BudgetKey,
    /// Key of the classes for which subsampled fits were made.
    pub classes: ClassesKey,
}

impl Keys {
    pub fn of(request: &Request) -> Self {
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

/// The scenario without its task.
fn without_task(scenario: &Scenario) -> Scenario {
    let mut all = scenario.clone();
    if let Some(data) = &mut all.data {
        data.task.clear();
    }
    all
}
