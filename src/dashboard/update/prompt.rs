//! Prompts: a parameter's value, a number of samples, a target risk, a file name. Refused input stays in the prompt
//! with the reason.

use std::path::PathBuf;

use super::{crosshair, set};
use crate::dashboard::model::command::Effect;
use crate::dashboard::model::edit::{self, Line};
use crate::dashboard::model::frozen;
use crate::dashboard::model::item::{Item, Target};
use crate::dashboard::model::mode::{Entry, Mode, Prompt};
use crate::dashboard::model::state::State;
use crate::scenario::parameter::Kind;

/// Maximum history length of each kind of prompt.
const MEMORY: usize = 50;

pub(super) fn open(state: &mut State, entry: Entry, text: String) {
    state.mode = Mode::Prompt(Prompt { entry, line: text.into(), refused: None });
}

/// Opens the prompt for the file of an item.
pub(super) fn open_file(state: &mut State, item: Item) {
    let name = item.file(&state.scenario.name, state.view);
    open(state, Entry::File { item, overwrite: false }, name);
}

/// The file exists: entering its name again confirms replacing it.
pub(super) fn taken(state: &mut State, Target { item, path, .. }: Target) {
    let text = path.display().to_string();
    let refused = Some(format!("{text} exists: ⏎ again overwrites it, or type another name"));
    let entry = Entry::File { item, overwrite: true };
    state.mode = Mode::Prompt(Prompt { entry, line: text.into(), refused });
}

/// Recalls an entry of the prompt's history.
pub(super) fn recall(state: &mut State, by: isize) {
    let State { mode: Mode::Prompt(prompt), typed, .. } = state else { return };
    let before = typed.get(prompt.entry.kind()).map_or(&[][..], Vec::as_slice);
    change(prompt, |line| line.recall(before, by));
}

/// Edits the text, and removes earlier refusals and questions.
pub(super) fn change(Prompt { entry, line, refused }: &mut Prompt, change: impl FnOnce(&mut Line)) {
    change(line);
    *refused = None;
    if let Entry::File { overwrite, .. } = entry {
        *overwrite = false;
    }
}

/// Accepts the typed text; refused input stays in the prompt with the reason.
pub(super) fn accept(state: &mut State) -> Option<Effect> {
    let Mode::Prompt(Prompt { entry, line, .. }) = &state.mode else { return None };
    let (entry, text) = (entry.clone(), line.text().trim().to_owned());
    let result = if text.is_empty() { Ok(None) } else { enter(state, &entry, &text) };
    match result {
        Ok(effect) => {
            remember(state, &entry, text);
            state.mode = Mode::Normal;
            effect
        }
        Err(sentence) => {
            if let Mode::Prompt(prompt) = &mut state.mode {
                prompt.refused = Some(sentence);
            }
            None
        }
    }
}

fn remember(state: &mut State, entry: &Entry, text: String) {
    if text.is_empty() {
        return;
    }
    let before = state.typed.entry(entry.kind().to_owned()).or_default();
    before.retain(|t| *t != text);
    before.push(text);
    let over = before.len().saturating_sub(MEMORY);
    before.drain(..over);
}

/// Enters a text without a prompt; the reason of a refusal is shown as a message.
pub(super) fn answer(state: &mut State, entry: &Entry, text: &str) {
    if let Err(why) = enter(state, entry, text) {
        set::fail(state, why);
    }
}

fn enter(state: &mut State, entry: &Entry, text: &str) -> Result<Option<Effect>, String> {
    match entry {
        Entry::Parameter { key, .. } => {
            let number =
                state.parameters().iter().any(|p| p.key == *key && matches!(p.kind, Kind::Number { .. }));
            let value = if number { edit::number(text)? } else { text.to_owned() };
            set::set(state, key, &value)?;
        }
        Entry::Samples => {
            // A count has no fraction, so the comma of 1,000 is unambiguous.
            let n = number(&text.replace(',', ""), "a number of samples above 0")?;
            crosshair::reach(state, n / state.dimension() as f64);
        }
        Entry::Place { key, .. } => {
            let value = edit::number(text)?;
            crosshair::go(state, key, &value)?;
        }
        Entry::Target if text == "off" => state.target = None,
        Entry::Target => {
            let metric = state.display.metric;
            let value: f64 = edit::number(text)?.parse().unwrap_or(f64::NAN);
            metric
                .check_target(value)
                .map_err(|accepted| format!("{text} is not {} {accepted}, or off", metric.with_article()))?;
            state.target = Some(value);
        }
        Entry::Name(at) => name(state, *at, text)?,
        Entry::File { item, overwrite } => {
            let target = Target { item: *item, path: PathBuf::from(text), overwrite: *overwrite };
            return Ok(Some(Effect::Write(target)));
        }
    }
    Ok(None)
}

/// Renames a frozen scenario.
fn name(state: &mut State, at: usize, text: &str) -> Result<(), String> {
    let long = ratatui::text::Span::raw(text).width();
    if long > frozen::LONGEST {
        return Err(format!("a name has at most {} columns, this has {long}", frozen::LONGEST));
    }
    if state.frozen.iter().enumerate().any(|(i, frozen)| i != at && frozen.name == text) {
        return Err(format!("{text} is another frozen curve"));
    }
    let before = state.snapshot();
    if let Some(frozen) = state.frozen.get_mut(at) {
        text.clone_into(&mut frozen.name);
        state.history.record(before, None);
    }
    Ok(())
}

fn number(text: &str, accepted: &str) -> Result<f64, String> {
    text.parse::<f64>()
        .ok()
        .filter(|v| v.is_finite() && *v > 0.0)
        .ok_or_else(|| format!("{text} is not {accepted}"))
}
