//! Evidence beside the theory (section 8): the same fits at finite n and p, with random or real samples.

pub mod agreement;
mod fit;
pub mod monte_carlo;
mod statistics;

pub use agreement::{Agreement, Compared, poles};
pub use monte_carlo::{Covariates, MonteCarlo};
pub use statistics::{Statistics, Terms};
