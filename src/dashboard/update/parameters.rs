//! Parameters and their focus; presets, undo and redo.

use super::set::{attempt, focus, focus_on, follow, keep_crosshair, new_metric, say};
use super::{lists, prompt};
use crate::dashboard::model::action::Action;
use crate::dashboard::model::history::Snapshot;
use crate::dashboard::model::mode::{Entry, List};
use crate::dashboard::model::state::State;
use crate::dashboard::model::view::View;
use crate::scenario::parameter::{Kind, Value};

pub(super) fn step(state: &mut State, steps: i32) {
    let Some(mut parameter) = state.focused() else { return };
    // An estimated noise has a value, from which a step begins.
    let shown = state.shown.as_ref().filter(|shown| shown.request.scenario == state.scenario);
    if let (Some(shown), "noise", None, true) =
        (shown, parameter.key.as_str(), parameter.value.number(), steps > 0)
    {
        parameter.value = Value::Number(shown.model.noise().get());
    }
    if let Some(value) = parameter.stepped(steps) {
        attempt(state, &parameter.key, &value);
    }
}

/// Moves to the next choice of the parameter with this key.
pub(super) fn next_choice(state: &mut State, key: &str) {
    let parameter = state.display.all(&state.scenario).into_iter().find(|p| p.key == key);
    let Some(value) = parameter.and_then(|p| p.stepped(1)) else { return };
    attempt(state, key, &value);
}

/// Asks for the value of the parameter or setting with this key: a prompt for a number, a list for choices.
pub(super) fn ask(state: &mut State, key: &str) {
    let all = state.parameters().into_iter().chain(state.settings());
    let Some(parameter) = all.into_iter().find(|p| p.key == key) else { return };
    let (key, label) = (parameter.key, parameter.label.to_owned());
    match parameter.kind {
        Kind::Choice { .. } => lists::open(state, List::Values { key, label }),
        Kind::Number { .. } | Kind::Text => {
            prompt::open(state, Entry::Parameter { key, label }, String::new())
        }
    }
}

/// Asks for a value of the focused parameter.
pub(super) fn ask_focused(state: &mut State) {
    if let Some(parameter) = state.focused() {
        ask(state, &parameter.key);
    }
}

/// Shows or hides the focused curve.
pub(super) fn toggle(state: &mut State) {
    let Some(parameter) = state.focused() else { return };
    match &parameter.kind {
        Kind::Choice { options } if options.len() == 2 => step(state, 1),
        _ => {
            let keys = [Action::Increase, Action::Type].map(|action| state.key(action));
            say(
                state,
                format!(
                    "Space shows or hides a curve; {} and {} change {}",
                    keys[0], keys[1], parameter.label
                ),
            );
        }
    }
}

pub(super) fn reset(state: &mut State) {
    let Some(parameter) = state.focused() else { return };
    let value = state.default_of(&parameter);
    attempt(state, &parameter.key, &value);
    state.history.part();
}

pub(super) fn reset_all(state: &mut State) {
    let (before, origin) = (state.snapshot(), state.origin.clone());
    state.history.record(before, None);
    restore(state, origin);
    let key = state.key(Action::Undo);
    say(state, format!("reset; {key} restores it"));
}

pub(super) fn undo(state: &mut State) {
    let now = state.snapshot();
    match state.history.back(now) {
        Some(before) => restore(state, before),
        None => say(state, "nothing to undo"),
    }
}

pub(super) fn redo(state: &mut State) {
    let now = state.snapshot();
    match state.history.forward(now) {
        Some(after) => restore(state, after),
        None => say(state, "nothing to redo"),
    }
}

fn restore(state: &mut State, snapshot: Snapshot) {
    let before = std::mem::replace(&mut state.scenario, snapshot.scenario);
    let metric = std::mem::replace(&mut state.display, snapshot.display).metric;
    new_metric(state, metric);
    state.frozen = snapshot.frozen;
    // The restored window is that of the restored encoder.
    follow(state, before.focus(), false);
    state.failure = None;
    focus(state, state.focus);
    keep_crosshair(state);
}

/// Switches the view; the focus stays on its parameter if the new view has it.
pub(super) fn show(state: &mut State, view: View) {
    let focused = state.focused().map(|p| p.key);
    state.view = view;
    focus(state, state.focus);
    if let Some(key) = focused {
        focus_on(state, &key);
    }
}

pub(super) fn move_focus(state: &mut State, by: isize) {
    focus(state, state.focus.saturating_add_signed(by));
}

pub(super) fn move_group(state: &mut State, forward: bool) {
    let parameters = state.parameters();
    let firsts: Vec<usize> = (0..parameters.len())
        .filter(|&i| i == 0 || parameters.get(i).map(|p| p.group) != parameters.get(i - 1).map(|p| p.group))
        .collect();
    let to = if forward {
        firsts.iter().find(|f| **f > state.focus)
    } else {
        firsts.iter().rev().find(|f| **f < state.focus)
    };
    state.focus = to.copied().unwrap_or(state.focus);
}
