//! Every kind of featurization as a [`Representation`]: fixed, following n, or frozen where it was best.

use super::description::Featurization;
use super::{Model, ScenarioError};
use crate::theory::representation::Representation;
use crate::theory::{MinimaxSelection, Pcr, SampleRatio};

impl Model {
    /// The featurization for every sample ratio.
    ///
    /// # Errors
    /// Where the population has no such featurization, or a frozen one does not exist at its sample ratio.
    pub fn representation(&self, featurization: &Featurization) -> Result<Representation, ScenarioError> {
        let following = match featurization {
            Featurization::Pca { size: None } => {
                Representation::BestPcr(Pcr::new(self.spectrum(&Featurization::Raw)?))
            }
            Featurization::Soft { .. } => Representation::Soft(self.task_spectrum()?),
            Featurization::Hard { .. } => Representation::Hard(self.task_spectrum()?),
            Featurization::Optimal { .. } => Representation::Optimal(self.task_spectrum()?),
            Featurization::Minimax { .. } => {
                Representation::Minimax(MinimaxSelection::new(self.task_spectrum()?))
            }
            fixed => Representation::Fixed(self.spectrum(fixed)?),
        };
        let at = match featurization {
            Featurization::Soft { at }
            | Featurization::Hard { at }
            | Featurization::Optimal { at }
            | Featurization::Minimax { at } => *at,
            _ => None,
        };
        let Some(at) = at else { return Ok(following) };
        match following.spectrum_at(SampleRatio::new(at)?, self.noise()) {
            Some(spectrum) => Ok(Representation::Fixed(spectrum.into_owned())),
            None => Err(ScenarioError::new(format!(
                "featurization.at = {at}: soft selection exists only below n/p = 1"
            ))),
        }
    }
}
