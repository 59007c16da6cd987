//! The mouse: hover moves the crosshair, a click focuses, the wheel steps or zooms, a drag pulls a slider.
//!
//! Mouse reports are off unless asked for, so that the terminal's own selection works; `M` toggles them.

use crossterm::event::{Event, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};

use super::action::Action;
use super::crosshair;
use super::hit::{Plot, Target, Track};
use super::state::{Mode, State};
use super::update::{self, Wish};
use crate::scenario::parameter::Kind;

/// What a pressed button holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Drag {
    Slider(usize, Track),
    Crosshair(Plot),
}

/// Whether `later` says all that `earlier` said: of a burst of motion only the last place counts.
#[must_use]
pub fn outdates(later: &Event, earlier: &Event) -> bool {
    let (Event::Mouse(later), Event::Mouse(earlier)) = (later, earlier) else { return false };
    is_motion(earlier) && later.kind == earlier.kind
}

/// Whether an event only says where the pointer is.
#[must_use]
pub const fn is_motion(event: &MouseEvent) -> bool {
    matches!(event.kind, MouseEventKind::Moved | MouseEventKind::Drag(_))
}

/// What a mouse event does.
pub(super) fn mouse(state: &mut State, event: &MouseEvent) -> Option<Wish> {
    let target = state.hits.at(event.column, event.row).cloned();
    match event.kind {
        MouseEventKind::Moved => hover(state, event, target),
        MouseEventKind::Down(MouseButton::Left) => return press(state, event, target),
        MouseEventKind::Drag(MouseButton::Left) => pull(state, event),
        MouseEventKind::Up(_) => {
            state.drag = None;
            state.gathering = None;
        }
        MouseEventKind::ScrollUp => return wheel(state, event, target, true),
        MouseEventKind::ScrollDown => return wheel(state, event, target, false),
        _ => {}
    }
    None
}

fn hover(state: &mut State, event: &MouseEvent, target: Option<Target>) {
    match target {
        // On the phase plane the crosshair is a parameter as well: that takes a click.
        Some(Target::Plot(plot)) if state.mode == Mode::Normal && plot.y_key.is_none() => {
            set_crosshair(state, plot.ratio(event.column));
        }
        _ => {}
    }
}

fn press(state: &mut State, event: &MouseEvent, target: Option<Target>) -> Option<Wish> {
    state.drag = None;
    state.gathering = None;
    if state.mode != Mode::Normal {
        return match target {
            Some(Target::Row(row)) => update::choose(state, row),
            Some(Target::Popup) => None,
            _ if matches!(state.mode, Mode::Typing { .. }) => {
                state.mode = Mode::Normal;
                None
            }
            _ => update::apply(state, Action::Cancel),
        };
    }
    state.message = None;
    match target? {
        Target::Tab(view) => return update::apply(state, view.action()),
        Target::Parameter(index) => focus(state, index),
        Target::Choice(index, next) => {
            focus(state, index);
            update::step(state, if next { 1 } else { -1 });
        }
        Target::Track(index, track) => {
            focus(state, index);
            state.drag = Some(Drag::Slider(index, track));
            pull(state, event);
        }
        Target::Plot(plot) => {
            state.drag = Some(Drag::Crosshair(plot));
            pull(state, event);
        }
        Target::Row(_) | Target::Popup => {}
    }
    None
}

fn pull(state: &mut State, event: &MouseEvent) {
    match state.drag.clone() {
        Some(Drag::Slider(index, track)) => {
            let parameter = state.parameters().into_iter().nth(index);
            // A change can add or remove parameters: the drag ends with its own.
            let Some(parameter) = parameter.filter(|_| state.focus == index) else { return };
            if let Some(value) = parameter.at(track.fraction(event.column)) {
                update::attempt(state, &parameter.key, &value);
            }
        }
        Some(Drag::Crosshair(plot)) => {
            set_crosshair(state, plot.ratio(event.column));
            let parameters = state.parameters();
            if let Some(key) = &plot.y_key
                && let Some(parameter) = parameters.iter().find(|p| p.key == *key)
            {
                let value = parameter.rounded(plot.value(event.row));
                update::attempt(state, key, &value);
            }
        }
        None => {}
    }
}

fn wheel(state: &mut State, event: &MouseEvent, target: Option<Target>, up: bool) -> Option<Wish> {
    if !matches!(state.mode, Mode::Normal | Mode::Typing { .. }) {
        return update::apply(state, if up { Action::FocusPrevious } else { Action::FocusNext });
    }
    if state.mode != Mode::Normal {
        return None;
    }
    let much = event.modifiers.contains(KeyModifiers::SHIFT);
    match target? {
        Target::Parameter(index) | Target::Track(index, _) | Target::Choice(index, _) => {
            if state.focus != index {
                state.gathering = None;
                focus(state, index);
            }
            // Up is more on a slider, and the choice before.
            let number = matches!(state.parameters().get(index).map(|p| &p.kind), Some(Kind::Number { .. }));
            let action = match (up == number, much) {
                (true, false) => Action::Increase,
                (false, false) => Action::Decrease,
                (true, true) => Action::IncreaseMuch,
                (false, true) => Action::DecreaseMuch,
            };
            update::apply(state, action)
        }
        Target::Plot(plot) => {
            set_crosshair(state, plot.ratio(event.column));
            update::apply(state, if up { Action::ZoomIn } else { Action::ZoomOut })
        }
        Target::Tab(_) | Target::Row(_) | Target::Popup => None,
    }
}

fn focus(state: &mut State, index: usize) {
    state.focus = index.min(state.parameters().len().saturating_sub(1));
}

fn set_crosshair(state: &mut State, ratio: f64) {
    state.crosshair = ratio;
    crosshair::keep(state);
}
