//! Progress of long work.

use std::time::Duration;

/// Progress of long work.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Progress {
    /// Share of the work that is done.
    pub done: f64,
    /// Estimated time left; `None` before any work is done.
    pub left: Option<Duration>,
}

impl Progress {
    /// The shortest time between two reports.
    pub(in crate::study) const INTERVAL: Duration = Duration::from_millis(120);

    /// Progress after `elapsed`, of which a share `done` is done.
    #[must_use]
    pub fn new(done: f64, elapsed: Duration) -> Self {
        let left = elapsed.as_secs_f64() * (1.0 - done) / done;
        Self { done, left: Duration::try_from_secs_f64(left).ok().filter(|_| done > 0.0) }
    }

    /// `43 %, 3 s left`.
    #[must_use]
    pub fn words(self) -> String {
        let left = self.left.map(|left| format!(", {} s left", left.as_secs() + 1)).unwrap_or_default();
        format!("{:.0} %{left}", (100.0 * self.done).floor())
    }
}
