//! Curves, compared point by point with `eval`.

use crate::command::refused;
use crate::{bytes, json, text};
use serde_json::Value;

/// The points of `eval` without the ablation, which curves do not have.
fn of_curves(mut points: Value) -> Value {
    for point in points.as_array_mut().into_iter().flatten() {
        point.as_object_mut().unwrap().remove("ablation");
    }
    points
}

/// A curve over a parameter lists its poles and peaks by the parameter's value; whole numbers are written without a point.
#[test]
fn a_curve_over_a_parameter_lists_its_divergences() {
    let arguments =
        ["curve", "--preset", "xu-hsu", "--x", "featurization.size", "--at", "0.3", "--points", "60"];
    let curve = json(&[&arguments[..], &["--from", "1", "--to", "1000", "--format", "json"]].concat());
    let [pole] = &curve["curves"][0]["divergences"].as_array().unwrap()[..] else { panic!("{curve}") };
    assert_eq!((pole["kind"].as_str(), pole["value"].as_u64()), (Some("pole"), Some(300)), "{pole}");
    assert_eq!((pole["samples"].as_u64(), pole["risk"].is_null()), (Some(300), true), "{pole}");
    assert!(pole.get("sample_ratio").is_none());
    assert!(curve["x"]["values"].as_array().unwrap().iter().all(Value::is_u64));
}

/// The finite-size risk of section 8 is given beside the asymptotic one where they differ by more than 1 %.
#[test]
fn eval_shows_the_exact_risk_of_few_samples() {
    let small = |n: &'static str| ["eval", "--featurization", "raw", "--set", "dimension=20", "--samples", n];
    let text = String::from_utf8(bytes(&small("24"))).unwrap();
    assert!(text.contains("expected risk 0.76667 at p = 20"), "{text}");
    let text = String::from_utf8(bytes(&small("21"))).unwrap();
    assert!(text.contains("expected risk ∞ at p = 20"), "{text}");
    let point = json(&[&small("21")[..], &["--json"]].concat());
    assert!(point[0]["finite_risk"].is_null() && point[0]["finite_diverges"] == true, "{point}");
    assert_eq!(json(&[&small("24")[..], &["--json"]].concat())[0]["finite_diverges"], false);
}

#[test]
fn a_curve_of_400_points_equals_eval() {
    let curve = json(&["curve", "--featurization", "raw,ground-truth,optimal", "--format", "json"]);
    let keys: Vec<&str> = curve.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(keys, ["scenario", "curves", "transitions"]);
    let curves = curve["curves"].as_array().unwrap();
    for (curve, kind) in curves.iter().zip(["raw", "ground-truth", "optimal"]) {
        let points = curve["points"].as_array().unwrap();
        assert_eq!((points.len(), curve["featurization"].as_str()), (400, Some(kind)));
        let at: Vec<String> = points.iter().map(|p| p["sample_ratio"].to_string()).collect();
        let eval = of_curves(json(&["eval", "--featurization", kind, "--json", "--at", &at.join(",")]));
        assert_eq!(eval, curve["points"], "{kind}");
    }
    let truth = &curves[1]["divergences"];
    let of = |i: usize, key: &str| truth[i][key].as_f64();
    assert_eq!((truth[0]["kind"].as_str(), truth[1]["kind"].as_str()), (Some("near"), Some("pole")));
    assert!(
        (of(0, "sample_ratio").unwrap() - 0.2).abs() < 1e-3 && (of(0, "risk").unwrap() - 2.583).abs() < 1e-3
    );
    assert_eq!((of(1, "samples"), of(1, "risk")), (Some(1000.0), None));
    assert!((of(1, "strength").unwrap() - 0.1).abs() < 1e-9);
    let transition = &curve["transitions"][0];
    assert_eq!((transition["from"].as_str(), transition["to"].as_str()), (Some("soft"), Some("hard")));
    assert!((transition["sample_ratio"].as_f64().unwrap() - 0.3244).abs() < 1e-4);
}

/// Every number of the JSON is in the CSV column of its name, and the other way round.
#[test]
fn csv_and_json_have_equal_numbers() {
    for more in [&[][..], &["--x", "task.ratio", "--at", "0.4"], &["--ridge", "-0.001", "--log"]] {
        let arguments = |format| {
            let base =
                ["curve", "--featurization", "ground-truth,soft", "--points", "40", "--format", format];
            base.into_iter().chain(more.iter().copied()).collect::<Vec<_>>()
        };
        let (json, table) = (json(&arguments("json")), bytes(&arguments("csv")));
        let mut reader = csv::Reader::from_reader(&table[..]);
        let header = reader.headers().unwrap().clone();
        let points = json["curves"].as_array().unwrap().iter().flat_map(|c| c["points"].as_array().unwrap());
        let records: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        assert_eq!(records.len(), 80);
        let mut compared = 0;
        for (i, (record, point)) in records.iter().zip(points).enumerate() {
            for (name, field) in header.iter().zip(record) {
                let (name, _) = name.split_once(" [").unwrap_or((name, ""));
                let value = if name == "task.ratio" {
                    &json["x"]["values"][i % 40]
                } else {
                    name.split('.').fold(point, |v, key| v.get(key).unwrap_or(&Value::Null))
                };
                match value {
                    Value::Null => assert_eq!(field, "", "{name}"),
                    Value::Number(n) => assert_eq!(field.parse::<f64>().ok(), n.as_f64(), "{name}"),
                    Value::String(word) => assert_eq!(field, word),
                    other => assert_eq!(field, other.to_string()),
                }
                compared += usize::from(value.is_number());
            }
        }
        assert!(compared > 80 * 10, "{compared}");
        let columns: Vec<&str> = header.iter().collect();
        for column in ["risk [y^2]", "samples [n]", "sample_ratio [n/p]", "ridge [lambda]"] {
            assert!(columns.contains(&column), "{column}");
        }
    }
}

/// Any numeric parameter can be the axis; each point equals `eval` with that value set.
#[test]
fn a_curve_over_a_parameter_equals_eval() {
    for (key, from, to) in [("noise", "0.01", "2"), ("ridge", "-0.0001", "0.1"), ("dimension", "100", "1600")]
    {
        let along = [
            "curve",
            "--x",
            key,
            "--samples",
            "90",
            "--from",
            from,
            "--to",
            to,
            "--points",
            "5",
            "--format",
            "json",
        ];
        let curve = json(&along);
        let values = curve["x"]["values"].as_array().unwrap();
        assert_eq!((curve["x"]["name"].as_str(), values.len()), (Some(key), 5));
        for (value, point) in values.iter().zip(curve["curves"][0]["points"].as_array().unwrap()) {
            let set = format!("{key}={value}");
            let eval = of_curves(json(&["eval", "--set", &set, "--samples", "90", "--json"]));
            assert_eq!(&eval[0], point, "{set}");
        }
    }
    // A parameter that a featurization does not have gives a constant line for comparison.
    let sizes = ["curve", "--x", "featurization.size", "--featurization", "pca,raw", "--set"];
    let more = ["featurization.size=10", "--at", "0.5", "--points", "4", "--preset", "pcr-connection"];
    let curve = json(&[&sizes[..], &more, &["--format", "json"]].concat());
    let risks = |i: usize| -> Vec<f64> {
        let points = curve["curves"][i]["points"].as_array().unwrap();
        points.iter().map(|p| p["risk"].as_f64().unwrap()).collect()
    };
    assert!(risks(0)[0] != risks(0)[3] && risks(1).iter().all(|r| *r == risks(1)[0]));
}

/// Along the dimension with a fixed number of samples n stays and n/p falls.
#[test]
fn a_curve_along_the_dimension_keeps_the_number_of_samples() {
    let curve = json(&[
        "curve",
        "--featurization",
        "raw",
        "--x",
        "dimension",
        "--samples",
        "60",
        "--from",
        "100",
        "--to",
        "400",
        "--points",
        "4",
        "--format",
        "json",
    ]);
    let points = curve["curves"][0]["points"].as_array().unwrap();
    let of = |key: &str| points.iter().map(|p| p[key].as_f64().unwrap()).collect::<Vec<_>>();
    assert_eq!(of("samples"), [60.0; 4]);
    let ratios = of("sample_ratio");
    let dimensions = curve["x"]["values"].as_array().unwrap().iter().map(|v| v.as_f64().unwrap());
    for (ratio, dimension) in ratios.iter().zip(dimensions) {
        assert!((ratio * dimension - 60.0).abs() < 1e-9, "{ratios:?}");
    }
}

#[test]
fn a_curve_as_text_is_a_chart_without_escapes() {
    let chart = text(&["curve", "--featurization", "raw,optimal"]);
    assert_eq!(chart.lines().count(), 30);
    for words in ["risk R", "n/p", "best, no ridge", "keep the top 200", "infinite, n = 1000"] {
        assert!(chart.contains(words), "{words}:\n{chart}");
    }
    assert!(!chart.contains('\x1b') && chart.contains('⠤'));
    let small = text(&["curve", "--size", "50x12"]);
    assert!(small.lines().count() == 12 && small.lines().all(|l| l.chars().count() <= 50));
}

#[test]
fn bad_axes_are_one_sentence() {
    refused(&["curve", "--x", "colour", "--at", "0.5"], &["colour", "noise", "task.ratio"]);
    refused(&["curve", "--x", "noise"], &["--at", "--samples"]);
    refused(&["curve", "--from", "2", "--to", "1"], &["--to", "--from"]);
    refused(&["curve", "--from", "0"], &["--from", "above 0"]);
    refused(&["curve", "--points", "1"], &["--points"]);
    refused(&["curve", "--featurization", "raw,nonsense"], &["nonsense", "ground-truth"]);
    refused(&["curve", "--size", "9by9"], &["--size", "900x600"]);
    refused(&["curve", "--x", "noise", "--at", "0.5", "--from", "-1", "--to", "1"], &["noise", "at least 0"]);
}
