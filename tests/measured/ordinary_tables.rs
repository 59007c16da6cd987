//! Ordinary tables: columns on very different scales, small classes, few rows, one class asked for.

use nalgebra::{DMatrix, DVector};
use ndarray::Array2;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::StandardNormal;
use serde_json::Value;

use super::command::riskscope;
use super::folder::Folder;

/// Output of a command on `x.npy` and `y.txt` of a folder: standard output and standard error.
fn run(room: &Folder, command: &str, more: &[&str]) -> (String, String) {
    let (x, y) = (room.path("x.npy"), room.path("y.txt"));
    let files = ["--features", x.to_str().unwrap(), "--targets", y.to_str().unwrap()];
    let output = riskscope(&[&[command][..], &files, more].concat()).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    let said = text(output.stderr);
    assert!(output.status.success(), "{more:?}: {said}");
    (text(output.stdout), said)
}

fn points(room: &Folder, more: &[&str]) -> (Vec<Value>, String) {
    let (found, said) = run(room, "eval", &[more, &["--json"]].concat());
    (serde_json::from_str(&found).unwrap(), said)
}

fn number(of: &Value, key: &str) -> f64 {
    of[key].as_f64().unwrap_or_else(|| panic!("{key} of {of}"))
}

fn write(room: &Folder, x: &Array2<f64>, labels: &[String]) {
    ndarray_npy::write_npy(room.path("x.npy"), x).unwrap();
    room.file("y.txt", labels.join("\n") + "\n");
}

/// A column of seconds since 1970 beside 0/1 flags: raw features cannot resolve the flags and a note says so; standardised
/// columns have the estimates of columns that were standardised in the file.
#[test]
fn columns_on_very_different_scales_are_standardised_or_pointed_out() {
    let mut random = ChaCha8Rng::seed_from_u64(5);
    let mut normal = || -> f64 { random.sample(StandardNormal) };
    let (rows, p) = (200, 6);
    let mut x =
        Array2::from_shape_fn((rows, p), |(_, j)| if j < 2 { normal() } else { f64::from(normal() > 0.0) });
    let labels: Vec<String> = (0..rows)
        .map(|i| {
            if x[(i, 2)] + x[(i, 3)] + x[(i, 4)] - 1.5 + 0.3 * normal() > 0.0 { "yes" } else { "no" }
                .to_owned()
        })
        .collect();
    let scaled = Folder::new();
    write(&scaled, &x, &labels);
    x.column_mut(0).mapv_inplace(|v| 1.7e9 + 1e8 * v);
    x.column_mut(1).mapv_inplace(|v| 3e4 * v);
    let room = Folder::new();
    write(&room, &x, &labels);
    let asked = ["--samples", "50,100", "--ridge", "optimal-nonnegative", "--featurization", "standardised"];
    let ((want, _), (got, _)) = (points(&scaled, &asked), points(&room, &asked));
    for (got, want) in got.iter().zip(&want) {
        for key in ["risk", "auc", "accuracy", "standard_error"] {
            let (got, want) = (number(got, key), number(want, key));
            assert!((got / want - 1.0).abs() < 1e-6, "{key}: {got} for {want}");
        }
        assert!(number(got, "auc") > 0.8, "{got}");
    }
    let (_, said) = points(&room, &["--samples", "50", "--ridge", "0.1"]);
    assert!(said.contains("less than 1e-5 as much as column 1") && said.contains("standardise"), "{said}");
    let (_, said) = points(&scaled, &["--samples", "50", "--ridge", "0.1"]);
    assert!(!said.contains("standardise"), "{said}");
}

/// Ten classes in 30 columns; the centre of a class is 1.2 in each of three of its own.
fn classes(rows: usize, seed: u64) -> (Array2<f64>, Vec<usize>) {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let class: Vec<usize> = (0..rows).map(|i| i % 10).collect();
    let x = Array2::from_shape_fn((rows, 30), |(i, j)| {
        let centre = if j / 3 == class[i] { 1.2 } else { 0.0 };
        centre + random.sample::<f64, _>(StandardNormal)
    });
    (x, class)
}

/// Share of rows whose class has the highest score, of ridge fits to one-hot targets.
fn accuracy(train: &(Array2<f64>, Vec<usize>), test: &(Array2<f64>, Vec<usize>), alpha: f64) -> f64 {
    let (n, p) = train.0.dim();
    let means: Vec<f64> = train.0.columns().into_iter().map(|c| c.mean().unwrap()).collect();
    let centred = |x: &Array2<f64>| DMatrix::from_fn(x.nrows(), p, |i, j| x[(i, j)] - means[j]);
    let (x, other) = (centred(&train.0), centred(&test.0));
    let gram = (x.transpose() * &x + DMatrix::identity(p, p) * alpha).cholesky().unwrap();
    let scores: Vec<DVector<f64>> = (0..10)
        .map(|class| {
            let y = DVector::from_iterator(n, train.1.iter().map(|c| f64::from(*c == class)));
            let mean = y.mean();
            (&other * gram.solve(&(x.transpose() * y.add_scalar(-mean)))).add_scalar(mean)
        })
        .collect();
    let best = |i: usize| (0..10).max_by(|a, b| scores[*a][i].total_cmp(&scores[*b][i]));
    let right = test.1.iter().enumerate().filter(|(i, class)| best(*i) == Some(**class)).count();
    right as f64 / test.1.len() as f64
}

/// The accuracy beside one class of many is that of fits at this class's ridge, as it is without `--task`.
#[test]
fn the_accuracy_beside_one_class_is_that_of_fits() {
    let (mut estimated, mut measured) = (0.0, 0.0);
    let test = classes(4000, 1000);
    for seed in 0..3 {
        let rows = classes(250, seed);
        let room = Folder::new();
        write(&room, &rows.0, &rows.1.iter().map(|c| format!("c{c}")).collect::<Vec<_>>());
        let (found, _) =
            points(&room, &["--samples", "30", "--ridge", "optimal-nonnegative", "--task", "c0"]);
        assert_eq!(found[0]["anchored"], true);
        estimated += number(&found[0], "accuracy") / 3.0;
        let alpha = number(&found[0], "alpha");
        let fit = |i: u64| {
            // Classes vary as in 30 rows drawn from many.
            let mut random = ChaCha8Rng::seed_from_u64(50 + 20 * seed + i);
            let many = classes(600, 2000 + 10 * seed + i);
            let some: Vec<usize> = (0..30).map(|_| random.random_range(0..600)).collect();
            let train = (many.0.select(ndarray::Axis(0), &some), some.iter().map(|&i| many.1[i]).collect());
            accuracy(&train, &test, alpha)
        };
        measured += (0..8).map(fit).sum::<f64>() / 24.0;
    }
    assert!((estimated - measured).abs() < 0.03, "{estimated} estimated, {measured} measured");
}

/// Ten classes of ten rows are too small to be held out, which is no reason to refuse the rest.
#[test]
fn small_classes_have_estimates_without_held_out_tasks() {
    let rows = classes(100, 7);
    let room = Folder::new();
    write(&room, &rows.0, &rows.1.iter().map(|c| format!("c{c}")).collect::<Vec<_>>());
    let (found, _) = points(&room, &["--samples", "20,50", "--ridge", "optimal-nonnegative"]);
    assert!(number(&found[0], "accuracy") > 0.2 && number(&found[1], "risk") < 1.0, "{found:?}");
    let (text, _) = run(&room, "eval", &["--samples", "50", "--ridge", "0.1"]);
    assert!(!text.contains("tasks left out"), "{text}");
    let rows = classes(300, 8);
    write(&room, &rows.0, &rows.1.iter().map(|c| format!("c{c}")).collect::<Vec<_>>());
    let (text, _) = run(&room, "eval", &["--samples", "50", "--ridge", "0.1"]);
    assert!(text.contains("tasks left out, n 50, without a ridge: risk "), "{text}");
}

/// Where the rows have no estimate at larger n, a target is not called out of reach there.
#[test]
fn a_target_beyond_what_rows_can_estimate_is_not_called_out_of_reach() {
    let mut random = ChaCha8Rng::seed_from_u64(11);
    let mut normal = || -> f64 { random.sample(StandardNormal) };
    let x = Array2::from_shape_fn((60, 150), |_| normal());
    let labels: Vec<String> = (0..60)
        .map(|i| {
            if (0..8).map(|j| x[(i, j)]).sum::<f64>() + 0.5 * normal() > 0.0 { "a" } else { "b" }.to_owned()
        })
        .collect();
    let room = Folder::new();
    write(&room, &x, &labels);
    let asked = ["--target", "0.97", "--metric", "accuracy", "--ridge", "optimal-nonnegative"];
    let (text, _) = run(&room, "eval", &asked);
    assert!(text.contains("above which these rows have no estimate"), "{text}");
}
