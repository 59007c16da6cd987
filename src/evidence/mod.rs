//! Simulation evidence (section 8): the fits of the theory at finite n and p, on simulated or real samples.
//!
//! A [`Run`] measures one number of samples, by Monte Carlo or by subsampling real rows; [`Agreement`] compares runs
//! with the theory.

pub mod agreement;
mod directions;
mod draw;
mod held_out;
mod isotropic;
mod logistic;
pub mod monte_carlo;
pub mod pretraining;
mod rows;
mod run;
mod shared_eigenvalue;
mod statistics;
pub mod subsample;
mod task_draws;

pub use agreement::{Agreement, Circumstances, Compared, poles};
pub use held_out::HeldOut;
pub use logistic::Logistic;
pub use monte_carlo::{Covariates, MonteCarlo};
pub use pretraining::{Crossing, Pretraining};
pub use run::Run;
pub use statistics::{Statistics, Terms};
pub use subsample::Subsample;
pub use task_draws::TaskDraws;
