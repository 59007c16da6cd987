//! The best number of components compared with every number of them.

use super::*;
use crate::theory::{Ridge, TaskSpectrum, ridge, risk};

fn ratio(a: f64) -> SampleRatio {
    SampleRatio::new(a).unwrap()
}

fn noise(v: f64) -> NoiseVariance {
    NoiseVariance::new(v).unwrap()
}

#[test]
fn isotropic_tasks_give_hard_selection() {
    let x: Vec<f64> = (1..=300).map(|j| f64::from(j).powf(-1.2)).collect();
    let pcr = Pcr::new(Spectrum::uniform(&x.iter().map(|&x| (x, x)).collect::<Vec<_>>()).unwrap());
    let task = TaskSpectrum::uniform(&x).unwrap();
    for a in [0.01, 0.3, 0.9, 1.0, 1.5] {
        for v in [1e-4, 0.02, 1.0] {
            let (share, best) = pcr.least_squares(ratio(a), noise(v));
            let hard = task.hard(ratio(a), noise(v));
            assert!((best - hard.risk).abs() < 1e-12 * best, "{best} {hard:?}");
            assert!((share - hard.fraction).abs() < 1e-12, "{share} {hard:?}");
            let spectrum = keep(pcr.raw(), share);
            let direct = risk::evaluate(&spectrum, ratio(a), Ridge::ZERO, noise(v)).unwrap().risk;
            assert!((best - direct).abs() < 1e-12 * best, "{best} {direct}");
        }
    }
}

/// Eigenvalues and energies in unrelated order: every size is tried one by one, at every kind of ridge.
#[test]
fn best_size_against_every_size() {
    let p = 60;
    let energy = |j: usize| if j % 7 == 3 { 5.0 } else { 0.1 };
    let raw: Vec<_> = (0..p).map(|j| (1.0 / (j / 2 + 1) as f64, energy(j))).collect();
    let pcr = Pcr::new(Spectrum::uniform(&raw).unwrap());
    let fixed = |l| RidgeChoice::Fixed(Ridge::new(l).unwrap());
    let choices = [0.0, 1e-3, 0.3, 10.0, -1e-4].map(fixed);
    for choice in choices.into_iter().chain([RidgeChoice::Optimal, RidgeChoice::OptimalNonNegative]) {
        for n in [5, 20, 59, 60, 90] {
            for v in [0.0, 0.05, 3.0] {
                let a = ratio(n as f64 / p as f64);
                let (share, best) = pcr.best(a, choice, noise(v));
                let sizes = (0..=p).filter_map(|k| {
                    let cut = keep(pcr.raw(), k as f64 / p as f64).normalized();
                    Some((k, ridge::evaluate(&cut, a, choice, noise(v)).ok()?.risk))
                });
                let (k, want) = sizes.min_by(|a, b| a.1.total_cmp(&b.1)).unwrap();
                // The alternation between size and ridge converges to 1e-7 of a ridge step.
                assert!(
                    (best - want).abs() <= 1e-9 * want,
                    "{choice:?} n={n} σ²={v}: {best} at {}, {want} at {k}",
                    share * p as f64
                );
            }
        }
    }
}

/// When any size is allowed, the result is no worse than keeping all, nor than any other in a dense sample of sizes.
#[test]
fn searches_over_many_sizes_agree_with_a_scan() {
    let raw: Vec<_> = (1..=700).map(|j| f64::from(j).recip()).map(|x| (x, 1e3 * x * x)).collect();
    let pcr = Pcr::new(Spectrum::uniform(&raw).unwrap());
    let fixed = |l| RidgeChoice::Fixed(Ridge::new(l).unwrap());
    for choice in [fixed(0.0), fixed(0.05), RidgeChoice::Optimal] {
        for a in [0.1, 0.5, 0.995, 1.2] {
            let best = pcr.best(ratio(a), choice, noise(0.1)).1;
            for k in (7..=700).step_by(21) {
                let cut = keep(pcr.raw(), f64::from(k) / 700.0).normalized();
                let other = ridge::evaluate(&cut, ratio(a), choice, noise(0.1)).unwrap().risk;
                assert!(best <= other * (1.0 + 1e-4), "{choice:?} α={a}: {best} against {other} at {k}");
            }
        }
    }
}

/// Energies in random order, so that the risk has a local minimum before every strong direction: no other size has a
/// lower risk.
#[test]
fn no_other_size_is_lower() {
    use rand::{RngExt, SeedableRng};
    let fixed = |l| RidgeChoice::Fixed(Ridge::new(l).unwrap());
    for (case, p) in [(0, 70), (1, 300), (2, 620)] {
        let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(case);
        let directions: Vec<_> = (1..=p)
            .map(|j| {
                let x = f64::from(j).powf(-1.3);
                (x, x * rng.random::<f64>().powi(3) * 40.0 + 2.0 * x.sqrt())
            })
            .collect();
        let pcr = Pcr::new(Spectrum::uniform(&directions).unwrap());
        for choice in [fixed(0.0), fixed(1e-4), fixed(0.02), fixed(1.0)] {
            for n in [2, p / 20, p / 4, p - 1, 2 * p] {
                for v in [0.0, 1e-3, 0.3] {
                    let a = ratio(f64::from(n) / f64::from(p));
                    let best = pcr.best(a, choice, noise(v)).1;
                    let told =
                        ridge::evaluate(&pcr.spectrum(a, choice, noise(v)), a, choice, noise(v)).unwrap();
                    assert!((told.risk - best).abs() <= 1e-11 * best, "{best} {told:?}");
                    for k in 0..=p {
                        let cut = keep(pcr.raw(), f64::from(k) / f64::from(p)).normalized();
                        let other = ridge::evaluate(&cut, a, choice, noise(v)).unwrap().risk;
                        assert!(
                            best <= other * (1.0 + 1e-9),
                            "p={p} {choice:?} n={n} σ²={v}: {best:e} against {other:e} at {k}"
                        );
                    }
                }
            }
        }
    }
}

/// At the best ridge: none of 120 sizes has a lower risk with its own best ridge, and the reported risk is that of the size.
#[test]
fn no_size_at_its_best_ridge_is_lower() {
    use rand::{RngExt, SeedableRng};
    let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(3);
    let directions: Vec<_> = (1..=300)
        .map(|j| {
            (f64::from(j).powf(-1.3), f64::from(j).powf(-1.3) * rng.random::<f64>().powi(3) * 40.0 + 0.01)
        })
        .collect();
    let pcr = Pcr::new(Spectrum::uniform(&directions).unwrap());
    let cuts: Vec<_> = (1..=120).map(|k| keep(pcr.raw(), f64::from(k) / 120.0).normalized()).collect();
    let optimizers: Vec<_> = cuts.iter().map(ridge::Optimizer::new).collect();
    for choice in [RidgeChoice::Optimal, RidgeChoice::OptimalNonNegative] {
        for a in [0.02, 0.3, 1.0, 1.7] {
            for v in [0.0, 0.1] {
                let (a, v) = (ratio(a), noise(v));
                let (share, best) = pcr.best(a, choice, v);
                let told = pcr.tuned(a, choice, v).unwrap();
                let size = ridge::evaluate(&pcr.spectrum(a, choice, v), a, choice, v).unwrap();
                assert!((told.risk - best).abs() <= 1e-12 * best, "{told:?} {best}");
                assert!((told.risk - size.risk).abs() <= 1e-11 * size.risk, "{told:?} {size:?}");
                for (k, optimizer) in optimizers.iter().enumerate() {
                    let other = optimizer.optimal(a, v, choice == RidgeChoice::OptimalNonNegative).risk;
                    assert!(
                        best <= other * (1.0 + 1e-9),
                        "{choice:?} {a:?} {v:?}: {best:e} at {share} against {other:e} at {}",
                        k + 1
                    );
                }
            }
        }
    }
}
