//! Risks of a measured spectrum at a number of samples, as the ensemble judges them, and its numbers checked (section
//! 9.8).

use super::error::DataError;
use crate::theory::{NoiseVariance, Ridge, RidgeChoice, SampleRatio, Spectrum, ridge, risk};

/// By least squares.
pub(super) fn ridgeless(
    spectrum: &Spectrum,
    ratio: SampleRatio,
    noise: NoiseVariance,
) -> Result<f64, DataError> {
    risk::evaluate(spectrum, ratio, Ridge::ZERO, noise)
        .map(|r| r.risk)
        .map_err(|e| DataError::input("ensemble", e.to_string()))
}

/// At the best ridge λ ≥ 0.
pub(super) fn tuned(spectrum: &Spectrum, ratio: SampleRatio, noise: NoiseVariance) -> Result<f64, DataError> {
    ridge::evaluate(spectrum, ratio, RidgeChoice::OptimalNonNegative, noise)
        .map(|r| r.risk)
        .map_err(|e| DataError::input("ensemble", e.to_string()))
}

/// n/r: the sample ratio of the problem in the r directions that the features span.
pub(super) fn ratio(samples: f64, rank: usize) -> Result<SampleRatio, DataError> {
    SampleRatio::new(samples / rank as f64).map_err(|_| {
        DataError::input("samples", format!("there are {samples}; accepted are finite numbers above 0"))
    })
}

pub(super) fn variance(noise: f64) -> Result<NoiseVariance, DataError> {
    NoiseVariance::new(noise).map_err(|e| DataError::input("measured noise", e.to_string()))
}
