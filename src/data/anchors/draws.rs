//! Fits on n drawn rows, tested on others: common random numbers for every n, featurization and encoder (section 9.4a).

use std::sync::Arc;

use faer::{Mat, MatRef};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use super::division::{Division, Drawn};
use super::scores::{Scoring, Worth};
use crate::data::path::Path;
use crate::data::{DataError, Pool, TaskChoice};
use crate::linalg::{Threads, centred, product, ridge_regression};

/// Rows that a draw is tested on, at most.
const TESTED: usize = 2048;
const SEED: u64 = 1;

/// One fit of a path's features.
pub(super) struct Fit<'a> {
    pub path: &'a Arc<Path>,
    pub task: TaskChoice,
    /// λ; infinite: the mean alone.
    pub ridge: f64,
    pub scoring: &'a Scoring,
}

impl Fit<'_> {
    /// One draw, by its number.
    pub fn draw(&self, drawn: Drawn, draw: usize) -> Result<Worth, DataError> {
        let pool = self.path.rows().pool();
        let (left, lengths) = self.path.directions();
        let targets = match self.task {
            TaskChoice::Mean => pool.targets(),
            TaskChoice::Task(t) => pool.targets().get(.., t..t + 1),
        };
        let Division { fitted, tested } = divided(pool, self.scoring.strata(), drawn, draw);
        if fitted.is_empty() || tested.is_empty() {
            return Err(DataError::input("draw of rows", "leaves no row to fit or to test on"));
        }
        let mut samples = gathered(left, &fitted);
        let mut labels = gathered(targets, &fitted);
        // The intercept: both less their means over the rows drawn.
        let (centre, mean) = (centred(&mut samples), centred(&mut labels));
        let tested = self.scoring.tested(tested);
        let mut rows = gathered(left, &tested.rows);
        for (column, centre) in rows.col_iter_mut().zip(&centre) {
            column.iter_mut().for_each(|v| *v -= centre);
        }
        let mut predicted = if self.ridge.is_finite() {
            let failed = |_| DataError::input("draw of rows", "could not be fitted");
            let beta = ridge_regression(samples.as_ref(), &lengths, &labels, self.ridge).map_err(failed)?;
            product(rows.as_ref(), beta.as_ref(), Threads::One)
        } else {
            Mat::zeros(tested.rows.len(), labels.ncols())
        };
        for (column, mean) in predicted.col_iter_mut().zip(&mean) {
            column.iter_mut().for_each(|v| *v += mean);
        }
        Ok(self.scoring.worth(predicted.as_ref(), targets, &tested))
    }
}

/// The rows of one draw, and at most [`TESTED`] of the others.
fn divided(pool: &Pool, strata: &[usize], drawn: Drawn, draw: usize) -> Division {
    let mut random = ChaCha8Rng::seed_from_u64(SEED);
    random.set_stream(draw as u64);
    let mut division = Division::new(pool.rows(), strata, pool.groups(), drawn, &mut random);
    // From the end, so that draws of other n are tested on nearly the same rows.
    let extra = division.tested.len().saturating_sub(TESTED);
    division.tested.drain(..extra);
    division
}

/// Numbers of rows that draws of so many rows of each class fit, and are tested on.
pub(super) fn per_class_rows(pool: &Pool, strata: &[usize], count: usize) -> (usize, usize) {
    let division = divided(pool, strata, Drawn::PerClass(count), 0);
    (division.fitted.len(), division.tested.len())
}

fn gathered(from: MatRef<'_, f64>, rows: &[usize]) -> Mat<f64> {
    let mut some = Mat::zeros(rows.len(), from.ncols());
    for (to, from) in some.col_iter_mut().zip(from.col_iter()) {
        to.iter_mut().zip(rows).for_each(|(to, &row)| *to = *from.get(row));
    }
    some
}
