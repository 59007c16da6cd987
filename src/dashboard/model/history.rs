//! Undo and redo, with grouping of changes into steps.

use super::display::Display;
use super::frozen::Frozen;
use crate::scenario::Scenario;

/// The state that undo restores.
#[derive(Debug, Clone, PartialEq)]
pub struct Snapshot {
    pub scenario: Scenario,
    pub display: Display,
    pub frozen: Vec<Frozen>,
}

/// Maximum number of undo steps.
const MEMORY: usize = 200;

/// Snapshots to undo to, and to redo to.
#[derive(Debug, Default)]
pub struct History {
    past: Vec<Snapshot>,
    future: Vec<Snapshot>,
    /// Key of the parameter whose consecutive changes form one step.
    gathering: Option<String>,
}

impl History {
    /// Records the state before a change. Consecutive changes of the same `key` form one step until
    /// [`History::part`].
    pub fn record(&mut self, before: Snapshot, key: Option<&str>) {
        self.future.clear();
        let same = key.is_some() && self.gathering.as_deref() == key;
        self.gathering = key.map(str::to_owned);
        if same || self.past.last() == Some(&before) {
            return;
        }
        self.past.push(before);
        if self.past.len() > MEMORY {
            self.past.remove(0);
        }
    }

    /// Makes the next change a separate step.
    pub fn part(&mut self) {
        self.gathering = None;
    }

    /// Undoes one step from `now`.
    pub fn back(&mut self, now: Snapshot) -> Option<Snapshot> {
        let before = self.past.pop()?;
        self.future.push(now);
        Some(before)
    }

    /// Redoes one step from `now`.
    pub fn forward(&mut self, now: Snapshot) -> Option<Snapshot> {
        let after = self.future.pop()?;
        self.past.push(now);
        Some(after)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn snapshot(noise: f64) -> Snapshot {
        Snapshot {
            scenario: Scenario { noise: Some(noise), ..Scenario::default() },
            display: Display::default(),
            frozen: Vec::new(),
        }
    }

    #[test]
    fn a_change_after_undo_clears_redo() {
        let mut history = History::default();
        history.record(snapshot(1.0), None);
        assert_eq!(history.back(snapshot(2.0)), Some(snapshot(1.0)));
        history.record(snapshot(1.0), None);
        assert_eq!(history.forward(snapshot(3.0)), None);
        assert_eq!(history.back(snapshot(3.0)), Some(snapshot(1.0)));
        assert_eq!(history.forward(snapshot(1.0)), Some(snapshot(3.0)));
    }

    #[test]
    fn a_repeated_key_is_one_undo_step() {
        let mut history = History::default();
        for (before, key) in [(1.0, "noise"), (2.0, "noise"), (3.0, "ridge"), (4.0, "noise")] {
            history.record(snapshot(before), Some(key));
        }
        history.part();
        history.record(snapshot(5.0), Some("noise"));
        let back: Vec<_> = std::iter::from_fn(|| history.back(snapshot(9.0))).collect();
        assert_eq!(back, [5.0, 4.0, 3.0, 1.0].map(snapshot));
    }

    #[test]
    fn the_history_is_bounded() {
        let mut history = History::default();
        for i in 0..300 {
            history.record(snapshot(f64::from(i)), None);
        }
        assert_eq!(std::iter::from_fn(|| history.back(snapshot(0.0))).count(), MEMORY);
    }
}
