//! Risks of a held-out task at n labels, from the profiles of one half of the rows.

use super::kernel::Profile;
use super::nested;

/// Largest fraction of a half's degrees of freedom for which an estimate is trusted.
const TRUSTED: f64 = 0.75;

/// Profiles of one held-out task on one half of the rows.
#[derive(Debug, Clone)]
pub(in crate::data) struct HeldOut {
    /// Position of the task among the held-out tasks.
    pub task: usize,
    /// Number of rows of the half.
    pub(super) rows: f64,
    /// Rank r of the features.
    pub(super) rank: usize,
    /// Ridge profiles by exponent and η; `None` where the other tasks could not be estimated.
    pub(super) priors: Vec<Vec<Option<Profile>>>,
    pub(super) raw: Profile,
    /// Mean squared errors of least squares by number of principal components.
    pub(super) components: Vec<f64>,
    /// Mean squared errors of least squares by selection and size.
    pub(super) selected: Vec<Vec<f64>>,
}

impl HeldOut {
    /// Risk at n labels for the prior of a shrinkage, at its best ridge λ ≥ 0.
    pub fn prior(&self, exponent: usize, eta: usize, samples: f64) -> Option<f64> {
        let profile = self.priors.get(exponent)?.get(eta)?.as_ref()?;
        Some(profile.tuned(samples, self.rows, TRUSTED * (self.rows - 1.0)))
    }

    /// Risk at n labels for the raw features at the best ridge λ ≥ 0.
    pub fn raw_tuned(&self, samples: f64) -> f64 {
        self.raw.tuned(samples, self.rows, TRUSTED * (self.rows - 1.0))
    }

    /// Risk at n labels for the raw features by (minimum-norm) least squares; NaN where the half cannot estimate it.
    pub fn raw(&self, samples: f64) -> f64 {
        let rank = self.rank as f64;
        if samples - 1.0 < rank {
            return self.raw.ridgeless(samples, self.rows);
        }
        self.components
            .get(self.rank)
            .map_or(f64::NAN, |square| nested::risk(*square, self.rank, samples, self.rows))
    }

    /// Risks of least squares at n labels by size, for principal components or the leading directions of a selection.
    pub fn least_squares(&self, selection: Option<usize>, samples: f64) -> impl Iterator<Item = f64> + '_ {
        let squares = match selection {
            None => Some(&self.components),
            Some(i) => self.selected.get(i),
        };
        let of = move |(size, square): (usize, &f64)| nested::risk(*square, size, samples, self.rows);
        squares.into_iter().flatten().enumerate().map(of)
    }
}
