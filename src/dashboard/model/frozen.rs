//! Scenarios kept for comparison, each under a name.

use crate::scenario::Scenario;
use crate::scenario::parameter::parameters;

/// A scenario as it was when it was kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Frozen {
    /// A letter, or what the user calls it.
    pub name: String,
    pub scenario: Scenario,
}

/// Most frozen curves: the number of distinguishable dash patterns.
pub const MOST: usize = 6;

/// Most characters of a name, which is shown beside its curve.
pub const LONGEST: usize = 16;

/// The first letter that names none of them.
#[must_use]
pub fn free_name(frozen: &[Frozen]) -> String {
    let letters = ('A'..='Z').map(String::from);
    letters.into_iter().find(|letter| frozen.iter().all(|f| f.name != *letter)).unwrap_or_default()
}

impl Frozen {
    /// Where it differs from the scenario of now: `noise σ² 0.5, ridge λ 0.01`, or which it is; empty where it does not.
    #[must_use]
    pub fn difference(&self, now: &Scenario) -> String {
        if self.scenario.name != now.name {
            return self.scenario.name.clone();
        }
        let now = parameters(now);
        let differs = parameters(&self.scenario)
            .into_iter()
            .filter(|then| now.iter().all(|p| p.key != then.key || p.value != then.value))
            .map(|then| format!("{} {}", then.label, then.value));
        differs.collect::<Vec<_>>().join(", ")
    }
}
