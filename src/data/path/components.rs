//! Principal component regression with the best number of components at each n, all numbers evaluated at once
//! (sections 5 and 9.2).

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use rayon::prelude::*;

use super::filter::TRUSTED;
use super::{Path, PathPoint, Rows};
use crate::data::{DataError, TaskChoice};
use crate::theory::{RidgeChoice, TheoryError};

/// Rows processed in one step.
const BLOCK: usize = 256;

/// Least squares on the leading 0, 1, 2, … principal components of the rows.
#[derive(Debug)]
pub struct Components {
    rows: Arc<Rows>,
    /// Mean ε² by number of components and task (T values for each number).
    squares: Vec<f64>,
    paths: Mutex<HashMap<usize, Arc<Path>>>,
}

impl Components {
    /// Computes leave-one-out errors for every number of components in one pass over the rows.
    ///
    /// # Errors
    /// Errors of [`Path::raw`].
    pub fn new(rows: &Arc<Rows>, stop: &(dyn Fn() -> bool + Sync)) -> Result<Self, DataError> {
        Path::components(rows, 1)?;
        let (tasks, freedom) = (rows.tasks(), rows.count() as f64 - 1.0);
        let most = rows.eigenvalues().len().min((TRUSTED * freedom) as usize);
        let targets = rows.pool().targets();
        let starts: Vec<usize> = (0..rows.count()).step_by(BLOCK).collect();
        let one = (rows.count() as f64).recip();
        let sums = starts
            .par_iter()
            .map(|&start| {
                if stop() {
                    return Err(DataError::Interrupted);
                }
                let end = (start + BLOCK).min(rows.count());
                let mut sums = vec![0.0; (most + 1) * tasks];
                let mut left = vec![0.0; tasks];
                for row in start..end {
                    left.iter_mut().enumerate().for_each(|(t, v)| *v = *targets.get(row, t));
                    let mut free = 1.0 - one;
                    for (size, sums) in sums.chunks_exact_mut(tasks.max(1)).enumerate() {
                        if let Some(direction) = size.checked_sub(1) {
                            let u = *rows.left().get(row, direction);
                            free -= u * u;
                            for (t, v) in left.iter_mut().enumerate() {
                                *v -= u * *rows.seen().get(direction, t);
                            }
                        }
                        let scale = free.max(f64::MIN_POSITIVE).powi(2).recip();
                        sums.iter_mut().zip(&left).for_each(|(s, v)| *s += v * v * scale * one);
                    }
                }
                Ok(sums)
            })
            .collect::<Result<Vec<_>, _>>()?;
        let mut squares = vec![0.0; (most + 1) * tasks];
        for block in &sums {
            squares.iter_mut().zip(block).for_each(|(all, part)| *all += part);
        }
        Ok(Self { rows: Arc::clone(rows), squares, paths: Mutex::default() })
    }

    /// The number of components with the least risk of least squares at n samples, among those the rows can estimate;
    /// at least 1.
    #[must_use]
    pub fn best(&self, samples: f64, task: TaskChoice) -> usize {
        let (m, freedom) = (samples - 1.0, self.rows.count() as f64 - 1.0);
        let of = |squares: &[f64]| match task {
            TaskChoice::Task(t) => squares.get(t).copied().unwrap_or(f64::NAN),
            TaskChoice::Mean => squares.iter().sum::<f64>() / squares.len() as f64,
        };
        let risks = self.squares.chunks_exact(self.rows.tasks().max(1)).enumerate().skip(1);
        let risks = risks.take_while(|(size, _)| (*size as f64) < m).map(|(size, squares)| {
            let size_share = size as f64;
            (size, of(squares) * (1.0 - size_share / freedom) / (1.0 - size_share / m))
        });
        risks.min_by(|a, b| a.1.total_cmp(&b.1)).map_or(1, |(size, _)| size)
    }

    /// The path of the leading `size` components.
    ///
    /// # Errors
    /// Errors of [`Path::raw`].
    pub fn path(&self, size: usize) -> Result<Arc<Path>, DataError> {
        let known = self.paths.lock().unwrap_or_else(PoisonError::into_inner).get(&size).cloned();
        if let Some(path) = known {
            return Ok(path);
        }
        let path = Arc::new(Path::components(&self.rows, size)?.with_direct_errors());
        self.paths.lock().unwrap_or_else(PoisonError::into_inner).insert(size, Arc::clone(&path));
        Ok(path)
    }

    /// Risk with the best number of components at n samples, and its path.
    ///
    /// # Errors
    /// Errors of [`Path::evaluate`].
    pub fn evaluate(
        &self,
        samples: f64,
        choice: RidgeChoice,
        task: TaskChoice,
    ) -> Result<(Arc<Path>, PathPoint), TheoryError> {
        let size = self.best(samples, task);
        let path = self.path(size).map_err(|e| TheoryError::Spectrum(e.to_string()))?;
        let point = path.evaluate(samples, choice, task, None)?;
        Ok((path, point))
    }
}
