//! Lines and areas on paper: regimes shaded and named, divergences marked, each curve's name beside its end.

use plotters::prelude::DrawingBackend;
use plotters::style::text_anchor::{HPos, VPos};

use super::ink::{dashes, width};
use super::labels::{Area, Name, Point, Sample, Taken, spread};
use super::sheet::{Brush, LARGE, SMALL, Sheet};
use super::stack;
use crate::chart::MarkKind;
use crate::figure::picture::{Mark, Plot, Trace};
use crate::numbers::shorten;
use crate::theme::Role;

/// Columns of a name that are shown.
const LONGEST: usize = 26;

pub fn draw<DB: DrawingBackend>(plot: &Plot, brush: &Brush<DB>, room: Area) -> Result<(), String> {
    let unit = brush.unit;
    let shown = |name: &str| shorten(name, LONGEST);
    let traces = plot.traces.iter().map(|t| shown(&t.name));
    let layers = plot.stack.iter().flat_map(|s| &s.layers).map(|l| shown(&l.name));
    let widest = traces.chain(layers).map(|n| brush.width(&n, LARGE)).fold(0.0, f64::max);
    let margin = if widest > 0.0 { widest + 38.0 * unit } else { 8.0 * unit };
    let sheet = Sheet::new(brush, room, margin.min(0.4 * (room.2 - room.0)), (&plot.x, &plot.y));
    let mut taken = Taken::default();
    bands(plot, &sheet)?;
    sheet.grid()?;
    let mut names = match &plot.stack {
        Some(stack) => stack::draw(stack, &sheet, &mut taken)?,
        None => Vec::new(),
    };
    let rule = brush.inks.line(Role::Dim);
    for mark in &plot.marks {
        match mark.kind {
            MarkKind::Transition | MarkKind::Crossing => sheet.vertical(mark.x, &[5.0, 3.0], rule)?,
            MarkKind::Pole => sheet.vertical(mark.x, &[1.5, 3.0], rule)?,
            MarkKind::Near
            | MarkKind::Least
            | MarkKind::Beyond
            | MarkKind::End
            | MarkKind::Pin
            | MarkKind::Target => {}
        }
    }
    for trace in plot.traces.iter().filter(|t| !t.band.is_empty()) {
        sure(trace, &sheet)?;
    }
    for trace in &plot.traces {
        names.extend(curve(trace, &sheet, &mut taken)?);
    }
    if let Some(crosshair) = &plot.crosshair {
        sheet.vertical(crosshair.x, &[], brush.inks.line(Role::Accent))?;
    }
    sheet.axes(&plot.x.full, &plot.y.full)?;
    evidence(plot, &sheet, &mut taken)?;
    marks(plot, &sheet, &mut taken)?;
    beside(&sheet, names)
}

fn bands<DB: DrawingBackend>(plot: &Plot, sheet: &Sheet<DB>) -> Result<(), String> {
    let (left, top, right, bottom) = sheet.plot;
    let brush = sheet.brush;
    for band in &plot.bands {
        let clamped = |x: f64| x.clamp(plot.x.from, plot.x.to);
        let (Some(from), Some(to)) = (sheet.column(clamped(band.from)), sheet.column(clamped(band.to)))
        else {
            continue;
        };
        if to <= from {
            continue;
        }
        brush.fill((from, top), (to, bottom), brush.inks.tint(band.role))?;
        // A band without room for its name has its shade alone. The axis' name has the corner.
        let from = if from <= left + 1.0 {
            (left - 8.0 * brush.unit).max(from) + brush.width(&plot.y.full, LARGE) * 0.4
        } else {
            from
        };
        let short = band.name.split(" · ").next().unwrap_or_default();
        let fits = |name: &&str| brush.width(name, SMALL) + 8.0 * brush.unit < to.min(right) - from;
        if let Some(name) = [band.name.as_str(), short].into_iter().find(fits) {
            let at = ((from + to) / 2.0, top - 10.0 * brush.unit);
            brush.text(name, at, SMALL, brush.inks.line(band.role), (HPos::Center, VPos::Bottom))?;
        }
    }
    Ok(())
}

/// Draws a curve; its name, where it ends.
fn curve<DB: DrawingBackend>(
    trace: &Trace,
    sheet: &Sheet<DB>,
    taken: &mut Taken,
) -> Result<Option<Name>, String> {
    let color = sheet.brush.inks.line(trace.role);
    let dashes = dashes(trace.dash);
    let (_, top, _, bottom) = sheet.plot;
    let mut end = None;
    for piece in pieces(&trace.points, &trace.poles) {
        let places: Vec<Point> = piece.iter().filter_map(|&(x, y)| sheet.place(x, y)).collect();
        let places: Vec<Point> = places.into_iter().filter(|p| sheet.is_across(*p)).collect();
        sheet.line(&places, width(trace.role, trace.strong), dashes, color)?;
        taken.add_path(&places, 3.0 * sheet.brush.unit);
        end = places.last().map(|p| p.1).or(end);
    }
    let named = end.filter(|_| !trace.name.is_empty());
    Ok(named.map(|height| Name {
        height: height.clamp(top, bottom),
        words: trace.name.clone(),
        color,
        sample: Sample::Line(dashes, width(trace.role, trace.strong)),
    }))
}

/// The area between the edges of what a curve may be.
fn sure<DB: DrawingBackend>(trace: &Trace, sheet: &Sheet<DB>) -> Result<(), String> {
    let brush = sheet.brush;
    let edges = [false, true].map(|upper| pieces(&trace.edge(upper), &trace.poles));
    let place = |&(x, y): &(f64, f64)| Some((sheet.column(x)?, sheet.clamped(y)));
    for (low, high) in edges[0].iter().zip(&edges[1]) {
        let [low, high] = [low, high].map(|edge| edge.iter().filter_map(place).collect::<Vec<Point>>());
        let around: Vec<Point> = low.iter().chain(high.iter().rev()).copied().collect();
        brush.polygon(&around, brush.inks.faint(trace.role, 0.1))?;
        for edge in [low, high] {
            sheet.line(&edge, 0.6, &[], brush.inks.faint(trace.role, 0.4))?;
        }
    }
    Ok(())
}

/// Cut at poles and where there is no value.
fn pieces(points: &[(f64, f64)], poles: &[f64]) -> Vec<Vec<(f64, f64)>> {
    let mut all: Vec<Vec<(f64, f64)>> = vec![Vec::new()];
    let mut last = f64::NEG_INFINITY;
    for &(x, y) in points {
        let parted = poles.iter().any(|&pole| last < pole && pole <= x);
        if !y.is_finite() || parted {
            all.push(Vec::new());
        }
        if y.is_finite()
            && let Some(piece) = all.last_mut()
        {
            piece.push((x, y));
        }
        last = x;
    }
    all.retain(|piece| !piece.is_empty());
    all
}

/// Draws measured means with their standard errors; those above the plot as arrows at its top.
fn evidence<DB: DrawingBackend>(plot: &Plot, sheet: &Sheet<DB>, taken: &mut Taken) -> Result<(), String> {
    let (brush, unit) = (sheet.brush, sheet.brush.unit);
    let bar = brush.inks.line(Role::Text);
    for point in &plot.points {
        let ink = brush.inks.line(point.role);
        let Some(x) = sheet.column(point.x) else { continue };
        if point.mean > plot.y.to {
            let y = sheet.plot.1;
            brush.polygon(&triangle((x, y + 6.0 * unit), 4.0 * unit), ink)?;
            taken.add(around((x, y + 6.0 * unit), 6.0 * unit));
            continue;
        }
        let Some(y) = sheet.row(point.mean) else { continue };
        if point.error.is_finite() {
            let ends = [point.mean - point.error, point.mean + point.error].map(|v| sheet.clamped(v));
            brush.line(&[(x, ends[0]), (x, ends[1])], 1.3, &[], bar)?;
            for end in ends {
                brush.line(&[(x - 3.0 * unit, end), (x + 3.0 * unit, end)], 1.3, &[], bar)?;
            }
        }
        if let Some(median) = point.median.and_then(|v| sheet.row(v)) {
            brush.disc((x, median), 3.0, ink, false)?;
        }
        brush.disc((x, y), 3.0, ink, true)?;
        taken.add(around((x, y), 5.0 * unit));
    }
    Ok(())
}

fn around((x, y): Point, r: f64) -> Area {
    (x - r, y - r, x + r, y + r)
}

fn triangle((x, y): Point, r: f64) -> [Point; 3] {
    [(x, y - r), (x + r, y + 0.8 * r), (x - r, y + 0.8 * r)]
}

/// Draws ◆ at poles, ▲ at maxima, ▽ at the minimum, ⇄ at transitions, × at crossovers, ↑ where a curve leaves the
/// plot; each with its label if there is a free position.
fn marks<DB: DrawingBackend>(plot: &Plot, sheet: &Sheet<DB>, taken: &mut Taken) -> Result<(), String> {
    let (brush, unit) = (sheet.brush, sheet.brush.unit);
    let (_, top, ..) = sheet.plot;
    let r = 5.0 * unit;
    let mut placed: Vec<(&Mark, Point)> = Vec::new();
    for mark in &plot.marks {
        // Exports have no crosshair or pin.
        let Some(x) = sheet.column(mark.x).filter(|_| mark.kind != MarkKind::Pin) else { continue };
        let color = brush.inks.line(mark.kind.role());
        let high = top + 2.2 * r;
        let y = match mark.kind {
            MarkKind::Near => (sheet.clamped(mark.y) - 1.8 * r).max(high),
            MarkKind::Least => (sheet.clamped(mark.y) - 1.8 * r).max(high),
            MarkKind::End | MarkKind::Target => sheet.clamped(mark.y),
            _ => high,
        };
        let at = (if mark.kind == MarkKind::End { x + 2.0 * r } else { x }, y);
        // Of two symbols at one position only the first is drawn.
        if placed.iter().any(|(_, p)| (p.0 - at.0).abs() < r && (p.1 - at.1).abs() < 2.0 * r) {
            continue;
        }
        let (x, y) = at;
        match mark.kind {
            MarkKind::Pole | MarkKind::Target => {
                brush.polygon(&[(x, y - r), (x + r, y), (x, y + r), (x - r, y)], color)?
            }
            MarkKind::Near => brush.polygon(&triangle(at, r), color)?,
            MarkKind::Least => brush.polygon(&triangle(at, -r), color)?,
            MarkKind::Transition => {
                let arrow = |dy: f64, direction: f64| {
                    let tip = (x + direction * 1.4 * r, y + dy);
                    let back = (tip.0 - direction * 0.8 * r, 0.5 * r);
                    [
                        vec![(x - direction * 1.4 * r, y + dy), tip],
                        vec![(back.0, tip.1 - back.1), tip, (back.0, tip.1 + back.1)],
                    ]
                };
                for line in arrow(-0.5 * r, 1.0).iter().chain(&arrow(0.6 * r, -1.0)) {
                    brush.line(line, 1.3, &[], color)?;
                }
            }
            MarkKind::Crossing => {
                for direction in [1.0, -1.0] {
                    brush.line(&[(x - r, y - direction * r), (x + r, y + direction * r)], 1.5, &[], color)?;
                }
            }
            MarkKind::End => {
                for step in [-1.0, 0.0, 1.0] {
                    brush.disc((x + 0.8 * step * r, y), 1.0, color, true)?;
                }
            }
            MarkKind::Pin => {}
            MarkKind::Beyond => {
                brush.line(&[(x, y + r), (x, top + 0.6 * r)], 1.3, &[], color)?;
                brush.polygon(&triangle((x, top + r), 0.7 * r), color)?;
            }
        }
        taken.add(around(at, 1.2 * r));
        placed.push((mark, at));
    }
    for (mark, at) in placed {
        let color = brush.inks.line(mark.kind.role());
        let short = mark.label.split(" · ").next().unwrap_or_default();
        for words in [mark.label.as_str(), short].into_iter().filter(|w| !w.is_empty()) {
            let size = (brush.width(words, SMALL), 15.0 * unit);
            if let Some((left, middle)) = taken.beside(at, size, sheet.plot, unit) {
                let area = (left, middle - size.1 / 2.0, left + size.0, middle + size.1 / 2.0);
                // Rules end at labels.
                ground(plot, sheet, area)?;
                brush.text(words, (left, middle), SMALL, color, (HPos::Left, VPos::Center))?;
                taken.add(area);
                break;
            }
        }
    }
    Ok(())
}

/// Redraws the regimes' tints over an area; does nothing without regimes.
fn ground<DB: DrawingBackend>(plot: &Plot, sheet: &Sheet<DB>, area: Area) -> Result<(), String> {
    let brush = sheet.brush;
    for band in &plot.bands {
        let clamped = |x: f64| sheet.column(x.clamp(plot.x.from, plot.x.to));
        let (Some(from), Some(to)) = (clamped(band.from), clamped(band.to)) else { continue };
        let (left, right) = (from.max(area.0), to.min(area.2));
        if left < right {
            brush.fill((left, area.1), (right, area.3), brush.inks.tint(band.role))?;
        }
    }
    Ok(())
}

/// Writes each name with a line sample right of the plot, at the height of its curve, moved apart.
fn beside<DB: DrawingBackend>(sheet: &Sheet<DB>, mut names: Vec<Name>) -> Result<(), String> {
    let (brush, unit) = (sheet.brush, sheet.brush.unit);
    let (_, top, right, bottom) = sheet.plot;
    names.sort_by(|a, b| a.height.total_cmp(&b.height));
    let mut heights: Vec<f64> = names.iter().map(|n| n.height).collect();
    spread(&mut heights, (top, bottom - 8.0 * unit), 19.0 * unit);
    for (name, y) in names.iter().zip(heights) {
        let (from, to) = (right + 6.0 * unit, right + 28.0 * unit);
        match name.sample {
            Sample::Line(dashes, width) => brush.line(&[(from, y), (to, y)], width, dashes, name.color)?,
            Sample::Area(fill) => brush.fill((from, y - 6.0 * unit), (to, y + 6.0 * unit), fill)?,
        }
        let cut = shorten(&name.words, LONGEST);
        brush.text(&cut, (to + 5.0 * unit, y), LARGE, name.color, (HPos::Left, VPos::Center))?;
    }
    Ok(())
}
