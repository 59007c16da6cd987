//! Terminal cells, from a ratatui buffer or any other source, as text and as ANSI escapes. Colours are those of the
//! terminal ([`Color`]); only pictures convert them to RGB.

use ratatui::buffer::Buffer;
use ratatui::style::{Color, Modifier};

use crate::numbers::columns;

/// One cell: its character and style.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// One grapheme; empty in the cells that a wide one before them covers.
    pub symbol: String,
    /// Style of the cell.
    pub style: CellStyle,
}

/// Colours and emphasis of a cell; [`Color::Reset`] is the terminal's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CellStyle {
    /// Colour of the character.
    pub fg: Color,
    /// Colour of the background.
    pub bg: Color,
    /// Bold, dim, reversed and the like.
    pub modifier: Modifier,
}

/// Rows of cells, from the top left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grid {
    width: usize,
    cells: Vec<Cell>,
}

impl Grid {
    /// `cells` in rows of `width`; an incomplete last row is filled with blanks.
    #[must_use]
    pub fn new(width: usize, mut cells: Vec<Cell>) -> Self {
        let width = width.max(1);
        let blank = Cell { symbol: " ".into(), style: CellStyle::default() };
        cells.resize(cells.len().div_ceil(width) * width, blank);
        Self { width, cells }
    }

    #[must_use]
    /// Columns.
    pub const fn width(&self) -> usize {
        self.width
    }

    #[must_use]
    /// Rows.
    pub const fn height(&self) -> usize {
        self.cells.len() / self.width
    }

    /// Rows from the top.
    pub fn rows(&self) -> impl Iterator<Item = &[Cell]> {
        self.cells.chunks(self.width)
    }

    /// The text, one line a row, without trailing blanks.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut out = String::new();
        for row in self.rows() {
            let line: String = row.iter().map(|c| c.symbol.as_str()).collect();
            out.push_str(line.trim_end());
            out.push('\n');
        }
        out
    }

    /// The text with SGR escapes, one line a row; each line ends with the default style.
    #[must_use]
    pub fn to_ansi(&self) -> String {
        let mut out = String::new();
        for row in self.rows() {
            // Blanks with the default style need not be written.
            let seen =
                |c: &Cell| c.symbol != " " || c.style != CellStyle { fg: c.style.fg, ..CellStyle::default() };
            let end = row.iter().rposition(seen).map_or(0, |last| last + 1);
            let mut now = CellStyle::default();
            for cell in row.iter().take(end) {
                if cell.style != now {
                    out.push_str(&sgr(cell.style));
                    now = cell.style;
                }
                out.push_str(&cell.symbol);
            }
            if now != CellStyle::default() {
                out.push_str("\x1b[0m");
            }
            out.push('\n');
        }
        out
    }
}

impl From<&Buffer> for Grid {
    fn from(buffer: &Buffer) -> Self {
        let width = usize::from(buffer.area.width).max(1);
        let mut covered = 0;
        let cell = |(i, c): (usize, &ratatui::buffer::Cell)| {
            // A wide character does not continue in the next row.
            covered = if i % width == 0 { 0 } else { covered };
            let symbol = if covered > 0 { String::new() } else { c.symbol().into() };
            covered = if covered > 0 { covered - 1 } else { columns(&symbol).saturating_sub(1) };
            Cell { symbol, style: CellStyle { fg: c.fg, bg: c.bg, modifier: c.modifier } }
        };
        Self::new(width, buffer.content.iter().enumerate().map(cell).collect())
    }
}

/// The escape sequence that sets a style, independent of the previous one (ECMA-48 "select graphic rendition").
fn sgr(style: CellStyle) -> String {
    let mut codes = String::from("\x1b[0");
    for (modifier, code) in [
        (Modifier::BOLD, ";1"),
        (Modifier::DIM, ";2"),
        (Modifier::ITALIC, ";3"),
        (Modifier::UNDERLINED, ";4"),
        (Modifier::SLOW_BLINK, ";5"),
        (Modifier::REVERSED, ";7"),
        (Modifier::HIDDEN, ";8"),
        (Modifier::CROSSED_OUT, ";9"),
    ] {
        if style.modifier.contains(modifier) {
            codes.push_str(code);
        }
    }
    codes.push_str(&color(style.fg, 30));
    codes.push_str(&color(style.bg, 40));
    codes + "m"
}

/// The codes of a colour; `base` is 30 for the foreground and 40 for the background.
fn color(color: Color, base: u8) -> String {
    let bright = base + 60;
    let plain = |code: u8| format!(";{code}");
    match color {
        Color::Reset => String::new(),
        Color::Black => plain(base),
        Color::Red => plain(base + 1),
        Color::Green => plain(base + 2),
        Color::Yellow => plain(base + 3),
        Color::Blue => plain(base + 4),
        Color::Magenta => plain(base + 5),
        Color::Cyan => plain(base + 6),
        Color::Gray => plain(base + 7),
        Color::DarkGray => plain(bright),
        Color::LightRed => plain(bright + 1),
        Color::LightGreen => plain(bright + 2),
        Color::LightYellow => plain(bright + 3),
        Color::LightBlue => plain(bright + 4),
        Color::LightMagenta => plain(bright + 5),
        Color::LightCyan => plain(bright + 6),
        Color::White => plain(bright + 7),
        Color::Indexed(i) => format!(";{};5;{i}", base + 8),
        Color::Rgb(r, g, b) => format!(";{};2;{r};{g};{b}", base + 8),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    fn grid() -> Grid {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 6, 2));
        buffer.set_string(0, 0, "ab", Style::new().fg(Color::Rgb(1, 2, 3)).add_modifier(Modifier::BOLD));
        buffer.set_string(2, 0, "c", Style::new().bg(Color::Indexed(200)));
        buffer.set_string(1, 1, "⣿", Style::new().fg(Color::LightRed));
        Grid::from(&buffer)
    }

    /// Columns are counted as on the terminal: a wide character has two cells.
    #[test]
    fn wide_characters_take_two_cells() {
        let mut buffer = Buffer::empty(ratatui::layout::Rect::new(0, 0, 8, 2));
        buffer.set_string(1, 0, "日本語x", ratatui::style::Style::new());
        buffer.set_string(0, 1, "ab", ratatui::style::Style::new());
        let grid = Grid::from(&buffer);
        assert_eq!(grid.to_text(), " 日本語x\nab\n");
        assert!(grid.to_ansi().contains("日本語x") && grid.rows().all(|row| row.len() == 8));
    }

    #[test]
    fn text_equals_the_cells() {
        assert_eq!(grid().to_text(), "abc\n ⣿\n");
        assert_eq!((grid().width(), grid().height()), (6, 2));
        assert_eq!(Grid::new(3, vec![]).to_text(), "");
    }

    /// A terminal that interprets the escapes shows the same characters and colours.
    #[test]
    fn escapes_reproduce_the_cells() {
        let mut terminal = vt100::Parser::new(2.try_into().unwrap(), 6.try_into().unwrap(), 0);
        terminal.process(grid().to_ansi().trim_end().replace('\n', "\r\n").as_bytes());
        let screen = terminal.screen();
        let cell = |row: u16, column: u16| screen.cell(row, column).unwrap();
        assert_eq!(screen.contents(), "abc\n ⣿");
        assert_eq!(cell(0, 1).fgcolor(), vt100::Color::Rgb(1, 2, 3));
        assert!(cell(0, 1).bold() && !cell(0, 2).bold());
        assert_eq!(cell(0, 2).bgcolor(), vt100::Color::Idx(200));
        assert_eq!(cell(1, 1).fgcolor(), vt100::Color::Idx(9));
        assert_eq!(cell(1, 2).fgcolor(), vt100::Color::Default);
    }
}
