//! The risk at one sample ratio and its fine-grained bias–variance decomposition (section 3).

use super::fixed_point::{self, Sums};
use super::quantity::{NoiseVariance, Ridge, SampleRatio, TheoryError};
use super::transfer::{RepresentationTerms, SourceTerms};
use super::{Spectrum, negative};

/// The risk of the fitted predictor at one sample ratio. Energies have the unit of label variance in which the
/// scenario's signal r² and noise σ² are given. Infinite values mark a divergence.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Risk {
    /// Sample ratio α = n/p.
    pub sample_ratio: f64,
    /// Ridge λ.
    pub ridge: f64,
    /// Effective ridge κ.
    pub kappa: f64,
    /// Effective degrees of freedom per dimension, Σ w a with the filter a = s/(s+κ).
    pub df1: f64,
    /// Σ w a², with the filter a.
    pub df2: f64,
    /// Bias² = Σ w τ (1−a)².
    pub bias: f64,
    /// V_X, variance from the sampled covariates.
    pub variance_x: f64,
    /// V_{X,ε}, variance from covariates and label noise together.
    pub variance_x_noise: f64,
    /// Label noise σ².
    pub noise: f64,
    /// R = Bias² + V_X + V_{X,ε} + σ², plus the variances of `representation` if there is one. If the test covariance
    /// differs from that of the samples (section 5), R and its terms are those on test samples.
    pub risk: f64,
    /// R on samples with the downstream covariance; equal to `risk` unless the test covariance differs.
    pub unshifted: f64,
    /// Expected training error.
    pub train: f64,
    /// Terms of a representation that is itself random (section 11.1). `kappa`, `df1` and `df2` are then those of the
    /// fit on it, `bias` and `variance_x` those of the analysis of variance.
    pub representation: Option<RepresentationTerms>,
    /// Properties of a fit towards the coefficients of a source task (section 11.3).
    pub source: Option<SourceTerms>,
}

impl Risk {
    /// Excess risk R − σ².
    #[must_use]
    pub fn excess(&self) -> f64 {
        self.bias + self.variance()
    }

    /// Total variance R − σ² − bias².
    #[must_use]
    pub fn variance(&self) -> f64 {
        let fit = self.variance_x + self.variance_x_noise;
        match self.representation {
            None => fit,
            Some(terms) => fit + (terms.variance_w + terms.variance_w_x + terms.variance_w_x_noise),
        }
    }

    /// The risk under a test covariance, from its weighted sums at the same κ: the bias is Σ wρτ(1−a)², and the
    /// variance R·df2/α becomes R·Σ wρa²/α. The training error is unchanged.
    fn tested(self, test: &Sums) -> Self {
        let weigh = |variance: f64| if test.df2 == 0.0 { 0.0 } else { variance * (test.df2 / self.df2) };
        let (variance_x, variance_x_noise) = (weigh(self.variance_x), weigh(self.variance_x_noise));
        let risk = self.noise + test.bias + variance_x + variance_x_noise;
        Self { bias: test.bias, variance_x, variance_x_noise, risk, ..self }
    }

    /// Whether the risk is infinite.
    #[must_use]
    pub fn diverges(&self) -> bool {
        !self.risk.is_finite()
    }
}

/// The risk of `spectrum` at α = n/p with a given ridge.
///
/// # Errors
/// [`TheoryError::BelowAdmissible`] where a negative ridge has no solution.
pub fn evaluate(
    spectrum: &Spectrum,
    sample_ratio: SampleRatio,
    ridge: Ridge,
    noise: NoiseVariance,
) -> Result<Risk, TheoryError> {
    evaluate_near(spectrum, sample_ratio, ridge, noise, None)
}

/// [`evaluate`], started from the κ of a neighbouring point.
pub(crate) fn evaluate_near(
    spectrum: &Spectrum,
    sample_ratio: SampleRatio,
    ridge: Ridge,
    noise: NoiseVariance,
    guess: Option<f64>,
) -> Result<Risk, TheoryError> {
    let (alpha, lambda) = (spectrum.snapped(sample_ratio.get()), ridge.get());
    let kappa = if lambda >= 0.0 {
        fixed_point::solve(spectrum, alpha, lambda, guess)
    } else {
        negative::solve(spectrum, alpha, lambda, guess)?
    };
    Ok(at_kappa(spectrum, alpha, lambda, noise.get(), kappa))
}

/// The risk for a known κ; λ and κ must belong together.
pub(crate) fn at_kappa(spectrum: &Spectrum, alpha: f64, lambda: f64, noise: f64, kappa: f64) -> Risk {
    let risk = from_sums(&fixed_point::sums(spectrum, kappa), alpha, lambda, noise, kappa);
    match spectrum.test() {
        None => risk,
        Some(test) => risk.tested(&fixed_point::sums(test, kappa)),
    }
}

/// D = 1 − df2/α, in the form that does not cancel.
pub(crate) fn slope(sums: &Sums, alpha: f64, lambda: f64, kappa: f64) -> f64 {
    if kappa > 0.0 { lambda / kappa + sums.gap / alpha } else { (alpha - sums.df2) / alpha }
}

/// The risk from the sums at κ.
pub(crate) fn from_sums(sums: &Sums, alpha: f64, lambda: f64, noise: f64, kappa: f64) -> Risk {
    let d = slope(sums, alpha, lambda, kappa);
    // At α = rank exactly D = 0: each variance diverges unless the energy it multiplies is exactly 0.
    let inflation = |energy: f64| if energy == 0.0 { 0.0 } else { energy * (sums.df2 / alpha) / d };
    let (variance_x, variance_x_noise) = (inflation(sums.bias), inflation(noise));
    let risk = if sums.bias + noise == 0.0 { 0.0 } else { (sums.bias + noise) / d };
    let unfitted = if kappa > 0.0 { lambda / kappa } else { ((alpha - sums.df1) / alpha).max(0.0) };
    let train = if unfitted == 0.0 { 0.0 } else { unfitted * unfitted * risk };
    Risk {
        sample_ratio: alpha,
        ridge: lambda,
        kappa,
        df1: sums.df1,
        df2: sums.df2,
        bias: sums.bias,
        variance_x,
        variance_x_noise,
        noise,
        risk,
        unshifted: risk,
        train,
        representation: None,
        source: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(spectrum: &Spectrum, alpha: f64, lambda: f64, noise: f64) -> Risk {
        evaluate(
            spectrum,
            SampleRatio::new(alpha).unwrap(),
            Ridge::new(lambda).unwrap(),
            NoiseVariance::new(noise).unwrap(),
        )
        .unwrap()
    }

    fn close(got: f64, want: f64, tolerance: f64) {
        assert!((got - want).abs() <= tolerance * want.abs().max(1e-300), "got {got}, want {want}");
    }

    /// Hastie et al. 1903.08560: isotropic features, minimum norm.
    #[test]
    fn isotropic_closed_form() {
        let s = Spectrum::new([(1.0, 1.0, 1.0)]).unwrap();
        for noise in [0.0, 0.1, 3.0] {
            for alpha in [1.001, 1.5, 7.0] {
                close(at(&s, alpha, 0.0, noise).risk, noise / (1.0 - 1.0 / alpha), 1e-13);
            }
            for alpha in [0.01, 0.5, 0.999] {
                close(at(&s, alpha, 0.0, noise).risk, (1.0 - alpha) + noise / (1.0 - alpha), 1e-12);
            }
        }
    }

    /// Published codes fail on these two in silence (section 10); s = j⁻², τ = p·j⁻².
    #[test]
    fn power_law_where_published_codes_fail() {
        let powers: Vec<f64> = (1..=500).map(|j| f64::from(j).powi(-2)).collect();
        let s = Spectrum::uniform(&powers.iter().map(|&s| (s, 500.0 * s)).collect::<Vec<_>>()).unwrap();
        close(at(&s, 0.8, 0.0, 0.1).risk, 0.58531, 1e-5);
        close(at(&s, 1.6, 0.0, 0.1).risk, 0.26667, 2e-5);
    }

    /// Between two scales (section 4): R = n(p−k)/((n−k)(p−n))·[σ² + G_w((p−n)/(p−k))²] at ε = 0⁺.
    #[test]
    fn two_scales_approach_their_limit() {
        let (k, p, weak, noise) = (0.1, 1.0, 0.2, 0.1);
        let s = Spectrum::new([(k, 1.0, 1.0 / k), (p - k, 1e-14, weak / (p - k))]).unwrap();
        for n in [0.15, 0.5, 0.9] {
            let limit = n * (p - k) / ((n - k) * (p - n)) * (noise + weak * ((p - n) / (p - k)).powi(2));
            close(at(&s, n, 0.0, noise).risk, limit, 1e-9);
        }
        for (ratio, risk) in [(1e-3, 1.7777), (1e-4, 5.1609)] {
            let s = Spectrum::new([(k, 1.0, 1.0 / k), (p - k, ratio, weak / (p - k))]).unwrap();
            close(at(&s, k, 0.0, noise).risk, risk, 3e-5);
        }
    }

    #[test]
    fn the_pole_is_a_flagged_divergence_and_its_neighbours_are_huge_and_finite() {
        let s = Spectrum::new([(0.3, 1.0, 1.0), (0.4, 1e-9, 1.0), (0.3, 0.0, 1.0)]).unwrap();
        let on = at(&s, s.rank(), 0.0, 0.1);
        assert!(on.diverges() && on.variance_x == f64::INFINITY && on.variance_x_noise == f64::INFINITY);
        let strength = s.rank() * (s.unreachable() + 0.1);
        for distance in [1e-3, 1e-6, 1e-9] {
            for alpha in [s.rank() - distance, s.rank() + distance] {
                let r = at(&s, alpha, 0.0, 0.1).risk;
                close(r * (alpha - s.rank()).abs(), strength, 1.5 * distance.max(1e-12) / s.rank() + 1e-9);
            }
        }
        assert_eq!(at(&Spectrum::new([(1.0, 1.0, 1.0)]).unwrap(), 1.0, 0.0, 0.0).risk, 0.0, "C = 0: no pole");
    }

    /// n = rank is recognised however the share was computed.
    #[test]
    fn rounding_of_n_equal_rank_is_the_pole() {
        let atoms = |k: usize| [(0.1, 1.0, 1.0), (k as f64 / 1000.0 - 0.1, 0.5, 1.0)];
        for k in 101..1000 {
            let share = k as f64 / 1000.0;
            let rest = (1.0 - share, 0.0, 1.0);
            let s = Spectrum::new(atoms(k).into_iter().chain([rest])).unwrap();
            for alpha in [share, s.rank(), k as f64 * 1e-3, share * (1.0 + 2e-16), share * (1.0 - 2e-16)] {
                assert!(at(&s, alpha, 0.0, 0.1).diverges(), "k={k}: {alpha:e} {:e}", s.rank());
            }
            assert!(!at(&s, share + 1e-9, 0.0, 0.1).diverges());
        }
    }

    #[test]
    fn the_null_featurization_predicts_the_mean() {
        let s = Spectrum::new([(1.0, 0.0, 2.0)]).unwrap();
        for alpha in [0.1, 1.0, 3.0] {
            for lambda in [0.0, 0.5] {
                close(at(&s, alpha, lambda, 0.5).risk, 2.5, 1e-14);
            }
        }
    }
}
