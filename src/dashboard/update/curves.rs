//! The frozen curve and the measurement: what is kept beside the curves of now.

use super::parameters::next_choice;
use super::set::{OF_CLASSES, attempt, has_classes, say};
use crate::dashboard::model::action::Action;
use crate::dashboard::model::state::{Frozen, Measurement, State};
use crate::study::CurveId;
use crate::study::measure::{FEW_DRAWS, FIRST_DRAWS};

/// Starts, stops, goes on with what was stopped, or draws as often again.
pub(super) fn measure(state: &mut State) {
    let window = state.display.window;
    match &mut state.measurement {
        Some(measurement) if measurement.unasked => {
            measurement.unasked = false;
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
                unasked: false,
                shown: None,
            });
        }
    }
}

/// A few points on real rows once their curves are there, so that the agreement is on screen; once a scenario.
pub(super) fn look(state: &mut State) {
    let real = state.scenario.data.is_some() && state.scenario.noise.is_none();
    let shown = state.shown.as_ref().is_some_and(|s| s.request.scenario == state.scenario);
    if real && shown && state.measurement.is_none() && state.looked_at.as_ref() != Some(&state.scenario) {
        state.looked_at = Some(state.scenario.clone());
        state.measurement = Some(Measurement {
            scenario: state.scenario.clone(),
            window: state.display.window,
            draws: FEW_DRAWS,
            running: true,
            unasked: true,
            shown: None,
        });
    }
}

/// Risk, AUC, accuracy, and round: what real classes have.
pub(super) fn metric(state: &mut State) {
    match state.shown.as_ref().map(|shown| shown.model.pool().map(has_classes)) {
        Some(Some(true)) => next_choice(state, "view.metric"),
        Some(Some(false)) => say(state, OF_CLASSES),
        _ => say(state, "AUC and accuracy are told of real classes: start with --features and --targets"),
    }
}

/// The next of several encoders is the one that everything is about which is about one.
pub(super) fn next_encoder(state: &mut State) {
    let parameter = state.parameters().into_iter().find(|p| p.key == "data.encoder");
    match parameter.and_then(|p| p.stepped(1)) {
        Some(name) => attempt(state, "data.encoder", &name),
        None => say(state, "one encoder: start with --features NAME=FILE for each of several"),
    }
}

/// Keeps the chosen curve for comparison, or lets it go.
pub(super) fn freeze(state: &mut State) {
    if state.frozen.take().is_some() {
        say(state, "the frozen curve is gone");
        return;
    }
    if let Some(curve) = state.curve(CurveId::Chosen).cloned() {
        state.frozen = Some(Frozen { label: "frozen".into(), curve });
        let key = state.key(Action::Freeze);
        say(state, format!("frozen: change something and compare; {key} lets it go"));
    }
}
