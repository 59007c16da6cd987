//! The common path of every change: setting a parameter, its message, and the invariants afterwards.

use crate::dashboard::model::state::{Message, State};
use crate::data::Pool;
use crate::scenario::Metric;

/// Begins a change: clears the message, and makes the change a separate step of undo.
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

/// Sets a parameter of the scenario or of the view. What is refused changes nothing.
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
            return Err("this metric is of real rows: start with --features and --targets".into());
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
            // Where another one's n/p lies is not known yet.
            return Err("the other encoders are still being read".into());
        }
        let mut scenario = state.scenario.clone();
        scenario.set(key, value).map_err(|e| e.to_string())?;
        let before = std::mem::replace(&mut state.scenario, scenario);
        follow(state, before.focus(), true);
    }
    if before != state.snapshot() {
        // A held arrow key is one step of undo.
        state.history.record(before, Some(key));
    }
    // A choice can add or remove parameters: the focus stays on the chosen one.
    if let Some(key) = focus {
        focus_on(state, &key);
    }
    state.failure = None;
    keep_crosshair(state);
    Ok(())
}

/// Message where a metric of classes is requested for numbers.
const OF_CLASSES: &str = "the targets are numbers: accepted are risk and R²";

/// The refusal of a metric of classes where section 11.5 has no formula.
pub(super) const NO_SCORES: &str = "AUC and accuracy have no formula with a [source]";

/// Whether the targets have what AUC and accuracy are of.
pub(super) fn has_classes(pool: &Pool) -> bool {
    pool.tasks().iter().any(|task| task.class_size.is_some())
}

/// A risk to reach is no AUC to reach.
pub(super) fn new_metric(state: &mut State, before: Metric) {
    if state.display.metric != before {
        state.target = None;
    }
}

/// The crosshair stays at its n where another encoder with another p is in focus, and with `window` what is around it.
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

/// Focuses the parameter of that place, or the last.
pub(super) fn focus(state: &mut State, index: usize) {
    state.focus = index.min(state.parameters().len().saturating_sub(1));
}

/// Focuses the parameter of this key, if the view has it.
pub(super) fn focus_on(state: &mut State, key: &str) {
    if let Some(at) = state.parameters().iter().position(|p| p.key == key) {
        state.focus = at;
    }
}

/// The crosshair stays inside the window, on a whole number of samples where the window has one.
pub(super) fn keep_crosshair(state: &mut State) {
    let window = state.display.window;
    let p =
        state.scenario.focus().and_then(|name| state.dimension_of(name)).unwrap_or(state.dimension()) as f64;
    // The ends are numbers as typed: 0.1 times 1000 is to be 100.
    let (least, most) = ((window.from * p - 1e-9).ceil().max(1.0), (window.to * p + 1e-9).floor());
    let inside = |ratio: f64| ratio.clamp(window.from, window.to);
    let near = (inside(state.crosshair) * p).round();
    state.crosshair = inside(if least <= most { near.clamp(least, most) / p } else { state.crosshair });
}
