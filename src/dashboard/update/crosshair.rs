//! Moving the crosshair and its window: column by column, flag by flag, zooming.

use super::set::{attempt, focus_on, keep_crosshair, say};
use crate::dashboard::model::hit::{Drag, Spot};
use crate::dashboard::model::state::State;
use crate::dashboard::model::view::View;
use crate::study::{Axis, Variable};

/// Moves the crosshair to this position of the x axis, within the window.
pub(super) fn place(state: &mut State, x: f64) {
    match state.x_parameter() {
        Some((key, _)) => put(state, &key, x),
        None => place_at_ratio(state, x),
    }
}

fn place_at_ratio(state: &mut State, ratio: f64) {
    state.crosshair = ratio;
    keep_crosshair(state);
}

/// Moves the crosshair to this n/p, and widens the window to include it.
pub(super) fn reach(state: &mut State, ratio: f64) {
    let before = state.snapshot();
    let window = &mut state.display.window;
    window.from = window.from.min(ratio);
    window.to = window.to.max(ratio);
    if before != state.snapshot() {
        state.history.record(before, None);
    }
    place_at_ratio(state, ratio);
}

/// Starts dragging an object.
pub(super) fn hold(state: &mut State, drag: Drag, spot: Spot) {
    if let Drag::Slider(key, _) = &drag {
        focus_on(state, key);
    }
    state.drag = Some(drag);
    pull(state, spot);
}

/// Moves the dragged object to the pointer; over the phase plane both of its parameters.
pub(super) fn pull(state: &mut State, (column, row): Spot) {
    match state.drag.clone() {
        Some(Drag::Slider(key, track)) => {
            // A change can remove parameters; the drag ends with its parameter.
            let parameter = state.focused().filter(|p| p.key == key);
            if let Some(value) = parameter.and_then(|p| p.at(track.fraction(column))) {
                attempt(state, &key, &value);
            }
        }
        Some(Drag::Crosshair(plot)) => {
            match &plot.x_key {
                None => place_at_ratio(state, plot.across(column)),
                Some(key) => put(state, key, plot.across(column)),
            }
            if let Some(key) = &plot.y_key {
                put(state, key, plot.value(row));
            }
        }
        None => {}
    }
}

/// p of the scenario, or that of the data for real rows.
fn dimension(state: &State) -> Option<f64> {
    state.scenario.data.is_none().then_some(state.scenario.dimension as f64)
}

/// Moves the crosshair to a typed value of the parameter on the x axis; the axis is unchanged.
pub(super) fn go(state: &mut State, key: &str, text: &str) -> Result<(), String> {
    let Some((_, axis)) = state.x_parameter().filter(|(across, _)| across == key) else { return Ok(()) };
    let (from, to) = (axis.format(axis.from), axis.format(axis.to));
    let accepted = format!("{} from {from} to {to}, the ends of the axis", axis.label);
    let value = text.parse::<f64>().ok().filter(|v| (axis.from..=axis.to).contains(v));
    let value = value.ok_or_else(|| format!("{text} is not {accepted}"))?;
    let before = dimension(state);
    super::set::set(state, key, &value.to_string())?;
    if let (true, Some(before), Some(after)) = (key == "dimension", before, dimension(state)) {
        place_at_ratio(state, state.crosshair * before / after);
    }
    Ok(())
}

/// Sets a parameter of the axes to a value that is short to read.
fn put(state: &mut State, key: &str, value: f64) {
    let across = state.x_parameter().filter(|(across, _)| across == key);
    let parameter = || state.parameters().into_iter().find(|p| p.key == key);
    let value = match across {
        // The value may be beyond the slider.
        Some((_, axis)) => axis.rounded(value).to_string(),
        // The effective rank has no slider; its ends are rounded.
        None => parameter().map_or_else(|| format!("{value:.5}"), |p| p.rounded(value)),
    };
    put_as(state, key, &value);
}

/// The value of a flag with enough digits to be exactly on it.
fn exact(value: f64) -> String {
    format!("{value:.6e}").parse::<f64>().unwrap_or(value).to_string()
}

fn put_as(state: &mut State, key: &str, value: &str) {
    let before = dimension(state);
    attempt(state, key, value);
    // Along p the number of samples is kept.
    if let (true, Some(before), Some(after)) = (key == "dimension", before, dimension(state)) {
        place_at_ratio(state, state.crosshair * before / after);
    }
}

/// Moves the crosshair by that many columns of the plot: along n/p, or along the parameter on the x axis.
pub(super) fn shift(state: &mut State, steps: f64) {
    let columns = f64::from(state.columns.max(20)) - 8.0;
    match state.x_parameter() {
        Some((key, axis)) => step(state, &key, &axis, steps / columns),
        None => shift_ratio(state, steps, columns),
    }
}

/// Moves n/p by that many of the window's `columns`.
fn shift_ratio(state: &mut State, steps: f64, columns: f64) {
    let window = state.display.window;
    let moved = if window.log {
        let share = (window.to / window.from).ln() / columns;
        state.crosshair * (share * steps).exp()
    } else {
        state.crosshair + (window.to - window.from) / columns * steps
    };
    // At least one sample, if a column is less than that.
    let one = steps.signum() / state.dimension() as f64;
    let least = state.crosshair + one;
    state.crosshair = if (moved - state.crosshair).abs() < one.abs() { least } else { moved };
    keep_crosshair(state);
}

/// Moves the crosshair up by that many rows: along the parameter on a plane's y axis, or along n if the x axis is a
/// parameter.
pub(super) fn rise(state: &mut State, steps: f64) {
    let rows = f64::from(state.rows.max(8)) - 3.0;
    let plane =
        state.shown.as_ref().filter(|_| state.view == View::Phase).and_then(|shown| shown.plane.clone());
    match plane.and_then(|plane| Some((plane.y.variable.key()?.to_owned(), plane.y.clone()))) {
        Some((key, axis)) => step(state, &key, &axis, steps / rows),
        None if state.along().is_some() => shift_ratio(state, steps, rows),
        None => {
            say(state, "the crosshair moves up and down on the phase plane, and if the x axis is a parameter")
        }
    }
}

/// Moves a parameter by a fraction of its axis, within its ends.
fn step(state: &mut State, key: &str, axis: &Axis, share: f64) {
    let now = state.value_of(key).or(axis.now);
    let Some(now) = now else { return };
    let value = if axis.log {
        (now.max(axis.from).ln() + share * (axis.to / axis.from).ln()).exp()
    } else {
        now + share * (axis.to - axis.from)
    };
    put(state, key, value.clamp(axis.from, axis.to));
}

pub(super) fn to_mark(state: &mut State, forward: bool) {
    let Some((axis, now)) =
        state.shown.as_ref().map(|s| s.curves.axis.clone()).zip(state.crosshair_position())
    else {
        return;
    };
    let marks = marks(state, &axis);
    let near = 1e-9 * now.abs();
    let to = if forward {
        marks.iter().find(|m| **m > now + near).or(marks.first())
    } else {
        marks.iter().rev().find(|m| **m < now - near).or(marks.last())
    };
    match (to, axis.variable.key()) {
        (Some(&to), Some(key)) => put_as(state, key, &exact(to)),
        (Some(&to), None) => place_at_ratio(state, to),
        (None, Some(_)) => say(state, format!("no flag in this range of {}", axis.label)),
        (None, None) if state.display.counts_samples(&state.scenario) => {
            say(state, "no flag in this range of n")
        }
        (None, None) => say(state, "no flag in this range of n/p"),
    }
}

/// Positions of the flags on the axis, increasing, rounded to crosshair positions.
fn marks(state: &State, axis: &Axis) -> Vec<f64> {
    let Some(shown) = &state.shown else { return Vec::new() };
    let mut marks: Vec<f64> = shown.curves.transitions.iter().map(|t| t.at).collect();
    if axis.variable != Variable::SampleRatio {
        marks.extend(state.flagged().flat_map(|c| &c.extrema).map(|found| found.at));
        // Rounded as it is set, otherwise a step would never pass the flag.
        marks.iter_mut().for_each(|at| *at = exact(*at).parse().unwrap_or(*at));
    } else {
        let p = state.dimension() as f64;
        marks.extend(shown.encoders.iter().flat_map(|r| &r.curves.crossovers).map(|c| c.samples / p));
        marks.extend(state.flagged().flat_map(|c| &c.extrema).map(|found| found.at));
        // A whole number of samples, for the same reason.
        marks.iter_mut().for_each(|a| *a = (*a * p).round().max(1.0) / p);
    }
    marks.retain(|at| (axis.from..=axis.to).contains(at));
    marks.sort_by(f64::total_cmp);
    marks.dedup();
    marks
}

/// Zooms the x axis around the crosshair.
pub(super) fn zoom(state: &mut State, factor: f64) {
    let before = state.snapshot();
    if let Some(axis) = state.along() {
        let middle = axis.interpolate(axis.from, axis.to, 0.5);
        let at = state.crosshair_position().unwrap_or(middle).clamp(axis.from, axis.to);
        let (from, to) = around(at, (axis.from, axis.to), axis.log, factor);
        state.display.zoom_along(from, to);
    } else {
        let window = state.display.window;
        let (from, to) = around(state.crosshair, (window.from, window.to), window.log, factor);
        state.display.zoom_to(from, to);
        keep_crosshair(state);
    }
    state.history.record(before, None);
}

/// Restores the range of the x axis with which the scenario was opened.
pub(super) fn zoom_reset(state: &mut State) {
    let before = state.snapshot();
    let origin = &state.origin.display;
    (state.display.x_from, state.display.x_to) =
        if origin.x == state.display.x { (origin.x_from, origin.x_to) } else { (None, None) };
    state.display.window = origin.window;
    keep_crosshair(state);
    if before != state.snapshot() {
        state.history.record(before, None);
    }
}

/// Moves both ends nearer to a point, or farther away, by the factor.
fn around(at: f64, (from, to): (f64, f64), log: bool, factor: f64) -> (f64, f64) {
    if log {
        (at * (from / at).powf(factor), at * (to / at).powf(factor))
    } else {
        (at + (from - at) * factor, at + (to - at) * factor)
    }
}
