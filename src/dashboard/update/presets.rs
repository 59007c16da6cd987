//! Presets: opened as one undo step, or previewed while a list is open.

use crate::dashboard::model::display::Display;
use crate::dashboard::model::mode::BeforePreview;
use crate::dashboard::model::state::State;
use crate::scenario::presets;

/// Opens the preset with this index.
pub(super) fn open_preset(state: &mut State, at: usize) {
    let before = state.snapshot();
    state.history.record(before, None);
    show_preset(state, at);
}

/// Shows the preset with this index, with the curves and axes that illustrate it.
pub(super) fn show_preset(state: &mut State, at: usize) {
    let Some(preset) = presets::all().get(at) else { return };
    // Real rows have another window and other curves, and some presets another axis.
    let before = presets::all().iter().find(|p| p.title == state.origin.scenario.name);
    let same_data = state.origin.scenario.data.is_some()
        || preset.over.is_some()
        || before.is_some_and(|before| before.over.is_some());
    state.scenario = preset.scenario();
    let fresh = Display::of(&state.scenario);
    let compared = fresh.compared.clone();
    state.display = if same_data { fresh } else { Display { compared, ..state.origin.display.clone() } };
    state.crosshair = preset.at;
    state.origin = state.snapshot();
    state.focus = State::first_focus(&state.scenario);
    state.pin = None;
    state.target = None;
    state.failure = None;
}

/// Restores the state before a preview.
pub(super) fn go_back(state: &mut State, before: BeforePreview) {
    let BeforePreview { now, origin, focus, crosshair, target, pin, measurement } = before;
    (state.scenario, state.display, state.frozen) = (now.scenario, now.display, now.frozen);
    (state.origin, state.focus, state.crosshair) = (origin, focus, crosshair);
    (state.target, state.pin, state.measurement) = (target, pin, measurement);
    state.failure = None;
}
