//! Groups of rows that are left out together, each in the eigenbasis of its part outside the directions in use
//! (section 9.10).

use faer::{Mat, MatRef};
use rayon::prelude::*;

use super::residual_projection::ROUNDING;
use crate::data::groups::Groups;
use crate::linalg::{Threads, eigen, product, rows_of};

/// The groups, each with the eigendecomposition of its residual projection.
#[derive(Debug)]
pub(super) struct Blocks {
    pub groups: Groups,
    pub each: Vec<Block>,
}

/// One group.
#[derive(Debug)]
pub(super) struct Block {
    /// Eigenvectors Q of I − 11ᵀ/N − UUᵀ = Q diag(ω) Qᵀ within the group.
    pub axes: Mat<f64>,
    /// Eigenvalues ω, 0 where they are rounding errors.
    pub shares: Vec<f64>,
    /// QᵀU, one row per eigenvector.
    pub left: Mat<f64>,
    /// Qᵀy^o, 0 where ω is 0.
    pub targets: Mat<f64>,
}

impl Blocks {
    /// Decomposes each group, from U (N×r) and y^o (N×T).
    pub fn new(groups: Groups, left: MatRef<'_, f64>, targets: MatRef<'_, f64>) -> Self {
        let one = (left.nrows() as f64).recip();
        let of = |rows: &Vec<usize>| {
            let directions = rows_of(left, rows);
            let mut outside = product(directions.as_ref(), directions.transpose(), Threads::One);
            for (j, column) in outside.col_iter_mut().enumerate() {
                for (i, v) in column.iter_mut().enumerate() {
                    *v = if i == j { 1.0 } else { 0.0 } - one - *v;
                }
            }
            let (axes, mut shares) = match eigen(outside.as_ref(), Threads::One) {
                Ok(found) => (found.vectors, found.values),
                Err(_) => (Mat::identity(rows.len(), rows.len()), vec![f64::NAN; rows.len()]),
            };
            shares.iter_mut().filter(|share| **share < ROUNDING).for_each(|share| *share = 0.0);
            let mut seen = product(axes.transpose(), rows_of(targets, rows).as_ref(), Threads::One);
            for column in seen.col_iter_mut() {
                column
                    .iter_mut()
                    .zip(&shares)
                    .filter(|(_, share)| **share == 0.0)
                    .for_each(|(v, _)| *v = 0.0);
            }
            Block {
                left: product(axes.transpose(), directions.as_ref(), Threads::One),
                axes,
                shares,
                targets: seen,
            }
        };
        let each = groups.members().par_iter().map(of).collect();
        Self { groups, each }
    }

    /// Number of groups that alone span a direction.
    pub fn sole(&self) -> usize {
        self.each.iter().filter(|block| block.shares.contains(&0.0)).count()
    }

    /// The smallest nonzero ω; 1 if there is none.
    pub fn least(&self) -> f64 {
        let all = self.each.iter().flat_map(|block| &block.shares);
        all.copied().filter(|share| *share > 0.0).fold(1.0, f64::min)
    }
}
