//! The influence of each row on the leave-one-out mean square, through its residual and through the fits that predict
//! the other rows (section 9.2): the basis of standard errors and paired differences.

use std::ops::Range;

use faer::Mat;
use rayon::prelude::*;

use super::leave_one_out::{Fit, LeaveOneOut};
use super::nodes::{Nodes, Scale};
use crate::linalg::{Memo, Threads, product, scale_rows};

/// Rows of the hat matrix held by one thread at a time, and number of blocks processed at a time.
const BLOCK: usize = 128;
const BLOCKS: usize = 8;
/// Maximum number of multiplications for one hat matrix, N²r, for which it is formed at every ridge.
const AT_ONCE: usize = 200_000_000;
/// Maximum number of rows for which the hat matrix is formed at all.
const MOST: usize = 4000;
/// Number of multiplications for one hat matrix from which its effect is interpolated between fewer ridges.
const COSTLY: usize = 1_000_000_000;
/// Number of interpolation steps for the effect of the hat matrix. The standard error of the risk is then accurate to
/// 1e-6, or to 1e-4 with the smaller number for costly matrices (1499 embeddings with 384 columns).
const STEPS: usize = 32;
const FEWER_STEPS: usize = 16;

/// Derivative of mean ε² with respect to the weight of each row, by row and task, less the row's contribution to the
/// variance that normalises the risk.
pub(super) struct Influence {
    /// Mean ε² of each task.
    pub squares: Vec<f64>,
    /// b_i − mean(ε²)·y_i², N×T (one row a group with groups), where b_i = ε_i² − 2 Σ_{j≠i} H_ij q_j ε_j (r_i + H_ij
    /// ε_j).
    pub of_row: Mat<f64>,
}

impl Influence {
    /// Mean ε² over a range of tasks, and the mean influence of each row.
    pub fn over(&self, tasks: Range<usize>) -> (f64, Vec<f64>) {
        let count = tasks.len().max(1) as f64;
        let square = self.squares.get(tasks.clone()).map_or(f64::NAN, |all| all.iter().sum::<f64>() / count);
        let mut values = vec![0.0; self.of_row.nrows()];
        for column in self.of_row.get(.., tasks).col_iter() {
            values.iter_mut().zip(column.iter()).for_each(|(sum, v)| *sum += v / count);
        }
        (square, values)
    }
}

/// Ratio of Σ_{j≠i} H_ij² q_j ε_j² to its value for equal q_j ε_j² in every row, at a few ridges.
#[derive(Debug, Default)]
pub(super) struct Correction(Memo<(Nodes, Vec<Mat<f64>>)>);

impl LeaveOneOut {
    /// The influence at ℓ; with many rows the interpolated correction is used, if one is given.
    pub fn influence(&self, pool_ridge: f64, correction: Option<(&Scale, &Correction)>) -> Influence {
        if let Some(blocks) = &self.blocks {
            let (squares, of_row) = self.influence_of_groups(pool_ridge, blocks);
            return Influence { squares, of_row };
        }
        let fit = self.fit(pool_ridge);
        let (mut of_row, second) = (self.first(pool_ridge, &fit), self.second(pool_ridge, &fit, correction));
        let mut squares = Vec::with_capacity(of_row.ncols());
        let targets = self.rows.pool().targets();
        for (t, column) in of_row.col_iter_mut().enumerate() {
            let errors = fit.errors.col(t);
            let square = errors.iter().map(|e| e * e).sum::<f64>() / self.count() as f64;
            squares.push(square);
            let other = second.col(t).iter().zip(targets.col(t).iter());
            for ((v, error), (second, y)) in column.iter_mut().zip(errors.iter()).zip(other) {
                *v = error * error - 2.0 * (*v + second) - square * y * y;
            }
        }
        Influence { squares, of_row }
    }

    /// Σ_{j≠i} H_ij² q_j ε_j², N×T: exact up to [`MOST`] rows, apart from the interpolation of the correction.
    fn second(&self, pool_ridge: f64, fit: &Fit, correction: Option<(&Scale, &Correction)>) -> Mat<f64> {
        if self.count() > MOST {
            return self.even(pool_ridge, fit);
        }
        let work = self.count().saturating_mul(self.count()).saturating_mul(self.range.len());
        let Some((scale, correction)) = correction.filter(|_| work > AT_ONCE) else {
            return self.squared(pool_ridge, fit);
        };
        let mut found = self.even(pool_ridge, fit);
        let (places, known) = correction.0.get_or_compute(|| {
            let nodes = scale.nodes(if work > COSTLY { FEWER_STEPS } else { STEPS });
            let at = |&pool_ridge: &f64| {
                let fit = self.fit(pool_ridge);
                let (even, exact) = (self.even(pool_ridge, &fit), self.squared(pool_ridge, &fit));
                Mat::from_fn(even.nrows(), even.ncols(), |i, t| {
                    let even = *even.get(i, t);
                    if even > 0.0 { exact.get(i, t) / even } else { 1.0 }
                })
            };
            let known = nodes.pool_ridges().iter().map(at).collect();
            (nodes, known)
        });
        let weights = places.weights(pool_ridge);
        for (t, column) in found.col_iter_mut().enumerate() {
            let mut ratio = vec![0.0; self.count()];
            for (weight, known) in weights.iter().zip(known) {
                ratio.iter_mut().zip(known.col(t).iter()).for_each(|(sum, v)| *sum += weight * v);
            }
            column.iter_mut().zip(&ratio).for_each(|(v, ratio)| *v *= ratio);
        }
        found
    }

    /// r_i Σ_{j≠i} H_ij q_j ε_j, N×T.
    fn first(&self, pool_ridge: f64, fit: &Fit) -> Mat<f64> {
        let shares = &self.outside.shares;
        // qε of the rows that alone span a direction, or of the others.
        let spread = |sole: bool| {
            let mut spread = fit.errors.clone();
            for column in spread.col_iter_mut() {
                let rows = column.iter_mut().zip(shares).zip(&fit.free);
                rows.for_each(|((v, share), free)| {
                    *v = if (*share == 0.0) == sole { *v / free } else { 0.0 }
                });
            }
            spread
        };
        let left = self.left();
        let times = |spread: &Mat<f64>, weights: &[f64]| {
            let mut inner = product(left.transpose(), spread.as_ref(), Threads::All);
            scale_rows(inner.as_mut(), weights);
            inner
        };
        let lost: Vec<f64> = self.filter.lost(pool_ridge).collect();
        let plain = spread(false);
        let soles = self.outside.sole();
        // Rows of the two kinds share no direction outside: H_ij = −Σ l U_ik U_jk.
        let of_soles = (soles > 0).then(|| times(&spread(true), &lost));
        let mut to_plain = times(&plain, &self.filter.kept(pool_ridge).collect::<Vec<_>>());
        if let Some(of_soles) = &of_soles {
            to_plain -= of_soles;
        }
        let to_plain = (soles < self.count()).then(|| product(left, to_plain.as_ref(), Threads::All));
        let to_soles = of_soles
            .filter(|_| pool_ridge > 0.0)
            .map(|of_soles| product(left, (times(&plain, &lost) + of_soles).as_ref(), Threads::All));
        let means: Vec<f64> =
            plain.col_iter().map(|column| column.iter().sum::<f64>() / self.count() as f64).collect();
        Mat::from_fn(self.count(), plain.ncols(), |i, t| {
            let (error, free) = (*fit.errors.get(i, t), fit.free.get(i).copied().unwrap_or(f64::NAN));
            let mean = means.get(t).copied().unwrap_or(f64::NAN);
            match (shares.get(i), &to_plain, &to_soles) {
                (Some(0.0), _, Some(others)) => error * free * (error - others.get(i, t)),
                (Some(0.0), _, None) => 0.0,
                (_, Some(others), _) => {
                    error * free * (mean + others.get(i, t) - (1.0 - free) * error / free)
                }
                _ => f64::NAN,
            }
        })
    }

    /// mean(qε²)·Σ_{j≠i} H_ij², N×T: (H²)_ii − h_i² = o_i + Σ U²l² − (1 − h_i)².
    fn even(&self, pool_ridge: f64, fit: &Fit) -> Mat<f64> {
        let limit = pool_ridge == 0.0;
        let mut squared = self.outside.shares.clone();
        if !limit {
            for (column, lost) in self.left().col_iter().zip(self.filter.lost(pool_ridge)) {
                squared.iter_mut().zip(column.iter()).for_each(|(sum, u)| *sum += u * u * lost * lost);
            }
        }
        let others = squared.iter().zip(&fit.free).zip(&self.outside.shares);
        let others: Vec<f64> = others
            .map(|((all, free), share)| if limit && *share == 0.0 { 0.0 } else { all - free * free })
            .collect();
        let mean = |column: faer::ColRef<'_, f64>| {
            let of_row = column.iter().zip(&fit.free).map(|(error, free)| error * error / free);
            of_row.sum::<f64>() / self.count() as f64
        };
        let mut found = Mat::zeros(self.count(), fit.errors.ncols());
        for (column, errors) in found.col_iter_mut().zip(fit.errors.col_iter()) {
            let mean = mean(errors);
            column.iter_mut().zip(&others).for_each(|(v, other)| *v = mean * other.max(0.0));
        }
        found
    }

    /// Σ_{j≠i} H_ij² q_j ε_j², N×T. H is symmetric, so each block of its rows starts at the diagonal.
    fn squared(&self, pool_ridge: f64, fit: &Fit) -> Mat<f64> {
        let (count, tasks) = (self.count(), fit.errors.ncols());
        let mut weights = fit.errors.clone();
        for column in weights.col_iter_mut() {
            column.iter_mut().zip(&fit.free).for_each(|(v, free)| *v *= *v / free);
        }
        let starts: Vec<usize> = (0..count).step_by(BLOCK).collect();
        let mut total = Mat::zeros(count, tasks);
        // Summed in the order of the blocks, so that rounding does not depend on the threads.
        for some in starts.chunks(BLOCKS) {
            let block = |&start: &usize| {
                let end = (start + BLOCK).min(count);
                let mut hat = self.hat(pool_ridge, start..end, start..count);
                hat.col_iter_mut().for_each(|column| column.iter_mut().for_each(|v| *v *= *v));
                let direct = product(hat.as_ref(), weights.get(start.., ..), Threads::One);
                let mirrored = hat.get(.., end - start..).transpose();
                (start, end, direct, product(mirrored, weights.get(start..end, ..), Threads::One))
            };
            for (start, end, direct, mirrored) in some.par_iter().map(block).collect::<Vec<_>>() {
                let mut rows = total.get_mut(start..end, ..);
                rows += direct;
                let mut rows = total.get_mut(end.., ..);
                rows += mirrored;
            }
        }
        total
    }

    /// Some rows and columns of the hat matrix H with its diagonal set to 0, without subtraction: rows that alone
    /// span a direction share no direction outside.
    pub fn hat(&self, pool_ridge: f64, some: Range<usize>, across: Range<usize>) -> Mat<f64> {
        let (left, shares) = (self.left(), &self.outside.shares);
        let (rows, columns) = (left.get(some.clone(), ..), left.get(across.clone(), ..));
        let share = |i: usize| shares.get(i).copied().unwrap_or(f64::NAN);
        let any = |sole: bool| shares.iter().any(|share| (*share == 0.0) == sole);
        let weighted = |weights: &[f64]| {
            let mut rows = rows.to_owned();
            crate::linalg::scale_columns(rows.as_mut(), weights);
            product(rows.as_ref(), columns.transpose(), Threads::One)
        };
        let one = (self.count() as f64).recip();
        let mut hat = if any(true) {
            let lost: Vec<f64> = self.filter.lost(pool_ridge).collect();
            // At ℓ = 0 every direction is fitted completely.
            let lost = if pool_ridge == 0.0 { vec![0.0; lost.len()] } else { lost };
            let mut hat = weighted(&lost);
            let plain = any(false).then(|| product(rows, columns.transpose(), Threads::One));
            for (j, column) in hat.col_iter_mut().enumerate() {
                for (i, v) in column.iter_mut().enumerate() {
                    let both = share(some.start + i) > 0.0 && share(across.start + j) > 0.0;
                    let outside = plain.as_ref().filter(|_| both).map_or(0.0, |plain| one + plain.get(i, j));
                    *v = outside - *v;
                }
            }
            hat
        } else {
            let mut hat = weighted(&self.filter.kept(pool_ridge).collect::<Vec<_>>());
            hat.col_iter_mut().for_each(|column| column.iter_mut().for_each(|v| *v += one));
            hat
        };
        for i in some.start.max(across.start)..some.end.min(across.end) {
            *hat.get_mut(i - some.start, i - across.start) = 0.0;
        }
        hat
    }
}
