//! Labels beside curves: each next to its own curve, clear of everything else, as far right as there is room.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::canvas::Canvas;
use super::curve::Path;
use super::frame::{width, write};

/// Which cells of the plot hold curves and which hold text.
#[derive(Debug, Clone)]
pub(super) struct Taken {
    plot: Rect,
    curve: Vec<bool>,
    text: Vec<bool>,
    /// Columns with a line from top to bottom: text may cross them and would rather not.
    rules: Vec<u16>,
}

impl Taken {
    pub fn new(plot: Rect, canvas: &Canvas) -> Self {
        let cells = (0..plot.height).flat_map(|row| (0..plot.width).map(move |column| (column, row)));
        let curve: Vec<bool> = cells.map(|(column, row)| canvas.bits(column, row) != 0).collect();
        let text = vec![false; curve.len()];
        Self { plot, curve, text, rules: Vec::new() }
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

    /// A curve's way, the gaps of its dashes included.
    pub fn add_path(&mut self, path: &Path) {
        for (column, &(top, bottom)) in
            (self.plot.x..).zip(&path.rows).filter_map(|(c, r)| Some((c, r.as_ref()?)))
        {
            for row in top..=bottom {
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

/// Writes the labels that find a place, in order; returns the indices of those that find none.
pub(super) fn place(
    labels: &[Label],
    others: &[&Path],
    plot: Rect,
    taken: &mut Taken,
    buf: &mut Buffer,
) -> Vec<usize> {
    let mut without = Vec::new();
    for (i, label) in labels.iter().enumerate() {
        let wide = width(label.text);
        if wide == 0 {
            continue;
        }
        match best(label, others, plot, taken, wide) {
            Some((column, row)) => {
                write(buf, column, row, label.text, wide, label.style);
                taken.add_text(column, row, wide);
            }
            None => without.push(i),
        }
    }
    without
}

/// How many rows a label may be away from its curve, on average.
const REACH: f64 = 2.6;

fn best(label: &Label, others: &[&Path], plot: Rect, taken: &Taken, wide: u16) -> Option<(u16, u16)> {
    let mut best: Option<(f64, u16, u16)> = None;
    let last = plot.width.checked_sub(wide)?;
    for start in 0..=last {
        for row in 0..plot.height {
            let Some(own) = distance(label.path, start, row, wide) else { continue };
            if own > REACH || !taken.is_free(plot.x + start, plot.y + row, wide, 1) {
                continue;
            }
            // Nearer to another curve than to its own, a label would lie.
            let rival = others
                .iter()
                .filter(|path| !std::ptr::eq(**path, label.path))
                .filter_map(|path| distance(path, start, row, wide))
                .fold(f64::INFINITY, f64::min);
            if rival < own + 0.5 {
                continue;
            }
            let crowding = if rival < own + 1.0 { 0.6 } else { 0.0 };
            let crossing = if taken.crosses_rule(plot.x + start, wide) { 0.4 } else { 0.0 };
            let cost = own + crowding + crossing + 1.5 * f64::from(last - start) / f64::from(plot.width);
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
    let (mut sum, mut count, mut nearest) = (0.0, 0, u16::MAX);
    for rows in path.rows.iter().skip(usize::from(start)).take(usize::from(wide)).flatten() {
        let gap = if row < rows.0 { rows.0 - row } else { row.saturating_sub(rows.1) };
        nearest = nearest.min(gap);
        sum += f64::from(gap);
        count += 1;
    }
    (2 * count >= wide && nearest <= 1).then(|| sum / f64::from(count))
}
