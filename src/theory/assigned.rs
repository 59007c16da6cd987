//! Eigenvalue s that a featurization chosen from the task spectrum assigns to a direction, as a function of the
//! direction's energy τ. A [`super::Spectrum`] only stores shares of directions; this is used to build features
//! direction by direction.

use super::quantity::{NoiseVariance, SampleRatio};
use super::representation::Representation;
use super::selection::{Optimal, Regime, TaskSpectrum};

/// The assignment τ ↦ s, up to a common factor.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Assigned {
    /// s = τ + μ.
    Soft {
        /// μ = σ²/(1 − α).
        mu: f64,
    },
    /// s = 1 for energies of at least `least`, else 0.
    Hard {
        /// The least energy τ that is kept.
        least: f64,
    },
    /// s = a/(1 − a), with the filter a = 1 − t/√τ for energies of at least `least` and the common floor h below.
    Water {
        /// √c for the water level c.
        t: f64,
        /// The floor h of the filter.
        floor: f64,
        /// The least energy τ whose filter is above the floor.
        least: f64,
    },
}

impl Assigned {
    /// Eigenvalue of a direction with this energy.
    #[must_use]
    pub fn eigenvalue(&self, energy: f64) -> f64 {
        match *self {
            Self::Soft { mu } => energy + mu,
            Self::Hard { least } => f64::from(u8::from(energy >= least)),
            Self::Water { t, least, .. } if energy >= least => (energy.sqrt() - t) / t,
            Self::Water { floor, .. } => floor / (1.0 - floor),
        }
    }
}

impl Representation {
    /// The assignment of this representation at one sample ratio; `None` where the representation does not exist or
    /// is not chosen from a task spectrum.
    #[must_use]
    pub fn assigned(&self, sample_ratio: SampleRatio, noise: NoiseVariance) -> Option<Assigned> {
        match self {
            Self::Fixed(_) | Self::BestPcr(_) | Self::Random(_) | Self::PlugIn(_) | Self::Towards(_) => None,
            Self::Bagged(inner, _) => inner.assigned(sample_ratio, noise),
            Self::Soft(task) => Some(Assigned::Soft { mu: task.soft_mu(sample_ratio, noise)? }),
            Self::Hard(task) => {
                Some(Assigned::Hard { least: least(task, task.hard(sample_ratio, noise).atoms) })
            }
            Self::Optimal(task) => Some(match task.optimal(sample_ratio, noise) {
                Optimal { regime: Regime::Soft, soft: Some(soft), .. } => Assigned::Soft { mu: soft.mu },
                Optimal { hard, .. } => Assigned::Hard { least: least(task, hard.atoms) },
            }),
            Self::Minimax(selection) => {
                let best = selection.best(sample_ratio, noise);
                let least = least(selection.task(), best.atoms);
                Some(match best.regime {
                    Regime::Soft => Assigned::Water { t: best.level.sqrt(), floor: best.floor, least },
                    _ => Assigned::Hard { least },
                })
            }
        }
    }
}

/// A threshold between the energies of the top `atoms` atoms and the remaining ones. Atoms merge energies that are
/// equal up to rounding, so a threshold strictly between them is needed.
fn least(task: &TaskSpectrum, atoms: usize) -> f64 {
    let at = |i: usize| task.energies().get(i).copied();
    match (atoms.checked_sub(1).and_then(at), at(atoms)) {
        (None, _) => f64::INFINITY,
        (Some(last), Some(next)) => f64::midpoint(last, next),
        (Some(_), None) => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::super::{MinimaxSelection, Ridge, RidgeChoice, Spectrum, risk};
    use super::*;

    const RIDGELESS: RidgeChoice = RidgeChoice::Fixed(Ridge::ZERO);

    /// Assigning eigenvalues direction by direction reproduces the spectrum of [`Representation::spectrum_at`].
    #[test]
    fn directions_reproduce_the_spectrum() {
        let energies: Vec<f64> = (1..=120).map(|j| 6.0 / f64::from((j + 1) / 2)).collect();
        let task = TaskSpectrum::uniform(&energies).unwrap();
        let noise = NoiseVariance::new(0.05).unwrap();
        for representation in [
            Representation::Soft(task.clone()),
            Representation::Hard(task.clone()),
            Representation::Optimal(task.clone()),
            Representation::Minimax(MinimaxSelection::new(task)),
        ] {
            for a in [0.1, 0.5, 0.9, 1.3] {
                let ratio = SampleRatio::new(a).unwrap();
                let (whole, assigned) = (
                    representation.spectrum_at(ratio, RIDGELESS, noise),
                    representation.assigned(ratio, noise),
                );
                assert_eq!(whole.is_some(), assigned.is_some(), "{representation:?} at {a}");
                let (Some(whole), Some(assigned)) = (whole, assigned) else { continue };
                let each: Vec<_> = energies.iter().map(|&t| (assigned.eigenvalue(t), t)).collect();
                let each = Spectrum::uniform(&each).unwrap().normalized();
                for ridge in [0.0, 0.2] {
                    let at = |s: &Spectrum| {
                        risk::evaluate(s, ratio, Ridge::new(ridge).unwrap(), noise).unwrap().risk
                    };
                    let (want, got) = (at(&whole), at(&each));
                    assert!(
                        (got / want - 1.0).abs() < 1e-9,
                        "{got} for {want} at {a}: {assigned:?}, {representation:?}"
                    );
                }
            }
        }
    }
}
