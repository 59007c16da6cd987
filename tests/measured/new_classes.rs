//! Expected risks of new classes against their actual risks: rows like scikit-learn's digits, with some classes absent when
//! featurizations are made, and each of those separated in fresh rows by plain fits.

use faer::Mat;
use rand::seq::index;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};
use riskscope::data::{Ensemble, Expectation, Features, Fitted, Grid, Method, Pool, Reading, load_targets};

use super::{array, mat};

const SIDE: usize = 8;
const ROWS: usize = 1797;
const CLASSES: usize = 10;

/// Ink from 0 to 16 on 8×8 pixels: a class is a few strokes, a row has its strokes moved, thickened and blurred a little.
struct Digits {
    /// End points of each class's strokes, in pixels.
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

    /// Features with a non-zero value in every column, and the class of each row.
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

/// Mean and its standard error.
fn summary(values: &[f64]) -> (f64, f64) {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let spread = values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (count - 1.0);
    (mean, (spread / count).sqrt())
}

/// Risk of each target (1 = predicting the mean of all rows) of fits with an intercept on `samples` rows, by minimum-norm
/// least squares, or at the best ridge for this number.
fn risks(x: &Mat<f64>, targets: &[Vec<f64>], samples: usize, draws: u64, tuned: bool) -> Vec<f64> {
    let ridges: Vec<f64> =
        if tuned { (-24..13).map(|i| 10_f64.powf(f64::from(i) / 4.0)).collect() } else { vec![0.0] };
    let mut total = vec![vec![0.0; ridges.len()]; targets.len()];
    let (k, count) = (x.ncols(), x.nrows());
    for draw in 0..draws {
        let mut random = ChaCha8Rng::seed_from_u64(draw);
        let rows = index::sample(&mut random, count, samples).into_vec();
        let means: Vec<f64> =
            (0..k).map(|j| rows.iter().map(|&i| x[(i, j)]).sum::<f64>() / samples as f64).collect();
        let tested: Vec<usize> = (0..count).filter(|i| !rows.contains(i)).collect();
        let drawn = Mat::from_fn(samples, k, |i, j| x[(rows[i], j)] - means[j]);
        let rest = Mat::from_fn(tested.len(), k, |i, j| x[(tested[i], j)] - means[j]);
        let svd = drawn.thin_svd().unwrap();
        let lengths: Vec<f64> = svd.S().column_vector().iter().copied().collect();
        let turned = &rest * svd.V();
        for (y, total) in targets.iter().zip(&mut total) {
            let mean = rows.iter().map(|&i| y[i]).sum::<f64>() / samples as f64;
            let along = svd.U().transpose() * Mat::from_fn(samples, 1, |i, _| y[rows[i]] - mean);
            for (ridge, total) in ridges.iter().zip(total) {
                let shift = ridge * lengths[0].powi(2);
                let beta = Mat::from_fn(along.nrows(), 1, |i, _| match lengths[i] {
                    l if l > 1e-9 * lengths[0] => along[(i, 0)] * l / (l * l + shift),
                    _ => 0.0,
                });
                let found = &turned * beta;
                let errors = tested.iter().enumerate().map(|(at, &i)| (y[i] - mean - found[(at, 0)]).powi(2));
                *total += errors.sum::<f64>() / tested.len() as f64 / draws as f64;
            }
        }
    }
    total.into_iter().map(|risks| risks.into_iter().fold(f64::INFINITY, f64::min)).collect()
}

/// The expected risk of every method with its standard error over the tasks, and the risks of `new` classes in fresh
/// rows.
type Met = Vec<(Method, (f64, f64), Vec<f64>)>;

/// Expected risks at one number of samples, the recommended method, and the risks of new classes.
fn expected_and_measured(seed: u64, new: &[usize], samples: usize, draws: u64) -> (Method, Met) {
    let mut digits = Digits::new(seed);
    let (x, classes) = digits.rows();
    let known: Vec<usize> = (0..ROWS).filter(|&i| !new.contains(&classes[i])).collect();
    let x = Mat::from_fn(known.len(), x.ncols(), |i, j| x[(known[i], j)]);
    let labels: String = known.iter().map(|&i| format!("digit {}\n", classes[i])).collect();
    let file = tempfile::Builder::new().suffix(".txt").tempfile().unwrap();
    std::fs::write(file.path(), labels).unwrap();
    let targets = load_targets(file.path(), known.len(), Reading::Auto).unwrap();
    let pool =
        Pool::new(Features::from_array("X", array(x.as_ref()).view()).unwrap(), targets, &|_| true).unwrap();
    let ensemble = Ensemble::new(&pool, &Grid::default(), &|_| true).unwrap();
    let expectation = Expectation::new(&pool, &ensemble, samples as f64).unwrap();
    let Expectation { fitted, prior, .. } = &expectation;

    let (fresh, classes) = digits.rows();
    let fresh = Mat::from_fn(ROWS, fresh.ncols(), |i, j| fresh[(i, j)] - pool.means()[j]);
    // Each new class replaces an old one, so that the number of classes is constant.
    let gone = |class: usize| (0..CLASSES).filter(|c| !new.contains(c)).cycle().nth(class).unwrap();
    let found = |x: &Mat<f64>, tuned: bool| -> Vec<f64> {
        let of = |&class: &usize| {
            let there =
                |i: &usize| classes[*i] == class || !new.contains(&classes[*i]) && classes[*i] != gone(class);
            let rows: Vec<usize> = (0..ROWS).filter(there).collect();
            let x = Mat::from_fn(rows.len(), x.ncols(), |i, j| x[(rows[i], j)]);
            let share = rows.iter().filter(|&&i| classes[i] == class).count() as f64 / rows.len() as f64;
            let scale = (share * (1.0 - share)).sqrt();
            let y =
                rows.iter().map(|&i| (f64::from(u8::from(classes[i] == class)) - share) / scale).collect();
            risks(&x, &[y], samples, draws, tuned).remove(0)
        };
        new.iter().map(of).collect()
    };
    let mapped = |b: Fitted| &fresh * mat(&b.to_array());
    let components = riskscope::data::Shrinkage { eta: 1.0, exponent: 0.0 };
    let error = |of: fn(&riskscope::data::TaskExpectation) -> f64| {
        summary(&expectation.tasks.iter().map(of).collect::<Vec<_>>()).1
    };
    let measured =
        expectation.methods().into_iter().filter(|(_, risk)| risk.is_finite()).map(|(method, risk)| {
            let (x, tuned, error) = match method {
                Method::Raw => (fresh.clone(), false, error(|t| t.raw)),
                Method::Components => (
                    mapped(Fitted::new(&pool, components, fitted.pcr_size).unwrap()),
                    false,
                    fitted.standard_error,
                ),
                Method::Selected => (
                    mapped(Fitted::new(&pool, fitted.shrinkage, fitted.kept).unwrap()),
                    false,
                    error(|t| t.fitted),
                ),
                Method::RawTuned => (fresh.clone(), true, error(|t| t.raw_tuned)),
                Method::Prior => {
                    (mapped(Fitted::prior(&pool, prior.shrinkage).unwrap()), true, error(|t| t.prior_tuned))
                }
            };
            (method, (risk, error), found(&x, tuned))
        });
    let (method, _) = expectation.recommended().unwrap();
    (method, measured.collect())
}

const SPLITS: [[usize; 3]; 4] = [[0, 1, 2], [3, 4, 5], [6, 7, 8], [0, 5, 9]];

/// Over splits and numbers of samples: by how much the risks of new classes exceed the expected ones for every method, with
/// both standard errors, and how often the recommended method was the best or within 3 % of it.
fn over_splits(seeds: std::ops::Range<u64>, samples: usize, draws: u64) -> (usize, usize) {
    let (mut kept, mut count) = (0, 0);
    let mut apart: Vec<(Method, Vec<f64>, Vec<f64>)> = Vec::new();
    for seed in seeds {
        for new in SPLITS {
            let (recommended, measured) = expected_and_measured(seed, &new, samples, draws);
            let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
            let least = measured.iter().map(|m| mean(&m.2)).fold(f64::INFINITY, f64::min);
            let error_of_one = measured.iter().find(|m| m.0 == recommended).map(|m| mean(&m.2)).unwrap();
            count += 1;
            kept += usize::from(error_of_one <= 1.03 * least);
            for (method, (risk, error), found) in measured {
                let at = apart.iter().position(|a| a.0 == method).unwrap_or_else(|| {
                    apart.push((method, Vec::new(), Vec::new()));
                    apart.len() - 1
                });
                apart[at].1.push(mean(&found) - risk);
                apart[at].2.push(error);
            }
        }
    }
    for (method, apart, errors) in &apart {
        let (mean, error) = summary(apart);
        let error_of_one = (errors.iter().map(|e| e * e).sum::<f64>() / errors.len() as f64).sqrt();
        println!(
            "n = {samples}, {method:?}: met − expected {mean:.4} ± {error:.4}; one split's error {error_of_one:.4}"
        );
        assert!(
            mean.abs() < error_of_one,
            "n = {samples}, {method:?}: {mean} ± {error} apart, {error_of_one} is one standard error"
        );
    }
    println!("n = {samples}: the recommended method is best or within 3 % in {kept} of {count}");
    (kept, count)
}

#[test]
fn new_classes_have_the_expected_risk() {
    let (kept, count) = over_splits(1..2, 100, 3);
    assert!(kept + 1 >= count, "{kept} of {count}");
}

#[test]
#[ignore = "a minute of fits"]
fn expected_risks_hold_over_many_new_classes() {
    for samples in [40, 100, 300] {
        let (kept, count) = over_splits(1..6, samples, 10);
        assert!(10 * kept >= 9 * count, "n = {samples}: {kept} of {count}");
    }
}
