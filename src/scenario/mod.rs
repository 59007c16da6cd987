//! Scenarios and the spectra computed from them (section 7; measured data: section 9).
//!
//! A [`Scenario`] is the description: a TOML file, a preset, or either changed by [`Scenario::with`] or
//! [`Scenario::set`]. A wrong key or number is refused with the accepted ones. A [`Model`] is a checked scenario with
//! its expensive parts computed: the [`crate::theory::Spectrum`] of every featurization.

mod description;
mod error;
mod file;
mod model;
mod population;
pub(crate) mod presets;
mod schema;
#[cfg(test)]
mod tests;

pub use description::{
    Alignment, BaggedFits, DataSource, Encoder, Family, FeatureNoise, Featurization, Scenario, SourceTask,
    Table, Task,
};
pub use error::ScenarioError;
pub use model::Model;
pub use model::effective_rank::EFFECTIVE_RANK;
pub use model::measured::Measured;
pub use model::risk_curve::RiskCurve;
pub use model::risk_point::{BAND, Estimate, PathOnly, PerClass, RiskPoint, RowEstimates, SubsampledFits};
pub use model::tested::TestedDirections;
pub(crate) use schema::{parameter, records};

pub use crate::data::path::Reach;
pub use crate::data::{Metric, Scores};
