//! The leave-one-out path of 300 and 1500 packages against `tests/data/path.json`.

use std::sync::Arc;

use riskscope::data::path::{Path, Reach, Rows};
use riskscope::data::{Metric, Pool, Reading, TaskChoice};
use riskscope::theory::{Ridge, RidgeChoice};
use serde_json::Value;

use super::order;

fn rows(count: usize) -> Arc<Rows> {
    let (_directory, features, labels) = order::files(&order::first(count));
    let pool = Pool::load(&features, &labels, Reading::Auto, &|_| true).unwrap();
    Arc::new(Rows::new(&Arc::new(pool)))
}

fn close(got: f64, want: &Value, tolerance: f64, what: &str) {
    let want = want.as_f64().unwrap();
    assert!((got - want).abs() <= tolerance * want.abs().max(1e-9), "{what}: {got} for {want}");
}

/// Compares every risk and standard error; every AUC, or one task in `step` at each point and others at the next.
fn numbers_of(pool: &Value, step: usize) {
    let rows = rows(pool["rows"].as_u64().unwrap() as usize);
    let names: Vec<&str> = rows.pool().tasks().iter().map(|t| t.name.as_str()).collect();
    assert_eq!(
        names,
        pool["tasks"].as_array().unwrap().iter().map(|t| t.as_str().unwrap()).collect::<Vec<_>>()
    );
    let of = |kind: &str| match kind {
        "raw" => Path::raw(&rows).unwrap(),
        "pca-60" => Path::components(&rows, 60).unwrap(),
        "whitened" => Path::power(&rows, -1.0).unwrap(),
        other => panic!("{other}"),
    };
    let points = pool["points"].as_array().unwrap();
    let mut kind = String::new();
    let mut path = of("raw");
    let mut seen = 0;
    for (i, point) in points.iter().enumerate() {
        if point["featurization"] != kind.as_str() {
            kind = point["featurization"].as_str().unwrap().into();
            path = of(&kind);
        }
        let n = point["samples"].as_f64().unwrap();
        let choice = match point["ridge"].as_f64() {
            Some(ridge) => RidgeChoice::Fixed(Ridge::new(ridge).unwrap()),
            None => RidgeChoice::OptimalNonNegative,
        };
        let tuned = matches!(choice, RidgeChoice::OptimalNonNegative);
        for (t, name) in names.iter().copied().chain(["mean"]).enumerate() {
            let task = if t < names.len() { TaskChoice::Task(t) } else { TaskChoice::Mean };
            let what = format!("{} rows, {kind}, n {n}, {choice:?}, {task:?}", rows.count());
            let got = path.evaluate(n, choice, task, None).unwrap();
            if point["risk"].is_null() {
                assert!(matches!(got.reach, Reach::Beyond { .. }) && got.risk.is_nan(), "{what}: {got:?}");
                continue;
            }
            seen += 1;
            close(got.risk, &point["risk"][name], if tuned { 1e-5 } else { 1e-6 }, &what);
            if tuned {
                assert_eq!(got.at_most, point["at_least_labels"][t].as_bool().unwrap(), "{what}");
                continue;
            }
            close(got.at.kappa, &point["kappa"], 1e-6, &what);
            close(got.at.df1, &point["df1"], 1e-6, &what);
            close(got.at.df2, &point["df2"], 1e-6, &what);
            close(got.standard_error, &point["standard_error"][name], 1e-6, &what);
            if t < names.len() && (i + t) % step != 0 {
                continue;
            }
            if t < names.len() {
                match path.auc(&got, task) {
                    // Copies of a row in two classes are tied, which rounding may break: half a pair.
                    Some(auc) => {
                        let ones = rows.pool().tasks()[t].class_size.unwrap() as f64;
                        let pair = (ones * (rows.count() as f64 - ones)).recip();
                        let want = point["auc"][name].as_f64().unwrap();
                        assert!(
                            (auc.value - want).abs() < 1e-6 * want + pair,
                            "{what}: {} for {want}",
                            auc.value
                        );
                    }
                    None => assert!(point["auc"].is_null(), "{what}"),
                }
            } else {
                match path.classified(&got).get(Metric::Accuracy) {
                    Some(accuracy) => {
                        let one = 1.5 / rows.count() as f64;
                        assert!(
                            (accuracy.value - point["accuracy"].as_f64().unwrap()).abs() < one,
                            "{what}: {}",
                            accuracy.value
                        );
                    }
                    None => assert!(point["accuracy"].is_null(), "{what}"),
                }
            }
        }
    }
    assert!(seen > 500, "{seen}");
}

#[test]
fn every_number_of_300_rows_fewer_than_features() {
    numbers_of(&order::reference()["pools"][0], 1);
}

#[test]
fn numbers_of_1500_rows() {
    numbers_of(&order::reference()["pools"][1], 8);
}

#[test]
#[ignore = "half a minute"]
fn every_number_of_1500_rows() {
    numbers_of(&order::reference()["pools"][1], 1);
}
