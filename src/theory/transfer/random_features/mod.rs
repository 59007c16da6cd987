//! Ridge regression on N random features (section 11.1): fixed point and analysis of variance.
//!
//! Φ = Wᵀx̃ + √ζ g with x̃ the featurized covariates, W_ij ~ (0, 1/N) and g the remainder of a nonlinearity. With x =
//! ν − full and y = α − full, where full is the effective number of features per dimension, the fixed point reads
//!
//! ```text
//! df1(κ₂) + νζ/κ₂ = full        x·y = ανλ/κ₂        x − y = ν − α
//! ```
//!
//! so that with m = min(α, ν) and Δ = |α − ν| it is df1(κ₂) + νζ/κ₂ + P = m, P(P + Δ) = ανλ/κ₂. Both terms beside df1
//! decrease in κ₂: the root is unique, and it belongs to the rightmost branch. Every quantity below is a sum of terms
//! of one sign in g = full − df2: D₂ = (x + g)/ν, 1 − t/D₂ = g/(νD₂) with t = κ/κ₂ = x/ν.

mod parts;

use std::sync::Arc;

use super::neighbours::neighbours;
use super::terms::RepresentationTerms;
use super::tuned::STEP;
use crate::theory::fixed_point::{RidgeTerm, solve_with};
use crate::theory::numeric::snapped;
use crate::theory::quantity::{NoiseVariance, Residue, RidgeChoice, SampleRatio, TheoryError, Width};
use crate::theory::ridge::infinite;
use crate::theory::{Risk, Spectrum};
pub(super) use parts::Search;
use parts::{Parts, Sloped, Sums};

/// N random features of a featurization with this spectrum.
#[derive(Debug, Clone, PartialEq)]
pub struct RandomFeatures {
    spectrum: Arc<Spectrum>,
    width: f64,
    residue: f64,
}

impl RandomFeatures {
    /// N = ν·p random features of a featurization, with the residue ζ of their nonlinearity (0: linear).
    ///
    /// # Errors
    /// Where the test covariance differs from that of the samples: section 11 has no formula for it.
    pub fn new(
        spectrum: impl Into<Arc<Spectrum>>,
        width: Width,
        residue: Residue,
    ) -> Result<Self, TheoryError> {
        let spectrum = spectrum.into();
        if spectrum.test().is_some() {
            return Err(TheoryError::Spectrum(
                "random and pretrained features have no formula under a [test] covariance; accepted are scenarios \
                 without one"
                    .into(),
            ));
        }
        // n = N = rank is recognised however the shares were computed.
        let width = snapped(width.get(), spectrum.rank());
        Ok(Self { spectrum, width, residue: residue.get() })
    }

    /// The features with every energy τ multiplied by `share`.
    pub(crate) fn scaled(&self, share: f64) -> Self {
        Self { spectrum: Arc::new(self.spectrum.scaled_energies(share)), ..*self }
    }

    /// Spectrum of the featurization before the random projection.
    #[must_use]
    pub fn spectrum(&self) -> &Spectrum {
        &self.spectrum
    }

    /// Width ν = N/p.
    #[must_use]
    pub const fn width(&self) -> f64 {
        self.width
    }

    /// Residue ζ of the nonlinearity.
    #[must_use]
    pub const fn residue(&self) -> f64 {
        self.residue
    }

    /// Largest number of effective features per dimension, at κ = 0: ν if ζ > 0, else min(ν, rank). At λ = 0 the risk
    /// diverges where α equals it.
    #[must_use]
    pub fn reach(&self) -> f64 {
        if self.residue > 0.0 { self.width } else { self.width.min(self.spectrum.rank()) }
    }

    /// `alpha`, replaced by ν or the rank if it equals one of them up to rounding.
    pub(super) fn snapped(&self, sample_ratio: SampleRatio) -> f64 {
        snapped(self.spectrum.snapped(sample_ratio.get()), self.width)
    }

    /// Risk and analysis of variance at α = n/p with a ridge λ‖β‖² on the random features.
    ///
    /// # Errors
    /// [`TheoryError::NegativeRidge`] for λ < 0, [`TheoryError::EitherSign`] for a tuned ridge of either sign.
    pub fn evaluate(
        &self,
        sample_ratio: SampleRatio,
        choice: RidgeChoice,
        noise: NoiseVariance,
    ) -> Result<Risk, TheoryError> {
        self.evaluate_near(sample_ratio, choice, noise, self.scan(choice, sample_ratio.get()).as_ref(), None)
    }

    /// [`RandomFeatures::evaluate`] started from the κ₂ of a neighbouring point; a tuned ridge uses a scan of the
    /// spectrum.
    pub(super) fn evaluate_near(
        &self,
        sample_ratio: SampleRatio,
        choice: RidgeChoice,
        noise: NoiseVariance,
        scan: Option<&Search>,
        guess: Option<f64>,
    ) -> Result<Risk, TheoryError> {
        let alpha = self.snapped(sample_ratio);
        match choice {
            RidgeChoice::Fixed(ridge) if ridge.get() >= 0.0 => {
                let kappa = self.solve(alpha, ridge.get(), guess);
                Ok(self.at_kappa(alpha, ridge.get(), noise.get(), kappa))
            }
            RidgeChoice::Fixed(ridge) => Err(TheoryError::NegativeRidge(ridge.get())),
            RidgeChoice::Optimal => Err(TheoryError::EitherSign),
            RidgeChoice::OptimalNonNegative => Ok(self.tuned(alpha, noise.get(), scan)),
        }
    }

    /// A scan for tuned ridges at sample ratios or widths of at least `least`; `None` for other ridge choices.
    pub(super) fn scan(&self, choice: RidgeChoice, least: f64) -> Option<Search> {
        let (largest, smallest) =
            self.spectrum.range().filter(|_| choice == RidgeChoice::OptimalNonNegative)?;
        let largest = largest.max(self.width * self.residue / least.min(self.width));
        Some(Search::new((smallest, largest), |kappa| Sloped::at(&self.spectrum, kappa)))
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
        let least = ratios.iter().map(|ratio| ratio.get()).fold(f64::INFINITY, f64::min);
        let scan = self.scan(choice, least);
        let at = |ratio, guess| self.evaluate_near(ratio, choice, noise, scan.as_ref(), guess).ok();
        neighbours(ratios, stop, SampleRatio::get, at, kappa2)
    }

    /// Risk at α for every width of linear random features of a featurization, each solve started from its neighbours.
    /// `None` where there is no solution.
    ///
    /// # Errors
    /// [`TheoryError::Interrupted`] once `stop` returns true, and as [`RandomFeatures::new`].
    pub fn over_widths(
        spectrum: &Arc<Spectrum>,
        widths: &[Width],
        sample_ratio: SampleRatio,
        (choice, noise): (RidgeChoice, NoiseVariance),
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<Vec<Option<Risk>>, TheoryError> {
        let features = |width| Self::new(Arc::clone(spectrum), width, Residue::NONE);
        let scan = match widths.first() {
            Some(&width) => features(width)?.scan(choice, sample_ratio.get()),
            None => None,
        };
        let at = |width, guess| {
            features(width).ok()?.evaluate_near(sample_ratio, choice, noise, scan.as_ref(), guess).ok()
        };
        neighbours(widths, stop, |width| width.get().ln(), at, kappa2)
    }

    /// Strength C of the pole R ≈ C/|α − reach| at λ = 0; `None` where nothing diverges.
    #[must_use]
    pub fn strength(&self, noise: NoiseVariance) -> Option<f64> {
        let reach = self.reach();
        let at = self.at_kappa(reach, 0.0, noise.get(), self.solve(reach, 0.0, None));
        let strength = reach * (at.representation?.bias_given + noise.get());
        (strength > 0.0).then_some(strength)
    }

    /// The least risk over λ ≥ 0.
    fn tuned(&self, alpha: f64, noise: f64, scan: Option<&Search>) -> Risk {
        // A relative difference ν − full or α − full below this has lost digits by cancellation.
        const CANCELLED: f64 = 1e-4;
        let Self { spectrum, width: nu, residue } = self;
        let mean = self.mean(alpha, noise);
        let Some(scan) = scan else { return mean };
        let full = |kappa: f64, Sloped { sums, .. }: &Sloped| {
            let single = nu * residue / kappa;
            [sums.df1 + single, -(sums.gap + single)]
        };
        let lowest = self.solve(alpha, 0.0, scan.near(alpha.min(*nu), full));
        let at_lowest = Sloped::at(spectrum, lowest);
        let inside = |kappa: f64, all: &Sloped| {
            if kappa == lowest {
                return self.parts(alpha, 0.0, kappa, all.sums);
            }
            let [full, _] = full(kappa, all);
            let (x, y) = ((nu - full).max(0.0), (alpha - full).max(0.0));
            Parts { alpha, nu: *nu, x, y, z: residue / kappa, sums: all.sums }
        };
        let risk_slope = |kappa: f64, all: &Sloped| inside(kappa, all).risk_slope(all, noise);
        let minima = scan.minima((lowest, at_lowest), STEP, |kappa| Sloped::at(spectrum, kappa), risk_slope);
        let ridgeless = self.parts(alpha, 0.0, lowest, at_lowest.sums).risk(0.0, noise, lowest);
        let mut best = if mean.risk < ridgeless.risk { mean } else { ridgeless };
        for (kappa, all) in minima {
            let parts = inside(kappa, &all);
            let lambda = kappa * (parts.x / nu) * (parts.y / alpha);
            let risk = if parts.x > CANCELLED * nu && parts.y > CANCELLED * alpha {
                parts.risk(lambda, noise, kappa)
            } else {
                let kappa = self.solve(alpha, lambda, Some(kappa));
                self.at_kappa(alpha, lambda, noise, kappa)
            };
            if risk.risk < best.risk {
                best = risk;
            }
        }
        best
    }

    /// The limit λ = ∞: the mean is predicted.
    fn mean(&self, alpha: f64, noise: f64) -> Risk {
        let terms = RepresentationTerms {
            kappa2: f64::INFINITY,
            bias_given: self.spectrum.signal(),
            variance_w: 0.0,
            variance_w_x: 0.0,
            variance_w_x_noise: 0.0,
        };
        Risk { representation: Some(terms), ..infinite(&self.spectrum, alpha, noise) }
    }

    /// κ₂ for λ ≥ 0; 0 where λ = ζ = 0 and neither α nor ν is below the rank.
    fn solve(&self, alpha: f64, lambda: f64, guess: Option<f64>) -> f64 {
        let Self { spectrum, width, residue } = self;
        let rank = spectrum.rank();
        let (least, difference) = (alpha.min(*width), (alpha - width).abs());
        let (squared, inverse) = (alpha * width * lambda, width * residue);
        if squared == 0.0 && inverse == 0.0 && least >= rank {
            return 0.0;
        }
        let ridge_term = |kappa: f64| {
            let (near, single) = (excess(squared / kappa, difference), inverse / kappa);
            let whole = 2.0 * near + difference;
            let fall = if whole > 0.0 { near * (near + difference) / whole } else { 0.0 };
            let curve = if whole > 0.0 { 2.0 * fall * fall / whole } else { 0.0 };
            RidgeTerm { value: near + single, fall: fall + single, bend: fall - curve + single }
        };
        // P(κ₂) ≤ m bounds κ₂ from below, P ≤ m − Σws/κ₂ from above; and with u = rank − df1, (m − rank) + u = P.
        let mut low = lambda.max(inverse / least);
        if least < rank
            && let Some((_, smallest)) = spectrum.range()
        {
            low = low.max((rank - least) * smallest / rank);
        }
        let at_most = |room: f64, sums: f64| {
            (2.0 * sums / room).max(squared / (0.5 * room * (0.5 * room + difference)))
        };
        let mut high = at_most(least, spectrum.mean_eigenvalue() + inverse);
        if least > rank {
            high = high.min(at_most(least - rank, inverse));
        }
        solve_with(spectrum, least, (low * (1.0 - 1e-12), high * (1.0 + 1e-12)), guess, ridge_term)
    }

    /// Risk and analysis of variance for a known κ₂; λ and κ₂ must belong together.
    fn at_kappa(&self, alpha: f64, lambda: f64, noise: f64, kappa2: f64) -> Risk {
        self.parts(alpha, lambda, kappa2, Sums::at(&self.spectrum, kappa2)).risk(lambda, noise, kappa2)
    }

    /// The quantities of the risk from λ, without cancellation.
    fn parts(&self, alpha: f64, lambda: f64, kappa2: f64, sums: Sums) -> Parts {
        let (nu, rank) = (self.width, self.spectrum.rank());
        let (x, y, z) = if kappa2 > 0.0 {
            let near = excess(alpha * nu * (lambda / kappa2), (alpha - nu).abs());
            let far = near + (alpha - nu).abs();
            let (x, y) = if nu <= alpha { (near, far) } else { (far, near) };
            (x, y, self.residue / kappa2)
        } else {
            (nu - rank, alpha - rank, 0.0)
        };
        Parts { alpha, nu, x, y, z, sums }
    }
}

fn kappa2(risk: &Risk) -> Option<f64> {
    risk.representation.map(|terms| terms.kappa2)
}

/// The root P ≥ 0 of P(P + `difference`) = `product`, without cancellation.
fn excess(product: f64, difference: f64) -> f64 {
    let root = difference.hypot(2.0 * product.sqrt());
    if root > 0.0 { 2.0 * product / (difference + root) } else { 0.0 }
}
