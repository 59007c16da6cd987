//! Results for several encoders, each kept under the key of all that it depends on: moving the crosshair costs a few
//! evaluations, and another encoder in focus costs nothing.

use std::sync::Arc;

use crate::scenario::{Metric, Model, Scenario, ScenarioError};
use crate::study::curves::CurvesRequest;
use crate::study::encoders::Encoders;
use crate::study::encoders::budgets::EncoderBudgets;
use crate::study::encoders::comparison::EncoderSummary;
use crate::study::encoders::curves::EncoderCurves;
use crate::study::memo::Memo;

/// The last results for several encoders.
#[derive(Debug, Default)]
pub(in crate::study) struct EncoderCache {
    encoders: Memo<Scenario, Arc<Encoders>>,
    curves: Memo<CurvesKey, Arc<EncoderCurves>>,
    budgets: Memo<BudgetsKey, Arc<EncoderBudgets>>,
}

/// The scenario with its first encoder in focus, the first and last n, whether spacing is logarithmic, the metric and
/// the number of points.
type CurvesKey = (Scenario, (f64, f64), bool, Metric, usize);
/// The scenario with its first encoder in focus, the metric and its target.
type BudgetsKey = (Scenario, Metric, Option<f64>);

/// A request about several encoders.
pub(in crate::study) struct EncoderRequest<'a> {
    /// The curves of the encoder in focus.
    pub curves: &'a CurvesRequest,
    /// The model of the encoder in focus.
    pub model: &'a Arc<Model>,
    /// n at the crosshair.
    pub samples: f64,
    /// The value of the metric to be reached.
    pub target: Option<f64>,
}

impl EncoderRequest<'_> {
    /// The scenario, the same whichever encoder is in focus; `None` where there is only one encoder.
    fn base(&self) -> Option<Scenario> {
        first_in_focus(&self.curves.scenario)
    }

    fn curves_key(&self, base: &Scenario) -> CurvesKey {
        let (axis, p) = (&self.curves.axis, self.model.dimension() as f64);
        // A window that follows the focus is the same up to rounding.
        let whole = |n: f64| if (n - n.round()).abs() < 1e-9 * n { n.round() } else { n };
        let ends = (whole(axis.from * p), whole(axis.to * p));
        (base.clone(), ends, axis.log, self.curves.metric, self.curves.points)
    }

    fn budgets_key(&self, base: &Scenario) -> BudgetsKey {
        (base.clone(), self.curves.metric, self.target)
    }
}

fn first_in_focus(scenario: &Scenario) -> Option<Scenario> {
    scenario.encoders().first().map(|first| scenario.focused_on(first))
}

impl EncoderCache {
    /// The model that has read the scenario's features, if one of the encoders has.
    pub fn model(&self, scenario: &Scenario) -> Option<Arc<Model>> {
        self.encoders.last().and_then(|encoders| encoders.model(scenario)).cloned()
    }

    /// Whether the features of every encoder of the scenario have been read, so that the rest is quick.
    pub fn has_loaded(&self, scenario: &Scenario) -> bool {
        let read = |base| self.encoders.last().is_some_and(|encoders| encoders.have_loaded(&base));
        first_in_focus(scenario).is_some_and(read)
    }

    /// The result, if it is known already.
    ///
    /// # Errors
    /// A number of labels that is not positive.
    pub fn known(&self, request: &EncoderRequest) -> Result<Option<EncoderSummary>, ScenarioError> {
        let Some(base) = request.base() else { return Ok(None) };
        let found = self.encoders.known(&base).zip(self.curves.known(&request.curves_key(&base)));
        let budgets = self.budgets.known(&request.budgets_key(&base));
        found
            .map(|(encoders, curves)| EncoderSummary::at(&encoders, curves, request.samples, budgets))
            .transpose()
    }

    /// Whether the subsampled fits of every encoder have been made.
    pub fn is_anchored(&self, request: &EncoderRequest) -> bool {
        let encoders = request.base().and_then(|base| self.encoders.known(&base));
        encoders.is_none_or(|encoders| encoders.is_anchored())
    }

    /// Fits random subsamples for every encoder, which correct its curve (section 9.4a), and discards earlier curves.
    ///
    /// # Errors
    /// [`ScenarioError::Interrupted`] once `stop` returns true; draws that cannot be fitted.
    pub fn anchor(
        &mut self,
        request: &EncoderRequest,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<(), ScenarioError> {
        if let Some(encoders) = request.base().and_then(|base| self.encoders.known(&base)) {
            encoders.anchor(stop)?;
            self.curves = Memo::default();
            self.budgets = Memo::default();
        }
        Ok(())
    }

    /// Computes the curves, passes them to `shown`, then computes the label budgets; `None` for one encoder.
    ///
    /// # Errors
    /// An encoder's file; [`ScenarioError::Interrupted`] once `stop` returns true.
    pub fn find(
        &mut self,
        request: &EncoderRequest,
        stop: &(dyn Fn() -> bool + Sync),
        shown: &mut dyn FnMut(EncoderSummary),
    ) -> Result<Option<EncoderSummary>, ScenarioError> {
        let Some(base) = request.base() else { return Ok(None) };
        let encoders = self.encoders.get(base.clone(), |before| {
            Encoders::new(&base, before.map(Arc::as_ref), Some(request.model), stop).map(Arc::new)
        })?;
        let curves = self.curves.get(request.curves_key(&base), |_| {
            EncoderCurves::new(&encoders, request.curves, stop).map(Arc::new)
        })?;
        let key = request.budgets_key(&base);
        if self.budgets.known(&key).is_none() {
            shown(EncoderSummary::at(&encoders, Arc::clone(&curves), request.samples, None)?);
        }
        let (metric, target) = (request.curves.metric, request.target);
        let budgets =
            self.budgets.get(key, |_| EncoderBudgets::of(&encoders, metric, target, stop).map(Arc::new))?;
        EncoderSummary::at(&encoders, curves, request.samples, Some(budgets)).map(Some)
    }
}
