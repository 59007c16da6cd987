//! Layouts of a table that differ between programs: delimiters, comments, vectors in a cell, line ends, quotes, maps of
//! JSON; and duplicates.

use std::io::Write;
use std::path::{Path, PathBuf};

use riskscope::data::{DataError, Files, Pool, Reading, Targets, load_features, load_targets};

use super::folder::Folder;
use super::readings::npy_bytes;

const ROWS: [[f64; 3]; 4] = [[1.0, -2.0, 0.25], [0.5, 3.0, 7.0], [4.0, 0.0, 1.0], [2.0, 1.5, -1.0]];

fn part(path: &Path, name: &str) -> PathBuf {
    format!("{}:{name}", path.display()).into()
}

fn gives(path: &Path) {
    let features = load_features(path).unwrap_or_else(|e| panic!("{e}"));
    let rows: Vec<Vec<f64>> = features.to_array().rows().into_iter().map(|row| row.to_vec()).collect();
    assert_eq!(rows, ROWS, "{path:?}");
}

fn notes(path: &Path) -> String {
    load_features(path).unwrap_or_else(|e| panic!("{e}")).notes().join("\n")
}

fn labels(path: &Path) -> Targets {
    load_targets(path, 4, Reading::Auto).unwrap_or_else(|e| panic!("{e}"))
}

fn refused<T: std::fmt::Debug>(result: Result<T, DataError>, words: &[&str]) {
    let text = result.unwrap_err().to_string();
    assert!(!text.contains('\n') && text.len() < 700, "{text}");
    for word in words {
        assert!(text.contains(word), "no {word:?} in: {text}");
    }
}

/// Writes a table with these texts between numbers and around rows.
fn lines(between: &str, open: &str, close: &str) -> Vec<String> {
    ROWS.iter().map(|row| format!("{open}{}{close}", row.map(|v| format!("{v:?}")).join(between))).collect()
}

#[test]
fn bars_between_cells_and_comments_above_them() {
    let room = Folder::new();
    let table = |between: &str| lines(between, "", "").join("\n");
    gives(&room.file("bar.csv", format!("a|b|c\n{}\n", table("|"))));
    let path = room.file("note.csv", format!("# made, by hand\n# on a day\na,b,c\n{}\n", table(",")));
    gives(&path);
    assert!(notes(&path).contains("lines that begin with # are comments"), "{}", notes(&path));
    gives(&part(&room.file("savetxt.csv", format!("# a,b,c\n{}\n", table(","))), "a-c"));
    // Several labels in one cell are one class.
    assert_eq!(labels(&room.file("y.csv", "y\na|b\na\na|b\na\n")).names(), ["a", "a|b"]);
}

#[test]
fn vectors_in_a_cell_without_square_brackets() {
    let room = Folder::new();
    let spellings =
        [(" ", "", ""), (",", "\"", "\""), (";", "\"", "\""), (", ", "\"(", ")\""), (",", "\"{", "}\"")];
    for (i, (between, open, close)) in spellings.into_iter().enumerate() {
        let cells = lines(between, open, close).join(",x\n");
        let path = room.file(&format!("{i}.csv"), format!("embedding,kind\n{cells},x\n"));
        gives(&path);
        gives(&part(&path, "embedding"));
    }
    let printed = lines(", ", "\"tensor([", "])\"").join("\n");
    gives(&room.file("torch.csv", format!("embedding\n{printed}\n")));
    // Beside numbers they are text.
    let spans = "a,b,span\n1,2,0 5\n3,5,5 9\n4,4,9 12\n";
    let path = room.file("spans.csv", spans);
    assert_eq!(load_features(&path).unwrap().columns().count, 2);
    assert!(notes(&path).contains("\"span\" is left out"), "{}", notes(&path));
    refused(load_features(&room.file("coma.csv", "v\n\"1,5\"\n\"2,5\"\n\"3,5\"\n")), &["decimal point"]);
}

#[test]
fn lines_that_end_in_a_carriage_return() {
    let room = Folder::new();
    let path = room.file("y.txt", "sea\rair\rsea\rair\r");
    assert_eq!(labels(&path).names(), ["air", "sea"]);
    // Longer than a block of the reader, with a line end at every position in it.
    let many: String = (0..60_000).map(|i| ["sea\r\n", "air\r\n"][i % 2]).collect();
    let path = room.file("many.txt", many);
    assert_eq!(load_targets(&path, 60_000, Reading::Auto).unwrap().names(), ["air", "sea"]);
    gives(&room.file("x.csv", lines(",", "", "").join("\r")));
}

#[test]
fn columns_of_truth_values_are_targets() {
    let room = Folder::new();
    let path = room.file("hot.csv", "cat,owl\nTrue,False\nFalse,True\nTrue,False\nFalse,True\n");
    assert_eq!(labels(&path).names(), ["cat", "owl"]);
    let path = room.file("one.csv", "is_cat\nTrue\nFalse\nTrue\nFalse\n");
    assert_eq!(labels(&path).names(), ["False", "True"]);
}

#[test]
fn quoted_delimiters_are_part_of_labels() {
    let room = Folder::new();
    let both = room.file("both.txt", "\"a\"\na\n\"a\"\na\n");
    assert_eq!(labels(&both).names(), ["\"a\"", "a"]);
    let x = room.file("x.csv", lines(",", "", "").join("\n"));
    let notes = Pool::load(&x, &both, Reading::Auto, &|_| true).unwrap().warnings().join("\n");
    assert!(notes.contains("are different classes"), "{notes}");
    assert_eq!(labels(&room.file("all.txt", "\"a\"\n\"b\"\n\"a\"\n\"b\"\n")).names(), ["a", "b"]);
    // R quotes text only: a missing value is written without quotes.
    let written = room.file("r.txt", "\"a\"\nNA\n\"a\"\n\"b\"\n\"b\"\n");
    assert_eq!(load_targets(&written, 5, Reading::Auto).unwrap().names(), ["a", "b"]);
}

#[test]
fn every_float_of_one_byte_is_read_by_its_name() {
    let room = Folder::new();
    let path = room.file("x.npy", npy_bytes("<V1", false, "(2, 2)", &[0x38, 0xc4, 0x01, 0x38]));
    refused(load_features(&path), &["1 byte", "x.npy:float8_e4m3fn", "ml_dtypes"]);
    let second = |name: &str| load_features(&part(&path, name)).unwrap().to_array()[(0, 1)];
    assert_eq!([second("float8_e4m3fnuz"), second("float8_e5m2fnuz")], [-1.5, -2.0]);
    refused(load_features(&part(&path, "float8")), &["float8_e3m4", "float8_e8m0fnu"]);
}

/// The reply of an API, with its vectors in this order.
fn answer(order: [usize; 4]) -> String {
    let item = |i: usize| format!("{{\"object\":\"embedding\",\"index\":{i},\"embedding\":{:?}}}", ROWS[i]);
    format!("{{\"object\":\"list\",\"data\":[{}]}}", order.map(item).join(","))
}

#[test]
fn vectors_of_json_are_in_the_order_of_their_numbers() {
    let room = Folder::new();
    let plain = room.file("plain.json", answer([0, 1, 2, 3]));
    gives(&plain);
    assert_eq!(notes(&plain), "");
    let turned = room.file("turned.json", answer([2, 0, 3, 1]));
    gives(&turned);
    assert!(notes(&turned).contains("put in the order of the field \"index\""), "{}", notes(&turned));
    let map =
        |order: [usize; 4]| format!("{{{}}}", order.map(|i| format!("\"{i}\":{:?}", ROWS[i])).join(","));
    let all = format!("{ROWS:?}");
    gives(&room.file("v1.json", format!("{{\"id\":\"q\",\"embeddings\":{all},\"texts\":[\"a\"]}}")));
    gives(&room.file("v2.json", format!("{{\"id\":\"q\",\"embeddings\":{{\"float\":{all}}}}}")));
    gives(&room.file("map.json", map([0, 1, 2, 3])));
    let turned = room.file("map2.json", map([3, 2, 0, 1]));
    gives(&turned);
    assert!(notes(&turned).contains("put in the order"), "{}", notes(&turned));
    let named = labels(&room.file("y.json", "{\"2\":\"b\",\"0\":\"a\",\"1\":\"b\",\"3\":\"a\"}"));
    assert_eq!(named.names(), ["a", "b"]);
    // pandas keeps the order of the frame, whatever its index is.
    let frame = room.file("frame.json", "{\"a\":{\"2\":1,\"0\":2,\"1\":4},\"b\":{\"2\":5,\"0\":7,\"1\":6}}");
    let found = load_features(&frame).unwrap();
    assert_eq!(found.to_array().column(0).to_vec(), [1.0, 2.0, 4.0]);
    assert!(found.notes()[0].contains("in the order of the file"), "{:?}", found.notes());
}

#[test]
fn vectors_by_identifier_have_a_conversion_line() {
    let room = Folder::new();
    let map: Vec<String> =
        ROWS.iter().zip(["p", "q", "r", "s"]).map(|(row, id)| format!("\"{id}\":{row:?}")).collect();
    let path = room.file("map.json", format!("{{{}}}", map.join(",")));
    let y = room.file("y.txt", "a\nb\na\nb\n");
    refused(Pool::load(&path, &y, Reading::Auto, &|_| true), &["each of the 4 keys", "rename_axis('id')"]);
}

/// pandas writes a frame without column names by column or by row, with numbers of both as keys.
#[test]
fn keys_of_rows_and_columns_are_distinguished_or_rejected() {
    let room = Folder::new();
    let frame = |name: &str, count: usize, width: usize, turned: bool| {
        let value = |i: usize, j: usize| ((i * 7 + j * j * 5) as f64 * 0.618).sin();
        let (outer, inner) = if turned { (width, count) } else { (count, width) };
        let at = |a: usize, b: usize| if turned { value(b, a) } else { value(a, b) };
        let of = |a: usize| (0..inner).map(|b| format!("\"{b}\":{}", at(a, b))).collect::<Vec<_>>().join(",");
        let all: Vec<String> = (0..outer).map(|a| format!("\"{a}\":{{{}}}", of(a))).collect();
        room.file(name, format!("{{{}}}", all.join(",")))
    };
    let y = |count: usize| room.file(&format!("{count}.txt"), "a\nb\n".repeat(count / 2));
    let load = |x: &Path, count: usize| Pool::load(x, &y(count), Reading::Auto, &|_| true);
    assert_eq!(load(&frame("index.json", 40, 4, false), 40).unwrap().dimension(), 4);
    refused(load(&frame("columns.json", 40, 4, true), 40), &["each of the 4 keys", "is a row", "as columns"]);
    for (name, turned) in [("square.json", false), ("turned.json", true)] {
        refused(
            load(&frame(name, 24, 24, turned), 24),
            &["24 by 24", ".T.to_numpy()", "for columns: numpy.save"],
        );
    }
    // Lists with other names, or numbered.
    for (name, key) in [("lists.json", "k"), ("numbered.json", "")] {
        let of = |i: usize| format!("\"{key}{i}\":{:?}", (0..24).map(|j| (i * j) % 7).collect::<Vec<_>>());
        let path = room.file(name, format!("{{{}}}", (0..24).map(of).collect::<Vec<_>>().join(",")));
        refused(load(&path, 24), &["24 by 24"]);
    }
}

#[test]
fn duplicates_are_rejected() {
    let room = Folder::new();
    let line = "{\"embedding\":[1,2],\"label\":\"a\",\"embedding\":[3,4]}\n";
    refused(
        load_features(&room.file("x.jsonl", line.repeat(3))),
        &["line 1", "the key \"embedding\" stands twice"],
    );
    refused(load_features(&room.file("x.json", "[{\"a\":1,\"a\":2}]")), &["the key \"a\" stands twice"]);
    // Both members of an archive have the name of the first.
    let mut bytes = std::io::Cursor::new(Vec::new());
    let mut zip = zip::ZipWriter::new(&mut bytes);
    for name in ["X1.npy", "X2.npy"] {
        let plain =
            zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
        zip.start_file(name, plain).unwrap();
        let cells: Vec<u8> = ROWS.iter().flatten().flat_map(|v| v.to_le_bytes()).collect();
        zip.write_all(&npy_bytes("<f8", false, "(4, 3)", &cells)).unwrap();
    }
    zip.finish().unwrap();
    let mut bytes = bytes.into_inner();
    let places: Vec<usize> = (0..bytes.len() - 6).filter(|&at| bytes[at..].starts_with(b"X2.npy")).collect();
    places.iter().for_each(|&at| bytes[at + 1] = b'1');
    assert_eq!(places.len(), 2);
    refused(load_features(&room.file("x.npz", bytes)), &["lists 2 arrays under 1 names"]);
}

#[test]
fn packed_vectors_have_a_line_for_their_file() {
    let room = Folder::new();
    let cells = ["AACAPwAAAEAAAEBA", "AACAPwAAAEAAAEBB", "AACAPwAAAEAAAEBC"];
    let path = room.file("x.csv", format!("e,kind\n{}\n", cells.map(|cell| format!("{cell},a")).join("\n")));
    refused(load_features(&part(&path, "e")), &["in base64", "pandas.read_csv('", "['e']"]);
}

/// A column of truth values, and column names in messages.
#[test]
fn columns_are_selected_by_name() {
    let room = Folder::new();
    let table = |cell: &str| format!("first,second,third\n1,2,0\n2,{cell},0\n4,5,0\n3,1,0\n");
    let constant = room.file("constant.csv", table("7"));
    assert!(notes(&constant).contains("column \"third\" is constant"), "{}", notes(&constant));
    refused(load_features(&room.file("inf.csv", table("inf"))), &["row 2, column \"second\" holds inf"]);
    refused(load_features(&room.file("word.csv", table("x"))), &["line 3, column \"second\" holds \"x\""]);
}

#[test]
fn a_column_of_parts_is_reported_with_its_flag() {
    let room = Folder::new();
    let row = |i: usize| {
        let (a, b) = ((i * i) % 11, (7 * i) % 13);
        format!("{a},{b},{},{}\n", ["train", "train", "test"][i % 3], ["u", "v"][i * i % 11 % 2])
    };
    let rows: String = (0..60).map(row).collect();
    let path = room.file("t.csv", format!("a,b,part,label\n{rows}"));
    let target = part(&path, "label");
    let files = Files::new(&path, &target);
    let pool = Pool::of_files(&files, &|_| true).unwrap();
    let notes = pool.warnings().iter().filter(|w| w.contains("--split-column part")).count();
    assert_eq!(notes, 1, "{:?}", pool.warnings());
}

/// A page of 55 bytes that declares 1 040 000: the size is compared with what its codec can decompress before allocation.
#[test]
fn an_impossible_page_size_is_rejected() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/containers/page_claims.parquet");
    refused(load_features(&path), &["is damaged", "claims to unpack to 1040000"]);
}

/// Metadata of 911 bytes with a map of 84 million pairs that take no bytes, and a column of a negative size.
#[test]
fn damaged_metadata_is_refused_before_the_library_reads_it() {
    let path = |name: &str| Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/containers").join(name);
    refused(
        load_features(&path("map_claims.parquet")),
        &["not a readable parquet file", "84809316 elements"],
    );
    refused(load_features(&path("negative_size.parquet")), &["is damaged", "negative size"]);
}

#[test]
fn masked_complex_and_structured_arrays_are_read_or_have_a_line() {
    let room = Folder::new();
    let archive = |name: &str, mask: &[bool], shape: &str| {
        let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        let plain =
            zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
        let cells: Vec<u8> = ROWS.iter().flatten().flat_map(|v| v.to_le_bytes()).collect();
        let mask: Vec<u8> = mask.iter().map(|&b| u8::from(b)).collect();
        for (member, bytes) in [
            ("data.npy", npy_bytes("<f8", false, "(4, 3)", &cells)),
            ("mask.npy", npy_bytes("|b1", false, shape, &mask)),
        ] {
            zip.start_file(member, plain).unwrap();
            zip.write_all(&bytes).unwrap();
        }
        room.file(name, zip.finish().unwrap().into_inner())
    };
    let mut mask = [false; 12];
    mask[4] = true;
    let path = archive("masked.npz", &mask, "(4, 3)");
    for path in [path.clone(), part(&path, "data")] {
        let found = load_features(&path).unwrap();
        let rows: Vec<Vec<f64>> = found.to_array().rows().into_iter().map(|row| row.to_vec()).collect();
        assert_eq!(rows, [ROWS[0], ROWS[2], ROWS[3]]);
        assert!(found.notes().iter().any(|n| n.contains("1 number is missing")), "{:?}", found.notes());
    }
    refused(load_features(&part(&path, "mask")), &["is the mask of the array \"data\""]);
    gives(&archive("open.npz", &[false; 12], "(4, 3)"));
    // Of another shape, it is no mask of the rows.
    gives(&part(&archive("rows.npz", &mask[..4], "(4,)"), "data"));
    let npy = |name: &str, kind: &str, shape: &str, size: usize| {
        load_features(&room.file(name, npy_bytes(kind, false, shape, &vec![0; size])))
    };
    refused(npy("c.npy", "<c16", "(2, 2)", 64), &["complex numbers", "numpy.imag", "c-numbers.npy'"]);
    let pickle = room.file("d.npy", b"\x80\x02cnumpy.ma.core\n_mareconstruct\n");
    refused(load_features(&pickle), &["pickled array", "allow_pickle=True", "numpy.nan"]);
    let records = |kind: &str| {
        let header = format!(
            "{{'descr': [('x', '<f4'{kind}), ('label', '<U3')], 'fortran_order': False, 'shape': (1,), }}\n"
        );
        let bytes =
            [b"\x93NUMPY\x01\0", &(header.len() as u16).to_le_bytes()[..], header.as_bytes(), &[0; 44]];
        load_features(&room.file("s.npy", bytes.concat()))
    };
    refused(records(", (8,)"), &["table of records", "numpy.load('", "')['x'])"]);
    refused(records(""), &["table of records", "pandas.DataFrame(numpy.load('"]);
}

#[test]
fn stores_of_zarr_have_a_line() {
    let room = Folder::new();
    let folder = |name: &str, file: &str, content: &str| {
        std::fs::create_dir_all(room.path(name)).unwrap();
        room.file(&format!("{name}/{file}"), content);
        room.path(name)
    };
    let array = folder("x.zarr", "zarr.json", "{\"node_type\": \"array\", \"chunk_grid\": {}}");
    refused(load_features(&array), &["array of zarr", "zarr.open('", "x.npy'"]);
    let cells = folder("c.zarr", ".zgroup", "{}");
    std::fs::create_dir(cells.join("obs")).unwrap();
    refused(load_features(&cells), &["anndata.read_zarr('"]);
}
