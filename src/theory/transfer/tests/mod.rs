//! Limits, symmetries and identities of section 11.

mod noise_and_scores;
mod pretrained;
mod random_features;
mod source;

use super::super::{
    Correlation, NoiseVariance, Residue, Ridge, RidgeChoice, Risk, SampleRatio, Share, Spectrum,
    TaskSpectrum, Width, ridge, risk,
};
use super::*;

fn ratio(v: f64) -> SampleRatio {
    SampleRatio::new(v).unwrap()
}

fn noise(v: f64) -> NoiseVariance {
    NoiseVariance::new(v).unwrap()
}

fn fixed(v: f64) -> RidgeChoice {
    RidgeChoice::Fixed(Ridge::new(v).unwrap())
}

fn width(v: f64) -> Width {
    Width::new(v).unwrap()
}

fn residue(v: f64) -> Residue {
    Residue::new(v).unwrap()
}

fn close(got: f64, want: f64, tolerance: f64) {
    assert!((got - want).abs() <= tolerance * want.abs(), "{got:e} for {want:e}");
}

/// Directions (w, x, τ) with eigenvalues over 12 decades.
fn wide() -> Vec<(f64, f64, f64)> {
    (0..60).map(|j| (1.0 / 60.0, 10_f64.powf(-0.2 * f64::from(j)), f64::from(1 + (j * 7) % 5))).collect()
}

fn spectra() -> Vec<Spectrum> {
    vec![
        Spectrum::new([(1.0, 1.0, 1.0)]).unwrap(),
        Spectrum::new([(0.2, 3.0, 2.0), (0.3, 1.0, 1.0), (0.5, 0.2, 0.6)]).unwrap(),
        Spectrum::new([(0.2, 3.0, 2.0), (0.4, 1e-3, 1.0), (0.4, 0.0, 0.6)]).unwrap(),
        Spectrum::new(wide()).unwrap(),
    ]
}

/// A few hundred settings (α, ν, ζ, λ) of every spectrum.
fn settings() -> impl Iterator<Item = (Spectrum, f64, f64, f64, f64)> {
    let ratios = [0.03, 0.4, 0.62, 0.95, 1.7, 5.0];
    spectra().into_iter().flat_map(move |s| {
        ratios.into_iter().flat_map(move |alpha| {
            let s = s.clone();
            [0.05, 0.31, 0.7, 1.3, 4.0].into_iter().flat_map(move |nu| {
                let s = s.clone();
                [(0.0, 0.0), (0.0, 1e-6), (0.0, 0.3), (0.36, 0.0), (1e-5, 1e-3), (2.0, 5.0)]
                    .into_iter()
                    .map(move |(zeta, lambda)| (s.clone(), alpha, nu, zeta, lambda))
            })
        })
    })
}

fn random(s: &Spectrum, nu: f64, zeta: f64, alpha: f64, lambda: f64, v: f64) -> Risk {
    let features = RandomFeatures::new(s.clone(), width(nu), residue(zeta)).unwrap();
    features.evaluate(ratio(alpha), fixed(lambda), noise(v)).unwrap()
}
