//! How often the class with the highest score is right with n labelled samples (section 9.4).

use nalgebra::DMatrix;

use super::{MetricEstimate, Path, PathPoint};
use crate::data::Pool;
use crate::linalg::small;

/// Directions of the residuals below this share of the largest variance are rounding.
const FLOOR: f64 = 1e-9;
/// Differences of scores below this are ties: rounding.
const TIE: f64 = 1e-12;

/// The class of each row where the tasks are the classes of one label file; `None` for a row of a class that is no task.
pub(super) fn classes(pool: &Pool) -> Option<Vec<Option<usize>>> {
    if pool.tasks().iter().any(|t| t.class_size.is_none()) {
        return None;
    }
    let targets = pool.targets();
    let class = |row: usize| (0..targets.ncols()).find(|&t| *targets.get(row, t) > 0.0);
    Some((0..targets.nrows()).map(class).collect())
}

impl Path {
    /// The share of rows whose class has the highest score. `None` without the classes of one file, or beyond the reach
    /// of the rows.
    #[must_use]
    pub fn accuracy(&self, point: &PathPoint) -> Option<MetricEstimate> {
        let classes = self.classes.as_ref().filter(|_| self.shows_scores(point))?;
        let pool = self.fits.rows.pool();
        let fit = self.fits.fit(point.at.pool_ridge);
        let (scores, errors) = (self.fits.scores(&fit), &fit.errors);
        let (all, count) = (self.count(), self.fits.rows.tasks());
        let rows: Vec<(usize, usize)> =
            classes.iter().enumerate().filter_map(|(row, class)| Some((row, (*class)?))).collect();
        let score =
            |row: usize, t: usize| scores.get(t).and_then(|s| s.get(row)).copied().unwrap_or(f64::NAN);
        // The mean score of each class, one column each.
        let mut means = DMatrix::<f64>::zeros(count, count);
        let mut sizes = vec![0.0_f64; count];
        for &(row, class) in &rows {
            sizes.iter_mut().skip(class).take(1).for_each(|s| *s += 1.0);
            means.column_mut(class).iter_mut().enumerate().for_each(|(t, v)| *v += score(row, t));
        }
        for (mut column, size) in means.column_iter_mut().zip(&sizes) {
            column /= size.max(1.0);
        }
        let residuals = DMatrix::from_fn(count, rows.len(), |t, i| {
            let (row, class) = rows.get(i).copied().unwrap_or_default();
            score(row, t) - means.get((t, class)).copied().unwrap_or(f64::NAN)
        });
        let errors = DMatrix::from_fn(count, all, |t, row| *errors.get(row, t));
        let within = &residuals * residuals.transpose() / rows.len() as f64;
        let levels = &errors * errors.transpose() * (self.share(point.at.df2) / all as f64);
        let moved = transport(&within, &(&within + levels * self.scatter(point)))? * residuals;
        let right = rows.iter().zip(moved.column_iter()).map(|(&(row, class), residual)| {
            let score = |t: usize| {
                let summary = pool.tasks().get(t);
                let share = summary.and_then(|s| s.class_size).unwrap_or(0) as f64 / all as f64;
                let mean = means.get((t, class)).copied().unwrap_or(f64::NAN);
                (mean + residual.get(t).copied().unwrap_or(f64::NAN)) * (share * (1.0 - share)).sqrt() + share
            };
            let all: Vec<f64> = (0..count).map(score).collect();
            (row, credit(&all, class))
        });
        let right: Vec<(usize, f64)> = right.collect();
        let sum = rows.len().max(1) as f64;
        let value = right.iter().map(|(_, right)| right).sum::<f64>() / sum;
        let mut influence = vec![0.0; all];
        for (row, right) in right {
            let row_influence = (right - value) / sum;
            influence.iter_mut().skip(row).take(1).for_each(|i| *i = row_influence);
        }
        Some(MetricEstimate { value, influence: self.fits.by_unit(influence) })
    }
}

/// 1 where the class has the highest score; shared among those that have it.
fn credit(scores: &[f64], class: usize) -> f64 {
    let highest = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let ties = scores.iter().filter(|score| highest - **score <= TIE).count();
    let wins = scores.get(class).is_some_and(|score| highest - score <= TIE);
    if wins { (ties as f64).recip() } else { 0.0 }
}

/// The optimal transport map from covariance `from` to covariance `to`: the linear map between the two that moves
/// vectors least.
fn transport(from: &DMatrix<f64>, to: &DMatrix<f64>) -> Option<DMatrix<f64>> {
    let (root, inverse) = small::sqrt_and_inverse(from, FLOOR).ok()?;
    let inner = small::symmetric_sqrt(&(&root * to * &root)).ok()?;
    Some(&inverse * inner * &inverse)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linalg::small::dense;

    #[test]
    fn the_transport_turns_one_covariance_into_the_other_and_is_symmetric() {
        let wavy = |seed: usize| DMatrix::from_fn(4, 7, |i, j| ((seed * 31 + i * 17 + j * 5) as f64).sin());
        let (a, b) = (wavy(1), wavy(2));
        let (from, to) = (&a * a.transpose(), &b * b.transpose());
        let map = transport(&from, &to).unwrap();
        assert!((&map * &from * map.transpose() - &to).amax() < 1e-8 * to.amax());
        assert!((&map - map.transpose()).amax() < 1e-9);
        // Nowhere to go: the identity on the directions there are.
        let flat = DMatrix::from_row_slice(2, 2, &[1.0, 0.0, 0.0, 0.0]);
        assert!((transport(&flat, &flat).unwrap() - &flat).amax() < 1e-12);
        assert!(dense(faer::Mat::<f64>::identity(2, 2).as_ref()).trace() > 1.0);
    }
}
