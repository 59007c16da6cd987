//! Output of the dashboard: text copied through the terminal, exported files.

use std::process::Command;
use std::time::Duration;

use super::common::Pty;

const SETTLED: Duration = Duration::from_millis(150);

/// Moves down the list that `key` opens, `steps` times, then presses Enter.
fn choose(pty: &mut Pty, key: &str, steps: usize) {
    pty.send(key);
    pty.wait("the list", |s| s.contains("the readout, as text"));
    pty.send(&"\x1b[B".repeat(steps));
    pty.send("\r");
}

/// The text that was put on the clipboard last.
fn copied(pty: &Pty) -> String {
    let start = std::time::Instant::now();
    loop {
        if let Some(text) = pty.clipboard() {
            return text;
        }
        assert!(start.elapsed() < Duration::from_secs(10), "nothing was copied:\n{}", pty.contents());
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Runs a copied command line with the binary under test first in the path.
fn run(line: &str) -> String {
    let bin = std::path::Path::new(env!("CARGO_BIN_EXE_riskscope")).parent().unwrap();
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    let out = Command::new("sh").args(["-c", line]).env("PATH", path).output().unwrap();
    assert!(out.status.success(), "{line}: {}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8(out.stdout).unwrap()
}

#[test]
fn the_copied_line_prints_the_numbers_on_screen() {
    let mut pty = Pty::start(&["--preset", "source-condition", "--set", "dimension=300"], 120, 36);
    pty.wait_for("at n =");
    // Changes of every kind: a slider, a typed value, a choice, the crosshair.
    pty.send("\x1b[C\x1b[C");
    pty.send("g57\r");
    let screen = pty.press("", Duration::from_millis(400));
    choose(&mut pty, "y", 1);
    let line = copied(&pty);
    assert!(line.starts_with("riskscope eval "), "{line}");
    let printed: Vec<serde_json::Value> =
        serde_json::from_str(&run(&format!("{} --json", line.trim()))).unwrap();
    let row = screen.lines().find(|l| l.starts_with(" ╸╸╸ raw")).expect("the readout's row");
    let shown: Vec<f64> = row
        .split("╸╸╸ raw")
        .nth(1)
        .unwrap()
        .split_whitespace()
        .map_while(|v| v.replace('−', "-").parse().ok())
        .collect();
    assert_eq!(shown.len(), 5, "{row}");
    let keys = ["risk", "bias", "variance_x", "variance_x_noise", "noise"];
    for (key, shown) in keys.iter().zip(shown) {
        let value = printed[0][key].as_f64().unwrap();
        // Three digits are shown: the number on screen is the printed one, rounded.
        assert!(
            (value - shown).abs() <= 0.5001 * 10f64.powf(value.abs().log10().floor() - 2.0)
                || value == shown
                || value.abs() < 1e-15,
            "{key}: {value} printed, {shown} on screen"
        );
    }
    assert_eq!(printed[0]["samples"], 57);

    // The command line of the view, and the readout with its command line.
    choose(&mut pty, "y", 0);
    pty.press("", SETTLED);
    let line = copied(&pty);
    assert!(line.starts_with("riskscope curve "), "{line}");
    assert!(line.contains("--log"), "power laws open on a logarithmic axis: {line}");
    let table = run(&format!("{} --points 5", line.trim().replace("--format svg", "--format csv")));
    assert!(table.contains("\nraw,") && table.contains("\noptimal,"), "the curves on screen:\n{table}");
    choose(&mut pty, "y", 2);
    pty.press("", SETTLED);
    let text = copied(&pty);
    assert!(text.starts_with("# riskscope eval ") && text.contains("bias²"), "{text}");
    pty.send("q");
    pty.end().assert_restored();
}

#[test]
fn exports_are_complete_and_confirm_replacement() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let mut pty = Pty::start(&["--set", "dimension=100"], 120, 36);
    pty.wait_for("peaks");
    let read = |name: &str| std::fs::read(folder.path().join(name)).unwrap();
    for (steps, name, starts) in [
        (7, "a.toml", b"name = ".as_slice()),
        (2, "a.csv", b"featurization"),
        (0, "a.svg", b"<svg"),
        (1, "a.png", b"\x89PNG"),
        (3, "screen.svg", b"<svg"),
    ] {
        choose(&mut pty, "e", steps);
        pty.wait_for("save as");
        pty.send("\x15");
        pty.send(&format!("{}\r", path(name)));
        pty.wait("the file", |s| s.contains("saved"));
        pty.press("", SETTLED);
        let start = read(name);
        if name == "a.svg" {
            let text = String::from_utf8(start.clone()).unwrap();
            assert!(text.contains("<desc>riskscope curve"), "the line that makes it is inside");
        }
        assert!(start.starts_with(starts), "{name}: {:?}", String::from_utf8_lossy(&start[..40]));
    }
    // A name that exists: another key cancels, a second Enter replaces the file.
    std::fs::write(folder.path().join("a.toml"), "mine").unwrap();
    choose(&mut pty, "e", 7);
    pty.send("\x15");
    pty.send(&format!("{}\r", path("a.toml")));
    pty.wait_for("again overwrites it");
    assert_eq!(read("a.toml"), b"mine");
    pty.send("x\x7f\r");
    pty.wait_for("again overwrites it");
    assert_eq!(read("a.toml"), b"mine", "another key takes the answer back");
    pty.send("\r");
    pty.wait_for("saved");
    assert!(read("a.toml").starts_with(b"name = "));
    choose(&mut pty, "e", 2);
    pty.send("\x15");
    pty.send(&format!("{}\r", path("no/such/folder.csv")));
    pty.wait_for("does not exist");
    pty.send("q");
    pty.end().assert_restored();
}
