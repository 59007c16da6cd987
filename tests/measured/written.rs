//! Files of `tests/data/writers`, written by current libraries: the rows of the table in `examples/writers.md`. Each has the
//! numbers of `rows.npy`, or a sentence that says what is lost and how to write the file.

use std::fs;
use std::path::{Path, PathBuf};

use ndarray::Array2;
use riskscope::data::{Reading, load_features, load_targets};

use super::folder::Folder;

fn stored(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/writers").join(name)
}

fn array(name: &str) -> Array2<f64> {
    load_features(&stored(name)).unwrap_or_else(|e| panic!("{name}: {e}")).to_array()
}

fn refused(path: &Path, words: &[&str]) {
    let text = load_features(path).map(|_| ()).unwrap_err().to_string();
    assert!(!text.contains('\n') && text.len() < 700, "{text}");
    for word in words {
        assert!(text.contains(word), "no {word:?} in: {text}");
    }
}

#[test]
fn rows_are_those_of_the_array_whoever_wrote_them() {
    let rows = array("rows.npy");
    for name in [
        "duckdb_literals.parquet",
        "pandas_lists.csv",
        "pandas_half.parquet",
        "polars_half.parquet",
        "pyarrow_tensor.parquet",
        "daft_vectors.parquet:embedding",
        "bfloat16.npy:bfloat16",
        "savetxt_names.txt",
        "savetxt_comments.txt",
        "sklearn.svm",
        "polars_folder:embedding",
        "pyarrow_folder:embedding",
    ] {
        let found = array(name);
        if name.contains("folder") {
            // Rows are in the order of the folders.
            assert_eq!((found.shape(), found.sum()), (rows.shape(), rows.sum()), "{name}");
        } else {
            assert_eq!(found, rows, "{name}");
        }
    }
    // Whole numbers of 32 bits above 2^31.
    assert_eq!(array("polars_unsigned.parquet"), rows.mapv(|v| 4.0 * v + 2f64.powi(31) + 2f64.powi(30)));
    // Two digits in binary, which the format of 8 bits keeps.
    let eighth = array("float8_e5m2.npy");
    assert!(eighth.iter().zip(&rows).all(|(a, b)| (a - b).abs() <= b / 8.0), "{eighth}");
    for folder in ["polars_folder:label", "pyarrow_folder:label"] {
        assert_eq!(load_targets(&stored(folder), 24, Reading::Auto).unwrap().names(), ["007", "012"]);
    }
}

#[test]
fn a_gap_is_a_row_left_out() {
    for name in ["polars_missing_label.csv", "duckdb_missing_label.csv"] {
        assert_eq!(load_targets(&stored(name), 24, Reading::Auto).unwrap().names(), ["ash", "owl"], "{name}");
    }
    let found = load_features(&stored("duckdb_nan.jsonl")).unwrap();
    assert_eq!((found.rows(), found.read()), (23, 24));
}

/// What the library did not write cannot be read: ten decimals of small numbers, a buffer under the shape of its view.
#[test]
fn what_a_writer_lost_is_not_in_the_rows() {
    let rows = array("rows.npy");
    let decimals = array("pandas_ten_decimals.jsonl");
    let rounded = rows.mapv(|v| (v * 0.1).round_ties_even() * 1e-10);
    assert!(decimals.iter().zip(&rounded).all(|(a, b)| (a - b).abs() < 2e-10), "{decimals}");
    assert!(decimals.iter().any(|v| *v == 0.0));
    // Column by column, under a shape of rows.
    let view = array("safetensors_view.safetensors");
    let columns: Vec<f64> = rows.t().iter().copied().collect();
    assert_eq!(view, Array2::from_shape_vec((24, 4), columns).unwrap());
    refused(&stored("pandas_long_vectors.csv"), &["shortened"]);
}

#[test]
fn what_is_not_read_has_a_line_of_python() {
    refused(&stored("bfloat16.npy"), &["bfloat16.npy:bfloat16", "ml_dtypes.bfloat16"]);
    refused(&stored("pandas_bytes.parquet"), &["as bytes", "numpy.frombuffer(b, 'float32')"]);
    refused(&stored("pyarrow_brotli.parquet"), &["brotli", "pyarrow.parquet.read_table('"]);
    refused(&stored("xarray_classic.nc"), &["NetCDF file of version 3", "xarray.open_dataset('"]);
    assert_eq!(array("xarray.nc:emb"), array("rows.npy"));
}

/// Tables that have versions: the files of earlier ones stay in their folders.
#[test]
fn folders_of_tables_with_versions_are_not_read_as_their_files() {
    let room = Folder::new();
    let folder = |name: &str, within: &[&str]| {
        for part in within {
            let path = room.path(name).join(part);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::copy(stored("pandas_half.parquet"), path).unwrap();
        }
        room.path(name)
    };
    let delta = ["part-0.parquet", "part-1.parquet", "_delta_log/00000000000000000000.json"];
    refused(&folder("delta", &delta), &["Delta Lake", "deltalake.DeltaTable('", "delta.parquet'"]);
    let iceberg = ["data/0.parquet", "metadata/00002-b.metadata.json", "metadata/00010-a.metadata.json"];
    refused(&folder("iceberg", &iceberg), &["Iceberg", "iceberg/metadata/00010-a.metadata.json').scan()"]);
    let lance = ["data/0.lance", "_versions/1.manifest"];
    refused(&folder("x.lance", &lance), &["dataset of Lance", "lance.dataset('", "x.parquet'"]);
    refused(&folder("hudi", &["0.parquet", ".hoodie/hoodie.properties"]), &["table of Hudi"]);
    refused(&room.file("x.vortex", "VTXF"), &["Vortex file", "vortex.open('"]);
}
