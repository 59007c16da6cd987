//! Requests and their results, behind the dashboard, the command line, exports and Python: risk curves, planes of
//! regimes, label requirements and encoder comparisons. Everything is pure: a `stop` callback ends long work early, and
//! coarse results are passed on before exact ones.

pub mod axis;
pub mod curves;
pub mod encoders;
pub mod featurizations;
pub mod labels;
pub mod measurement;
mod memo;
pub mod plane;
pub mod pretraining;
pub mod probes;
mod progress;
pub mod selection;
pub mod session;
pub mod shift;
pub mod steps;
pub mod words;

pub use axis::{Axis, AxisRequest, SampleSize, Variable, Window};
pub use curves::crosshair::{AdmissibleRidges, ReadoutRow};
pub use curves::frozen::FrozenCurve;
pub use curves::point::{Point, PopulationRisks, Reference};
pub use curves::{Curve, Curves, CurvesRequest, Detail, RegimeInterval};
pub use encoders::comparison::EncoderSummary;
pub use featurizations::{CurveId, CurveSpec};
pub use labels::classes::{Class, Classes};
pub use labels::target::TargetSamples;
pub use plane::{Plane, PlaneRequest};
pub use progress::Progress;
pub use session::{Analysis, LeftOut, Request, Session};
pub use shift::BestShown;

#[cfg(test)]
mod tests;
