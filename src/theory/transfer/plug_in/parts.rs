//! Sums over the spectrum at one κ₂, and the risk of the plug-in optimum with its slope.

use super::super::tuned::RiskSlope;
use crate::theory::Spectrum;
use crate::theory::vector::total;

/// The sums over s > 0 at one κ₂.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sums {
    /// df1 = Σ w a.
    pub df1: f64,
    /// Σ w b.
    pub unused: f64,
    /// Σ w ab.
    pub gap: f64,
    /// Σ w τ b².
    pub bias: f64,
    /// Σ w τ ab.
    pub cross: f64,
}

/// [`Sums`], and those that give their derivatives in ln κ₂.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sloped {
    pub sums: Sums,
    /// Σ w ab².
    pub gap_rest: f64,
    /// Σ w τ ab².
    pub cross_rest: f64,
}

/// The quantities on which the fixed point depends besides the spectrum, in the units of s.
#[derive(Debug, Clone, Copy)]
pub(super) struct Setting {
    pub alpha: f64,
    pub noise: f64,
    /// The added covariate structure c.
    pub added: f64,
    /// Mean eigenvalue of M, the unit of ridges.
    pub mean: f64,
    /// ν = m/p.
    pub nu: f64,
    /// Share of the directions with s > 0.
    pub reach: f64,
    /// Σ w τ over s = 0.
    pub unreachable: f64,
}

impl Sums {
    pub fn at(spectrum: &Spectrum, kappa: f64) -> Self {
        let [df1, unused, gap, bias, cross] = total!(spectrum, 0.0, kappa, [kappa], 5, |w, s, e, r| {
            let (a, b) = (s * r, r * kappa);
            let eb = e * b;
            [w * a, w * b, w * a * b, eb * b, eb * a]
        });
        Self { df1, unused, gap, bias, cross }
    }
}

impl Sloped {
    pub fn at(spectrum: &Spectrum, kappa: f64) -> Self {
        let [df1, unused, gap, bias, cross, gap_rest, cross_rest] =
            total!(spectrum, 0.0, kappa, [kappa], 7, |w, s, e, r| {
                let (a, b) = (s * r, r * kappa);
                let (wa, eb) = (w * a, e * b);
                let (wab, eab) = (wa * b, eb * a);
                [wa, w * b, wab, eb * b, eab, wab * b, eab * b]
            });
        Self { sums: Sums { df1, unused, gap, bias, cross }, gap_rest, cross_rest }
    }
}

impl Setting {
    /// The risk and its derivative in ln κ₂, at the ridge that has this κ₂.
    pub fn risk_slope(&self, kappa2: f64, all: &Sloped) -> RiskSlope {
        let &Self { alpha, noise, added, nu, reach, unreachable, .. } = self;
        let Sums { df1, unused, gap, bias, cross } = all.sums;
        let x = nu - df1;
        let (whole, shifted) = (x + gap, kappa2 * x / nu);
        let (share, rest) = (gap / whole, x / whole);
        let gap_slope = gap - 2.0 * all.gap_rest;
        let share_slope = (gap_slope * rest - gap * share) / whole;
        // k = 1 − c/κ'.
        let k = (shifted - added) / shifted;
        let k_slope = added / shifted * (whole / x);
        let given = bias + cross * share;
        let given_slope = 2.0 * all.cross_rest + (cross - 2.0 * all.cross_rest) * share + cross * share_slope;
        let level = k * k * given + unreachable + noise;
        let level_slope = k * (2.0 * k_slope * given + k * given_slope);
        let left = gap * rest;
        let left_slope = gap_slope * rest - gap * share_slope;
        let margin = (alpha - reach) + k * (2.0 - k) * unused + k * k * left;
        let margin_slope =
            2.0 * k_slope * ((1.0 - k) * unused + k * left) + k * (2.0 - k) * gap + k * k * left_slope;
        let risk = alpha * level / margin;
        RiskSlope { risk, slope: (alpha * level_slope - risk * margin_slope) / margin }
    }
}
