//! The effective ridge κ of section 3: α(1 − λ/κ) = df1(κ) with df1(κ) = Σ w s/(s+κ).
//!
//! All sums over the spectrum live here. They are sums of terms of one sign, so nothing cancels: with
//! u(κ) = Σ w κ/(s+κ) = rank − df1(κ), the equation also reads u(κ) = (rank − α) + αλ/κ, which is exact where
//! df1 comes close to the rank.

use super::Spectrum;

/// The sums that the risk is made of, at one κ > −s_min.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sums {
    /// Σ w a, effective degrees of freedom per dimension; a = s/(s+κ).
    pub df1: f64,
    /// Σ w a².
    pub df2: f64,
    /// df1 − df2 = Σ w a (1−a).
    pub gap: f64,
    /// rank − df1 = Σ w (1−a) over s > 0.
    pub unused: f64,
    /// Σ w τ (1−a)² over all directions, those at s = 0 included.
    pub bias: f64,
}

impl Sums {
    /// α − df1 without cancellation where df1 comes close to the rank; λ = κ(α − df1)/α.
    pub(crate) fn unfitted(&self, spectrum: &Spectrum, alpha: f64) -> f64 {
        if 2.0 * self.df1 > spectrum.rank() {
            (alpha - spectrum.rank()) + self.unused
        } else {
            alpha - self.df1
        }
    }

    /// α − df2 = αD, likewise: rank − df2 = Σ w (1−a)(1+a).
    pub(crate) fn margin(&self, spectrum: &Spectrum, alpha: f64) -> f64 {
        if 2.0 * self.df2 > spectrum.rank() {
            (alpha - spectrum.rank()) + (self.unused + self.gap)
        } else {
            alpha - self.df2
        }
    }
}

const LANES: usize = 4;

/// The five sums at one κ > −s_min.
#[must_use]
pub fn sums(spectrum: &Spectrum, kappa: f64) -> Sums {
    sums_at(spectrum, 0.0, kappa)
}

/// [`sums`] at κ = offset − base, where s + κ is taken as (s − base) + offset: with base = s_min it keeps its digits
/// as κ → −s_min. One reciprocal per eigenvalue; lanes let the compiler use vector instructions and keep rounding
/// small.
pub(crate) fn sums_at(spectrum: &Spectrum, base: f64, offset: f64) -> Sums {
    let kappa = offset - base;
    if kappa == 0.0 {
        let rank = spectrum.rank();
        return Sums { df1: rank, df2: rank, gap: 0.0, unused: 0.0, bias: spectrum.unreachable() };
    }
    let (w, s, e) = (spectrum.weights(), spectrum.eigenvalues(), spectrum.weighted_energies());
    let mut lanes = [[0.0; LANES]; 5];
    let mut add = |w: &[f64], s: &[f64], e: &[f64]| {
        for (i, ((&w, &s), &e)) in w.iter().zip(s).zip(e).enumerate() {
            let r = 1.0 / ((s - base) + offset);
            let (a, b) = (s * r, kappa * r);
            lanes[0][i] += w * a;
            lanes[1][i] += w * a * a;
            lanes[2][i] += w * a * b;
            lanes[3][i] += w * b;
            lanes[4][i] += e * b * b;
        }
    };
    let (ws, ss, es) = (w.chunks_exact(LANES), s.chunks_exact(LANES), e.chunks_exact(LANES));
    let rest = (ws.remainder(), ss.remainder(), es.remainder());
    for ((w, s), e) in ws.zip(ss).zip(es) {
        add(w, s, e);
    }
    add(rest.0, rest.1, rest.2);
    let [df1, df2, gap, unused, bias] = lanes.map(|l| l.iter().sum::<f64>());
    Sums { df1, df2, gap, unused, bias: bias + spectrum.unreachable() }
}

/// df1, df1 − df2 and rank − df1: what a step towards κ needs.
fn step_sums(spectrum: &Spectrum, kappa: f64) -> (f64, f64, f64) {
    let (w, s) = (spectrum.weights(), spectrum.eigenvalues());
    let mut lanes = [[0.0; LANES]; 3];
    let mut add = |w: &[f64], s: &[f64]| {
        for (i, (&w, &s)) in w.iter().zip(s).enumerate() {
            let r = 1.0 / (s + kappa);
            let (a, b) = (s * r, kappa * r);
            lanes[0][i] += w * a;
            lanes[1][i] += w * a * b;
            lanes[2][i] += w * b;
        }
    };
    let (ws, ss) = (w.chunks_exact(LANES), s.chunks_exact(LANES));
    let rest = (ws.remainder(), ss.remainder());
    for (w, s) in ws.zip(ss) {
        add(w, s);
    }
    add(rest.0, rest.1);
    let [df1, gap, unused] = lanes.map(|l| l.iter().sum::<f64>());
    (df1, gap, unused)
}

/// κ(α, λ) for λ ≥ 0, by a safeguarded Newton iteration in log κ. `guess` (a neighbour's κ) only saves steps.
///
/// λ = 0 and α ≥ rank give κ = 0. For negative ridges see [`super::ridge`].
#[must_use]
pub fn solve(spectrum: &Spectrum, alpha: f64, ridge: f64, guess: Option<f64>) -> f64 {
    debug_assert!(alpha > 0.0 && ridge >= 0.0);
    let rank = spectrum.rank();
    if ridge == 0.0 && alpha >= rank {
        return 0.0;
    }
    let Some((_, smallest)) = spectrum.range() else {
        return ridge;
    };
    let (mut low, mut high) = bracket(spectrum, alpha, ridge, smallest);
    let mut kappa = match guess {
        Some(k) if k > low && k < high => k,
        _ => (low * high).sqrt(),
    };
    for _ in 0..200 {
        let (df1, gap, unused) = step_sums(spectrum, kappa);
        let pull = alpha * ridge / kappa;
        // ln of the equation's two sides: linear in log κ towards either end, so Newton is at home there.
        let (value, slope) = if 2.0 * df1 <= rank {
            let left = alpha - pull;
            ((left / df1).ln(), gap / df1 + pull / left)
        } else {
            let right = (rank - alpha) + pull;
            ((unused / right).ln(), gap / unused + pull / right)
        };
        if value > 0.0 {
            high = kappa;
        } else if value < 0.0 {
            low = kappa;
        } else if value == 0.0 {
            return kappa;
        }
        let step = -value / slope;
        let newton = kappa * step.exp();
        // NaN compares false and is bisected away.
        let next = if newton > low && newton < high { newton } else { (low * high).sqrt() };
        let moved = (next / kappa).ln().abs();
        kappa = next;
        // Newton converges quadratically: a step this small leaves nothing to do.
        if moved < 1e-9 || high / low < 1.0 + 4.0 * f64::EPSILON {
            break;
        }
    }
    kappa
}

/// λ ≤ κ ≤ λ + Σ w s/α, tightened from below by u(κ) ≤ κ Σ w/s and from above by u ≥ 0.
fn bracket(spectrum: &Spectrum, alpha: f64, ridge: f64, smallest: f64) -> (f64, f64) {
    let rank = spectrum.rank();
    let mut low = ridge;
    if alpha < rank {
        low = low.max((rank - alpha) * smallest / rank);
    }
    let mut high = ridge + spectrum.mean_eigenvalue() / alpha;
    if alpha > rank {
        high = high.min(ridge * alpha / (alpha - rank));
    }
    // One rounding to either side, so that the root is inside.
    (low * (1.0 - 1e-14), high * (1.0 + 1e-14))
}
