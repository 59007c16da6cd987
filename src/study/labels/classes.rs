//! Label budgets of every class of real rows against the others (sections 9.3 and 9.4).

use crate::data::TaskSummary;
use crate::scenario::{Estimate, Metric, Model, Scenario, ScenarioError};
use crate::study::labels::LabelBudget;
use crate::study::labels::needed::LabelsNeeded;

/// The target where none is set.
const TARGET: f64 = 0.9;

/// Label budgets of all classes.
#[derive(Debug, Clone)]
pub struct Classes {
    /// The metric of every class against the others: AUC.
    pub metric: Metric,
    /// The value of the metric to be reached.
    pub target: f64,
    /// The classes, in the order of the targets.
    pub all: Vec<Class>,
}

/// The label budget of one class against the others.
#[derive(Debug, Clone)]
pub struct Class {
    /// Name in the targets.
    pub name: String,
    /// Number of rows of this class.
    pub labels: usize,
    /// The estimate with all rows; `None` where they are too few.
    pub now: Option<Estimate>,
    /// Number of labels that the target needs.
    pub needed: Option<LabelsNeeded>,
}

impl Classes {
    /// The budgets of all classes; `None` without real rows, and where the targets are numbers.
    ///
    /// # Errors
    /// A class that cannot be evaluated; [`ScenarioError::Interrupted`] once `stop` returns true.
    pub(in crate::study) fn of(
        model: &Model,
        metric: Metric,
        target: Option<f64>,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<Option<Self>, ScenarioError> {
        let Some(pool) = model.pool() else { return Ok(None) };
        let (metric, target) = match metric {
            Metric::Auc => (metric, target.unwrap_or(TARGET)),
            // Other metrics are defined for all classes together.
            _ => (Metric::Auc, TARGET),
        };
        let mut all = Vec::new();
        for task in pool.tasks() {
            let Some(labels) = task.class_size else { continue };
            let budget = of_task(model, &task.name, (metric, target), stop)?;
            let now = budget.as_ref().and_then(|budget| budget.now);
            let needed = budget.and_then(|budget| budget.target).map(|(_, needed)| needed);
            all.push(Class { name: task.name.clone(), labels, now, needed });
        }
        Ok((!all.is_empty()).then_some(Self { metric, target, all }))
    }
}

/// The budget of one task by its name.
fn of_task(
    model: &Model,
    task: &str,
    (metric, target): (Metric, f64),
    stop: &(dyn Fn() -> bool + Sync),
) -> Result<Option<LabelBudget>, ScenarioError> {
    let Some(mut data) = model.scenario().data.clone() else { return Ok(None) };
    data.task = task.to_owned();
    let scenario = Scenario { data: Some(data), ..model.scenario().clone() };
    let of_task = Model::new(&scenario, Some(model), stop)?;
    let curve = of_task.risk_curve(&scenario.featurization)?;
    LabelBudget::of((&of_task, &curve, of_task.ridge()), metric, Some(target), stop)
}

/// The labels that a target needs for one task, or for all together.
#[derive(Debug, Clone)]
pub struct Requirement {
    /// Name of the task; `None` for the mean over all tasks.
    pub task: Option<String>,
    /// Number of rows of the class; `None` for numbers and for the mean.
    pub labels: Option<usize>,
    /// The estimate with all rows; `None` where they are too few.
    pub now: Option<Estimate>,
    /// Number of labels that the target needs.
    pub needed: LabelsNeeded,
}

/// The labels that a target of a metric needs: for the task of the scenario and, if that is the mean over several,
/// for each of them, unless the metric is defined for all classes together. Notes about the subsampled fits go to
/// `note`.
///
/// # Errors
/// Without real rows, or for a classification metric of numeric targets; [`ScenarioError::Interrupted`] once `stop`
/// returns true.
pub fn requirements(
    model: &Model,
    metric: Metric,
    target: f64,
    note: &mut dyn FnMut(String),
    stop: &(dyn Fn() -> bool + Sync),
) -> Result<Vec<Requirement>, ScenarioError> {
    let Some(pool) = model.pool() else {
        return Err(ScenarioError::new(
            "--target with this metric needs real rows: give --features and --targets",
        ));
    };
    model.check_metric(metric)?;
    let wanted = model.scenario().data.as_ref().map_or("", |data| data.task.as_str());
    let alone = pool.tasks().iter().find(|task| task.name == wanted);
    let each = alone.is_none() && pool.tasks().len() > 1 && !metric.is_of_predicted_class();
    if model.scenario().noise.is_none() {
        let (curve, ridge) = (model.risk_curve(&model.scenario().featurization)?, model.ridge());
        if each {
            curve.anchor_tasks(ridge, stop)?
        } else {
            curve.anchor(ridge, stop)?
        }
        curve.notes(ridge).into_iter().for_each(note);
    }
    let one = |task: Option<&TaskSummary>, name: &str| {
        let found = of_task(model, name, (metric, target), stop)?;
        let (now, needed) = found.map_or((None, None), |budget| (budget.now, budget.target));
        let needed = needed.map(|(_, needed)| needed).ok_or_else(|| {
            ScenarioError::new(
                "--target: the featurization is made from the labels; accepted are raw, whitened and pca",
            )
        })?;
        let (name, labels) = (task.map(|task| task.name.clone()), task.and_then(|task| task.class_size));
        Ok::<_, ScenarioError>(Requirement { task: name, labels, now, needed })
    };
    let mut all = vec![one(alone, wanted)?];
    if each {
        for task in pool.tasks() {
            all.push(one(Some(task), &task.name)?);
        }
    }
    Ok(all)
}
