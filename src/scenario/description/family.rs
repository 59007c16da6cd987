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
        /// Number of directions over which an eigenvalue decreases by a factor e.
        scale: f64,
    },
    /// A fraction of the eigenvalues is 1, the others are `ratio`.
    TwoLevel {
        /// Share of the directions with eigenvalue 1.
        fraction: f64,
        /// The eigenvalue of the other directions.
        ratio: f64,
    },
    /// `spikes` eigenvalues are 1 + strength, the others 1.
    Spiked {
        /// Number of directions with an eigenvalue above 1.
        spikes: usize,
        /// Excess of their eigenvalue over 1.
        strength: f64,
    },
    /// A fraction of the eigenvalues is 1, the others are 0; for tasks only.
    Sparse {
        /// Share of the directions with eigenvalue 1.
        fraction: f64,
    },
    /// The covariance matrix is in a file; not for the test covariance.
    File {
        /// Path of the file: a symmetric p×p matrix, or its diagonal as p numbers.
        file: PathBuf,
    },
}

impl Family {
    /// Names of all families in a scenario file.
    pub const NAMES: &'static [&'static str] = Self::VARIANTS;

    /// Families that covariates can have: those without directions of variance 0.
    pub const COVARIATES: &'static [&'static str] =
        &["isotropic", "power-law", "exponential", "two-level", "spiked", "file"];

    /// Families that a test covariance can have; it is diagonal in the eigenbasis of the covariates.
    pub const TEST: &'static [&'static str] =
        &["isotropic", "power-law", "exponential", "two-level", "spiked"];

    /// The value of `test.family` that removes the test covariance: test samples then have the downstream covariance.
    pub const SAME: &'static str = "downstream";

    /// Every family with default parameters.
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
    /// How its eigenvectors relate to those of the covariates.
    pub family: Family,
    /// How their directions lie to those of the covariates.
    pub alignment: Alignment,
}

/// How the eigenvectors of the task covariance relate to those of the covariates.
#[derive(Debug, Clone, Copy, PartialEq, EnumCount, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum Alignment {
    /// Common eigenvectors, both eigenvalue sequences in decreasing order.
    Aligned,
    /// Common eigenvectors in opposite order: the strongest task direction is the weakest covariate direction.
    AntiAligned,
    /// Aligned, then every direction rotated by an angle in a random plane.
    Rotated {
        /// Rotation angle in degrees.
        angle: f64,
        /// Seed of the random planes.
        seed: u64,
    },
}

impl Alignment {
    /// Names of all alignments in a scenario file.
    pub const NAMES: &'static [&'static str] = Self::VARIANTS;

    /// Every alignment with default parameters.
    pub(in crate::scenario) const fn defaults() -> [Self; Self::COUNT] {
        [Self::Aligned, Self::AntiAligned, Self::Rotated { angle: 30.0, seed: 0 }]
    }

    /// The name in a scenario file.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.into()
    }
}
