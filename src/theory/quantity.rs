//! Checked quantities of section 1 and the errors of their checks.

use std::fmt;

use crate::numbers::plain;

/// The largest accepted eigenvalue, energy, ridge and noise variance: squares and products stay within the range of
/// f64.
pub(crate) const LARGEST: f64 = 1e100;

/// Invalid input to the theory. Each message is one plain sentence.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum TheoryError {
    /// A sample ratio that is out of range or not a number.
    #[error("sample ratio n/p must be a number from 1e-12 to 1e12, got {0:?}")]
    SampleRatio(f64),
    /// A ridge that is out of range or not a number.
    #[error("ridge must be a number from -1e100 to 1e100, got {0:?}")]
    Ridge(f64),
    /// A noise variance that is out of range or not a number.
    #[error("noise variance must be a number from 0 to 1e100, got {0:?}")]
    Noise(f64),
    /// A width of a representation that is out of range or not a number.
    #[error("width N/p must be a number from 1e-12 to 1e12, got {0:?}")]
    Width(f64),
    /// A residue of a nonlinearity that is out of range or not a number.
    #[error("residue of the nonlinearity must be a number from 0 to 1e100, got {0:?}")]
    Residue(f64),
    /// A negative ridge, for which section 11 has no formula.
    #[error(
        "ridge must be at least 0 for random or pretrained features, got {0:?}; accepted are numbers from 0 and \
         \"optimal-nonnegative\""
    )]
    NegativeRidge(f64),
    /// A tuned ridge of either sign, for which section 11 has no formula.
    #[error(
        "ridge \"optimal\" (of either sign) is not available for random, pretrained or bagged features; accepted are \
         numbers and \"optimal-nonnegative\""
    )]
    EitherSign,
    /// A correlation of two tasks that is out of range or not a number.
    #[error("correlation of the source task must be a number from -1 to 1, got {0:?}")]
    Correlation(f64),
    /// A share of the samples that is out of range or not a number.
    #[error("share of the samples in each fit must be above 0 and at most 1, got {0:?}")]
    Share(f64),
    /// A ridge at which the fixed point has no solution (section 3).
    #[error(
        "ridge {ridge:?} is not above the smallest admissible ridge {minimum:.6} at n/p = {sample_ratio:.6}; \
         accepted are larger ridges, \"optimal\" or \"optimal-nonnegative\""
    )]
    BelowAdmissible {
        /// The requested λ.
        ridge: f64,
        /// λ_min: accepted are ridges above it.
        minimum: f64,
        /// Sample ratio α at which it was requested.
        sample_ratio: f64,
    },
    /// Negative energies outweigh the positive ones, so that the risk is negative.
    #[error(
        "at n/p = {sample_ratio:.6} the energies below 0 make the risk {risk:.4}, which is negative; accepted are energies \
         whose negative ones do not outweigh the rest"
    )]
    NegativeRisk {
        /// The negative value of the formula.
        risk: f64,
        /// Sample ratio α at which it occurs.
        sample_ratio: f64,
    },
    /// An invalid spectrum; the reason in one sentence.
    #[error("{0}")]
    Spectrum(String),
    /// The caller interrupted the computation.
    #[error("interrupted")]
    Interrupted,
}

impl TheoryError {
    /// Whether only the point at this sample ratio and ridge has no risk, so that a curve has a gap there.
    #[must_use]
    pub const fn is_gap(&self) -> bool {
        matches!(self, Self::BelowAdmissible { .. } | Self::NegativeRisk { .. })
    }
}

macro_rules! checked {
    ($(#[$doc:meta])* $name:ident, $error:ident, $valid:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
        pub struct $name(f64);

        impl $name {
            /// Checks the number.
            ///
            /// # Errors
            /// If the number is outside the range of this type.
            pub fn new(value: f64) -> Result<Self, TheoryError> {
                let valid: fn(f64) -> bool = $valid;
                if valid(value) { Ok(Self(value)) } else { Err(TheoryError::$error(value)) }
            }

            /// The number.
            #[must_use]
            pub const fn get(self) -> f64 {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

checked!(
    /// α = n/p: downstream samples per covariate dimension; from 1e-12 to 1e12.
    SampleRatio,
    SampleRatio,
    |v| (1e-12..=1e12).contains(&v)
);
checked!(
    /// λ of ‖y − XBβ‖²/n + λ‖β‖²; at most 1e100 in size, may be negative (section 3). λ = 0 is the limit λ → 0⁺.
    Ridge,
    Ridge,
    |v| v.abs() <= LARGEST
);
checked!(
    /// σ² = Var ε, the label noise; from 0 to 1e100.
    NoiseVariance,
    Noise,
    |v| (0.0..=LARGEST).contains(&v)
);

checked!(
    /// ν = N/p: width of a representation per covariate dimension; from 1e-12 to 1e12.
    Width,
    Width,
    |v| (1e-12..=1e12).contains(&v)
);
checked!(
    /// ζ ≥ 0, the variance of a nonlinearity's remainder over that of its linear part; at most 1e100.
    Residue,
    Residue,
    |v| (0.0..=LARGEST).contains(&v)
);
checked!(
    /// c, the correlation of the source task's coefficients with the target task's; from −1 to 1.
    Correlation,
    Correlation,
    |v| (-1.0..=1.0).contains(&v)
);
checked!(
    /// β, the share of the samples that each bagged fit sees; above 0, at most 1.
    Share,
    Share,
    |v| v > 0.0 && v <= 1.0
);

impl Residue {
    /// ζ = 0: linear features.
    pub const NONE: Self = Self(0.0);

    /// A residue from moments known to be in range.
    pub(crate) const fn from_moments(value: f64) -> Self {
        Self(value)
    }
}

impl Ridge {
    /// The minimum-norm limit λ → 0⁺.
    pub const ZERO: Self = Self(0.0);
}

/// How the downstream ridge λ is set at each sample ratio. `Display` writes it as in a scenario file.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum RidgeChoice {
    /// A fixed ridge for all sample ratios.
    Fixed(Ridge),
    /// The minimiser of the risk, of either sign (section 6).
    Optimal,
    /// The minimiser among λ ≥ 0.
    OptimalNonNegative,
}

impl RidgeChoice {
    /// λ = 0 at every sample ratio: minimum-norm least squares.
    pub const ZERO: Self = Self::Fixed(Ridge::ZERO);

    /// λ of a fixed ridge; `None` for an optimal one.
    #[must_use]
    pub const fn fixed(self) -> Option<f64> {
        match self {
            Self::Fixed(ridge) => Some(ridge.get()),
            Self::Optimal | Self::OptimalNonNegative => None,
        }
    }
}

impl fmt::Display for RidgeChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fixed(ridge) => f.write_str(&plain(ridge.get())),
            Self::Optimal => f.write_str("optimal"),
            Self::OptimalNonNegative => f.write_str("optimal-nonnegative"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_outside_the_domain_are_rejected() {
        for bad in [0.0, -1.0, f64::NAN, f64::INFINITY, 1e-300, 1e300] {
            assert!(SampleRatio::new(bad).is_err(), "{bad}");
        }
        assert!(NoiseVariance::new(-1e-300).is_err());
        assert!(NoiseVariance::new(0.0).is_ok() && NoiseVariance::new(1e101).is_err());
        assert!(Ridge::new(-3.0).is_ok());
        assert!(Ridge::new(f64::NEG_INFINITY).is_err());
        let sentence = NoiseVariance::new(-1.0).unwrap_err().to_string();
        assert!(sentence.contains("noise variance") && sentence.contains("-1"), "{sentence}");
    }
}
