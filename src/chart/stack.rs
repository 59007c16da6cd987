//! Stacked areas: terms that add up to the risk, distinguished by texture and colour.

use ratatui::buffer::Buffer;
use ratatui::style::{Modifier, Style};

use super::canvas::Canvas;
use super::frame::{Frame, width, write};
use super::labels::Taken;
use crate::theme::{Role, Theme};

/// How densely a layer is filled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Texture {
    #[default]
    Full,
    Checker,
    Diagonal,
    Sparse,
}

impl Texture {
    const fn has(self, x: usize, y: usize) -> bool {
        match self {
            Self::Full => true,
            Self::Checker => (x + y).is_multiple_of(2),
            Self::Diagonal => (x + y).is_multiple_of(4),
            Self::Sparse => y.is_multiple_of(4) && (x + y / 2).is_multiple_of(4),
        }
    }
}

/// One term of a stack; negative values count as 0.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Layer<'a> {
    pub name: &'a str,
    /// One value for each of the stack's x.
    pub values: &'a [f64],
    pub role: Role,
    pub texture: Texture,
}

impl Layer<'_> {
    /// A sample of its fill, three cells wide.
    pub(super) fn sample(&self, theme: &Theme) -> Canvas {
        let mut canvas = Canvas::new(3, 1);
        for (x, y) in (0..4).flat_map(|y| (0..6).map(move |x| (x, y))) {
            if self.texture.has(x, y) {
                canvas.set(x as i32, y as i32, theme.style(self.role));
            }
        }
        canvas
    }
}

/// Layers from the bottom up over shared, increasing x.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stack<'a> {
    pub x: &'a [f64],
    pub layers: &'a [Layer<'a>],
    /// Poles, across which values are not interpolated.
    pub breaks: &'a [f64],
}

impl Stack<'_> {
    /// Upper edges of the layers at x; `None` if a sample is missing on both sides.
    fn heights(&self, x: f64) -> Option<Vec<f64>> {
        let after = self.x.partition_point(|&v| v < x);
        let (left, right) = (after.checked_sub(1), Some(after).filter(|&i| i < self.x.len()));
        let exact = right.filter(|&i| self.x.get(i) == Some(&x));
        let (left, right) = if exact.is_some() { (exact, exact) } else { (left, right) };
        // Nothing is drawn outside the range of the samples.
        let (a, b) = (left?, right?);
        let (from, to) = (*self.x.get(a)?, *self.x.get(b)?);
        let whole = |i: usize| self.layers.iter().all(|l| l.values.get(i).is_some_and(|v| v.is_finite()));
        let apart = self.breaks.iter().any(|&p| from < p && p < to);
        let t = if to > from { (x - from) / (to - from) } else { 0.0 };
        let t = match (whole(a), whole(b)) {
            (true, true) if apart => t.round(),
            (true, true) => t,
            (true, false) => 0.0,
            (false, true) => 1.0,
            (false, false) => return None,
        };
        let mut sum = 0.0;
        let height = |layer: &Layer| {
            let value = |i: usize| layer.values.get(i).copied().unwrap_or(0.0).max(0.0);
            // A missing value with weight 0 must not propagate.
            let mixed = if t == 0.0 {
                value(a)
            } else if t == 1.0 {
                value(b)
            } else {
                value(a) * (1.0 - t) + value(b) * t
            };
            sum = f64::min(sum + mixed, f64::MAX);
            sum
        };
        Some(self.layers.iter().map(height).collect())
    }

    /// For each layer the dot rows (from, to) it fills in a column of dots; `to` is excluded.
    fn spans(&self, frame: &Frame, dot: usize) -> Vec<(usize, usize)> {
        let (width, height) = frame.size();
        let x = frame.x_axis().value(dot as f64 / (width as f64 - 1.0).max(1.0));
        let mut below = height;
        let Some(heights) = self.heights(x) else { return Vec::new() };
        let top = |y: f64| {
            // Zero on a log axis is at its bottom.
            let fraction = frame.y_axis().fraction(y).unwrap_or(0.0);
            let dots = fraction.clamp(0.0, 1.0) * height as f64;
            height.saturating_sub(dots.round() as usize)
        };
        let mut spans = Vec::with_capacity(heights.len());
        for y in heights {
            let from = top(y).min(below);
            spans.push((from, below));
            below = from;
        }
        spans
    }

    pub(super) fn draw(&self, canvas: &mut Canvas, frame: &Frame, theme: &Theme) {
        let (width, _) = frame.size();
        for x in 0..width {
            for (i, ((from, to), layer)) in self.spans(frame, x).into_iter().zip(self.layers).enumerate() {
                // A blank line between two layers, if there is room.
                let gap = usize::from(to.saturating_sub(from) > 3 && i + 1 < self.layers.len());
                for y in from + gap..to {
                    if layer.texture.has(x, y) {
                        canvas.set(x as i32, y as i32, theme.style(layer.role));
                    }
                }
            }
        }
    }

    /// Writes each layer's name inside it, where it is thickest. Returns the layers that are too thin, the topmost
    /// first.
    pub(super) fn label(
        &self,
        frame: &Frame,
        taken: &mut Taken,
        buf: &mut Buffer,
        theme: &Theme,
    ) -> Vec<&Layer<'_>> {
        let plot = frame.plot;
        let mut without = Vec::new();
        let columns: Vec<Vec<(usize, usize)>> =
            (0..frame.size().0).map(|dot| self.spans(frame, dot)).collect();
        for (i, layer) in self.layers.iter().enumerate() {
            let wide = width(layer.name);
            let padded = wide + 2;
            if wide == 0 {
                continue;
            }
            let mut best: Option<(usize, u16, u16)> = None;
            for start in 0..(plot.width + 1).saturating_sub(padded) {
                let dots = usize::from(start) * 2..usize::from(start + padded) * 2;
                let (top, bottom) = columns.get(dots).unwrap_or_default().iter().fold(
                    (0, usize::MAX),
                    |(top, bottom), spans| {
                        let (from, to) = spans.get(i).copied().unwrap_or((1, 0));
                        (top.max(from), bottom.min(to))
                    },
                );
                let thickness = bottom.saturating_sub(top);
                let row =
                    top.div_ceil(4) + (bottom.min(frame.size().1) / 4).saturating_sub(top.div_ceil(4)) / 2;
                let Ok(row) = u16::try_from(row) else { continue };
                let inside =
                    usize::from(row) * 4 >= top && usize::from(row) * 4 + 4 <= bottom && row < plot.height;
                let text_free = (start..start + padded).all(|c| !taken.text_at(plot.x + c, plot.y + row));
                if inside && text_free && best.is_none_or(|(most, ..)| thickness > most) {
                    best = Some((thickness, start, row));
                }
            }
            if let Some((_, start, row)) = best {
                let style: Style = theme.style(layer.role).add_modifier(Modifier::BOLD);
                write(buf, plot.x + start, plot.y + row, &format!(" {} ", layer.name), padded, style);
                taken.add_text(plot.x + start, plot.y + row, padded);
            } else {
                without.push(layer);
            }
        }
        without.reverse();
        without
    }
}
