//! Fits that are not the plain one, and noise on the covariates (sections 11.3 and 11.4).

use crate::theory::transfer::{Fits, SourceWeight};

/// A task whose ridge fit the downstream fit is drawn towards (section 11.3).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SourceTask {
    /// n_S, its samples; 0: there is no source.
    pub samples: usize,
    /// λ_S of its fit.
    pub ridge: f64,
    /// σ_S², its label noise; `None`: that of the downstream task.
    pub noise: Option<f64>,
    /// c, correlation of its coefficients with the downstream task's.
    pub correlation: f64,
    /// γ, weight on its fitted coefficients.
    pub weight: SourceWeight,
}

impl Default for SourceTask {
    fn default() -> Self {
        Self { samples: 1000, ridge: 0.0, noise: None, correlation: 0.9, weight: SourceWeight::Fixed(1.0) }
    }
}

/// Isotropic noise on the covariates, of the samples and of the test (section 11.4).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FeatureNoise {
    /// η, its variance, where the covariates' eigenvalues have mean 1 (a table's as given).
    pub noise: f64,
}

impl Default for FeatureNoise {
    fn default() -> Self {
        Self { noise: 0.1 }
    }
}

/// Fits on parts of the samples, averaged (section 11.4).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BaggedFits {
    /// β, share of the samples in each fit.
    pub share: f64,
    /// K, number of fits.
    pub fits: Fits,
}

impl Default for BaggedFits {
    fn default() -> Self {
        Self { share: 0.5, fits: Fits::Infinite }
    }
}
