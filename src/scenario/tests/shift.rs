//! The test covariance of a scenario: reading, writing, errors, and its effect on every featurization.

use super::super::parameter::{Kind, parameters};
use super::super::*;
use super::{close, model, refusal};
use crate::theory::{Ridge, RidgeChoice, Risk, SampleRatio};

const BASE: &str = "dimension = 60\nnoise = 0.1\n[covariates]\nfamily = \"power-law\"\nexponent = 1.5\n\
                    [task]\nfamily = \"two-level\"\nfraction = 0.2\nratio = 0.01\n[featurization]\nkind = \"raw\"\n";

fn with(test: &str) -> String {
    format!("{BASE}[test]\n{test}\n")
}

fn at(model: &Model, kind: &Featurization, alpha: f64) -> Risk {
    let representation = model.representation(kind).unwrap();
    representation.evaluate(SampleRatio::new(alpha).unwrap(), model.ridge(), model.noise()).unwrap().unwrap()
}

fn kinds() -> Vec<Featurization> {
    use Featurization::*;
    vec![
        Raw,
        GroundTruth,
        Whitened,
        Pca { size: None },
        Pca { size: Some(20) },
        Exponents { task: 0.5, covariates: -0.3 },
        Mix { weight: 0.01 },
        Soft { at: None },
        Hard { at: None },
        Optimal { at: None },
        Optimal { at: Some(0.3) },
        Minimax { at: None },
    ]
}

/// A test covariance of the covariates' family is bitwise equal to no test covariance.
#[test]
fn an_equal_test_covariance_is_no_shift() {
    let (plain, same) = (model(BASE), model(&with("family = \"power-law\"\nexponent = 1.5")));
    assert!(!same.is_shifted() && same.scenario().test.is_some());
    for kind in kinds() {
        for alpha in [0.1, 0.4, 0.9] {
            let risk = at(&plain, &kind, alpha);
            assert_eq!(risk, at(&same, &kind, alpha), "{kind:?}");
            assert_eq!(risk.risk, risk.unshifted);
        }
    }
    // Another family with equal eigenvalues agrees up to rounding.
    let flat = BASE.replace("power-law\"\nexponent = 1.5", "isotropic\"");
    let other = model(&format!("{flat}[test]\nfamily = \"power-law\"\nexponent = 0.0\n"));
    for kind in kinds() {
        close(at(&other, &kind, 0.4).risk, at(&model(&flat), &kind, 0.4).risk, 1e-12);
    }
}

/// Closed form by direction: s and τ in the order of the covariates, ρ = t/x with both of mean 1.
#[test]
fn every_featurization_has_the_test_risk_by_direction() {
    let model = model(&with("family = \"exponential\"\nscale = 15.0"));
    let p = 60;
    let normal = |all: Vec<f64>| {
        let mean = all.iter().sum::<f64>() / all.len() as f64;
        all.into_iter().map(|v| v / mean).collect::<Vec<_>>()
    };
    let x = normal((1..=p).map(|j| f64::from(j).powf(-1.5)).collect());
    let t = normal((1..=p).map(|j| (-f64::from(j) / 15.0).exp()).collect());
    let theta: Vec<f64> = (0..p).map(|j| if j < 12 { 1.0 } else { 0.01 }).collect();
    let energy = normal(x.iter().zip(&theta).map(|(x, theta)| x * theta).collect());
    type Eigenvalue = fn(f64, f64, f64) -> f64;
    let cases: [(Featurization, Eigenvalue); 4] = [
        (Featurization::Raw, |x, _, _| x),
        (Featurization::Whitened, |_, _, _| 1.0),
        (Featurization::GroundTruth, |_, _, e| e),
        (Featurization::Exponents { task: 0.5, covariates: -0.3 }, |x, theta, _| {
            theta.powf(0.5) * x.powf(0.7)
        }),
    ];
    for (kind, s) in cases {
        let s = normal((0..60).map(|j| s(x[j], theta[j], energy[j])).collect());
        for alpha in [0.15, 0.5, 1.4] {
            let risk = at(&model, &kind, alpha);
            let (mut bias, mut variance) = (0.0, 0.0);
            for j in 0..60 {
                let (a, rho) = (s[j] / (s[j] + risk.kappa), t[j] / x[j]);
                bias += rho * energy[j] * (1.0 - a).powi(2) / 60.0;
                variance += rho * a * a / 60.0;
            }
            close(risk.risk, 0.1 + bias + risk.unshifted * variance / alpha, 1e-11);
            let unshifted = at(&model.unshifted().unwrap(), &kind, alpha);
            close(risk.unshifted, unshifted.risk, 1e-12);
        }
    }
    // The formula is tested in `theory`; this checks that the shift applies to each kind.
    for kind in kinds() {
        let risk = at(&model, &kind, 0.4);
        assert!((risk.risk / risk.unshifted - 1.0).abs() > 1e-3, "{kind:?} {risk:?}");
        assert!(model.representation(&kind).unwrap().is_shifted());
    }
}

/// A ridge is tuned for the test samples; that of the floor does not depend on the shift.
#[test]
fn tuned_ridges() {
    let mut scenario = Scenario::from_toml(&with("family = \"isotropic\"")).unwrap();
    scenario.set("ridge", "optimal").unwrap();
    let tuned = Model::new(&scenario, None, &|| false).unwrap();
    let (raw, truth) = (at(&tuned, &Featurization::Raw, 0.5), at(&tuned, &Featurization::GroundTruth, 0.5));
    let unshifted = at(&tuned.unshifted().unwrap(), &Featurization::Raw, 0.5);
    assert!((raw.ridge / unshifted.ridge - 1.0).abs() > 0.05, "{raw:?} {unshifted:?}");
    let floor = tuned.task_spectrum().unwrap().tested_floor(SampleRatio::new(0.5).unwrap(), tuned.noise());
    close(truth.ridge, 0.1 / 0.5, 1e-7);
    close(floor.risk, truth.risk, 1e-12);
    close(floor.ridge, 0.2, 1e-12);
    assert!(floor.risk <= raw.risk && tuned.ridge() == RidgeChoice::Optimal);
}

#[test]
fn a_test_covariance_round_trips() {
    let mut scenario = Scenario::from_toml(&with("family = \"two-level\"\nfraction = 0.4")).unwrap();
    assert_eq!(Scenario::from_toml(&scenario.to_toml()).unwrap(), scenario);
    assert_eq!(scenario.test, Some(Family::TwoLevel { fraction: 0.4, ratio: 1e-4 }));
    scenario.set("test.ratio", "0.5").unwrap();
    assert_eq!(scenario.test, Some(Family::TwoLevel { fraction: 0.4, ratio: 0.5 }));
    scenario.set("test.family", "spiked").unwrap();
    assert!(matches!(scenario.test, Some(Family::Spiked { .. })));
    assert!(parameters(&scenario).iter().any(|p| p.key == "test.strength"));
    scenario.set("test.family", Family::SAME).unwrap();
    assert_eq!(scenario, Scenario::from_toml(BASE).unwrap());
    // The panel shows "off" and the possible families.
    let panel = |scenario: &Scenario| parameters(scenario).into_iter().find(|p| p.key == "test.family");
    let found = panel(&scenario).unwrap();
    assert_eq!(found.value.to_string(), Family::SAME);
    let Kind::Choice { options } = &found.kind else { panic!() };
    assert_eq!((options.len(), options[0].as_str()), (6, Family::SAME));
    scenario.set("test.family", &found.stepped(1).unwrap()).unwrap();
    assert_eq!(scenario.test, Some(Family::Isotropic));
    let found = panel(&scenario).unwrap();
    assert_eq!(found.stepped(-1).unwrap(), Family::SAME);
    // Featurizations with another eigenbasis are not offered with a test covariance, nor the other way round.
    assert!(!scenario.kinds().contains(&"learned") && !scenario.kinds().contains(&"file"));
    let alignment = parameters(&scenario).into_iter().find(|p| p.key == "task.alignment").unwrap();
    assert_eq!(alignment.kind, Kind::Choice { options: vec!["aligned".into(), "anti-aligned".into()] });
    for (key, value) in [("featurization.kind", "learned"), ("task.alignment", "rotated")] {
        let mut other = Scenario::from_toml(BASE).unwrap();
        other.set(key, value).unwrap();
        assert_eq!(panel(&other), None, "{key} {value}");
    }
}

#[test]
fn different_eigenbases_are_rejected() {
    let mut scenario = Scenario::from_toml(&with("family = \"isotropic\"")).unwrap();
    for (key, value, told) in [
        ("task.alignment", "rotated", "accepted are aligned and anti-aligned"),
        ("featurization.kind", "learned", "all kinds but learned, random-features"),
        ("featurization.path", "b.npy", "all kinds but learned, random-features"),
        ("test.family", "sparse", "isotropic, power-law"),
        ("test.family", "upstream", "isotropic, power-law"),
        ("test.exponent", "1", "unknown key"),
    ] {
        let before = scenario.clone();
        let sentence = scenario.set(key, value).unwrap_err().to_string();
        assert!(sentence.contains(told) && sentence.len() < 350, "{key} {value}: {sentence}");
        assert_eq!(scenario, before);
    }
    for (text, told) in [
        (
            "[test]\nfamily = \"isotropic\"\n[data]\nfeatures = \"a.npy\"\ntargets = \"b\"",
            "[test] and [data]",
        ),
        (
            "[test]\nfamily = \"isotropic\"\n[spectrum]\nweights = [1.0]\neigenvalues = [1.0]\nenergies = [1.0]",
            "[test] and [spectrum]",
        ),
        ("[test]\nexponent = 1.0", "test.family is missing"),
        ("test = 3", "test accepts a table"),
    ] {
        let sentence = refusal(text);
        assert!(sentence.contains(told), "{sentence}");
    }
    // Directions with very small eigenvalues downstream.
    let text =
        with("family = \"isotropic\"").replace("power-law\"\nexponent = 1.5", "exponential\"\nscale = 0.2");
    let sentence = Model::new(&Scenario::from_toml(&text).unwrap(), None, &|| false).unwrap_err().to_string();
    assert!(sentence.contains("test.family isotropic") && sentence.contains("1e100"), "{sentence}");
}

/// Scenarios that differ in the test covariance only share no cached part.
#[test]
fn another_test_covariance_is_another_population() {
    let first = model(&with("family = \"isotropic\""));
    let scenario = Scenario::from_toml(&with("family = \"spiked\"")).unwrap();
    let taken = Model::new(&scenario, Some(&first), &|| false).unwrap();
    let fresh = Model::new(&scenario, None, &|| false).unwrap();
    let kind = Featurization::Raw;
    assert_eq!(at(&taken, &kind, 0.4), at(&fresh, &kind, 0.4));
    assert_ne!(at(&taken, &kind, 0.4).risk, at(&first, &kind, 0.4).risk);
}

/// Principal components that cut an eigenvalue shared by all directions (section 11.6), term by term: without a ridge and
/// n > k the filter is 1 on the kept half, so that only φ²Σ wρτ + φ(1−φ)ρ̄r² of the bias remains.
#[test]
fn a_cut_keeps_a_random_subspace() {
    let text = "dimension = 200\nnoise = 0.1\n[covariates]\nfamily = \"isotropic\"\n[task]\nfamily = \"power-law\"\n\
                exponent = 0.5\n[test]\nfamily = \"power-law\"\n[featurization]\nkind = \"pca\"\nsize = 100\n";
    let model = model(text);
    let power = |exponent: f64| {
        let all: Vec<f64> = (1..=200).map(|j| f64::from(j).powf(-exponent)).collect();
        let mean = all.iter().sum::<f64>() / 200.0;
        all.into_iter().map(|v| v / mean).collect::<Vec<_>>()
    };
    let tested = power(0.5).iter().zip(power(1.0)).map(|(t, r)| t * r).sum::<f64>() / 200.0;
    let bias = 0.25 * tested + 0.25;
    let risk = at(&model, &Featurization::Pca { size: Some(100) }, 1.0);
    // Half of the energy is dropped and acts as noise: R = (0.5 + σ²)/(1 − 0.5), and Σ wρa² = 0.5.
    let variance = 0.6 / 0.5 * 0.5;
    close(risk.bias, bias, 1e-12);
    close(risk.risk, 0.1 + bias + variance, 1e-12);
    // A size that keeps all is the whole eigenvalue, and the least of many ridges is the optimal one.
    let all = at(&model, &Featurization::Pca { size: Some(200) }, 1.5);
    close(all.risk, at(&model, &Featurization::Raw, 1.5).risk, 1e-12);
    let cut = model.representation(&Featurization::Pca { size: Some(120) }).unwrap();
    let ratio = SampleRatio::new(0.5).unwrap();
    let at = |ridge| cut.evaluate(ratio, ridge, model.noise()).unwrap().unwrap();
    let best = at(RidgeChoice::Optimal);
    for step in -20..20 {
        let ridge = Ridge::new(0.02 * 1.4_f64.powi(step)).unwrap();
        assert!(best.risk <= at(RidgeChoice::Fixed(ridge)).risk * (1.0 + 1e-12), "{best:?} {ridge:?}");
    }
}
