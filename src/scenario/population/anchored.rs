//! Anchors of one pool's risk curves: fits on drawn rows, kept by featurization, ridge and task (section 9.4a).

use std::sync::{Arc, Mutex, PoisonError};

use crate::data::anchors::Anchors;
use crate::data::path::{Components, Path, PathPoint};
use crate::data::{DataError, TaskChoice};
use crate::theory::{RidgeChoice, TheoryError};

/// So many are kept; a ridge that moves makes one a step.
const KEPT: usize = 24;

/// One featurization of real rows.
#[derive(Debug, Clone)]
pub(in crate::scenario) enum Source {
    Path(Arc<Path>),
    /// As many principal components as least squares does best with at each n.
    Components(Arc<Components>),
}

impl Source {
    /// The path that n rows are on, and the point on it.
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

/// What was drawn so far.
#[derive(Debug, Default)]
pub(in crate::scenario) struct Drawn(Mutex<Vec<Entry>>);

#[derive(Debug)]
struct Entry {
    source: Source,
    choice: RidgeChoice,
    task: TaskChoice,
    anchors: Arc<Anchors>,
}

impl Drawn {
    /// Those of one curve, if they have been drawn.
    pub fn known(&self, source: &Source, choice: RidgeChoice, task: TaskChoice) -> Option<Arc<Anchors>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let same = |entry: &&Entry| entry.choice == choice && entry.task == task && entry.source.is(source);
        kept.iter().find(same).map(|entry| Arc::clone(&entry.anchors))
    }

    /// Draws them, unless they are there.
    ///
    /// # Errors
    /// As [`Anchors::new`].
    pub fn draw(
        &self,
        source: &Source,
        choice: RidgeChoice,
        task: TaskChoice,
        rows: usize,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<Arc<Anchors>, DataError> {
        if let Some(known) = self.known(source, choice, task) {
            return Ok(known);
        }
        let anchors = Arc::new(Anchors::new(&|n| source.at(n, choice, task, None), rows, task, stop)?);
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= KEPT {
            kept.remove(0);
        }
        kept.push(Entry { source: source.clone(), choice, task, anchors: Arc::clone(&anchors) });
        Ok(anchors)
    }
}
