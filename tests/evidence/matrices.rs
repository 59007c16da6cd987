//! Covariances of covariates and tasks that do not commute, read from files.

use ndarray::Array2;
use riskscope::evidence::MonteCarlo;
use riskscope::scenario::{Model, Scenario};
use riskscope::theory::SampleRatio;

const P: usize = 40;

/// Fits in the coordinates of the files, to samples and tasks with these covariances, agree with the predicted risk;
/// Monte Carlo, which draws in the eigenbasis of each featurization, agrees as well.
#[test]
fn fits_with_non_commuting_matrices_match_the_theory() {
    use rand::SeedableRng;
    use rand_distr::{Distribution, StandardNormal};
    let mut random = rand_chacha::ChaCha8Rng::seed_from_u64(5);
    let mut normal = |rows: usize, columns: usize| {
        nalgebra::DMatrix::<f64>::from_fn(rows, columns, |_, _| StandardNormal.sample(&mut random))
    };
    // Wishart matrices with few degrees of freedom: wide spectra in unrelated directions.
    let (a, b) = (normal(P, P + 10), normal(P, P / 4));
    let (of_x, of_theta) = (&a * a.transpose(), &b * b.transpose());
    let folder = tempfile::tempdir().unwrap();
    let written = |name: &str, matrix: &nalgebra::DMatrix<f64>| {
        let path = folder.path().join(name);
        ndarray_npy::write_npy(&path, &Array2::from_shape_fn((P, P), |(i, j)| matrix[(i, j)])).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let mut scenario = Scenario::default();
    scenario.set("covariates.file", &written("x.npy", &of_x)).unwrap();
    scenario.set("task.file", &written("t.npy", &of_theta)).unwrap();
    let signal = (&of_x * &of_theta).trace();
    let mean = of_x.trace() / P as f64;
    for (kind, ridge, n) in
        [("raw", 0.0, 20), ("raw", 0.3, 60), ("ground-truth", 0.1, 16), ("whitened", 0.2, 30)]
    {
        scenario.set("featurization.kind", kind).unwrap();
        scenario.set("ridge", &ridge.to_string()).unwrap();
        let model = Model::new(&scenario, None, &|| false).unwrap();
        let ratio = SampleRatio::new(n as f64 / P as f64).unwrap();
        let theory = model.chosen().unwrap().evaluate(ratio, model.ridge(), model.noise()).unwrap().unwrap();
        // B with BBᵀ = F, and the mean eigenvalue of M, the unit of the ridge.
        let (factor, unit) = match kind {
            "raw" => (nalgebra::DMatrix::identity(P, P), mean),
            "ground-truth" => (b.clone(), signal / P as f64),
            _ => (
                nalgebra::linalg::Cholesky::new(of_x.clone()).unwrap().inverse().cholesky().unwrap().l(),
                1.0,
            ),
        };
        let risks: Vec<f64> = (0..300)
            .map(|_| {
                // Σ_x = AAᵀ.
                let x = normal(n, a.ncols()) * a.transpose();
                let theta = &b * normal(b.ncols(), 1) / signal.sqrt();
                let y = &x * &theta + normal(n, 1) * model.noise().get().sqrt();
                let features = &x * &factor;
                let shift = (n as f64 * ridge * unit).max(1e-9 * unit);
                let gram = &features * features.transpose() + nalgebra::DMatrix::identity(n, n) * shift;
                let fitted = &factor * (features.transpose() * gram.cholesky().unwrap().solve(&y));
                let error = fitted - theta;
                (error.transpose() * &of_x * &error)[(0, 0)] + model.noise().get()
            })
            .collect();
        let count = risks.len() as f64;
        let average = risks.iter().sum::<f64>() / count;
        let deviation = risks.iter().map(|r| (r - average).powi(2)).sum::<f64>().sqrt() / count;
        let off = (average - theory.risk).abs();
        assert!(
            off < 3.0 * deviation + 3.0 / n as f64 * theory.risk,
            "{kind} n = {n}: {average} ± {deviation} for {}",
            theory.risk
        );
        let mut run = MonteCarlo::new(&model, n, 1, Default::default()).unwrap();
        run.run(300, &mut |_| {}, &|| false).unwrap();
        let drawn = run.statistics();
        let spread = drawn.standard_error.hypot(deviation);
        assert!(
            (drawn.mean - average).abs() < 3.5 * spread,
            "{kind} n = {n}: {} for {average} ± {spread}",
            drawn.mean
        );
    }
}
