//! A grid of terminal cells as text, as ANSI escapes and as SVG: one frame of the dashboard without a terminal.

mod grid;
mod shapes;
mod svg;

pub use grid::{Cell, CellStyle, Grid};
pub use shapes::CELL;
pub use svg::{Ink, Picture};
