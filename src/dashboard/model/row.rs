//! A line of a list, and what choosing it does.

use super::action::Action;
use super::item::{Item, Way};

/// The effect of choosing a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    Act(Action),
    /// Opens the preset of this place.
    Preset(usize),
    Theme(String),
    /// Focuses the parameter of this key.
    Parameter(String),
    /// Asks for its value.
    Ask(String),
    /// Gives it a value.
    Value {
        key: String,
        value: String,
    },
    /// Gives the featurization a kind, and the number of this key a value.
    Kind {
        kind: String,
        key: String,
        value: String,
    },
    Item(Way, Item),
    /// Goes back to the frozen scenario of this place, what is now in its stead.
    Swap(usize),
    /// Asks for its name.
    Rename(usize),
    /// Lets it go.
    Thaw(usize),
    ThawAll,
}

/// A line of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub choice: Choice,
    pub words: String,
    /// Its keys, or what sort of thing it is.
    pub note: String,
    /// The characters of `words` and `note`, with a space between, that were searched for.
    pub matched: Vec<u32>,
    /// Other words that find it and are not shown.
    pub also: &'static str,
}

impl Row {
    /// Found by these words as well.
    pub(super) fn also(self, also: &'static str) -> Self {
        Self { also, ..self }
    }
}

pub(super) fn row(choice: Choice, words: impl Into<String>, note: impl Into<String>) -> Row {
    Row { choice, words: words.into(), note: note.into(), matched: Vec::new(), also: "" }
}
