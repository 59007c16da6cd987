//! The dashboard in a pseudo-terminal: what keys show on the screen, and the state of the terminal afterwards.

mod choosing;
mod colours;
#[path = "../common/mod.rs"]
mod common;
mod config;
mod demo;
mod faults;
mod glyphs;
mod mouse;
mod share;
mod slow;
mod ssh;
mod wire;

use std::time::Duration;

use common::Pty;

const SETTLED: Duration = Duration::from_millis(120);

#[test]
fn a_short_session() {
    let mut pty = Pty::start(&[], 120, 36);
    let screen = pty.wait_for("infinite");
    assert!(screen.contains("double divergence"), "{screen}");
    let screen = pty.wait("the flags", |s| s.contains("2.58, n = 200"));
    assert!(screen.contains("2.58"), "the named value of the default scenario:\n{screen}");
    assert!(screen.contains("n = 1000"), "the pole at n = p:\n{screen}");

    // The focus starts on the task's fraction; below it is its ratio ε = 1e-4.
    pty.send("\x1b[B");
    pty.wait_for("▸ ratio ε");
    // Ten steps of a tenth of a decade: ε = 1e-3, whose maximum is 0.919.
    pty.send("\x1b[1;2C");
    pty.wait_for("0.919");
    pty.send("u");
    pty.wait_for("2.58");

    pty.send("2");
    pty.wait("the decomposition", |s| s.contains("variance (label noise)") && s.contains("bias²"));
    pty.send("5");
    pty.wait("the spectrum", |s| s.contains("eigenvalue"));
    pty.send("1");
    pty.wait_for("peaks");
    pty.send("?");
    pty.wait("the help", |s| s.contains("freeze the curve") && s.contains("quit"));
    pty.send("\x1b");
    pty.settle(SETTLED);
    pty.send("q");
    let end = pty.end();
    assert!(end.status.success(), "{:?}", end.status);
    end.assert_restored();
}

#[test]
fn a_typed_value_is_taken_or_refused_with_a_sentence() {
    let mut pty = Pty::start(&[], 120, 36);
    pty.wait_for("peaks");
    // Moves the crosshair to n = 200 and checks the readout.
    pty.send("g200\r");
    pty.wait("the crosshair", |s| s.contains("at n = 200"));
    pty.send("tabc\r");
    pty.wait_for("abc is not a risk above 0");
    pty.send("\x15");
    pty.send("0.5\r");
    pty.wait("the samples needed", |s| s.contains("risk ≤ 0.5") && s.contains("n ≥"));
    pty.send("q");
    pty.end().assert_restored();
}

#[test]
fn the_terminal_is_restored_whatever_ends_it() {
    for (signal, code) in [("TERM", 143), ("INT", 130), ("HUP", 129)] {
        let pty = Pty::start(&[], 100, 30);
        pty.wait_for("peaks");
        let id = pty.process_id().to_string();
        assert!(std::process::Command::new("kill").args(["-s", signal, &id]).status().unwrap().success());
        let end = pty.end();
        assert_eq!(end.status.exit_code(), code, "SIG{signal}");
        end.assert_restored();
    }
}

#[test]
fn stopping_restores_the_terminal_and_continuing_redraws() {
    let mut pty = Pty::start(&[], 120, 36);
    pty.wait_for("peaks");
    let id = pty.process_id();
    let state = || {
        let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap();
        stat.rsplit_once(')').unwrap().1.trim_start().chars().next().unwrap()
    };
    let signal = |name: &str| {
        let id = id.to_string();
        assert!(std::process::Command::new("kill").args(["-s", name, &id]).status().unwrap().success());
    };
    // Ends by its key, then by a signal from another process.
    for by_key in [true, false] {
        if by_key {
            pty.send("\x1a")
        } else {
            signal("TSTP")
        }
        let given_back = || {
            let mut back = false;
            pty.with_screen(|screen| {
                back = !(screen.alternate_screen() || screen.hide_cursor() || screen.bracketed_paste());
            });
            back
        };
        pty.wait("the process to stop and give the terminal back", |_| state() == 'T' && given_back());
        signal("CONT");
        pty.wait_for("peaks");
        pty.send("2");
        pty.wait_for("% variance");
        // Ctrl-L draws the whole screen again at once.
        let before = pty.bytes();
        pty.send("\x0c");
        pty.wait("a whole screen of bytes", |_| pty.bytes() - before > 3000);
        pty.send("1");
        pty.wait_for("peaks");
    }
    pty.send("q");
    pty.end().assert_restored();
}

#[test]
fn a_scenario_that_cannot_be_computed_is_reported_in_the_shell() {
    let pty =
        Pty::start(&["--features", "no/such.npy", "--targets", "examples/packages/labels.txt"], 120, 36);
    let end = pty.end();
    assert_eq!(end.status.exit_code(), 2);
    assert!(end.contents.contains("no/such.npy"), "{}", end.contents);
    end.assert_restored();
}

#[test]
fn real_features_show_their_curve_and_their_tasks() {
    let data = ["--features", "examples/packages/features.npy", "--targets", "examples/packages/labels.txt"];
    let mut pty = Pty::start(&[&data[..], &["--task", "games"]].concat(), 120, 36);
    pty.wait("the pole at the rank", |s| s.contains("infinite, n = 382"));
    pty.send("5");
    pty.wait("the tasks", |s| s.contains("N 1500 rows") && s.contains("science"));
    // The task is the first parameter; the next one is found by name.
    pty.send("\x1b[A\x1b[A\x1b[A\x1b[C");
    pty.wait_for("‹ gnome ›");
    pty.send("q");
    pty.end().assert_restored();
}

/// A panic on the main thread, which an environment variable causes in debug builds only.
#[test]
#[cfg_attr(not(debug_assertions), ignore = "only debug builds can be asked for a panic")]
fn a_panic_restores_the_terminal_and_is_reported() {
    let pty = Pty::start_with(&[], 100, 30, &[("RISKSCOPE_TEST_PANIC", "main")]);
    let end = pty.end();
    assert!(!end.status.success());
    assert!(end.contents.contains("panic"), "{}", end.contents);
    end.assert_restored();
}

/// A panic in the computation is a message on screen; the next change computes again.
#[test]
#[cfg_attr(not(debug_assertions), ignore = "only debug builds can be asked for a panic")]
fn a_panic_on_the_worker_is_shown_and_survived() {
    let room = tempfile::tempdir().unwrap();
    let log = room.path().join("log.txt");
    let arguments = ["--log", log.to_str().unwrap()];
    let environment = [("RISKSCOPE_TEST_PANIC", "worker"), ("XDG_STATE_HOME", room.path().to_str().unwrap())];
    let mut pty = Pty::start_with(&arguments, 120, 36, &environment);
    pty.wait_for("internal error");
    pty.wait_for("the report is in");
    let report = std::fs::read_to_string(room.path().join("riskscope/crash.txt")).unwrap();
    assert!(
        report.contains("jobs.rs") && report.contains("engine"),
        "where it was, and the way there: {report}"
    );
    pty.send("\x1b[B\x1b[B\x1b[C");
    pty.wait_for("peaks");
    pty.send("q");
    let end = pty.end();
    assert!(end.status.success());
    end.assert_restored();
    let kept = std::fs::read_to_string(&log).unwrap();
    assert!(kept.contains("panicked") && kept.contains(".rs:"), "the report is in the log: {kept}");
}

#[test]
fn every_size_is_survived() {
    let mut pty = Pty::start(&[], 120, 36);
    pty.wait_for("peaks");
    for (columns, rows) in
        [(1, 1), (2, 40), (200, 2), (59, 16), (60, 16), (80, 24), (200, 60), (33, 5), (120, 36)]
    {
        pty.resize(columns, rows);
        pty.send("2");
        pty.settle(Duration::from_millis(60));
        pty.send("1");
        pty.settle(Duration::from_millis(60));
    }
    pty.wait_for("peaks");
    pty.resize(40, 10);
    pty.wait_for("needs 60×16");
    pty.send("q");
    let end = pty.end();
    assert!(end.status.success());
    end.assert_restored();
}

#[test]
fn measured_points_agree_with_the_curve_and_belong_to_their_scenario() {
    let small = ["--preset", "isotropic-double-descent", "--set", "dimension=60"];
    let mut pty = Pty::start(&small, 120, 36);
    pty.wait_for("infinite, n = 60");
    pty.send("m");
    let screen = pty.wait_for("from the theory");
    assert!(screen.contains("32 fits each"), "{screen}");
    assert!(screen.matches('●').count() >= 10, "points on the curve:\n{screen}");
    // More draws at the same points, then another scenario while they run: their results are discarded.
    pty.send("m");
    pty.send("l");
    pty.wait("the points are gone", |s| !s.contains("fits each") && !s.contains("measuring"));
    let screen = pty.settle(SETTLED);
    assert!(!screen.contains("fits each"), "nothing comes back:\n{screen}");
    pty.send("q");
    pty.end().assert_restored();
}

#[test]
fn a_measurement_can_be_stopped_and_resumed() {
    let mut pty = Pty::start(&["--set", "dimension=400"], 120, 36);
    pty.wait_for("infinite, n = 400");
    pty.send("m");
    pty.wait("progress", |s| s.contains("m stops") && s.contains('%'));
    pty.resize(100, 30);
    pty.send("m");
    pty.wait_for("fits each");
    pty.send("q");
    pty.end().assert_restored();
}
