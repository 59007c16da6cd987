//! Exported stacked areas: each term's name inside its area if that is thick enough, else beside the plot.

use plotters::prelude::DrawingBackend;
use plotters::style::text_anchor::{HPos, VPos};

use super::labels::{Name, Point, Sample, Taken};
use super::sheet::{LARGE, Sheet};
use crate::figure::picture::Stack;

/// A layer's lower and upper edge, in pixels of the same columns.
type Edges = (Vec<Point>, Vec<Point>);

/// Draws the areas from the bottom up; returns the names that did not fit inside.
pub fn draw<DB: DrawingBackend>(
    stack: &Stack,
    sheet: &Sheet<DB>,
    taken: &mut Taken,
) -> Result<Vec<Name>, String> {
    let (brush, unit) = (sheet.brush, sheet.brush.unit);
    let mut names = Vec::new();
    let pieces = pieces(stack);
    let heights = |piece: &[usize], layers: usize| -> Vec<Point> {
        let at = |&i: &usize| {
            let x = *stack.x.get(i)?;
            let values = stack.layers.iter().take(layers).map(|layer| layer.values.get(i));
            let sum: f64 = values.map(|value| value.map(|value| value.max(0.0))).sum::<Option<f64>>()?;
            Some((sheet.place(x, 0.0).or_else(|| sheet.place(x, sum))?.0, sheet.clamped(sum)))
        };
        piece.iter().filter_map(at).filter(|p| sheet.is_across(*p)).collect()
    };
    for (k, layer) in stack.layers.iter().enumerate() {
        let (fill, ink) = (brush.inks.fill(layer.role), brush.inks.line(layer.role));
        let edges: Vec<Edges> =
            pieces.iter().map(|piece| (heights(piece, k), heights(piece, k + 1))).collect();
        for (lower, upper) in &edges {
            let corners: Vec<Point> = upper.iter().copied().chain(lower.iter().rev().copied()).collect();
            if corners.len() > 3 {
                brush.polygon(&corners, fill)?;
                brush.line(upper, 0.8, &[], ink)?;
            }
        }
        let size = (brush.width(&layer.name, LARGE) + 8.0 * unit, 17.0 * unit);
        match inside(&edges, size) {
            Some((x, y)) => {
                brush.text(&layer.name, (x, y), LARGE, ink, (HPos::Center, VPos::Center))?;
                let (dx, dy) = (size.0 / 2.0, size.1 / 2.0);
                taken.add((x - dx, y - dy, x + dx, y + dy));
            }
            None => {
                let end = edges.iter().rev().find_map(|(low, up)| Some((low.last()?.1 + up.last()?.1) / 2.0));
                let Some(height) = end else { continue };
                let (words, sample) = (layer.name.clone(), Sample::Area(fill));
                names.push(Name { height, words, color: ink, sample });
            }
        }
    }
    Ok(names)
}

/// Indices of the stack's x, cut at poles and where a value is missing.
fn pieces(stack: &Stack) -> Vec<Vec<usize>> {
    let mut all: Vec<Vec<usize>> = vec![Vec::new()];
    let mut last = f64::NEG_INFINITY;
    for (i, &x) in stack.x.iter().enumerate() {
        let whole = stack.layers.iter().all(|l| l.values.get(i).is_some_and(|v| v.is_finite()));
        if !whole || stack.poles.iter().any(|&pole| last < pole && pole <= x) {
            all.push(Vec::new());
        }
        if whole && let Some(piece) = all.last_mut() {
            piece.push(i);
        }
        last = x;
    }
    all.retain(|piece| piece.len() > 1);
    all
}

/// The middle of the thickest place that holds a text of this size.
fn inside(edges: &[Edges], (wide, tall): (f64, f64)) -> Option<Point> {
    let mut best: Option<(f64, Point)> = None;
    for (lower, upper) in edges {
        let columns: Vec<(f64, f64, f64)> =
            lower.iter().zip(upper).map(|(low, up)| (low.0, up.1, low.1)).collect();
        for (i, &(start, ..)) in columns.iter().enumerate().step_by(4) {
            let covered: Vec<_> =
                columns.iter().skip(i).take_while(|c| c.0 <= start + wide).copied().collect();
            if covered.last().is_none_or(|c| c.0 - start < 0.9 * wide) {
                continue;
            }
            let top = covered.iter().map(|c| c.1).fold(f64::NEG_INFINITY, f64::max);
            let bottom = covered.iter().map(|c| c.2).fold(f64::INFINITY, f64::min);
            let thick = bottom - top;
            if thick > tall && best.is_none_or(|(most, _)| thick > most) {
                best = Some((thick, (start + wide / 2.0, (top + bottom) / 2.0)));
            }
        }
    }
    best.map(|(_, at)| at)
}
