//! Linear algebra for all other modules (THEORY sections 2 and 9).
//!
//! [`faer`] handles matrices as large as p or N: products, Gram matrices, Cholesky factors, eigenpairs, singular
//! values. [`nalgebra`] handles T×T matrices and other small dense ones ([`small`]) and is the independent reference
//! in tests. [`ndarray`] is the array type of the public interface ([`mod@array`]). Nothing in this module is public.
//!
//! **Results are bitwise reproducible at any number of threads**: how work is divided depends on matrix shapes alone,
//! never on the machine. Use [`Threads::One`] inside a Monte Carlo draw or a cross-fitting fold, since many of them
//! run in parallel.

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

/// The threads that compute: the calling thread alone, or the whole pool. Results are bitwise equal for every pool
/// size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Threads {
    One,
    All,
}

impl Threads {
    /// Number of parts into which faer divides a decomposition. It is fixed, because the rounding depends on it; more
    /// parts are not faster at the sizes that occur.
    fn parts(self) -> faer::Par {
        match self {
            Self::One => faer::Par::Seq,
            Self::All => faer::Par::rayon(4),
        }
    }
}

/// A decomposition did not converge or ran out of memory, usually because the matrix has entries that are not finite.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a matrix could not be decomposed")]
pub struct Undecomposed;
