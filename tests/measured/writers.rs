//! Files of current writers: each gives the rows that were written, or an error that says what to do.

use std::fs;
use std::path::{Path, PathBuf};

use riskscope::data::{Features, Files, Pool, Reading, Targets, load_features, load_targets};

use super::folder::Folder;

fn case(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/files").join(name)
}

fn features(path: impl AsRef<Path>) -> Features {
    load_features(path.as_ref()).unwrap_or_else(|e| panic!("{e}"))
}

fn targets(path: impl AsRef<Path>, rows: usize) -> Targets {
    load_targets(path.as_ref(), rows, Reading::Auto).unwrap_or_else(|e| panic!("{e}"))
}

fn pool(features: impl AsRef<Path>, targets: impl AsRef<Path>) -> Result<Pool, String> {
    Pool::load(features.as_ref(), targets.as_ref(), Reading::Auto, &|_| true).map_err(|e| e.to_string())
}

fn refused(result: Result<impl Sized, String>, words: &[&str]) {
    let text = result.err().expect("refused");
    assert!(text.len() < 700 && !text.contains('\n'), "{text}");
    for word in words {
        assert!(text.contains(word), "no {word:?} in: {text}");
    }
}

/// The rows of `path` equal the first rows of `right`, up to the digits that its writer kept.
fn holds(path: impl AsRef<Path>, right: &str, rows: usize) {
    let (found, right) = (features(&path).to_array(), features(case(right)).to_array());
    assert_eq!((found.nrows(), found.ncols()), (rows, right.ncols()), "{:?}", path.as_ref());
    for ((i, j), v) in found.indexed_iter() {
        let wanted = right[(i, j)];
        assert!(
            (v - wanted).abs() <= 2e-7 * wanted.abs().max(1e-3),
            "{:?}: {i} {j}: {v} {wanted}",
            path.as_ref()
        );
    }
}

#[test]
fn vectors_of_every_writer_are_equal() {
    let right = "writers/X.npy";
    for whole in ["polars.parquet", "hf.parquet", "wide_intlabel.parquet", "train-*.parquet"] {
        holds(case("writers").join(whole), right, 400);
    }
    let firsts = [
        ("duck.csv", 30),
        ("pd_list.csv", 30),
        ("pd_wide_ids.csv", 30),
        ("pd_wide_index.csv", 30),
        ("r_X.csv", 30),
        ("r_X.txt", 30),
        ("w2v.txt", 30),
        ("glove.txt", 30),
        ("svm.svm", 30),
    ];
    for (name, rows) in firsts {
        holds(case("writers").join(name), right, rows);
    }
    holds(case("writers/pd_list.csv:embedding"), right, 30);
    // Columns by a range of names, and by a list.
    holds(case("writers/wide_intlabel.parquet:f0-f23"), right, 400);
    let two = features(case("writers/r_X.csv:f2,f0")).to_array();
    let all = features(case("writers/X.npy")).to_array();
    assert!((two[(3, 1)] - all[(3, 0)]).abs() < 1e-7 && (two[(3, 0)] - all[(3, 2)]).abs() < 1e-6);
}

#[test]
fn a_batch_reply_is_read_by_path_and_joined() {
    let batch = case("writers/openai_batch.jsonl");
    assert_eq!(features(&batch).columns().count, 24);
    let part = case("writers/openai_batch.jsonl:response.body.data[0].embedding");
    assert_eq!(features(&part).to_array(), features(&batch).to_array());
    let room = Folder::new();
    let ids = fs::read_to_string(case("writers/y_ids.csv")).unwrap().replace("id,", "custom_id,");
    let y = room.file("y.csv", ids);
    let files = Files { id: Some("custom_id"), ..Files::new(&batch, &y) };
    let loaded = files.load().unwrap();
    assert_eq!(loaded.features.read(), 12);
    let by_row = room.file("y.txt", "owl\ncat\n".repeat(6));
    let notes = pool(&batch, &by_row).unwrap().warnings().join("\n");
    assert!(notes.contains("--id custom_id"), "{notes}");
    // Vectors are matched to targets by identifier, in the order of the targets.
    let right = features(case("writers/X.npy")).to_array();
    let order: Vec<usize> = {
        let text = fs::read_to_string(&batch).unwrap();
        let ids = text.split("\"custom_id\": \"seq_").skip(1).map(|rest| rest[..4].parse().unwrap());
        let mut ids: Vec<usize> = ids.collect();
        ids.sort_unstable();
        ids
    };
    for (i, row) in order.into_iter().enumerate() {
        assert!((loaded.features.to_array()[(i, 5)] - right[(row, 5)]).abs() < 1e-6);
    }
}

#[test]
fn logical_types_of_parquet_are_read_or_refused() {
    holds(case("X_u32.parquet"), "Xu32.npy", 120);
    holds(case("X_listlist.parquet"), "X.npy", 120);
    assert_eq!(features(case("q4.parquet:embedding")).columns().count, 8);
    holds(case("prob.parquet:embedding"), "prob.npy", 100);
    for name in ["qdeccols.parquet", "qdeccolsi.parquet"] {
        holds(case(name), "qdec.npy", 100);
    }
    let load = |name: &str| load_features(&case(name)).map_err(|e| e.to_string());
    refused(load("X_map.parquet"), &["maps", "dict(m)"]);
    refused(load("X_liststruct_s.parquet"), &["records", "r['"]);
    refused(load("X_spark_sparse.parquet"), &["vector_to_array", "numpy.bincount"]);
    // Decimals and bytes as targets.
    let decimals = targets(case("y_dec4_2.parquet"), 120);
    assert_eq!(decimals.names().len(), 1);
    assert_eq!(targets(case("l_bin2.parquet"), 120).names().len(), targets(case("l.txt"), 120).names().len());
    // Names of a ClassLabel.
    assert_eq!(targets(case("writers/hf.parquet:label"), 400).names(), ["cat", "dog", "owl"]);
}

#[test]
fn row_counts_must_match_and_rows_are_no_headers() {
    for labels in ["k120.txt", "l120.txt", "y120.txt"] {
        refused(pool(case("X119.npy"), case(labels)), &["120", "119"]);
    }
    let room = Folder::new();
    let x: String = (0..40).map(|i| format!("{},{}\n", i % 7, (i * i) % 11)).collect();
    let x = room.file("x.csv", x);
    let words = |header: &str, count: usize| {
        header.to_owned()
            + &(0..count).map(|i| if i % 2 == 0 { "owl\n" } else { "cat\n" }).collect::<String>()
    };
    // A header, and one label too few.
    for header in ["label\n", "species\n", "y\n"] {
        refused(pool(&x, room.file("y.csv", words(header, 39))), &["39", "40"]);
        assert_eq!(pool(&x, room.file("y.csv", words(header, 40))).unwrap().tasks().len(), 2);
    }
    refused(pool(&x, room.file("y.csv", words("", 41))), &["41", "40"]);
    // An unknown word is a header where the number of rows implies it, and a note says so.
    let notes = pool(&x, room.file("y.csv", words("Vogelart\n", 40))).unwrap();
    assert!(
        notes.warnings().iter().any(|w| w.contains("header") && w.contains("Vogelart")),
        "{:?}",
        notes.warnings()
    );
    let numbers: String = (0..41).map(|i| format!("{}\n", i % 3)).collect();
    refused(pool(&x, room.file("n.txt", numbers)), &["41", "40"]);
}

#[test]
fn missing_labels_are_a_class_on_request_only() {
    let x = case("rn.csv");
    let right = targets(case("lab_empty.txt"), 100);
    let found = targets(case("lab_na.csv"), 100);
    assert_eq!(found.names(), right.names());
    let pool_of = |y: PathBuf| pool(&x, y).unwrap();
    assert_eq!(pool_of(case("lab_na.csv")).rows(), pool_of(case("lab_empty.txt")).rows());
    let notes = pool_of(case("lab_na.csv")).warnings().join("\n");
    assert!(notes.contains("25") && notes.contains("--labels-as-they-are"), "{notes}");
    // One of 1500 labels is a blank line.
    let room = Folder::new();
    let rows =
        room.file("x.csv", (0..1500).map(|i| format!("{},{}\n", (i * i) % 97, i % 7)).collect::<String>());
    let blank = pool(&rows, case("blank.csv")).unwrap();
    assert_eq!((blank.rows(), blank.tasks().len()), (1499, 15), "{:?}", blank.warnings());
    let right = pool_of(case("nl_pd.csv")).rows();
    for name in ["nl_pl.csv", "nl_dd.csv"] {
        assert_eq!(pool_of(case(name)).rows(), right, "{name}");
    }
    assert_eq!(targets(case("writers/y_None.txt"), 400).names(), ["cat", "dog", "owl"]);
    let y = case("lab_na.csv");
    let kept = Files { labels_as_they_are: true, ..Files::new(&x, &y) }.load().unwrap();
    assert!(kept.targets.names().contains(&"NA".to_owned()), "{:?}", kept.targets.names());
    // In quotes it is a name.
    let quoted = room.file("q.csv", "label\n\"NA\"\nFR\n\"NA\"\nFR\nNA\n");
    assert_eq!(targets(&quoted, 5).names(), ["FR", "NA"]);
}

#[test]
fn different_labels_are_different_classes() {
    let found = pool(case("writers/X.npy"), case("writers/y_case.txt")).unwrap();
    let names: Vec<&str> = found.tasks().iter().map(|t| t.name.as_str()).collect();
    assert!(names.contains(&"owl") && names.contains(&"OWL"), "{names:?}");
    assert!(found.warnings().iter().any(|w| w.contains("are different classes")), "{:?}", found.warnings());
    let room = Folder::new();
    let blanks = room.file("b.txt", "owl\nowl \ncat\nowl\nowl \ncat\n");
    assert_eq!(targets(&blanks, 6).names(), ["cat", "owl", "owl "]);
    let latin = room.file("l.csv", b"label\ncaf\xe9\ncaf\xe8\ncaf\xe9\ncaf\xe8\n");
    assert_eq!(targets(&latin, 4).names().len(), 2);
    let large: String = (0..20).map(|i| format!("{}\n", 9_007_199_254_740_992_u64 + i % 2)).collect();
    assert_eq!(targets(room.file("big.txt", large), 20).names(), ["9007199254740992", "9007199254740993"]);
    let codes = room.file("codes.txt", "007\n7\n007\n7\n");
    assert_eq!(targets(&codes, 4).names(), ["007", "7"]);
    let mean = room.file("mean.txt", "mean\nmode\nmean\nmode\n");
    assert_eq!(targets(&mean, 4).names(), ["mean (class)", "mode"]);
    let load = |name: &str, text: &str| {
        load_targets(&room.file(name, text), 4, Reading::Auto).map_err(|e| e.to_string())
    };
    refused(load("mixed.txt", "1\ncat\n2\ndog\n"), &["--labels"]);
    refused(load("dates.csv", "day\n2024-01-01\n2024-01-02\n2024-01-03\n2024-01-04\n"), &["dates"]);
}

#[test]
fn non_features_are_left_out_with_a_note() {
    for (name, column) in [("wide_intlabel.parquet", "label"), ("pd_wide_index.csv", "row numbers")] {
        let notes = features(case("writers").join(name)).notes().join("\n");
        assert!(notes.contains(column) && notes.contains("left out"), "{name}: {notes}");
    }
    // Row numbers are not a second target.
    assert_eq!(targets(case("writers/r_yint.csv"), 30).names().len(), 3);
    let room = Folder::new();
    let rows = |i: usize| {
        format!("{},{},{},2024-01-{:02}\n", (i * 17 + 5) % 40, (i * 5) % 11, (i * i) % 13, i % 28 + 1)
    };
    let x = room.file("x.csv", "id,a,b,day\n".to_owned() + &(0..40).map(rows).collect::<String>());
    let found = features(&x);
    assert_eq!(found.columns().count, 2, "{:?}", found.notes());
    let notes = found.notes().join("\n");
    assert!(notes.contains("\"id\"") && notes.contains("\"day\""), "{notes}");
    // The label's codes among the features are found, whatever the column is called.
    let x: String = (0..40).map(|i| format!("{},{},{}\n", (i * 5) % 11, i % 3 + 7, (i * i) % 13)).collect();
    let y: String = (0..40).map(|i| format!("{}\n", ["ant", "bee", "cow"][i % 3])).collect();
    let notes = pool(room.file("x2.csv", x), room.file("y.txt", y)).unwrap().warnings().join("\n");
    assert!(notes.contains("column 2 has one value for each class"), "{notes}");
}

#[test]
fn identified_rows_are_joined_or_rejected() {
    let (x, shuffled, same) =
        (case("writers/polars.parquet"), case("writers/y_shuffled_ids.csv"), case("writers/y_ids.csv"));
    let part = |path: &Path| PathBuf::from(format!("{}:label", path.display()));
    refused(pool(&x, part(&shuffled)), &["\"id\"", "--id id"]);
    assert!(pool(&x, part(&same)).is_ok());
    let right = pool(case("writers/X.npy"), case("writers/y.txt")).unwrap();
    for y in [&shuffled, &same] {
        let joined = Pool::of_files(&Files { id: Some("id"), ..Files::new(&x, y) }, &|_| true).unwrap();
        assert_eq!(joined.rows(), 400);
        for (a, b) in joined.tasks().iter().zip(right.tasks()) {
            assert_eq!(a.name, b.name);
            assert!((a.noise - b.noise).abs() < 1e-6, "{} {}", a.noise, b.noise);
        }
    }
    // Labels of some of the identifiers: the rows with labels are used.
    let room = Folder::new();
    let some: String =
        fs::read_to_string(&shuffled).unwrap().lines().take(101).map(|l| format!("{l}\n")).collect();
    let some = room.file("some.csv", some);
    let joined = Pool::of_files(&Files { id: Some("id"), ..Files::new(&x, &some) }, &|_| true).unwrap();
    assert_eq!(joined.rows(), 100);
    refused(pool(&x, part(&some)), &["--id id"]);
    let twice = room.file("twice.csv", "id,label\nseq_0000,owl\nseq_0000,cat\n");
    refused(
        Files { id: Some("id"), ..Files::new(&x, &twice) }.load().map_err(|e| e.to_string()),
        &["seq_0000", "rows 1 and 2"],
    );
}

#[test]
fn rows_with_missing_values_are_left_out() {
    let found = pool(case("writers/X_nanrow.npy"), case("writers/y.txt")).unwrap();
    let missing = 400 - found.rows();
    assert!(missing > 0);
    let note =
        if missing == 1 { "1 row of 400 has NaN".into() } else { format!("{missing} rows of 400 have NaN") };
    assert!(found.warnings().iter().any(|w| w.contains(&note)), "{:?}", found.warnings());
    // Each target has the rows with its value; all together have the rows with all values.
    let room = Folder::new();
    let x: String = (0..60).map(|i| format!("{},{}\n", (i * 5) % 11, (i * i) % 13)).collect();
    let cell =
        |i: usize, of: usize| if i.is_multiple_of(of) { String::new() } else { format!("{}.5", i % 7) };
    let y: String = (0..60).map(|i| format!("{},{}\n", cell(i, 3), cell(i, 4))).collect();
    let (x, y) = (room.file("x.csv", x), room.file("y.csv", "a,b\n".to_owned() + &y));
    let of = |task: &'static str| {
        Pool::of_files(&Files { task: Some(task), ..Files::new(&x, &y) }, &|_| true).unwrap()
    };
    assert_eq!((of("a").rows(), of("b").rows(), of("mean").rows()), (40, 45, 55));
    assert_eq!((of("mean").task_rows(), of("mean").complete_rows()), ((40, 45), 30));
    assert_eq!(std::sync::Arc::new(of("mean")).complete_cases(&|_| true).unwrap().rows(), 30);
}

#[test]
fn class_folders_are_labels() {
    let room = Folder::new();
    for (class, part) in
        [("label=007", 0), ("label=a%20b", 1), ("label=__HIVE_DEFAULT_PARTITION__", 2), ("label=x", 3)]
    {
        let folder = room.path(class);
        fs::create_dir_all(&folder).unwrap();
        fs::copy(case(&format!("writers/train-0000{part}-of-00004.parquet")), folder.join("data_0.parquet"))
            .unwrap();
    }
    let folder = room.path("");
    let found = features(&folder);
    assert_eq!(found.rows(), 400);
    let names = targets(PathBuf::from(format!("{}:label", folder.display())), 400);
    assert!(names.names().len() >= 3, "{:?}", names.names());
}

#[test]
fn damaged_archives_are_detected() {
    let room = Folder::new();
    let mut bytes = Vec::new();
    let mut npz = ndarray_npy::NpzWriter::new(std::io::Cursor::new(&mut bytes));
    let rows = ndarray::Array2::from_shape_fn((40, 3), |(i, j)| ((i * 3 + j) as f64).sin());
    npz.add_array("X", &rows).unwrap();
    npz.finish().unwrap();
    // A changed digit: the header is valid, the checksum is not.
    let at = bytes.len() / 2;
    bytes[at] ^= 1;
    let load = |name: &str, bytes: &[u8]| load_features(&room.file(name, bytes)).map_err(|e| e.to_string());
    refused(load("flipped.npz", &bytes), &["checksum"]);
    let header = r#"{"a":{"dtype":"F32","shape":[4,2],"data_offsets":[0,32]}}"#;
    let data: Vec<u8> = (0..8).flat_map(|i| (i as f32).sqrt().to_le_bytes()).collect();
    let tensors = |header: &str, data: &[u8]| {
        [&(header.len() as u64).to_le_bytes()[..], header.as_bytes(), data].concat()
    };
    assert!(load("whole.safetensors", &tensors(header, &data)).is_ok());
    refused(
        load("long.safetensors", &tensors(header, &[data.clone(), vec![0; 8]].concat())),
        &["8 bytes after"],
    );
    let twice = r#"{"a":{"dtype":"F32","shape":[4,2],"data_offsets":[0,32]},"a":{"dtype":"F32","shape":[4,2],"data_offsets":[0,32]}}"#;
    refused(load("twice.safetensors", &tensors(twice, &data)), &["\"a\" twice"]);
    refused(load("cut.csv", b"v\n\"[0.1 0.2 ... 0.3]\"\n\"[0.1 0.2 ... 0.3]\"\n"), &["lost"]);
}

#[test]
fn json_lines_with_bom_blanks_and_late_fields() {
    let room = Folder::new();
    let lines = "\u{feff}{\"a\":1,\"b\":2.5}\n{\"a\":3,\"b\":NaN,\"c\":7}\n{\"a\":4,\"b\":5,\"c\":9}\n{\"a\":9,\"b\":1,\"c\":2}\n";
    let found = features(room.file("x.jsonl", lines));
    assert_eq!((found.columns().count, found.rows(), found.read()), (3, 2, 4), "{:?}", found.notes());
}

#[test]
fn extension_dtypes_are_read_by_name() {
    let room = Folder::new();
    let rows = [1.0_f32, -2.0, 0.5, 3.0, 4.0, 0.25];
    let cells: Vec<u8> = rows.iter().flat_map(|v| ((v.to_bits() >> 16) as u16).to_le_bytes()).collect();
    let path = room.file("x.npy", super::readings::npy_bytes("<V2", false, "(3, 2)", &cells));
    refused(load_features(&path).map_err(|e| e.to_string()), &[":bfloat16", "ml_dtypes.bfloat16"]);
    let named = features(PathBuf::from(format!("{}:bfloat16", path.display())));
    assert_eq!(named.to_array().iter().copied().collect::<Vec<_>>(), rows.map(f64::from));
    // A slice of N×L×p.
    let cells: Vec<u8> = (0..24).flat_map(|i| ((i as f64) * 0.7).sin().to_le_bytes()).collect();
    let path = room.file("layers.npy", super::readings::npy_bytes("<f8", false, "(4, 3, 2)", &cells));
    refused(load_features(&path).map_err(|e| e.to_string()), &["4×3×2", "layers.npy:0"]);
    let layer = features(PathBuf::from(format!("{}:1", path.display()))).to_array();
    assert_eq!(layer[(2, 1)], (15.0_f64 * 0.7).sin());
    refused(
        load_features(&PathBuf::from(format!("{}:3", path.display()))).map_err(|e| e.to_string()),
        &["no slice 3"],
    );
}
