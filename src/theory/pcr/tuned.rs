//! The best size at its optimal ridge: running sums give every size at one κ, so size and κ are improved in alternation
//! (sections 5 and 6).

use super::cuts::{Best, Cuts};
use crate::theory::numeric::highest;

/// How finely κ is scanned at most.
const NODES: f64 = 120.0;

/// The best size at the best ridge of either sign, or of at least 0.
pub(super) fn best(cuts: &Cuts, alpha: f64, noise: f64, non_negative: bool) -> Best {
    let search = Search { cuts, alpha, noise, non_negative };
    let best = cuts.least_squares(alpha, noise);
    let Some((largest, smallest)) = cuts.raw().range() else { return best };
    let at = |log: f64| search.all_sizes(log.exp());
    // Where the test covariance weighs what is fitted most, next to nothing may be worth fitting.
    let beyond = if cuts.is_shifted() { 14.0 } else { 4.0 };
    let (low, high) = (smallest.ln() - 9.0, largest.ln() + beyond);
    let step = ((high - low) / NODES).max(0.25);
    let mut start: Option<(f64, Best)> = None;
    let mut log = low;
    while log < high {
        let found = at(log);
        if start.is_none_or(|(_, known)| found.risk < known.risk) {
            start = Some((log, found));
        }
        log += step;
    }
    let Some((mut log, mut found)) = start else { return best };
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
        let Self { cuts, alpha, noise, non_negative } = *self;
        let raw = cuts.raw();
        let (w, s, e) = (raw.weights(), raw.eigenvalues(), raw.weighted_energies());
        let (mut df1, mut df2, mut bias) = (0.0, 0.0, 0.0);
        let (mut variance, mut missed) = (0.0, 0.0);
        for (i, size) in cuts.sizes().iter().enumerate().take(most.saturating_add(1)) {
            if i > 0
                && let (Some(w), Some(s), Some(e)) = (w.get(i - 1), s.get(i - 1), e.get(i - 1))
            {
                let a = s / (s + kappa);
                let b = kappa / (s + kappa);
                df1 += w * a;
                df2 += w * a * a;
                bias += e * b * b;
                if let Some(test) = raw.test()
                    && let (Some(w), Some(e)) =
                        (test.weights().get(i - 1), test.weighted_energies().get(i - 1))
                {
                    variance += w * a * a;
                    missed += e * b * b;
                }
            }
            // More components only take away: λ(κ) falls.
            if df2 >= alpha || (non_negative && df1 > alpha) {
                return;
            }
            let risk = (bias + size.lost + noise) / (1.0 - df2 / alpha);
            let tested = |left: f64| noise + missed + left + risk * variance / alpha;
            see(i, cuts.tested(i).map_or(risk, |test| tested(test.missed)));
        }
    }
}
