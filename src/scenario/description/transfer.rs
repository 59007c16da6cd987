//! Modified fits (source task, bagging) and noise on the covariates (sections 11.3 and 11.4).

use crate::theory::transfer::{Fits, SourceWeight};

/// A source task towards whose fitted coefficients the downstream fit is regularised (section 11.3).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SourceTask {
    /// Number n_S of source samples; 0 means no source.
    pub samples: usize,
    /// Ridge λ_S of the source fit.
    pub ridge: f64,
    /// Label noise σ_S² of the source; `None` for that of the downstream task.
    pub noise: Option<f64>,
    /// Correlation c of its coefficients with those of the downstream task.
    pub correlation: f64,
    /// Weight γ on its fitted coefficients.
    pub weight: SourceWeight,
}

impl Default for SourceTask {
    fn default() -> Self {
        Self { samples: 1000, ridge: 0.0, noise: None, correlation: 0.9, weight: SourceWeight::Fixed(1.0) }
    }
}

/// Isotropic noise on the covariates of training and test samples (section 11.4).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FeatureNoise {
    /// Noise variance η, relative to covariates with mean eigenvalue 1 (to the given eigenvalues of a table).
    pub noise: f64,
}

impl Default for FeatureNoise {
    fn default() -> Self {
        Self { noise: 0.1 }
    }
}

/// Averages of fits on subsamples (section 11.4).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BaggedFits {
    /// Share β of the samples in each fit.
    pub share: f64,
    /// Number K of fits.
    pub fits: Fits,
}

impl Default for BaggedFits {
    fn default() -> Self {
        Self { share: 0.5, fits: Fits::Infinite }
    }
}
