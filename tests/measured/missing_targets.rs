//! Targets with missing values: a gap leaves out the pair of row and target. The mean over tasks averages the risks of the
//! tasks on their rows, and its standard error includes the rows that tasks share.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use nalgebra::{DMatrix, DVector};
use ndarray::Array2;
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::StandardNormal;
use riskscope::data::{Features, Pool, Targets, load_features};
use riskscope::evidence::{Covariates, Run};
use riskscope::scenario::{Metric, Model, RiskPoint, Scenario};
use riskscope::theory::SampleRatio;

use super::command::riskscope;

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/files/writers").join(name)
}

fn scenario(targets: &str, settings: &[(&str, &str)]) -> Scenario {
    let mut scenario = Scenario::measured(file("X.npy"), file(targets));
    for (key, value) in settings {
        scenario.set(key, value).unwrap();
    }
    scenario
}

fn model(targets: &str, settings: &[(&str, &str)]) -> Model {
    Model::new(&scenario(targets, settings), None, &|| false).unwrap()
}

fn point(model: &Model, samples: f64) -> RiskPoint {
    let ratio = SampleRatio::new(samples / model.dimension() as f64).unwrap();
    let curve = model.risk_curve(&model.scenario().featurization).unwrap();
    curve.evaluate(ratio, model.ridge(), model.noise()).unwrap()
}

const TASKS: [&str; 6] = ["atelectasis", "edema", "mass", "hernia", "rare", "effusion"];

fn near(a: f64, b: f64) {
    assert!((a - b).abs() < 1e-9 * b.abs().max(1e-9), "{a} {b}");
}

#[test]
fn the_mean_averages_tasks_on_their_rows() {
    for (ridge, kind) in [("0.3", "raw"), ("optimal-nonnegative", "raw"), ("0.1", "whitened"), ("0", "pca")] {
        let settings = [("ridge", ridge), ("featurization.kind", kind)];
        let mean = model("ml_nan.csv", &settings);
        let of = |task: &&str| model("ml_nan.csv", &[&settings[..], &[("data.task", task)]].concat());
        let tasks: Vec<Model> = TASKS.iter().map(of).collect();
        assert_eq!(mean.pool().unwrap().task_rows(), (313, 328));
        let rows: Vec<usize> = tasks.iter().map(|task| task.pool().unwrap().rows()).collect();
        assert_eq!((rows.iter().min(), rows.iter().max()), (Some(&313), Some(&328)));
        // The tasks of the joint model equal those of files read for one task.
        for (task, name) in tasks.iter().zip(TASKS) {
            let data = [&settings[..], &[("data.task", name)]].concat();
            let again = Model::new(&scenario("ml_nan.csv", &data), Some(&mean), &|| false).unwrap();
            near(point(&again, 100.0).risk.unwrap().risk, point(task, 100.0).risk.unwrap().risk);
        }
        for samples in [30.0, 100.0, 300.0] {
            let found = point(&mean, samples);
            let each: Vec<RiskPoint> = tasks.iter().map(|task| point(task, samples)).collect();
            let average =
                |of: &dyn Fn(&RiskPoint) -> f64| each.iter().map(of).sum::<f64>() / each.len() as f64;
            let (risk, shown) = (found.risk.unwrap(), found.shown.unwrap());
            near(risk.risk, average(&|p| p.risk.unwrap().risk));
            near(risk.bias + risk.variance_x + risk.variance_x_noise + risk.noise, risk.risk);
            let auc = |p: &RiskPoint| p.shown.unwrap().scores.at(Metric::Auc).unwrap().value;
            near(auc(&found), average(&auc));
            assert_eq!((shown.scores.at(Metric::Accuracy), shown.spread, shown.alpha), (None, None, None));
            let same = each.iter().all(|p| p.risk.unwrap().ridge == each[0].risk.unwrap().ridge);
            assert_eq!(risk.ridge.is_nan(), !same, "one ridge where all tasks have it");
        }
    }
}

/// Fits of each task to 100 of its rows by the normal equations, tested on its other rows.
#[test]
fn the_mean_matches_plain_fits() {
    let found = model("ml_nan.csv", &[("ridge", "0.3")]);
    let estimated = point(&found, 100.0);
    let x = load_features(&file("X.npy")).unwrap().to_array();
    let text = std::fs::read_to_string(file("ml_nan.csv")).unwrap();
    let cells: Vec<Vec<Option<f64>>> =
        text.lines().skip(1).map(|line| line.split(',').map(|cell| cell.parse().ok()).collect()).collect();
    let mut random = ChaCha8Rng::seed_from_u64(3);
    let mut total = 0.0;
    for task in 0..TASKS.len() {
        let rows: Vec<usize> = (0..cells.len()).filter(|&i| cells[i][task].is_some()).collect();
        let value = |i: usize| cells[i][task].unwrap();
        let count = rows.len() as f64;
        let mean = rows.iter().map(|&i| value(i)).sum::<f64>() / count;
        let variance = rows.iter().map(|&i| (value(i) - mean).powi(2)).sum::<f64>() / count;
        let column = |j: usize| rows.iter().map(|&i| x[(i, j)]).collect::<Vec<f64>>();
        let spread = |column: Vec<f64>| {
            let mean = column.iter().sum::<f64>() / count;
            column.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (count - 1.0)
        };
        let p = x.ncols();
        let penalty = 100.0 * 0.3 * (0..p).map(|j| spread(column(j))).sum::<f64>() / p as f64;
        let draws = 200;
        for _ in 0..draws {
            let mut order = rows.clone();
            order.shuffle(&mut random);
            let (fitted, tested) = order.split_at(100);
            let design = DMatrix::from_fn(100, p, |i, j| x[(fitted[i], j)]);
            let (centre, offset) = (design.row_mean(), fitted.iter().map(|&i| value(i)).sum::<f64>() / 100.0);
            let centred = DMatrix::from_fn(100, p, |i, j| design[(i, j)] - centre[j]);
            let wanted = DVector::from_fn(100, |i, _| value(fitted[i]) - offset);
            let gram = centred.transpose() * &centred + DMatrix::identity(p, p) * penalty;
            let beta = gram.cholesky().unwrap().solve(&(centred.transpose() * wanted));
            let error = |&i: &usize| {
                let fit: f64 = (0..p).map(|j| (x[(i, j)] - centre[j]) * beta[j]).sum();
                (value(i) - offset - fit).powi(2)
            };
            let risk = tested.iter().map(error).sum::<f64>() / tested.len() as f64 / variance;
            total += risk / (draws * TASKS.len()) as f64;
        }
    }
    let (risk, error) = (estimated.risk.unwrap().risk, estimated.shown.unwrap().standard_error);
    assert!((risk - total).abs() < 0.02 && error < 0.03, "{risk} ± {error} for {total}");
    // The program's draws of each task agree as well.
    let mut run = Run::new(&found, 100, 1, Covariates::Gaussian).unwrap();
    run.run(30, &mut |_| (), &|| false).unwrap();
    let drawn = run.statistics();
    assert!((drawn.mean - total).abs() < 4.0 * drawn.standard_error.max(0.003), "{drawn:?} for {total}");
}

/// Two targets, where each row lacks at most one of them, with noise mostly in common: the standard deviation of the mean of
/// their risks between sets of rows.
#[test]
fn the_standard_error_includes_shared_rows() {
    let (rows, p, sets) = (90, 4, 120);
    let mut random = ChaCha8Rng::seed_from_u64(11);
    let mut normal = || random.sample::<f64, _>(StandardNormal);
    let (mut risks, mut estimated, mut apart) = (Vec::new(), 0.0, 0.0);
    for set in 0..sets {
        let x = Array2::from_shape_simple_fn((rows, p), &mut normal);
        let noise: Vec<f64> = (0..rows).map(|_| normal()).collect();
        let y = Array2::from_shape_fn((rows, 2), |(i, t)| {
            let lacks = i % 6 == 3 * t;
            if lacks {
                f64::NAN
            } else {
                x[(i, 0)] + 1.5 * noise[i] + if t == 1 { 0.3 * x[(i, 1)] } else { 0.0 }
            }
        });
        let features = Features::from_array("X", x.view()).unwrap();
        let pool = Pool::new(features, Targets::from_array("y", y.view()).unwrap(), &|_| true).unwrap();
        let mut scenario = Scenario::measured(Path::new("X"), Path::new("y"));
        scenario.set("ridge", "0.2").unwrap();
        let pool = Arc::new(pool);
        let of = |task: &str| {
            let mut scenario = scenario.clone();
            scenario.set("data.task", task).unwrap();
            point(&Model::of_pool(&scenario, &pool, &|| false).unwrap(), 40.0)
        };
        let found = of("mean");
        risks.push(found.risk.unwrap().risk);
        estimated += found.shown.unwrap().standard_error / f64::from(sets);
        if set % 8 > 0 {
            continue;
        }
        let errors: f64 = ["y1", "y2"].iter().map(|t| of(t).shown.unwrap().standard_error.powi(2)).sum();
        apart += errors.sqrt() / 2.0 / f64::from(sets / 8);
    }
    let mean = risks.iter().sum::<f64>() / risks.len() as f64;
    let spread = (risks.iter().map(|r| (r - mean).powi(2)).sum::<f64>() / risks.len() as f64).sqrt();
    assert!((estimated / spread - 1.0).abs() < 0.15, "estimated {estimated}, seen {spread}");
    assert!(apart / spread < 0.85, "of other rows {apart}, seen {spread}");
}

#[test]
fn a_curve_and_its_points_have_equal_errors() {
    let found = model("ml_nan.csv", &[("ridge", "0.3")]);
    let p = found.dimension() as f64;
    let ratios: Vec<SampleRatio> =
        (0..40).map(|i| SampleRatio::new((20.0 + 7.0 * f64::from(i)) / p).unwrap()).collect();
    let curve = found.risk_curve(&found.scenario().featurization).unwrap();
    let points = curve.curve(&ratios, found.ridge(), found.noise(), Metric::Auc, &|| false).unwrap();
    for i in [0, 13, 26, 39] {
        let alone = curve.evaluate(ratios[i], found.ridge(), found.noise()).unwrap().shown.unwrap();
        let along = points[i].shown.unwrap();
        let apart = |a: f64, b: f64| (a / b - 1.0).abs();
        assert!(apart(along.standard_error, alone.standard_error) < 5e-3, "{i}: {along:?} {alone:?}");
        let [along, alone] = [along, alone].map(|shown| shown.scores.at(Metric::Auc).unwrap());
        assert!(apart(along.standard_error, alone.standard_error) < 5e-3, "{i}: {along:?} {alone:?}");
    }
}

#[test]
fn every_command_reports_the_rows_of_each_target() {
    let (x, y) = (file("X.npy"), file("ml_nan.csv"));
    let (x, y) = (x.to_str().unwrap(), y.to_str().unwrap());
    let run = |args: &[&str]| {
        let output = riskscope(args).output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        assert!(output.status.success(), "{args:?}: {}", text(&output.stderr));
        (text(&output.stdout), text(&output.stderr))
    };
    let (out, said) = run(&["eval", "--features", x, "--targets", y, "--samples", "50", "--json"]);
    assert!(said.contains("(313 to 328 of 400)") && said.contains("108 rows have every target"), "{said}");
    let points: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(points[0]["task_rows"], serde_json::json!([313, 328]));
    assert!(points[0]["left_out"]["risk"].is_number() && points[0]["alpha"].is_null());
    let (out, _) = run(&["eval", "--features", x, "--targets", y, "--target", "0.75", "--metric", "auc"]);
    assert!(TASKS.iter().all(|task| out.contains(task)) && out.contains("mean"), "{out}");
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("copy.npy");
    std::fs::copy(x, &copy).unwrap();
    let (a, b) = (format!("a={x}"), format!("b={}", copy.display()));
    let encoders =
        ["compare", "--features", &a, "--features", &b, "--targets", y, "--samples", "50", "--json"];
    let (out, _) = run(&encoders);
    let found: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(found["encoders"][0]["points"][0]["task_rows"], serde_json::json!([313, 328]));
    assert_eq!(found["encoders"][0]["points"][0]["risk"], found["encoders"][1]["points"][0]["risk"]);
    let (out, _) = run(&["frame", "--features", x, "--targets", y, "--format", "text"]);
    assert!(out.contains("313–328 labels: risk"), "{out}");
    let b = folder.path().join("b.npy");
    let fit = ["fit", "--features", x, "--targets", y, "--samples", "50", "--out", b.to_str().unwrap()];
    let (_, said) = run(&fit);
    assert!(said.contains("292 of 400 rows lack some target"), "{said}");
    // Test rows may have missing targets as well.
    let (test, truth) = (folder.path().join("t.npy"), folder.path().join("t.csv"));
    let all = load_features(Path::new(x)).unwrap().to_array();
    ndarray_npy::write_npy(&test, &all.slice_axis(ndarray::Axis(0), (..200).into())).unwrap();
    let text = std::fs::read_to_string(y).unwrap();
    std::fs::write(&truth, text.lines().take(201).map(|line| format!("{line}\n")).collect::<String>())
        .unwrap();
    let (test, truth) = (test.to_str().unwrap(), truth.to_str().unwrap());
    let arguments = ["eval", "--features", x, "--targets", y, "--samples", "300", "--ridge", "0.3", "--json"];
    let held_out = |task: &str| {
        let more = ["--test-features", test, "--test-targets", truth, "--task", task];
        let points: serde_json::Value =
            serde_json::from_str(&run(&[&arguments[..], &more].concat()).0).unwrap();
        points[0]["held_out"]["risk"].as_f64().unwrap()
    };
    let each: f64 = TASKS.iter().map(|task| held_out(task)).sum::<f64>() / TASKS.len() as f64;
    let mean = held_out("mean");
    assert!((mean - each).abs() < 1e-9 * each, "{mean} {each}");
}

/// Multi-label rows without missing values, and a column of patients beside the labels.
#[test]
fn columns_of_labels_and_of_patients_are_read_by_name() {
    let risk =
        |targets: &str, settings: &[(&str, &str)]| point(&model(targets, settings), 100.0).risk.unwrap().risk;
    let each = |task: &&str| risk("ml.csv", &[("ridge", "0.3"), ("data.task", task)]);
    let all: f64 = TASKS.iter().map(each).sum::<f64>() / TASKS.len() as f64;
    near(risk("ml.csv", &[("ridge", "0.3")]), all);
    let tuned = [("ridge", "optimal-nonnegative")];
    assert!((risk("group.csv:label", &tuned) - 0.1986).abs() < 6e-5);
    let groups = file("group.csv:patient");
    let grouped = model("group.csv:label", &[tuned[0], ("data.groups", groups.to_str().unwrap())]);
    let count = grouped.pool().unwrap().groups().unwrap().count();
    assert!((10..400).contains(&count), "{count}");
    assert!((0.15..0.3).contains(&point(&grouped, 100.0).risk.unwrap().risk));
}

#[test]
fn notes_on_many_tasks_are_few_lines() {
    const TASKS: usize = 40;
    let folder = tempfile::tempdir().unwrap();
    let mut random = ChaCha8Rng::seed_from_u64(5);
    // Heavy-tailed columns: subsampled fits without a ridge replace the risk of many tasks.
    let x = Array2::from_shape_fn((120, 8), |_| random.sample::<f64, _>(StandardNormal).powi(5));
    let y = Array2::from_shape_fn((120, TASKS), |(i, t)| {
        let value = x[(i, t % 8)] + random.sample::<f64, _>(StandardNormal);
        if random.random_bool(0.2) { f64::NAN } else { value }
    });
    let path = |name: &str| folder.path().join(name).display().to_string();
    ndarray_npy::write_npy(path("x.npy"), &x).unwrap();
    ndarray_npy::write_npy(path("y.npy"), &y).unwrap();
    let (features, targets) = (path("x.npy"), path("y.npy"));
    let given = ["eval", "--features", &features, "--targets", &targets, "--samples", "40"];
    let output = riskscope(&given).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    let of_tasks = said.lines().filter(|line| line.contains("fits on drawn rows")).count();
    assert!(
        output.status.success() && of_tasks == 4 && said.contains("further notes on single tasks"),
        "{said}"
    );
}
