//! Open lists. Moving through themes and presets previews each; leaving the list restores the previous state.

use super::set::{fail, say};
use super::{presets, prompt};
use crate::dashboard::model::edit::Line;
use crate::dashboard::model::find;
use crate::dashboard::model::lists::{self, Choice};
use crate::dashboard::model::mode::{Help, List, Listing, Mode};
use crate::dashboard::model::state::State;

/// Opens a list with the current value selected.
pub(super) fn open(state: &mut State, list: List) {
    let selected = lists::current(state, &list);
    state.mode = Mode::List(Listing { list, line: Line::default(), selected });
}

/// Moves the selection, or scrolls the help.
pub(super) fn shift(state: &mut State, by: isize) {
    match &mut state.mode {
        Mode::List(listing) => {
            let to = listing.selected.saturating_add_signed(by);
            select(state, to);
        }
        Mode::Help(help) if help.search.is_some() => {
            let to = help.selected.saturating_add_signed(by);
            let text = help.search.as_ref().map(|line| line.text().to_owned()).unwrap_or_default();
            let last = find::help(state, &text).len().saturating_sub(1);
            if let Mode::Help(help) = &mut state.mode {
                help.selected = to.min(last);
            }
        }
        // The largest scroll position is known after drawing.
        Mode::Help(help) => {
            help.scroll =
                u16::try_from(usize::from(help.scroll).saturating_add_signed(by)).unwrap_or(u16::MAX);
        }
        Mode::Normal | Mode::Prompt(_) => {}
    }
}

/// Selects the line with this index, or the last.
pub(super) fn select(state: &mut State, row: usize) {
    let Mode::List(Listing { list, line, .. }) = &state.mode else { return };
    let rows = lists::rows(state, list, line.text());
    let to = row.min(rows.len().saturating_sub(1));
    match (rows.get(to).map(|row| &row.choice), list) {
        (Some(Choice::Theme(name)), List::Themes { .. }) => {
            if let Ok(theme) = state.themes.get(name, state.theme.depth()) {
                state.theme = theme;
            }
        }
        // Real rows stay in memory while they are shown, since previews must not read them again.
        (Some(&Choice::Preset(at)), List::Presets { before } | List::Papers { before })
            if before.now.scenario.data.is_none() =>
        {
            presets::show_preset(state, at);
        }
        _ => {}
    }
    if let Mode::List(listing) = &mut state.mode {
        listing.selected = to;
    }
}

/// Closes the list and returns the choice of the selected line, if there is one.
pub(super) fn pick(state: &mut State) -> Option<Choice> {
    let Mode::List(Listing { list, line, selected }) = &state.mode else { return None };
    let row = lists::rows(state, list, line.text()).into_iter().nth(*selected)?;
    close(state);
    Some(row.choice)
}

/// Closes what is open; in the help the search first.
pub(super) fn close(state: &mut State) {
    match std::mem::replace(&mut state.mode, Mode::Normal) {
        Mode::List(listing) => match listing.list {
            List::Themes { before } => state.theme = *before,
            List::Presets { before } | List::Papers { before } => presets::go_back(state, *before),
            _ => {}
        },
        Mode::Help(help) if help.search.is_some() => state.mode = Mode::Help(Help::default()),
        Mode::Normal | Mode::Prompt(_) | Mode::Help(_) => {}
    }
}

/// Edits the line of text of the open panel.
pub(super) fn change(state: &mut State, change: impl FnOnce(&mut Line)) {
    match &mut state.mode {
        Mode::Prompt(prompt) => prompt::change(prompt, change),
        Mode::List(listing) => {
            let before = listing.line.text().to_owned();
            change(&mut listing.line);
            if listing.line.text() != before {
                select(state, 0);
            }
        }
        Mode::Help(Help { scroll, selected, search: Some(line) }) => {
            change(line);
            (*scroll, *selected) = (0, 0);
        }
        Mode::Help(_) | Mode::Normal => {}
    }
}

/// Switches to the theme with this name, whatever the background.
pub(super) fn set_theme(state: &mut State, name: &str) {
    match state.themes.get(name, state.theme.depth()) {
        Ok(theme) => {
            state.theme = theme;
            state.auto_theme = false;
            say(state, format!("theme {name}"));
        }
        Err(error) => fail(state, error.to_string()),
    }
}
