//! The ensemble of tasks, left-out risks against `tests/data/fit.json`, and the representation that comes of it.

use faer::Mat;
use riskscope::data::{
    Ensemble, Expectation, Featurizer, Fitted, Grid, Pool, Reading, Shrinkage, TaskChoice,
};
use riskscope::study::words;
use riskscope::theory::{NoiseVariance, Ridge, RidgeChoice, SampleRatio, TaskSpectrum, ridge, risk};
use serde_json::Value;

use super::packages::pool;
use super::{array, mat};

/// Without ridge, over the tasks of at least 20 rows.
fn mean_risk(pool: &Pool, featurizer: &Featurizer, samples: f64) -> f64 {
    let risks = pool.ensemble_tasks().into_iter().map(|t| {
        risk::evaluate(
            &featurizer.spectrum(pool, TaskChoice::Task(t)).unwrap(),
            SampleRatio::new(samples / pool.dimension() as f64).unwrap(),
            Ridge::ZERO,
            NoiseVariance::new(pool.tasks()[t].noise).unwrap(),
        )
        .unwrap()
        .risk
    });
    risks.sum::<f64>() / 15.0
}

/// Least squares with an intercept on k directions of n Gaussian rows against the asymptotics, n/(n − k), of the reference.
fn finite(n: f64, k: f64) -> f64 {
    (1.0 - k / n) * (1.0 + 1.0 / n) * (n - 2.0) / (n - k - 2.0)
}

fn against_reference(grid: &Grid, samples: &[u64]) {
    let pool = pool();
    let ensemble = Ensemble::new(pool, grid, &|_| true).unwrap();
    let reference: Value = serde_json::from_str(include_str!("../data/fit.json")).unwrap();
    for point in reference["points"].as_array().unwrap() {
        let number = |key: &str| point[key].as_f64().unwrap();
        if !samples.is_empty() && !samples.contains(&(number("samples") as u64)) {
            continue;
        }
        let best = ensemble.best(number("samples"), &|_| true).unwrap();
        let excess = best.left_out_risk / number("left_out_risk") - 1.0;
        let selected = if best.soft > 0 { 1.0 } else { finite(number("samples"), best.kept) };
        assert!((excess + 1.0 - selected).abs() < 1e-3, "{} for {point}", best.left_out_risk);
        assert!(excess.abs() < 0.02, "{} for {point}", best.left_out_risk);
        assert!((best.raw / number("raw") - 1.0).abs() < 1e-6, "{} for {point}", best.raw);
        // The reference tried some sizes only; at its own size the risk must be its own.
        let size = number("best_pca_size");
        let same = mean_risk(pool, &Featurizer::pca(pool, size as usize), number("samples"));
        assert!((same / number("best_pca") - 1.0).abs() < 1e-6, "{same} for {point}");
        let known = finite(number("samples"), best.pcr_size as f64);
        let told = best.pcr / known;
        assert!((0.99 * same..=same * (1.0 + 1e-9)).contains(&told), "{best:?} for {point}");
        let found = mean_risk(pool, &Featurizer::pca(pool, best.pcr_size), number("samples"));
        assert!((found / told - 1.0).abs() < 1e-9, "{found} for {best:?}");
        let regimes = &point["regimes"];
        assert_eq!(best.soft + best.hard + best.null, 15);
        assert_eq!(best.soft > 0, regimes["soft"].as_u64().unwrap() > 0, "{best:?}");
        // What is recommended is what the reference's representations are.
        let most = ["soft", "hard", "null"].into_iter().max_by_key(|r| regimes[r].as_u64()).unwrap();
        let said = words::recommended(&best);
        assert!(said.starts_with(most), "{said} where {point} is right");
        if most == "hard"
            && best.shrinkage.eta == number("eta")
            && best.shrinkage.exponent == number("exponent")
        {
            assert!(
                said.contains(&format!("of {:.0} directions", number("kept"))),
                "{said} where {point} is right"
            );
        }
    }
}

#[test]
fn left_out_risks_on_a_coarse_grid() {
    against_reference(&Grid { etas: vec![0.7, 1.0], exponents: vec![0.5, 1.0] }, &[50, 200, 1500]);
}

#[test]
#[ignore = "hundreds of eigendecompositions"]
fn left_out_risks_on_the_whole_grid() {
    against_reference(&Grid::default(), &[]);
}

/// From the definitions, without any of the shortcuts: the other classes from the rows that are not of the class left
/// out, S from matrices, F as a p×p matrix, the left-out task's risk in its eigenbasis.
#[test]
fn a_left_out_risk_by_hand() {
    let pool = pool();
    let (p, r) = (pool.dimension(), pool.rank());
    let (eta, exponent, left_out) = (0.5, 0.5, pool.task("games").unwrap());
    let TaskChoice::Task(left) = left_out else { panic!() };
    let others: Vec<usize> = pool.ensemble_tasks().into_iter().filter(|&t| t != left).collect();
    let count = others.len() as f64;
    let (features, targets, basis) =
        (mat(&pool.to_features()), mat(&pool.to_targets()), mat(&pool.to_basis()));

    let rest: Vec<usize> = (0..pool.rows()).filter(|&i| targets[(i, left)] < 0.0).collect();
    let rows = rest.len() as f64;
    let standardized = |column: Vec<f64>, scaled: bool| -> Vec<f64> {
        let mean = column.iter().sum::<f64>() / rows;
        let deviation = (column.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / rows).sqrt();
        column.iter().map(|v| (v - mean) / if scaled { deviation } else { 1.0 }).collect()
    };
    let columns = |from: faer::MatRef<'_, f64>, which: &[usize], scaled: bool| {
        let columns: Vec<Vec<f64>> = which
            .iter()
            .map(|&j| standardized(rest.iter().map(|&i| from[(i, j)]).collect(), scaled))
            .collect();
        Mat::from_fn(rest.len(), which.len(), |i, j| columns[j][i])
    };
    let x = columns(features.as_ref(), &(0..p).collect::<Vec<_>>(), false);
    let y = columns(targets.as_ref(), &others, true);
    let covariance = faer::Scale(1.0 / rows) * (x.transpose() * &x);
    let eigen = covariance.self_adjoint_eigen(faer::Side::Lower).unwrap();
    let own = eigen.U().get(.., p - r..);
    let root = |j: usize| eigen.S()[p - r + j].sqrt();
    let z = own.transpose() * (x.transpose() * &y);
    let z = Mat::from_fn(r, others.len(), |i, t| z[(i, t)] / (rows * root(i)));
    let noises = z.col_iter().map(|z| (1.0 - z.squared_norm_l2()) * rows / (rows - r as f64));
    let noise = noises.sum::<f64>() / count;
    let s = faer::Scale(1.0 / count) * (&z * z.transpose())
        - faer::Scale(noise / rows) * Mat::<f64>::identity(r, r);
    let total = 1.0 - noise;
    let eigen_s = s.self_adjoint_eigen(faer::Side::Lower).unwrap();
    let values: Vec<f64> = eigen_s.S().column_vector().iter().copied().collect();
    // The level that preserves the total, by bisection.
    let sum = |c: f64| values.iter().map(|v| (v - c).max(0.0)).sum::<f64>();
    let (mut low, mut high) = (0.0, values[r - 1]);
    for _ in 0..200 {
        let middle = 0.5 * (low + high);
        if sum(middle) > total { low = middle } else { high = middle }
    }
    let positive = Mat::from_fn(r, r, |i, j| if i == j { (values[i] - low).max(0.0) } else { 0.0 });
    let estimate = eigen_s.U() * positive * eigen_s.U().transpose();
    // From coordinates whitened by those rows to those whitened by all.
    let unwhiten = Mat::from_fn(p, r, |i, j| own[(i, j)] / root(j));
    let map = basis.transpose() * unwhiten;
    let map = Mat::from_fn(r, r, |i, j| map[(i, j)] * pool.eigenvalues()[i].sqrt());
    let estimate = &map * estimate * map.transpose();
    let total: f64 = estimate.diagonal().column_vector().iter().sum();

    let prior: Vec<f64> = pool.eigenvalues().iter().map(|s| s.powf(1.0 + exponent)).collect();
    let prior_total: f64 = prior.iter().sum();
    let shrunk = Mat::from_fn(r, r, |i, j| {
        (1.0 - eta) * estimate[(i, j)] + if i == j { eta * total * prior[i] / prior_total } else { 0.0 }
    });
    let eigen = shrunk.self_adjoint_eigen(faer::Side::Lower).unwrap();
    let energies: Vec<f64> = eigen.S().column_vector().iter().rev().map(|e| e * r as f64).collect();
    let task = TaskSpectrum::uniform(&energies).unwrap();

    let grid = Grid { etas: vec![eta], exponents: vec![exponent] };
    let ensemble = Ensemble::new(pool, &grid, &|_| true).unwrap();
    for samples in [30.0, 200.0, 600.0] {
        let chosen =
            task.optimal(SampleRatio::new(samples / r as f64).unwrap(), NoiseVariance::new(noise).unwrap());
        // F = Σ^{-1/2} M Σ^{-1/2} as a matrix over the features.
        let kept = (chosen.hard.fraction * r as f64).round() as usize;
        let value = |i: usize| match chosen.regime {
            riskscope::theory::Regime::Soft => energies[i] + chosen.mu.unwrap(),
            _ => f64::from(u8::from(i < kept)),
        };
        let vectors = eigen.U().reverse_cols();
        let m = Mat::from_fn(r, r, |i, j| if i == j { value(i) } else { 0.0 });
        let whitening = Mat::from_fn(p, r, |i, j| basis[(i, j)] / pool.eigenvalues()[j].sqrt());
        let f = &whitening * (vectors * m * vectors.transpose()) * whitening.transpose();
        let spectrum = Featurizer::from_symmetric(pool, array(f.as_ref()).view())
            .unwrap()
            .spectrum(pool, left_out)
            .unwrap();
        let want = risk::evaluate(
            &spectrum,
            SampleRatio::new(samples / p as f64).unwrap(),
            Ridge::ZERO,
            NoiseVariance::new(pool.noise(left_out)).unwrap(),
        )
        .unwrap()
        .risk;
        let soft = chosen.regime == riskscope::theory::Regime::Soft;
        let want = if soft { want } else { want * finite(samples, kept as f64) };
        let best = ensemble.best(samples, &|_| true).unwrap();
        let got = best.tasks.iter().find(|t| t.0 == left).unwrap().1;
        assert!((got / want - 1.0).abs() < 5e-4, "n={samples}: {got} for {want}, {:?}", chosen.regime);
    }
}

/// B, read back from its file, is a featurization whose mean risk is the one its own spectrum promises: in-sample, so
/// below the left-out risk, and below raw features.
#[test]
fn the_representation_does_what_it_says() {
    let pool = pool();
    let grid = Grid { etas: vec![0.7], exponents: vec![0.5] };
    let ensemble = Ensemble::new(pool, &grid, &|_| true).unwrap();
    let read = |fitted: &Fitted| {
        let array: ndarray::Array2<f64> =
            ndarray_npy::ReadNpyExt::read_npy(&fitted.npy().unwrap()[..]).unwrap();
        assert_eq!(array.nrows(), 384);
        let b = mat(&array);
        // Σ s over the p directions: M = Σ^{1/2} F Σ^{1/2} has the trace of BᵀΣB.
        let x = mat(&pool.to_features()) * &b;
        let trace: f64 = x.col_iter().map(|c| c.iter().map(|v| v * v).sum::<f64>()).sum::<f64>() / 4000.0;
        assert!((trace / 384.0 - 1.0).abs() < 1e-6, "{trace}");
        b
    };
    for samples in [30.0, 800.0] {
        let best = ensemble.best(samples, &|_| true).unwrap();
        let b = read(&Fitted::new(pool, best.shrinkage, samples).unwrap());
        let featurizer = Featurizer::from_array(pool, array(b.as_ref()).view()).unwrap();
        let mean = mean_risk(pool, &featurizer, samples);
        assert!(mean < best.left_out_risk && mean > 0.8 * best.left_out_risk, "{mean} {best:?}");
        assert!(mean < best.raw, "{mean} {best:?}");
    }
    // The prior is the soft optimum without noise: S as it is.
    let b = read(&Fitted::prior(pool, Shrinkage { eta: 0.7, exponent: 0.5 }).unwrap());
    assert_eq!(b.ncols(), 381);
    let expectation = Expectation::new(pool, &ensemble, 200.0, &|_| true).unwrap();
    let prior = Featurizer::from_array(pool, array(b.as_ref()).view()).unwrap();
    let in_sample = pool.ensemble_tasks().into_iter().map(|t| {
        let spectrum = prior.spectrum(pool, TaskChoice::Task(t)).unwrap();
        let (ratio, noise) =
            (SampleRatio::new(200.0 / 384.0).unwrap(), NoiseVariance::new(pool.tasks()[t].noise).unwrap());
        ridge::evaluate(&spectrum, ratio, RidgeChoice::OptimalNonNegative, noise).unwrap().risk
    });
    let (in_sample, left_out) = (in_sample.sum::<f64>() / 15.0, expectation.prior.left_out_risk);
    assert!(in_sample < left_out && in_sample > 0.8 * left_out, "{in_sample} {left_out}");
    // A ridge can only help; here raw features are nearly as good a prior.
    let raw_tuned = expectation.raw_tuned;
    assert!(left_out < 1.01 * raw_tuned && raw_tuned < expectation.fitted.raw, "{expectation:?}");
    for (task, fitted) in expectation.tasks.iter().zip(&expectation.fitted.tasks) {
        assert!(task.raw_tuned <= task.raw && task.fitted == fitted.1, "{task:?}");
    }
}

#[test]
fn few_tasks_lean_on_the_prior_alone() {
    let room = tempfile::tempdir().unwrap();
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/packages");
    let labels = std::fs::read_to_string(path.join("labels.txt")).unwrap();
    let coarse: String =
        labels.lines().map(|l| if matches!(l, "games" | "math") { "play\n" } else { "work\n" }).collect();
    std::fs::write(room.path().join("two.txt"), coarse).unwrap();
    let pool = Pool::load(&path.join("features.npy"), &room.path().join("two.txt"), Reading::Auto, &|_| true)
        .unwrap();
    assert_eq!(
        (pool.tasks().len(), pool.ensemble_tasks().len()),
        (2, 1),
        "of two classes one is the other's mirror"
    );
    assert!((pool.tasks()[0].noise / pool.tasks()[1].noise - 1.0).abs() < 1e-9);
    let best = Ensemble::new(&pool, &Grid::default(), &|_| true).unwrap().best(200.0, &|_| true).unwrap();
    assert_eq!((best.shrinkage.eta, best.tasks.len()), (1.0, 1));
    assert!(best.left_out_risk < best.raw && best.left_out_risk > 0.2, "{best:?}");

    let interrupted = riskscope::data::DataError::Interrupted;
    assert_eq!(Ensemble::new(&pool, &Grid::default(), &|_| false).unwrap_err(), interrupted);
    let ensemble = Ensemble::new(&pool, &Grid::default(), &|_| true).unwrap();
    assert_eq!(ensemble.best(200.0, &|_| false).unwrap_err(), interrupted);
    for grid in [Grid { etas: vec![], exponents: vec![0.0] }, Grid { etas: vec![1.5], exponents: vec![0.0] }]
    {
        assert!(Ensemble::new(&pool, &grid, &|_| true).unwrap_err().is_input());
    }
    for samples in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert!(ensemble.best(samples, &|_| true).unwrap_err().is_input());
    }
}

/// What one number of samples is told does not follow which others were asked about before it.
#[test]
fn the_digits_do_not_follow_what_was_asked_before() {
    let grid = Grid { etas: vec![0.5, 1.0], exponents: vec![0.5, 1.0] };
    let fresh = || Ensemble::new(pool(), &grid, &|_| true).unwrap();
    let after = fresh();
    after.best(1500.0, &|_| true).unwrap();
    assert_eq!(after.best(60.0, &|_| true).unwrap(), fresh().best(60.0, &|_| true).unwrap());
}
