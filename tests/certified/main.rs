//! The program against 40-digit reference values of the asymptotics (`tests/data/asymptotics.json`) and reference values of
//! transfer (`tests/data/transfer.json`), to 1e-9.

mod transfer;

use riskscope::theory::{NoiseVariance, Regime, Ridge, Risk, SampleRatio, Spectrum, TaskSpectrum, risk};
use serde_json::Value;

/// Relative error that THEORY section 10 allows for every value.
const CERTIFIED: f64 = 1e-9;

fn reference() -> Value {
    serde_json::from_str(include_str!("../data/asymptotics.json")).unwrap()
}

fn number(v: &Value, key: &str) -> f64 {
    v[key].as_f64().unwrap_or_else(|| panic!("{key} of {v}"))
}

#[test]
fn every_risk_point() {
    let reference = reference();
    let points = reference["risk_points"].as_array().unwrap();
    assert_eq!(points.len(), 120);
    let mut worst = (0.0, String::new());
    for point in points {
        let atoms = point["atoms"].as_array().unwrap().iter().map(|a| {
            let n = |i: usize| a[i].as_f64().unwrap();
            (n(0), n(1), n(2))
        });
        let got = risk::evaluate(
            &Spectrum::new(atoms).unwrap(),
            SampleRatio::new(number(point, "sample_ratio")).unwrap(),
            Ridge::new(number(point, "ridge")).unwrap(),
            NoiseVariance::new(number(point, "noise_variance")).unwrap(),
        )
        .unwrap();
        let Risk { kappa, df1, df2, bias, variance_x, variance_x_noise, noise, risk, train, .. } = got;
        let named = [
            ("kappa", kappa),
            ("df1", df1),
            ("df2", df2),
            ("bias", bias),
            ("variance_x", variance_x),
            ("variance_x_noise", variance_x_noise),
            ("noise", noise),
            ("risk", risk),
            ("train", train),
        ];
        for (name, value) in named {
            let want = number(&point["result"], name);
            // The reference has values of 1e-81 in place of an exact 0.
            let error = (value - want).abs() / want.abs().max(1e-60);
            if error > worst.0 {
                worst = (
                    error,
                    format!("{name}: {value:e} for {want:e} at {} α={}", point["kind"], got.sample_ratio),
                );
            }
        }
    }
    assert!(worst.0 <= CERTIFIED, "{:e}: {}", worst.0, worst.1);
}

#[test]
fn every_selection_point() {
    let reference = reference();
    let points = reference["selection_points"].as_array().unwrap();
    assert_eq!(points.len(), 60);
    for point in points {
        let atoms = point["atoms"].as_array().unwrap().iter().map(|a| {
            let n = |i: usize| a[i].as_f64().unwrap();
            (n(0), n(1))
        });
        let task = TaskSpectrum::new(atoms).unwrap();
        let ratio = SampleRatio::new(number(point, "sample_ratio")).unwrap();
        let noise = NoiseVariance::new(number(point, "noise_variance")).unwrap();
        let close = |name: &str, value: f64, want: f64| {
            let error = (value - want).abs() / want.abs().max(1e-60);
            assert!(error <= CERTIFIED, "{name}: {value:e} for {want:e} at {} α={ratio}", point["kind"]);
        };
        let optimal = task.optimal(ratio, noise);
        match optimal.soft {
            Some(soft) => {
                close("soft risk", soft.risk, number(&point["soft"], "risk"));
                // The reference is in units of task energies, the program in units of the mean eigenvalue.
                let mean = task.signal() + soft.mu;
                close("soft kappa", soft.kappa * mean, number(&point["soft"], "kappa"));
                close("mu", soft.mu, number(&point["soft"], "mu"));
            }
            None => assert!(point["soft"].is_null()),
        }
        close("hard risk", optimal.hard.risk, number(&point["hard"], "risk"));
        close("hard fraction", optimal.hard.fraction, number(&point["hard"], "fraction"));
        let floor = task.floor(ratio, noise);
        close("floor risk", floor.risk, number(&point["tuned_ridge"], "risk"));
        let mean = task.signal();
        close("floor kappa", floor.kappa * mean, number(&point["tuned_ridge"], "kappa"));
        close("floor ridge", floor.ridge * mean, number(&point["tuned_ridge"], "ridge"));
        let regime = match optimal.regime {
            Regime::Soft => "soft",
            Regime::Hard => "hard",
            Regime::Null => "null",
        };
        assert_eq!(regime, point["regime"].as_str().unwrap());
    }
}
