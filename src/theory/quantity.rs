//! The checked quantities of section 1 and the errors their checks raise.

use std::fmt;

/// What can be wrong with a number or a table handed to the theory. Each is one plain sentence.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum TheoryError {
    #[error("sample ratio n/p must be a finite number above 0, got {0}")]
    SampleRatio(f64),
    #[error("ridge must be a finite number, got {0}")]
    Ridge(f64),
    #[error("noise variance must be a finite number of at least 0, got {0}")]
    Noise(f64),
    #[error(
        "ridge {ridge} is not above the smallest admissible ridge {minimum:.6} at n/p = {sample_ratio:.6}; \
         accepted are larger ridges, \"optimal\" or \"optimal-nonnegative\""
    )]
    BelowAdmissible { ridge: f64, minimum: f64, sample_ratio: f64 },
    #[error("{0}")]
    Spectrum(String),
    #[error("interrupted")]
    Interrupted,
}

macro_rules! checked {
    ($(#[$doc:meta])* $name:ident, $error:ident, $valid:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
        pub struct $name(f64);

        impl $name {
            /// # Errors
            /// When the number is outside the range named above.
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
    /// α = n/p: downstream samples per covariate dimension; finite and above 0.
    SampleRatio,
    SampleRatio,
    |v| v.is_finite() && v > 0.0
);
checked!(
    /// λ of ‖y − XBβ‖²/n + λ‖β‖²; finite, may be negative (section 3). λ = 0 is the limit λ → 0⁺.
    Ridge,
    Ridge,
    f64::is_finite
);
checked!(
    /// σ² = Var ε, the label noise; finite and at least 0.
    NoiseVariance,
    Noise,
    |v| v.is_finite() && v >= 0.0
);

impl Ridge {
    /// The minimum-norm limit λ → 0⁺.
    pub const ZERO: Self = Self(0.0);
}

/// How the downstream ridge is set at each sample ratio.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum RidgeChoice {
    Fixed(Ridge),
    /// The minimiser of the risk, of either sign (section 6).
    Optimal,
    /// The minimiser among λ ≥ 0.
    OptimalNonNegative,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checks_refuse_what_the_theory_cannot_take() {
        for bad in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert!(SampleRatio::new(bad).is_err(), "{bad}");
        }
        assert!(NoiseVariance::new(-1e-300).is_err());
        assert!(NoiseVariance::new(0.0).is_ok());
        assert!(Ridge::new(-3.0).is_ok());
        assert!(Ridge::new(f64::NEG_INFINITY).is_err());
        let sentence = NoiseVariance::new(-1.0).unwrap_err().to_string();
        assert!(sentence.contains("noise variance") && sentence.contains("-1"), "{sentence}");
    }
}
