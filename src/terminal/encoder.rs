//! Encodes the changes of a frame in few bytes, which over SSH are the cost of a held arrow key.
//!
//! Unlike the stock backend, which repeats both colours with every change and addresses every gap absolutely, it
//! sends only attributes that differ, groups cells with the same style, uses the shortest cursor moves, and ignores
//! attributes that are invisible on blanks.

use std::fmt::Write as _;
use std::io::{self, Write};

use ratatui::backend::{Backend, ClearType, CrosstermBackend, WindowSize};
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::{Position, Size};
use ratatui::style::{Color, Modifier};

/// A backend with compact drawing; everything else is delegated to the stock one.
#[derive(Debug)]
pub struct CompactBackend<W: Write> {
    stock: CrosstermBackend<W>,
    cursor: Position,
    link: Option<Link>,
}

/// Returns the address behind an underlined text, if it has one.
pub type Link = fn(&str) -> Option<String>;

impl<W: Write> CompactBackend<W> {
    /// A backend that writes to this writer.
    pub const fn new(writer: W) -> Self {
        Self { stock: CrosstermBackend::new(writer), cursor: Position::ORIGIN, link: None }
    }
}

impl<W: Write> CompactBackend<W> {
    /// Makes underlined texts with an address links (OSC 8).
    pub const fn link(&mut self, link: Link) {
        self.link = Some(link);
    }
}

impl<W: Write> Write for CompactBackend<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.stock.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Write::flush(&mut self.stock)
    }
}

impl<W: Write> Backend for CompactBackend<W> {
    type Error = io::Error;

    fn draw<'a, I: Iterator<Item = (u16, u16, &'a Cell)>>(&mut self, content: I) -> io::Result<()> {
        let width = self.stock.size()?.width;
        self.stock.write_all(encode(content, width, self.link).as_bytes())
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        self.stock.hide_cursor()
    }

    /// Returns no error: ratatui would report one while dropping its terminal, on a standard error that may be closed
    /// by then, which panics. Leaving the screen shows the cursor as well.
    fn show_cursor(&mut self) -> io::Result<()> {
        let _ = self.stock.show_cursor();
        Ok(())
    }

    fn get_cursor_position(&mut self) -> io::Result<Position> {
        // The terminal is never queried, since its answer would arrive among the keys or not at all.
        Ok(self.cursor)
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        self.cursor = position.into();
        self.stock.set_cursor_position(self.cursor)
    }

    fn clear(&mut self) -> io::Result<()> {
        self.stock.clear()
    }

    fn clear_region(&mut self, kind: ClearType) -> io::Result<()> {
        self.stock.clear_region(kind)
    }

    fn size(&self) -> io::Result<Size> {
        self.stock.size()
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        self.stock.window_size()
    }

    fn flush(&mut self) -> io::Result<()> {
        Backend::flush(&mut self.stock)
    }
}

/// Modifiers that are visible on a blank.
const SHOWN_ON_BLANKS: Modifier = Modifier::REVERSED.union(Modifier::UNDERLINED).union(Modifier::CROSSED_OUT);

/// Removes invisible attributes from blank cells, so that changes of them are ignored.
pub fn settle_blanks(buffer: &mut Buffer) {
    for cell in buffer.content.iter_mut().filter(|cell| is_blank(cell)) {
        cell.fg = Color::Reset;
        cell.modifier = Modifier::empty();
    }
}

fn is_blank(cell: &Cell) -> bool {
    cell.symbol() == " " && !cell.modifier.intersects(SHOWN_ON_BLANKS)
}

/// Adjacent changed cells with the same style.
struct Run {
    x: u16,
    y: u16,
    /// Column after the run; `None` if its width depends on the terminal, so that the next cell is addressed
    /// explicitly.
    end: Option<u16>,
    text: String,
    style: Style,
}

/// The colours and attributes that a sequence can set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Style {
    fg: Color,
    bg: Color,
    modifier: Modifier,
}

/// Runs in reading order. A blank joins a run whose background it shares.
fn runs<'a>(cells: impl Iterator<Item = (u16, u16, &'a Cell)>) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for (x, y, cell) in cells {
        let blank = is_blank(cell);
        let style = Style { fg: cell.fg, bg: cell.bg, modifier: cell.modifier };
        let symbol = cell.symbol();
        let narrow = symbol.is_ascii() || ratatui::text::Span::raw(symbol).width() == 1;
        let end = narrow.then_some(x + 1);
        if let Some(last) = runs.last_mut().filter(|last| last.y == y && last.end == Some(x)) {
            let only_blanks = last.text.bytes().all(|b| b == b' ')
                && !last.style.modifier.intersects(SHOWN_ON_BLANKS)
                && !style.modifier.intersects(SHOWN_ON_BLANKS)
                && last.style.bg == style.bg;
            let joins =
                blank && last.style.bg == style.bg && !last.style.modifier.intersects(SHOWN_ON_BLANKS);
            if last.style == style || joins || only_blanks {
                // Leading blanks take the style of the text after them.
                if !joins && last.style != style {
                    last.style = style;
                }
                last.text.push_str(symbol);
                last.end = end;
                continue;
            }
        }
        runs.push(Run { x, y, end, text: symbol.to_owned(), style });
    }
    runs
}

/// Escape sequences for the changed cells, from and to plain attributes. Cells of one style are sent together: a move
/// costs less than a change of colours, and the order is not visible within a synchronized update.
fn encode<'a>(cells: impl Iterator<Item = (u16, u16, &'a Cell)>, width: u16, link: Option<Link>) -> String {
    let runs = runs(cells);
    let mut looks: Vec<Style> = Vec::new();
    for run in &runs {
        if !looks.contains(&run.style) {
            looks.push(run.style);
        }
    }
    let mut out = String::new();
    let mut now = Style::default();
    let mut at: Option<(u16, u16)> = None;
    for look in looks {
        change(now, look, &mut out);
        now = look;
        for run in runs.iter().filter(|run| run.style == look) {
            move_to(at, (run.x, run.y), &mut out);
            let underlined = look.modifier.contains(Modifier::UNDERLINED);
            match link.filter(|_| underlined).and_then(|link| link(&run.text)) {
                Some(address) => {
                    // Writing to a string cannot fail.
                    let _ = write!(out, "\x1b]8;;{address}\x1b\\{}\x1b]8;;\x1b\\", run.text);
                }
                None => out.push_str(&run.text),
            }
            // Terminals disagree on the cursor position after the last column.
            at = run.end.filter(|end| *end < width).map(|end| (end, run.y));
        }
    }
    if now != Style::default() {
        out.push_str("\x1b[0m");
    }
    out
}

/// Writes the shortest cursor movement.
fn move_to(from: Option<(u16, u16)>, to: (u16, u16), out: &mut String) {
    let step =
        |n: u16, letter: char| if n == 1 { format!("\x1b[{letter}") } else { format!("\x1b[{n}{letter}") };
    let (x, y) = to;
    let absolute = format!("\x1b[{};{}H", y + 1, x + 1);
    let relative = from.map(|(column, row)| {
        let mut path = String::new();
        if y > row {
            path.push_str(&step(y - row, 'B'));
        }
        if x > column {
            path.push_str(&step(x - column, 'C'));
        }
        if x < column {
            path.push_str(&step(column - x, 'D'));
        }
        (path, y < row)
    });
    match relative {
        Some((path, false)) if path.len() < absolute.len() => out.push_str(&path),
        _ => out.push_str(&absolute),
    }
}

fn change(from: Style, to: Style, out: &mut String) {
    let mut codes = Vec::new();
    attributes(from.modifier, to.modifier, &mut codes);
    if to.fg != from.fg {
        codes.push(colour(to.fg, 30));
    }
    if to.bg != from.bg {
        codes.push(colour(to.bg, 40));
    }
    if !codes.is_empty() {
        // Writing to a string cannot fail.
        let _ = write!(out, "\x1b[{}m", codes.join(";"));
    }
}

const ATTRIBUTES: [(Modifier, &str, &str); 8] = [
    (Modifier::BOLD, "1", "22"),
    (Modifier::DIM, "2", "22"),
    (Modifier::ITALIC, "3", "23"),
    (Modifier::UNDERLINED, "4", "24"),
    (Modifier::SLOW_BLINK, "5", "25"),
    (Modifier::REVERSED, "7", "27"),
    (Modifier::HIDDEN, "8", "28"),
    (Modifier::CROSSED_OUT, "9", "29"),
];

/// The codes that change one set of attributes into another. Bold and dim share the code that ends them.
fn attributes(from: Modifier, to: Modifier, codes: &mut Vec<String>) {
    let intensity = Modifier::BOLD | Modifier::DIM;
    let mut now = from;
    for (flag, _, off) in ATTRIBUTES {
        if now.contains(flag) && !to.contains(flag) {
            codes.push(off.to_owned());
            now.remove(if intensity.contains(flag) { intensity } else { flag });
        }
    }
    for (flag, on, _) in ATTRIBUTES {
        if to.contains(flag) && !now.contains(flag) {
            codes.push(on.to_owned());
        }
    }
}

/// The code of a colour; `base` is 30 for the foreground, 40 for the background.
fn colour(colour: Color, base: u8) -> String {
    let named = |n: u8| if n < 8 { (base + n).to_string() } else { (base + 52 + n).to_string() };
    match colour {
        Color::Reset => (base + 9).to_string(),
        Color::Black => named(0),
        Color::Red => named(1),
        Color::Green => named(2),
        Color::Yellow => named(3),
        Color::Blue => named(4),
        Color::Magenta => named(5),
        Color::Cyan => named(6),
        Color::Gray => named(7),
        Color::DarkGray => named(8),
        Color::LightRed => named(9),
        Color::LightGreen => named(10),
        Color::LightYellow => named(11),
        Color::LightBlue => named(12),
        Color::LightMagenta => named(13),
        Color::LightCyan => named(14),
        Color::White => named(15),
        Color::Indexed(n) if n < 16 => named(n),
        Color::Indexed(n) => format!("{};5;{n}", base + 8),
        Color::Rgb(r, g, b) => format!("{};2;{r};{g};{b}", base + 8),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use ratatui::layout::Rect;

    fn cell() -> impl Strategy<Value = Cell> {
        let symbols = prop::sample::select(vec![" ", " ", " ", "a", "│", "⠓", "σ"]);
        let colours = || {
            prop::sample::select(vec![
                Color::Reset,
                Color::Red,
                Color::White,
                Color::Indexed(9),
                Color::Indexed(233),
                Color::Rgb(1, 20, 255),
            ])
        };
        let modifiers = prop::sample::select(vec![
            Modifier::empty(),
            Modifier::empty(),
            Modifier::BOLD,
            Modifier::UNDERLINED,
            Modifier::REVERSED,
            Modifier::BOLD | Modifier::ITALIC,
        ]);
        (symbols, colours(), colours(), modifiers).prop_map(|(symbol, fg, bg, modifier)| {
            let mut cell = Cell::new(symbol);
            (cell.fg, cell.bg, cell.modifier) = (fg, bg, modifier);
            cell
        })
    }

    const AREA: Rect = Rect { x: 0, y: 0, width: 9, height: 4 };

    fn buffer() -> impl Strategy<Value = Buffer> {
        prop::collection::vec(cell(), AREA.area() as usize).prop_map(|content| {
            let mut buffer = Buffer { area: AREA, content };
            settle_blanks(&mut buffer);
            buffer
        })
    }

    fn parser() -> vt100::Parser {
        vt100::Parser::new(AREA.height.try_into().unwrap(), AREA.width.try_into().unwrap(), 0)
    }

    /// The screen of a terminal emulator: symbol, colours and attributes of every cell, blanks without invisible
    /// attributes.
    fn screen(parser: &vt100::Parser) -> Vec<String> {
        let mut all = Vec::new();
        for row in 0..AREA.height {
            for column in 0..AREA.width {
                let cell = parser.screen().cell(row, column).unwrap();
                let symbol = if cell.contents().is_empty() { " " } else { cell.contents() };
                let marked = cell.inverse() || cell.underline();
                let look = if symbol == " " && !marked {
                    format!("{:?}", cell.bgcolor())
                } else {
                    let flags = (cell.bold(), cell.italic(), cell.underline(), cell.inverse());
                    format!("{:?} {:?} {flags:?}", cell.fgcolor(), cell.bgcolor())
                };
                all.push(format!("{symbol} {look}"));
            }
        }
        all
    }

    proptest! {
        /// A frame drawn as changes to another looks like the same frame drawn by the stock backend alone.
        #[test]
        fn output_is_equivalent_to_the_stock_backend(before in buffer(), after in buffer()) {
            let mut lean = parser();
            let empty = Buffer::empty(AREA);
            // Links change nothing that is seen.
            let link: Option<Link> = Some(|text| (text.len() > 1).then(|| format!("https://a.b/{}", text.len())));
            lean.process(encode(empty.diff(&before).into_iter(), AREA.width, link).as_bytes());
            lean.process(encode(before.diff(&after).into_iter(), AREA.width, link).as_bytes());
            let mut bytes = Vec::new();
            CrosstermBackend::new(&mut bytes).draw(empty.diff(&after).into_iter()).unwrap();
            let mut other = parser();
            other.process(&bytes);
            prop_assert_eq!(screen(&lean), screen(&other));
        }
    }
}
