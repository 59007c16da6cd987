//! Every kind of featurization as a [`Representation`]: fixed, following n, or frozen where it was best.

use std::sync::Arc;

use super::featurization::Featurization;
use super::{Model, ScenarioError};
use crate::data::{FeatureMap, Featurizer, Pool, TaskChoice};
use crate::theory::representation::Representation;
use crate::theory::{MinimaxSelection, Pcr, SampleRatio};

impl Model {
    /// The featurization for every sample ratio.
    ///
    /// # Errors
    /// Where the population has no such featurization, or a frozen one does not exist at its sample ratio.
    pub fn representation(&self, featurization: &Featurization) -> Result<Representation, ScenarioError> {
        let (following, at) = self.following(featurization)?;
        let Some(at) = at else { return Ok(following) };
        match following.spectrum_at(SampleRatio::new(at)?, self.noise()) {
            Some(spectrum) => Ok(Representation::Fixed(spectrum.into_owned())),
            None => Err(nowhere(at)),
        }
    }

    /// The rows behind a measured scenario, and which of their tasks is asked about.
    #[must_use]
    pub fn rows(&self) -> Option<(Arc<Pool>, TaskChoice)> {
        self.sampled().map(|sampled| (Arc::clone(&sampled.pool), sampled.task))
    }

    /// What real rows become at n/p = `ratio`: the features of the scenario's own featurization, for a fit.
    ///
    /// # Errors
    /// As [`Model::representation`]; where the featurization does not exist at `ratio`; and without real features.
    pub fn feature_map(&self, ratio: SampleRatio) -> Result<FeatureMap, ScenarioError> {
        let Some(sampled) = self.sampled() else {
            return Err(ScenarioError::new("there are no rows: give --features and --targets"));
        };
        let pool = &sampled.pool;
        let chosen = &self.scenario().featurization;
        let file = match chosen {
            Featurization::File { path } => Some(self.factor(path)?),
            _ => None,
        };
        if let Some(fixed) = sampled.featurizer(chosen, file.as_ref().map(|b| b.as_ref()))? {
            return Ok(FeatureMap::new(pool, &fixed));
        }
        let (following, at) = self.following(chosen)?;
        if let Representation::BestPcr(pcr) = &following {
            let size = (pcr.best(ratio, self.noise()).0 * pool.dimension() as f64).round() as usize;
            return Ok(FeatureMap::new(pool, &Featurizer::pca(pool, size)));
        }
        let frozen = at.map(SampleRatio::new).transpose()?;
        let assigned = following.assigned(frozen.unwrap_or(ratio), self.noise());
        let Some(assigned) = assigned else { return Err(nowhere(ratio.get())) };
        // Energies of the theory are those of the estimate times p.
        let p = pool.dimension() as f64;
        Ok(FeatureMap::new(pool, &Featurizer::along(sampled.estimate()?, |e| assigned.eigenvalue(e * p))))
    }

    /// What follows n, and the sample ratio at which it is frozen.
    fn following(
        &self,
        featurization: &Featurization,
    ) -> Result<(Representation, Option<f64>), ScenarioError> {
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
        Ok((following, at))
    }
}

impl Featurization {
    /// Whether it is made from what is known of the tasks; for real data these are the labels.
    #[must_use]
    pub fn knows_tasks(&self) -> bool {
        match self {
            Self::GroundTruth
            | Self::Mix { .. }
            | Self::Soft { .. }
            | Self::Hard { .. }
            | Self::Optimal { .. }
            | Self::Minimax { .. }
            | Self::Learned { .. } => true,
            Self::Exponents { task, .. } => *task != 0.0,
            Self::Raw | Self::Whitened | Self::Pca { .. } | Self::File { .. } => false,
        }
    }
}

fn nowhere(at: f64) -> ScenarioError {
    ScenarioError::new(format!("featurization.at = {at}: soft selection exists only below n/p = 1"))
}
