//! The packages data in the order of the reference file.

use std::io::Write;
use std::path::Path;
use std::sync::OnceLock;

use ndarray::{Array2, concatenate};
use serde_json::Value;

/// The sources of rows, as in `tests/data/path.json`.
pub fn reference() -> &'static Value {
    static REFERENCE: OnceLock<Value> = OnceLock::new();
    REFERENCE.get_or_init(|| serde_json::from_str(include_str!("../data/path.json")).unwrap())
}

/// All 4000 rows (features and labels).
pub fn all() -> &'static (Array2<f32>, Vec<String>) {
    static ALL: OnceLock<(Array2<f32>, Vec<String>)> = OnceLock::new();
    ALL.get_or_init(|| {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let features = |path: &str| -> Array2<f32> { ndarray_npy::read_npy(root.join(path)).unwrap() };
        let example = features("examples/packages/features.npy");
        let rest = features("tests/data/packages_rest_features.npy");
        let labels = |path: &str| -> Vec<String> {
            std::fs::read_to_string(root.join(path)).unwrap().lines().map(String::from).collect()
        };
        // One bit for each position: whether the next row is the example's.
        let digits = include_str!("../data/order.txt").trim().chars().map(|c| c.to_digit(16).unwrap());
        let from_example = digits.flat_map(|d| [3, 2, 1, 0].map(|bit| d >> bit & 1 == 1));
        let (mut first, mut second) = (0, example.nrows());
        let positions: Vec<usize> = from_example
            .map(|from_example| {
                let next = if from_example { &mut first } else { &mut second };
                *next += 1;
                *next - 1
            })
            .collect();
        assert_eq!((first, second), (example.nrows(), positions.len()));
        let joined = concatenate![ndarray::Axis(0), example, rest];
        let text =
            [labels("examples/packages/labels.txt"), labels("tests/data/packages_rest_labels.txt")].concat();
        (joined.select(ndarray::Axis(0), &positions), positions.iter().map(|&i| text[i].clone()).collect())
    })
}

/// The first `count` rows without classes of fewer than ten rows.
pub fn first(count: usize) -> (Array2<f32>, Vec<String>) {
    let (features, labels) = all();
    let labels = &labels[..count];
    let size = |label: &String| labels.iter().filter(|l| *l == label).count();
    let kept: Vec<usize> = (0..count).filter(|&i| size(&labels[i]) >= 10).collect();
    let rows = features.select(ndarray::Axis(0), &kept);
    (rows, kept.into_iter().map(|i| labels[i].clone()).collect())
}

/// Writes features and labels to files, which are deleted with the folder.
pub fn files(
    rows: &(Array2<f32>, Vec<String>),
) -> (tempfile::TempDir, std::path::PathBuf, std::path::PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let features = directory.path().join("features.npy");
    let labels = directory.path().join("labels.txt");
    ndarray_npy::write_npy(&features, &rows.0).unwrap();
    let mut file = std::fs::File::create(&labels).unwrap();
    rows.1.iter().for_each(|label| writeln!(file, "{label}").unwrap());
    (directory, features, labels)
}
