//! Output volume and timing: bytes per step, no output while idle, time to the first frame, a repeated key.
//!
//! Time limits are those of the release build (`cargo test --release`); a debug build has a wider limit.

use std::path::Path;
use std::time::{Duration, Instant};

use super::common::Pty;

/// The limit in milliseconds of a release build, or that of a debug build on a busy machine.
fn within(milliseconds: u64) -> Duration {
    Duration::from_millis(if cfg!(debug_assertions) { 2000 } else { milliseconds })
}

#[test]
fn a_step_of_any_parameter_is_at_most_4_kilobytes() {
    let mut pty = Pty::start(&[], 120, 36);
    pty.wait_for("peaks");
    pty.settle(Duration::from_millis(300));
    let quiet = Duration::from_millis(if cfg!(debug_assertions) { 80 } else { 40 });
    // A debug build is slow enough to show a coarse curve first, in a separate frame.
    let most_allowed = if cfg!(debug_assertions) { 2 * 4096 } else { 4096 };
    let mut steps = 0;
    let mut most = 0;
    // To the first parameter, then down the panel; each one is stepped forth and back.
    pty.press(&"\x1b[A".repeat(30), quiet);
    for _ in 0..12 {
        for key in ["\x1b[C", "\x1b[D"] {
            let before = pty.bytes();
            pty.press(key, quiet);
            let bytes = pty.bytes() - before;
            assert!(bytes <= most_allowed, "{bytes} bytes for one step:\n{}", pty.contents());
            steps += usize::from(bytes > 0);
            most = most.max(bytes);
        }
        pty.press("\x1b[B", quiet);
    }
    assert!(steps >= 16, "only {steps} steps changed anything");
    assert!(most > 300, "at most {most} bytes: did anything move?");
}

#[test]
fn no_output_while_idle() {
    let pty = Pty::start(&[], 120, 36);
    pty.wait_for("peaks");
    pty.settle(Duration::from_millis(300));
    let (bytes, wakes) = (pty.bytes(), wake_ups(pty.process_id()));
    assert!(wakes > 0, "the threads are counted");
    std::thread::sleep(Duration::from_millis(700));
    assert_eq!(pty.bytes(), bytes, "something was drawn while nothing happened");
    assert_eq!(wake_ups(pty.process_id()), wakes, "a thread woke up while nothing happened");
}

/// Context switches of all threads of a process so far.
fn wake_ups(id: u32) -> u64 {
    let threads = std::fs::read_dir(Path::new("/proc").join(id.to_string()).join("task")).unwrap();
    let switches = |status: String| -> u64 {
        status
            .lines()
            .filter(|line| line.contains("ctxt_switches"))
            .map(|line| line.rsplit(char::is_whitespace).next().unwrap().parse::<u64>().unwrap())
            .sum()
    };
    threads.map(|t| switches(std::fs::read_to_string(t.unwrap().path().join("status")).unwrap())).sum()
}

#[test]
fn the_first_frame_comes_at_once() {
    let start = Instant::now();
    let pty = Pty::start(&[], 120, 36);
    pty.wait_for("peaks");
    let took = start.elapsed();
    assert!(took <= within(100), "{took:?} to the first frame");
}

#[test]
fn a_repeated_key_ends_at_the_right_value() {
    let mut pty = Pty::start(&[], 120, 36);
    pty.wait_for("▸ fraction");
    pty.settle(Duration::from_millis(200));
    // Key repeat: 30 a second for 2 seconds, each a step of 0.01 from 0.2.
    for _ in 0..60 {
        pty.send("\x1b[C");
        std::thread::sleep(Duration::from_millis(33));
    }
    let released = Instant::now();
    pty.wait("the last value", |s| s.contains("▸ fraction        0.800") && s.contains("n = 800"));
    let took = released.elapsed();
    assert!(took <= within(150), "settled {took:?} after the key was released");
    let screen = pty.contents();
    assert_eq!(pty.settle(Duration::from_millis(300)), screen, "the screen changes after it had settled");
}

/// A key pressed while a computation is running is handled: whatever was shown in between, the
/// final numbers are those of the last key.
#[test]
fn two_quick_keys_end_at_the_second() {
    let mut pty = Pty::start(&[], 120, 36);
    pty.wait_for("peaks");
    // On the ratio ε: at 1e-4 the maximum is 2.58; the key steps it up.
    pty.send("\x1b[B");
    pty.wait_for("▸ ratio ε");
    for pause in (0..48).map(|i| Duration::from_micros(250 * i)) {
        pty.send("\x1b[C");
        std::thread::sleep(pause);
        pty.send("\x1b[D");
        pty.wait("the numbers of the second key", |s| s.contains("ε       1.00e-4") && s.contains("2.58"));
        pty.send("\x1b[C");
        std::thread::sleep(pause);
        pty.send("\x1b[C");
        pty.wait("the numbers of the second key", |s| s.contains("ε       1.60e-4") && s.contains("2.07"));
        pty.send("\x1b[D\x1b[D");
        pty.wait("both steps back", |s| s.contains("ε       1.00e-4") && s.contains("2.58"));
    }
    pty.send("q");
    pty.end().assert_restored();
}
