//! The one pipeline from a request to a result, behind the screen, its export and the command line: curves, planes,
//! points, the samples a target needs, the selection. Pure: it is told when to stop and shown what is coarse.

pub mod analysis;
pub mod axis;
pub mod boundary;
pub mod budget;
pub mod budgets;
pub mod compared;
pub mod comparison;
mod contest;
pub mod curve;
pub mod encoders;
mod extrema;
pub mod frozen;
pub mod here;
pub mod measure;
mod memo;
mod peak;
pub mod plane;
pub mod point;
mod progress;
pub mod reach;
pub mod rivals;
pub mod scaling;
pub mod selection;
pub mod shift;
pub mod words;

pub use analysis::{Analysis, LeftOut, Request, Study};
pub use axis::{Axis, AxisRequest, SampleSize, Variable};
pub use compared::{CurveId, Subject};
pub use comparison::Rivals;
pub use curve::{Curve, Curves, CurvesRequest, Detail, Stretch};
pub use frozen::Frozen;
pub use here::{Ridges, Row};
pub use plane::{Plane, PlaneRequest};
pub use point::{Beside, Point, Reference};
pub use progress::Progress;
pub use reach::Reach;
pub use shift::BestShown;

/// A range of n/p.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Window {
    /// Left end of n/p.
    pub from: f64,
    /// Right end of n/p, above `from`.
    pub to: f64,
    /// Spaced evenly in the logarithm.
    pub log: bool,
}

#[cfg(test)]
mod tests;
