//! Fits on random subsamples, tested on the other rows, with common random numbers for every n, featurization and
//! encoder (section 9.4a).

use std::sync::Arc;

use faer::{Mat, MatRef};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use super::division::{Division, Drawn};
use super::scores::{FitMetrics, Scoring};
use crate::data::path::{Path, PathPoint};
use crate::data::{DataError, Pool, TaskChoice};
use crate::linalg::{RidgeProblem, Threads, centred, product};

/// Maximum number of test rows of a draw.
pub(super) const TESTED: usize = 2048;
const SEED: u64 = 1;

/// One ridge fit on the features of a path.
#[derive(Clone, Copy)]
pub(super) struct Fit<'a> {
    pub path: &'a Arc<Path>,
    pub task: TaskChoice,
    /// Ridge λ; infinite predicts the mean.
    pub ridge: f64,
    pub scoring: &'a Scoring,
    /// Squared leave-one-out errors of the rows, against which the test rows of a draw are compared; may be empty.
    pub squares: &'a [f64],
}

/// Maximum number of rows for which a draw is compared with leave-one-out errors: of more rows the test rows are many.
const COMPARED: usize = 4000;

/// Squared leave-one-out errors for [`Fit::squares`]; empty with more than [`COMPARED`] rows.
pub(super) fn squares(path: &Path, point: &PathPoint, task: TaskChoice) -> Vec<f64> {
    if path.rows().pool().rows() > COMPARED { Vec::new() } else { path.squared_errors(point, task) }
}

impl Fit<'_> {
    /// Whether both fit the same features on the same drawn rows.
    fn shares_rows(&self, other: &Self) -> bool {
        Arc::ptr_eq(self.path, other.path) && self.scoring.strata() == other.scoring.strata()
    }
}

/// Evaluates every fit on the draw with this number. Consecutive fits of the same features share their Gram matrix.
///
/// # Errors
/// [`DataError::Interrupted`] once `stop` returns true; a draw that leaves no test row or that cannot be fitted.
pub(super) fn draw(
    fits: &[Fit<'_>],
    drawn: Drawn,
    draw: usize,
    stop: &(dyn Fn() -> bool + Sync),
) -> Result<Vec<FitMetrics>, DataError> {
    let mut metrics = Vec::with_capacity(fits.len());
    for same in fits.chunk_by(Fit::shares_rows) {
        let Some(first) = same.first() else { continue };
        let division = divided(first.path.rows().pool(), first.scoring.strata(), drawn, draw);
        let (left, lengths) = first.path.directions();
        let mut samples = gathered(left, &division.fitted);
        // Intercept: features and labels are centred by their means over the training rows.
        let centre = centred(&mut samples);
        let problem = RidgeProblem::new(samples.as_ref(), &lengths);
        let mut rest = gathered(left, &division.tested);
        for (column, centre) in rest.col_iter_mut().zip(&centre) {
            column.iter_mut().for_each(|v| *v -= centre);
        }
        for fit in same {
            if stop() {
                return Err(DataError::Interrupted);
            }
            metrics.push(fit_metrics(fit, &division, &problem, rest.as_ref())?);
        }
    }
    Ok(metrics)
}

fn fit_metrics(
    fit: &Fit<'_>,
    division: &Division,
    problem: &RidgeProblem<'_>,
    rest: MatRef<'_, f64>,
) -> Result<FitMetrics, DataError> {
    if division.fitted.is_empty() || division.tested.is_empty() {
        return Err(DataError::input("draw of rows", "leaves no row to fit or to test on"));
    }
    let pool = fit.path.rows().pool();
    let targets = match fit.task {
        TaskChoice::Mean => pool.targets(),
        TaskChoice::Task(_) if fit.scoring.needs_all_tasks() => pool.targets(),
        TaskChoice::Task(t) => pool.targets().get(.., t..t + 1),
    };
    let mut labels = gathered(targets, &division.fitted);
    let mean = centred(&mut labels);
    let tested = fit.scoring.tested(division.tested.clone());
    let mut predicted = if fit.ridge.is_finite() {
        let failed = |_| DataError::input("draw of rows", "could not be fitted");
        product(rest, problem.fit(&labels, fit.ridge).map_err(failed)?.as_ref(), Threads::One)
    } else {
        Mat::zeros(tested.rows.len(), labels.ncols())
    };
    for (column, mean) in predicted.col_iter_mut().zip(&mean) {
        column.iter_mut().for_each(|v| *v += mean);
    }
    Ok(fit.scoring.metrics(predicted.as_ref(), targets, &tested, (fit.squares, pool.groups())))
}

/// Training rows of one draw, and at most [`TESTED`] test rows.
fn divided(pool: &Pool, strata: &[usize], drawn: Drawn, draw: usize) -> Division {
    let mut random = ChaCha8Rng::seed_from_u64(SEED);
    random.set_stream(draw as u64);
    let mut division = Division::new(pool.rows(), strata, pool.groups(), drawn, &mut random);
    // Rows are removed from the end, so that draws of different n share nearly all test rows.
    let extra = division.tested.len().saturating_sub(TESTED);
    division.tested.drain(..extra);
    division
}

/// Numbers of training and test rows of draws with `count` rows of each class.
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
