//! The command palette: every action, preset, theme and parameter, found by a few of its letters.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

use super::action::Action;
use super::keymap::ABOUT;
use super::state::{Mode, State};
use super::update::{self, Wish};
use crate::scenario::presets;

/// What choosing a line does.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    Act(Action),
    /// Opens the preset of this place.
    Preset(usize),
    Theme(String),
    /// Focuses the parameter of this key.
    Parameter(String),
}

/// A line of the palette.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    pub command: Command,
    pub words: String,
    /// Its keys, or what sort of thing it is.
    pub note: String,
    /// The characters of `words` and `note`, with a space between, that were searched for.
    pub matched: Vec<u32>,
}

/// Everything there is to choose, in the order shown before anything is typed.
fn all(state: &State) -> Vec<Line> {
    let line = |command, words: String, note: String| Line { command, words, note, matched: Vec::new() };
    let actions = ABOUT.iter().filter(|a| !matches!(a.action, Action::Commands | Action::Cancel)).map(|a| {
        let keys = state.keymap.all_shown(a.action, state.ascii);
        line(Command::Act(a.action), a.words.into(), keys)
    });
    let parameters = state.parameters().into_iter().map(|p| {
        let words = format!("{}: {}", p.group.title(), p.label);
        line(Command::Parameter(p.key.clone()), words, p.key)
    });
    let presets = presets::all().iter().enumerate();
    let presets = presets.map(|(i, p)| line(Command::Preset(i), p.title.into(), "preset".into()));
    let themes =
        state.themes.names().map(|name| line(Command::Theme(name.into()), name.into(), "theme".into()));
    actions.chain(presets).chain(parameters).chain(themes).collect()
}

/// The lines that match what was typed, the best first; every word of it must be found.
#[must_use]
pub fn lines(state: &State, typed: &str) -> Vec<Line> {
    let pattern = Pattern::parse(typed, CaseMatching::Ignore, Normalization::Smart);
    let mut matcher = Matcher::new(Config::DEFAULT);
    let mut buffer = Vec::new();
    let mut scored: Vec<(u32, Line)> = all(state)
        .into_iter()
        .filter_map(|mut line| {
            let text = format!("{} {}", line.words, line.note);
            let score =
                pattern.indices(Utf32Str::new(&text, &mut buffer), &mut matcher, &mut line.matched)?;
            line.matched.sort_unstable();
            line.matched.dedup();
            Some((score, line))
        })
        .collect();
    // Stable: equals stay in their order.
    scored.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    scored.into_iter().map(|(_, line)| line).collect()
}

pub(super) fn open(state: &mut State) {
    state.mode = Mode::Commands { text: String::new(), selected: 0 };
}

pub(super) fn key(state: &mut State, key: &KeyEvent) -> Option<Wish> {
    let Mode::Commands { text, selected } = &mut state.mode else { return None };
    let ctrl = key.modifiers.contains(KeyModifiers::CONTROL);
    match key.code {
        KeyCode::Esc => state.mode = Mode::Normal,
        KeyCode::Enter => return run(state),
        KeyCode::Down | KeyCode::Tab => shift(state, 1),
        KeyCode::Up | KeyCode::BackTab => shift(state, -1),
        KeyCode::PageDown => shift(state, 8),
        KeyCode::PageUp => shift(state, -8),
        KeyCode::Char('c') if ctrl => return Some(Wish::Quit),
        KeyCode::Char('n') if ctrl => shift(state, 1),
        KeyCode::Char('p') if ctrl => shift(state, -1),
        KeyCode::Char('u') if ctrl => (*text, *selected) = (String::new(), 0),
        KeyCode::Char(c) if !ctrl && !key.modifiers.contains(KeyModifiers::ALT) => {
            text.push(c);
            *selected = 0;
        }
        KeyCode::Backspace => {
            // Nothing left to take away: that was one step too far back.
            if text.pop().is_none() {
                state.mode = Mode::Normal;
            } else {
                *selected = 0;
            }
        }
        _ => {}
    }
    None
}

/// What was pasted is searched for.
pub(super) fn paste(state: &mut State, pasted: &str) {
    if let Mode::Commands { text, selected } = &mut state.mode {
        text.extend(pasted.chars().filter(|c| !c.is_control()));
        *selected = 0;
    }
}

pub(super) fn shift(state: &mut State, by: isize) {
    let Mode::Commands { text, .. } = &state.mode else { return };
    let last = lines(state, text).len().saturating_sub(1);
    if let Mode::Commands { selected, .. } = &mut state.mode {
        *selected = selected.saturating_add_signed(by).min(last);
    }
}

/// Carries out the selected line.
pub(super) fn run(state: &mut State) -> Option<Wish> {
    let Mode::Commands { text, selected } = &state.mode else { return None };
    let line = lines(state, text).into_iter().nth(*selected)?;
    state.mode = Mode::Normal;
    match line.command {
        Command::Act(action) => return update::apply(state, action),
        Command::Preset(at) => update::open_preset(state, at),
        Command::Theme(name) => update::set_theme(state, &name),
        Command::Parameter(key) => update::focus_on(state, &key),
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dashboard::state::View;
    use crate::scenario::Scenario;
    use crate::theme::{Depth, Theme};

    fn state() -> State {
        State::new(Scenario::default(), View::Risk, Theme::new(Depth::None), false)
    }

    fn first(typed: &str) -> Command {
        lines(&state(), typed).swap_remove(0).command
    }

    #[test]
    fn a_few_letters_find_it() {
        assert_eq!(first("undo"), Command::Act(Action::Undo));
        assert_eq!(first("phase"), Command::Act(Action::ViewPhase));
        assert_eq!(first("negridge"), Command::Preset(7));
        assert_eq!(first("sepia"), Command::Theme("sepia".into()));
        assert_eq!(first("noise"), Command::Parameter("noise".into()));
        assert_eq!(first("theme light"), Command::Theme("light".into()));
        assert!(lines(&state(), "xyzzy").is_empty());
    }

    #[test]
    fn everything_is_there_before_anything_is_typed() {
        let lines = lines(&state(), "");
        for about in ABOUT.iter().filter(|a| !matches!(a.action, Action::Commands | Action::Cancel)) {
            assert!(lines.iter().any(|l| l.command == Command::Act(about.action)), "{:?}", about.action);
        }
        assert_eq!(lines.iter().filter(|l| l.note == "preset").count(), presets::all().len());
    }

    #[test]
    fn what_is_matched_lies_in_the_text() {
        for line in lines(&state(), "re ris") {
            let length = format!("{} {}", line.words, line.note).chars().count() as u32;
            assert!(line.matched.len() >= 4 && line.matched.iter().all(|i| *i < length), "{line:?}");
        }
    }
}
