//! Scenarios frozen for comparison, each with a name.

use crate::scenario::Scenario;
use crate::scenario::parameter::parameters;

/// A frozen scenario.
#[derive(Debug, Clone, PartialEq)]
pub struct Frozen {
    /// A letter, or a name given by the user.
    pub name: String,
    pub scenario: Scenario,
}

/// Maximum number of frozen scenarios: the number of distinguishable dash patterns.
pub const MOST: usize = 6;

/// Default name of the curve with shuffled labels.
pub const CONTROL: &str = "control";

/// Maximum length of a name, which is shown next to its curve.
pub const LONGEST: usize = 16;

/// The first letter that is not yet used as a name.
#[must_use]
pub fn free_name(frozen: &[Frozen]) -> String {
    let letters = ('A'..='Z').map(String::from);
    letters.into_iter().find(|letter| frozen.iter().all(|f| f.name != *letter)).unwrap_or_default()
}

impl Frozen {
    /// Differences from the current scenario, as `noise σ² 0.5, ridge λ 0.01`, or its name; empty if it is equal.
    #[must_use]
    pub fn difference(&self, now: &Scenario) -> String {
        if self.scenario.name != now.name {
            return self.scenario.name.clone();
        }
        let is_control = |scenario: &Scenario| scenario.data.as_ref().is_some_and(|data| data.control);
        let shuffled = (is_control(&self.scenario) && !is_control(now)).then(|| "labels shuffled".to_owned());
        let now = parameters(now);
        let differs = parameters(&self.scenario)
            .into_iter()
            .filter(|then| now.iter().all(|p| p.key != then.key || p.value != then.value))
            .map(|then| format!("{} {}", then.label, then.value));
        shuffled.into_iter().chain(differs).collect::<Vec<_>>().join(", ")
    }
}
