//! Keys while text is typed: one line editor for prompts, list filters and help search.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::PAGE;
use crate::dashboard::model::action::Action;
use crate::dashboard::model::command::Command;
use crate::dashboard::model::edit::Edit;

const CTRL: KeyModifiers = KeyModifiers::CONTROL;
const ALT: KeyModifiers = KeyModifiers::ALT;

/// The edit of a line of text for a key, with the bindings of a shell.
fn edit(key: &KeyEvent) -> Option<Edit> {
    let modifiers = key.modifiers & (CTRL | ALT);
    Some(match (key.code, modifiers) {
        (KeyCode::Char(c), KeyModifiers::NONE) => Edit::InsertChar(c),
        (KeyCode::Backspace, KeyModifiers::NONE) | (KeyCode::Char('h'), CTRL) => Edit::DeletePrevChar,
        (KeyCode::Delete, KeyModifiers::NONE) | (KeyCode::Char('d'), CTRL) => Edit::DeleteNextChar,
        (KeyCode::Left, KeyModifiers::NONE) | (KeyCode::Char('b'), CTRL) => Edit::GoToPrevChar,
        (KeyCode::Right, KeyModifiers::NONE) | (KeyCode::Char('f'), CTRL) => Edit::GoToNextChar,
        (KeyCode::Left, _) | (KeyCode::Char('b'), ALT) => Edit::GoToPrevWord,
        (KeyCode::Right, _) | (KeyCode::Char('f'), ALT) => Edit::GoToNextWord,
        (KeyCode::Home, _) | (KeyCode::Char('a'), CTRL) => Edit::GoToStart,
        (KeyCode::End, _) | (KeyCode::Char('e'), CTRL) => Edit::GoToEnd,
        (KeyCode::Backspace, _) | (KeyCode::Char('w'), CTRL) => Edit::DeletePrevWord,
        (KeyCode::Delete, _) | (KeyCode::Char('d'), ALT) => Edit::DeleteNextWord,
        (KeyCode::Char('k'), CTRL) => Edit::DeleteTillEnd,
        (KeyCode::Char('u'), CTRL) => Edit::DeleteFromStart,
        (KeyCode::Char('y'), CTRL) => Edit::Yank,
        _ => return None,
    })
}

/// Keys while a prompt is open.
pub(super) fn prompt(key: &KeyEvent) -> Option<Command> {
    let ctrl = key.modifiers.contains(CTRL);
    Some(match key.code {
        KeyCode::Enter => Command::Accept,
        KeyCode::Esc => Command::Close,
        KeyCode::Char('g') if ctrl => Command::Close,
        KeyCode::Up => Command::Recall(1),
        KeyCode::Down => Command::Recall(-1),
        KeyCode::Char('p') if ctrl => Command::Recall(1),
        KeyCode::Char('n') if ctrl => Command::Recall(-1),
        _ => return edit(key).map(Command::Edit),
    })
}

/// Keys while a list is open: letters filter it, and configured keys that type no text keep their actions.
pub(super) fn list(key: &KeyEvent, empty: bool, action: Option<Action>) -> Option<Command> {
    let ctrl = key.modifiers.contains(CTRL);
    Some(match key.code {
        KeyCode::Enter => Command::Accept,
        KeyCode::Esc => Command::Close,
        KeyCode::Char('g') if ctrl => Command::Close,
        KeyCode::Down | KeyCode::Tab => Command::Move(1),
        KeyCode::Up | KeyCode::BackTab => Command::Move(-1),
        KeyCode::Char('n') if ctrl => Command::Move(1),
        KeyCode::Char('p') if ctrl => Command::Move(-1),
        KeyCode::PageDown => Command::Move(PAGE),
        KeyCode::PageUp => Command::Move(-PAGE),
        // Backspace in an empty filter closes the list.
        KeyCode::Backspace if empty => Command::Close,
        KeyCode::Char('h') if ctrl && empty => Command::Close,
        _ => match (edit(key), action) {
            (Some(edit), _) => Command::Edit(edit),
            (None, Some(Action::FocusNext)) => Command::Move(1),
            (None, Some(Action::FocusPrevious)) => Command::Move(-1),
            (None, Some(Action::Type)) => Command::Accept,
            (None, Some(Action::Cancel)) => Command::Close,
            (None, _) => return None,
        },
    })
}

/// Keys of the help search.
pub(super) fn search(key: &KeyEvent) -> Option<Command> {
    Some(match key.code {
        KeyCode::Enter => Command::Accept,
        KeyCode::Esc => Command::Close,
        KeyCode::Down => Command::Move(1),
        KeyCode::Up => Command::Move(-1),
        KeyCode::PageDown => Command::Move(PAGE),
        KeyCode::PageUp => Command::Move(-PAGE),
        _ => return edit(key).map(Command::Edit),
    })
}
