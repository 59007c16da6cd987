//! A progress bar on standard error with the remaining time; nothing if standard error is not a terminal.

use std::io::{self, IsTerminal, Write};
use std::time::Instant;

use crate::scenario::{Model, Scenario, ScenarioError};

/// A progress bar, removed from the screen when dropped.
pub struct Progress {
    shown: bool,
    start: Instant,
}

/// Characters of the bar.
const WIDTH: usize = 24;

impl Progress {
    #[must_use]
    pub fn new() -> Self {
        Self { shown: io::stderr().is_terminal(), start: Instant::now() }
    }

    /// Shows the fraction `done` of the work and a few words about the current step.
    pub fn at(&self, done: f64, words: &str) {
        if self.shown {
            // A closed standard error is ignored.
            let _ = write!(io::stderr(), "\r\x1b[K{}", line(done, self.start.elapsed().as_secs_f64(), words));
        }
    }
}

impl Default for Progress {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.shown {
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
    }
}

/// The model, with a progress bar while rows are read and decomposed.
///
/// # Errors
/// Errors of [`Model::watched`].
pub fn model(scenario: &Scenario) -> Result<Model, ScenarioError> {
    if scenario.data.is_none() {
        return Model::new(scenario, None, &|| false);
    }
    let progress = Progress::new();
    let watch = |done: f64| {
        progress.at(done, "rows");
        true
    };
    Model::watched(scenario, None, &watch)
}

fn line(done: f64, seconds: f64, words: &str) -> String {
    let full = (done.clamp(0.0, 1.0) * WIDTH as f64).round() as usize;
    let left = seconds * (1.0 - done) / done;
    // No estimate at the beginning.
    let left = if done > 0.0 && seconds > 0.5 { format!("{:.0} s left", left.ceil()) } else { String::new() };
    format!(
        "[{}{}] {:>3.0} %  {left}  {words}",
        "#".repeat(full),
        "-".repeat(WIDTH - full),
        (100.0 * done).floor()
    )
}

#[cfg(test)]
mod tests {
    use super::line;

    #[test]
    fn shows_progress_and_remaining_time() {
        assert_eq!(line(0.25, 3.0, "n = 100"), "[######------------------]  25 %  9 s left  n = 100");
        assert_eq!(line(0.0, 3.0, ""), "[------------------------]   0 %    ");
        assert!(line(1.0, 3.0, "").contains("100 %  0 s left"));
        assert!(!line(0.5, 0.1, "").contains("left"), "too early to tell");
    }
}
