//! Marks over and under curves: regime bands, verticals, divergence marks, measured points, the crosshair.

use ratatui::buffer::Buffer;
use ratatui::style::Style;

use super::frame::{Frame, put, width, write};
use super::glyphs::Glyphs;
use super::labels::Taken;
use crate::theme::{Role, Theme};

/// An interval of the x axis with a name, such as a regime.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Band<'a> {
    pub from: f64,
    pub to: f64,
    pub name: &'a str,
    pub role: Role,
}

/// The kind of a mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MarkKind {
    /// ◆ at the top edge over a dotted line.
    Pole,
    /// ▲ on the local maximum.
    Near,
    /// ⇄ at the top edge over a dotted line.
    Transition,
    /// × at the top edge over a dotted line.
    Crossing,
    /// ↑ at the top edge: a value above the axis.
    Beyond,
    /// ▽ over the minimum of a curve.
    Least,
    /// ┃ at the bottom edge under a dotted line: a second crosshair.
    Pin,
    /// ◇ where a curve reaches the target.
    Target,
    /// … after the last point of a curve beyond which the labels are too few for an estimate.
    End,
}

impl MarkKind {
    #[must_use]
    pub const fn role(self) -> Role {
        match self {
            Self::Pole => Role::Pole,
            Self::Near => Role::Near,
            Self::Transition | Self::Crossing => Role::Transition,
            Self::Least => Role::Chosen,
            Self::Pin | Self::Target => Role::Accent,
            Self::Beyond | Self::End => Role::Dim,
        }
    }

    /// Whether a dotted vertical line is drawn below it.
    #[must_use]
    pub const fn is_ruled(self) -> bool {
        matches!(self, Self::Pole | Self::Transition | Self::Crossing | Self::Pin)
    }

    #[must_use]
    pub const fn symbol(self, glyphs: Glyphs) -> char {
        let symbols = glyphs.symbols();
        match self {
            Self::Pole => symbols.pole,
            Self::Near => symbols.near,
            Self::Transition => symbols.transition,
            Self::Crossing => symbols.crossing,
            Self::Least => symbols.least,
            Self::Pin => symbols.pin,
            Self::Target => symbols.target,
            Self::Beyond => symbols.beyond,
            Self::End => symbols.ellipsis,
        }
    }
}

/// A marked position, such as a divergence or transition, with a label that is dropped if there is no room.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mark<'a> {
    pub kind: MarkKind,
    pub x: f64,
    /// The height of a near-divergence; not used for the others.
    pub y: f64,
    /// Label; only the part before the first " · " is shown if there is little room.
    pub label: &'a str,
}

/// A dotted line at x.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Vertical {
    pub x: f64,
    pub role: Role,
}

/// A measured mean and its standard error.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Evidence {
    pub x: f64,
    pub mean: f64,
    pub error: f64,
    /// The median, where the mean over draws is heavy-tailed: near a pole.
    pub median: Option<f64>,
    /// Role of the point.
    pub role: Role,
}

/// A line at x, with a marker where it meets one of the chart's curves.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Crosshair {
    pub x: f64,
    pub curve: Option<usize>,
}

/// The plot's columns that a band covers, cut to the axis.
fn columns(band: &Band, frame: &Frame) -> Option<(u16, u16)> {
    let axis = frame.x_axis();
    let (from, to) = (band.from.min(band.to), band.from.max(band.to));
    if from.is_nan() || to.is_nan() || to <= axis.min() || from >= axis.max() {
        return None;
    }
    let from = frame.column(from.clamp(axis.min(), axis.max()))?;
    let to = frame.column(to.clamp(axis.min(), axis.max()))?;
    (to >= from).then_some((from, to))
}

/// Shades bands, rules off where they meet, and names them in the header.
/// Returns the columns of the rules.
pub(super) fn draw_bands(
    bands: &[Band],
    frame: &Frame,
    buf: &mut Buffer,
    theme: &Theme,
    glyphs: Glyphs,
) -> Vec<u16> {
    let mut rules = Vec::new();
    let symbols = glyphs.symbols();
    let spans: Vec<_> = bands.iter().filter_map(|b| columns(b, frame).map(|c| (b, c))).collect();
    for (i, (band, (from, to))) in spans.iter().enumerate() {
        let last = spans.get(i + 1).is_none_or(|(_, (next, _))| next > to);
        let inner = if last { *to + 1 } else { *to };
        if let Some(tint) = theme.tint(band.role) {
            for column in *from..inner.min(frame.plot.right()) {
                for row in frame.header.unwrap_or(frame.plot.top())..frame.plot.bottom() {
                    if let Some(cell) = buf.cell_mut((column, row)) {
                        cell.set_bg(tint);
                    }
                }
            }
        }
        let starts = band.from.min(band.to) > frame.x_axis().min();
        if starts {
            let style = theme.style(Role::Border);
            for row in frame.header.unwrap_or(frame.plot.top())..frame.plot.bottom() {
                put(buf, *from, row, symbols.dotted, style);
            }
            rules.push(*from);
        }
        if let Some(row) = frame.header {
            let (first, end) = (*from + u16::from(starts), inner.min(frame.plot.right()));
            name(band.name, (first, end, row), buf, theme.style(band.role), symbols.ellipsis);
        }
    }
    rules
}

/// Writes a name centred between two columns: all of it, the part before the first " · ", or a legible beginning with
/// an ellipsis; nothing if none fits.
fn name(text: &str, (from, to, row): (u16, u16, u16), buf: &mut Buffer, style: Style, ellipsis: char) {
    /// Minimum legible length of a shortened name.
    const LEGIBLE: u16 = 10;
    let room = to.saturating_sub(from);
    let short = text.split(" · ").next().unwrap_or_default();
    let text = match [text, short].into_iter().find(|text| width(text) + 2 <= room) {
        Some(text) => text.to_owned(),
        None if room < LEGIBLE => return,
        None => {
            let kept: String = text.chars().take(usize::from(room) - 3).collect();
            format!("{}{ellipsis}", kept.trim_end())
        }
    };
    write(buf, from + (room.saturating_sub(width(&text))) / 2, row, &text, room, style);
}

/// A dotted line through the plot.
pub(super) fn draw_vertical(
    x: f64,
    role: Role,
    frame: &Frame,
    buf: &mut Buffer,
    theme: &Theme,
    glyphs: Glyphs,
) {
    let Some(column) = frame.column(x) else { return };
    for row in frame.plot.top()..frame.plot.bottom() {
        put(buf, column, row, glyphs.symbols().dotted, theme.style(role));
    }
}

/// Draws symbols and their labels, earlier marks first; a label without a free place is left out.
pub(super) fn draw_marks(
    marks: &[Mark],
    frame: &Frame,
    buf: &mut Buffer,
    taken: &mut Taken,
    theme: &Theme,
    glyphs: Glyphs,
) {
    let plot = frame.plot;
    let mut placed = Vec::new();
    for mark in marks {
        let Some(mut column) = frame.column(mark.x) else { continue };
        if mark.kind == MarkKind::End {
            column = (column + 1).min(plot.right().saturating_sub(1));
        }
        let row = match (mark.kind, frame.row(mark.y)) {
            // On the cell above the peak, so that the peak stays visible.
            (MarkKind::Near | MarkKind::Least, Some(row)) => row.saturating_sub(1).max(plot.top()),
            (MarkKind::End | MarkKind::Target, Some(row)) => row,
            (MarkKind::End | MarkKind::Least | MarkKind::Target, None) => continue,
            (MarkKind::Pin, _) => plot.bottom().saturating_sub(1),
            (MarkKind::Near, None) if mark.y < frame.y_axis().min() => continue,
            _ => plot.top(),
        };
        if plot.height == 0 || taken.text_at(column, row) {
            continue;
        }
        put(buf, column, row, mark.kind.symbol(glyphs), theme.style(mark.kind.role()));
        taken.add_text(column, row, 1);
        placed.push((mark, column, row));
    }
    for (mark, column, row) in placed {
        // Where there is no room for all of it, the part before the first " · ".
        let short = mark.label.split(" · ").next().unwrap_or_default();
        // A pole's flanks are steep: its label may cross them. Elsewhere it would seem to belong to another mark. Where
        // both sides are filled, it is placed beyond them.
        let reaches: &[u16] = if mark.kind == MarkKind::Pole { &[7, 16] } else { &[3] };
        // A short label with a free column next to the curves is preferred to a long one that touches them.
        let found = reaches.iter().find_map(|&reach| {
            Clearance::ALL.into_iter().find_map(|clearance| {
                [mark.label, short].into_iter().find_map(|text| {
                    Some((text, beside((column, row), reach, width(text), frame, (taken, clearance))?))
                })
            })
        });
        if let Some((text, (start, row))) = found.filter(|(text, _)| !text.is_empty()) {
            write(buf, start, row, text, width(text), theme.style(mark.kind.role()));
            taken.add_text(start, row, width(text));
        }
    }
}

/// What a label keeps clear of besides curves and other text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Clearance {
    /// Free columns between the label and curves.
    air: u16,
    /// Whether the label may cover filled areas.
    on_fill: bool,
}

impl Clearance {
    /// From the most legible to the least.
    pub const ALL: [Self; 4] = [
        Self { air: 1, on_fill: false },
        Self { air: 0, on_fill: false },
        Self { air: 1, on_fill: true },
        Self { air: 0, on_fill: true },
    ];
}

/// The free spot for a mark's label nearest to its symbol, at most `reach` columns away: right, left, then a row above
/// or below.
pub(super) fn beside(
    (column, row): (u16, u16),
    reach: u16,
    wide: u16,
    frame: &Frame,
    (taken, Clearance { air, on_fill }): (&Taken, Clearance),
) -> Option<(u16, u16)> {
    let plot = frame.plot;
    let rows = [row, row + 1, row.saturating_sub(1)];
    rows.into_iter().filter(|r| (plot.top()..plot.bottom()).contains(r)).find_map(|row| {
        let right = (2..=reach).map(|away| Some(column + away));
        let left = (2..=reach).map(|away| (column + 1).checked_sub(wide + away));
        let inside = |&start: &u16| start >= plot.left() && start + wide <= plot.right();
        let free = |&start: &u16| {
            taken.is_free(start, row, wide, 1)
                && (on_fill || !taken.is_filled(start, row, wide))
                && taken.is_bare(start.saturating_sub(air), row, wide + 2 * air)
        };
        let start = right.chain(left).flatten().filter(inside).find(free)?;
        Some((start, row))
    })
}

/// Draws measured points with their error bars over the curves.
pub(super) fn draw_evidence(
    points: &[Evidence],
    frame: &Frame,
    buf: &mut Buffer,
    taken: &mut Taken,
    theme: &Theme,
    glyphs: Glyphs,
) {
    let symbols = glyphs.symbols();
    let bar = theme.style(Role::Text);
    for point in points {
        let style = theme.style(point.role);
        let Some(column) = frame.column(point.x) else { continue };
        let inside = |y: &f64| (frame.y_axis().min()..=frame.y_axis().max()).contains(y);
        if let Some(row) = point.median.filter(inside).and_then(|y| frame.row(y)) {
            put(buf, column, row, symbols.median, style);
            taken.add_text(column, row, 1);
        }
        let error = if point.error.is_finite() { point.error.abs() } else { 0.0 };
        let clamped = |y: f64| {
            let axis = frame.y_axis();
            // An error bar may extend below the range of a log axis.
            frame.row(if y.is_nan() { y } else { y.clamp(axis.min(), axis.max()) })
        };
        let (top, bottom) = (clamped(point.mean + error), clamped(point.mean - error));
        let centre = frame.row(point.mean);
        let (Some(top), Some(bottom)) = (top, bottom) else { continue };
        if point.mean > frame.y_axis().max() {
            // A point above the plot is labelled, not drawn at a false height.
            if top == frame.plot.top() {
                put(buf, column, top, symbols.beyond, style);
                taken.add_text(column, top, 1);
            }
            continue;
        }
        let Some(centre) = centre else { continue };
        for row in top..=bottom {
            let char = match row {
                r if r == top => symbols.bar_top,
                r if r == bottom => symbols.bar_bottom,
                _ => symbols.bar,
            };
            put(buf, column, row, char, bar);
            taken.add_text(column, row, 1);
        }
        put(buf, column, centre, symbols.evidence, style);
        taken.add_text(column, centre, 1);
    }
}
