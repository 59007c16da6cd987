//! Planes, compared cell by cell with `eval`.

use crate::command::refused;
use crate::{bytes, json, text};
use serde_json::Value;

/// Cells of planes over n/p and noise, over a parameter and noise, and over n/p and a parameter, against `eval`.
#[test]
fn every_cell_of_a_plane_equals_eval() {
    let planes: [(&[&str], &str, &str); 3] = [
        (&[], "sample_ratio", "noise"),
        (&["--x", "task.ratio", "--from", "1e-3", "--to", "0.5", "--samples", "300"], "task.ratio", "noise"),
        (&["--y", "task.fraction", "--y-from", "0.1", "--y-to", "0.4"], "sample_ratio", "task.fraction"),
    ];
    for (more, x, y) in planes {
        let base = ["phase", "--columns", "4", "--rows", "3"];
        let plane = json(&[&base[..], more, &["--format", "json"]].concat());
        let keys: Vec<&str> = plane.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(keys, ["x", "y", "regime", "risk", "boundaries", "triple_point"]);
        // The points of a boundary line lie on the plane.
        let line = plane["boundaries"][0]["points"].as_array().unwrap();
        let within = |i: usize, values: &[Value]| {
            let ends = [values[0].as_f64().unwrap(), values[values.len() - 1].as_f64().unwrap()];
            let range = ends[0] * (1.0 - 1e-9)..=ends[1] * (1.0 + 1e-9);
            line.iter().all(|p| range.contains(&p[i].as_f64().unwrap()))
        };
        let values = |axis: &str| plane[axis]["values"].as_array().unwrap().clone();
        assert!(line.len() > 4 && within(0, &values("x")) && within(1, &values("y")), "{x} {y}");
        assert_eq!((plane["x"]["name"].as_str(), plane["y"]["name"].as_str()), (Some(x), Some(y)));
        let table = bytes(&[&base[..], more, &["--format", "csv"]].concat());
        let records: Vec<csv::StringRecord> =
            csv::Reader::from_reader(&table[..]).records().map(Result::unwrap).collect();
        assert_eq!(records.len(), 12);
        for (row, column) in (0..3).flat_map(|r| (0..4).map(move |c| (r, c))) {
            let (vx, vy) = (&plane["x"]["values"][column], &plane["y"]["values"][row]);
            let mut arguments = vec!["eval".to_owned(), "--json".into(), "--set".into(), format!("{y}={vy}")];
            if x == "sample_ratio" {
                arguments.extend(["--at".into(), vx.to_string()]);
            } else {
                arguments.extend(["--samples".into(), "300".into(), "--set".into(), format!("{x}={vx}")]);
            }
            let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
            let optimal = json(&words)[0]["optimal"].clone();
            assert_eq!(optimal["regime"], plane["regime"][row][column], "{arguments:?}");
            let (risk, want) =
                (plane["risk"][row][column].as_f64().unwrap(), optimal["risk"].as_f64().unwrap());
            assert!((risk / want - 1.0).abs() < 1e-11, "{arguments:?}");
            let record = &records[row * 4 + column];
            assert_eq!(record[0].parse::<f64>().ok(), vx.as_f64());
            assert_eq!(record[1].parse::<f64>().ok(), vy.as_f64());
            assert_eq!((record[2].into(), record[3].parse().ok()), (optimal["regime"].clone(), Some(risk)));
        }
    }
}

#[test]
fn a_plane_as_text_shows_its_regimes_and_the_triple_point() {
    let map = text(&["phase", "--size", "90x28"]);
    assert!(map.lines().count() == 28 && map.lines().all(|l| l.chars().count() <= 90), "{map}");
    for words in ["reweight all", "keep top features", "use none", "triple point", "noise σ²", "n/p"] {
        assert!(map.contains(words), "{words}:\n{map}");
    }
    let triple =
        json(&["phase", "--columns", "2", "--rows", "2", "--format", "json"])["triple_point"].clone();
    let value = |key: &str| triple[key].as_f64().unwrap();
    assert!((value("samples") - 1000.0 * value("sample_ratio")).abs() < 1e-9);
    // Soft and hard selection are as good as no feature there.
    let at = [value("sample_ratio").to_string(), value("noise").to_string()];
    let point = json(&["eval", "--at", &at[0], "--noise", &at[1], "--json"])[0].clone();
    let risk = |kind: &str| point["optimal"][kind]["risk"].as_f64().unwrap();
    let null = 1.0 + value("noise");
    assert!((risk("soft") / null - 1.0).abs() < 1e-6 && (risk("hard") / null - 1.0).abs() < 1e-6, "{point}");
    refused(&["phase", "--y", "kind"], &["--y kind", "noise", "task.ratio", "n/p"]);
    refused(&["phase", "--x", "noise", "--at", "1"], &["--x and --y", "noise"]);
    refused(&["phase", "--x", "task.ratio"], &["--at", "--samples"]);
    refused(&["phase", "--from", "0"], &["--x", "above 0"]);
}
