//! The command palette, the list of themes, and the help for the focused parameter.

use std::fs;

use crate::SETTLED;
use crate::common::Pty;

#[test]
fn the_palette_finds_and_runs_actions() {
    for (columns, rows) in [(120, 36), (60, 16)] {
        let mut pty = Pty::start(&[], columns, rows);
        pty.wait_for("n/p");
        // When a parameter is focused, an arrow changes it.
        pty.send(":noise");
        pty.wait("the line", |s| s.contains("▸ downstream: noise σ²"));
        pty.send("\r");
        pty.send("\x1b[C");
        pty.wait_for("σ² 0.125");
        // An action, found by two words, after an arrow down and up.
        pty.send(":data spectrum");
        pty.wait_for("▸ spectrum and data");
        pty.send("\x1b[B\x1b[A\r");
        pty.wait_for("eigenvalue");
        // A preset; a search without matches says so, and Esc closes the palette.
        pty.send(":zzzz");
        pty.wait_for("nothing matches");
        pty.send("\x15negative rid");
        pty.wait_for("▸ negative ridge");
        pty.send("\r1");
        pty.wait("the preset", |s| !s.contains("commands ─") && s.contains("Raw with n = 64"));
        pty.send(":");
        pty.wait_for("▸ previous parameter");
        pty.send("\x1b");
        pty.wait("the palette is closed", |s| !s.contains("▸ previous parameter"));
        // A theme from the palette, without opening the list of themes.
        pty.send(":sepia\r");
        pty.wait_for("theme sepia");
        pty.send("q");
        pty.end().assert_restored();
    }
}

#[test]
fn themes_are_previewed_chosen_and_cancelled() {
    let home = tempfile::tempdir().unwrap();
    let themes = home.path().join("riskscope/themes");
    fs::create_dir_all(&themes).unwrap();
    let theme = include_str!("../../themes/default.toml");
    let mine = theme.replace("name = \"default\"", "name = \"mine\"").replace("#12161c", "#0000ff");
    fs::write(themes.join("mine.toml"), mine).unwrap();
    let environment = [("XDG_CONFIG_HOME", home.path().to_str().unwrap()), ("COLORTERM", "truecolor")];
    let background = |pty: &Pty| pty.background(30, 0);
    let blue = vt100::Color::Rgb(0, 0, 255);

    let mut pty = Pty::start_with(&["--theme", "dusk"], 120, 36, &environment);
    pty.settle(SETTLED);
    let dusk = background(&pty);
    pty.send("T");
    pty.wait_for("▸ dusk");
    pty.send("\x1b[B\x1b[B\x1b[B\x1b[B");
    pty.wait("the preview", |s| s.contains("▸ mine") && background(&pty) == blue);
    pty.send("\x1b");
    pty.wait("the theme as it was", |s| !s.contains("▸ mine") && background(&pty) == dusk);
    pty.send("T");
    pty.wait_for("▸ dusk");
    pty.send("\x1b[B\x1b[B\r");
    pty.wait("the theme kept", |s| s.contains("theme mine") && background(&pty) == blue);
    pty.send("q");
    pty.end().assert_restored();

    // A theme by name; a broken theme file is a warning, and an error only if that theme is requested.
    let broken = theme.replace("floor = {", "flor = {");
    fs::write(themes.join("broken.toml"), broken).unwrap();
    let mut pty = Pty::start_with(&["--theme", "mine"], 120, 36, &environment);
    let words = "broken.toml: \"flor\" is not a role; the roles are";
    pty.wait(words, |s| s.contains(words) && background(&pty) == blue);
    pty.send("q");
    pty.end().assert_restored();
    let end = Pty::start_with(&["--theme", "broken"], 120, 36, &environment).end();
    assert_eq!(end.status.exit_code(), 2);
    assert!(end.contents.contains("broken.toml: \"flor\""), "{}", end.contents);
}

#[test]
fn the_help_explains_what_is_focused_and_where_the_crosshair_is() {
    let mut pty = Pty::start(&[], 120, 36);
    pty.wait_for("peaks");
    let mut explained = |keys: &str, wanted: &[&str]| {
        pty.send(keys);
        pty.wait(wanted[0], |s| wanted.iter().all(|part| s.contains(part)) && s.contains("help ─"));
        pty.send("\x1b");
        pty.wait("the help is closed", |s| !s.contains("help ─"));
    };
    // The crosshair starts on the near-divergence; `n` moves to the next flag and wraps around.
    explained("?", &["peak at n/p 0.2001", "task.fraction", "ε → 0 (§4)", "arXiv 2404.12481", "quit"]);
    explained(
        "n?",
        &[
            "best features change: reweight all (soft) → keep the top (hard) at n/p 0.3244",
            "M ∝ S + μI",
            "τ > R/α",
        ],
    );
    explained("n?", &["pole at n/p 1.0000", "R ≈ C/|α − rank|", "= 0.100 (§4)"]);
    explained("n?", &["peak at n/p 0.2001"]);
    explained("N?", &["pole at n/p 1.0000"]);
    explained(
        "<<<?",
        &["best features at the crosshair: keep the top (hard)", "its energy pays for its parameter"],
    );
    explained(":featurization kind\r?", &["ground-truth: F = Σ_θ", "featurization.kind"]);
    // Where the help does not fit, it scrolls to its end and no further.
    pty.resize(60, 16);
    pty.settle(SETTLED);
    pty.send("?");
    pty.wait_for("featurization.kind");
    pty.send(&"j".repeat(90));
    pty.wait_for("this help");
    pty.send("k");
    pty.wait("one line back", |s| !s.contains("this help") || !s.contains(" q quit"));
    pty.send("\x1b");
    pty.wait("the help is closed", |s| !s.contains("help ─"));
    pty.send("q");
    pty.end().assert_restored();
}

/// Citations in the help are hyperlinks in terminals that support them, else plain text.
#[test]
fn the_help_links_to_papers() {
    for (knows, links) in [("1", true), ("0", false)] {
        let mut pty = Pty::start_with(&[], 120, 36, &[("FORCE_HYPERLINK", knows)]);
        pty.wait_for("peaks");
        pty.send("?");
        pty.wait_for("arXiv 2404.12481");
        let link = "\x1b]8;;https://arxiv.org/abs/2404.12481\x1b\\arXiv 2404.12481\x1b]8;;\x1b\\";
        assert_eq!(pty.written().contains(link), links);
        assert_eq!(pty.written().matches("\x1b]8;").count(), if links { 2 } else { 0 });
    }
}
