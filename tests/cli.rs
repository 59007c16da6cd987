//! The command line: the JSON of `eval`, and errors for bad input (one sentence, exit code 2).

#[path = "common/command.rs"]
mod command;

use std::path::Path;

use command::{refused, riskscope};
use serde_json::Value;

const FEATURES: &str = "examples/packages/features.npy";
const LABELS: &str = "examples/packages/labels.txt";

fn json(arguments: &[&str]) -> Vec<Value> {
    let output = riskscope(arguments).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn eval_has_the_documented_json_keys() {
    let points = json(&["eval", "--samples", "200,1000", "--json"]);
    let keys: Vec<&str> = points[0].as_object().unwrap().keys().map(String::as_str).collect();
    let contract = [
        "sample_ratio",
        "samples",
        "featurization",
        "ridge",
        "kappa",
        "df1",
        "df2",
        "bias",
        "variance_x",
        "variance_x_noise",
        "noise",
        "risk",
        "excess",
        "train",
        "diverges",
        "optimal",
        "floor",
        "finite_risk",
        "finite_diverges",
        "ablation",
    ];
    assert_eq!(keys, contract);
    // The shares of covariate and task structure sum to the whole gain.
    let share = |key: &str| points[0]["ablation"][key].as_f64().unwrap();
    assert!((share("task") + share("structure") - share("gain")).abs() < 1e-12 && share("gain") > 0.0);
    assert_eq!(points[0]["samples"], 200);
    assert!((points[0]["risk"].as_f64().unwrap() - 2.583).abs() < 1e-3, "the named double divergence");
    assert_eq!(points[0]["diverges"], false);
    assert_eq!(points[0]["optimal"]["regime"], "soft");
    assert_eq!((points[1]["risk"].clone(), points[1]["diverges"].clone()), (Value::Null, true.into()));
    assert_eq!(points[1]["optimal"]["regime"], "hard");
    assert_eq!(points[1]["optimal"]["kept_fraction"], 0.2);
}

/// Real rows through the binary: the 1500 rows of the repository's example against subsampled fits of the same rows, whose
/// mean and standard error were recorded when the example was made. `tests/measured` checks the table of all 4000 rows.
#[test]
fn real_features_have_a_learning_curve_with_the_pole_at_their_rank() {
    let points = json(&[
        "eval",
        "--features",
        FEATURES,
        "--targets",
        LABELS,
        "--task",
        "games",
        "--samples",
        "200,382",
        "--json",
    ]);
    assert_eq!(points[0]["featurization"], "raw");
    assert!((0.85..1.05).contains(&points[0]["risk"].as_f64().unwrap()));
    assert_eq!(points[1]["diverges"], true, "rank 381 of 384, and an intercept");
    assert!(points[0]["optimal"].is_null(), "it would know the task it is about");
}

#[test]
fn a_target_risk_is_reached_on_intervals() {
    let reached = json(&["eval", "--target-risk", "0.3", "--json"]);
    let of = |name: &str| reached.iter().find(|r| r["featurization"] == name).unwrap()["intervals"].clone();
    assert_eq!(of("ground truth").as_array().unwrap().len(), 2, "below and above the pole");
    let first = of("ground truth")[0]["first"].as_u64().unwrap();
    let at = |n: u64| json(&["eval", "--samples", &n.to_string(), "--json"])[0]["risk"].as_f64().unwrap();
    assert!(at(first) <= 0.3 && at(first - 1) > 0.3, "exact to the sample");
}

#[test]
fn flags_change_the_scenario() {
    let risk = |more: &[&str]| {
        let arguments: Vec<&str> = ["eval", "--at", "0.5", "--json"].iter().chain(more).copied().collect();
        json(&arguments)[0]["risk"].as_f64().unwrap()
    };
    let base = risk(&[]);
    assert_ne!(base, risk(&["--noise", "0.2"]));
    assert_ne!(base, risk(&["--ridge", "0.1"]));
    assert_ne!(base, risk(&["--featurization", "raw"]));
    assert_ne!(base, risk(&["--set", "task.ratio=1e-2"]));
    assert_eq!(base, risk(&["--preset", "double-divergence"]));
    assert!(risk(&["--ridge", "optimal"]) < base);
    assert!(risk(&["--ridge", "-1e-6"]).is_finite(), "a negative ridge is a number and not a flag");
}

#[test]
fn a_saved_scenario_round_trips() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s.toml");
    std::fs::write(&path, "dimension = 400\nnoise = 0.3\n[task]\nfamily = \"power-law\"\nexponent = 1.5\n")
        .unwrap();
    let file = path.to_str().unwrap();
    let points = json(&["eval", "--scenario", file, "--samples", "100", "--json"]);
    assert_eq!(points[0]["sample_ratio"], 0.25);
    assert_eq!(points[0]["noise"], 0.3);
}

#[test]
fn bad_numbers_and_keys_are_one_sentence() {
    refused(&["eval", "--at", "0.5", "--set", "task.colour=red"], &["colour", "[task]", "ratio"]);
    refused(&["eval", "--at", "0.5", "--noise", "-1"], &["noise", "at least 0"]);
    refused(&["eval", "--at", "0.5", "--ridge", "-10"], &["ridge", "admissible"]);
    refused(&["eval", "--at", "0"], &["--at", "above 0"]);
    refused(&["eval", "--samples", "-3"], &["--samples", "above 0"]);
    refused(&["eval"], &["--at", "--samples"]);
    refused(&["eval", "--at", "0.5", "--preset", "nonsense"], &["nonsense", "double-divergence"]);
    refused(&["--theme", "nonsense"], &["nonsense", "default"]);
    refused(&["--features", FEATURES], &["--targets"]);
    refused(&["--nonsense"], &["--nonsense"]);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s.toml");
    std::fs::write(&path, "dimension = 400\n[task]\nfamily = \"isotropic\"\ncolour = \"red\"\n").unwrap();
    refused(&["eval", "--at", "0.5", "--scenario", path.to_str().unwrap()], &["colour", "family"]);
}

#[test]
fn bad_data_are_one_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, contents: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, contents).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let whole = std::fs::read(FEATURES).unwrap();
    let eval = |features: &str, targets: &str, words: &[&str]| {
        refused(&["eval", "--features", features, "--targets", targets, "--samples", "10"], words);
    };
    eval("no/such.npy", LABELS, &["no/such.npy"]);
    eval(&file("truncated.npy", &whole[..whole.len() / 2]), LABELS, &["truncated.npy"]);

    let mut lying = whole.clone();
    let at = lying.windows(4).position(|w| w == b"1500").unwrap();
    lying[at..at + 4].copy_from_slice(b"9999");
    eval(&file("lying.npy", &lying), LABELS, &["lying.npy"]);

    let ends_in = |value: f32| {
        let mut bytes = whole.clone();
        let last = bytes.len() - 4;
        bytes[last..].copy_from_slice(&value.to_le_bytes());
        bytes
    };
    eval(&file("infinite.npy", &ends_in(f32::INFINITY)), LABELS, &["infinite", "row 1500"]);
    // A row of NaN is a missing vector, as a blank is a missing label: the row is left out.
    let nan = file("nan.npy", &ends_in(f32::NAN));
    let left =
        riskscope(&["eval", "--features", &nan, "--targets", LABELS, "--task", "games", "--samples", "10"])
            .output()
            .unwrap();
    let note = String::from_utf8_lossy(&left.stderr);
    assert!(left.status.success() && note.contains("nan.npy: 1 row of 1500 has NaN"), "{note}");
    eval(FEATURES, &file("short.txt", b"a\nb\n"), &["short.txt", "1500"]);

    let (rows, labels) = (file("constant.csv", b"1,2\n1,2\n1,2\n1,2\n"), file("labels.txt", b"a\nb\na\nb\n"));
    eval(&rows, &labels, &["constant"]);

    let few = file("few.csv", b"1,2,0\n2,1,1\n3,5,2\n4,4,9\n");
    eval(&few, &file("few.txt", b"a\nb\na\nb\n"), &["rows"]);

    let wide: String = (0..40).map(|i| format!("{},{}\n", f64::from(i).sin(), f64::from(i).cos())).collect();
    let lone: String = (0..40).map(|i| if i == 7 { "lone\n" } else { "many\n" }).collect();
    eval(&file("two.csv", wide.as_bytes()), &file("lone.txt", lone.as_bytes()), &["lone"]);
    let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(left.len(), 11, "nothing was written beside the inputs: {left:?}");
}

/// The dashboard rejects the same inputs before it enters the alternate screen.
#[test]
fn without_a_terminal_the_dashboard_is_an_error() {
    let output = riskscope(&[]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("terminal"));
    assert!(Path::new(FEATURES).exists());
}

/// The recommended featurization of the repository's real features, for one task and for new tasks.
#[test]
fn real_features_have_a_recommended_representation() {
    let data = ["eval", "--features", FEATURES, "--targets", LABELS, "--samples", "50,200,800", "--json"];
    let games = json(&[&data[..], &["--task", "games"]].concat());
    // Results that depend on the labels of all rows are in-sample and are left out.
    assert!(games.iter().all(|p| p["optimal"].is_null() && p["floor"].is_null()), "{games:?}");
    assert!(games.iter().all(|p| p.get("left_out").is_none()));
    // Raw features use no labels; the ground truth is made from the labels of the task that it is evaluated on.
    let tagged = |kind| json(&[&data[..], &["--task", "games", "--featurization", kind]].concat());
    assert!(games.iter().all(|p| p.get("estimate").is_none()));
    assert!(tagged("ground-truth").iter().all(|p| p["estimate"] == "in-sample"));

    for point in json(&data) {
        let left_out = &point["left_out"];
        let risk = left_out["risk"].as_f64().unwrap();
        // Below raw features without a ridge, and at most slightly above the mean of n samples, whose risk is 1 + 1/n.
        let n = point["samples"].as_f64().unwrap();
        assert!(risk < left_out["raw"].as_f64().unwrap() && risk < 1.0 + 1.2 / n, "{point}");
        let words = left_out["recommended"].as_str().unwrap();
        assert_eq!(words == "no feature: predict the mean", n == 50.0, "{words}");
        assert!(n == 50.0 || words.contains("selection") || words.contains("ridge"), "{words}");
    }
}
