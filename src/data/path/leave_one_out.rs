//! Leave-one-out errors of ridge regression with an intercept on one featurization of the rows, without subtraction
//! (section 9.2).
//!
//! With o_i and y^o_i of [`ResidualProjection`], l_k = ℓ/(e_k+ℓ) and c = Uᵀy: 1 − h_i = o_i + Σ U_ik² l_k, residuals r_i =
//! y^o_i + Σ U_ik l_k c_k, and ε_i = r_i/(1 − h_i). For a row that alone spans a direction ℓ cancels.

use std::ops::Range;
use std::sync::Arc;

use faer::{Mat, MatRef};
use rayon::prelude::*;

use super::Rows;
use super::blocks::Blocks;
use super::filter::Filter;
use super::residual_projection::ResidualProjection;
use crate::data::DataError;
use crate::linalg::{Threads, product, scale_rows};

/// Rows processed in one step.
const BLOCK: usize = 256;
/// Maximum number of residual columns in memory at a time; each thread holds a block of them.
const WIDTH: usize = 1024;

/// Ridge regression on a range of the rows' directions, at any ridge ℓ in units of the filter's eigenvalues.
#[derive(Debug)]
pub(super) struct LeaveOneOut {
    pub rows: Arc<Rows>,
    /// The directions in use, among those of `rows`.
    pub range: Range<usize>,
    pub filter: Filter,
    pub outside: ResidualProjection,
    /// Groups of rows that are left out together; `None` if rows are left out one by one.
    pub blocks: Option<Blocks>,
}

/// A ridge fit to all rows, with leave-one-out quantities.
pub(super) struct Fit {
    /// Leave-one-out errors ε, N×T.
    pub errors: Mat<f64>,
    /// 1 − h for each row. For a row that alone spans a direction, where it is 0 at ℓ = 0, the limiting ratio.
    pub free: Vec<f64>,
    /// With groups: residuals r and (I − H_gg)⁻¹ε, N×T each.
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
        let outside = ResidualProjection::new(rows, &range);
        let groups = rows.groups().cloned();
        let left = rows.left().get(.., range.clone());
        let blocks = groups.map(|groups| Blocks::new(groups, left, outside.targets.as_ref()));
        Self { rows: Arc::clone(rows), range, filter, outside, blocks }
    }

    /// Number of rows, or groups, that alone span a direction.
    pub fn sole(&self) -> usize {
        self.blocks.as_ref().map_or_else(|| self.outside.sole(), Blocks::sole)
    }

    /// The smallest nonzero 1 − h at ℓ = 0.
    pub fn least(&self) -> f64 {
        self.blocks.as_ref().map_or_else(|| self.outside.least(), Blocks::least)
    }

    /// Number of groups, or of rows without groups.
    pub fn units(&self) -> usize {
        self.blocks.as_ref().map_or_else(|| self.count(), |blocks| blocks.groups.count())
    }

    /// Sums a value per row over each group; unchanged without groups.
    pub fn by_unit(&self, of_row: Vec<f64>) -> Vec<f64> {
        match &self.blocks {
            Some(blocks) => blocks.groups.sums(&of_row),
            None => of_row,
        }
    }

    /// Number of rows N.
    pub fn count(&self) -> usize {
        self.rows.count()
    }

    /// U, N×r.
    pub fn left(&self) -> MatRef<'_, f64> {
        self.rows.left().get(.., self.range.clone())
    }

    /// Leverages without a ridge, h less 1/N, for each row.
    pub fn leverages(&self) -> Vec<f64> {
        let most = 1.0 - (self.count() as f64).recip();
        self.outside.shares.iter().map(|share| most - share).collect()
    }

    /// The fit at ℓ.
    pub fn fit(&self, pool_ridge: f64) -> Fit {
        if let Some(blocks) = &self.blocks {
            return self.fit_of_groups(pool_ridge, blocks);
        }
        let (errors, inside) = self.errors_of(pool_ridge, 0..self.rows.tasks());
        let free = inside.iter().zip(&self.outside.shares);
        let free = free.map(|(inside, share)| match *share {
            0.0 => *inside,
            share if pool_ridge == 0.0 => share,
            share => share + inside,
        });
        Fit { errors, free: free.collect(), groups: None }
    }

    /// Leave-one-out errors of the tasks of a range at ℓ, and Σ U² l of each row.
    fn errors_of(&self, pool_ridge: f64, tasks: Range<usize>) -> (Mat<f64>, Vec<f64>) {
        let lost: Vec<f64> = self.filter.lost(pool_ridge).collect();
        let mut maps = self.rows.seen().get(self.range.clone(), tasks.clone()).to_owned();
        scale_rows(maps.as_mut(), &lost);
        let mut errors = product(self.left(), maps.as_ref(), Threads::All);
        let mut inside = vec![0.0; self.count()];
        for (column, lost) in self.left().col_iter().zip(&lost) {
            inside.iter_mut().zip(column.iter()).for_each(|(v, u)| *v += u * u * lost);
        }
        for (column, outside) in errors.col_iter_mut().zip(self.outside.targets.get(.., tasks).col_iter()) {
            let rows = inside.iter().zip(&self.outside.shares);
            for ((v, y), (inside, share)) in column.iter_mut().zip(outside.iter()).zip(rows) {
                *v = error(pool_ridge, (*y, *v), (*share, *inside)).0;
            }
        }
        (errors, inside)
    }

    /// Mean over the tasks of a range of the squared leave-one-out errors at ℓ, for each row.
    pub fn squares(&self, pool_ridge: f64, tasks: Range<usize>) -> Vec<f64> {
        let errors = match &self.blocks {
            Some(blocks) => self.fit_of_groups(pool_ridge, blocks).errors.get(.., tasks.clone()).to_owned(),
            None => self.errors_of(pool_ridge, tasks.clone()).0,
        };
        let mut squares = vec![0.0; self.count()];
        for column in errors.col_iter() {
            let rows = squares.iter_mut().zip(column.iter());
            rows.for_each(|(sum, error)| *sum += error * error / tasks.len() as f64);
        }
        squares
    }

    /// Moments at every ridge of `pool_ridges`: two matrix products for all ridges, one block of rows at a time.
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
        // Summed in the order of the blocks, so that rounding does not depend on the threads.
        for block in &sums {
            total.iter_mut().zip(block).for_each(|(all, part)| all.add(part));
        }
        Ok(total)
    }
}

/// ε and r at ℓ, from the sums for a row's target (y^o, Σ U l c) and for the row (o, Σ U² l).
#[inline]
fn error(pool_ridge: f64, (outside, inside): (f64, f64), (share, free): (f64, f64)) -> (f64, f64) {
    if share == 0.0 {
        let residual = if pool_ridge == 0.0 { 0.0 } else { inside };
        return (inside / free, residual);
    }
    // At ℓ = 0 the sums are limiting ratios.
    let (residual, free) =
        if pool_ridge == 0.0 { (outside, share) } else { (outside + inside, share + free) };
    (residual / free, residual)
}

impl Moments {
    fn zero(tasks: usize) -> Self {
        Self { squares: vec![0.0; tasks], residual: 0.0 }
    }

    /// Contribution of a block to the means over `rows` rows.
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
