//! A measured scenario's population: the pool, the task asked about, and what is estimated from them once.

use std::sync::{Arc, OnceLock};

use super::ScenarioError;
use super::description::DataSource;
use crate::data::{DataError, Ensemble, Estimate, Featurizer, Grid, Pool, TaskChoice};
use crate::theory::{Spectrum, TaskSpectrum};

/// Real features, and one task or the mean over all of them.
#[derive(Debug)]
pub(super) struct Sampled {
    pub pool: Arc<Pool>,
    pub task: TaskChoice,
    estimate: OnceLock<Result<Estimate, DataError>>,
    /// Of all tasks, whichever is asked about: shared by every model of this pool, and filled when asked for.
    ensemble: Arc<OnceLock<Arc<Ensemble>>>,
}

impl Sampled {
    /// Reads the files, unless `previous` has them already.
    pub fn new(
        data: &DataSource,
        previous: Option<(&DataSource, &Self)>,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<Self, ScenarioError> {
        let same = |(before, sampled): (&DataSource, &Self)| {
            (before.features == data.features
                && before.targets == data.targets
                && before.reading == data.reading)
                .then(|| (Arc::clone(&sampled.pool), Arc::clone(&sampled.ensemble)))
        };
        let (pool, ensemble) = match previous.and_then(same) {
            Some(known) => known,
            None => (
                Arc::new(Pool::load(&data.features, &data.targets, data.reading, &|_| !stop())?),
                Arc::default(),
            ),
        };
        let task = pool.task(&data.task)?;
        Ok(Self { pool, task, estimate: OnceLock::new(), ensemble })
    }

    /// The ensemble judged by left-out tasks, if it has been computed.
    pub fn ensemble(&self) -> Option<&Arc<Ensemble>> {
        self.ensemble.get()
    }

    /// Computes it: seconds for hundreds of features.
    pub fn compute_ensemble(&self, stop: &(dyn Fn() -> bool + Sync)) -> Result<Arc<Ensemble>, ScenarioError> {
        if let Some(known) = self.ensemble.get() {
            return Ok(Arc::clone(known));
        }
        let computed = Arc::new(Ensemble::new(&self.pool, &Grid::default(), &|_| !stop())?);
        Ok(Arc::clone(self.ensemble.get_or_init(|| computed)))
    }

    pub fn noise(&self) -> f64 {
        self.pool.noise(self.task)
    }

    pub fn signal(&self) -> f64 {
        self.pool.signal(self.task)
    }

    pub fn estimate(&self) -> Result<&Estimate, ScenarioError> {
        let estimate = self.estimate.get_or_init(|| Estimate::new(&self.pool, self.task));
        estimate.as_ref().map_err(|e| e.clone().into())
    }

    /// The spectrum of a featurization of these rows.
    pub fn spectrum(&self, featurizer: &Featurizer) -> Result<Spectrum, ScenarioError> {
        Ok(featurizer.spectrum(&self.pool, self.task)?)
    }

    /// In-sample: of one task within principal components, of the ensemble its positive part (section 9).
    pub fn task_spectrum(&self) -> Result<TaskSpectrum, ScenarioError> {
        Ok(self.estimate()?.task_spectrum(&self.pool)?)
    }
}

impl From<DataError> for ScenarioError {
    fn from(error: DataError) -> Self {
        match error {
            DataError::Interrupted => Self::Interrupted,
            other => Self::new(other.to_string()),
        }
    }
}
