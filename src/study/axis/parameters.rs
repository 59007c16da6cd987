//! The parameters of a scenario that an axis or a plane can be over, and their keys.

use crate::scenario::parameter::{Kind, Parameter, parameters};
use crate::scenario::{EFFECTIVE_RANK, Featurization, Scenario};

/// The numeric parameters of a scenario, including the effective rank.
#[must_use]
pub fn numbers(scenario: &Scenario) -> Vec<Parameter> {
    let mut all = parameters(scenario);
    all.retain(|p| matches!(p.kind, Kind::Number { .. }));
    all.extend(scenario.rank_parameter());
    all
}

/// Keys of the numeric parameters, without computing their values.
#[must_use]
pub fn keys(scenario: &Scenario) -> Vec<String> {
    let numbers = parameters(scenario).into_iter().filter(|p| matches!(p.kind, Kind::Number { .. }));
    let mut keys: Vec<String> = numbers.map(|p| p.key).collect();
    keys.extend(scenario.solved_for_rank().map(|_| EFFECTIVE_RANK.to_owned()));
    // A key that appears twice in the panel is one number.
    let mut known = Vec::new();
    keys.retain(|key| {
        !known.contains(key) && {
            known.push(key.clone());
            true
        }
    });
    keys
}

/// The numeric parameter with this key, if the scenario has it.
#[must_use]
pub fn number(scenario: &Scenario, key: &str) -> Option<Parameter> {
    if key == EFFECTIVE_RANK {
        return scenario.rank_parameter();
    }
    parameters(scenario).into_iter().find(|p| p.key == key && matches!(p.kind, Kind::Number { .. }))
}

/// The numeric parameters on which the optimum's regimes depend: covariates, task, noise and signal.
#[must_use]
pub fn of_the_optimum(scenario: &Scenario) -> Vec<Parameter> {
    let mut all = parameters_of_the_optimum(scenario);
    all.extend(scenario.rank_parameter());
    all
}

/// The numeric parameters available as axes of a plane: those of the optimum and, for a population, those of the fit
/// ([`is_of_the_fit`]).
#[must_use]
pub fn of_the_plane(scenario: &Scenario) -> Vec<Parameter> {
    let mut all = of_the_optimum(scenario);
    all.extend(parameters_of_the_fit(scenario));
    all
}

/// Keys of [`of_the_plane`], without computing their values.
#[must_use]
pub fn keys_of_the_plane(scenario: &Scenario) -> Vec<String> {
    let fit = parameters_of_the_fit(scenario).into_iter().map(|p| p.key);
    keys_of_the_optimum(scenario).into_iter().chain(fit).collect()
}

/// Whether the risk of the chosen fit depends on a parameter on which the optimum does not.
#[must_use]
pub fn is_of_the_fit(key: &str) -> bool {
    key == "ridge" || ["featurization.", "source.", "bagging."].iter().any(|table| key.starts_with(table))
}

fn parameters_of_the_fit(scenario: &Scenario) -> Vec<Parameter> {
    // A representation with random draws in each cell would take minutes.
    let drawn = matches!(scenario.featurization, Featurization::Learned { .. });
    let mut all = if scenario.data.is_some() { Vec::new() } else { parameters(scenario) };
    all.retain(|p| {
        let number = matches!(p.kind, Kind::Number { .. });
        number && is_of_the_fit(&p.key) && !(drawn && p.key.starts_with("featurization."))
    });
    all
}

/// Keys of the parameters that the optimum's regimes depend on, without computing their values.
fn keys_of_the_optimum(scenario: &Scenario) -> Vec<String> {
    let optimum = parameters_of_the_optimum(scenario).into_iter().map(|p| p.key);
    optimum.chain(scenario.solved_for_rank().map(|_| EFFECTIVE_RANK.to_owned())).collect()
}

fn parameters_of_the_optimum(scenario: &Scenario) -> Vec<Parameter> {
    let mut all = parameters(scenario);
    all.retain(|p| {
        let number = matches!(&p.kind, Kind::Number { scale, .. } if !scale.is_integer());
        let of_population =
            ["task.", "covariates.", "features."].iter().any(|table| p.key.starts_with(table));
        number && (of_population || matches!(p.key.as_str(), "noise" | "signal"))
    });
    all
}

/// The parameter that setting `key` changes: the one solved for the effective rank, else `key` itself.
#[must_use]
pub fn number_behind(scenario: &Scenario, key: &str) -> String {
    let solved = if key == EFFECTIVE_RANK { scenario.solved_for_rank() } else { None };
    solved.unwrap_or_else(|| key.to_owned())
}
