//! The line chart: everything drawn against two axes, in one widget.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::Widget;

use super::axis::Axis;
use super::canvas::{self, Canvas};
use super::curve::{Curve, Path};
use super::frame::{Frame, put, width, write};
use super::glyphs::Glyphs;
use super::labels::{self, Label, Taken};
use super::marks::{self, Band, Crosshair, Evidence, Mark, MarkKind, Vertical};
use super::spread::Spread;
use super::stack::Stack;
use crate::theme::{Role, Theme};

/// A chart; the optional parts are set as in `Chart { curves: &curves, ..Chart::new(x, y, &theme) }`.
#[derive(Debug, Clone, Copy)]
pub struct Chart<'a> {
    pub x: Axis<'a>,
    pub y: Axis<'a>,
    /// Later curves are drawn over earlier ones, and their labels are placed first.
    pub curves: &'a [Curve<'a>],
    /// Confidence bands: light fills under the curves, without names.
    pub spreads: &'a [Spread<'a>],
    /// Filled areas under the curves.
    pub stack: Option<Stack<'a>>,
    /// Marks, most important first: their labels are kept if there is little room.
    pub marks: &'a [Mark<'a>],
    /// In increasing x.
    pub bands: &'a [Band<'a>],
    pub points: &'a [Evidence],
    pub verticals: &'a [Vertical],
    pub crosshair: Option<Crosshair>,
    pub glyphs: Glyphs,
    pub theme: &'a Theme,
}

impl<'a> Chart<'a> {
    /// A chart with axes only.
    #[must_use]
    pub const fn new(x: Axis<'a>, y: Axis<'a>, theme: &'a Theme) -> Self {
        Self {
            x,
            y,
            curves: &[],
            spreads: &[],
            stack: None,
            marks: &[],
            bands: &[],
            points: &[],
            verticals: &[],
            crosshair: None,
            glyphs: Glyphs::Braille,
            theme,
        }
    }

    /// The layout of the chart in `area`, for crosshair and mouse.
    #[must_use]
    pub fn frame(&self, area: Rect) -> Frame<'a> {
        Frame::new(area, self.x, self.y, !self.bands.is_empty() || !self.y.title().is_empty())
    }

    fn draw_crosshair(&self, frame: &Frame, buf: &mut Buffer, canvas: &Canvas, taken: &mut Taken) {
        let Some(crosshair) = self.crosshair else { return };
        let Some(column) = frame.column(crosshair.x) else { return };
        let (symbols, style) = (self.glyphs.symbols(), self.theme.style(Role::Accent));
        for row in frame.plot.top()..frame.plot.bottom() {
            let dots = canvas.bits(column - frame.plot.x, row - frame.plot.y) != 0;
            if !dots && !taken.text_at(column, row) {
                put(buf, column, row, symbols.crosshair, style);
            }
            taken.add_text(column, row, 1);
        }
        let crossing =
            crosshair.curve.and_then(|i| self.curves.get(i)).and_then(|curve| curve.at(frame, crosshair.x));
        if let Some(row) = crossing.and_then(|y| frame.row(y)) {
            put(buf, column, row, symbols.meet, style);
        }
        if frame.plot.bottom() < frame.area().bottom() {
            put(buf, column, frame.plot.bottom(), symbols.near, style);
        }
    }

    /// Labels for the curves; returns those that find no place.
    fn draw_labels(
        &self,
        frame: &Frame,
        paths: &[Path],
        taken: &mut Taken,
        buf: &mut Buffer,
    ) -> Vec<(&str, Role, Canvas)> {
        let order: Vec<usize> = (0..self.curves.len()).rev().collect();
        let labels: Vec<Label> = order
            .iter()
            .filter_map(|&i| {
                let (curve, path) = (self.curves.get(i)?, paths.get(i)?);
                Some(Label { text: curve.name, path, style: self.theme.style(curve.role) })
            })
            .collect();
        let without = labels::place(&labels, frame.plot, taken, buf);
        // A curve that is not visible needs no label.
        let seen = |i: &usize| paths.get(*i).is_some_and(|path| path.dots.iter().any(Option::is_some));
        let unplaced = without.iter().filter_map(|&i| order.get(i).copied()).filter(seen);
        unplaced
            .filter_map(|i| self.curves.get(i))
            .map(|curve| {
                let mut sample = Canvas::new(3, 1);
                let run: Vec<(i32, i32)> = (0..6).map(|x| (x, 2)).collect();
                canvas::stroke(&mut sample, &run, curve.dash.pattern(), self.theme.style(curve.role));
                (curve.name, curve.role, sample)
            })
            .collect()
    }

    /// A legend with samples of lines or fills, for names that found no position next to their curves.
    fn draw_key(&self, entries: &[(&str, Role, Canvas)], frame: &Frame, taken: &mut Taken, buf: &mut Buffer) {
        let plot = frame.plot;
        let wides: Vec<u16> = entries.iter().map(|(name, ..)| width(name).saturating_add(4)).collect();
        let whole = wides
            .iter()
            .fold(0u16, |sum, wide| sum.saturating_add(*wide).saturating_add(2))
            .saturating_sub(2);
        // In the header unless bands are named there; otherwise one line inside the plot, preferably in the top right
        // corner, where there are few curves.
        let header = frame.header.filter(|_| self.bands.is_empty() && whole <= plot.width);
        let header = header.map(|row| (plot.right() - whole, row));
        let spot = |wide: u16, taken: &Taken| {
            let last = plot.width.checked_sub(wide.checked_add(1)?)?;
            (0..plot.height)
                .flat_map(|row| (0..=last).rev().map(move |start| (plot.x + start, plot.y + row)))
                .find(|&(column, row)| taken.is_free(column, row, wide, 2))
        };
        let mut line = header.or_else(|| spot(whole, taken));
        for ((name, role, sample), wide) in entries.iter().zip(wides) {
            let Some((column, row)) = line.or_else(|| spot(wide, taken)) else { continue };
            line = line.map(|(column, row)| (column + wide + 2, row));
            let style = self.theme.style(*role);
            for (x, _, char, style) in sample.cells(self.glyphs) {
                put(buf, column + x, row, char, style);
            }
            write(buf, column + 4, row, name, wide, style);
            taken.add_text(column, row, wide);
        }
    }
}

impl Widget for Chart<'_> {
    fn render(self, area: Rect, buf: &mut Buffer) {
        let area = area.intersection(buf.area);
        if area.is_empty() {
            return;
        }
        let frame = self.frame(area);
        let plot = frame.plot;
        let mut rules = marks::draw_bands(self.bands, &frame, buf, self.theme, self.glyphs);
        for vertical in self.verticals {
            marks::draw_vertical(vertical.x, vertical.role, &frame, buf, self.theme, self.glyphs);
            rules.extend(frame.column(vertical.x));
        }
        let ruled = |m: &&Mark| m.kind.is_ruled();
        for mark in self.marks.iter().filter(ruled) {
            let role = if mark.kind == MarkKind::Pin { Role::Accent } else { Role::Border };
            marks::draw_vertical(mark.x, role, &frame, buf, self.theme, self.glyphs);
            rules.extend(frame.column(mark.x));
        }

        let mut canvas = Canvas::new(plot.width, plot.height);
        if let Some(stack) = &self.stack {
            stack.draw(&mut canvas, &frame, self.theme);
        }
        let ground = canvas.clone();
        for spread in self.spreads {
            spread.draw(&mut canvas, &frame, buf, self.theme);
        }
        let paths: Vec<Path> =
            self.curves.iter().map(|curve| curve.draw(&mut canvas, &frame, self.theme)).collect();
        for (column, row, char, style) in canvas.cells(self.glyphs) {
            put(buf, plot.x + column, plot.y + row, char, style);
        }

        let mut taken = Taken::new(plot, &Canvas::new(plot.width, plot.height));
        taken.add_fill(&ground);
        paths.iter().for_each(|path| taken.add_path(path));
        rules.into_iter().for_each(|column| taken.add_rule(column));
        marks::draw_evidence(self.points, &frame, buf, &mut taken, self.theme, self.glyphs);
        frame.draw(buf, self.theme, self.glyphs);
        marks::draw_marks(self.marks, &frame, buf, &mut taken, self.theme, self.glyphs);
        self.draw_crosshair(&frame, buf, &canvas, &mut taken);
        let mut unlabelled = Vec::new();
        if let Some(stack) = &self.stack {
            let without = stack.label(&frame, &mut taken, buf, self.theme);
            unlabelled.extend(without.iter().map(|layer| (layer.name, layer.role, layer.sample(self.theme))));
        }
        unlabelled.extend(self.draw_labels(&frame, &paths, &mut taken, buf));
        self.draw_key(&unlabelled, &frame, &mut taken, buf);
    }
}
