//! What should not happen is told: one sentence for everyone, where it was made behind `RUST_BACKTRACE`, all of it in the
//! log; and output that cannot be written is a failure.

use std::fs::{self, OpenOptions};
use std::process::{Command, Output};

fn riskscope(arguments: &[&str], backtrace: bool) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_riskscope"));
    command.args(arguments).env_remove("RUST_LIB_BACKTRACE").env_remove("RUST_BACKTRACE");
    if backtrace {
        command.env("RUST_BACKTRACE", "1");
    }
    command
}

fn words(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// The dashboard's own arguments are checked before there is a terminal to take.
#[test]
fn bad_input_is_one_sentence_and_where_it_was_made_for_those_who_ask() {
    let room = tempfile::tempdir().unwrap();
    let log = room.path().join("log.txt");
    let arguments = ["--log", log.to_str().unwrap(), "--preset", "no\nsuch"];
    let plain = riskscope(&arguments, false).output().unwrap();
    assert_eq!(plain.status.code(), Some(2));
    assert!(words(&plain).starts_with("riskscope: ") && words(&plain).trim_end().lines().count() == 1);
    let kept = fs::read_to_string(&log).unwrap();
    assert!(kept.contains("riskscope 0.") && kept.contains("--preset"), "what was started: {kept}");
    assert!(kept.contains("such"), "what failed: {kept}");

    let asked = riskscope(&arguments, true).output().unwrap();
    assert_eq!(asked.status.code(), Some(2));
    assert!(words(&asked).contains("BACKTRACE"), "{}", words(&asked));
    let sentence = words(&plain);
    assert!(words(&asked).ends_with(&sentence), "the sentence is there all the same, last");
    let both = fs::read_to_string(&log).unwrap();
    assert!(both.starts_with(&kept) && both.contains("BACKTRACE"), "the log is added to: {both}");
}

#[test]
fn a_log_that_cannot_be_kept_is_refused_at_the_start() {
    for path in ["/dev/zero", "/no/such/folder/log"] {
        let refused = riskscope(&["--log", path, "--print-config"], false).output().unwrap();
        assert_eq!(refused.status.code(), Some(1), "{path}");
        assert!(words(&refused).contains(path) && refused.stdout.is_empty(), "{}", words(&refused));
    }
}

#[test]
#[cfg(target_os = "linux")]
fn help_that_cannot_be_written_is_a_failure() {
    for arguments in
        [&["--help"][..], &["--version"], &["curve", "--help"], &["presets"], &["--print-config"]]
    {
        let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
        let output = riskscope(arguments, false).stdout(full).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        assert!(words(&output).contains("standard output"), "{arguments:?}: {}", words(&output));
    }
}

/// Nobody to tell is no reason to lose the result.
#[test]
#[cfg(target_os = "linux")]
fn results_survive_a_standard_error_that_is_gone() {
    let simulate = ["simulate", "--set", "dimension=20", "--at", "0.5,2", "--draws", "4", "--json"];
    let want = riskscope(&simulate, false).output().unwrap();
    assert!(want.status.success());
    let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
    let got = riskscope(&simulate, false).stderr(full).output().unwrap();
    assert_eq!((got.status.code(), got.stdout), (Some(0), want.stdout));
    let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
    assert_eq!(riskscope(&["--preset", "none"], false).stderr(full).status().unwrap().code(), Some(2));
}

/// A limit on the size of files stands in for a full disk; not ignored, its signal kills in the middle of the writing.
#[test]
#[cfg(target_os = "linux")]
fn a_file_that_cannot_be_written_is_the_machine_s_failure_and_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("curve.csv");
    let run = |limit: &str, out: &std::path::Path| {
        let line = format!(r#"{limit} exec "$0" curve --format csv --out "$1""#);
        let mut shell = std::process::Command::new("sh");
        shell.args(["-c", &line, env!("CARGO_BIN_EXE_riskscope")]).arg(out).env_remove("RUST_BACKTRACE");
        shell.output().unwrap()
    };
    let full = run(r#"trap "" XFSZ; ulimit -f 8;"#, &out);
    assert_eq!(full.status.code(), Some(1), "{}", words(&full));
    assert!(
        words(&full).contains(out.to_str().unwrap()) && words(&full).lines().count() == 1,
        "{}",
        words(&full)
    );
    let killed = run("ulimit -f 8;", &out);
    assert_eq!(killed.status.code(), None, "killed by the signal");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "nothing is left");
    // Nobody may write there; and what is no folder is the name's fault.
    let refused = run("", std::path::Path::new("/proc/curve.csv"));
    assert_eq!(refused.status.code(), Some(1), "{}", words(&refused));
    assert!(words(&refused).contains("/proc/curve.csv"), "{}", words(&refused));
    for name in ["no/such/curve.csv", "Cargo.toml/curve.csv"] {
        let refused = run("", std::path::Path::new(name));
        assert_eq!(refused.status.code(), Some(2), "{}", words(&refused));
        assert!(words(&refused).contains(name), "{}", words(&refused));
    }
    assert!(run("", &out).status.success() && out.exists());
}

/// Warnings, too, have nobody to be told to.
#[test]
#[cfg(target_os = "linux")]
fn warnings_without_a_standard_error_lose_no_result() {
    let eval = ["eval", "--set", "task.family=exponential", "--set", "task.scale=1", "--at", "0.5", "--json"];
    let want = riskscope(&eval, false).output().unwrap();
    assert!(!words(&want).is_empty(), "this scenario has a warning");
    let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
    let got = riskscope(&eval, false).stderr(full).output().unwrap();
    assert_eq!((got.status.code(), got.stdout), (Some(0), want.stdout));
}
