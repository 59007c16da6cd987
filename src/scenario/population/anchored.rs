//! Cache of the anchors of a pool's risk curves: subsampled fits by featurization, ridge and task (section 9.4a).

use std::sync::{Arc, Mutex, PoisonError};

use crate::data::anchors::Anchors;
use crate::data::path::{Components, Path, PathPoint};
use crate::data::{DataError, Pool, TaskChoice};
use crate::theory::{RidgeChoice, TheoryError};

/// Maximum number of cached curves; changing the ridge adds one a step.
const KEPT: usize = 24;

/// A featurization of real rows for subsampled fits.
#[derive(Debug, Clone)]
pub(in crate::scenario) enum Source {
    Path(Arc<Path>),
    /// Principal components with the best number for least squares at each n.
    Components(Arc<Components>),
}

impl Source {
    /// The path used at n rows, and the point on it.
    pub fn at(
        &self,
        samples: f64,
        choice: RidgeChoice,
        task: TaskChoice,
        guess: Option<f64>,
    ) -> Result<(Arc<Path>, PathPoint), TheoryError> {
        match self {
            Self::Path(path) => Ok((Arc::clone(path), path.evaluate(samples, choice, task, guess)?)),
            Self::Components(components) => components.evaluate(samples, choice, task),
        }
    }

    fn is(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Path(a), Self::Path(b)) => Arc::ptr_eq(a, b),
            (Self::Components(a), Self::Components(b)) => Arc::ptr_eq(a, b),
            _ => false,
        }
    }
}

/// Cached anchors.
#[derive(Debug, Default)]
pub(in crate::scenario) struct Drawn(Mutex<Vec<Entry>>);

/// Anchors of the tasks of one featurization and ridge.
#[derive(Debug)]
struct Entry {
    source: Source,
    choice: RidgeChoice,
    tasks: Vec<(TaskChoice, Arc<Anchors>)>,
}

impl Entry {
    fn is_of(&self, source: &Source, choice: RidgeChoice) -> bool {
        self.choice == choice && self.source.is(source)
    }

    fn known(&self, task: TaskChoice) -> Option<&Arc<Anchors>> {
        self.tasks.iter().find(|(known, _)| *known == task).map(|(_, anchors)| anchors)
    }
}

impl Drawn {
    /// The anchors of one curve, if they are cached.
    pub fn known(&self, source: &Source, choice: RidgeChoice, task: TaskChoice) -> Option<Arc<Anchors>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().find(|entry| entry.is_of(source, choice))?.known(task).map(Arc::clone)
    }

    /// Makes subsampled fits for the tasks that have none yet.
    ///
    /// # Errors
    /// Errors of [`Anchors::all_of`].
    pub fn draw(
        &self,
        source: &Source,
        choice: RidgeChoice,
        tasks: &[TaskChoice],
        pool: &Pool,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<(), DataError> {
        let is_new = |task: &TaskChoice| self.known(source, choice, *task).is_none();
        let tasks: Vec<TaskChoice> = tasks.iter().copied().filter(is_new).collect();
        if tasks.is_empty() {
            return Ok(());
        }
        let found = Anchors::all_of(&|n, task| source.at(n, choice, task, None), choice, pool, &tasks, stop)?;
        let found = tasks.into_iter().zip(found.into_iter().map(Arc::new));
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match kept.iter_mut().find(|entry| entry.is_of(source, choice)) {
            Some(entry) => entry.tasks.extend(found),
            None => {
                if kept.len() >= KEPT {
                    kept.remove(0);
                }
                kept.push(Entry { source: source.clone(), choice, tasks: found.collect() });
            }
        }
        drop(kept);
        Ok(())
    }
}
