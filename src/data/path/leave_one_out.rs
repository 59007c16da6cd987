//! Leave-one-out errors of ridge regression with an intercept on one featurization of the rows, without subtraction
//! (section 9.2).
//!
//! With o_i and y^o_i of [`Outside`], l_k = ℓ/(e_k+ℓ) and c = Uᵀy: 1 − h_i = o_i + Σ U_ik² l_k, residuals
//! r_i = y^o_i + Σ U_ik l_k c_k, and ε_i = r_i/(1 − h_i). In a row that alone holds a direction ℓ cancels.

use std::ops::Range;
use std::sync::Arc;

use faer::{Mat, MatRef};
use rayon::prelude::*;

use super::Rows;
use super::blocks::Blocks;
use super::filter::Filter;
use super::outside::Outside;
use crate::data::DataError;
use crate::linalg::{Threads, product, scale_rows};

/// Rows that one step of the work takes.
const BLOCK: usize = 256;
/// Columns of residuals in memory at a time, a block of them each thread.
const WIDTH: usize = 1024;

/// Ridge regression on some directions of the rows, at any ridge ℓ in units of the filter's eigenvalues.
#[derive(Debug)]
pub(super) struct LeaveOneOut {
    pub rows: Arc<Rows>,
    /// The directions in use, of those of `rows`.
    pub range: Range<usize>,
    pub filter: Filter,
    pub outside: Outside,
    /// Groups whose rows are left out together; `None` where each row is by itself.
    pub blocks: Option<Blocks>,
}

/// One ridge's fit to all rows.
pub(super) struct Fit {
    /// Leave-one-out errors ε, N×T.
    pub errors: Mat<f64>,
    /// 1 − h, N. Of a row that alone holds a direction at ℓ = 0, where it is 0, its ratio in the limit.
    pub free: Vec<f64>,
    /// Where groups are left out: residuals r and (I − H_gg)⁻¹ε, N×T each.
    pub groups: Option<(Mat<f64>, Mat<f64>)>,
}

/// Means over the rows at one ridge.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Moments {
    /// Mean ε² of each task.
    pub squares: Vec<f64>,
    /// Mean of the squared residuals (y − ŷ)² over rows and tasks.
    pub residual: f64,
}

impl LeaveOneOut {
    pub fn new(rows: &Arc<Rows>, range: Range<usize>, filter: Filter) -> Self {
        let outside = Outside::new(rows, &range);
        let groups = rows.groups().cloned();
        let left = rows.left().get(.., range.clone());
        let blocks = groups.map(|groups| Blocks::new(groups, left, outside.targets.as_ref()));
        Self { rows: Arc::clone(rows), range, filter, outside, blocks }
    }

    /// How many rows, or groups, alone hold a direction.
    pub fn sole(&self) -> usize {
        self.blocks.as_ref().map_or_else(|| self.outside.sole(), Blocks::sole)
    }

    /// The smallest 1 − h at ℓ = 0 that is not 0.
    pub fn least(&self) -> f64 {
        self.blocks.as_ref().map_or_else(|| self.outside.least(), Blocks::least)
    }

    /// Groups, or rows where there are none.
    pub fn units(&self) -> usize {
        self.blocks.as_ref().map_or_else(|| self.count(), |blocks| blocks.groups.count())
    }

    /// The sum over the rows of each group; as it is without groups.
    pub fn by_unit(&self, of_row: Vec<f64>) -> Vec<f64> {
        match &self.blocks {
            Some(blocks) => blocks.groups.sums(&of_row),
            None => of_row,
        }
    }

    /// N.
    pub fn count(&self) -> usize {
        self.rows.count()
    }

    /// U, N×r.
    pub fn left(&self) -> MatRef<'_, f64> {
        self.rows.left().get(.., self.range.clone())
    }

    /// Leverages without a ridge, h less 1/N, row by row.
    pub fn leverages(&self) -> Vec<f64> {
        let most = 1.0 - (self.count() as f64).recip();
        self.outside.shares.iter().map(|share| most - share).collect()
    }

    /// The fit at ℓ.
    pub fn fit(&self, pool_ridge: f64) -> Fit {
        if let Some(blocks) = &self.blocks {
            return self.fit_of_groups(pool_ridge, blocks);
        }
        let lost: Vec<f64> = self.filter.lost(pool_ridge).collect();
        let mut maps = self.rows.seen().get(self.range.clone(), ..).to_owned();
        scale_rows(maps.as_mut(), &lost);
        let mut errors = product(self.left(), maps.as_ref(), Threads::All);
        let mut inside = vec![0.0; self.count()];
        for (column, lost) in self.left().col_iter().zip(&lost) {
            inside.iter_mut().zip(column.iter()).for_each(|(v, u)| *v += u * u * lost);
        }
        for (column, outside) in errors.col_iter_mut().zip(self.outside.targets.col_iter()) {
            let rows = inside.iter().zip(&self.outside.shares);
            for ((v, y), (inside, share)) in column.iter_mut().zip(outside.iter()).zip(rows) {
                *v = error(pool_ridge, (*y, *v), (*share, *inside)).0;
            }
        }
        let free = inside.iter().zip(&self.outside.shares);
        let free = free.map(|(inside, share)| match *share {
            0.0 => *inside,
            share if pool_ridge == 0.0 => share,
            share => share + inside,
        });
        Fit { errors, free: free.collect(), groups: None }
    }

    /// Moments at every ridge of `owns`: two matrix products over all of them, a block of rows at a time.
    ///
    /// # Errors
    /// [`DataError::Interrupted`].
    pub fn moments(
        &self,
        pool_ridges: &[f64],
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<Vec<Moments>, DataError> {
        if self.blocks.is_some() {
            let of = |&pool_ridge: &f64| {
                if stop() {
                    Err(DataError::Interrupted)
                } else {
                    Ok(Moments::of_groups(&self.fit(pool_ridge)))
                }
            };
            return pool_ridges.par_iter().map(of).collect();
        }
        let mut all = Vec::with_capacity(pool_ridges.len());
        for some in pool_ridges.chunks((WIDTH / self.rows.tasks().max(1)).max(1)) {
            all.extend(self.moments_of(some, stop)?);
        }
        Ok(all)
    }

    fn moments_of(
        &self,
        pool_ridges: &[f64],
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<Vec<Moments>, DataError> {
        let (rows, tasks) = (self.count(), self.rows.tasks());
        let mut lost = Mat::zeros(self.range.len(), pool_ridges.len());
        let mut maps = Mat::zeros(self.range.len(), pool_ridges.len() * tasks);
        for (k, &pool_ridge) in pool_ridges.iter().enumerate() {
            lost.col_mut(k).iter_mut().zip(self.filter.lost(pool_ridge)).for_each(|(v, share)| *v = share);
            for t in 0..tasks {
                let seen = self.rows.seen().get(self.range.clone(), t);
                let map = maps.col_mut(k * tasks + t);
                for ((v, c), share) in map.iter_mut().zip(seen.iter()).zip(lost.col(k).iter()) {
                    *v = c * share;
                }
            }
        }
        let starts: Vec<usize> = (0..rows).step_by(BLOCK).collect();
        let sums = starts
            .par_iter()
            .map(|&start| {
                if stop() {
                    return Err(DataError::Interrupted);
                }
                let end = (start + BLOCK).min(rows);
                let left = self.left().get(start..end, ..);
                let fits = product(left, maps.as_ref(), Threads::One);
                let mut squared = left.to_owned();
                squared.col_iter_mut().for_each(|c| c.iter_mut().for_each(|v| *v *= *v));
                let inside = product(squared.as_ref(), lost.as_ref(), Threads::One);
                let outside = (self.outside.targets.get(start..end, ..), self.outside.shares.get(start..end));
                let of = |(k, &pool_ridge): (usize, &f64)| {
                    let fits = fits.get(.., k * tasks..(k + 1) * tasks);
                    Moments::of(pool_ridge, fits, inside.get(.., k), outside, rows)
                };
                Ok(pool_ridges.iter().enumerate().map(of).collect::<Vec<_>>())
            })
            .collect::<Result<Vec<_>, _>>()?;
        let mut total: Vec<Moments> = pool_ridges.iter().map(|_| Moments::zero(tasks)).collect();
        // In the order of the blocks: the digits do not follow the threads.
        for block in &sums {
            total.iter_mut().zip(block).for_each(|(all, part)| all.add(part));
        }
        Ok(total)
    }
}

/// ε and r at ℓ of a row's target (y^o, Σ U l c) and of the row (o, Σ U² l).
#[inline]
fn error(pool_ridge: f64, (outside, inside): (f64, f64), (share, free): (f64, f64)) -> (f64, f64) {
    if share == 0.0 {
        let residual = if pool_ridge == 0.0 { 0.0 } else { inside };
        return (inside / free, residual);
    }
    // At ℓ = 0 the sums are those of the ratios in the limit.
    let (residual, free) =
        if pool_ridge == 0.0 { (outside, share) } else { (outside + inside, share + free) };
    (residual / free, residual)
}

impl Moments {
    fn zero(tasks: usize) -> Self {
        Self { squares: vec![0.0; tasks], residual: 0.0 }
    }

    /// The part of a block in the means over `rows` rows.
    fn of(
        pool_ridge: f64,
        fits: MatRef<'_, f64>,
        inside: faer::ColRef<'_, f64>,
        (targets, shares): (MatRef<'_, f64>, Option<&[f64]>),
        rows: usize,
    ) -> Self {
        let (tasks, weight) = (fits.ncols() as f64, (rows as f64).recip());
        let mut sums = Self::zero(fits.ncols());
        for ((square, fit), outside) in sums.squares.iter_mut().zip(fits.col_iter()).zip(targets.col_iter()) {
            let of_row = shares.unwrap_or_default().iter().zip(inside.iter());
            for ((fit, outside), (share, inside)) in fit.iter().zip(outside.iter()).zip(of_row) {
                let (error, residual) = error(pool_ridge, (*outside, *fit), (*share, *inside));
                *square += error * error;
                sums.residual += residual * residual;
            }
        }
        sums.residual *= weight / tasks;
        sums.squares.iter_mut().for_each(|v| *v *= weight);
        sums
    }

    /// Moments of errors with each group left out.
    fn of_groups(fit: &Fit) -> Self {
        let mean =
            |column: faer::ColRef<'_, f64>| column.iter().map(|v| v * v).sum::<f64>() / column.nrows() as f64;
        let squares: Vec<f64> = fit.errors.col_iter().map(mean).collect();
        let residual =
            fit.groups.iter().flat_map(|(residuals, _)| residuals.col_iter().map(mean)).sum::<f64>();
        Self { residual: residual / squares.len() as f64, squares }
    }

    fn add(&mut self, part: &Self) {
        self.squares.iter_mut().zip(&part.squares).for_each(|(a, b)| *a += b);
        self.residual += part.residual;
    }
}
