//! The figures that the theory is designed for: p = 1000 distinct eigenvalues, 400 sample ratios.

use std::sync::Arc;

use divan::{Bencher, black_box};
use riskscope::theory::sweep::{self, Spacing};
use riskscope::theory::{
    NoiseVariance, Representation, Ridge, RidgeChoice, SoftTable, Spectrum, TaskSpectrum, divergence, phase,
    transition,
};

fn main() {
    divan::main();
}

fn energies(p: u32) -> Vec<f64> {
    let powers: Vec<f64> = (1..=p).map(|j| f64::from(j).powf(-1.0)).collect();
    let mean = powers.iter().sum::<f64>() / f64::from(p);
    powers.into_iter().map(|t| t / mean).collect()
}

fn spectrum(p: u32) -> Spectrum {
    Spectrum::uniform(&energies(p).into_iter().map(|t| (t, t)).collect::<Vec<_>>()).unwrap()
}

fn noise() -> NoiseVariance {
    NoiseVariance::new(0.1).unwrap()
}

const CHOICES: [&str; 4] = ["0", "0.1", "-0.001", "optimal"];

fn choice(name: &str) -> RidgeChoice {
    name.parse().map_or(RidgeChoice::Optimal, |l| RidgeChoice::Fixed(Ridge::new(l).unwrap()))
}

#[divan::bench(args = CHOICES)]
fn curve(bencher: Bencher, ridge: &str) {
    let s = spectrum(1000);
    let ratios = sweep::grid(0.01, 2.0, 400, Spacing::Linear).unwrap();
    bencher.bench(|| sweep::curve(black_box(&s), &ratios, choice(ridge), noise(), &|| false));
}

#[divan::bench(args = ["0", "0.1", "-0.001"])]
fn divergences(bencher: Bencher, ridge: &str) {
    let s = spectrum(1000);
    bencher.bench(|| divergence::divergences(black_box(&s), choice(ridge), noise(), 0.01, 2.0));
}

#[divan::bench(args = ["soft", "hard", "optimal"])]
fn selection(bencher: Bencher, kind: &str) {
    let task = TaskSpectrum::uniform(&energies(1000)).unwrap();
    let representation = match kind {
        "soft" => Representation::Soft(task),
        "hard" => Representation::Hard(task),
        _ => Representation::Optimal(task),
    };
    let ratios = sweep::grid(0.01, 2.0, 400, Spacing::Linear).unwrap();
    bencher.bench(|| black_box(&representation).curve(&ratios, choice("0"), noise(), &|| false));
}

#[divan::bench]
fn plane(bencher: Bencher) {
    let columns = sweep::grid(0.01, 2.0, 100, Spacing::Linear).unwrap();
    let noises: Vec<_> = (0..100).map(|i| NoiseVariance::new(1e-3 * 1.1_f64.powi(i)).unwrap()).collect();
    bencher.bench(|| {
        let table = Arc::new(SoftTable::new(TaskSpectrum::uniform(&energies(1000)).unwrap()));
        phase::over_noise(black_box(&table), &columns, &noises, &|| false)
    });
}

#[divan::bench]
fn transitions(bencher: Bencher) {
    let task = TaskSpectrum::uniform(&energies(1000)).unwrap();
    bencher.bench(|| {
        let table = SoftTable::new(black_box(&task).clone());
        transition::transitions(&table, noise(), 0.01, 2.0, &|| false)
    });
}

/// Cost linear in p.
#[divan::bench]
fn large(bencher: Bencher) {
    let s = spectrum(100_000);
    let ratios = sweep::grid(0.01, 2.0, 400, Spacing::Linear).unwrap();
    bencher.bench(|| sweep::curve(black_box(&s), &ratios, choice("0"), noise(), &|| false));
}
