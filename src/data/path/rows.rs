//! The labelled rows in their own directions, and their leave-one-out errors at any ridge (section 9.2).

use std::ops::Range;
use std::sync::Arc;

use faer::{Mat, MatRef};
use rayon::prelude::*;

use super::filter::Filter;
use crate::data::{DataError, Pool};
use crate::linalg::{Threads, eigen, gram, product, scale_columns};
use crate::outside::memory;

/// Rows that one step of the work takes.
const BLOCK: usize = 256;
/// Columns of predictions held at a time, a block's worth of them each thread.
const WIDTH: usize = 1024;
/// Eigenvalues below this share of the largest are rounding.
const RANK: f64 = 1e-10;

/// N rows as U diag(√(M e)) Vᵀ: what every featurization that is a function of their covariance has in common.
pub struct Rows {
    pool: Arc<Pool>,
    /// U, N×r, where it is not the pool's.
    own: Option<Mat<f64>>,
    /// UᵀY, r×T.
    seen: Mat<f64>,
    /// Decreasing, of any unit.
    eigenvalues: Vec<f64>,
}

/// Sums over the rows at one ridge.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Moments {
    /// Mean ε² of each task.
    pub squares: Vec<f64>,
    /// Mean ε⁴ of each task.
    pub fourth: Vec<f64>,
    /// Mean over the rows of (the mean of ε² over tasks)².
    pub shared: f64,
    /// Mean of the squared residuals (y − ŷ)² over rows and tasks.
    pub residual: f64,
}

impl std::fmt::Debug for Rows {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Rows {{ {:?}, rank: {} }}", self.pool, self.eigenvalues.len())
    }
}

impl Rows {
    /// The rows as they are.
    #[must_use]
    pub fn new(pool: &Arc<Pool>) -> Self {
        let seen = product(pool.left().transpose(), pool.targets(), Threads::All);
        Self { pool: Arc::clone(pool), own: None, seen, eigenvalues: pool.eigenvalues().to_vec() }
    }

    /// The rows mapped by B (p×k).
    ///
    /// # Errors
    /// When X·B is 0 or not finite, or could not be decomposed.
    pub(crate) fn mapped(pool: &Arc<Pool>, b: MatRef<'_, f64>) -> Result<Self, DataError> {
        let bad = |problem: &str| DataError::input("featurization", problem);
        // The rows as mapped, and their directions.
        let numbers = (pool.rows() as u64).saturating_mul(b.ncols() as u64);
        memory::fits(numbers.saturating_mul(16))
            .map_err(|why| bad(&format!("makes {numbers} numbers of the rows, which {why}")))?;
        let mut z = pool.mapped(b);
        let largest = z.norm_max();
        if !(largest > 0.0 && largest.is_finite()) {
            return Err(bad("maps every feature to 0; accepted are matrices that keep some"));
        }
        z.col_iter_mut().for_each(|column| column.iter_mut().for_each(|v| *v /= largest));
        let failed = |_| bad("could not be decomposed");
        let wide = z.nrows() < z.ncols();
        let decomposed =
            if wide { gram(z.as_ref(), Threads::All) } else { gram(z.transpose(), Threads::All) };
        let decomposed = eigen(decomposed.as_ref(), Threads::All).map_err(failed)?;
        let floor = RANK * decomposed.values.first().copied().unwrap_or(0.0);
        let rank = decomposed.values.iter().take_while(|&&v| v > floor).count();
        let top = decomposed.vectors.get(.., ..rank);
        let mut left = if wide { top.to_owned() } else { product(z.as_ref(), top, Threads::All) };
        let lengths: Vec<f64> = left.col_iter().map(|c| c.norm_l2().recip()).collect();
        scale_columns(left.as_mut(), &lengths);
        let seen = product(left.transpose(), pool.targets(), Threads::All);
        let eigenvalues = decomposed.values.get(..rank).unwrap_or_default().to_vec();
        Ok(Self { pool: Arc::clone(pool), own: Some(left), seen, eigenvalues })
    }

    #[must_use]
    /// The pool whose rows these are.
    pub fn pool(&self) -> &Arc<Pool> {
        &self.pool
    }

    #[must_use]
    /// Eigenvalues e_i of the rows' covariance, decreasing, in units of their mean over p (r of them; section 9.2).
    pub fn eigenvalues(&self) -> &[f64] {
        &self.eigenvalues
    }

    /// N.
    #[must_use]
    pub fn count(&self) -> usize {
        self.pool.rows()
    }

    /// T.
    #[must_use]
    pub fn tasks(&self) -> usize {
        self.seen.ncols()
    }

    pub(super) fn left(&self) -> MatRef<'_, f64> {
        self.own.as_ref().map_or(self.pool.left(), |own| own.as_ref())
    }

    pub(super) fn seen(&self) -> MatRef<'_, f64> {
        self.seen.as_ref()
    }

    /// Leave-one-out errors ε at ℓ on the directions in `range`, N×T.
    #[must_use]
    pub(super) fn errors(&self, range: &Range<usize>, filter: &Filter, own: f64) -> Mat<f64> {
        let factors: Vec<f64> = filter.factors(own).collect();
        let mut shrunk = self.seen.get(range.clone(), ..).to_owned();
        crate::linalg::scale_rows(shrunk.as_mut(), &factors);
        let left = self.left().get(.., range.clone());
        let mut errors = product(left, shrunk.as_ref(), Threads::All);
        let held = self.held(range, &factors);
        for (column, wanted) in errors.col_iter_mut().zip(self.pool.targets().col_iter()) {
            for ((fit, y), h) in column.iter_mut().zip(wanted.iter()).zip(&held) {
                *fit = (y - *fit) / (1.0 - h);
            }
        }
        errors
    }

    /// By row and task, −2 Σ_j H_ij ε_j (r_i + H_ij ε_j)/(1−h_j) over the *other* rows: what their ε² change by as row i
    /// weighs more in the fits that they are told by. The second, smaller part with the mean of ε²/(1−h).
    #[must_use]
    pub(super) fn sway(
        &self,
        range: &Range<usize>,
        filter: &Filter,
        own: f64,
        errors: &Mat<f64>,
    ) -> Mat<f64> {
        let factors: Vec<f64> = filter.factors(own).collect();
        let held = self.held(range, &factors);
        let free = |i: usize| 1.0 - held.get(i).copied().unwrap_or(0.0);
        let spread = Mat::from_fn(errors.nrows(), errors.ncols(), |i, t| errors.get(i, t) / free(i));
        let left = self.left().get(.., range.clone());
        let mut seen = product(left.transpose(), spread.as_ref(), Threads::All);
        crate::linalg::scale_rows(seen.as_mut(), &factors);
        let mut sway = product(left, seen.as_ref(), Threads::All);
        let rows = self.count() as f64;
        let doubled: Vec<f64> = factors.iter().map(|f| f * f).collect();
        let doubled = self.held(range, &doubled);
        for ((column, spread), errors) in sway.col_iter_mut().zip(spread.col_iter()).zip(errors.col_iter()) {
            let mean = spread.iter().sum::<f64>() / rows;
            let level = spread.iter().zip(errors.iter()).map(|(s, e)| s * e).sum::<f64>() / rows;
            let of_row = spread.iter().zip(errors.iter()).zip(held.iter().zip(&doubled));
            for (v, ((own, error), (h, both))) in column.iter_mut().zip(of_row) {
                *v = -2.0 * (error * (1.0 - h) * (*v + mean - h * own) + level * (both - h * h));
            }
        }
        sway
    }

    /// h, row by row, at these factors of the directions.
    fn held(&self, range: &Range<usize>, factors: &[f64]) -> Vec<f64> {
        let mut held = vec![(self.count() as f64).recip(); self.count()];
        for (column, factor) in self.left().get(.., range.clone()).col_iter().zip(factors) {
            held.iter_mut().zip(column.iter()).for_each(|(h, u)| *h += u * u * factor);
        }
        held
    }

    /// Leverages without a ridge: h less 1/N, row by row.
    #[must_use]
    pub(super) fn leverages(&self, range: &Range<usize>) -> Vec<f64> {
        let mut held = vec![0.0; self.count()];
        for column in self.left().get(.., range.clone()).col_iter() {
            held.iter_mut().zip(column.iter()).for_each(|(h, u)| *h += u * u);
        }
        held
    }

    /// Moments at every ridge of `owns`: two matrix products over all of them, a block of rows at a time.
    ///
    /// # Errors
    /// [`DataError::Interrupted`].
    pub(super) fn moments(
        &self,
        range: &Range<usize>,
        filter: &Filter,
        owns: &[f64],
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<Vec<Moments>, DataError> {
        let mut all = Vec::with_capacity(owns.len());
        for some in owns.chunks((WIDTH / self.tasks().max(1)).max(1)) {
            all.extend(self.moments_of(range, filter, some, stop)?);
        }
        Ok(all)
    }

    fn moments_of(
        &self,
        range: &Range<usize>,
        filter: &Filter,
        owns: &[f64],
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<Vec<Moments>, DataError> {
        let (rows, tasks) = (self.count(), self.tasks());
        let mut held = Mat::zeros(range.len(), owns.len());
        let mut maps = Mat::zeros(range.len(), owns.len() * tasks);
        for (k, &own) in owns.iter().enumerate() {
            let column = held.col_mut(k);
            column.iter_mut().zip(filter.factors(own)).for_each(|(v, factor)| *v = factor);
            for t in 0..tasks {
                let seen = self.seen.get(range.clone(), t);
                let map = maps.col_mut(k * tasks + t);
                for ((v, c), factor) in map.iter_mut().zip(seen.iter()).zip(held.col(k).iter()) {
                    *v = c * factor;
                }
            }
        }
        let targets = self.pool.targets();
        let starts: Vec<usize> = (0..rows).step_by(BLOCK).collect();
        let sums = starts
            .par_iter()
            .map(|&start| {
                if stop() {
                    return Err(DataError::Interrupted);
                }
                let end = (start + BLOCK).min(rows);
                let left = self.left().get(start..end, range.clone());
                let fits = product(left, maps.as_ref(), Threads::One);
                let mut squared = left.to_owned();
                squared.col_iter_mut().for_each(|c| c.iter_mut().for_each(|v| *v *= *v));
                let leverages = product(squared.as_ref(), held.as_ref(), Threads::One);
                let wanted = targets.get(start..end, ..);
                Ok((0..owns.len())
                    .map(|k| {
                        let fits = fits.get(.., k * tasks..(k + 1) * tasks);
                        Moments::of(fits, wanted, leverages.get(.., k..k + 1), rows)
                    })
                    .collect::<Vec<_>>())
            })
            .collect::<Result<Vec<_>, _>>()?;
        let mut total: Vec<Moments> = owns.iter().map(|_| Moments::zero(tasks)).collect();
        // In the order of the blocks: the digits do not follow the threads.
        for block in &sums {
            total.iter_mut().zip(block).for_each(|(all, part)| all.add(part));
        }
        Ok(total)
    }
}

impl Moments {
    fn zero(tasks: usize) -> Self {
        Self { squares: vec![0.0; tasks], fourth: vec![0.0; tasks], shared: 0.0, residual: 0.0 }
    }

    /// A block's share of the means over `rows` rows.
    fn of(fits: MatRef<'_, f64>, wanted: MatRef<'_, f64>, leverages: MatRef<'_, f64>, rows: usize) -> Self {
        let (tasks, weight) = (fits.ncols() as f64, (rows as f64).recip());
        let mut sums = Self::zero(fits.ncols());
        let scales: Vec<f64> = leverages.col(0).iter().map(|h| (1.0 - weight - h).recip()).collect();
        let mut by_row = vec![0.0; scales.len()];
        let each = sums.squares.iter_mut().zip(&mut sums.fourth);
        for (((square, fourth), fit), wanted) in each.zip(fits.col_iter()).zip(wanted.col_iter()) {
            let values = fit.iter().zip(wanted.iter()).zip(&scales).zip(&mut by_row);
            for (((fit, y), scale), row) in values {
                let left = y - fit;
                let error = left * scale;
                let squared = error * error;
                *square += squared;
                *fourth += squared * squared;
                sums.residual += left * left;
                *row += squared;
            }
        }
        sums.shared = by_row.iter().map(|v| (v / tasks).powi(2)).sum::<f64>() * weight;
        sums.residual *= weight / tasks;
        sums.squares.iter_mut().chain(&mut sums.fourth).for_each(|v| *v *= weight);
        sums
    }

    fn add(&mut self, part: &Self) {
        let mine = self.squares.iter_mut().chain(&mut self.fourth);
        mine.zip(part.squares.iter().chain(&part.fourth)).for_each(|(a, b)| *a += b);
        self.shared += part.shared;
        self.residual += part.residual;
    }
}
