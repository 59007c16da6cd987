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
    let commas = room.file("excel.csv", "a;b\n0,5;1,5\n0,25;3,5\n1,5;2,5\n");
    refused(&commas, &["decimal point", "decimal=','"]);
}
