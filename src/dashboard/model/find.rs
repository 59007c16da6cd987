//! Fuzzy search in lists, for values to set, and in the help.

use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

use super::action::ABOUT;
use super::edit;
use super::row::{Choice, Row, row};
use super::state::State;
use crate::scenario::Featurization;
use crate::scenario::parameter::{Kind, Parameter, parameters};

/// Help search: matching actions with their keys, then parameters whose texts contain the search text.
#[must_use]
pub fn help(state: &State, wanted: &str) -> Vec<Row> {
    let wanted = wanted.trim().to_lowercase();
    let actions = ABOUT.iter().map(|a| {
        let keys = state.keymap.all_shown(a.action, state.ascii);
        row(Choice::Act(a.action), a.words, keys).also(a.action.also())
    });
    let parameters = state.parameters().into_iter().chain(state.settings());
    let parameters =
        parameters.map(|p| row(Choice::Parameter(p.key.clone()), format!("{}: {}", p.label, p.about), ""));
    let found = |row: &Row| {
        let text = format!("{} {}", row.words, row.also).to_lowercase();
        text.contains(&wanted) || row.note.to_lowercase() == wanted
    };
    actions.chain(parameters).filter(found).collect()
}

/// Added to the score of a row whose first word is the typed text.
const NAMED: u32 = 1000;

/// Matching rows, the best first.
pub(super) fn matching(rows: Vec<Row>, typed: &str) -> Vec<Row> {
    let pattern = Pattern::parse(typed, CaseMatching::Ignore, Normalization::Smart);
    let mut matcher = Matcher::new(Config::DEFAULT);
    let mut buffer = Vec::new();
    let mut scored: Vec<(u32, Row)> = rows
        .into_iter()
        .filter_map(|mut row| {
            let shown = format!("{} {}", row.words, row.note);
            let text = format!("{shown} {}", row.also);
            let score = pattern.indices(Utf32Str::new(&text, &mut buffer), &mut matcher, &mut row.matched)?;
            let length = shown.chars().count();
            // The name of a thing comes before what its letters are scattered in.
            let named = |text: &str| {
                text.split_whitespace().next().is_some_and(|word| word.eq_ignore_ascii_case(typed.trim()))
            };
            let score = if named(row.also) || named(&row.words) { score + NAMED } else { score };
            row.matched.retain(|at| usize::try_from(*at).is_ok_and(|at| at < length));
            row.matched.sort_unstable();
            row.matched.dedup();
            Some((score, row))
        })
        .collect();
    // A stable sort keeps the order of equally good rows.
    scored.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    scored.into_iter().map(|(_, row)| row).collect()
}

/// Matches `n 200`, `n/p 0.5`, and `target 0.3` or `target off`.
pub(super) fn of_prompt(state: &State, typed: &str) -> Option<Row> {
    let (name, value) = typed.split_once('=').or_else(|| typed.trim().split_once(' '))?;
    let value = value.trim();
    let number = edit::number(value).is_ok_and(|number| number.parse::<f64>().is_ok());
    match name.trim() {
        "n" if number => Some(row(Choice::Samples(value.into()), format!("go to n = {value}"), "")),
        "n/p" | "ratio" | "alpha" | "α" if number => {
            let p = state.shown.as_ref()?.model.dimension() as f64;
            let samples = value.parse::<f64>().ok()? * p;
            Some(row(Choice::Samples(samples.to_string()), format!("go to n/p = {value}"), ""))
        }
        "target" if number => {
            Some(row(Choice::Target(value.into()), format!("samples needed for {value}"), ""))
        }
        "target" if value == "off" => Some(row(Choice::Target(value.into()), "remove the target", "")),
        _ => None,
    }
}

/// Whether every word of a name begins a word of a parameter's label or key; keys of the display without `view`.
fn is_called(p: &Parameter, name: &str) -> bool {
    let key = p.key.strip_prefix("view.").unwrap_or(&p.key);
    let text = format!("{} {key}", p.label).to_lowercase();
    let known: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).collect();
    let mut words = name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).peekable();
    words.peek().is_some()
        && words.all(|word| known.iter().any(|known| known.starts_with(&word.to_lowercase())))
}

/// Matches `raw`, and `pca 50`: a kind of featurization, alone or followed by its first number.
pub(super) fn of_kind(state: &State, typed: &str) -> Option<Row> {
    let alone = if typed.trim() == "pcr" { "pca" } else { typed.trim() };
    if Featurization::NAMES.contains(&alone) {
        let choice = Choice::Value { key: "featurization.kind".into(), value: alone.into() };
        return Some(row(choice, format!("set kind to {alone}"), "featurization.kind"));
    }
    let (kind, value) = typed.trim_end().rsplit_once(' ')?;
    let kind = match kind.trim() {
        "pcr" => "pca",
        kind => kind,
    };
    value.parse::<f64>().ok().filter(|_| Featurization::NAMES.contains(&kind))?;
    let mut scenario = state.scenario.clone();
    scenario.set("featurization.kind", kind).ok()?;
    let number = |p: &Parameter| p.key.starts_with("featurization.") && matches!(p.kind, Kind::Number { .. });
    let parameter = parameters(&scenario).into_iter().find(number)?;
    scenario.set(&parameter.key, value).ok()?;
    let words = format!("set kind to {kind}, {} to {value}", parameter.label);
    let choice = Choice::Kind { kind: kind.into(), key: parameter.key.clone(), value: value.into() };
    Some(row(choice, words, parameter.key))
}

/// Matches `noise 0.3`, `noise = 0.3` or `kind hard`: a parameter followed by a value.
pub(super) fn assignment(state: &State, typed: &str) -> Option<Row> {
    let (name, value) = typed.split_once('=').or_else(|| typed.trim_end().rsplit_once(' '))?;
    let (name, value) = (name.trim(), edit::number(value.trim()).ok()?);
    let name = match name.strip_prefix("set ").unwrap_or(name).trim() {
        "lambda" | "λ" => "ridge",
        "sigma" | "sigma2" | "σ²" => "noise",
        "p" => "dimension",
        name => name,
    };
    let takes = |p: &Parameter| match &p.kind {
        Kind::Number { words, .. } => value.parse::<f64>().is_ok() || words.contains(&value.as_str()),
        Kind::Choice { options } => options.contains(&value),
        Kind::Text => typed.contains('=') && !value.is_empty(),
    };
    let candidates = state
        .parameters()
        .into_iter()
        .chain(state.settings())
        .filter(|p| takes(p) && is_called(p, name))
        .map(|p| row(Choice::Value { key: p.key.clone(), value: value.clone() }, p.label, p.key));
    let best = matching(candidates.collect(), name).into_iter().next().filter(|_| !name.is_empty())?;
    Some(Row { words: format!("set {} to {value}", best.words), matched: Vec::new(), ..best })
}
