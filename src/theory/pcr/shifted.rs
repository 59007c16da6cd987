//! The best size at its optimal ridge under a test covariance, or with energies below 0: running sums give every size at one
//! κ, so size and κ are improved alternately (sections 5 and 6).

use super::cuts::{Best, Cuts};
use crate::theory::numeric::highest;

/// Largest number of scanned κ.
const NODES: f64 = 120.0;

/// The values of κ that are scanned, evenly spaced in the logarithm.
#[derive(Debug, Clone, Copy)]
struct Nodes {
    low: f64,
    step: f64,
    count: usize,
}

impl Nodes {
    /// The nodes for this spectrum; `None` without components.
    fn of(cuts: &Cuts) -> Option<Self> {
        let (largest, smallest) = cuts.raw().range()?;
        // Where the test covariance weights the fitted directions most, the optimal fit may be close to zero.
        let beyond = if cuts.is_shifted() { 14.0 } else { 4.0 };
        let (low, high) = (smallest.ln() - 9.0, largest.ln() + beyond);
        let step = ((high - low) / NODES).max(0.25);
        Some(Self { low, step, count: ((high - low) / step).ceil() as usize })
    }

    fn log(&self, node: usize) -> f64 {
        self.low + self.step * node as f64
    }
}

/// The best size at the best ridge of either sign, or of at least 0.
pub(super) fn best(cuts: &Cuts, alpha: f64, noise: f64, non_negative: bool) -> Best {
    let search = Search { cuts, alpha, noise, non_negative };
    let best = cuts.least_squares(alpha, noise);
    let Some(nodes) = Nodes::of(cuts) else { return best };
    let at = |log: f64| search.all_sizes(log.exp());
    let mut start: Option<(f64, Best)> = None;
    for node in 0..nodes.count {
        let log = nodes.log(node);
        let least = start.map_or(f64::INFINITY, |(_, known)| known.risk);
        let found = Some(at(log)).filter(|found| found.risk < least);
        start = found.map(|found| (log, found)).or(start);
    }
    let Some((mut log, mut found)) = start else { return best };
    let step = nodes.step;
    for _ in 0..4 {
        let risk = |log: f64| Some(search.one_size(log.exp(), found.kept));
        let Some((to, _)) = highest(log - step, log + step, 28, risk, |r| -r, |_| false) else { break };
        let next = at(to);
        if next.risk >= found.risk {
            break;
        }
        let settled = next.kept == found.kept;
        (log, found) = (to, next);
        if settled {
            break;
        }
    }
    best.or(found)
}

struct Search<'a> {
    cuts: &'a Cuts,
    alpha: f64,
    noise: f64,
    non_negative: bool,
}

impl Search<'_> {
    /// The best size at one κ.
    fn all_sizes(&self, kappa: f64) -> Best {
        let mut best = Best { kept: 0, risk: f64::INFINITY };
        self.sizes_at(kappa, self.cuts.sizes().len(), |kept, risk| best = best.or(Best { kept, risk }));
        best
    }

    fn one_size(&self, kappa: f64, kept: usize) -> f64 {
        let mut risk = f64::INFINITY;
        self.sizes_at(kappa, kept, |at, value| {
            if at == kept {
                risk = value;
            }
        });
        risk
    }

    /// (Bias² + σ²)/(1 − df2/α), or the risk under the test covariance, of every size up to `most` that has an
    /// admissible ridge at this κ > 0.
    fn sizes_at(&self, kappa: f64, most: usize, mut see: impl FnMut(usize, f64)) {
        let Self { cuts, alpha, noise, .. } = *self;
        if !cuts.is_shifted() {
            return self
                .sums_at(kappa, most, |i, [_, df2, bias]| see(i, (bias + noise) / (1.0 - df2 / alpha)));
        }
        let raw = cuts.raw();
        let (s, test) = (raw.eigenvalues(), raw.test());
        let (mut variance, mut missed) = (0.0, 0.0);
        self.sums_at(kappa, most, |i, [_, df2, bias]| {
            if let (Some(before), Some(test)) = (i.checked_sub(1), test)
                && let (Some(s), Some(w), Some(e)) =
                    (s.get(before), test.weights().get(before), test.weighted_energies().get(before))
            {
                let (a, b) = (s / (s + kappa), kappa / (s + kappa));
                variance += w * a * a;
                missed += e * b * b;
            }
            let risk = (bias + noise) / (1.0 - df2 / alpha);
            let tested = |left: f64| noise + missed + left + risk * variance / alpha;
            see(i, cuts.tested(i).map_or(risk, |test| tested(test.missed)));
        });
    }

    /// df1, df2 and Bias² of every size up to `most` that has an admissible ridge at this κ > 0.
    fn sums_at(&self, kappa: f64, most: usize, mut see: impl FnMut(usize, [f64; 3])) {
        let Self { cuts, alpha, non_negative, .. } = *self;
        let raw = cuts.raw();
        let (mut df1, mut df2, mut bias) = (0.0, 0.0, 0.0);
        let atoms = raw.weights().iter().zip(raw.eigenvalues()).zip(raw.weighted_energies());
        let atoms = std::iter::once(None).chain(atoms.map(Some));
        for ((i, size), atom) in cuts.sizes().iter().enumerate().take(most.saturating_add(1)).zip(atoms) {
            if let Some(((w, s), e)) = atom {
                let a = s / (s + kappa);
                let b = kappa / (s + kappa);
                df1 += w * a;
                df2 += w * a * a;
                bias += e * b * b;
            }
            // More components only lower λ(κ).
            if df2 >= alpha || (non_negative && df1 > alpha) {
                return;
            }
            see(i, [df1, df2, bias + size.lost]);
        }
    }
}
