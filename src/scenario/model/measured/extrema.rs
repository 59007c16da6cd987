//! Poles and maxima of the risk of real rows along the sample ratio (section 4).

use crate::data::Metric;
use crate::scenario::model::measured::Measured;
use crate::theory::divergence::{Cause, Extremum, ExtremumKind, SpectralGap};
use crate::theory::sweep::{self, Spacing};
use crate::theory::{NoiseVariance, RidgeChoice, TheoryError};

impl Measured {
    /// The poles of λ = 0, and the maxima of a scan that exceed the adjacent minima by more than 5 %.
    pub(in crate::scenario) fn divergences(
        &self,
        choice: RidgeChoice,
        noise: NoiseVariance,
        from: f64,
        to: f64,
    ) -> Result<Vec<Extremum>, TheoryError> {
        let RidgeChoice::Fixed(ridge) = choice else { return Ok(Vec::new()) };
        let mut found = Vec::new();
        let poles = if ridge.get() == 0.0 { self.poles() } else { Vec::new() };
        for (samples, strength) in poles {
            if !(from..=to).contains(&(samples / self.dimension)) {
                continue;
            }
            let used = (samples - 1.0) / self.dimension;
            found.push(Extremum {
                kind: ExtremumKind::Pole,
                at: samples / self.dimension,
                risk: f64::INFINITY,
                strength: Some(strength / self.dimension),
                ratio: f64::INFINITY,
                prominence: f64::INFINITY,
                cause: Cause::Gap(SpectralGap::whole(used)),
                at_end: false,
            });
        }
        let poles: Vec<f64> = found.iter().map(|pole| pole.at).collect();
        found.extend(self.maxima(choice, noise, (from, to), &poles)?);
        found.sort_by(|a, b| a.at.total_cmp(&b.at));
        Ok(found)
    }

    fn maxima(
        &self,
        choice: RidgeChoice,
        noise: NoiseVariance,
        (from, to): (f64, f64),
        poles: &[f64],
    ) -> Result<Vec<Extremum>, TheoryError> {
        const POINTS: usize = 200;
        const PROMINENT: f64 = 1.05;
        let ratios = sweep::grid(from.max(1e-4 * to), to, POINTS, Spacing::Linear)?;
        let step = (to - from) / POINTS as f64;
        let points = self.curve(&ratios, choice, noise, Metric::Risk, &|| false)?;
        let risks: Vec<f64> = points.iter().map(|p| p.risk.map_or(f64::NAN, |r| r.risk)).collect();
        let mut found = Vec::new();
        for (i, (heights, places)) in risks.windows(3).zip(points.windows(3)).enumerate() {
            let (&[a, b, c], [_, top, _]) = (heights, places) else { continue };
            let at_pole = poles.iter().any(|pole| (top.sample_ratio - pole).abs() < 2.0 * step);
            if at_pole || !(b >= a && b > c) {
                continue;
            }
            let (before, after) = risks.split_at(i + 1);
            let before = valley(b, before.iter().rev());
            let after = valley(b, after.iter().skip(1));
            let over = |valley: f64| if valley > 0.0 { b / valley } else { f64::INFINITY };
            let prominence = over(before.max(after));
            if prominence > PROMINENT {
                found.push(Extremum {
                    kind: ExtremumKind::Peak,
                    at: top.sample_ratio,
                    risk: b,
                    strength: None,
                    ratio: over(before.min(after)),
                    prominence,
                    cause: Cause::Unknown,
                    at_end: false,
                });
            }
        }
        Ok(found)
    }
}

/// The first minimum on the way down from `top`.
fn valley<'a>(top: f64, on: impl Iterator<Item = &'a f64>) -> f64 {
    on.copied().scan(top, |last, v| (v <= *last).then(|| *last = v).map(|()| v)).last().unwrap_or(top)
}
