//! The crosshair and the window around it: column by column, flag by flag, zooming.

use super::set::{attempt, focus_on, keep_crosshair, say};
use crate::dashboard::model::hit::{Drag, Spot};
use crate::dashboard::model::state::State;
use crate::dashboard::model::view::View;
use crate::scenario::EFFECTIVE_RANK;
use crate::scenario::parameter::Value;
use crate::study::{Axis, Plane};

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

/// What is held goes to where the pointer is; over the phase plane both of its numbers.
pub(super) fn pull(state: &mut State, (column, row): Spot) {
    match state.drag.clone() {
        Some(Drag::Slider(key, track)) => {
            // A change can remove parameters: the drag ends with its own.
            let parameter = state.focused().filter(|p| p.key == key);
            if let Some(value) = parameter.and_then(|p| p.at(track.fraction(column))) {
                attempt(state, &key, &value);
            }
        }
        Some(Drag::Crosshair(plot)) => {
            match &plot.x_key {
                None => place(state, plot.across(column)),
                Some(key) => put(state, key, plot.across(column)),
            }
            if let Some(key) = &plot.y_key {
                put(state, key, plot.value(row));
            }
        }
        None => {}
    }
}

/// Gives a number of the plane a value that is short to read.
fn put(state: &mut State, key: &str, value: f64) {
    let parameter = state.parameters().into_iter().find(|p| p.key == key);
    // The effective rank has no slider of its own; its ends have more digits than are short.
    let value = parameter.map_or_else(|| format!("{value:.5}"), |p| p.rounded(value));
    attempt(state, key, &value);
}

/// Moves the crosshair by so many columns: n/p, or on a plane of two numbers the first of them.
pub(super) fn shift(state: &mut State, steps: f64) {
    // One step is one column of the plot.
    let columns = f64::from(state.columns.max(20)) - 8.0;
    let plane = (state.view == View::Phase).then(|| plane(state)).flatten();
    if let Some((key, axis)) = plane.and_then(|plane| Some((plane.x.key.clone()?, plane.x.clone()))) {
        step(state, &key, &axis, steps / columns);
        return;
    }
    let window = state.display.window;
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

/// Moves it by so many rows up the phase plane: the number that the plane is drawn against.
pub(super) fn rise(state: &mut State, steps: f64) {
    let plane = (state.view == View::Phase).then(|| plane(state)).flatten();
    let Some((key, axis)) = plane.and_then(|plane| Some((plane.y.key.clone()?, plane.y.clone()))) else {
        say(state, "up and down the crosshair goes on the phase plane: key 4");
        return;
    };
    step(state, &key, &axis, steps / (f64::from(state.rows.max(8)) - 3.0));
}

/// The plane on screen.
fn plane(state: &State) -> Option<std::sync::Arc<Plane>> {
    state.shown.as_ref()?.plane.clone()
}

/// Moves a number by a share of its axis, as far as that goes.
fn step(state: &mut State, key: &str, axis: &Axis, share: f64) {
    let known = state.parameters().into_iter().find(|p| p.key == key).map(|p| p.value);
    let now = match known {
        Some(Value::Number(now)) => Some(now),
        // What the panel does not have, and what data say themselves.
        _ if key == EFFECTIVE_RANK => state.scenario.effective_rank(),
        _ => axis.now,
    };
    let Some(now) = now else { return };
    let value = if axis.log {
        (now.max(axis.from).ln() + share * (axis.to / axis.from).ln()).exp()
    } else {
        now + share * (axis.to - axis.from)
    };
    put(state, key, value.clamp(axis.from, axis.to));
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
