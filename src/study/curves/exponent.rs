//! The local exponent of the excess risk in n, and its regime where covariates and task are power laws (source and
//! capacity conditions of section 5; Cui et al., arXiv 2105.15004).

use crate::scenario::{Alignment, Family, Featurization, Model, RiskCurve};
use crate::theory::exponent::{self, PowerLaws, Scaling};
use crate::theory::{RidgeChoice, Risk, SampleRatio};

/// The local exponent of the excess risk and the asymptotic exponent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LocalExponent {
    /// −d log(R − σ²)/d log n.
    pub local: f64,
    /// The regime and its exponent for 1 ≪ n ≪ p. `None` where the power laws do not decay, at a pole, and for n ≥ p.
    pub regime: Option<(Scaling, f64)>,
}

/// The local exponent at `risk` on one of the model's curves. `None` unless the featurization's eigenvalues and the
/// energies are power laws of the same order, and under a distribution shift.
#[must_use]
pub fn at(
    model: &Model,
    featurization: &Featurization,
    curve: &RiskCurve,
    ratio: SampleRatio,
    ridge: RidgeChoice,
    risk: &Risk,
) -> Option<LocalExponent> {
    let laws = laws(model, featurization).filter(|_| !model.is_shifted())?;
    let local = exponent::local(curve.spectral()?, ratio, ridge, model.noise())?;
    Some(LocalExponent { local, regime: laws.regime(risk, ridge) })
}

/// s ∝ j^−(a(1+v)+ub) and τ ∝ j^−(a+b) of F = Σ_θ^u Σ_x^v, covariates j^−a and task j^−b.
fn laws(model: &Model, featurization: &Featurization) -> Option<PowerLaws> {
    let scenario = model.scenario();
    let (u, v) = match featurization {
        Featurization::Raw => (0.0, 0.0),
        Featurization::GroundTruth => (1.0, 0.0),
        Featurization::Exponents { task, covariates } => (*task, *covariates),
        _ => return None,
    };
    let Family::PowerLaw { exponent: a } = scenario.covariates else { return None };
    let b = match scenario.task.family {
        Family::PowerLaw { exponent } => exponent,
        Family::Isotropic => 0.0,
        _ => return None,
    };
    let ordered = scenario.task.alignment == Alignment::Aligned || b == 0.0;
    (scenario.is_synthetic() && scenario.features.is_none() && ordered)
        .then_some(PowerLaws { covariates: a * (1.0 + v) + u * b, energies: a + b })
}

/// A local exponent this far from that of its regime, relative to 1 or to the exponent, lies between two regimes.
const BETWEEN: f64 = 0.2;

impl LocalExponent {
    /// Whether the local exponent is clearly not that of its regime.
    fn is_between(&self) -> bool {
        self.regime.is_some_and(|(_, exponent)| (self.local - exponent).abs() > BETWEEN * exponent.max(1.0))
    }

    /// Name of the regime in JSON, `between` where the local exponent is not that of a regime.
    #[must_use]
    pub fn regime_name(&self) -> Option<&'static str> {
        let (scaling, _) = self.regime?;
        Some(if self.is_between() { "between" } else { name(scaling) })
    }
}

/// Name of the regime.
#[must_use]
pub const fn name(scaling: Scaling) -> &'static str {
    match scaling {
        Scaling::Noiseless => "noiseless",
        Scaling::NoiseDominated => "noise-dominated",
        Scaling::Saturated => "saturated",
    }
}

/// `excess risk ∝ n^−1.02 at this n · noiseless: n^−1.00 in theory`, or that it lies between regimes.
#[must_use]
pub fn words(slope: &LocalExponent) -> String {
    // Rounding errors are not an exponent.
    let power = |v: f64| format!("n^{}", crate::numbers::tick(if v.abs() < 5e-3 { 0.0 } else { -v }, 0.01));
    let local = format!("excess risk ∝ {} at this n", power(slope.local));
    match slope.regime {
        Some((scaling, exponent)) if slope.is_between() => {
            format!("{local} · between regimes, nearest {}: {} in theory", name(scaling), power(exponent))
        }
        Some((scaling, exponent)) => format!("{local} · {}: {} in theory", name(scaling), power(exponent)),
        None => local,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Scenario;

    fn slope(settings: &[(&str, &str)], ratio: f64) -> Option<LocalExponent> {
        let mut scenario = Scenario::default();
        for (key, value) in settings {
            scenario.set(key, value).unwrap();
        }
        let model = Model::new(&scenario, None, &|| false).unwrap();
        let curve = model.risk_curve(&scenario.featurization).unwrap();
        let at = SampleRatio::new(ratio).unwrap();
        let risk = curve.evaluate(at, model.ridge(), model.noise()).unwrap().risk.unwrap();
        self::at(&model, &scenario.featurization, &curve, at, model.ridge(), &risk)
    }

    /// The exponents follow the featurization: F = Σ_x is a power law of twice the capacity; ground truth adds the
    /// task's.
    #[test]
    fn regimes_of_power_laws() {
        let base = [
            ("dimension", "20000"),
            ("covariates.family", "power-law"),
            ("covariates.exponent", "1.5"),
            ("task.family", "power-law"),
            ("task.exponent", "1"),
            ("noise", "0"),
        ];
        // τ ∝ j^−2.5: without noise the excess falls as n^−min(1.5, 2·capacity).
        for (kind, more) in [
            ("raw", ("noise", "0")),
            ("ground-truth", ("noise", "0")),
            ("exponents", ("featurization.covariates", "1")),
        ] {
            let mut settings = base.to_vec();
            settings.push(("featurization.kind", kind));
            if kind == "exponents" {
                settings.push(("featurization.task", "0"));
            }
            settings.push(more);
            let found = slope(&settings, 0.01).unwrap();
            let (scaling, exponent) = found.regime.unwrap();
            assert_eq!((scaling, exponent), (Scaling::Noiseless, 1.5), "{kind}: {found:?}");
            assert!((found.local - 1.5).abs() < 0.1, "{kind}: {found:?}");
        }
        // Where fitted noise begins to matter, the exponent belongs to neither regime.
        let noisy = [base.as_slice(), &[("noise", "1e-4"), ("featurization.kind", "raw")]].concat();
        let between: Vec<&str> =
            [1e-3, 1e-2, 0.1, 0.3].iter().filter_map(|a| slope(&noisy, *a)?.regime_name()).collect();
        assert!(between.contains(&"between"), "{between:?}");
        assert!(
            words(&slope(&[base.as_slice(), &[("featurization.kind", "raw")]].concat(), 0.01).unwrap())
                .contains("noiseless: n^−1.50 in theory")
        );
        // No power law, or one in another order.
        assert_eq!(slope(&[], 0.3), None);
        assert_eq!(slope(&[base.as_slice(), &[("task.alignment", "anti-aligned")]].concat(), 0.3), None);
    }
}
