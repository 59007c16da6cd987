//! Drawing of one curve, split at missing values and at poles, with a dash pattern.

use super::canvas::{self, Canvas, Point};
use super::frame::Frame;
use crate::theme::{Role, Theme};

/// The dash pattern of a line, by which curves are distinguished without colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Dash {
    /// Unbroken.
    #[default]
    Solid,
    /// Long dashes.
    Long,
    /// Dashes.
    Dashed,
    /// A dash and a dot.
    Alternating,
    /// Dots.
    Dotted,
    /// A dash and two dots.
    TwoDots,
    /// Short dashes.
    Short,
    /// A long dash and a short one.
    LongShort,
}

impl Dash {
    /// All patterns, the most distinguishable first.
    pub const ALL: [Self; 8] = [
        Self::Solid,
        Self::Long,
        Self::Dotted,
        Self::Alternating,
        Self::Dashed,
        Self::TwoDots,
        Self::Short,
        Self::LongShort,
    ];

    /// Lengths on, off, on, … in dots of a cell; empty for an unbroken line.
    #[must_use]
    pub const fn pattern(self) -> &'static [u8] {
        match self {
            Self::Solid => &[],
            Self::Long => &[10, 3],
            Self::Dashed => &[5, 3],
            Self::Alternating => &[7, 3, 1, 3],
            Self::Dotted => &[1, 2],
            Self::TwoDots => &[6, 3, 1, 3, 1, 3],
            Self::Short => &[2, 2],
            Self::LongShort => &[8, 3, 3, 3],
        }
    }
}

/// A curve of (x, y) samples in increasing x.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Curve<'a> {
    pub name: &'a str,
    pub points: &'a [(f64, f64)],
    /// Positions of poles, y → +∞. No line crosses them; a curve that rises towards one is extended to the top as
    /// C/|x − x₀|.
    pub breaks: &'a [f64],
    pub role: Role,
    pub dash: Dash,
}

impl<'a> Curve<'a> {
    #[must_use]
    pub const fn new(name: &'a str, points: &'a [(f64, f64)], role: Role, dash: Dash) -> Self {
        Self { name, points, breaks: &[], role, dash }
    }

    /// The curve with its poles.
    #[must_use]
    pub const fn with_breaks(self, breaks: &'a [f64]) -> Self {
        Self { breaks, ..self }
    }

    /// y at x, interpolated linearly as drawn; `None` outside the samples, in a gap and at a pole.
    #[must_use]
    pub fn at(&self, frame: &Frame, x: f64) -> Option<f64> {
        for piece in self.pieces(frame) {
            for (a, b) in piece.iter().zip(piece.iter().skip(1)) {
                if (a.0..=b.0).contains(&x) {
                    let (low, high) = (frame.locate(a.0, a.1)?, frame.locate(b.0, b.1)?);
                    let end = frame.locate(x, a.1)?;
                    let t = if high.0 > low.0 { (end.0 - low.0) / (high.0 - low.0) } else { 0.0 };
                    let (from, to) = (frame.y_axis().fraction(a.1)?, frame.y_axis().fraction(b.1)?);
                    return Some(frame.y_axis().value(from * (1.0 - t) + to * t));
                }
            }
        }
        None
    }

    /// The intervals with values, in data coordinates: split at values that have no position on the axes and at
    /// poles, and extended towards the poles.
    #[must_use]
    pub fn pieces(&self, frame: &Frame) -> Vec<Vec<(f64, f64)>> {
        let mut pieces: Vec<Vec<(f64, f64)>> = Vec::new();
        let mut open = false;
        let mut last = f64::NEG_INFINITY;
        for &(x, y) in self.points {
            let on_pole = self.breaks.contains(&x);
            if on_pole || frame.locate(x, y).is_none() {
                open = false;
                continue;
            }
            if self.breaks.iter().any(|&b| last < b && b < x) {
                open = false;
            }
            if !open {
                pieces.push(Vec::new());
                open = true;
            }
            if let Some(piece) = pieces.last_mut() {
                piece.push((x, y));
            }
            last = x;
        }
        self.extend(&mut pieces, frame.y_axis().max());
        pieces
    }

    fn extend(&self, pieces: &mut [Vec<(f64, f64)>], top: f64) {
        let starts: Vec<f64> = pieces.iter().map(|p| p.first().map_or(f64::NAN, |p| p.0)).collect();
        let ends: Vec<f64> = pieces.iter().map(|p| p.last().map_or(f64::NAN, |p| p.0)).collect();
        for (i, piece) in pieces.iter_mut().enumerate() {
            // A pole between this piece and its neighbour, or beyond the last sample.
            if let (Some(&end), [.., before, last]) = (ends.get(i), piece.as_slice()) {
                let next = starts.get(i + 1).copied().unwrap_or(f64::INFINITY);
                let pole =
                    self.breaks.iter().copied().filter(|b| *b > end && *b <= next).fold(f64::NAN, f64::min);
                let tail = if i + 1 < starts.len() { towards(*before, *last, pole, top) } else { Vec::new() };
                piece.extend(tail);
            }
            if let (Some(&start), [first, after, ..], true) = (starts.get(i), piece.as_slice(), i > 0) {
                let previous = ends.get(i - 1).copied().unwrap_or(f64::NEG_INFINITY);
                let pole = self
                    .breaks
                    .iter()
                    .copied()
                    .filter(|b| *b < start && *b >= previous)
                    .fold(f64::NAN, f64::max);
                let head = towards(*after, *first, pole, top);
                piece.splice(0..0, head.into_iter().rev());
            }
        }
    }

    /// Draws the curve; returns the dots it passes in each column of the plot.
    pub(super) fn draw(&self, canvas: &mut Canvas, frame: &Frame, theme: &Theme) -> Path {
        let size = frame.size();
        let mut path = Path { dots: vec![None; usize::from(frame.plot.width)] };
        for piece in self.pieces(frame) {
            let points: Vec<Point> = piece.iter().filter_map(|&(x, y)| frame.locate(x, y)).collect();
            for run in canvas::trace(&points, size) {
                canvas::stroke(canvas, &run, self.dash.pattern(), theme.style(self.role));
                run.iter().for_each(|&(x, y)| path.add(x, y));
            }
        }
        path
    }
}

/// Extends the curve from `last` towards the pole as C/|x − x₀| until it is above `top`, if the samples rise towards
/// the pole.
fn towards(before: (f64, f64), last: (f64, f64), pole: f64, top: f64) -> Vec<(f64, f64)> {
    if pole.is_nan() || last.1 <= 0.0 || last.1 <= before.1 {
        return Vec::new();
    }
    let mut points = Vec::new();
    for k in 1..=256 {
        let closer = (-f64::from(k) / 8.0).exp2();
        let point = (pole - (pole - last.0) * closer, last.1 / closer);
        if last.1 > top || !point.1.is_finite() || point.0 == pole {
            break;
        }
        points.push(point);
        if point.1 > top {
            break;
        }
    }
    points
}

/// The path of a curve: for each column of the plot the topmost and lowest dot it passes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Path {
    pub dots: Vec<Option<(i32, i32)>>,
}

impl Path {
    pub fn add(&mut self, x: i32, y: i32) {
        let Ok(column) = usize::try_from(x / 2) else { return };
        if let Some(dots) = self.dots.get_mut(column) {
            let (top, bottom) = dots.unwrap_or((y, y));
            *dots = Some((top.min(y), bottom.max(y)));
        }
    }
}
