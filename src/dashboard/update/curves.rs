//! The frozen curve and the measurement: what is kept beside the curves of now.

use super::set::say;
use crate::dashboard::model::action::Action;
use crate::dashboard::model::state::{Frozen, Measurement, State};
use crate::data::Pool;
use crate::scenario::Metric;
use crate::study::CurveId;
use crate::study::measure::{FIRST_DRAWS, FIRST_ROUND};

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
            draws: FIRST_ROUND,
            running: true,
            unasked: true,
            shown: None,
        });
    }
}

/// Risk, AUC, accuracy, and round: what real classes have.
pub(super) fn metric(state: &mut State) {
    let classes = |pool: &Pool| pool.tasks().iter().any(|task| task.class_size.is_some());
    match state.shown.as_ref().map(|shown| shown.model.pool().map(classes)) {
        Some(Some(true)) => {
            // A risk to reach is no AUC to reach.
            state.target = None;
            state.display.metric = match state.display.metric {
                Metric::Risk => Metric::Auc,
                Metric::Auc => Metric::Accuracy,
                Metric::Accuracy => Metric::Risk,
            };
        }
        Some(Some(false)) => say(state, "the targets are numbers: AUC and accuracy are of classes"),
        _ => say(state, "AUC and accuracy are told of real classes: start with --features and --targets"),
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
