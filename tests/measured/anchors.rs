//! Curves corrected by fits on drawn rows, compared with plain fits on other rows (section 9.4a).

use std::path::Path;

use faer::Mat;
use rand::SeedableRng;
use rand::seq::index;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};
use riskscope::evidence::Logistic;
use riskscope::scenario::{Metric, Model, RiskPoint, Scenario};
use riskscope::theory::SampleRatio;

use super::array;

/// Rows of `classes` classes with means of length `far` along half of the `columns`.
fn classes(rows: usize, columns: usize, classes: usize, far: f64, seed: u64) -> (Mat<f64>, Vec<usize>) {
    let mut means = ChaCha8Rng::seed_from_u64(7);
    let scale = far / (columns as f64 / 2.0).sqrt();
    let means = Mat::from_fn(classes, columns, |_, j| {
        let drawn: f64 = StandardNormal.sample(&mut means);
        if j % 2 == 0 { scale * drawn } else { 0.0 }
    });
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let x = Mat::from_fn(rows, columns, |i, j| {
        let drawn: f64 = StandardNormal.sample(&mut random);
        means[(i % classes, j)] + drawn
    });
    (x, (0..rows).map(|i| i % classes).collect())
}

fn model(x: &Mat<f64>, labels: &[usize], settings: &[(&str, &str)]) -> (Model, tempfile::TempDir) {
    let room = tempfile::tempdir().unwrap();
    let (features, targets) = (room.path().join("x.npy"), room.path().join("y.txt"));
    ndarray_npy::write_npy(&features, &array(x.as_ref())).unwrap();
    let lines: String = labels.iter().map(|class| format!("class{class:02}\n")).collect();
    std::fs::write(&targets, lines).unwrap();
    (of_files(&features, &targets, settings), room)
}

fn of_files(features: &Path, targets: &Path, settings: &[(&str, &str)]) -> Model {
    let mut scenario = Scenario::measured(features, targets);
    for (key, value) in settings {
        scenario.set(key, value).unwrap();
    }
    Model::new(&scenario, None, &|| false).unwrap()
}

fn at(model: &Model, samples: f64) -> RiskPoint {
    let curve = model.risk_curve(&model.scenario().featurization).unwrap();
    let ratio = SampleRatio::new(samples / model.dimension() as f64).unwrap();
    curve.evaluate(ratio, model.ridge(), model.noise()).unwrap()
}

fn anchor(model: &Model) -> Vec<String> {
    let curve = model.risk_curve(&model.scenario().featurization).unwrap();
    curve.anchor(model.ridge(), &|| false).unwrap();
    curve.notes(model.ridge())
}

/// Accuracy on the other rows of one-vs-rest ridge regression with an intercept on n of many rows.
fn accuracy_of_fits(x: &Mat<f64>, labels: &[usize], count: usize, samples: usize, ridge: f64) -> f64 {
    let (draws, mut total) = (6, 0.0);
    for draw in 0..draws {
        let mut random = ChaCha8Rng::seed_from_u64(draw);
        let rows = index::sample(&mut random, labels.len(), samples).into_vec();
        let k = x.ncols();
        let means: Vec<f64> =
            (0..k).map(|j| rows.iter().map(|&i| x[(i, j)]).sum::<f64>() / samples as f64).collect();
        let drawn = Mat::from_fn(samples, k, |i, j| x[(rows[i], j)] - means[j]);
        let shares: Vec<f64> = (0..count)
            .map(|c| rows.iter().filter(|&&i| labels[i] == c).count() as f64 / samples as f64)
            .collect();
        let wanted =
            Mat::from_fn(samples, count, |i, c| f64::from(u8::from(labels[rows[i]] == c)) - shares[c]);
        let svd = drawn.thin_svd().unwrap();
        let mut along = svd.U().transpose() * wanted;
        for i in 0..along.nrows() {
            let length = svd.S()[i];
            let factor = length / (length * length + samples as f64 * ridge);
            (0..count).for_each(|c| along[(i, c)] *= factor);
        }
        let beta = svd.V() * along;
        let tested: Vec<usize> = (0..labels.len()).filter(|i| !rows.contains(i)).take(3000).collect();
        let rest = Mat::from_fn(tested.len(), k, |i, j| x[(tested[i], j)] - means[j]);
        let scores = rest * beta;
        let right = tested.iter().enumerate().filter(|(at, row)| {
            let score = |c: usize| scores[(*at, c)] + shares[c];
            (0..count).all(|c| c == labels[**row] || score(c) < score(labels[**row]))
        });
        total += right.count() as f64 / tested.len() as f64;
    }
    total / draws as f64
}

/// Two labels of each of 50 classes: the formula alone overestimates by far.
#[test]
fn accuracy_with_few_labels_of_many_classes_matches_fits() {
    let (x, labels) = classes(1200, 60, 50, 4.0, 1);
    let (model, _room) = model(&x, &labels, &[("ridge", "0.3")]);
    anchor(&model);
    let (fresh, of_fresh) = classes(4000, 60, 50, 4.0, 2);
    // A ridge is in units of the features' mean eigenvalue.
    let unit = model.pool().unwrap().eigenvalues().iter().sum::<f64>() / 60.0;
    let mut formula = 0.0_f64;
    for samples in [60, 100, 300, 900] {
        let want = accuracy_of_fits(&fresh, &of_fresh, 50, samples, 0.3 * unit);
        let shown = at(&model, samples as f64).shown.unwrap();
        let estimated = shown.scores.at(Metric::Accuracy).unwrap().value;
        println!(
            "n = {samples}: estimated {estimated:.3}, fits {want:.3}, formula {:.3}",
            shown.path.scores.at(Metric::Accuracy).unwrap().value
        );
        assert!((estimated - want).abs() < 0.03, "n = {samples}: {estimated} for {want}");
        assert!(shown.anchored && shown.spread.is_some(), "{shown:?}");
        formula = formula.max((shown.path.scores.at(Metric::Accuracy).unwrap().value - want).abs());
    }
    assert!(formula > 0.05, "the formula alone is {formula} off at most");
}

/// Two balanced classes without signal: the accuracy is 1/2, below N rows and beyond.
#[test]
fn without_signal_the_accuracy_is_one_half() {
    let (x, _) = classes(200, 20, 2, 0.0, 3);
    let mut random = ChaCha8Rng::seed_from_u64(5);
    let coins: Vec<usize> = (0..200)
        .map(|_| {
            usize::from(<StandardNormal as Distribution<f64>>::sample(&StandardNormal, &mut random) > 0.0)
        })
        .collect();
    let (model, _room) = model(&x, &coins, &[("ridge", "optimal-nonnegative")]);
    anchor(&model);
    for samples in [20.0, 80.0, 150.0] {
        let accuracy = at(&model, samples).shown.unwrap().scores.at(Metric::Accuracy).unwrap();
        assert!((accuracy.value - 0.5).abs() < 0.08, "n = {samples}: {accuracy:?}");
    }
}

/// Where the path agrees with the fits the risk is unchanged, and the path's value is reported beside it.
#[test]
fn gaussian_rows_are_not_corrected_and_draws_are_deterministic() {
    let (x, labels) = classes(400, 30, 3, 2.0, 4);
    let (model, _room) = model(&x, &labels, &[("ridge", "0.1")]);
    let before = at(&model, 100.0);
    assert!(!before.shown.unwrap().anchored && before.shown.unwrap().spread.is_none());
    assert!(anchor(&model).is_empty(), "{:?}", anchor(&model));
    let after = at(&model, 100.0);
    assert_eq!(before.risk, after.risk);
    assert_eq!(before.shown.unwrap().path, after.shown.unwrap().path);
    let spread = after.shown.unwrap().spread.unwrap();
    assert!((0.005..0.2).contains(&spread), "{spread}");
    // The number of threads makes no difference.
    let again = model_of(&model);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    pool.install(|| anchor(&again));
    assert_eq!(at(&again, 100.0), after);
    // An interrupted run keeps no results.
    let third = model_of(&model);
    let curve = third.risk_curve(&third.scenario().featurization).unwrap();
    assert!(curve.anchor(third.ridge(), &|| true).is_err());
    assert!(!curve.is_anchored(third.ridge()));
}

fn model_of(model: &Model) -> Model {
    Model::new(model.scenario(), None, &|| false).unwrap()
}

/// Smooth functions of one variable without a ridge: fits have a risk of 1e6 and more where the path has 3.
#[test]
fn diverging_fits_raise_the_estimate() {
    let mut random = ChaCha8Rng::seed_from_u64(9);
    let mut normal = || -> f64 { StandardNormal.sample(&mut random) };
    let weights: Vec<(f64, f64)> = (0..60).map(|_| (normal(), normal())).collect();
    let rows: Vec<f64> = (0..600).map(|_| normal()).collect();
    let x = Mat::from_fn(600, 60, |i, j| (weights[j].0 * rows[i] + weights[j].1).tanh());
    let y = Mat::from_fn(600, 1, |i, _| (2.0 * rows[i]).sin() + 0.3 * normal());
    let room = tempfile::tempdir().unwrap();
    let (features, targets) = (room.path().join("x.npy"), room.path().join("y.npy"));
    ndarray_npy::write_npy(&features, &array(x.as_ref())).unwrap();
    ndarray_npy::write_npy(&targets, &array(y.as_ref())).unwrap();
    let model = of_files(&features, &targets, &[("ridge", "0")]);
    let notes = anchor(&model);
    for samples in [20.0, 50.0] {
        let point = at(&model, samples);
        let estimated = point.risk.map(|r| r.risk);
        assert!(estimated.is_none_or(|risk| risk > 1e3), "n = {samples}: {estimated:?}");
    }
    assert!(notes.iter().any(|note| note.contains("leave-one-out path")), "{notes:?}");
}

/// Draws for all tasks together equal those of one task alone.
#[test]
fn draws_of_a_task_do_not_depend_on_other_tasks() {
    let (x, labels) = classes(300, 12, 3, 2.0, 6);
    let (all, _room) = model(&x, &labels, &[("ridge", "optimal-nonnegative")]);
    let single = |model: &Model| {
        let mut scenario = model.scenario().clone();
        scenario.set("data.task", "class01").unwrap();
        scenario
    };
    let curve = all.risk_curve(&all.scenario().featurization).unwrap();
    curve.anchor_tasks(all.ridge(), &|| false).unwrap();
    let with_others = Model::new(&single(&all), Some(&all), &|| false).unwrap();
    let alone = Model::new(&single(&all), None, &|| false).unwrap();
    anchor(&alone);
    for samples in [20.0, 100.0, 200.0] {
        let point = at(&with_others, samples);
        assert!(point.shown.unwrap().spread.is_some());
        assert_eq!(point, at(&alone, samples), "n = {samples}");
    }
}

/// The standardised featurization of columns in any unit equals raw features of a file with standardised columns.
#[test]
fn standardised_columns_equal_a_standardised_file() {
    let (x, labels) = classes(200, 10, 2, 2.0, 8);
    let units = Mat::from_fn(200, 10, |i, j| x[(i, j)] * 10f64.powi(j as i32 % 5 - 2) + j as f64);
    let scaled = Mat::from_fn(200, 10, |i, j| {
        let mean = x.col(j).iter().sum::<f64>() / 200.0;
        let variance = x.col(j).iter().map(|v| (v - mean).powi(2)).sum::<f64>() / 200.0;
        (x[(i, j)] - mean) / variance.sqrt()
    });
    let settings = [("ridge", "0.1"), ("featurization.kind", "standardised")];
    let (standardised, _first) = model(&units, &labels, &settings);
    let (raw, _second) = model(&scaled, &labels, &settings[..1]);
    for samples in [15.0, 100.0, 400.0] {
        let (a, b) = (at(&standardised, samples), at(&raw, samples));
        let (found, want) = (a.risk.unwrap().risk, b.risk.unwrap().risk);
        assert!((found / want - 1.0).abs() < 1e-9, "n = {samples}: {found} {want}");
        let (found, want) = (a.shown.unwrap().alpha.unwrap(), b.shown.unwrap().alpha.unwrap());
        assert!((found / want - 1.0).abs() < 1e-9, "alpha at n = {samples}: {found} {want}");
    }
}

/// C of a logistic fit refers to the fitted columns: for the standardised featurization to standardised columns; for
/// columns 10 times as long it is a hundredth.
#[test]
fn c_of_a_logistic_fit_refers_to_the_fitted_columns() {
    let (x, labels) = classes(120, 6, 2, 2.0, 8);
    let units = Mat::from_fn(120, 6, |i, j| x[(i, j)] * 10f64.powi(j as i32 % 5 - 2) + j as f64);
    let scaled = Mat::from_fn(120, 6, |i, j| {
        let mean = x.col(j).iter().sum::<f64>() / 120.0;
        let variance = x.col(j).iter().map(|v| (v - mean).powi(2)).sum::<f64>() / 120.0;
        (x[(i, j)] - mean) / variance.sqrt()
    });
    let longer = Mat::from_fn(120, 6, |i, j| 10.0 * scaled[(i, j)]);
    let strength = |x: &Mat<f64>, settings: &[(&str, &str)]| {
        let (model, _room) = model(x, &labels, settings);
        let mut probe = Logistic::new(&model, 40, 1).unwrap();
        probe.run(4, &mut |_| (), &|| false).unwrap();
        probe.strength()
    };
    let of_file = strength(&scaled, &[("ridge", "0.1")]).unwrap();
    let standardised = strength(&units, &[("ridge", "0.1"), ("featurization.kind", "standardised")]).unwrap();
    assert!((standardised / of_file - 1.0).abs() < 1e-9, "{standardised} {of_file}");
    // Columns of variance 1 (with divisor N): one of the values tried, 10^k, up to N/(N − 1).
    assert!((of_file.log10() - of_file.log10().round()).abs() < 0.01, "{of_file}");
    let of_longer = strength(&longer, &[("ridge", "0.1")]).unwrap();
    assert!((100.0 * of_longer / of_file - 1.0).abs() < 1e-9, "{of_longer} {of_file}");
    assert_eq!(strength(&units, &[("ridge", "0.1"), ("featurization.kind", "whitened")]), None);
}
