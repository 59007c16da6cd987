//! The sheet of one panel: axes with both ends labelled, and lines, dashed and cut at the plot's edge.

use plotters::coord::Shift;
use plotters::drawing::DrawingArea;
use plotters::element::{Circle, PathElement, Polygon, Rectangle, Text};
use plotters::prelude::DrawingBackend;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, IntoFont, RGBColor, ShapeStyle, TextStyle};

use super::ink::{FONT, Inks};
use super::labels::{Area, Point};
use crate::chart::axis::{Along, Axis, Tick};
use crate::figure::picture;
use crate::theme::Role;

/// Size of text in units: ticks and labels, names.
pub const SMALL: f64 = 13.0;
pub const LARGE: f64 = 14.0;

/// Draws text and shapes in pixels; `unit` is a pixel of a picture of the usual size.
pub struct Brush<'a, DB: DrawingBackend> {
    pub area: &'a DrawingArea<DB, Shift>,
    pub unit: f64,
    pub inks: &'a Inks,
}

impl<DB: DrawingBackend> Brush<'_, DB> {
    /// A filled rectangle between two corners.
    pub fn fill(&self, a: Point, b: Point, color: RGBColor) -> Result<(), String> {
        self.area.draw(&Rectangle::new([whole(a), whole(b)], color.filled())).map_err(said)
    }

    pub fn polygon(&self, corners: &[Point], color: RGBColor) -> Result<(), String> {
        let corners: Vec<(i32, i32)> = corners.iter().copied().map(whole).collect();
        self.area.draw(&Polygon::new(corners, color.filled())).map_err(said)
    }

    pub fn disc(&self, at: Point, radius: f64, color: RGBColor, full: bool) -> Result<(), String> {
        let style = if full { color.filled() } else { color.stroke_width(self.pixels(1.2) as u32) };
        self.area.draw(&Circle::new(whole(at), self.pixels(radius), style)).map_err(said)
    }

    fn pixels(&self, units: f64) -> i32 {
        (units * self.unit).round().max(1.0) as i32
    }

    /// Writes a text; `size` is in units.
    pub fn text(
        &self,
        text: &str,
        at: Point,
        size: f64,
        color: RGBColor,
        (across, up): (HPos, VPos),
    ) -> Result<(), String> {
        let style =
            TextStyle::from((FONT, size * self.unit).into_font()).color(&color).pos(Pos::new(across, up));
        self.area.draw(&Text::new(clean(text), whole(at), style)).map_err(said)
    }

    /// Width of a text in pixels.
    pub fn width(&self, text: &str, size: f64) -> f64 {
        let style = TextStyle::from((FONT, size * self.unit).into_font());
        let estimate = || 0.6 * size * self.unit * text.chars().count() as f64;
        self.area.estimate_text_size(&clean(text), &style).map_or_else(|_| estimate(), |(w, _)| f64::from(w))
    }

    /// A line through the points; `dashes` are lengths on and off in units.
    pub fn line(&self, points: &[Point], width: f64, dashes: &[f64], color: RGBColor) -> Result<(), String> {
        let style: ShapeStyle = color.stroke_width(self.pixels(width) as u32);
        for dash in dashed(points, dashes, self.unit) {
            let path: Vec<(i32, i32)> = dash.into_iter().map(whole).collect();
            self.area.draw(&PathElement::new(path, style)).map_err(said)?;
        }
        Ok(())
    }
}

/// A plot's axes on a sheet.
pub struct Sheet<'a, DB: DrawingBackend> {
    pub brush: &'a Brush<'a, DB>,
    x: Axis<'a>,
    y: Axis<'a>,
    x_ticks: Vec<Tick>,
    y_ticks: Vec<Tick>,
    /// The plot between its axes.
    pub plot: Area,
}

impl<'a, DB: DrawingBackend> Sheet<'a, DB> {
    /// Lays out axes in `room`, with `margin` pixels to their right.
    pub fn new(
        brush: &'a Brush<'a, DB>,
        room: Area,
        margin: f64,
        (x, y): (&'a picture::Axis, &'a picture::Axis),
    ) -> Self {
        let unit = brush.unit;
        let (x, y) = (x.chart(), y.chart());
        let (top, bottom) = (room.1 + 26.0 * unit, room.3 - 46.0 * unit);
        // The number of labels is that of a terminal of equal size in rows and columns.
        let cells = |pixels: f64, each: f64| (pixels / (each * unit)).max(1.0) as u16;
        let y_ticks = y.ticks(cells(bottom - top, 22.0), Along::Vertical);
        let widest = y_ticks.iter().map(|t| brush.width(&t.label, SMALL)).fold(0.0, f64::max);
        let plot = (room.0 + widest + 16.0 * unit, top, room.2 - margin, bottom);
        let x_ticks = x.ticks(cells(plot.2 - plot.0, 8.0), Along::Horizontal);
        Self { brush, x, y, x_ticks, y_ticks, plot }
    }

    /// Lines at labelled ticks, behind everything.
    pub fn grid(&self) -> Result<(), String> {
        let color = RGBColor(226, 226, 226);
        let (left, top, right, bottom) = self.plot;
        for tick in self.x_ticks.iter().filter(|t| !t.label.is_empty()) {
            let Some(x) = self.column(tick.value) else { continue };
            self.brush.line(&[(x, top), (x, bottom)], 0.6, &[], color)?;
        }
        for tick in self.y_ticks.iter().filter(|t| !t.label.is_empty()) {
            let Some(y) = self.row(tick.value) else { continue };
            self.brush.line(&[(left, y), (right, y)], 0.6, &[], color)?;
        }
        Ok(())
    }

    /// Axis lines, ticks and labels; the names of the axes below and above.
    pub fn axes(&self, x_name: &str, y_name: &str) -> Result<(), String> {
        let (brush, unit) = (self.brush, self.brush.unit);
        let (ink, name) = (brush.inks.line(Role::Text), brush.inks.line(Role::Title));
        let (left, top, right, bottom) = self.plot;
        brush.line(&[(left, top), (left, bottom), (right, bottom)], 1.2, &[], ink)?;
        for tick in &self.x_ticks {
            let Some(x) = self.column(tick.value) else { continue };
            let long = if tick.label.is_empty() { 3.0 } else { 5.0 };
            brush.line(&[(x, bottom), (x, bottom + long * unit)], 1.0, &[], ink)?;
            let at = (x, bottom + 8.0 * unit);
            brush.text(&tick.label, at, SMALL, ink, (HPos::Center, VPos::Top))?;
        }
        for tick in &self.y_ticks {
            let Some(y) = self.row(tick.value) else { continue };
            let long = if tick.label.is_empty() { 3.0 } else { 5.0 };
            brush.line(&[(left - long * unit, y), (left, y)], 1.0, &[], ink)?;
            brush.text(&tick.label, (left - 8.0 * unit, y), SMALL, ink, (HPos::Right, VPos::Center))?;
        }
        let middle = ((left + right) / 2.0, bottom + 27.0 * unit);
        brush.text(x_name, middle, LARGE, name, (HPos::Center, VPos::Top))?;
        let start = (left - 8.0 * unit - brush.width(y_name, LARGE)).max(left - self.gutter());
        brush.text(y_name, (start, top - 10.0 * unit), LARGE, name, (HPos::Left, VPos::Bottom))
    }

    fn gutter(&self) -> f64 {
        let labels = self.y_ticks.iter().map(|t| self.brush.width(&t.label, SMALL));
        labels.fold(0.0, f64::max) + 14.0 * self.brush.unit
    }

    /// A point of the data on the sheet, which may lie outside the plot.
    pub fn place(&self, x: f64, y: f64) -> Option<Point> {
        let (left, top, right, bottom) = self.plot;
        let (u, v) = (self.x.fraction(x)?, self.y.fraction(y)?);
        Some((left + u * (right - left), bottom - v * (bottom - top)))
    }

    /// The column of an x inside the plot.
    pub fn column(&self, x: f64) -> Option<f64> {
        self.x.contains(x).then_some(())?;
        Some(self.plot.0 + self.x.fraction(x)? * (self.plot.2 - self.plot.0))
    }

    /// The row of a y inside the plot.
    pub fn row(&self, y: f64) -> Option<f64> {
        self.y.contains(y).then_some(())?;
        Some(self.plot.3 - self.y.fraction(y)? * (self.plot.3 - self.plot.1))
    }

    /// The row of y in pixels, clamped to the plot.
    pub fn clamped(&self, y: f64) -> f64 {
        let share = self.y.fraction(y).unwrap_or(0.0).clamp(0.0, 1.0);
        self.plot.3 - share * (self.plot.3 - self.plot.1)
    }

    /// A line cut at the top and bottom of the plot.
    pub fn line(&self, points: &[Point], width: f64, dashes: &[f64], color: RGBColor) -> Result<(), String> {
        for piece in clipped(points, self.plot.1, self.plot.3) {
            self.brush.line(&piece, width, dashes, color)?;
        }
        Ok(())
    }

    /// A line from the top of the plot to its bottom.
    pub fn vertical(&self, x: f64, dashes: &[f64], color: RGBColor) -> Result<(), String> {
        let Some(column) = self.column(x) else { return Ok(()) };
        self.brush.line(&[(column, self.plot.1), (column, self.plot.3)], 1.0, dashes, color)
    }

    /// Whether a point is within the horizontal range of the plot.
    pub fn is_across(&self, (x, _): Point) -> bool {
        (self.plot.0 - 0.5..=self.plot.2 + 0.5).contains(&x)
    }
}

/// Replaces characters that XML does not allow with blanks.
fn clean(text: &str) -> String {
    let known = |c: char| if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') { ' ' } else { c };
    text.chars().map(known).collect()
}

fn said(error: impl std::fmt::Display) -> String {
    error.to_string()
}

fn whole((x, y): Point) -> (i32, i32) {
    (x.round() as i32, y.round() as i32)
}

/// The stretches of a line between two heights.
fn clipped(points: &[Point], top: f64, bottom: f64) -> Vec<Vec<Point>> {
    let inside = |p: Point| (top..=bottom).contains(&p.1);
    let mut pieces: Vec<Vec<Point>> = Vec::new();
    let mut open = false;
    for pair in points.windows(2) {
        let &[a, b] = pair else { continue };
        let at = |edge: f64| (a.0 + (b.0 - a.0) * (edge - a.1) / (b.1 - a.1), edge);
        let enter = |p: Point| if inside(p) { p } else { at(if p.1 < top { top } else { bottom }) };
        let misses = (a.1 < top && b.1 < top) || (a.1 > bottom && b.1 > bottom);
        if misses {
            open = false;
            continue;
        }
        if !open || !inside(a) {
            pieces.push(vec![enter(a)]);
        }
        if let Some(piece) = pieces.last_mut() {
            piece.push(enter(b));
        }
        open = inside(b);
    }
    pieces
}

/// The line cut into dashes: alternating lengths on and off, in units; a solid line without any.
fn dashed(points: &[Point], pattern: &[f64], unit: f64) -> Vec<Vec<Point>> {
    if pattern.iter().sum::<f64>() <= 0.0 {
        return vec![points.to_vec()];
    }
    let mut lengths = pattern.iter().map(|l| l * unit).cycle();
    let (mut left, mut on) = (lengths.next().unwrap_or(1.0), true);
    let mut dashes: Vec<Vec<Point>> = vec![points.first().copied().into_iter().collect()];
    for pair in points.windows(2) {
        let &[mut a, b] = pair else { continue };
        loop {
            let length = (b.0 - a.0).hypot(b.1 - a.1);
            if length < left {
                left -= length;
                if on && let Some(dash) = dashes.last_mut() {
                    dash.push(b);
                }
                break;
            }
            let t = if length > 0.0 { left / length } else { 1.0 };
            a = (a.0 + t * (b.0 - a.0), a.1 + t * (b.1 - a.1));
            if on {
                if let Some(dash) = dashes.last_mut() {
                    dash.push(a);
                }
            } else {
                dashes.push(vec![a]);
            }
            on = !on;
            left = lengths.next().unwrap_or(1.0);
        }
    }
    dashes.retain(|dash| dash.len() > 1);
    dashes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_clipped_at_the_frame() {
        let line = [(0.0, 5.0), (1.0, -5.0), (2.0, -5.0), (3.0, 5.0), (4.0, 25.0), (5.0, 5.0)];
        let pieces = clipped(&line, 0.0, 10.0);
        assert_eq!(
            pieces,
            [
                vec![(0.0, 5.0), (0.5, 0.0)],
                vec![(2.5, 0.0), (3.0, 5.0), (3.25, 10.0)],
                vec![(4.75, 10.0), (5.0, 5.0)]
            ]
        );
        // From far above to far below in one step.
        assert_eq!(clipped(&[(0.0, -10.0), (3.0, 20.0)], 0.0, 10.0), [vec![(1.0, 0.0), (2.0, 10.0)]]);
    }

    #[test]
    fn dashes_continue_around_corners() {
        let line = [(0.0, 0.0), (3.0, 0.0), (3.0, 4.0)];
        let dashes = dashed(&line, &[2.0, 0.5], 1.0);
        assert_eq!(
            dashes,
            [
                vec![(0.0, 0.0), (2.0, 0.0)],
                vec![(2.5, 0.0), (3.0, 0.0), (3.0, 1.5)],
                vec![(3.0, 2.0), (3.0, 4.0)]
            ]
        );
        assert_eq!(dashed(&line, &[], 1.0), [line.to_vec()]);
    }
}
