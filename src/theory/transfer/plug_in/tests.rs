//! The plug-in optimum compared with its limits, bounds, closed forms and simulated fits.

use super::super::super::{Ridge, TaskSpectrum};
use super::super::Pretraining;
use super::*;

fn ratio(v: f64) -> SampleRatio {
    SampleRatio::new(v).unwrap()
}

fn noise(v: f64) -> NoiseVariance {
    NoiseVariance::new(v).unwrap()
}

/// Power laws of covariates and tasks, p = 400, r² = 1.
fn population() -> (Vec<(f64, f64, f64)>, Pretraining) {
    let x: Vec<f64> = (1..=400).map(|j| f64::from(j).powf(-0.5)).collect();
    let t: Vec<f64> = (1..=400).map(|j| f64::from(j).powf(-1.2)).collect();
    let (mx, mt) = (x.iter().sum::<f64>() / 400.0, t.iter().sum::<f64>() / 400.0);
    let all: Vec<_> = x.iter().zip(&t).map(|(x, t)| (1.0 / 400.0, x / mx, t / mt)).collect();
    (all.clone(), Pretraining::new(all).unwrap())
}

fn features(tasks: f64, samples: f64, ridge: f64) -> PlugIn {
    let (_, pretraining) = population();
    let (tasks, ridge) = (Width::new(tasks).unwrap(), Ridge::new(ridge).unwrap());
    pretraining.plug_in(tasks, ratio(samples), ridge, noise(0.1)).unwrap()
}

/// m → ∞ and N ≥ 2p − n give soft selection for every N; for smaller N nothing is added and the features are the
/// pretrained ones.
#[test]
fn many_tasks_give_soft_selection_and_few_samples_the_pretrained_features() {
    let (all, pretraining) = population();
    let task = TaskSpectrum::new(all.iter().map(|d| (d.0, d.2))).unwrap();
    let at = ratio(0.3);
    let soft = task.optimal(at, noise(0.1)).soft.unwrap().risk;
    for samples in [1.71, 2.0, 5.0, 1000.0] {
        let found = features(1e9, samples, 0.0).evaluate(at, RidgeChoice::ZERO, noise(0.1)).unwrap().unwrap();
        assert!((found.risk / soft - 1.0).abs() < 1e-7, "{samples}: {} for {soft}", found.risk);
    }
    for (tasks, samples) in [(0.5, 1.2), (2.0, 1.6), (0.1, 1.69)] {
        for ridge in
            [RidgeChoice::ZERO, RidgeChoice::Fixed(Ridge::new(0.3).unwrap()), RidgeChoice::OptimalNonNegative]
        {
            let of = pretraining
                .features(Width::new(tasks).unwrap(), ratio(samples), Ridge::ZERO, noise(0.1))
                .unwrap();
            let want = of.evaluate(at, ridge, noise(0.1)).unwrap().risk;
            let got = features(tasks, samples, 0.0).evaluate(at, ridge, noise(0.1)).unwrap().unwrap().risk;
            assert!((got / want - 1.0).abs() < 1e-12, "{got} for {want}");
        }
    }
    assert!(features(1.0, 2.0, 0.0).evaluate(ratio(1.0), RidgeChoice::ZERO, noise(0.1)).unwrap().is_none());
}

/// The terms sum to the risk, the risk is not below the optimum, n = m is not a pole where c > 0, and a tuned ridge
/// is at most as risky as any other.
#[test]
fn bounds_and_sums() {
    let (all, _) = population();
    let task = TaskSpectrum::new(all.iter().map(|d| (d.0, d.2))).unwrap();
    for tasks in [0.05, 0.3, 1.0, 4.0] {
        for samples in [0.5, 1.5, 3.0, 20.0] {
            let features = features(tasks, samples, 0.05);
            for alpha in [0.05, 0.3, 0.7, 0.95] {
                let at = |choice| features.evaluate(ratio(alpha), choice, noise(0.1)).unwrap().unwrap();
                let fixed = |ridge| at(RidgeChoice::Fixed(Ridge::new(ridge).unwrap()));
                let tuned = at(RidgeChoice::OptimalNonNegative).risk;
                for ridge in [0.0, 1e-4, 0.01, 0.3, 5.0] {
                    let risk = fixed(ridge);
                    let terms = risk.representation.unwrap();
                    let sum = risk.bias + risk.variance() + risk.noise;
                    assert!((sum / risk.risk - 1.0).abs() < 1e-9 || risk.diverges(), "{sum} {}", risk.risk);
                    assert!(terms.variance_w >= 0.0 && terms.variance_w_x > -1e-12);
                    assert!(tuned <= risk.risk * (1.0 + 1e-9), "{tuned} at {ridge}: {}", risk.risk);
                    // The fixed point holds: df1 = α(1 − λ/κ).
                    let want = alpha * (1.0 - risk.ridge / risk.kappa);
                    assert!(risk.kappa == 0.0 || (risk.df1 - want).abs() < 1e-9, "{} {want}", risk.df1);
                }
                let optimal = task.optimal(ratio(alpha), noise(0.1)).risk;
                assert!(fixed(0.0).risk >= optimal * (1.0 - 1e-9));
            }
        }
    }
    let rich = features(0.3, 20.0, 0.0);
    assert_eq!(rich.poles(noise(0.1)).len(), 1);
    assert!(rich.evaluate(ratio(0.3), RidgeChoice::ZERO, noise(0.1)).unwrap().unwrap().risk < 1.0);
    assert_eq!(features(0.3, 1.2, 0.0).poles(noise(0.1)).len(), 2);
}

/// With equal energies the bias² given W is tr (I − A)²/p, which the degrees of freedom give as well.
#[test]
fn the_bias_of_equal_energies_is_that_of_the_degrees_of_freedom() {
    let equal = Pretraining::new(vec![(1.0, 1.0, 1.0)]).unwrap();
    for (tasks, ridge) in [(0.2, 0.0), (0.7, 0.05), (3.0, 0.4)] {
        let width = Width::new(tasks).unwrap();
        let features = equal.plug_in(width, ratio(6.0), Ridge::ZERO, noise(0.3)).unwrap();
        let ridge = RidgeChoice::Fixed(Ridge::new(ridge).unwrap());
        let risk = features.evaluate(ratio(0.6), ridge, noise(0.3)).unwrap().unwrap();
        let want = 1.0 - 2.0 * risk.df1 + risk.df2;
        let given = risk.representation.unwrap().bias_given;
        assert!((given / want - 1.0).abs() < 1e-10, "{given} for {want}");
    }
}

/// Fits on simulated features M = WWᵀ + cI, tasks and samples: within three standard errors and 3/n.
#[test]
fn the_risk_matches_fits_on_drawn_features() {
    use nalgebra::{DMatrix, DVector};
    use rand::SeedableRng;
    use rand_distr::{Distribution, StandardNormal};
    const P: usize = 80;
    const DRAWS: usize = 150;
    let mut random = rand_chacha::ChaCha8Rng::seed_from_u64(3);
    let mut normal = move || -> f64 { StandardNormal.sample(&mut random) };
    let mean = (1..=P).map(|j| (j as f64).powf(-0.8)).sum::<f64>() / P as f64;
    let energies: Vec<f64> = (1..=P).map(|j| (j as f64).powf(-0.8) / mean).collect();
    let directions: Vec<_> = energies.iter().map(|t| (1.0 / P as f64, 1.0, *t)).collect();
    let pretraining = Pretraining::new(directions).unwrap();
    for (m, n, ridge) in [(24, 40, 0.0), (24, 32, 0.2), (100, 48, 0.02)] {
        let width = Width::new(m as f64 / P as f64).unwrap();
        let features = pretraining.plug_in(width, ratio(6.0), Ridge::ZERO, noise(0.2)).unwrap();
        let at = ratio(n as f64 / P as f64);
        let choice = RidgeChoice::Fixed(Ridge::new(ridge).unwrap());
        let want = features.evaluate(at, choice, noise(0.2)).unwrap().unwrap().risk;
        let (spectrum, added) = features.spectrum_at(at, noise(0.2)).unwrap();
        assert!(added > 0.0);
        let found: Vec<f64> = (0..DRAWS)
            .map(|_| {
                let s = spectrum.eigenvalues();
                let w = DMatrix::from_fn(P, m, |j, _| (s[j] - added).sqrt() * normal() / (m as f64).sqrt());
                let all = &w * w.transpose() + DMatrix::identity(P, P) * added;
                let x = DMatrix::from_fn(n, P, |_, _| normal());
                let task = DVector::from_fn(P, |j, _| (energies[j] / P as f64).sqrt() * normal());
                let y = &x * &task + DVector::from_fn(n, |_, _| 0.2_f64.sqrt() * normal());
                let gram = &x * &all * x.transpose() + DMatrix::identity(n, n) * (n as f64 * ridge);
                let fitted = &all * x.transpose() * gram.cholesky().unwrap().solve(&y);
                (fitted - task).norm_squared() + 0.2
            })
            .collect();
        let mean = found.iter().sum::<f64>() / DRAWS as f64;
        let spread = found.iter().map(|r| (r - mean).powi(2)).sum::<f64>() / (DRAWS - 1) as f64;
        let allowed = 3.0 * (spread / DRAWS as f64).sqrt() + 3.0 / n as f64 * want;
        assert!((mean - want).abs() < allowed, "m = {m}, n = {n}: {mean} for {want} ± {allowed}");
    }
}
