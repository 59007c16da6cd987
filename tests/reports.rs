//! Failures: an error is one sentence for any value of `RUST_BACKTRACE`, and its backtrace is in the log; output that cannot
//! be written and exceeded limits are failures.

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

/// The dashboard's arguments are checked before a terminal is needed.
#[test]
fn an_error_is_one_sentence_and_its_backtrace_is_logged() {
    let room = tempfile::tempdir().unwrap();
    let log = room.path().join("log.txt");
    let arguments = ["--log", log.to_str().unwrap(), "--preset", "no\nsuch"];
    let plain = riskscope(&arguments, false).output().unwrap();
    assert_eq!(plain.status.code(), Some(2));
    assert!(words(&plain).starts_with("riskscope: ") && words(&plain).trim_end().lines().count() == 1);
    let kept = fs::read_to_string(&log).unwrap();
    assert!(kept.contains("riskscope 0.") && kept.contains("--preset"), "the arguments: {kept}");
    assert!(kept.contains("such"), "the failure: {kept}");

    let with_backtrace = riskscope(&arguments, true).output().unwrap();
    assert_eq!((with_backtrace.status.code(), words(&with_backtrace)), (Some(2), words(&plain)));
    let both = fs::read_to_string(&log).unwrap();
    assert!(both.starts_with(&kept) && both.contains("BACKTRACE"), "the log is appended to: {both}");

    for (arguments, code) in [
        (&["eval", "--at", "x"][..], 2),
        (&["eval", "--at", "1", "--features", "/no/such.npy", "--targets", "/no/such.txt"], 2),
        (&["curve", "--out", "/no/such/folder/x.csv"], 2),
        (&["phase", "--x", "noise", "--y", "noise", "--at", "1"], 2),
    ] {
        let refused = riskscope(arguments, true).output().unwrap();
        let sentence = words(&refused);
        assert_eq!((refused.status.code(), sentence.lines().count()), (Some(code), 1), "{sentence}");
    }
}

/// A mistyped name must not append lines to a data file.
#[test]
fn a_file_that_is_not_a_log_is_unchanged() {
    let room = tempfile::tempdir().unwrap();
    for (name, contents) in [("X.csv", "0.5,1\n2,3\n"), ("words.txt", "riskscope\n"), ("n.txt", "1.5\n")] {
        let path = room.path().join(name);
        fs::write(&path, contents).unwrap();
        let refused =
            riskscope(&["--log", path.to_str().unwrap(), "--print-config"], false).output().unwrap();
        assert_eq!(refused.status.code(), Some(2), "{name}");
        assert!(words(&refused).contains(name) && words(&refused).contains("not a log"), "{name}");
        assert_eq!(fs::read_to_string(&path).unwrap(), contents);
    }
    let empty = room.path().join("empty");
    fs::write(&empty, "").unwrap();
    for _ in 0..2 {
        let kept = riskscope(&["--log", empty.to_str().unwrap(), "--print-config"], false).output().unwrap();
        assert!(kept.status.success(), "{}", words(&kept));
    }
    assert_eq!(fs::read_to_string(&empty).unwrap().matches("print-config").count(), 2);
}

#[test]
fn an_unwritable_log_is_an_error() {
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

/// If standard error is closed, the result is still written.
#[test]
#[cfg(target_os = "linux")]
fn results_are_written_without_standard_error() {
    let simulate = ["simulate", "--set", "dimension=20", "--at", "0.5,2", "--draws", "4", "--json"];
    let want = riskscope(&simulate, false).output().unwrap();
    assert!(want.status.success());
    let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
    let got = riskscope(&simulate, false).stderr(full).output().unwrap();
    assert_eq!((got.status.code(), got.stdout), (Some(0), want.stdout));
    let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
    assert_eq!(riskscope(&["--preset", "none"], false).stderr(full).status().unwrap().code(), Some(2));
}

/// A limit on the size of files simulates a full disk, whether its signal is ignored or not.
#[test]
#[cfg(target_os = "linux")]
fn an_unwritable_file_is_a_failure_and_leaves_nothing() {
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
    let limited = run("ulimit -f 8;", &out);
    assert_eq!((limited.status.code(), words(&limited)), (Some(1), words(&full)));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "nothing is left");
    // A folder without write permission; and a path whose parent is not a folder, which is bad input.
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

/// Warnings are dropped if standard error is closed.
#[test]
#[cfg(target_os = "linux")]
fn warnings_without_standard_error() {
    let eval = ["eval", "--set", "task.family=exponential", "--set", "task.scale=1", "--at", "0.5", "--json"];
    let want = riskscope(&eval, false).output().unwrap();
    assert!(!words(&want).is_empty(), "this scenario has a warning");
    let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
    let got = riskscope(&eval, false).stderr(full).output().unwrap();
    assert_eq!((got.status.code(), got.stdout), (Some(0), want.stdout));
}

/// `ulimit -f` and `ulimit -v`: exit code 1 and a message, not a core dump, at whatever point the limit is exceeded.
#[test]
#[cfg(target_os = "linux")]
fn an_exceeded_limit_is_a_failure_with_a_message() {
    let room = tempfile::tempdir().unwrap();
    let run = |line: &str| {
        let mut shell = Command::new("sh");
        shell.args(["-c", line, env!("CARGO_BIN_EXE_riskscope")]).current_dir(room.path());
        shell.env("RUST_BACKTRACE", "1").output().unwrap()
    };
    let cut = run("ulimit -f 8; exec \"$0\" curve --points 3000 --format csv --out curve.csv");
    assert_eq!(cut.status.code(), Some(1), "{}", words(&cut));
    assert!(words(&cut).contains("--out: curve.csv cannot be written"), "{}", words(&cut));
    assert_eq!(fs::read_dir(room.path()).unwrap().count(), 0, "nothing is left behind");
    for limit in [60_000, 110_000, 150_000, 200_000] {
        let ended =
            run(&format!("ulimit -v {limit}; exec \"$0\" phase --columns 300 --rows 300 --format json"));
        let sentence = words(&ended);
        match ended.status.code() {
            Some(0) => assert!(limit > 100_000),
            code => {
                assert!(matches!(code, Some(1 | 2)), "{limit}: {code:?} {sentence}");
                assert!(
                    !sentence.contains("panicked") && !sentence.contains("BACKTRACE"),
                    "{limit}: {sentence}"
                );
                assert!(!sentence.trim().is_empty(), "{limit}");
            }
        }
    }
}
