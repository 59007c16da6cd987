//! The measurement beside the theory: its request, and its results so far.

use crate::scenario::Scenario;
use crate::study::Window;
use crate::study::measurement::Measured;

/// Measured points beside the theory, of one scenario.
#[derive(Debug, Clone)]
pub struct Measurement {
    pub scenario: Scenario,
    pub window: Window,
    /// Requested draws at every point.
    pub draws: usize,
    pub running: bool,
    /// Begun by itself on real rows: a few points, without a word where it cannot.
    pub unasked: bool,
    pub shown: Option<Measured>,
}
