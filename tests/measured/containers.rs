//! Arrow and HDF5 files written by their libraries: the rows are read by logical type, or rejected in one sentence.

use std::path::{Path, PathBuf};

use riskscope::data::{Files, Pool, Reading, load_features, load_targets};

use super::folder::Folder;

fn written(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/containers").join(name)
}

fn case(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/files/writers").join(name)
}

/// The features of `name` equal those of `pyarrow_types.npy`, rounded to the given number of bits.
fn holds(name: &str, tolerance: f64) {
    let found = load_features(&written(name)).unwrap_or_else(|e| panic!("{name}: {e}")).to_array();
    let right = load_features(&written("pyarrow_types.npy")).unwrap().to_array();
    assert_eq!(found.shape(), right.shape(), "{name}");
    for (a, b) in found.iter().zip(&right) {
        assert!((a - b).abs() <= tolerance * b.abs().max(1e-3), "{name}: {a} for {b}");
    }
}

fn names(name: &str) -> Vec<String> {
    let targets = load_targets(&written(name), 40, Reading::Auto).unwrap_or_else(|e| panic!("{name}: {e}"));
    targets.names().to_vec()
}

fn refused(result: Result<impl Sized, impl std::fmt::Display>, words: &[&str]) {
    let text = result.err().map(|e| e.to_string()).expect("refused");
    assert!(text.len() < 500 && !text.contains('\n'), "{text}");
    for word in words {
        assert!(text.contains(word), "no {word:?} in: {text}");
    }
}

#[test]
fn arrow_files_and_streams_are_read_by_logical_type() {
    for file in ["pyarrow_types.arrow", "pyarrow_types.feather", "pyarrow_zstd.arrows"] {
        for column in ["fsl", "large", "nested", "daft", "written"] {
            holds(&format!("{file}:{column}"), 0.0);
        }
        holds(&format!("{file}:half"), 1e-3);
        let label = |column: &str| names(&format!("{file}:{column}"));
        assert_eq!(label("label"), ["cat", "dog", "owl"]);
        assert_eq!(label("view"), ["a", "b"]);
        assert_eq!(label("big"), ["9007199254740992", "9007199254740993"]);
        assert_eq!(label("uuid"), ["0".repeat(32), "01".repeat(16)]);
        assert_eq!(label("flag"), ["0", "1"]);
        // Rows with a missing label or a missing vector are left out.
        let gap = load_features(&written(&format!("{file}:gap"))).unwrap();
        assert_eq!((gap.rows(), gap.read()), (39, 40));
        let load = |column: &str| load_features(&written(&format!("{file}:{column}")));
        let numbers = load("u32,dec").unwrap().to_array();
        assert!(numbers.column(0).iter().all(|v| *v >= 2f64.powi(31)));
        assert_eq!(numbers[(3, 1)], 3.75);
        refused(load("day"), &["dates or times"]);
        refused(load("map"), &["maps"]);
        refused(load("json"), &["JSON documents"]);
    }
    assert_eq!(names("datasets_classes.arrow:label"), ["cat", "dog", "owl"]);
    holds("datasets_classes.arrow", 0.0);
}

/// A page header is read before its page and, where a list may continue, also ahead of it.
#[test]
fn columns_of_many_small_packed_pages_are_read() {
    holds("small_pages.parquet", 0.0);
    assert_eq!(names("small_pages.parquet:label"), ["cat", "owl"]);
}

#[test]
fn data_frames_of_pandas_and_filters_of_plugins_have_a_line() {
    for frame in ["fixed", "frame"] {
        let path = written(&format!("pandas_layout.h5:{frame}"));
        refused(
            load_features(&path),
            &["table of pandas", &format!("pandas_layout.h5', '{frame}').to_parquet")],
        );
    }
    refused(
        load_features(&written("h5py_zstd.h5")),
        &["filter id 32015", "import hdf5plugin;", "h5py_zstd.h5')['X'][:])"],
    );
}

#[test]
fn hdf5_datasets_are_read_by_their_paths() {
    for dataset in ["X", "packed", "big_endian", "deep/X", "layers:0"] {
        holds(&format!("h5py_types.h5:{dataset}"), 0.0);
    }
    holds("h5py_types.h5:half", 1e-3);
    holds("h5py_latest.h5", 0.0);
    for dataset in ["label", "fixed"] {
        assert_eq!(names(&format!("h5py_types.h5:{dataset}")), ["cat", "owl"]);
    }
    for dataset in ["masked", "classes"] {
        assert_eq!(names(&format!("h5py_types.h5:{dataset}")), ["cat", "owl"]);
        let targets = written(&format!("h5py_types.h5:{dataset}"));
        let pool = Pool::load(&written("pyarrow_types.npy"), &targets, Reading::Auto, &|_| true).unwrap();
        let reported = pool.warnings().iter().any(|w| w.contains("1 row of 40 has no label"));
        assert!(pool.rows() == 39 && reported, "{dataset}: {:?}", pool.warnings());
    }
    assert_eq!(names("h5py_types.h5:enum"), ["GREEN", "RED"]);
    assert_eq!(names("h5py_types.h5:flag"), ["0", "1"]);
    assert_eq!(names("h5py_types.h5:codes"), ["0", "1", "2"]);
    assert_eq!(names("h5py_types.h5:huge"), ["9007199254740992", "9007199254740993"]);
    refused(load_features(&written("h5py_types.h5:records")), &["records"]);
    refused(load_features(&written("h5py_types.h5:nothing")), &["has no dataset", "\"classes\""]);
}

#[test]
fn anndata_and_polars_files_are_read() {
    let right = Pool::load(&case("X.npy"), &case("y.txt"), Reading::Auto, &|_| true).unwrap();
    let cells = |part: &str| PathBuf::from(format!("{}:{part}", case("cells.h5ad").display()));
    let polars = |part: &str| PathBuf::from(format!("{}:{part}", case("polars.feather").display()));
    let pairs = [
        (cells("obsm/X_scGPT"), cells("obs/cell_type")),
        (cells("X_scGPT"), cells("cell_type")),
        (polars("emb"), polars("label")),
    ];
    for (features, targets) in pairs {
        let found =
            Pool::load(&features, &targets, Reading::Auto, &|_| true).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(found.rows(), right.rows());
        for (a, b) in found.tasks().iter().zip(right.tasks()) {
            assert_eq!((&a.name, a.class_size), (&b.name, b.class_size));
            assert!((a.noise - b.noise).abs() < 1e-6, "{}: {} for {}", a.name, a.noise, b.noise);
        }
    }
    // Donors with several cells each are groups.
    let (features, targets, groups) = (cells("X_scGPT"), cells("cell_type"), cells("donor"));
    let files = Files { groups: Some(&groups), ..Files::new(&features, &targets) };
    assert_eq!(Pool::of_files(&files, &|_| true).unwrap().groups().map(|g| g.count()), Some(100));
}

/// Sparse matrices by rows and by columns, compared with the dense matrix.
#[test]
fn sparse_matrices_equal_dense_ones() {
    let of = |part: &str| {
        let path = written(&format!("anndata_sparse.h5ad:{part}"));
        load_features(&path).unwrap_or_else(|e| panic!("{part}: {e}")).to_array()
    };
    let dense = of("obsm/dense");
    assert!(dense.shape() == [40, 6] && dense.iter().filter(|v| **v == 0.0).count() > 40, "{dense}");
    assert_eq!(of("X"), dense);
    assert_eq!(of("layers/by_column"), dense);
}

#[test]
fn lzf_chunks_equal_plain_ones() {
    let of = |part: &str| load_features(&written(&format!("h5py_lzf.h5:{part}"))).unwrap().to_array();
    assert_eq!(of("packed"), of("plain"));
}

#[test]
fn damaged_files_are_one_sentence() {
    let room = Folder::new();
    for name in ["pyarrow_types.feather", "pyarrow_zstd.arrows", "h5py_types.h5"] {
        let bytes = std::fs::read(written(name)).unwrap();
        let ending = name.rsplit('.').next().unwrap();
        let cut = |count: usize| room.file(&format!("cut{count}.{ending}"), &bytes[..count]);
        for count in [1, 9, bytes.len() / 3, bytes.len() - 200] {
            refused(load_features(&cut(count)), &[]);
        }
    }
    // A stream without its last batches is detected by the missing end marker.
    let bytes = std::fs::read(written("datasets_classes.arrow")).unwrap();
    let open = room.file("open.arrow", &bytes[..bytes.len() - 8]);
    let notes = load_features(&open).unwrap().notes().join("\n");
    assert!(notes.contains("no mark of its end"), "{notes}");
    let whole = load_features(&written("datasets_classes.arrow")).unwrap();
    assert!(!whole.notes().iter().any(|note| note.contains("mark")), "{:?}", whole.notes());
    // Compressed parts whose headers declare more than the available memory.
    let mut bytes = std::fs::read(written("pyarrow_types.feather")).unwrap();
    let sizes: Vec<usize> = (0..bytes.len() - 12)
        .step_by(8)
        .filter(|&at| bytes[at + 8..at + 12] == [0x04, 0x22, 0x4d, 0x18])
        .collect();
    assert!(sizes.len() > 10, "lz4 frames");
    for at in sizes {
        bytes[at..at + 8].copy_from_slice(&(1_i64 << 50).to_le_bytes());
    }
    refused(load_features(&room.file("large.feather", bytes)), &["bytes"]);
    refused(load_features(&room.file("v1.feather", b"FEA1\0\0\0\0")), &["version 1", "read_feather"]);
}
