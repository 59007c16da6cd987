//! The leave-one-out path on synthetic rows: errors compared with fits without the row, the table with direct
//! evaluation, the best ridge and number of components with all of them, paired differences (sections 9.2 and 9.5).

use faer::Mat;

use super::*;
use crate::data::{Features, Pool, Reading, load_targets};
use crate::theory::Ridge;

/// N rows of p smooth features with decreasing scales, and two numeric tasks.
fn rows(count: usize, dimension: usize) -> Arc<Rows> {
    rows_of_lengths(count, dimension, |_| 1.0)
}

/// [`rows`] with the features of every row multiplied by its length.
fn rows_of_lengths(count: usize, dimension: usize, length: impl Fn(usize) -> f64) -> Arc<Rows> {
    let value = |i: usize, j: usize| ((i * 37 + j * 101 + i * j * 7 + i * i % 13) as f64).sin();
    let features = Mat::from_fn(count, dimension, |i, j| length(i) * value(i, j) * (-0.03 * j as f64).exp());
    let text: String = (0..count)
        .map(|i| format!("{},{}\n", value(i, 0) + value(i, 900) * 0.4, value(i, 3) - value(i, 901)))
        .collect();
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("y.csv");
    std::fs::write(&file, format!("a,b\n{text}")).unwrap();
    let targets = load_targets(&file, count, Reading::Auto).unwrap();
    let pool = Pool::new(Features::new("rows", features).unwrap(), targets, &|_| true).unwrap();
    Arc::new(Rows::new(&Arc::new(pool)))
}

/// Leave each row out, fit the others by the normal equations with an intercept, and compare the error.
#[test]
fn errors_equal_refits_without_the_row() {
    let rows = rows(24, 9);
    let path = Path::raw(&rows).unwrap();
    let pool_ridge = 0.2;
    let errors = path.fits.fit(pool_ridge).errors;
    let pool = rows.pool();
    let features = pool.features();
    let unit = pool.eigenvalues().iter().sum::<f64>() / 9.0 * 24.0 / 23.0;
    for left in [0, 7, 23] {
        let kept: Vec<usize> = (0..24).filter(|i| *i != left).collect();
        let x = Mat::from_fn(23, 10, |i, j| if j == 9 { 1.0 } else { features[(kept[i], j)] });
        // The ridge is of the covariance of M = N − 1 rows, here on the sum over rows; the intercept is not
        // penalised. Subtracting the mean of all rows first makes no difference, because an intercept is fitted.
        let mut normal = x.transpose() * &x;
        (0..9).for_each(|j| normal[(j, j)] += pool_ridge * unit * 23.0);
        let y = Mat::from_fn(23, 2, |i, t| *pool.targets().get(kept[i], t));
        let fit = crate::linalg::small::dense(normal.as_ref())
            .lu()
            .solve(&crate::linalg::small::dense((x.transpose() * &y).as_ref()))
            .unwrap();
        for t in 0..2 {
            let predicted: f64 = (0..9).map(|j| features[(left, j)] * fit[(j, t)]).sum::<f64>() + fit[(9, t)];
            let want = pool.targets().get(left, t) - predicted;
            assert!((errors[(left, t)] - want).abs() < 1e-9, "{} for {want}", errors[(left, t)]);
        }
    }
}

#[test]
fn the_table_equals_direct_evaluation() {
    for (count, dimension) in [(90, 40), (40, 90), (60, 60), (41, 40)] {
        let rows = rows(count, dimension);
        for path in
            [Path::raw(&rows), Path::components(&rows, 7), Path::power(&rows, -1.0), Path::power(&rows, 1.5)]
        {
            let path = path.unwrap();
            let (least, _) = path.filter().edges();
            let (lowest, highest) = path.filter().range();
            let start = if least > 0.0 { least } else { lowest * 1e-6 };
            let span = (highest * 1e4 / start).ln();
            let pool_ridges: Vec<f64> =
                (0..=40).map(|i| start * (span * f64::from(i) / 40.0).exp()).collect();
            let want = path.fits.moments(&pool_ridges, &|| false).unwrap();
            for (pool_ridge, want) in pool_ridges.iter().zip(&want) {
                let at = path.table().at(*pool_ridge);
                let near = |got: f64, want: f64| (got / want - 1.0).abs() < 1e-8;
                for t in 0..2 {
                    let got = path.table().value(&at, Moment::Square(Some(t)));
                    assert!(
                        near(got, want.squares[t]),
                        "{count}×{dimension} at {pool_ridge}: {got} for {}",
                        want.squares[t]
                    );
                }
                assert!(near(path.table().value(&at, Moment::Residual) + 1.0, want.residual + 1.0));
            }
        }
    }
}

#[test]
fn batched_ridges_equal_single_ones() {
    let rows = rows(300, 20);
    let path = Path::raw(&rows).unwrap();
    let errors = path.fits.fit(0.5).errors;
    let moments = &path.fits.moments(&[3.0, 0.5], &|| false).unwrap()[1];
    for t in 0..2 {
        let square = errors.col(t).iter().map(|e| e * e).sum::<f64>() / 300.0;
        assert!((moments.squares[t] / square - 1.0).abs() < 1e-12);
    }
    assert_eq!(path.fits.moments(&[1.0], &|| true).unwrap_err(), DataError::Interrupted);
}

#[test]
fn the_best_number_of_components_minimises_the_risk() {
    let rows = rows(120, 30);
    let components = Components::new(&rows, &|| false).unwrap();
    let ridgeless = RidgeChoice::Fixed(Ridge::ZERO);
    for (n, task) in [(8.0, TaskChoice::Mean), (25.0, TaskChoice::Task(1)), (90.0, TaskChoice::Task(0))] {
        let risk = |size: usize| {
            let path = Path::components(&rows, size).unwrap();
            path.evaluate(n, ridgeless, task, None).unwrap().risk
        };
        let least = (1..30).filter(|k| (*k as f64) < n - 1.0).map(risk).fold(f64::INFINITY, f64::min);
        let (_, point) = components.evaluate(n, ridgeless, task).unwrap();
        assert!((point.risk / least - 1.0).abs() < 1e-9, "{n} {task:?}: {} for {least}", point.risk);
    }
}

#[test]
fn the_best_ridge_minimises_the_risk() {
    for (count, dimension) in [(90, 30), (30, 60)] {
        let rows = rows(count, dimension);
        let path = Path::raw(&rows).unwrap();
        for n in [6.0, 20.0, 50.0, 300.0] {
            let task = TaskChoice::Task(0);
            let best = path.evaluate(n, RidgeChoice::OptimalNonNegative, task, None).unwrap();
            let either = path.evaluate(n, RidgeChoice::Optimal, task, None).unwrap();
            assert!(best.ridge >= 0.0 && either.risk <= best.risk * (1.0 + 1e-9));
            for i in 0..60 {
                let ridge = Ridge::new(1e-4 * (0.25 * f64::from(i)).exp()).unwrap();
                let other = path.evaluate(n, RidgeChoice::Fixed(ridge), task, None).unwrap();
                if other.reach == Reach::Within {
                    assert!(best.risk <= other.risk * (1.0 + 1e-9), "n {n}, ridge {ridge}");
                }
            }
            // Requested by its number, the size is found again.
            let again =
                path.evaluate(n, RidgeChoice::Fixed(Ridge::new(either.ridge).unwrap()), task, None).unwrap();
            assert!((again.risk / either.risk - 1.0).abs() < 1e-8, "n {n}: {again:?} for {either:?}");
        }
    }
}

#[test]
fn paired_differences_equal_differences_of_risks() {
    let rows = rows(80, 30);
    let (a, b) = (Path::raw(&rows).unwrap(), Path::components(&rows, 5).unwrap());
    let choice = RidgeChoice::OptimalNonNegative;
    let at = |path: &Path| path.evaluate(30.0, choice, TaskChoice::Mean, None).unwrap();
    let risk = |path: &Path| path.risk(&at(path), TaskChoice::Mean).unwrap();
    let apart = risk(&a).less(&risk(&b)).unwrap();
    assert!((apart.difference - (at(&a).risk - at(&b).risk)).abs() < 1e-12);
    let alone = at(&a).standard_error.hypot(at(&b).standard_error);
    assert!(apart.standard_error > 0.0 && apart.standard_error < alone, "{apart:?}, {alone}");
    assert_eq!(risk(&a).less(&risk(&a)).unwrap().standard_error, 0.0);
}

/// By definition: all rows but one are fitted with one of them weighing slightly more, and the change of mean ε² is
/// compared.
#[test]
fn influence_includes_the_fits_of_other_rows() {
    // Long rows have high leverage: they change the fits of other rows, and thereby their errors.
    let rows = rows_of_lengths(150, 12, |i| if i % 25 == 0 { 5.0 } else { 1.0 });
    let path = Path::raw(&rows).unwrap();
    let task = TaskChoice::Task(0);
    let ridge = RidgeChoice::Fixed(Ridge::new(0.3).unwrap());
    let point = path.evaluate(40.0, ridge, task, None).unwrap();
    let risk = path.risk(&point, task).unwrap();
    let (x, y) = (rows.pool().features(), rows.pool().targets().to_owned());
    let (count, p) = (150, 12);
    let unit = rows.pool().eigenvalues().iter().sum::<f64>() / 12.0;
    // Eigenvalues are of the covariance with divisor M; the pool's divisor is N.
    let penalty = point.at.pool_ridge * unit * 150.0;
    let mean_square = |weights: &[f64]| {
        let error = |left_out: usize| {
            let used = |i: usize| if i == left_out { 0.0 } else { weights[i] };
            let design = |i: usize, j: usize| if j == p { 1.0 } else { *x.get(i, j) };
            let mut gram = nalgebra::DMatrix::<f64>::zeros(p + 1, p + 1);
            let mut moment = nalgebra::DVector::<f64>::zeros(p + 1);
            for i in 0..count {
                for a in 0..=p {
                    moment[a] += used(i) * design(i, a) * y.get(i, 0);
                    for b in 0..=p {
                        gram[(a, b)] += used(i) * design(i, a) * design(i, b);
                    }
                }
            }
            (0..p).for_each(|a| gram[(a, a)] += penalty);
            let beta = gram.lu().solve(&moment).unwrap();
            y.get(left_out, 0) - (0..=p).map(|a| design(left_out, a) * beta[a]).sum::<f64>()
        };
        let total: f64 = weights.iter().sum();
        (0..count).map(|i| weights[i] * error(i).powi(2)).sum::<f64>() / total
    };
    let plain = mean_square(&[1.0; 150]);
    let step = 1e-4;
    let some: Vec<usize> = (0..count).step_by(5).collect();
    let moved = some.iter().map(|&i| {
        let mut weights = [1.0; 150];
        weights[i] += step;
        // In units of the variance of the targets, which the row changes too.
        let variance = plain * (y.get(i, 0).powi(2) - 1.0) / 150.0;
        ((mean_square(&weights) - plain) / step - variance) * point.risk / plain
    });
    let centred = |values: Vec<f64>| {
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        nalgebra::DVector::from_iterator(values.len(), values.iter().map(|v| v - mean))
    };
    let moved = centred(moved.collect());
    let by_itself = path.fits.fit(point.at.pool_ridge).errors;
    let by_itself =
        centred(some.iter().map(|&i| by_itself.get(i, 0).powi(2) * point.risk / plain / 150.0).collect());
    let risk = centred(some.iter().map(|&i| risk.influence[i]).collect());
    assert!((&risk - &moved).norm() < 0.03 * moved.norm(), "{risk} where {moved} is right");
    // The own error alone does not explain the change.
    assert!((&by_itself - &moved).norm() > 0.1 * moved.norm());
}

/// With one label there is no fit, and no number of further rows gives one.
#[test]
fn a_fit_takes_two_labels() {
    let path = Path::raw(&rows(40, 5)).unwrap();
    let at = |samples| path.evaluate(samples, RidgeChoice::Optimal, TaskChoice::Mean, None).unwrap();
    assert_eq!((at(1.0).reach, at(0.5).reach), (Reach::NoFit, Reach::NoFit));
    assert!(at(1.0).risk.is_nan() && at(1.0).reach.words().unwrap().contains("at least 2 labels"));
    assert!(at(2.0).reach.is_estimate() && at(2.0).risk.is_finite());
}
