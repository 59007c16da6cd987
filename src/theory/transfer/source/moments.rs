//! Sums over a spectrum and a source's coefficients at one κ: the best weight, and the risk with it.

use crate::theory::Spectrum;
use crate::theory::negative::OffsetKappa;
use crate::theory::vector::{Atoms, total};

/// Products over the directions with s > 0, with the source's filter a and the energy v of its coefficients.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Products {
    /// wτa.
    pub shared: Vec<f64>,
    /// wv.
    pub squared: Vec<f64>,
}

impl Products {
    /// The moments at κ, which may be infinite.
    pub fn moments(&self, spectrum: &Spectrum, kappa: f64) -> Moments {
        let Self { shared, squared } = self;
        if kappa.is_infinite() {
            return Moments { shared: shared.iter().sum(), squared: squared.iter().sum() };
        }
        let atoms = Atoms { weights: shared, eigenvalues: spectrum.eigenvalues(), energies: squared };
        // Uses b/κ in place of b, which has a limit at κ = 0; only ratios of the sums matter.
        let [shared, squared] =
            total!(atoms, 0.0, kappa, [], 2, |shared, _, squared, r| [shared * r * r, squared * r * r]);
        Moments { shared, squared }
    }
}

impl Profile {
    pub fn at(spectrum: &Spectrum, products: &Products, place: OffsetKappa) -> Self {
        let [df2, df2_fall, energy, energy_rise] =
            total!(spectrum, place.base, place.offset, [], 4, |w, s, e, r| {
                let (a, er) = (s * r, e * r * r);
                let waa = w * a * a;
                [waa, waa * r, er, er * a]
            });
        let Products { shared, squared } = products;
        let atoms = Atoms { weights: shared, eigenvalues: spectrum.eigenvalues(), energies: squared };
        let [shared, shared_rise, squared, squared_rise] =
            total!(atoms, place.base, place.offset, [], 4, |shared, s, squared, r| {
                let (a, shared, squared) = (s * r, shared * r * r, squared * r * r);
                [shared, shared * a, squared, squared * a]
            });
        let rise = Moments { shared: shared_rise, squared: squared_rise };
        Self { df2, df2_fall, energy, energy_rise, moments: Moments { shared, squared }, rise }
    }

    /// (Bias² + σ²)/D at (α, σ²) with the best γ for a correlation, and its derivative in κ; ∞ and −∞ where D ≤ 0.
    pub fn height(
        &self,
        kappa: f64,
        (alpha, noise): (f64, f64),
        correlation: f64,
        unreachable: f64,
    ) -> (f64, f64) {
        let &Self { df2, df2_fall, energy, energy_rise, moments, rise } = self;
        let margin = alpha - df2;
        if margin <= 0.0 {
            return (f64::INFINITY, f64::NEG_INFINITY);
        }
        // The source reduces Bias² by c²S²/Q; the moments S and Q have the derivatives 2κ·rise.
        let gain = moments.best_weight(correlation) * correlation * moments.shared;
        let gain_rise = if gain > 0.0 {
            gain * (2.0 * rise.shared / moments.shared - rise.squared / moments.squared)
        } else {
            0.0
        };
        let level = unreachable + kappa * kappa * (energy - gain).max(0.0) + noise;
        let level_slope = 2.0 * kappa * (energy_rise - gain_rise);
        let inflated = level / margin;
        (alpha * inflated, alpha * (level_slope - 2.0 * inflated * df2_fall) / margin)
    }
}

/// Sums at one κ, with b/κ in place of b.
#[derive(Debug, Clone, Copy)]
pub(super) struct Profile {
    pub df2: f64,
    /// Σ wa²/(s + κ): half of what df2 falls by in κ.
    pub df2_fall: f64,
    /// Σ wτ(b/κ)².
    pub energy: f64,
    /// Σ wτa(b/κ)².
    pub energy_rise: f64,
    pub moments: Moments,
    /// The moments with a in each sum.
    pub rise: Moments,
}

/// Σ wτab² and Σ wvb², up to a common factor.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moments {
    pub shared: f64,
    pub squared: f64,
}

impl Moments {
    /// γ* = cΣwτab²/Σwvb²; 0 where there is no source.
    pub fn best_weight(self, correlation: f64) -> f64 {
        if self.squared > 0.0 { correlation * self.shared / self.squared } else { 0.0 }
    }

    /// c* = ½Σwvb²/Σwτab²; infinite where no correlation suffices.
    pub fn of_no_gain(self) -> f64 {
        if self.squared == 0.0 { 0.0 } else { 0.5 * self.squared / self.shared }
    }
}
