//! `eval --control`: with shuffled labels the rows have the metric of chance.

use serde_json::Value;

use super::command::{refused, riskscope};

const ROWS: [&str; 7] = [
    "eval",
    "--features",
    "examples/packages/features.npy",
    "--targets",
    "examples/packages/labels.txt",
    "--task",
    "games",
];

#[test]
fn shuffled_labels_are_at_chance() {
    let more = ["--samples", "150,600", "--ridge", "optimal-nonnegative", "--control", "--json"];
    let all: Vec<&str> = ROWS.into_iter().chain(more).collect();
    let output = riskscope(&all).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success() && !said.contains("shuffled"), "{said}");
    let points: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(points.len(), 2);
    for point in &points {
        let number = |of: &Value, key: &str| of[key].as_f64().unwrap_or_else(|| panic!("{key} of {of}"));
        let control = &point["control"];
        assert!(number(point, "auc") > 0.75 && number(point, "risk") < 0.95, "{point}");
        let (auc, error) = (number(control, "auc"), number(control, "auc_standard_error"));
        assert!((auc - 0.5).abs() < 3.0 * error && error < 0.06, "{control}");
        let (risk, error) = (number(control, "risk"), number(control, "standard_error"));
        assert!(risk > 1.0 - 3.0 * error, "{control}");
    }
}

#[test]
fn a_scenario_can_have_its_labels_shuffled_and_says_so() {
    let all: Vec<&str> = ROWS.into_iter().chain(["--samples", "300", "--set", "data.control=true"]).collect();
    let output = riskscope(&all).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success() && said.contains("labels are shuffled, as a control"), "{said}");
    let all: Vec<&str> = ROWS.into_iter().chain(["--samples", "300", "--control"]).collect();
    let output = riskscope(&all).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(text.matches("labels shuffled").count(), 1, "{text}");
    refused(&["eval", "--preset", "double-divergence", "--samples", "300", "--control"], &["--targets"]);
}
