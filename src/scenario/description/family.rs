//! Families of spectra, and the task ensemble (section 7).

use std::path::PathBuf;

use strum::{EnumCount, IntoStaticStr, VariantNames};

/// A spectrum of eigenvalues over p directions, up to a common factor.
#[derive(Debug, Clone, PartialEq, EnumCount, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum Family {
    /// All eigenvalues are equal.
    Isotropic,
    /// Eigenvalue j is j^−exponent.
    PowerLaw {
        /// The exponent, at least 0.
        exponent: f64,
    },
    /// Eigenvalue j is e^(−j/scale).
    Exponential {
        /// Directions over which an eigenvalue falls by a factor e.
        scale: f64,
    },
    /// A fraction of the eigenvalues is 1, the others are `ratio`.
    TwoLevel {
        /// Share of the directions at 1.
        fraction: f64,
        /// The other eigenvalue.
        ratio: f64,
    },
    /// `spikes` eigenvalues are 1 + strength, the others 1.
    Spiked {
        /// Number of directions above 1.
        spikes: usize,
        /// Their eigenvalue less 1.
        strength: f64,
    },
    /// A fraction of the eigenvalues is 1, the others are 0; for tasks only.
    Sparse {
        /// Share of the directions at 1.
        fraction: f64,
    },
    /// The covariance matrix is in a file; not for the test covariance.
    File {
        /// p×p, symmetric, or its diagonal as p numbers.
        file: PathBuf,
    },
}

impl Family {
    /// The names in a scenario file.
    pub const NAMES: &'static [&'static str] = Self::VARIANTS;

    /// The families of covariates: without directions of variance 0.
    pub const COVARIATES: &'static [&'static str] =
        &["isotropic", "power-law", "exponential", "two-level", "spiked", "file"];

    /// The families of the test covariance, which is diagonal in the eigenbasis of the covariates.
    pub const TEST: &'static [&'static str] =
        &["isotropic", "power-law", "exponential", "two-level", "spiked"];

    /// The value of `test.family` that removes the test covariance: test samples are like the downstream ones.
    pub const SAME: &'static str = "downstream";

    /// Every family with its parameters at their defaults.
    pub(in crate::scenario) fn defaults() -> [Self; Self::COUNT] {
        [
            Self::Isotropic,
            Self::PowerLaw { exponent: 1.0 },
            Self::Exponential { scale: 100.0 },
            Self::TwoLevel { fraction: 0.2, ratio: 1e-4 },
            Self::Spiked { spikes: 10, strength: 100.0 },
            Self::Sparse { fraction: 0.1 },
            Self::File { file: PathBuf::new() },
        ]
    }

    /// The name in a scenario file.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.into()
    }
}

/// The task ensemble: Σ_θ up to the scale that `signal` sets.
#[derive(Debug, Clone, PartialEq)]
pub struct Task {
    /// The eigenvalues of Σ_θ.
    pub family: Family,
    /// How their directions lie to those of the covariates.
    pub alignment: Alignment,
}

/// How the eigenvectors of the task covariance lie to those of the covariates.
#[derive(Debug, Clone, Copy, PartialEq, EnumCount, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum Alignment {
    /// Both are in decreasing order of their eigenvalues.
    Aligned,
    /// The strongest task direction is the weakest covariate direction.
    AntiAligned,
    /// Aligned, then every direction is rotated in a random plane.
    Rotated {
        /// Degrees of rotation.
        angle: f64,
        /// Seed of the random planes.
        seed: u64,
    },
}

impl Alignment {
    /// The names in a scenario file.
    pub const NAMES: &'static [&'static str] = Self::VARIANTS;

    /// Every alignment with its parameters at their defaults.
    pub(in crate::scenario) const fn defaults() -> [Self; Self::COUNT] {
        [Self::Aligned, Self::AntiAligned, Self::Rotated { angle: 30.0, seed: 0 }]
    }

    /// The name in a scenario file.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.into()
    }
}
