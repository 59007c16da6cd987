//! Failures around the dashboard: a full disk, a folder without write permission, a symbolic link, an unreadable
//! configuration, no terminal, a terminal of size zero.

use std::os::unix::fs::symlink;
use std::time::Duration;

use super::common::Pty;

/// Opens the prompt that saves the scenario, and types the file's name.
fn save(pty: &mut Pty, path: &str) {
    pty.send("s");
    pty.wait_for("save as");
    pty.send("\x15");
    pty.send(&format!("{path}\r"));
}

/// A limit on the size of files simulates a full disk.
#[test]
fn a_failed_save_is_reported_and_leaves_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    std::fs::write(path("mine.toml"), "mine").unwrap();
    let line = r#"trap "" XFSZ; ulimit -f 0; exec "$0" --set dimension=100"#;
    let arguments = ["-c", line, env!("CARGO_BIN_EXE_riskscope")].map(str::to_owned);
    let mut pty = Pty::run("sh", &arguments, 120, 36, &[]);
    pty.wait_for("peaks");
    save(&mut pty, &path("new.toml"));
    pty.wait_for("cannot be written");
    save(&mut pty, &path("mine.toml"));
    pty.wait_for("again overwrites it");
    pty.send("\r");
    pty.wait_for("cannot be written");
    assert_eq!(std::fs::read_to_string(path("mine.toml")).unwrap(), "mine");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left");
    save(&mut pty, "/proc/new.toml");
    pty.wait_for("/proc/new.toml");
    // The dashboard continues to run.
    pty.send("2");
    pty.wait_for("% variance");
    pty.send("q");
    pty.end().assert_restored();
}

/// A symbolic link counts as an existing file: after a confirmation the file that it points to is replaced.
#[test]
fn a_symbolic_link_is_confirmed_and_followed() {
    let folder = tempfile::tempdir().unwrap();
    let (file, link) = (folder.path().join("kept.toml"), folder.path().join("link.toml"));
    std::fs::write(&file, "mine").unwrap();
    symlink(&file, &link).unwrap();
    let mut pty = Pty::start(&["--set", "dimension=100"], 120, 36);
    pty.wait_for("peaks");
    save(&mut pty, link.to_str().unwrap());
    pty.wait_for("again overwrites it");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "mine");
    pty.send("\r");
    pty.wait_for("saved");
    assert!(link.is_symlink() && std::fs::read_to_string(&file).unwrap().starts_with("name = "));
    pty.send("q");
    pty.end().assert_restored();
}

#[test]
fn a_configuration_that_cannot_be_read_is_one_sentence_and_the_terminal_is_untouched() {
    let folder = tempfile::tempdir().unwrap();
    let end = Pty::start(&["--config", folder.path().to_str().unwrap()], 120, 36).end();
    assert_eq!(end.status.exit_code(), 2, "{}", end.contents);
    assert!(end.contents.contains("is a directory"), "{}", end.contents);
    end.assert_restored();
}

#[test]
fn without_a_terminal_the_error_names_other_commands() {
    use std::process::{Command, Stdio};
    for (input, output) in [(Stdio::null(), Stdio::null()), (Stdio::piped(), Stdio::piped())] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_riskscope"));
        let ended = command.env_remove("RUST_BACKTRACE").stdin(input).stdout(output).stderr(Stdio::piped());
        let ended = ended.spawn().unwrap().wait_with_output().unwrap();
        let said = String::from_utf8(ended.stderr).unwrap();
        assert_eq!((ended.status.code(), said.lines().count()), (Some(1), 1), "{said}");
        assert!(said.contains("riskscope eval") && ended.stdout.is_empty(), "{said}");
    }
}

/// Some terminals report size zero before they are visible.
#[test]
fn a_terminal_of_size_zero_is_waited_for() {
    let mut pty = Pty::start(&[], 0, 0);
    pty.settle(Duration::from_millis(120));
    pty.resize(120, 36);
    pty.wait_for("peaks");
    pty.resize(0, 0);
    pty.settle(Duration::from_millis(60));
    pty.resize(80, 24);
    pty.wait_for("infinite");
    pty.send("q");
    let end = pty.end();
    assert!(end.status.success());
    end.assert_restored();
}

/// Nothing is written to a terminal that cannot show a screen, nor before all inputs are known to be valid.
#[test]
fn a_failed_start_does_not_touch_the_terminal() {
    let entered = |pty: &Pty| pty.written().contains("\x1b[?1049h");
    for (term, code) in [(Some("dumb"), 1), (Some(""), 1), (None, 1)] {
        let binary = env!("CARGO_BIN_EXE_riskscope");
        let pty = Pty::run(binary, &[], 120, 36, &[("TERM", term)]);
        pty.wait_for("riskscope frame");
        assert!(!entered(&pty), "{term:?}");
        pty.settle(Duration::from_millis(20));
        assert_eq!(pty.end().status.exit_code(), code);
    }
    for missing in [
        &["--features", "none.npy", "--targets", "examples/packages/labels.txt"][..],
        &["--features", "examples/packages/features.npy", "--targets", "none.npy"],
        &[
            "--features",
            "a=examples/packages/features.npy",
            "--features",
            "b=none.npy",
            "--targets",
            "Cargo.toml",
        ],
        &["--featurization", "file", "--set", "featurization.path=none.npy"],
    ] {
        let pty = Pty::start(missing, 120, 36);
        pty.wait_for("none.npy: there is no such file");
        assert!(!entered(&pty), "{missing:?}");
        assert_eq!(pty.end().status.exit_code(), 2);
    }
}

/// `Q` quits and leaves the numbers of the last screen, with the command line that prints them again.
#[test]
fn quitting_can_print_the_readout() {
    let mut pty = Pty::start(&["--set", "dimension=100"], 120, 36);
    pty.wait_for("peaks");
    pty.send("Q");
    let end = pty.end();
    assert!(end.status.success());
    end.assert_restored();
    for words in ["# riskscope eval", "dimension=100", "ground truth", "2.58", "reweight all"] {
        assert!(end.contents.contains(words), "{words} is not in\n{}", end.contents);
    }
}

/// A script that runs the program is interrupted as well, as the job control of a shell expects.
#[test]
#[cfg(target_os = "linux")]
fn ctrl_z_stops_everything_in_the_foreground() {
    let line = r#""$0" --set dimension=100; true"#;
    let arguments = ["-c", line, env!("CARGO_BIN_EXE_riskscope")].map(str::to_owned);
    let mut pty = Pty::run("sh", &arguments, 120, 36, &[]);
    pty.wait_for("peaks");
    let shell = pty.process_id();
    let children = std::fs::read_to_string(format!("/proc/{shell}/task/{shell}/children")).unwrap();
    let child: u32 = children.trim().parse().unwrap();
    let state = |id: u32| {
        let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap();
        stat.rsplit_once(')').unwrap().1.trim_start().chars().next().unwrap()
    };
    pty.send("\x1a");
    pty.wait("both to stop", |_| state(shell) == 'T' && state(child) == 'T');
    let all = format!("-{shell}");
    assert!(std::process::Command::new("kill").args(["-s", "CONT", "--", &all]).status().unwrap().success());
    pty.wait_for("peaks");
    pty.send("q");
    pty.end().assert_restored();
}

/// Over a network an Esc may be the start of a key sequence; without more bytes it is read as Esc.
#[test]
fn a_lone_esc_over_a_network_is_esc() {
    let here = [("SSH_CONNECTION", Some("10.0.0.1 1 10.0.0.2 22"))];
    let mut pty = Pty::run(env!("CARGO_BIN_EXE_riskscope"), &[], 120, 36, &here);
    pty.wait_for("peaks");
    pty.send("?");
    pty.wait_for("freeze the curve");
    pty.send("\x1b");
    pty.wait("the help to close", |s| !s.contains("freeze the curve"));
    // Complete key sequences are not delayed.
    pty.send("\x1b[B\x1b[1;2C");
    pty.wait_for("0.919");
    pty.send("q");
    pty.end().assert_restored();
}

/// If the window is closed without a signal, the program saves the session and ends without a panic.
#[test]
#[cfg(target_os = "linux")]
fn a_closed_terminal_ends_quietly_and_the_session_is_kept() {
    use portable_pty::{CommandBuilder, PtySize, native_pty_system};
    use std::io::Read;
    let home = tempfile::tempdir().unwrap();
    let path = |name: &str| home.path().join(name);
    let size = PtySize { rows: 36, cols: 120, pixel_width: 0, pixel_height: 0 };
    let pair = native_pty_system().openpty(size).unwrap();
    // A process in a new session has no controlling terminal and gets no signal when the terminal closes: only read errors.
    let line = format!(
        "setsid \"$0\" --set dimension=100 --set noise=0.25 </dev/tty 2>{} & echo $! >{}; wait",
        path("stderr").display(),
        path("id").display()
    );
    let mut command = CommandBuilder::new("sh");
    command.args(["-c", &line, env!("CARGO_BIN_EXE_riskscope")]);
    command.env("XDG_STATE_HOME", home.path());
    command.env("TERM", "xterm-256color");
    command.cwd(env!("CARGO_MANIFEST_DIR"));
    let mut shell = pair.slave.spawn_command(command).unwrap();
    drop(pair.slave);
    let mut reader = pair.master.try_clone_reader().unwrap();
    let (mut seen, mut bytes) = (String::new(), [0; 4096]);
    while !seen.contains("peaks") {
        let count = reader.read(&mut bytes).unwrap();
        seen.push_str(&String::from_utf8_lossy(&bytes[..count]));
    }
    drop((reader, pair.master));
    let id = std::fs::read_to_string(path("id")).unwrap().trim().to_owned();
    let lives = || {
        let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
        stat.rsplit_once(')').is_some_and(|(_, rest)| !rest.trim_start().starts_with('Z'))
    };
    let start = std::time::Instant::now();
    while lives() {
        assert!(start.elapsed() < Duration::from_secs(10), "it lives on without its terminal");
        std::thread::sleep(Duration::from_millis(10));
    }
    let _ = shell.wait();
    let said = std::fs::read_to_string(path("stderr")).unwrap();
    assert!(said.is_empty(), "{said}");
    let kept = std::fs::read_to_string(path("riskscope/session.toml")).unwrap();
    assert!(kept.contains("0.25"), "{kept}");
}
