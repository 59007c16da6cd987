//! Leave-one-group-out risks of 278 packages in groups of six against `tests/data/groups.json`; rows of speakers and
//! nearly repeated rows, with groups and without.

use std::sync::Arc;

use nalgebra::{DMatrix, DVector};
use ndarray::{Array2, Axis};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::StandardNormal;
use riskscope::data::path::{Path, Rows};
use riskscope::data::{Files, Pool, Reading, TaskChoice};
use riskscope::scenario::{Model, Scenario};
use riskscope::theory::{Ridge, RidgeChoice, SampleRatio};
use serde_json::Value;

use super::folder::Folder;
use super::order;

#[test]
fn risks_of_groups_of_six_equal_the_reference() {
    let reference: Value = serde_json::from_str(include_str!("../data/groups.json")).unwrap();
    let (_directory, features, labels) = order::files(&order::first(300));
    let pool = Pool::load(&features, &labels, Reading::Auto, &|_| true).unwrap();
    let groups: Vec<Option<String>> = (0..pool.rows()).map(|i| Some((i / 6).to_string())).collect();
    let pool = Arc::new(pool.grouped("groups", &groups).unwrap());
    let path = Path::raw(&Arc::new(Rows::new(&pool))).unwrap();
    let mut seen = 0;
    for point in reference["points"].as_array().unwrap() {
        let n = point["samples"].as_f64().unwrap();
        let ridge = RidgeChoice::Fixed(Ridge::new(point["ridge"].as_f64().unwrap()).unwrap());
        let names =
            pool.tasks().iter().enumerate().map(|(t, task)| (task.name.as_str(), TaskChoice::Task(t)));
        for (name, task) in names.chain([("mean", TaskChoice::Mean)]) {
            let got = path.evaluate(n, ridge, task, None).unwrap();
            let want = point["risk"][name].as_f64().unwrap();
            assert!(
                (got.risk / want - 1.0).abs() < 1e-6,
                "n {n}, {ridge:?}, {name}: {} for {want}",
                got.risk
            );
            assert!(got.standard_error > 0.0 && got.standard_error < got.risk, "{got:?}");
            seen += 1;
        }
        assert_eq!(path.groups(n).map(|g| (g * 6.0 / n * 278.0 / 282.0 - 1.0).abs() < 1e-9), Some(true));
    }
    assert!(seen > 100, "{seen}");
    // Leaving pairs of groups out: a valid task keeps its AUC, and no row has more weight than its group.
    let ridge = RidgeChoice::Fixed(Ridge::new(1.0).unwrap());
    let point = path.evaluate(150.0, ridge, TaskChoice::Task(7), None).unwrap();
    let auc = path.auc(&point, TaskChoice::Task(7)).unwrap();
    assert_eq!(auc.influence.len(), 47);
    assert!((0.8..1.0).contains(&auc.value), "{}", auc.value);
}

/// Rows of `groups` speakers with `each` clips: one direction of the label, and stronger directions of the speaker.
fn speakers(groups: usize, each: usize, seed: u64) -> Speakers {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut normal = || -> f64 { random.sample(StandardNormal) };
    let (p, rows) = (30, groups * each);
    let speaker_means: Vec<Vec<f64>> =
        (0..groups).map(|_| (0..p).map(|_| 2.0 * normal()).collect()).collect();
    let class = |group: usize| if group.is_multiple_of(2) { 1.0 } else { -1.0 };
    let features = Array2::from_shape_fn((rows, p), |(i, j)| {
        let group = i / each;
        speaker_means[group][j] + normal() + if j == 0 { 3.0 * class(group) } else { 0.0 }
    });
    let labels = (0..rows).map(|i| if class(i / each) > 0.0 { "f" } else { "m" }.to_owned());
    (features, labels.collect(), (0..rows).map(|i| format!("s{}", i / each)).collect())
}

fn pool_of(room: &Folder, features: &Array2<f64>, targets: &str, labels: &[String]) -> Result<Pool, String> {
    let path = room.path("x.npy");
    ndarray_npy::write_npy(&path, features).unwrap();
    let targets = room.file(targets, labels.join("\n") + "\n");
    Pool::load(&path, &targets, Reading::Auto, &|_| true).map_err(|e| e.to_string())
}

fn tuned(pool: &Arc<Pool>) -> (f64, Vec<String>) {
    let path = Path::raw(&Arc::new(Rows::new(pool))).unwrap();
    let n = pool.rows() as f64;
    let point = path.evaluate(n, RidgeChoice::OptimalNonNegative, TaskChoice::Mean, None).unwrap();
    (point.risk, path.warnings())
}

/// The number after a word in a text.
fn number(text: &str, after: &str) -> f64 {
    let rest = &text[text.find(after).unwrap_or_else(|| panic!("no {after} in {text}")) + after.len()..];
    rest.split([',', ';']).next().unwrap().trim().parse().unwrap()
}

/// The risk on new speakers is that of leaving speakers out, not rows; without groups a warning gives
/// both numbers, by the column beside the labels and by blocks of rows.
#[test]
fn leaving_speakers_out_estimates_the_risk_on_new_speakers() {
    let room = Folder::new();
    let (features, labels, names) = speakers(24, 10, 1);
    let table: Vec<String> = std::iter::once("label,speaker".to_owned())
        .chain(labels.iter().zip(&names).map(|(label, name)| format!("{label},{name}")))
        .collect();
    let x = room.path("x.npy");
    ndarray_npy::write_npy(&x, &features).unwrap();
    let table = room.file("y.csv", table.join("\n") + "\n");
    let part = |name: &str| std::path::PathBuf::from(format!("{}:{name}", table.display()));
    let (y, groups) = (part("label"), part("speaker"));
    let plain = Arc::new(Pool::load(&x, &y, Reading::Auto, &|_| true).unwrap());
    let files = Files { groups: Some(&groups), ..Files::new(&x, &y) };
    let grouped = Arc::new(Pool::of_files(&files, &|_| true).unwrap());
    let ((by_rows, warned), (by_groups, quiet)) = (tuned(&plain), tuned(&grouped));
    assert!(by_groups > 3.0 * by_rows, "{by_rows} {by_groups}");
    assert!(!quiet.iter().any(|w| w.contains("left out together")), "{quiet:?}");
    let column = warned.iter().find(|w| w.contains(":speaker has 24 values")).unwrap();
    // The warning is computed on a coarse grid of ridges.
    assert!((number(column, "together it is ") / by_groups - 1.0).abs() < 0.1, "{column} {by_groups}");
    assert!((number(column, ", not ") / by_rows - 1.0).abs() < 0.02, "{column} {by_rows}");
    let blocks = warned.iter().find(|w| w.contains("neighbouring rows")).unwrap();
    assert!(number(blocks, "together it is ") > 2.0 * by_rows, "{blocks}");

    // The risk on new speakers. Between draws of speakers the two have standard deviations of 0.13 and 0.09.
    let (mut estimated, mut measured) = (0.0, 0.0);
    for seed in 2..8 {
        let (features, labels, names) = speakers(24, 10, seed);
        let pool = pool_of(&room, &features, "labels.txt", &labels).unwrap();
        let groups: Vec<Option<String>> = names.into_iter().map(Some).collect();
        estimated += tuned(&Arc::new(pool.grouped("groups", &groups).unwrap())).0 / 6.0;
        measured += best_ridge_error((&features, &labels), &speakers(40, 10, 1000 + seed)) / 6.0;
    }
    assert!((estimated / measured - 1.0).abs() < 0.2, "estimated {estimated}, measured {measured}");
}

/// Over five groups the standard error is that of the jackknife of plain fits without a group, for the risk in units of
/// the targets' variance; a factor √(5/4) is an eighth.
#[test]
fn the_standard_error_over_few_groups_is_that_of_the_jackknife() {
    let mut random = ChaCha8Rng::seed_from_u64(40);
    let mut normal = || -> f64 { random.sample(StandardNormal) };
    let (groups, each) = (5, 200);
    let rows = groups * each;
    let features = Array2::from_shape_fn((rows, 2), |_| normal());
    let targets: Vec<f64> =
        (0..rows).map(|i| 2.0 * features[(i, 0)] + (0.8 + 0.1 * (i / each) as f64) * normal()).collect();
    let room = Folder::new();
    let lines: Vec<String> = targets.iter().map(f64::to_string).collect();
    let pool = pool_of(&room, &features, "y.txt", &lines).unwrap();
    let names: Vec<Option<String>> = (0..rows).map(|i| Some(format!("g{}", i / each))).collect();
    let path = Path::raw(&Arc::new(Rows::new(&Arc::new(pool.grouped("groups", &names).unwrap())))).unwrap();
    let ridge = RidgeChoice::Fixed(Ridge::new(1e-6).unwrap());
    let got = path.evaluate(rows as f64, ridge, TaskChoice::Mean, None).unwrap();

    let x = DMatrix::from_fn(rows, 3, |i, j| if j < 2 { features[(i, j)] } else { 1.0 });
    let y = DVector::from_vec(targets);
    let of = |group: usize| group * each..(group + 1) * each;
    let squares: Vec<f64> = (0..groups)
        .map(|group| {
            let others: Vec<usize> = (0..rows).filter(|i| !of(group).contains(i)).collect();
            let (kept, told) = (x.select_rows(&others), y.select_rows(&others));
            let beta = (kept.transpose() * &kept).cholesky().unwrap().solve(&(kept.transpose() * told));
            of(group).map(|i| (y[i] - (x.row(i) * &beta)[0]).powi(2)).sum()
        })
        .collect();
    let spread: Vec<f64> = (0..groups).map(|g| of(g).map(|i| (y[i] - y.mean()).powi(2)).sum()).collect();
    let total = |values: &[f64]| values.iter().sum::<f64>();
    let risk = total(&squares) / total(&spread);
    assert!((got.risk / risk - 1.0).abs() < 0.01, "{} for {risk}", got.risk);
    let without = |g: usize| (total(&squares) - squares[g]) / (total(&spread) - spread[g]);
    let jackknife = (0.8 * (0..groups).map(|g| (without(g) - risk).powi(2)).sum::<f64>()).sqrt();
    assert!((got.standard_error / jackknife - 1.0).abs() < 0.04, "{} for {jackknife}", got.standard_error);
}

/// At 5 of 24 speakers the path alone, which assumes that many independent rows, is far below fits tested on other speakers.
#[test]
fn few_groups_match_fits_on_drawn_groups() {
    let room = Folder::new();
    let (mut estimated, mut path, mut measured) = (0.0, 0.0, 0.0);
    for seed in 20..26 {
        let (features, labels, names) = speakers(24, 10, seed);
        let x = room.path("x.npy");
        ndarray_npy::write_npy(&x, &features).unwrap();
        let (y, groups) =
            (room.file("y.txt", labels.join("\n") + "\n"), room.file("g.txt", names.join("\n") + "\n"));
        let mut scenario = Scenario::measured(&x, &y);
        scenario.set("data.groups", groups.to_str().unwrap()).unwrap();
        scenario.set("ridge", "1").unwrap();
        let model = Model::new(&scenario, None, &|| false).unwrap();
        let curve = model.risk_curve(&model.scenario().featurization).unwrap();
        let at =
            || curve.evaluate(SampleRatio::new(50.0 / 30.0).unwrap(), model.ridge(), model.noise()).unwrap();
        path += at().risk.unwrap().risk / 6.0;
        curve.anchor(model.ridge(), &|| false).unwrap();
        assert!(
            at().shown.unwrap().anchored
                && curve.notes(model.ridge()).iter().any(|n| n.contains("drawn groups"))
        );
        estimated += at().risk.unwrap().risk / 6.0;
        let alpha = at().shown.unwrap().alpha.unwrap();
        let other = speakers(60, 10, 2000 + seed);
        let fitted = |i: u64| {
            let (features, labels, _) = speakers(5, 10, 3000 + 10 * seed + i);
            error_of_ridge((&features, &labels), &other, alpha)
        };
        measured += (0..6).map(fitted).sum::<f64>() / 36.0;
    }
    assert!(
        (estimated / measured - 1.0).abs() < 0.15 && path < 0.85 * measured,
        "estimated {estimated}, path {path}, measured {measured}"
    );
}

type Speakers = (Array2<f64>, Vec<String>, Vec<String>);

/// The least mean squared error on other rows over some ridges, in units of the labels' variance.
fn best_ridge_error(train: (&Array2<f64>, &[String]), test: &Speakers) -> f64 {
    let mean_square = train.0.var_axis(Axis(0), 0.0).mean().unwrap() * train.0.nrows() as f64;
    let error = |power: i32| error_of_ridge(train, test, mean_square * 2f64.powi(power));
    let positive = train.1.iter().filter(|label| *label == "f").count() as f64 / train.1.len() as f64;
    (-12..5).map(error).fold(f64::INFINITY, f64::min) / (4.0 * positive * (1.0 - positive))
}

/// Mean squared error on other rows of a fit to labels ±1 by the normal equations.
fn error_of_ridge(train: (&Array2<f64>, &[String]), test: &Speakers, alpha: f64) -> f64 {
    let sign = |label: &String| if label == "f" { 1.0 } else { -1.0 };
    let (n, p) = (train.0.nrows(), train.0.ncols());
    let means: Vec<f64> = train.0.columns().into_iter().map(|c| c.mean().unwrap()).collect();
    let centred = |x: &Array2<f64>| DMatrix::from_fn(x.nrows(), p, |i, j| x[(i, j)] - means[j]);
    let (x, other) = (centred(train.0), centred(&test.0));
    let y = DVector::from_iterator(n, train.1.iter().map(sign));
    let truth = DVector::from_iterator(test.1.len(), test.1.iter().map(sign));
    let shift = y.mean();
    let gram = x.transpose() * &x + DMatrix::identity(p, p) * alpha;
    let beta = gram.cholesky().unwrap().solve(&(x.transpose() * y.add_scalar(-shift)));
    ((&other * beta).add_scalar(shift) - &truth).norm_squared() / truth.len() as f64
}

/// 150 rows, each of them twice with a little jitter.
#[test]
fn near_copies_are_reported_with_the_risk_without_them() {
    let mut random = ChaCha8Rng::seed_from_u64(7);
    let mut normal = || -> f64 { random.sample(StandardNormal) };
    let once = Array2::from_shape_fn((150, 60), |_| normal());
    let truth: Vec<bool> =
        once.rows().into_iter().map(|row| row[0] + row[1] + 1.5 * normal() > 0.0).collect();
    let twice = Array2::from_shape_fn((300, 60), |(i, j)| once[(i % 150, j)] + 1e-2 * normal());
    let label = |i: usize| if truth[i % 150] { "yes" } else { "no" }.to_owned();
    let room = Folder::new();
    let labels: Vec<String> = (0..300).map(label).collect();
    let (estimated, warnings) = tuned(&Arc::new(pool_of(&room, &twice, "y.txt", &labels).unwrap()));
    let said =
        warnings.iter().find(|w| w.contains("nearly repeat")).unwrap_or_else(|| panic!("{warnings:?}"));
    assert!(said.starts_with("150 of 300 rows"), "{said}");
    let single = Folder::new();
    let right = tuned(&Arc::new(pool_of(&single, &once, "y.txt", &labels[..150]).unwrap()));
    assert!(!right.1.iter().any(|w| w.contains("nearly repeat")), "{:?}", right.1);
    let blocked = number(said, "together it is ");
    assert!(estimated < 0.8 * right.0, "{estimated} {}", right.0);
    assert!((blocked / right.0 - 1.0).abs() < 0.15, "{blocked} for {}", right.0);
}

#[test]
fn invalid_groups_are_rejected() {
    let room = Folder::new();
    let (features, labels, _) = speakers(6, 10, 1);
    let x = room.path("x.npy");
    ndarray_npy::write_npy(&x, &features).unwrap();
    let y = room.file("y.txt", labels.join("\n") + "\n");
    let load = |groups: &std::path::Path| {
        let files = Files { groups: Some(groups), ..Files::new(&x, &y) };
        Pool::of_files(&files, &|_| true).map(|_| ()).unwrap_err().to_string()
    };
    let of = |name: &str, group: &dyn Fn(usize) -> String, count: usize| {
        room.file(name, (0..count).map(|i| group(i) + "\n").collect::<String>())
    };
    let short = load(&of("short.txt", &|i| format!("g{}", i / 10), 59));
    assert!(short.contains("59") && short.contains("60"), "{short}");
    let few = load(&of("few.txt", &|i| format!("g{}", i / 20), 60));
    assert!(few.contains("3 groups") && few.contains("at least 5"), "{few}");
    let gap = load(&of("gap.txt", &|i| if i == 33 { "NA".into() } else { format!("g{}", i / 10) }, 60));
    assert!(gap.contains("row 34 has no group"), "{gap}");
}
