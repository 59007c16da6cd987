//! Standard errors of AUC and of metrics of the predicted class, and the spread of the risk of one draw, against the
//! variation between simulated samples.

use std::sync::Arc;

use nalgebra::{DMatrix, DVector};
use ndarray::{Array2, Axis};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::StandardNormal;
use riskscope::data::path::{MetricEstimate, Path, Rows};
use riskscope::data::{Metric, Pool, Reading, TaskChoice};
use riskscope::scenario::{Model, Scenario};
use riskscope::theory::{Ridge, RidgeChoice, SampleRatio};

use super::folder::Folder;

const COLUMNS: usize = 30;

/// Gaussian rows, of class "b" in the first `rare` rows, else "a". The classes differ by `distance` standard deviations
/// in each of the first ten columns; rows of a group share half of their variance.
fn classes(rows: usize, rare: usize, distance: f64, group: usize, seed: u64) -> Arc<Pool> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut normal = || -> f64 { random.sample(StandardNormal) };
    let shared = Array2::from_shape_fn((rows.div_ceil(group), COLUMNS), |_| normal());
    let features = Array2::from_shape_fn((rows, COLUMNS), |(i, j)| {
        let of_class = if i < rare && j < 10 { distance } else { 0.0 };
        let of_group = if group > 1 { shared[(i / group, j)] } else { 0.0 };
        (normal() + of_class + of_group) / (1.0 + j as f64).sqrt()
    });
    let room = Folder::new();
    let path = room.path("x.npy");
    ndarray_npy::write_npy(&path, &features).unwrap();
    let labels: String = (0..rows).map(|i| if i < rare { "b\n" } else { "a\n" }).collect();
    let pool = Pool::load(&path, &room.file("y.txt", labels), Reading::Auto, &|_| true).unwrap();
    if group == 1 {
        return Arc::new(pool);
    }
    let groups: Vec<Option<String>> = (0..rows).map(|i| Some((i / group).to_string())).collect();
    Arc::new(pool.grouped("groups", &groups).unwrap())
}

/// Means of the estimated standard error, and of that for given fits, in units of the standard deviation of the metric
/// over 80 samples.
fn ratios(
    sample: &dyn Fn(u64) -> Arc<Pool>,
    metric: &dyn Fn(&Path, usize) -> Option<MetricEstimate>,
) -> (f64, f64) {
    let found: Vec<MetricEstimate> = (0..80)
        .map(|seed| {
            let pool = sample(seed);
            let path = Path::raw(&Arc::new(Rows::new(&pool))).unwrap();
            let task = pool.tasks().iter().position(|task| task.name == "b").unwrap();
            metric(&path, task).unwrap()
        })
        .collect();
    let mean = |of: &dyn Fn(&MetricEstimate) -> f64| found.iter().map(of).sum::<f64>() / 80.0;
    let value = mean(&|estimate| estimate.value);
    let deviation = mean(&|estimate| (estimate.value - value).powi(2)).sqrt();
    (
        mean(&MetricEstimate::standard_error) / deviation,
        mean(&MetricEstimate::error_of_given_fits) / deviation,
    )
}

fn auc(path: &Path, task: usize) -> Option<MetricEstimate> {
    let ridge = RidgeChoice::Fixed(Ridge::new(0.1).unwrap());
    let point = path.evaluate(path.rows().pool().rows() as f64, ridge, TaskChoice::Task(task), None).unwrap();
    path.auc(&point, TaskChoice::Task(task))
}

fn balanced_accuracy(path: &Path, _: usize) -> Option<MetricEstimate> {
    let ridge = RidgeChoice::Fixed(Ridge::new(0.1).unwrap());
    let point = path.evaluate(path.rows().pool().rows() as f64, ridge, TaskChoice::Mean, None).unwrap();
    path.classified(&point).get(Metric::BalancedAccuracy).cloned()
}

/// A row that trains the fits of other rows moves all of their scores: with six rows of a class the spread of their own
/// scores is little more than half of the error.
#[test]
fn errors_of_scores_include_the_rows_that_train() {
    for (name, sample, metric, given) in [
        ("6 of 100 rows", &(|seed| classes(100, 6, 0.5, 1, seed)) as &dyn Fn(u64) -> Arc<Pool>, true, 0.75),
        ("nothing to learn", &|seed| classes(100, 50, 0.0, 1, seed), true, 0.8),
        ("10 groups", &|seed| classes(100, 50, 0.0, 10, seed), true, 0.8),
        ("accuracy, nothing to learn", &|seed| classes(100, 50, 0.0, 1, seed), false, 0.9),
        ("accuracy, two classes", &|seed| classes(100, 40, 0.5, 1, seed), false, 1.2),
    ] {
        let (told, alone) = ratios(sample, if metric { &auc } else { &balanced_accuracy });
        assert!((0.75..1.35).contains(&told), "{name}: {told}");
        assert!(alone < given && alone < told, "{name}: {alone} of fits taken as given, {told}");
    }
}

/// Classes that no row confuses: the error of an area or a share of 1 is that of the next row to come.
#[test]
fn a_metric_at_its_end_has_an_error() {
    let pool = classes(100, 50, 9.0, 1, 1);
    let path = Path::raw(&Arc::new(Rows::new(&pool))).unwrap();
    let (area, share) = (auc(&path, 0).unwrap(), balanced_accuracy(&path, 0).unwrap());
    assert!(area.value > 0.999 && share.value == 1.0, "{} {}", area.value, share.value);
    assert_eq!((area.error_of_given_fits(), share.error_of_given_fits()), (0.0, 0.0));
    // (N + 1)/(N + 2) of 100 rows has the standard error 0.00985.
    assert!((share.standard_error() - 0.00985).abs() < 1e-4, "{}", share.standard_error());
    assert!((0.002..0.02).contains(&area.standard_error()), "{}", area.standard_error());
}

/// Coefficients and intercept of Ridge(alpha).
fn fitted(features: &Array2<f64>, targets: &[f64], alpha: f64) -> (DVector<f64>, f64) {
    let mean = features.mean_axis(Axis(0)).unwrap();
    let shift = targets.iter().sum::<f64>() / targets.len() as f64;
    let x = DMatrix::from_fn(targets.len(), COLUMNS, |i, j| features[(i, j)] - mean[j]);
    let y = DVector::from_fn(targets.len(), |i, _| targets[i] - shift);
    let gram = x.transpose() * &x + DMatrix::identity(COLUMNS, COLUMNS) * alpha;
    let weights = gram.cholesky().unwrap().solve(&(x.transpose() * y));
    let offset = shift - mean.iter().zip(weights.iter()).map(|(m, b)| m * b).sum::<f64>();
    (weights, offset)
}

/// The standard deviation of the risk from one draw of n rows to the next, against fits to new rows. Tested on the 20 to
/// 60 rows that are not drawn, risks vary three times as much.
#[test]
fn the_spread_of_one_draw_equals_that_of_fits_to_new_rows() {
    let sample = |rows: usize, random: &mut ChaCha8Rng| {
        let mut normal = || -> f64 { random.sample(StandardNormal) };
        let features = Array2::from_shape_fn((rows, COLUMNS), |(_, j)| normal() / (1.0 + j as f64).sqrt());
        let targets: Vec<f64> =
            features.rows().into_iter().map(|row| 0.5 * row.sum() + 0.7 * normal()).collect();
        (features, targets)
    };
    let mut random = ChaCha8Rng::seed_from_u64(5);
    let ridge = 0.25;
    let (tests, wanted) = sample(2000, &mut random);
    let variance = |y: &[f64]| {
        let mean = y.iter().sum::<f64>() / y.len() as f64;
        y.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / y.len() as f64
    };
    let unit = (0..COLUMNS).map(|j| 1.0 / (1.0 + j as f64)).sum::<f64>() / COLUMNS as f64;
    for samples in [40, 80] {
        let risks: Vec<f64> = (0..120)
            .map(|_| {
                let (features, targets) = sample(samples, &mut random);
                let (weights, offset) = fitted(&features, &targets, ridge * unit * samples as f64);
                let errors = tests.rows().into_iter().zip(&wanted).map(|(row, want)| {
                    let found: f64 = row.iter().zip(weights.iter()).map(|(x, b)| x * b).sum();
                    (found + offset - want).powi(2)
                });
                errors.sum::<f64>() / 2000.0 / variance(&wanted)
            })
            .collect();
        let met = variance(&risks).sqrt();
        let mut told = 0.0;
        for _ in 0..6 {
            let (features, targets) = sample(100, &mut random);
            let room = Folder::new();
            ndarray_npy::write_npy(room.path("x.npy"), &features).unwrap();
            let text: String = targets.iter().map(|y| format!("{y}\n")).collect();
            let (x, y) = (room.path("x.npy"), room.file("y.csv", text));
            let mut scenario = Scenario::measured(&x, &y);
            scenario.set("ridge", &ridge.to_string()).unwrap();
            let model = Model::new(&scenario, None, &|| false).unwrap();
            let curve = model.risk_curve(&scenario.featurization).unwrap();
            curve.anchor(model.ridge(), &|| false).unwrap();
            let ratio = SampleRatio::new(samples as f64 / COLUMNS as f64).unwrap();
            let point = curve.evaluate(ratio, model.ridge(), model.noise()).unwrap();
            told += point.shown.unwrap().spread.unwrap() / 6.0;
        }
        assert!((0.6..1.6).contains(&(told / met)), "n = {samples}: {told} for {met}");
    }
}
