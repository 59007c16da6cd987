//! The best number of principal components at a given ridge (section 5).

use super::cuts::{Best, Cuts, Size};
use super::nearby;
use super::table::{At, Table};
use crate::theory::numeric::below;
use crate::theory::quantity::{LARGEST, NoiseVariance, Ridge, SampleRatio};
use crate::theory::risk::{self, Risk};
use crate::theory::selection::left_risk;

/// Local minima of the risk over the number of components that are refined, the lowest first, if at most this
/// fraction above the best known.
const VALLEYS: usize = 4;
const HIGHER: f64 = 0.01;
/// Half-width of the neighbourhood compared around a number of components, as a fraction of it.
const AROUND: f64 = 1.0 / 12.0;
/// Number of candidate sizes tried first at a negative ridge.
const TRIED: usize = 24;

/// The best number of components at one sample ratio. Without a ridge all k < n are compared by least squares, and
/// k > n only where a bound does not exclude them: Σ w a = α implies Σ w a² ≥ α²/ρ, so R ≥ (lost + σ²)/(1 − α/ρ).
/// There is no such bound under a test covariance.
pub(super) fn best<'a>(
    cuts: &Cuts,
    table: impl FnOnce() -> &'a Table,
    sample_ratio: SampleRatio,
    ridge: Ridge,
    noise: NoiseVariance,
) -> Best {
    let alpha = cuts.raw().snapped(sample_ratio.get());
    let at = At { alpha, lambda: ridge.get(), noise: noise.get() };
    let sizes = cuts.sizes();
    let ridgeless = at.lambda == 0.0;
    let (mut best, mut first) = (cuts.none(at.noise), 1);
    if ridgeless {
        best = cuts.least_squares(alpha, at.noise);
        first = sizes.partition_point(|size| !below(alpha, size.share)).max(1);
    }
    let bounded = ridgeless && !cuts.is_shifted();
    let hopeless = |size: &&Size| left_risk(size.lost + at.noise, size.share, alpha) >= best.risk;
    if bounded {
        first += sizes.iter().skip(first).take_while(hopeless).count();
    }
    if first >= sizes.len() {
        return best;
    }
    let search = Search { cuts, at, first, sample_ratio, noise };
    let coarse = if at.lambda < 0.0 {
        sizes_between(first, sizes.len() - 1).into_iter().map(|kept| search.exact(kept).0).collect()
    } else {
        table().risks(cuts, at, first)
    };
    for valley in valleys(&coarse) {
        if valley.risk < best.risk + HIGHER * best.risk.abs() {
            best = best.or(search.settle(valley.kept));
        }
    }
    best
}

struct Search<'a> {
    cuts: &'a Cuts,
    at: At,
    first: usize,
    sample_ratio: SampleRatio,
    noise: NoiseVariance,
}

impl Search<'_> {
    /// Exact risk of a number of components, and its κ.
    fn exact(&self, kept: usize) -> (Best, f64) {
        let spectrum = self.cuts.spectrum(kept);
        // A ridge is in units of the mean eigenvalue.
        let scaled = (self.at.lambda * spectrum.mean_eigenvalue()).clamp(-LARGEST, LARGEST);
        let evaluate = |ridge| risk::evaluate(&spectrum, self.sample_ratio, ridge, self.noise);
        let found = Ridge::new(scaled).and_then(evaluate);
        let (risk, kappa) = found.map_or((f64::INFINITY, f64::NAN), |Risk { risk, kappa, .. }| (risk, kappa));
        (Best { kept, risk }, kappa)
    }

    /// Descends from a number of components to a local optimum: neighbouring sizes are compared to second order and
    /// the best of them is evaluated exactly, until none is better.
    fn settle(&self, kept: usize) -> Best {
        let (mut best, mut kappa) = self.exact(kept);
        let mut around = ((kept as f64 * AROUND) as usize).max(2);
        while around > 0 && kappa != 0.0 && kappa.is_finite() {
            let last = (best.kept + around).min(self.cuts.sizes().len() - 1);
            let range = best.kept.saturating_sub(around).max(self.first)..=last;
            let near = nearby::least(self.cuts, self.at, kappa, range);
            let Some(near) = near.filter(|near| near.kept != best.kept) else { break };
            let next = self.exact(near.kept);
            if next.0.risk < best.risk {
                (best, kappa) = next;
            } else {
                around = best.kept.abs_diff(near.kept) / 2;
            }
        }
        best
    }
}

/// The sizes that are lower than both neighbours, the lowest first.
fn valleys(coarse: &[Best]) -> Vec<Best> {
    let risk = |i: Option<usize>| i.and_then(|i| coarse.get(i)).map_or(f64::INFINITY, |best| best.risk);
    let lowest = |(i, best): (usize, &Best)| {
        (best.risk <= risk(i.checked_sub(1)) && best.risk <= risk(Some(i + 1))).then_some(*best)
    };
    let mut found: Vec<_> = coarse.iter().enumerate().filter_map(lowest).collect();
    found.sort_by(|a, b| a.risk.total_cmp(&b.risk));
    found.truncate(VALLEYS);
    found
}

/// Sizes evenly spaced in the logarithm.
fn sizes_between(first: usize, last: usize) -> Vec<usize> {
    let (low, high) = ((first as f64).ln(), (last as f64).ln());
    let size = |i: usize| (low + (high - low) * i as f64 / TRIED as f64).exp().round() as usize;
    let mut sizes: Vec<usize> = (0..=TRIED).map(size).filter(|k| (first..=last).contains(k)).collect();
    sizes.extend([first, last]);
    sizes.sort_unstable();
    sizes.dedup();
    sizes
}
