//! What a user describes → checked spectra (section 7; measured data: section 9).
//!
//! A [`Scenario`] is the description: a TOML file, a preset, or either changed by [`Scenario::set`]. Reading is
//! strict, so that a wrong key or number is refused with the accepted ones. [`Model`] is a checked scenario with its
//! expensive parts computed: the [`crate::theory::Spectrum`] of every featurization.

mod commuting;
mod description;
mod effective_rank;
mod encoders;
mod error;
mod families;
mod featurization;
mod file;
mod geometry;
mod kinds;
mod learned;
mod matrix;
mod measured;
mod model;
pub(crate) mod number;
mod papers;
pub(crate) mod parameter;
mod paths;
mod population;
mod preset;
pub(crate) mod presets;
mod reader;
mod risk_curve;
mod risk_point;
mod rotated;
mod rows;
mod sampled;
mod set;
mod setting;
mod source;
#[cfg(test)]
mod tests;
mod value;

pub use description::{Alignment, DataSource, Encoder, RidgeSetting, Scenario, Table, Task};
pub use effective_rank::EFFECTIVE_RANK;
pub use error::ScenarioError;
pub use families::Family;
pub use featurization::Featurization;
pub use measured::Measured;
pub use model::Model;
pub use risk_curve::RiskCurve;
pub use risk_point::{BAND, Estimate, Metric, RiskPoint, Shown};

pub use crate::data::path::Reach;
