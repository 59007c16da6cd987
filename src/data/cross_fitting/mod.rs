//! Cross-fitting (section 9.8). One half of the rows, without those of the held-out class, gives the covariance of
//! the other tasks, the covariance of the features and every representation made from them. On the other half the
//! leave-one-out path of the rows in that representation gives the risk of the held-out task. This is repeated with
//! the halves exchanged.
//!
//! One eigendecomposition per exponent gives the ridge paths for every η ([`kernel`]), and one triangular factor
//! gives least squares of every size ([`nested`]). Unequal leverages are corrected by a sample of the rows. The
//! number of samples n enters last and at no cost.

mod fit;
mod halves;
mod held_out;
mod kernel;
mod moments;
mod nested;
mod prior;
mod selection;
mod tasks;
mod tested;
mod upstream;

use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use super::error::DataError;
use super::pool::{Pool, Watch};
use super::shrunk::Shrinkage;
use crate::linalg::Threads;
use fit::Fit;
use halves::halves;
pub(super) use held_out::HeldOut;
use moments::{Moments, Rows};
pub(super) use tasks::Tasks;
use tested::Tested;

/// Number of divisions into halves.
const DIVISIONS: u64 = 2;
/// Operations allowed for decompositions: with larger features more classes share one prior.
const WORK: f64 = 4.2e9;
/// Minimum number of sets of classes; the rows of a set are excluded from one prior together.
const FEWEST_SETS: usize = 3;
/// Maximum number of sets of classes.
const MOST_SETS: usize = 6;
/// Exponent of the prior for selected directions.
const SELECTION_EXPONENT: f64 = 0.5;

/// The candidate representations.
#[derive(Debug, Clone)]
pub(super) struct Candidates {
    pub etas: Vec<f64>,
    pub exponents: Vec<f64>,
}

impl Candidates {
    /// Shrinkages whose leading directions are candidates besides the principal components (η = 1).
    pub fn selections(&self) -> Vec<Shrinkage> {
        let etas = self.etas.iter().filter(|eta| [0.0, 0.3, 0.7].contains(*eta));
        etas.map(|&eta| Shrinkage { eta, exponent: SELECTION_EXPONENT }).collect()
    }
}

/// Holds out every task on every half.
///
/// # Errors
/// [`DataError::Interrupted`] once `watch` returns false; matrices that cannot be decomposed.
pub(super) fn cross_fit(
    pool: &Pool,
    tasks: &Tasks,
    candidates: &Candidates,
    watch: Watch<'_>,
) -> Result<Vec<HeldOut>, DataError> {
    let rows = Rows::new(pool);
    let sets = tasks.sets(number_of_sets(tasks, rows.rank()));
    let done = AtomicUsize::new(0);
    let all = 2 * DIVISIONS as usize * (sets.len() + 1);
    let step = || {
        let share = done.fetch_add(1, Ordering::Relaxed) as f64 / all as f64;
        if watch(share) { Ok(()) } else { Err(DataError::Interrupted) }
    };
    let mut found = Vec::new();
    for seed in 0..DIVISIONS {
        step()?;
        let parts = halves(tasks.strata(), seed + 1);
        let [first, second] = parts.clone().map(|part| Moments::of(&rows, &part, Threads::All));
        step()?;
        let moments = [first, second];
        let tested: Vec<Tested> = parts
            .par_iter()
            .zip(&moments)
            .map(|(part, moments)| Tested::new(&rows, part, moments))
            .collect::<Result<_, _>>()?;
        let jobs: Vec<(usize, &Vec<usize>)> =
            (0..2).flat_map(|fit| sets.iter().map(move |set| (fit, set))).collect();
        let of = |&(fit, set): &(usize, &Vec<usize>)| {
            step()?;
            let (Some(part), Some(sums), Some(tested)) =
                (parts.get(fit), moments.get(fit), tested.get(1 - fit))
            else {
                return Ok(Vec::new());
            };
            Fit { rows: &rows, part, sums, tasks, candidates }.hold_out(set, tested)
        };
        let each = jobs.par_iter().map(of).collect::<Result<Vec<_>, DataError>>()?;
        found.extend(each.into_iter().flatten());
    }
    Ok(found)
}

fn number_of_sets(tasks: &Tasks, rank: usize) -> usize {
    let cost = (rank as f64).powi(3) * 2.0 * DIVISIONS as f64;
    ((WORK / cost) as usize).clamp(FEWEST_SETS, MOST_SETS).min(tasks.held_out().len())
}

#[cfg(test)]
mod tests;
