//! Leave-one-group-out risks of 278 packages in groups of six against `tests/data/groups.json`, and what rows that repeat
//! say once their copies are groups.

use std::sync::Arc;

use riskscope::data::path::{Path, Rows};
use riskscope::data::{Pool, Reading, TaskChoice};
use riskscope::theory::{Ridge, RidgeChoice};
use serde_json::Value;

use super::order;

#[test]
fn risks_of_groups_of_six_are_those_of_the_reference() {
    let reference: Value = serde_json::from_str(include_str!("../data/groups.json")).unwrap();
    let (_directory, features, labels) = order::files(&order::first(300));
    let pool = Pool::load(&features, &labels, Reading::Auto, &|_| true).unwrap();
    let groups: Vec<Option<String>> = (0..pool.rows()).map(|i| Some((i / 6).to_string())).collect();
    let pool = Arc::new(pool.grouped("groups", &groups).unwrap());
    let path = Path::raw(&Arc::new(Rows::new(&pool))).unwrap();
    let mut seen = 0;
    for point in reference["points"].as_array().unwrap() {
        let n = point["samples"].as_f64().unwrap();
        let ridge = RidgeChoice::Fixed(Ridge::new(point["ridge"].as_f64().unwrap()).unwrap());
        let names =
            pool.tasks().iter().enumerate().map(|(t, task)| (task.name.as_str(), TaskChoice::Task(t)));
        for (name, task) in names.chain([("mean", TaskChoice::Mean)]) {
            let got = path.evaluate(n, ridge, task, None).unwrap();
            let want = point["risk"][name].as_f64().unwrap();
            assert!(
                (got.risk / want - 1.0).abs() < 1e-6,
                "n {n}, {ridge:?}, {name}: {} for {want}",
                got.risk
            );
            assert!(got.standard_error > 0.0 && got.standard_error < got.risk, "{got:?}");
            seen += 1;
        }
        assert_eq!(path.groups(n).map(|g| (g * 6.0 / n * 278.0 / 282.0 - 1.0).abs() < 1e-9), Some(true));
    }
    assert!(seen > 100, "{seen}");
    // Pairs of groups left out: a sound task keeps its AUC, and no row counts for more than its group.
    let ridge = RidgeChoice::Fixed(Ridge::new(1.0).unwrap());
    let point = path.evaluate(150.0, ridge, TaskChoice::Task(7), None).unwrap();
    let auc = path.auc(&point, TaskChoice::Task(7)).unwrap();
    assert_eq!(auc.influence.len(), 47);
    assert!((0.8..1.0).contains(&auc.value), "{}", auc.value);
}
