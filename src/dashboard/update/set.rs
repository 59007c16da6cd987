//! The common path of all changes: setting a parameter, its message, and restoring invariants.

use crate::dashboard::model::state::{Message, State};
use crate::data::Pool;
use crate::scenario::Metric;

/// Begins a change: clears the message, and makes the change a separate undo step.
pub(super) fn begin(state: &mut State) {
    state.message = None;
    state.history.part();
}

pub(super) fn say(state: &mut State, sentence: impl Into<String>) {
    state.message = Some(Message::Said(sentence.into()));
}

pub(super) fn fail(state: &mut State, sentence: impl Into<String>) {
    state.message = Some(Message::Failed(sentence.into()));
}

/// Sets a parameter of the scenario or the view. A refused value changes nothing.
pub(super) fn set(state: &mut State, key: &str, value: &str) -> Result<(), String> {
    let before = state.snapshot();
    let focus = state.focused().map(|p| p.key);
    if key.starts_with("view.") {
        let metric = state.display.metric;
        let classes = state.shown.as_ref().and_then(|s| s.model.pool()).is_none_or(has_classes);
        let wanted = Metric::named(value).filter(|_| key == "view.metric");
        if wanted.is_some_and(Metric::is_of_classes) && !classes {
            return Err(OF_CLASSES.into());
        }
        if state.scenario.data.is_none()
            && wanted.is_some_and(|metric| !Metric::OF_POPULATION.contains(&metric))
        {
            return Err("this metric needs real rows: start with --features and --targets".into());
        }
        if key == "view.metric" && value != Metric::Risk.name() && state.scenario.source.is_some() {
            return Err(NO_SCORES.into());
        }
        state.display.accepts(&state.scenario, key, value)?;
        state.display.set(key, value)?;
        new_metric(state, metric);
    } else {
        let reading = state.shown.as_ref().is_some_and(|shown| shown.encoders.is_none());
        if key == "data.encoder" && reading {
            // n/p of the other encoder is not known yet.
            return Err("the other encoders are still being read".into());
        }
        let mut scenario = state.scenario.clone();
        scenario.set(key, value).map_err(|e| e.to_string())?;
        let before = std::mem::replace(&mut state.scenario, scenario);
        follow(state, before.focus(), true);
    }
    if before != state.snapshot() {
        // A held arrow key is one undo step.
        state.history.record(before, Some(key));
    }
    // A choice can add or remove parameters; the focus stays on the chosen one.
    if let Some(key) = focus {
        focus_on(state, &key);
    }
    state.failure = None;
    keep_crosshair(state);
    Ok(())
}

/// Message when a classification metric is requested for numeric targets.
const OF_CLASSES: &str = "the targets are numbers: accepted are risk and R²";

/// Message when a classification metric is requested where section 11.5 has no formula.
pub(super) const NO_SCORES: &str = "AUC and accuracy have no formula with a [source]";

/// Whether the targets are classes, for which AUC and accuracy are defined.
pub(super) fn has_classes(pool: &Pool) -> bool {
    pool.tasks().iter().any(|task| task.class_size.is_some())
}

/// Removes the target when the metric changes, since a target risk is not a target AUC.
pub(super) fn new_metric(state: &mut State, before: Metric) {
    if state.display.metric != before {
        state.target = None;
    }
}

/// Keeps the crosshair at its n when an encoder with another p gets the focus, and with `window` also the range of n.
pub(super) fn follow(state: &mut State, before: Option<&str>, window: bool) {
    let p = |name: Option<&str>| name.and_then(|name| state.dimension_of(name));
    let (Some(before), Some(after)) = (p(before), p(state.scenario.focus())) else { return };
    state.crosshair *= before as f64 / after.max(1) as f64;
    if window {
        state.display.follow(before, after);
    }
}

/// Sets a parameter; a refusal becomes the message.
pub(super) fn attempt(state: &mut State, key: &str, value: &str) {
    if let Err(sentence) = set(state, key, value) {
        fail(state, sentence);
    }
}

/// Focuses the parameter with this index, or the last.
pub(super) fn focus(state: &mut State, index: usize) {
    state.focus = index.min(state.parameters().len().saturating_sub(1));
}

/// Focuses the parameter with this key, if the view has it.
pub(super) fn focus_on(state: &mut State, key: &str) {
    if let Some(at) = state.parameters().iter().position(|p| p.key == key) {
        state.focus = at;
    }
}

/// Moves the crosshair into the window, to a whole number of samples if the window contains one.
pub(super) fn keep_crosshair(state: &mut State) {
    let window = state.display.window;
    let p =
        state.scenario.focus().and_then(|name| state.dimension_of(name)).unwrap_or(state.dimension()) as f64;
    // The ends are typed decimal numbers: 0.1 times 1000 must be 100.
    let (least, most) = ((window.from * p - 1e-9).ceil().max(1.0), (window.to * p + 1e-9).floor());
    let inside = |ratio: f64| ratio.clamp(window.from, window.to);
    let near = (inside(state.crosshair) * p).round();
    state.crosshair = inside(if least <= most { near.clamp(least, most) / p } else { state.crosshair });
}
