//! Every bad input is rejected in one sentence that names it and what is accepted.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ndarray::{Array1, Array2};
use ndarray_npy::{NpzWriter, write_npy};
use riskscope::data::path::Rows;
use riskscope::data::{DataError, Ensemble, Grid, Pool, Reading, load_features, load_targets};

use super::folder::Folder;
use super::readings::npy_bytes;

/// Checks that a file is rejected as bad input, in one line that contains the given words.
fn refused<T: std::fmt::Debug>(result: Result<T, DataError>, words: &[&str]) {
    let error = result.unwrap_err();
    let text = error.to_string();
    assert!(error.is_input(), "{text}");
    assert!(!text.contains('\n') && text.len() < 400, "{text}");
    for word in words {
        assert!(text.contains(word), "no {word:?} in: {text}");
    }
}

struct Room(Folder);

impl Room {
    fn new() -> Self {
        Self(Folder::new())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path(name)
    }

    fn features(&self, name: &str, content: impl AsRef<[u8]>, words: &[&str]) {
        refused(load_features(&self.0.file(name, content)), &[&[name], words].concat());
    }

    fn targets(&self, name: &str, content: impl AsRef<[u8]>, rows: usize, words: &[&str]) {
        refused(load_targets(&self.0.file(name, content), rows, Reading::Auto), &[&[name], words].concat());
    }
}

#[test]
fn special_files_are_rejected() {
    let room = Room::new();
    refused(load_features(Path::new("no/such.npy")), &["no/such.npy", "no such file"]);
    refused(load_targets(Path::new("no/such.txt"), 3, Reading::Auto), &["no/such.txt", "no such file"]);
    for name in ["dir.npy", "dir.csv", "dir"] {
        fs::create_dir(room.path(name)).unwrap();
        refused(load_features(&room.path(name)), &[name, "directory"]);
        refused(load_targets(&room.path(name), 3, Reading::Auto), &[name, "directory"]);
    }
    for name in ["empty.npy", "empty.npz", "empty.csv"] {
        room.features(name, "", &["empty"]);
        room.targets(name, "", 3, &["empty"]);
    }
    room.targets("empty.txt", "", 3, &["empty"]);
    room.targets("blank.txt", "\n \n", 3, &["empty", "one label a line"]);
    room.features("blank.csv", "\n\n", &["no rows"]);
    room.features("header.csv", "a,b\n", &["no rows"]);
    room.features("x.parquet", "PAR1", &["not a readable parquet"]);
    room.features("x.dat", "1 2", &[".npy, .npz, .csv, .parquet", ".safetensors, .jsonl"]);
    #[cfg(target_os = "linux")]
    refused(load_targets(Path::new("/dev/zero"), 3, Reading::Auto), &["/dev/zero", "not a regular file"]);
}

/// Miller and other programs copy numbers of CSV into JSON as they are spelled.
#[test]
fn numbers_that_json_does_not_have_are_explained() {
    let room = Room::new();
    for (number, explained) in [(".5", true), ("5.", true), ("-.5", true), ("0x1F", false)] {
        let lines = format!("{{\"a\": 1.5}}\n{{\"a\": {number}}}\n");
        let words = ["line 2", "digits on both sides"];
        room.features("x.jsonl", &lines, if explained { &words } else { &words[..1] });
        let whole = format!("[{{\"a\": 1.5}},\n{{\"a\": {number}}}]\n");
        room.features("x.json", &whole, if explained { &words } else { &words[..1] });
    }
}

#[test]
fn arrays_with_false_headers() {
    let room = Room::new();
    let whole = npy_bytes("<f8", false, "(3, 2)", &[1; 48]);
    room.features("cut.npy", &whole[..whole.len() - 9], &["3×2", "48 bytes", "39 follow", "truncated"]);
    room.features("long.npy", [&whole[..], &[0; 7]].concat(), &["48 bytes", "55 follow"]);
    room.features("cut_header.npy", &whole[..40], &["within its header"]);
    room.features("cut_magic.npy", &whole[..5], &["numpy"]);
    room.features("magic.npy", "PK\u{3}\u{4} no array at all", &["numpy"]);
    // A header of petabytes is rejected before memory is allocated.
    room.features(
        "huge.npy",
        npy_bytes("<f8", false, "(1000000000, 1000000)", &[0; 16]),
        &["promises", "16 follow"],
    );
    room.features(
        "over.npy",
        npy_bytes("<f8", false, "(99999999999, 99999999999)", &[]),
        &["impossible shape"],
    );
    room.features("over2.npy", npy_bytes("<f8", false, "(99999999999999999999999999, 1)", &[]), &["header"]);
    room.features("minus.npy", npy_bytes("<f8", false, "(-1, 4)", &[0; 32]), &["header"]);
    room.features("zero.npy", npy_bytes("<f8", false, "(0, 4)", &[]), &["no numbers", "0×4"]);
    room.features("garbage.npy", npy_bytes("<f8", false, "(3, 2", &[1; 48]), &["damaged header"]);
    room.features("nested.npy", npy_bytes("<f8", false, &"(".repeat(9000), &[1; 48]), &["accepted"]);
    let mut version2 = b"\x93NUMPY\x02\x00\xff\xff\xff\xff".to_vec();
    version2.extend([b' '; 100]);
    room.features("v2.npy", version2, &["within its header"]);
    room.features("v9.npy", b"\x93NUMPY\x09\x00\x10\x00\x00\x00                \n", &["header"]);
    for kind in ["<c8", "|O", "<M8[ns]", "<f16", "<f3", "<i9", "f8", "", "<U99999999999"] {
        room.features("kind.npy", npy_bytes(kind, false, "(3, 2)", &[1; 48]), &["accepted are"]);
    }
    room.features("foreign.npy", npy_bytes("<é", false, "(3, 2)", &[1; 48]), &["damaged header"]);
    room.features("one.npy", npy_bytes("<f8", false, "(6,)", &[1; 48]), &["one axis", "accepted are two"]);
    room.features("three.npy", npy_bytes("<f8", false, "(3, 2, 1)", &[1; 48]), &["3 axes"]);
    room.targets("three.npy", npy_bytes("<f8", false, "(3, 2, 1)", &[1; 48]), 3, &["3 axes"]);
    room.features("text.npy", npy_bytes("|S8", false, "(3, 2)", &[65; 48]), &["text", "numbers"]);
}

#[test]
fn archives() {
    let room = Room::new();
    room.features("noise.npz", "PK\u{3}\u{4} no archive", &["archive"]);
    let array = Array2::from_shape_fn((3, 2), |(i, j)| (i * 2 + j) as f64);
    let mut npz = NpzWriter::new(fs::File::create(room.path("two.npz")).unwrap());
    npz.add_array("alpha", &array).unwrap();
    npz.add_array("beta", &array).unwrap();
    npz.finish().unwrap();
    refused(
        load_features(&room.path("two.npz")),
        &["two.npz", "\"alpha\", \"beta\"", "X, features, embeddings, embedding, arr_0"],
    );
    NpzWriter::new(fs::File::create(room.path("none.npz")).unwrap()).finish().unwrap();
    refused(load_features(&room.path("none.npz")), &["none.npz", "no array"]);
    // Each byte is changed in turn: the result is a value or an error, never a panic.
    let good = fs::read(room.path("two.npz")).unwrap();
    for at in 0..good.len() {
        let mut bad = good.clone();
        bad[at] ^= 0xff;
        fs::write(room.path("flipped.npz"), &bad).unwrap();
        let _ = load_features(&room.path("flipped.npz"));
    }
    // An array in an archive whose header is larger than its data.
    let mut zip = zip::ZipWriter::new(fs::File::create(room.path("bomb.npz")).unwrap());
    zip.start_file("X.npy", zip::write::SimpleFileOptions::default()).unwrap();
    zip.write_all(&npy_bytes("<f8", false, "(1000000000, 1000)", &[0; 64])).unwrap();
    zip.finish().unwrap();
    refused(load_features(&room.path("bomb.npz")), &["bomb.npz:X", "promises", "64 follow"]);
}

#[test]
fn tables() {
    let room = Room::new();
    room.features("ragged.csv", "a,b\n1,2\n3\n", &["line 3", "1 cells", "2"]);
    room.features(
        "word.csv",
        "a,b\n1,2\n3,four\n",
        &["line 3, column \"b\"", "\"four\"", "accepted are numbers"],
    );
    room.features("hole.csv", "a,b\n1,\n3,4\n", &["1 of 2 rows", "column \"b\"", "at least two rows"]);
    room.features("comma.csv", "a;b\n1,5;2,5\n", &["\"1,5\"", "decimal point"]);
    room.features("first.csv", "1,2,x,4\n1,2,3,4\n", &["line 1, column 3", "\"x\""]);
    room.features("binary.csv", [0xff, 0xfd, 0, b'\n', 7, 0x80], &["zero bytes", "accepted are"]);
    room.features("nan.csv", "a,b\n1,2\n3,NaN\n", &["1 of 2 rows have NaN", "column \"b\""]);
    room.features("inf.csv", "a,b\n1,2\n-inf,4\n", &["row 2, column \"a\"", "inf"]);
    room.features("over.csv", "a,b\n1,1e999\n3,4\n", &["row 1, column \"b\"", "inf"]);
    room.features("large.csv", "a,b\n1,1e300\n3,4\n", &["row 1, column \"b\"", "1e300", "at most 1e100"]);
    room.features("constant.csv", "a,b,c\n1,2,3\n1,2,3\n1,2,3\n", &["every feature is constant"]);
    room.features("single.csv", "a,b\n1,2\n", &["1 rows", "at least two rows"]);
    let array =
        Array2::from_shape_fn((4, 3), |(i, j)| if (i, j) == (2, 1) { f32::NAN } else { (i + j * i) as f32 });
    write_npy(room.path("nan.npy"), &array).unwrap();
    let features = load_features(&room.path("nan.npy")).unwrap();
    assert_eq!((features.rows(), features.read()), (3, 4));
    assert!(features.notes()[0].contains("1 row of 4 has NaN"), "{:?}", features.notes());
}

#[test]
fn targets() {
    let room = Room::new();
    room.targets("short.txt", "a\nb\na\n", 4, &["3 rows", "have 4"]);
    room.targets("lone.txt", "a\nb\nc\n", 3, &["every class has one row", "--numbers"]);
    room.targets("same.txt", "a\na\na\n", 3, &["single class"]);
    room.targets("gap.txt", "a\n\na\n", 3, &["single class"]);
    room.targets("latin.txt", b"a\nb\n\xe9\n", 3, &["line 3", "UTF-8"]);
    room.targets(
        "mixed.txt",
        (0..30).map(|i| if i == 7 { "x\n".into() } else { format!("{i}.5\n") }).collect::<String>(),
        30,
        &["row 8", "\"x\""],
    );
    room.targets("constant.csv", "a,b\n1,2\n1,2\n1,2\n", 3, &["constant"]);
    room.targets("twins.csv", "a,a\n1,2\n2,3\n3,5\n", 3, &["column 2", "\"a\""]);
    room.targets("nan.csv", "a,b\n1,2\ninf,4\n3,3\n", 3, &["row 2, column \"a\"", "inf"]);
    room.targets("short.csv", "a,b\n1,2\n2,3\n", 3, &["2 rows", "have 3"]);
    let control = "\u{1b}[2Jx".to_owned() + &"y".repeat(500);
    room.targets("control.txt", "1\n2\n".repeat(10) + &control + "\n", 21, &["\\u{1b}[2Jxy", "…"]);
    write_npy(room.path("nan.npy"), &Array1::from_vec(vec![1.0, f64::INFINITY, 2.0])).unwrap();
    refused(load_targets(&room.path("nan.npy"), 3, Reading::Auto), &["row 2, column 1", "inf"]);
    write_npy(room.path("same.npy"), &Array1::from_elem(3, 2.5)).unwrap();
    refused(load_targets(&room.path("same.npy"), 3, Reading::Auto), &["same.npy", "constant"]);
    write_npy(room.path("ones.npy"), &Array1::from_elem(3, 1_u8)).unwrap();
    refused(load_targets(&room.path("ones.npy"), 3, Reading::Auto), &["ones.npy", "single class"]);
    let distinct: String = (0..3000).map(|i| format!("word{}\n", i / 2)).collect();
    room.targets("many.txt", distinct, 3000, &["1500 classes", "at most 1000"]);
}

#[test]
fn too_few_rows_and_unknown_tasks() {
    let room = Room::new();
    let noise = |i: usize, j: usize| ((1 + i * 131 + j) as f64 * 12.9898).sin() * 43758.5453 % 1.0;
    let save = |rows: usize, columns: usize| {
        write_npy(room.path("x.npy"), &Array2::from_shape_fn((rows, columns), |(i, j)| noise(i, j))).unwrap();
        write_npy(room.path("y.npy"), &Array1::from_shape_fn(rows, |i| noise(i, 99) + 0.5)).unwrap();
        Pool::load(&room.path("x.npy"), &room.path("y.npy"), Reading::Auto, &|_| true)
    };
    for (rows, columns) in [(9, 20), (20, 20), (21, 20)] {
        // There are enough rows for raw features, but not for featurizations made from the tasks.
        let pool = save(rows, columns).unwrap();
        let what = &[&format!("{rows} labelled rows") as &str, "20 features", "at least 22", "raw"];
        refused(pool.spectral(), what);
        refused(Ensemble::new(&pool, &Grid::default(), &|_| true), what);
        let path = riskscope::data::path::Path::raw(&Arc::new(Rows::new(&Arc::new(pool))));
        if rows < 20 {
            refused(path, &["there are 9", "at least 20"]);
        } else {
            assert!(path.is_ok());
        }
    }
    let pool = save(22, 20).unwrap();
    assert!(pool.spectral().is_ok() && pool.warnings().is_empty(), "{:?}", pool.warnings());
    refused(pool.task("y2"), &["\"y2\"", "\"mean\"", "\"y1\""]);
    refused(pool.task("0"), &["\"0\""]);
}
