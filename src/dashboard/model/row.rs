//! A line of a list, and the effect of choosing it.

use super::action::Action;
use super::item::{Destination, Item};

/// The effect of choosing a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    Act(Action),
    /// Opens the preset with this index.
    Preset(usize),
    Theme(String),
    /// Focuses the parameter with this key.
    Parameter(String),
    /// Asks for the value of the parameter with this key.
    Ask(String),
    /// Sets a parameter to a value.
    Value {
        key: String,
        value: String,
    },
    /// Moves the crosshair to a number of samples.
    Samples(String),
    /// Sets the target of the shown metric.
    Target(String),
    /// Sets the kind of featurization and its number with this key.
    Kind {
        kind: String,
        key: String,
        value: String,
    },
    Item(Destination, Item),
    /// Swaps the frozen scenario with this index with the current one.
    Swap(usize),
    /// Asks for a new name of the frozen scenario with this index.
    Rename(usize),
    /// Removes the frozen scenario with this index.
    Unfreeze(usize),
    UnfreezeAll,
}

/// A line of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub choice: Choice,
    pub words: String,
    /// Its keys, or the kind of line.
    pub note: String,
    /// Indices of the matched characters in `words` and `note`, joined by a space.
    pub matched: Vec<u32>,
    /// Further search words that are not shown.
    pub also: &'static str,
}

impl Row {
    /// Adds search words.
    pub(super) fn also(self, also: &'static str) -> Self {
        Self { also, ..self }
    }
}

pub(super) fn row(choice: Choice, words: impl Into<String>, note: impl Into<String>) -> Row {
    Row { choice, words: words.into(), note: note.into(), matched: Vec::new(), also: "" }
}
