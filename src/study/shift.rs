//! What is said under a distribution shift, where the test covariance is not that of the downstream samples (section 5):
//! water-filling's optimum is derived without one, so that of the featurizations shown the best is named, and no other.

use super::compared::{CurveId, Subject};
use crate::scenario::{Model, ScenarioError};
use crate::theory::SampleRatio;

/// What cannot be told under a shift.
pub const NO_OPTIMUM: &str = "under shift no optimum, regime or transition is known";

/// The featurization of least risk among those that are compared.
#[derive(Debug, Clone, PartialEq)]
pub struct BestShown {
    /// As people read it.
    pub name: String,
    /// Under the test covariance.
    pub risk: f64,
}

impl BestShown {
    /// Of names and risks; `None` where no risk is finite. The floor is no featurization beside the others: nothing
    /// linear is below it, under any shift.
    pub fn of<'a>(shown: impl Iterator<Item = (CurveId, &'a str, f64)>) -> Option<Self> {
        shown
            .filter(|(id, _, risk)| *id != CurveId::Floor && risk.is_finite())
            .min_by(|a, b| a.2.total_cmp(&b.2))
            .map(|(_, name, risk)| Self { name: name.to_owned(), risk })
    }

    /// Of the model's own featurization and all it can be compared with, at the ridge in force; `None` without a shift.
    ///
    /// # Errors
    /// Where the model's own featurization cannot be built.
    pub fn at(model: &Model, ratio: SampleRatio) -> Result<Option<Self>, ScenarioError> {
        if !model.is_shifted() {
            return Ok(None);
        }
        let subjects = Subject::list(model.scenario(), &CurveId::COMPARED);
        let all = super::compared::prepared(model, &subjects)?;
        let risks = all.iter().filter_map(|prepared| {
            let point = prepared.curve.as_ref().ok()?.risk_at(ratio, prepared.ridge, model.noise()).ok()?;
            Some((prepared.subject.id, prepared.name.as_str(), point.risk?.risk))
        });
        Ok(Self::of(risks))
    }
}
