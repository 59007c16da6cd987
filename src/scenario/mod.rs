//! What a user describes → checked spectra (section 7; measured data: section 9).
//!
//! A [`Scenario`] is the description: a TOML file, a preset, or either changed by [`Scenario::set`]. Reading is
//! strict, so that a wrong key or number is refused with the accepted ones. [`Model`] is a checked scenario with its
//! expensive parts computed: the [`crate::theory::Spectrum`] of every featurization.

mod access;
mod commuting;
mod cuts;
mod description;
mod effective_rank;
mod encoders;
mod error;
mod families;
mod file;
mod geometry;
mod kinds;
mod learned;
mod matrix;
mod measured;
mod model;
mod papers;
pub(crate) mod parameter;
mod paths;
mod population;
mod preset;
pub(crate) mod presets;
mod reader;
pub(crate) mod records;
mod risk_curve;
mod risk_point;
mod rotated;
mod rows;
mod sampled;
mod schema;
mod source;
#[cfg(test)]
mod tests;
mod transfer_papers;

pub use description::{
    Alignment, BaggedFits, DataSource, Encoder, Family, Featurization, Scenario, SourceTask, Table, Task,
};
pub use effective_rank::EFFECTIVE_RANK;
pub use error::ScenarioError;
pub use measured::Measured;
pub use model::Model;
pub use risk_curve::RiskCurve;
pub use risk_point::{BAND, Estimate, Metric, RiskPoint, Shown};

pub use crate::data::path::Reach;
