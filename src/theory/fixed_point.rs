//! The effective ridge κ of section 3, the solution of α(1 − λ/κ) = df1(κ) with df1(κ) = Σ w s/(s+κ).
//!
//! All sums over the spectrum are in this file. Each is a sum of terms of one sign, so that nothing cancels: with
//! u(κ) = Σ w κ/(s+κ) = rank − df1(κ) the equation also reads u(κ) = (rank − α) + αλ/κ, which is accurate where df1
//! is close to the rank.

use super::Spectrum;
use super::vector::total;

/// The sums that determine the risk at one κ > −s_min.
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
    /// Σ w τ (1−a)² over all directions, those at s = 0 included, and 2c(1−a) of a cut eigenvalue under a test covariance.
    pub bias: f64,
}

impl Sums {
    /// α − df1 without cancellation where df1 is close to the rank; λ = κ(α − df1)/α.
    pub(crate) fn unfitted(&self, spectrum: &Spectrum, alpha: f64) -> f64 {
        if 2.0 * self.df1 > spectrum.rank() {
            (alpha - spectrum.rank()) + self.unused
        } else {
            alpha - self.df1
        }
    }

    /// α − df2 = αD without cancellation, from rank − df2 = Σ w (1−a)(1+a).
    pub(crate) fn margin(&self, spectrum: &Spectrum, alpha: f64) -> f64 {
        if 2.0 * self.df2 > spectrum.rank() {
            (alpha - spectrum.rank()) + (self.unused + self.gap)
        } else {
            alpha - self.df2
        }
    }
}

/// The five sums at one κ > −s_min.
#[must_use]
pub fn sums(spectrum: &Spectrum, kappa: f64) -> Sums {
    sums_at(spectrum, 0.0, kappa)
}

/// [`sums`] at κ = offset − base; see [`super::vector::run`].
pub(crate) fn sums_at(spectrum: &Spectrum, base: f64, offset: f64) -> Sums {
    let kappa = offset - base;
    if kappa == 0.0 {
        let rank = spectrum.rank();
        return Sums { df1: rank, df2: rank, gap: 0.0, unused: 0.0, bias: spectrum.unreachable() };
    }
    let [df1, df2, gap, unused, bias] = total!(spectrum, base, offset, [kappa], 5, |w, s, e, r| {
        let (a, b) = (s * r, r * kappa);
        [w * a, w * a * a, w * a * b, w * b, e * b * b]
    });
    Sums { df1, df2, gap, unused, bias: bias + spectrum.unreachable() + spectrum.cut_bias(kappa) }
}

/// The sums of one Newton step in κ: df1, rank − df1, and the first two derivatives of df1 in −ln κ, Σ w ab and Σ w
/// ab(b − a).
fn step_sums(spectrum: &Spectrum, kappa: f64) -> [f64; 4] {
    total!(spectrum, 0.0, kappa, [kappa], 4, |w, s, _, r| {
        let (a, b) = (s * r, r * kappa);
        let ab = w * a * b;
        [w * a, w * b, ab, ab * (b - a)]
    })
}

/// κ(α, λ) for λ ≥ 0, by a safeguarded Newton iteration in log κ. `guess`, the κ of a neighbouring point, only saves
/// steps.
///
/// λ = 0 and α ≥ rank give κ = 0. For negative ridges see [`super::negative`].
#[must_use]
pub fn solve(spectrum: &Spectrum, alpha: f64, ridge: f64, guess: Option<f64>) -> f64 {
    debug_assert!(alpha > 0.0 && ridge >= 0.0);
    if ridge == 0.0 && alpha >= spectrum.rank() {
        return 0.0;
    }
    let Some((_, smallest)) = spectrum.range() else {
        return ridge;
    };
    let bracket = bracket(spectrum, alpha, ridge, smallest);
    solve_with(spectrum, alpha, bracket, guess, |kappa| RidgeTerm::inverse(alpha * ridge / kappa))
}

/// The term P(κ) that the ridge adds to the fixed point df1(κ) + P(κ) = α, with its derivatives in v = ln κ: αλ/κ, or a
/// more general function.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RidgeTerm {
    /// P ≥ 0, decreasing in κ.
    pub value: f64,
    /// −dP/dv.
    pub fall: f64,
    /// d²P/dv².
    pub bend: f64,
}

impl RidgeTerm {
    /// P proportional to 1/κ.
    pub const fn inverse(value: f64) -> Self {
        Self { value, fall: value, bend: value }
    }
}

/// The κ inside `bracket` with df1(κ) + P(κ) = α, for any P that decreases in κ.
pub(crate) fn solve_with(
    spectrum: &Spectrum,
    alpha: f64,
    bracket: (f64, f64),
    guess: Option<f64>,
    ridge_term: impl Fn(f64) -> RidgeTerm,
) -> f64 {
    solve_by((alpha, spectrum.rank()), bracket, guess, ridge_term, |kappa| step_sums(spectrum, kappa))
}

/// [`solve_with`] for the sums that `sums` returns at κ, as [`step_sums`] those of a spectrum, over directions whose share is
/// `rank`.
pub(crate) fn solve_by(
    (alpha, rank): (f64, f64),
    (mut low, mut high): (f64, f64),
    guess: Option<f64>,
    ridge_term: impl Fn(f64) -> RidgeTerm,
    sums: impl Fn(f64) -> [f64; 4],
) -> f64 {
    let mut kappa = match guess {
        Some(k) if k > low && k < high => k,
        _ => (low * high).sqrt(),
    };
    for _ in 0..200 {
        let (value, halley) = step_with(alpha, rank, ridge_term(kappa), sums(kappa));
        if value > 0.0 {
            high = kappa;
        } else if value < 0.0 {
            low = kappa;
        } else if value == 0.0 {
            return kappa;
        }
        let halley = kappa * halley.exp();
        // A comparison with NaN is false, so NaN leads to a bisection.
        let inside = halley > low && halley < high;
        let next = if inside { halley } else { (low * high).sqrt() };
        let moved = (next / kappa).ln().abs();
        kappa = next;
        // The error is cubed in each step: after a step this small it is below rounding.
        if (inside && moved < 1e-6) || high / low < 1.0 + 4.0 * f64::EPSILON {
            break;
        }
    }
    kappa
}

/// The residual of the equation, increasing in κ, and the third-order step in ln κ towards its root, from the sums of
/// [`step_sums`] and `ridge_term` = αλ/κ.
pub(crate) fn step(alpha: f64, rank: f64, ridge_term: f64, sums: [f64; 4]) -> (f64, f64) {
    step_with(alpha, rank, RidgeTerm::inverse(ridge_term), sums)
}

/// [`step`] for any P(κ).
fn step_with(alpha: f64, rank: f64, term: RidgeTerm, [df1, unused, gap, bend]: [f64; 4]) -> (f64, f64) {
    // Logarithms of the two sides, arranged so that each is a sum of positive terms: nothing cancels, and slope and
    // curvature in v = ln κ are of order one. `curve` is the second derivative.
    let (value, slope, curve) = if alpha >= rank {
        let side = (alpha - rank) + unused;
        let (x, y) = (gap / side, term.fall / term.value);
        ((side / term.value).ln(), x + y, -bend / side - x * x - term.bend / term.value + y * y)
    } else if 2.0 * df1 <= rank {
        let side = df1 + term.value;
        let x = (gap + term.fall) / side;
        ((alpha / side).ln(), x, x * x - (bend + term.bend) / side)
    } else {
        let side = (rank - alpha) + term.value;
        let (x, y) = (gap / unused, term.fall / side);
        ((unused / side).ln(), x + y, -bend / unused - x * x - term.bend / side + y * y)
    };
    // Halley's correction of the Newton step, where that is small.
    let newton = -value / slope;
    let correction = 1.0 + 0.5 * newton * curve / slope;
    (value, if correction > 0.5 { newton / correction } else { newton })
}

/// The bracket λ ≤ κ ≤ λ + Σ w s/α, tightened from below by u(κ) ≤ κ Σ w/s and from above by u ≥ 0.
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
    // Widened by a few roundings, so that the root and the steps towards it lie inside.
    (low * (1.0 - 1e-12), high * (1.0 + 1e-12))
}
