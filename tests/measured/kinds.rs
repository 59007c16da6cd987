//! Files in the forms that users have: each gives the right numbers, or the right error.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;
use ndarray::{Array1, Array2};
use ndarray_npy::NpzWriter;
use riskscope::data::{DataError, Features, Pool, Reading, Targets, load_features, load_targets};

use super::folder::Folder;
use super::readings::npy_bytes;

const ROWS: [[f64; 2]; 4] = [[1.0, -2.0], [0.5, 3.0], [4.0, 0.0], [2.0, 1.5]];

fn packed(folder: &Folder, name: &str, content: &str) -> PathBuf {
    let mut gz = GzEncoder::new(Vec::new(), Compression::default());
    gz.write_all(content.as_bytes()).unwrap();
    folder.file(name, gz.finish().unwrap())
}

fn part(path: &Path, name: &str) -> PathBuf {
    format!("{}:{name}", path.display()).into()
}

fn stored(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/kinds").join(name)
}

fn values(features: &Features) -> Vec<Vec<f64>> {
    features.to_array().rows().into_iter().map(|row| row.to_vec()).collect()
}

fn gives(path: &Path) {
    let features = load_features(path).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(values(&features), ROWS, "{path:?}");
}

fn refused<T: std::fmt::Debug>(result: Result<T, DataError>, words: &[&str]) {
    let text = result.unwrap_err().to_string();
    assert!(!text.contains('\n') && text.len() < 500, "{text}");
    for word in words {
        assert!(text.contains(word), "no {word:?} in: {text}");
    }
}

fn labels(path: &Path, rows: usize) -> Targets {
    load_targets(path, rows, Reading::Auto).unwrap_or_else(|e| panic!("{e}"))
}

#[test]
fn parquet_of_several_writers() {
    gives(&stored("pandas.parquet"));
    gives(&part(&stored("pandas.parquet"), "embedding"));
    gives(&stored("polars.parquet"));
    gives(&stored("plain.parquet"));
    gives(&stored("half.parquet"));
    gives(&part(&stored("two.parquet"), "v"));
    let whole = load_features(&stored("ints.parquet")).unwrap();
    assert_eq!(values(&whole)[3], [7.0, 9.0]);
    assert_eq!(labels(&part(&stored("pandas.parquet"), "label"), 4).names(), ["air", "sea"]);
    assert_eq!(labels(&part(&stored("polars.parquet"), "label"), 4).names(), ["air", "sea"]);
    assert_eq!(labels(&stored("ints.parquet"), 4).names(), ["0", "1"]);
    assert_eq!(labels(&part(&stored("polars.parquet"), "score"), 4).names(), ["score"]);
    refused(load_features(&stored("two.parquet")), &["\"u\", \"v\"", "say which", "two.parquet:v"]);
    refused(load_features(&part(&stored("two.parquet"), "w")), &["no column \"w\"", "\"u\", \"v\""]);
    let gap = load_features(&stored("gap.parquet")).unwrap();
    assert!(gap.notes().iter().any(|n| n.contains("1 row of 3 has NaN or no value")), "{:?}", gap.notes());
    refused(load_features(&stored("ragged.parquet")), &["row 2", "1 numbers", "first has 2"]);
    refused(
        load_targets(&stored("pandas.parquet"), 4, Reading::Auto),
        &["\"id\", \"embedding\", \"label\"", ":label"],
    );
}

#[test]
fn a_damaged_parquet_file_is_a_sentence() {
    let room = Folder::new();
    let good = fs::read(stored("pandas.parquet")).unwrap();
    for at in (0..good.len()).step_by(3) {
        let mut bad = good.clone();
        bad[at] ^= 0xff;
        let _ = load_features(&room.file("flipped.parquet", &bad));
        let _ = load_features(&room.file("cut.parquet", &good[..at]));
    }
}

#[test]
fn archives_by_member() {
    let room = Folder::new();
    let path = room.file("data.npz", "");
    let mut npz = NpzWriter::new(fs::File::create(&path).unwrap());
    npz.add_array("first", &Array2::from_shape_fn((4, 2), |(i, j)| ROWS[i][j])).unwrap();
    npz.add_array("second", &Array2::from_shape_fn((4, 2), |(i, j)| 10.0 * ROWS[i][j])).unwrap();
    npz.add_array("kind", &Array1::from_vec(vec![1_i64, 0, 1, 0])).unwrap();
    npz.finish().unwrap();
    gives(&part(&path, "first"));
    assert_eq!(values(&load_features(&part(&path, "second")).unwrap())[1], [5.0, 30.0]);
    assert_eq!(labels(&part(&path, "kind"), 4).names(), ["0", "1"]);
    refused(load_features(&part(&path, "third")), &["no array \"third\"", "\"first\", \"second\", \"kind\""]);
    refused(load_features(&path), &["\"first\"", "after a colon"]);
    // Features and targets cannot be the same array.
    let same = Pool::load(&part(&path, "first"), &part(&path, "first"), Reading::Auto, &|_| true);
    refused(same, &["same array", "data.npz:X"]);
    let single = room.file("single.npz", "");
    let mut npz = NpzWriter::new(fs::File::create(&single).unwrap());
    npz.add_array("X", &Array2::from_shape_fn((4, 2), |(i, j)| ROWS[i][j])).unwrap();
    npz.finish().unwrap();
    refused(Pool::load(&single, &single, Reading::Auto, &|_| true), &["single.npz", "same array"]);
    // An existing file whose name contains a colon is read as that file.
    fs::copy(&single, room.path("a:b.npz")).unwrap();
    gives(&room.path("a:b.npz"));
}

/// Writes a safetensors file: header, then the bytes of the tensors.
fn tensors(header: &str, data: &[u8]) -> Vec<u8> {
    [&(header.len() as u64).to_le_bytes()[..], header.as_bytes(), data].concat()
}

#[test]
fn safetensors() {
    let room = Folder::new();
    let flat: Vec<f64> = ROWS.iter().flatten().copied().collect();
    let single: Vec<u8> = flat.iter().flat_map(|v| (*v as f32).to_le_bytes()).collect();
    let brain: Vec<u8> =
        flat.iter().flat_map(|v| ((*v as f32).to_bits() >> 16).to_le_bytes()[..2].to_vec()).collect();
    let one = r#"{"weight":{"dtype":"F32","shape":[4,2],"data_offsets":[0,32]}}"#;
    gives(&room.file("one.safetensors", tensors(one, &single)));
    let two = r#"{"a":{"dtype":"F32","shape":[4,2],"data_offsets":[0,32]},"b":{"dtype":"BF16","shape":[4,2],"data_offsets":[32,48]}}"#;
    let path = room.file("two.safetensors", tensors(two, &[single.clone(), brain].concat()));
    gives(&part(&path, "a"));
    gives(&part(&path, "b"));
    refused(load_features(&path), &["\"a\", \"b\"", "after a colon"]);
    refused(load_features(&part(&path, "c")), &["no tensor \"c\""]);
    refused(load_features(&room.file("cut.safetensors", tensors(one, &single[..20]))), &["truncated"]);
    refused(load_features(&room.file("long.safetensors", [0xff; 20])), &["no safetensors file"]);
    refused(
        load_features(&room.file("noise.safetensors", tensors("{]", &[]))),
        &["not a readable safetensors"],
    );
    let lie = r#"{"a":{"dtype":"F32","shape":[4,200],"data_offsets":[0,32]}}"#;
    refused(
        load_features(&room.file("lie.safetensors", tensors(lie, &single))),
        &["lie.safetensors", "safetensors"],
    );
}

#[test]
fn lines_of_json() {
    let room = Folder::new();
    let line = |i: usize| {
        let [a, b] = ROWS[i];
        let kind = if i.is_multiple_of(2) { "sea" } else { "air" };
        format!("{{\"text\":\"no {i}\",\"embedding\":[{a},{b}],\"label\":\"{kind}\",\"score\":{}}}\n", i * i)
    };
    let all: String = (0..4).map(line).collect();
    let path = room.file("rows.jsonl", &all);
    gives(&path);
    gives(&part(&path, "embedding"));
    gives(&packed(&room, "rows.jsonl.gz", &all));
    assert_eq!(labels(&part(&path, "label"), 4).names(), ["air", "sea"]);
    assert_eq!(labels(&part(&path, "score"), 4).names(), ["score"]);
    refused(load_targets(&path, 4, Reading::Auto), &["say which", "\"label\"", ":score"]);
    refused(
        load_features(&room.file("bad.jsonl", all.clone() + "{\"embedding\":[1]}\n")),
        &["line 5", "1 numbers"],
    );
    refused(load_features(&room.file("half.jsonl", all.clone() + "{\"embed")), &["line 5", "JSON"]);
    refused(
        load_features(&room.file("word.jsonl", all + "{\"embedding\":[1,\"x\"]}")),
        &["line 5", "lists of numbers"],
    );
}

#[test]
fn packed_and_tabbed_text() {
    let room = Folder::new();
    let rows = |between: &str| ROWS.map(|[a, b]| format!("{a}{between}{b}\n")).concat();
    gives(&packed(&room, "x.csv.gz", &("a,b\n".to_owned() + &rows(","))));
    gives(&packed(&room, "x.tsv.gz", &rows("\t")));
    gives(&room.file("x.tsv", rows("\t")));
    assert_eq!(labels(&packed(&room, "y.txt.gz", "sea\nair\nsea\nair\n"), 4).names(), ["air", "sea"]);
    refused(load_features(&room.file("x.csv.gz", "not packed")), &["x.csv.gz", "could not be read"]);
}

#[test]
fn header_lines_and_missing_labels() {
    let room = Folder::new();
    assert_eq!(labels(&room.file("h.txt", "kind\nsea\nair\nsea\nair\n"), 4).names(), ["air", "sea"]);
    let blank = room.file("blank.txt", "sea\n\nair\nsea\nair\n");
    assert_eq!(labels(&blank, 5).names(), ["air", "sea"]);
    assert_eq!(labels(&room.file("end.txt", "sea\nair\nair\nsea\n\n"), 5).names(), ["air", "sea"]);
    // Rows without a label are left out of the pool, which reports their number.
    let x: String = (0..30).map(|i| format!("{},{}\n", i % 7, (i * i) % 11)).collect();
    let x = room.file("x.csv", x);
    let y: String =
        (0..30).map(|i| if i % 10 == 3 { "\n".into() } else { format!("{}.5\n", i % 4) }).collect();
    let pool = Pool::load(&x, &room.file("y.txt", y), Reading::Auto, &|_| true).unwrap();
    assert_eq!(pool.rows(), 27);
    assert!(
        pool.warnings().iter().any(|w| w.contains("3 rows of 30 have no label")),
        "{:?}",
        pool.warnings()
    );
    let nan = room.file(
        "nan.npy",
        npy_bytes("<f8", false, "(4,)", &[1.0, f64::NAN, 2.0, 4.0].map(f64::to_le_bytes).concat()),
    );
    let pool = Pool::load(&room.file("four.csv", "1\n2\n4\n5\n"), &nan, Reading::Auto, &|_| true).unwrap();
    assert_eq!(pool.rows(), 3);
    refused(load_targets(&room.file("none.csv", "nan\nnan\n"), 2, Reading::Auto), &["none.csv", "NaN"]);
}

#[test]
fn whole_numbers_are_classes_where_they_repeat() {
    let room = Folder::new();
    let many: String = (0..216).map(|i| format!("{}\n", i * 7 % 11)).collect();
    let path = room.file("many.txt", many);
    assert_eq!(labels(&path, 216).names().len(), 11);
    assert_eq!(load_targets(&path, 216, Reading::Numbers).unwrap().names(), ["y1"]);
    let floats: String = (0..40).map(|i| format!("{}.0\n", i % 4)).collect();
    let path = room.file("floats.txt", floats);
    assert_eq!(labels(&path, 40).names(), ["y1"]);
    assert_eq!(load_targets(&path, 40, Reading::Labels).unwrap().names(), ["0", "1", "2", "3"]);
    let words = room.file("words.txt", "a\nb\na\nb\n");
    refused(load_targets(&words, 4, Reading::Numbers), &["row 1", "\"a\"", "numbers throughout"]);
}

#[test]
fn constant_columns_are_left_out_with_a_note() {
    let room = Folder::new();
    let features = load_features(&room.file("c.csv", "1,0,-2\n0.5,0,3\n4,0,0\n2,0,1.5\n")).unwrap();
    assert_eq!(values(&features), ROWS);
    assert!(features.notes()[0].contains("column 2 is constant"), "{:?}", features.notes());
    assert_eq!((features.columns().count, features.columns().kept.as_slice()), (3, &[0, 2][..]));
    assert_eq!(labels(&room.file("lone.txt", "a\nb\na\nc\nb\n"), 5).names(), ["a", "b"]);
    let nobody = room.file("nobody.csv", "x,y,z\n1,0,2\n2,0,3\n4,0,9\n");
    assert_eq!(labels(&nobody, 3).names(), ["x", "z"]);
}

#[test]
fn row_numbers_and_targets_among_features_are_reported() {
    let room = Folder::new();
    let y = |i: usize| ((i * i) % 13) as f64 + 0.5;
    let rows: String = (0..30).map(|i| format!("{i},{},7,{}\n", (i * 5) % 11, y(i))).collect();
    let targets: String = (0..30).map(|i| format!("{}\n", y(i))).collect();
    let pool = Pool::load(&room.file("x.csv", rows), &room.file("y.txt", targets), Reading::Auto, &|_| true)
        .unwrap();
    let all = pool.warnings().join("\n");
    assert!(all.contains("column 1 counts the rows"), "{all}");
    assert!(all.contains("column 4 is the target \"y1\""), "{all}");
    assert!(!all.contains("column 2"), "{all}");
    // Classes too small for the ensemble are reported only where the ensemble is used.
    assert!(!all.contains("ensemble") && pool.too_small().is_none());
}

#[test]
fn a_table_of_labels_requires_a_column() {
    let room = Folder::new();
    let path = room.file("labels.csv", "id,label\n7,sea\n8,air\n9,sea\n11,air\n");
    refused(load_targets(&path, 4, Reading::Auto), &["\"id\", \"label\"", "say which", "labels.csv:label"]);
    assert_eq!(labels(&part(&path, "label"), 4).names(), ["air", "sea"]);
    refused(load_targets(&part(&path, "labl"), 4, Reading::Auto), &["no column \"labl\""]);
    let numbers = room.file("scores.csv", "id,score\n7,0.5\n8,1.5\n9,2\n11,0\n");
    refused(load_targets(&numbers, 4, Reading::Auto), &["say which", "scores.csv:score"]);
    assert_eq!(labels(&part(&numbers, "score"), 4).names(), ["score"]);
}

#[test]
fn unsupported_files_have_a_conversion_line() {
    let room = Folder::new();
    for (name, words) in [
        ("x.pt", &["PyTorch", "numpy.save('{}x.npy', torch.load('{}x.pt')"][..]),
        ("x.h5", &["not a readable HDF5 file"]),
        ("x.arrow", &["damaged"]),
        ("x.mat", &["MATLAB", "scipy.io.loadmat('{}x.mat')"]),
        ("x.pkl", &["pickle"]),
        ("x.json", &["JSON", "line 1"]),
        ("x.xlsx", &["spreadsheet"]),
        ("x.zip", &["unpack"]),
    ] {
        // The suggested command line has the path of the file.
        let folder = room.path("").to_string_lossy().into_owned();
        let words: Vec<String> = words.iter().map(|word| word.replace("{}", &folder)).collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        refused(load_features(&room.file(name, "what")), &words);
        refused(load_targets(&room.file(name, "what"), 3, Reading::Auto), &words);
    }
    refused(
        load_features(&room.file("o.npy", npy_bytes("|O", false, "(3,)", b"xyz"))),
        &["Python objects", "numpy.stack"],
    );
    let wide: String =
        (0..3).map(|i| format!("{i},{},{},{},{}\n", i * i, 7 - i, 2 * i + 1, i * i * i)).collect();
    let wide = room.file("wide.csv", wide);
    let four = room.file("four.txt", "a\nb\na\nb\na\n");
    refused(Pool::load(&wide, &four, Reading::Auto, &|_| true), &["5 rows", "have 3", "transposed", "x.T"]);
    let bits: Vec<u8> = (0..4096_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    let features = load_features(&room.file("b.npy", npy_bytes("|u1", false, "(256, 16)", &bits))).unwrap();
    assert!(features.notes()[0].contains("unpackbits"), "{:?}", features.notes());
}
