//! The plug-in optimum of upstream data (sections 5 and 11.2): soft selection with the covariance of m fitted
//! upstream tasks in place of Σ_θ.
//!
//! With N samples each, Σ_x known from all m·N of them and the fits divided by their filters, the empirical
//! covariance of the upstream coefficients has the population spectrum τ + δ, δ = R_u/α_u. Soft selection requires
//! τ + μ with μ = σ²/(1 − α): the difference c = (μ − δ)₊ is added along Σ_x⁻¹. The features are M = WWᵀ + cI with W
//! of m columns; their resolvent is that of WWᵀ at κ' = κ + c, for which section 11.1 (ζ = 0) gives κ' = κ₂(1 −
//! df1/ν). With k = κ/κ', b = κ₂/(s + κ₂) and the filter 1 − kb on average over W,
//!
//! ```text
//! α(1 − λ/κ) = Σ w (1 − kb)        bias² = k²T₂        bias given W = k²B₀
//! df2_full = 1 − 2kΣwb + k²[Σwb² + (1 − D₁/D₂)Σwab]
//! ```
//!
//! c = 0 gives the pretrained features; m → ∞ with N ≥ 2p − n gives soft selection.

mod parts;

use super::super::quantity::{NoiseVariance, Residue, RidgeChoice, SampleRatio, TheoryError, Width};
use super::super::ridge::infinite;
use super::super::{Risk, Spectrum};
use super::neighbours::neighbours;
use super::random_features::{RandomFeatures, Search};
use super::terms::RepresentationTerms;
use super::tuned::Scan;
use parts::{Setting, Sloped, Sums};

/// Features of the plug-in optimum; they exist below α = 1.
#[derive(Debug, Clone, PartialEq)]
pub struct PlugIn {
    /// The features before c is added, with s = (τ + δ)/(1 + δ), and the same scaled to mean 1.
    upstream: RandomFeatures,
    scaled: RandomFeatures,
    /// δ/(1 + δ).
    known: f64,
    /// Factor that converts μ into the units of s.
    unit: f64,
}

impl PlugIn {
    /// The plug-in optimum from the directions (w, x, τ) of covariates and tasks and δ = R_u/α_u of the upstream
    /// fits.
    ///
    /// # Errors
    /// Errors of [`Spectrum::new`].
    pub(super) fn new(
        directions: &[(f64, f64, f64)],
        spread: f64,
        tasks: Width,
    ) -> Result<Self, TheoryError> {
        // Both parts are divided by 1 + δ, so that neither overflows near a pole of the upstream fit.
        let (unit, known) =
            if spread.is_finite() { ((1.0 + spread).recip(), spread / (1.0 + spread)) } else { (0.0, 1.0) };
        let atom = |&(w, x, energy): &(f64, f64, f64)| {
            (w, if x == 0.0 { 0.0 } else { energy * unit + known }, energy)
        };
        let spectrum = Spectrum::new(directions.iter().map(atom))?;
        let features = |spectrum| RandomFeatures::new(spectrum, tasks, Residue::NONE);
        Ok(Self {
            scaled: features(spectrum.clone().normalized())?,
            upstream: features(spectrum)?,
            known,
            unit,
        })
    }

    /// The plug-in optimum with energies τ multiplied by `share` and the upstream data unchanged.
    pub(crate) fn scaled(&self, share: f64) -> Self {
        let [upstream, scaled] = [&self.upstream, &self.scaled].map(|features| features.scaled(share));
        Self { upstream, scaled, unit: self.unit / share, known: self.known }
    }

    /// Spectrum τ + δ of the upstream coefficients, up to a factor.
    #[must_use]
    pub fn spectrum(&self) -> &Spectrum {
        self.upstream.spectrum()
    }

    /// ν = m/p.
    #[must_use]
    pub const fn width(&self) -> f64 {
        self.upstream.width()
    }

    /// Share of the directions with nonzero covariance: the features exist for smaller α.
    #[must_use]
    pub fn reach(&self) -> f64 {
        self.spectrum().rank()
    }

    fn setting(&self, sample_ratio: SampleRatio, noise: NoiseVariance) -> Option<Setting> {
        let (alpha, noise, reach) = (self.upstream.snapped(sample_ratio), noise.get(), self.reach());
        if alpha >= reach {
            return None;
        }
        let added = (noise / (reach - alpha) * self.unit - self.known).max(0.0);
        let mean = self.spectrum().mean_eigenvalue() + added * reach;
        Some(Setting {
            alpha,
            noise,
            added,
            mean,
            nu: self.width(),
            reach,
            unreachable: self.spectrum().unreachable(),
        })
    }

    /// Population spectrum of M at one sample ratio, scaled to mean 1, and c in its units; `None` where the features do not
    /// exist.
    #[must_use]
    pub fn spectrum_at(&self, sample_ratio: SampleRatio, noise: NoiseVariance) -> Option<(Spectrum, f64)> {
        let Setting { added, mean, .. } = self.setting(sample_ratio, noise)?;
        let spectrum = self.spectrum();
        let atoms = spectrum.weights().iter().zip(spectrum.eigenvalues()).zip(spectrum.weighted_energies());
        let rest = 1.0 - spectrum.rank();
        let silent = (rest > 0.0).then(|| (rest, 0.0, spectrum.unreachable() / rest));
        let all: Vec<_> = atoms.map(|((&w, &s), &e)| (w, (s + added) / mean, e / w)).chain(silent).collect();
        Some((Spectrum::sorted(all.into_iter()), added / mean))
    }

    /// Risk and analysis of variance at α = n/p with a ridge on the features scaled to mean 1; `None` for α beyond the
    /// share of directions with covariates.
    ///
    /// # Errors
    /// Errors of [`RandomFeatures::evaluate`].
    pub fn evaluate(
        &self,
        sample_ratio: SampleRatio,
        choice: RidgeChoice,
        noise: NoiseVariance,
    ) -> Result<Option<Risk>, TheoryError> {
        self.evaluate_near(sample_ratio, choice, noise, self.scans(choice).as_ref(), None)
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
        let scans = self.scans(choice);
        let at =
            |ratio, guess| self.evaluate_near(ratio, choice, noise, scans.as_ref(), guess).ok().flatten();
        neighbours(ratios, stop, SampleRatio::get, at, |risk| risk.representation.map(|terms| terms.kappa2))
    }

    /// Scans for tuned ridges with c > 0 and with c = 0; `None` for other ridge choices.
    fn scans(&self, choice: RidgeChoice) -> Option<(Scan<Sloped>, Search)> {
        let (largest, smallest) =
            self.spectrum().range().filter(|_| choice == RidgeChoice::OptimalNonNegative)?;
        let bare = self.scaled.scan(choice, self.width())?;
        Some((Scan::new((smallest, largest), |kappa| Sloped::at(self.spectrum(), kappa)), bare))
    }

    /// [`PlugIn::evaluate`] started from the κ₂ of a neighbouring point; a tuned ridge uses a scan of the spectrum.
    fn evaluate_near(
        &self,
        sample_ratio: SampleRatio,
        choice: RidgeChoice,
        noise: NoiseVariance,
        scans: Option<&(Scan<Sloped>, Search)>,
        guess: Option<f64>,
    ) -> Result<Option<Risk>, TheoryError> {
        let Some(setting) = self.setting(sample_ratio, noise) else { return Ok(None) };
        if choice == RidgeChoice::Optimal {
            return Err(TheoryError::EitherSign);
        }
        if setting.added == 0.0 {
            let bare = scans.map(|(_, bare)| bare);
            return self.scaled.evaluate_near(sample_ratio, choice, noise, bare, guess).map(Some);
        }
        let guess = guess.map(|kappa2| kappa2 * setting.mean);
        let ridge = choice.fixed();
        if let Some(ridge) = ridge.filter(|ridge| *ridge < 0.0) {
            return Err(TheoryError::NegativeRidge(ridge));
        }
        let Some(ridge) = ridge else { return Ok(Some(self.tuned(setting, scans.map(|(scan, _)| scan)))) };
        Ok(Some(self.at_ridge(setting, ridge * setting.mean, guess)))
    }

    /// Poles (α, C) at λ = 0: at n = m where c = 0, and at the end of the features' range.
    #[must_use]
    pub fn poles(&self, noise: NoiseVariance) -> Vec<(f64, f64)> {
        let (width, reach) = (self.width(), self.reach());
        let setting = SampleRatio::new(width).ok().and_then(|at| self.setting(at, noise));
        let bare = setting.filter(|setting| setting.added == 0.0).and_then(|_| self.scaled.strength(noise));
        let end = (noise.get() > 0.0).then_some((reach, noise.get() * reach));
        bare.map(|strength| (width, strength)).into_iter().chain(end).collect()
    }

    /// Risk at a ridge λ in the units of s.
    fn at_ridge(&self, setting: Setting, lambda: f64, guess: Option<f64>) -> Risk {
        let kappa2 = self.solve(setting, lambda, guess);
        self.at_kappa(setting, lambda, kappa2, Sums::at(self.spectrum(), kappa2))
    }

    /// κ₂ by a safeguarded Newton iteration in ln κ₂ on α(1 − λ/κ) − Σ w (1 − kb), which is increasing.
    fn solve(&self, setting: Setting, lambda: f64, guess: Option<f64>) -> f64 {
        const STEPS: usize = 100;
        const FAR: f64 = 4.0;
        // Newton's method converges quadratically: after a step this short the error is below rounding.
        const CLOSE: f64 = 1e-8;
        let Setting { alpha, added, nu, reach, .. } = setting;
        // The value, and its slope in ln κ₂; −∞ while κ ≤ 0.
        let value = |log: f64| {
            let kappa2 = log.exp();
            let sums = Sums::at(self.spectrum(), kappa2);
            let shifted = kappa2 * (nu - sums.df1) / nu;
            let kappa = shifted - added;
            if kappa <= 0.0 {
                return (f64::NEG_INFINITY, 0.0);
            }
            let (k, rise) = (kappa / shifted, kappa2 * (nu - sums.df1 + sums.gap) / nu);
            let pull = alpha * lambda / kappa;
            let slope = pull * rise / kappa + added * rise / (shifted * shifted) * sums.unused + k * sums.gap;
            ((alpha - reach) - pull + k * sums.unused, slope)
        };
        // κ₂ > κ' = κ + c and κ > λ: the value is negative at the lower end.
        let mut low = (added + lambda).max(f64::MIN_POSITIVE).ln();
        let (mut high, start) = (f64::INFINITY, low.max(self.spectrum().mean_eigenvalue().ln()) + 1.0);
        let mut log = guess.map_or(start, |kappa2| kappa2.ln().max(low));
        for _ in 0..STEPS {
            let (off, slope) = value(log);
            if off < 0.0 {
                low = log
            } else {
                high = log
            }
            let newton = log - off / slope;
            let next = match newton {
                _ if newton > low && newton < high && (newton - log).abs() < FAR => newton,
                _ if high.is_infinite() => log + FAR,
                _ => 0.5 * (low + high),
            };
            let moved = (next - log).abs();
            log = next;
            if (next == newton && moved <= CLOSE) || moved <= 1e-14 {
                break;
            }
        }
        log.exp()
    }

    /// The risk for a known κ₂; λ and κ₂ must belong together.
    fn at_kappa(&self, setting: Setting, lambda: f64, kappa2: f64, sums: Sums) -> Risk {
        let Setting { alpha, noise, added, mean, nu, reach, unreachable } = setting;
        let Sums { df1, unused, gap, bias, cross } = sums;
        let x = nu - df1;
        let shifted = kappa2 * x / nu;
        // Without a ridge k follows from α without cancellation.
        let k = if lambda == 0.0 { (reach - alpha) / unused } else { (shifted - added) / shifted };
        let kappa = k * shifted;
        // 1 − D₁/D₂ and D₁/D₂.
        let (share, rest) = (gap / (x + gap), x / (x + gap));
        let variance_w = k * k * cross * share;
        let bias = k * k * bias + unreachable;
        let bias_given = bias + variance_w;
        // α − Σ w (1 − kb)² and α − df2_full.
        let (pull, dropped) = (alpha * lambda / kappa, k * (1.0 - k) * unused);
        let (margin, margin_full) = (pull + dropped + k * k * gap, pull + dropped + k * k * gap * rest);
        let (df2, df2_full) = (alpha - margin, alpha - margin_full);
        let over =
            |energy: f64, above: f64, below: f64| if energy == 0.0 { 0.0 } else { energy * above / below };
        let (variance_x, variance_x_noise) = (over(bias, df2, margin), over(noise, df2, margin));
        // df2_full/(α − df2_full) − df2/(α − df2).
        let more = over(alpha, margin - margin_full, margin * margin_full);
        let risk = over(bias_given + noise, alpha, margin_full);
        let unfitted = if lambda == 0.0 { 0.0 } else { lambda / kappa };
        Risk {
            sample_ratio: alpha,
            ridge: lambda / mean,
            kappa: kappa / mean,
            df1: reach - k * unused,
            df2: df2_full,
            bias,
            variance_x,
            variance_x_noise,
            noise,
            risk,
            unshifted: risk,
            train: if unfitted == 0.0 { 0.0 } else { unfitted * unfitted * risk },
            representation: Some(RepresentationTerms {
                kappa2: kappa2 / mean,
                bias_given,
                variance_w,
                variance_w_x: over(variance_w, df2_full, margin_full) + over(bias, more, 1.0),
                variance_w_x_noise: over(noise, more, 1.0),
            }),
            source: None,
        }
    }

    /// The least risk over λ ≥ 0.
    fn tuned(&self, setting: Setting, scan: Option<&Scan<Sloped>>) -> Risk {
        let Setting { alpha, noise, added, nu, reach, .. } = setting;
        let mean = Risk {
            representation: Some(RepresentationTerms {
                kappa2: f64::INFINITY,
                bias_given: self.spectrum().signal(),
                variance_w: 0.0,
                variance_w_x: 0.0,
                variance_w_x_noise: 0.0,
            }),
            ..infinite(self.spectrum(), alpha, noise)
        };
        let Some(scan) = scan else { return mean };
        // Σ w (1 − kb) falls in κ₂ from where κ is above 0.
        let fitted = |kappa2: f64, all: &Sloped| {
            let shifted = kappa2 * (nu - all.sums.df1) / nu;
            let k = (shifted - added) / shifted;
            let slope = -(added / shifted
                * ((nu - all.sums.df1 + all.sums.gap) / (nu - all.sums.df1))
                * all.sums.unused
                + k * all.sums.gap);
            if k > 0.0 { [reach - k * all.sums.unused, slope] } else { [f64::INFINITY, f64::NEG_INFINITY] }
        };
        let lowest = self.solve(setting, 0.0, scan.near(alpha, fitted));
        let at_lowest = Sloped::at(self.spectrum(), lowest);
        let risk_slope = |kappa2: f64, all: &Sloped| setting.risk_slope(kappa2, all);
        // κ' and k change over x/(x + gap) in ln κ₂, which may be less than a step of the scan.
        let x = nu - at_lowest.sums.df1;
        let steep = x / (x + at_lowest.sums.gap);
        let minima =
            scan.minima((lowest, at_lowest), steep, |kappa2| Sloped::at(self.spectrum(), kappa2), risk_slope);
        let ridgeless = self.at_kappa(setting, 0.0, lowest, at_lowest.sums);
        let best = if mean.risk < ridgeless.risk { mean } else { ridgeless };
        let at = |(kappa2, all): (f64, Sloped)| {
            let sums = all.sums;
            let kappa = kappa2 * (nu - sums.df1) / nu - added;
            let k = kappa / (kappa + added);
            let lambda = kappa * (((alpha - reach) + k * sums.unused) / alpha).max(0.0);
            self.at_kappa(setting, lambda, kappa2, sums)
        };
        minima.into_iter().map(at).fold(best, |best, found| if found.risk < best.risk { found } else { best })
    }
}

#[cfg(test)]
mod tests;
