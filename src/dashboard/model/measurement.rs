//! The measurement beside the theory: what was asked for, and what has arrived.

use crate::scenario::Scenario;
use crate::study::Window;
use crate::study::measurement::Measured;

/// Measured points beside the theory, of one scenario.
#[derive(Debug, Clone)]
pub struct Measurement {
    pub scenario: Scenario,
    pub window: Window,
    /// Draws asked for at every point.
    pub draws: usize,
    pub running: bool,
    /// Begun by itself on real rows: a few points, without a word where it cannot.
    pub unasked: bool,
    pub shown: Option<Measured>,
}
