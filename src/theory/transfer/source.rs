//! Weights carried over from a source task: a ridge towards γ times its fitted coefficients (section 11.3).

use super::super::fixed_point::{self, Sums};
use super::super::negative::{self, Place};
use super::super::numeric::valley;
use super::super::quantity::{Correlation, NoiseVariance, Ridge, RidgeChoice, SampleRatio, TheoryError};
use super::super::ridge::Optimizer;
use super::super::vector::{Atoms, total};
use super::super::{Risk, Spectrum, ridge, risk};
use super::neighbours::neighbours;
use super::terms::SourceTerms;

/// The fit on the source task: samples per dimension, ridge and label noise.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SourceFit {
    /// α_S = n_S/p.
    pub samples: SampleRatio,
    /// λ_S.
    pub ridge: Ridge,
    /// σ_S².
    pub noise: NoiseVariance,
}

/// γ, the weight on the source coefficients.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum SourceWeight {
    /// A fixed γ at every ridge and sample ratio.
    Fixed(f64),
    /// The γ* of least risk at each ridge and sample ratio.
    Best,
}

/// Fits towards the coefficients of a source task whose covariates and task covariance are those of the target, and
/// whose coefficients have correlation c with the target's.
#[derive(Debug, Clone, PartialEq)]
pub struct TowardsSource {
    spectrum: Spectrum,
    correlation: f64,
    weight: SourceWeight,
    /// For every s > 0: the source's filter, and the contribution of sampling and noise to its coefficients.
    source: Vec<Coefficient>,
    /// For every s > 0: wτa and wv = a²·w(τ + R_S/α_S).
    products: Products,
    /// The spectrum with the residual energies for a fixed γ.
    left: Option<Spectrum>,
}

#[derive(Debug, Clone, PartialEq)]
struct Products {
    shared: Vec<f64>,
    squared: Vec<f64>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Coefficient {
    filter: f64,
    /// a²·w·R_S/α_S, the contribution of sampling and noise of the source.
    spread: f64,
}

impl Coefficient {
    /// Residual energy wτ' = wτ[(1 − γca)² + γ²a²(1 − c²)] + γ²a²wR_S/α_S, without cancellation.
    fn left(self, energy: f64, correlation: f64, weight: f64) -> f64 {
        let Self { filter, spread } = self;
        let (kept, share) = (1.0 - weight * correlation * filter, weight * filter);
        let other = share * share * (1.0 - correlation) * (1.0 + correlation);
        let added = if weight == 0.0 || spread == 0.0 { 0.0 } else { weight * weight * spread };
        energy * (kept * kept + other) + added
    }
}

impl TowardsSource {
    /// `fit` is `None` without source samples: the prior mean is then 0, an ordinary ridge fit.
    ///
    /// # Errors
    /// If the source's ridge has no solution, or if the test covariance differs from that of the samples.
    pub fn new(
        spectrum: Spectrum,
        fit: Option<SourceFit>,
        correlation: Correlation,
        weight: SourceWeight,
    ) -> Result<Self, TheoryError> {
        if spectrum.test().is_some() {
            return Err(TheoryError::Spectrum(
                "a source task has no formula under a [test] covariance; accepted are scenarios without one"
                    .into(),
            ));
        }
        let solved =
            fit.map(|fit| risk::evaluate(&spectrum, fit.samples, fit.ridge, fit.noise)).transpose()?;
        let coefficient = |(&w, &s): (&f64, &f64)| {
            let Some(risk) = &solved else { return Coefficient { filter: 0.0, spread: 0.0 } };
            let filter = s / (s + risk.kappa);
            let spread = risk.risk / risk.sample_ratio;
            Coefficient { filter, spread: if spread == 0.0 { 0.0 } else { filter * filter * w * spread } }
        };
        let source: Vec<_> = spectrum.weights().iter().zip(spectrum.eigenvalues()).map(coefficient).collect();
        let atoms = || spectrum.weighted_energies().iter().zip(&source);
        let products = Products {
            shared: atoms().map(|(e, c)| e * c.filter).collect(),
            squared: atoms().map(|(e, c)| e * c.filter * c.filter + c.spread).collect(),
        };
        let mut towards =
            Self { spectrum, correlation: correlation.get(), weight, source, products, left: None };
        if let SourceWeight::Fixed(weight) = weight {
            towards.left = Some(towards.with_weight(weight));
        }
        Ok(towards)
    }

    /// Spectrum of the target without the source.
    #[must_use]
    pub const fn spectrum(&self) -> &Spectrum {
        &self.spectrum
    }

    /// The spectrum whose risk is that of the fit, for a fixed γ; `None` for the best γ.
    #[must_use]
    pub const fn remaining(&self) -> Option<&Spectrum> {
        self.left.as_ref()
    }

    /// Risk at every sample ratio, each solve started from its neighbours. `None` where there is no solution.
    ///
    /// # Errors
    /// [`TheoryError::Interrupted`] once `stop` returns true.
    pub fn curve(
        &self,
        ratios: &[SampleRatio],
        choice: RidgeChoice,
        noise: NoiseVariance,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<Vec<Option<Risk>>, TheoryError> {
        let tuning = self.tuning(choice);
        neighbours(
            ratios,
            stop,
            SampleRatio::get,
            |ratio, guess| self.evaluate_near(ratio, choice, noise, tuning.as_ref(), guess).ok(),
            |risk: &Risk| Some(risk.kappa),
        )
    }

    /// The search for a tuned ridge; `None` for a fixed ridge.
    fn tuning(&self, choice: RidgeChoice) -> Option<Tuning<'_>> {
        (!matches!(choice, RidgeChoice::Fixed(_))).then(|| Tuning {
            alone: Optimizer::new(&self.spectrum),
            left: self.left.as_ref().map(Optimizer::new),
            nodes: match self.left {
                Some(_) => Vec::new(),
                None => ridge::places(&self.spectrum)
                    .into_iter()
                    .map(|place| (place, self.profile(place)))
                    .collect(),
            },
            non_negative: choice == RidgeChoice::OptimalNonNegative,
        })
    }

    /// The spectrum with the residual energies for γ = `weight`.
    fn with_weight(&self, weight: f64) -> Spectrum {
        self.spectrum.with_energies(self.energies_left(weight), self.spectrum.unreachable())
    }

    fn energies_left(&self, weight: f64) -> Vec<f64> {
        let energies = self.spectrum.weighted_energies().iter().zip(&self.source);
        energies.map(|(&e, c)| c.left(e, self.correlation, weight)).collect()
    }

    /// Risk at α with a ridge of either sign, fixed or tuned.
    ///
    /// # Errors
    /// [`TheoryError::BelowAdmissible`] for a fixed negative ridge without a solution.
    pub fn evaluate(
        &self,
        sample_ratio: SampleRatio,
        choice: RidgeChoice,
        noise: NoiseVariance,
    ) -> Result<Risk, TheoryError> {
        self.evaluate_near(sample_ratio, choice, noise, self.tuning(choice).as_ref(), None)
    }

    fn evaluate_near(
        &self,
        sample_ratio: SampleRatio,
        choice: RidgeChoice,
        noise: NoiseVariance,
        tuning: Option<&Tuning<'_>>,
        guess: Option<f64>,
    ) -> Result<Risk, TheoryError> {
        // The comparison without the source uses a ridge chosen in the same way.
        let (risk, without) = match (choice, tuning) {
            (RidgeChoice::Fixed(ridge), _) => {
                // κ depends on neither γ nor the source.
                let (alpha, lambda) = (self.spectrum.snapped(sample_ratio.get()), ridge.get());
                let kappa = if lambda >= 0.0 {
                    fixed_point::solve(&self.spectrum, alpha, lambda, guess)
                } else {
                    negative::solve(&self.spectrum, alpha, lambda, guess)?
                };
                let sums = fixed_point::sums(&self.spectrum, kappa);
                let alone = risk::from_sums(&sums, alpha, lambda, noise.get(), kappa);
                (self.with_source(&sums, &alone), alone.risk)
            }
            (_, Some(tuning)) => {
                let (non_negative, alone) = (tuning.non_negative, &tuning.alone);
                let without = alone.optimal(sample_ratio, noise, non_negative);
                let risk = match &tuning.left {
                    Some(left) => left.optimal(sample_ratio, noise, non_negative),
                    None => self.tuned(tuning, sample_ratio, noise, without),
                };
                (risk, without.risk)
            }
            (_, None) => return Err(TheoryError::EitherSign),
        };
        Ok(Risk { source: Some(self.terms(&risk, without)), ..risk })
    }

    /// The fit with the source at the κ of the fit `alone`, from the `sums` at this κ.
    fn with_source(&self, sums: &Sums, alone: &Risk) -> Risk {
        let (kappa, unreachable) = (alone.kappa, self.spectrum.unreachable());
        let bias = |energies: &[f64]| {
            let eigenvalues = self.spectrum.eigenvalues();
            let atoms = Atoms { weights: energies, eigenvalues, energies };
            let [bias] = total!(atoms, 0.0, kappa, [kappa], 1, |energy, _, _, r| {
                let b = r * kappa;
                [energy * b * b]
            });
            bias + unreachable
        };
        let bias = match &self.left {
            _ if kappa == 0.0 => unreachable,
            Some(left) => bias(left.weighted_energies()),
            None => bias(&self.energies_left(self.moments(kappa).best_weight(self.correlation))),
        };
        risk::from_sums(&Sums { bias, ..*sums }, alone.sample_ratio, alone.ridge, alone.noise, kappa)
    }

    /// The best γ at the best ridge: the best γ is known at every κ, and the risk is minimised over κ. `without` is
    /// the fit without the source.
    fn tuned(
        &self,
        tuning: &Tuning<'_>,
        sample_ratio: SampleRatio,
        noise: NoiseVariance,
        without: Risk,
    ) -> Risk {
        let alpha = self.spectrum.snapped(sample_ratio.get());
        let ridgeless = fixed_point::solve(&self.spectrum, alpha, 0.0, None);
        let height = |(place, profile): &(Place, Profile)| {
            let below = tuning.non_negative && place.kappa() < ridgeless;
            if below { f64::INFINITY } else { self.height(*profile, place.kappa(), alpha, noise.get()) }
        };
        let at = |place: Place| {
            let kappa = place.kappa();
            let sums = fixed_point::sums_at(&self.spectrum, place.base, place.offset);
            let lambda = kappa * sums.unfitted(&self.spectrum, alpha) / alpha;
            let lambda = if kappa == ridgeless { 0.0 } else { lambda };
            let alone = risk::from_sums(&sums, alpha, lambda, noise.get(), kappa);
            self.with_source(&sums, &alone)
        };
        let mut best = at(Place { base: 0.0, offset: ridgeless });
        let mut consider = |risk: Risk| {
            if risk.risk < best.risk {
                best = risk;
            }
        };
        consider(without);
        let heights: Vec<f64> = tuning.nodes.iter().map(height).collect();
        for (nodes, heights) in tuning.nodes.windows(3).zip(heights.windows(3)) {
            let (&[(low, _), (middle, _), (high, _)], &[left, here, right]) = (nodes, heights) else {
                continue;
            };
            if !(here.is_finite() && here <= left && here <= right) {
                continue;
            }
            // Below the smallest eigenvalue, distances are measured from −s_min, where the range of κ < 0 ends.
            let base = if low.base > 0.0 || middle.kappa() == 0.0 || low.kappa() == 0.0 {
                self.spectrum.range().map_or(0.0, |(_, smallest)| smallest)
            } else {
                0.0
            };
            let log = |place: Place| {
                if place.base == base { place.offset.ln() } else { (place.kappa() + base).ln() }
            };
            let place = |log: f64| Place { base, offset: log.exp() };
            let at_log = |log: f64| (place(log), self.profile(place(log)));
            let (_, (found, _)) = valley((log(low), log(middle), log(high)), at_log, height);
            consider(at(found));
        }
        best
    }

    /// The sums that determine the risk with the best γ.
    fn profile(&self, place: Place) -> Profile {
        let [df2, energy] = total!(&self.spectrum, place.base, place.offset, [], 2, |w, s, e, r| {
            let a = s * r;
            [w * a * a, e * r * r]
        });
        Profile { df2, energy, moments: self.moments_at(place) }
    }

    /// (Bias² + σ²)/D with the best γ.
    fn height(&self, profile: Profile, kappa: f64, alpha: f64, noise: f64) -> f64 {
        let Profile { df2, energy, moments } = profile;
        let gain = moments.best_weight(self.correlation) * self.correlation * moments.shared;
        let bias = self.spectrum.unreachable() + kappa * kappa * (energy - gain).max(0.0);
        if df2 < alpha { (bias + noise) / (1.0 - df2 / alpha) } else { f64::INFINITY }
    }

    fn terms(&self, risk: &Risk, without: f64) -> SourceTerms {
        let moments = self.moments(risk.kappa);
        let best_weight = moments.best_weight(self.correlation);
        let weight = if let SourceWeight::Fixed(weight) = self.weight { weight } else { best_weight };
        SourceTerms { weight, best_weight, correlation_of_no_gain: moments.of_no_gain(), without }
    }

    fn moments(&self, kappa: f64) -> Moments {
        if kappa.is_finite() {
            return self.moments_at(Place { base: 0.0, offset: kappa });
        }
        let Products { shared, squared } = &self.products;
        Moments { shared: shared.iter().sum(), squared: squared.iter().sum() }
    }

    /// Uses b/κ in place of b, which has a limit at κ = 0; only ratios of the sums matter.
    fn moments_at(&self, place: Place) -> Moments {
        let Products { shared, squared } = &self.products;
        let atoms = Atoms { weights: shared, eigenvalues: self.spectrum.eigenvalues(), energies: squared };
        let [shared, squared] = total!(atoms, place.base, place.offset, [], 2, |shared, _, squared, r| [
            shared * r * r,
            squared * r * r
        ]);
        Moments { shared, squared }
    }
}

/// Searches for tuned ridges, shared by all sample ratios and noise levels.
struct Tuning<'a> {
    /// The search for the fit without the source.
    alone: Optimizer<'a>,
    /// The search for the fit with the source, if γ is fixed.
    left: Option<Optimizer<'a>>,
    /// Nodes for the fit with the best γ at each κ.
    nodes: Vec<(Place, Profile)>,
    non_negative: bool,
}

/// Sums at one κ: df2, Σ wτ(b/κ)² and the moments.
#[derive(Debug, Clone, Copy)]
struct Profile {
    df2: f64,
    energy: f64,
    moments: Moments,
}

/// Σ wτab² and Σ wvb², up to a common factor.
#[derive(Debug, Clone, Copy)]
struct Moments {
    shared: f64,
    squared: f64,
}

impl Moments {
    /// γ* = cΣwτab²/Σwvb²; 0 where there is no source.
    fn best_weight(self, correlation: f64) -> f64 {
        if self.squared > 0.0 { correlation * self.shared / self.squared } else { 0.0 }
    }

    /// c* = ½Σwvb²/Σwτab²; infinite where no correlation suffices.
    fn of_no_gain(self) -> f64 {
        if self.squared == 0.0 { 0.0 } else { 0.5 * self.squared / self.shared }
    }
}
