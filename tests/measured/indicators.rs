//! Tables of category indicators (one-hot) without a ridge, with about as many rows as directions: the risk equals that of
//! fits on other rows, where the path alone has the peak of Gaussian rows.

use nalgebra::{DMatrix, DVector};
use ndarray::{Array1, Array2};
use rand::distr::Distribution;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::{StandardNormal, weighted::WeightedIndex};
use riskscope::scenario::{Model, Scenario};
use riskscope::theory::SampleRatio;

use super::folder::Folder;

const CATEGORIES: usize = 4;
const LEVELS: usize = 10;

/// Rows of four categories, with level k drawn in proportion to 1/k, and a target that sums level effects and noise.
fn table(rows: usize, seed: u64) -> (Array2<f64>, Array1<f64>) {
    let effect = |category: usize, level: usize| (1.7 * (category * LEVELS + level + 1) as f64).sin();
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let levels = WeightedIndex::new((1..=LEVELS).map(|k| 1.0 / k as f64)).unwrap();
    let mut features = Array2::zeros((rows, CATEGORIES * LEVELS));
    let mut target = Array1::zeros(rows);
    for row in 0..rows {
        for category in 0..CATEGORIES {
            let level = levels.sample(&mut random);
            features[(row, category * LEVELS + level)] = 1.0;
            target[row] += effect(category, level);
        }
        target[row] += 0.5 * random.sample::<f64, _>(StandardNormal);
    }
    (features, target)
}

/// Mean squared error on other rows of the minimum-norm least-squares fit, in units of their variance.
fn error_of_least_norm(train: &(Array2<f64>, Array1<f64>), test: &(Array2<f64>, Array1<f64>)) -> f64 {
    let means: Vec<f64> = train.0.columns().into_iter().map(|c| c.mean().unwrap()).collect();
    let centred = |x: &Array2<f64>| DMatrix::from_fn(x.nrows(), x.ncols(), |i, j| x[(i, j)] - means[j]);
    let shift = train.1.mean().unwrap();
    let y = DVector::from_iterator(train.1.len(), train.1.iter().map(|v| v - shift));
    let beta = centred(&train.0).svd(true, true).solve(&y, 1e-8).unwrap();
    let predicted = centred(&test.0) * beta;
    let error = predicted.iter().zip(&test.1).map(|(f, y)| (f + shift - y).powi(2)).sum::<f64>();
    error / test.1.len() as f64 / test.1.var(0.0)
}

#[test]
fn one_hot_tables_match_fits_at_the_peak() {
    const SEEDS: u64 = 4;
    let room = Folder::new();
    let (mut estimated, mut path, mut measured) = (0.0, 0.0, 0.0);
    for seed in 0..SEEDS {
        let rows = table(200, seed);
        let (x, y) = (room.path("x.npy"), room.path("y.npy"));
        ndarray_npy::write_npy(&x, &rows.0).unwrap();
        ndarray_npy::write_npy(&y, &rows.1).unwrap();
        let mut scenario = Scenario::measured(&x, &y);
        scenario.set("ridge", "0").unwrap();
        let model = Model::new(&scenario, None, &|| false).unwrap();
        let curve = model.risk_curve(&model.scenario().featurization).unwrap();
        // Slightly more rows than the rank of 36.
        let ratio = SampleRatio::new(38.0 / model.dimension() as f64).unwrap();
        let at = || curve.evaluate(ratio, model.ridge(), model.noise()).unwrap();
        path += at().risk.unwrap().risk;
        curve.anchor(model.ridge(), &|| false).unwrap();
        let point = at();
        assert!(point.shown.unwrap().anchored);
        estimated += point.risk.unwrap().risk;
        let test = table(2000, 100 + seed);
        measured +=
            (0..10).map(|i| error_of_least_norm(&table(38, 1000 + 10 * seed + i), &test)).sum::<f64>() / 10.0;
    }
    let each = SEEDS as f64;
    assert!(
        (0.7..1.4).contains(&(estimated / measured)) && path > 2.0 * measured,
        "estimated {}, path {}, met {}",
        estimated / each,
        path / each,
        measured / each
    );
}
