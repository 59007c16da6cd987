//! Poles and peaks of the risk of a featurization along the sample ratio (section 4).

use super::super::divergence::{self, Cause, Extremum, ExtremumKind, SpectralGap};
use super::super::numeric::highest;
use super::super::quantity::{NoiseVariance, RidgeChoice, SampleRatio, TheoryError};
use super::super::sweep::{self, Spacing};
use super::super::{Risk, Spectrum};
use super::{Representation, is_ridgeless};

impl Representation {
    /// Poles and maxima with from ≤ α ≤ to. For featurizations chosen at each α and those of section 11 these are the
    /// poles of the closed forms and, between them, the maxima of a scan that exceed the adjacent minima by more than
    /// 5 %.
    ///
    /// # Errors
    /// A ridge choice that the representation does not support.
    pub fn divergences(
        &self,
        choice: RidgeChoice,
        noise: NoiseVariance,
        from: f64,
        to: f64,
    ) -> Result<Vec<Extremum>, TheoryError> {
        if let Self::Fixed(spectrum) = self {
            return Ok(divergence::divergences(spectrum, choice, noise, from, to));
        }
        if let Self::Towards(towards) = self
            && let Some(remaining) = towards.remaining()
        {
            return Ok(divergence::divergences(remaining, choice, noise, from, to));
        }
        if !matches!(choice, RidgeChoice::Fixed(_)) {
            return Ok(Vec::new());
        }
        let poles = self.poles(choice, noise);
        let (mut found, mut start) = (Vec::new(), from);
        // A rise towards a pole is not a maximum.
        for pole in poles.iter().map(|pole| pole.at).filter(|pole| from < *pole && *pole < to) {
            found.extend(self.maxima(choice, noise, start, pole * (1.0 - 1e-6))?);
            start = pole * (1.0 + 1e-6);
        }
        found.extend(self.maxima(choice, noise, start, to)?);
        found.extend(poles.into_iter().filter(|pole| (from..=to).contains(&pole.at)));
        found.sort_by(|a, b| a.at.total_cmp(&b.at));
        Ok(found)
    }

    /// Poles at λ = 0 known in closed form, by increasing α: of soft selection at α = 1 (R ≈ σ²/(1 − α) from below),
    /// of random features at n = N or n = rank, of the plug-in optimum at both, and of least squares at n = rank; for
    /// bagging with finite K the poles of each fit.
    fn poles(&self, choice: RidgeChoice, noise: NoiseVariance) -> Vec<Extremum> {
        if !is_ridgeless(choice) {
            return Vec::new();
        }
        let known = match self {
            Self::PlugIn(features) => features.poles(noise),
            _ => self.pole(noise).into_iter().collect(),
        };
        let cause = |at: f64| match self {
            Self::Random(features) if at == features.width() => Cause::Width,
            Self::PlugIn(features) if at == features.width() => Cause::Width,
            Self::Bagged(_, bagging) if bagging.share() < 1.0 => Cause::BaggedFit,
            _ => Cause::Gap(SpectralGap::whole(at)),
        };
        let extremum = |(at, strength): (f64, f64)| Extremum {
            kind: ExtremumKind::Pole,
            at,
            risk: f64::INFINITY,
            strength: Some(strength),
            ratio: f64::INFINITY,
            prominence: f64::INFINITY,
            cause: cause(at),
            at_end: false,
        };
        known.into_iter().map(extremum).collect()
    }

    /// The pole (α, C) at λ = 0 of a representation that has at most one.
    fn pole(&self, noise: NoiseVariance) -> Option<(f64, f64)> {
        let of_rank = |spectrum: &Spectrum| {
            let strength = spectrum.rank() * (spectrum.unreachable() + noise.get());
            (spectrum.rank(), Some(strength))
        };
        let (at, strength) = match self {
            // For κ → 0 every direction is fitted completely: a = 1.
            Self::Soft(task) => (task.reach(), Some(noise.get() * task.weighted_reach())),
            Self::Random(features) => (features.reach(), features.strength(noise)),
            Self::Towards(towards) => of_rank(towards.spectrum()),
            Self::Bagged(inner, bagging) => {
                let Self::Fixed(spectrum) = inner.as_ref() else { return None };
                let (rank, strength) = of_rank(spectrum);
                (rank / bagging.share(), strength.map(|c| c * bagging.single() / bagging.share()))
            }
            _ => return None,
        };
        strength.filter(|strength| *strength > 0.0).map(|strength| (at, strength))
    }

    /// Whether the selection just left of α differs from that just right of it.
    fn switches(&self, alpha: f64, choice: RidgeChoice, noise: NoiseVariance) -> bool {
        let at = |alpha: f64| Some(self.kept(SampleRatio::new(alpha).ok()?, choice, noise));
        at(alpha * (1.0 - 1e-6)) != at(alpha * (1.0 + 1e-6))
    }

    fn maxima(
        &self,
        choice: RidgeChoice,
        noise: NoiseVariance,
        from: f64,
        to: f64,
    ) -> Result<Vec<Extremum>, TheoryError> {
        const POINTS: usize = 200;
        const PROMINENT: f64 = 1.05;
        if from >= to {
            return Ok(Vec::new());
        }
        let ratios = sweep::grid(from.max(1e-6 * to), to, POINTS, Spacing::Linear)?;
        let curve = self.curve(&ratios, choice, noise, &|| false)?;
        let risks: Vec<f64> = curve.iter().map(|r| r.map_or(f64::NAN, |r| r.risk)).collect();
        let evaluate = |alpha: f64| {
            let ratio = SampleRatio::new(alpha).ok()?;
            Some((ratio, self.evaluate(ratio, choice, noise).ok()??))
        };
        let mut found = Vec::new();
        for (i, (heights, places)) in risks.windows(3).zip(ratios.windows(3)).enumerate() {
            let (&[a, b, c], &[left, _, right]) = (heights, places) else { continue };
            if !(b >= a && b > c) {
                continue;
            }
            let Some((alpha, (ratio, top))) =
                highest(left.get(), right.get(), 48, evaluate, |(_, r): (_, Risk)| r.risk, |_| false)
            else {
                continue;
            };
            let (before, after) = risks.split_at(i + 1);
            let (before, after) = (descend(b, before.iter().rev()), descend(b, after.iter().skip(1)));
            let over = |valley: f64| if valley > 0.0 { top.risk / valley } else { f64::INFINITY };
            let prominence = over(before.max(after));
            if prominence > PROMINENT
                && let Some(spectrum) = self.spectrum_at(ratio, choice, noise)
            {
                found.push(Extremum {
                    kind: ExtremumKind::Peak,
                    at: ratio.get(),
                    risk: top.risk,
                    strength: None,
                    ratio: over(before.min(after)),
                    prominence,
                    cause: if self.switches(alpha, choice, noise) {
                        Cause::RepresentationChange
                    } else {
                        Cause::verified(&spectrum, top.kappa, alpha)
                    },
                    at_end: false,
                });
            }
        }
        Ok(found)
    }
}

/// The first minimum on the way down from `top`.
fn descend<'a>(top: f64, on: impl Iterator<Item = &'a f64>) -> f64 {
    on.copied().scan(top, |last, v| (v <= *last).then(|| *last = v).map(|()| v)).last().unwrap_or(top)
}
