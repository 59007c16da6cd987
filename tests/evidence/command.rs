//! `riskscope simulate` as a command.

use assert_cmd::Command;
use serde_json::Value;

fn simulate(arguments: &[&str]) -> Command {
    let mut command = Command::cargo_bin("riskscope").unwrap();
    command.env_remove("RUST_BACKTRACE");
    command.arg("simulate").args(arguments);
    command
}

#[test]
fn simulate_has_the_documented_json_keys() {
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
    assert!(output.contains("theory") && output.contains("root mean square) over 1 point;"), "{output}");
}

const PACKAGES: [&str; 4] =
    ["--features", "examples/packages/features.npy", "--targets", "examples/packages/labels.txt"];

#[test]
fn real_features_are_subsampled() {
    let run = |more: &[&str]| -> Vec<Value> {
        let arguments = [&PACKAGES[..], &["--samples", "60", "--draws", "10", "--json"], more].concat();
        let output = simulate(&arguments).assert().success().get_output().clone();
        let words = String::from_utf8(output.stderr).unwrap();
        assert!(!words.contains('%') && !words.contains('\r'), "no progress without a terminal: {words}");
        serde_json::from_slice(&output.stdout).unwrap()
    };
    for (task, theory) in [("mean", 1.04), ("games", 0.63)] {
        let points = run(&["--task", task]);
        let number = |key: &str| points[0][key].as_f64().unwrap();
        assert!((number("theory") - theory).abs() < 0.01 && number("z").abs() < 5.0, "{points:?}");
        assert!((number("mean") / theory - 1.0).abs() < 0.15, "{points:?}");
        assert_eq!(points, run(&["--task", task]), "the same seed");
        assert_ne!(points, run(&["--task", task, "--seed", "2"]));
    }
}

#[test]
fn covariates_can_be_signs() {
    let run = |more: &[&str]| {
        let arguments = [&["--set", "dimension=40", "--at", "0.5", "--draws", "20"], more].concat();
        simulate(&arguments).assert().success().get_output().stdout.clone()
    };
    assert_ne!(run(&["--covariates", "rademacher"]), run(&[]));
    assert_eq!(run(&["--covariates", "gaussian"]), run(&[]));
}

fn upstream(more: &[&str]) -> Command {
    let mut command = Command::cargo_bin("riskscope").unwrap();
    command.env_remove("RUST_BACKTRACE");
    command.args(["eval", "--set", "dimension=100", "--set", "featurization.samples=60", "--samples", "40"]);
    command.args(more);
    command
}

#[test]
fn the_number_of_tasks_from_which_pretraining_helps() {
    let learned = ["--featurization", "learned", "--upstream-tasks", "2,30,120,500"];
    let arguments = [&learned[..], &["--json"]].concat();
    let output = upstream(&arguments).assert().success().get_output().stdout.clone();
    let swept: Vec<Value> = serde_json::from_slice(&output).unwrap();
    let (raw, enough) = (swept[0]["raw"].as_f64().unwrap(), swept[0]["enough"].as_u64().unwrap());
    assert!((30..=500).contains(&enough), "{swept:?}");
    for point in swept[0]["points"].as_array().unwrap() {
        let better = point["tasks"].as_u64().unwrap() >= enough;
        assert!(!better || point["risk"].as_f64().unwrap() < raw, "{swept:?}");
    }
    let text = upstream(&learned).assert().success().get_output().stdout.clone();
    let text = String::from_utf8(text).unwrap();
    assert!(text.contains(&format!("better than raw from {enough} tasks on")), "{text}");
    for (arguments, word) in [
        (&["--featurization", "learned", "--upstream-tasks", "0"][..], "1 to 2000"),
        (&["--featurization", "learned", "--upstream-tasks", "2.5"], "whole numbers"),
        (&["--featurization", "learned", "--upstream-tasks", "nan"], "whole numbers"),
    ] {
        let output = upstream(arguments).assert().code(2).get_output().clone();
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(error.contains(word) && error.trim_end().lines().count() == 1, "{arguments:?}: {error}");
    }
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
        (&["--at", "0.5", "--covariates", "cauchy"], "gaussian, rademacher"),
        (&[&PACKAGES[..], &["--samples", "1500"]].concat(), "1 to 1499"),
        (&[&PACKAGES[..], &["--samples", "50", "--covariates", "gaussian"]].concat(), "--covariates"),
        (&[&PACKAGES[..], &["--samples", "50", "--noise", "0.2"]].concat(), "noise is set to 0.2"),
    ] {
        let output = simulate(arguments).assert().code(2).get_output().clone();
        let error = String::from_utf8(output.stderr).unwrap();
        // Warnings about the rows precede the results.
        let said: Vec<&str> = error.lines().filter(|l| !l.contains("repeat another")).collect();
        assert!(error.contains(word) && said.len() == 1, "{arguments:?}: {error}");
    }
}
