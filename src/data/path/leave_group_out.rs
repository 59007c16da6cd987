//! Leave-one-group-out errors ε_g = (I − H_gg)⁻¹ r_g without subtraction, their influence, and leave-pair-out of
//! groups (section 9.10).

use faer::{Mat, MatRef};
use nalgebra::DMatrix;
use rayon::prelude::*;

use super::blocks::{Block, Blocks};
use super::leave_one_out::{Fit, LeaveOneOut};
use crate::linalg::{Threads, product, rows_of, scale_columns, scale_rows};

/// Maximum number of multiplications for one hat matrix, N²r, for which the effect of a group on the fits of others
/// is exact.
const AT_ONCE: usize = 400_000_000;
/// Maximum number of multiplications for leaving out all pairs of groups.
const PAIRS: usize = 3_000_000_000;
/// Ridge ℓ used in place of 0, in units of the smallest eigenvalue, where a group alone spans a direction.
const LIMIT: f64 = 1e-6;

/// A⁻¹B for a positive definite A whose diagonal may span many orders of magnitude; NaN if A is not positive
/// definite.
fn solved(mut a: DMatrix<f64>, mut b: DMatrix<f64>) -> DMatrix<f64> {
    let scales: Vec<f64> = a.diagonal().iter().map(|d| d.sqrt().recip()).collect();
    let scale = |i: usize| scales.get(i).copied().unwrap_or(f64::NAN);
    a.column_iter_mut().enumerate().for_each(|(j, mut column)| {
        column.iter_mut().enumerate().for_each(|(i, v)| *v *= scale(i) * scale(j));
    });
    let scaled = |b: &mut DMatrix<f64>| {
        b.column_iter_mut().for_each(|mut column| {
            column.iter_mut().enumerate().for_each(|(i, v)| *v *= scale(i));
        });
    };
    scaled(&mut b);
    match a.cholesky() {
        Some(cholesky) => cholesky.solve_mut(&mut b),
        None => b.fill(f64::NAN),
    }
    scaled(&mut b);
    b
}

fn dense(a: &Mat<f64>) -> DMatrix<f64> {
    DMatrix::from_fn(a.nrows(), a.ncols(), |i, j| *a.get(i, j))
}

fn turned(axes: &Mat<f64>, b: &DMatrix<f64>) -> Mat<f64> {
    let b = MatRef::from_column_major_slice(b.as_slice(), b.nrows(), b.ncols());
    product(axes.as_ref(), b, Threads::One)
}

/// I − H_gg in the eigenbasis of a group, for the filter's complements `lost`.
fn within(block: &Block, lost: &[f64]) -> DMatrix<f64> {
    let mut weighted = block.left.clone();
    scale_columns(weighted.as_mut(), lost);
    let mut a = product(weighted.as_ref(), block.left.transpose(), Threads::One);
    for (i, share) in block.shares.iter().enumerate() {
        *a.get_mut(i, i) += share;
    }
    dense(&a)
}

impl LeaveOneOut {
    /// The ridge in place of ℓ: not 0 where a group alone spans a direction.
    pub fn ridge_of_groups(&self, pool_ridge: f64, blocks: &Blocks) -> f64 {
        if pool_ridge == 0.0 && blocks.sole() > 0 { LIMIT * self.filter.range().0 } else { pool_ridge }
    }

    /// 1 − filter of each direction at ℓ, or at the ridge in place of it.
    fn lost_of_groups(&self, pool_ridge: f64, blocks: &Blocks) -> Vec<f64> {
        match self.ridge_of_groups(pool_ridge, blocks) {
            0.0 => vec![0.0; self.range.len()],
            ridge => self.filter.lost(ridge).collect(),
        }
    }

    /// (I − H_gg)⁻¹ g of each group, for `values` of N×T.
    pub fn solved_within_groups(
        &self,
        pool_ridge: f64,
        blocks: &Blocks,
        values: MatRef<'_, f64>,
    ) -> Mat<f64> {
        let lost = self.lost_of_groups(pool_ridge, blocks);
        let of = |(block, rows): (&Block, &Vec<usize>)| {
            let turned_in = product(block.axes.transpose(), rows_of(values, rows).as_ref(), Threads::One);
            turned(&block.axes, &solved(within(block, &lost), dense(&turned_in)))
        };
        let members = blocks.groups.members();
        let found: Vec<Mat<f64>> = blocks.each.par_iter().zip(members).map(of).collect();
        let mut all = Mat::zeros(values.nrows(), values.ncols());
        for (rows, found) in members.iter().zip(&found) {
            for (i, &row) in rows.iter().enumerate() {
                all.row_mut(row).copy_from(found.row(i));
            }
        }
        all
    }

    /// The fit at ℓ with each group predicted by the fit without it.
    pub fn fit_of_groups(&self, pool_ridge: f64, blocks: &Blocks) -> Fit {
        let lost = self.lost_of_groups(pool_ridge, blocks);
        let mut maps = self.rows.seen().get(self.range.clone(), ..).to_owned();
        scale_rows(maps.as_mut(), &lost);
        let of = |block: &Block| {
            let a = within(block, &lost);
            let residuals = &block.targets + product(block.left.as_ref(), maps.as_ref(), Threads::One);
            let errors = solved(a.clone(), dense(&residuals));
            let spread = solved(a.clone(), errors.clone());
            let of_rows = &a * dense(&block.axes.transpose().to_owned());
            let free = (0..a.nrows()).map(|i| {
                let column = of_rows.column(i);
                block.axes.row(i).iter().zip(column.iter()).map(|(q, v)| q * v).sum::<f64>()
            });
            let free: Vec<f64> = free.collect();
            let residuals = product(block.axes.as_ref(), residuals.as_ref(), Threads::One);
            (turned(&block.axes, &errors), residuals, turned(&block.axes, &spread), free)
        };
        let found: Vec<_> = blocks.each.par_iter().map(of).collect();
        let (count, tasks) = (self.count(), self.rows.tasks());
        let [mut errors, mut residuals, mut spread] = [(); 3].map(|()| Mat::zeros(count, tasks));
        let mut free = vec![0.0; count];
        for (rows, (e, r, p, f)) in blocks.groups.members().iter().zip(&found) {
            for ((i, &row), of_row) in rows.iter().enumerate().zip(f) {
                for t in 0..tasks {
                    *errors.get_mut(row, t) = *e.get(i, t);
                    *residuals.get_mut(row, t) = *r.get(i, t);
                    *spread.get_mut(row, t) = *p.get(i, t);
                }
                free.iter_mut().skip(row).take(1).for_each(|v| *v = *of_row);
            }
        }
        Fit { errors, free, groups: Some((residuals, spread)) }
    }

    /// Derivative of mean ε² with respect to the weight of each group, by group and task, less the group's
    /// contribution to the normalising variance, as a mean over groups; and the mean ε² of each task.
    pub fn influence_of_groups(&self, pool_ridge: f64, blocks: &Blocks) -> (Vec<f64>, Mat<f64>) {
        let fit = self.fit_of_groups(pool_ridge, blocks);
        let Some((residuals, spread)) = &fit.groups else { return (Vec::new(), Mat::zeros(0, 0)) };
        let (left, count) = (self.left(), self.count() as f64);
        let inner = product(left.transpose(), spread.as_ref(), Threads::All);
        let whole = product(left, inner.as_ref(), Threads::All);
        let mut lessened = inner;
        let lost: Vec<f64> = if pool_ridge == 0.0 {
            vec![0.0; self.range.len()]
        } else {
            self.filter.lost(pool_ridge).collect()
        };
        scale_rows(lessened.as_mut(), &lost);
        let lessened = product(left, lessened.as_ref(), Threads::All);
        let second = self.second_of_groups(pool_ridge, blocks, &fit.errors, spread);
        let targets = self.rows.pool().targets();
        let mut squares = Vec::new();
        let mut of_group = Mat::zeros(blocks.groups.count(), fit.errors.ncols());
        for t in 0..fit.errors.ncols() {
            let errors: Vec<f64> = fit.errors.col(t).iter().copied().collect();
            let square = errors.iter().map(|e| e * e).sum::<f64>() / count;
            squares.push(square);
            let mean = spread.col(t).iter().sum::<f64>() / count;
            let of_row: Vec<f64> = errors
                .iter()
                .zip(&self.outside.shares)
                .enumerate()
                .map(|(i, (error, &share))| {
                    let outside = if share == 0.0 { 0.0 } else { spread.get(i, t) - mean - whole.get(i, t) };
                    let others = error - outside - lessened.get(i, t);
                    let y = *targets.get(i, t);
                    error * error - 2.0 * residuals.get(i, t) * others - square * y * y
                })
                .collect();
            let scale = blocks.groups.count() as f64 / count;
            let sums = blocks.groups.sums(&of_row);
            for ((v, sum), second) in of_group.col_mut(t).iter_mut().zip(sums).zip(second.col(t).iter()) {
                *v = scale * (sum - 2.0 * second);
            }
        }
        (squares, of_group)
    }

    /// Σ_{k≠g} (H_gk p_k)·(H_gk ε_k), groups × T; taken as 0, being of smaller order, if there are too many rows.
    fn second_of_groups(
        &self,
        pool_ridge: f64,
        blocks: &Blocks,
        errors: &Mat<f64>,
        spread: &Mat<f64>,
    ) -> Mat<f64> {
        let mut found = Mat::zeros(blocks.groups.count(), errors.ncols());
        let work = self.count().saturating_mul(self.count()).saturating_mul(self.range.len());
        if work > AT_ONCE {
            return found;
        }
        let hat = self.hat(pool_ridge, 0..self.count(), 0..self.count());
        for (k, rows) in blocks.groups.members().iter().enumerate() {
            let columns = rows_of(hat.transpose(), rows);
            let of = |values: &Mat<f64>| {
                product(columns.transpose(), rows_of(values.as_ref(), rows).as_ref(), Threads::All)
            };
            let (from_spread, from_errors) = (of(spread), of(errors));
            for (i, &group) in blocks.groups.of_row().iter().enumerate().filter(|(_, group)| **group != k) {
                for t in 0..errors.ncols() {
                    *found.get_mut(group, t) += from_spread.get(i, t) * from_errors.get(i, t);
                }
            }
        }
        found
    }

    /// Leave-pair-out comparison of rows of two kinds by the fit without both groups: the number of pairs won by each
    /// row, a vector of N for each task; `None` if it would take too long.
    pub fn pairs_of_groups(
        &self,
        pool_ridge: f64,
        fit: &Fit,
        blocks: &Blocks,
        positive: &[Vec<bool>],
    ) -> Option<Vec<Vec<f64>>> {
        let members = blocks.groups.members();
        let cube = |a: &Vec<usize>, b: &Vec<usize>| (a.len() + b.len()).pow(3) / 3;
        let work: usize = members.iter().flat_map(|a| members.iter().map(move |b| cube(a, b))).sum();
        let hat = self.count().saturating_mul(self.count()).saturating_mul(self.range.len());
        let (residuals, _) = fit.groups.as_ref().filter(|_| work / 2 <= PAIRS && hat <= 2 * PAIRS)?;
        let hat = self.hat(pool_ridge, 0..self.count(), 0..self.count());
        let targets = self.rows.pool().targets();
        let compare = |won: &mut Vec<Vec<f64>>, i: usize, j: usize, score: &dyn Fn(usize, usize) -> f64| {
            for (t, (won, positive)) in won.iter_mut().zip(positive).enumerate() {
                let (Some(of_i), Some(of_j)) = (positive.get(i), positive.get(j)) else { continue };
                if of_i == of_j {
                    continue;
                }
                let apart = if *of_i { score(i, t) - score(j, t) } else { score(j, t) - score(i, t) };
                let share = if apart.abs() <= 1e-12 { 0.5 } else { f64::from(u8::from(apart > 0.0)) };
                won.iter_mut().skip(i).take(1).for_each(|v| *v += share);
                won.iter_mut().skip(j).take(1).for_each(|v| *v += share);
            }
        };
        let of = |(k, rows): (usize, &Vec<usize>)| {
            let mut won: Vec<Vec<f64>> = positive.iter().map(|rows| vec![0.0; rows.len()]).collect();
            for (a, &i) in rows.iter().enumerate() {
                for &j in rows.iter().skip(a + 1) {
                    compare(&mut won, i, j, &|row, t| targets.get(row, t) - fit.errors.get(row, t));
                }
            }
            for others in members.iter().skip(k + 1) {
                let both: Vec<usize> = rows.iter().chain(others).copied().collect();
                let mut a = DMatrix::zeros(both.len(), both.len());
                for (mut column, &j) in a.column_iter_mut().zip(&both) {
                    for (v, &i) in column.iter_mut().zip(&both) {
                        *v = if i == j {
                            fit.free.get(i).copied().unwrap_or(f64::NAN)
                        } else {
                            -hat.get(i, j)
                        };
                    }
                }
                let errors = solved(a, dense(&rows_of(residuals.as_ref(), &both)));
                for (a, &i) in rows.iter().enumerate() {
                    for (b, &j) in others.iter().enumerate() {
                        let place = |row: usize| if row == i { a } else { rows.len() + b };
                        let error =
                            |row: usize, t: usize| errors.get((place(row), t)).copied().unwrap_or(f64::NAN);
                        compare(&mut won, i, j, &|row, t| targets.get(row, t) - error(row, t));
                    }
                }
            }
            won
        };
        let parts: Vec<Vec<Vec<f64>>> = members.par_iter().enumerate().map(of).collect();
        let mut found: Vec<Vec<f64>> = positive.iter().map(|rows| vec![0.0; rows.len()]).collect();
        for part in &parts {
            for (all, part) in found.iter_mut().zip(part) {
                all.iter_mut().zip(part).for_each(|(all, part)| *all += part);
            }
        }
        Some(found)
    }
}
