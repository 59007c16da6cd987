//! Representation size (section 5): the best featurization with at most k features, on either side of k = n.

use super::quantity::{NoiseVariance, SampleRatio};
use super::selection::{Regime, TaskSpectrum};
use super::{Spectrum, fixed_point};

/// The best featurization with a share k/p of the directions.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sized {
    /// Soft for k > n, hard or null for k < n.
    pub regime: Regime,
    /// Risk; infinite at k = n.
    pub risk: f64,
    /// Share of the directions used: k/p in the soft regime, at most k/p in the hard one.
    pub kept_fraction: f64,
    /// μ = (σ² + dropped signal)/(k/p − α) for k > n.
    pub mu: Option<f64>,
    /// The effective ridge at s = τ + μ on the top k.
    pub kappa: f64,
}

impl TaskSpectrum {
    /// The best featurization of the top `share` = k/p of the directions: for k > n the dropped signal acts as noise;
    /// for k ≤ n it may keep fewer directions. `share` is clamped to 0..=1; directions of equal energy are cut in
    /// proportion.
    #[must_use]
    pub fn sized(&self, share: f64, sample_ratio: SampleRatio, noise: NoiseVariance) -> Sized {
        let (alpha, share) = (sample_ratio.get(), share.clamp(0.0, self.reach()));
        if share > alpha {
            let mu = (noise.get() + self.dropped(share)) / (share - alpha);
            let kappa = fixed_point::solve(&self.sized_spectrum(share, mu), alpha, 0.0, None);
            let risk = alpha * (kappa + mu);
            return Sized { regime: Regime::Soft, risk, kept_fraction: share, mu: Some(mu), kappa };
        }
        // Each kept feature lowers the risk until one no longer pays: the best number of features, or k if that is
        // smaller.
        let kept = self.hard(sample_ratio, noise).fraction.min(share);
        let regime = if kept > 0.0 { Regime::Hard } else { Regime::Null };
        let lost = self.dropped(kept) + noise.get();
        let risk = if lost == 0.0 { 0.0 } else { lost * alpha / (alpha - kept) };
        Sized { regime, risk, kept_fraction: kept, mu: None, kappa: 0.0 }
    }

    /// Signal outside the top `share` of the directions.
    fn dropped(&self, share: f64) -> f64 {
        let whole = self.kept().partition_point(|&kept| kept <= share * (1.0 + 1e-15)).saturating_sub(1);
        let at = |sums: &[f64]| sums.get(whole).copied().unwrap_or(f64::NAN);
        let cut = (share - at(self.kept())).max(0.0) * self.next_energy(whole);
        (at(self.left()) - cut).max(0.0)
    }

    /// s = τ + μ on the top `share` of the directions, 0 on the others.
    fn sized_spectrum(&self, share: f64, mu: f64) -> Spectrum {
        let mut atoms = Vec::with_capacity(self.weights().len() + 1);
        let mut dropped = Vec::new();
        let mut budget = share;
        for (&w, &t) in self.weights().iter().zip(self.energies()) {
            let kept = if budget >= w * (1.0 - 1e-9) { w } else { budget.max(0.0) };
            budget -= kept;
            if kept > 0.0 {
                atoms.push((kept, t + mu, t));
            }
            if kept < w {
                dropped.push((w - kept, 0.0, t));
            }
        }
        atoms.extend(dropped);
        atoms.extend(self.out_of_reach());
        Spectrum::sorted(atoms.into_iter())
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Ridge, risk};
    use super::*;

    #[test]
    fn both_sides_of_k_equal_n() {
        let energies: Vec<f64> = (1..=100).map(|j| 20.0 / f64::from(j)).collect();
        let task = TaskSpectrum::uniform(&energies).unwrap();
        let (alpha, noise) = (SampleRatio::new(0.4).unwrap(), NoiseVariance::new(0.1).unwrap());
        let all = task.sized(1.0, alpha, noise);
        assert!((all.risk - task.soft(alpha, noise).unwrap().risk).abs() < 1e-13);
        for k in 41..=100 {
            let sized = task.sized(f64::from(k) / 100.0, alpha, noise);
            let spectrum = task.sized_spectrum(f64::from(k) / 100.0, sized.mu.unwrap());
            let direct = risk::evaluate(&spectrum, alpha, Ridge::ZERO, noise).unwrap().risk;
            assert!((sized.risk - direct).abs() < 1e-11 * direct, "k={k}: {sized:?} {direct}");
            // No other mix of the same top features is better.
            for factor in [0.5, 0.9, 1.1, 2.0] {
                let other = task.sized_spectrum(f64::from(k) / 100.0, sized.mu.unwrap() * factor);
                assert!(
                    risk::evaluate(&other, alpha, Ridge::ZERO, noise).unwrap().risk
                        >= sized.risk * (1.0 - 1e-12)
                );
            }
        }
        assert!(task.sized(0.401, alpha, noise).risk > 100.0, "the peak at k = n");
        let mut last = f64::INFINITY;
        for k in 0..=40 {
            let sized = task.sized(f64::from(k) / 100.0, alpha, noise);
            assert!(sized.risk <= last && sized.kept_fraction <= 0.4);
            last = sized.risk;
        }
        assert!((last - task.hard(alpha, noise).risk).abs() < 1e-13);
    }

    #[test]
    fn a_shared_energy_is_divided_in_proportion() {
        let task = TaskSpectrum::new([(0.5, 2.0), (0.5, 1.0)]).unwrap();
        assert!((task.dropped(0.75) - 0.25).abs() < 1e-15 && task.dropped(1.0) == 0.0);
        assert!((task.sized_spectrum(0.75, 0.1).rank() - 0.75).abs() < 1e-15);
    }
}
