//! Frozen scenarios: their curves on the axis of the current scenario, and their readout at its crosshair.

use std::sync::Arc;

use crate::scenario::{Model, Scenario, ScenarioError};
use crate::study::axis::Variable;
use crate::study::curves::crosshair::ReadoutRow;
use crate::study::curves::{self, Curve, CurvesRequest, Detail};
use crate::study::featurizations::{CurveSpec, PreparedCurve};

/// A frozen scenario, compared with the current one.
#[derive(Debug, Clone)]
pub struct FrozenCurve {
    /// The frozen scenario.
    pub scenario: Scenario,
    /// The frozen scenario's featurization on the current axis; `None` until it is computed, or where it cannot be.
    pub curve: Option<Arc<Curve>>,
    /// Readout at the same n/p as the current crosshair, or at the same n.
    pub row: ReadoutRow,
}

/// Frozen scenarios and where they are compared.
pub(in crate::study) struct FrozenRequest<'a> {
    pub scenarios: &'a [Scenario],
    /// n/p of the current crosshair.
    pub crosshair: f64,
    /// Compared at the same n instead of the same n/p.
    pub same_samples: bool,
    /// p of the current scenario.
    pub dimension: usize,
}

impl FrozenRequest<'_> {
    /// n/p of a frozen model over the current n/p.
    fn scale(&self, model: &Model) -> f64 {
        if self.same_samples { self.dimension as f64 / model.dimension() as f64 } else { 1.0 }
    }
}

/// Results for frozen scenarios, kept from request to request.
#[derive(Debug, Default)]
pub(in crate::study) struct FrozenCache {
    entries: Vec<Entry>,
}

#[derive(Debug)]
struct Entry {
    scenario: Scenario,
    prepared: Result<PreparedCurve, ScenarioError>,
    curve: Option<(CurvesRequest, Arc<Curve>)>,
}

impl FrozenCache {
    /// Prepares scenarios that are new and drops those that are no longer frozen. `loaded` returns a model that has read
    /// a scenario's rows already.
    ///
    /// # Errors
    /// [`ScenarioError::Interrupted`] once `stop` returns true.
    pub fn prepare(
        &mut self,
        request: &FrozenRequest,
        loaded: impl Fn(&Scenario) -> Option<Arc<Model>>,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<(), ScenarioError> {
        self.entries.retain(|entry| request.scenarios.contains(&entry.scenario));
        for scenario in request.scenarios {
            if self.entries.iter().any(|entry| entry.scenario == *scenario) {
                continue;
            }
            let before = loaded(scenario);
            let prepared = Model::new(scenario, before.as_deref(), stop).and_then(|model| {
                let prepared = PreparedCurve::new(&Arc::new(model), CurveSpec::chosen(scenario));
                prepared.risk().map(|_| ())?;
                Ok(prepared)
            });
            if let Err(ScenarioError::Interrupted) = prepared {
                return Err(ScenarioError::Interrupted);
            }
            self.entries.push(Entry { scenario: scenario.clone(), prepared, curve: None });
        }
        Ok(())
    }

    /// Computes their curves on the axis of the `current` request.
    ///
    /// # Errors
    /// [`ScenarioError::Interrupted`] once `stop` returns true.
    pub fn draw(
        &mut self,
        request: &FrozenRequest,
        current: &CurvesRequest,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<(), ScenarioError> {
        for entry in &mut self.entries {
            let Ok(prepared) = &entry.prepared else { continue };
            let scale = request.scale(&prepared.model);
            let mut wanted = CurvesRequest {
                specs: vec![prepared.spec.clone()],
                detail: Detail::Live,
                ..current.for_curve(prepared, scale)
            };
            wanted.axis.now = None;
            if entry.curve.as_ref().is_some_and(|(known, _)| *known == wanted) {
                continue;
            }
            let found = match curves::of_prepared(std::slice::from_ref(prepared), &wanted, stop) {
                Ok(found) => found.curves.into_iter().next(),
                Err(ScenarioError::Interrupted) => return Err(ScenarioError::Interrupted),
                Err(_) => None,
            };
            entry.curve = found.map(|mut curve| {
                if wanted.axis.variable == Variable::SampleRatio {
                    // The current n/p with the same n.
                    curve.xs.iter_mut().for_each(|x| *x /= scale);
                    curve.extrema.iter_mut().for_each(|found| found.at /= scale);
                }
                (wanted, Arc::new(curve))
            });
        }
        Ok(())
    }

    /// Frozen scenarios that are prepared, in the order of the request.
    pub fn at(&self, request: &FrozenRequest) -> Vec<FrozenCurve> {
        let of = |scenario: &Scenario| {
            let entry = self.entries.iter().find(|entry| entry.scenario == *scenario)?;
            let row = match &entry.prepared {
                Ok(prepared) => ReadoutRow::at(request.crosshair * request.scale(&prepared.model), prepared),
                Err(why) => ReadoutRow::missing(why.to_string()),
            };
            let curve = entry.curve.as_ref().map(|(_, curve)| Arc::clone(curve));
            Some(FrozenCurve { scenario: scenario.clone(), curve, row })
        };
        request.scenarios.iter().filter_map(of).collect()
    }
}
