//! A map over two axes: regimes as filled areas with boundaries, or values on a colour scale.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Style};
use ratatui::widgets::Widget;

use super::axis::Axis;
use super::canvas::{self, Canvas};
use super::frame::{Frame, put, width, write};
use super::glyphs::Glyphs;
use super::labels::Taken;
use super::marks::{Clearance, beside};
use super::numbers;
use crate::theme::{Depth, Role, Theme, contrast};

/// A regime of the map.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Category<'a> {
    pub name: &'a str,
    /// Fills its area on terminals without colours.
    pub letter: char,
    pub role: Role,
}

/// Values on a colour scale; NaN is unknown, ±∞ are the scale's ends.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Values<'a> {
    pub values: &'a [f64],
    /// The colour scale's range, spacing and title.
    pub scale: Axis<'a>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SpotKind {
    /// ✛ where the parameters are now.
    Current,
    /// ★ where three regimes meet.
    Triple,
}

/// A marked point of the map.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spot<'a> {
    pub kind: SpotKind,
    pub x: f64,
    pub y: f64,
    pub label: &'a str,
}

/// A map. Grids are stored row by row, the first row at the lower end of y; their points are evenly spaced along the
/// axes, both ends included. Missing cells at the end of a grid are unknown.
#[derive(Debug, Clone, Copy)]
pub struct Heatmap<'a> {
    pub x: Axis<'a>,
    pub y: Axis<'a>,
    pub columns: usize,
    pub rows: usize,
    /// Indices into `categories`; `None` is unknown. With `values` only their boundaries are drawn.
    pub regimes: &'a [Option<usize>],
    /// Lines between regimes, (x, y); without any the edges of the grid are drawn.
    pub boundaries: &'a [Vec<(f64, f64)>],
    pub categories: &'a [Category<'a>],
    pub values: Option<Values<'a>>,
    pub spots: &'a [Spot<'a>],
    pub glyphs: Glyphs,
    pub theme: &'a Theme,
}

impl<'a> Heatmap<'a> {
    /// A map with axes and an empty grid.
    #[must_use]
    pub const fn new(x: Axis<'a>, y: Axis<'a>, theme: &'a Theme) -> Self {
        Self {
            x,
            y,
            columns: 0,
            rows: 0,
            regimes: &[],
            boundaries: &[],
            categories: &[],
            values: None,
            spots: &[],
            glyphs: Glyphs::Braille,
            theme,
        }
    }

    /// The layout of the map in `area`.
    #[must_use]
    pub fn frame(&self, area: Rect) -> Frame<'a> {
        Frame::new(area, self.x, self.y, true)
    }

    /// Grid index at a position given as fractions of the plot from the left and from the bottom.
    fn index(&self, right: f64, up: f64) -> Option<usize> {
        let nearest = |fraction: f64, count: usize| -> Option<usize> {
            let last = count.checked_sub(1)?;
            Some((fraction * last as f64).round() as usize)
        };
        let (column, row) = (nearest(right, self.columns)?, nearest(up, self.rows)?);
        row.checked_mul(self.columns)?.checked_add(column)
    }

    /// The category in each dot of the plot, row by row from the top.
    fn regime_dots(&self, size: (usize, usize)) -> Vec<Option<usize>> {
        let at = |i: usize, count: usize| i as f64 / (count as f64 - 1.0).max(1.0);
        let dot = |x: usize, y: usize| {
            let index = self.index(at(x, size.0), 1.0 - at(y, size.1))?;
            self.regimes.get(index).copied().flatten().filter(|c| *c < self.categories.len())
        };
        (0..size.1).flat_map(|y| (0..size.0).map(move |x| (x, y))).map(|(x, y)| dot(x, y)).collect()
    }

    /// The value at the upper or lower half of a cell, as a level from 0 to 1.
    fn level(&self, frame: &Frame, column: u16, half: u16) -> Option<f64> {
        let values = self.values?;
        let right = (f64::from(column) + 0.5) / f64::from(frame.plot.width);
        let up = 1.0 - (f64::from(half) + 0.5) / (2.0 * f64::from(frame.plot.height));
        let value = *values.values.get(self.index(right, up)?)?;
        match value {
            v if v.is_nan() => None,
            v if v.is_infinite() => Some(if v > 0.0 { 1.0 } else { 0.0 }),
            // Values at or below 0 are at the lower end of a log scale.
            v => Some(values.scale.fraction(v).unwrap_or(0.0).clamp(0.0, 1.0)),
        }
    }

    /// A legible variant of a style: black or white if it is too close to the background.
    fn readable(&self, style: Style, column: u16, row: u16, buf: &Buffer) -> Style {
        let ground = buf.cell((column, row)).map(|cell| cell.bg);
        let (Some(ground), Some(ink)) = (ground, style.fg) else { return style };
        if contrast(ink, ground).is_none_or(|ratio| ratio >= 4.0) {
            return style;
        }
        let (dark, light) = match self.theme.depth() {
            Depth::Ansi256 => (Color::Indexed(16), Color::Indexed(231)),
            _ => (Color::Rgb(0, 0, 0), Color::Rgb(255, 255, 255)),
        };
        let ratio = |ink: Color| contrast(ink, ground).unwrap_or(0.0);
        style.fg(if ratio(dark) > ratio(light) { dark } else { light })
    }

    fn draw_values(&self, frame: &Frame, buf: &mut Buffer) {
        let plot = frame.plot;
        for row in 0..plot.height {
            for column in 0..plot.width {
                let halves = [self.level(frame, column, 2 * row), self.level(frame, column, 2 * row + 1)];
                let (x, y) = (plot.x + column, plot.y + row);
                let [Some(top), Some(bottom)] = halves else {
                    put(buf, x, y, self.glyphs.symbols().unknown, self.theme.style(Role::Border));
                    continue;
                };
                match (self.theme.ramp(top), self.theme.ramp(bottom)) {
                    (Some(top), Some(bottom)) if self.glyphs != Glyphs::Ascii => {
                        put(buf, x, y, '▀', Style::new().fg(top).bg(bottom));
                    }
                    (Some(top), Some(_)) => put(buf, x, y, ' ', Style::new().bg(top)),
                    _ => put(buf, x, y, self.shade(0.5 * (top + bottom)), self.theme.style(Role::Text)),
                }
            }
        }
    }

    /// A level as a density, for terminals without a colour scale.
    fn shade(&self, level: f64) -> char {
        let shades: &[char] = match self.glyphs {
            Glyphs::Ascii => &['.', ':', '-', '=', '+', '*', '#', '%', '@'],
            Glyphs::Braille | Glyphs::Blocks => &[' ', '░', '▒', '▓', '█'],
        };
        let index = (level * shades.len() as f64) as usize;
        shades.get(index.min(shades.len() - 1)).copied().unwrap_or(' ')
    }

    /// Fills areas with their colour, or sparsely with their letter.
    fn draw_regimes(&self, frame: &Frame, dots: &[Option<usize>], buf: &mut Buffer) -> Vec<Option<usize>> {
        let plot = frame.plot;
        let mut cells = Vec::with_capacity(usize::from(plot.width) * usize::from(plot.height));
        for (row, column) in (0..plot.height).flat_map(|row| (0..plot.width).map(move |column| (row, column)))
        {
            // The dot right of and below the middle represents its cell.
            let dot = (usize::from(row) * 4 + 2) * frame.size().0 + usize::from(column) * 2 + 1;
            let regime = dots.get(dot).copied().flatten();
            cells.push(regime);
            if self.values.is_some() {
                continue;
            }
            let (x, y) = (plot.x + column, plot.y + row);
            let Some(category) = regime.and_then(|i| self.categories.get(i)) else {
                put(buf, x, y, self.glyphs.symbols().unknown, self.theme.style(Role::Border));
                continue;
            };
            match self.theme.fill(category.role) {
                Some(fill) => put(buf, x, y, ' ', Style::new().bg(fill)),
                None if row % 2 == 0 && (column + row) % 4 == 0 => {
                    put(buf, x, y, category.letter, self.theme.style(category.role));
                }
                None => put(buf, x, y, ' ', Style::new()),
            }
        }
        cells
    }

    /// The lines between regimes, or a dot wherever the regime changes to the right or below.
    fn boundaries(&self, frame: &Frame, dots: &[Option<usize>]) -> Canvas {
        let (width, height) = frame.size();
        let mut canvas = Canvas::new(frame.plot.width, frame.plot.height);
        let style = self.theme.style(Role::Title);
        for line in self.boundaries {
            let points: Vec<_> = line.iter().filter_map(|&(x, y)| frame.locate(x, y)).collect();
            for run in canvas::trace(&points, (width, height)) {
                canvas::stroke(&mut canvas, &run, &[], style);
            }
        }
        if !self.boundaries.is_empty() {
            return canvas;
        }
        let at = |x: usize, y: usize| {
            if x < width && y < height { dots.get(y * width + x).copied().flatten() } else { None }
        };
        for (y, x) in (0..height).flat_map(|y| (0..width).map(move |x| (y, x))) {
            let Some(category) = at(x, y) else { continue };
            let differs = |other: Option<usize>| other.is_some_and(|o| o != category);
            if differs(at(x + 1, y)) || differs(at(x, y + 1)) {
                canvas.set(x as i32, y as i32, style);
            }
        }
        canvas
    }

    /// Writes each regime's name inside its area, near the area's middle.
    fn draw_names(&self, frame: &Frame, cells: &[Option<usize>], taken: &mut Taken, buf: &mut Buffer) {
        let plot = frame.plot;
        let cell = |column: u16, row: u16| {
            let inside = column < plot.width && row < plot.height;
            cells
                .get(usize::from(row) * usize::from(plot.width) + usize::from(column))
                .copied()
                .flatten()
                .filter(|_| inside)
        };
        let all = || (0..plot.height).flat_map(|row| (0..plot.width).map(move |column| (column, row)));
        for (i, category) in self.categories.iter().enumerate() {
            let wide = width(category.name) + 2;
            let mine: Vec<(u16, u16)> = all().filter(|&(c, r)| cell(c, r) == Some(i)).collect();
            if mine.is_empty() || category.name.is_empty() {
                continue;
            }
            let count = mine.len() as f64;
            let middle = mine
                .iter()
                .fold((0.0, 0.0), |m, p| (m.0 + f64::from(p.0) / count, m.1 + f64::from(p.1) / count));
            let fits = |&(column, row): &(u16, u16)| {
                (column..column.saturating_add(wide)).all(|c| cell(c, row) == Some(i))
                    && taken.is_free(plot.x + column, plot.y + row, wide, 1)
            };
            let far = |&(column, row): &(u16, u16)| {
                (f64::from(column) + f64::from(wide) / 2.0 - middle.0)
                    .hypot(2.0 * (f64::from(row) - middle.1))
            };
            let Some((column, row)) =
                mine.iter().copied().filter(fits).min_by(|a, b| far(a).total_cmp(&far(b)))
            else {
                continue;
            };
            let style = self.theme.style(category.role).add_modifier(ratatui::style::Modifier::BOLD);
            let style = self.readable(style, plot.x + column, plot.y + row, buf);
            write(buf, plot.x + column, plot.y + row, &format!(" {} ", category.name), wide, style);
            taken.add_text(plot.x + column, plot.y + row, wide);
        }
    }

    fn draw_spots(&self, frame: &Frame, taken: &mut Taken, buf: &mut Buffer) {
        let symbols = self.glyphs.symbols();
        let placed: Vec<_> =
            self.spots.iter().filter_map(|spot| Some((spot, frame.cell(spot.x, spot.y)?))).collect();
        for (spot, at) in &placed {
            let char = if spot.kind == SpotKind::Current { symbols.current } else { symbols.triple };
            put(buf, at.x, at.y, char, self.readable(self.theme.style(Role::Evidence), at.x, at.y, buf));
            taken.add_text(at.x, at.y, 1);
        }
        for (spot, at) in &placed {
            let wide = width(spot.label);
            let room = frame.plot.right().saturating_sub(at.x + 2);
            // A label over a boundary is better than no label.
            let over = (wide <= room && !taken.text_at(at.x + 2, at.y)).then_some((at.x + 2, at.y));
            if let Some((column, row)) = Clearance::ALL
                .into_iter()
                .find_map(|clearance| beside((at.x, at.y), 3, wide, frame, (taken, clearance)))
                .or(over)
                .filter(|_| wide > 0)
            {
                let style = self.readable(self.theme.style(Role::Title), column, row, buf);
                // The fill letters of an area leave space around a label.
                for c in
                    [column - 1, column + wide].into_iter().filter(|&c| c != at.x && c < frame.plot.right())
                {
                    if let Some(cell) = buf.cell_mut((c, row)).filter(|cell| cell.symbol().is_ascii()) {
                        cell.set_char(' ');
                    }
                }
                write(buf, column, row, spot.label, wide, style);
                taken.add_text(column, row, wide);
            }
        }
    }

    /// The header: the colour scale with its ends, or each regime's colour or letter with its name.
    fn draw_legend(&self, frame: &Frame, buf: &mut Buffer) {
        let Some(row) = frame.header else { return };
        // Next to the axis title, which is in the same row.
        let title = frame.area().x + width(&self.glyphs.text(frame.y_axis().title())) + 2;
        let (mut column, end) = (frame.plot.x.max(title), frame.plot.right());
        let text = self.theme.style(Role::Dim);
        if let Some(values) = self.values {
            let scale = values.scale;
            let low = self.glyphs.text(&format!("{} {} ", scale.title(), numbers::sig(scale.min(), 2)));
            let high = self.glyphs.text(&format!(" {}", numbers::sig(scale.max(), 2)));
            let bar = end.saturating_sub(column).saturating_sub(width(&low) + width(&high)).min(24);
            if bar < 3 {
                return;
            }
            let low = low.trim_start();
            write(buf, column, row, low, end - column, text);
            column += width(low);
            for i in 0..bar {
                let level = f64::from(i) / f64::from(bar - 1);
                match self.theme.ramp(level) {
                    Some(color) => put(buf, column + i, row, ' ', Style::new().bg(color)),
                    None => put(buf, column + i, row, self.shade(level), self.theme.style(Role::Text)),
                }
            }
            write(buf, column + bar, row, &high, end.saturating_sub(column + bar), text);
            return;
        }
        for category in self.categories {
            let wide = 4 + width(category.name);
            if column + wide > end {
                return;
            }
            match self.theme.fill(category.role) {
                Some(fill) => (0..2).for_each(|i| put(buf, column + i, row, ' ', Style::new().bg(fill))),
                None => put(buf, column + 1, row, category.letter, self.theme.style(category.role)),
            }
            write(buf, column + 3, row, category.name, wide, self.theme.style(category.role));
            column += wide + 2;
        }
    }
}

impl Widget for Heatmap<'_> {
    fn render(self, area: Rect, buf: &mut Buffer) {
        let area = area.intersection(buf.area);
        if area.is_empty() {
            return;
        }
        let frame = self.frame(area);
        let dots = self.regime_dots(frame.size());
        if self.values.is_some() {
            self.draw_values(&frame, buf);
        }
        let cells = self.draw_regimes(&frame, &dots, buf);
        let canvas = self.boundaries(&frame, &dots);
        for (column, row, char, style) in canvas.cells(self.glyphs) {
            let (x, y) = (frame.plot.x + column, frame.plot.y + row);
            put(buf, x, y, char, self.readable(style, x, y, buf));
        }
        frame.draw(buf, self.theme, self.glyphs);
        self.draw_legend(&frame, buf);
        let mut taken = Taken::new(frame.plot, &canvas);
        self.draw_spots(&frame, &mut taken, buf);
        self.draw_names(&frame, &cells, &mut taken, buf);
    }
}
