//! Label budgets of every class of real rows against the others (sections 9.3 and 9.4).

use crate::scenario::{Estimate, Metric, Model, Scenario, ScenarioError};
use crate::study::labels::LabelBudget;
use crate::study::labels::needed::LabelsNeeded;

/// The target where none is set.
const TARGET: f64 = 0.9;

/// Label budgets of all classes.
#[derive(Debug, Clone)]
pub struct Classes {
    /// AUC, or the requested metric where it is one of classes.
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
            Metric::Risk => (Metric::Auc, TARGET),
            metric => (metric, target.unwrap_or(TARGET)),
        };
        let mut all = Vec::new();
        for task in pool.tasks() {
            let Some(labels) = task.class_size else { continue };
            let Some(mut data) = model.scenario().data.clone() else { continue };
            data.task.clone_from(&task.name);
            let scenario = Scenario { data: Some(data), ..model.scenario().clone() };
            let class_model = Model::new(&scenario, Some(model), stop)?;
            let curve = class_model.risk_curve(&scenario.featurization)?;
            let budget =
                LabelBudget::of((&class_model, &curve, class_model.ridge()), metric, Some(target), stop)?;
            let now = budget.as_ref().and_then(|budget| budget.now);
            let needed = budget.and_then(|budget| budget.target).map(|(_, needed)| needed);
            all.push(Class { name: task.name.clone(), labels, now, needed });
        }
        Ok((!all.is_empty()).then_some(Self { metric, target, all }))
    }
}
