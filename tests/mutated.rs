//! Damaged files: each supported kind with bytes flipped, cut out, doubled or taken from another file, and numbers
//! made absurd. Reading ends soon with values or one bounded sentence, and never panics.

#[path = "common/folder.rs"]
mod folder;
#[path = "common/long.rs"]
mod long;
#[allow(dead_code)]
#[path = "dashboard/demo/tape.rs"]
mod tape;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::GzEncoder;
use folder::Folder;
use ndarray::Array2;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use riskscope::data::{Files, Part, Pool, Reading, Split, load_features, load_matrix, load_targets};
use riskscope::scenario::{Model, Scenario};
use riskscope::theme::{Depth, Theme};

/// A kind of file, and valid examples of it.
struct Kind {
    ending: &'static str,
    good: Vec<Vec<u8>>,
}

/// Texts with a special meaning in some format.
const WORDS: [&str; 18] = [
    "nan",
    "inf",
    "-inf",
    "1e999",
    "-1",
    "0",
    "18446744073709551615",
    "4294967296",
    "\u{1b}[2J",
    "\0",
    "\"",
    "\n",
    "{",
    "[",
    "]]",
    "'descr'",
    "(1, 99999999999)",
    "=",
];

fn matrix() -> Array2<f64> {
    Array2::from_shape_fn((24, 3), |(i, j)| ((i * 3 + j) as f64).sin())
}

fn npy() -> Vec<u8> {
    let folder = Folder::new();
    let path = folder.path("x.npy");
    ndarray_npy::write_npy(&path, &matrix()).unwrap();
    std::fs::read(path).unwrap()
}

fn npz() -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    let mut archive = ndarray_npy::NpzWriter::new_compressed(&mut bytes);
    archive.add_array("X", &matrix()).unwrap();
    archive.add_array("y", &matrix().column(0).to_owned()).unwrap();
    archive.finish().unwrap();
    bytes.into_inner()
}

fn safetensors() -> Vec<u8> {
    let data: Vec<u8> = matrix().iter().flat_map(|v| v.to_le_bytes()).collect();
    let view = safetensors::tensor::TensorView::new(safetensors::Dtype::F64, vec![24, 3], &data).unwrap();
    safetensors::serialize([("weight", view)], None).unwrap()
}

fn table(between: &str) -> Vec<u8> {
    let rows = matrix();
    let lines =
        rows.rows().into_iter().map(|r| r.iter().map(f64::to_string).collect::<Vec<_>>().join(between));
    ["a", "b", "c"]
        .join(between)
        .lines()
        .map(str::to_owned)
        .chain(lines)
        .collect::<Vec<_>>()
        .join("\n")
        .into_bytes()
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut gz = GzEncoder::new(Vec::new(), Compression::default());
    gz.write_all(bytes).unwrap();
    gz.finish().unwrap()
}

fn kinds() -> Vec<Kind> {
    let rows = matrix();
    let jsonl =
        rows.rows().into_iter().map(|r| format!("{{\"embedding\":{:?},\"label\":\"a\"}}\n", r.to_vec()));
    let words =
        rows.rows().into_iter().map(|r| format!("word {} {} {}\n", r[0], r[1], r[2])).collect::<String>();
    let vectors = format!("24 3\n{words}").into_bytes();
    let pairs = rows.rows().into_iter().map(|r| format!("1 1:{} 2:{} 3:{}\n", r[0], r[1], r[2]));
    let sparse = pairs.collect::<String>().into_bytes();
    let json = rows.rows().into_iter().map(|r| format!("{:?}", r.to_vec())).collect::<Vec<_>>().join(",");
    let json = format!("[{json}]").into_bytes();
    let parquet = std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/kinds")).unwrap();
    let parquet =
        parquet.map(|f| f.unwrap().path()).filter(|p| p.extension().is_some_and(|e| e == "parquet"));
    let written = |names: &[&str]| -> Vec<Vec<u8>> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/containers");
        names.iter().map(|name| std::fs::read(folder.join(name)).unwrap()).collect()
    };
    let labels = (0..24).map(|i| format!("class {}\n", i % 3)).collect::<String>().into_bytes();
    let names = [
        "double-divergence",
        "hard-to-soft-transition",
        "source-condition",
        "negative-ridge",
        "learned-featurization",
    ];
    let scenarios = names.map(|name| Scenario::preset(name).unwrap().to_toml().into_bytes());
    let themes = std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("themes")).unwrap();
    let config =
        std::process::Command::new(env!("CARGO_BIN_EXE_riskscope")).arg("--print-config").output().unwrap();
    let kind = |ending, good| Kind { ending, good };
    vec![
        kind("npy", vec![npy()]),
        kind("npz", vec![npz()]),
        kind("safetensors", vec![safetensors()]),
        kind("csv", vec![table(",")]),
        kind("tsv", vec![table("\t")]),
        kind("csv.gz", vec![packed(&table(","))]),
        kind("jsonl", vec![jsonl.collect::<String>().into_bytes()]),
        kind("parquet", parquet.map(|p| std::fs::read(p).unwrap()).collect()),
        kind("feather", written(&["pyarrow_types.feather", "pyarrow_zstd.arrows", "datasets_classes.arrow"])),
        kind("h5", written(&["h5py_types.h5", "h5py_latest.h5", "h5py_lzf.h5"])),
        kind("h5ad", written(&["anndata_sparse.h5ad"])),
        kind("txt", vec![labels, table(" ")]),
        kind("vec", vec![vectors]),
        kind("svm", vec![sparse]),
        kind("json", vec![json]),
        kind("scenario.toml", scenarios.to_vec()),
        kind("theme.toml", themes.map(|f| std::fs::read(f.unwrap().path()).unwrap()).collect()),
        kind("tape", vec![include_bytes!("../demo.tape").to_vec()]),
        kind("config.toml", vec![config.stdout]),
    ]
}

/// Applies a few random changes.
fn mutated(good: &[u8], other: &[u8], random: &mut ChaCha8Rng) -> Vec<u8> {
    let mut bytes = good.to_vec();
    for _ in 0..random.random_range(1..5) {
        let at = random.random_range(0..=bytes.len());
        let length = random.random_range(0..=16.min(bytes.len() - at));
        match random.random_range(0..8) {
            0 if at < bytes.len() => bytes[at] ^= 1 << random.random_range(0..8),
            1 if at < bytes.len() => bytes[at] = random.random(),
            2 => bytes.truncate(at),
            3 => drop(bytes.drain(at..at + length)),
            4 => drop(bytes.splice(at..at, WORDS.choose(random).unwrap().bytes())),
            5 => {
                let again: Vec<u8> = bytes[at..at + length].to_vec();
                (0..random.random_range(1..40))
                    .for_each(|_| drop(bytes.splice(at..at, again.iter().copied())));
            }
            6 if !other.is_empty() => {
                let from = random.random_range(0..other.len());
                let until = (from + random.random_range(0..64)).min(other.len());
                bytes.splice(at..at + length, other[from..until].iter().copied());
            }
            // A number in a binary header.
            7 if at + 8 <= bytes.len() => {
                bytes[at..at + 8].copy_from_slice(&random.random::<u64>().to_le_bytes())
            }
            _ => {}
        }
    }
    bytes
}

/// Checks for one line of bounded length without control characters.
fn is_a_sentence(said: &str, what: &str) {
    assert!(!said.is_empty() && said.len() < 2000, "{what}: {} bytes: {said}", said.len());
    assert!(!said.chars().any(char::is_control), "{what}: {said:?}");
}

fn read(kind: &Kind, bytes: &[u8], folder: &Folder) {
    let path = folder.file(&format!("x.{}", kind.ending), bytes);
    let start = Instant::now();
    let mut said = Vec::new();
    match kind.ending {
        "scenario.toml" => {
            let scenario = std::str::from_utf8(bytes).ok().map(Scenario::from_toml);
            match scenario {
                // A file that is read is also used, unless it is large.
                Some(Ok(scenario)) if scenario.dimension <= 300 && scenario.data.is_none() => {
                    said.extend(
                        Model::new(&scenario, None, &|| start.elapsed() > PATIENCE)
                            .err()
                            .map(|e| e.to_string()),
                    );
                }
                Some(Err(refused)) => said.push(refused.to_string()),
                _ => {}
            }
        }
        "theme.toml" => {
            if let Ok(text) = std::str::from_utf8(bytes) {
                said.extend(Theme::parse(text, Depth::TrueColor).err().map(|e| e.to_string()));
            }
        }
        "tape" => said.extend(std::str::from_utf8(bytes).ok().and_then(|text| tape::parse(text).err())),
        "config.toml" => {
            let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_riskscope"));
            command.env_remove("RUST_BACKTRACE").arg("--config").arg(&path);
            // Standard output is not a terminal: a valid configuration ends with that error.
            let output = command.output().unwrap();
            assert!(matches!(output.status.code(), Some(1 | 2)), "{output:?}");
            let text = String::from_utf8(output.stderr).unwrap();
            assert!(!text.contains("internal error"), "{text}");
            said.push(text.trim_end_matches('\n').to_owned());
        }
        _ => {
            said.extend(load_features(&path).err().map(|e| e.to_string()));
            said.extend(load_matrix(&path).err().map(|e| e.to_string()));
            said.extend(load_targets(&path, 24, Reading::Auto).err().map(|e| e.to_string()));
            let part = |name: &str| PathBuf::from(format!("{}:{name}", path.display()));
            for name in ["a-c", "embedding", "0", "obs/cell_type"] {
                said.extend(load_features(&part(name)).err().map(|e| e.to_string()));
                said.extend(load_targets(&part(name), 24, Reading::Labels).err().map(|e| e.to_string()));
            }
            said.extend(joined(&path, folder));
        }
    }
    assert!(start.elapsed() < PATIENCE, "x.{} took {:?}", kind.ending, start.elapsed());
    let peak = peak_memory();
    assert!(peak < MOST_MEMORY, "x.{}: {peak} kB of memory", kind.ending);
    said.iter().for_each(|said| is_a_sentence(said, kind.ending));
}

/// The file as features and as targets beside a valid one: joined by identifiers, split, and with its groups.
fn joined(path: &Path, folder: &Folder) -> Vec<String> {
    let rows = matrix();
    let each = |row: &dyn Fn(usize) -> String| (0..24).map(row).collect::<String>();
    let table = each(&|i| {
        format!(
            "{},{},{},c{},{}\n",
            rows[(i, 0)],
            rows[(i, 1)],
            rows[(i, 2)],
            i % 3,
            ["train", "test"][i % 2]
        )
    });
    let table = folder.file("sound.csv", format!("a,b,c,label,split\n{table}"));
    let (features, label) = (folder.path("sound.csv:a-c"), folder.path("sound.csv:label"));
    let split = |part| Some(Split { column: "split", part });
    [
        Files { id: Some("a"), ..Files::new(path, &label) },
        Files { id: Some("a"), ..Files::new(&features, path) },
        Files { id: Some("id"), labels_as_they_are: true, ..Files::new(path, path) },
        Files { groups: Some(path), ..Files::new(&table, &label) },
        Files { id: Some("a"), groups: Some(path), ..Files::new(&features, &label) },
        Files { split: split(Part::Train), ..Files::new(path, &label) },
        Files { split: split(Part::Test), reading: Reading::Numbers, ..Files::new(&features, path) },
    ]
    .iter()
    .filter_map(|files| Pool::of_files(files, &|_| true).err().map(|e| e.to_string()))
    .collect()
}

const PATIENCE: Duration = Duration::from_secs(10);

/// Limit on the memory for these small files, in kB.
const MOST_MEMORY: u64 = 1 << 19;

/// The peak memory of this process, in kB; 0 where the system does not report it.
fn peak_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    peak.map_or(0, |kb| kb.trim().trim_end_matches(" kB").parse().unwrap())
}

/// `count` mutations of each kind; fewer where a process has to be started.
fn all_kinds(seed: u64, count: u64) {
    let (kinds, folder) = (kinds(), Folder::new());
    let wanted = std::env::var("RISKSCOPE_KIND").ok();
    let wanted = |kind: &Kind| wanted.as_deref().is_none_or(|wanted| wanted == kind.ending);
    for (number, kind) in kinds.iter().enumerate().filter(|(_, kind)| wanted(kind)) {
        let count = if kind.ending == "config.toml" { count.div_ceil(20) } else { count };
        for i in 0..count {
            let mut random = ChaCha8Rng::seed_from_u64(seed);
            random.set_stream((number as u64) << 32 | i);
            let other = kinds.choose(&mut random).unwrap().good.choose(&mut random).unwrap();
            let good = kind.good.choose(&mut random).unwrap();
            let bytes = mutated(good, other, &mut random);
            let ended =
                std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| read(kind, &bytes, &folder)));
            if ended.is_err() {
                let kept = std::env::temp_dir().join(format!("mutated-{seed}-{i}.{}", kind.ending));
                std::fs::write(&kept, &bytes).unwrap();
                panic!("{} {i} of seed {seed}: kept as {}", kind.ending, kept.display());
            }
        }
    }
}

#[test]
fn mutated_files_give_values_or_errors() {
    all_kinds(1, 60);
}

/// Runs for `RISKSCOPE_MINUTES` (default 1), with one kind if `RISKSCOPE_KIND` is its ending (`h5`).
#[test]
#[ignore = "runs for RISKSCOPE_MINUTES"]
fn mutated_files_for_minutes() {
    let rounds = long::rounds(|round| all_kinds(100 + round, 1000));
    println!("{rounds} rounds of 1000 files of each kind");
}
