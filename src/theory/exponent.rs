//! Scaling of the excess risk with n: the local exponent, and its regime where covariates and task follow power laws
//! (source and capacity conditions; Cui et al., arXiv 2105.15004).

use super::Representation;
use super::quantity::{NoiseVariance, RidgeChoice, SampleRatio};
use super::risk::Risk;

/// Local exponent −d log(R − σ²)/d log n at one sample ratio; `None` where the risk does not exist or there is no
/// excess risk.
#[must_use]
pub fn local(
    representation: &Representation,
    sample_ratio: SampleRatio,
    choice: RidgeChoice,
    noise: NoiseVariance,
) -> Option<f64> {
    const STEP: f64 = 1e-3;
    let excess = |log: f64| {
        let ratio = SampleRatio::new(sample_ratio.get() * log.exp()).ok()?;
        let excess = representation.evaluate(ratio, choice, noise).ok()??.excess();
        (excess > 0.0 && excess.is_finite()).then(|| excess.ln())
    };
    // Four-point central difference: the truncation error is below 1e-9 on a smooth curve.
    let difference = |step: f64| Some((excess(step)? - excess(-step)?) / (2.0 * step));
    Some((difference(2.0 * STEP)? - 4.0 * difference(STEP)?) / 3.0)
}

/// Covariance eigenvalues x ∝ j^−a and task energies τ ∝ j^−b along the same directions: the capacity is a, and the
/// source r is defined by τ ∝ j^−(1+2ra).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PowerLaws {
    /// Exponent a of the covariance eigenvalues.
    pub covariates: f64,
    /// Exponent b of the task energies.
    pub energies: f64,
}

/// The term that dominates the excess risk, which determines its exponent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scaling {
    /// The signal not yet learned; the noise is negligible.
    Noiseless,
    /// Fitted label noise.
    NoiseDominated,
    /// The bias of the ridge, which more samples do not reduce.
    Saturated,
}

impl PowerLaws {
    /// Source exponent r = (b − 1)/(2a).
    #[must_use]
    pub fn source(&self) -> f64 {
        (self.energies - 1.0) / (2.0 * self.covariates)
    }

    /// The scaling regime of a fit on raw features and its exponent for 1 ≪ n ≪ p, decided by the larger part of the
    /// excess risk.
    ///
    /// - Ridge without effect (κ ≫ λ, κ ∼ n^−a): the signal part decreases as n^−2a·min(r,1), the fitted noise is
    ///   constant.
    /// - Fixed ridge with κ → λ: the signal part is constant, the noise part decreases as 1/n.
    /// - Optimal ridge: n^−2a·min(r,1) while the noise is negligible, else n^−2a·min(r,1)/(1+2a·min(r,1)).
    ///
    /// `None` where the eigenvalues or energies do not decay (a ≤ 1, r ≤ 0), at a pole, and for n ≥ p.
    #[must_use]
    pub fn regime(&self, risk: &Risk, choice: RidgeChoice) -> Option<(Scaling, f64)> {
        let source = self.source();
        if self.covariates <= 1.0 || source <= 0.0 || risk.sample_ratio >= 1.0 || risk.diverges() {
            return None;
        }
        let rate = 2.0 * self.covariates * source.min(1.0);
        let (signal, noise) = (risk.bias + risk.variance_x, risk.variance_x_noise);
        let noisy = noise > signal;
        Some(match choice {
            // At the optimal ridge the noise part is 1/(1 + rate) of the excess risk when both are balanced.
            RidgeChoice::Optimal | RidgeChoice::OptimalNonNegative => {
                if noise * (1.0 + 2.0 * rate) > signal {
                    (Scaling::NoiseDominated, rate / (1.0 + rate))
                } else {
                    (Scaling::Noiseless, rate)
                }
            }
            RidgeChoice::Fixed(_) => match (risk.ridge > 0.5 * risk.kappa, noisy) {
                (false, false) => (Scaling::Noiseless, rate),
                (false, true) => (Scaling::NoiseDominated, 0.0),
                (true, true) => (Scaling::NoiseDominated, 1.0),
                (true, false) => (Scaling::Saturated, 0.0),
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Ridge, Spectrum};
    use super::*;

    fn power_laws(a: f64, b: f64) -> (PowerLaws, Representation) {
        let p = 50_000;
        let laws = PowerLaws { covariates: a, energies: b };
        let directions: Vec<_> =
            (1..=p).map(|j| (f64::from(j).powf(-a), f64::from(p) * f64::from(j).powf(-b))).collect();
        (laws, Representation::Fixed(Spectrum::uniform(&directions).unwrap()))
    }

    /// The local exponent of each regime, at n well between the scales, is the theoretical one.
    #[test]
    fn local_exponents_match_the_regimes() {
        let fixed = |l: f64| RidgeChoice::Fixed(Ridge::new(l).unwrap());
        for (a, b, n, choice, sigma, want, exponent) in [
            (2.0, 3.0, 200.0, fixed(0.0), 0.0, Scaling::Noiseless, 2.0),
            (1.5, 2.0, 300.0, RidgeChoice::Optimal, 0.0, Scaling::Noiseless, 1.0),
            // r = 2 gives no faster decay than r = 1.
            (1.5, 7.0, 300.0, fixed(0.0), 0.0, Scaling::Noiseless, 3.0),
            (2.0, 3.0, 3000.0, RidgeChoice::Optimal, 0.5, Scaling::NoiseDominated, 2.0 / 3.0),
            (1.5, 2.5, 3000.0, RidgeChoice::OptimalNonNegative, 0.5, Scaling::NoiseDominated, 0.6),
            // A steep signal: at the best ridge the noise is a fifth of the excess risk, and still decides the
            // exponent.
            (2.0, 5.0, 1000.0, RidgeChoice::Optimal, 0.5, Scaling::NoiseDominated, 0.8),
            (2.0, 3.0, 2000.0, fixed(0.0), 0.5, Scaling::NoiseDominated, 0.0),
            (2.0, 3.0, 3000.0, fixed(1e-2), 1e-3, Scaling::Saturated, 0.0),
            (2.0, 5.0, 3000.0, fixed(1e-4), 0.5, Scaling::NoiseDominated, 1.0),
        ] {
            let (laws, representation) = power_laws(a, b);
            let ratio = SampleRatio::new(n / 50_000.0).unwrap();
            let noise = NoiseVariance::new(sigma).unwrap();
            let risk = representation.evaluate(ratio, choice, noise).unwrap().unwrap();
            let got = laws.regime(&risk, choice).unwrap();
            assert_eq!(got.0, want, "a={a} b={b} {choice:?} σ²={sigma}: {risk:?}");
            assert!((got.1 - exponent).abs() < 1e-12, "{got:?}");
            let slope = local(&representation, ratio, choice, noise).unwrap();
            assert!(
                (slope - exponent).abs() < 0.05 + 0.03 * exponent,
                "a={a} b={b} {choice:?}: {slope} for {got:?} {risk:?}"
            );
        }
    }

    /// Isotropic ridgeless least squares: excess σ²/(α − 1), slope α/(α − 1).
    #[test]
    fn the_slope_of_a_closed_form() {
        let flat = Representation::Fixed(Spectrum::new([(1.0, 1.0, 1.0)]).unwrap());
        let choice = RidgeChoice::Fixed(Ridge::ZERO);
        let noise = NoiseVariance::new(0.3).unwrap();
        let at = |a: f64| local(&flat, SampleRatio::new(a).unwrap(), choice, noise);
        assert!((at(3.0).unwrap() - 1.5).abs() < 1e-7, "{:?}", at(3.0));
        let none = NoiseVariance::new(0.0).unwrap();
        assert_eq!(local(&flat, SampleRatio::new(2.0).unwrap(), choice, none), None);
    }
}
