//! Mouse input, as a terminal reports it.

use crate::common::Pty;

/// Mouse reports as SGR sequences; columns and rows count from 1.
fn mouse(button: u16, (column, row): (usize, usize), pressed: bool) -> String {
    format!("\x1b[<{button};{column};{row}{}", if pressed { 'M' } else { 'm' })
}

fn click(at: (usize, usize)) -> String {
    mouse(0, at, true) + &mouse(0, at, false)
}

/// Column and row (from 1) where a text begins on screen.
fn find(screen: &str, text: &str) -> (usize, usize) {
    let found = screen
        .lines()
        .enumerate()
        .find_map(|(row, line)| line.find(text).map(|byte| (line[..byte].chars().count() + 1, row + 1)));
    found.unwrap_or_else(|| panic!("{text} is not on screen:\n{screen}"))
}

#[test]
fn mouse_input() {
    let mut pty = Pty::start(&[], 120, 36);
    pty.wait_for("peaks");
    pty.send("M");
    pty.wait_for("mouse on");

    // Hovering moves the crosshair; of a burst of moves only the last one is applied.
    let burst: String = (40..=80).map(|column| mouse(35, (column, 12), true)).collect();
    pty.send(&burst);
    let at = |s: &str| {
        let digits = s
            .lines()
            .find_map(|l| l.strip_prefix(" at n = "))?
            .split(|c: char| !c.is_ascii_digit())
            .next()?;
        digits.parse::<f64>().ok().map(|n| n / 1000.0)
    };
    let screen = pty.wait("the crosshair", |s| at(s).is_some_and(|a| a > 1.4));
    let ratio = at(&screen).unwrap();
    // Column 80 of a plot that extends from the axis line to the panel, 0.02 to 1.6.
    let left = find(&screen, "┤").0 as f64 + 1.0;
    let wanted = 0.02 + 1.58 * (80.0 - left) / (86.0 - left);
    assert!((ratio - wanted).abs() < 0.02, "{ratio} {wanted}\n{screen}");

    // A click focuses a parameter, the wheel steps it: ε from 1e-4 to 1.25e-4 and back.
    let epsilon = find(&screen, "ratio ε");
    pty.send(&mouse(64, epsilon, true));
    pty.wait("a step", |s| s.contains("▸ ratio ε") && s.contains("1.25e-4"));
    pty.send(&mouse(65, epsilon, true));
    pty.wait_for("1.00e-4");
    pty.send(&click(find(&screen, "alignment")));
    pty.wait_for("▸ alignment");

    // A drag along the slider to its end is one step of undo.
    let track = screen.lines().nth(epsilon.1 - 1).unwrap().chars().collect::<Vec<_>>();
    let knob = track.iter().position(|c| *c == '●').unwrap() + 1;
    let end = track.iter().rposition(|c| *c == '─').unwrap() + 1;
    pty.send(&mouse(0, (knob, epsilon.1), true));
    for column in knob..=end + 3 {
        pty.send(&mouse(32, (column, epsilon.1), true));
    }
    pty.send(&mouse(0, (end, epsilon.1), false));
    pty.wait("the slider's end", |s| {
        s.lines().any(|l| l.contains("ratio ε") && l.contains("1.00 ") && l.contains("━●"))
    });
    pty.send("u");
    pty.wait_for("1.00e-4");

    // The wheel over the plot zooms and keeps the value under the pointer in place.
    pty.send(&mouse(64, (80, 12), true));
    let whole = |s: &str| s.lines().any(|l| l.starts_with("     0.02 "));
    pty.wait("a zoom", |s| !whole(s));
    pty.send("u");

    // Click a tab; in the phase plane a click also sets the noise.
    let screen = pty.wait("the whole range", whole);
    pty.send(&click(find(&screen, "4 phase")));
    // Wait for map and panel, since a frame may arrive in parts.
    let noise = |s: &str| {
        s.lines().find(|l| l.contains("│  noise σ² ") || l.contains("│▸ noise σ² ")).map(str::to_owned)
    };
    pty.wait("the map", |s| s.contains("★ reweighting, keeping the top") && noise(s).is_some());
    pty.send(&click((30, 8)));
    pty.wait("another noise and crosshair", |s| {
        noise(s).is_some_and(|l| !l.contains("0.100")) && at(s).is_some_and(|a| a < 0.6)
    });

    // Click a preset, then give the mouse back to the terminal.
    pty.send("p");
    let screen = pty.wait_for("negative ridge");
    pty.send(&click(find(&screen, "negative ridge")));
    pty.wait("the preset", |s| s.lines().next().is_some_and(|l| l.contains("negative ridge")));
    pty.send("M");
    pty.wait_for("the terminal's own selection works");
    pty.send("q");
    pty.end().assert_restored();
}
