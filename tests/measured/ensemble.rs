//! Cross-fitted risks of the ensemble of tasks, and the featurization made from it.

use std::sync::{Arc, OnceLock};

use riskscope::data::path::{Path, Rows};
use riskscope::data::{Ensemble, Expectation, Fitted, Grid, Pool, Reading, Shrinkage, TaskChoice};
use riskscope::theory::RidgeChoice;

use super::mat;
use super::packages::pool;

fn ensemble() -> &'static Ensemble {
    static ENSEMBLE: OnceLock<Ensemble> = OnceLock::new();
    ENSEMBLE.get_or_init(|| {
        let grid = Grid { etas: vec![0.7, 1.0], exponents: vec![0.0, 0.5] };
        Ensemble::new(pool(), &grid, &|_| true).unwrap()
    })
}

/// B as its file has it: as many columns as were selected, scaled to eigenvalues of mean 1; and the expected risks of
/// all methods.
#[test]
fn the_representation_has_its_expected_risk() {
    let pool = pool();
    let ensemble = ensemble();
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
    for samples in [100.0, 800.0] {
        let best = ensemble.best(samples).unwrap();
        let b = read(&Fitted::new(pool, best.shrinkage, best.kept).unwrap());
        assert_eq!(b.ncols(), best.kept);
        assert!(best.left_out_risk <= best.pcr * (1.0 + 1e-12) && best.left_out_risk < best.raw, "{best:?}");
        let mean = best.tasks.iter().map(|t| t.1).sum::<f64>() / 15.0;
        assert!((mean / best.left_out_risk - 1.0).abs() < 1e-12);
    }
    // The featurization of the prior is S.
    let b = read(&Fitted::prior(pool, Shrinkage { eta: 0.7, exponent: 0.5 }).unwrap());
    assert_eq!(b.ncols(), 381);
    let expectation = Expectation::new(pool, ensemble, 200.0).unwrap();
    // Half of the rows have all directions, but hardly more rows than directions for least squares.
    assert!(expectation.fitted.raw.is_finite(), "{expectation:?}");
    let (_, least) = expectation.recommended().unwrap();
    assert!(expectation.methods().iter().all(|(_, risk)| *risk >= least), "{expectation:?}");
    let prior = expectation.prior.tasks.iter().map(|t| t.1).sum::<f64>() / 15.0;
    assert!((prior / expectation.prior.left_out_risk - 1.0).abs() < 1e-12);
    for (task, fitted) in expectation.tasks.iter().zip(&expectation.fitted.tasks) {
        assert!(task.raw_tuned <= task.raw * 1.001 && task.fitted == fitted.1, "{task:?}");
    }
}

/// Raw features need no cross-fitting: halves of the rows give the risk that all rows give.
#[test]
fn halves_and_all_rows_give_equal_risks_of_raw_features() {
    let pool = Arc::new(pool().clone());
    let path = Path::raw(&Arc::new(Rows::new(&pool))).unwrap();
    for samples in [60.0, 200.0, 800.0] {
        let got = Expectation::new(&pool, ensemble(), samples).unwrap().raw_tuned;
        let all = pool.ensemble_tasks();
        let of = |&t: &usize| {
            path.evaluate(samples, RidgeChoice::OptimalNonNegative, TaskChoice::Task(t), None).unwrap().risk
        };
        let want = all.iter().map(of).sum::<f64>() / all.len() as f64;
        assert!((got / want - 1.0).abs() < 0.01, "n = {samples}: {got} for {want}");
    }
}

#[test]
fn few_tasks_use_the_prior_alone() {
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
    let best = Ensemble::new(&pool, &Grid::default(), &|_| true).unwrap().best(200.0).unwrap();
    assert_eq!((best.shrinkage.eta, best.tasks.len()), (1.0, 1));
    assert!(best.left_out_risk < best.raw && best.left_out_risk > 0.2, "{best:?}");

    let interrupted = riskscope::data::DataError::Interrupted;
    assert_eq!(Ensemble::new(&pool, &Grid::default(), &|_| false).unwrap_err(), interrupted);
    let ensemble = Ensemble::new(&pool, &Grid::default(), &|_| true).unwrap();
    for grid in [Grid { etas: vec![], exponents: vec![0.0] }, Grid { etas: vec![1.5], exponents: vec![0.0] }]
    {
        assert!(Ensemble::new(&pool, &grid, &|_| true).unwrap_err().is_input());
    }
    for samples in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert!(ensemble.best(samples).unwrap_err().is_input());
    }
}
