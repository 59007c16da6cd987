//! The measurement shown with the theory: its request, and its results so far.

use crate::scenario::Scenario;
use crate::study::Window;
use crate::study::measurement::Measured;

/// Measured points of one scenario.
#[derive(Debug, Clone)]
pub struct Measurement {
    pub scenario: Scenario,
    pub window: Window,
    /// Requested draws at every point.
    pub draws: usize,
    pub running: bool,
    /// Whether it started automatically on real rows: a few points, and no message if it fails.
    pub automatic: bool,
    /// Whether logistic regression is fitted too.
    pub logistic: bool,
    pub shown: Option<Measured>,
}
