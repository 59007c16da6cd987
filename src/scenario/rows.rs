//! What real rows become under the scenario's own featurization (section 9.7).

use std::sync::Arc;

use super::kinds::Made;
use super::model::nowhere;
use super::{Model, ScenarioError};
use crate::data::{FeatureMap, Featurizer, Pool, TaskChoice};
use crate::theory::SampleRatio;
use crate::theory::representation::Representation;

impl Model {
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
        let (make, at) = match self.scenario().featurization.kind().made {
            Made::Fixed(_, rows) => return Ok(FeatureMap::new(pool, &rows(sampled)?)),
            Made::Following(make, at) => (make, at),
        };
        let following = make(&self.source(&|| false))?;
        if let Representation::BestPcr(pcr) = &following {
            let size =
                (pcr.best(ratio, self.ridge(), self.noise()).0 * pool.dimension() as f64).round() as usize;
            return Ok(FeatureMap::new(pool, &Featurizer::pca(pool, size)));
        }
        let frozen = at.map(SampleRatio::new).transpose()?;
        let assigned = following.assigned(frozen.unwrap_or(ratio), self.noise());
        let Some(assigned) = assigned else { return Err(nowhere(ratio.get())) };
        // Energies of the theory are those of the estimate times p.
        let p = pool.dimension() as f64;
        Ok(FeatureMap::new(pool, &Featurizer::along(sampled.estimate()?, |e| assigned.eigenvalue(e * p))))
    }
}
