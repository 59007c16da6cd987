//! A grid of cells with 2×4 dots each: lines clipped exactly at the edge, dashes along their length, and several
//! styles of dots in one cell.

use ratatui::style::Style;

use super::glyphs::Glyphs;

/// A position in dots from the top left; dot (i, j) is centred at (i, j).
pub type Point = (f64, f64);

/// Dots and, for each cell, the style drawn last.
#[derive(Debug, Clone)]
pub struct Canvas {
    columns: usize,
    cells: Vec<(u8, Style)>,
}

impl Canvas {
    #[must_use]
    pub fn new(columns: u16, rows: u16) -> Self {
        let (columns, rows) = (usize::from(columns), usize::from(rows));
        Self { columns, cells: vec![(0, Style::new()); columns * rows] }
    }

    /// Sets one dot and the style of its cell; does nothing outside the grid.
    pub fn set(&mut self, x: i32, y: i32, style: Style) {
        let (Ok(x), Ok(y)) = (usize::try_from(x), usize::try_from(y)) else { return };
        if x >= 2 * self.columns {
            return;
        }
        if let Some(cell) = self.cells.get_mut(y / 4 * self.columns + x / 2) {
            cell.0 |= 1 << (2 * (y % 4) + x % 2);
            cell.1 = style;
        }
    }

    /// The dots of a cell; 0 outside the grid.
    #[must_use]
    pub fn bits(&self, column: u16, row: u16) -> u8 {
        if usize::from(column) >= self.columns {
            return 0;
        }
        self.cells.get(usize::from(row) * self.columns + usize::from(column)).map_or(0, |cell| cell.0)
    }

    /// Column, row, character and style of every cell with a dot.
    pub fn cells(&self, glyphs: Glyphs) -> impl Iterator<Item = (u16, u16, char, Style)> + '_ {
        self.cells.iter().enumerate().filter_map(move |(i, &(bits, style))| {
            let char = glyphs.dots(bits)?;
            Some(((i % self.columns) as u16, (i / self.columns) as u16, char, style))
        })
    }
}

/// The part of a segment inside a rectangle of `size` dots (Liang–Barsky); `None` when it misses.
#[must_use]
pub fn clip(a: Point, b: Point, size: (usize, usize)) -> Option<(Point, Point)> {
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    // Half a dot beyond the outermost centres, less a rounding.
    let (right, bottom) = (size.0 as f64 - 0.501, size.1 as f64 - 0.501);
    let (mut enter, mut leave) = (0.0_f64, 1.0_f64);
    for (step, room) in [(-dx, a.0 + 0.499), (dx, right - a.0), (-dy, a.1 + 0.499), (dy, bottom - a.1)] {
        if step == 0.0 {
            if room < 0.0 {
                return None;
            }
        } else if step < 0.0 {
            enter = enter.max(room / step);
        } else {
            leave = leave.min(room / step);
        }
    }
    if enter > leave {
        return None;
    }
    // Far away the product loses digits: the result is clamped.
    let at = |t: f64| ((a.0 + t * dx).clamp(-0.499, right), (a.1 + t * dy).clamp(-0.499, bottom));
    let start = if enter > 0.0 { at(enter) } else { a };
    let end = if leave < 1.0 { at(leave) } else { b };
    Some((start, end))
}

/// The dots along a polyline, in order, one run for each stretch inside the rectangle.
#[must_use]
pub fn trace(points: &[Point], size: (usize, usize)) -> Vec<Vec<(i32, i32)>> {
    let mut runs: Vec<Vec<(i32, i32)>> = Vec::new();
    let mut last: Option<Point> = None;
    let single = points.first().map(|&p| (p, p)).filter(|_| points.len() == 1);
    for (from, to) in points.iter().zip(points.iter().skip(1)).map(|(&a, &b)| (a, b)).chain(single) {
        let Some((a, b)) = clip(from, to, size) else {
            last = None;
            continue;
        };
        if last != Some(a) || runs.is_empty() {
            runs.push(Vec::new());
        }
        if let Some(run) = runs.last_mut() {
            walk(round(a), round(b), run);
        }
        last = Some(b);
    }
    runs
}

fn round(point: Point) -> (i32, i32) {
    (point.0.round() as i32, point.1.round() as i32)
}

/// Dots from `a` to `b`, one for each step of the longer side. A corner dot between two diagonal neighbours is dropped,
/// so that many short pieces draw the thin line of one long piece.
fn walk(a: (i32, i32), b: (i32, i32), run: &mut Vec<(i32, i32)>) {
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let steps = dx.abs().max(dy.abs());
    for i in 0..=steps {
        let t = if steps == 0 { 0.0 } else { f64::from(i) / f64::from(steps) };
        let dot = (
            (f64::from(a.0) + t * f64::from(dx)).round() as i32,
            (f64::from(a.1) + t * f64::from(dy)).round() as i32,
        );
        if run.last() == Some(&dot) {
            continue;
        }
        if let [.., before, corner] = run.as_slice() {
            let diagonal = (before.0 - dot.0).abs() == 1 && (before.1 - dot.1).abs() == 1;
            let touches = (corner.0 - dot.0).abs() + (corner.1 - dot.1).abs() == 1;
            if diagonal && touches && *corner != dot {
                run.pop();
            }
        }
        run.push(dot);
    }
}

/// Sets the dots of a run that `pattern` (lengths on, off, on, … in dots; empty: all) leaves visible.
pub fn stroke(canvas: &mut Canvas, run: &[(i32, i32)], pattern: &[u8], style: Style) {
    let period: f64 = pattern.iter().map(|&l| f64::from(l)).sum();
    let mut length = 0.0;
    let mut last: Option<(i32, i32)> = None;
    for &(x, y) in run {
        if let Some((a, b)) = last {
            length += f64::from(x - a).hypot(f64::from(y - b));
        }
        last = Some((x, y));
        if period == 0.0 || visible(length % period, pattern) {
            canvas.set(x, y, style);
        }
    }
}

fn visible(phase: f64, pattern: &[u8]) -> bool {
    let mut end = 0.0;
    for (i, &part) in pattern.iter().enumerate() {
        end += f64::from(part);
        if phase < end {
            return i % 2 == 0;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clipping_keeps_the_slope() {
        // From (0, 0) towards far above: it must leave where the line leaves, not where the far end lies.
        let (a, b) = clip((0.0, 10.0), (10.0, -90.0), (100, 20)).unwrap();
        assert_eq!(a, (0.0, 10.0));
        assert!((b.0 - 1.05).abs() < 0.01 && (b.1 + 0.499).abs() < 1e-9, "{b:?}");
        assert_eq!(clip((0.0, -5.0), (50.0, -1.0), (100, 20)), None);
        assert_eq!(clip((-3.0, 5.0), (-1.0, 50.0), (100, 20)), None);
        let (a, b) = clip((-1e9, 5.0), (1e9, 5.0), (100, 20)).unwrap();
        assert!(a.0.round() == 0.0 && b.0.round() == 99.0);
        assert!(clip((5.0, 1e9), (5.0, -1e9), (100, 20)).is_some());
    }

    #[test]
    fn many_short_pieces_draw_the_line_of_one_long_piece() {
        let line = |n: usize| -> Vec<Point> {
            (0..=n).map(|i| i as f64 / n as f64).map(|t| (40.0 * t, 26.0 * t)).collect()
        };
        let fine = trace(&line(1000), (80, 80)).concat();
        assert_eq!(fine.len(), 41, "one dot a column: {fine:?}");
        assert_eq!(trace(&line(1), (80, 80)).concat().len(), 41);
    }

    #[test]
    fn a_line_that_leaves_and_returns_is_two_runs() {
        let runs = trace(&[(0.0, 5.0), (5.0, -5.0), (10.0, 5.0)], (11, 8));
        assert_eq!(runs.len(), 2);
        assert!(runs.concat().iter().all(|&(x, y)| (0..11).contains(&x) && (0..8).contains(&y)));
        assert_eq!(trace(&[(3.0, 3.0)], (11, 8)), [[(3, 3)]]);
    }

    #[test]
    fn dots_share_a_cell_and_the_last_style_wins() {
        let mut canvas = Canvas::new(2, 1);
        canvas.set(0, 0, Style::new().bold());
        canvas.set(1, 3, Style::new().dim());
        canvas.set(-1, 0, Style::new());
        canvas.set(4, 0, Style::new());
        canvas.set(0, 4, Style::new());
        let cells: Vec<_> = canvas.cells(Glyphs::Braille).collect();
        assert_eq!(cells, [(0, 0, '⢁', Style::new().dim())]);
    }

    #[test]
    fn dashes_follow_the_length() {
        let mut canvas = Canvas::new(6, 1);
        let run: Vec<_> = (0..12).map(|x| (x, 0)).collect();
        stroke(&mut canvas, &run, &[2, 1], Style::new());
        let line: String = canvas.cells(Glyphs::Braille).map(|c| c.2).collect();
        assert_eq!(line, "⠉⠈⠁⠉⠈⠁");
    }
}
