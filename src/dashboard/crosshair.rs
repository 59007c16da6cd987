//! The crosshair and the window around it: column by column, flag by flag, zooming.

use super::state::{Message, State};
use super::update;
use crate::study::CurveId;

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
    keep(state);
}

/// The crosshair stays inside the window, on a whole number of samples.
pub(super) fn keep(state: &mut State) {
    let window = state.display.window;
    let p = state.dimension() as f64;
    let whole = (state.crosshair * p).round().max(1.0) / p;
    if (window.from..=window.to).contains(&whole) {
        state.crosshair = whole;
    }
    state.crosshair = state.crosshair.clamp(window.from, window.to);
}

pub(super) fn to_mark(state: &mut State, forward: bool) {
    let window = state.display.window;
    let Some(curve) = state.curve(CurveId::Chosen) else { return };
    let regimes = state.shown.as_ref().and_then(|s| s.curves.regimes.as_ref());
    let transitions = regimes.into_iter().flat_map(|r| &r.transitions).map(|t| t.at);
    let p = state.dimension() as f64;
    let mut marks: Vec<f64> = curve
        .divergences
        .iter()
        .map(|d| d.sample_ratio)
        .chain(transitions)
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
            keep(state);
        }
        None => state.message = Some(Message::Said("no flag in this range of n/p".into())),
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
    update::remember(state);
    state.display.zoom_to(from, to);
    keep(state);
}
