//! Pure mathematics: the deterministic equivalents of ridge regression on a featurization.
//!
//! A [`Spectrum`] is all that the risk depends on. [`risk`] evaluates the risk and its fine-grained bias–variance
//! decomposition at one sample ratio through the [`fixed_point`]; [`negative`] computes the smallest admissible ridge,
//! [`ridge`] the optimal one; [`sweep`] evaluates whole curves; [`divergence`] finds their poles and peaks.
//!
//! A [`TaskSpectrum`] is all that the choice of a featurization depends on: [`selection`] chooses it, [`transition`]
//! and [`phase`] find where its regime changes, [`minimax`], [`size`] and [`pcr`] are variants, and [`representation`]
//! is the one interface of all of them.
//!
//! No input or output, no UI types, no threads but rayon's. Everything is checked when a value of
//! [`quantity`] or a [`Spectrum`] is made, so that inside nothing can fail.

pub mod assigned;
pub mod boundary;
pub mod divergence;
pub mod exponent;
pub mod finite;
pub mod fixed_point;
pub mod minimax;
pub mod negative;
pub(crate) mod numeric;
pub mod pcr;
pub mod phase;
pub mod quantity;
pub mod representation;
pub mod ridge;
pub mod risk;
pub mod selection;
pub mod size;
pub mod soft_table;
pub mod spectrum;
pub mod sweep;
pub mod target;
pub mod task;
#[cfg(test)]
mod tests;
pub mod transfer;
pub mod transition;
mod vector;

pub use assigned::Assigned;
pub use divergence::{Cause, Extremum, ExtremumKind, SpectralGap};
pub use minimax::MinimaxSelection;
pub use pcr::Pcr;
pub use phase::Plane;
pub use quantity::{
    Correlation, NoiseVariance, Residue, Ridge, RidgeChoice, SampleRatio, Share, TheoryError, Width,
};
pub use representation::Representation;
pub use risk::Risk;
pub use selection::{Floor, Hard, Optimal, Regime, Soft, TaskSpectrum};
pub use soft_table::SoftTable;
pub use spectrum::Spectrum;
pub use transition::Transition;
