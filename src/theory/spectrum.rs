//! The weighted spectrum {(w, s, τ)} of section 2: all that the risk depends on.

use super::numeric::snapped;
use super::quantity::{LARGEST, TheoryError};

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
}

/// A direction: share w, eigenvalue s, energy τ, and ρ of the test covariance.
pub(crate) type Shifted = (f64, f64, f64, f64);

impl Spectrum {
    /// From atoms (w, s, τ): a share of the p directions, the eigenvalue of M = Σ_x^{1/2} F Σ_x^{1/2} there, and the
    /// task energy p·uᵀΣ_x^{1/2}Σ_θΣ_x^{1/2}u (may be negative where it is an unbiased estimate).
    ///
    /// # Errors
    /// When there is no atom, the weights are not positive and do not sum to 1 (to 1e-6; they are then normalised),
    /// an eigenvalue is negative, or a number is beyond 1e100 (or all eigenvalues are below 1e-100).
    pub fn new(atoms: impl IntoIterator<Item = (f64, f64, f64)>) -> Result<Self, TheoryError> {
        Self::of(atoms.into_iter().map(|(w, s, t)| (w, s, t, 1.0)).collect(), false)
    }

    /// A spectrum with a test covariance: atoms (w, s, τ, ρ), ρ ≥ 0 the ratio of the test covariance's eigenvalue to
    /// the downstream one's.
    ///
    /// # Errors
    /// Those of [`Spectrum::new`], and for a ratio that is negative or above 1e100.
    pub fn shifted(atoms: impl IntoIterator<Item = (f64, f64, f64, f64)>) -> Result<Self, TheoryError> {
        Self::of(atoms.into_iter().collect(), true)
    }

    fn of(mut atoms: Vec<Shifted>, test: bool) -> Result<Self, TheoryError> {
        let wrong = |what: String| Err(TheoryError::Spectrum(what));
        for &(w, s, t, ratio) in &atoms {
            if !(0.0..=LARGEST).contains(&ratio) {
                return wrong(format!(
                    "test eigenvalues must be from 0 to {LARGEST:e} times the downstream ones, got {ratio:?}"
                ));
            }
            if !(w.is_finite() && w > 0.0) {
                return wrong(format!("weights of a spectrum must be above 0, got {w:?}"));
            }
            if !(0.0..=LARGEST).contains(&s) {
                return wrong(format!(
                    "eigenvalues of a spectrum must be at least 0 and at most {LARGEST:e}, got {s:?}"
                ));
            }
            if t.is_nan() || t.abs() > LARGEST {
                return wrong(format!(
                    "energies of a spectrum must be at most {LARGEST:e} in size, got {t:?}"
                ));
            }
        }
        let total = sum(atoms.iter().map(|a| a.0));
        if atoms.is_empty() || (total - 1.0).abs() > 1e-6 {
            return wrong(format!("weights of a spectrum must sum to 1, got {total:?}"));
        }
        atoms.sort_by(|a, b| b.1.total_cmp(&a.1));
        let largest = atoms.first().map_or(0.0, |a| a.1);
        if largest > 0.0 && largest < LARGEST.recip() {
            return wrong(format!(
                "the largest eigenvalue of a spectrum must be 0 or from {:e} to {LARGEST:e}, got {largest:e}",
                LARGEST.recip()
            ));
        }
        let negligible = |s: f64| s > 0.0 && s < NEGLIGIBLE * largest;
        let lost = sum(atoms.iter().filter(|a| negligible(a.1)).map(|a| a.0)) / total;
        atoms.iter_mut().filter(|a| negligible(a.1)).for_each(|a| a.1 = 0.0);

        let mut spectrum = Self {
            weights: Vec::new(),
            eigenvalues: Vec::new(),
            energies: Vec::new(),
            rank: 0.0,
            unreachable: 0.0,
            signal: sum(atoms.iter().map(|a| a.0 * a.2)) / total,
            mean: 0.0,
            lost,
            test: None,
        };
        let mut sums = TestSums { weights: Vec::new(), energies: Vec::new(), unreachable: 0.0 };
        for block in atoms.chunk_by(|a, b| a.1 - b.1 <= SAME * a.1) {
            let weight = sum(block.iter().map(|a| a.0)) / total;
            let energy = sum(block.iter().map(|a| a.0 * a.2)) / total;
            let tested = sum(block.iter().map(|a| a.0 * a.2 * a.3)) / total;
            if block[0].1 > 0.0 {
                sums.weights.push(sum(block.iter().map(|a| a.0 * a.3)) / total);
                sums.energies.push(tested);
                spectrum.weights.push(weight);
                spectrum.eigenvalues.push(block[0].1);
                spectrum.energies.push(energy);
            } else {
                spectrum.unreachable = energy;
                sums.unreachable = tested;
            }
        }
        spectrum.rank = snap(sum(spectrum.weights.iter().copied()));
        spectrum.mean = spectrum.measure_mean();
        Ok(spectrum.with_test(test.then_some(sums)))
    }

    /// From p directions of equal weight 1/p: (s, τ) each.
    ///
    /// # Errors
    /// Those of [`Spectrum::new`].
    pub fn uniform(directions: &[(f64, f64)]) -> Result<Self, TheoryError> {
        Self::counted(directions.iter().map(|&(s, t)| (1, s, t)))
    }

    /// From blocks of equal directions: (count, s, τ).
    ///
    /// # Errors
    /// Those of [`Spectrum::new`].
    pub fn counted(
        blocks: impl IntoIterator<Item = (usize, f64, f64), IntoIter: Clone>,
    ) -> Result<Self, TheoryError> {
        Self::counts(blocks.into_iter().map(|(count, s, t)| (count, s, t, 1.0)), false)
    }

    /// A spectrum with a test covariance from numbers of directions: (count, s, τ, ρ).
    ///
    /// # Errors
    /// Those of [`Spectrum::shifted`].
    pub fn counted_shifted(
        blocks: impl IntoIterator<Item = (usize, f64, f64, f64), IntoIter: Clone>,
    ) -> Result<Self, TheoryError> {
        Self::counts(blocks.into_iter(), true)
    }

    fn counts(
        blocks: impl Iterator<Item = (usize, f64, f64, f64)> + Clone,
        test: bool,
    ) -> Result<Self, TheoryError> {
        // Exact counts give exact shares: 200 of 1000 is 0.2 and not a sum of 200 roundings.
        let p = blocks.clone().map(|b| b.0).sum::<usize>() as f64;
        let atoms = blocks.map(|(count, s, t, ratio)| (count as f64 / p, s, t, ratio)).collect();
        Self::of(atoms, test).map(|mut spectrum| {
            for w in &mut spectrum.weights {
                *w = (*w * p).round() / p;
            }
            spectrum.rank = (spectrum.rank * p).round() / p;
            spectrum.mean = spectrum.measure_mean();
            spectrum
        })
    }

    /// From checked atoms (w, s, τ) in an order of decreasing s ≥ 0, weights summing to 1; nothing is merged.
    pub(crate) fn sorted(atoms: impl ExactSizeIterator<Item = (f64, f64, f64)>) -> Self {
        let mut spectrum = Self {
            weights: Vec::with_capacity(atoms.len()),
            eigenvalues: Vec::with_capacity(atoms.len()),
            energies: Vec::with_capacity(atoms.len()),
            rank: 0.0,
            unreachable: 0.0,
            signal: 0.0,
            mean: 0.0,
            lost: 0.0,
            test: None,
        };
        for (w, s, t) in atoms {
            if s > 0.0 {
                spectrum.weights.push(w);
                spectrum.eigenvalues.push(s);
                spectrum.energies.push(w * t);
            } else {
                spectrum.unreachable += w * t;
            }
        }
        spectrum.rank = snap(sum(spectrum.weights.iter().copied()));
        spectrum.signal = sum(spectrum.energies.iter().copied()) + spectrum.unreachable;
        spectrum.mean = spectrum.measure_mean();
        spectrum
    }

    /// Its `kept` largest distinct eigenvalues with s = 0 on all other directions, where the sums over the kept are known:
    /// their share of the directions, their Σ w s, and Σ w τ over the others.
    pub(crate) fn top(&self, kept: usize, rank: f64, mean: f64, unreachable: f64) -> Self {
        let top = |of: &[f64]| of.get(..kept).unwrap_or(of).to_vec();
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
        };
        spectrum.with_test(self.test().map(|test| TestSums {
            weights: top(&test.weights),
            energies: top(&test.energies),
            unreachable: test.unreachable + sum(test.energies.iter().skip(kept).copied()),
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
        self.test = test.map(|TestSums { weights, energies, unreachable }| {
            let mut weighed = Self {
                rank: sum(weights.iter().copied()),
                signal: sum(energies.iter().copied()) + unreachable,
                eigenvalues: self.eigenvalues.clone(),
                weights,
                energies,
                unreachable,
                mean: 0.0,
                lost: 0.0,
                test: None,
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

/// Compensated sum: spectra span 16 decades, and a rank must not be 1 − 1e-13.
pub(crate) fn sum(values: impl Iterator<Item = f64>) -> f64 {
    let (mut total, mut lost) = (0.0_f64, 0.0_f64);
    for v in values {
        let next = total + v;
        lost += if total.abs() >= v.abs() { (total - next) + v } else { (v - next) + total };
        total = next;
    }
    total + lost
}

/// Weights sum to 1 by definition, up to the rounding of the shares handed in.
fn snap(rank: f64) -> f64 {
    if (rank - 1.0).abs() < 1e-12 { 1.0 } else { rank }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_atoms_merge_and_shares_are_exact() {
        let directions: Vec<_> = (0..1000).map(|j| if j < 200 { (1.0, 2.0) } else { (1e-4, 0.5) }).collect();
        let s = Spectrum::uniform(&directions).unwrap();
        assert_eq!(s.weights(), [0.2, 0.8]);
        assert_eq!(s.eigenvalues(), [1.0, 1e-4]);
        assert_eq!(s.rank(), 1.0);
        assert!((s.signal() - 0.8).abs() < 1e-14);
    }

    #[test]
    fn directions_without_eigenvalue_are_unreachable_signal() {
        let s = Spectrum::new([(0.25, 0.0, 4.0), (0.75, 2.0, 1.0)]).unwrap();
        assert_eq!((s.rank(), s.unreachable(), s.signal()), (0.75, 1.0, 1.75));
        assert_eq!(s.normalized().eigenvalues(), [2.0 / 1.5]);
    }

    /// Eigenvalues too small beside the largest count as 0, and are counted.
    #[test]
    fn what_is_lost_is_counted() {
        let s = Spectrum::new([(0.25, 1.0, 1.0), (0.5, 1e-200, 1.0), (0.25, 0.0, 1.0)]).unwrap();
        assert_eq!((s.rank(), s.lost(), s.unreachable()), (0.25, 0.5, 0.75));
        assert_eq!(Spectrum::new([(0.5, 1.0, 1.0), (0.5, 1e-130, 1.0)]).unwrap().lost(), 0.0);
    }

    #[test]
    fn refuses_bad_tables() {
        assert!(Spectrum::new([]).is_err());
        assert!(Spectrum::new([(0.5, 1.0, 1.0)]).is_err());
        assert!(Spectrum::new([(1.0, -1.0, 1.0)]).is_err());
        assert!(Spectrum::new([(1.0, 1.0, f64::NAN)]).is_err());
        // Squares of these are above the range of f64.
        assert!(Spectrum::new([(1.0, 1e200, 1.0)]).is_err() && Spectrum::new([(1.0, 1e-200, 1.0)]).is_err());
        assert!(Spectrum::new([(1.0, 1.0, 1e200)]).is_err());
        assert!(Spectrum::new([(1.0, 0.0, 1.0)]).is_ok(), "the null featurization is a spectrum");
    }
}
