//! Translates terminal events to commands: the meaning of a key or mouse event depends on what is open. Reads the
//! state without changing it.

mod pointer;
mod typing;

pub use pointer::outdates;

use crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use super::model::action::Action;
use super::model::command::Command;
use super::model::keys::Key;
use super::model::mode::Mode;
use super::model::state::State;

/// The command of a terminal event.
#[must_use]
pub fn command(state: &State, event: &Event) -> Option<Command> {
    match event {
        Event::Key(key) if key.kind != KeyEventKind::Release => self::key(state, key),
        Event::Paste(text) => Some(Command::Paste(text.clone())),
        Event::Mouse(mouse) => pointer::mouse(state, mouse),
        _ => None,
    }
}

fn key(state: &State, key: &KeyEvent) -> Option<Command> {
    let action = state.keymap.look_up(key);
    match &state.mode {
        Mode::Normal => action.map(Command::Act).or_else(|| foreign(key)),
        _ if is_interrupt(key) => Some(Command::Quit),
        Mode::Prompt(_) => typing::prompt(key),
        Mode::List(listing) => typing::list(key, listing.line.text().is_empty(), action),
        Mode::Help(help) if help.search.is_some() => typing::search(key),
        Mode::Help(_) => reading(key, action),
    }
}

/// A message for a letter of another script, which no key binding has; the keyboard layout may be the cause.
fn foreign(key: &KeyEvent) -> Option<Command> {
    let KeyCode::Char(letter) = key.code else { return None };
    let plain = !key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT);
    (plain && letter.is_alphabetic() && !letter.is_ascii()).then_some(Command::Foreign(letter))
}

/// Ctrl-C ends the program whatever is open. A lone Esc before it looks like Alt, so it does not count with Alt.
fn is_interrupt(key: &KeyEvent) -> bool {
    Key::of(key) == Key::new(KeyCode::Char('c'), KeyModifiers::CONTROL)
}

/// Keys while the help is open.
fn reading(key: &KeyEvent, action: Option<Action>) -> Option<Command> {
    match (key.code, action) {
        (KeyCode::Char('/'), _) => Some(Command::Search),
        (KeyCode::PageDown | KeyCode::Char(' '), _) => Some(Command::Move(PAGE)),
        (KeyCode::PageUp, _) => Some(Command::Move(-PAGE)),
        (KeyCode::Home, _) => Some(Command::Move(isize::MIN)),
        (KeyCode::End, _) => Some(Command::Move(isize::MAX)),
        (_, Some(Action::FocusNext)) => Some(Command::Move(1)),
        (_, Some(Action::FocusPrevious)) => Some(Command::Move(-1)),
        (_, Some(Action::Cancel | Action::Quit | Action::Help | Action::Type)) => Some(Command::Close),
        _ => None,
    }
}

/// Number of lines for a page key.
const PAGE: isize = 8;

#[cfg(test)]
mod tests {
    use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
    use ratatui::layout::Rect;

    use super::*;
    use crate::chart::Axis;
    use crate::dashboard::model::edit::{Edit, Line};
    use crate::dashboard::model::hit::{Drag, Plot};
    use crate::dashboard::model::item::Destination;
    use crate::dashboard::model::mode::{Entry, Help, List, Listing, Prompt};
    use crate::dashboard::model::view::View;
    use crate::scenario::Scenario;
    use crate::theme::{Depth, Theme};

    fn state(mode: Mode) -> State {
        let mut state = State::new(Scenario::default(), View::Risk, Theme::new(Depth::None), false);
        state.mode = mode;
        state
    }

    fn modes() -> [Mode; 4] {
        let line = || Line::from("abc".to_owned());
        [
            Mode::Normal,
            Mode::Prompt(Prompt { entry: Entry::Samples, line: line(), refused: None }),
            Mode::List(Listing { list: List::Share(Destination::Copy), line: line(), selected: 0 }),
            Mode::Help(Help::default()),
        ]
    }

    fn press(state: &State, code: KeyCode, modifiers: KeyModifiers) -> Option<Command> {
        command(state, &Event::Key(KeyEvent::new(code, modifiers)))
    }

    #[test]
    fn only_ctrl_c_ends_the_program_whatever_is_open() {
        for mode in modes() {
            let state = state(mode);
            let alt = press(&state, KeyCode::Char('c'), KeyModifiers::ALT);
            assert!(alt.is_none(), "{alt:?} in {:?}", state.mode);
            let ctrl = press(&state, KeyCode::Char('c'), KeyModifiers::CONTROL);
            assert!(matches!(ctrl, Some(Command::Quit | Command::Act(Action::Quit))), "{ctrl:?}");
        }
    }

    #[test]
    fn letters_go_to_the_open_prompt() {
        for mode in modes().into_iter().skip(1).take(2) {
            let state = state(mode);
            for (code, edit) in [
                (KeyCode::Char('q'), Edit::InsertChar('q')),
                (KeyCode::Char('/'), Edit::InsertChar('/')),
                (KeyCode::Backspace, Edit::DeletePrevChar),
                (KeyCode::Home, Edit::GoToStart),
            ] {
                let found = press(&state, code, KeyModifiers::NONE);
                assert!(matches!(&found, Some(Command::Edit(e)) if *e == edit), "{code:?}: {found:?}");
            }
            for (letter, edit) in [
                ('a', Edit::GoToStart),
                ('e', Edit::GoToEnd),
                ('w', Edit::DeletePrevWord),
                ('k', Edit::DeleteTillEnd),
                ('u', Edit::DeleteFromStart),
                ('h', Edit::DeletePrevChar),
            ] {
                let found = press(&state, KeyCode::Char(letter), KeyModifiers::CONTROL);
                assert!(matches!(&found, Some(Command::Edit(e)) if *e == edit), "^{letter}: {found:?}");
            }
        }
    }

    #[test]
    fn hover_moves_the_crosshair_and_not_the_plane() {
        let area = Rect::new(0, 0, 40, 12);
        let axis = |name| Axis::linear(0.0, 2.0, name);
        let event = |kind| {
            let modifiers = KeyModifiers::NONE;
            Event::Mouse(MouseEvent { kind, column: 30, row: 5, modifiers })
        };
        for (y_key, moves) in [(None, true), (Some("noise".to_owned()), false)] {
            let mut state = state(Mode::Normal);
            state.hits.plot(Plot::new(area, axis("n/p"), axis("y"), y_key));
            let hovered = command(&state, &event(MouseEventKind::Moved));
            match hovered {
                Some(Command::Place(ratio)) => assert!(moves && (1.0..2.0).contains(&ratio)),
                other => assert!(!moves && other.is_none(), "{other:?}"),
            }
            let pressed = command(&state, &event(MouseEventKind::Down(MouseButton::Left)));
            assert!(matches!(pressed, Some(Command::Hold { drag: Drag::Crosshair(_), spot: (30, 5) })));
            // An open panel covers the plot.
            state.mode = Mode::Help(Help::default());
            assert!(command(&state, &event(MouseEventKind::Moved)).is_none());
        }
    }

    #[test]
    fn a_page_key_scrolls_the_help() {
        let state = state(Mode::Help(Help::default()));
        let down = press(&state, KeyCode::PageDown, KeyModifiers::NONE);
        assert!(matches!(down, Some(Command::Move(by)) if by > 1), "{down:?}");
        assert!(matches!(press(&state, KeyCode::Char('/'), KeyModifiers::NONE), Some(Command::Search)));
        assert!(matches!(press(&state, KeyCode::Char('q'), KeyModifiers::NONE), Some(Command::Close)));
    }
}
