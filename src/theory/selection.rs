//! The optimal featurization of section 5 without a ridge: soft and hard selection of features, and the floor, a
//! lower bound for every featurization and ridge.

use super::fixed_point::RidgeTerm;
use super::numeric::{below, first_not, same_share};
use super::quantity::{NoiseVariance, SampleRatio};
use super::vector::{Atoms, total};
use super::{Spectrum, fixed_point, risk};

pub use super::task::TaskSpectrum;

/// The regime of the optimal featurization.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Regime {
    /// All features are kept and reweighted, M ∝ S + μI.
    Soft,
    /// The top features are kept, the others dropped.
    Hard,
    /// No feature is worth its parameter: the mean is predicted.
    Null,
}

/// Soft selection: more features than samples, M ∝ S + μI.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Soft {
    /// R_soft = α(κ + μ), κ in units of τ.
    pub risk: f64,
    /// Effective ridge of the fit at s = τ + μ, in units of the mean eigenvalue.
    pub kappa: f64,
    /// μ = σ²/(1 − α).
    pub mu: f64,
}

/// Hard selection: least squares on the top features.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hard {
    /// R_hard = (σ² + Σ wτ over the dropped directions)/(1 − ρ/α).
    pub risk: f64,
    /// ρ, the share of the directions that is kept.
    pub fraction: f64,
    /// Number of atoms of the task spectrum that are kept.
    pub atoms: usize,
}

/// The optimal ridgeless featurization at one sample ratio.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Optimal {
    /// Soft, hard or null.
    pub regime: Regime,
    /// The lower of the two risks.
    pub risk: f64,
    /// Share of the directions with s > 0.
    pub kept_fraction: f64,
    /// μ = σ²/(1 − α) for α < 1.
    pub mu: Option<f64>,
    /// `None` where soft selection does not exist: for α ≥ 1, and without noise for at least as many samples as
    /// directions with signal.
    pub soft: Option<Soft>,
    /// Hard selection, which exists at every sample ratio; with nothing kept it is the null regime.
    pub hard: Hard,
}

/// The Bayes linear predictor: the ground-truth prior at its best ridge.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Floor {
    /// R_floor = ακ, κ in units of τ.
    pub risk: f64,
    /// λ* = σ²/α in units of the mean eigenvalue, as a ridge of the ground-truth featurization.
    pub ridge: f64,
    /// Effective ridge in units of the mean eigenvalue.
    pub kappa: f64,
}

impl TaskSpectrum {
    /// Soft selection in closed form. `None` for α ≥ 1, and for σ² = 0 with at least as many samples as directions
    /// that carry signal.
    #[must_use]
    pub fn soft(&self, sample_ratio: SampleRatio, noise: NoiseVariance) -> Option<Soft> {
        let (alpha, mu) = (self.snapped(sample_ratio.get()), self.soft_mu(sample_ratio, noise)?);
        let kappa = self.soft_kappa(alpha, mu);
        Some(Soft { risk: alpha * (kappa + mu), kappa: kappa / self.mean(mu), mu })
    }

    /// The fixed point of s = τ + μ.
    fn soft_kappa(&self, alpha: f64, mu: f64) -> f64 {
        let (reach, least) = (self.reach(), self.energies().last().copied().unwrap_or(0.0) + mu);
        if mu == 0.0 {
            return fixed_point::solve(&self.soft_spectrum(mu), alpha, 0.0, None);
        }
        let energies = self.energies();
        let atoms = Atoms { weights: self.weights(), eigenvalues: energies, energies };
        let sums = |kappa: f64| {
            total!(atoms, 0.0, kappa + mu, [mu, kappa], 4, |w, t, _, r| {
                let (a, b) = ((t + mu) * r, r * kappa);
                let ab = w * a * b;
                [w * a, w * b, ab, ab * (b - a)]
            })
        };
        // As for a spectrum: (reach − α)·s_min/reach ≤ κ ≤ Σ w s/α.
        let (low, high) = ((reach - alpha) * least / reach, (self.signal() + mu * reach) / alpha);
        let bracket = (low * (1.0 - 1e-12), high * (1.0 + 1e-12));
        fixed_point::solve_by((alpha, reach), bracket, None, |_| RidgeTerm::inverse(0.0), sums)
    }

    /// μ = σ²/(1 − α), with the share of the directions in reach in place of the 1.
    fn mu(&self, sample_ratio: SampleRatio, noise: NoiseVariance) -> Option<f64> {
        let left = self.reach() - self.snapped(sample_ratio.get());
        (left > 0.0).then(|| noise.get() / left)
    }

    /// μ where soft selection exists, else `None`.
    pub(crate) fn soft_mu(&self, sample_ratio: SampleRatio, noise: NoiseVariance) -> Option<f64> {
        let mu = self.mu(sample_ratio, noise)?;
        (mu > 0.0 || below(sample_ratio.get(), self.rank())).then_some(mu)
    }

    /// s = τ + μ.
    pub(crate) fn soft_spectrum(&self, mu: f64) -> Spectrum {
        self.featurize(|_, t| t + mu)
    }

    /// Hard selection. A feature is kept iff its energy pays for its parameter, τ > R_hard/α. Energies decrease, so
    /// the cut is found by bisection.
    #[must_use]
    pub fn hard(&self, sample_ratio: SampleRatio, noise: NoiseVariance) -> Hard {
        let (alpha, noise) = (self.snapped(sample_ratio.get()), noise.get());
        if noise == 0.0 && same_share(self.rank(), alpha) {
            // Without noise and with nothing dropped: as many equations as unknowns.
            let atoms = self.energies().partition_point(|&t| t > 0.0);
            return Hard { risk: 0.0, fraction: self.rank(), atoms };
        }
        let pays = |i: usize| {
            let (Some([kept, then]), Some(left), Some(next)) =
                (self.kept().get(i..i + 2), self.left().get(i), self.energies().get(i))
            else {
                return false;
            };
            // At a tie the feature is kept.
            below(*then, alpha)
                && *next > 0.0
                && (alpha - kept) * next >= (left + noise) * (1.0 - 4.0 * f64::EPSILON)
        };
        let low = first_not(0, self.energies().len(), pays);
        let kept = self.kept().get(low).copied().unwrap_or(f64::NAN);
        let left = self.left().get(low).copied().unwrap_or(f64::NAN);
        Hard { risk: left_risk(left + noise, alpha, kept), fraction: kept, atoms: low }
    }

    /// The better of soft and hard selection, a lower bound for all ridgeless featurizations.
    #[must_use]
    pub fn optimal(&self, sample_ratio: SampleRatio, noise: NoiseVariance) -> Optimal {
        self.choose(sample_ratio, noise, self.soft(sample_ratio, noise))
    }

    pub(crate) fn choose(
        &self,
        sample_ratio: SampleRatio,
        noise: NoiseVariance,
        soft: Option<Soft>,
    ) -> Optimal {
        let hard = self.hard(sample_ratio, noise);
        let (regime, risk, kept_fraction) = match soft {
            Some(soft) if soft.risk < hard.risk => {
                (Regime::Soft, soft.risk, if soft.mu > 0.0 { self.reach() } else { self.rank() })
            }
            _ if hard.atoms > 0 => (Regime::Hard, hard.risk, hard.fraction),
            _ => (Regime::Null, hard.risk, 0.0),
        };
        Optimal { regime, risk, kept_fraction, mu: self.mu(sample_ratio, noise), soft, hard }
    }

    /// The risk of the ground-truth prior at its best ridge: q(α − Σ wτ/(τ+q)) = σ² is the fixed point of s = τ at λ*
    /// = σ²/α.
    #[must_use]
    pub fn floor(&self, sample_ratio: SampleRatio, noise: NoiseVariance) -> Floor {
        let alpha = sample_ratio.get();
        let ridge = noise.get() / alpha;
        let kappa = fixed_point::solve(&self.ground_truth(), self.snapped(alpha), ridge, None);
        let mean = self.mean(0.0);
        Floor { risk: alpha * kappa, ridge: ridge / mean, kappa: kappa / mean }
    }

    /// The floor under a test covariance: the posterior mean is optimal for any test covariance, so only its risk
    /// differs from [`TaskSpectrum::floor`].
    #[must_use]
    pub fn tested_floor(&self, sample_ratio: SampleRatio, noise: NoiseVariance) -> Floor {
        let floor = self.floor(sample_ratio, noise);
        if !self.is_shifted() {
            return floor;
        }
        let (truth, alpha) = (self.ground_truth().normalized(), self.snapped(sample_ratio.get()));
        let risk = risk::at_kappa(&truth, alpha, floor.ridge, noise.get(), floor.kappa).risk;
        Floor { risk, ..floor }
    }

    /// r²/(r² + μ): the share of tr M that comes from task relevance (S), the rest from covariate structure (μI).
    #[must_use]
    pub fn importance(&self, mu: f64) -> f64 {
        let signal = self.signal();
        if signal > 0.0 { signal / (signal + mu) } else { 0.0 }
    }
}

/// Risk of least squares on a share `kept` < α of the directions, with residual energy `lost` (dropped signal plus
/// noise).
pub(crate) fn left_risk(lost: f64, alpha: f64, kept: f64) -> f64 {
    if lost == 0.0 { 0.0 } else { lost * alpha / (alpha - kept) }
}

#[cfg(test)]
mod tests {
    use super::super::{Ridge, risk};
    use super::*;

    /// The floor's ridge is the one with which the ground-truth featurization reaches it, and soft selection's κ is
    /// that of its fit: both in units of the mean eigenvalue, whatever the signal.
    #[test]
    fn ridge_and_kappa_have_the_units_of_a_fit() {
        let (alpha, noise) = (SampleRatio::new(0.3).unwrap(), NoiseVariance::new(0.1).unwrap());
        let shape = [(0.2, 1.0), (0.5, 0.1), (0.3, 0.0)];
        for signal in [1.0, 4.0, 1e-3] {
            let task = TaskSpectrum::new(shape.map(|(w, t)| (w, t * signal / 0.25))).unwrap();
            let floor = task.floor(alpha, noise);
            assert!((floor.ridge - 0.1 / (0.3 * signal)).abs() < 1e-12 * floor.ridge, "{floor:?}");
            let fit = |s: Spectrum, ridge: f64| {
                risk::evaluate(&s.normalized(), alpha, Ridge::new(ridge).unwrap(), noise).unwrap()
            };
            let truth = fit(task.ground_truth(), floor.ridge);
            assert!(
                (truth.risk / floor.risk - 1.0).abs() < 1e-12
                    && (truth.kappa / floor.kappa - 1.0).abs() < 1e-12
            );
            let soft = task.soft(alpha, noise).unwrap();
            let fitted = fit(task.soft_spectrum(soft.mu), 0.0);
            assert!(
                (fitted.risk / soft.risk - 1.0).abs() < 1e-12
                    && (fitted.kappa / soft.kappa - 1.0).abs() < 1e-12
            );
            // tr S over tr (S + μI).
            let share = task.signal() / task.soft_spectrum(soft.mu).mean_eigenvalue();
            assert!((task.importance(soft.mu) / share - 1.0).abs() < 1e-12);
        }
    }

    /// Without noise and with as many samples as directions with signal, keeping all of them has no risk.
    #[test]
    fn without_noise_all_directions_fit_exactly() {
        let task = TaskSpectrum::new([(0.3, 2.0), (0.7, 0.5)]).unwrap();
        for alpha in [1.0, 1.0 - 1e-16, 1.5] {
            let o = task.optimal(SampleRatio::new(alpha).unwrap(), NoiseVariance::new(0.0).unwrap());
            assert_eq!((o.regime, o.risk, o.kept_fraction), (Regime::Hard, 0.0, 1.0), "α={alpha}");
        }
        let sparse = TaskSpectrum::new([(0.3, 2.0), (0.7, 0.0)]).unwrap();
        let o = sparse.optimal(SampleRatio::new(0.3).unwrap(), NoiseVariance::new(0.0).unwrap());
        assert_eq!((o.regime, o.risk, o.kept_fraction), (Regime::Hard, 0.0, 0.3));
    }
}
