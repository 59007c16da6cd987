//! Averages of fits on subsamples (bagging), and noise in the covariates (section 11.4).

use super::super::fixed_point::{self, Sums};
use super::super::quantity::{NoiseVariance, RidgeChoice, SampleRatio, Share, TheoryError};
use super::super::ridge::infinite;
use super::super::risk::{self, Risk};
use super::super::{Spectrum, negative};
use super::neighbours::neighbours;
use super::tuned::Scan;

/// Number of fits that are averaged.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Fits {
    /// K ≥ 1.
    Count(u32),
    /// K → ∞.
    Infinite,
}

/// The average of K fits, each on βn of the n samples drawn without repetition.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bagging {
    share: f64,
    /// 1/K.
    single: f64,
}

impl Bagging {
    /// Bagging of `fits` fits on a share β of the samples each.
    ///
    /// # Errors
    /// For K = 0.
    pub fn new(share: Share, fits: Fits) -> Result<Self, TheoryError> {
        let single = match fits {
            Fits::Count(0) => {
                return Err(TheoryError::Spectrum(
                    "the number of bagged fits must be at least 1, got 0".into(),
                ));
            }
            Fits::Count(count) => f64::from(count).recip(),
            Fits::Infinite => 0.0,
        };
        Ok(Self { share: share.get(), single })
    }

    /// Risk of the average at α = n/p. A tuned ridge minimises the risk of the average over λ ≥ 0.
    ///
    /// # Errors
    /// [`TheoryError::BelowAdmissible`] for a fixed negative ridge without a solution, [`TheoryError::EitherSign`]
    /// for a tuned ridge of either sign, and an error if the test covariance differs from that of the samples.
    pub fn evaluate(
        &self,
        spectrum: &Spectrum,
        sample_ratio: SampleRatio,
        choice: RidgeChoice,
        noise: NoiseVariance,
    ) -> Result<Risk, TheoryError> {
        self.evaluate_near(spectrum, sample_ratio, choice, noise, (scan(spectrum, choice).as_ref(), None))
    }

    /// Risk at every sample ratio, each solve started from its neighbours. `None` where there is no solution.
    ///
    /// # Errors
    /// [`TheoryError::Interrupted`] once `stop` returns true.
    pub fn curve(
        &self,
        spectrum: &Spectrum,
        ratios: &[SampleRatio],
        choice: RidgeChoice,
        noise: NoiseVariance,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<Vec<Option<Risk>>, TheoryError> {
        let scan = scan(spectrum, choice);
        neighbours(
            ratios,
            stop,
            SampleRatio::get,
            |ratio, guess| self.evaluate_near(spectrum, ratio, choice, noise, (scan.as_ref(), guess)).ok(),
            |risk: &Risk| Some(risk.kappa),
        )
    }

    /// β, the share of the samples used by each fit.
    #[must_use]
    pub const fn share(&self) -> f64 {
        self.share
    }

    /// 1/K, 0 for infinitely many fits.
    #[must_use]
    pub const fn single(&self) -> f64 {
        self.single
    }

    fn evaluate_near(
        &self,
        spectrum: &Spectrum,
        sample_ratio: SampleRatio,
        choice: RidgeChoice,
        noise: NoiseVariance,
        (scan, guess): (Option<&Scan<Sums>>, Option<f64>),
    ) -> Result<Risk, TheoryError> {
        if spectrum.test().is_some() {
            return Err(TheoryError::Spectrum(
                "bagging has no formula under a [test] covariance; accepted are scenarios without one".into(),
            ));
        }
        let alpha = spectrum.snapped(sample_ratio.get());
        let part = spectrum.snapped(self.share * alpha);
        let at = |lambda: f64, kappa: f64| {
            self.average(risk::at_kappa(spectrum, part, lambda, noise.get(), kappa), alpha)
        };
        match choice {
            RidgeChoice::Fixed(ridge) if ridge.get() >= 0.0 => {
                let kappa = fixed_point::solve(spectrum, part, ridge.get(), guess);
                Ok(at(ridge.get(), kappa))
            }
            RidgeChoice::Fixed(ridge) => {
                Ok(at(ridge.get(), negative::solve(spectrum, part, ridge.get(), guess)?))
            }
            RidgeChoice::Optimal => Err(TheoryError::EitherSign),
            RidgeChoice::OptimalNonNegative => {
                let mean = infinite(spectrum, alpha, noise.get());
                let Some(scan) = scan else { return Ok(mean) };
                let ridgeless = fixed_point::solve(spectrum, part, 0.0, None);
                let sums = |kappa: f64| fixed_point::sums(spectrum, kappa);
                let inside = |kappa: f64, sums: Sums| {
                    let lambda = kappa * (sums.unfitted(spectrum, part) / part).max(0.0);
                    self.average(risk::from_sums(&sums, part, lambda, noise.get(), kappa), alpha)
                };
                let ends = [at(0.0, ridgeless), mean];
                Ok(scan.least(ridgeless, ends, sums, inside).unwrap_or(mean))
            }
        }
    }

    /// R_K = R_∞ + (R(βα, λ) − R_∞)/K, and each variance likewise; R_∞ uses the κ of `one`, a fit on βn samples, and
    /// divides by 1 − df2/α.
    fn average(&self, one: Risk, alpha: f64) -> Risk {
        // α − df2 = (βα − df2) + (1 − β)α, and βα − df2 = βα·(Bias² + σ²)/R.
        let level = one.bias + one.noise;
        let excess = if level == 0.0 { one.sample_ratio } else { one.sample_ratio * (level / one.risk) };
        let margin = excess + (alpha - one.sample_ratio);
        let mixed = |energy: f64, single: f64| {
            let all = if energy == 0.0 { 0.0 } else { energy * (one.df2 / margin) };
            if self.single == 0.0 { all } else { all * (1.0 - self.single) + single * self.single }
        };
        let variance_x = mixed(one.bias, one.variance_x);
        let variance_x_noise = mixed(one.noise, one.variance_x_noise);
        let risk = one.bias + variance_x + variance_x_noise + one.noise;
        Risk { sample_ratio: alpha, variance_x, variance_x_noise, risk, unshifted: risk, ..one }
    }
}

/// A scan for tuned ridges; `None` for other choices.
fn scan(spectrum: &Spectrum, choice: RidgeChoice) -> Option<Scan<Sums>> {
    let (largest, smallest) = spectrum.range().filter(|_| choice == RidgeChoice::OptimalNonNegative)?;
    Some(Scan::new((smallest, largest), |kappa| fixed_point::sums(spectrum, kappa)))
}

/// Isotropic noise of variance η ≥ 0 on the covariates of both training and test samples: the spectrum and label
/// noise of the noisy features. s becomes s + η, τ becomes τs/(s + η), and σ² gains Σ wτη/(s + η).
///
/// # Errors
/// If η is negative or not a number, or if the test covariance differs from that of the samples.
pub fn noisy_features(
    spectrum: &Spectrum,
    noise: NoiseVariance,
    eta: NoiseVariance,
) -> Result<(Spectrum, NoiseVariance), TheoryError> {
    if spectrum.test().is_some() {
        return Err(TheoryError::Spectrum(
            "noise in the features has no formula under a [test] covariance; accepted are scenarios without one".into(),
        ));
    }
    let eta = eta.get();
    if eta == 0.0 {
        return Ok((spectrum.clone(), noise));
    }
    let atoms = spectrum.weights().iter().zip(spectrum.eigenvalues()).zip(spectrum.weighted_energies());
    let seen = atoms.clone().map(|((&w, &s), &e)| (w, s + eta, e * (s / (s + eta)) / w));
    let lost: f64 = atoms.map(|((_, &s), &e)| e * (eta / (s + eta))).sum();
    let rest = 1.0 - spectrum.rank();
    let silent = (rest > 0.0).then_some((rest, eta, 0.0));
    let added = noise.get() + lost + spectrum.unreachable();
    Ok((Spectrum::new(seen.chain(silent))?, NoiseVariance::new(added)?))
}
