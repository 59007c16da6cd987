//! Section 11.4, noise on the covariates: the scenario's risk against fits on drawn noisy features.

use nalgebra::{DMatrix, DVector};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};
use riskscope::scenario::{Featurization, Metric, Model, Scenario};
use riskscope::theory::SampleRatio;
use riskscope::theory::transfer::noisy_features;
use riskscope::theory::{NoiseVariance, Ridge, risk};

const P: usize = 100;

fn scenario(settings: &[(&str, &str)]) -> Scenario {
    let mut scenario = Scenario::default();
    let p = P.to_string();
    let base = [
        ("dimension", p.as_str()),
        ("covariates.family", "power-law"),
        ("covariates.exponent", "0.8"),
        ("task.family", "power-law"),
        ("task.exponent", "0.4"),
    ];
    for (key, value) in base.iter().chain(settings) {
        scenario.set(key, value).unwrap();
    }
    scenario
}

/// Mean risk of ridge fits of features √f·(x + √η·g) and its standard error; the risk of each fit is exact.
fn simulated(f: &[f64], (n, ridge, eta, noise): (usize, f64, f64, f64)) -> (f64, f64) {
    const DRAWS: usize = 60;
    let power = |a: f64| (1..=P).map(move |j| (j as f64).powf(-a));
    let mean = power(0.8).sum::<f64>() / P as f64;
    let x: Vec<f64> = power(0.8).map(|x| x / mean).collect();
    let signal: f64 = x.iter().zip(power(0.4)).map(|(x, t)| x * t).sum();
    let theta: Vec<f64> = power(0.4).map(|t| t / signal).collect();
    let mut rng = ChaCha8Rng::seed_from_u64(3);
    let mut normal = move || -> f64 { StandardNormal.sample(&mut rng) };
    let risks: Vec<f64> = (0..DRAWS)
        .map(|_| {
            let task: Vec<f64> = theta.iter().map(|t| t.sqrt() * normal()).collect();
            let clean = DMatrix::from_fn(n, P, |_, j| x[j].sqrt() * normal());
            let y = &clean * DVector::from_vec(task.clone());
            let y = y.map(|y| y + noise.sqrt() * normal());
            let z = DMatrix::from_fn(n, P, |i, j| f[j].sqrt() * (clean[(i, j)] + eta.sqrt() * normal()));
            let gram = &z * z.transpose() + DMatrix::identity(n, n) * (ridge * n as f64);
            let beta = z.transpose() * gram.cholesky().unwrap().solve(&y);
            let error = |j: usize| {
                let b = f[j].sqrt() * beta[j];
                x[j] * (task[j] - b).powi(2) + eta * b * b
            };
            noise + (0..P).map(error).sum::<f64>()
        })
        .collect();
    let mean = risks.iter().sum::<f64>() / DRAWS as f64;
    let squares: f64 = risks.iter().map(|r| (r - mean) * (r - mean)).sum();
    (mean, (squares / (DRAWS * (DRAWS - 1)) as f64).sqrt())
}

#[test]
fn the_risk_matches_fits_on_noisy_features() {
    let power = |a: f64| (1..=P).map(move |j| (j as f64).powf(-a));
    let mean = power(0.8).sum::<f64>() / P as f64;
    let eta = 0.5;
    // F = I, and F = the covariance of the coefficients θx/(x + η) of the noisy covariates; s of mean 1.
    let raw = vec![1.0; P];
    let seen: Vec<f64> = power(0.8)
        .zip(power(0.4))
        .map(|(x, t)| {
            let share = x / mean / (x / mean + eta);
            t * share * share
        })
        .collect();
    for (kind, f, n, ridge) in [("raw", raw, 30, 0.0), ("ground-truth", seen, 50, 0.1)] {
        let scale = power(0.8).zip(&f).map(|(x, f)| (x / mean + eta) * f).sum::<f64>() / P as f64;
        let f: Vec<f64> = f.iter().map(|f| f / scale).collect();
        let settings =
            [("featurization.kind", kind), ("ridge", &ridge.to_string()), ("features.noise", "0.5")];
        let model = Model::new(&scenario(&settings), None, &|| false).unwrap();
        let ratio = SampleRatio::new(n as f64 / P as f64).unwrap();
        let curve = model.risk_curve(&model.scenario().featurization).unwrap();
        let theory =
            curve.evaluate(ratio, model.ridge(), model.noise()).unwrap().value(Metric::Risk).unwrap();
        let (mean, error) = simulated(&f, (n, ridge, eta, 0.1));
        assert!(
            (mean - theory).abs() < 3.0 * error + 1.0 / n as f64,
            "{kind}: {mean} ± {error} for {theory}"
        );
    }
}

/// The noise variance of covariates as a parameter, and features chosen at each n, agree with section 11.4 on raw features.
#[test]
fn the_population_includes_the_noise_of_features() {
    let clean = Model::new(&scenario(&[("featurization.kind", "raw")]), None, &|| false).unwrap();
    let plain = clean.spectrum(&Featurization::Raw).unwrap();
    let eta = NoiseVariance::new(0.7).unwrap();
    let (spectrum, noise) = noisy_features(&plain, clean.noise(), eta).unwrap();
    let settings = [("featurization.kind", "raw"), ("features.noise", "0.7")];
    let noisy = Model::new(&scenario(&settings), Some(&clean), &|| false).unwrap();
    assert!((noisy.noise().get() - noise.get()).abs() < 1e-12);
    let ratio = SampleRatio::new(0.4).unwrap();
    for lambda in [0.0, 0.3] {
        // λ refers to features of mean eigenvalue 1 + η in `plain`, of mean 1 in the scenario.
        let want = risk::evaluate(&spectrum, ratio, Ridge::new(1.7 * lambda).unwrap(), noise).unwrap();
        let seen = noisy.spectrum(&Featurization::Raw).unwrap();
        let got = risk::evaluate(&seen, ratio, Ridge::new(lambda).unwrap(), noisy.noise()).unwrap();
        assert!((got.risk / want.risk - 1.0).abs() < 1e-12 && (got.bias / want.bias - 1.0).abs() < 1e-11);
    }
    // The setting is in the scenario file, and removing it restores the scenario.
    let text = noisy.scenario().to_toml();
    assert!(text.contains("[features]") && Scenario::from_toml(&text).unwrap() == *noisy.scenario());
    for (key, value) in [("test.family", "isotropic"), ("task.alignment", "rotated")] {
        let refused = noisy.scenario().clone().set(key, value);
        assert!(refused.unwrap_err().to_string().contains("[features]"), "{key}");
    }
}
