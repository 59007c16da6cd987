//! The mouse: motion moves the crosshair, a click focuses, the wheel steps or zooms, a drag moves a slider.
//!
//! Mouse reports are off by default, so that the terminal's text selection works; `M` toggles them.

use crossterm::event::{Event, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};

use crate::dashboard::model::action::Action;
use crate::dashboard::model::command::Command;
use crate::dashboard::model::hit::{Drag, Spot, Target};
use crate::dashboard::model::mode::Mode;
use crate::dashboard::model::state::State;
use crate::scenario::parameter::Kind;

/// Whether `later` replaces `earlier`: only the last position of a burst of motion is used.
#[must_use]
pub fn outdates(later: &Event, earlier: &Event) -> bool {
    let (Event::Mouse(later), Event::Mouse(earlier)) = (later, earlier) else { return false };
    let motion = matches!(earlier.kind, MouseEventKind::Moved | MouseEventKind::Drag(_));
    motion && later.kind == earlier.kind
}

/// The command of a mouse event.
pub(super) fn mouse(state: &State, event: &MouseEvent) -> Option<Command> {
    let spot = (event.column, event.row);
    let target = state.hits.at(event.column, event.row);
    match event.kind {
        MouseEventKind::Moved => hover(state, event.column, target?),
        MouseEventKind::Down(MouseButton::Left) => press(state, spot, target),
        MouseEventKind::Drag(MouseButton::Left) => Some(Command::Pull(spot)),
        MouseEventKind::Up(_) => Some(Command::Release),
        MouseEventKind::ScrollUp => wheel(state, event, target, true),
        MouseEventKind::ScrollDown => wheel(state, event, target, false),
        _ => None,
    }
}

fn hover(state: &State, column: u16, target: &Target) -> Option<Command> {
    match target {
        // If an axis is a parameter, moving the crosshair changes the scenario, which requires a click.
        Target::Plot(plot) if state.mode.is_normal() && plot.y_key.is_none() && plot.x_key.is_none() => {
            Some(Command::Place(plot.across(column)))
        }
        _ => None,
    }
}

fn press(state: &State, spot: Spot, target: Option<&Target>) -> Option<Command> {
    if !state.mode.is_normal() {
        return match target {
            Some(Target::Row(row)) => Some(Command::Choose(*row)),
            Some(Target::Popup) => None,
            _ => Some(Command::Close),
        };
    }
    match target? {
        Target::Tab(view) => Some(Command::Act(Action::View(*view))),
        Target::Place(x) => Some(Command::Place(*x)),
        Target::Action(action) => Some(Command::Act(*action)),
        Target::Parameter(index) => Some(Command::Focus(*index)),
        Target::Choice(index, next) => {
            Some(Command::StepAt { index: *index, steps: if *next { 1 } else { -1 } })
        }
        Target::Track(index, track) => {
            let key = state.parameters().into_iter().nth(*index)?.key;
            Some(Command::Hold { drag: Drag::Slider(key, *track), spot })
        }
        Target::Plot(plot) => Some(Command::Hold { drag: Drag::Crosshair(plot.clone()), spot }),
        Target::Row(_) | Target::Popup => None,
    }
}

fn wheel(state: &State, event: &MouseEvent, target: Option<&Target>, up: bool) -> Option<Command> {
    match state.mode {
        Mode::Normal => {}
        Mode::Prompt(_) => return None,
        Mode::List(_) | Mode::Help(_) => return Some(Command::Move(if up { -1 } else { 1 })),
    }
    match target? {
        Target::Parameter(index) | Target::Track(index, _) | Target::Choice(index, _) => {
            // Scrolling up increases a slider, and selects the previous choice.
            let number = matches!(state.parameters().get(*index).map(|p| &p.kind), Some(Kind::Number { .. }));
            let much = if event.modifiers.contains(KeyModifiers::SHIFT) { 10 } else { 1 };
            Some(Command::StepAt { index: *index, steps: if up == number { much } else { -much } })
        }
        // The ends of a plane's axes have their own settings.
        Target::Plot(plot) if plot.y_key.is_some() && plot.x_key.is_some() => None,
        Target::Plot(plot) => {
            let factor = if up { 0.8 } else { 1.25 };
            Some(Command::ZoomAt { x: plot.across(event.column), factor })
        }
        Target::Tab(_) | Target::Action(_) | Target::Place(_) | Target::Row(_) | Target::Popup => None,
    }
}
