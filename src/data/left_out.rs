//! What the other tasks say of one left out (section 9.8).
//!
//! Classes of one label file are estimated on the rows that are not of the class left out: indicators sum to one, so
//! with those rows in, the others would tell the class exactly. Leaving a class out changes the Gram matrix by that
//! class's rows alone; one Cholesky factor a class is all that is solved.

use std::sync::atomic::{AtomicUsize, Ordering};

use faer::{Mat, MatRef};
use rayon::prelude::*;

use super::error::DataError;
use super::pool::{Pool, Watch};
use super::shrunk::Ensembled;
use crate::linalg::{self, Threads};

/// For each task in `judged` the estimate from the other `tasks`; a single task judges itself.
///
/// # Errors
/// [`DataError::Interrupted`]; matrices that cannot be decomposed.
pub(super) fn estimates(
    pool: &Pool,
    tasks: &[usize],
    judged: &[usize],
    watch: Watch<'_>,
) -> Result<Vec<Ensembled>, DataError> {
    let done = AtomicUsize::new(0);
    let step = || {
        let share = done.fetch_add(1, Ordering::Relaxed) as f64 / judged.len() as f64;
        if watch(share) { Ok(()) } else { Err(DataError::Interrupted) }
    };
    let classes = Classes::find(pool, tasks).filter(|c| c.can_be_left_out(pool, judged));
    let Some(classes) = classes else {
        let others = |left_out: usize| match tasks.len() {
            1 => tasks.to_vec(),
            _ => tasks.iter().copied().filter(|&t| t != left_out).collect(),
        };
        return judged.par_iter().map(|&t| step().and_then(|()| Ensembled::new(pool, &others(t)))).collect();
    };
    let rows = Rows::new(pool, &classes);
    judged
        .par_iter()
        .map(|&left_out| {
            step()?;
            let others: Vec<usize> = tasks.iter().copied().filter(|&t| t != left_out).collect();
            classes.without(pool, &rows, left_out, &others)
        })
        .collect()
}

/// Tasks that are indicators of disjoint sets of rows.
pub(super) struct Classes {
    /// Rows of each task of the pool; empty for those not asked about.
    members: Vec<Vec<usize>>,
}

impl Classes {
    /// `None` unless every one of these targets has two values and no row has the higher one of two.
    pub fn find(pool: &Pool, tasks: &[usize]) -> Option<Self> {
        let mut taken = vec![false; pool.rows()];
        let mut members = vec![Vec::new(); pool.tasks().len()];
        for &t in tasks {
            let column = pool.targets().col(t);
            let (low, high) =
                column.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), &v| (l.min(v), h.max(v)));
            for (i, (&value, taken)) in column.iter().zip(&mut taken).enumerate() {
                if value == high && !*taken {
                    *taken = true;
                    members.get_mut(t)?.push(i);
                } else if value != low {
                    return None;
                }
            }
        }
        Some(Self { members })
    }

    /// Whether least squares on the rows of the others leaves a residual to measure noise by, whichever is left out.
    pub fn can_be_left_out(&self, pool: &Pool, judged: &[usize]) -> bool {
        let size = |t: &usize| self.members.get(*t).map_or(0, Vec::len);
        judged.len() > 1 && judged.iter().all(|t| pool.rows() - size(t) > pool.rank() + 1)
    }

    /// The sum of each class's rows, a column each.
    fn sums(&self, rows: MatRef<'_, f64>) -> Mat<f64> {
        let mut sums = Mat::zeros(rows.ncols(), self.members.len());
        for (sums, members) in sums.col_iter_mut().zip(&self.members) {
            for (sum, column) in sums.iter_mut().zip(rows.col_iter()) {
                *sum = members.iter().map(|&i| column.get(i)).sum();
            }
        }
        sums
    }

    /// Least squares of the other classes' indicators, standardized on the rows that are not of `left_out`.
    fn without(
        &self,
        pool: &Pool,
        rows: &Rows<'_>,
        left_out: usize,
        others: &[usize],
    ) -> Result<Ensembled, DataError> {
        let none = Vec::new();
        let of = |t: usize| self.members.get(t).unwrap_or(&none);
        let gone = rows.of(of(left_out));
        let width = gone.ncols();
        let remaining = (pool.rows() - gone.nrows()) as f64;
        // All rows sum to 0: those that remain sum to the opposite of those that are gone.
        let mean: Vec<f64> = gone.col_iter().map(|column| -column.iter().sum::<f64>() / remaining).collect();
        let mean = Mat::from_fn(width, 1, |j, _| mean.get(j).copied().unwrap_or(0.0));
        let taken = linalg::gram(gone.transpose(), Threads::One);
        let mut gram = rows.gram.clone();
        for j in 0..width {
            for i in j..width {
                *gram.get_mut(i, j) -= taken.get(i, j) + remaining * mean.get(i, 0) * mean.get(j, 0);
            }
        }
        let mut moments = Mat::zeros(width, others.len());
        for (column, &t) in moments.col_iter_mut().zip(others) {
            let size = of(t).len() as f64;
            let share = size / remaining;
            let deviation = (share * (1.0 - share)).sqrt().max(f64::MIN_POSITIVE);
            for ((entry, own), mean) in column.iter_mut().zip(rows.sums.col(t).iter()).zip(mean.col(0).iter())
            {
                *entry = (own - size * mean) / deviation;
            }
        }
        let beta = linalg::semidefinite(gram, moments.clone())?;
        let explained = linalg::product(moments.transpose(), beta.as_ref(), Threads::One);
        let explained = faer::Scale(1.0 / remaining) * explained;
        let mut coefficients = beta;
        let roots: Vec<f64> = pool.eigenvalues().iter().map(|s| s.sqrt()).collect();
        linalg::scale_rows(coefficients.as_mut(), &roots);
        Ensembled::from_coefficients(coefficients.as_ref(), explained.as_ref(), remaining as usize)
    }
}

/// The pool's rows along the eigenvectors of Σ̂.
struct Rows<'a> {
    pool: &'a Pool,
    /// The Gram matrix of all rows.
    gram: Mat<f64>,
    /// The sum of each class's rows, one column a task of the pool.
    sums: Mat<f64>,
}

impl<'a> Rows<'a> {
    fn new(pool: &'a Pool, classes: &Classes) -> Self {
        let mut gram = Mat::zeros(pool.rank(), pool.rank());
        let squares = pool.lengths().iter().map(|length| length * length);
        gram.diagonal_mut().column_vector_mut().iter_mut().zip(squares).for_each(|(g, square)| *g = square);
        let mut sums = classes.sums(pool.left());
        linalg::scale_rows(sums.as_mut(), pool.lengths());
        Self { pool, gram, sums }
    }

    /// These rows, one after the other.
    fn of(&self, members: &[usize]) -> Mat<f64> {
        let (left, lengths) = (self.pool.left(), self.pool.lengths());
        let at = |i: usize| members.get(i).copied().unwrap_or(0);
        let mut rows = Mat::from_fn(members.len(), left.ncols(), |i, j| *left.get(at(i), j));
        linalg::scale_columns(rows.as_mut(), lengths);
        rows
    }
}
