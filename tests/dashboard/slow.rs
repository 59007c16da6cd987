//! A terminal that does not read: a hung connection, a stopped multiplexer.

use std::io::Write;
use std::time::{Duration, Instant};

use portable_pty::{CommandBuilder, PtySize, native_pty_system};

/// Longer than the second that a signal may take, with a margin for a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

/// Resident memory in kilobytes; `None` once the process has ended.
fn memory(id: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).ok()?;
    status.lines().find_map(|l| l.strip_prefix("VmRSS:"))?.trim().trim_end_matches(" kB").parse().ok()
}

fn wait(what: &str, mut until: impl FnMut() -> bool) {
    let start = Instant::now();
    while !until() {
        assert!(start.elapsed() < PATIENCE, "{what} did not come");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// When output is not read, input does not pile up, and every terminating signal ends the process.
#[test]
fn a_terminal_that_does_not_read_is_harmless() {
    std::thread::scope(|scope| {
        for signal in ["TERM", "INT", "HUP"] {
            scope.spawn(move || ended_by(signal));
        }
    });
}

fn ended_by(signal: &str) {
    let size = PtySize { rows: 60, cols: 200, pixel_width: 0, pixel_height: 0 };
    let pair = native_pty_system().openpty(size).unwrap();
    let mode = pair.master.get_termios().unwrap();
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_riskscope"));
    command.env("TERM", "xterm-256color");
    command.env("LC_ALL", "C.UTF-8");
    command.cwd(env!("CARGO_MANIFEST_DIR"));
    let mut child = pair.slave.spawn_command(command).unwrap();
    let id = child.process_id().unwrap();
    let mut writer = pair.master.take_writer().unwrap();
    // Switch views and values for as long as the terminal accepts input: 8 MB would be four million events.
    let typed = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let count = std::sync::Arc::clone(&typed);
    std::thread::spawn(move || {
        for _ in 0..2_000_000 {
            if writer.write_all(b"2\x1b[C1").is_err() {
                return;
            }
            count.fetch_add(5, std::sync::atomic::Ordering::Relaxed);
        }
    });
    // Input is no longer read once frames have filled the terminal's buffer and the input queue is full.
    let (mut last, mut since) = (0, Instant::now());
    wait("the terminal to be full", || {
        let now = typed.load(std::sync::atomic::Ordering::Relaxed);
        if now != last {
            (last, since) = (now, Instant::now());
        }
        last > 0 && since.elapsed() > Duration::from_millis(500)
    });
    assert!(last < 1_000_000, "{last} bytes of input were taken in");
    assert!(memory(id).unwrap() < 200_000, "{} kB", memory(id).unwrap());
    let sent = Instant::now();
    assert!(
        std::process::Command::new("kill").args(["-s", signal, &id.to_string()]).status().unwrap().success()
    );
    wait("the end", || child.try_wait().unwrap().is_some());
    assert!(sent.elapsed() > Duration::from_millis(500), "it was not held up at all");
    let status = child.wait().unwrap();
    assert!(!status.success(), "{status:?}");
    let now = pair.master.get_termios().unwrap();
    assert_eq!(format!("{mode:?}"), format!("{now:?}"), "SIG{signal}: the terminal's mode");
}
