//! `eval --test-features --test-targets`: fits to the labelled rows, tested on other rows, beside the estimates.

use ndarray::Axis;
use serde_json::Value;

use super::command::riskscope;
use super::folder::Folder;
use super::order;

/// 600 packages to fit, 1500 others to test on.
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
fn estimates_match_fits_on_test_rows() {
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
    let line = text.lines().find(|line| line.contains("held-out rows")).unwrap_or_else(|| panic!("{text}"));
    let parts = ["n 600: on 1500 held-out rows", "risk ", "AUC ", "accuracy ", "(estimated "];
    assert!(parts.iter().all(|part| line.contains(part)), "{line}");
}

/// Classes are matched by name in any order of the rows, and the fit equals a plain ridge regression.
#[test]
fn test_rows_are_read_like_labelled_rows() {
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
    // Columns in another order, a new class, a row without a label.
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
    // The label is nearly a function of the first column: if columns were mixed up the risk would be 1.
    assert!(held_out["risk"].as_f64().unwrap() < 0.7, "{held_out}");
    assert!(held_out["accuracy"].as_f64().unwrap() > 0.8, "{held_out}");

    let (code, _, said) = tested(&train, &labels);
    assert!(code == Some(2) && said.contains("held-out rows"), "{said}");
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

/// 60 rows to fit, 40 to test on and 10 others: as one file for each part, and as one table with a column of parts.
fn split() -> (Folder, [String; 5]) {
    let room = Folder::new();
    let names = (0..6).map(|j| format!("f{j}")).collect::<Vec<_>>().join(",");
    let mut parts = [0, 1, 2].map(|_| (names.clone() + "\n", String::new()));
    let mut all = format!("id,{names},label,fold\n");
    for i in 0..110 {
        let row = (0..6).map(|j| wave(7 * i + 3 * j).to_string()).collect::<Vec<_>>();
        let label = if wave(7 * i) + 0.3 * wave(i + 5) > 0.0 { "owl" } else { "cat" };
        let (part, word) = match i % 11 {
            0..6 => (0, "train"),
            6..10 => (1, "Test"),
            _ => (2, "validation"),
        };
        parts[part].0.push_str(&(row.join(",") + "\n"));
        parts[part].1.push_str(&(label.to_owned() + "\n"));
        all.push_str(&format!("r{i},{},{label},{word}\n", row.join(",")));
    }
    let [train, test, _] = parts;
    let files =
        [("x.csv", train.0), ("y.txt", train.1), ("tx.csv", test.0), ("ty.txt", test.1), ("all.csv", all)];
    let files = files.map(|(name, text)| room.file(name, text).display().to_string());
    (room, files)
}

#[test]
fn a_column_of_parts_equals_separate_files() {
    let (room, [x, y, tx, ty, all]) = split();
    let arguments = ["--samples", "30,60", "--ridge", "0.5", "--json"];
    let found = |flags: &[&str]| {
        let (code, text, said) = output(&[&["eval"], flags, &arguments].concat());
        assert_eq!(code, Some(0), "{said}");
        (serde_json::from_str::<Value>(&text).unwrap(), said)
    };
    let (apart, _) =
        found(&["--features", &x, "--targets", &y, "--test-features", &tx, "--test-targets", &ty]);
    assert!(apart[1]["held_out"]["risk"].as_f64().unwrap() < 0.9, "{apart}");
    let (features, targets) = (format!("{all}:f0-f5"), format!("{all}:label"));
    let (together, said) = found(&["--features", &features, "--targets", &targets, "--split-column", "fold"]);
    assert_eq!(together, apart);
    assert!(
        said.contains("60 rows are fitted and 40 are left to test on") && said.contains("\"validation\""),
        "{said}"
    );
    // Without named columns, and with joined rows, the column of parts is neither feature nor target.
    let text = std::fs::read_to_string(&all).unwrap();
    let cells: Vec<Vec<&str>> = text.lines().map(|line| line.split(',').collect()).collect();
    let rows = cells.iter().map(|c| c[..7].join(",") + "\n").collect::<String>();
    let header = format!("{},{},{}\n", cells[0][0], cells[0][7], cells[0][8]);
    let labels = cells[1..].iter().map(|c| format!("{},{},{}\n", c[0], c[7], c[8])).collect::<String>();
    let (rows, labels) = (room.file("rows.csv", rows), room.file("labels.csv", header + &labels));
    let (rows, labels) = (rows.display().to_string(), labels.display().to_string());
    let (joined, _) =
        found(&["--features", &rows, "--targets", &labels, "--split-column", "fold", "--id", "id"]);
    assert_eq!(joined, apart);
    // Other commands use the rows of the fit alone.
    let scenario = room.file(
        "s.toml",
        format!("[data]\nfeatures = {rows:?}\ntargets = {labels:?}\nid = \"id\"\nsplit-column = \"fold\"\n"),
    );
    let (of_file, _) = found(&["--scenario", &scenario.display().to_string()]);
    assert_eq!(of_file, apart);

    let refused = |column: &str, words: &[&str]| {
        let flags = ["eval", "--features", &features, "--targets", &targets, "--split-column", column];
        let (code, _, said) = output(&[&flags[..], &arguments].concat());
        assert!(code == Some(2) && words.iter().all(|word| said.contains(word)), "{said}");
    };
    refused("part", &["no column \"part\""]);
    refused("id", &["0 rows of train and 0 of test", "\"r0\""]);
}

/// Each encoder is tested on its own features of the test rows.
#[test]
fn several_encoders_are_tested_each_on_its_features() {
    let (room, [x, y, tx, ty, _]) = split();
    let narrow = |path: &str| {
        let text = std::fs::read_to_string(path).unwrap();
        text.lines()
            .map(|line| line.split(',').take(2).collect::<Vec<_>>().join(",") + "\n")
            .collect::<String>()
    };
    let (z, tz) = (room.file("z.csv", narrow(&x)), room.file("tz.csv", narrow(&tx)));
    let (z, tz) = (z.display().to_string(), tz.display().to_string());
    let found = |flags: &[&str]| -> Value {
        let same = ["--targets", &y, "--test-targets", &ty, "--samples", "60", "--ridge", "0.5", "--json"];
        let (code, text, said) = output(&[&["eval"], flags, &same].concat());
        assert_eq!(code, Some(0), "{said}");
        serde_json::from_str(&text).unwrap()
    };
    let of = |name: &str, file: &str| format!("{name}={file}");
    let both = found(&[
        "--features",
        &of("wide", &x),
        "--features",
        &of("narrow", &z),
        "--test-features",
        &of("narrow", &tz),
        "--test-features",
        &of("wide", &tx),
    ]);
    let wide = found(&["--features", &x, "--test-features", &tx]);
    let narrow = found(&["--features", &z, "--test-features", &tz]);
    assert_eq!(both[0]["held_out"], wide[0]["held_out"]);
    assert_eq!(both[1]["held_out"], narrow[0]["held_out"]);
    assert_ne!(wide[0]["held_out"]["risk"], narrow[0]["held_out"]["risk"]);
    let flags = ["--features", &of("wide", &x), "--features", &of("narrow", &z), "--targets", &y];
    let test = ["--test-features", &of("wide", &tx), "--test-targets", &ty, "--samples", "60"];
    let (code, _, said) = output(&[&["eval"], &flags[..], &test].concat());
    assert!(code == Some(2) && said.contains("narrow=FILE"), "{said}");
}

fn wave(i: usize) -> f64 {
    ((i * i + 3 * i) as f64 * 0.61).sin()
}
