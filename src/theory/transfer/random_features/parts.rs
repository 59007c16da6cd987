//! Sums over the spectrum at one κ₂, and the risk of section 11.1 from them.

use super::super::terms::RepresentationTerms;
use super::super::tuned::{RiskSlope, Scan};
use crate::theory::vector::total;
use crate::theory::{Risk, Spectrum};

/// The sums over a spectrum that section 11.1 needs, at one κ₂.
#[derive(Debug, Clone, Copy)]
pub(in crate::theory::transfer) struct Sums {
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

/// [`Sums`], and those that give their derivatives in ln κ₂.
#[derive(Debug, Clone, Copy)]
pub(in crate::theory::transfer) struct Sloped {
    pub sums: Sums,
    /// Σ w a(1−a)².
    pub gap_rest: f64,
    /// Σ w τ a(1−a)².
    pub cross_rest: f64,
}

/// Sums at nodes of κ₂, from which tuned ridges are searched.
pub(in crate::theory::transfer) type Search = Scan<Sloped>;

impl Sloped {
    pub fn at(spectrum: &Spectrum, kappa: f64) -> Self {
        if kappa == 0.0 {
            return Self { sums: Sums::at(spectrum, 0.0), gap_rest: 0.0, cross_rest: 0.0 };
        }
        let [df1, df2, gap, bias, cross, gap_rest, cross_rest] =
            total!(spectrum, 0.0, kappa, [kappa], 7, |w, s, e, r| {
                let (a, b) = (s * r, r * kappa);
                let (wa, eb) = (w * a, e * b);
                let (wab, eab) = (wa * b, eb * a);
                [wa, wa * a, wab, eb * b, eab, wab * b, eab * b]
            });
        let bias = bias + spectrum.unreachable();
        Self { sums: Sums { df1, df2, gap, bias, cross }, gap_rest, cross_rest }
    }
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
    /// The risk and its derivative in ln κ₂; ν − full and α − full have the derivative g.
    pub fn risk_slope(self, all: &Sloped, noise: f64) -> RiskSlope {
        let Self { alpha, nu, x, y, z, sums } = self;
        let single = nu * z;
        let g = sums.gap + single;
        let g_slope = (sums.gap - 2.0 * all.gap_rest) - single;
        let whole = x + g;
        let (share, rest) = (g / whole, x / whole);
        let share_slope = (g_slope * rest - g * share) / whole;
        let level = sums.bias + sums.cross * share + noise;
        let level_slope =
            2.0 * all.cross_rest + (sums.cross - 2.0 * all.cross_rest) * share + sums.cross * share_slope;
        let margin = y + g * rest;
        let margin_slope = g + g_slope * rest - g * share_slope;
        let risk = alpha * level / margin;
        RiskSlope { risk, slope: (alpha * level_slope - risk * margin_slope) / margin }
    }

    pub fn risk(self, lambda: f64, noise: f64, kappa2: f64) -> Risk {
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
