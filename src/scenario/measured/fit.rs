//! The representation to use: B with F = BBᵀ, optimal for the ensemble at a number of samples (sections 5 and 9),
//! and its `.npy` file.

use std::io::Write;
use std::path::Path;

use faer::Mat;
use ndarray::Array2;
use ndarray_npy::WriteNpyExt;

use super::ensemble::{ratio, variance};
use super::error::DataError;
use super::pool::Pool;
use super::shrunk::{Ensembled, Selected, Shrinkage};
use crate::theory::selection::Regime;

/// An optimal featurization: new features are (x − mean)·B.
#[derive(Debug, Clone)]
pub struct Fitted {
    pub regime: Regime,
    /// B, p×k, scaled so that M = Σ̂^{1/2}BBᵀΣ̂^{1/2} has eigenvalues of mean 1 over the p directions: a ridge means
    /// what it means everywhere else. k = 0 in the null regime.
    pub b: Mat<f64>,
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
        let mean = eigenvalues.iter().sum::<f64>() / pool.dimension() as f64;
        let length = |j: usize| eigenvalues.get(j).map_or(0.0, |m| (m / mean).sqrt());
        let root = |i: usize| pool.eigenvalues().get(i).map_or(1.0, |s| s.sqrt());
        let whitened =
            Mat::from_fn(rank, selected.kept, |i, j| shrunk.rotation.get(i, j) * length(j) / root(i));
        Ok(Self { regime: selected.regime, b: pool.basis() * whitened })
    }

    /// Writes B as a float64 `.npy` file: complete or not at all, and never over a file unless `overwrite`.
    ///
    /// # Errors
    /// [`DataError::Input`] when the file is there already or B is empty, [`DataError::Output`] when writing fails.
    pub fn save(&self, path: &Path, overwrite: bool) -> Result<(), DataError> {
        let name = path.display().to_string();
        if self.b.ncols() == 0 {
            return Err(DataError::input(
                name,
                "nothing to write: with so few samples no representation does better than predicting the mean",
            ));
        }
        let failed = |e: &dyn std::fmt::Display| DataError::Output {
            output: name.clone(),
            problem: format!("could not be written ({e})"),
        };
        let taken = || DataError::input(&name, "is there already; accepted is a new name");
        if path.is_dir() {
            return Err(DataError::input(&name, "is a directory; accepted is a new file"));
        }
        if !overwrite && path.symlink_metadata().is_ok() {
            return Err(taken());
        }
        let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
        if !folder.is_dir() {
            return Err(DataError::input(&name, format!("there is no directory {}", folder.display())));
        }
        let array = Array2::from_shape_fn((self.b.nrows(), self.b.ncols()), |(i, j)| *self.b.get(i, j));
        let mut builder = tempfile::Builder::new();
        builder.prefix(".riskscope");
        // A temporary file is private; the result is what the user's umask makes of any other file.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let mut file = builder.tempfile_in(folder).map_err(|e| failed(&e))?;
        array.write_npy(std::io::BufWriter::new(&mut file)).map_err(|e| failed(&e))?;
        file.flush().and_then(|()| file.as_file().sync_all()).map_err(|e| failed(&e))?;
        if overwrite {
            file.persist(path).map_err(|e| failed(&e.error))?;
        } else {
            file.persist_noclobber(path).map_err(|e| match e.error.kind() {
                std::io::ErrorKind::AlreadyExists => taken(),
                _ => failed(&e.error),
            })?;
        }
        Ok(())
    }
}
