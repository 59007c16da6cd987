//! A phase plane as a figure: an area for each regime, their names, the triple point and where the scenario is.

use plotters::coord::Shift;
use plotters::drawing::DrawingArea;
use plotters::prelude::DrawingBackend;
use plotters::style::RGBColor;
use plotters::style::text_anchor::{HPos, VPos};

use super::scale::{Scale, label};
use super::sheet::{INK, Place, QUIET, Sheet, Surroundings};
use crate::study::{Axis, Plane};
use crate::theory::Regime;

const REGIMES: [(Regime, &str, RGBColor); 3] = [
    (Regime::Soft, "soft", RGBColor(158, 202, 235)),
    (Regime::Hard, "hard", RGBColor(247, 205, 135)),
    (Regime::Null, "null", RGBColor(212, 212, 212)),
];

pub fn draw<DB: DrawingBackend>(
    plane: &Plane,
    area: &DrawingArea<DB, Shift>,
    unit: f64,
) -> Result<(), String> {
    let scale = |axis: &Axis| Scale { from: axis.from, to: axis.to, log: axis.log };
    let x_name = match plane.x.key {
        None => format!("samples per dimension n/p   (p = {})", plane.dimension),
        Some(_) => plane.x.label.to_owned(),
    };
    let title = format!("{}: best representation", plane.scenario.name);
    let around = Surroundings {
        title: &title,
        x: (scale(&plane.x), &x_name),
        y: (scale(&plane.y), plane.y.label),
        margin: 8,
    };
    let sheet = Sheet::new(area, unit, &around, |sheet| cells(plane, sheet))?;
    if let Some(place) = plane.y.now.and_then(|now| sheet.place(plane.x.from, now)) {
        let (left, top, right, bottom) = sheet.plot;
        if (top..=bottom).contains(&place.1) {
            sheet.line(&[(left, place.1), (right, place.1)], 1.2, &[2.0, 3.0], QUIET)?;
        }
    }
    if let Some((x, y)) = plane.triple
        && let Some(at) = sheet.place(x, y).filter(|p| inside(&sheet, *p))
    {
        star(&sheet, at)?;
        let words = format!("triple point ({:.3}, {})", x, label((y * 1e4).round() / 1e4));
        sheet.text(&words, (at.0 + 11.0 * unit, at.1), 13.0, INK, (HPos::Left, VPos::Center))?;
    }
    legend(plane, &sheet)
}

fn inside<DB: DrawingBackend>(sheet: &Sheet<DB>, (x, y): Place) -> bool {
    let (left, top, right, bottom) = sheet.plot;
    (left..=right).contains(&x) && (top..=bottom).contains(&y)
}

/// Every point of the grid stands for the area nearest to it; runs of one regime are one rectangle.
fn cells<DB: DrawingBackend>(plane: &Plane, sheet: &Sheet<DB>) -> Result<(), String> {
    let (left, top, right, bottom) = sheet.plot;
    let (columns, rows) = (plane.columns.len(), plane.rows.len());
    let edge =
        |i: usize, count: usize| ((i as f64 - 0.5) / (count.saturating_sub(1).max(1) as f64)).clamp(0.0, 1.0);
    for (j, row) in plane.rows().enumerate() {
        let (low, high) = (edge(j, rows), edge(j + 1, rows));
        let (low, high) = (bottom - low * (bottom - top), bottom - high * (bottom - top));
        let mut start = 0;
        for run in row.chunk_by(|a, b| a.map(|c| c.regime) == b.map(|c| c.regime)) {
            let (from, to) = (edge(start, columns), edge(start + run.len(), columns));
            start += run.len();
            let regime = run.first().copied().flatten().map(|c| c.regime);
            let Some((.., color)) = REGIMES.iter().find(|r| Some(r.0) == regime) else { continue };
            let across = |share: f64| left + share * (right - left);
            sheet.fill((across(from), high), (across(to), low), *color)?;
        }
    }
    Ok(())
}

fn star<DB: DrawingBackend>(sheet: &Sheet<DB>, (x, y): Place) -> Result<(), String> {
    let corner = |i: i32| {
        let radius = if i % 2 == 0 { 8.0 } else { 3.2 } * sheet.unit;
        let (sin, cos) = (f64::from(i) * std::f64::consts::PI / 5.0).sin_cos();
        (x + radius * sin, y - radius * cos)
    };
    sheet.polygon(&(0..10).map(corner).collect::<Vec<_>>(), INK)
}

/// The regimes there are, right of the plot.
fn legend<DB: DrawingBackend>(plane: &Plane, sheet: &Sheet<DB>) -> Result<(), String> {
    let (_, top, right, _) = sheet.plot;
    let there = |regime: Regime| plane.cells.iter().flatten().any(|c| c.regime == regime);
    for (i, (_, name, color)) in REGIMES.iter().filter(|r| there(r.0)).enumerate() {
        let (x, y) = (right + 12.0 * sheet.unit, top + (10.0 + 24.0 * i as f64) * sheet.unit);
        let side = 14.0 * sheet.unit;
        sheet.fill((x, y), (x + side, y + side), *color)?;
        let at = (x + 1.5 * side, y + side / 2.0);
        sheet.text(name, at, 14.0, INK, (HPos::Left, VPos::Center))?;
    }
    Ok(())
}
