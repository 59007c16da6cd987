//! Files exported by annotation tools, vector databases and other programs.

use std::path::{Path, PathBuf};

use riskscope::data::{Reading, load_features, load_targets};

use super::folder::Folder;

const ROWS: [[f64; 3]; 4] = [[1.0, -2.0, 0.25], [0.5, 3.0, 7.0], [4.0, 0.0, 1.0], [2.0, 1.5, -1.0]];

fn part(path: &Path, name: &str) -> PathBuf {
    format!("{}:{name}", path.display()).into()
}

fn refused(path: &Path, words: &[&str]) {
    let text = load_features(path).unwrap_err().to_string();
    assert!(!text.contains('\n') && text.len() < 700, "{text}");
    for word in words {
        assert!(text.contains(word), "no {word:?} in: {text}");
    }
}

fn rows(path: &Path) -> Vec<Vec<f64>> {
    let features = load_features(path).unwrap_or_else(|e| panic!("{e}"));
    features.to_array().rows().into_iter().map(|row| row.to_vec()).collect()
}

fn names(path: &Path) -> Vec<String> {
    load_targets(path, 4, Reading::Auto).unwrap_or_else(|e| panic!("{e}")).names().to_vec()
}

/// doccano, prodigy and Label Studio write a list of labels, which has one element here.
#[test]
fn lists_of_one_label_are_labels() {
    let room = Folder::new();
    let names = ["[\"owl\"]", "[\"cat\"]", "[]", "[\"owl\"]", "[\"cat\"]"];
    let lines: String = names.iter().map(|of| format!("{{\"text\": \"t\", \"label\": {of}}}\n")).collect();
    let path = room.file("doccano.jsonl", lines);
    assert_eq!(load_targets(&part(&path, "label"), 5, Reading::Auto).unwrap().names(), ["cat", "owl"]);
    let record = |i: usize| {
        let of = names[i];
        format!(
            "{{\"data\": {{\"text\": \"t\"}}, \"annotations\": [{{\"result\": [{{\"value\": {{\"choices\": {of}}}}}]}}]}}"
        )
    };
    let path = room.file("studio.json", format!("[{}]", (0..5).map(record).collect::<Vec<_>>().join(",")));
    let choices = part(&path, "annotations[0].result[0].value.choices");
    assert_eq!(load_targets(&choices, 5, Reading::Auto).unwrap().names(), ["cat", "owl"]);
    let two = room.file("two.jsonl", "{\"label\": [\"owl\"]}\n{\"label\": [\"owl\", \"cat\"]}\n");
    let said = load_targets(&part(&two, "label"), 2, Reading::Auto).unwrap_err().to_string();
    assert!(said.contains("lists of text"), "{said}");
}

/// Vectors in base64 beside their numbers, as interfaces write them with encoding_format base64.
#[test]
fn numbers_beside_packed_vectors_are_not_the_features() {
    let room = Folder::new();
    let record = |i: usize| {
        let code = ["AACAPwAAAEAAAEBA", "AACAPwAAAEAAAEBB", "AAAAPwAAAEAAAEBC"][i % 3];
        format!("{{\"object\":\"embedding\",\"embedding\":\"{code}\",\"index\":{i}}}")
    };
    let records = (0..6).map(record).collect::<Vec<_>>().join(",");
    let path = room.file("b64.json", format!("{{\"object\":\"list\",\"data\":[{records}]}}"));
    refused(&path, &["in base64", "encoding_format float"]);
}

/// The reply to a scroll request of Qdrant: the records are two objects deep.
#[test]
fn records_within_an_answer_are_found() {
    let room = Folder::new();
    let record = |i: usize| {
        let label = ["owl", "cat"][i % 2];
        format!("{{\"id\": {i}, \"vector\": {:?}, \"payload\": {{\"label\": \"{label}\"}}}}", ROWS[i])
    };
    let points = (0..4).map(record).collect::<Vec<_>>().join(",");
    let end = "\"next_page_offset\": null}, \"status\": \"ok\", \"time\": 0.01";
    let path = room.file("points.json", format!("{{\"result\": {{\"points\": [{points}], {end}}}"));
    let found = load_features(&part(&path, "vector")).unwrap().to_array();
    assert_eq!(found.rows().into_iter().map(|row| row.to_vec()).collect::<Vec<_>>(), ROWS);
    let labels = load_targets(&part(&path, "payload.label"), 4, Reading::Auto).unwrap();
    assert_eq!(labels.names(), ["cat", "owl"]);
}

#[test]
fn files_of_other_programs_have_a_conversion_line() {
    let room = Folder::new();
    refused(
        &room.file("a.mtx", "%%MatrixMarket matrix array real general\n2 2\n1\n2\n3\n4\n"),
        &["mmread('"],
    );
    refused(&room.file("a.dta", b"<stata_dta>"), &["read_stata('"]);
    refused(&room.file("a.nc", b"CDF\x02\x00"), &["xarray.open_dataset('"]);
    refused(&room.file("a.mat", b"\x89HDF\r\n\x1a\n"), &["h5py"]);
    refused(&room.file("a.mat5.mat", b"MATLAB 5.0 MAT-file"), &["scipy.io.loadmat('"]);
    refused(&room.file("model.bin", b"PK\x03\x04"), &["torch.load('"]);
    refused(&room.file("raw.bin", [0_u8, 0, 128, 63].repeat(6)), &["unknown kind"]);
    // By their first bytes, whatever the name.
    let named: [(&str, &[u8], &str); 12] = [
        ("x.npy.gz", b"\x1f\x8b", "unpack it first"),
        ("x.data", b"\x93NUMPY\x01\0", "accepted is a name that ends in .npy"),
        ("rows", b"PAR1\x15\x04", "ends in .parquet"),
        ("x.dill", b"\x80\x04\x95", "pickle.load("),
        ("model", b"PK\x03\x04\0\0\0\0archive/data.pkl", "torch.load('"),
        ("x.db", b"SQLite format 3\0", "sqlite3.connect('"),
        ("x.index", b"IxF2\x06\0\0\0", "faiss.read_index('"),
        ("w.bin", b"60 6\nw0 \0\0\xb0\x40", "load_word2vec_format('"),
        ("f.bin", b"\xba\x16\x4f\x2f\x0c\0\0\0", "load_facebook_vectors('"),
        ("x.xpt", b"HEADER RECORD", "pyreadstat.read_xport('"),
        ("x.jld2", b"HDF5-based Julia", "h5py.File('"),
        ("two.xlsx", b"PK\x03\x04", "its first sheet"),
    ];
    for (name, bytes, words) in named {
        refused(&room.file(name, bytes), &[words]);
    }
    refused(&room.file("wide.csv", b"\xff\xfea\0,\0b\0\n\0"), &["iconv -f UTF-16"]);
    refused(&room.file("sheet.csv", "sep=;\na;b\n1;2\n3;5\n"), &["sep=;", "the table below it"]);
    let commas = room.file("excel.csv", "a;b\n0,5;1,5\n0,25;3,5\n1,5;2,5\n");
    refused(&commas, &["decimal point", "decimal=','"]);
}

#[test]
fn answers_of_vector_databases_are_rows() {
    let room = Folder::new();
    let items = |of: &dyn Fn(usize) -> String| (0..4).map(of).collect::<Vec<_>>().join(",");
    let class = |i: usize| ["sea", "air"][i % 2];
    let vector = |i: usize| format!("{:?}", ROWS[i]);
    // Pinecone: records by their identifiers, and in a list.
    let record = |i: usize| {
        format!("{{\"id\":\"v{i}\",\"values\":{},\"metadata\":{{\"label\":\"{}\"}}}}", vector(i), class(i))
    };
    let fetched = items(&|i| format!("\"v{i}\":{}", record(i)));
    let usage = "\"namespace\":\"a\",\"usage\":{\"readUnits\":1}";
    let fetch = format!("{{\"vectors\":{{{fetched}}},{usage}}}");
    let query = format!("{{\"matches\":[{}],{usage}}}", items(&record));
    // Elasticsearch and OpenSearch: hits of a search.
    let hit = |i: usize| {
        format!("{{\"_id\":\"{i}\",\"_source\":{{\"v\":{},\"label\":\"{}\"}}}}", vector(i), class(i))
    };
    let hits = format!("{{\"took\":3,\"hits\":{{\"total\":{{\"value\":4}},\"hits\":[{}]}}}}", items(&hit));
    // Weaviate: objects, and the answer of a query.
    let object = |i: usize| {
        format!("{{\"id\":\"{i}\",\"properties\":{{\"label\":\"{}\"}},\"vector\":{}}}", class(i), vector(i))
    };
    let objects = format!("{{\"deprecations\":null,\"objects\":[{}],\"totalResults\":4}}", items(&object));
    let got =
        |i: usize| format!("{{\"_additional\":{{\"vector\":{}}},\"label\":\"{}\"}}", vector(i), class(i));
    let query_graph = format!("{{\"data\":{{\"Get\":{{\"Article\":[{}]}}}}}}", items(&got));
    // Milvus: data of a query; Qdrant: points of a scroll.
    let row = |i: usize| format!("{{\"pk\":\"k{i}\",\"vector\":{},\"label\":\"{}\"}}", vector(i), class(i));
    let milvus = format!("{{\"code\":0,\"cost\":6,\"data\":[{}]}}", items(&row));
    let qdrant = format!(
        "{{\"result\":{{\"points\":[{}],\"next_page_offset\":null}},\"status\":\"ok\"}}",
        items(&row)
    );
    // Chroma: lists beside each other.
    let ids = items(&|i| format!("\"v{i}\""));
    let metadata = items(&|i| format!("{{\"label\":\"{}\"}}", class(i)));
    let chroma = format!(
        "{{\"ids\":[{ids}],\"embeddings\":{ROWS:?},\"metadatas\":[{metadata}],\"included\":[\"embeddings\"],\"uris\":null}}"
    );
    let answers = [
        ("fetch", fetch, "values", "metadata.label"),
        ("query", query, "values", "metadata.label"),
        ("hits", hits, "_source.v", "_source.label"),
        ("objects", objects, "vector", "properties.label"),
        ("graph", query_graph, "_additional.vector", "label"),
        ("milvus", milvus, "vector", "label"),
        ("qdrant", qdrant, "vector", "label"),
        ("chroma", chroma, "embeddings", "metadatas.label"),
    ];
    for (name, answer, features, label) in answers {
        let path = room.file(&format!("{name}.json"), answer);
        assert_eq!(rows(&path), ROWS, "{path:?}");
        assert_eq!(rows(&part(&path, features)), ROWS, "{name}");
        assert_eq!(names(&part(&path, label)), ["air", "sea"], "{name}");
    }
    // Requests of the bulk interface stand before their documents.
    let bulk = items(&|i| {
        let document = format!("{{\"v\":{},\"label\":\"{}\"}}", vector(i), class(i));
        format!("{{\"index\":{{\"_index\":\"a\",\"_id\":\"k{}\"}}}}\n{document}\n", i % 2)
    });
    let path = room.file("bulk.ndjson", bulk.replace("\n,", "\n"));
    assert_eq!(rows(&path), ROWS, "{path:?}");
    assert_eq!(names(&part(&path, "label")), ["air", "sea"]);
    assert_eq!(names(&part(&path, "_id")), ["k0", "k1"]);
    // Records of something else beside the vectors are not the rows.
    let path = room.file(
        "other.json",
        format!("{{\"of\":{{\"layers\":[{{\"n\":3}},{{\"n\":4}}]}},\"v\":{ROWS:?},\"m\":1}}"),
    );
    assert_eq!(rows(&path), ROWS);
    // A field that is no list of the rows' length is left out and named.
    let path = room.file("other.json", format!("{{\"v\":{ROWS:?},\"n\":4,\"kind\":[1,2,1,2],\"of\":[1,2]}}"));
    let notes = load_features(&path).unwrap().notes().join("\n");
    assert!(notes.contains("\"of\" has 2 values where there are 4 rows"), "{notes}");
}

#[test]
fn tables_of_other_programs_have_a_line_for_rows_and_for_labels() {
    let room = Folder::new();
    let lines = [
        ("t.avro", "fastavro.reader("),
        ("t.arff", "arff.load("),
        ("t.orc", "pandas.read_orc("),
        ("t.sav", "pandas.read_spss("),
        ("t.rds", "pyreadr.read_r("),
        ("t.RData", "pyreadr.read_r("),
    ];
    for (name, words) in lines {
        let path = room.file(name, "@relation t\n@attribute a numeric\n@data\n1\n2\n3\n4\n");
        refused(&path, &[words, "/t."]);
        let said = load_targets(&path, 4, Reading::Auto).unwrap_err().to_string();
        assert!(said.contains(words), "{said}");
    }
    let brotli = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/writers/pyarrow_brotli.parquet");
    refused(&brotli, &["brotli", "pyarrow.parquet.read_table('", "pyarrow_brotli-numbers.parquet"]);
}
