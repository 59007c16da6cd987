//! Weights carried over from a source task: a ridge towards γ times its fitted coefficients (section 11.3).

mod moments;

use super::neighbours::neighbours;
use super::terms::SourceTerms;
use crate::theory::descent::{Point, local_minimum};
use crate::theory::fixed_point::{self, Sums};
use crate::theory::negative::{self, Coordinate, OffsetKappa};
use crate::theory::quantity::{Correlation, NoiseVariance, Ridge, RidgeChoice, SampleRatio, TheoryError};
use crate::theory::ridge::Optimizer;
use crate::theory::vector::{Atoms, total};
use crate::theory::{Risk, Spectrum, ridge, risk};
use moments::{Moments, Products, Profile};

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
                // The risk decreases in κ for κ < 0.
                None => ridge::places(&self.spectrum)
                    .into_iter()
                    .filter(|place| place.kappa() >= 0.0)
                    .map(|place| (place, Profile::at(&self.spectrum, &self.products, place)))
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
        let (risk, moments, without) = match (choice, tuning) {
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
                let (risk, moments) = self.with_source(&sums, &alone);
                (risk, moments, alone.risk)
            }
            (_, Some(tuning)) => {
                let at = (self.spectrum.snapped(sample_ratio.get()), noise.get());
                let (non_negative, ridgeless) = (tuning.non_negative, tuning.alone.ridgeless(at.0));
                let without = tuning.alone.least(at, non_negative, ridgeless);
                let (risk, moments) = match &tuning.left {
                    Some(left) => {
                        let risk = left.search(at, non_negative, ridgeless);
                        (risk, self.products.moments(&self.spectrum, risk.kappa))
                    }
                    None => self.tuned(tuning, at, ridgeless),
                };
                (risk, moments, without)
            }
            (_, None) => return Err(TheoryError::EitherSign),
        };
        Ok(Risk { source: Some(self.terms(moments, without)), ..risk })
    }

    /// The fit with the source at the κ of the fit `alone`, from the `sums` at this κ; and the moments at this κ.
    fn with_source(&self, sums: &Sums, alone: &Risk) -> (Risk, Moments) {
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
        let moments = self.products.moments(&self.spectrum, kappa);
        let bias = match &self.left {
            _ if kappa == 0.0 => unreachable,
            Some(left) => bias(left.weighted_energies()),
            None => bias(&self.energies_left(moments.best_weight(self.correlation))),
        };
        let sums = Sums { bias, ..*sums };
        (risk::from_sums(&sums, alone.sample_ratio, alone.ridge, alone.noise, kappa), moments)
    }

    /// The best γ at the best ridge, and the moments there: the best γ is known at every κ, and the risk is minimised over
    /// κ.
    fn tuned(&self, tuning: &Tuning<'_>, (alpha, noise): (f64, f64), ridgeless: f64) -> (Risk, Moments) {
        const CLOSE: f64 = 1e-6;
        let without_ridge = OffsetKappa { base: 0.0, offset: ridgeless };
        let (c, unreachable) = (self.correlation, self.spectrum.unreachable());
        let height = |place: OffsetKappa, profile: &Profile| {
            profile.height(place.kappa(), (alpha, noise), c, unreachable)
        };
        // κ = 0 is least squares, whose risk at n = rank is 0 or infinite.
        let ridgeless_risk = if ridgeless == 0.0 {
            risk::at_kappa(&self.spectrum, alpha, 0.0, noise, 0.0).risk
        } else {
            height(without_ridge, &Profile::at(&self.spectrum, &self.products, without_ridge)).0
        };
        let mut best = (ridgeless_risk, without_ridge);
        // λ = ∞: the source coefficients alone.
        let everywhere = self.products.moments(&self.spectrum, f64::INFINITY);
        let gain = everywhere.best_weight(self.correlation) * self.correlation * everywhere.shared;
        let source_alone = self.spectrum.signal() - gain + noise;
        for pair in tuning.nodes.windows(2) {
            let &[(left, ref at_left), (right, ref at_right)] = pair else { continue };
            if tuning.non_negative && right.kappa() <= ridgeless {
                continue;
            }
            let along = Coordinate::between(left, right);
            let point = |place: OffsetKappa, profile: &Profile| {
                let (value, slope) = height(place, profile);
                Point { at: along.of(place), value, slope: slope * along.scale(place), sums: () }
            };
            let (low, high) = (point(left, at_left), point(right, at_right));
            if !(low.slope < 0.0 && high.slope >= 0.0) {
                continue;
            }
            let found = local_minimum(low, high, CLOSE, |at| {
                let place = along.place(at);
                Point { at, ..point(place, &Profile::at(&self.spectrum, &self.products, place)) }
            });
            let place = along.place(found.at);
            if found.value() < best.0 && !(tuning.non_negative && place.kappa() < ridgeless) {
                best = (found.value(), place);
            }
        }
        let (least, OffsetKappa { base, offset }) = best;
        if source_alone < least {
            let left = self.with_weight(everywhere.best_weight(self.correlation));
            return (ridge::infinite(&left, alpha, noise), everywhere);
        }
        let kappa = offset - base;
        let sums = fixed_point::sums_at(&self.spectrum, base, offset);
        let lambda = kappa * sums.unfitted(&self.spectrum, alpha) / alpha;
        let lambda = if kappa == ridgeless { 0.0 } else { lambda };
        let alone = risk::from_sums(&sums, alpha, lambda, noise, kappa);
        self.with_source(&sums, &alone)
    }

    fn terms(&self, moments: Moments, without: f64) -> SourceTerms {
        let best_weight = moments.best_weight(self.correlation);
        let weight = if let SourceWeight::Fixed(weight) = self.weight { weight } else { best_weight };
        SourceTerms { weight, best_weight, correlation_of_no_gain: moments.of_no_gain(), without }
    }
}

/// Searches for tuned ridges, shared by all sample ratios and noise levels.
struct Tuning<'a> {
    /// The search for the fit without the source.
    alone: Optimizer<'a>,
    /// The search for the fit with the source, if γ is fixed.
    left: Option<Optimizer<'a>>,
    /// Nodes for the fit with the best γ at each κ.
    nodes: Vec<(OffsetKappa, Profile)>,
    non_negative: bool,
}
