//! The representation to use for new tasks: B with F = BBᵀ, fitted to the ensemble of tasks (sections 5 and 9.8).

use faer::Mat;
use ndarray::Array2;
use ndarray_npy::WriteNpyExt;

use super::error::DataError;
use super::pool::Pool;
use super::shrunk::{Ensembled, Shrinkage, Shrunk};
use crate::linalg::{Threads, array, product};

/// A fitted featurization: new features are (x − mean)·B.
#[derive(Debug, Clone)]
pub struct Fitted {
    /// Whether directions were selected for least squares; otherwise it is a prior for a tuned ridge.
    pub selected: bool,
    /// B, p×k, scaled so that M = Σ̂^{1/2}BBᵀΣ̂^{1/2} has eigenvalues of mean 1 over the p directions, the common
    /// unit of ridges. k = 0 where predicting the mean is best.
    pub(crate) b: Mat<f64>,
}

impl Fitted {
    /// Fits selected directions to all tasks of the ensemble, at the shrinkage and size from
    /// [`super::Ensemble::best`]: F = Σ̂^{-1/2}V_kV_kᵀΣ̂^{-1/2}, V_k the leading eigenvectors of S_{η,v}.
    ///
    /// # Errors
    /// [`DataError::Input`] for a shrinkage out of range.
    pub fn new(pool: &Pool, shrinkage: Shrinkage, size: usize) -> Result<Self, DataError> {
        let shrunk = shrunk(pool, shrinkage)?;
        let kept = |(i, _): (usize, &f64)| if i < size { 1.0 } else { 0.0 };
        let eigenvalues: Vec<f64> = shrunk.energies.iter().enumerate().map(kept).collect();
        Ok(Self { selected: true, b: factor(pool, &shrunk, &eigenvalues) })
    }

    /// The prior F = Σ̂^{-1/2}S_{η,v}Σ̂^{-1/2}, for use with a tuned ridge; it does not depend on the number of
    /// samples.
    ///
    /// # Errors
    /// Errors of [`Fitted::new`].
    pub fn prior(pool: &Pool, shrinkage: Shrinkage) -> Result<Self, DataError> {
        let shrunk = shrunk(pool, shrinkage)?;
        let eigenvalues = shrunk.energies.clone();
        Ok(Self { selected: false, b: factor(pool, &shrunk, &eigenvalues) })
    }

    /// B, p×k: new features are (x − mean)·B.
    #[must_use]
    pub fn to_array(&self) -> Array2<f64> {
        array::array(self.b.as_ref())
    }

    /// B as the bytes of a float64 `.npy` file.
    ///
    /// # Errors
    /// [`DataError::Input`] if B is empty, [`DataError::Output`] if memory is too small.
    pub fn npy(&self) -> Result<Vec<u8>, DataError> {
        if self.b.ncols() == 0 {
            return Err(DataError::input(
                "samples",
                "are so few that no representation does better than predicting the mean: nothing is written; accepted are \
                 more",
            ));
        }
        let mut bytes = Vec::new();
        self.to_array().write_npy(&mut bytes).map_err(|e| DataError::Output {
            output: "B".into(),
            problem: format!("could not be written ({e})"),
        })?;
        Ok(bytes)
    }
}

fn shrunk(pool: &Pool, shrinkage: Shrinkage) -> Result<Shrunk, DataError> {
    if !(0.0..=1.0).contains(&shrinkage.eta) || !shrinkage.exponent.is_finite() {
        return Err(DataError::input("shrinkage", "accepted are η from 0 to 1 and a finite exponent"));
    }
    Ensembled::new(pool, &pool.ensemble_tasks())?.shrink(pool, shrinkage)
}

/// U Σ̂^{-1/2} W √m with the eigenvalues m scaled to mean 1 over the p directions; columns with m = 0 are left out.
fn factor(pool: &Pool, shrunk: &Shrunk, eigenvalues: &[f64]) -> Mat<f64> {
    let mean = eigenvalues.iter().sum::<f64>() / pool.dimension() as f64;
    let kept = eigenvalues.iter().take_while(|m| **m > 0.0).count();
    let length = |j: usize| eigenvalues.get(j).map_or(f64::NAN, |m| (m / mean).sqrt());
    let root = |i: usize| pool.eigenvalues().get(i).map_or(f64::NAN, |s| s.sqrt());
    let whitened = Mat::from_fn(pool.rank(), kept, |i, j| shrunk.rotation.get(i, j) * length(j) / root(i));
    pool.columns().widen(product(pool.basis(), whitened.as_ref(), Threads::All))
}
