//! How far something is that takes long.

use std::time::Duration;

/// How far something is that takes long.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Progress {
    /// The share that is done.
    pub done: f64,
    /// Until all is, going by what is done so far; `None` before there is any to go by.
    pub left: Option<Duration>,
}

impl Progress {
    /// More often nobody needs to be told.
    pub(super) const APART: Duration = Duration::from_millis(120);

    /// After so long.
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
