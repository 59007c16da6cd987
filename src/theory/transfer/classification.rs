//! Accuracy and AUC of ridge regression on labels ±1 (section 11.5).

use std::f64::consts::{FRAC_1_PI, FRAC_2_PI, SQRT_2};

use super::super::quantity::{NoiseVariance, TheoryError};
use super::super::vector::total;
use super::super::{Risk, Spectrum};

/// Labels y = sign(u) of the latent variable u = xᵀθ + ε: the sum of (c/√S)·u, with c² = 2/π and S = r² + σ², and a
/// remainder uncorrelated with x.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Labels {
    /// c²/S, the factor from energies of u to energies of the labels.
    share: f64,
    /// σ'² = 1 − c²r²/S.
    noise: f64,
    /// c²σ²/S.
    latent: f64,
}

/// Metrics of the scores of a fit on labels ±1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LabelScores {
    /// Squared error R' on the labels.
    pub risk_on_labels: f64,
    /// Ridge λ of the fit on the labels; a tuned ridge minimises the squared error on them.
    pub ridge: f64,
    /// Correlation ρ of score and latent variable.
    pub correlation: f64,
    /// Share of the labels whose sign the score predicts, 1 − arccos(ρ)/π.
    pub accuracy: f64,
    /// Probability that the score of a label +1 exceeds that of a label −1, 1/2 + (2/π)·arcsin(ρ/√2).
    pub auc: f64,
}

impl Labels {
    /// The labels of a latent variable with this signal and noise; `None` where it is constant, r² + σ² = 0.
    #[must_use]
    pub fn new(signal: f64, noise: NoiseVariance) -> Option<Self> {
        let total = signal + noise.get();
        // 1 − c²r²/S = (σ² + (1 − c²)r²)/S.
        (total > 0.0 && signal >= 0.0).then(|| Self {
            share: FRAC_2_PI / total,
            noise: (noise.get() + (1.0 - FRAC_2_PI) * signal) / total,
            latent: FRAC_2_PI * (noise.get() / total),
        })
    }

    /// Noise variance σ'² of the labels.
    ///
    /// # Errors
    /// None for labels made by [`Labels::new`].
    pub fn noise(&self) -> Result<NoiseVariance, TheoryError> {
        NoiseVariance::new(self.noise)
    }

    /// c²/S, the factor from energies of the latent variable to energies of the labels.
    #[must_use]
    pub const fn share(&self) -> f64 {
        self.share
    }

    /// The spectrum with the labels' energies τ' = τc²/S.
    #[must_use]
    pub fn spectrum(&self, spectrum: &Spectrum) -> Spectrum {
        spectrum.scaled_energies(self.share)
    }

    /// Scores from the risk of a fit on the labels; `spectrum` and `risk` must be those of [`Labels::spectrum`] and
    /// [`Labels::noise`]. Under a test covariance they are those of test samples.
    #[must_use]
    pub fn scores(&self, spectrum: &Spectrum, risk: &Risk) -> LabelScores {
        let kappa = risk.representation.map_or(risk.kappa, |terms| terms.kappa2);
        let seen = spectrum.test().unwrap_or(spectrum);
        // P = Σ wτ'a, and Σ wτ'a² of the mean score.
        let [product, square] = if kappa == 0.0 {
            [seen.signal() - seen.unreachable() - 2.0 * seen.cut(); 2]
        } else if kappa.is_finite() {
            total!(seen, 0.0, kappa, [], 2, |_, s, e, r| {
                let a = s * r;
                [e * a, e * a * a]
            })
        } else {
            [0.0; 2]
        };
        // Part of the score of a cut eigenvalue lies along its dropped directions.
        let product = product + seen.cut() * if kappa.is_finite() { seen.cut_filter(kappa) } else { 0.0 };
        let squares = square + risk.variance();
        // c² times the variance of the latent variable over S, which is c² without a test covariance.
        let latent = seen.signal() + self.latent;
        let correlation = if product == 0.0 || !squares.is_finite() {
            0.0
        } else {
            (product / (squares.sqrt() * latent.sqrt())).clamp(-1.0, 1.0)
        };
        LabelScores {
            risk_on_labels: risk.risk,
            ridge: risk.ridge,
            correlation,
            accuracy: 1.0 - correlation.acos() * FRAC_1_PI,
            auc: 0.5 + FRAC_2_PI * (correlation / SQRT_2).asin(),
        }
    }
}
