//! Colour depth of the terminal, and the theme for its background.

use crate::SETTLED;
use crate::common::Pty;

/// Visits the views, the help and the lists, and returns all output.
fn tour(environment: &[(&str, &str)]) -> String {
    let mut pty = Pty::start_with(&[], 120, 36, environment);
    pty.wait_for("peaks");
    // Waits for words without symbols, since the console shows ASCII.
    for (keys, seen) in [
        ("2", "% variance"),
        ("3", "features"),
        ("4", "triple point"),
        ("5", "eigenvalue"),
        ("?", "previous group"),
        ("\x1b", ""),
        ("p", "negative ridge"),
        ("\x1b", ""),
        (":", "previous parameter"),
    ] {
        pty.send(keys);
        pty.wait_for(seen);
        if keys == "\x1b" {
            pty.wait("what was open is closed", |s| {
                !s.contains("negative ridge") && !s.contains("previous group")
            });
        }
    }
    pty.send("\x03");
    let written = pty.written();
    let end = pty.end();
    end.assert_restored();
    written
}

/// The parameters of every SGR sequence.
fn looks(written: &str) -> Vec<Vec<u16>> {
    let sequences = written.split("\x1b[").skip(1);
    let parameters = sequences.filter_map(|s| s.split_once('m')).map(|(p, _)| p);
    let numbers = parameters.filter(|p| p.bytes().all(|b| b.is_ascii_digit() || b == b';'));
    numbers.map(|p| p.split(';').map(|n| n.parse().unwrap_or(0)).collect()).collect()
}

/// How colours are set: by 16 names, by a number of 256, by red, green and blue.
fn kinds(written: &str) -> (usize, usize, usize) {
    let mut kinds = (0, 0, 0);
    for look in looks(written) {
        let mut rest = look.as_slice();
        while let Some((first, after)) = rest.split_first() {
            rest = after;
            match (first, after) {
                (38 | 48, [5, _, after @ ..]) => {
                    kinds.1 += 1;
                    rest = after;
                }
                (38 | 48, [2, _, _, _, after @ ..]) => {
                    kinds.2 += 1;
                    rest = after;
                }
                (38 | 48, _) => panic!("half a colour: {look:?}"),
                (30..=37 | 40..=47 | 90..=97 | 100..=107, _) => kinds.0 += 1,
                _ => {}
            }
        }
    }
    kinds
}

#[test]
fn without_colours_none_are_written() {
    for environment in
        [[("NO_COLOR", "1"), ("COLORTERM", "truecolor")], [("TERM", "vt100"), ("NO_COLOR", "")]]
    {
        let written = tour(&environment);
        assert_eq!(kinds(&written), (0, 0, 0), "{environment:?}");
        // Without colours, emphasis is by attributes.
        assert!(looks(&written).iter().any(|look| look.contains(&1)), "bold");
    }
}

#[test]
fn the_colour_depth_is_that_of_the_terminal() {
    for term in ["xterm-16color", "linux"] {
        let (named, indexed, rgb) = kinds(&tour(&[("TERM", term)]));
        assert!(named > 20 && indexed == 0 && rgb == 0, "{term}: {named} {indexed} {rgb}");
    }
    let (_, indexed, rgb) = kinds(&tour(&[("TERM", "xterm-256color")]));
    assert!(indexed > 20 && rgb == 0, "{indexed} {rgb}");
    let (_, indexed, rgb) = kinds(&tour(&[("COLORTERM", "truecolor")]));
    assert!(indexed == 0 && rgb > 20, "{indexed} {rgb}");
}

#[test]
fn a_light_background_has_a_light_theme() {
    let light = |pty: &Pty| match pty.background(30, 0) {
        vt100::Color::Rgb(r, g, b) => r.min(g).min(b) > 200,
        _ => false,
    };
    let truecolor = ("COLORTERM", "truecolor");
    // A late reply to the background query is not read as keys.
    let mut pty = Pty::start_with(&[], 120, 36, &[truecolor]);
    pty.wait_for("peaks");
    let before = pty.settle(SETTLED);
    assert!(pty.written().contains("\x1b]11;?") && !light(&pty));
    pty.send("\x1b]11;rgb:fdfd/f6f6/e3e3\x1b\\");
    pty.wait("a light theme", |_| light(&pty));
    let after = pty.settle(SETTLED);
    let below = |screen: &str| screen.lines().skip(1).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(below(&before), below(&after), "the same screen but for the time a computation took");
    pty.send("q");
    pty.end().assert_restored();
    // The background is known from the environment, or a theme is given: no query is sent.
    let cases = [(&[][..], "0;15", true), (&[], "15;0", false), (&["--theme", "dusk"], "0;15", false)];
    for (arguments, value, wanted) in cases {
        let mut pty = Pty::start_with(arguments, 120, 36, &[truecolor, ("COLORFGBG", value)]);
        pty.wait_for("peaks");
        pty.settle(SETTLED);
        assert_eq!(light(&pty), wanted, "{arguments:?} {value}");
        assert!(!pty.written().contains("\x1b]11;?"));
        pty.send("q");
        pty.end().assert_restored();
    }
}
