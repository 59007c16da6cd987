//! The population of a measured scenario: the pool of rows, the chosen task, and cached estimates.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use faer::Mat;

use crate::data::path::{Components, Path, Rows, warnings};
use crate::data::{DataError, Ensemble, Estimate, Featurizer, Grid, Pool, TaskChoice, Watch};
use crate::scenario::ScenarioError;
use crate::scenario::description::DataSource;
use crate::scenario::population::anchored::Drawn;
use crate::scenario::population::geometry::DENSE;
use crate::scenario::population::matrix::read_matrix;
use crate::theory::{Spectrum, TaskSpectrum};

/// The leave-one-out path that evaluates a featurization on real rows (section 9.2).
pub(in crate::scenario) enum PathKind<'a> {
    /// None: the featurization depends on the labels, or cannot be computed from rows.
    Nothing,
    /// F = Σ_x^v.
    Power(f64),
    /// The leading principal components; without a number, the best number for least squares at each n.
    Components(Option<usize>),
    /// Every column at unit variance.
    Standardised,
    /// F = BBᵀ from a file.
    Mapped(&'a std::path::Path),
}

/// Real rows, and one task or the mean over all tasks.
#[derive(Debug)]
pub(in crate::scenario) struct Sampled {
    pub pool: Arc<Pool>,
    pub task: TaskChoice,
    estimate: OnceLock<Result<Estimate, DataError>>,
    /// The ensemble of all tasks, computed on request and shared by every model of this pool.
    ensemble: Arc<OnceLock<Arc<Ensemble>>>,
    paths: Arc<Paths>,
}

/// Cached paths of one pool, shared by every model of it.
#[derive(Debug)]
pub(in crate::scenario) struct Paths {
    rows: Arc<Rows>,
    raw: Arc<Path>,
    components: OnceLock<Arc<Components>>,
    /// Paths of other featurizations, by name.
    others: Mutex<HashMap<String, Arc<Path>>>,
    drawn: Arc<Drawn>,
    warnings: Vec<String>,
}

/// Maximum number of cached paths; moving a slider adds one a step.
const KEPT: usize = 24;

impl Paths {
    fn new(pool: &Arc<Pool>, stop: &(dyn Fn() -> bool + Sync)) -> Result<Self, DataError> {
        let rows = Arc::new(Rows::new(pool));
        let raw = Arc::new(Path::raw(&rows)?.prepared(stop)?);
        let mut found = pool.warnings().to_vec();
        found.extend(raw.warnings());
        found.extend(warnings::repeated_words(pool.repeated(), pool.rows()));
        Ok(Self {
            rows,
            raw,
            components: OnceLock::new(),
            others: Mutex::default(),
            drawn: Arc::default(),
            warnings: found,
        })
    }

    /// The path of the raw features.
    pub const fn raw(&self) -> &Arc<Path> {
        &self.raw
    }

    /// Cached subsampled fits.
    pub const fn drawn(&self) -> &Arc<Drawn> {
        &self.drawn
    }

    /// Least squares with every number of principal components.
    pub fn components(&self, stop: &(dyn Fn() -> bool + Sync)) -> Result<Arc<Components>, DataError> {
        if let Some(known) = self.components.get() {
            return Ok(Arc::clone(known));
        }
        let made = Arc::new(Components::new(&self.rows, stop)?);
        Ok(Arc::clone(self.components.get_or_init(|| made)))
    }

    /// The path cached under a name, computed if missing.
    fn known(
        &self,
        name: String,
        make: impl FnOnce(&Arc<Rows>) -> Result<Path, ScenarioError>,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<Arc<Path>, ScenarioError> {
        let kept = || self.others.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(path) = kept().get(&name) {
            return Ok(Arc::clone(path));
        }
        let path = Arc::new(make(&self.rows)?.prepared(stop)?);
        let mut kept = kept();
        if kept.len() >= KEPT {
            kept.clear();
        }
        kept.insert(name, Arc::clone(&path));
        Ok(path)
    }
}

/// Fraction of the work on rows that is the pool's; the rest is the path's.
const POOL: f64 = 0.67;

impl Sampled {
    /// Reads the files, unless `previous` already has them.
    pub fn new(
        data: &DataSource,
        previous: Option<(&DataSource, &Self)>,
        watch: Watch<'_>,
    ) -> Result<Self, ScenarioError> {
        let same = |(before, sampled): (&DataSource, &Self)| {
            (before.rows() == data.rows() && (before.task == data.task || !sampled.pool.has_gaps())).then(
                || (Arc::clone(&sampled.pool), Arc::clone(&sampled.ensemble), Arc::clone(&sampled.paths)),
            )
        };
        let (pool, ensemble, paths) = match previous.and_then(same) {
            Some(known) => known,
            None => {
                let shared = |done: f64| watch(POOL * done);
                let pool = Arc::new(Pool::of_files(&data.files(), &shared)?);
                let paths = Arc::new(Paths::new(&pool, &|| !watch(POOL))?);
                (pool, Arc::default(), paths)
            }
        };
        // With gaps in the targets the pool has only the requested task.
        let single = pool.has_gaps() && pool.tasks().len() == 1 && data.task.parse::<usize>().is_ok();
        let task = if single { TaskChoice::Task(0) } else { pool.task(&data.task)? };
        Ok(Self { pool, task, estimate: OnceLock::new(), ensemble, paths })
    }

    /// A population of rows in memory, and the task of this name.
    pub fn of_pool(
        pool: &Arc<Pool>,
        task: &str,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<Self, ScenarioError> {
        let paths = Arc::new(Paths::new(pool, stop)?);
        let task = pool.task(task)?;
        Ok(Self { pool: Arc::clone(pool), task, estimate: OnceLock::new(), ensemble: Arc::default(), paths })
    }

    /// The ensemble with its cross-fitted risk, if it has been computed.
    pub fn ensemble(&self) -> Option<&Arc<Ensemble>> {
        self.ensemble.get()
    }

    /// Computes the ensemble, which takes seconds for hundreds of features.
    pub fn compute_ensemble(&self, watch: Watch<'_>) -> Result<Arc<Ensemble>, ScenarioError> {
        if let Some(known) = self.ensemble.get() {
            return Ok(Arc::clone(known));
        }
        let computed = Arc::new(Ensemble::new(&self.pool, &Grid::default(), watch)?);
        Ok(Arc::clone(self.ensemble.get_or_init(|| computed)))
    }

    /// σ² of the task, and whether it is an upper bound only.
    pub fn noise(&self) -> (f64, bool) {
        self.paths.raw.noise(self.task)
    }

    /// Warnings about the rows, one sentence each.
    pub fn warnings(&self) -> &[String] {
        &self.paths.warnings
    }

    /// A warning about one direction with most of the variance of the raw features.
    pub fn dominant_direction(&self) -> Option<String> {
        self.paths.raw.dominant_direction()
    }

    /// The cached paths of the rows.
    pub const fn paths(&self) -> &Arc<Paths> {
        &self.paths
    }

    /// The path of a featurization that does not depend on the labels.
    ///
    /// # Errors
    /// A file that cannot be used; [`DataError::Interrupted`].
    pub fn path(
        &self,
        kind: &PathKind<'_>,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<Option<Arc<Path>>, ScenarioError> {
        let paths = &self.paths;
        Ok(Some(match kind {
            PathKind::Nothing | PathKind::Components(None) => return Ok(None),
            PathKind::Power(0.0) => Arc::clone(&paths.raw),
            PathKind::Power(v) => paths.known(format!("power {v}"), |r| Ok(Path::power(r, *v)?), stop)?,
            PathKind::Components(Some(size)) => {
                paths.known(format!("size {size}"), |r| Ok(Path::components(r, *size)?), stop)?
            }
            PathKind::Standardised => {
                let scaled = |rows: &Arc<Rows>| Ok(Path::raw(&Arc::new(Rows::standardised(rows.pool())?))?);
                paths.known("standardised".into(), scaled, stop)?
            }
            PathKind::Mapped(file) => {
                let mapped = |rows: &Arc<Rows>| {
                    let b = read_matrix(file, self.pool.dimension(), Some(&self.pool))?;
                    Ok(Path::raw(&Arc::new(Rows::mapped(rows.pool(), b.as_ref())?))?)
                };
                paths.known(format!("file {}", file.display()), mapped, stop)?
            }
        }))
    }

    pub fn estimate(&self) -> Result<&Estimate, ScenarioError> {
        let made = || self.pool.spectral().and_then(|()| Estimate::new(&self.pool, self.task));
        let estimate = self.estimate.get_or_init(made);
        estimate.as_ref().map_err(|e| e.clone().into())
    }

    /// Every column scaled to unit variance: B = diag(Σ_x)^(−1/2).
    pub fn standardised(&self) -> Result<Featurizer, ScenarioError> {
        let scales = self.pool.column_scales();
        let p = scales.len();
        if p > DENSE {
            return Err(ScenarioError::new(format!(
                "featurization.kind standardised: fits on drawn rows take at most {DENSE} columns, and there are {p}; \
                 accepted are features standardised in their file"
            )));
        }
        let scale = |i: usize| scales.get(i).copied().unwrap_or(f64::NAN);
        let b = Mat::from_fn(p, p, |i, j| if i == j { scale(i) } else { 0.0 });
        Ok(Featurizer::factor(&self.pool, b.as_ref())?)
    }

    /// The spectrum of a featurization of these rows.
    pub fn spectrum(&self, featurizer: &Featurizer) -> Result<Spectrum, ScenarioError> {
        self.pool.spectral()?;
        Ok(featurizer.spectrum(&self.pool, self.task)?)
    }

    /// In-sample estimate: for one task within principal components, for the ensemble the positive part (section 9).
    pub fn task_spectrum(&self) -> Result<TaskSpectrum, ScenarioError> {
        Ok(self.estimate()?.task_spectrum(&self.pool)?)
    }
}
