//! The labelled rows in the basis of their principal directions (section 9.2).

use std::sync::Arc;

use faer::{Mat, MatRef};

use crate::data::groups::Groups;
use crate::data::{DataError, Pool};
use crate::linalg::{Threads, eigen, gram, leading, product, scale_columns};
use crate::outside::memory;

/// Eigenvalues below this fraction of the largest count as rounding errors.
const RANK: f64 = 1e-10;

/// N rows as U diag(√(M e)) Vᵀ, shared by all featurizations that are functions of their covariance.
pub struct Rows {
    pool: Arc<Pool>,
    /// U, N×r, if it differs from the pool's.
    left: Option<Mat<f64>>,
    /// UᵀY, r×T.
    seen: Mat<f64>,
    /// Eigenvalues, decreasing, in any unit.
    eigenvalues: Vec<f64>,
    /// Factor from an eigenvalue to the variance along its direction with divisor M, in the units of the features.
    unit: f64,
    groups: Option<Groups>,
}

impl std::fmt::Debug for Rows {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Rows {{ {:?}, rank: {} }}", self.pool, self.eigenvalues.len())
    }
}

impl Rows {
    /// The raw rows of a pool.
    #[must_use]
    pub fn new(pool: &Arc<Pool>) -> Self {
        let seen = product(pool.left().transpose(), pool.targets(), Threads::All);
        let unit = pool.rows() as f64 / (pool.rows() as f64 - 1.0);
        Self {
            pool: Arc::clone(pool),
            left: None,
            seen,
            eigenvalues: pool.eigenvalues().to_vec(),
            unit,
            groups: pool.groups().cloned(),
        }
    }

    /// The rows mapped by B (p×k).
    ///
    /// # Errors
    /// If X·B is 0, is not finite, or cannot be decomposed.
    pub(crate) fn mapped(pool: &Arc<Pool>, b: MatRef<'_, f64>) -> Result<Self, DataError> {
        let bad = |problem: &str| DataError::input("featurization", problem);
        // Memory for the mapped rows and their directions.
        let numbers = (pool.rows() as u64).saturating_mul(b.ncols() as u64);
        memory::fits(numbers.saturating_mul(16))
            .map_err(|why| bad(&format!("makes {numbers} numbers of the rows, which {why}")))?;
        Self::of_features(pool, pool.mapped(b))
    }

    /// The rows with every column scaled to unit variance.
    ///
    /// # Errors
    /// If they do not fit in memory or cannot be decomposed.
    pub(crate) fn standardised(pool: &Arc<Pool>) -> Result<Self, DataError> {
        let numbers = (pool.rows() as u64).saturating_mul(pool.dimension() as u64);
        memory::fits(numbers.saturating_mul(16)).map_err(|why| {
            DataError::input("featurization", format!("makes {numbers} numbers of the rows, which {why}"))
        })?;
        Self::of_features(pool, pool.standardised())
    }

    /// The rows with other centred features z, N×k.
    fn of_features(pool: &Arc<Pool>, mut z: Mat<f64>) -> Result<Self, DataError> {
        let bad = |problem: &str| DataError::input("featurization", problem);
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
        let floor = RANK * leading(&decomposed.values);
        let rank = decomposed.values.iter().take_while(|&&v| v > floor).count();
        let top = decomposed.vectors.get(.., ..rank);
        let mut left = if wide { top.to_owned() } else { product(z.as_ref(), top, Threads::All) };
        let lengths: Vec<f64> = left.col_iter().map(|c| c.norm_l2().recip()).collect();
        scale_columns(left.as_mut(), &lengths);
        let seen = product(left.transpose(), pool.targets(), Threads::All);
        let eigenvalues = decomposed.values.get(..rank).unwrap_or_default().to_vec();
        let unit = largest * largest / (pool.rows() as f64 - 1.0);
        Ok(Self {
            pool: Arc::clone(pool),
            left: Some(left),
            seen,
            eigenvalues,
            unit,
            groups: pool.groups().cloned(),
        })
    }

    /// The rows with groups that are left out together.
    pub(super) fn in_groups(&self, groups: Groups) -> Self {
        Self {
            pool: Arc::clone(&self.pool),
            left: self.left.clone(),
            seen: self.seen.clone(),
            eigenvalues: self.eigenvalues.clone(),
            groups: Some(groups),
            ..*self
        }
    }

    /// Groups that are left out together, if there are any.
    pub(super) const fn groups(&self) -> Option<&Groups> {
        self.groups.as_ref()
    }

    #[must_use]
    /// The pool of these rows.
    pub fn pool(&self) -> &Arc<Pool> {
        &self.pool
    }

    #[must_use]
    /// Eigenvalues e_i of the rows' covariance, decreasing, in units of their mean over p (r of them; section 9.2).
    pub fn eigenvalues(&self) -> &[f64] {
        &self.eigenvalues
    }

    /// Factor from an eigenvalue to the variance along its direction with divisor M, in the unit of the columns.
    pub(super) const fn unit(&self) -> f64 {
        self.unit
    }

    /// Number of rows N.
    #[must_use]
    pub fn count(&self) -> usize {
        self.pool.rows()
    }

    /// Number of tasks T.
    #[must_use]
    pub fn tasks(&self) -> usize {
        self.seen.ncols()
    }

    pub(super) fn left(&self) -> MatRef<'_, f64> {
        self.left.as_ref().map_or(self.pool.left(), |left| left.as_ref())
    }

    pub(super) fn seen(&self) -> MatRef<'_, f64> {
        self.seen.as_ref()
    }
}
