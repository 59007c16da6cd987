//! Labels next to curves, clear of everything else, as far right as possible.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::canvas::Canvas;
use super::curve::Path;
use super::frame::{width, write};

/// Which cells of the plot are occupied by curves and by text.
#[derive(Debug, Clone)]
pub(super) struct Taken {
    plot: Rect,
    curve: Vec<bool>,
    fill: Vec<bool>,
    text: Vec<bool>,
    /// Columns with vertical lines, which text may cross if necessary.
    rules: Vec<u16>,
}

impl Taken {
    pub fn new(plot: Rect, canvas: &Canvas) -> Self {
        let cells = (0..plot.height).flat_map(|row| (0..plot.width).map(move |column| (column, row)));
        let curve: Vec<bool> = cells.map(|(column, row)| canvas.bits(column, row) != 0).collect();
        let (fill, text) = (vec![false; curve.len()], vec![false; curve.len()]);
        Self { plot, curve, fill, text, rules: Vec::new() }
    }

    /// Marks filled areas, which text may cover if there is no other position.
    pub fn add_fill(&mut self, canvas: &Canvas) {
        let cells =
            (0..self.plot.height).flat_map(|row| (0..self.plot.width).map(move |column| (column, row)));
        self.fill = cells.map(|(column, row)| canvas.bits(column, row) != 0).collect();
    }

    /// Whether a text of `wide` columns covers a filled area, at least in part.
    pub fn is_filled(&self, column: u16, row: u16, wide: u16) -> bool {
        let filled = |c| self.index(c, row).and_then(|i| self.fill.get(i)).copied().unwrap_or(false);
        (column..column.saturating_add(wide)).any(filled)
    }

    fn index(&self, column: u16, row: u16) -> Option<usize> {
        let (column, row) = (column.checked_sub(self.plot.x)?, row.checked_sub(self.plot.y)?);
        (column < self.plot.width)
            .then(|| usize::from(row) * usize::from(self.plot.width) + usize::from(column))
    }

    pub fn add_text(&mut self, column: u16, row: u16, wide: u16) {
        for column in column..column.saturating_add(wide) {
            if let Some(cell) = self.index(column, row).and_then(|i| self.text.get_mut(i)) {
                *cell = true;
            }
        }
    }

    /// Marks the path of a curve, including the gaps of its dashes.
    pub fn add_path(&mut self, path: &Path) {
        let columns = (self.plot.x..).zip(&path.dots).filter_map(|(column, dots)| Some((column, (*dots)?)));
        for (column, (top, bottom)) in columns {
            let row = |dot: i32| u16::try_from(dot / 4).unwrap_or(0);
            for row in row(top)..=row(bottom) {
                if let Some(cell) = self.index(column, self.plot.y + row).and_then(|i| self.curve.get_mut(i))
                {
                    *cell = true;
                }
            }
        }
    }

    pub fn add_rule(&mut self, column: u16) {
        self.rules.push(column);
    }

    fn crosses_rule(&self, column: u16, wide: u16) -> bool {
        self.rules.iter().any(|r| (column..column.saturating_add(wide)).contains(r))
    }

    pub fn text_at(&self, column: u16, row: u16) -> bool {
        self.index(column, row).and_then(|i| self.text.get(i)).copied().unwrap_or(false)
    }

    fn curve_at(&self, column: u16, row: u16) -> bool {
        self.index(column, row).and_then(|i| self.curve.get(i)).copied().unwrap_or(false)
    }

    /// Whether no curve passes these columns.
    pub fn is_bare(&self, column: u16, row: u16, wide: u16) -> bool {
        (column..column.saturating_add(wide)).all(|c| !self.curve_at(c, row))
    }

    /// Whether a text of `wide` columns touches neither curves nor, with `gap` columns to spare, other text.
    pub fn is_free(&self, column: u16, row: u16, wide: u16, gap: u16) -> bool {
        let end = column.saturating_add(wide);
        self.is_bare(column, row, wide)
            && (column.saturating_sub(gap)..end.saturating_add(gap)).all(|c| !self.text_at(c, row))
    }
}

/// A label and the curve it belongs to, by its rows in each column of the plot.
pub(super) struct Label<'a> {
    pub text: &'a str,
    pub path: &'a Path,
    pub style: ratatui::style::Style,
}

/// Writes the labels that find a position, the topmost curve's first; returns the indices of the others.
pub(super) fn place(labels: &[Label], plot: Rect, taken: &mut Taken, buf: &mut Buffer) -> Vec<usize> {
    let mut without = Vec::new();
    for (i, label) in labels.iter().enumerate() {
        let wide = width(label.text);
        if wide == 0 {
            continue;
        }
        let (over, under) = (labels.get(..i).unwrap_or_default(), labels.get(i + 1..).unwrap_or_default());
        match best(label, [over, under], plot, taken, wide) {
            Some((column, row)) => {
                write(buf, column, row, label.text, wide, label.style);
                taken.add_text(column, row, wide);
            }
            None => without.push(i),
        }
    }
    without
}

/// Maximum mean distance of a label from its curve, in rows.
const REACH: f64 = 2.6;

fn best(
    label: &Label,
    [over, under]: [&[Label]; 2],
    plot: Rect,
    taken: &Taken,
    wide: u16,
) -> Option<(u16, u16)> {
    let mut best: Option<(f64, u16, u16)> = None;
    let last = plot.width.checked_sub(wide)?;
    for start in 0..=last {
        for row in 0..plot.height {
            let Some(gap) = distance(label.path, start, row, wide) else { continue };
            if gap > REACH || !taken.is_free(plot.x + start, plot.y + row, wide, 1) {
                continue;
            }
            let nearest = |others: &[Label]| {
                let distances = others.iter().filter_map(|other| distance(other.path, start, row, wide));
                distances.fold(f64::INFINITY, f64::min) - gap
            };
            // The label would be closer to another curve than to its own. If two curves coincide, the label belongs
            // to the visible one.
            let (over, under) = (nearest(over), nearest(under));
            if over < 0.2 || under < -0.05 {
                continue;
            }
            let crowding = match over.min(under) {
                margin if margin < 0.2 => 1.5,
                margin if margin < 0.5 => 1.0,
                margin if margin < 1.0 => 0.5,
                _ => 0.0,
            };
            let crossing = if taken.crosses_rule(plot.x + start, wide) { 0.4 } else { 0.0 };
            // A label that touches a curve is hard to read.
            let before = (plot.x + start).saturating_sub(1).max(plot.x);
            let touching = if taken.is_bare(before, plot.y + row, wide + 2) { 0.0 } else { 0.6 };
            let filled = if taken.is_filled(plot.x + start, plot.y + row, wide) { 1.0 } else { 0.0 };
            let cost = filled
                + gap
                + crowding
                + crossing
                + touching
                + 2.2 * f64::from(last - start) / f64::from(plot.width);
            if best.is_none_or(|(least, ..)| cost < least) {
                best = Some((cost, plot.x + start, plot.y + row));
            }
        }
    }
    best.map(|(_, column, row)| (column, row))
}

/// Mean distance in rows between a text and a curve; `None` unless the curve runs along most of the text and comes
/// next to it.
fn distance(path: &Path, start: u16, row: u16, wide: u16) -> Option<f64> {
    let (mut sum, mut count, mut nearest) = (0.0, 0, f64::INFINITY);
    let (top, bottom) = (i32::from(row) * 4, i32::from(row) * 4 + 3);
    for dots in path.dots.iter().skip(usize::from(start)).take(usize::from(wide)).flatten() {
        let gap = f64::from((dots.0 - bottom).max(top - dots.1).max(0)) / 4.0;
        nearest = gap.min(nearest);
        sum += gap;
        count += 1;
    }
    (2 * count >= wide && nearest <= 1.25).then(|| sum / f64::from(count))
}
