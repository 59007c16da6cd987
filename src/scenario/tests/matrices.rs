//! Populations and featurizations that need matrices: rotated tasks, learned features, files, measured data.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use ndarray::Array2;

use super::super::*;
use super::{close, model, ridgeless};

fn rotated(p: usize, angle: f64) -> Model {
    model(&format!(
        "dimension = {p}\nsignal = 2.0\n[covariates]\nfamily = \"power-law\"\nexponent = 0.7\n\
         [task]\nfamily = \"two-level\"\nfraction = 0.3\nratio = 0.01\nalignment = \"rotated\"\nangle = {angle}\nseed = 5"
    ))
}

const KINDS: [Featurization; 7] = [
    Featurization::Raw,
    Featurization::GroundTruth,
    Featurization::Whitened,
    Featurization::Pca { size: Some(20) },
    Featurization::Mix { weight: 1e-3 },
    Featurization::Exponents { task: 0.5, covariates: 0.3 },
    Featurization::Optimal { at: Some(0.4) },
];

#[test]
fn no_rotation_is_aligned_and_a_tiny_one_nearly() {
    let aligned = rotated(61, 0.0);
    for angle in [180.0, -360.0, 1e-7] {
        let turned = rotated(61, angle);
        for f in &KINDS {
            let (want, got) = (ridgeless(&aligned, f, 0.5).risk, ridgeless(&turned, f, 0.5).risk);
            close(got, want, if angle == 1e-7 { 1e-6 } else { 1e-10 });
        }
    }
}

#[test]
fn rotation_preserves_traces() {
    let mut last = 0.0;
    for angle in [0.0, 20.0, 45.0, 90.0] {
        let m = rotated(100, angle);
        for f in &KINDS {
            let s = m.spectrum(f).unwrap();
            close(s.signal(), 2.0, 1e-11);
            close(s.mean_eigenvalue(), 1.0, 1e-11);
        }
        assert_eq!(m.spectrum(&Featurization::GroundTruth).unwrap().rank(), 1.0);
        // Signal moves from the strong covariates to the weak ones, so the risk of raw features increases.
        let raw = ridgeless(&m, &Featurization::Raw, 0.3).risk;
        assert!(raw > last, "{angle}: {raw}");
        last = raw;
    }
}

/// The rank of sparse tasks is preserved by the eigendecomposition.
#[test]
fn rotated_sparse_tasks_have_a_rank() {
    let m = model(
        "dimension = 50\n[covariates]\nfamily = \"exponential\"\nscale = 5\n\
         [task]\nfamily = \"sparse\"\nfraction = 0.2\nalignment = \"rotated\"\nangle = 40",
    );
    assert_eq!(m.spectrum(&Featurization::GroundTruth).unwrap().rank(), 0.2);
    assert_eq!(m.spectrum(&Featurization::Exponents { task: 0.5, covariates: 0.0 }).unwrap().rank(), 0.2);
    let refused = m.spectrum(&Featurization::Exponents { task: -1.0, covariates: 0.0 }).unwrap_err();
    assert!(refused.to_string().contains("at least 0"), "{refused}");
}

#[test]
fn learned_features_tend_to_the_ground_truth() {
    for alignment in ["aligned", "rotated"] {
        let learned = |tasks: usize, samples: usize| {
            let m = model(&format!(
                "dimension = 30\nnoise = 0.1\n[covariates]\nfamily = \"power-law\"\nexponent = 0.5\n\
                 [task]\nfamily = \"two-level\"\nfraction = 0.3\nratio = 0.05\nalignment = \"{alignment}\"\n\
                 [featurization]\nkind = \"learned\"\ntasks = {tasks}\nsamples = {samples}"
            ));
            let risk = ridgeless(&m, &m.scenario().featurization, 0.5).risk;
            let truth = ridgeless(&m, &Featurization::GroundTruth, 0.5).risk;
            risk / truth - 1.0
        };
        assert!(learned(1500, 800).abs() < 0.03, "{}", learned(1500, 800));
        assert!(learned(10, 20) > 0.1, "{}", learned(10, 20));
    }
}

#[test]
fn few_upstream_tasks_have_their_rank() {
    let text = "dimension = 40\n[featurization]\nkind = \"learned\"\ntasks = 6\nsamples = 20\nseed = 3";
    let m = model(text);
    let s = m.spectrum(&m.scenario().featurization).unwrap();
    assert_eq!(s.rank(), 6.0 / 40.0);
    close(s.signal(), 1.0, 1e-12);
    close(s.mean_eigenvalue(), 1.0, 1e-12);
    assert_eq!(s, model(text).spectrum(&m.scenario().featurization).unwrap());
    let other = model(&text.replace("seed = 3", "seed = 4"));
    assert_ne!(s, other.spectrum(&other.scenario().featurization).unwrap());
}

/// Changes of noise, signal, ridge or featurization neither draw nor decompose again; a computation can be interrupted.
#[test]
fn expensive_parts_are_cached_and_interruptible() {
    let mut scenario = Scenario::default();
    for (key, value) in [("dimension", "60"), ("featurization.kind", "learned"), ("featurization.tasks", "9")]
    {
        scenario.set(key, value).unwrap();
    }
    let asked = AtomicUsize::new(0);
    let count = || {
        asked.fetch_add(1, Ordering::Relaxed);
        false
    };
    let first = Model::new(&scenario, None, &count).unwrap();
    assert!(asked.swap(0, Ordering::Relaxed) > 9);
    let mut last = first.clone();
    for (key, value) in [
        ("noise", "0.5"),
        ("signal", "2"),
        ("ridge", "optimal"),
        ("featurization.kind", "raw"),
        ("featurization.kind", "learned"),
        ("featurization.tasks", "9"),
        ("noise", "0.1"),
        ("signal", "1"),
    ] {
        scenario.set(key, value).unwrap();
        if key == "featurization.kind" && value == "learned" {
            scenario.featurization = first.scenario().featurization.clone();
        }
        last = Model::new(&scenario, Some(&last), &count).unwrap();
        assert_eq!(asked.swap(0, Ordering::Relaxed), 1, "{key}={value}");
    }
    let chosen = &first.scenario().featurization;
    assert_eq!(last.spectrum(chosen).unwrap(), first.spectrum(chosen).unwrap());

    let stopped = Model::new(&scenario, None, &|| asked.fetch_add(1, Ordering::Relaxed) >= 3);
    assert_eq!(stopped.unwrap_err(), ScenarioError::Interrupted);
}

/// By the definition with separate linear algebra: θ̂ = X⁺y for each upstream task, F = (1/m) Σ θ̂θ̂ᵀ, scaled to s of mean 1.
/// Read from a file as B, the featurization is equal.
#[test]
fn learned_features_equal_the_fitted_tasks() {
    use nalgebra::{DMatrix, DVector};
    use rand::SeedableRng;
    use rand_distr::{Distribution, StandardNormal};
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("B.npy");
    let (p, tasks, signal, noise) = (16, 5, 2.0_f64, 0.3_f64);
    for samples in [10, 40] {
        let text = format!(
            "dimension = {p}\nsignal = {signal}\nnoise = {noise}\nridge = 0.1\n[covariates]\nfamily = \"power-law\"\n\
             exponent = 0.7\n[task]\nfamily = \"two-level\"\nfraction = 0.25\nratio = 0.05\n\
             [featurization]\nkind = \"learned\"\ntasks = {tasks}\nsamples = {samples}\nseed = 11"
        );
        let x: Vec<f64> = (1..=p).map(|j| f64::from(j).powf(-0.7)).collect();
        let mean = x.iter().sum::<f64>() / f64::from(p);
        let x: Vec<f64> = x.iter().map(|v| v / mean).collect();
        let theta: Vec<f64> = (0..p).map(|j| if j < p / 4 { 1.0 } else { 0.05 }).collect();
        let total: f64 = x.iter().zip(&theta).map(|(x, t)| x * t).sum();
        let mut b = DMatrix::zeros(p as usize, tasks);
        for task in 0..tasks {
            let drawn = |number: u64| {
                let mut stream = rand_chacha::ChaCha8Rng::seed_from_u64(11);
                stream.set_stream(number);
                StandardNormal.sample_iter(stream)
            };
            let truth: Vec<f64> = drawn(task as u64)
                .zip(&theta)
                .map(|(z, t): (f64, _)| z * (t * signal / total).sqrt())
                .collect();
            let mut normal = drawn(task as u64 + (1 << 32));
            let (mut rows, mut labels) = (DMatrix::zeros(samples, p as usize), DVector::zeros(samples));
            for i in 0..samples {
                for j in 0..p as usize {
                    rows[(i, j)] = normal.next().unwrap() * x[j].sqrt();
                    labels[i] += rows[(i, j)] * truth[j];
                }
                let error: f64 = normal.next().unwrap();
                labels[i] += noise.sqrt() * error;
            }
            b.set_column(task, &(rows.pseudo_inverse(1e-12).unwrap() * labels));
        }
        let seen = DMatrix::from_fn(p as usize, tasks, |i, j| x[i].sqrt() * b[(i, j)]);
        let unit = (f64::from(p) / seen.norm_squared()).sqrt();
        write(&path, &Array2::from_shape_fn((p as usize, tasks), |(i, j)| unit * b[(i, j)]));
        let m = model(&text);
        let file = Featurization::File { path: path.clone() };
        for alpha in [0.2, 0.9, 2.0] {
            let at = |f: &Featurization| {
                let alpha = crate::theory::SampleRatio::new(alpha).unwrap();
                m.representation(f).unwrap().evaluate(alpha, m.ridge(), m.noise()).unwrap().unwrap().risk
            };
            close(at(&m.scenario().featurization), at(&file), 1e-9);
        }
    }
}

fn write(path: &Path, b: &Array2<f64>) {
    ndarray_npy::write_npy(path, b).unwrap();
}

#[test]
fn features_from_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("B.npy");
    let base =
        "dimension = 8\n[covariates]\nfamily = \"power-law\"\n[task]\nfamily = \"exponential\"\nscale = 4\n";
    let m = model(base);
    let file = Featurization::File { path: path.clone() };

    // B = 2I is raw features, four times as large: the scale of a file is kept.
    write(&path, &(Array2::eye(8) * 2.0));
    let (raw, got) = (m.spectrum(&Featurization::Raw).unwrap(), m.spectrum(&file).unwrap());
    for i in 0..8 {
        close(got.eigenvalues()[i], 4.0 * raw.eigenvalues()[i], 1e-12);
        close(got.weighted_energies()[i], raw.weighted_energies()[i], 1e-12);
    }
    // B with few columns: the first two directions mixed, the rest lost; M = bbᵀ with b = Σ_x^{1/2}(3, 4, 0, …).
    let mut thin = Array2::zeros((8, 1));
    (thin[[0, 0]], thin[[1, 0]]) = (3.0, 4.0);
    write(&path, &thin);
    let got = m.spectrum(&file).unwrap();
    let (x, e) = (raw.eigenvalues(), raw.weighted_energies());
    let s = 9.0 * x[0] + 16.0 * x[1];
    assert_eq!(got.rank(), 1.0 / 8.0);
    close(got.eigenvalues()[0], s, 1e-12);
    close(got.weighted_energies()[0], (9.0 * x[0] * e[0] + 16.0 * x[1] * e[1]) / s, 1e-12);
    close(got.signal(), 1.0, 1e-12);

    write(&path, &Array2::eye(5));
    let refused = m.spectrum(&file).unwrap_err().to_string();
    assert!(refused.contains("B is 5×5") && refused.contains("8 covariate dimensions"), "{refused}");
    write(&path, &(Array2::eye(8) * f64::NAN));
    assert!(m.spectrum(&file).unwrap_err().to_string().contains("NaN"));
    let gone = m.spectrum(&Featurization::File { path: folder.path().join("no.npy") }).unwrap_err();
    assert!(gone.to_string().contains("no.npy"), "{gone}");
    let mut scenario = Scenario::default();
    scenario.set("featurization.kind", "file").unwrap();
    let unnamed = Model::new(&scenario, None, &|| false).unwrap_err();
    assert!(unnamed.to_string().contains("featurization.path is missing"), "{unnamed}");
}

/// From a scenario file to the risk on real features; settings that do not require reading them again.
#[test]
fn measured_end_to_end() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/packages");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("packages.toml");
    let text = format!(
        "[data]\nfeatures = {0:?}\ntargets = {1:?}\ntask = \"games\"\n",
        data.join("features.npy").display().to_string(),
        data.join("labels.txt").display().to_string()
    );
    std::fs::write(&file, text).unwrap();
    let mut scenario = Scenario::load(&file).unwrap();
    assert_eq!(scenario.featurization, Featurization::Raw);
    let asked = AtomicUsize::new(0);
    let count = || {
        asked.fetch_add(1, Ordering::Relaxed);
        false
    };
    let games = Model::new(&scenario, None, &count).unwrap();
    let pool = games.pool().unwrap();
    assert_eq!((games.dimension(), pool.dimension()), (384, 384));
    assert!(asked.swap(0, Ordering::Relaxed) > 1);
    close(games.noise().get() + games.signal(), 1.0, 1e-9);
    // The double descent of section 9: a peak near n = rank, far below it at both ends.
    let risk = |m: &Model, n: f64| ridgeless(m, &m.scenario().featurization, n / 384.0).risk;
    assert!(risk(&games, 370.0) > 5.0 && risk(&games, 100.0) < 1.0 && risk(&games, 1600.0) < 0.6);

    scenario.set("data.task", "mean").unwrap();
    scenario.set("noise", "0.5").unwrap();
    let mean = Model::new(&scenario, Some(&games), &count).unwrap();
    assert_eq!(asked.swap(0, Ordering::Relaxed), 1, "the pool is not read again");
    assert_eq!(mean.noise().get(), 0.5);
    scenario.set("noise", "estimated").unwrap();
    for kind in scenario.kinds() {
        if kind == "file" {
            continue;
        }
        scenario.set("featurization.kind", kind).unwrap();
        if kind == "soft" {
            scenario.set("featurization.at", "0.3").unwrap();
        }
        let m = Model::new(&scenario, Some(&mean), &count).unwrap();
        let r = m.representation(&scenario.featurization);
        assert!(r.is_ok(), "{kind}: {r:?}");
    }
    scenario.set("data.task", "gmaes").unwrap();
    let refused = Model::new(&scenario, Some(&games), &count).unwrap_err().to_string();
    assert!(refused.contains("\"gmaes\"") && refused.contains("\"games\""), "{refused}");

    // The identity as B from a file equals raw features.
    let b = folder.path().join("B.npy");
    write(&b, &Array2::eye(384));
    scenario.set("data.task", "games").unwrap();
    scenario.set("featurization.path", b.to_str().unwrap()).unwrap();
    let file = Model::new(&scenario, Some(&games), &count).unwrap();
    close(risk(&file, 200.0), risk(&games, 200.0), 1e-9);
}
