//! The representation to use: B with F = BBᵀ, optimal for the ensemble at a number of samples (sections 5 and 9).

use faer::Mat;
use ndarray::Array2;
use ndarray_npy::WriteNpyExt;

use super::error::DataError;
use super::judged::{ratio, variance};
use super::pool::Pool;
use super::shrunk::{Ensembled, Selected, Shrinkage, Shrunk};
use crate::linalg::{Threads, array, product};
use crate::theory::selection::Regime;

/// An optimal featurization: new features are (x − mean)·B.
#[derive(Debug, Clone)]
pub struct Fitted {
    /// `None` for the prior, from which nothing is selected.
    pub regime: Option<Regime>,
    /// B, p×k, scaled so that M = Σ̂^{1/2}BBᵀΣ̂^{1/2} has eigenvalues of mean 1 over the p directions: a ridge means
    /// what it means everywhere else. k = 0 in the null regime.
    pub(crate) b: Mat<f64>,
}

impl Fitted {
    /// From all tasks of the ensemble at one shrinkage (what [`super::Ensemble::best`] chose), for `samples` labels:
    /// F_soft = Σ̂_θ + (μ/p)Σ̂⁻¹ with k = r, or F_hard = Σ̂^{-1/2}V_kV_kᵀΣ̂^{-1/2}.
    ///
    /// # Errors
    /// [`DataError::Input`] for samples or a shrinkage out of range.
    pub fn new(pool: &Pool, shrinkage: Shrinkage, samples: f64) -> Result<Self, DataError> {
        if !(0.0..=1.0).contains(&shrinkage.eta) || !shrinkage.exponent.is_finite() {
            return Err(DataError::input("shrinkage", "accepted are η from 0 to 1 and a finite exponent"));
        }
        let ensemble = Ensembled::new(pool, &pool.ensemble_tasks())?;
        let shrunk = ensemble.shrink(pool, shrinkage)?;
        let rank = pool.rank();
        let selected = Selected::new(&shrunk.task, rank, ratio(samples, rank)?, variance(ensemble.noise)?);
        let eigenvalues = selected.eigenvalues(&shrunk.energies);
        Ok(Self { regime: Some(selected.regime), b: factor(pool, &shrunk, &eigenvalues) })
    }

    /// The prior F = Σ̂^{-1/2}S_{η,v}Σ̂^{-1/2} itself, for those who tune a ridge; the number of samples makes no
    /// difference to it.
    ///
    /// # Errors
    /// As [`Fitted::new`].
    pub fn prior(pool: &Pool, shrinkage: Shrinkage) -> Result<Self, DataError> {
        let shrunk = Ensembled::new(pool, &pool.ensemble_tasks())?.shrink(pool, shrinkage)?;
        let eigenvalues = shrunk.energies.clone();
        Ok(Self { regime: None, b: factor(pool, &shrunk, &eigenvalues) })
    }

    /// B, p×k: new features are (x − mean)·B.
    #[must_use]
    pub fn to_array(&self) -> Array2<f64> {
        array::array(self.b.as_ref())
    }

    /// B as the bytes of a float64 `.npy` file.
    ///
    /// # Errors
    /// [`DataError::Input`] when B is empty, [`DataError::Output`] when there is no memory for it.
    pub fn npy(&self) -> Result<Vec<u8>, DataError> {
        if self.b.ncols() == 0 {
            return Err(DataError::input(
                "samples",
                "so few that no representation does better than predicting the mean: nothing is written; accepted are \
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

/// U Σ̂^{-1/2} W √m with the eigenvalues m scaled to mean 1 over the p directions; columns with m = 0 are left out.
fn factor(pool: &Pool, shrunk: &Shrunk, eigenvalues: &[f64]) -> Mat<f64> {
    let mean = eigenvalues.iter().sum::<f64>() / pool.dimension() as f64;
    let kept = eigenvalues.iter().take_while(|m| **m > 0.0).count();
    let length = |j: usize| eigenvalues.get(j).map_or(0.0, |m| (m / mean).sqrt());
    let root = |i: usize| pool.eigenvalues().get(i).map_or(1.0, |s| s.sqrt());
    let whitened = Mat::from_fn(pool.rank(), kept, |i, j| shrunk.rotation.get(i, j) * length(j) / root(i));
    pool.columns().widen(product(pool.basis(), whitened.as_ref(), Threads::All))
}
