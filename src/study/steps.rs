//! The share of a computation that is done, for a progress bar.

use std::sync::atomic::{AtomicUsize, Ordering};

/// Counts points that are computed, on any number of threads, and reports their share.
pub struct Steps<'a> {
    all: usize,
    done: AtomicUsize,
    report: &'a (dyn Fn(f64) + Sync),
}

impl Steps<'static> {
    /// Reports nothing.
    #[must_use]
    pub fn none() -> Self {
        Self { all: 0, done: AtomicUsize::new(0), report: &|_| {} }
    }
}

impl<'a> Steps<'a> {
    /// A count up to `all`; `report` receives the share done whenever it has grown by a percent.
    pub fn new(all: usize, report: &'a (dyn Fn(f64) + Sync)) -> Self {
        Self { all, done: AtomicUsize::new(0), report }
    }

    /// Counts `points` more.
    pub fn add(&self, points: usize) {
        if self.all == 0 {
            return;
        }
        let before = self.done.fetch_add(points, Ordering::Relaxed);
        let percent = |done: usize| 100 * done.min(self.all) / self.all;
        if percent(before + points) > percent(before) {
            (self.report)((before + points).min(self.all) as f64 / self.all as f64);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::Steps;

    #[test]
    fn progress_is_reported_once_per_percent() {
        let seen = Mutex::new(Vec::new());
        let report = |share: f64| seen.lock().unwrap().push(share);
        let steps = Steps::new(1000, &report);
        (0..1000).for_each(|_| steps.add(1));
        let seen = seen.into_inner().unwrap();
        assert_eq!((seen.len(), seen[0], seen[99]), (100, 0.01, 1.0));
        Steps::none().add(5);
    }
}
