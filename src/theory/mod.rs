//! Deterministic equivalents of ridge regression on a featurization: pure mathematics on spectra.
//!
//! The risk depends only on a [`Spectrum`]. [`risk`] evaluates the risk and its fine-grained bias–variance
//! decomposition at one sample ratio through the [`fixed_point`]; [`negative`] computes the smallest admissible
//! ridge, [`ridge`] the optimal one; [`sweep`] evaluates whole curves; [`divergence`] finds their poles and peaks.
//!
//! The choice of a featurization depends only on a [`TaskSpectrum`]. [`selection`] computes the optimum,
//! [`transition`] and [`phase`] find where its regime changes, [`minimax`], [`size`] and [`pcr`] are variants, and
//! [`representation`] is the common interface.
//!
//! The module does no input or output, has no UI types, and uses threads only through rayon. Values are checked when
//! a [`quantity`] or a [`Spectrum`] is constructed; later computations do not fail.

pub mod assigned;
pub mod boundary;
mod descent;
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
