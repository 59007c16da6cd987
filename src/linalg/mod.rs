//! Matrices: what the rooms above need of linear algebra, each once (THEORY sections 2 and 9).
//!
//! [`faer`] for everything as large as p or N (products, Gram matrices, Cholesky, eigenpairs, singular values);
//! [`nalgebra`] for task-by-task matrices and other small dense work ([`small`]), and as an independent reference in
//! tests; [`ndarray`] is the type of arrays in the public interface ([`mod@array`]). Nothing of this module is public.
//!
//! **Bitwise reproducible at any number of threads**: how work is divided depends on the shapes alone, never on the
//! machine. Inside a draw or a fold, of which many run in parallel, use [`Threads::One`].

pub mod array;
mod eigen;
mod memo;
mod product;
mod regression;
pub mod small;
mod solve;

pub use eigen::{Eigen, Svd, eigen, eigenvalues, leading, orthonormal, singular_values, svd};
pub use memo::Memo;
pub use product::{add_gram, gram, mirror, product, rows_of, scale_columns, scale_rows};
pub use regression::{RidgeProblem, centred, ridge_regression, with_intercept};
pub use solve::{cholesky, nested_projections, semidefinite};

/// The threads that compute: the calling one, or all of the pool. Results are bitwise equal at every size of the pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Threads {
    One,
    All,
}

impl Threads {
    /// Into how many parts faer divides a decomposition: a fixed number, as the digits follow it. More gain nothing for
    /// the sizes at hand.
    fn parts(self) -> faer::Par {
        match self {
            Self::One => faer::Par::Seq,
            Self::All => faer::Par::rayon(4),
        }
    }
}

/// A decomposition that did not converge, or for which there is no memory: numbers that are not finite, as a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a matrix could not be decomposed")]
pub struct Undecomposed;
