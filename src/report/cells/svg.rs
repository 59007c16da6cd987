//! Terminal cells as SVG. Areas, lines and Braille dots are drawn as shapes, so that they are sharp and join at any
//! size and in any font; text is stretched to its cells.

use std::fmt::Write;

use ratatui::style::{Color, Modifier};

use super::grid::{Cell, CellStyle, Grid};
use super::shapes::{CELL, Shape, drawn, number};
use crate::numbers::columns;

/// Font size in the picture's units.
const FONT: f64 = 14.0;
/// Distance from the top of a cell to the baseline of its text.
const BASE: f64 = 12.6;
const FAMILY: &str = "ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, 'Liberation Mono', monospace";

/// An RGB colour.
pub type Ink = [u8; 3];

/// Conversion of terminal colours to those of a picture.
#[derive(Clone, Copy)]
pub struct Picture<'a> {
    /// The terminal's default foreground and background.
    pub ink: Ink,
    /// The terminal's default background.
    pub paper: Ink,
    /// RGB value of any other colour; `None` for the terminal's default.
    pub paint: &'a dyn Fn(Color) -> Option<Ink>,
}

impl Picture<'_> {
    /// The whole SVG document of one grid.
    #[must_use]
    pub fn document(&self, grid: &Grid, title: &str) -> String {
        let (width, height) = (grid.width() as f64 * CELL.0, grid.height() as f64 * CELL.1);
        let (width, height) = (number(width), number(height));
        let mut out = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
             viewBox=\"0 0 {width} {height}\" role=\"img\">\n<title>{}</title>\n",
            escaped(title)
        );
        let _ = writeln!(out, "<rect width=\"{width}\" height=\"{height}\" fill=\"{}\"/>", hex(self.paper));
        out.push_str(&self.body(grid));
        out.push_str("</svg>\n");
        out
    }

    /// The elements of one grid without the background; also used for frames of an animation.
    #[must_use]
    pub fn body(&self, grid: &Grid) -> String {
        let mut out = String::new();
        self.grounds(grid, &mut out);
        let mut shapes: Vec<((Ink, Shape), String)> = Vec::new();
        let mut words = String::new();
        for (row, cells) in grid.rows().enumerate() {
            let y = row as f64 * CELL.1;
            let mut run: Option<Run> = None;
            for (column, cell) in cells.iter().enumerate() {
                let (ink, _) = self.colours(cell.style);
                if let Some((shape, path)) = drawn(&cell.symbol, column as f64 * CELL.0, y) {
                    flush(&mut words, run.take(), y);
                    match shapes.iter_mut().find(|(key, _)| *key == (ink, shape)) {
                        Some((_, all)) => all.push_str(&path),
                        None => shapes.push(((ink, shape), path)),
                    }
                    continue;
                }
                let emphasis = cell.style.modifier & EMPHASIS;
                match &mut run {
                    Some(r) if r.ink == ink && r.emphasis == emphasis => r.push(&cell.symbol),
                    _ => {
                        flush(&mut words, run.take(), y);
                        run = Some(Run { column, ink, emphasis, text: cell.symbol.clone(), cells: 1 });
                    }
                }
            }
            flush(&mut words, run, y);
        }
        for ((ink, shape), path) in shapes {
            let color = hex(ink);
            let _ = match shape {
                Shape::Fill => writeln!(out, "<path fill=\"{color}\" d=\"{path}\"/>"),
                Shape::Dots => writeln!(
                    out,
                    "<path fill=\"none\" stroke=\"{color}\" stroke-width=\"2.7\" stroke-linecap=\"round\" d=\"{path}\"/>"
                ),
                Shape::Line => {
                    writeln!(
                        out,
                        "<path fill=\"none\" stroke=\"{color}\" stroke-width=\"1.2\" d=\"{path}\"/>"
                    )
                }
                Shape::Heavy => {
                    writeln!(
                        out,
                        "<path fill=\"none\" stroke=\"{color}\" stroke-width=\"2.4\" d=\"{path}\"/>"
                    )
                }
            };
        }
        if !words.is_empty() {
            let _ = writeln!(
                out,
                "<g font-family=\"{FAMILY}\" font-size=\"{FONT}\" xml:space=\"preserve\">\n{words}</g>"
            );
        }
        out
    }

    /// Foreground and background colours as displayed.
    fn colours(&self, style: CellStyle) -> (Ink, Ink) {
        let of = |color, default| (self.paint)(color).unwrap_or(default);
        let (mut ink, mut paper) = (of(style.fg, self.ink), of(style.bg, self.paper));
        if style.modifier.contains(Modifier::REVERSED) {
            (ink, paper) = (paper, ink);
        }
        if style.modifier.contains(Modifier::DIM) {
            let [r, g, b] = paper;
            let mix = |a: u8, b: u8| ((u16::from(a) * 3 + u16::from(b) * 2) / 5) as u8;
            ink = [mix(ink[0], r), mix(ink[1], g), mix(ink[2], b)];
        }
        (ink, paper)
    }

    /// Rectangles for every background that differs from the picture's; equal runs in consecutive rows are merged.
    fn grounds(&self, grid: &Grid, out: &mut String) {
        let mut open: Vec<Area> = Vec::new();
        for (row, cells) in grid.rows().enumerate() {
            let runs = self.runs(cells);
            let (grown, done): (Vec<Area>, Vec<Area>) = open
                .into_iter()
                .partition(|a| runs.iter().any(|r| (r.first, r.last, r.paper) == (a.first, a.last, a.paper)));
            done.iter().for_each(|area| area.write(out, row));
            open = runs
                .into_iter()
                .map(|run| {
                    let above =
                        grown.iter().find(|a| (run.first, run.last, run.paper) == (a.first, a.last, a.paper));
                    Area { top: above.map_or(row, |a| a.top), ..run }
                })
                .collect();
        }
        open.iter().for_each(|area| area.write(out, grid.height()));
    }

    fn runs(&self, cells: &[Cell]) -> Vec<Area> {
        let mut runs: Vec<Area> = Vec::new();
        for (column, cell) in cells.iter().enumerate() {
            let (_, paper) = self.colours(cell.style);
            match runs.last_mut() {
                Some(run) if run.paper == paper && run.last + 1 == column => run.last = column,
                _ => runs.push(Area { first: column, last: column, top: 0, paper }),
            }
        }
        runs.retain(|run| run.paper != self.paper);
        runs
    }
}

/// A rectangle of one ground.
struct Area {
    first: usize,
    last: usize,
    top: usize,
    paper: Ink,
}

impl Area {
    fn write(&self, out: &mut String, bottom: usize) {
        let x = number(self.first as f64 * CELL.0);
        let width = number((self.last + 1 - self.first) as f64 * CELL.0);
        let (y, height) = (number(self.top as f64 * CELL.1), number((bottom - self.top) as f64 * CELL.1));
        let _ = writeln!(
            out,
            "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" fill=\"{}\" shape-rendering=\"crispEdges\"/>",
            hex(self.paper)
        );
    }
}

const EMPHASIS: Modifier = Modifier::BOLD.union(Modifier::ITALIC).union(Modifier::UNDERLINED);

/// Text of one style within a row.
struct Run {
    column: usize,
    ink: Ink,
    emphasis: Modifier,
    text: String,
    cells: usize,
}

impl Run {
    fn push(&mut self, symbol: &str) {
        self.text.push_str(symbol);
        self.cells += 1;
    }
}

/// Writes the words of a run, split at double blanks; each piece is stretched to its cells.
fn flush(out: &mut String, run: Option<Run>, y: f64) {
    let Some(run) = run else { return };
    let mut emphasis = String::new();
    for (modifier, attribute) in [
        (Modifier::BOLD, " font-weight=\"bold\""),
        (Modifier::ITALIC, " font-style=\"italic\""),
        (Modifier::UNDERLINED, " text-decoration=\"underline\""),
    ] {
        if run.emphasis.contains(modifier) {
            emphasis.push_str(attribute);
        }
    }
    let mut column = run.column;
    for piece in run.text.split("  ") {
        let (skipped, cells) = (piece.len() - piece.trim_start().len(), columns(piece));
        let words = piece.trim();
        if !words.is_empty() {
            let length = columns(words) as f64 * CELL.0;
            let x = (column + skipped) as f64 * CELL.0;
            let _ = writeln!(
                out,
                "<text x=\"{}\" y=\"{}\" textLength=\"{}\" lengthAdjust=\"spacingAndGlyphs\" fill=\"{}\"{emphasis}>{}</text>",
                number(x),
                number(y + BASE),
                number(length),
                hex(run.ink),
                escaped(words)
            );
        }
        column += cells + 2;
    }
}

fn hex([r, g, b]: Ink) -> String {
    format!("#{r:02x}{g:02x}{b:02x}")
}

/// Text between tags; characters that XML does not allow become blanks.
fn escaped(text: &str) -> String {
    let one = |c: char| match c {
        '&' => "&amp;".into(),
        '<' => "&lt;".into(),
        '>' => "&gt;".into(),
        '"' => "&quot;".into(),
        c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => " ".to_owned(),
        c => c.to_string(),
    };
    text.chars().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(symbol: &str, style: CellStyle) -> Cell {
        Cell { symbol: symbol.into(), style }
    }

    fn paint(color: Color) -> Option<Ink> {
        match color {
            Color::Rgb(r, g, b) => Some([r, g, b]),
            _ => None,
        }
    }

    const PICTURE: Picture = Picture { ink: [200, 200, 200], paper: [0, 0, 0], paint: &paint };

    #[test]
    fn every_cell_is_drawn_at_its_position() {
        let red = CellStyle { fg: Color::Rgb(255, 0, 0), bg: Color::Rgb(0, 0, 80), ..CellStyle::default() };
        let cells = vec![
            cell("a", CellStyle::default()),
            cell("<", CellStyle::default()),
            cell("⣿", red),
            cell("─", CellStyle { modifier: Modifier::REVERSED, ..CellStyle::default() }),
            cell(" ", CellStyle::default()),
            cell("é", CellStyle::default()),
            cell("█", red),
            cell(" ", CellStyle::default()),
        ];
        let text = PICTURE.document(&Grid::new(4, cells), "a \"frame\" & more");
        let document = roxmltree::Document::parse(&text).unwrap();
        let all = |name: &str| document.descendants().filter(|n| n.has_tag_name(name)).collect::<Vec<_>>();
        assert_eq!(all("title")[0].text(), Some("a \"frame\" & more"));
        let words: Vec<_> = all("text").iter().map(|t| t.text().unwrap().to_owned()).collect();
        assert_eq!(words, ["a<", "é"]);
        assert_eq!(all("text")[1].attribute("x"), Some("8.4"));
        let dots = all("path").into_iter().find(|p| p.attribute("stroke-linecap").is_some()).unwrap();
        assert_eq!(dots.attribute("d").unwrap().matches("h0").count(), 8);
        assert_eq!(dots.attribute("stroke"), Some("#ff0000"));
        let reversed = all("path").into_iter().find(|p| p.attribute("stroke-width") == Some("1.2")).unwrap();
        assert_eq!(reversed.attribute("stroke"), Some("#000000"));
        // The ground, two cells of blue below each other, and the reversed one.
        assert_eq!(all("rect").len(), 3);
        let blue = all("rect").into_iter().find(|r| r.attribute("fill") == Some("#000050")).unwrap();
        assert_eq!((blue.attribute("height"), blue.attribute("width")), (Some("34"), Some("8.4")));
    }

    #[test]
    fn dim_is_between_foreground_and_background() {
        let style = CellStyle { modifier: Modifier::DIM, ..CellStyle::default() };
        assert_eq!(PICTURE.colours(style), ([120, 120, 120], [0, 0, 0]));
    }
}
