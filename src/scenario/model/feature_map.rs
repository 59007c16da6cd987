//! The features of real rows under the scenario's featurization (section 9.7).

use std::sync::Arc;

use crate::data::{FeatureMap, Featurizer, Pool, TaskChoice};
use crate::scenario::model::featurizations::Made;
use crate::scenario::model::representations::nowhere;
use crate::scenario::population::synthetic_only;
use crate::scenario::{Model, RiskCurve, ScenarioError};
use crate::theory::SampleRatio;

impl Model {
    /// The rows of a measured scenario and the chosen task; `None` for other scenarios.
    #[must_use]
    pub fn rows(&self) -> Option<(Arc<Pool>, TaskChoice)> {
        self.sampled().map(|sampled| (Arc::clone(&sampled.pool), sampled.task))
    }

    /// The estimate of σ² of a task, and whether it is only an upper bound; `None` without rows.
    #[must_use]
    pub fn noise_of(&self, task: TaskChoice) -> Option<(f64, bool)> {
        self.sampled().map(|sampled| sampled.noise_of(task))
    }

    /// The features of real rows under the scenario's featurization at n/p = `ratio`.
    ///
    /// # Errors
    /// Errors of [`Model::representation`], a featurization that does not exist at `ratio`, and a scenario without
    /// rows.
    pub fn feature_map(&self, ratio: SampleRatio) -> Result<FeatureMap, ScenarioError> {
        let Some(sampled) = self.sampled() else {
            return Err(ScenarioError::new("there are no rows: give --features and --targets"));
        };
        let sampled = sampled.complete()?;
        let pool = &sampled.pool;
        let (make, at) = match self.scenario().featurization.kind().made {
            Made::Fixed(_, rows) => return Ok(FeatureMap::new(pool, &rows(sampled)?)),
            Made::Following(make, at) => (make, at),
            Made::Random(_) => return Err(synthetic_only()),
        };
        if let RiskCurve::Measured(measured) = self.risk_curve(&self.scenario().featurization)?
            && let Some(size) = measured.size_at(ratio)
        {
            return Ok(FeatureMap::new(pool, &Featurizer::pca(pool, size)));
        }
        let following = make(&self.source(&|| false))?;
        let frozen = at.map(SampleRatio::new).transpose()?;
        let assigned = following.assigned(frozen.unwrap_or(ratio), self.noise());
        let Some(assigned) = assigned else { return Err(nowhere(ratio.get())) };
        // Energies of the theory are those of the estimate times p.
        let p = pool.dimension() as f64;
        Ok(FeatureMap::new(pool, &Featurizer::along(sampled.estimate()?, |e| assigned.eigenvalue(e * p))))
    }
}
