//! The weighted spectrum {(w, s, τ)} of section 2: all that the risk depends on.

mod construction;

use super::numeric::{snapped, sum};

/// Eigenvalues closer than this (relative) are one atom: far below every certified digit, far above rounding.
pub(crate) const SAME: f64 = 1e-13;

/// Share of the largest eigenvalue (or task energy) below which one counts as 0, and is counted: squares and
/// reciprocals of smaller ones leave the range of f64.
pub const NEGLIGIBLE: f64 = 1e-140;

/// A checked weighted spectrum, eigenvalues in decreasing order, equal ones merged.
///
/// Directions with s = 0 are not stored: their energy is [`Spectrum::unreachable`], signal that no sample reaches.
#[derive(Debug, Clone, PartialEq)]
pub struct Spectrum {
    weights: Vec<f64>,
    eigenvalues: Vec<f64>,
    /// w·τ, the only form in which the energies enter.
    energies: Vec<f64>,
    rank: f64,
    unreachable: f64,
    signal: f64,
    /// Σ w s.
    mean: f64,
    /// Share of the directions that count as 0 only because they are [`NEGLIGIBLE`].
    lost: f64,
    /// Where the test covariance is another one: the same eigenvalues with its weights wρ and energies wρτ, so that
    /// every sum over them is the one that it weighs.
    test: Option<Box<Self>>,
    /// c of a test covariance that joins the kept and the dropped part of a cut eigenvalue (section 11.6): 2c(1−a) is part
    /// of the bias, a the filter of the smallest eigenvalue.
    cut: f64,
}

/// A test covariance with the downstream eigenbasis, ρ the ratio of its eigenvalues to the downstream ones: the
/// weighted forms in which it enters, one per distinct eigenvalue.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct TestSums {
    /// wρ.
    pub weights: Vec<f64>,
    /// wρτ.
    pub energies: Vec<f64>,
    /// Σ wρτ over s = 0.
    pub unreachable: f64,
    /// c of a cut eigenvalue (section 11.6); 0 where none is cut.
    pub cut: f64,
}

/// A direction: share w, eigenvalue s, energy τ, and ρ of the test covariance.
pub(crate) type Shifted = (f64, f64, f64, f64);

impl Spectrum {
    /// Its `kept` largest distinct eigenvalues with s = 0 on all other directions, where the sums over the kept are known:
    /// their share of the directions, their Σ w s, and Σ w τ over the others.
    pub(crate) fn top(&self, kept: usize, rank: f64, mean: f64, unreachable: f64) -> Self {
        let top = |of: &[f64]| of.iter().take(kept).copied().collect();
        let spectrum = Self {
            weights: top(&self.weights),
            eigenvalues: top(&self.eigenvalues),
            energies: top(&self.energies),
            rank: snap(rank),
            unreachable,
            signal: self.signal,
            mean,
            lost: self.lost,
            test: None,
            cut: 0.0,
        };
        spectrum.with_test(self.test().map(|test| TestSums {
            weights: top(&test.weights),
            energies: top(&test.energies),
            unreachable: test.unreachable + sum(test.energies.iter().skip(kept).copied()),
            cut: 0.0,
        }))
    }

    /// The spectrum with its eigenvalues scaled to mean 1 over all p directions, so that a ridge is comparable between
    /// featurizations (section 7). The null featurization is unchanged.
    #[must_use]
    pub fn normalized(mut self) -> Self {
        let mean = self.mean;
        if mean > 0.0 {
            for s in &mut self.eigenvalues {
                *s /= mean;
            }
            self.mean = self.measure_mean();
            if let Some(test) = &mut self.test {
                test.eigenvalues.clone_from(&self.eigenvalues);
                test.mean = test.measure_mean();
            }
        }
        self
    }

    /// The spectrum with this share of the directions counted as 0 only because they were below the range of f64.
    #[must_use]
    pub const fn with_lost(mut self, share: f64) -> Self {
        self.lost = share;
        self
    }

    /// The spectrum with this test covariance, or without one.
    pub(crate) fn with_test(mut self, test: Option<TestSums>) -> Self {
        self.test = test.map(|TestSums { weights, energies, unreachable, cut }| {
            let mut weighed = Self {
                rank: sum(weights.iter().copied()),
                signal: sum(energies.iter().copied()) + unreachable + 2.0 * cut,
                eigenvalues: self.eigenvalues.clone(),
                weights,
                energies,
                unreachable,
                mean: 0.0,
                lost: 0.0,
                test: None,
                cut,
            };
            weighed.mean = weighed.measure_mean();
            Box::new(weighed)
        });
        self
    }

    /// Replaces the weighted energies wτ of the distinct eigenvalues s > 0, in their order, and the energy on s = 0.
    pub(crate) fn with_energies(&self, energies: Vec<f64>, unreachable: f64) -> Self {
        debug_assert_eq!(energies.len(), self.weights.len());
        Self {
            signal: sum(energies.iter().copied()) + unreachable,
            energies,
            unreachable,
            test: None,
            ..self.clone()
        }
    }

    /// Every energy τ times `share`, those that a test covariance weighs too.
    pub(crate) fn scaled_energies(&self, share: f64) -> Self {
        let mut scaled = self.clone();
        scaled.scale_energies(share);
        scaled
    }

    fn scale_energies(&mut self, share: f64) {
        self.energies.iter_mut().for_each(|energy| *energy *= share);
        self.unreachable *= share;
        self.signal *= share;
        self.cut *= share;
        if let Some(test) = &mut self.test {
            test.scale_energies(share);
        }
    }

    /// Where the test covariance is another one: this spectrum as it weighs it, wρ in place of w and wρτ in place of
    /// wτ. Its weights do not sum to 1.
    #[must_use]
    pub const fn test(&self) -> Option<&Self> {
        match &self.test {
            Some(test) => Some(test),
            None => None,
        }
    }

    /// Share of the directions that count as 0 only because they are below a float's range: the pole at α = rank would
    /// lie that much further right.
    #[must_use]
    pub const fn lost(&self) -> f64 {
        self.lost
    }

    /// c, by which a test covariance joins the kept and the dropped part of a cut eigenvalue (section 11.6); 0 where none is
    /// cut.
    pub(crate) const fn cut(&self) -> f64 {
        self.cut
    }

    /// The filter a = s/(s+κ) of the smallest eigenvalue, which is the one that is cut.
    pub(crate) fn cut_filter(&self, kappa: f64) -> f64 {
        self.eigenvalues.last().map_or(0.0, |s| s / (s + kappa))
    }

    /// 2c(1−a), what the cut adds to the bias at κ.
    pub(crate) fn cut_bias(&self, kappa: f64) -> f64 {
        if self.cut == 0.0 {
            return 0.0;
        }
        2.0 * self.cut * self.eigenvalues.last().map_or(1.0, |s| kappa / (s + kappa))
    }

    /// α, or the rank where they are equal up to rounding.
    pub(crate) fn snapped(&self, alpha: f64) -> f64 {
        snapped(alpha, self.rank)
    }

    /// Shares w of the directions with s > 0, one per distinct eigenvalue.
    #[must_use]
    pub fn weights(&self) -> &[f64] {
        &self.weights
    }

    /// Distinct eigenvalues s > 0, decreasing.
    #[must_use]
    pub fn eigenvalues(&self) -> &[f64] {
        &self.eigenvalues
    }

    /// Weighted energies w·τ, one per distinct eigenvalue.
    #[must_use]
    pub fn weighted_energies(&self) -> &[f64] {
        &self.energies
    }

    /// Share of the directions with s > 0.
    #[must_use]
    pub const fn rank(&self) -> f64 {
        self.rank
    }

    /// Bias² at s = 0: the signal on directions that no sample reaches.
    #[must_use]
    pub const fn unreachable(&self) -> f64 {
        self.unreachable
    }

    /// r² = Σ w τ.
    #[must_use]
    pub const fn signal(&self) -> f64 {
        self.signal
    }

    /// Σ w s.
    #[must_use]
    pub const fn mean_eigenvalue(&self) -> f64 {
        self.mean
    }

    fn measure_mean(&self) -> f64 {
        sum(self.weights.iter().zip(&self.eigenvalues).map(|(w, s)| w * s))
    }

    /// The largest and the smallest s > 0; `None` for the null featurization.
    #[must_use]
    pub fn range(&self) -> Option<(f64, f64)> {
        Some((*self.eigenvalues.first()?, *self.eigenvalues.last()?))
    }
}

/// Weights sum to 1 by definition, up to the rounding of the shares handed in.
fn snap(rank: f64) -> f64 {
    if (rank - 1.0).abs() < 1e-12 { 1.0 } else { rank }
}

#[cfg(test)]
mod tests;
