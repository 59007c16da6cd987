//! What is typed: a parameter's value, a number of samples, a target risk, a file's name. What is refused stays in the
//! prompt with the reason.

use std::path::Path;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::state::{Entry, Message, Mode, State};
use super::update::{self, Wish};
use crate::report::save;
use crate::scenario::parameter::Kind;

pub(super) fn type_key(state: &mut State, key: &KeyEvent) -> Option<Wish> {
    let Mode::Typing { text, refused, .. } = &mut state.mode else { return None };
    let plain = !key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT);
    match key.code {
        KeyCode::Char(c) if plain => {
            text.push(c);
            *refused = None;
        }
        KeyCode::Char('c') => return Some(Wish::Quit),
        KeyCode::Char('u') => text.clear(),
        KeyCode::Backspace => {
            text.pop();
            *refused = None;
        }
        KeyCode::Enter => accept(state),
        KeyCode::Esc => state.mode = Mode::Normal,
        _ => {}
    }
    None
}

pub(super) fn typing(state: &mut State, entry: Entry, text: String) {
    state.mode = Mode::Typing { entry, text, refused: None };
}

pub(super) fn start_typing(state: &mut State) {
    let Some(parameter) = update::focused(state) else { return };
    if matches!(parameter.kind, Kind::Choice { .. }) {
        update::step(state, 1);
    } else {
        typing(state, Entry::Parameter { key: parameter.key, label: parameter.label.into() }, String::new());
    }
}

/// Takes what was typed; what is refused stays in the prompt with the reason.
fn accept(state: &mut State) {
    let Mode::Typing { entry, text, .. } = &state.mode else { return };
    let (entry, text) = (entry.clone(), text.trim().to_owned());
    let result = if text.is_empty() { Ok(None) } else { enter(state, &entry, &text) };
    match result {
        Ok(said) => {
            state.mode = Mode::Normal;
            state.message = said.map(Message::Said);
        }
        Err(sentence) => {
            if let Mode::Typing { refused, .. } = &mut state.mode {
                *refused = Some(sentence);
            }
        }
    }
    state.gathering = None;
}

fn enter(state: &mut State, entry: &Entry, text: &str) -> Result<Option<String>, String> {
    match entry {
        Entry::Parameter { key, .. } => update::set(state, key, text).map(|()| None),
        Entry::Samples => {
            let p = state.dimension() as f64;
            let n: f64 = number(text, "a number of samples above 0")?;
            state.crosshair = n / p;
            let window = &mut state.display.window;
            window.from = window.from.min(state.crosshair);
            window.to = window.to.max(state.crosshair);
            Ok(None)
        }
        Entry::Target => {
            if text == "off" {
                state.target = None;
            } else {
                state.target = Some(number(text, "a risk above 0, or off")?);
            }
            Ok(None)
        }
        Entry::Save => {
            let path = Path::new(text);
            save::new_file(path, state.scenario.to_toml_at(path).as_bytes())?;
            Ok(Some(format!("saved {text}")))
        }
    }
}

fn number(text: &str, accepted: &str) -> Result<f64, String> {
    text.parse::<f64>()
        .ok()
        .filter(|v| v.is_finite() && *v > 0.0)
        .ok_or_else(|| format!("{text} is not {accepted}"))
}
