//! Files whose layout alone is ambiguous: durations, parts of a split, the order of numbered columns, delimiters at
//! the end of lines, float8, words that may be missing labels.

use std::path::{Path, PathBuf};

use riskscope::data::{Files, Pool, Reading, load_features, load_targets};

use super::folder::Folder;
use super::readings::npy_bytes;

fn container(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/containers").join(name)
}

fn refused(result: Result<impl Sized, impl std::fmt::Display>, words: &[&str]) {
    let text = result.err().map(|e| e.to_string()).expect("refused");
    assert!(text.len() < 700 && !text.contains('\n'), "{text}");
    for word in words {
        assert!(text.contains(word), "no {word:?} in: {text}");
    }
}

fn rows(path: impl AsRef<Path>) -> Vec<Vec<f64>> {
    let features = load_features(path.as_ref()).unwrap_or_else(|e| panic!("{e}"));
    features.to_array().rows().into_iter().map(|row| row.to_vec()).collect()
}

#[test]
fn durations_of_parquet_are_not_numbers() {
    let load = |column: &str| load_features(&container(&format!("pyarrow_durations.parquet:{column}")));
    refused(load("took"), &["\"took\" holds durations"]);
    refused(load("spans"), &["\"spans\" holds durations"]);
    refused(load_targets(&container("pyarrow_durations.parquet:took"), 40, Reading::Auto), &["durations"]);
    // The column of vectors is the only numeric column.
    assert_eq!(rows(container("pyarrow_durations.parquet"))[0].len(), 4);
}

#[test]
fn an_unsupported_type_has_a_conversion_line() {
    let long = container("pyarrow_durations.parquet:long");
    let line = "tests/data/containers/pyarrow_durations.parquet')['long']";
    refused(load_features(&long), &["more than 38 digits", "pandas.read_parquet('", line]);
    let runs = load_targets(&container("pyarrow_rare.arrow"), 40, Reading::Auto);
    refused(runs, &["\"runs\"", "pyarrow.ipc.open_file('", "['runs'].to_pylist()"]);
}

#[test]
fn parts_of_a_split_are_not_joined() {
    let room = Folder::new();
    let good = std::fs::read(container("../kinds/polars.parquet")).unwrap();
    for file in
        ["d/train/0.parquet", "d/test/0.parquet", "e/data/train-0.parquet", "e/data/validation-0.parquet"]
    {
        let path = room.path(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, &good).unwrap();
    }
    let of = |path: &str| load_features(&room.path(path));
    refused(of("d"), &["\"test\", \"train\"", "d/train,", "--split-column folder"]);
    refused(of("e"), &["\"train\", \"validation\"", "e/data/validation*.parquet'"]);
    for one in ["d/train", "e/data/train*.parquet"] {
        assert_eq!(of(one).unwrap().rows(), 4, "{one}");
    }
    // With a split named by its folders, they are one table.
    let (features, targets) = (room.path("d"), room.path("d:label"));
    let split = riskscope::data::Split { column: "folder", part: riskscope::data::Part::Train };
    let files = Files { split: Some(split), ..Files::new(&features, &targets) };
    assert_eq!(files.load().unwrap().features.rows(), 4);
}

#[test]
fn ranges_of_columns_follow_their_numbers() {
    let room = Folder::new();
    let path = room.file("t.csv", "f0,f1,f10,f2,label\n1,2,3,4,a\n5,7,6,9,b\n0,1,1,0,a\n");
    assert_eq!(rows(format!("{}:f0-f2", path.display()))[1], [5.0, 7.0, 9.0]);
    assert_eq!(rows(format!("{}:f1-f10", path.display()))[1], [7.0, 9.0, 6.0]);
    let path = room.file("u.csv", "f2,x,f1\n1,2,3\n5,7,6\n");
    assert_eq!(rows(format!("{}:f1-f2", path.display()))[1], [6.0, 5.0]);
    // Names without numbers keep the order of the file.
    assert_eq!(rows(format!("{}:x-f1", path.display()))[1], [7.0, 6.0]);
}

#[test]
fn a_trailing_delimiter_shifts_no_column() {
    let room = Folder::new();
    let path = room.file("t.csv", "a,b,label\n1,2,x,\n3,5,y,\n4,0,x,\n6,6,y,\n");
    assert_eq!(rows(format!("{}:a,b", path.display()))[1], [3.0, 5.0]);
    let targets = PathBuf::from(format!("{}:label", path.display()));
    assert_eq!(load_targets(&targets, 4, Reading::Auto).unwrap().names(), ["x", "y"]);
    // Row names, as R writes them.
    let path = room.file("r.csv", "a,b\n1,2,7\n2,5,8\n3,0,9\n");
    assert_eq!(rows(&path)[1], [5.0, 8.0]);
}

#[test]
fn a_number_can_be_a_column_name() {
    let room = Folder::new();
    let path = room.file("series.csv", "0\n2\n0\n1\n2\n");
    let named = PathBuf::from(format!("{}:0", path.display()));
    assert_eq!(load_targets(&named, 4, Reading::Numbers).unwrap().names().len(), 1);
    refused(load_targets(&path, 4, Reading::Auto), &["has 5 rows", "have 4"]);
}

/// 1.0 and −2.5 are 0x3c and 0xc1 by the definition of the format: five bits of exponent with bias 15, two of fraction.
#[test]
fn the_float_of_one_byte_that_numpy_names_is_read() {
    let room = Folder::new();
    let path = room.file("x.npy", npy_bytes("<f1", false, "(2, 2)", &[0x3c, 0xc1, 0x40, 0x00]));
    assert_eq!(rows(&path), [[1.0, -2.5], [2.0, 0.0]]);
}

#[test]
fn jsonl_has_lists_and_labels_and_no_infinity() {
    let room = Folder::new();
    assert_eq!(rows(room.file("x.jsonl", "[1, 2]\n[3, 5]\n")), [[1.0, 2.0], [3.0, 5.0]]);
    let labels = room.file("y.jsonl", "\"owl\"\n\"cat\"\n\"owl\"\n\"cat\"\n");
    assert_eq!(load_targets(&labels, 4, Reading::Auto).unwrap().names(), ["cat", "owl"]);
    let mixed = room.file("m.jsonl", "{\"v\": [1, 2]}\n[3, 4]\n");
    refused(load_features(&mixed), &["line 2", "no object, unlike the first"]);
    let infinite = room.file("i.jsonl", "{\"v\": [1, 2]}\n{\"v\": [-Infinity, 4]}\n");
    refused(load_features(&infinite), &["line 2", "infinity"]);
}

#[test]
fn a_sparse_matrix_of_scipy_has_a_line() {
    let room = Folder::new();
    let path = room.path("s.npz");
    let mut npz = ndarray_npy::NpzWriter::new(std::fs::File::create(&path).unwrap());
    for name in ["indices", "indptr", "format", "shape", "data"] {
        npz.add_array(name, &ndarray::arr1(&[1_i64, 0, 2])).unwrap();
    }
    npz.finish().unwrap();
    refused(load_features(&path), &["sparse matrix of scipy", "scipy.sparse.load_npz('"]);
}

#[test]
fn words_that_may_be_missing_labels_are_pointed_at() {
    let room = Folder::new();
    let labels = room.file("y.txt", "owl\nnone\ncat\nowl\ncat\nnone\n");
    assert_eq!(load_targets(&labels, 6, Reading::Auto).unwrap().names(), ["cat", "none", "owl"]);
    let rows: String = (0..6).map(|i| format!("{},{}\n", i * i, i % 4)).collect();
    let pool = Pool::load(&room.file("x.csv", rows), &labels, Reading::Auto, &|_| true).unwrap();
    let said = pool.warnings().join("\n");
    assert!(said.contains("2 cells hold \"none\", which is taken as a class"), "{said}");
}

#[test]
fn whole_numbers_as_floats_are_the_same_identifiers() {
    let room = Folder::new();
    let x = room.file("x.csv", "id,a,b\n7,1,2\n8,3,5\n9,4,0\n10,2,2\n");
    let y = room.file("y.csv", "id,label\n10.0,u\n9.0,v\n8.0,u\n7.0,v\n");
    let targets = PathBuf::from(format!("{}:label", y.display()));
    let files = Files { id: Some("id"), ..Files::new(&x, &targets) };
    assert_eq!(files.load().unwrap().features.to_array().row(0).to_vec(), [2.0, 2.0]);
    refused(Pool::load(&x, &targets, Reading::Auto, &|_| true), &["--id id"]);
}
