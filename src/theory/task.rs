//! The task spectrum of section 5: the energies from which a featurization is chosen.

use super::Spectrum;
use super::numeric::{snapped, sum};
use super::quantity::{LARGEST, TheoryError};
use super::spectrum::{NEGLIGIBLE, SAME, TestSums};

/// The task spectrum {(w, τ)}: eigenvalues τ ≥ 0 of p·Σ_x^{1/2}Σ_θΣ_x^{1/2}, largest first, equal ones merged.
///
/// They differ from the energies of a [`Spectrum`], which are taken in the eigenbasis of one featurization.
#[derive(Debug, Clone, PartialEq)]
pub struct TaskSpectrum {
    weights: Vec<f64>,
    energies: Vec<f64>,
    /// Cumulative shares of the top i atoms, i = 0..=len.
    kept: Vec<f64>,
    /// Σ wτ over all but the top i atoms.
    left: Vec<f64>,
    rank: f64,
    /// Share of the p directions that features can reach, Σ w.
    reach: f64,
    /// Share of the directions whose energy counts as 0 only because it is [`NEGLIGIBLE`].
    lost: f64,
    /// Mean ρ of every atom, if the test covariance differs from the downstream one.
    ratios: Option<Vec<f64>>,
}

impl TaskSpectrum {
    /// A task spectrum from atoms (w, τ).
    ///
    /// # Errors
    /// If there is no atom, if weights are not positive or do not sum to 1, or if an energy is negative or exceeds
    /// 1e100.
    pub fn new(atoms: impl IntoIterator<Item = (f64, f64)>) -> Result<Self, TheoryError> {
        Self::within(1.0, atoms)
    }

    /// A task spectrum from atoms (w, τ) where features span only a share Σ w = `reach` of the p directions (measured
    /// features of lower rank). All featurizations are 0 on the other directions, which carry no energy. Soft
    /// selection spreads over the directions in reach only, so that μ = σ²/(reach − α) and it ends at α = reach.
    ///
    /// # Errors
    /// Errors of [`TaskSpectrum::new`]; here the weights must sum to `reach`, above 0 and at most 1.
    pub fn within(reach: f64, atoms: impl IntoIterator<Item = (f64, f64)>) -> Result<Self, TheoryError> {
        Self::of(reach, atoms.into_iter().map(|(w, t)| (w, t, 1.0)).collect(), false)
    }

    /// A task spectrum with a test covariance: atoms (w, τ, ρ), ρ as in [`Spectrum::shifted`].
    ///
    /// # Errors
    /// Errors of [`TaskSpectrum::new`], and for a ratio that is negative or above 1e100.
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

    /// A task spectrum from the p energies of a problem of dimension p.
    ///
    /// # Errors
    /// Errors of [`TaskSpectrum::new`].
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

    /// Energy of the first dropped atom when the top `atoms` are kept; 0 if none is dropped.
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

    /// Whether the test covariance differs from the downstream one.
    #[must_use]
    pub const fn is_shifted(&self) -> bool {
        self.ratios.is_some()
    }

    /// Σ wρ over the directions in reach; without a test covariance, their share.
    pub(crate) fn weighted_reach(&self) -> f64 {
        let weighted = |ratios: &Vec<f64>| sum(self.weights.iter().zip(ratios).map(|(w, r)| w * r));
        self.ratios.as_ref().map_or(self.reach, weighted)
    }

    /// Share of the directions whose energy counts as 0 only because it is below the range of f64.
    #[must_use]
    pub const fn lost(&self) -> f64 {
        self.lost
    }

    /// The task spectrum with this value of [`TaskSpectrum::lost`].
    #[must_use]
    pub const fn with_lost(mut self, share: f64) -> Self {
        self.lost = share;
        self
    }

    /// `alpha`, replaced by the share of the directions in reach or with energy if it equals one of them up to
    /// rounding.
    pub(crate) fn snapped(&self, alpha: f64) -> f64 {
        snapped(snapped(alpha, self.reach), self.rank)
    }

    /// Mean eigenvalue Σ w s of s = τ + μ, the unit of ridges for soft selection and ground truth (μ = 0).
    pub(crate) fn mean(&self, mu: f64) -> f64 {
        let mean = self.signal() + self.reach * mu;
        if mean > 0.0 { mean } else { 1.0 }
    }

    /// Effective rank (tr S)²/tr S² as a share of p: the number of directions of equal energy with the same ratio.
    #[must_use]
    pub fn effective_rank(&self) -> f64 {
        let squares = sum(self.weights.iter().zip(&self.energies).map(|(w, t)| w * t * t));
        if squares > 0.0 { self.signal() * (self.signal() / squares) } else { 0.0 }
    }

    /// Signal variance r² = Σ wτ.
    #[must_use]
    pub fn signal(&self) -> f64 {
        self.left.first().copied().unwrap_or(f64::NAN)
    }

    /// The task spectrum with every energy τ multiplied by `share` > 0.
    pub(crate) fn scaled(&self, share: f64) -> Self {
        let mut scaled = self.clone();
        scaled.energies.iter_mut().chain(&mut scaled.left).for_each(|energy| *energy *= share);
        scaled
    }

    /// The spectrum of a featurization that commutes with the task: eigenvalue `s(i, τ)` on atom i, non-increasing.
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

    /// wρ and wρτ of every atom, and Σ wρτ over all but the top `kept`; `None` without a test covariance.
    fn tested(&self, kept: usize) -> Option<(Vec<f64>, Vec<f64>, f64)> {
        let weights: Vec<f64> = self.weights.iter().zip(self.ratios.as_ref()?).map(|(w, r)| w * r).collect();
        let energies: Vec<f64> = weights.iter().zip(&self.energies).map(|(w, t)| w * t).collect();
        let rest = sum(energies.iter().skip(kept).copied());
        Some((weights, energies, rest))
    }

    /// The directions that the features do not span, as an atom; `None` if there are none.
    pub(crate) fn out_of_reach(&self) -> Option<(f64, f64, f64)> {
        (self.reach < 1.0).then_some((1.0 - self.reach, 0.0, 0.0))
    }

    /// The ground-truth featurization, s = τ.
    #[must_use]
    pub fn ground_truth(&self) -> Spectrum {
        self.featurize(|_, t| t).with_lost(self.lost)
    }

    /// Hard selection of the top `atoms`: equal eigenvalues on the kept directions, 0 on the others; mean 1.
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
