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

/// Means of fits on subsamples lie on the curve that they correct, which labels in another order do not have.
#[test]
fn a_comparison_has_its_subsampled_fits_and_a_control() {
    let encoders = ["minilm=examples/packages/features.npy", "reduced=examples/packages/reduced.npy"];
    let compared = |more: &[&str]| {
        let rows = ["compare", "--features", encoders[0], "--features", encoders[1], "--targets"];
        let labels = ["examples/packages/labels-300.txt", "--task", "games", "--metric", "auc"];
        riskscope(&[&rows[..], &labels, more].concat()).output().unwrap()
    };
    let number = |of: &Value, key: &str| of[key].as_f64().unwrap_or_else(|| panic!("{key} of {of}"));
    let parsed = |more: &[&str]| serde_json::from_slice::<Value>(&compared(more).stdout).unwrap();
    let found = parsed(&["--samples", "60,120", "--control", "--json"]);
    for (encoder, control) in
        found["encoders"].as_array().unwrap().iter().zip(found["control"]["encoders"].as_array().unwrap())
    {
        assert_eq!(encoder["name"], control["name"]);
        let fits = encoder["subsampled"].as_array().unwrap();
        let samples: Vec<f64> = fits.iter().map(|fit| number(fit, "samples")).collect();
        assert!(
            samples.len() > 3 && samples.is_sorted() && samples[samples.len() - 1] <= 240.0,
            "{samples:?}"
        );
        assert!(fits.iter().all(|fit| number(fit, "draws") >= 12.0), "{fits:?}");
        let point = &control["points"][1];
        let off = (number(point, "auc") - 0.5).abs();
        assert!(off < 3.0 * number(point, "auc_standard_error"), "{control}");
    }
    let fits = &found["encoders"][0]["subsampled"];
    let each: Vec<String> = fits.as_array().unwrap().iter().map(|fit| fit["samples"].to_string()).collect();
    let on_curve = parsed(&["--samples", &each.join(","), "--json"]);
    for (point, fit) in
        on_curve["encoders"][0]["points"].as_array().unwrap().iter().zip(fits.as_array().unwrap())
    {
        let apart = (number(point, "auc") - number(fit, "auc")).abs();
        assert!(apart < 3.0 * number(fit, "auc_standard_error") + 0.02, "{point} {fit}");
    }
    let text = String::from_utf8(compared(&["--samples", "60", "--control"]).stdout).unwrap();
    assert_eq!(text.matches("labels shuffled: AUC with n of labels").count(), 1, "{text}");
    let all = ["compare", "--features", encoders[0], "--features", encoders[1], "--targets"];
    refused(
        &[&all[..], &["examples/packages/labels-300.txt", "--control", "--format", "csv"]].concat(),
        &["--control", "json"],
    );
}
