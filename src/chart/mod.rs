//! Charts: pure rendering into a buffer, without state, input or output.
//!
//! Everything drawn against axes uses [`axis`] (scales and ticks) and [`frame`] (the exact mapping between data, dots
//! and cells), so that curves, marks, crosshair and mouse agree to the dot.

pub mod ascii;
pub mod axis;
pub mod canvas;
pub mod curve;
#[cfg(test)]
mod fixtures;
pub mod frame;
pub mod glyphs;
pub mod heatmap;
pub mod labels;
pub mod marks;
pub(crate) use crate::numbers;
pub mod plot;
pub mod slider;
pub mod spread;
pub mod stack;
#[cfg(test)]
mod tests;

pub use axis::{Axis, Scale};
pub use curve::{Curve, Dash};
pub use frame::Frame;
pub use glyphs::Glyphs;
pub use heatmap::{Category, Heatmap, Spot, SpotKind, Values};
pub use marks::{Band, Crosshair, Evidence, Mark, MarkKind};
pub use plot::Chart;
pub use spread::Spread;
pub use stack::{Layer, Stack, Texture};
