//! The weighted spectrum {(w, s, τ)} of section 2, on which the risk depends.

mod construction;

use super::numeric::{snapped, sum};

/// Relative difference below which two eigenvalues count as one atom: far below every certified digit, far above
/// rounding.
pub(crate) const SAME: f64 = 1e-13;

/// Fraction of the largest eigenvalue (or task energy) below which a value counts as 0 and its direction is added to
/// [`Spectrum::lost`]: squares and reciprocals of smaller values leave the range of f64.
pub const NEGLIGIBLE: f64 = 1e-140;

/// A checked weighted spectrum: eigenvalues in decreasing order, equal ones merged.
///
/// Directions with s = 0 are not stored; their energy is [`Spectrum::unreachable`], signal that no sample reveals.
#[derive(Debug, Clone, PartialEq)]
pub struct Spectrum {
    weights: Vec<f64>,
    eigenvalues: Vec<f64>,
    /// Weighted energies w·τ, the only form in which the energies are used.
    energies: Vec<f64>,
    rank: f64,
    unreachable: f64,
    signal: f64,
    /// Σ w s.
    mean: f64,
    /// Share of the directions that count as 0 only because they are [`NEGLIGIBLE`].
    lost: f64,
    /// Under a test covariance: the same eigenvalues with weights wρ and energies wρτ, so that sums over this
    /// spectrum are the weighted sums.
    test: Option<Box<Self>>,
    /// Correction c for an eigenvalue that is cut by principal components under a test covariance (section 11.6): the
    /// bias contains 2c(1−a), with a the filter of the smallest eigenvalue.
    cut: f64,
}

/// A test covariance with the downstream eigenbasis, ρ the ratio of its eigenvalues to the downstream ones: its
/// weighted sums, one per distinct eigenvalue.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct TestSums {
    /// wρ.
    pub weights: Vec<f64>,
    /// wρτ.
    pub energies: Vec<f64>,
    /// Σ wρτ over s = 0.
    pub unreachable: f64,
    /// c of a cut eigenvalue (section 11.6); 0 if none is cut.
    pub cut: f64,
}

/// A direction (w, s, τ, ρ): share, eigenvalue, energy, and ratio of test to downstream eigenvalue.
pub(crate) type Shifted = (f64, f64, f64, f64);

impl Spectrum {
    /// The spectrum with its `kept` largest distinct eigenvalues and s = 0 on all other directions, from known sums:
    /// the share of the kept directions, their Σ w s, and Σ w τ over the others.
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

    /// The spectrum with this value of [`Spectrum::lost`].
    #[must_use]
    pub const fn with_lost(mut self, share: f64) -> Self {
        self.lost = share;
        self
    }

    /// The spectrum with or without this test covariance.
    pub(crate) fn with_test(mut self, test: Option<TestSums>) -> Self {
        self.test = test.map(|TestSums { weights, energies, unreachable, cut }| {
            let mut weighted = Self {
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
            weighted.mean = weighted.measure_mean();
            Box::new(weighted)
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

    /// The spectrum with every energy τ multiplied by `share`, including those weighted by a test covariance.
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

    /// The spectrum weighted by the test covariance, if that differs: wρ in place of w and wρτ in place of wτ. Its
    /// weights do not sum to 1.
    #[must_use]
    pub const fn test(&self) -> Option<&Self> {
        match &self.test {
            Some(test) => Some(test),
            None => None,
        }
    }

    /// Share of the directions that count as 0 only because they are below the range of f64; without this the pole at
    /// α = rank would be further right by this share.
    #[must_use]
    pub const fn lost(&self) -> f64 {
        self.lost
    }

    /// Correction c for a cut eigenvalue under a test covariance (section 11.6); 0 if none is cut.
    pub(crate) const fn cut(&self) -> f64 {
        self.cut
    }

    /// Filter a = s/(s+κ) of the smallest eigenvalue, the one that is cut.
    pub(crate) fn cut_filter(&self, kappa: f64) -> f64 {
        self.eigenvalues.last().map_or(0.0, |s| s / (s + kappa))
    }

    /// Contribution 2c(1−a) of a cut eigenvalue to the bias at κ.
    pub(crate) fn cut_bias(&self, kappa: f64) -> f64 {
        if self.cut == 0.0 {
            return 0.0;
        }
        2.0 * self.cut * self.eigenvalues.last().map_or(1.0, |s| kappa / (s + kappa))
    }

    /// The rank if α equals it up to rounding, else α.
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

    /// Bias² at s = 0: signal on directions that the features do not span.
    #[must_use]
    pub const fn unreachable(&self) -> f64 {
        self.unreachable
    }

    /// Signal variance r² = Σ w τ.
    #[must_use]
    pub const fn signal(&self) -> f64 {
        self.signal
    }

    /// Mean eigenvalue Σ w s.
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

/// Rounds a rank close to 1 to 1: weights sum to 1 up to the rounding of the given shares.
fn snap(rank: f64) -> f64 {
    if (rank - 1.0).abs() < 1e-12 { 1.0 } else { rank }
}

#[cfg(test)]
mod tests;
