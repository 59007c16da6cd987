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

use std::sync::Arc;

use super::super::fixed_point::{Pull, solve_with};
use super::super::numeric::snapped;
use super::super::quantity::{NoiseVariance, Residue, RidgeChoice, SampleRatio, TheoryError, Width};
use super::super::ridge::infinite;
use super::super::vector::total;
use super::super::{Risk, Spectrum};
use super::neighbours::neighbours;
use super::terms::RepresentationTerms;
use super::tuned::Scan;

/// N random features of a featurization with this spectrum.
#[derive(Debug, Clone, PartialEq)]
pub struct RandomFeatures {
    spectrum: Arc<Spectrum>,
    width: f64,
    residue: f64,
}

/// The sums over a spectrum that section 11.1 needs, at one κ₂.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sums {
    pub df1: f64,
    pub df2: f64,
    /// df1 − df2.
    pub gap: f64,
    /// T₂ = Σ w τ (1−a)², directions with s = 0 included.
    pub bias: f64,
    /// T − T₂ = Σ w τ a(1−a).
    pub cross: f64,
}

impl Sums {
    pub fn at(spectrum: &Spectrum, kappa: f64) -> Self {
        if kappa == 0.0 {
            let rank = spectrum.rank();
            return Self { df1: rank, df2: rank, gap: 0.0, bias: spectrum.unreachable(), cross: 0.0 };
        }
        let [df1, df2, gap, bias, cross] = total!(spectrum, 0.0, kappa, [kappa], 5, |w, s, e, r| {
            let (a, b) = (s * r, r * kappa);
            let (wa, eb) = (w * a, e * b);
            [wa, wa * a, wa * b, eb * b, eb * a]
        });
        Self { df1, df2, gap, bias: bias + spectrum.unreachable(), cross }
    }
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
    fn evaluate_near(
        &self,
        sample_ratio: SampleRatio,
        choice: RidgeChoice,
        noise: NoiseVariance,
        scan: Option<&Scan<Sums>>,
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
    fn scan(&self, choice: RidgeChoice, least: f64) -> Option<Scan<Sums>> {
        let (largest, smallest) =
            self.spectrum.range().filter(|_| choice == RidgeChoice::OptimalNonNegative)?;
        let largest = largest.max(self.width * self.residue / least.min(self.width));
        Some(Scan::new((smallest, largest), |kappa| Sums::at(&self.spectrum, kappa)))
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
    fn tuned(&self, alpha: f64, noise: f64, scan: Option<&Scan<Sums>>) -> Risk {
        let Self { spectrum, width: nu, residue } = self;
        let mean = self.mean(alpha, noise);
        let Some(scan) = scan else { return mean };
        let lowest = self.solve(alpha, 0.0, None);
        let inside = |kappa: f64, sums: Sums| {
            let z = residue / kappa;
            let full = sums.df1 + nu * z;
            let (x, y) = ((nu - full).max(0.0), (alpha - full).max(0.0));
            let lambda = kappa * (x / nu) * (y / alpha);
            Parts { alpha, nu: *nu, x, y, z, sums }.risk(lambda, noise, kappa)
        };
        let ridgeless = self.at_kappa(alpha, 0.0, noise, lowest);
        let best = scan.least(lowest, [ridgeless, mean], |kappa| Sums::at(spectrum, kappa), inside);
        let best = best.unwrap_or(mean);
        if best.ridge == 0.0 || !best.ridge.is_finite() {
            return best;
        }
        let kappa = self.solve(alpha, best.ridge, best.representation.map(|terms| terms.kappa2));
        self.at_kappa(alpha, best.ridge, noise, kappa)
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
        let pull = |kappa: f64| {
            let (near, single) = (excess(squared / kappa, difference), inverse / kappa);
            let whole = 2.0 * near + difference;
            let fall = if whole > 0.0 { near * (near + difference) / whole } else { 0.0 };
            let curve = if whole > 0.0 { 2.0 * fall * fall / whole } else { 0.0 };
            Pull { value: near + single, fall: fall + single, bend: fall - curve + single }
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
        solve_with(spectrum, least, (low * (1.0 - 1e-12), high * (1.0 + 1e-12)), guess, pull)
    }

    /// Risk and analysis of variance for a known κ₂; λ and κ₂ must belong together.
    fn at_kappa(&self, alpha: f64, lambda: f64, noise: f64, kappa2: f64) -> Risk {
        let (nu, rank) = (self.width, self.spectrum.rank());
        let sums = Sums::at(&self.spectrum, kappa2);
        let (x, y, z) = if kappa2 > 0.0 {
            let near = excess(alpha * nu * (lambda / kappa2), (alpha - nu).abs());
            let far = near + (alpha - nu).abs();
            let (x, y) = if nu <= alpha { (near, far) } else { (far, near) };
            (x, y, self.residue / kappa2)
        } else {
            (nu - rank, alpha - rank, 0.0)
        };
        Parts { alpha, nu, x, y, z, sums }.risk(lambda, noise, kappa2)
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

/// The quantities of section 11.1 at one κ₂ from which the risk is computed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Parts {
    pub alpha: f64,
    /// ν.
    pub nu: f64,
    /// ν − full.
    pub x: f64,
    /// α − full.
    pub y: f64,
    /// ζ/κ₂.
    pub z: f64,
    pub sums: Sums,
}

impl Parts {
    fn risk(self, lambda: f64, noise: f64, kappa2: f64) -> Risk {
        let Self { alpha, nu, x, y, z, sums } = self;
        let g = sums.gap + nu * z;
        // g/(νD₂) and t/D₂, which sum to 1.
        let (share, rest) = if g > 0.0 { (g / (x + g), x / (x + g)) } else { (0.0, 1.0) };
        let variance_w = sums.cross * share;
        let bias_given = sums.bias + variance_w;
        // α − df2 and α − df2_full.
        let (margin, margin_full) = (y + g, y + g * rest);
        let df2_full = sums.df2 + g * share;
        let over = |energy: f64, above: f64, below: f64| {
            if energy == 0.0 || above == 0.0 { 0.0 } else { energy * above / below }
        };
        let variance_x = over(sums.bias, sums.df2, margin);
        let variance_x_noise = over(noise, sums.df2, margin);
        // r/(1−r) − d/(1−d) = α(df2_full − df2)/((α − df2)(α − df2_full)).
        let more = over(over(1.0, alpha, margin), g * share, margin_full);
        let times = |energy: f64| if energy == 0.0 { 0.0 } else { energy * more };
        let variance_w_x = over(variance_w, df2_full, margin_full) + times(sums.bias);
        let variance_w_x_noise = times(noise);
        let risk = over(bias_given + noise, alpha, margin_full);
        let unfitted = (y / alpha).max(0.0);
        Risk {
            sample_ratio: alpha,
            ridge: lambda,
            kappa: kappa2 * (x / nu),
            df1: sums.df1 + nu * z,
            df2: df2_full,
            bias: sums.bias,
            variance_x,
            variance_x_noise,
            noise,
            risk,
            unshifted: risk,
            train: if unfitted == 0.0 { 0.0 } else { unfitted * unfitted * risk },
            representation: Some(RepresentationTerms {
                kappa2,
                bias_given,
                variance_w,
                variance_w_x,
                variance_w_x_noise,
            }),
            source: None,
        }
    }
}
