//! The frozen curve and the measurement: what is kept beside the curves of now.

use super::set::say;
use crate::dashboard::model::action::Action;
use crate::dashboard::model::state::{Frozen, Measurement, State};
use crate::study::CurveId;
use crate::study::measure::FIRST_DRAWS;

/// Starts, stops, goes on with what was stopped, or draws as often again.
pub(super) fn measure(state: &mut State) {
    let window = state.display.window;
    match &mut state.measurement {
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
                shown: None,
            });
        }
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
