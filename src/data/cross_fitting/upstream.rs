//! Covariance of the other tasks, estimated on one half of the rows.

use faer::Mat;

use super::moments::{Centred, Moments};
use crate::data::error::DataError;
use crate::data::shrunk::Shares;
use crate::linalg::{Threads, product, semidefinite};

/// The other tasks, estimated on one half.
pub(super) struct Upstream {
    /// C, r×K: Σ̂_θ = CCᵀ.
    pub factor: Mat<f64>,
    /// tr Ŝ₊.
    pub total: f64,
}

impl Upstream {
    /// Least squares for the other tasks on rows outside the held-out class; `None` without other tasks or with too
    /// few rows.
    pub fn new(remaining: &Moments, rank: usize, others: &[usize]) -> Result<Option<Self>, DataError> {
        let count = remaining.count;
        if others.is_empty() || count <= rank as f64 + 1.0 {
            return Ok(None);
        }
        let Centred { gram, cross, squares } = remaining.centred();
        let mut moments = Mat::zeros(rank, others.len());
        for (column, &t) in moments.col_iter_mut().zip(others) {
            let deviation = (squares.get(t).copied().unwrap_or(f64::NAN) / count).sqrt();
            if deviation != 0.0 {
                column.iter_mut().zip(cross.col(t).iter()).for_each(|(to, from)| *to = from / deviation);
            }
        }
        let beta = semidefinite(gram, moments.clone())?;
        let explained = product(moments.transpose(), beta.as_ref(), Threads::One);
        let explained = faer::Scale(count.recip()) * explained;
        let Shares { weights, total } = Shares::new(explained.as_ref(), rank, count)?;
        Ok((weights.ncols() > 0)
            .then(|| Self { factor: product(beta.as_ref(), weights.as_ref(), Threads::One), total }))
    }
}
