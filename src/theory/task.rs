//! The task spectrum of section 5: the energies that a featurization chooses among.

use super::Spectrum;
use super::quantity::TheoryError;
use super::spectrum::{SAME, sum};

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
}

impl TaskSpectrum {
    /// From atoms (w, τ).
    ///
    /// # Errors
    /// When there is no atom, weights are not positive or do not sum to 1, or an energy is negative or not finite.
    pub fn new(atoms: impl IntoIterator<Item = (f64, f64)>) -> Result<Self, TheoryError> {
        Self::within(1.0, atoms)
    }

    /// From atoms (w, τ) where features reach only a share Σ w = `reach` of the p directions (measured features of
    /// lower rank). No featurization has an eigenvalue on the others, and they carry no energy: what soft selection
    /// spreads over all directions it spreads over these, so that μ = σ²/(reach − α) and it ends at α = reach.
    ///
    /// # Errors
    /// As [`TaskSpectrum::new`], with weights that must sum to `reach`, above 0 and at most 1.
    pub fn within(reach: f64, atoms: impl IntoIterator<Item = (f64, f64)>) -> Result<Self, TheoryError> {
        let mut atoms: Vec<_> = atoms.into_iter().collect();
        if let Some((w, t)) = atoms.iter().find(|(w, t)| !(*w > 0.0 && t.is_finite() && *t >= 0.0)) {
            return Err(TheoryError::Spectrum(format!(
                "a task spectrum needs weights above 0 and finite energies of at least 0, got ({w}, {t})"
            )));
        }
        atoms.sort_by(|a, b| b.1.total_cmp(&a.1));
        let total = sum(atoms.iter().map(|a| a.0));
        if atoms.is_empty() || !(reach > 0.0 && reach <= 1.0) || (total - reach).abs() > 1e-6 {
            return Err(TheoryError::Spectrum(format!(
                "weights of a task spectrum must sum to {reach}, above 0 and at most 1, got {total}"
            )));
        }
        let (mut weights, mut energies) = (Vec::new(), Vec::new());
        for block in atoms.chunk_by(|a, b| a.1 - b.1 <= SAME * a.1) {
            let weight = sum(block.iter().map(|a| a.0));
            weights.push(weight * reach / total);
            energies.push(sum(block.iter().map(|a| a.0 * a.1)) / weight);
        }
        let snap = |kept: f64| if kept > reach - 1e-12 { reach } else { kept };
        let kept: Vec<f64> = running(&weights, |&w| w).into_iter().map(snap).collect();
        let mut left = running(&weights.iter().zip(&energies).rev().collect::<Vec<_>>(), |(w, t)| *w * *t);
        left.reverse();
        let positive = energies.partition_point(|&t| t > 0.0);
        let rank = kept.get(positive).copied().unwrap_or(reach);
        Ok(Self { weights, energies, kept, left, rank, reach })
    }

    /// From the p energies of a problem of dimension p.
    ///
    /// # Errors
    /// As [`TaskSpectrum::new`].
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

    /// r² = Σ wτ.
    #[must_use]
    pub fn signal(&self) -> f64 {
        self.left.first().copied().unwrap_or(0.0)
    }

    /// The spectrum of a featurization that commutes with the task: eigenvalue `s(i, τ)` on atom i, not increasing.
    pub(crate) fn featurize(&self, s: impl Fn(usize, f64) -> f64) -> Spectrum {
        let atoms = self.weights.iter().zip(&self.energies).enumerate();
        let atoms = atoms.map(|(i, (&w, &t))| (w, s(i, t), t));
        match self.out_of_reach() {
            None => Spectrum::sorted(atoms),
            Some(rest) => Spectrum::sorted(atoms.chain([rest]).collect::<Vec<_>>().into_iter()),
        }
    }

    /// The directions without a feature, as an atom.
    pub(crate) fn out_of_reach(&self) -> Option<(f64, f64, f64)> {
        (self.reach < 1.0).then_some((1.0 - self.reach, 0.0, 0.0))
    }

    /// The ground-truth featurization, s = τ.
    #[must_use]
    pub fn ground_truth(&self) -> Spectrum {
        self.featurize(|_, t| t)
    }

    /// Hard selection of the top `atoms`: s is the same for all that is kept, 0 for the others; mean 1.
    pub(crate) fn top(&self, atoms: usize) -> Spectrum {
        let kept = self.kept.get(atoms).copied().unwrap_or(1.0);
        let left = self.left.get(atoms).copied().unwrap_or(0.0);
        let mean = |energy: f64, weight: f64| if weight > 0.0 { energy / weight } else { 0.0 };
        let atoms =
            [(kept, 1.0 / kept, mean(self.signal() - left, kept)), (1.0 - kept, 0.0, mean(left, 1.0 - kept))];
        Spectrum::sorted(atoms.into_iter().filter(|a| a.0 > 0.0).collect::<Vec<_>>().into_iter())
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
