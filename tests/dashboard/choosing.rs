//! The command palette and the list of themes.

use std::fs;

use crate::common::Pty;

#[test]
fn the_palette_finds_and_does() {
    for (columns, rows) in [(120, 36), (60, 16)] {
        let mut pty = Pty::start(&[], columns, rows);
        pty.wait_for("n/p");
        // A parameter is focused: then an arrow changes it.
        pty.send(":noise");
        pty.wait("the line", |s| s.contains("▸ downstream: noise σ²"));
        pty.send("\r");
        pty.send("\x1b[C");
        pty.wait_for("σ² 0.125");
        // An action, by two words and an arrow down and up.
        pty.send(":data spectrum");
        pty.wait_for("▸ spectrum and data");
        pty.send("\x1b[B\x1b[A\r");
        pty.wait_for("eigenvalue");
        // A preset; what matches nothing says so, and Esc closes.
        pty.send(":zzzz");
        pty.wait_for("nothing matches");
        pty.send("\x15negative rid");
        pty.wait_for("▸ negative ridge");
        pty.send("\r1");
        pty.wait("the preset", |s| !s.contains("commands ─") && s.contains("λ optimal"));
        pty.send(":");
        pty.wait_for("▸ previous parameter");
        pty.send("\x1b");
        pty.wait("the palette is closed", |s| !s.contains("▸ previous parameter"));
        // A theme, without going through the list.
        pty.send(":sepia\r");
        pty.wait_for("theme sepia");
        pty.send("q");
        pty.end().assert_restored();
    }
}

#[test]
fn themes_are_previewed_kept_and_left() {
    let home = tempfile::tempdir().unwrap();
    let themes = home.path().join("riskscope/themes");
    fs::create_dir_all(&themes).unwrap();
    let theme = include_str!("../../themes/default.toml");
    let mine = theme.replace("name = \"default\"", "name = \"mine\"").replace("#12161c", "#0000ff");
    fs::write(themes.join("mine.toml"), mine).unwrap();
    let environment = [("XDG_CONFIG_HOME", home.path().to_str().unwrap()), ("COLORTERM", "truecolor")];
    let background = |pty: &Pty| pty.background(30, 0);

    let mut pty = Pty::start_with(&["--theme", "dusk"], 120, 36, &environment);
    pty.wait_for("its valley");
    let dusk = background(&pty);
    pty.send("T");
    pty.wait_for("▸ dusk");
    pty.send("\x1b[B\x1b[B\x1b[B\x1b[B");
    pty.wait_for("▸ mine");
    assert_eq!(background(&pty), vt100::Color::Rgb(0, 0, 255), "the preview");
    pty.send("\x1b");
    pty.wait("the list is closed", |s| !s.contains("▸ mine"));
    assert_eq!(background(&pty), dusk, "left as it was");
    pty.send("T");
    pty.wait_for("▸ dusk");
    pty.send("\x1b[B\x1b[B\r");
    pty.wait_for("theme mine");
    assert_eq!(background(&pty), vt100::Color::Rgb(0, 0, 255), "kept");
    pty.send("q");
    pty.end().assert_restored();

    // By name; and one that is none, when it is asked for and when it is not.
    let broken = theme.replace("floor = {", "flor = {");
    fs::write(themes.join("broken.toml"), broken).unwrap();
    let mut pty = Pty::start_with(&["--theme", "mine"], 120, 36, &environment);
    pty.wait_for("broken.toml: \"flor\" is not a role; the roles are");
    assert_eq!(background(&pty), vt100::Color::Rgb(0, 0, 255));
    pty.send("q");
    pty.end().assert_restored();
    let end = Pty::start_with(&["--theme", "broken"], 120, 36, &environment).end();
    assert_eq!(end.status.exit_code(), 2);
    assert!(end.contents.contains("broken.toml: \"flor\""), "{}", end.contents);
}
