//! Models with one or two parameters changed.

use crate::scenario::{EFFECTIVE_RANK, Model, Scenario, ScenarioError};

/// The model with two parameters changed. The effective rank is solved for last, as it depends on the other.
///
/// # Errors
/// An invalid value; [`ScenarioError::Interrupted`] once `stop` returns true.
pub(in crate::study) fn varied_both(
    model: &Model,
    (first, second): ((&str, f64), (&str, f64)),
    stop: &(dyn Fn() -> bool + Sync),
) -> Result<Model, ScenarioError> {
    let (before, after) = if first.0 == EFFECTIVE_RANK { (second, first) } else { (first, second) };
    let with = |scenario: Scenario, (key, value): (&str, f64)| match scenario.with(key, value) {
        Err(ScenarioError::UnknownKey { .. }) => Ok(scenario),
        other => other,
    };
    Model::new(&with(with(model.scenario().clone(), before)?, after)?, Some(model), stop)
}

/// The model with one parameter changed; unchanged if the scenario does not have it.
///
/// # Errors
/// An invalid value; [`ScenarioError::Interrupted`] once `stop` returns true.
pub(in crate::study) fn varied(
    model: &Model,
    key: &str,
    value: f64,
    stop: &(dyn Fn() -> bool + Sync),
) -> Result<Model, ScenarioError> {
    match model.scenario().with(key, value) {
        Ok(scenario) => Model::new(&scenario, Some(model), stop),
        Err(ScenarioError::UnknownKey { .. }) => Ok(model.clone()),
        Err(why) => Err(why),
    }
}
