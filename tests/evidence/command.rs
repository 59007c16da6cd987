//! `riskscope simulate`.

use assert_cmd::Command;
use serde_json::Value;

fn simulate(arguments: &[&str]) -> Command {
    let mut command = Command::cargo_bin("riskscope").unwrap();
    command.arg("simulate").args(arguments);
    command
}

#[test]
fn json_has_the_contracts_keys() {
    let run =
        simulate(&["--set", "dimension=60", "--at", "0.5,1", "--samples", "20", "--draws", "6", "--json"]);
    let output = { run }.assert().success().get_output().stdout.clone();
    let points: Vec<Value> = serde_json::from_slice(&output).unwrap();
    let samples: Vec<_> = points.iter().map(|p| p["samples"].as_u64().unwrap()).collect();
    assert_eq!(samples, [30, 60, 20]);
    for point in &points {
        let mut keys: Vec<_> = point.as_object().unwrap().keys().map(String::as_str).collect();
        keys.sort_unstable();
        let want = ["draws", "mean", "median", "sample_ratio", "samples", "standard_error", "theory", "z"];
        assert_eq!(keys, want);
        assert_eq!(point["draws"], 6);
    }
    assert!(points[1]["theory"].is_null() && points[1]["z"].is_null() && points[1]["mean"].is_f64());
}

#[test]
fn text_ends_with_the_agreement() {
    let run = simulate(&["--set", "dimension=60", "--at", "0.5", "--draws", "6"]);
    let output = String::from_utf8({ run }.assert().success().get_output().stdout.clone()).unwrap();
    assert!(output.contains("theory") && output.contains("on average over 1 point"), "{output}");
}

#[test]
fn bad_input_is_one_sentence_and_exit_2() {
    for (arguments, word) in [
        (&["--samples", "2.5"][..], "whole numbers"),
        (&["--at", "1e-9"], "at least one sample"),
        (&["--at", "nan"], "sample ratios"),
        (&["--at", "0.5", "--draws", "1"], "draws"),
        (&[], "required"),
        (&["--at", "1.5", "--featurization", "soft"], "fewer than the dimension"),
        (&["--samples", "900000000"], "too many to draw"),
    ] {
        let output = simulate(arguments).assert().code(2).get_output().clone();
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(error.contains(word) && error.trim_end().lines().count() == 1, "{arguments:?}: {error}");
    }
}
