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
