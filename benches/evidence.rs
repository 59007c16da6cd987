//! Monte Carlo (THEORY 8), the main cost of `simulate` and of the points on the dashboard.

use divan::Bencher;
use riskscope::evidence::{Covariates, MonteCarlo};
use riskscope::scenario::{Model, Scenario};

fn main() {
    divan::main();
}

fn model(settings: &[(&str, &str)]) -> Model {
    let mut scenario = Scenario::default();
    for (key, value) in settings {
        scenario.set(key, value).expect("a setting");
    }
    Model::new(&scenario, None, &|| false).expect("a model")
}

fn measure(model: &Model, samples: usize, draws: usize) -> f64 {
    let mut run = MonteCarlo::new(model, samples, 1, Covariates::Gaussian).expect("a run");
    run.run(draws, &mut |_| {}, &|| false).expect("draws");
    run.statistics().mean
}

/// Measures `simulate` over a curve: p = 200, 24 sample ratios from 0.05 to 2, 50 draws each. `benches/against_numpy.py`
/// times numpy on these fits.
#[divan::bench(sample_count = 10)]
fn points_of_a_curve(bencher: Bencher) {
    let model = model(&[("dimension", "200")]);
    bencher.bench_local(|| (0..24).map(|i| measure(&model, 10 + 390 * i / 23, 50)).sum::<f64>());
}

/// Measures `simulate --draws 100000` at p = 2, where a draw has almost no arithmetic.
#[divan::bench(sample_count = 5)]
fn many_small_draws(bencher: Bencher) {
    let model = model(&[("dimension", "2")]);
    bencher.bench_local(|| measure(&model, 4, 100_000));
}
