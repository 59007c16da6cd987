//! Replies of the engine; results older than the last request are dropped.

use std::path::PathBuf;
use std::sync::Arc;

use super::set::{fail, keep_crosshair, say};
use crate::dashboard::model::command::Effect;
use crate::dashboard::model::state::{Message, Opening, State};
use crate::engine::{Outcome, Reply};
use crate::study::Analysis;
use crate::study::measurement::Measured;
use crate::study::probes::Probe;

/// Stores results, unless they answer an older request.
pub(super) fn analysis(state: &mut State, reply: Reply<Analysis>) -> Option<Effect> {
    if reply.generation != state.awaited {
        return None;
    }
    let first = state.shown.is_none();
    if !matches!(reply.outcome, Outcome::Partial(_)) {
        state.busy = None;
    }
    match reply.outcome {
        Outcome::Partial(analysis) | Outcome::Done(analysis) => {
            state.shown = Some(Arc::new(analysis));
            state.failure = None;
            if first {
                open(state);
            }
            if state.busy.is_none() {
                super::curves::look(state);
            }
            if first {
                // n follows from n/p once the data are read.
                keep_crosshair(state);
            }
            None
        }
        // An error before the first result concerns the scenario of the command line: the program ends with the
        // sentence.
        Outcome::Failed(sentence) if first => Some(Effect::GiveUp(sentence)),
        Outcome::Failed(sentence) | Outcome::Panicked(sentence) => {
            state.failure = Some(sentence);
            None
        }
    }
}

/// Applies the settings that are chosen from the first results of real rows.
fn open(state: &mut State) {
    let Some(pool) = state.shown.as_ref().and_then(|shown| shown.model.pool()) else { return };
    let (rows, p) = (pool.rows(), pool.dimension());
    let Opening { window, crosshair, .. } = state.opening;
    (state.opening.window, state.opening.crosshair) = (false, false);
    if window {
        state.display.show_rows(rows, p);
        if !crosshair {
            // The window is widened to a requested position.
            let window = &mut state.display.window;
            (window.from, window.to) = (window.from.min(state.crosshair), window.to.max(state.crosshair));
        }
        state.origin.display.window = state.display.window;
    }
    if crosshair {
        state.crosshair = rows as f64 / p as f64;
    }
}

/// Stores measured points, unless they answer an older request or another scenario.
pub(super) fn measured(state: &mut State, reply: Reply<Measured>) {
    if reply.generation != state.awaited_measure {
        return;
    }
    let Some(measurement) = &mut state.measurement else { return };
    match reply.outcome {
        Outcome::Partial(points) if points.scenario == measurement.scenario => {
            measurement.shown = Some(points);
        }
        Outcome::Done(points) if points.scenario == measurement.scenario => {
            measurement.running = false;
            let missing = points.missing.clone().filter(|_| !measurement.automatic);
            if let Some(sentence) = missing {
                state.message = Some(Message::Failed(sentence));
            } else if !points.logistic.is_empty() {
                state.message = Some(Message::Said(agreement(&points.logistic)));
            } else if !measurement.automatic {
                state.message = None;
            }
            measurement.shown = Some(points);
        }
        Outcome::Partial(_) | Outcome::Done(_) => {}
        Outcome::Failed(sentence) | Outcome::Panicked(sentence) => {
            let automatic = measurement.automatic;
            state.measurement = None;
            if !automatic {
                fail(state, sentence);
            }
        }
    }
}

/// Where logistic and ridge regression differ, for the largest n at which they do.
fn agreement(probes: &[Probe]) -> String {
    let last = probes.iter().rev().find_map(|probe| probe.difference.clone());
    last.unwrap_or_else(|| "logistic and ridge regression agree within 2 points or 2 standard errors".into())
}

/// Shows the outcome of writing a file.
pub(super) fn written(state: &mut State, outcome: Outcome<PathBuf>) {
    match outcome {
        Outcome::Partial(path) | Outcome::Done(path) => say(state, format!("saved {}", path.display())),
        Outcome::Failed(sentence) | Outcome::Panicked(sentence) => fail(state, sentence),
    }
}
