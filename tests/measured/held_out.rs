//! `eval --test-features --test-targets`: fits of the labelled rows tested on others, beside what was estimated.

use ndarray::Axis;
use serde_json::Value;

use super::command::riskscope;
use super::folder::Folder;
use super::order;

/// 600 packages to learn from, 1500 others to test on.
fn written() -> (Folder, Vec<String>) {
    let room = Folder::new();
    let (features, labels) = order::all();
    for (name, from, to) in [("train", 0, 600), ("test", 600, 2100)] {
        let rows: Vec<usize> = (from..to).collect();
        ndarray_npy::write_npy(room.path(&format!("{name}.npy")), &features.select(Axis(0), &rows)).unwrap();
        room.file(&format!("{name}.txt"), labels[from..to].join("\n") + "\n");
    }
    let file = |name: &str| room.path(name).display().to_string();
    let flags =
        ["eval", "--features", &file("train.npy"), "--targets", &file("train.txt")].map(str::to_owned);
    let test = ["--test-features", &file("test.npy"), "--test-targets", &file("test.txt")].map(str::to_owned);
    (room, [flags.to_vec(), test.to_vec()].concat())
}

fn output(arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = riskscope(arguments).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn what_is_estimated_is_met_on_rows_that_took_no_part() {
    let (_room, flags) = written();
    let more = ["--samples", "150,600,900", "--ridge", "optimal-nonnegative", "--task", "games", "--json"];
    let all: Vec<&str> = flags.iter().map(String::as_str).chain(more).collect();
    let (code, found, said) = output(&all);
    assert_eq!(code, Some(0), "{said}");
    let points: Value = serde_json::from_str(&found).unwrap();
    for (at, draws) in [(0, 20), (1, 1)] {
        let (point, tested) = (&points[at], &points[at]["held_out"]);
        let number = |of: &Value, key: &str| of[key].as_f64().unwrap_or_else(|| panic!("{key} of {of}"));
        assert_eq!((tested["draws"].as_u64(), tested["rows"].as_u64()), (Some(draws), Some(1500)));
        for (value, error) in [("risk", "standard_error"), ("auc", "auc_standard_error")] {
            let both = number(tested, error).hypot(number(point, error));
            let off = number(tested, value) - number(point, value);
            assert!(off.abs() < 3.0 * both, "n {}: {value} {off} of {both}", point["samples"]);
            assert!(number(tested, error) > 0.0 && both < 0.2, "{both}");
        }
    }
    assert!(points[2].get("held_out").is_none(), "more than the labelled rows");

    let more = ["--samples", "600", "--ridge", "optimal-nonnegative"];
    let all: Vec<&str> = flags.iter().map(String::as_str).chain(more).collect();
    let (_, text, _) = output(&all);
    let line = text.lines().find(|line| line.contains("took no part")).unwrap_or_else(|| panic!("{text}"));
    let parts = ["n 600: on 1500 rows", "risk ", "AUC ", "accuracy ", "(estimated "];
    assert!(parts.iter().all(|part| line.contains(part)), "{line}");
}

/// Classes are matched by name whatever the order of the rows, and the fit is a plain ridge regression.
#[test]
fn rows_to_test_on_are_read_as_the_labelled_ones() {
    let room = Folder::new();
    let x = |seed: usize, rows: usize| -> String {
        (0..rows)
            .map(|i| format!("{},{},{}\n", wave(seed + i), wave(2 * i + seed), wave(5 * i + 1)))
            .collect()
    };
    let y = |seed: usize, rows: usize| -> String {
        (0..rows).map(|i| if wave(seed + i) > 0.1 { "owl\n" } else { "cat\n" }).collect()
    };
    let train = room.file("x.csv", "a,b,c\n".to_owned() + &x(0, 60));
    let labels = room.file("y.txt", y(0, 60));
    // Columns in another order, a class that is new, a row without a label.
    let turned: String =
        x(100, 40).lines().map(|line| line.rsplit(',').collect::<Vec<_>>().join(",") + "\n").collect();
    let test = room.file("t.csv", "c,b,a\n".to_owned() + &turned);
    let whole = y(100, 40);
    let truth: String = whole
        .lines()
        .enumerate()
        .map(|(i, label)| match i {
            20 => "\n".to_owned(),
            39 => "elk\n".to_owned(),
            _ => format!("{label}\n"),
        })
        .collect();
    let truth = room.file("t.txt", truth);
    let file = |path: &std::path::Path| path.display().to_string();
    let (train, labels, test, truth) = (file(&train), file(&labels), file(&test), file(&truth));
    let flags = ["eval", "--features", &train, "--targets", &labels, "--samples", "60", "--ridge", "0.01"];
    let tested = |test: &str, truth: &str| {
        output(&[&flags[..], &["--test-features", test, "--test-targets", truth, "--json"]].concat())
    };
    let (code, found, said) = tested(&test, &truth);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("1 of 40 rows") && said.contains("\"elk\""), "{said}");
    let found: Value = serde_json::from_str(&found).unwrap();
    let held_out = &found[0]["held_out"];
    assert_eq!(held_out["rows"], 39);
    // The label is nearly a function of the first column: columns that were mixed up would have risk 1.
    assert!(held_out["risk"].as_f64().unwrap() < 0.7, "{held_out}");
    assert!(held_out["accuracy"].as_f64().unwrap() > 0.8, "{held_out}");

    let (code, _, said) = tested(&train, &labels);
    assert!(code == Some(2) && said.contains("took no part"), "{said}");
    let narrow = file(&room.file("n.csv", "a,b\n1,2\n3,4\n5,7\n"));
    let three = file(&room.file("n.txt", "owl\ncat\nowl\n"));
    let (code, _, said) = tested(&narrow, &three);
    assert!(code == Some(2) && said.contains("2 features") && said.contains('3'), "{said}");
    let others = file(&room.file("o.txt", "elk\n".repeat(40)));
    let (code, _, said) = tested(&test, &others);
    assert!(code == Some(2) && said.contains("\"owl\""), "{said}");
    let (code, _, said) = tested(&test, &three);
    assert!(code == Some(2) && said.contains('3') && said.contains("40"), "{said}");
}

fn wave(i: usize) -> f64 {
    ((i * i + 3 * i) as f64 * 0.61).sin()
}
