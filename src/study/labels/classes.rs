//! Each class of real rows by itself: what its labels give now, and how many a target needs (sections 9.3 and 9.4).

use super::LabelBudget;
use super::needed::LabelsNeeded;
use crate::scenario::{Estimate, Metric, Model, Scenario, ScenarioError};

/// The value that labels are counted for where none is asked for.
const TARGET: f64 = 0.9;

/// Every class of the rows.
#[derive(Debug, Clone)]
pub struct Classes {
    /// AUC, or the metric on screen where that is one of classes.
    pub metric: Metric,
    /// The metric's value that labels are counted for.
    pub target: f64,
    /// In the order of the targets.
    pub all: Vec<Class>,
}

/// One class against the others.
#[derive(Debug, Clone)]
pub struct Class {
    /// As the targets have it.
    pub name: String,
    /// Rows of this class.
    pub labels: usize,
    /// The metric with all rows; `None` where they are too few.
    pub now: Option<Estimate>,
    /// Rows that the target needs.
    pub needed: Option<LabelsNeeded>,
}

impl Classes {
    /// `None` without real rows, or where the targets are numbers.
    ///
    /// # Errors
    /// One sentence about a class; [`ScenarioError::Interrupted`] once `stop` says so.
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
            let own = Model::new(&scenario, Some(model), stop)?;
            let curve = own.risk_curve(&scenario.featurization)?;
            let budget = LabelBudget::of((&own, &curve, own.ridge()), metric, Some(target), stop)?;
            let now = budget.as_ref().and_then(|budget| budget.now);
            let needed = budget.and_then(|budget| budget.target).map(|(_, needed)| needed);
            all.push(Class { name: task.name.clone(), labels, now, needed });
        }
        Ok((!all.is_empty()).then_some(Self { metric, target, all }))
    }
}
