//! Frozen scenarios, the pin, the metric and the measurement.

use super::set::{self, NO_SCORES, attempt, has_classes, say};
use crate::dashboard::model::action::Action;
use crate::dashboard::model::frozen::{self, Frozen};
use crate::dashboard::model::mode::List;
use crate::dashboard::model::state::{Measurement, State};
use crate::numbers::samples;
use crate::scenario::{Featurization, Metric};
use crate::study::measurement::{FEW_DRAWS, FIRST_DRAWS};

/// Starts, stops or resumes the measurement, or doubles its draws.
pub(super) fn measure(state: &mut State) {
    if state.along().is_some() {
        let key = state.key(Action::XAxis);
        return say(state, format!("measurements are along n: {key} chooses n/p or n as x axis"));
    }
    let window = state.display.window;
    match &mut state.measurement {
        Some(measurement) if measurement.automatic => {
            measurement.automatic = false;
            measurement.draws = FIRST_DRAWS;
            measurement.window = window;
            measurement.running = true;
        }
        Some(measurement) if measurement.running => measurement.running = false,
        Some(measurement) => {
            if measurement.shown.as_ref().is_some_and(|m| m.done >= 1.0) && measurement.window == window {
                measurement.draws *= 2;
            }
            measurement.window = window;
            measurement.running = true;
        }
        None => {
            state.measurement = Some(Measurement {
                scenario: state.scenario.clone(),
                window,
                draws: FIRST_DRAWS,
                running: true,
                automatic: false,
                logistic: false,
                shown: None,
            });
        }
    }
}

/// Fits logistic regression on random subsamples too, or removes it.
pub(super) fn logistic(state: &mut State) {
    if state.along().is_some() {
        let key = state.key(Action::XAxis);
        return say(
            state,
            format!("logistic regression is fitted along n: {key} chooses n/p or n as x axis"),
        );
    }
    if !state.shown.as_ref().and_then(|shown| shown.model.pool()).is_some_and(has_classes) {
        return say(state, "logistic regression needs labelled rows whose targets are classes");
    }
    if let Some(measurement) = state.measurement.as_mut().filter(|measurement| measurement.logistic) {
        measurement.logistic = false;
        if let Some(shown) = &mut measurement.shown {
            shown.logistic.clear();
        }
        return;
    }
    if !matches!(state.display.metric, Metric::Accuracy | Metric::Auc) {
        let is_mean = state.scenario.data.as_ref().is_some_and(|data| data.task == "mean");
        attempt(state, "view.metric", if is_mean { Metric::Accuracy } else { Metric::Auc }.name());
    }
    let window = state.display.window;
    let scenario = state.scenario.clone();
    let measurement = state.measurement.get_or_insert(Measurement {
        scenario,
        window,
        draws: FEW_DRAWS,
        running: true,
        automatic: true,
        logistic: true,
        shown: None,
    });
    (measurement.logistic, measurement.running) = (true, true);
    say(state, "fitting logistic regression at its best C on random subsamples");
}

/// Measures a few points on real rows automatically once their curves are computed, once for each scenario.
pub(super) fn look(state: &mut State) {
    let real = state.scenario.data.is_some() && state.scenario.noise.is_none();
    let shown = state.shown.as_ref().is_some_and(|s| s.request.scenario == state.scenario);
    if real && shown && state.measurement.is_none() && state.auto_measured.as_ref() != Some(&state.scenario) {
        state.auto_measured = Some(state.scenario.clone());
        state.measurement = Some(Measurement {
            scenario: state.scenario.clone(),
            window: state.display.window,
            draws: FEW_DRAWS,
            running: true,
            automatic: true,
            logistic: false,
            shown: None,
        });
    }
}

/// Switches to the next metric: for classes the risk, the metrics of classes and R², for numeric targets risk and R², and
/// for a population risk, AUC and accuracy of labels ±1.
pub(super) fn metric(state: &mut State) {
    let classes = state.shown.as_ref().and_then(|shown| shown.model.pool().map(has_classes));
    let (first, last) = ([Metric::Risk].into_iter(), [Metric::R2]);
    let all: Vec<Metric> = match classes {
        Some(true) => first.chain(Metric::of_classes()).chain(last).collect(),
        Some(false) => first.chain(last).collect(),
        None if state.scenario.source.is_some() => return say(state, NO_SCORES),
        None => Metric::OF_POPULATION.to_vec(),
    };
    let now = all.iter().position(|metric| *metric == state.display.metric).unwrap_or(0);
    let next = all.iter().cycle().nth(now + 1).copied().unwrap_or_default();
    attempt(state, "view.metric", next.name());
}

/// Moves the focus to the next encoder, on which everything about a single encoder is based.
pub(super) fn next_encoder(state: &mut State) {
    let parameter = state.parameters().into_iter().find(|p| p.key == "data.encoder");
    match parameter.and_then(|p| p.stepped(1)) {
        Some(name) => attempt(state, "data.encoder", &name),
        None => say(state, "one encoder: start with --features NAME=FILE for each of several"),
    }
}

/// Freezes the current scenario for comparison.
pub(super) fn freeze(state: &mut State) {
    let keys = (state.key(Action::Frozen), state.key(Action::Undo));
    if let Some(same) = state.frozen.iter().find(|frozen| frozen.scenario == state.scenario) {
        let sentence = format!("already frozen as {}; {} removes it", same.name, keys.0);
        return say(state, sentence);
    }
    if state.frozen.len() >= frozen::MOST {
        return say(state, format!("{} curves are frozen: {} removes one", frozen::MOST, keys.0));
    }
    let before = state.snapshot();
    let name = frozen::free_name(&state.frozen);
    state.frozen.push(Frozen { name: name.clone(), scenario: state.scenario.clone() });
    state.history.record(before, None);
    say(state, format!("frozen as {name}: change something and compare; {} removes it", keys.0));
}

/// Adds the curve of the same rows with their labels shuffled, or removes it.
pub(super) fn control(state: &mut State) {
    let key = state.key(Action::Control);
    let Some(shuffled) = state.scenario.with_shuffled_labels() else {
        return say(state, "a control needs labelled rows: start with --features and --targets");
    };
    let is_control = |frozen: &Frozen| frozen.scenario.data.as_ref().is_some_and(|data| data.control);
    let before = state.snapshot();
    if state.frozen.iter().any(is_control) {
        state.frozen.retain(|frozen| !is_control(frozen));
        state.history.record(before, None);
        return say(state, format!("the control is removed; {key} draws it again"));
    }
    if state.frozen.len() >= frozen::MOST {
        let removes = state.key(Action::Frozen);
        return say(state, format!("{} curves are frozen: {removes} lets one go", frozen::MOST));
    }
    let taken = state.frozen.iter().any(|frozen| frozen.name == frozen::CONTROL);
    let name = if taken { frozen::free_name(&state.frozen) } else { frozen::CONTROL.into() };
    state.frozen.push(Frozen { name: name.clone(), scenario: shuffled });
    state.history.record(before, None);
    say(
        state,
        format!(
            "{name}: the labels shuffled, nothing to learn; what is better than chance there is an artefact; {key} removes it"
        ),
    );
}

/// Every column of the features at unit variance, or as it is.
pub(super) fn standardise(state: &mut State) {
    if state.scenario.data.is_none() {
        return say(state, "columns are standardised for labelled rows: start with --features and --targets");
    }
    let is_standardised = matches!(state.scenario.featurization, Featurization::Standardised);
    attempt(state, "featurization.kind", if is_standardised { "raw" } else { "standardised" });
}

/// Opens the list of frozen curves.
pub(super) fn frozen(state: &mut State) {
    super::lists::open(state, List::Frozen);
}

/// Removes one frozen scenario, or all of them.
pub(super) fn unfreeze(state: &mut State, which: Option<usize>) {
    let before = state.snapshot();
    let gone = match which {
        Some(at) if at < state.frozen.len() => state.frozen.remove(at).name,
        Some(_) => return,
        None => {
            state.frozen.clear();
            "every frozen curve".into()
        }
    };
    state.history.record(before, None);
    let key = state.key(Action::Undo);
    say(state, format!("{gone} removed; {key} restores it"));
}

/// Swaps a frozen scenario with the current one.
pub(super) fn swap(state: &mut State, at: usize) {
    let before = state.snapshot();
    let Some(kept) = state.frozen.get_mut(at) else { return };
    std::mem::swap(&mut kept.scenario, &mut state.scenario);
    let name = kept.name.clone();
    set::follow(state, before.scenario.focus(), true);
    state.history.record(before, None);
    state.failure = None;
    set::focus(state, state.focus);
    set::keep_crosshair(state);
    say(state, format!("swapped with {name}"));
}

/// Sets the second crosshair to the position of the first, or removes it.
pub(super) fn pin(state: &mut State) {
    let (at, n) = (state.crosshair, state.crosshair * state.dimension() as f64);
    if state.pin.take().is_some_and(|pin| (pin - at).abs() > 1e-9 * at) {
        return say(state, "unpinned");
    }
    state.pin = Some(at);
    let key = state.key(Action::Pin);
    say(state, format!("pinned at n = {}: move on and compare; {key} unpins", samples(n)));
}
