//! The leave-one-out path (sections 9.2–9.6): the risk with n labelled rows at any ridge, estimated from N labelled
//! rows.
//!
//! n rows at ridge λ and the N rows at another ridge ℓ have the same κ, at which the leave-one-out errors of the N
//! rows give the risk. [`Rows`] holds the rows along their principal directions, [`Path`] one featurization of them.
//! Errors are evaluated once on a grid of ridges and interpolated, so that a curve is cheap.

mod accuracy;
mod auc;
mod blocks;
mod components;
mod dependence;
mod deviation;
mod directions;
mod filter;
mod influence;
mod leave_group_out;
mod leave_one_out;
mod nodes;
mod paired;
mod pairs;
mod reach;
mod residual_projection;
mod rows;
mod table;
mod training;
mod tuned;
pub mod warnings;

use std::ops::Range;
use std::sync::Arc;

use super::{DataError, TaskChoice};
use crate::linalg::Memo;
use crate::theory::{RidgeChoice, TheoryError};
pub use auc::{area, area_with_influence};
pub(in crate::data) use auc::{normal, quantile};
pub use components::Components;
use deviation::Deviations;
use filter::{Equivalent, Filter};
use leave_one_out::LeaveOneOut;
use nodes::Scale;
pub use paired::{Difference, MetricEstimate};
use pairs::PairTable;
pub use reach::Reach;
pub use rows::Rows;
use table::{Moment, Table};

/// Minimum number of rows for an estimate.
pub const FEWEST: usize = 20;
/// Eigenvalues below this fraction of the largest count as rounding errors.
const RANK: f64 = 1e-10;

/// Risk estimates for one featurization of labelled rows. A ridge is in units of the mean over p of the features'
/// eigenvalues.
#[derive(Debug)]
pub struct Path {
    fits: LeaveOneOut,
    scale: Scale,
    /// Table of moments, computed on first use.
    table: Memo<Table>,
    deviation: Deviations,
    pairs: PairTable,
    /// Mean eigenvalue over p in the unit of the columns, if the featurization does not rescale them.
    unit: Option<f64>,
    /// The class of each row, if the tasks are the classes of one label file.
    classes: Option<Vec<Option<usize>>>,
}

/// The risk at one number of labelled samples.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PathPoint {
    /// Number of labelled samples n.
    pub samples: f64,
    /// Ridge λ; infinite where only the mean is fitted.
    pub ridge: f64,
    /// κ, df1 and df2 at this point.
    pub at: Equivalent,
    /// Level Bias² + σ² at κ.
    pub level: f64,
    /// Risk; infinite at n − 1 = r without a ridge.
    pub risk: f64,
    /// Standard error of the risk.
    pub standard_error: f64,
    /// Whether the rows can estimate the risk at this n.
    pub reach: Reach,
    /// Whether the best ridge lies at the edge of what the rows can estimate, so that the risk is an upper bound.
    pub at_most: bool,
}

impl Path {
    /// The path of the raw features.
    ///
    /// # Errors
    /// With fewer than [`FEWEST`] rows.
    pub fn raw(rows: &Arc<Rows>) -> Result<Self, DataError> {
        Self::components(rows, rows.eigenvalues().len())
    }

    /// The path of the leading principal components.
    ///
    /// # Errors
    /// Errors of [`Path::raw`].
    pub fn components(rows: &Arc<Rows>, size: usize) -> Result<Self, DataError> {
        let kept: Vec<f64> = rows.eigenvalues().iter().copied().take(size).collect();
        let unit = rows.unit() * kept.iter().sum::<f64>() / rows.pool().dimension() as f64;
        Ok(Self { unit: Some(unit), ..Self::new(rows, 0..kept.len(), kept)? })
    }

    /// The path with standard errors computed at each requested ridge, which is less work for a few ridges.
    fn with_direct_errors(self) -> Self {
        Self { deviation: Deviations::direct(), ..self }
    }

    /// The path of F = Σ_x^v, with eigenvalues e^{1+v}; v = −1 is whitening.
    ///
    /// # Errors
    /// Errors of [`Path::raw`].
    pub fn power(rows: &Arc<Rows>, exponent: f64) -> Result<Self, DataError> {
        let (Some(&largest), Some(&smallest)) = (rows.eigenvalues().first(), rows.eigenvalues().last())
        else {
            return Self::new(rows, 0..0, Vec::new());
        };
        let power = 1.0 + exponent;
        // The largest power is 1, so that none overflows.
        let unit = if power < 0.0 { smallest } else { largest };
        let all: Vec<f64> = rows.eigenvalues().iter().map(|e| (e / unit).powf(power)).collect();
        let first = all.iter().position(|&e| e > RANK).unwrap_or(0);
        let last = all.iter().rposition(|&e| e > RANK).map_or(all.len(), |i| i + 1);
        Self::new(rows, first..last, all.get(first..last).unwrap_or_default().to_vec())
    }

    fn new(rows: &Arc<Rows>, range: Range<usize>, eigenvalues: Vec<f64>) -> Result<Self, DataError> {
        if rows.count() < FEWEST {
            return Err(DataError::input(
                "labelled rows",
                format!("there are {}; accepted are at least {FEWEST}", rows.count()),
            ));
        }
        if eigenvalues.is_empty() {
            return Err(DataError::input("featurization", "keeps no direction; accepted is at least one"));
        }
        let filter = Filter::new(&eigenvalues, rows.pool().dimension(), rows.count());
        let (least, _) = filter.edges();
        let fits = LeaveOneOut::new(rows, range, filter);
        let scale = Scale::new(&fits.filter, least, fits.least());
        let classes = accuracy::classes(rows.pool());
        Ok(Self {
            fits,
            scale,
            table: Memo::default(),
            deviation: Deviations::interpolated(),
            pairs: PairTable::default(),
            unit: None,
            classes,
        })
    }

    /// Evaluates the leave-one-out errors on the whole grid of ridges; curves then take no further passes over the
    /// rows.
    ///
    /// # Errors
    /// [`DataError::Interrupted`].
    pub fn prepared(self, stop: &(dyn Fn() -> bool + Sync)) -> Result<Self, DataError> {
        let table = Table::new(&self.fits, self.scale, stop)?;
        Ok(Self { table: Memo::from(table), ..self })
    }

    fn table(&self) -> &Table {
        self.table.get_or_compute(|| {
            // Never interrupted here.
            Table::new(&self.fits, self.scale, &|| false).unwrap_or_default()
        })
    }

    /// The smallest ℓ with an estimate: rows that alone span a direction have no error at ℓ = 0.
    fn floor(&self) -> f64 {
        let (lowest, _) = self.filter().range();
        if self.fits.sole() > 0 && self.filter().freedom() > self.filter().rank() {
            1e-6 * lowest
        } else {
            0.0
        }
    }

    const fn filter(&self) -> &Filter {
        &self.fits.filter
    }

    /// Number of rows N.
    fn count(&self) -> usize {
        self.fits.count()
    }

    #[must_use]
    /// The rows of this path.
    pub const fn rows(&self) -> &Arc<Rows> {
        &self.fits.rows
    }

    /// Dimension p of the raw features.
    #[must_use]
    pub fn dimension(&self) -> usize {
        self.fits.rows.pool().dimension()
    }

    /// Number r of directions that the features span.
    #[must_use]
    pub fn rank(&self) -> usize {
        self.fits.range.len()
    }

    /// The level at the smallest κ that the rows can estimate: σ² if all directions are in reach, else an upper bound
    /// (`true`).
    #[must_use]
    pub fn noise(&self, task: TaskChoice) -> (f64, bool) {
        let least = self.filter().edges().0.max(self.floor());
        (self.level(&self.filter().at(least), task), least > 0.0)
    }

    /// The risk at n labelled samples. There is no fit for n ≤ 1.
    ///
    /// # Errors
    /// [`TheoryError::BelowAdmissible`] for a negative ridge without a solution.
    pub fn evaluate(
        &self,
        samples: f64,
        choice: RidgeChoice,
        task: TaskChoice,
        guess: Option<f64>,
    ) -> Result<PathPoint, TheoryError> {
        let m = samples - 1.0;
        if m.is_nan() || m <= 0.0 {
            // A single sample can at best give the mean.
            return Ok(PathPoint { reach: Reach::NoFit, ..self.beyond(samples, f64::NAN, 0.0) });
        }
        let ridge = match choice {
            RidgeChoice::Fixed(ridge) => ridge.get(),
            RidgeChoice::Optimal => return Ok(self.tuned(samples, task, false)),
            RidgeChoice::OptimalNonNegative => return Ok(self.tuned(samples, task, true)),
        };
        // λ is per sample, λ' per degree of freedom.
        let pool_ridge_sum = ridge * samples / m;
        let pool_ridge = if ridge < 0.0 {
            Some(self.filter().solve_negative(m, pool_ridge_sum).map_err(|least| {
                TheoryError::BelowAdmissible {
                    ridge,
                    minimum: least * m / samples,
                    sample_ratio: samples / self.dimension() as f64,
                }
            })?)
        } else {
            self.filter().solve(m, pool_ridge_sum, guess)
        };
        Ok(match pool_ridge {
            Some(pool_ridge) => self.point(samples, ridge, self.filter().at(pool_ridge), task),
            // More directions than these rows can estimate.
            None => self.beyond(samples, ridge, m),
        })
    }

    /// The point for a known ℓ.
    fn point(&self, samples: f64, ridge: f64, at: Equivalent, task: TaskChoice) -> PathPoint {
        let reach = if at.pool_ridge < self.floor() {
            Reach::Beyond { rows: f64::INFINITY }
        } else {
            reach::of(self.filter(), at.df1, self.dimension())
        };
        if let Reach::Beyond { .. } = reach {
            return PathPoint { at, reach, ..self.beyond(samples, ridge, at.df1) };
        }
        let m = samples - 1.0;
        let level = self.level(&at, task);
        let spare = 1.0 - at.df2 / m;
        let risk = if spare > 0.0 { level * self.intercept(samples) / spare } else { f64::INFINITY };
        PathPoint {
            samples,
            ridge,
            at,
            level,
            risk,
            standard_error: risk * self.relative_error(&at, task),
            reach,
            at_most: false,
        }
    }

    fn beyond(&self, samples: f64, ridge: f64, df1: f64) -> PathPoint {
        let rows = reach::needed(df1, self.dimension()).max(self.count() as f64 + 1.0);
        PathPoint {
            samples,
            ridge,
            at: Equivalent { pool_ridge: f64::NAN, kappa: f64::NAN, df1, df2: f64::NAN },
            level: f64::NAN,
            risk: f64::NAN,
            standard_error: f64::NAN,
            reach: Reach::Beyond { rows },
            at_most: false,
        }
    }

    /// The ridge of a point as `alpha` of scikit-learn's `Ridge(alpha=…)` on n rows of the original columns, whose
    /// objective is a sum over rows; `None` for powers of the covariance, and without a ridge.
    #[must_use]
    pub fn alpha(&self, point: &PathPoint) -> Option<f64> {
        self.unit.map(|unit| point.ridge * unit * point.samples).filter(|alpha| alpha.is_finite())
    }

    /// (B + σ²)(κ) = mean ε²·(1 − df2/M)/(1 + 1/N).
    fn level(&self, at: &Equivalent, task: TaskChoice) -> f64 {
        self.square(at.pool_ridge, column(task)) * self.share(at.df2)
    }

    /// Squared leave-one-out errors of the rows at a point, for one task or the mean over all.
    #[must_use]
    pub fn squared_errors(&self, point: &PathPoint, task: TaskChoice) -> Vec<f64> {
        let tasks = match task {
            TaskChoice::Task(t) => t..t + 1,
            TaskChoice::Mean => 0..self.fits.rows.tasks(),
        };
        self.fits.squares(point.at.pool_ridge, tasks)
    }

    /// Mean ε² at ℓ.
    fn square(&self, pool_ridge: f64, task: Option<usize>) -> f64 {
        let table = self.table();
        let square = table.value(&table.at(pool_ridge), Moment::Square(task));
        if table.interpolates(task, square) {
            return square;
        }
        let Ok(found) = self.fits.moments(&[pool_ridge], &|| false) else { return f64::NAN };
        let squares = found.first().map_or(&[][..], |moments| moments.squares.as_slice());
        let all = squares.iter().sum::<f64>() / squares.len() as f64;
        task.map_or(all, |t| squares.get(t).copied().unwrap_or(f64::NAN))
    }

    /// The factor (1 − df2/M)/(1 + 1/N).
    fn share(&self, df2: f64) -> f64 {
        (1.0 - df2 / self.filter().freedom()) / self.intercept(self.count() as f64)
    }

    /// The factor 1 + 1/n for an intercept fitted to n rows; 1 with groups (section 9.10).
    fn intercept(&self, samples: f64) -> f64 {
        if self.fits.blocks.is_some() { 1.0 } else { 1.0 + samples.recip() }
    }

    /// Number of groups in n rows, for groups of the mean size of the given ones.
    #[must_use]
    pub fn groups(&self, samples: f64) -> Option<f64> {
        self.fits.blocks.as_ref().map(|blocks| samples * blocks.groups.count() as f64 / self.count() as f64)
    }

    /// The factor √(G/(G−1)) for G groups; 1 without groups.
    fn few(&self) -> f64 {
        match &self.fits.blocks {
            Some(blocks) => {
                let count = blocks.groups.count() as f64;
                (count / (count - 1.0)).sqrt()
            }
            None => 1.0,
        }
    }

    /// Relative standard error of the risk; 0 if the risk is 0.
    fn relative_error(&self, at: &Equivalent, task: TaskChoice) -> f64 {
        let square = self.square(at.pool_ridge, column(task));
        if square == 0.0 {
            return 0.0;
        }
        let deviation = self.deviation.at(&self.fits, &self.scale, at.pool_ridge, column(task));
        self.few() * deviation / square / (self.fits.units() as f64).sqrt()
    }

    /// The pole at n − 1 = r without a ridge, if the rows can estimate it: n, and C of R ≈ C/|n − n_pole|.
    #[must_use]
    pub fn pole(&self, task: TaskChoice) -> Option<(f64, f64)> {
        let at = self.filter().at(0.0);
        let in_reach = self.floor() == 0.0
            && !matches!(reach::of(self.filter(), at.df1, self.dimension()), Reach::Beyond { .. });
        let (rank, level) = (self.filter().rank(), in_reach.then(|| self.level(&at, task))?);
        (level > 0.0).then(|| (rank + 1.0, level * self.intercept(rank + 1.0) * rank))
    }

    /// Whether AUC and accuracy can be estimated: n is at most the number of rows, or the degrees of freedom are few.
    fn shows_scores(&self, point: &PathPoint) -> bool {
        let in_reach = point.reach.is_estimate() && point.risk.is_finite();
        let within = point.samples <= self.count() as f64;
        in_reach && (within || point.at.df1 <= reach::SCORES * self.filter().freedom())
    }

    /// g(m) − g(M) with g(m) = (df2/m)/(1 − df2/m): additional score variance of fits on n samples, relative to the
    /// level.
    fn scatter(&self, point: &PathPoint) -> f64 {
        let g = |m: f64| (point.at.df2 / m) / (1.0 - point.at.df2 / m);
        g(point.samples - 1.0) - g(self.filter().freedom())
    }
}

const fn column(task: TaskChoice) -> Option<usize> {
    match task {
        TaskChoice::Mean => None,
        TaskChoice::Task(t) => Some(t),
    }
}

#[cfg(test)]
mod tests;
