//! Device-independent pictures: axes, traces, bands, marks and words, made from study results. [`cells`] draws them
//! in terminal cells, [`paper`] as svg and png, with the same words and marks.

pub mod cells;
pub mod encoders;
pub mod headline;
pub mod line_styles;
pub mod paper;
pub mod phase;
pub mod picture;
pub mod quantities;
pub mod range;
pub mod risk;
pub mod selection;
pub mod spectrum;
#[cfg(test)]
mod tests;
pub mod variance;

pub use picture::{Figure, Panel, Plot};
