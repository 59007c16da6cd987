//! Real rows: time from a file to the first curve and to later curves (THEORY 9.2), and the peak memory
//! (column `max alloc`; a number has 8 bytes). `benches/against_numpy.py` times larger files with the
//! release binary.

use std::path::PathBuf;
use std::sync::Arc;

use ndarray::Array2;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};
use riskscope::data::path::{Path, Rows};
use riskscope::data::{Pool, Reading, TaskChoice};
use riskscope::theory::{Ridge, RidgeChoice};

#[global_allocator]
static MEMORY: divan::AllocProfiler = divan::AllocProfiler::system();

fn main() {
    divan::main();
}

/// float32 rows of `classes` classes whose means lie along a power-law spectrum, and their labels, in a folder.
fn files(rows: usize, columns: usize, classes: usize) -> (tempfile::TempDir, PathBuf, PathBuf) {
    let mut random = ChaCha8Rng::seed_from_u64(1);
    let mut normal = || -> f32 { StandardNormal.sample(&mut random) };
    let spread = |j: usize| (j as f32 + 1.0).powf(-0.5);
    let means = Array2::from_shape_fn((classes, columns), |(_, j)| 0.7 * spread(j) * normal());
    let features =
        Array2::from_shape_fn((rows, columns), |(i, j)| means[(i % classes, j)] + spread(j) * normal());
    let labels: String = (0..rows).map(|i| format!("class{:02}\n", i % classes)).collect();
    let folder = tempfile::tempdir().expect("a folder");
    let (x, y) = (folder.path().join("x.npy"), folder.path().join("y.txt"));
    ndarray_npy::write_npy(&x, &features).expect("features");
    std::fs::write(&y, labels).expect("labels");
    (folder, x, y)
}

fn curve(path: &Path, ridge: &str) -> Vec<f64> {
    let fixed = |ridge| RidgeChoice::Fixed(Ridge::new(ridge).expect("a ridge"));
    let choice = ridge.parse().map_or(RidgeChoice::OptimalNonNegative, fixed);
    let mut guess = None;
    let risk = |n: i32| {
        let point = path.evaluate(f64::from(n), choice, TaskChoice::Task(3), guess).ok()?;
        // Each point starts from the solution at its neighbour.
        guess = Some(point.at.pool_ridge).filter(|ridge| ridge.is_finite());
        Some(point.risk)
    };
    (1..=400).map(|i| 50 * i).map(risk).map(|risk| risk.unwrap_or(f64::NAN)).collect()
}

/// Measures the wait for the first screen of 20 000×768 float32 features with 16 classes: both files read, the
/// rows decomposed, the leave-one-out path prepared, and a curve of 400 points.
#[divan::bench(sample_count = 3)]
fn file_to_first_curve(bencher: divan::Bencher) {
    let (_folder, x, y) = files(20_000, 768, 16);
    bencher.bench_local(|| {
        let pool = Pool::load(&x, &y, Reading::Auto, &|_| true).expect("a pool");
        let rows = Arc::new(Rows::new(&Arc::new(pool)));
        let path = Path::raw(&rows).expect("a path").prepared(&|| false).expect("a path");
        curve(&path, "optimal")
    });
}

/// Measures each later curve: its time depends on the number of directions, not of rows.
#[divan::bench(args = ["0", "0.01", "optimal"])]
fn next_curve(bencher: divan::Bencher, ridge: &str) {
    let (_folder, x, y) = files(3000, 768, 16);
    let pool = Pool::load(&x, &y, Reading::Auto, &|_| true).expect("a pool");
    let rows = Arc::new(Rows::new(&Arc::new(pool)));
    let path = Path::raw(&rows).expect("a path").prepared(&|| false).expect("a path");
    bencher.bench_local(|| curve(&path, ridge));
}
