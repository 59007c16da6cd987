//! The packages data (`examples/packages` and the rest in `tests/data`) against `tests/data/measured.json`.

use std::io::Write;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use ndarray::{Array2, ArrayView2, Axis};
use riskscope::data::{
    Estimate, Features, Featurizer, Pool, Reading, TaskChoice, load_features, load_targets,
};
use riskscope::theory::{NoiseVariance, Ridge, SampleRatio, Spectrum, risk};
use serde_json::Value;

/// All 4000 rows; the order does not matter.
pub fn pool() -> &'static Arc<Pool> {
    static POOL: OnceLock<Arc<Pool>> = OnceLock::new();
    POOL.get_or_init(|| {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let cut = load_features(&root.join("examples/packages/features.npy")).unwrap();
        let rest = load_features(&root.join("tests/data/packages_rest_features.npy")).unwrap();
        let joined = ndarray::concatenate![ndarray::Axis(0), cut.to_array(), rest.to_array()];
        let mut labels = tempfile::Builder::new().suffix(".txt").tempfile().unwrap();
        for part in ["examples/packages/labels.txt", "tests/data/packages_rest_labels.txt"] {
            labels.write_all(&std::fs::read(root.join(part)).unwrap()).unwrap();
        }
        let targets = load_targets(labels.path(), joined.nrows(), Reading::Auto).unwrap();
        let features = Features::from_array("packages", joined.view()).unwrap();
        Arc::new(Pool::new(features, targets, &|_| true).unwrap())
    })
}

fn reference() -> Value {
    serde_json::from_str(include_str!("../data/measured.json")).unwrap()
}

fn risk_at(pool: &Pool, featurizer: &Featurizer, task: TaskChoice, samples: f64, ridge: f64) -> f64 {
    risk::evaluate(
        &featurizer.spectrum(pool, task).unwrap(),
        SampleRatio::new(samples / pool.dimension() as f64).unwrap(),
        Ridge::new(ridge).unwrap(),
        NoiseVariance::new(pool.noise(task)).unwrap(),
    )
    .unwrap()
    .risk
}

#[test]
fn noise_and_signal_of_every_task() {
    let (pool, reference) = (pool(), reference());
    assert_eq!((pool.rows(), pool.dimension(), pool.rank()), (4000, 384, 381));
    let tasks = reference["tasks"].as_object().unwrap();
    assert_eq!(tasks.len(), pool.tasks().len());
    for task in pool.tasks() {
        for (got, key) in [(task.noise, "noise"), (task.signal, "signal")] {
            let want = tasks[&task.name][key].as_f64().unwrap();
            assert!((got - want).abs() <= 1e-6 * want.abs(), "{key} of {}: {got} for {want}", task.name);
        }
    }
    assert_eq!(pool.tasks()[3].class_size, Some(3));
    // Reported only where the ensemble is used.
    assert!(pool.warnings().is_empty(), "{:?}", pool.warnings());
    assert!(pool.too_small().is_some_and(|said| said.ends_with("ensemble: \"education\"")));
    assert_eq!(pool.ensemble_tasks().len(), 15);
}

#[test]
fn every_predicted_risk() {
    let (pool, reference) = (pool(), reference());
    let points = reference["points"].as_array().unwrap();
    assert!(points.len() > 50, "{}", points.len());
    let mut worst = (0.0, String::new());
    for point in points {
        let number = |key: &str| point[key].as_f64().unwrap();
        let featurizer = match point["featurization"].as_str().unwrap() {
            "raw" => Featurizer::raw(pool),
            "whitened" => Featurizer::whitened(pool),
            "pca" => Featurizer::pca(pool, number("size") as usize),
            other => panic!("{other}"),
        };
        let task = pool.task(point["task"].as_str().unwrap()).unwrap();
        let got = risk_at(pool, &featurizer, task, number("samples"), number("ridge"));
        let error = (got / number("predicted") - 1.0).abs();
        if error > worst.0 {
            worst = (error, format!("{got} for {point}"));
        }
    }
    assert!(worst.0 < 1e-6, "{worst:?}");
}

/// A featurization given as a matrix, in a rotated eigenbasis, has the spectrum of the direct construction.
#[test]
fn matrices_equal_direct_featurizations() {
    let pool = pool();
    let (p, rank) = (pool.dimension(), pool.rank());
    let (identity, basis) = (Array2::eye(p), pool.to_basis());
    let (components, _) = basis.view().split_at(Axis(1), 60);
    let whitening = Array2::from_shape_fn((p, rank), |(i, j)| basis[(i, j)] / pool.eigenvalues()[j].sqrt());
    let covariance_inverse = whitening.dot(&whitening.t());
    let factor = |b: ArrayView2<'_, f64>| Featurizer::from_array(pool, b).unwrap();
    let symmetric = |f: ArrayView2<'_, f64>| Featurizer::from_symmetric(pool, f).unwrap();
    let cases = [
        ("raw, B", Featurizer::raw(pool), factor(identity.view())),
        ("raw, F", Featurizer::raw(pool), symmetric(identity.view())),
        ("pca, B", Featurizer::pca(pool, 60), factor(components)),
        ("whitened, B", Featurizer::whitened(pool), factor(whitening.view())),
        ("whitened, F", Featurizer::whitened(pool), symmetric(covariance_inverse.view())),
    ];
    for (name, direct, matrix) in &cases {
        for task in [TaskChoice::Mean, TaskChoice::Task(5)] {
            for (samples, ridge) in [(40.0, 0.0), (200.0, 0.0), (200.0, 0.1), (700.0, 0.01)] {
                let (want, got) = (
                    risk_at(pool, direct, task, samples, ridge),
                    risk_at(pool, matrix, task, samples, ridge),
                );
                assert!((got / want - 1.0).abs() < 1e-6, "{name}, {task:?}, n={samples}: {got} for {want}");
            }
        }
    }
}

#[test]
fn estimates_preserve_the_signal_and_families_agree() {
    let pool = pool();
    for task in [TaskChoice::Mean, pool.task("games").unwrap()] {
        let estimate = Estimate::new(pool, task).unwrap();
        let spectrum = estimate.task_spectrum(pool).unwrap();
        let total: f64 = spectrum.weights().iter().zip(spectrum.energies()).map(|(w, t)| w * t).sum();
        let want = match task {
            TaskChoice::Task(_) => pool.signal(task),
            // Mean over the 15 tasks that are large enough.
            TaskChoice::Mean => {
                pool.ensemble_tasks().iter().map(|&t| pool.tasks()[t].signal).sum::<f64>() / 15.0
            }
        };
        assert!((total / want - 1.0).abs() < 1e-9, "{total} for {want}");

        // The risk of soft selection equals that of its features: 384 directions, 3 of them with eigenvalue 0.
        let noise = NoiseVariance::new(0.6).unwrap();
        for samples in [50.0, 200.0, 340.0] {
            let ratio = SampleRatio::new(samples / 384.0).unwrap();
            let soft = spectrum.soft(ratio, noise).unwrap();
            let directions = spectrum.weights().iter().zip(spectrum.energies());
            let directions = directions.map(|(&w, &t)| (w, t + soft.mu, t));
            let whole = Spectrum::new(directions.chain([(3.0 / 384.0, 0.0, 0.0)])).unwrap();
            let got = risk::evaluate(&whole, ratio, Ridge::ZERO, noise).unwrap().risk;
            assert!((got / soft.risk - 1.0).abs() < 1e-9, "{got} for {soft:?}");
        }

        let exponents = |u, v| Featurizer::exponents(pool, &estimate, u, v).unwrap();
        let same = [
            ("raw", Featurizer::raw(pool), exponents(0.0, 0.0), 1e-7),
            ("whitened", Featurizer::whitened(pool), exponents(0.0, -1.0), 1e-7),
            ("ground truth", Featurizer::ground_truth(&estimate), exponents(1.0, 0.0), 1e-5),
            (
                "task only",
                Featurizer::ground_truth(&estimate),
                Featurizer::mix(&estimate, 0.0).unwrap(),
                1e-9,
            ),
            ("structure only", Featurizer::whitened(pool), Featurizer::mix(&estimate, 1e12).unwrap(), 1e-7),
        ];
        for (name, one, other, tolerance) in &same {
            for (samples, ridge) in [(40.0, 0.1), (200.0, 0.1), (700.0, 0.01)] {
                let (want, got) =
                    (risk_at(pool, one, task, samples, ridge), risk_at(pool, other, task, samples, ridge));
                assert!(
                    (got / want - 1.0).abs() < *tolerance,
                    "{name}, {task:?}, n={samples}: {got} for {want}"
                );
            }
        }
    }
}

#[test]
fn loading_can_be_interrupted() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/packages");
    let stopped =
        Pool::load(&root.join("features.npy"), &root.join("labels.txt"), Reading::Auto, &|done| done < 0.4);
    assert_eq!(stopped.unwrap_err(), riskscope::data::DataError::Interrupted);
}
