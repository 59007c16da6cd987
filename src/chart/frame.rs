//! The frame of a chart or heat map: the plot's position, the mapping between data and dots, and the axes around it.

use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::{Position, Rect};
use ratatui::style::{Color, Modifier, Style};
use ratatui::text::Span;

use super::axis::{Along, Axis, Tick};
use super::canvas::Point;
use super::glyphs::Glyphs;
use crate::theme::{Role, Theme};

/// A gutter this wide holds `0.01 ┤`: labels may change without moving the plot.
const GUTTER: u16 = 6;

/// The layout of a chart in an area. Data and dots correspond exactly: the first dot's centre is the axis' lower end,
/// the last dot's its upper end.
#[derive(Debug, Clone, PartialEq)]
pub struct Frame<'a> {
    /// The cells that curves may use.
    pub plot: Rect,
    /// The row above the plot for the y title and the names of bands.
    pub header: Option<u16>,
    x: Axis<'a>,
    y: Axis<'a>,
    area: Rect,
    x_ticks: Vec<Tick>,
    y_ticks: Vec<Tick>,
}

impl<'a> Frame<'a> {
    /// Lays a frame into `area`, giving up the header, labels and axes one by one as the area shrinks.
    #[must_use]
    pub fn new(area: Rect, x: Axis<'a>, y: Axis<'a>, header: bool) -> Self {
        let has_header = header && area.height >= 6;
        let below = match area.height {
            0..=3 => 0,
            4..=5 => 1,
            _ => 2,
        };
        let height = area.height - below - u16::from(has_header);
        let y_ticks = y.ticks(height, Along::Vertical);
        let widest = y_ticks.iter().map(|t| width(&t.label)).max().unwrap_or(0);
        let gutter = match area.width {
            0..=11 => 0,
            12..=29 => widest + 1,
            _ => GUTTER.max(widest + 2),
        };
        let gutter = if gutter * 2 > area.width || below == 0 { 0 } else { gutter };
        let plot = Rect {
            x: area.x + gutter,
            y: area.y + u16::from(has_header),
            width: area.width - gutter,
            height,
        };
        let x_ticks = x.ticks(plot.width, Along::Horizontal);
        Self { plot, header: has_header.then_some(area.y), x, y, area, x_ticks, y_ticks }
    }

    #[must_use]
    pub const fn area(&self) -> Rect {
        self.area
    }

    #[must_use]
    pub const fn x_axis(&self) -> &Axis<'a> {
        &self.x
    }

    #[must_use]
    pub const fn y_axis(&self) -> &Axis<'a> {
        &self.y
    }

    /// Width and height of the plot in dots.
    #[must_use]
    pub const fn size(&self) -> (usize, usize) {
        (2 * self.plot.width as usize, 4 * self.plot.height as usize)
    }

    /// The dot of a point (not rounded, from the plot's top left, y downwards); outside the plot if the point is
    /// outside the axes. `None` if an axis has no position for it (see [`Axis::fraction`]).
    #[must_use]
    pub fn locate(&self, x: f64, y: f64) -> Option<Point> {
        Some((self.dot_x(x)?, self.dot_y(y)?))
    }

    fn dot_x(&self, x: f64) -> Option<f64> {
        Some(self.x.fraction(x)? * (self.size().0 as f64 - 1.0))
    }

    fn dot_y(&self, y: f64) -> Option<f64> {
        Some((1.0 - self.y.fraction(y)?) * (self.size().1 as f64 - 1.0))
    }

    /// The buffer column of an x on the axis.
    #[must_use]
    pub fn column(&self, x: f64) -> Option<u16> {
        if self.plot.width == 0 || !self.x.contains(x) {
            return None;
        }
        let dot = self.dot_x(x)?.round().clamp(0.0, self.size().0 as f64 - 1.0);
        Some(self.plot.x + dot as u16 / 2)
    }

    /// The buffer row of a y on the axis.
    #[must_use]
    pub fn row(&self, y: f64) -> Option<u16> {
        if self.plot.height == 0 || !self.y.contains(y) {
            return None;
        }
        let dot = self.dot_y(y)?.round().clamp(0.0, self.size().1 as f64 - 1.0);
        Some(self.plot.y + dot as u16 / 4)
    }

    /// The cell of a point within both axes.
    #[must_use]
    pub fn cell(&self, x: f64, y: f64) -> Option<Position> {
        Some(Position { x: self.column(x)?, y: self.row(y)? })
    }

    /// The x at the middle of a buffer column, clamped to the axis: the x of a click there.
    #[must_use]
    pub fn x_at(&self, column: u16) -> f64 {
        let dot = 2.0 * (f64::from(column) - f64::from(self.plot.x)) + 0.5;
        self.x.value((dot / (self.size().0 as f64 - 1.0).max(1.0)).clamp(0.0, 1.0))
    }

    /// The y at the middle of a buffer row, clamped to the axis.
    #[must_use]
    pub fn y_at(&self, row: u16) -> f64 {
        let dot = 4.0 * (f64::from(row) - f64::from(self.plot.y)) + 1.5;
        self.y.value((1.0 - dot / (self.size().1 as f64 - 1.0).max(1.0)).clamp(0.0, 1.0))
    }

    /// Draws axes, ticks, labels and titles.
    pub fn draw(&self, buf: &mut Buffer, theme: &Theme, glyphs: Glyphs) {
        let symbols = glyphs.symbols();
        let (line, text) = (theme.style(Role::Border), theme.style(Role::Dim));
        let plot = self.plot;
        let below = plot.bottom() < self.area.bottom();
        let gutter = plot.x > self.area.x;
        if gutter {
            let column = plot.x - 1;
            for row in plot.top()..plot.bottom() {
                put(buf, column, row, symbols.vertical, line);
            }
            for tick in &self.y_ticks {
                let Some(row) = self.row(tick.value) else { continue };
                if self.x_ticks.is_empty() && self.y_ticks.len() < 2 {
                    continue;
                }
                put(buf, column, row, symbols.tick_left, line);
                let label = glyphs.text(&tick.label);
                let room = column.saturating_sub(self.area.x);
                let space = u16::from(self.area.width >= 30);
                let start = (self.area.x + room).saturating_sub(width(&label) + space).max(self.area.x);
                write(buf, start, row, &label, room, text);
            }
        }
        if below {
            let row = plot.bottom();
            if gutter {
                put(buf, plot.x - 1, row, symbols.corner, line);
            }
            for column in plot.left()..plot.right() {
                put(buf, column, row, symbols.horizontal, line);
            }
            for tick in &self.x_ticks {
                if let Some(column) = self.column(tick.value) {
                    put(buf, column, row, symbols.tick_below, line);
                }
            }
        }
        if plot.bottom() + 1 < self.area.bottom() {
            self.draw_x_labels(buf, plot.bottom() + 1, theme, glyphs);
        }
        if let (Some(row), true) = (self.header, gutter) {
            let title = &glyphs.text(self.y.title());
            // A long title extends over the plot's first columns.
            let room = (plot.x - self.area.x).max(width(title)).min(self.area.width);
            // Above the labels, right-aligned with them.
            let start = (plot.x - 1).saturating_sub(width(title) + 1).max(self.area.x);
            write(buf, start, row, title, room, theme.style(Role::Title));
        }
    }

    fn draw_x_labels(&self, buf: &mut Buffer, row: u16, theme: &Theme, glyphs: Glyphs) {
        let title = &glyphs.text(self.x.title());
        let labels = self.x_ticks.iter().filter(|t| !t.label.is_empty()).filter_map(|tick| {
            let label = glyphs.text(&tick.label);
            let wide = width(&label);
            let start = self.column(tick.value)?.saturating_sub(wide.saturating_sub(1) / 2);
            let start = start.min(self.area.right().saturating_sub(wide)).max(self.area.x);
            Some((start, wide, label))
        });
        let labels: Vec<(u16, u16, String)> = labels.collect();
        // The title replaces other labels before the one at the right end.
        let last = labels.last().filter(|(start, wide, _)| start + wide >= self.plot.right());
        let wide = width(title);
        let end = last.map_or(self.plot.right(), |(start, ..)| start.saturating_sub(2));
        let place = end.checked_sub(wide).filter(|start| wide > 0 && *start >= self.plot.x);
        if let Some(start) = place {
            write(buf, start, row, title, wide, theme.style(Role::Title));
        }
        let hidden =
            |from: u16, to: u16| place.is_some_and(|start| from < start + wide + 2 && start < to + 2);
        for (start, wide, label) in &labels {
            if !hidden(*start, start + wide) {
                write(buf, *start, row, label, *wide, theme.style(Role::Dim));
            }
        }
    }
}

/// Columns that a text takes on a terminal.
#[must_use]
pub fn width(text: &str) -> u16 {
    u16::try_from(Span::raw(text).width()).unwrap_or(u16::MAX)
}

/// Sets one cell, keeping its background; does nothing outside the buffer.
pub fn put(buf: &mut Buffer, column: u16, row: u16, char: char, style: Style) {
    if let Some(cell) = buf.cell_mut((column, row)) {
        reset(cell);
        cell.set_char(char).set_style(style);
    }
}

/// Writes at most `room` columns of a text; does nothing outside the buffer.
pub fn write(buf: &mut Buffer, column: u16, row: u16, text: &str, room: u16, style: Style) {
    if buf.area.contains(Position { x: column, y: row }) {
        let end = column.saturating_add(width(text).min(room));
        (column..end).filter_map(|c| buf.cell_mut((c, row)).map(reset)).for_each(drop);
        buf.set_stringn(column, row, text, usize::from(room), style);
    }
}

/// Resets colour and emphasis before a cell is drawn over.
fn reset(cell: &mut Cell) {
    cell.fg = Color::Reset;
    cell.modifier = Modifier::empty();
}
