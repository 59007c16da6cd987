//! Risk curves as a figure: regimes shaded and named, divergences marked, each curve's name beside its end.

use plotters::coord::Shift;
use plotters::drawing::DrawingArea;
use plotters::prelude::DrawingBackend;
use plotters::style::RGBColor;
use plotters::style::text_anchor::{HPos, VPos};

use super::scale::{Scale, label};
use super::sheet::{INK, Place, QUIET, Sheet, Surroundings};
use crate::report::range::{self, Line};
use crate::study::{Curve, Curves, Fixed, words};
use crate::theory::DivergenceKind::{Near, Pole};
use crate::theory::Regime;

/// Okabe and Ito's colours, which the colour-blind tell apart, in an order of contrast; each with its own dashes.
const LOOKS: [(RGBColor, &[f64]); 7] = [
    (RGBColor(0, 114, 178), &[]),
    (RGBColor(213, 94, 0), &[9.0, 4.0]),
    (RGBColor(0, 130, 95), &[14.0, 3.0, 2.0, 3.0]),
    (RGBColor(180, 90, 145), &[4.0, 3.0]),
    (RGBColor(150, 105, 0), &[2.0, 2.5]),
    (RGBColor(40, 140, 200), &[18.0, 4.0]),
    (RGBColor(60, 60, 60), &[1.5, 4.0]),
];

/// The ground of a regime.
pub const fn shade(regime: Regime) -> RGBColor {
    match regime {
        Regime::Soft => RGBColor(226, 239, 250),
        Regime::Hard => RGBColor(253, 241, 222),
        Regime::Null => RGBColor(236, 236, 236),
    }
}

pub fn draw<DB: DrawingBackend>(
    curves: &Curves,
    area: &DrawingArea<DB, Shift>,
    unit: f64,
) -> Result<(), String> {
    let along = &curves.axis;
    let lines: Vec<Trace> = curves.curves.iter().map(line).collect();
    let shown: Vec<Line> = lines.iter().map(|(points, poles)| Line { points, poles }).collect();
    let peaks = curves.curves.iter().flat_map(|c| &c.divergences).map(|d| d.risk);
    let (low, high) = range::of(&shown, (along.from, along.to, along.log), peaks, true);
    let x = Scale { from: along.from, to: along.to, log: along.log };
    let x_name = match &curves.axis.key {
        None => format!("samples per dimension n/p   (p = {})", curves.dimension),
        Some(_) => curves.axis.label.to_owned(),
    };
    let longest = curves.curves.iter().map(|c| c.name.chars().count()).max().unwrap_or(0);
    let title = title(curves);
    let around = Surroundings {
        title: &title,
        x: (x, &x_name),
        y: (Scale { from: low, to: high, log: true }, "risk R, in label variance"),
        margin: longest.min(24) + 3,
    };
    let sheet = Sheet::new(area, unit, &around, |sheet| bands(curves, sheet))?;
    for t in &curves.transitions {
        sheet.vertical(t.at, &[5.0, 3.0], QUIET)?;
    }
    for d in curves.curves.iter().flat_map(|c| &c.divergences).filter(|d| d.kind == Pole) {
        sheet.vertical(d.sample_ratio, &[1.5, 3.0], QUIET)?;
    }
    let (mut names, mut ways) = (Vec::new(), Vec::new());
    for (i, (curve, (points, poles))) in curves.curves.iter().zip(&lines).enumerate() {
        let (color, dashes) = LOOKS.get(i % LOOKS.len()).copied().unwrap_or((INK, &[]));
        let mut end = sheet.plot.1;
        for piece in pieces(points, poles) {
            let places: Vec<Place> = piece.iter().filter_map(|&(x, y)| sheet.place(x, y)).collect();
            sheet.line(&places, 2.2, dashes, color)?;
            end = places.last().map_or(end, |p| p.1);
            ways.extend(places);
        }
        names.push((end.clamp(sheet.plot.1, sheet.plot.3), curve.name.clone(), color, dashes));
    }
    marks(curves, &sheet, &ways)?;
    beside(&sheet, names)
}

fn title(curves: &Curves) -> String {
    let mut words = curves.scenario.name.clone();
    if curves.axis.key.is_some() {
        match curves.fixed {
            Fixed::Ratio(ratio) => words += &format!(" at n/p = {}", label(ratio)),
            Fixed::Samples(n) => words += &format!(" at n = {}", label(n)),
        }
    }
    words
}

/// Points and poles.
type Trace = (Vec<(f64, f64)>, Vec<f64>);

fn line(curve: &Curve) -> Trace {
    let risks = curve.points.iter().map(|p| p.risk.map_or(f64::NAN, |r| r.risk));
    (curve.xs.iter().copied().zip(risks).collect(), curve.poles().collect())
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

fn bands<DB: DrawingBackend>(curves: &Curves, sheet: &Sheet<DB>) -> Result<(), String> {
    let (_, top, _, bottom) = sheet.plot;
    for s in &curves.stretches {
        let (Some(left), Some(right)) = (sheet.column(s.from), sheet.column(s.to)) else { continue };
        sheet.fill((left, top), (right, bottom), shade(s.regime))?;
        let name = words::stretch(s, curves.dimension);
        // What does not fit is told by its shade.
        let wide = |text: &str| 8.0 * sheet.unit * text.chars().count() as f64;
        let short = words::regime(s.regime).to_owned();
        if let Some(text) = [name, short].into_iter().find(|n| wide(n) < right - left) {
            let at = ((left + right) / 2.0, top - 4.0 * sheet.unit);
            sheet.text(&text, at, 13.0, QUIET, (HPos::Center, VPos::Bottom))?;
        }
    }
    Ok(())
}

/// ◆ on top of poles and ▲ over maxima, with their n; of equal ones only the first is named. Names keep clear of the
/// points in `ways`.
fn marks<DB: DrawingBackend>(curves: &Curves, sheet: &Sheet<DB>, ways: &[Place]) -> Result<(), String> {
    let (_, top, right, _) = sheet.plot;
    let r = 5.0 * sheet.unit;
    let mut taken: Vec<Place> = Vec::new();
    for (i, curve) in curves.curves.iter().enumerate() {
        let (color, _) = LOOKS.get(i % LOOKS.len()).copied().unwrap_or((INK, &[]));
        for d in &curve.divergences {
            let Some(column) = sheet.column(d.sample_ratio) else { continue };
            let words = words::mark(d, curves.dimension);
            let at = match d.kind {
                Pole => (column, top + 2.0 * r),
                Near => {
                    let height = sheet.place(d.sample_ratio, d.risk).map_or(top, |p| p.1);
                    (column, (height - 1.6 * r).max(top + 2.0 * r))
                }
            };
            let (x, y) = at;
            let corners = match d.kind {
                Pole => vec![(x, y - r), (x + r, y), (x, y + r), (x - r, y)],
                Near => vec![(x, y - r), (x + r, y + 0.8 * r), (x - r, y + 0.8 * r)],
            };
            sheet.polygon(&corners, color)?;
            let close =
                |p: &Place| (p.0 - x).abs() < 110.0 * sheet.unit && (p.1 - y).abs() < 16.0 * sheet.unit;
            if taken.iter().any(close) {
                continue;
            }
            taken.push(at);
            let wide = 8.0 * sheet.unit * words.chars().count() as f64;
            let near = |p: &&Place| (p.1 - y).abs() < 3.0 * r && (x..x + 14.0 * r).contains(&p.0);
            let clear = ways.iter().filter(near).fold(x + 0.8 * r, |most, p| p.0.max(most)) + r;
            let (side, across) =
                if clear + wide < right { (clear, HPos::Left) } else { (x - 1.8 * r, HPos::Right) };
            sheet.text(&words, (side, y), 13.0, color, (across, VPos::Center))?;
        }
    }
    Ok(())
}

type Name = (f64, String, RGBColor, &'static [f64]);

/// Each curve's name with a piece of its line, right of the plot at the height of its end, moved apart.
fn beside<DB: DrawingBackend>(sheet: &Sheet<DB>, mut names: Vec<Name>) -> Result<(), String> {
    let (_, top, right, bottom) = sheet.plot;
    let apart = 19.0 * sheet.unit;
    names.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut least = top;
    for name in &mut names {
        name.0 = name.0.max(least);
        least = name.0 + apart;
    }
    let mut most = bottom;
    for name in names.iter_mut().rev() {
        name.0 = name.0.min(most);
        most = name.0 - apart;
    }
    for (y, text, color, dashes) in names {
        let (from, to) = (right + 5.0 * sheet.unit, right + 27.0 * sheet.unit);
        sheet.line(&[(from, y), (to, y)], 2.2, dashes, color)?;
        let cut: String = text.chars().take(24).collect();
        sheet.text(&cut, (to + 4.0 * sheet.unit, y), 14.0, color, (HPos::Left, VPos::Center))?;
    }
    Ok(())
}
