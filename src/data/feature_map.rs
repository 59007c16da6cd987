//! A featurization of a pool as a linear map of rows: the features on which a fit is computed (sections 1 and 9.9).

use faer::{Mat, MatRef};

use super::pool::Pool;
use super::spectra::Featurizer;
use crate::linalg::{Threads, product};

/// The linear map of a featurization: a centred row x has the features xᵀ`directions`, each times its `lengths`. With
/// M = Σ̂^{1/2}BBᵀΣ̂^{1/2}, the pool has variance 1 along the directions and the lengths are √s. The s have mean 1
/// over the p directions, so that a ridge has the same unit for every featurization.
#[derive(Debug, Clone)]
pub struct FeatureMap {
    directions: Mat<f64>,
    lengths: Vec<f64>,
}

impl FeatureMap {
    /// The map restricted to directions with s > 0; a fit does not depend on the others.
    #[must_use]
    pub fn new(pool: &Pool, featurizer: &Featurizer) -> Self {
        let total: f64 = featurizer.eigenvalues.iter().sum();
        let scale = pool.dimension() as f64 / total;
        let kept: Vec<(usize, f64)> = featurizer
            .eigenvalues
            .iter()
            .enumerate()
            .filter(|(_, s)| **s > 0.0)
            .map(|(j, s)| (j, (s * scale).sqrt()))
            .collect();
        let root = |i: usize| pool.eigenvalues().get(i).map_or(f64::NAN, |s| s.sqrt());
        let column = |j: usize| kept.get(j).map_or(0, |k| k.0);
        // U Σ̂^{-1/2} W.
        let directions = match &featurizer.rotation {
            None => Mat::from_fn(pool.dimension(), kept.len(), |i, j| {
                pool.basis().get(i, column(j)) / root(column(j))
            }),
            Some(rotation) => {
                let whitened =
                    Mat::from_fn(pool.rank(), kept.len(), |i, j| rotation.get(i, column(j)) / root(i));
                product(pool.basis(), whitened.as_ref(), Threads::All)
            }
        };
        Self { directions, lengths: kept.into_iter().map(|k| k.1).collect() }
    }

    /// Directions, p×k.
    pub(crate) fn directions(&self) -> MatRef<'_, f64> {
        self.directions.as_ref()
    }

    /// Lengths √s of the k features, all above 0.
    #[must_use]
    pub fn lengths(&self) -> &[f64] {
        &self.lengths
    }
}
