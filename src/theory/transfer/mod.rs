//! Transfer from end to end (section 11): representations and weights that are learned from finite upstream data.
//!
//! [`RandomFeatures`] are N random features of a featurization, linear or not; [`Pretraining`] gives the population
//! spectrum of features fitted to upstream tasks, which are then [`RandomFeatures`] without a residue.
//! [`PlugIn`] adds to them what the optimum has beyond them. [`TowardsSource`] fits with a ridge towards the coefficients of a source task, [`Bagging`] averages fits on parts of
//! the samples, [`noisy_features`] adds noise to the covariates, and [`classification`] turns the risk of labels ±1
//! into accuracy and AUC. All are exact as p → ∞, and none draws anything.

pub mod bagging;
pub mod classification;
mod neighbours;
pub mod nonlinearity;
pub mod plug_in;
pub mod pretrained;
pub mod random_features;
pub mod source;
pub mod terms;
#[cfg(test)]
mod tests;
mod tuned;

pub use bagging::{Bagging, Fits, noisy_features};
pub use classification::{LabelScores, Labels};
pub use nonlinearity::Nonlinearity;
pub use plug_in::PlugIn;
pub use pretrained::Pretraining;
pub use random_features::RandomFeatures;
pub use source::{SourceFit, SourceWeight, TowardsSource};
pub use terms::{RepresentationTerms, SourceTerms};
