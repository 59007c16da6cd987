//! Leave-one-out paths of the rows of one pool, by featurization, with their subsampled fits.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::data::path::{Components, Path, Rows, warnings};
use crate::data::{DataError, Pool, TaskChoice};
use crate::scenario::ScenarioError;
use crate::scenario::population::anchored::{Drawn, Source};
use crate::scenario::population::matrix::read_matrix;

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

/// Paths of one pool, shared by every model of it.
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
    pub fn new(pool: &Arc<Pool>, stop: &(dyn Fn() -> bool + Sync)) -> Result<Self, DataError> {
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

    /// Every number of principal components.
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

    /// Source of the risk of a featurization made without labels; `None` if it is made from the
    /// labels.
    ///
    /// # Errors
    /// A file that cannot be used; [`DataError::Interrupted`].
    pub fn source(
        &self,
        kind: &PathKind<'_>,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<Option<(Source, Arc<Drawn>)>, ScenarioError> {
        let source = match kind {
            PathKind::Components(None) => Source::Components(self.components(stop)?),
            other => match self.path(other, stop)? {
                Some(path) => Source::Path(path),
                None => return Ok(None),
            },
        };
        Ok(Some((source, Arc::clone(&self.drawn))))
    }

    /// σ² of a task, and whether it is an upper bound only.
    pub fn noise(&self, task: TaskChoice) -> (f64, bool) {
        self.raw.noise(task)
    }

    /// Warnings about the rows, one sentence each.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// A warning if one direction has most of the variance of the raw features.
    pub fn dominant_direction(&self) -> Option<String> {
        self.raw.dominant_direction()
    }

    fn path(
        &self,
        kind: &PathKind<'_>,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<Option<Arc<Path>>, ScenarioError> {
        Ok(Some(match kind {
            PathKind::Nothing | PathKind::Components(None) => return Ok(None),
            PathKind::Power(0.0) => Arc::clone(&self.raw),
            PathKind::Power(v) => self.known(format!("power {v}"), |r| Ok(Path::power(r, *v)?), stop)?,
            PathKind::Components(Some(size)) => {
                self.known(format!("size {size}"), |r| Ok(Path::components(r, *size)?), stop)?
            }
            PathKind::Standardised => {
                let scaled = |rows: &Arc<Rows>| Ok(Path::raw(&Arc::new(Rows::standardised(rows.pool())?))?);
                self.known("standardised".into(), scaled, stop)?
            }
            PathKind::Mapped(file) => {
                let mapped = |rows: &Arc<Rows>| {
                    let b = read_matrix(file, rows.pool().dimension(), Some(rows.pool()))?;
                    Ok(Path::raw(&Arc::new(Rows::mapped(rows.pool(), b.as_ref())?))?)
                };
                self.known(format!("file {}", file.display()), mapped, stop)?
            }
        }))
    }
}
