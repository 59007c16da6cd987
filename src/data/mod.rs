//! Measured data (section 9): real features and tasks, and what is estimated from them.
//!
//! [`load`] reads and checks files; a [`Pool`] has the covariance and the tasks of all rows; [`spectra`] computes the
//! [`crate::theory::Spectrum`] of any featurization; the leave-one-out path estimates risks. An [`Ensemble`] finds
//! the best representation for new tasks, and [`Fitted`] is that representation. Everything read from a file is
//! checked: invalid input is refused with one plain sentence, never with a panic.

pub mod anchors;
mod arrays;
mod centred_rows;
mod columns;
mod control;
mod copies;
mod cross_fitting;
mod ensemble;
mod error;
mod expectation;
pub mod feature_map;
mod features;
mod fit;
mod gaps;
mod groups;
mod join;
mod labels;
mod leakage;
pub mod load;
mod matrix;
mod metric;
pub mod path;
mod pool;
mod positive;
mod read;
mod shrunk;
pub mod spectra;
mod split;
mod targets;
mod test_rows;

pub use arrays::Blocks;
pub use columns::{load_covariance, load_features, load_matrix, load_targets};
pub use ensemble::{Ensemble, EnsembleChoice, Grid, PriorChoice};
pub use error::DataError;
pub use expectation::{Expectation, Method, TaskExpectation};
pub use feature_map::FeatureMap;
pub use features::{Columns, Features};
pub use fit::Fitted;
pub use groups::Groups;
pub use load::{Files, Loaded, RowKeys, load_keys};
pub use metric::{Confusion, Metric, Prediction, Scores};
pub use pool::{Pool, TaskChoice, TaskSet, TaskSummary, Watch};
pub use shrunk::Shrinkage;
pub use spectra::{Estimate, Featurizer};
pub use split::{Part, Split};
pub use targets::{Reading, Targets};
pub use test_rows::{TestRows, TestTargets};
