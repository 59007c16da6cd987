//! The sheet of a figure: title, axes and a margin for names; and lines, dashed and cut at the plot's edge.

use plotters::chart::ChartBuilder;
use plotters::coord::Shift;
use plotters::drawing::DrawingArea;
use plotters::element::{PathElement, Polygon, Rectangle, Text};
use plotters::prelude::{DrawingBackend, LabelAreaPosition};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, IntoFont, RGBColor, ShapeStyle, TextStyle, WHITE};

use super::FONT;
use super::scale::Scale;

/// A point of the sheet, in pixels from the top left.
pub type Place = (f64, f64);

/// Text and axes.
pub const INK: RGBColor = RGBColor(40, 40, 40);
pub const QUIET: RGBColor = RGBColor(105, 105, 105);
const GRID: RGBColor = RGBColor(205, 205, 205);

/// What surrounds the plot.
pub struct Surroundings<'a> {
    pub title: &'a str,
    pub x: (Scale, &'a str),
    pub y: (Scale, &'a str),
    /// Columns of text right of the plot.
    pub margin: usize,
}

pub struct Sheet<'a, DB: DrawingBackend> {
    area: &'a DrawingArea<DB, Shift>,
    pub unit: f64,
    x: Scale,
    y: Scale,
    /// Left, top, right, bottom of the plot.
    pub plot: (f64, f64, f64, f64),
}

impl<'a, DB: DrawingBackend> Sheet<'a, DB> {
    /// Draws what `under` draws, then axes over it.
    pub fn new(
        area: &'a DrawingArea<DB, Shift>,
        unit: f64,
        around: &Surroundings,
        under: impl Fn(&Self) -> Result<(), String>,
    ) -> Result<Self, String> {
        area.fill(&WHITE).map_err(said)?;
        let pixels = |v: f64| (v * unit).round() as i32;
        let ((x, x_name), (y, y_name)) = (around.x, around.y);
        let mut chart = ChartBuilder::on(area)
            .margin_top(pixels(52.0))
            .margin_right(pixels(22.0 + 8.6 * around.margin as f64))
            .margin_bottom(pixels(8.0))
            .margin_left(pixels(8.0))
            .set_label_area_size(LabelAreaPosition::Bottom, pixels(52.0))
            .set_label_area_size(LabelAreaPosition::Left, pixels(72.0))
            .build_cartesian_2d(x, y)
            .map_err(said)?;
        let (across, down) = chart.plotting_area().get_pixel_range();
        let plot =
            (f64::from(across.start), f64::from(down.start), f64::from(across.end), f64::from(down.end));
        let sheet = Self { area, unit, x, y, plot };
        under(&sheet)?;
        let style = |size: f64| (FONT, size * unit).into_font().color(&INK);
        let room = |pixels: f64, each: f64| (pixels / (each * unit)) as usize;
        chart
            .configure_mesh()
            .x_desc(x_name)
            .y_desc(y_name)
            .x_labels(room(plot.2 - plot.0, 70.0).clamp(2, 12))
            .y_labels(room(plot.3 - plot.1, 45.0).clamp(2, 12))
            .label_style(style(14.0))
            .axis_desc_style(style(16.0))
            .axis_style(INK.stroke_width(pixels(1.2).max(1) as u32))
            .bold_line_style(GRID.mix(0.6).stroke_width(pixels(0.7).max(1) as u32))
            .light_line_style(GRID.mix(0.0))
            .set_all_tick_mark_size(pixels(5.0))
            .draw()
            .map_err(said)?;
        sheet.text(around.title, (plot.0, 10.0 * unit), 17.0, INK, (HPos::Left, VPos::Top))?;
        Ok(sheet)
    }

    /// A point of the data on the sheet, which may lie outside the plot.
    pub fn place(&self, x: f64, y: f64) -> Option<Place> {
        let (left, top, right, bottom) = self.plot;
        let (u, v) = (self.x.fraction(x)?, self.y.fraction(y)?);
        Some((left + u * (right - left), bottom - v * (bottom - top)))
    }

    /// The column of an x inside the plot.
    pub fn column(&self, x: f64) -> Option<f64> {
        let share = self.x.fraction(x).filter(|s| (-1e-9..=1.0 + 1e-9).contains(s))?;
        Some(self.plot.0 + share * (self.plot.2 - self.plot.0))
    }

    /// A filled rectangle between two corners.
    pub fn fill(&self, a: Place, b: Place, color: RGBColor) -> Result<(), String> {
        self.area.draw(&Rectangle::new([whole(a), whole(b)], color.filled())).map_err(said)
    }

    pub fn polygon(&self, corners: &[Place], color: RGBColor) -> Result<(), String> {
        let corners: Vec<(i32, i32)> = corners.iter().copied().map(whole).collect();
        self.area.draw(&Polygon::new(corners, color.filled())).map_err(said)
    }

    /// `size` in pixels of a figure of the usual size.
    pub fn text(
        &self,
        text: &str,
        at: Place,
        size: f64,
        color: RGBColor,
        (across, up): (HPos, VPos),
    ) -> Result<(), String> {
        let style =
            TextStyle::from((FONT, size * self.unit).into_font()).color(&color).pos(Pos::new(across, up));
        self.area.draw(&Text::new(text.to_owned(), whole(at), style)).map_err(said)
    }

    /// A line through the points, cut at the top and bottom of the plot; `dashes` are lengths on and off.
    pub fn line(&self, points: &[Place], width: f64, dashes: &[f64], color: RGBColor) -> Result<(), String> {
        let style: ShapeStyle = color.stroke_width((width * self.unit).round().max(1.0) as u32);
        for piece in clipped(points, self.plot.1, self.plot.3) {
            for dash in dashed(&piece, dashes, self.unit) {
                let path: Vec<(i32, i32)> = dash.into_iter().map(whole).collect();
                self.area.draw(&PathElement::new(path, style)).map_err(said)?;
            }
        }
        Ok(())
    }

    /// A line from the top of the plot to its bottom.
    pub fn vertical(&self, x: f64, dashes: &[f64], color: RGBColor) -> Result<(), String> {
        let Some(column) = self.column(x) else { return Ok(()) };
        self.line(&[(column, self.plot.1), (column, self.plot.3)], 1.0, dashes, color)
    }
}

fn said(error: impl std::fmt::Display) -> String {
    error.to_string()
}

fn whole((x, y): Place) -> (i32, i32) {
    (x.round() as i32, y.round() as i32)
}

/// The stretches of a line between two heights.
fn clipped(points: &[Place], top: f64, bottom: f64) -> Vec<Vec<Place>> {
    let inside = |p: Place| (top..=bottom).contains(&p.1);
    let mut pieces: Vec<Vec<Place>> = Vec::new();
    let mut open = false;
    for pair in points.windows(2) {
        let &[a, b] = pair else { continue };
        let at = |edge: f64| (a.0 + (b.0 - a.0) * (edge - a.1) / (b.1 - a.1), edge);
        let enter = |p: Place| if inside(p) { p } else { at(if p.1 < top { top } else { bottom }) };
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

/// The line cut into dashes: lengths on and off in turn, in units; all of it without any.
fn dashed(points: &[Place], pattern: &[f64], unit: f64) -> Vec<Vec<Place>> {
    if pattern.iter().sum::<f64>() <= 0.0 {
        return vec![points.to_vec()];
    }
    let mut lengths = pattern.iter().map(|l| l * unit).cycle();
    let (mut left, mut on) = (lengths.next().unwrap_or(1.0), true);
    let mut dashes: Vec<Vec<Place>> = vec![points.first().copied().into_iter().collect()];
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
    fn lines_are_cut_where_they_leave() {
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
    fn dashes_go_on_round_corners() {
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
