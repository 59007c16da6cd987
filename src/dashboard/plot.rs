//! Curves and planes as text: the dashboard's own widgets on a grid of cells, without the dashboard around them.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::Widget;

use super::roles;
use crate::chart::{
    Axis, Band, Category, Chart, Curve, Dash, Glyphs, Heatmap, Mark, MarkKind, Spot, SpotKind,
};
use crate::report::cells::Grid;
use crate::report::range::{self, Line};
use crate::study::{self, Curves, Plane, words};
use crate::theme::{Role, Theme};
use crate::theory::{DivergenceKind, Regime};

/// A curve's points and poles.
type Trace = (Vec<(f64, f64)>, Vec<f64>);

/// Curves as a chart of `size` (columns, rows).
#[must_use]
pub fn curves(curves: &Curves, (width, height): (u16, u16), theme: &Theme, glyphs: Glyphs) -> Grid {
    let along = &curves.axis;
    let traces: Vec<Trace> = curves
        .curves
        .iter()
        .map(|c| {
            let risks = c.points.iter().map(|p| p.risk.map_or(f64::NAN, |r| r.risk));
            (c.xs.iter().copied().zip(risks).collect(), c.poles().collect())
        })
        .collect();
    let lines: Vec<Line> = traces.iter().map(|(points, poles)| Line { points, poles }).collect();
    let peaks = curves.curves.iter().flat_map(|c| &c.divergences).map(|d| d.risk);
    let (low, high) = range::of(&lines, (along.from, along.to, along.log), peaks, true);
    let x = axis(along);
    let looks = looks(curves.curves.iter().map(|c| c.subject.key()));
    let drawn: Vec<Curve> = curves
        .curves
        .iter()
        .zip(&traces)
        .zip(looks)
        .map(|((c, (points, poles)), (role, dash))| {
            Curve::new(&c.name, points, role, dash).with_breaks(poles)
        })
        .collect();
    let names: Vec<String> = curves.stretches.iter().map(|s| words::stretch(s, curves.dimension)).collect();
    let bands: Vec<Band> = curves
        .stretches
        .iter()
        .zip(&names)
        .map(|(s, name)| Band { from: s.from, to: s.to, name, role: roles::regime(s.regime) })
        .collect();
    let found = curves.curves.iter().flat_map(|c| &c.divergences);
    let labels: Vec<(MarkKind, f64, f64, String)> = found
        .map(|d| {
            let kind = if d.kind == DivergenceKind::Pole { MarkKind::Pole } else { MarkKind::Near };
            (kind, d.sample_ratio, d.risk, words::mark(d, curves.dimension))
        })
        .chain(curves.transitions.iter().map(|t| (MarkKind::Transition, t.at, t.risk, String::new())))
        .collect();
    let marks: Vec<Mark> =
        labels.iter().map(|(kind, x, y, label)| Mark { kind: *kind, x: *x, y: *y, label }).collect();
    let chart = Chart {
        curves: &drawn,
        marks: &marks,
        bands: &bands,
        glyphs,
        ..Chart::new(x, Axis::log(low, high, "risk R"), theme)
    };
    let mut buffer = Buffer::empty(Rect::new(0, 0, width, height));
    chart.render(buffer.area, &mut buffer);
    Grid::from(&buffer)
}

/// A plane as a map of `size` (columns, rows).
#[must_use]
pub fn plane(plane: &Plane, (width, height): (u16, u16), theme: &Theme, glyphs: Glyphs) -> Grid {
    const REGIMES: [(Regime, char); 3] = [(Regime::Soft, 's'), (Regime::Hard, 'h'), (Regime::Null, '0')];
    let categories = REGIMES.map(|(regime, letter)| Category {
        name: words::regime(regime),
        letter,
        role: roles::regime(regime),
    });
    let regimes: Vec<Option<usize>> = plane
        .cells
        .iter()
        .map(|cell| cell.and_then(|c| REGIMES.iter().position(|r| r.0 == c.regime)))
        .collect();
    let triple = plane.triple.map(|(x, y)| Spot { kind: SpotKind::Triple, x, y, label: "triple point" });
    let spots: Vec<Spot> = triple.into_iter().collect();
    let map = Heatmap {
        columns: plane.columns.len(),
        rows: plane.rows.len(),
        regimes: &regimes,
        categories: &categories,
        spots: &spots,
        glyphs,
        ..Heatmap::new(axis(&plane.x), axis(&plane.y), theme)
    };
    let mut buffer = Buffer::empty(Rect::new(0, 0, width, height));
    map.render(buffer.area, &mut buffer);
    Grid::from(&buffer)
}

/// A colour and a dash for each featurization: its own colour, and no two alike.
fn looks<'a>(featurizations: impl Iterator<Item = &'a str>) -> Vec<(Role, Dash)> {
    const SPARE: [Role; 7] =
        [Role::Chosen, Role::Optimal, Role::Raw, Role::Pcr, Role::Whitened, Role::Floor, Role::GroundTruth];
    let mut taken: Vec<Role> = Vec::new();
    let mut dashes = Dash::ALL.iter().copied().cycle();
    featurizations
        .map(|name| {
            let own = match name {
                "raw" => Role::Raw,
                "ground-truth" => Role::GroundTruth,
                "whitened" => Role::Whitened,
                "pca" => Role::Pcr,
                "optimal" => Role::Optimal,
                "floor" => Role::Floor,
                _ => Role::Chosen,
            };
            let free = SPARE.iter().copied().find(|r| !taken.contains(r));
            let role = if taken.contains(&own) { free.unwrap_or(own) } else { own };
            taken.push(role);
            (role, dashes.next().unwrap_or_default())
        })
        .collect()
}

fn axis(axis: &study::Axis) -> Axis<'static> {
    if axis.log {
        Axis::log(axis.from, axis.to, axis.label)
    } else {
        Axis::linear(axis.from, axis.to, axis.label)
    }
}
