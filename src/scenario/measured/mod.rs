//! Measured scenarios (section 9 of the theory): real features and real tasks → checked spectra.
//!
//! [`load`] reads and checks files; a [`Pool`] holds what all rows together say about covariates and tasks;
//! [`spectra`] turns it into a [`crate::theory::Spectrum`] for any featurization.
//! Everything from a file is hostile until checked: each refusal is one plain sentence, and nothing panics.

mod csv_file;
mod error;
pub mod load;
mod npy;
mod pool;
mod positive;
pub mod spectra;
mod targets;

pub use error::DataError;
pub use load::{load_features, load_targets};
pub use pool::{Features, Pool, TaskChoice, TaskSummary};
pub use spectra::{Estimate, Featurizer};
pub use targets::Targets;
