//! The leave-one-out path (sections 9.2–9.6): what N labelled rows say about the risk with n of them, at any ridge.
//!
//! n rows at ridge λ and the N rows at another ridge ℓ share the same κ, and at κ the N rows *show* their risk: their
//! leave-one-out errors. [`Rows`] are the rows in their own directions, [`Path`] one featurization of them. Its errors
//! are evaluated once on a grid of ridges and interpolated; a curve then costs nothing.

mod accuracy;
mod auc;
mod components;
mod filter;
mod paired;
mod reach;
mod rows;
mod table;
mod tuned;
pub mod warnings;

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use faer::Mat;

use super::{DataError, TaskChoice};
use crate::theory::{RidgeChoice, TheoryError};
pub use auc::area;
pub use components::Components;
use filter::{Equivalent, Filter};
pub use paired::{Difference, Told};
pub use reach::Reach;
pub use rows::Rows;
use table::{Moment, Scale, Table};

/// Fewer rows say nothing.
pub const FEWEST: usize = 20;
/// Eigenvalues below this share of the largest are rounding.
const RANK: f64 = 1e-10;

/// One featurization of labelled rows. A ridge is in units of the mean over p of the features' eigenvalues.
#[derive(Debug)]
pub struct Path {
    rows: Arc<Rows>,
    /// The directions that the featurization keeps.
    range: Range<usize>,
    filter: Filter,
    scale: Scale,
    /// Made when it is first asked for.
    table: OnceLock<Table>,
    /// The class of each row, where the tasks are the classes of one label file.
    classes: Option<Vec<Option<usize>>>,
}

/// The risk at one number of labelled samples.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PathPoint {
    /// n.
    pub samples: f64,
    /// λ; infinite where nothing is fitted but the mean.
    pub ridge: f64,
    /// κ, df1 and df2 there.
    pub at: Equivalent,
    /// Bias² + σ² at κ.
    pub level: f64,
    /// Infinite at n − 1 = r without a ridge.
    pub risk: f64,
    /// Of the risk.
    pub standard_error: f64,
    /// How far the rows at hand can tell this number.
    pub reach: Reach,
    /// The best ridge lies at the edge of what these rows can show: the risk is at most this.
    pub at_most: bool,
}

impl Path {
    /// The features themselves.
    ///
    /// # Errors
    /// With fewer than [`FEWEST`] rows.
    pub fn raw(rows: &Arc<Rows>) -> Result<Self, DataError> {
        Self::new(rows, 0..rows.eigenvalues().len(), rows.eigenvalues().to_vec())
    }

    /// The leading principal components.
    ///
    /// # Errors
    /// As [`Path::raw`].
    pub fn components(rows: &Arc<Rows>, size: usize) -> Result<Self, DataError> {
        let kept: Vec<f64> = rows.eigenvalues().iter().copied().take(size).collect();
        Self::new(rows, 0..kept.len(), kept)
    }

    /// F = Σ_x^v: eigenvalues e^{1+v}. Whitened for v = −1.
    ///
    /// # Errors
    /// As [`Path::raw`].
    pub fn power(rows: &Arc<Rows>, exponent: f64) -> Result<Self, DataError> {
        let largest = rows.eigenvalues().first().copied().unwrap_or(1.0);
        let smallest = rows.eigenvalues().last().copied().unwrap_or(1.0);
        let power = 1.0 + exponent;
        // The largest becomes 1, so that no power overflows.
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
        let scale = Scale::new(rows, &range, &filter, least);
        let classes = accuracy::classes(rows.pool());
        Ok(Self { rows: Arc::clone(rows), range, filter, scale, table: OnceLock::new(), classes })
    }

    /// Evaluates the rows' errors on the whole grid of ridges; every curve then costs nothing.
    ///
    /// # Errors
    /// [`DataError::Interrupted`].
    pub fn prepared(self, stop: &(dyn Fn() -> bool + Sync)) -> Result<Self, DataError> {
        let table = Table::new(&self.rows, &self.range, &self.filter, self.scale, stop)?;
        Ok(Self { table: OnceLock::from(table), ..self })
    }

    fn table(&self) -> &Table {
        self.table.get_or_init(|| {
            // Nobody stops it.
            Table::new(&self.rows, &self.range, &self.filter, self.scale, &|| false).unwrap_or_default()
        })
    }

    #[must_use]
    /// The rows it was computed from.
    pub const fn rows(&self) -> &Arc<Rows> {
        &self.rows
    }

    /// p of the features as they are.
    #[must_use]
    pub fn dimension(&self) -> usize {
        self.rows.pool().dimension()
    }

    /// Directions that the features span, r.
    #[must_use]
    pub fn rank(&self) -> usize {
        self.range.len()
    }

    /// The level at the smallest κ in reach: σ² where the features' every direction is in reach, else (`true`) a bound.
    #[must_use]
    pub fn noise(&self, task: TaskChoice) -> (f64, bool) {
        let (least, _) = self.filter.edges();
        (self.level(&self.filter.at(least), task), least > 0.0)
    }

    /// The risk with n labelled samples. With n of at most 1 there is no fit.
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
            // One sample or none predicts at best the mean of nothing.
            return Ok(self.beyond(samples, f64::NAN, 0.0));
        }
        let ridge = match choice {
            RidgeChoice::Fixed(ridge) => ridge.get(),
            RidgeChoice::Optimal => return Ok(self.tuned(samples, task, false)),
            RidgeChoice::OptimalNonNegative => return Ok(self.tuned(samples, task, true)),
        };
        // λ is per sample, λ' per degree of freedom.
        let own_units = ridge * samples / m;
        let own = if ridge < 0.0 {
            Some(self.filter.solve_negative(m, own_units).map_err(|least| TheoryError::BelowAdmissible {
                ridge,
                minimum: least * m / samples,
                sample_ratio: samples / self.dimension() as f64,
            })?)
        } else {
            self.filter.solve(m, own_units, guess)
        };
        Ok(match own {
            Some(own) => self.point(samples, ridge, self.filter.at(own), task),
            // More directions than these rows have.
            None => self.beyond(samples, ridge, m),
        })
    }

    /// Everything once ℓ is known.
    fn point(&self, samples: f64, ridge: f64, at: Equivalent, task: TaskChoice) -> PathPoint {
        let reach = reach::of(&self.filter, at.df1, self.dimension());
        if let Reach::Beyond { .. } = reach {
            return PathPoint { at, ..self.beyond(samples, ridge, at.df1) };
        }
        let m = samples - 1.0;
        let level = self.level(&at, task);
        let spare = 1.0 - at.df2 / m;
        let risk = if spare > 0.0 { level * (1.0 + samples.recip()) / spare } else { f64::INFINITY };
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
        let rows = reach::needed(df1, self.dimension()).max(self.rows.count() as f64 + 1.0);
        PathPoint {
            samples,
            ridge,
            at: Equivalent { own: f64::NAN, kappa: f64::NAN, df1, df2: f64::NAN },
            level: f64::NAN,
            risk: f64::NAN,
            standard_error: f64::NAN,
            reach: Reach::Beyond { rows },
            at_most: false,
        }
    }

    /// (B + σ²)(κ) = mean ε²·(1 − df2/M)/(1 + 1/N).
    fn level(&self, at: &Equivalent, task: TaskChoice) -> f64 {
        let square = self.table().value(&self.table().at(at.own), Moment::Square(column(task)));
        square * self.share(at.df2)
    }

    /// (1 − df2/M)/(1 + 1/N).
    fn share(&self, df2: f64) -> f64 {
        (1.0 - df2 / self.filter.freedom()) / (1.0 + (self.rows.count() as f64).recip())
    }

    /// sd(ε²)/(mean ε² √N); for the mean over tasks of each row's mean ε².
    fn relative_error(&self, at: &Equivalent, task: TaskChoice) -> f64 {
        let weights = self.table().at(at.own);
        let square = self.table().value(&weights, Moment::Square(column(task)));
        let fourth = self.table().value(&weights, Moment::Fourth(column(task)));
        let variance = (fourth - square * square).max(0.0);
        variance.sqrt() / (square * (self.rows.count() as f64).sqrt())
    }

    /// n − 1 = r without a ridge, where it is in reach: n, and C of R ≈ C/|n − n_pole|.
    #[must_use]
    pub fn pole(&self, task: TaskChoice) -> Option<(f64, f64)> {
        let at = self.filter.at(0.0);
        let in_reach = !matches!(reach::of(&self.filter, at.df1, self.dimension()), Reach::Beyond { .. });
        let (rank, level) = (self.filter.rank(), in_reach.then(|| self.level(&at, task))?);
        (level > 0.0).then(|| (rank + 1.0, level * (1.0 + (rank + 1.0).recip()) * rank))
    }

    /// Leave-one-out errors of the rows at a point, N×T.
    fn errors(&self, at: &Equivalent) -> Mat<f64> {
        self.rows.errors(&self.range, &self.filter, self.scale.safe(at.own))
    }

    /// What each row moves the others' ε² by, N×T ([`Rows::sway`]).
    fn sway(&self, at: &Equivalent, errors: &Mat<f64>) -> Mat<f64> {
        self.rows.sway(&self.range, &self.filter, self.scale.safe(at.own), errors)
    }

    /// Whether AUC and accuracy can be told: within the rows at hand, or far from what they can show.
    fn shows_scores(&self, point: &PathPoint) -> bool {
        let in_reach = !matches!(point.reach, Reach::Beyond { .. }) && point.risk.is_finite();
        let within = point.samples <= self.rows.count() as f64;
        in_reach && (within || point.at.df1 <= reach::SCORES * self.filter.freedom())
    }

    /// g(m) − g(M), g(m) = (df2/m)/(1 − df2/m): how much more the scores of n samples scatter than those of the rows.
    fn scatter(&self, point: &PathPoint) -> f64 {
        let g = |m: f64| (point.at.df2 / m) / (1.0 - point.at.df2 / m);
        g(point.samples - 1.0) - g(self.filter.freedom())
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
