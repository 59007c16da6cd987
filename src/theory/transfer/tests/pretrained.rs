//! Pretrained features: unlimited upstream data, the optimal amount, and the upstream pole.

use super::*;

/// m, N → ∞ give section 3.
#[test]
fn unlimited_pretraining_is_the_featurization_itself() {
    for s in spectra() {
        for (alpha, lambda) in [(0.1, 0.0), (0.8, 0.2), (2.0, 0.0), (0.9, 1e-5)] {
            let want = risk::evaluate(&s, ratio(alpha), Ridge::new(lambda).unwrap(), noise(0.1)).unwrap();
            let got = random(&s, 1e12, 0.0, alpha, lambda, 0.1);
            close(got.risk, want.risk, 1e-9);
            close(got.bias, want.bias, 1e-9);
            close(got.train, want.train, 1e-9);
        }
    }
    let directions = [(0.2, 3.0, 2.0), (0.3, 1.0, 1.0), (0.5, 0.2, 0.6)];
    let truth = Spectrum::new(directions.map(|(w, _, t)| (w, t, t))).unwrap().normalized();
    let pretraining = Pretraining::new(directions.to_vec()).unwrap();
    let features = pretraining.features(width(1e12), ratio(1e12), Ridge::ZERO, noise(0.1)).unwrap();
    for alpha in [0.1, 0.5, 3.0] {
        let want = risk::evaluate(&truth, ratio(alpha), Ridge::ZERO, noise(0.1)).unwrap();
        close(features.evaluate(ratio(alpha), fixed(0.0), noise(0.1)).unwrap().risk, want.risk, 1e-9);
    }
}

/// N = 2p − n samples per task give the soft optimum; fewer and more have a higher risk.
#[test]
fn the_optimal_amount_of_pretraining_gives_soft_selection() {
    let directions: Vec<_> = (1..=50).map(|j| (0.02, 1.0, f64::from(j).recip())).collect();
    let pretraining = Pretraining::new(directions.clone()).unwrap();
    let task = TaskSpectrum::new(directions.iter().map(|(w, _, t)| (*w, *t))).unwrap();
    for alpha in [0.1, 0.4, 0.8] {
        let best = task.soft(ratio(alpha), noise(0.02)).unwrap().risk;
        let at = |samples: f64| {
            let f = pretraining.features(width(1e12), ratio(samples), Ridge::ZERO, noise(0.02)).unwrap();
            f.evaluate(ratio(alpha), fixed(0.0), noise(0.02)).unwrap().risk
        };
        close(at(2.0 - alpha), best, 1e-9);
        for other in [0.9 * (2.0 - alpha), 1.2 * (2.0 - alpha), 100.0] {
            assert!(at(other) > best * (1.0 + 1e-5), "α = {alpha}, N/p = {other}");
        }
    }
}

/// Near the pole of an upstream fit its noise dominates the tasks, and the scaled spectrum stays finite.
#[test]
fn the_upstream_pole_leaves_a_finite_spectrum() {
    let pretraining = Pretraining::new(vec![(0.5, 2.0, 1.5), (0.5, 0.5, 0.5)]).unwrap();
    let at = |samples: f64| pretraining.spectrum(ratio(samples), Ridge::ZERO, noise(0.1)).unwrap();
    assert!(pretraining.upstream(ratio(1.0), Ridge::ZERO, noise(0.1)).unwrap().diverges());
    assert_eq!(at(1.0).eigenvalues(), [1.0]);
    for samples in [1.0 - 1e-7, 1.0 + 1e-7] {
        assert!(at(samples).eigenvalues().iter().all(|s| (s - 1.0).abs() < 1e-5), "{:?}", at(samples));
    }
    assert!(Pretraining::new(vec![(1.0, 1.0, -0.1)]).is_err());
}
