//! Every file format gives equal numbers; how targets are interpreted.

use std::fs;

use ndarray::{Array1, Array2, ShapeBuilder};
use ndarray_npy::{NpzWriter, write_npy};
use riskscope::data::{Pool, Reading, TaskChoice, load_features, load_targets};

use super::folder::Folder;

/// A 3×2 array of half-precision, big-endian or Fortran cells, written byte by byte.
pub fn npy_bytes(descriptor: &str, fortran: bool, shape: &str, cells: &[u8]) -> Vec<u8> {
    let order = if fortran { "True" } else { "False" };
    let header = format!("{{'descr': '{descriptor}', 'fortran_order': {order}, 'shape': {shape}, }}\n");
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((header.len() as u16).to_le_bytes());
    bytes.extend(header.bytes());
    bytes.extend(cells);
    bytes
}

#[test]
fn every_kind_of_feature_file_gives_the_same_numbers() {
    let files = Folder::new();
    let cells = [[1.0, -2.0], [0.5, 3.0], [4.0, 0.0]];
    let flat: Vec<f64> = cells.iter().flatten().copied().collect();
    let columnwise = [1.0, 0.5, 4.0, -2.0, 3.0, 0.0_f64];
    let halves: [u16; 6] = [0x3c00, 0xc000, 0x3800, 0x4200, 0x4400, 0x0000];
    let bytes =
        |each: &dyn Fn(f64) -> Vec<u8>, of: &[f64]| of.iter().flat_map(|&v| each(v)).collect::<Vec<u8>>();
    let little32 = bytes(&|v| (v as f32).to_le_bytes().to_vec(), &flat);
    let big64 = bytes(&|v| v.to_be_bytes().to_vec(), &flat);
    let fortran64 = bytes(&|v| v.to_le_bytes().to_vec(), &columnwise);
    let half: Vec<u8> = halves.iter().flat_map(|h| h.to_le_bytes()).collect();
    let half_big: Vec<u8> = halves.iter().flat_map(|h| h.to_be_bytes()).collect();
    let mut paths = vec![
        files.file("f4.npy", npy_bytes("<f4", false, "(3, 2)", &little32)),
        files.file("big.npy", npy_bytes(">f8", false, "(3, 2)", &big64)),
        files.file("fortran.NPY", npy_bytes("<f8", true, "(3, 2)", &fortran64)),
        files.file("half.npy", npy_bytes("<f2", false, "(3, 2)", &half)),
        files.file("half_big.npy", npy_bytes(">f2", false, "(3, 2)", &half_big)),
        files.file("comma.csv", "1,-2\n0.5,3\n4,0\n"),
        files.file("header.csv", "\u{feff}a,b\r\n1,-2\r\n0.5,3\r\n4,0"),
        files.file("semicolon.csv", "\"a,x\";b\n1; -2\n5e-1;3\n4;0\n\n"),
        files.file("tab.tsv", "1\t-2\n0.5\t3\n4\t0\n"),
    ];
    let array = Array2::from_shape_vec((3, 2), flat.clone()).unwrap();
    let other = Array1::from_vec(vec![1_i32]);
    for (name, arrays, packed) in [
        ("one.npz", &["any"][..], false),
        ("named.npz", &["z", "X"], false),
        ("packed.npz", &["embeddings", "y"], true),
    ] {
        let file = fs::File::create(files.path(name)).unwrap();
        let mut npz = if packed { NpzWriter::new_compressed(file) } else { NpzWriter::new(file) };
        for name in arrays {
            if matches!(*name, "z" | "y") {
                npz.add_array(*name, &other).unwrap();
            } else {
                npz.add_array(*name, &array).unwrap();
            }
        }
        npz.finish().unwrap();
        paths.push(files.path(name));
    }
    for path in paths {
        let features = load_features(&path).unwrap();
        let got: Vec<f64> = features.to_array().iter().copied().collect();
        assert_eq!(got, flat, "{path:?}");
    }
}

#[test]
fn whole_numbers_and_booleans_of_every_width() {
    let files = Folder::new();
    let kinds: [(&str, &[u8]); 8] = [
        ("|i1", &[255, 1, 2]),
        ("|u1", &[1, 0, 255]),
        ("|b1", &[0, 1, 1]),
        ("<i2", &[0xff, 0xff, 1, 0, 2, 0]),
        (">u2", &[0, 1, 1, 0, 0, 2]),
        (">i4", &[0xff, 0xff, 0xff, 0xff, 0, 0, 0, 1, 0, 0, 0, 2]),
        ("<u4", &[1, 0, 0, 0, 0, 1, 0, 0, 2, 0, 0, 0]),
        ("<i8", &[0xff; 24]),
    ];
    let wants: [&[f64]; 7] = [
        &[-1.0, 1.0, 2.0],
        &[1.0, 0.0, 255.0],
        &[0.0, 1.0, 1.0],
        &[-1.0, 1.0, 2.0],
        &[1.0, 256.0, 2.0],
        &[-1.0, 1.0, 2.0],
        &[1.0, 256.0, 2.0],
    ];
    for ((kind, cells), want) in kinds.iter().zip(wants) {
        let path = files.file("x.npy", npy_bytes(kind, false, "(3, 1)", cells));
        let got: Vec<f64> = load_features(&path).unwrap().to_array().column(0).iter().copied().collect();
        assert_eq!(got, want, "{kind}");
    }
}

/// Writes `N` lines with the text that `cell` gives for each.
fn lines(rows: usize, cell: impl Fn(usize) -> String) -> String {
    (0..rows).map(|i| cell(i) + "\n").collect()
}

#[test]
fn labels_become_tasks_in_order() {
    let files = Folder::new();
    let read = |name: &str, content: String, rows: usize| {
        load_targets(&files.file(name, content), rows, Reading::Auto).unwrap()
    };
    let words = ["sea", "air", "land"];
    assert_eq!(read("l.txt", lines(60, |i| words[i % 3].into()), 60).names(), ["air", "land", "sea"]);
    assert_eq!(read("crlf.txt", lines(6, |i| format!("{}\r", words[i % 3])) + "\n\n", 6).names().len(), 3);
    assert_eq!(
        read("h.csv", "kind\n".to_owned() + &lines(6, |i| words[i % 3].into()), 6).names(),
        ["air", "land", "sea"]
    );
    assert_eq!(read("quoted.csv", lines(6, |i| format!("\"a,{}\"", i % 2)), 6).names(), ["a,0", "a,1"]);
    // Numeric order, not alphabetical.
    let digits = read("digits.txt", lines(400, |i| (i % 11).to_string()), 400);
    assert_eq!(digits.names(), ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10"]);
    assert_eq!(
        read("sign.txt", lines(40, |i| (2 * (i % 2) as i32 - 1).to_string()), 40).names(),
        ["-1", "1"]
    );
    // More distinct values than classes allow, or a decimal point: one numeric target.
    assert_eq!(read("ages.txt", lines(100, |i| (i % 50).to_string()), 100).names(), ["y1"]);
    assert_eq!(read("decimal.txt", lines(400, |i| format!("{}.0", i % 4)), 400).names(), ["y1"]);
    assert_eq!(
        read("one.csv", "price\n".to_owned() + &lines(100, |i| format!("{i}.5")), 100).names(),
        ["price"]
    );
    assert_eq!(
        read("two.csv", "a;b\n".to_owned() + &lines(9, |i| format!("{i};{}", i * i)), 9).names(),
        ["a", "b"]
    );
}

#[test]
fn arrays_of_targets() {
    let files = Folder::new();
    let whole = Array1::from_iter((0..200).map(|i| i % 4));
    write_npy(files.path("whole.npy"), &whole).unwrap();
    assert_eq!(
        load_targets(&files.path("whole.npy"), 200, Reading::Auto).unwrap().names(),
        ["0", "1", "2", "3"]
    );
    write_npy(files.path("floats.npy"), &whole.mapv(f64::from)).unwrap();
    assert_eq!(load_targets(&files.path("floats.npy"), 200, Reading::Auto).unwrap().names(), ["y1"]);
    let columns = Array2::from_shape_fn((200, 3).f(), |(i, j)| (i * (j + 1)) as f32);
    write_npy(files.path("columns.npy"), &columns).unwrap();
    assert_eq!(
        load_targets(&files.path("columns.npy"), 200, Reading::Auto).unwrap().names(),
        ["y1", "y2", "y3"]
    );
    let cells: Vec<u8> = ["ab", "c", "ab", "c"]
        .iter()
        .flat_map(|t| {
            t.chars()
                .chain("\0\0".chars())
                .take(2)
                .flat_map(|c| u32::from(c).to_le_bytes())
                .collect::<Vec<_>>()
        })
        .collect();
    let path = files.file("text.npy", npy_bytes("<U2", false, "(4,)", &cells));
    assert_eq!(load_targets(&path, 4, Reading::Auto).unwrap().names(), ["ab", "c"]);
}

/// N < p works where the rank allows: 40 rows in 5 of 60 dimensions; the algorithm for N > p agrees.
#[test]
fn wide_features_of_low_rank() {
    let files = Folder::new();
    let noise = |i: usize, j: usize| ((i * 7919 + j * 104_729) % 1009) as f64 / 504.5 - 1.0;
    let wide = Array2::from_shape_fn((40, 60), |(i, j)| {
        (0..5).map(|k| noise(i, k) * noise(j + 50, k + 9)).sum::<f64>()
    });
    let targets = Array1::from_iter((0..40).map(|i| noise(i, 0) + 0.3 * noise(i, 77)));
    write_npy(files.path("wide.npy"), &wide).unwrap();
    write_npy(files.path("y.npy"), &targets).unwrap();
    let pool = Pool::load(&files.path("wide.npy"), &files.path("y.npy"), Reading::Auto, &|_| true).unwrap();
    assert_eq!((pool.rows(), pool.dimension(), pool.rank()), (40, 60, 5));
    // These rows as a tall matrix: repeating each twice leaves mean, covariance and z unchanged.
    let tall = Array2::from_shape_fn((80, 60), |(i, j)| wide[(i / 2, j)]);
    write_npy(files.path("tall.npy"), &tall).unwrap();
    write_npy(files.path("yy.npy"), &Array1::from_iter((0..80).map(|i| targets[i / 2]))).unwrap();
    let other = Pool::load(&files.path("tall.npy"), &files.path("yy.npy"), Reading::Auto, &|_| true).unwrap();
    let (z, other_z) = (pool.to_coefficients(), other.to_coefficients());
    let (u, other_u) = (pool.to_basis(), other.to_basis());
    for i in 0..5 {
        assert!((pool.eigenvalues()[i] / other.eigenvalues()[i] - 1.0).abs() < 1e-9);
        let (a, b) = (z[(i, 0)], other_z[(i, 0)]);
        assert!((a.abs() - b.abs()).abs() < 1e-8, "{a} {b}");
        // z and u flip sign together.
        let along: f64 = (0..60).map(|j| u[(j, i)] * other_u[(j, i)]).sum();
        assert!((along * a * b - b * b).abs() < 1e-6, "{along} {a} {b}");
    }
    assert_eq!(pool.task("1").unwrap(), TaskChoice::Task(0));
    assert_eq!(pool.task("mean").unwrap(), TaskChoice::Mean);
}
