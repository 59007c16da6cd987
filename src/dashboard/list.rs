//! The open lists: presets and themes. Moving through the themes shows each at once; leaving the list takes it back.

use super::action::Action;
use super::state::{Mode, State};
use super::update::{self, Wish};
use crate::scenario::presets;
use crate::theme::Theme;

/// Opens the list of presets at the one that is shown.
pub(super) fn open_presets(state: &mut State) {
    let selected = presets::all().iter().position(|p| p.title == state.scenario.name).unwrap_or(0);
    state.mode = Mode::Presets { selected };
}

/// Opens the list of themes at the one in use.
pub(super) fn open_themes(state: &mut State) {
    let selected = state.themes.names().position(|name| name == state.theme.name()).unwrap_or(0);
    state.mode = Mode::Themes { selected, before: Box::new(state.theme.clone()) };
}

/// Carries out an action while the presets are open.
pub(super) fn in_presets(state: &mut State, action: Action) -> Option<Wish> {
    let Mode::Presets { selected } = &mut state.mode else { return None };
    let last = presets::all().len().saturating_sub(1);
    match action {
        Action::FocusNext => *selected = (*selected + 1).min(last),
        Action::FocusPrevious => *selected = selected.saturating_sub(1),
        Action::Type | Action::Increase => {
            let at = *selected;
            state.mode = Mode::Normal;
            update::open_preset(state, at);
        }
        Action::Quit | Action::Cancel | Action::Presets | Action::Decrease => state.mode = Mode::Normal,
        _ => {}
    }
    None
}

/// Carries out an action while the themes are open.
pub(super) fn in_themes(state: &mut State, action: Action) -> Option<Wish> {
    let count = state.themes.names().count().max(1);
    let Mode::Themes { selected, before } = &mut state.mode else { return None };
    match action {
        Action::FocusNext => *selected = (*selected + 1).min(count - 1),
        Action::FocusPrevious => *selected = selected.saturating_sub(1),
        Action::Theme => *selected = (*selected + 1) % count,
        Action::Type | Action::Increase => {
            let name = state.theme.name().to_owned();
            state.mode = Mode::Normal;
            update::set_theme(state, &name);
            return None;
        }
        Action::Quit | Action::Cancel | Action::Decrease => {
            let before: Theme = (**before).clone();
            state.theme = before;
            state.mode = Mode::Normal;
            return None;
        }
        _ => return None,
    }
    let at = *selected;
    preview(state, at);
    None
}

/// Shows the theme of that place without choosing it.
pub(super) fn preview(state: &mut State, at: usize) {
    let Some(name) = state.themes.names().nth(at) else { return };
    if let Ok(theme) = state.themes.get(name, state.theme.depth()) {
        state.theme = theme;
    }
}
