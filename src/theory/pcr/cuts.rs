//! Sums over the kept and the dropped components for every number of principal components, and least squares on them
//! (section 5).

use crate::theory::Spectrum;
use crate::theory::numeric::{below, same_share};
use crate::theory::selection::left_risk;

/// A spectrum with running sums over its top i eigenvalues, i = 0..=len.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Cuts {
    raw: Spectrum,
    sizes: Vec<Size>,
    /// The sums weighted by a test covariance for every number of components; empty without one.
    tested: Vec<Tested>,
}

/// Sums over the top i eigenvalues.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Size {
    /// Share of the directions kept.
    pub share: f64,
    /// Σ w s over the kept directions, the unit of a ridge.
    pub mean: f64,
    /// Σ w τ over the dropped directions.
    pub lost: f64,
}

/// Sums over the top i eigenvalues, weighted by a test covariance.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Tested {
    /// Σ wρ over the kept directions.
    pub weighted: f64,
    /// Σ wρτ over the dropped directions.
    pub missed: f64,
}

/// The best number of eigenvalues to keep, and its risk.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Best {
    pub kept: usize,
    pub risk: f64,
}

impl Best {
    /// The lower of two risks, `self` if they are equal.
    pub(super) fn or(self, other: Self) -> Self {
        if other.risk < self.risk { other } else { self }
    }
}

impl Cuts {
    pub(super) fn new(raw: Spectrum) -> Self {
        let shares = running(raw.weights().iter().copied());
        let means = running(raw.weights().iter().zip(raw.eigenvalues()).map(|(w, s)| w * s));
        let sizes = shares.into_iter().zip(means).zip(remaining(&raw));
        let mut sizes: Vec<_> = sizes.map(|((share, mean), lost)| Size { share, mean, lost }).collect();
        if let Some(all) = sizes.last_mut() {
            all.share = raw.rank();
        }
        let of = |test: &Spectrum| -> Vec<_> {
            let weighted = running(test.weights().iter().copied());
            let tested = weighted.into_iter().zip(remaining(test));
            tested.map(|(weighted, missed)| Tested { weighted, missed }).collect()
        };
        let tested = raw.test().map_or_else(Vec::new, of);
        Self { raw, sizes, tested }
    }

    pub(super) const fn raw(&self) -> &Spectrum {
        &self.raw
    }

    /// Sums for every number of kept eigenvalues, one more than there are distinct eigenvalues.
    pub(super) fn sizes(&self) -> &[Size] {
        &self.sizes
    }

    /// Sums over the top `kept` eigenvalues, or over all where there are fewer.
    pub(super) fn size(&self, kept: usize) -> Size {
        let size = self.sizes.get(kept).or(self.sizes.last());
        size.copied().unwrap_or(Size { share: f64::NAN, mean: f64::NAN, lost: f64::NAN })
    }

    /// Sums of the top `kept` eigenvalues under the test covariance; `None` without one.
    pub(super) fn tested(&self, kept: usize) -> Option<&Tested> {
        self.tested.get(kept)
    }

    /// Whether the test covariance differs from that of the samples.
    pub(super) const fn is_shifted(&self) -> bool {
        !self.tested.is_empty()
    }

    /// The spectrum with the top `kept` eigenvalues unchanged and s = 0 on the others.
    pub(super) fn spectrum(&self, kept: usize) -> Spectrum {
        let Size { share, mean, lost } = self.size(kept);
        self.raw.top(kept, share, mean, lost)
    }

    /// The risk when nothing is kept: the mean is predicted.
    pub(super) fn none(&self, noise: f64) -> Best {
        Best { kept: 0, risk: self.raw.test().unwrap_or(&self.raw).signal() + noise }
    }

    /// The best number of components k < n without a ridge, all of them compared. n = k is a pole unless the residual
    /// energy is 0.
    pub(super) fn least_squares(&self, alpha: f64, noise: f64) -> Best {
        let fitting = self.sizes.partition_point(|size| below(size.share, alpha));
        let exact = |size: &Size| same_share(size.share, alpha) && size.lost + noise == 0.0;
        let fitting = fitting + usize::from(self.sizes.get(fitting).is_some_and(exact));
        let sizes = self.sizes.iter().take(fitting).enumerate();
        let least = |best: Best, (kept, risk)| best.or(Best { kept, risk });
        let plain = sizes.map(|(i, size)| (i, left_risk(size.lost + noise, alpha, size.share)));
        let none = self.none(noise);
        if self.is_shifted() {
            let weigh = |((i, risk), test): ((usize, f64), &Tested)| {
                // Least squares: the variance is R·Σ wρ/α.
                let variance =
                    if test.weighted == 0.0 || risk == 0.0 { 0.0 } else { risk * test.weighted / alpha };
                (i, noise + test.missed + variance)
            };
            plain.zip(&self.tested).map(weigh).fold(none, least)
        } else {
            plain.fold(none, least)
        }
    }
}

/// Running sums of the values, starting at 0, compensated.
fn running(values: impl ExactSizeIterator<Item = f64>) -> Vec<f64> {
    let mut sums = Vec::with_capacity(values.len() + 1);
    sums.push(0.0);
    let (mut total, mut lost) = (0.0_f64, 0.0_f64);
    for v in values {
        // Terms are positive but unordered: the compensation is what the larger of both loses of the smaller.
        let next = total + v;
        lost += if total >= v { (total - next) + v } else { (v - next) + total };
        total = next;
        sums.push(total + lost);
    }
    sums
}

/// Σ w τ over all but the top i eigenvalues, summed from the last, so that nothing cancels.
fn remaining(spectrum: &Spectrum) -> Vec<f64> {
    let mut left = spectrum.unreachable();
    let mut sums = vec![left];
    for e in spectrum.weighted_energies().iter().rev() {
        left += e;
        sums.push(left);
    }
    sums.reverse();
    sums
}
