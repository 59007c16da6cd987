//! Characters drawn as shapes: blocks, Braille dots and box lines, which join at the edges of cells.

use std::fmt::Write;

/// Width and height of a cell in the picture's units.
pub const CELL: (f64, f64) = (8.4, 17.0);

/// How a shape's path is painted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Fill,
    /// Round dots at the points of the path.
    Dots,
    Line,
    Heavy,
}

/// The path of a character that is drawn rather than set as text; empty for a blank; `None` for text.
pub(super) fn drawn(symbol: &str, x: f64, y: f64) -> Option<(Shape, String)> {
    let mut chars = symbol.chars();
    let (char, None) = (chars.next()?, chars.next()) else { return None };
    let (wide, tall) = CELL;
    let rectangle = |left: f64, top: f64, right: f64, bottom: f64| {
        let (w, h) = (number((right - left) * wide), number((bottom - top) * tall));
        let path = format!("M{} {}h{w}v{h}h-{w}z", number(x + left * wide), number(y + top * tall));
        Some((Shape::Fill, path))
    };
    let quarters = |bits: u8| {
        let one = |i: u8| {
            let (left, top) = (f64::from(i % 2) / 2.0, f64::from(i / 2) / 2.0);
            rectangle(left, top, left + 0.5, top + 0.5).map_or_else(String::new, |r| r.1)
        };
        Some((Shape::Fill, (0..4).filter(|i| bits & (1 << i) != 0).map(one).collect()))
    };
    match char {
        '\u{2801}'..='\u{28ff}' => Some((Shape::Dots, braille(char, x, y))),
        '█' => rectangle(0.0, 0.0, 1.0, 1.0),
        '▀' => rectangle(0.0, 0.0, 1.0, 0.5),
        '▄' => rectangle(0.0, 0.5, 1.0, 1.0),
        '▌' => rectangle(0.0, 0.0, 0.5, 1.0),
        '▐' => rectangle(0.5, 0.0, 1.0, 1.0),
        '▘' => quarters(1),
        '▝' => quarters(2),
        '▖' => quarters(4),
        '▗' => quarters(8),
        '▚' => quarters(9),
        '▞' => quarters(6),
        '▛' => quarters(7),
        '▜' => quarters(11),
        '▙' => quarters(13),
        '▟' => quarters(14),
        _ => lines(char, x, y),
    }
}

/// Path of a Braille character: dots 1 2 3 7 down the left and 4 5 6 8 down the right.
fn braille(char: char, x: f64, y: f64) -> String {
    const PLACES: [(u32, u32); 8] = [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (0, 3), (1, 3)];
    let bits = u32::from(char) - 0x2800;
    let mut path = String::new();
    for (i, (column, row)) in PLACES.into_iter().enumerate() {
        if bits & (1 << i) != 0 {
            let (dx, dy) = (CELL.0 / 2.0, CELL.1 / 4.0);
            let (cx, cy) = (x + (f64::from(column) + 0.5) * dx, y + (f64::from(row) + 0.5) * dy);
            let _ = write!(path, "M{} {}h0", number(cx), number(cy));
        }
    }
    path
}

/// Lines from the middle of the cell to its sides, which join those of neighbouring cells.
fn lines(char: char, x: f64, y: f64) -> Option<(Shape, String)> {
    let (cx, cy) = (number(x + CELL.0 / 2.0), number(y + CELL.1 / 2.0));
    let (left, right) = (number(x), number(x + CELL.0));
    let (top, bottom) = (number(y), number(y + CELL.1));
    let sides = |text: &str| {
        let one = |side: char| match side {
            'l' => format!("M{left} {cy}H{cx}"),
            'r' => format!("M{cx} {cy}H{right}"),
            'u' => format!("M{cx} {top}V{cy}"),
            _ => format!("M{cx} {cy}V{bottom}"),
        };
        text.chars().map(one).collect::<String>()
    };
    let line = |text: &str| Some((Shape::Line, sides(text)));
    let arc = |from: &str, to: &str| Some((Shape::Line, format!("M{from}Q{cx} {cy} {to}")));
    let (at_left, at_right) = (format!("{left} {cy}"), format!("{right} {cy}"));
    let (at_top, at_bottom) = (format!("{cx} {top}"), format!("{cx} {bottom}"));
    match char {
        '─' => Some((Shape::Line, format!("M{left} {cy}H{right}"))),
        '│' => Some((Shape::Line, format!("M{cx} {top}V{bottom}"))),
        '━' => Some((Shape::Heavy, format!("M{left} {cy}H{right}"))),
        '╭' => arc(&at_bottom, &at_right),
        '╮' => arc(&at_bottom, &at_left),
        '╰' => arc(&at_top, &at_right),
        '╯' => arc(&at_top, &at_left),
        '┌' => line("rd"),
        '┐' => line("ld"),
        '└' => line("ur"),
        '┘' => line("ul"),
        '├' => line("udr"),
        '┤' => line("udl"),
        '┬' => line("lrd"),
        '┴' => line("lru"),
        '┼' => line("lrud"),
        '╷' => line("d"),
        '╵' => line("u"),
        '┊' => {
            let dash = |i: i32| format!("M{cx} {}v2", number(y + f64::from(i) * CELL.1 / 4.0 + 1.0));
            Some((Shape::Line, (0..4).map(dash).collect()))
        }
        _ => None,
    }
}

/// A number with at most two decimals.
pub(super) fn number(value: f64) -> String {
    let text = format!("{value:.2}");
    let short = text.trim_end_matches('0').trim_end_matches('.');
    if short == "-0" { "0".into() } else { short.into() }
}
