//! Extreme spectra: sixteen decades, zeros, repeats, subnormal numbers, one direction or five thousand; n/p over twelve decades,
//! ridges from the smallest admissible one to 1e12. And rows on the leave-one-out path, in another order, at another
//! scale, with repeated columns.

#[path = "common/long.rs"]
mod long;

use ndarray::{Array2, Axis, concatenate};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use riskscope::data::path::{Path, Rows};
use riskscope::data::{Features, Pool, Targets, TaskChoice};
use riskscope::theory::{
    NoiseVariance, Ridge, RidgeChoice, SampleRatio, Spectrum, TaskSpectrum, negative, ridge, risk,
};

/// (w, s, τ) of one direction.
type Atom = (f64, f64, f64);

fn ratio(a: f64) -> SampleRatio {
    SampleRatio::new(a).unwrap()
}

fn variance(v: f64) -> NoiseVariance {
    NoiseVariance::new(v).unwrap()
}

fn close(a: f64, b: f64, within: f64) -> bool {
    a == b || (a - b).abs() <= within * a.abs().max(b.abs())
}

fn atoms_of_extreme_spectra() -> impl Strategy<Value = Vec<Atom>> {
    let count = prop_oneof![20 => 1..12usize, 4 => 12..200usize, 1 => 200..5000usize];
    (any::<u64>(), count, 0..5u8).prop_map(|(seed, count, kind)| {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let repeated: Vec<f64> = (0..3).map(|_| 10f64.powf(random.random_range(-16.0..0.0))).collect();
        let mut atoms: Vec<Atom> = (0..count)
            .map(|_| {
                let spread = 10f64.powf(random.random_range(-16.0..0.0));
                let s = match (kind, random.random_range(0..4)) {
                    (1, 0) => 0.0,
                    (2, 0..3) => repeated[random.random_range(0..3)],
                    (3, 0) => 1e-310,
                    (4, _) => 1.0,
                    _ => spread,
                };
                let energy =
                    if random.random_ratio(1, 5) { 0.0 } else { 10f64.powf(random.random_range(-16.0..2.0)) };
                ((count as f64).recip(), s, energy)
            })
            .collect();
        // A spectrum needs at least one direction with a positive eigenvalue.
        atoms[0].1 = 1.0;
        atoms
    })
}

fn ratios() -> impl Strategy<Value = f64> {
    prop_oneof![(-6.0..6.0_f64).prop_map(|a| 10f64.powf(a)), Just(1.0), Just(0.5), 0.01..2.0_f64]
}

fn noises() -> impl Strategy<Value = f64> {
    prop_oneof![Just(0.0), (-12.0..4.0_f64).prop_map(|v| 10f64.powf(v))]
}

/// Ridges from λ_min (encoded as in `meant`) up.
fn ridges() -> impl Strategy<Value = f64> {
    prop_oneof![Just(f64::NAN), (-18.0..12.0_f64).prop_map(|l| 10f64.powf(l)), -1.0..0.0_f64]
}

/// Decodes a ridge: `NAN` is 0, a negative number is a fraction of the smallest admissible ridge.
fn meant(spectrum: &Spectrum, a: f64, l: f64) -> f64 {
    if l.is_nan() {
        0.0
    } else if l < 0.0 {
        0.999 * l.abs() * negative::minimum(spectrum, ratio(a)).min(0.0)
    } else {
        l
    }
}

/// The equations of section 3 at any point.
fn a_point_obeys_its_equations(atoms: &[Atom], a: f64, v: f64, l: f64) -> Result<(), TestCaseError> {
    let Ok(spectrum) = Spectrum::new(atoms.iter().copied()) else { return Ok(()) };
    let lambda = meant(&spectrum, a, l);
    let found = match risk::evaluate(&spectrum, ratio(a), Ridge::new(lambda).unwrap(), variance(v)) {
        Ok(found) => found,
        // A ridge this close to the smallest one may be below it by rounding.
        Err(refused) => {
            prop_assert!(lambda < 0.0, "{refused}");
            return Ok(());
        }
    };
    let all = [found.df1, found.df2, found.bias, found.train];
    prop_assert!(all.iter().all(|x| *x >= 0.0) && !found.risk.is_nan(), "{found:?}");
    // More samples than directions and a negative ridge leave κ < 0, and filters above 1.
    if lambda >= 0.0 {
        prop_assert!(found.kappa >= lambda * (1.0 - 1e-14), "{found:?}");
        prop_assert!(found.df2 <= found.df1 * (1.0 + 1e-12) && found.df1 <= 1.0 + 1e-9, "{found:?}");
    }
    if !found.risk.is_finite() {
        return Ok(());
    }
    let sum = found.bias + found.variance_x + found.variance_x_noise + found.noise;
    prop_assert!(close(sum, found.risk, 1e-12) && found.risk >= v * (1.0 - 1e-14), "{found:?}");
    if found.kappa > 0.0 && found.kappa < 1e300 {
        // The fixed point α(1 − λ/κ) = df1 from separate sums, where neither side is a difference of equal numbers.
        let (mut df1, mut bias) = (0.0, 0.0);
        for &(w, s, t) in atoms {
            df1 += w * s / (s + found.kappa);
            bias += w * t * (found.kappa / (s + found.kappa)).powi(2);
        }
        prop_assert!(close(df1, found.df1, 1e-9), "{df1} {found:?}");
        prop_assert!((a * (1.0 - lambda / found.kappa) - df1).abs() <= 1e-9 * (a + df1), "{found:?}");
        // Directions with subnormal eigenvalues may count as unused.
        if atoms.iter().all(|atom| atom.1 == 0.0 || atom.1 > 1e-300) {
            prop_assert!((bias - found.bias).abs() <= 1e-9 * bias + 1e-15, "{bias} {found:?}");
        }
    }
    Ok(())
}

/// The risk does not depend on the order of directions, the scale of features and labels, or a direction split in two.
fn what_is_the_same_has_the_same_risk(atoms: &[Atom], a: f64, v: f64, l: f64) -> Result<(), TestCaseError> {
    let Ok(spectrum) = Spectrum::new(atoms.iter().copied()) else { return Ok(()) };
    let lambda = meant(&spectrum, a, l);
    let at = |spectrum: &Spectrum, lambda: f64, v: f64| {
        risk::evaluate(spectrum, ratio(a), Ridge::new(lambda).unwrap(), variance(v)).map(|r| r.risk)
    };
    // Near a pole, or near the smallest ridge, a small change of the input is not small in the result.
    let rank: f64 = atoms.iter().filter(|atom| atom.1 > 0.0).map(|atom| atom.0).sum();
    let Ok(want) = at(&spectrum, lambda, v) else { return Ok(()) };
    let steep = lambda < 0.0 || (lambda == 0.0 && (a / rank - 1.0).abs() < 1e-3) || !want.is_finite();
    if steep || atoms.iter().any(|atom| atom.1 > 0.0 && atom.1 < 1e-300) {
        return Ok(());
    }
    let turned = Spectrum::new(atoms.iter().rev().copied()).unwrap();
    prop_assert!(close(at(&turned, lambda, v).unwrap(), want, 1e-8), "turned");
    let halves = atoms.iter().flat_map(|&(w, s, t)| [(0.25 * w, s, t), (0.75 * w, s, t)]);
    prop_assert!(close(at(&Spectrum::new(halves).unwrap(), lambda, v).unwrap(), want, 1e-8), "halves");
    let larger = Spectrum::new(atoms.iter().map(|&(w, s, t)| (w, 64.0 * s, t))).unwrap();
    prop_assert!(close(at(&larger, 64.0 * lambda, v).unwrap(), want, 1e-8), "larger features");
    let louder = Spectrum::new(atoms.iter().map(|&(w, s, t)| (w, s, 4.0 * t))).unwrap();
    prop_assert!(close(at(&louder, lambda, 4.0 * v).unwrap(), 4.0 * want, 1e-8), "louder labels");
    Ok(())
}

/// The best ridge is no worse than any other, of either sign or non-negative, and the floor no worse than the optimum.
fn what_is_best_is_best(atoms: &[Atom], a: f64, v: f64, l: f64) -> Result<(), TestCaseError> {
    let Ok(spectrum) = Spectrum::new(atoms.iter().copied()) else { return Ok(()) };
    let tuned = |choice| ridge::evaluate(&spectrum, ratio(a), choice, variance(v)).unwrap();
    let (best, positive) = (tuned(RidgeChoice::Optimal), tuned(RidgeChoice::OptimalNonNegative));
    prop_assert!(
        best.risk.is_finite() && best.risk >= v * (1.0 - 1e-14) && positive.ridge >= 0.0,
        "{best:?}"
    );
    prop_assert!(best.risk <= positive.risk * (1.0 + 1e-9), "{best:?} {positive:?}");
    let lambda = meant(&spectrum, a, l);
    if let Ok(other) = risk::evaluate(&spectrum, ratio(a), Ridge::new(lambda).unwrap(), variance(v)) {
        let than = if lambda < 0.0 { best.risk } else { positive.risk };
        // Without noise all values are rounding errors, which are compared with an absolute tolerance.
        let signal = spectrum.signal();
        prop_assert!(than <= other.risk * (1.0 + 1e-7) + 1e-13 * signal, "{best:?} {positive:?} {other:?}");
    }
    let energies: Vec<(f64, f64)> = atoms.iter().map(|&(w, _, t)| (w, t)).collect();
    if let Ok(task) = TaskSpectrum::new(energies) {
        let (optimal, floor) = (task.optimal(ratio(a), variance(v)), task.floor(ratio(a), variance(v)));
        prop_assert!(optimal.risk.is_finite() && floor.risk >= v * (1.0 - 1e-12), "{floor:?}");
        prop_assert!(
            floor.risk <= optimal.risk * (1.0 + 1e-9) + 1e-14 * task.signal(),
            "{floor:?} {optimal:?}"
        );
        prop_assert!((0.0..=1.0).contains(&optimal.kept_fraction));
    }
    Ok(())
}

/// Rows and one target of two values.
fn pool(x: &Array2<f64>, y: &[f64]) -> Pool {
    let y = Array2::from_shape_vec((y.len(), 1), y.to_vec()).unwrap();
    let features = Features::from_array("X", x.view()).unwrap();
    Pool::new(features, Targets::from_array("y", y.view()).unwrap(), &|_| true).unwrap()
}

/// Risks at a few n, with a fixed ridge, without one and with the best.
fn risks(x: &Array2<f64>, y: &[f64]) -> Vec<f64> {
    let rows = std::sync::Arc::new(Rows::new(&std::sync::Arc::new(pool(x, y))));
    let path = Path::raw(&rows).unwrap();
    let mut all = Vec::new();
    for n in [5.0, 17.0, 60.0, 400.0] {
        for choice in [
            RidgeChoice::Fixed(Ridge::new(0.1).unwrap()),
            RidgeChoice::Fixed(Ridge::ZERO),
            RidgeChoice::OptimalNonNegative,
        ] {
            let point = path.evaluate(n, choice, TaskChoice::Task(0), None).unwrap();
            all.push(point.risk);
            all.push(point.standard_error);
        }
    }
    all
}

/// Risks and their standard errors in turn. A tuned ridge is found to 2.6e-5 of its bracket; a standard error depends on it
/// to first order, a risk to second.
fn same(found: &[f64], want: &[f64], within: f64) -> Result<(), TestCaseError> {
    for (i, (found, want)) in found.iter().zip(want).enumerate() {
        let both = found.is_nan() == want.is_nan();
        let within = if i % 2 == 0 { within } else { 30.0 * within };
        prop_assert!(both && (want.is_nan() || close(*found, *want, within)), "{found} where {want} was");
    }
    Ok(())
}

/// Another order of rows, another scale and origin of features, a repeated column (equal to a column √2 times as long) and a
/// constant added to the target change nothing.
fn rows_say_the_same_however_they_are_told(
    seed: u64,
    count: usize,
    width: usize,
) -> Result<(), TestCaseError> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let decay = random.random_range(0.0..1.5_f64);
    let x = Array2::from_shape_fn((count, width), |(_, j)| {
        let uniform: f64 = random.random_range(-1.0..1.0);
        uniform * ((j + 1) as f64).powf(-decay)
    });
    let y: Vec<f64> =
        (0..count).map(|i| f64::from(x[(i, 0)] + 0.5 * random.random_range(-1.0..1.0) > 0.0)).collect();
    // Both values must occur.
    if y.iter().sum::<f64>() < 3.0 || y.iter().sum::<f64>() > count as f64 - 3.0 {
        return Ok(());
    }
    let want = risks(&x, &y);
    let mut order: Vec<usize> = (0..count).collect();
    order.shuffle(&mut random);
    let turned = Array2::from_shape_fn((count, width), |(i, j)| x[(order[i], j)]);
    same(&risks(&turned, &order.iter().map(|&i| y[i]).collect::<Vec<_>>()), &want, 1e-6)?;
    same(&risks(&x.mapv(|v| 1000.0 * v + 3.0), &y), &want, 1e-6)?;
    same(&risks(&x, &y.iter().map(|v| 5.0 - 2.0 * v).collect::<Vec<_>>()), &want, 1e-6)?;
    let twice = concatenate![Axis(1), x, x];
    let longer = x.mapv(|v| v * 2f64.sqrt());
    // p is in the unit of the ridge: twice the columns at 2λ are rows √2 times as long, whose unit is the original one.
    let (doubled, single) = (risks(&twice, &y), risks(&longer, &y));
    let ridgeless = |all: &[f64]| all.chunks(6).flat_map(|c| c[2..].to_vec()).collect::<Vec<f64>>();
    same(&ridgeless(&doubled), &ridgeless(&single), 1e-6)
}

fn all_of_it(cases: u32, rows: u32) {
    let config = |cases| ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() };
    let points = (atoms_of_extreme_spectra(), ratios(), noises(), ridges());
    TestRunner::new(config(cases))
        .run(&points, |(atoms, a, v, l)| {
            a_point_obeys_its_equations(&atoms, a, v, l)?;
            what_is_the_same_has_the_same_risk(&atoms, a, v, l)?;
            what_is_best_is_best(&atoms, a, v, l)
        })
        .unwrap_or_else(|failure| panic!("{failure}"));
    TestRunner::new(config(rows))
        .run(&(any::<u64>(), 20..90usize, 1..60usize), |(seed, count, width)| {
            rows_say_the_same_however_they_are_told(seed, count, width)
        })
        .unwrap_or_else(|failure| panic!("{failure}"));
}

#[test]
fn extreme_spectra_and_rows() {
    all_of_it(400, 24);
}

/// Runs for `RISKSCOPE_MINUTES` (default 1).
#[test]
#[ignore = "runs for RISKSCOPE_MINUTES"]
fn extreme_spectra_and_rows_for_minutes() {
    let rounds = long::rounds(|_| all_of_it(4000, 100));
    println!("{rounds} rounds of 4000 spectra and 100 sets of rows");
}
