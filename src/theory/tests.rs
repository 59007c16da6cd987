//! The effect of a test covariance on every part of the theory (section 5). With ρ the ratio of test to downstream
//! eigenvalues, a = s/(s+κ) and R the unshifted risk,
//!
//! R_test = σ² + Σ wρτ(1−a)² + R·Σ wρa²/α.
//!
//! [`super::Spectrum`] stores the weights; [`super::risk`], the optimal ridge, the divergences, principal components
//! and the search for a target are compared with this formula.

use super::risk::Risk;
use super::*;

fn ratio(a: f64) -> SampleRatio {
    SampleRatio::new(a).unwrap()
}

fn noise(v: f64) -> NoiseVariance {
    NoiseVariance::new(v).unwrap()
}

fn fixed(l: f64) -> RidgeChoice {
    RidgeChoice::Fixed(Ridge::new(l).unwrap())
}

const ATOMS: [(f64, f64, f64); 4] = [(0.1, 8.0, 2.0), (0.3, 1.0, 0.5), (0.4, 0.05, 1.5), (0.2, 0.0, 0.3)];

fn with(ratios: [f64; 4]) -> Spectrum {
    Spectrum::shifted(ATOMS.into_iter().zip(ratios).map(|((w, s, t), r)| (w, s, t, r))).unwrap()
}

fn at(spectrum: &Spectrum, a: f64, choice: RidgeChoice, v: f64) -> Risk {
    ridge::evaluate(spectrum, ratio(a), choice, noise(v)).unwrap()
}

/// The formula evaluated term by term.
fn formula(atoms: &[(f64, f64, f64, f64)], risk: &Risk) -> f64 {
    let a = |s: f64| if s > 0.0 { s / (s + risk.kappa) } else { 0.0 };
    let bias: f64 = atoms.iter().map(|&(w, s, t, r)| w * r * t * (1.0 - a(s)).powi(2)).sum();
    let variance: f64 = atoms.iter().map(|&(w, s, _, r)| w * r * a(s).powi(2)).sum();
    risk.noise + bias + risk.unshifted * variance / risk.sample_ratio
}

/// Atoms over some decades, with their ρ.
fn random_table(rng: &mut impl rand::RngExt) -> Vec<(f64, f64, f64, f64)> {
    let count = 2 + (4.0 * rng.random::<f64>()) as usize;
    let shares: Vec<f64> = (0..count).map(|_| rng.random::<f64>().powi(2) + 0.01).collect();
    let total: f64 = shares.iter().sum();
    let mut power = |decades: f64| 10_f64.powf(-decades * rng.random::<f64>());
    shares.into_iter().map(|w| (w / total, power(6.0), power(4.0), 10.0 * power(3.0))).collect()
}

/// ρ = 1 changes nothing, a constant ρ scales everything but the noise, and any ρ agrees with the formula.
#[test]
fn the_test_risk_equals_the_formula() {
    for choice in
        [fixed(0.0), fixed(0.3), fixed(-1e-5), RidgeChoice::Optimal, RidgeChoice::OptimalNonNegative]
    {
        for a in [0.05, 0.5, 0.9, 3.0] {
            let (plain, same, twice) = (Spectrum::new(ATOMS).unwrap(), with([1.0; 4]), with([2.0; 4]));
            let (alone, test, doubled) =
                (at(&plain, a, choice, 0.2), at(&same, a, choice, 0.2), at(&twice, a, choice, 0.2));
            assert_eq!((alone.risk, plain.test()), (alone.unshifted, None));
            for (one, other) in
                [(alone.risk, test.risk), (alone.bias, test.bias), (alone.variance_x, test.variance_x)]
            {
                assert!((one - other).abs() <= 1e-12 * one, "{choice:?} α={a}: {alone:?} {test:?}");
            }
            assert!(
                (doubled.risk - 0.2 - 2.0 * (test.risk - 0.2)).abs() < 1e-8 * doubled.risk,
                "{choice:?} α={a}"
            );
            let ratios = [3.0, 0.2, 5.0, 0.7];
            let risk = at(&with(ratios), a, choice, 0.2);
            let atoms: Vec<_> = ATOMS.into_iter().zip(ratios).map(|((w, s, t), r)| (w, s, t, r)).collect();
            assert!((risk.risk / formula(&atoms, &risk) - 1.0).abs() < 1e-12, "{choice:?} α={a}: {risk:?}");
            assert!((risk.bias + risk.variance_x + risk.variance_x_noise + 0.2 - risk.risk).abs() < 1e-12);
            // The fit, and its risk on downstream samples, are unchanged.
            if let RidgeChoice::Fixed(_) = choice {
                assert_eq!((risk.kappa, risk.unshifted, risk.train), (alone.kappa, alone.risk, alone.train));
            }
        }
    }
}

/// Isotropic least squares with n > p: σ² + σ²·Σwρ/(α − 1); and a test covariance that lies entirely on directions
/// without features.
#[test]
fn closed_forms() {
    let flat = Spectrum::shifted([(0.5, 1.0, 1.0, 3.0), (0.5, 1.0, 1.0, 0.2)]).unwrap();
    let test = at(&flat, 2.5, fixed(0.0), 0.4).risk;
    assert!((test - 0.4 * (1.0 + 1.6 / 1.5)).abs() < 1e-14, "{test}");
    let missed = with([0.0, 0.0, 0.0, 5.0]);
    let test = at(&missed, 2.5, fixed(0.0), 0.4).risk;
    assert!((test - (0.4 + 0.2 * 5.0 * 0.3)).abs() < 1e-14, "{test}");
    let infinite = ridge::infinite(&missed, 0.5, 0.1);
    assert!((infinite.risk - 0.4).abs() < 1e-15 && (infinite.unshifted - 1.11).abs() < 1e-15, "{infinite:?}");
}

/// At single points and along curves no κ of a fine scan has a lower risk, for either sign and next to the pole.
#[test]
fn the_tuned_ridge_minimises_the_test_risk() {
    use rand::SeedableRng;
    for case in 0..60 {
        let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(case);
        let table = random_table(&mut rng);
        let s = Spectrum::shifted(table.iter().copied()).unwrap();
        let (a, v) =
            ([0.1, 0.5, 0.97, 1.0, 1.3][case as usize % 5], [0.0, 1e-3, 0.1, 2.0][case as usize % 4]);
        let best = at(&s, a, RidgeChoice::Optimal, v);
        let clamped = at(&s, a, RidgeChoice::OptimalNonNegative, v);
        assert!(best.risk <= clamped.risk * (1.0 + 1e-12) && clamped.ridge >= 0.0, "case {case}");
        let lowest = ridge::minimum(&s, ratio(a));
        for i in 0..400 {
            let l = if i < 100 { lowest * 0.9999 * 0.9_f64.powi(i) } else { 1e-9 * 1.1_f64.powi(i - 100) };
            let Ok(other) = ridge::evaluate(&s, ratio(a), fixed(l), noise(v)) else { continue };
            assert!(
                best.risk <= other.risk * (1.0 + 1e-9),
                "case {case} α={a} σ²={v} λ={l:e}: {other:?} {best:?}"
            );
            assert!(l < 0.0 || clamped.risk <= other.risk * (1.0 + 1e-9), "case {case} λ={l:e}");
        }
        for choice in [RidgeChoice::Optimal, RidgeChoice::OptimalNonNegative, fixed(0.0), fixed(0.01)] {
            let curve = sweep::curve(&s, &[ratio(0.9 * a), ratio(a)], choice, noise(v), &|| false).unwrap();
            let (alone, along) = (at(&s, a, choice, v).risk, curve[1].unwrap().risk);
            assert!(alone == along || (alone / along - 1.0).abs() < 1e-11, "case {case}: {alone} {along}");
        }
    }
}

/// Ground truth at its best ridge is the posterior mean, which does not depend on the test covariance: λ* = σ²/α in
/// units of τ.
#[test]
fn the_ridge_of_the_floor_does_not_depend_on_the_shift() {
    use rand::SeedableRng;
    for case in 0..40 {
        let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(case);
        let table: Vec<_> = random_table(&mut rng).into_iter().map(|(w, _, t, r)| (w, t, r)).collect();
        let task = TaskSpectrum::shifted(table.iter().copied()).unwrap();
        for (a, v) in [(0.2, 0.1), (0.8, 1e-3), (1.0, 0.5), (2.5, 0.1)] {
            let found = at(&task.ground_truth(), a, RidgeChoice::Optimal, v);
            assert!((found.ridge * a / v - 1.0).abs() < 1e-6, "case {case} α={a} σ²={v}: {found:?}");
            let floor = task.floor(ratio(a), noise(v));
            assert!((floor.risk / found.unshifted - 1.0).abs() < 1e-9, "case {case}: {floor:?} {found:?}");
        }
    }
}

/// Poles do not move under a test covariance but have another strength, and the maxima are those of the test risk: a
/// scan finds no other.
#[test]
fn divergences_are_those_of_the_test_risk() {
    use rand::SeedableRng;
    let mut seen = 0;
    for case in 0..60 {
        let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(1000 + case);
        let s = Spectrum::shifted(random_table(&mut rng)).unwrap();
        let (choice, v) =
            ([fixed(0.0), fixed(1e-4), fixed(-1e-8)][case as usize % 3], [0.01, 0.3][case as usize % 2]);
        let all = divergence::divergences(&s, choice, noise(v), 0.0, f64::INFINITY);
        for d in &all {
            match (d.kind, d.strength) {
                (ExtremumKind::Pole, Some(strength)) => {
                    let near = d.at * (1.0 - 1e-7);
                    let c = at(&s, near, choice, v).risk * (d.at - near);
                    assert!((c / strength - 1.0).abs() < 1e-3, "case {case}: {c} {d:?}");
                }
                (ExtremumKind::Pole, None) => {}
                (ExtremumKind::Minimum, _) => panic!("{d:?}"),
                (ExtremumKind::Peak, _) => {
                    seen += 1;
                    let top = at(&s, d.at, choice, v).risk;
                    assert!((top / d.risk - 1.0).abs() < 1e-9, "case {case}: {top} {d:?}");
                    for beside in [1.0 - 1e-4, 1.0 + 1e-4] {
                        let other = at(&s, d.at * beside, choice, v).risk;
                        assert!(other <= top * (1.0 + 1e-12), "case {case}: {other} {d:?}");
                    }
                }
            }
        }
        // Every maximum of the scan that exceeds its flanks by 1 % is found.
        let grid: Vec<f64> = (1..4000).map(|i| 5e-4 * f64::from(i)).collect();
        let risks: Vec<f64> = grid
            .iter()
            .map(|&a| ridge::evaluate(&s, ratio(a), choice, noise(v)).map_or(f64::INFINITY, |r| r.risk))
            .collect();
        for i in 20..risks.len() - 20 {
            let window = &risks[i - 20..=i + 20];
            let highest = window.iter().all(|r| *r <= risks[i]);
            let stands_out = risks[i].is_finite() && risks[i] > 1.01 * risks[i - 20].max(risks[i + 20]);
            let known = all.iter().any(|d| (d.at - grid[i]).abs() < 0.011);
            assert!(!(highest && stands_out) || known, "case {case} α={}: {all:?}", grid[i]);
        }
    }
    assert!(seen > 30, "{seen}");
}

/// The number of components chosen at each point of a curve minimises the test risk among all sizes.
#[test]
fn the_number_of_components_minimises_the_test_risk() {
    use rand::SeedableRng;
    for case in 0..40 {
        let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(2000 + case);
        let raw = Spectrum::shifted(random_table(&mut rng)).unwrap();
        let pcr = Pcr::new(raw.clone());
        for choice in [fixed(0.0), fixed(0.05), RidgeChoice::OptimalNonNegative] {
            for (a, v) in [(0.15, 0.1), (0.6, 0.01), (1.4, 0.5)] {
                let (_, risk) = pcr.best(ratio(a), choice, noise(v));
                let told = at(&pcr.spectrum(ratio(a), choice, noise(v)), a, choice, v);
                assert!(told.risk <= risk * (1.0 + 1e-5), "case {case} {choice:?} α={a}: {risk} {told:?}");
                let mut share = 0.0;
                for w in raw.weights() {
                    share += w;
                    let cut = pcr::keep(&raw, share).normalized();
                    let other = at(&cut, a, choice, v).risk;
                    assert!(
                        told.risk <= other * (1.0 + 1e-5),
                        "case {case} {choice:?} α={a}: {other} {told:?}"
                    );
                }
            }
        }
    }
}

/// Every n is evaluated, for every kind of representation.
#[test]
fn a_target_refers_to_the_test_risk() {
    use rand::{RngExt, SeedableRng};
    const MOST: u64 = 600;
    for case in 0..8 {
        let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(3000 + case);
        let table = random_table(&mut rng);
        let task = TaskSpectrum::shifted(table.iter().map(|&(w, _, t, r)| (w, t, r))).unwrap();
        let raw = Spectrum::shifted(table.iter().copied()).unwrap();
        let p = 40 + 20 * case as usize;
        for representation in [
            Representation::Fixed(raw.clone()),
            Representation::BestPcr(Pcr::new(raw.clone())),
            Representation::Soft(task.clone()),
            Representation::Hard(task.clone()),
            Representation::Optimal(task.clone()),
            Representation::Minimax(MinimaxSelection::new(task.clone())),
        ] {
            assert!(representation.is_shifted());
            for choice in [fixed(0.0), fixed(1e-3), RidgeChoice::OptimalNonNegative] {
                let risk = |n: u64| {
                    let found = representation.evaluate(ratio(n as f64 / p as f64), choice, noise(0.1));
                    found.ok().flatten().map_or(f64::INFINITY, |r| r.risk)
                };
                let target = risk(1 + (MOST as f64 * rng.random::<f64>()) as u64) * 1.05;
                if !target.is_finite() {
                    continue;
                }
                let found = target::samples_needed(&representation, p, choice, noise(0.1), target, &|| false)
                    .unwrap();
                let inside =
                    |n: u64| found.iter().any(|i| n >= i.first && i.last.is_none_or(|last| n <= last));
                for n in 1..=MOST {
                    let r = risk(n);
                    let tie = (r - target).abs() < 1e-9 * target;
                    assert!(
                        tie || inside(n) == (r <= target),
                        "case {case} p={p} n={n} {choice:?} target {target}: {r}, {found:?}, {representation:?}"
                    );
                }
            }
        }
    }
}

/// Every representation made from a shifted spectrum or task has the right ratios, direction by direction.
#[test]
fn representations_carry_the_shift() {
    let table = [(0.2, 4.0, 0.5), (0.3, 1.0, 3.0), (0.3, 1.0, 1.0), (0.2, 0.1, 0.2)];
    let task = TaskSpectrum::shifted(table).unwrap();
    let raw = Spectrum::shifted(table.map(|(w, t, r)| (w, t, t, r))).unwrap();
    for representation in [
        Representation::Optimal(task.clone()),
        Representation::Hard(task.clone()),
        Representation::Soft(task.clone()),
        Representation::BestPcr(Pcr::new(raw.clone())),
        Representation::Fixed(task.mix(0.3)),
    ] {
        for a in [0.15, 0.35, 0.7, 0.9] {
            let s = representation.spectrum_at(ratio(a), fixed(0.0), noise(0.05)).unwrap();
            let risk = ridge::evaluate(&s, ratio(a), fixed(0.0), noise(0.05)).unwrap();
            let (mut bias, mut variance) = (0.0, 0.0);
            for (w, t, r) in table {
                // The share of directions with at least this energy.
                let share: f64 = table.iter().filter(|other| other.1 >= t).map(|other| other.0).sum();
                let mut counted = 0.0;
                let own = s.weights().iter().zip(s.eigenvalues()).find(|(w, _)| {
                    counted += **w;
                    counted > share - 1e-9
                });
                let pass = own.map_or(0.0, |(_, s)| s / (s + risk.kappa));
                bias += w * r * t * (1.0 - pass).powi(2);
                variance += w * r * pass * pass;
            }
            let want = 0.05 + bias + risk.unshifted * variance / a;
            let got = risk.risk;
            assert!((got / want - 1.0).abs() < 1e-9, "{representation:?} α={a}: {got} {want}");
        }
    }
    // A cut inside an eigenvalue keeps a random subspace of its directions.
    let cut = pcr::keep(&raw, 0.35);
    let test = cut.test().unwrap();
    assert!(
        (test.weights()[1] - 1.2 / 4.0).abs() < 1e-15 && (test.weighted_energies()[1] - 0.3).abs() < 1e-15
    );
    assert!((test.unreachable() - (0.9 + 0.004)).abs() < 1e-15, "{test:?}");
}
