//! The crosshair and the window around it: column by column, flag by flag, zooming.

use super::set::{attempt, focus_on, keep_crosshair, say};
use crate::dashboard::model::hit::{Drag, Spot};
use crate::dashboard::model::state::State;

/// Puts it at this n/p, as far as the window goes.
pub(super) fn place(state: &mut State, ratio: f64) {
    state.crosshair = ratio;
    keep_crosshair(state);
}

/// Puts it at this n/p, and opens the window to it.
pub(super) fn reach(state: &mut State, ratio: f64) {
    let before = state.snapshot();
    let window = &mut state.display.window;
    window.from = window.from.min(ratio);
    window.to = window.to.max(ratio);
    if before != state.snapshot() {
        state.history.record(before, None);
    }
    place(state, ratio);
}

/// Takes hold of what moves with the pointer.
pub(super) fn hold(state: &mut State, drag: Drag, spot: Spot) {
    if let Drag::Slider(key, _) = &drag {
        focus_on(state, key);
    }
    state.drag = Some(drag);
    pull(state, spot);
}

/// What is held goes to where the pointer is; over the phase plane the second parameter as well.
pub(super) fn pull(state: &mut State, (column, row): Spot) {
    let (ratio, set) = match &state.drag {
        Some(Drag::Slider(key, track)) => {
            // A change can remove parameters: the drag ends with its own.
            let parameter = state.focused().filter(|p| p.key == *key);
            let value = parameter.and_then(|p| p.at(track.fraction(column)));
            (None, Some(key.clone()).zip(value))
        }
        Some(Drag::Crosshair(plot)) => {
            let parameters = state.parameters();
            let parameter = plot.y_key.as_ref().and_then(|key| parameters.iter().find(|p| p.key == *key));
            let set = parameter.map(|p| (p.key.clone(), p.rounded(plot.value(row))));
            (Some(plot.ratio(column)), set)
        }
        None => return,
    };
    if let Some(ratio) = ratio {
        place(state, ratio);
    }
    if let Some((key, value)) = set {
        attempt(state, &key, &value);
    }
}

pub(super) fn shift(state: &mut State, steps: f64) {
    let window = state.display.window;
    // One step is one column of the plot.
    let columns = f64::from(state.columns.max(20)) - 8.0;
    let moved = if window.log {
        let share = (window.to / window.from).ln() / columns;
        state.crosshair * (share * steps).exp()
    } else {
        state.crosshair + (window.to - window.from) / columns * steps
    };
    // At least one sample, where a column is less.
    let one = steps.signum() / state.dimension() as f64;
    let least = state.crosshair + one;
    state.crosshair = if (moved - state.crosshair).abs() < one.abs() { least } else { moved };
    keep_crosshair(state);
}

pub(super) fn to_mark(state: &mut State, forward: bool) {
    let window = state.display.window;
    let Some(shown) = &state.shown else { return };
    let transitions = shown.curves.transitions.iter().map(|t| t.at);
    let p = state.dimension() as f64;
    let crossings = shown.rivals.iter().flat_map(|r| &r.along.crossings).map(|c| c.samples / p);
    let divergences = state.flagged().flat_map(|c| &c.divergences).map(|d| d.sample_ratio);
    let mut marks: Vec<f64> = divergences
        .chain(transitions)
        .chain(crossings)
        // On a whole number of samples, where the crosshair will be: else it would never get past.
        .map(|a| (a * p).round().max(1.0) / p)
        .filter(|a| (window.from..=window.to).contains(a))
        .collect();
    marks.sort_by(f64::total_cmp);
    let near = 1e-9 * state.crosshair;
    let to = if forward {
        marks.iter().find(|m| **m > state.crosshair + near).or(marks.first())
    } else {
        marks.iter().rev().find(|m| **m < state.crosshair - near).or(marks.last())
    };
    match to {
        Some(&to) => {
            state.crosshair = to;
            keep_crosshair(state);
        }
        None if state.scenario.data.is_some() => say(state, "no flag in this range of n"),
        None => say(state, "no flag in this range of n/p"),
    }
}

pub(super) fn zoom(state: &mut State, factor: f64) {
    let window = state.display.window;
    let at = state.crosshair;
    let (from, to) = if window.log {
        (at * (window.from / at).powf(factor), at * (window.to / at).powf(factor))
    } else {
        (at + (window.from - at) * factor, at + (window.to - at) * factor)
    };
    let before = state.snapshot();
    state.history.record(before, None);
    state.display.zoom_to(from, to);
    keep_crosshair(state);
}
