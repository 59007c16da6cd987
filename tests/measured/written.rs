//! Files of `tests/data/writers`, written by current libraries: the rows of the table in `examples/writers.md`. Each has the
//! numbers of `rows.npy`, or a sentence that says what is lost and how to write the file.

use std::fs;
use std::path::{Path, PathBuf};

use ndarray::Array2;
use riskscope::data::{Pool, Reading, load_features, load_targets};

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
        "r_table.txt",
        "npyjs_flat.npy",
        "pandas_index.json",
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
    // Of 24 rows two numbers of the first.
    let (squares, labels) = (stored("datasets_array2d.jsonl"), stored("labels.txt"));
    let said = Pool::load(&squares, &labels, Reading::Auto, &|_| true).map(|_| ()).unwrap_err().to_string();
    assert!(said.contains("has 24 rows but the features have 2"), "{said}");
}

#[test]
fn what_is_not_read_has_a_line_of_python() {
    refused(&stored("bfloat16.npy"), &["bfloat16.npy:bfloat16", "ml_dtypes.bfloat16"]);
    refused(&stored("pandas_bytes.parquet"), &["as bytes", "numpy.frombuffer(b, 'float32')"]);
    refused(&stored("pyarrow_brotli.parquet"), &["brotli", "pyarrow.parquet.read_table('"]);
    refused(&stored("xarray_classic.nc"), &["NetCDF file of version 3", "xarray.open_dataset('"]);
    assert_eq!(array("xarray.nc:emb"), array("rows.npy"));
    refused(
        &stored("xarray_packed.nc:emb"),
        &["a number for missing ones", "xarray.open_dataset('", "['emb']"],
    );
    refused(
        &stored("duckdb_variant.parquet:embedding"),
        &["values of VARIANT", "project('\"embedding\"::FLOAT[]"],
    );
    refused(&stored("duckdb_geometry.parquet:place"), &["holds geometries"]);
    assert_eq!(array("duckdb_geometry.parquet").ncols(), 2);
    refused(&stored("polars_int128.arrow"), &["a type that is not read", "width of 128"]);
    refused(&stored("rows.vortex"), &["Vortex file", "vortex.open('"]);
    refused(&stored("polars.avro"), &["fastavro.reader("]);
    refused(&stored("sparse.arff"), &["arff.load("]);
    refused(&stored("numpy_masked.npy"), &["pickled array", "numpy.ma.filled("]);
    refused(&stored("npyjs_nested.npy"), &["has one axis"]);
    refused(&stored("miller.jsonl"), &["line 1"]);
    refused(&stored("parts"), &["\"test\", \"train\"", "parts/train", "--split-column folder"]);
    assert_eq!(
        array("parts/train"),
        array("rows.npy").select(ndarray::Axis(0), &(0..12).collect::<Vec<_>>())
    );
}

/// Frames whose rows are in another order than their index, of which JSON keeps the order too.
#[test]
fn rows_out_of_order_are_reported() {
    let room = Folder::new();
    let noted = |x: &Path, y: &Path| {
        let pool = Pool::load(x, y, Reading::Auto, &|_| true).unwrap_or_else(|e| panic!("{e}"));
        pool.warnings().iter().any(|note| note.contains("so the rows were shuffled or sorted"))
    };
    let labels = stored("labels.txt");
    assert!(noted(&stored("pandas_shuffled.parquet"), &labels));
    let table = |name: &str, of: &dyn Fn(usize) -> usize, column: &str| {
        let rows: String =
            (0..24).map(|i| format!("{},{},{}\n", of(i), (i * 7) % 11, (i * i) % 13)).collect();
        room.file(name, format!("{column},a,b\n{rows}"))
    };
    assert!(noted(&table("turned.csv", &|i| 23 - i, "index"), &labels));
    assert!(!noted(&table("sorted.csv", &|i| i, "index"), &labels));
    // Identifiers may be in any order.
    assert!(!noted(&table("ids.csv", &|i| (i * 91) % 997, "id"), &labels));
    // Row numbers of the targets, and of both, which are compared.
    let words = fs::read_to_string(&labels).unwrap();
    let lines: String =
        words.lines().enumerate().map(|(i, word)| format!("{},{word}\n", (i + 5) % 24)).collect();
    let targets = room.file("y.csv", format!("index,label\n{lines}"));
    let part = PathBuf::from(format!("{}:label", targets.display()));
    assert!(noted(&stored("rows.npy"), &part));
    assert!(!noted(&table("both.csv", &|i| (i + 5) % 24, "index"), &part));
    let notes = load_features(&stored("pandas_shuffled.json")).unwrap().notes().join("\n");
    assert!(notes.contains("in the order of the file"), "{notes}");
}

#[test]
fn missing_values_beside_the_numbers_are_missing() {
    let found = load_features(&stored("numpy_masked.npz")).unwrap();
    let whole = array("rows.npy").rows().into_iter().filter(|row| row.iter().all(|v| *v >= 1.0)).count();
    assert!(whole < 24 && found.rows() == whole, "{} for {whole}", found.rows());
    assert_eq!(load_targets(&stored("r_labels.csv"), 24, Reading::Auto).unwrap().names(), ["ash", "owl"]);
    let labels = stored("r_labels.csv");
    let pool = Pool::load(&stored("rows.npy"), &labels, Reading::Auto, &|_| true).unwrap();
    assert_eq!(pool.rows(), 23);
}

/// Keys of rows and of columns are numbers in both; the number of labels tells which are those of rows.
#[test]
fn frames_without_column_names_are_read_by_row() {
    let of = |name: &str| Pool::load(&stored(name), &stored("labels.txt"), Reading::Auto, &|_| true);
    assert_eq!(of("pandas_index.json").unwrap().dimension(), 4);
    let said = of("pandas_columns.json").map(|_| ()).unwrap_err().to_string();
    assert!(said.contains("is a row; as columns, in Python: numpy.save('"), "{said}");
}

/// A page of Parquet may have a checksum, which Spark writes by default.
#[test]
fn a_flipped_bit_of_a_page_is_detected() {
    let path = stored("pyarrow_checksums.parquet");
    assert_eq!(load_features(&path).unwrap().to_array(), array("rows.npy"));
    let mut bytes = fs::read(&path).unwrap();
    let third: Vec<u8> = array("rows.npy").column(2).iter().flat_map(|v| (*v as f32).to_le_bytes()).collect();
    let at = (0..bytes.len() - third.len()).find(|&at| bytes[at..].starts_with(&third)).unwrap();
    bytes[at + 40] ^= 1;
    refused(&Folder::new().file("x.parquet", bytes), &["damaged", "CRC"]);
}

/// Tables that have versions: the files of earlier ones stay in their folders.
#[test]
fn folders_of_tables_and_arrays_are_not_read_as_their_files() {
    refused(&stored("delta"), &["Delta Lake", "deltalake.DeltaTable('", "delta.parquet'"]);
    refused(&stored("rows.lance"), &["dataset of Lance", "lance.dataset('", "rows.parquet'"]);
    refused(&stored("array.zarr"), &["an array of zarr", "zarr.open('", ")[:]", "array.npy'"]);
    // The description of a group contains those of its arrays.
    refused(&stored("cells.zarr"), &["store of zarr", "anndata.read_zarr('"]);
    refused(&stored("group.zarr"), &["a group of zarr", "['NAME'][:]"]);
    let room = Folder::new();
    let folder = |name: &str, within: &[&str]| {
        for part in within {
            let path = room.path(name).join(part);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::copy(stored("pandas_half.parquet"), path).unwrap();
        }
        room.path(name)
    };
    let iceberg = ["data/0.parquet", "metadata/00002-b.metadata.json", "metadata/00010-a.metadata.json"];
    refused(&folder("iceberg", &iceberg), &["Iceberg", "iceberg/metadata/00010-a.metadata.json').scan()"]);
    refused(&folder("hudi", &["0.parquet", ".hoodie/hoodie.properties"]), &["table of Hudi"]);
}
