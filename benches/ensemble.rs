//! The ensemble of measured tasks: each class held out in turn, then the best shrinkage for one number of labels (THEORY 9.8).
//! Measures what `eval` and `fit` compute for the mean over tasks, without reading the files.

use ndarray::Array2;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};
use riskscope::data::{Ensemble, Features, Grid, Pool, load_targets};

fn main() {
    divan::main();
}

/// Rows of `classes` classes whose means lie along a power-law spectrum.
fn pool(rows: usize, columns: usize, classes: usize) -> Pool {
    let mut random = ChaCha8Rng::seed_from_u64(1);
    let mut normal = |scale: f64| -> f64 {
        scale * <StandardNormal as Distribution<f64>>::sample(&StandardNormal, &mut random)
    };
    let spread = |j: usize| (j as f64 + 1.0).powf(-0.5);
    let means = Array2::from_shape_fn((classes, columns), |(_, j)| normal(0.7 * spread(j)));
    let features =
        Array2::from_shape_fn((rows, columns), |(i, j)| means[(i % classes, j)] + normal(spread(j)));
    let file = tempfile::Builder::new().suffix(".txt").tempfile().expect("a file");
    let labels: String = (0..rows).map(|i| format!("class{:02}\n", i % classes)).collect();
    std::fs::write(file.path(), labels).expect("labels");
    let features = Features::from_array("X", features.view()).expect("features");
    let targets = load_targets(file.path(), rows, Default::default()).expect("targets");
    Pool::new(features, targets, &|_| true).expect("a pool")
}

#[divan::bench(sample_count = 5, args = [(6000, 384, 16), (20_000, 768, 8)])]
fn left_out_and_chosen(bencher: divan::Bencher, (rows, columns, classes): (usize, usize, usize)) {
    let pool = pool(rows, columns, classes);
    bencher.bench_local(|| {
        let ensemble = Ensemble::new(&pool, &Grid::default(), &|_| true).expect("an ensemble");
        ensemble.best(columns as f64).expect("a choice").left_out_risk
    });
}
