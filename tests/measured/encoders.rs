//! The comparison of encoders from given labels, against plain ridge fits on many draws of all rows, which use none of the
//! program's formulas.

use std::path::{Path, PathBuf};

use nalgebra::DMatrix;
use ndarray::Array2;
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use riskscope::scenario::{Encoder, Metric, Scenario};
use riskscope::study::encoders::comparison::{Comparison, Request, compare};
use serde_json::Value;

use super::command::{refused, riskscope};
use super::order;

/// Classes with enough rows in every split.
const CLASSES: usize = 8;

/// All packages of the largest classes with two encoders: the features as they are, and 48 of their principal
/// components, each rescaled by the square root of its own standard deviation.
struct Rows {
    plain: DMatrix<f64>,
    reduced: DMatrix<f64>,
    classes: Vec<usize>,
}

impl Rows {
    fn new() -> Self {
        let (features, labels) = order::all();
        let mut names: Vec<&String> = labels.iter().collect();
        names.sort();
        names.dedup();
        let size = |name: &String| labels.iter().filter(|l| *l == name).count();
        names.sort_by_key(|name| std::cmp::Reverse(size(name)));
        names.truncate(CLASSES);
        let class = |row: usize| names.iter().position(|name| **name == labels[row]);
        let kept: Vec<usize> = (0..labels.len()).filter(|&row| class(row).is_some()).collect();
        let plain = DMatrix::from_fn(kept.len(), features.ncols(), |i, j| f64::from(features[(kept[i], j)]));
        let reduced = reduced(&plain);
        Self { reduced, classes: kept.iter().map(|&row| class(row).unwrap()).collect(), plain }
    }

    fn encoder(&self, which: usize) -> &DMatrix<f64> {
        if which == 0 { &self.plain } else { &self.reduced }
    }

    /// Mean squared error of a ridge fit with an intercept to `n` rows, over the standardised indicators of the classes, on the
    /// remaining rows.
    fn risk(&self, which: usize, n: usize, ridge: f64, seed: u64) -> f64 {
        let x = self.encoder(which);
        let (count, p) = (x.nrows(), x.ncols());
        let mut rows: Vec<usize> = (0..count).collect();
        rows.shuffle(&mut ChaCha8Rng::seed_from_u64(seed));
        let (drawn, rest) = rows.split_at(n);
        let of = |t: usize| self.classes.iter().filter(|c| **c == t).count() as f64 / count as f64;
        let shares: Vec<f64> = (0..CLASSES).map(of).collect();
        let target = |row: usize, t: usize| {
            let indicator = f64::from(u8::from(self.classes[row] == t));
            (indicator - shares[t]) / (shares[t] * (1.0 - shares[t])).sqrt()
        };
        let samples = DMatrix::from_fn(n, p, |i, j| x[(drawn[i], j)]);
        let labels = DMatrix::from_fn(n, CLASSES, |i, t| target(drawn[i], t));
        let (centre, level) = (samples.row_mean(), labels.row_mean());
        let samples = DMatrix::from_fn(n, p, |i, j| samples[(i, j)] - centre[j]);
        let labels = DMatrix::from_fn(n, CLASSES, |i, t| labels[(i, t)] - level[t]);
        let shift = ridge * n as f64;
        let beta = if n < p {
            let gram = &samples * samples.transpose() + DMatrix::identity(n, n) * shift;
            samples.transpose() * gram.cholesky().unwrap().solve(&labels)
        } else {
            let gram = samples.transpose() * &samples + DMatrix::identity(p, p) * shift;
            gram.cholesky().unwrap().solve(&(samples.transpose() * labels))
        };
        let tested = DMatrix::from_fn(rest.len(), p, |i, j| x[(rest[i], j)] - centre[j]) * beta;
        let error = |i: usize, t: usize| (tested[(i, t)] + level[t] - target(rest[i], t)).powi(2);
        let all = (0..rest.len()).flat_map(|i| (0..CLASSES).map(move |t| (i, t)));
        all.map(|(i, t)| error(i, t)).sum::<f64>() / (rest.len() * CLASSES) as f64
    }

    /// The mean over draws at the best of a few ridges for this n.
    fn tuned(&self, which: usize, n: usize, draws: u64) -> f64 {
        let x = self.encoder(which);
        let mean = x.row_mean();
        let squares = (0..x.ncols()).map(|j| x.column(j).iter().map(|v| (v - mean[j]).powi(2)).sum::<f64>());
        let unit = squares.sum::<f64>() / (x.nrows() * x.ncols()) as f64;
        let ridges = (-9..=6).map(|i| unit * 2f64.powi(i));
        let of =
            |ridge: f64| (0..draws).map(|seed| self.risk(which, n, ridge, seed)).sum::<f64>() / draws as f64;
        ridges.map(of).fold(f64::INFINITY, f64::min)
    }

    /// A random part of the rows as files: both encoders and the labels.
    fn split(&self, count: usize, seed: u64, directory: &Path) -> [PathBuf; 3] {
        let mut rows: Vec<usize> = (0..self.classes.len()).collect();
        rows.shuffle(&mut ChaCha8Rng::seed_from_u64(1000 + seed));
        rows.truncate(count);
        let files = ["plain.npy", "reduced.npy", "labels.txt"].map(|name| directory.join(name));
        for (which, file) in files.iter().take(2).enumerate() {
            let x = self.encoder(which);
            let part = Array2::from_shape_fn((count, x.ncols()), |(i, j)| x[(rows[i], j)]);
            ndarray_npy::write_npy(file, &part).unwrap();
        }
        let labels: String = rows.iter().map(|&row| format!("class {}\n", self.classes[row])).collect();
        std::fs::write(&files[2], labels).unwrap();
        files
    }

    fn compared(&self, count: usize, seed: u64, samples: &[f64], target: Option<f64>) -> Comparison {
        let directory = tempfile::tempdir().unwrap();
        let [plain, reduced, labels] = self.split(count, seed, directory.path());
        let encoder = |name: &str, features: PathBuf| Encoder { name: name.into(), features };
        let encoders = [encoder("plain", plain), encoder("reduced", reduced)];
        let scenario = Scenario::of_encoders(&encoders, &labels);
        let request = Request {
            scenario: Scenario { ridge: riskscope::theory::RidgeChoice::OptimalNonNegative, ..scenario },
            metric: Metric::Risk,
            samples: samples.to_vec(),
            target,
        };
        compare(&request, &|| false).unwrap()
    }
}

fn reduced(plain: &DMatrix<f64>) -> DMatrix<f64> {
    let mean = plain.row_mean();
    let centred = DMatrix::from_fn(plain.nrows(), plain.ncols(), |i, j| plain[(i, j)] - mean[j]);
    let eigen = (centred.transpose() * &centred / plain.nrows() as f64).symmetric_eigen();
    let mut order: Vec<usize> = (0..plain.ncols()).collect();
    order.sort_by(|&a, &b| eigen.eigenvalues[b].total_cmp(&eigen.eigenvalues[a]));
    let b = DMatrix::from_fn(plain.ncols(), 48, |i, j| {
        eigen.eigenvectors[(i, order[j])] * eigen.eigenvalues[order[j]].powf(0.25)
    });
    centred * b
}

/// The n at which y crosses 0, by linear interpolation in ln n between neighbours.
fn root(points: &[(f64, f64)]) -> Option<f64> {
    points.windows(2).find(|w| (w[0].1 < 0.0) != (w[1].1 < 0.0)).map(|w| {
        let share = w[0].1 / (w[0].1 - w[1].1);
        (w[0].0.ln() * (1.0 - share) + w[1].0.ln() * share).exp()
    })
}

#[test]
#[ignore = "two minutes of fits"]
fn predicted_crossovers_match_fits() {
    let rows = Rows::new();
    let found = rows.compared(1500, 0, &[100.0], None);
    let crossing = found.curves.crossovers.last().expect("these encoders cross").samples;
    let apart = |n: f64| rows.tuned(0, n as usize, 16) - rows.tuned(1, n as usize, 16);
    let around: Vec<(f64, f64)> =
        [0.5, 0.75, 1.0, 1.35, 2.0].map(|share| (share * crossing).round()).map(|n| (n, apart(n))).to_vec();
    println!("predicted {crossing:.0}, measured differences {around:?}");
    let measured = root(&around).expect("fits cross within a factor of two");
    assert!((crossing / measured - 1.0).abs() < 0.25, "{crossing} for {measured}");
}

/// Coverage of 90 % intervals over 40 splits. At n = 60 the estimated risks are biased by 0.3 and 1.3 percent, which the standard
/// error over rows does not include and which is as large as the spread of the difference: 33 of 40 there.
#[test]
#[ignore = "two minutes of fits"]
fn paired_errors_and_budgets_hold_over_forty_splits() {
    let rows = Rows::new();
    let (samples, target) = ([60.0, 100.0, 200.0], 0.75);
    let measured = samples.map(|n| rows.tuned(0, n as usize, 48) - rows.tuned(1, n as usize, 48));
    let along: Vec<(f64, f64)> = [60.0, 100.0, 160.0, 250.0, 400.0, 700.0, 1200.0]
        .map(|n| (n, rows.tuned(0, n as usize, 8) - target))
        .to_vec();
    let needs = root(&along).expect("the target lies between");
    let (mut covered, mut within) = ([0; 3], 0);
    for seed in 0..40 {
        let found = rows.compared(300, seed, &samples, Some(target));
        for ((best, measured), covered) in found.best.iter().zip(measured).zip(&mut covered) {
            let best = best.unwrap();
            let sign = if best.encoder == 0 { 1.0 } else { -1.0 };
            let ahead = best.margin.unwrap();
            *covered +=
                usize::from((sign * ahead.difference - measured).abs() <= 1.64 * ahead.standard_error);
        }
        let needed = found.encoders[0].needed.unwrap();
        let (from, to) = (needed.from.unwrap_or(f64::INFINITY), needed.to.unwrap_or(f64::INFINITY));
        within += usize::from((from..=to).contains(&needs));
    }
    println!("differences {measured:.4?}: {covered:?} of 40; needs {needs:.0}: {within} of 40");
    assert!(covered[0] >= 31 && covered[1] >= 34 && covered[2] >= 34, "{covered:?} of 40");
    assert!(within >= 32, "{within} of 40");
}

/// Text, CSV and JSON have equal digits; crossovers and the best encoder agree with the risks beside them.
#[test]
fn every_format_has_equal_numbers() {
    let rows = Rows::new();
    let directory = tempfile::tempdir().unwrap();
    let [plain, reduced, labels] =
        rows.split(400, 3, directory.path()).map(|file| file.display().to_string());
    let (plain, reduced) = (format!("plain={plain}"), format!("reduced={reduced}"));
    let run = |more: &[&str]| {
        let mut all = vec!["compare", "--features", &plain, "--features", &reduced, "--targets", &labels];
        all.extend(more);
        String::from_utf8(riskscope(&all).output().unwrap().stdout).unwrap()
    };
    let arguments = ["--samples", "50,200,800", "--target", "0.8"];
    let json: Value = serde_json::from_str(&run(&[&arguments[..], &["--json"]].concat())).unwrap();
    let csv = run(&[&arguments[..], &["--format", "csv"]].concat());
    let text = run(&arguments);
    assert_eq!(json["metric"], "risk");
    let mut lines = csv.lines().skip(1);
    for encoder in json["encoders"].as_array().unwrap() {
        for point in encoder["points"].as_array().unwrap() {
            let line: Vec<&str> = lines.next().unwrap().split(',').collect();
            assert_eq!(
                (line[0], line[3]),
                (encoder["name"].as_str().unwrap(), point["risk"].to_string().as_str())
            );
            let cell = format!("{:.4} ± ", point["risk"].as_f64().unwrap());
            assert!(text.contains(&cell), "{cell} is not in\n{text}");
            assert!(point["auc"].as_f64().unwrap() > 0.5 && point["accuracy"].as_f64().unwrap() > 0.1);
        }
        let needed = encoder["target_samples"].as_f64().unwrap();
        assert!(encoder["target_from"].as_f64().unwrap() <= needed, "{encoder}");
        assert!(text.contains(&format!("needs about {needed:.0} (")), "{text}");
    }
    for (i, best) in json["best"].as_array().unwrap().iter().enumerate() {
        let risk = |e: usize| json["encoders"][e]["points"][i]["risk"].as_f64().unwrap();
        let first = usize::from(risk(1) < risk(0));
        assert_eq!(best["encoder"], json["encoders"][first]["name"]);
        let apart = best["difference"].as_f64().unwrap() - (risk(first) - risk(1 - first));
        assert!(apart.abs() < 1e-12, "{best}");
    }
    // `eval` of one encoder alone gives equal numbers.
    let arguments = [
        "eval",
        "--features",
        plain.split_once('=').unwrap().1,
        "--targets",
        &labels,
        "--samples",
        "200",
        "--ridge",
        "optimal-nonnegative",
        "--json",
    ];
    let alone = riskscope(&arguments).output().unwrap();
    let alone: Value = serde_json::from_slice(&alone.stdout).unwrap();
    for key in ["risk", "standard_error", "auc", "accuracy", "ridge"] {
        assert_eq!(alone[0][key], json["encoders"][0]["points"][1][key], "{key}");
    }
    for format in ["svg", "png"] {
        let both = [
            "compare",
            "--features",
            &plain,
            "--features",
            &reduced,
            "--targets",
            &labels,
            "--format",
            format,
        ];
        assert!(!riskscope(&both).output().unwrap().stdout.is_empty());
    }
}

/// `eval` and `curve` of several encoders: each as it is alone, to the digit and at the same n, and its name with it.
#[test]
fn eval_and_curve_of_several_encoders_equal_single_ones() {
    let rows = Rows::new();
    let directory = tempfile::tempdir().unwrap();
    let [plain, reduced, labels] =
        rows.split(300, 5, directory.path()).map(|file| file.display().to_string());
    let (a, b) = (format!("plain={plain}"), format!("reduced={reduced}"));
    let both = ["--features", &a, "--features", &b, "--targets", &labels, "--ridge", "0.5"];
    let output = |arguments: &[&str]| {
        let output = riskscope(arguments).output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let json = |arguments: &[&str]| -> Value { serde_json::from_str(&output(arguments)).unwrap() };
    let at = ["--samples", "40,150.5", "--json"];
    let all = json(&[&["eval"][..], &both, &at].concat());
    let mut together = all.as_array().unwrap().iter();
    for (name, file) in [("plain", &plain), ("reduced", &reduced)] {
        let one = ["eval", "--features", file, "--targets", &labels, "--ridge", "0.5"];
        for mut alone in json(&[&one[..], &at].concat()).as_array().unwrap().iter().cloned() {
            alone["encoder"] = name.into();
            assert_eq!(together.next().unwrap(), &alone);
        }
    }
    assert!(together.next().is_none());
    let text = output(&[&["eval"][..], &both, &["--samples", "40"]].concat());
    let blocks: Vec<&str> = text.split("\n\n").collect();
    assert!(
        blocks.len() == 2 && blocks[0].starts_with("plain\n") && blocks[1].starts_with("reduced\n"),
        "{text}"
    );

    // The axis is n/p of the encoder in focus: p = 384, or 48.
    let curve = ["curve", "--from", "0.1", "--to", "0.4", "--points", "3"];
    for (more, p) in [(&[][..], 384.0), (&["--set", "data.encoder=reduced"], 48.0)] {
        let document = json(&[&curve, &both[..], more, &["--format", "json"]].concat());
        let curves = document["curves"].as_array().unwrap();
        let named: Vec<&str> = curves.iter().map(|c| c["encoder"].as_str().unwrap()).collect();
        assert_eq!(named, ["plain", "reduced"]);
        for curve in curves {
            let n = curve["points"][0]["samples"].as_f64().unwrap();
            assert!((n - 0.1 * p).abs() < 1e-9, "{curve}");
        }
        let csv = output(&[&curve, &both[..], more, &["--format", "csv"]].concat());
        let lines: Vec<&str> = csv.lines().collect();
        assert!(lines[0].starts_with("encoder,featurization,") && lines.len() == 7, "{csv}");
        for (line, curve) in lines[1..].chunks(3).zip(curves) {
            let risk = curve["points"][2]["risk"].to_string();
            assert!(
                line[2].starts_with(curve["encoder"].as_str().unwrap()) && line[2].contains(&risk),
                "{csv}"
            );
        }
    }
    // A picture compares one curve of each encoder; several featurizations, or another axis, are drawn side by side.
    let svg = |more: &[&str]| output(&[&["curve", "--format", "svg"], &both[..], more].concat());
    let compared = svg(&["--log", "--to", "3"]);
    assert!(compared.contains("labelled rows n") && compared.contains("too close to call"), "{compared}");
    let beside = svg(&["--featurization", "raw,pca"]);
    assert!(beside.contains("plain · raw") && beside.contains("reduced · best PCR"), "{beside}");
    let along = svg(&["--x", "ridge", "--samples", "60"]);
    assert!(along.contains("plain · raw") && along.contains("at n = 60"), "{along}");
    // Encoders from a scenario file give equal output.
    let file = directory.path().join("two.toml");
    let encoder =
        |name: &str, file: &str| format!("[[data.encoders]]\nname = {name:?}\nfeatures = {file:?}\n");
    let text = format!(
        "ridge = 0.5\n[data]\ntargets = {labels:?}\n{}{}",
        encoder("plain", &plain),
        encoder("reduced", &reduced)
    );
    std::fs::write(&file, text).unwrap();
    assert_eq!(json(&[&["eval", "--scenario", file.to_str().unwrap()][..], &at].concat()), all);
}

#[test]
fn invalid_comparisons_are_one_sentence() {
    let rows = Rows::new();
    let directory = tempfile::tempdir().unwrap();
    let [plain, reduced, labels] = rows.split(60, 1, directory.path()).map(|file| file.display().to_string());
    let short = directory.path().join("short.npy");
    ndarray_npy::write_npy(
        &short,
        &Array2::<f64>::from_shape_fn((59, 3), |(i, j)| ((i * 7 + j) as f64).sin()),
    )
    .unwrap();
    let (a, b) = (format!("a={plain}"), format!("b={reduced}"));
    let short = format!("b={}", short.display());
    let cases: [(&[&str], &str); 6] = [
        (&["--features", &plain], "minilm=features.npy"),
        (&["--features", &a, "--features", &a], "two encoders have this name"),
        (&["--features", &a, "--features", &short], "59"),
        (&["--features", &a, "--features", &b, "--samples", "0"], "--samples"),
        (&["--features", &a, "--features", &b, "--metric", "auc", "--target", "3"], "--target"),
        (&["--features", &a, "--features", &b, "--featurization", "ground-truth"], "ground-truth"),
    ];
    for (flags, word) in cases {
        refused(&[&["compare", "--targets", &labels][..], flags].concat(), &[word]);
    }
    let cases: [(&[&str], &str); 3] = [
        (&["--features", &a, "--features", &reduced], "each has a name"),
        (&["--features", &a, "--features", &short], "has 60 rows but the features have 59"),
        (&["--features", &a, "--features", &b, "--set", "data.encoder=c"], "data.encoder accepts a or b"),
    ];
    for (flags, word) in cases {
        for command in [&["eval", "--at", "0.5"][..], &["curve"], &["frame"]] {
            refused(&[command, &["--targets", &labels], flags].concat(), &[word]);
        }
    }
}
