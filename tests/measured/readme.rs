//! Numbers of the README on the example's rows, each from the command that it describes.

use serde_json::Value;

use super::command::riskscope;

const README: &str = include_str!("../../README.md");

/// Standard output of a command on the example's rows, whose files are named without their folder.
fn output(arguments: &str) -> String {
    let words: Vec<String> = arguments
        .split(' ')
        .map(|word| match word.rsplit_once('.') {
            Some((_, "npy" | "txt")) => {
                let (name, file) =
                    word.split_once('=').map_or(("", word), |(name, _)| word.split_at(name.len() + 1));
                format!("{name}examples/packages/{file}")
            }
            _ => word.to_owned(),
        })
        .collect();
    let output = riskscope(&words.iter().map(String::as_str).collect::<Vec<_>>()).output().unwrap();
    assert!(output.status.success(), "{arguments}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn number(of: &Value, key: &str) -> f64 {
    of[key].as_f64().unwrap_or_else(|| panic!("{key} of {of}"))
}

/// Every cell of the table of risks from 300 and from 1500 labels.
#[test]
fn the_table_of_300_and_1500_labels() {
    let columns: Vec<Vec<(f64, String)>> = ["labels-300.txt", "labels.txt"]
        .map(|labels| {
            let said = output(&format!(
                "eval --features features.npy --targets {labels} --ridge optimal-nonnegative --samples 60,150,300,800,1500 --json"
            ));
            let points: Vec<Value> = serde_json::from_str(&said).unwrap();
            let cell = |p: &Value| format!("{:.3} ± {:.3}", number(p, "risk"), number(p, "standard_error"));
            points.iter().map(|p| (number(p, "samples"), cell(p))).collect()
        })
        .to_vec();
    assert_eq!(columns[0].len(), 5);
    for ((n, few), (_, many)) in columns[0].iter().zip(&columns[1]) {
        let row = format!("| {n} | {few} | {many} |");
        assert!(README.contains(&row), "{row}");
    }
}

/// Where the risk without a ridge peaks, and where 300 labels have no estimate of it.
#[test]
fn the_peak_without_a_ridge() {
    let frame = output("frame --features features.npy --targets labels.txt --task games --width 140");
    let sentence = "without a ridge the risk peaks at n = 382; a small one saves 14 % at n = 1500";
    assert!(frame.contains(sentence), "{frame}");
    assert!(README.replace('\n', " ").contains(sentence));
    assert!(README.replace('\n', " ").contains("the same 300 labels give no estimate beyond n = 270"));
    let said =
        output("eval --features features.npy --targets labels-300.txt --ridge 0 --samples 270,271 --json");
    let points: Vec<Value> = serde_json::from_str(&said).unwrap();
    assert!(points[0]["risk"].is_f64() && points[1]["risk"].is_null(), "{said}");
}

/// The labels that a risk of 0.7 needs with two encoders, with the ends of their bands, and the crossover.
#[test]
fn the_labels_that_two_encoders_need() {
    let said = output(
        "compare --features minilm=features.npy --features reduced=reduced.npy --targets labels.txt --target 0.7 --json",
    );
    let found: Value = serde_json::from_str(&said).unwrap();
    let needed = |i: usize| {
        let encoder = &found["encoders"][i];
        let of = |key| number(encoder, key);
        format!(
            "{} ({}–{}) with `{}`",
            of("target_samples"),
            of("target_from"),
            of("target_to"),
            ["minilm", "reduced"][i]
        )
    };
    let text = README.replace('\n', " ");
    let sentence = format!("a risk of 0.7 needs {}", needed(0).replacen(" (", " labels (", 1));
    assert!(text.contains(&sentence), "{sentence}");
    assert!(text.contains(&needed(1)), "{}", needed(1));
    let crossover = number(&found["crossings"][0], "samples");
    assert!((crossover / 10.0).round() == 28.0, "{crossover}");
    assert!(text.contains("Below about 280 labels `reduced` is better, above that `minilm`"));
}
