//! Averages of fits on subsamples (bagging), and noise in the covariates (section 11.4).

use super::super::fixed_point::{self, Sums};
use super::super::quantity::{NoiseVariance, RidgeChoice, SampleRatio, Share, TheoryError};
use super::super::ridge::infinite;
use super::super::risk::{self, Risk};
use super::super::vector::total;
use super::super::{Spectrum, negative};
use super::neighbours::neighbours;
use super::tuned::{RiskSlope, STEP, Scan};

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
        (scan, guess): (Option<&Scan<Sloped>>, Option<f64>),
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
                let near = scan.near(part, |_, all| [all.sums.df1, -all.sums.gap]);
                let lowest = fixed_point::solve(spectrum, part, 0.0, near);
                let ridge = |kappa: f64, sums: &Sums| {
                    if kappa == lowest {
                        0.0
                    } else {
                        kappa * (sums.unfitted(spectrum, part) / part).max(0.0)
                    }
                };
                let risk_slope = |kappa: f64, all: &Sloped| {
                    // βα − df2, as in the risk of one fit.
                    let margin = part * risk::slope(&all.sums, part, ridge(kappa, &all.sums), kappa);
                    self.risk_slope(all, (alpha, part), margin, noise.get())
                };
                let at_lowest = Sloped::at(spectrum, lowest);
                let minima =
                    scan.minima((lowest, at_lowest), STEP, |kappa| Sloped::at(spectrum, kappa), risk_slope);
                let at = |(kappa, sums): (f64, Sums)| {
                    let one = risk::from_sums(&sums, part, ridge(kappa, &sums), noise.get(), kappa);
                    self.average(one, alpha)
                };
                let candidates = minima.into_iter().map(|(kappa, all)| (kappa, all.sums));
                let candidates = std::iter::once((lowest, at_lowest.sums)).chain(candidates).map(at);
                Ok(candidates.fold(mean, |best, found| if found.risk < best.risk { found } else { best }))
            }
        }
    }

    /// R_K and its derivative in ln κ, from βα − df2 at κ.
    fn risk_slope(&self, all: &Sloped, (alpha, part): (f64, f64), margin: f64, noise: f64) -> RiskSlope {
        let level = all.sums.bias + noise;
        let (level_slope, margin_slope) = (2.0 * all.bias_rest, 2.0 * all.gap_rest);
        let (one, many) = (margin.recip(), (margin + (alpha - part)).recip());
        let (single, all) = (self.single * part, (1.0 - self.single) * alpha);
        let inflation = single * one + all * many;
        let inflation_slope = -margin_slope * (single * one * one + all * many * many);
        RiskSlope { risk: level * inflation, slope: level_slope * inflation + level * inflation_slope }
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

/// The sums at one κ, and those that give their derivatives in ln κ.
#[derive(Debug, Clone, Copy)]
struct Sloped {
    sums: Sums,
    /// Σ w a²(1−a).
    gap_rest: f64,
    /// Σ w τ a(1−a)².
    bias_rest: f64,
}

impl Sloped {
    fn at(spectrum: &Spectrum, kappa: f64) -> Self {
        if kappa == 0.0 {
            return Self { sums: fixed_point::sums(spectrum, kappa), gap_rest: 0.0, bias_rest: 0.0 };
        }
        let [df1, df2, gap, unused, bias, gap_rest, bias_rest] =
            total!(spectrum, 0.0, kappa, [kappa], 7, |w, s, e, r| {
                let (a, b) = (s * r, r * kappa);
                let (wa, ebb) = (w * a, e * b * b);
                let wab = wa * b;
                [wa, wa * a, wab, w * b, ebb, wab * a, ebb * a]
            });
        let bias = bias + spectrum.unreachable();
        Self { sums: Sums { df1, df2, gap, unused, bias }, gap_rest, bias_rest }
    }
}

/// A scan for tuned ridges; `None` for other choices.
fn scan(spectrum: &Spectrum, choice: RidgeChoice) -> Option<Scan<Sloped>> {
    let (largest, smallest) = spectrum.range().filter(|_| choice == RidgeChoice::OptimalNonNegative)?;
    Some(Scan::new((smallest, largest), |kappa| Sloped::at(spectrum, kappa)))
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
