//! What is typed: a parameter's value, a number of samples, a target risk, a file's name. What is refused stays in the
//! prompt with the reason.

use std::path::Path;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::share;
use super::state::{Entry, Message, Mode, State};
use super::update::{self, Wish};
use crate::report::save;
use crate::scenario::parameter::Kind;

pub(super) fn type_key(state: &mut State, key: &KeyEvent) -> Option<Wish> {
    let Mode::Typing { entry, text, refused } = &mut state.mode else { return None };
    if key.code != KeyCode::Enter {
        confirm(entry, false);
    }
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
        KeyCode::Enter => return accept(state),
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

/// What follows from what was typed.
enum Done {
    Nothing,
    Said(String),
    Wish(Wish),
}

/// Takes what was typed; what is refused stays in the prompt with the reason.
fn accept(state: &mut State) -> Option<Wish> {
    let Mode::Typing { entry, text, .. } = &state.mode else { return None };
    let (entry, text) = (entry.clone(), text.trim().to_owned());
    state.gathering = None;
    if let Some(sentence) = taken(&entry, &text) {
        // Asked once; the same name again is the answer.
        if let Mode::Typing { entry, refused, .. } = &mut state.mode {
            confirm(entry, true);
            *refused = Some(sentence);
        }
        return None;
    }
    let result = if text.is_empty() { Ok(Done::Nothing) } else { enter(state, &entry, &text) };
    match result {
        Ok(done) => {
            state.mode = Mode::Normal;
            match done {
                Done::Nothing => None,
                Done::Said(said) => {
                    state.message = Some(Message::Said(said));
                    None
                }
                Done::Wish(wish) => Some(wish),
            }
        }
        Err(sentence) => {
            if let Mode::Typing { refused, .. } = &mut state.mode {
                *refused = Some(sentence);
            }
            None
        }
    }
}

/// Whether a file is there that the user was not yet asked about.
fn taken(entry: &Entry, text: &str) -> Option<String> {
    let asked = match entry {
        Entry::Save { overwrite } | Entry::Export { overwrite, .. } => *overwrite,
        _ => return None,
    };
    let there = !text.is_empty() && Path::new(text).symlink_metadata().is_ok();
    (there && !asked).then(|| format!("{text} exists: ⏎ again overwrites it, or type another name"))
}

fn confirm(entry: &mut Entry, yes: bool) {
    if let Entry::Save { overwrite } | Entry::Export { overwrite, .. } = entry {
        *overwrite = yes;
    }
}

fn enter(state: &mut State, entry: &Entry, text: &str) -> Result<Done, String> {
    match entry {
        Entry::Parameter { key, .. } => update::set(state, key, text).map(|()| Done::Nothing),
        Entry::Samples => {
            let p = state.dimension() as f64;
            let n: f64 = number(text, "a number of samples above 0")?;
            state.crosshair = n / p;
            let window = &mut state.display.window;
            window.from = window.from.min(state.crosshair);
            window.to = window.to.max(state.crosshair);
            Ok(Done::Nothing)
        }
        Entry::Target => {
            if text == "off" {
                state.target = None;
            } else {
                state.target = Some(number(text, "a risk above 0, or off")?);
            }
            Ok(Done::Nothing)
        }
        Entry::Save { overwrite } => {
            let path = Path::new(text);
            let contents = state.scenario.to_toml_at(path);
            let save = if *overwrite { save::replace } else { save::new_file };
            save(path, contents.as_bytes())?;
            Ok(Done::Said(format!("saved {text}")))
        }
        Entry::Export { item, overwrite } => {
            let export = share::export(state, *item, Path::new(text), *overwrite)?;
            Ok(Done::Wish(Wish::Export(Box::new(export))))
        }
    }
}

fn number(text: &str, accepted: &str) -> Result<f64, String> {
    text.parse::<f64>()
        .ok()
        .filter(|v| v.is_finite() && *v > 0.0)
        .ok_or_else(|| format!("{text} is not {accepted}"))
}
