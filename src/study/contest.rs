//! Several encoders on a screen, each part remembered under the key of all that it depends on: moving the crosshair costs a
//! few evaluations, and another encoder in focus nothing at all.

use std::sync::Arc;

use super::budgets::Budgets;
use super::comparison::Rivals;
use super::curve::CurvesRequest;
use super::encoders::Encoders;
use super::memo::Memo;
use super::rivals::Along;
use crate::scenario::{Metric, Model, Scenario, ScenarioError};

/// What is known of them.
#[derive(Debug, Default)]
pub(super) struct Contest {
    encoders: Memo<Scenario, Arc<Encoders>>,
    along: Memo<AlongKey, Arc<Along>>,
    budgets: Memo<BudgetsKey, Arc<Budgets>>,
}

/// First and last n, whether evenly in the logarithm, the metric and how fine.
type AlongKey = (Scenario, (f64, f64), bool, Metric, usize);
type BudgetsKey = (Scenario, Metric, Option<f64>);

/// What is asked: the curves of the encoder in focus, n of the crosshair, and the metric's value that labels are wanted for.
pub(super) struct Asked<'a> {
    pub curves: &'a CurvesRequest,
    /// The encoder in focus.
    pub model: &'a Arc<Model>,
    pub samples: f64,
    pub target: Option<f64>,
}

impl Asked<'_> {
    /// The scenario whichever encoder is in focus; `None` where there is only one.
    fn base(&self) -> Option<Scenario> {
        first_in_focus(&self.curves.scenario)
    }

    /// The same n whichever is in focus.
    fn along(&self, base: &Scenario) -> AlongKey {
        let (axis, p) = (&self.curves.axis, self.model.dimension() as f64);
        // A window that follows the focus is the same up to rounding.
        let whole = |n: f64| if (n - n.round()).abs() < 1e-9 * n { n.round() } else { n };
        let ends = (whole(axis.from * p), whole(axis.to * p));
        (base.clone(), ends, axis.log, self.curves.metric, self.curves.points)
    }

    fn budgets(&self, base: &Scenario) -> BudgetsKey {
        (base.clone(), self.curves.metric, self.target)
    }
}

fn first_in_focus(scenario: &Scenario) -> Option<Scenario> {
    scenario.encoders().first().map(|first| scenario.focused_on(first))
}

impl Contest {
    /// The model that has read the scenario's features, if one of the encoders has.
    pub fn model(&self, scenario: &Scenario) -> Option<Arc<Model>> {
        self.encoders.last().and_then(|encoders| encoders.model(scenario)).cloned()
    }

    /// Whether every encoder of the scenario has been read: what is left to do takes a moment.
    pub fn has_read(&self, scenario: &Scenario) -> bool {
        let read = |base| self.encoders.last().is_some_and(|encoders| encoders.have_read(&base));
        first_in_focus(scenario).is_some_and(read)
    }

    /// What is known already.
    pub fn known(&self, asked: &Asked) -> Result<Option<Rivals>, ScenarioError> {
        let Some(base) = asked.base() else { return Ok(None) };
        let found = self.encoders.known(&base).zip(self.along.known(&asked.along(&base)));
        let budgets = self.budgets.known(&asked.budgets(&base));
        found.map(|(encoders, along)| Rivals::at(&encoders, along, asked.samples, budgets)).transpose()
    }

    /// Their curves, which `shown` sees first, then what the labels at hand are worth with each; `None` of one encoder.
    pub fn find(
        &mut self,
        asked: &Asked,
        stop: &(dyn Fn() -> bool + Sync),
        shown: &mut dyn FnMut(Rivals),
    ) -> Result<Option<Rivals>, ScenarioError> {
        let Some(base) = asked.base() else { return Ok(None) };
        let encoders = self.encoders.get(base.clone(), |before| {
            Encoders::new(&base, before.map(Arc::as_ref), Some(asked.model), stop).map(Arc::new)
        })?;
        let along = self
            .along
            .get(asked.along(&base), |_| Along::new(&encoders, asked.curves, stop).map(Arc::new))?;
        let key = asked.budgets(&base);
        if self.budgets.known(&key).is_none() {
            shown(Rivals::at(&encoders, Arc::clone(&along), asked.samples, None)?);
        }
        let (metric, target) = (asked.curves.metric, asked.target);
        let budgets =
            self.budgets.get(key, |_| Budgets::of(&encoders, metric, target, stop).map(Arc::new))?;
        Rivals::at(&encoders, along, asked.samples, Some(budgets)).map(Some)
    }
}
