//! Results for few labels: estimates with standard errors, a limit where the rows do not determine them, and fewer labels
//! than features.

use serde_json::Value;

use super::command::riskscope;

const DATA: [&str; 4] =
    ["--features", "examples/packages/features.npy", "--targets", "examples/packages/labels-300.txt"];

fn said(arguments: &[&str]) -> String {
    let output = riskscope(&[arguments, &DATA].concat()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn points(arguments: &[&str]) -> Vec<Value> {
    serde_json::from_str(&said(arguments)).unwrap()
}

#[test]
fn estimates_from_300_labels_of_384_features() {
    let tuned = points(&["eval", "--json", "--samples", "60,1500", "--ridge", "optimal-nonnegative"]);
    // Computed with numpy, by the formulas of section 9.2 with whole hat matrices.
    for (point, (risk, error)) in tuned.iter().zip([(0.908, 0.0131), (0.693, 0.0296)]) {
        assert!((point["risk"].as_f64().unwrap() - risk).abs() < 6e-4, "{point}");
        assert!((point["standard_error"].as_f64().unwrap() - error).abs() < 1e-3, "{point}");
        assert_eq!(point["reach"], "within");
        assert_eq!(point["noise_is_bound"], true);
        assert!(point["optimal"].is_null() && point["floor"].is_null(), "{point}");
        let term = |key: &str| point[key].as_f64().unwrap();
        let sum = term("bias") + term("variance_x") + term("variance_x_noise") + term("noise");
        assert!((sum / term("risk") - 1.0).abs() < 1e-9, "{point}");
    }
    let ridgeless = points(&["eval", "--json", "--samples", "200,240,800", "--ridge", "0"]);
    let reach: Vec<&str> = ridgeless.iter().map(|p| p["reach"].as_str().unwrap()).collect();
    assert_eq!(reach, ["within", "uncertain", "beyond"]);
    assert!(ridgeless[2]["risk"].is_null() && ridgeless[2]["diverges"] == false, "{}", ridgeless[2]);
    let text = said(&["eval", "--samples", "60,800", "--ridge", "0"]);
    assert!(text.contains("needs about 430 labelled rows"), "{text}");
    assert!(text.contains("upper bound"), "{text}");
}

#[test]
fn auc_of_one_task_and_accuracy_of_all_and_neither_of_numbers() {
    let [point] = &points(&["eval", "--json", "--samples", "150", "--ridge", "1", "--task", "games"])[..]
    else {
        panic!()
    };
    let auc = point["auc"].as_f64().unwrap();
    let accuracy = point["accuracy"].as_f64().unwrap();
    assert!((0.8..1.0).contains(&auc) && (0.4..0.7).contains(&accuracy), "{point}");
    let directory = tempfile::tempdir().unwrap();
    let numbers = directory.path().join("numbers.csv");
    let column: String = (0..1500).map(|i| format!("{}\n", (f64::from(i) * 0.37).sin())).collect();
    std::fs::write(&numbers, format!("y\n{column}")).unwrap();
    let mut arguments = vec!["eval", "--json", "--samples", "150", "--ridge", "1", DATA[0], DATA[1], DATA[2]];
    arguments.push(numbers.to_str().unwrap());
    let output = riskscope(&arguments).output().unwrap();
    let estimated: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(estimated[0]["auc"].is_null() && estimated[0]["accuracy"].is_null(), "{estimated}");
    assert!(estimated[0]["standard_error"].as_f64().unwrap() > 0.0);
}

#[test]
fn curves_of_a_metric_end_at_their_reach() {
    let curve =
        ["curve", "--metric", "auc", "--format", "csv", "--points", "9", "--from", "0.1", "--to", "0.9"];
    let table = said(&[&curve[..], &["--ridge", "0"]].concat());
    let mut lines = table.lines();
    let header: Vec<&str> = lines.next().unwrap().split(',').collect();
    let at = |name: &str| header.iter().position(|h| h.starts_with(name)).unwrap();
    let rows: Vec<Vec<&str>> = lines.map(|l| l.split(',').collect()).collect();
    assert_eq!(rows.len(), 9);
    let beyond: Vec<bool> = rows.iter().map(|r| r[at("reach")] == "beyond").collect();
    assert!(!beyond[0] && beyond[8] && beyond.windows(2).all(|w| w[0] <= w[1]), "{table}");
    for row in &rows {
        assert_eq!(row[at("risk")].is_empty(), row[at("reach")] == "beyond", "{row:?}");
        assert_eq!(row[at("auc")].is_empty(), row[at("reach")] == "beyond", "{row:?}");
    }
}

/// `frame` has no worker that could measure later.
#[test]
fn a_frame_of_real_rows_announces_no_measurement() {
    let frame = said(&["frame", "--ridge", "optimal-nonnegative"]);
    assert!(frame.contains("300 labels: risk 0.781"), "{frame}");
    assert!(!frame.contains("measuring") && !frame.contains("measure  0"), "{frame}");
}
