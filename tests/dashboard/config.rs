//! The user's configuration file: its settings, and its errors.

use std::fs;

use crate::common::Pty;

/// A configuration directory with this `config.toml`.
fn home(config: &str) -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    fs::create_dir(home.path().join("riskscope")).unwrap();
    fs::write(home.path().join("riskscope/config.toml"), config).unwrap();
    home
}

fn start(home: &tempfile::TempDir, arguments: &[&str]) -> Pty {
    Pty::start_with(arguments, 120, 36, &[("XDG_CONFIG_HOME", home.path().to_str().unwrap())])
}

#[test]
fn keys_view_and_mouse_follow_the_configuration() {
    let home = home(
        "view = \"variance\"\nmouse = true\ntheme = \"sepia\"\n\
         [keys]\nview-data = [\"f5\", \"ctrl-d\"]\nhelp = \"f1\"\nfreeze = \"?\"\n",
    );
    let mut pty = start(&home, &[]);
    let shown = ["% variance (label noise)", "F5 data", "F1 help"];
    pty.wait("the variance view and its keys", |s| shown.iter().all(|part| s.contains(part)));
    pty.send("\x1bOP");
    pty.wait_for("F5 ^D spectrum and data");
    pty.send("\x1b");
    pty.wait("the help is closed", |s| !s.contains("spectrum and data"));
    // Key 5 is unbound, and Ctrl-D is bound.
    pty.send("5\x04");
    pty.wait_for("eigenvalue");
    pty.send("q");
    pty.end().assert_restored();
    // The configuration file has not changed.
    assert_eq!(fs::read_dir(home.path().join("riskscope")).unwrap().count(), 1);
    // Flags have precedence over the configuration.
    let mut pty = start(&home, &["--view", "data"]);
    pty.wait_for("eigenvalue");
    pty.send("q");
    pty.end().assert_restored();
}

#[test]
fn a_wrong_configuration_is_one_sentence_in_the_shell() {
    let end = start(&home("[keys]\nhelp = \"q\"\n"), &[]).end();
    assert_eq!(end.status.exit_code(), 2);
    assert!(end.contents.contains("config.toml: [keys]: \"q\" is the key of both"), "{}", end.contents);
    end.assert_restored();
    let end = Pty::start(&["--config", "no/such.toml"], 120, 36).end();
    assert_eq!(end.status.exit_code(), 2);
    assert!(end.contents.contains("no/such.toml"), "{}", end.contents);
}

#[test]
fn the_printed_configuration_is_valid() {
    let output =
        assert_cmd::Command::cargo_bin("riskscope").unwrap().arg("--print-config").assert().success();
    let text = String::from_utf8(output.get_output().stdout.clone()).unwrap();
    assert!(text.contains("#quit = [\"q\", \"ctrl-c\"]"), "{text}");
    let mut pty = start(&home(&text), &[]);
    pty.wait_for("peaks");
    pty.send("q");
    assert!(pty.end().status.success());
}

/// `--resume` restores the scenario, view, crosshair, frozen curves and target; without it nothing is restored.
#[test]
fn a_session_is_resumed_on_request() {
    let home = tempfile::tempdir().unwrap();
    let start = |arguments: &[&str]| {
        Pty::start_with(arguments, 120, 36, &[("XDG_STATE_HOME", home.path().to_str().unwrap())])
    };
    let none = start(&["--resume"]);
    none.wait_for("no session has been saved yet");
    assert_eq!(none.end().status.exit_code(), 2);
    let data =
        ["--features", "examples/packages/features.npy", "--targets", "examples/packages/labels-300.txt"];
    let mut pty = start(&[&data[..], &["--task", "games"]].concat());
    pty.wait_for("300 labels: risk");
    pty.send("g200\r");
    pty.wait_for("n = 200");
    pty.send("t0.7\r");
    pty.wait_for("0.700 needs about");
    pty.send("fi");
    pty.wait_for("pin n 200");
    pty.send("5");
    pty.wait_for("N 300 rows");
    pty.send("q");
    pty.end().assert_restored();

    // Not restored without the flag. A killed process leaves the previously saved session unchanged.
    let fresh = start(&[]);
    fresh.wait_for("double divergence");
    let id = fresh.process_id().to_string();
    assert!(std::process::Command::new("kill").args(["-s", "KILL", &id]).status().unwrap().success());
    fresh.end();
    let mut pty = start(&["--resume"]);
    pty.wait_for("N 300 rows");
    pty.send("F");
    pty.wait_for("remove A");
    pty.send("\x1b");
    pty.wait("the list is closed", |s| !s.contains("remove A"));
    pty.send("1");
    pty.wait("the crosshair and the target", |s| {
        s.contains("n = 200")
            && s.contains("0.700 needs about")
            && s.contains("games")
            && s.contains("pin n 200 →")
    });
    pty.send("q");
    pty.end().assert_restored();
    let refused = start(&["--resume", "--preset", "misaligned"]);
    refused.wait_for("cannot be used with");
    assert_eq!(refused.end().status.exit_code(), 2);
}
