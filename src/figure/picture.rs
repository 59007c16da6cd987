//! The parts of a picture, independent of the output device. All values are in data coordinates and owned, so that a
//! picture can outlive the results it shows.

use crate::chart::{Category, Crosshair, Dash, Evidence, MarkKind, Scale, SpotKind, Texture};
use crate::study::Variable;
use crate::theme::Role;

/// A whole picture: panels side by side over a few lines of words and a table.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Figure {
    pub title: String,
    /// Each panel with its share of the width.
    pub panels: Vec<(u16, Panel)>,
    pub words: Vec<Words>,
    pub table: Option<Table>,
}

/// A line of words; each piece has the role of what it describes.
pub type Words = Vec<(Role, String)>;

/// Rows under named columns.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    pub head: Vec<String>,
    /// Number of left-aligned columns of words; the others are numbers.
    pub left: usize,
    pub rows: Vec<Vec<(Role, String)>>,
}

/// One pair of axes and what lies between them.
#[derive(Debug, Clone, PartialEq)]
pub enum Panel {
    Plot(Plot),
    Map(Map),
}

impl Figure {
    /// A figure with one panel and a title.
    #[must_use]
    pub fn of(title: impl Into<String>, panel: Panel) -> Self {
        Self { title: title.into(), panels: vec![(1, panel)], ..Self::default() }
    }
}

/// An axis with labelled ends.
#[derive(Debug, Clone, PartialEq)]
pub struct Axis {
    pub label: String,
    /// The full title, used if there is room.
    pub full: String,
    pub scale: Scale,
    pub from: f64,
    pub to: f64,
    /// Factor from axis values to labels: p if n/p is labelled in n.
    pub unit: f64,
}

impl Axis {
    #[must_use]
    pub fn new(label: impl Into<String>, (from, to): (f64, f64), log: bool) -> Self {
        let label = label.into();
        let scale = if log { Scale::Log } else { Scale::Linear };
        Self { full: label.clone(), label, scale, from, to, unit: 1.0 }
    }

    /// An axis of n/p over a window.
    #[must_use]
    pub fn ratio(ends: (f64, f64), log: bool, dimension: usize) -> Self {
        let full = format!("samples per dimension n/p, p = {dimension}");
        Self { full, ..Self::new("n/p", ends, log) }
    }

    /// A range of n/p labelled in n.
    #[must_use]
    pub fn samples(ends: (f64, f64), log: bool, dimension: usize) -> Self {
        let full = "labelled rows n".into();
        Self { full, unit: dimension as f64, ..Self::new("n", ends, log) }
    }

    /// The axis of a study: n/p, labelled in n if `samples`, or a parameter.
    #[must_use]
    pub fn of(axis: &crate::study::Axis, dimension: usize, samples: bool) -> Self {
        let ends = (axis.from, axis.to);
        match axis.variable {
            Variable::SampleRatio if samples => Self::samples(ends, axis.log, dimension),
            Variable::SampleRatio => Self::ratio(ends, axis.log, dimension),
            Variable::Parameter(_) => Self::new(axis.label, ends, axis.log),
        }
    }

    /// The corresponding axis of a chart.
    #[must_use]
    pub fn chart(&self) -> crate::chart::Axis<'_> {
        crate::chart::Axis::new(self.scale, self.from, self.to, &self.label).labelled_in(self.unit)
    }
}

/// A curve: (x, y) in increasing x, y not finite where there is none.
#[derive(Debug, Clone, PartialEq)]
pub struct Trace {
    pub name: String,
    pub role: Role,
    pub dash: Dash,
    pub points: Vec<(f64, f64)>,
    /// Positions of poles, which no line crosses.
    pub poles: Vec<f64>,
    /// Confidence interval of each point; empty for exact curves.
    pub band: Vec<(f64, f64)>,
    /// Whether this is the main curve, drawn thicker.
    pub strong: bool,
}

impl Trace {
    /// An exact curve without a pole.
    #[must_use]
    pub fn new(name: impl Into<String>, points: Vec<(f64, f64)>, (role, dash): (Role, Dash)) -> Self {
        Self { name: name.into(), role, dash, points, poles: Vec::new(), band: Vec::new(), strong: false }
    }

    /// An edge of the band as a curve.
    #[must_use]
    pub fn edge(&self, upper: bool) -> Vec<(f64, f64)> {
        let side = |&(low, high): &(f64, f64)| if upper { high } else { low };
        self.points.iter().zip(&self.band).map(|(p, band)| (p.0, side(band))).collect()
    }
}

/// A named stretch of the x axis: a regime.
#[derive(Debug, Clone, PartialEq)]
pub struct Band {
    pub from: f64,
    pub to: f64,
    pub name: String,
    pub role: Role,
}

/// A point marked by a symbol: a divergence, a transition, a value beyond the axis.
#[derive(Debug, Clone, PartialEq)]
pub struct Mark {
    pub kind: MarkKind,
    pub x: f64,
    pub y: f64,
    /// Label; only the part before the first " · " is shown if there is little room.
    pub label: String,
}

/// One term of a stack, with a value for each of the stack's x.
#[derive(Debug, Clone, PartialEq)]
pub struct Layer {
    pub name: String,
    pub role: Role,
    pub texture: Texture,
    pub values: Vec<f64>,
}

/// Layers from the bottom up, over shared x in increasing order.
#[derive(Debug, Clone, PartialEq)]
pub struct Stack {
    pub x: Vec<f64>,
    pub layers: Vec<Layer>,
    pub poles: Vec<f64>,
}

/// Lines, areas and marks against two axes.
#[derive(Debug, Clone, PartialEq)]
pub struct Plot {
    pub x: Axis,
    pub y: Axis,
    pub stack: Option<Stack>,
    /// Later ones lie over earlier ones.
    pub traces: Vec<Trace>,
    /// In increasing x.
    pub bands: Vec<Band>,
    /// Earlier ones matter more.
    pub marks: Vec<Mark>,
    pub points: Vec<Evidence>,
    pub crosshair: Option<Crosshair>,
}

impl Plot {
    /// A plot with axes only.
    #[must_use]
    pub const fn new(x: Axis, y: Axis) -> Self {
        Self {
            x,
            y,
            stack: None,
            traces: Vec::new(),
            bands: Vec::new(),
            marks: Vec::new(),
            points: Vec::new(),
            crosshair: None,
        }
    }
}

/// A marked point of a map.
#[derive(Debug, Clone, PartialEq)]
pub struct Spot {
    pub kind: SpotKind,
    pub x: f64,
    pub y: f64,
    pub label: String,
}

/// Values on a colour scale, NaN where unknown.
#[derive(Debug, Clone, PartialEq)]
pub struct Values {
    pub values: Vec<f64>,
    pub scale: Axis,
}

/// A grid of regimes, or of values with the regimes' boundaries: row by row, the first at the lower end of y.
#[derive(Debug, Clone, PartialEq)]
pub struct Map {
    pub x: Axis,
    pub y: Axis,
    pub columns: usize,
    pub rows: usize,
    pub regimes: Vec<Option<usize>>,
    /// The exact lines between regimes, (x, y); without them the cells' edges are drawn.
    pub boundaries: Vec<Vec<(f64, f64)>>,
    pub categories: Vec<Category<'static>>,
    pub values: Option<Values>,
    pub spots: Vec<Spot>,
}
