//! Only glyphs that the terminal supports are written.

use crate::common::Pty;

/// Checks that the screen is ASCII.
fn assert_ascii(screen: &str, what: &str) {
    let other: String = screen.chars().filter(|c| !c.is_ascii()).collect();
    assert!(other.is_empty(), "{what}: {other:?} in\n{screen}");
}

/// Visits all views, lists and prompts, and calls `check` on each screen.
fn tour(arguments: &[&str], environment: &[(&str, &str)], size: (u16, u16), check: impl Fn(&str, &str)) {
    let mut pty = Pty::start_with(arguments, size.0, size.1, environment);
    pty.wait("the first screen", |s| s.contains("n/p") || s.contains("axes"));
    for keys in ["1", "2", "v", "3", "5", "4"] {
        pty.send(keys);
        check(&pty.settle(QUIET), keys);
    }
    // The plane shaded by gain, then the first view with a frozen curve, a target and a measurement.
    for keys in [":phase shade\r", "\x1b[B\r", "1f", "t0.3\r", "m"] {
        pty.send(keys);
        check(&pty.settle(QUIET), keys);
    }
    pty.send("m");
    for (open, shown) in
        [("?", "help -"), ("p", "presets -"), ("T", "theme -"), (":", "commands -"), ("g", "go to n")]
    {
        pty.send(open);
        check(&pty.wait_for(shown), open);
        pty.send("\x1b");
        pty.wait("it is closed", |s| !s.contains(shown));
    }
    // Typed text that the terminal cannot show is replaced.
    pty.send("sλé.toml");
    check(&pty.wait_for("e.toml"), "typed");
    pty.send("\x1b");
    pty.wait("the prompt is closed", |s| !s.contains("e.toml"));
    pty.send("q");
    pty.end().assert_restored();
}

const QUIET: std::time::Duration = std::time::Duration::from_millis(60);

#[test]
fn in_ascii_everything_is_ascii() {
    let small = ["--ascii", "--set", "dimension=60"];
    let data = ["--features", "examples/packages/features.npy", "--targets", "examples/packages/labels.txt"];
    for size in [(120, 36), (80, 24), (60, 16)] {
        tour(&small, &[], size, assert_ascii);
    }
    // ASCII because of the locale, with real data, whose lists differ.
    tour(&data, &[("LC_ALL", "C")], (120, 36), assert_ascii);
}

#[test]
fn the_locale_the_flag_and_the_configuration_choose() {
    let first = |arguments: &[&str], environment: &[(&str, &str)]| {
        let mut pty = Pty::start_with(arguments, 120, 36, environment);
        pty.wait_for("peaks");
        let screen = pty.settle(QUIET);
        pty.send("q");
        pty.end().assert_restored();
        let braille = screen.contains(|c| ('\u{2801}'..='\u{28ff}').contains(&c));
        let blocks = screen.contains('▀');
        (braille, blocks, screen.is_ascii())
    };
    let (braille, blocks, ascii) = ((true, false, false), (false, true, false), (false, false, true));
    assert_eq!(first(&[], &[]), braille);
    assert_eq!(first(&["--glyphs", "dots"], &[]), blocks);
    assert_eq!(first(&[], &[("LANG", "C")]), ascii);
    assert_eq!(first(&[], &[("TERM", "linux")]), ascii);
    assert_eq!(first(&["--glyphs", "braille"], &[("LANG", "C")]), braille);
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("c.toml");
    std::fs::write(&file, "glyphs = \"ascii\"\n").unwrap();
    assert_eq!(first(&["--config", file.to_str().unwrap()], &[]), ascii);
}
