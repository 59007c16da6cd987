//! What is promised for classes not seen, kept on classes not seen: rows like scikit-learn's digits, some classes merged
//! to "other" when B is made, and B used to tell each of those apart in fresh rows by plain least squares.

use faer::Mat;
use faer::linalg::solvers::SolveLstsq;
use rand::seq::index;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};
use riskscope::data::{Ensemble, Features, Fitted, Grid, Pool, Reading, load_targets};

use super::{array, mat};

const SIDE: usize = 8;
const ROWS: usize = 1797;
const CLASSES: usize = 10;

/// Ink from 0 to 16 on 8×8 pixels: a class is a few strokes, a row its strokes moved, thickened and blurred a little.
struct Digits {
    /// Ends of each class's strokes, in pixels.
    strokes: Vec<Vec<[f64; 4]>>,
    random: ChaCha8Rng,
}

impl Digits {
    fn new(seed: u64) -> Self {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let mut stroke = || [(); 4].map(|()| random.random_range(1.0..6.0));
        let strokes = (0..CLASSES).map(|_| (0..4).map(|_| stroke()).collect()).collect();
        Self { strokes, random }
    }

    fn normal(&mut self, scale: f64) -> f64 {
        let drawn: f64 = StandardNormal.sample(&mut self.random);
        scale * drawn
    }

    /// Features with something in every column, and the class of each row.
    fn rows(&mut self) -> (Mat<f64>, Vec<usize>) {
        let mut x = Mat::zeros(ROWS, SIDE * SIDE);
        let classes: Vec<usize> = (0..ROWS).map(|_| self.random.random_range(0..CLASSES)).collect();
        for (i, &class) in classes.iter().enumerate() {
            let (dx, dy) = (self.normal(0.35), self.normal(0.35));
            let width = 0.7 + self.normal(0.08).abs();
            for stroke in self.strokes[class].clone() {
                let [ax, ay, bx, by] = stroke.map(|v| v + self.normal(0.25));
                for pixel in 0..SIDE * SIDE {
                    let (px, py) = ((pixel % SIDE) as f64 - dx, (pixel / SIDE) as f64 - dy);
                    let along = ((px - ax) * (bx - ax) + (py - ay) * (by - ay))
                        / ((bx - ax).powi(2) + (by - ay).powi(2)).max(0.1);
                    let along = along.clamp(0.0, 1.0);
                    let away = (px - ax - along * (bx - ax)).powi(2) + (py - ay - along * (by - ay)).powi(2);
                    x[(i, pixel)] += 12.0 * (-away / (2.0 * width * width)).exp();
                }
            }
            for pixel in 0..SIDE * SIDE {
                let ink: f64 = x[(i, pixel)] + self.normal(0.6);
                x[(i, pixel)] = ink.clamp(0.0, 16.0).round();
            }
        }
        (x, classes)
    }
}

/// Mean and standard error.
fn summary(values: &[f64]) -> (f64, f64) {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let spread = values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (count - 1.0);
    (mean, (spread / count).sqrt())
}

/// Minimum-norm least squares with an intercept on `samples` rows, 1 = predicting the mean of all rows.
fn risk(x: &Mat<f64>, y: &[f64], samples: usize, draws: u64) -> f64 {
    let (mut total, k) = (0.0, x.ncols());
    for draw in 0..draws {
        let mut random = ChaCha8Rng::seed_from_u64(draw);
        let rows = index::sample(&mut random, y.len(), samples).into_vec();
        let means: Vec<f64> =
            (0..k).map(|j| rows.iter().map(|&i| x[(i, j)]).sum::<f64>() / samples as f64).collect();
        let mean = rows.iter().map(|&i| y[i]).sum::<f64>() / samples as f64;
        let drawn = Mat::from_fn(samples, k, |i, j| x[(rows[i], j)] - means[j]);
        let wanted = Mat::from_fn(samples, 1, |i, _| y[rows[i]] - mean);
        let beta = if k < samples {
            drawn.qr().solve_lstsq(&wanted)
        } else {
            // One direction less than rows: the intercept has taken it.
            let svd = drawn.thin_svd().unwrap();
            let inverse = |l: f64| if l > 1e-9 * svd.S()[0] { 1.0 / l } else { 0.0 };
            let along = svd.U().transpose() * &wanted;
            svd.V() * Mat::from_fn(along.nrows(), 1, |i, _| along[(i, 0)] * inverse(svd.S()[i]))
        };
        let error =
            |i: usize| y[i] - mean - (0..k).map(|j| (x[(i, j)] - means[j]) * beta[(j, 0)]).sum::<f64>();
        let tested: Vec<usize> = (0..y.len()).filter(|i| !rows.contains(i)).collect();
        total += tested.iter().map(|&i| error(i).powi(2)).sum::<f64>() / tested.len() as f64;
    }
    total / draws as f64
}

/// Promised for a class not seen, and found for each of `new` in fresh rows; standard errors beside both.
fn promised_and_found(seed: u64, new: &[usize], samples: usize, draws: u64) -> ((f64, f64), (f64, f64)) {
    let mut digits = Digits::new(seed);
    let (x, classes) = digits.rows();
    let labels: String = classes
        .iter()
        .map(|c| if new.contains(c) { "other\n".to_owned() } else { format!("digit {c}\n") })
        .collect();
    let file = tempfile::Builder::new().suffix(".txt").tempfile().unwrap();
    std::fs::write(file.path(), labels).unwrap();
    let targets = load_targets(file.path(), ROWS, Reading::Auto).unwrap();
    let pool =
        Pool::new(Features::from_array("X", array(x.as_ref()).view()).unwrap(), targets, &|_| true).unwrap();
    let choice =
        Ensemble::new(&pool, &Grid::default(), &|_| true).unwrap().best(samples as f64, &|_| true).unwrap();
    let b = Fitted::new(&pool, choice.shrinkage, samples as f64).unwrap();
    let b = mat(&b.to_array());

    let (fresh, classes) = digits.rows();
    let fresh = Mat::from_fn(ROWS, b.nrows(), |i, j| fresh[(i, j)] - pool.means()[j]) * &b;
    let found: Vec<f64> = new
        .iter()
        .map(|class| {
            let share = classes.iter().filter(|c| *c == class).count() as f64 / ROWS as f64;
            let scale = (share * (1.0 - share)).sqrt();
            let y: Vec<f64> =
                classes.iter().map(|c| (f64::from(u8::from(c == class)) - share) / scale).collect();
            risk(&fresh, &y, samples, draws)
        })
        .collect();
    let promised: Vec<f64> = choice.tasks.iter().map(|t| t.1).collect();
    assert!((summary(&promised).0 / choice.left_out_risk - 1.0).abs() < 1e-12);
    (summary(&promised), summary(&found))
}

#[test]
fn new_classes_get_what_was_promised() {
    for samples in [40, 100, 300] {
        let mut apart = Vec::new();
        for (seed, new) in [(1, vec![0, 1, 2]), (1, vec![3, 4, 5]), (1, vec![6, 7, 8, 9]), (2, vec![0, 5, 9])]
        {
            let ((promised, error), (found, spread)) = promised_and_found(seed, &new, samples, 6);
            apart.push((found - promised, error.hypot(spread)));
        }
        let count = apart.len() as f64;
        let mean = apart.iter().map(|a| a.0).sum::<f64>() / count;
        let error = apart.iter().map(|a| a.1 * a.1).sum::<f64>().sqrt() / count;
        assert!(mean < error, "n={samples}: {mean} above what was promised, standard error {error}");
        assert!(apart.iter().all(|a| a.0 < 2.0 * a.1), "n={samples}: {apart:?}");
    }
}

/// Over sixty sets of new classes what they get is above what was promised by less than the promise's own standard error:
/// by 0.04 at n = 40, 0.01 at n = 100. (By 0.11 at n = 25, which `fit` says.)
#[test]
#[ignore = "half a minute of fits"]
fn promises_hold_over_many_new_classes() {
    for samples in [40, 100, 300] {
        let (mut apart, mut errors) = (Vec::new(), Vec::new());
        for seed in 1..21 {
            for new in [vec![0, 1, 2], vec![3, 4, 5], vec![6, 7, 8, 9]] {
                let ((promised, error), (found, _)) = promised_and_found(seed, &new, samples, 30);
                apart.push(found - promised);
                errors.push(error);
            }
        }
        let ((mean, error), (own, _)) = (summary(&apart), summary(&errors));
        println!("n = {samples}: {mean:.4} ± {error:.4} above, the promises' standard error {own:.4}");
        assert!(mean < own, "n = {samples}: {mean} above what was promised, ± {own}");
    }
}
