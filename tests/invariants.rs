//! Invariants of section 5: no risk is below the optimum, and none is below the floor.

use proptest::prelude::*;
use riskscope::theory::{
    NoiseVariance, Pcr, Regime, Representation, Ridge, RidgeChoice, SampleRatio, SoftTable, Spectrum,
    TaskSpectrum, pcr, ridge, risk,
};

fn ratio(a: f64) -> SampleRatio {
    SampleRatio::new(a).unwrap()
}

fn noise(v: f64) -> NoiseVariance {
    NoiseVariance::new(v).unwrap()
}

/// Ridgeless risk of a featurization that commutes with the task, from the logarithms of its eigenvalues.
fn ridgeless(logs: &[f64], energies: &[f64], a: f64, v: f64) -> f64 {
    let atoms: Vec<_> = logs.iter().map(|l| l.exp()).zip(energies.iter().copied()).collect();
    risk::evaluate(&Spectrum::uniform(&atoms).unwrap(), ratio(a), Ridge::ZERO, noise(v)).unwrap().risk
}

fn energies() -> impl Strategy<Value = Vec<f64>> {
    prop::collection::vec((-9.0..2.0_f64).prop_map(f64::exp), 2..24)
}

fn noises() -> impl Strategy<Value = f64> {
    prop_oneof![Just(0.0), (-9.0..3.0_f64).prop_map(f64::exp)]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn floor_at_most_optimum_at_most_any_featurization(
        energies in energies(),
        logs in prop::collection::vec(-12.0..3.0_f64, 24),
        a in 0.02..2.5_f64,
        v in noises(),
    ) {
        let task = TaskSpectrum::uniform(&energies).unwrap();
        let optimal = task.optimal(ratio(a), noise(v));
        let floor = task.floor(ratio(a), noise(v));
        let scale = task.signal() + v;
        prop_assert!(floor.risk <= optimal.risk * (1.0 + 1e-10) + 1e-14 * scale);
        let other = ridgeless(&logs[..energies.len()], &energies, a, v);
        prop_assert!(optimal.risk <= other * (1.0 + 1e-10) + 1e-14 * scale, "{optimal:?} {other}");
        prop_assert!(optimal.risk <= scale * (1.0 + 1e-12));
        // The floor equals the best ridge on the ground truth.
        let tuned = ridge::evaluate(&task.ground_truth(), ratio(a), RidgeChoice::Optimal, noise(v)).unwrap();
        prop_assert!((tuned.risk - floor.risk).abs() <= 1e-9 * floor.risk + 1e-12 * scale, "{tuned:?} {floor:?}");
        if v == 0.0 && let Some(soft) = optimal.soft {
            prop_assert!((soft.risk - floor.risk).abs() <= 1e-10 * floor.risk);
        }
    }

    #[test]
    fn a_feature_is_kept_iff_it_lowers_the_risk(
        energies in energies(),
        a in 0.02..2.5_f64,
        v in (-7.0..2.0_f64).prop_map(f64::exp),
    ) {
        let task = TaskSpectrum::uniform(&energies).unwrap();
        let hard = task.hard(ratio(a), noise(v));
        for (i, energy) in task.energies().iter().enumerate() {
            let threshold = hard.risk / a;
            if (energy - threshold).abs() > 1e-9 * threshold {
                prop_assert_eq!(i < hard.atoms, *energy > threshold);
            }
        }
        // With isotropic tasks the eigenvalues of covariates and tasks have the same order.
        let raw = Spectrum::uniform(&energies.iter().map(|&t| (t, t)).collect::<Vec<_>>()).unwrap();
        let (share, risk) = Pcr::new(raw.clone()).least_squares(ratio(a), noise(v));
        prop_assert!((risk - hard.risk).abs() <= 1e-11 * risk);
        let direct = risk::evaluate(&pcr::keep(&raw, share), ratio(a), Ridge::ZERO, noise(v)).unwrap();
        prop_assert!((direct.risk - risk).abs() <= 1e-9 * risk);
    }

    #[test]
    fn no_risk_is_nan(
        energies in energies(),
        a in prop_oneof![Just(1.0), Just(0.5), Just(1.0 - 1e-12), Just(1.0 + 1e-12), 1e-6..10.0_f64],
        v in prop_oneof![Just(0.0), Just(1e-300), Just(1e12), Just(0.1)],
    ) {
        let mut energies = energies;
        energies[0] = 0.0;
        let task = TaskSpectrum::uniform(&energies).unwrap();
        let optimal = task.optimal(ratio(a), noise(v));
        prop_assert!(optimal.risk.is_finite() && optimal.risk >= 0.0, "{optimal:?}");
        prop_assert!(task.floor(ratio(a), noise(v)).risk.is_finite());
        prop_assert!((0.0..=1.0).contains(&optimal.kept_fraction));
    }
}

/// Gradient descent over the logarithms of 40 eigenvalues converges to the soft optimum (section 5).
#[test]
fn numerical_minimisation_finds_no_lower_risk() {
    let p = 40;
    let energies: Vec<f64> = (1..=p).map(|j| 1.0 / f64::from(j)).collect();
    let mean = energies.iter().sum::<f64>() / f64::from(p);
    let energies: Vec<f64> = energies.iter().map(|t| t / mean).collect();
    let (a, v) = (0.3, 0.1);
    let optimal = TaskSpectrum::uniform(&energies).unwrap().optimal(ratio(a), noise(v));
    assert_eq!(optimal.regime, Regime::Soft);
    assert!((optimal.risk - 0.61945277).abs() < 5e-9, "{optimal:?}");

    let mut logs = vec![0.0; energies.len()];
    let mut best = ridgeless(&logs, &energies, a, v);
    let mut steps = vec![1.0_f64; logs.len()];
    for _ in 0..400 {
        for i in 0..logs.len() {
            let here = logs[i];
            let tried = [here + steps[i], here - steps[i]].map(|l| {
                logs[i] = l;
                (ridgeless(&logs, &energies, a, v), l)
            });
            let (risk, log) = if tried[0].0 < tried[1].0 { tried[0] } else { tried[1] };
            if risk < best {
                (best, logs[i]) = (risk, log);
                steps[i] *= 1.5;
            } else {
                logs[i] = here;
                steps[i] *= 0.5;
            }
        }
        if steps.iter().all(|s| *s < 1e-7) {
            break;
        }
    }
    assert!(best >= optimal.risk * (1.0 - 1e-12), "{best} is below {}", optimal.risk);
    assert!(best < optimal.risk * (1.0 + 1e-6), "{best} stays above {}", optimal.risk);
}

/// Features of rank r in p directions are equivalent to a problem in r dimensions, and the risk of soft selection equals the
/// risk of its spectrum.
#[test]
fn directions_with_eigenvalue_zero_are_no_features() {
    let (p, r) = (768_u32, 300_u32);
    let energies: Vec<f64> = (1..=r).map(|j| f64::from(p) / f64::from(j)).collect();
    let total: f64 = energies.iter().sum::<f64>() / f64::from(p);
    let energies: Vec<f64> = energies.iter().map(|t| t / total).collect();
    let share = f64::from(r) / f64::from(p);
    let task = TaskSpectrum::within(share, energies.iter().map(|&t| (1.0 / f64::from(p), t))).unwrap();
    let inside: Vec<f64> = energies.iter().map(|t| t * share).collect();
    let inside = TaskSpectrum::uniform(&inside).unwrap();
    let noise = NoiseVariance::new(0.5).unwrap();
    for n in [20.0, 60.0, 180.0, 290.0, 500.0] {
        let (at_p, at_r) =
            (SampleRatio::new(n / f64::from(p)).unwrap(), SampleRatio::new(n / f64::from(r)).unwrap());
        let (got, want) = (task.optimal(at_p, noise), inside.optimal(at_r, noise));
        assert_eq!(got.regime, want.regime, "n={n}");
        assert!((got.risk / want.risk - 1.0).abs() < 1e-12, "n={n}: {got:?} {want:?}");
        assert!((got.kept_fraction * f64::from(p) - want.kept_fraction * f64::from(r)).abs() < 1e-6);
        let table = SoftTable::new(task.clone()).optimal(at_p, noise);
        assert!((table.risk / got.risk - 1.0).abs() < 1e-11);
        let soft = Representation::Soft(task.clone());
        match (got.soft, soft.evaluate(at_p, RidgeChoice::Fixed(Ridge::ZERO), noise).unwrap()) {
            (Some(optimum), Some(risk)) => {
                assert!((risk.risk / optimum.risk - 1.0).abs() < 1e-9, "n={n}: {risk:?} {optimum:?}");
            }
            (None, None) => assert!(n >= 300.0),
            other => panic!("n={n}: {other:?}"),
        }
    }
    let (ratio, v) = riskscope::theory::transition::triple_point(&task).unwrap();
    let there = task.optimal(ratio, v);
    let (soft, hard) = (there.soft.unwrap().risk, there.hard.risk);
    let null = task.signal() + v.get();
    assert!((soft / null - 1.0).abs() < 1e-9 && (hard / null - 1.0).abs() < 1e-9, "{soft} {hard} {null}");
}
