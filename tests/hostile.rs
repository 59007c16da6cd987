//! Hostile input: it uses bounded time and memory, sends no escape sequence to the terminal, and is rejected in one sentence.

#[path = "common/folder.rs"]
mod folder;

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use folder::Folder;

/// Runs the binary, which must end within a minute.
fn run(arguments: &[&str], environment: &[(&str, &str)]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_riskscope"))
        .args(arguments)
        .envs(environment.iter().copied())
        .env_remove("RUST_BACKTRACE")
        .env_remove("RUST_LIB_BACKTRACE")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let start = Instant::now();
    // The outputs of these tests are shorter than a pipe's buffer.
    while child.try_wait().unwrap().is_none() {
        if start.elapsed() > Duration::from_secs(60) {
            child.kill().unwrap();
            panic!("{arguments:?} does not end");
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    child.wait_with_output().unwrap()
}

/// Checks for exit code 2 and one sanitised, bounded line on standard error that contains these words.
fn refused(arguments: &[&str], environment: &[(&str, &str)], words: &[&str]) {
    let output = run(arguments, environment);
    let text = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {text}");
    assert!(output.stdout.is_empty(), "{arguments:?}");
    let line = text.strip_suffix('\n').unwrap_or(&text);
    assert!(line.chars().count() < 700 && !line.chars().any(char::is_control), "{arguments:?}: {line:?}");
    for word in words {
        assert!(line.contains(word), "no {word:?} in: {line}");
    }
}

fn shown(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
#[cfg(unix)]
fn pipes_and_devices_are_rejected() {
    let room = Folder::new();
    let pipe = room.path("pipe.toml");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    for path in [shown(&pipe), "/dev/zero"] {
        refused(&["eval", "--at", "1", "--scenario", path], &[], &[path, "not a regular file"]);
        refused(&["--config", path], &[], &["configuration", "not a regular file"]);
        let arguments = ["eval", "--at", "1", "--features", path, "--targets", path];
        refused(&arguments, &[], &[path, "not a regular file"]);
        let file = format!("featurization.path={path}");
        refused(
            &["eval", "--at", "1", "--featurization", "file", "--set", &file],
            &[],
            &["not a regular file"],
        );
    }
    // A broken theme is a warning, and the other themes are available.
    let themes = room.path("riskscope/themes");
    fs::create_dir_all(&themes).unwrap();
    fs::rename(&pipe, themes.join("pipe.toml")).unwrap();
    let output = run(&["themes"], &[("XDG_CONFIG_HOME", shown(&room.path("")))]);
    assert!(output.status.success());
    assert!(String::from_utf8_lossy(&output.stdout).contains("high-contrast"));
}

#[test]
fn control_sequences_are_never_printed() {
    let room = Folder::new();
    let nasty = "a\u{1b}]0;b\u{7}c\nd\u{9b}2J";
    refused(&["eval", "--at", "1", "--scenario", nasty], &[], &["\\u{1b}]0;b\\u{7}c"]);
    refused(&["eval", "--at", "1", "--set", &format!("name={nasty}")], &[], &["without control characters"]);
    refused(&["eval", "--at", "1", "--set", nasty], &[], &["--set"]);
    refused(&["eval", "--at", "1", "--set", &format!("{nasty}=1")], &[], &["\\u{1b}"]);
    refused(
        &["eval", "--at", "1", "--featurization", nasty],
        &[],
        &["featurization.kind", "\\u{1b}]0;b\\u{7}c"],
    );
    // The argument parser drops characters that it does not print.
    refused(&["eval", "--at", nasty], &[], &["--at"]);
    refused(&["eval", "--at", "1", "--preset", nasty], &[], &["\\u{1b}"]);
    refused(&["curve", "--x", nasty, "--from", "0", "--to", "1", "--at", "1"], &[], &["\\u{1b}"]);
    refused(&["man", nasty], &[], &["\\u{1b}"]);
    refused(&[nasty], &[], &["unrecognized"]);
    refused(&["frame", "--theme", nasty], &[], &["\\u{1b}"]);
    let features = room.file("x.csv", "1\n2\n4\n3\n");
    let line = ["eval", "--at", "1", "--features", shown(&features), "--targets", nasty];
    refused(&line, &[], &["control characters"]);
    // A name from a scenario file.
    let file = room.file("s.toml", "name = \"a\\u001b[2Jb\"\n");
    refused(&["eval", "--at", "1", "--scenario", shown(&file)], &[], &["name", "control characters"]);
    let long = "x".repeat(100_000);
    refused(&["eval", "--at", "1", "--set", &format!("{long}=1")], &[], &["…"]);
}

#[test]
fn labels_with_control_characters_are_shown_escaped() {
    let room = Folder::new();
    let features: String = (0..40).map(|i| format!("{},{}\n", (i * i) % 13, (7 * i) % 11)).collect();
    let labels: String = (0..40).map(|i| if i % 3 == 0 { "sea\n" } else { "a\u{1b}[2Jir\n" }).collect();
    let (x, y) = (room.file("x.csv", features), room.file("y.txt", labels));
    let task = "a\\u{1b}[2Jir";
    for format in ["text", "csv", "json", "svg"] {
        let arguments = [
            "curve",
            "--features",
            shown(&x),
            "--targets",
            shown(&y),
            "--task",
            task,
            "--format",
            format,
            "--points",
            "3",
        ];
        let output = run(&arguments, &[]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(!text.chars().any(|c| c.is_control() && c != '\n'), "{format}: {text:?}");
    }
}

#[test]
fn a_thousand_threads() {
    let line = ["eval", "--set", "task.alignment=rotated", "--set", "dimension=200", "--at", "0.5"];
    let many = run(&line, &[("RAYON_NUM_THREADS", "1000")]);
    assert!(many.status.success());
    assert_eq!(many.stdout, run(&line, &[("RAYON_NUM_THREADS", "1")]).stdout);
}

/// Draws, decompositions and results on real rows are bitwise equal.
#[test]
fn results_are_bitwise_equal_at_every_number_of_threads() {
    let room = Folder::new();
    let wave = |i: usize, j: usize| ((1 + i * 131 + j * 17) as f64 * 12.9898).sin() * 43758.5453 % 1.0;
    let rows: String = (0..240)
        .map(|i| (0..40).map(|j| format!("{}", wave(i, j))).collect::<Vec<_>>().join(",") + "\n")
        .collect();
    let labels: String = (0..240).map(|i| format!("{}\n", (2.0 * wave(i, 3)).round())).collect();
    let (x, y) = (room.file("x.csv", rows), room.file("y.txt", labels));
    let data = ["--features", shown(&x), "--targets", shown(&y)];
    let out = room.path("B.npy");
    let lines: [Vec<&str>; 5] = [
        "simulate --set dimension=60 --set covariates.family=power-law --set task.alignment=rotated --at 0.5,1.5 --draws 8"
            .split(' ')
            .collect(),
        "eval --preset learned-featurization --set dimension=80 --at 0.4 --json".split(' ').collect(),
        [&["eval", "--samples", "30,120", "--ridge", "optimal-nonnegative", "--json"], &data[..]].concat(),
        [&["simulate", "--samples", "60", "--draws", "4"], &data[..]].concat(),
        [&["fit", "--samples", "60", "--out", shown(&out)], &data[..]].concat(),
    ];
    let all = |threads: &str| -> Vec<Vec<u8>> {
        let mut made: Vec<Vec<u8>> = lines
            .iter()
            .map(|line| {
                let output = run(line, &[("RAYON_NUM_THREADS", threads)]);
                assert!(output.status.success(), "{line:?}: {}", String::from_utf8_lossy(&output.stderr));
                output.stdout
            })
            .collect();
        made.push(fs::read(&out).unwrap());
        fs::remove_file(&out).unwrap();
        made
    };
    let one = all("1");
    assert!(one.iter().all(|bytes| !bytes.is_empty()));
    for threads in ["2", "3", "7"] {
        assert!(all(threads) == one, "{threads} threads");
    }
}

/// Long output is streamed; a request for more memory than there is, is rejected before the computation.
#[test]
#[cfg(target_os = "linux")]
fn long_output_is_streamed_and_too_large_requests_are_rejected() {
    let run = |limit: u32, arguments: &str| {
        let line = format!("ulimit -v {limit}; exec \"$0\" {arguments}");
        let mut shell = Command::new("sh");
        shell.args(["-c", &line, env!("CARGO_BIN_EXE_riskscope")]).env_remove("RUST_BACKTRACE");
        shell.output().unwrap()
    };
    let curve = "curve --points 100000 --format json";
    let whole = run(400_000, curve);
    assert!(whole.status.success(), "{}", String::from_utf8_lossy(&whole.stderr));
    let read: serde_json::Value = serde_json::from_slice(&whole.stdout).unwrap();
    assert_eq!(read["curves"][0]["points"].as_array().unwrap().len(), 100_000);
    for (arguments, words) in [
        ("curve --points 1000000 --format csv", "--points: 1000000 points take"),
        ("phase --columns 4000 --rows 4000 --format json", "a plane of 16000000 cells"),
    ] {
        let refused = run(600_000, arguments);
        let said = String::from_utf8(refused.stderr).unwrap();
        assert_eq!((refused.status.code(), said.lines().count()), (Some(2), 1), "{said}");
        assert!(said.contains(words) && said.contains("are free"), "{said}");
    }
}
