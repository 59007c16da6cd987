//! `riskscope fit`: the file it writes, and its report.

use assert_cmd::Command;
use ndarray::Array2;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};
use serde_json::Value;
use tempfile::TempDir;

/// 10 features, 300 rows, 6 tasks that depend only on the last three directions, which are the weakest: principal
/// components are useless, the task spectrum is not.
fn room() -> TempDir {
    let mut random = ChaCha8Rng::seed_from_u64(3);
    let mut normal = || -> f64 { StandardNormal.sample(&mut random) };
    let x = Array2::from_shape_simple_fn((300, 10), &mut normal);
    let theta = Array2::from_shape_simple_fn((3, 6), &mut normal);
    let scales: Vec<f64> = (0..10).map(|j| if j < 7 { 3.0 } else { 1.0 }).collect();
    let features = Array2::from_shape_fn((300, 10), |(i, j)| 5.0 + x[(i, j)] * scales[j]);
    let targets = Array2::from_shape_fn((300, 6), |(i, t)| {
        (0..3).map(|j| x[(i, j + 7)] * theta[(j, t)]).sum::<f64>() + 0.5 * normal()
    });
    let room = tempfile::tempdir().unwrap();
    ndarray_npy::write_npy(room.path().join("X.npy"), &features).unwrap();
    ndarray_npy::write_npy(room.path().join("Y.npy"), &targets).unwrap();
    room
}

fn fit(room: &TempDir, more: &[&str]) -> Command {
    let mut command = Command::cargo_bin("riskscope").unwrap();
    command.env_remove("RUST_BACKTRACE");
    command.current_dir(room.path()).args(["fit", "--features", "X.npy", "--targets", "Y.npy"]).args(more);
    command
}

fn text(command: &mut Command) -> String {
    String::from_utf8(command.assert().success().get_output().stdout.clone()).unwrap()
}

#[test]
fn the_relevant_directions_are_found_and_read_back() {
    let room = room();
    let out = text(&mut fit(&room, &["--samples", "8", "--out", "B.npy", "--json"]));
    let made: Value = serde_json::from_str(&out).unwrap();
    let expected = |key: &str| made["expected"][key].as_f64().unwrap();
    assert_eq!(
        (&made["kind"], &made["features"], &made["left_out"]),
        (&"hard".into(), &3.into(), &true.into())
    );
    assert!(expected("fitted") < 0.6 * expected("raw") && expected("fitted") < expected("best_pca"), "{out}");
    assert!(expected("prior_tuned_ridge") < expected("raw_tuned_ridge"), "{out}");
    assert_eq!(made["tasks"].as_array().unwrap().len(), 6);
    let mean =
        made["tasks"].as_array().unwrap().iter().map(|t| t["fitted"].as_f64().unwrap()).sum::<f64>() / 6.0;
    assert!((mean - expected("fitted")).abs() < 1e-12);

    // Rows of B: the seven strong features have weight 0.
    let b: Array2<f64> = ndarray_npy::read_npy(room.path().join("B.npy")).unwrap();
    assert_eq!(b.dim(), (10, 3));
    let largest = |rows: std::ops::Range<usize>| {
        rows.flat_map(|i| (0..3).map(move |j| (i, j))).map(|at| b[at].abs()).fold(0.0, f64::max)
    };
    assert!(largest(0..7) < 0.2 * largest(7..10), "{b}");

    let mut eval = Command::cargo_bin("riskscope").unwrap();
    eval.current_dir(room.path()).args([
        "eval",
        "--features",
        "X.npy",
        "--targets",
        "Y.npy",
        "--samples",
        "8",
    ]);
    eval.args(["--featurization", "file", "--set", "featurization.path=B.npy", "--json"]);
    let points: Vec<Value> = serde_json::from_str(&text(&mut eval)).unwrap();
    let risk = points[0]["risk"].as_f64().unwrap();
    // The leave-one-out path of B; asymptotic values are inexact at eight samples.
    assert!((0.5..1.25).contains(&(risk / expected("fitted"))), "in-sample: {risk}, {out}");
}

#[test]
fn the_report_recommends_a_method() {
    let room = room();
    let words = text(&mut fit(&room, &["--samples", "8", "--out", "B.npy"]));
    for part in [
        "B.npy: B is 10×3, hard selection for 8 samples",
        "raw features, least squares",
        "principal components",
        "raw features, ridge tuned",
        "fitted prior",
        "each task held out in turn",
        "recommended: ",
        "X less its column means",
        "featurization.path=B.npy",
    ] {
        assert!(words.contains(part), "{part} in {words}");
    }
    let prior = text(&mut fit(&room, &["--samples", "8", "--out", "P.npy", "--prior"]));
    assert!(prior.contains("prior for a tuned ridge") && prior.contains("by ridge regression"), "{prior}");
    // The recommended method has the least of the risks listed.
    let of = |line: &str| {
        let words: Vec<&str> = line.split_whitespace().take_while(|word| *word != "±").collect();
        words.last().unwrap().parse::<f64>().ok()
    };
    let methods: Vec<f64> = words.lines().filter(|l| l.starts_with("  ")).filter_map(of).collect();
    assert!(methods.len() >= 4, "{words}");
    let least = methods.into_iter().fold(f64::INFINITY, f64::min);
    let estimated = words.lines().find(|l| l.starts_with("recommended: ")).and_then(of).unwrap();
    assert_eq!(estimated, least, "{words}");
    let many = text(&mut fit(&room, &["--samples", "100000", "--out", "M.npy"]));
    assert!(many.contains("B is 10×"), "{many}");
}

/// Targets that are columns of the features, one of them a 0/1 column: no noise; the search ends.
#[test]
fn linear_targets_end_with_risk_zero() {
    let room = room();
    let x: Array2<f64> = ndarray_npy::read_npy(room.path().join("X.npy")).unwrap();
    let targets = Array2::from_shape_fn((300, 4), |(i, t)| x[(i, t)] - 2.0 * x[(i, t + 3)]);
    ndarray_npy::write_npy(room.path().join("Y.npy"), &targets).unwrap();
    let out = text(&mut fit(&room, &["--samples", "40", "--out", "B.npy", "--json"]));
    let made: Value = serde_json::from_str(&out).unwrap();
    for key in ["raw", "fitted", "raw_tuned_ridge", "prior_tuned_ridge"] {
        assert!(made["expected"][key].as_f64().unwrap() < 1e-6, "{key}: {out}");
    }
}

#[test]
fn bad_input_is_one_sentence_and_nothing_is_written() {
    let room = room();
    std::fs::write(room.path().join("there.npy"), "mine").unwrap();
    let before = std::fs::read_dir(room.path()).unwrap().count();
    for (more, word) in [
        (&["--samples", "8", "--out", "there.npy"][..], "already exists"),
        (&["--samples", "8", "--out", "no/B.npy"], "folder"),
        (&["--samples", "8", "--out", "B.csv"], ".npy"),
        (&["--samples", "2.5", "--out", "B.npy"], "whole number"),
        (&["--samples", "-3", "--out", "B.npy"], "whole number"),
        (&["--samples", "nan", "--out", "B.npy"], "whole number"),
        (&["--samples", "8"], "--out"),
    ] {
        let output = fit(&room, more).assert().code(2).get_output().clone();
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(error.contains(word) && error.trim_end().lines().count() == 1, "{more:?}: {error}");
        assert!(output.stdout.is_empty());
    }
    assert_eq!(std::fs::read_dir(room.path()).unwrap().count(), before);
    assert_eq!(std::fs::read(room.path().join("there.npy")).unwrap(), b"mine");
}
