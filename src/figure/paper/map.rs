//! Exported maps: regimes or values over two axes, with boundaries, names, triple point and the current point.

use plotters::prelude::DrawingBackend;
use plotters::style::RGBColor;
use plotters::style::text_anchor::{HPos, VPos};

use super::labels::{Area, Point, Taken};
use super::sheet::{Brush, LARGE, SMALL, Sheet};
use crate::chart::SpotKind;
use crate::figure::picture::{Map, Values};
use crate::numbers::sig;
use crate::theme::Role;

pub fn draw<DB: DrawingBackend>(map: &Map, brush: &Brush<DB>, room: Area) -> Result<(), String> {
    let margin = if map.values.is_some() { 92.0 } else { 22.0 } * brush.unit;
    let sheet = Sheet::new(brush, room, margin, (&map.x, &map.y));
    match &map.values {
        Some(values) => {
            let level = |i: usize| level(values, i);
            cells(map, &sheet, |i| level(i).map(|l| brush.inks.level(l)))?;
        }
        None => cells(map, &sheet, |i| {
            let category = map.regimes.get(i).copied().flatten()?;
            map.categories.get(category).map(|c| brush.inks.fill(c.role))
        })?,
    }
    let mut taken = Taken::default();
    boundaries(map, &sheet, &mut taken)?;
    sheet.axes(&map.x.full, &map.y.full)?;
    spots(map, &sheet, &mut taken)?;
    if map.values.is_none() {
        names(map, &sheet, &mut taken)?;
    }
    match &map.values {
        Some(values) => scale(values, &sheet),
        None => Ok(()),
    }
}

/// Position of a value on its colour scale, from 0 to 1; `None` if it is unknown.
fn level(values: &Values, index: usize) -> Option<f64> {
    let value = values.values.get(index).copied().filter(|v| !v.is_nan())?;
    Some(match value {
        f64::INFINITY => 1.0,
        f64::NEG_INFINITY => 0.0,
        v => values.scale.chart().fraction(v).unwrap_or(0.0).clamp(0.0, 1.0),
    })
}

/// The edge before the i-th of `count` cells, as a share of the axis: a cell is the area closest to its point.
fn edge(i: usize, count: usize) -> f64 {
    ((i as f64 - 0.5) / (count.saturating_sub(1).max(1) as f64)).clamp(0.0, 1.0)
}

/// Runs of one colour are one rectangle.
fn cells<DB: DrawingBackend>(
    map: &Map,
    sheet: &Sheet<DB>,
    color: impl Fn(usize) -> Option<RGBColor>,
) -> Result<(), String> {
    let (left, top, right, bottom) = sheet.plot;
    for row in 0..map.rows {
        let height = |i: usize| bottom - edge(i, map.rows) * (bottom - top);
        let colors: Vec<Option<RGBColor>> =
            (0..map.columns).map(|column| color(row * map.columns + column)).collect();
        let mut start = 0;
        for run in colors.chunk_by(|a, b| a == b) {
            let across = |i: usize| left + edge(i, map.columns) * (right - left);
            let (from, to) = (across(start), across(start + run.len()));
            start += run.len();
            if let Some(Some(color)) = run.first() {
                sheet.brush.fill((from, height(row + 1)), (to, height(row)), *color)?;
            }
        }
    }
    Ok(())
}

fn regime(map: &Map, column: usize, row: usize) -> Option<usize> {
    map.regimes.get(row * map.columns + column).copied().flatten().filter(|_| column < map.columns)
}

/// Draws the exact boundaries or, without them, one wherever the regime changes to the right or above.
fn boundaries<DB: DrawingBackend>(map: &Map, sheet: &Sheet<DB>, taken: &mut Taken) -> Result<(), String> {
    let (left, top, right, bottom) = sheet.plot;
    let ink = sheet.brush.inks.line(Role::Title);
    for line in &map.boundaries {
        let line: Vec<Point> = line.iter().filter_map(|&(x, y)| sheet.place(x, y)).collect();
        sheet.line(&line, 1.2, &[], ink)?;
        taken.add_path(&line, 3.0 * sheet.brush.unit);
    }
    if !map.boundaries.is_empty() {
        return Ok(());
    }
    let across = |i: usize| left + edge(i, map.columns) * (right - left);
    let height = |i: usize| bottom - edge(i, map.rows) * (bottom - top);
    let differ = |a: Option<usize>, b: Option<usize>| a.is_some() && b.is_some() && a != b;
    for row in 0..map.rows {
        for column in 0..map.columns {
            let here = regime(map, column, row);
            if differ(here, regime(map, column + 1, row)) {
                let x = across(column + 1);
                let line = [(x, height(row)), (x, height(row + 1))];
                sheet.brush.line(&line, 1.2, &[], ink)?;
                taken.add_path(&line, 3.0 * sheet.brush.unit);
            }
            if row + 1 < map.rows && differ(here, regime(map, column, row + 1)) {
                let y = height(row + 1);
                let line = [(across(column), y), (across(column + 1), y)];
                sheet.brush.line(&line, 1.2, &[], ink)?;
                taken.add_path(&line, 3.0 * sheet.brush.unit);
            }
        }
    }
    Ok(())
}

/// Writes each regime's name inside its area, where the area is widest.
fn names<DB: DrawingBackend>(map: &Map, sheet: &Sheet<DB>, taken: &mut Taken) -> Result<(), String> {
    let (left, top, right, bottom) = sheet.plot;
    let (brush, unit) = (sheet.brush, sheet.brush.unit);
    for (i, category) in map.categories.iter().enumerate() {
        let mine: Vec<Point> = (0..map.rows)
            .flat_map(|row| (0..map.columns).map(move |column| (column, row)))
            .filter(|&(column, row)| regime(map, column, row) == Some(i))
            .map(|(column, row)| {
                let share = |i: usize, count: usize| i as f64 / (count.saturating_sub(1).max(1) as f64);
                (
                    left + share(column, map.columns) * (right - left),
                    bottom - share(row, map.rows) * (bottom - top),
                )
            })
            .collect();
        let count = mine.len() as f64;
        let middle = mine.iter().fold((0.0, 0.0), |m, p| (m.0 + p.0 / count, m.1 + p.1 / count));
        let (dx, dy) = (brush.width(category.name, LARGE) / 2.0 + 6.0 * unit, 10.0 * unit);
        let at = |x: f64, y: f64| {
            let (u, v) = ((x - left) / (right - left), (bottom - y) / (bottom - top));
            let nearest = |share: f64, count: usize| (share * (count.max(1) - 1) as f64).round();
            let (column, row) = (nearest(u, map.columns), nearest(v, map.rows));
            if !(0.0..=1.0).contains(&u) || !(0.0..=1.0).contains(&v) {
                return None;
            }
            regime(map, column as usize, row as usize)
        };
        let fits = |p: &&Point| {
            let around = [(-dx, -dy), (dx, -dy), (-dx, dy), (dx, dy), (0.0, 0.0), (-dx, 0.0), (dx, 0.0)];
            around.iter().all(|(x, y)| at(p.0 + x, p.1 + y) == Some(i))
                && taken.is_free((p.0 - dx, p.1 - dy, p.0 + dx, p.1 + dy))
        };
        let far = |p: &Point| (p.0 - middle.0).hypot(p.1 - middle.1);
        let Some(&(x, y)) = mine.iter().filter(fits).min_by(|a, b| far(a).total_cmp(&far(b))) else {
            continue;
        };
        let ink = brush.inks.line(category.role);
        brush.text(category.name, (x, y), LARGE + 2.0, ink, (HPos::Center, VPos::Center))?;
        taken.add((x - dx, y - dy, x + dx, y + dy));
    }
    Ok(())
}

/// Draws ★ at the triple point and ✛ at the current parameters, with labels.
fn spots<DB: DrawingBackend>(map: &Map, sheet: &Sheet<DB>, taken: &mut Taken) -> Result<(), String> {
    let (brush, unit) = (sheet.brush, sheet.brush.unit);
    let ink = brush.inks.line(Role::Evidence);
    for spot in &map.spots {
        let (Some(x), Some(y)) = (sheet.column(spot.x), sheet.row(spot.y)) else { continue };
        match spot.kind {
            SpotKind::Triple => brush.polygon(&star((x, y), unit), ink)?,
            SpotKind::Current => {
                let r = 7.0 * unit;
                brush.line(&[(x - r, y), (x + r, y)], 2.2, &[], ink)?;
                brush.line(&[(x, y - r), (x, y + r)], 2.2, &[], ink)?;
            }
        }
        taken.add((x - 9.0 * unit, y - 9.0 * unit, x + 9.0 * unit, y + 9.0 * unit));
        let short = spot.label.split(" · ").next().unwrap_or_default();
        for words in [spot.label.as_str(), short].into_iter().filter(|w| !w.is_empty()) {
            let size = (brush.width(words, SMALL), 15.0 * unit);
            if let Some((left, middle)) = taken.beside((x, y), size, sheet.plot, unit * 1.3) {
                brush.text(words, (left, middle), SMALL, ink, (HPos::Left, VPos::Center))?;
                taken.add((left, middle - size.1 / 2.0, left + size.0, middle + size.1 / 2.0));
                break;
            }
        }
    }
    Ok(())
}

fn star((x, y): Point, unit: f64) -> Vec<Point> {
    let corner = |i: i32| {
        let radius = if i % 2 == 0 { 8.0 } else { 3.2 } * unit;
        let (sin, cos) = (f64::from(i) * std::f64::consts::PI / 5.0).sin_cos();
        (x + radius * sin, y - radius * cos)
    };
    (0..10).map(corner).collect()
}

/// Draws the colour scale right of the plot, with its title and ends.
fn scale<DB: DrawingBackend>(values: &Values, sheet: &Sheet<DB>) -> Result<(), String> {
    const STEPS: i32 = 64;
    let (brush, unit) = (sheet.brush, sheet.brush.unit);
    let (_, top, right, bottom) = sheet.plot;
    let (from, to) = (right + 14.0 * unit, right + 30.0 * unit);
    let height = |i: i32| bottom - f64::from(i) / f64::from(STEPS) * (bottom - top);
    for i in 0..STEPS {
        let level = f64::from(i) / f64::from(STEPS - 1);
        brush.fill((from, height(i + 1)), (to, height(i)), brush.inks.level(level))?;
    }
    let ink = brush.inks.line(Role::Text);
    for (value, y) in [(values.scale.from, bottom), (values.scale.to, top)] {
        brush.text(&sig(value, 2), (to + 5.0 * unit, y), SMALL, ink, (HPos::Left, VPos::Center))?;
    }
    let at = (to + 40.0 * unit, top - 7.0 * unit);
    brush.text(&values.scale.label, at, SMALL, ink, (HPos::Right, VPos::Bottom))
}
