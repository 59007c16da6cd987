//! Layout of an exported picture: title, panels side by side, words and table below them.

use plotters::coord::Shift;
use plotters::drawing::DrawingArea;
use plotters::prelude::DrawingBackend;
use plotters::style::WHITE;
use plotters::style::text_anchor::{HPos, VPos};

use super::ink::Inks;
use super::labels::Area;
use super::sheet::{Brush, SMALL};
use super::{map, plot};
use crate::figure::picture::{Figure, Panel, Table, Words};
use crate::theme::Role;

/// Height of a line of words in units.
const LINE: f64 = 19.0;

pub fn draw<DB: DrawingBackend>(
    figure: &Figure,
    area: &DrawingArea<DB, Shift>,
    unit: f64,
) -> Result<(), String> {
    area.fill(&WHITE).map_err(|e| e.to_string())?;
    let inks = Inks::new();
    let brush = Brush { area, unit, inks: &inks };
    let (wide, tall) = area.dim_in_pixel();
    let (wide, tall) = (f64::from(wide), f64::from(tall));
    let (left, top) = (12.0 * unit, 34.0 * unit);
    let title = (left, 10.0 * unit);
    brush.text(&figure.title, title, 17.0, inks.line(Role::Title), (HPos::Left, VPos::Top))?;
    let table = figure.table.as_ref().map_or(0, |t| t.rows.len() + 1);
    let gap = usize::from(table > 0 && !figure.words.is_empty());
    // Lines that would cover more than half of the picture are left out.
    let lines = (figure.words.len() + gap + table).min((0.5 * tall / (LINE * unit)) as usize);
    let bottom = tall - (lines as f64 * LINE + 8.0) * unit;
    let shares: f64 = figure.panels.iter().map(|(share, _)| f64::from(*share)).sum();
    let mut from = left;
    for (share, panel) in &figure.panels {
        let to = from + f64::from(*share) / shares.max(1.0) * (wide - left);
        let room = (from, top, to - 8.0 * unit, bottom);
        match panel {
            Panel::Plot(p) => plot::draw(p, &brush, room)?,
            Panel::Map(m) => map::draw(m, &brush, room)?,
        }
        from = to;
    }
    let room = (left, bottom + 4.0 * unit, wide - left, tall);
    let kept = figure.words.len().min(lines);
    for (i, line) in figure.words.iter().take(kept).enumerate() {
        words(&brush, line, (left, room.1 + i as f64 * LINE * unit))?;
    }
    match &figure.table {
        Some(table) if lines > kept + gap => {
            let top = room.1 + (kept + gap) as f64 * LINE * unit;
            self::table(&brush, table, (left, top, room.2, room.3), lines - kept - gap)
        }
        _ => Ok(()),
    }
}

fn words<DB: DrawingBackend>(brush: &Brush<DB>, line: &Words, at: (f64, f64)) -> Result<(), String> {
    let mut x = at.0;
    for (role, text) in line {
        brush.text(text, (x, at.1), SMALL, brush.inks.line(*role), (HPos::Left, VPos::Top))?;
        // Trailing blanks have no ink that could be measured.
        let blanks = (text.len() - text.trim_end().len()) as f64;
        x += brush.width(text.trim_end(), SMALL) + blanks * 4.2 * brush.unit;
    }
    Ok(())
}

/// Lays out the rows that fit; each column is as wide as its widest cell.
fn table<DB: DrawingBackend>(
    brush: &Brush<DB>,
    table: &Table,
    room: Area,
    rows: usize,
) -> Result<(), String> {
    let gap = 18.0 * brush.unit;
    let mut x = room.0;
    for (i, name) in table.head.iter().enumerate() {
        let cells = table.rows.iter().filter_map(|row| row.get(i)).map(|c| c.1.as_str());
        let widest = cells.chain([name.as_str()]).map(|t| brush.width(t, SMALL)).fold(0.0, f64::max);
        if x + widest > room.2 {
            break;
        }
        let (at, across) = if i < table.left { (x, HPos::Left) } else { (x + widest, HPos::Right) };
        let head = (Role::Dim, name.clone());
        let column = std::iter::once(&head).chain(table.rows.iter().filter_map(|row| row.get(i)));
        for (row, (role, text)) in column.take(rows).enumerate() {
            let y = room.1 + row as f64 * LINE * brush.unit;
            brush.text(text, (at, y), SMALL, brush.inks.line(*role), (across, VPos::Top))?;
        }
        x += widest + gap;
    }
    Ok(())
}
