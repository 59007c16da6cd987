//! Transfer end to end (section 11): representations and weights learned from finite upstream data.
//!
//! [`RandomFeatures`] are N random features of a featurization, linear or not; [`Pretraining`] gives the population
//! spectrum of features fitted to upstream tasks, which are then [`RandomFeatures`] with residue 0. [`PlugIn`] adds
//! the covariate structure that the optimum has beyond them. [`TowardsSource`] fits with a ridge towards the
//! coefficients of a source task, [`Bagging`] averages fits on subsamples, [`noisy_features`] adds noise to the
//! covariates, and [`classification`] converts the risk on ±1 labels into accuracy and AUC. All are exact as p → ∞
//! and use no random draws.

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
