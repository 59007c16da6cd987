//! A tuned ridge on features that are functions of few variables, where the leave-one-out path is too low at small ridges:
//! its risk and the chosen ridge, against plain fits on new rows.

use std::f64::consts::TAU;

use nalgebra::{DMatrix, DVector};
use ndarray::{Array1, Array2};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::StandardNormal;
use riskscope::scenario::{Model, Scenario};
use riskscope::theory::SampleRatio;

use super::folder::Folder;

type Rows = (Array2<f64>, Array1<f64>);

/// 60 random cosines of three normal variables, and a smooth function of two of them with noise.
fn cosines(rows: usize, seed: u64) -> Rows {
    const WIDTH: usize = 60;
    let mut weights = ChaCha8Rng::seed_from_u64(2);
    let directions = Array2::from_shape_fn((3, WIDTH), |_| 1.4 * weights.sample::<f64, _>(StandardNormal));
    let phases = Array1::from_shape_fn(WIDTH, |_| TAU * weights.random::<f64>());
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let variables = Array2::from_shape_fn((rows, 3), |_| random.sample::<f64, _>(StandardNormal));
    let features = (variables.dot(&directions) + phases).mapv(f64::cos);
    let target = variables
        .rows()
        .into_iter()
        .map(|z| z[0].sin() * z[1] + 0.3 * random.sample::<f64, _>(StandardNormal));
    (features, target.collect())
}

/// Six normal variables, their products and their cubes, and a sum of three of these with noise.
fn products(rows: usize, seed: u64) -> Rows {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let variables = Array2::from_shape_fn((rows, 6), |_| random.sample::<f64, _>(StandardNormal));
    let expanded = variables.rows().into_iter().flat_map(|z| {
        let pairs = (0..6).flat_map(|i| (i..6).map(move |j| (i, j)));
        let products = pairs.map(|(i, j)| z[i] * z[j]);
        z.iter().copied().chain(products).chain(z.iter().map(|v| v.powi(3))).collect::<Vec<f64>>()
    });
    let features = Array2::from_shape_vec((rows, 33), expanded.collect()).unwrap();
    let target = variables
        .rows()
        .into_iter()
        .map(|z| z[0] * z[1] + z[2] + 0.5 * random.sample::<f64, _>(StandardNormal));
    (features, target.collect())
}

/// Mean over fits of scikit-learn's `Ridge(alpha)`: squared error on other rows over their variance.
fn fitted_risk(of: fn(usize, u64) -> Rows, samples: usize, alpha: f64, test: &Rows) -> f64 {
    const FITS: u64 = 16;
    let error = |seed: u64| {
        let (x, y) = of(samples, 10_000 + seed);
        let (p, means, shift) = (x.ncols(), x.mean_axis(ndarray::Axis(0)).unwrap(), y.mean().unwrap());
        let centred = |x: &Array2<f64>| DMatrix::from_fn(x.nrows(), p, |i, j| x[(i, j)] - means[j]);
        let train = centred(&x);
        let labels = DVector::from_iterator(samples, y.iter().map(|v| v - shift));
        let gram = train.transpose() * &train + alpha * DMatrix::identity(p, p);
        let predicted = centred(&test.0) * gram.cholesky().unwrap().solve(&(train.transpose() * labels));
        let squares = predicted.iter().zip(&test.1).map(|(f, y)| (f + shift - y).powi(2));
        squares.sum::<f64>() / test.1.len() as f64 / test.1.var(0.0)
    };
    (0..FITS).map(error).sum::<f64>() / FITS as f64
}

/// Risk and alpha at n before and after rows are drawn.
fn estimates(rows: &Rows, samples: usize, room: &Folder) -> [(f64, f64); 2] {
    let (x, y) = (room.path("x.npy"), room.path("y.npy"));
    ndarray_npy::write_npy(&x, &rows.0).unwrap();
    ndarray_npy::write_npy(&y, &rows.1).unwrap();
    let mut scenario = Scenario::measured(&x, &y);
    scenario.set("ridge", "optimal-nonnegative").unwrap();
    let model = Model::new(&scenario, None, &|| false).unwrap();
    let curve = model.risk_curve(&model.scenario().featurization).unwrap();
    let ratio = SampleRatio::new(samples as f64 / model.dimension() as f64).unwrap();
    let at = || {
        let point = curve.evaluate(ratio, model.ridge(), model.noise()).unwrap();
        (point.risk.unwrap().risk, point.shown.unwrap().alpha.unwrap())
    };
    let before = at();
    curve.anchor(model.ridge(), &|| false).unwrap();
    [before, at()]
}

#[test]
fn tuned_ridges_are_corrected_by_drawn_fits() {
    const SAMPLES: usize = 120;
    let (room, test) = (Folder::new(), cosines(1500, 99));
    let (mut before, mut after, mut least) = (0.0, 0.0, 0.0);
    for seed in 0..3 {
        let [path, drawn] = estimates(&cosines(300, seed), SAMPLES, &room);
        before += fitted_risk(cosines, SAMPLES, path.1, &test);
        after += fitted_risk(cosines, SAMPLES, drawn.1, &test);
        let grid = (-4..=4).map(|i| fitted_risk(cosines, SAMPLES, 10_f64.powf(f64::from(i) / 2.0), &test));
        least += grid.fold(f64::INFINITY, f64::min);
    }
    assert!(
        before > 1.15 * least && after < 1.06 * least,
        "fits: path {before}, drawn {after}, best {least}"
    );
}

#[test]
fn noisy_draws_are_repeated_until_precise() {
    const SAMPLES: usize = 40;
    const SEEDS: u64 = 4;
    let (room, test) = (Folder::new(), products(1500, 99));
    let (mut path, mut estimated, mut fits) = (0.0, 0.0, 0.0);
    for seed in 0..SEEDS {
        let [before, after] = estimates(&products(300, seed), SAMPLES, &room);
        (path, estimated) = (path + before.0, estimated + after.0);
        fits += fitted_risk(products, SAMPLES, after.1, &test);
    }
    assert!(
        path < 0.8 * fits && (estimated / fits - 1.0).abs() < 0.2,
        "path {path}, estimated {estimated}, fits {fits}"
    );
}
