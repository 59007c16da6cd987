//! Section 11.5 against fits on drawn labels ±1: accuracy and AUC of populations.

use nalgebra::{DMatrix, DVector};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};
use riskscope::scenario::{Metric, Model, Scenario};
use riskscope::theory::{Ridge, RidgeChoice, SampleRatio};

const P: usize = 120;

/// Scales eigenvalues to mean 1.
fn scaled(values: impl Iterator<Item = f64>) -> Vec<f64> {
    let values: Vec<f64> = values.collect();
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    values.into_iter().map(|v| v / mean).collect()
}

fn normal(rng: &mut ChaCha8Rng) -> f64 {
    StandardNormal.sample(rng)
}

/// Covariates j^−0.8, tasks j^−0.4; ρ is the test covariance over that of the samples.
struct Population {
    x: Vec<f64>,
    /// Eigenvalues of Σ_θ, for signal 1.
    theta: Vec<f64>,
    test: Vec<f64>,
    noise: f64,
}

/// Fits the signs of n drawn targets by ridge on features x_j·√f_j; returns the mean share of correct signs and of correctly
/// ordered pairs among drawn test samples, with their standard errors.
fn simulated(population: &Population, f: &[f64], n: usize, ridge: f64, draws: u32) -> [(f64, f64); 2] {
    const TESTED: usize = 800;
    let mut rng = ChaCha8Rng::seed_from_u64(5);
    let mut found = [Vec::new(), Vec::new()];
    for _ in 0..draws {
        let theta: Vec<f64> = population.theta.iter().map(|t| t.sqrt() * normal(&mut rng)).collect();
        let row = |spectrum: &[f64], rng: &mut ChaCha8Rng| -> (Vec<f64>, bool) {
            let x: Vec<f64> = spectrum.iter().map(|s| s.sqrt() * normal(rng)).collect();
            let latent: f64 = x.iter().zip(&theta).map(|(x, t)| x * t).sum();
            let latent = latent + population.noise.sqrt() * normal(rng);
            (x.iter().zip(f).map(|(x, f)| x * f.sqrt()).collect(), latent > 0.0)
        };
        let rows: Vec<_> = (0..n).map(|_| row(&population.x, &mut rng)).collect();
        let z = DMatrix::from_fn(n, P, |i, j| rows[i].0[j]);
        let y = DVector::from_fn(n, |i, _| if rows[i].1 { 1.0 } else { -1.0 });
        let beta = if ridge == 0.0 && n > P {
            (z.transpose() * &z).cholesky().unwrap().solve(&(z.transpose() * y))
        } else {
            let gram = &z * z.transpose() + DMatrix::identity(n, n) * (ridge * n as f64);
            z.transpose() * gram.cholesky().unwrap().solve(&y)
        };
        let mut scores = [Vec::new(), Vec::new()];
        let mut right = 0;
        for _ in 0..TESTED {
            let (z, label) = row(&population.test, &mut rng);
            let score: f64 = z.iter().zip(beta.iter()).map(|(z, b)| z * b).sum();
            right += usize::from((score > 0.0) == label);
            scores[usize::from(label)].push(score);
        }
        scores.iter_mut().for_each(|s| s.sort_by(f64::total_cmp));
        let below: usize = scores[1].iter().map(|s| scores[0].partition_point(|o| o < s)).sum();
        found[0].push(right as f64 / TESTED as f64);
        found[1].push(below as f64 / (scores[0].len() * scores[1].len()) as f64);
    }
    found.map(|values| {
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        let squares: f64 = values.iter().map(|v| (v - mean) * (v - mean)).sum();
        (mean, (squares / (values.len() * (values.len() - 1)) as f64).sqrt())
    })
}

#[test]
fn accuracy_and_auc_match_fits_on_labels() {
    let x = scaled((1..=P).map(|j| (j as f64).powf(-0.8)));
    let task: Vec<f64> = (1..=P).map(|j| (j as f64).powf(-0.4)).collect();
    let signal: f64 = x.iter().zip(&task).map(|(x, t)| x * t).sum();
    let theta: Vec<f64> = task.iter().map(|t| t / signal).collect();
    let flat = vec![1.0; P];
    for (kind, n, ridge, test, noise) in [
        ("raw", 36, "0", "downstream", "0.1"),
        ("raw", 240, "0", "downstream", "0.5"),
        ("ground-truth", 60, "0.2", "downstream", "0.1"),
        ("raw", 60, "0.05", "isotropic", "0.1"),
    ] {
        let mut scenario = Scenario::default();
        for (key, value) in [
            ("dimension", P.to_string().as_str()),
            ("covariates.family", "power-law"),
            ("covariates.exponent", "0.8"),
            ("task.family", "power-law"),
            ("task.exponent", "0.4"),
            ("featurization.kind", kind),
            ("ridge", ridge),
            ("noise", noise),
            ("test.family", test),
        ] {
            scenario.set(key, value).unwrap();
        }
        let model = Model::new(&scenario, None, &|| false).unwrap();
        let curve = model.risk_curve(&model.scenario().featurization).unwrap();
        let ratio = SampleRatio::new(n as f64 / P as f64).unwrap();
        let point = curve.evaluate(ratio, model.ridge(), model.noise()).unwrap();
        let whole = curve.curve(&[ratio], model.ridge(), model.noise(), Metric::Auc, &|| false).unwrap();
        assert!((whole[0].value(Metric::Auc).unwrap() - point.value(Metric::Auc).unwrap()).abs() < 1e-12);
        // Eigenvalues of mean 1, the unit of every ridge.
        let f = if kind == "raw" { flat.clone() } else { task.clone() };
        let mean = x.iter().zip(&f).map(|(x, f)| x * f).sum::<f64>() / P as f64;
        let f: Vec<f64> = f.iter().map(|f| f / mean).collect();
        let test = if test == "isotropic" { flat.clone() } else { x.clone() };
        let population =
            Population { x: x.clone(), theta: theta.clone(), test, noise: noise.parse().unwrap() };
        let got = simulated(&population, &f, n, ridge.parse().unwrap(), 40);
        for (metric, (mean, error)) in [Metric::Accuracy, Metric::Auc].into_iter().zip(got) {
            let want = point.value(metric).unwrap();
            let allowed = 3.0 * error + 0.4 / n as f64;
            assert!((mean - want).abs() < allowed, "{kind} n = {n}: {metric:?} {mean} ± {error} for {want}");
        }
    }
}

/// A tuned ridge minimises the squared error on the labels and is larger than that of the targets; accuracy at a pole of
/// the risk is 1/2; a featurization chosen at each n is at least as accurate as the candidates.
#[test]
fn a_fit_on_labels_tunes_ridge_and_features_for_them() {
    let mut scenario = Scenario::default();
    scenario.set("featurization.kind", "raw").unwrap();
    scenario.set("ridge", "optimal").unwrap();
    let at = |scenario: &Scenario, ratio: f64| {
        let model = Model::new(scenario, None, &|| false).unwrap();
        let curve = model.risk_curve(&scenario.featurization).unwrap();
        curve.evaluate(SampleRatio::new(ratio).unwrap(), model.ridge(), model.noise()).unwrap()
    };
    let tuned = at(&scenario, 0.5);
    let scores = tuned.scores.unwrap();
    assert!(scores.ridge > 1.5 * tuned.risk.unwrap().ridge, "{scores:?}");
    for factor in [0.8, 1.25] {
        scenario.ridge = RidgeChoice::Fixed(Ridge::new(scores.ridge * factor).unwrap());
        let other = at(&scenario, 0.5).scores.unwrap();
        assert!(other.risk_on_labels > scores.risk_on_labels, "{factor}: {other:?} {scores:?}");
    }
    scenario.set("ridge", "0").unwrap();
    let pole = at(&scenario, 1.0);
    assert_eq!((pole.value(Metric::Accuracy), pole.value(Metric::Auc)), (Some(0.5), Some(0.5)));
    let accuracy = |kind: &str| {
        let mut scenario = scenario.clone();
        scenario.set("featurization.kind", kind).unwrap();
        at(&scenario, 0.4).scores.unwrap()
    };
    let best = accuracy("optimal");
    for kind in ["raw", "ground-truth", "whitened", "soft", "hard"] {
        assert!(accuracy(kind).risk_on_labels >= best.risk_on_labels * (1.0 - 1e-9), "{kind}");
    }
}
