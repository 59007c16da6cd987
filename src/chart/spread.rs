//! A confidence band: the cells between two edges get a light background in the curve's colour.

use ratatui::buffer::Buffer;

use super::canvas::{Canvas, Point};
use super::curve::Curve;
use super::frame::Frame;
use crate::theme::Theme;

/// The area between two edges of one curve's band.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread<'a> {
    /// Lower edge; its colour is the band's.
    pub low: Curve<'a>,
    /// Upper edge.
    pub high: Curve<'a>,
}

impl Spread<'_> {
    /// Fills the cells of the band; if the terminal has no light tints the edges are drawn as dotted lines.
    pub(super) fn draw(&self, canvas: &mut Canvas, frame: &Frame, buf: &mut Buffer, theme: &Theme) {
        let Some(fill) = theme.fill(self.low.role) else {
            self.low.draw(canvas, frame, theme);
            self.high.draw(canvas, frame, theme);
            return;
        };
        let plot = frame.plot;
        let last = f64::from(plot.height) - 1.0;
        let edges = heights(&self.low, frame).into_iter().zip(heights(&self.high, frame));
        for (column, (low, high)) in (plot.left()..plot.right()).zip(edges) {
            // On a log axis a lower edge at or below 0 is below the plot.
            let (Some(top), bottom) = (high, low.unwrap_or(f64::INFINITY)) else { continue };
            let (top, bottom) = ((top / 4.0).floor(), (bottom / 4.0).floor());
            if top > last || bottom < 0.0 {
                continue;
            }
            for row in top.max(0.0) as u16..=bottom.min(last) as u16 {
                if let Some(cell) = buf.cell_mut((column, plot.y + row)) {
                    cell.set_bg(fill);
                }
            }
        }
    }
}

/// The height of a curve at the middle of every column of the plot, in dots from the top; `None` where it has none.
fn heights(curve: &Curve, frame: &Frame) -> Vec<Option<f64>> {
    let mut all = vec![None; usize::from(frame.plot.width)];
    for piece in curve.pieces(frame) {
        let points: Vec<Point> = piece.iter().filter_map(|&(x, y)| frame.locate(x, y)).collect();
        for (a, b) in points.iter().zip(points.iter().skip(1)) {
            let first = ((a.0 - 0.5) / 2.0).ceil().max(0.0) as usize;
            let end = ((b.0 - 0.5) / 2.0).floor().min(f64::from(frame.plot.width)) + 1.0;
            for column in first..end.max(0.0) as usize {
                let t = if b.0 > a.0 { (2.0 * column as f64 + 0.5 - a.0) / (b.0 - a.0) } else { 0.0 };
                if let Some(height) = all.get_mut(column) {
                    *height = Some(a.1 + t * (b.1 - a.1));
                }
            }
        }
    }
    all
}
