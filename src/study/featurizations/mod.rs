//! The featurizations with a curve: that of the scenario and those compared with it, with their names, ridges and
//! whether their risk is in-sample.

mod curve_id;
mod curve_spec;

use std::sync::Arc;

use crate::scenario::{Model, RiskCurve, ScenarioError};
use crate::theory::{RidgeChoice, SampleRatio};

pub use curve_id::{BEST_WEIGHTS, CurveId, FLOOR, LEAST_SQUARES, WEIGHTS};
pub use curve_spec::{CurveSpec, IN_SAMPLE, NO_SHIFT, in_sample};

/// A curve under one model: its risk as a function of the sample ratio. The curves of the scenario, of compared
/// featurizations, frozen ones and those of other encoders are all of this type.
#[derive(Debug, Clone)]
pub(in crate::study) struct PreparedCurve {
    pub model: Arc<Model>,
    pub spec: CurveSpec,
    pub name: String,
    pub in_sample: bool,
    pub ridge: RidgeChoice,
    /// The risk, or the reason why the population has no such featurization.
    pub risk: Result<RiskCurve, ScenarioError>,
}

impl PreparedCurve {
    /// The curve of a featurization under a model.
    pub fn new(model: &Arc<Model>, spec: CurveSpec) -> Self {
        Self {
            name: spec.name(model),
            in_sample: in_sample(model, &spec.featurization),
            ridge: spec.ridge(model),
            risk: match spec.id {
                CurveId::Chosen => model.risk_curve(&spec.featurization),
                CurveId::Weights | CurveId::BestWeights => match spec.source(model.scenario()) {
                    Some(source) => model.towards(&spec.featurization, source),
                    None => model.plain_curve(&spec.featurization),
                },
                _ => model.plain_curve(&spec.featurization),
            },
            model: Arc::clone(model),
            spec,
        }
    }

    /// All curves under a model.
    ///
    /// # Errors
    /// A first featurization that the population does not have.
    pub fn all(model: &Arc<Model>, specs: &[CurveSpec]) -> Result<Vec<Self>, ScenarioError> {
        let all: Vec<Self> = specs.iter().map(|spec| Self::new(model, spec.clone())).collect();
        match all.first() {
            Some(Self { risk: Err(why), .. }) => Err(why.clone()),
            _ => Ok(all),
        }
    }

    /// n/p of `samples` labels.
    ///
    /// # Errors
    /// A number of labels that is not positive.
    pub fn ratio(&self, samples: f64) -> Result<SampleRatio, ScenarioError> {
        Ok(SampleRatio::new(samples / self.model.dimension() as f64)?)
    }

    /// The risk as a function of the sample ratio.
    ///
    /// # Errors
    /// The reason why the population has no such featurization.
    pub fn risk(&self) -> Result<&RiskCurve, ScenarioError> {
        self.risk.as_ref().map_err(Clone::clone)
    }
}

/// Fits random subsamples for every curve of real rows, which correct it from then on (section 9.4a); not for labels
/// with what-if noise.
///
/// # Errors
/// [`ScenarioError::Interrupted`] once `stop` returns true; draws that cannot be fitted.
pub(in crate::study) fn anchor(
    curves: &[PreparedCurve],
    stop: &(dyn Fn() -> bool + Sync),
) -> Result<(), ScenarioError> {
    for PreparedCurve { model, ridge, risk, .. } in curves {
        if let (Ok(curve), None) = (risk, model.scenario().noise) {
            curve.anchor(*ridge, stop)?;
        }
    }
    Ok(())
}

/// Notes about the subsampled fits, each with the name of its curve.
pub(in crate::study) fn notes(curves: &[PreparedCurve]) -> impl Iterator<Item = String> {
    curves.iter().flat_map(|PreparedCurve { name, model, ridge, risk, .. }| {
        let drawn = risk.as_ref().ok().filter(|_| model.scenario().noise.is_none());
        let found = drawn.map(|curve| curve.notes(*ridge)).unwrap_or_default();
        found.into_iter().map(move |note| format!("{name}: {note}"))
    })
}

/// Whether the subsampled fits of every curve have been made.
pub(in crate::study) fn is_anchored(curves: &[PreparedCurve]) -> bool {
    curves.iter().all(|curve| {
        let anchored = curve.risk.as_ref().map_or(true, |risk| risk.is_anchored(curve.ridge));
        anchored || curve.model.scenario().noise.is_some()
    })
}
