//! Kinds of featurization with their parameters (sections 1, 5, 7 and 11).

use std::path::PathBuf;

use strum::{EnumCount, IntoStaticStr, VariantNames};

use crate::theory::transfer::Nonlinearity;

/// The pretrained feature transform F = BBᵀ (sections 1, 5 and 7).
#[derive(Debug, Clone, PartialEq, EnumCount, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum Featurization {
    /// Raw covariates, F = I.
    Raw,
    /// Ground truth, F = Σ_θ.
    GroundTruth,
    /// Whitening, F = Σ_x⁻¹.
    Whitened,
    /// Real rows with every column scaled to unit variance.
    Standardised,
    /// Projection on the top principal components of Σ_x, unscaled.
    Pca {
        /// Number of components; `None` for the best number at each n.
        size: Option<usize>,
    },
    /// F = Σ_x^{v/2} Σ_θ^u Σ_x^{v/2}, which is Σ_θ^u Σ_x^v when they commute.
    Exponents {
        /// Exponent u of Σ_θ.
        task: f64,
        /// Exponent v of Σ_x.
        covariates: f64,
    },
    /// F = Σ_θ + weight·Σ_x⁻¹.
    Mix {
        /// Weight of the covariate structure.
        weight: f64,
    },
    /// The best featurization with more features than samples (section 5).
    Soft {
        /// Sample ratio at which it is optimised, for use at all n; `None` to optimise it at each n.
        at: Option<f64>,
    },
    /// The best featurization with fewer features than samples.
    Hard {
        /// Sample ratio at which it is optimised, for use at all n; `None` to optimise it at each n.
        at: Option<f64>,
    },
    /// The better of soft and hard.
    Optimal {
        /// Sample ratio at which it is optimised, for use at all n; `None` to optimise it at each n.
        at: Option<f64>,
    },
    /// The best featurization for the worst task.
    Minimax {
        /// Sample ratio at which it is optimised, for use at all n; `None` to optimise it at each n.
        at: Option<f64>,
    },
    /// The empirical covariance of the fitted coefficients of upstream tasks.
    Learned {
        /// Number m of upstream tasks.
        tasks: usize,
        /// Samples N of each upstream task.
        samples: usize,
        /// Seed of the random tasks and samples.
        seed: u64,
    },
    /// Random features of the raw covariates, linear or not (section 11.1); exact, without random draws.
    RandomFeatures {
        /// Number N of random features.
        features: usize,
        /// Nonlinearity applied to each random projection.
        nonlinearity: Nonlinearity,
        /// Residue ζ, if given in place of that of the nonlinearity.
        residue: Option<f64>,
    },
    /// Fitted coefficients of upstream tasks as features (section 11.2); exact, without random draws.
    Pretrained {
        /// Number m of upstream tasks.
        tasks: usize,
        /// Samples N of each upstream task.
        samples: usize,
        /// Ridge λ_u of the upstream fits; 0 is the minimum norm.
        ridge: f64,
        /// Noise variance σ_u² of the upstream labels; `None` for that of the downstream task.
        noise: Option<f64>,
    },
    /// The optimum computed from upstream tasks in place of Σ_θ (section 11.2a); exact, without random draws.
    PlugIn {
        /// Number m of upstream tasks.
        tasks: usize,
        /// Samples N of each upstream task.
        samples: usize,
        /// Ridge λ_u of the upstream fits; 0 is the minimum norm.
        ridge: f64,
        /// Noise variance σ_u² of the upstream labels; `None` for that of the downstream task.
        noise: Option<f64>,
    },
    /// F = BBᵀ with B (p×k) from a file.
    File {
        /// A .npy file.
        path: PathBuf,
    },
}

impl Featurization {
    /// Names of all kinds in a scenario file.
    pub const NAMES: &'static [&'static str] = Self::VARIANTS;

    /// Every kind with default parameters.
    pub(in crate::scenario) fn defaults() -> [Self; Self::COUNT] {
        [
            Self::Raw,
            Self::GroundTruth,
            Self::Whitened,
            Self::Standardised,
            Self::Pca { size: None },
            Self::Exponents { task: 1.0, covariates: 0.0 },
            Self::Mix { weight: 1e-4 },
            Self::Soft { at: None },
            Self::Hard { at: None },
            Self::Optimal { at: None },
            Self::Minimax { at: None },
            Self::Learned { tasks: 100, samples: 500, seed: 0 },
            Self::RandomFeatures { features: 500, nonlinearity: Nonlinearity::Linear, residue: None },
            Self::Pretrained { tasks: 500, samples: 1500, ridge: 0.0, noise: None },
            Self::PlugIn { tasks: 500, samples: 1500, ridge: 0.0, noise: None },
            Self::File { path: PathBuf::new() },
        ]
    }

    /// The name in a scenario file.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.into()
    }
}
