//! The task spectrum of section 5: the energies that a featurization chooses among.

use super::Spectrum;
use super::numeric::{snapped, sum};
use super::quantity::{LARGEST, TheoryError};
use super::spectrum::{NEGLIGIBLE, SAME, TestSums};

/// The task spectrum {(w, τ)}: eigenvalues τ ≥ 0 of p·Σ_x^{1/2}Σ_θΣ_x^{1/2}, largest first, equal ones merged.
///
/// Not the energies of a [`Spectrum`], which are read off in the eigenbasis of one featurization.
#[derive(Debug, Clone, PartialEq)]
pub struct TaskSpectrum {
    weights: Vec<f64>,
    energies: Vec<f64>,
    /// Shares of the top i atoms, i = 0..=len.
    kept: Vec<f64>,
    /// Σ wτ over all but the top i atoms.
    left: Vec<f64>,
    rank: f64,
    /// Share of the p directions that features can reach, Σ w.
    reach: f64,
    /// Share of the directions whose energy counts as 0 only because it is [`NEGLIGIBLE`].
    lost: f64,
    /// The mean ρ of every atom, for a test covariance that differs from the downstream one.
    ratios: Option<Vec<f64>>,
}

impl TaskSpectrum {
    /// From atoms (w, τ).
    ///
    /// # Errors
    /// When there is no atom, weights are not positive or do not sum to 1, or an energy is negative or beyond 1e100.
    pub fn new(atoms: impl IntoIterator<Item = (f64, f64)>) -> Result<Self, TheoryError> {
        Self::within(1.0, atoms)
    }

    /// From atoms (w, τ) where features reach only a share Σ w = `reach` of the p directions (measured features of
    /// lower rank). No featurization has an eigenvalue on the others, and they carry no energy: what soft selection
    /// spreads over all directions it spreads over these, so that μ = σ²/(reach − α) and it ends at α = reach.
    ///
    /// # Errors
    /// A task spectrum whose weights sum to `reach`, above 0 and at most 1; the other directions cannot be reached.
    pub fn within(reach: f64, atoms: impl IntoIterator<Item = (f64, f64)>) -> Result<Self, TheoryError> {
        Self::of(reach, atoms.into_iter().map(|(w, t)| (w, t, 1.0)).collect(), false)
    }

    /// A task spectrum with a test covariance: atoms (w, τ, ρ), ρ as in [`Spectrum::shifted`].
    ///
    /// # Errors
    /// Those of [`TaskSpectrum::new`], and for a ratio that is negative or above 1e100.
    pub fn shifted(atoms: impl IntoIterator<Item = (f64, f64, f64)>) -> Result<Self, TheoryError> {
        Self::of(1.0, atoms.into_iter().collect(), true)
    }

    fn of(reach: f64, mut atoms: Vec<(f64, f64, f64)>, test: bool) -> Result<Self, TheoryError> {
        if let Some(ratio) = atoms.iter().map(|a| a.2).find(|ratio| !(0.0..=LARGEST).contains(ratio)) {
            return Err(TheoryError::Spectrum(format!(
                "test eigenvalues must be from 0 to {LARGEST:e} times the downstream ones, got {ratio:?}"
            )));
        }
        if let Some((w, t, _)) = atoms.iter().find(|(w, t, _)| !(*w > 0.0 && (0.0..=LARGEST).contains(t))) {
            return Err(TheoryError::Spectrum(format!(
                "a task spectrum needs weights above 0 and energies from 0 to {LARGEST:e}, got ({w}, {t})"
            )));
        }
        atoms.sort_by(|a, b| b.1.total_cmp(&a.1));
        let total = sum(atoms.iter().map(|a| a.0));
        if atoms.is_empty() || !(reach > 0.0 && reach <= 1.0) || (total - reach).abs() > 1e-6 {
            return Err(TheoryError::Spectrum(format!(
                "weights of a task spectrum must sum to {reach}, above 0 and at most 1, got {total:?}"
            )));
        }
        let negligible = NEGLIGIBLE * atoms.first().map_or(0.0, |a| a.1);
        let tiny = |t: f64| t > 0.0 && t < negligible;
        let lost = sum(atoms.iter().filter(|a| tiny(a.1)).map(|a| a.0));
        atoms.iter_mut().filter(|a| tiny(a.1)).for_each(|a| a.1 = 0.0);
        let (mut weights, mut energies, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
        for block in atoms.chunk_by(|a, b| a.1 - b.1 <= SAME * a.1) {
            let weight = sum(block.iter().map(|a| a.0));
            weights.push(weight * reach / total);
            energies.push(sum(block.iter().map(|a| a.0 * a.1)) / weight);
            ratios.push(sum(block.iter().map(|a| a.0 * a.2)) / weight);
        }
        let snap = |kept: f64| if kept > reach - 1e-12 { reach } else { kept };
        let kept: Vec<f64> = running(&weights, |&w| w).into_iter().map(snap).collect();
        let mut left = running(&weights.iter().zip(&energies).rev().collect::<Vec<_>>(), |(w, t)| *w * *t);
        left.reverse();
        let positive = energies.partition_point(|&t| t > 0.0);
        let rank = kept.get(positive).copied().unwrap_or(reach);
        let ratios = test.then_some(ratios);
        Ok(Self { weights, energies, kept, left, rank, reach, lost, ratios })
    }

    /// From the p energies of a problem of dimension p.
    ///
    /// # Errors
    /// Those of [`TaskSpectrum::new`].
    pub fn uniform(energies: &[f64]) -> Result<Self, TheoryError> {
        let p = energies.len() as f64;
        let mut task = Self::new(energies.iter().map(|&t| (1.0 / p, t)))?;
        // Exact counts give exact shares.
        let exact = |w: &mut f64| *w = (*w * p).round() / p;
        task.weights.iter_mut().chain(&mut task.kept).for_each(exact);
        exact(&mut task.rank);
        Ok(task)
    }

    /// Shares of the directions, one per distinct energy.
    #[must_use]
    pub fn weights(&self) -> &[f64] {
        &self.weights
    }

    /// Distinct energies τ ≥ 0, decreasing.
    #[must_use]
    pub fn energies(&self) -> &[f64] {
        &self.energies
    }

    /// Share of the directions kept when the top i atoms are, i = 0..=len.
    #[must_use]
    pub fn kept(&self) -> &[f64] {
        &self.kept
    }

    /// Signal Σ wτ dropped when the top i atoms are kept, i = 0..=len.
    #[must_use]
    pub fn left(&self) -> &[f64] {
        &self.left
    }

    /// The energy of the first atom that is dropped when the top `atoms` are kept; 0 when none is.
    pub(crate) fn next_energy(&self, atoms: usize) -> f64 {
        self.energies.get(atoms).copied().unwrap_or(0.0)
    }

    /// Share of the directions with τ > 0.
    #[must_use]
    pub const fn rank(&self) -> f64 {
        self.rank
    }

    /// Share of the directions that features can reach.
    #[must_use]
    pub const fn reach(&self) -> f64 {
        self.reach
    }

    /// Whether the test covariance is another one.
    #[must_use]
    pub const fn is_shifted(&self) -> bool {
        self.ratios.is_some()
    }

    /// Σ wρ over the directions in reach: their share, or as a test covariance weighs them.
    pub(crate) fn weighed_reach(&self) -> f64 {
        let weighed = |ratios: &Vec<f64>| sum(self.weights.iter().zip(ratios).map(|(w, r)| w * r));
        self.ratios.as_ref().map_or(self.reach, weighed)
    }

    /// Share of the directions whose energy counts as 0 only because it is below a float's range.
    #[must_use]
    pub const fn lost(&self) -> f64 {
        self.lost
    }

    /// The spectrum with this share of the directions counted as 0 only because they were below the range of f64.
    #[must_use]
    pub const fn with_lost(mut self, share: f64) -> Self {
        self.lost = share;
        self
    }

    /// α, or the share of the directions in reach, or of those with energy, where they are equal up to rounding.
    pub(crate) fn snapped(&self, alpha: f64) -> f64 {
        snapped(snapped(alpha, self.reach), self.rank)
    }

    /// Σ w s of s = τ + μ: soft selection and ground truth (μ = 0) in units where the mean eigenvalue is 1.
    pub(crate) fn mean(&self, mu: f64) -> f64 {
        let mean = self.signal() + self.reach * mu;
        if mean > 0.0 { mean } else { 1.0 }
    }

    /// The effective rank of S, (tr S)²/tr S², as a share of the p directions: how many of equal energy would do.
    #[must_use]
    pub fn effective_rank(&self) -> f64 {
        let squares = sum(self.weights.iter().zip(&self.energies).map(|(w, t)| w * t * t));
        if squares > 0.0 { self.signal() * (self.signal() / squares) } else { 0.0 }
    }

    /// r² = Σ wτ.
    #[must_use]
    pub fn signal(&self) -> f64 {
        self.left.first().copied().unwrap_or(f64::NAN)
    }

    /// Every energy τ times `share` > 0.
    pub(crate) fn scaled(&self, share: f64) -> Self {
        let mut scaled = self.clone();
        scaled.energies.iter_mut().chain(&mut scaled.left).for_each(|energy| *energy *= share);
        scaled
    }

    /// The spectrum of a featurization that commutes with the task: eigenvalue `s(i, τ)` on atom i, not increasing.
    pub(crate) fn featurize(&self, s: impl Fn(usize, f64) -> f64) -> Spectrum {
        let atoms = self.weights.iter().zip(&self.energies).enumerate();
        let atoms = atoms.map(|(i, (&w, &t))| (w, s(i, t), t));
        let spectrum = match self.out_of_reach() {
            None => Spectrum::sorted(atoms),
            Some(rest) => Spectrum::sorted(atoms.chain([rest]).collect::<Vec<_>>().into_iter()),
        };
        let kept = spectrum.weights().len();
        let test = self.tested(kept).map(|(weights, energies, unreachable)| {
            let rows = |of: &[f64]| of.iter().take(kept).copied().collect();
            TestSums { weights: rows(&weights), energies: rows(&energies), unreachable, cut: 0.0 }
        });
        spectrum.with_test(test)
    }

    /// wρ and wρτ of every atom, and Σ wρτ of all but the top `kept`, where the test covariance is another one.
    fn tested(&self, kept: usize) -> Option<(Vec<f64>, Vec<f64>, f64)> {
        let weights: Vec<f64> = self.weights.iter().zip(self.ratios.as_ref()?).map(|(w, r)| w * r).collect();
        let energies: Vec<f64> = weights.iter().zip(&self.energies).map(|(w, t)| w * t).collect();
        let rest = sum(energies.iter().skip(kept).copied());
        Some((weights, energies, rest))
    }

    /// The directions without a feature, as an atom.
    pub(crate) fn out_of_reach(&self) -> Option<(f64, f64, f64)> {
        (self.reach < 1.0).then_some((1.0 - self.reach, 0.0, 0.0))
    }

    /// The ground-truth featurization, s = τ.
    #[must_use]
    pub fn ground_truth(&self) -> Spectrum {
        self.featurize(|_, t| t).with_lost(self.lost)
    }

    /// Hard selection of the top `atoms`: one s for all kept directions, 0 for the others; mean 1.
    pub(crate) fn top(&self, atoms: usize) -> Spectrum {
        let test = self.tested(atoms).map(|(weights, energies, unreachable)| {
            let all = |of: &[f64]| {
                if atoms == 0 { Vec::new() } else { vec![sum(of.iter().take(atoms).copied())] }
            };
            TestSums { weights: all(&weights), energies: all(&energies), unreachable, cut: 0.0 }
        });
        let kept = self.kept.get(atoms).copied().unwrap_or(f64::NAN);
        let left = self.left.get(atoms).copied().unwrap_or(f64::NAN);
        let mean = |energy: f64, weight: f64| if weight > 0.0 { energy / weight } else { 0.0 };
        let atoms =
            [(kept, 1.0 / kept, mean(self.signal() - left, kept)), (1.0 - kept, 0.0, mean(left, 1.0 - kept))];
        Spectrum::sorted(atoms.into_iter().filter(|a| a.0 > 0.0).collect::<Vec<_>>().into_iter())
            .with_test(test)
    }

    /// M ∝ S + μI, s = τ + μ: task relevance plus `mu` ≥ 0 of covariate structure; mean eigenvalue 1. Soft selection is
    /// the mix whose μ is σ²/(1 − α).
    #[must_use]
    pub fn mix(&self, mu: f64) -> Spectrum {
        let mu = if mu.is_finite() { mu.max(0.0) } else { 0.0 };
        self.featurize(|_, t| t + mu).normalized()
    }
}

/// Compensated running sums, starting at 0.
pub(crate) fn running<T>(items: &[T], value: impl Fn(&T) -> f64) -> Vec<f64> {
    let (mut total, mut lost) = (0.0_f64, 0.0_f64);
    let mut sums = vec![0.0];
    for item in items {
        let v = value(item);
        let next = total + v;
        lost += if total.abs() >= v.abs() { (total - next) + v } else { (v - next) + total };
        total = next;
        sums.push(total + lost);
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn effective_rank_counts_equal_energies() {
        let rank = |atoms: &[(f64, f64)]| TaskSpectrum::new(atoms.iter().copied()).unwrap().effective_rank();
        assert_eq!((rank(&[(1.0, 3.0)]), rank(&[(1.0, 0.0)])), (1.0, 0.0));
        assert!((rank(&[(0.2, 5.0), (0.8, 0.0)]) - 0.2).abs() < 1e-15);
        // τ ∝ 1/j: (Σ 1/j)²/Σ 1/j² of p.
        let energies: Vec<f64> = (1..=50).map(|j| f64::from(j).recip()).collect();
        let (sum, squares) = energies.iter().fold((0.0, 0.0), |(a, b), t| (a + t, b + t * t));
        let got = TaskSpectrum::uniform(&energies).unwrap().effective_rank();
        assert!((50.0 * got - sum * sum / squares).abs() < 1e-12);
    }

    #[test]
    fn prefix_sums_are_exact() {
        let energies: Vec<f64> = (0..1000).map(|j| if j < 200 { 2.0 } else { 0.0 }).collect();
        let task = TaskSpectrum::uniform(&energies).unwrap();
        assert_eq!((task.kept(), task.rank(), task.signal()), (&[0.0, 0.2, 1.0][..], 0.2, 0.4));
        assert_eq!(task.left()[1..], [0.0, 0.0]);
        let spectrum = task.ground_truth();
        assert_eq!((spectrum.rank(), spectrum.unreachable()), (0.2, 0.0));
        assert!(TaskSpectrum::new([(f64::NAN, 1.0)]).is_err() && TaskSpectrum::uniform(&[]).is_err());
    }
}
