//! Errors of measured data; each message is one sentence that names the input and what is accepted.

use std::path::Path;

use crate::outside::text;

/// Why measured data were refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DataError {
    /// Bad input (exit code 2): `input` is the file, array or task at fault.
    #[error("{input}: {problem}")]
    Input {
        /// The file, array or task at fault.
        input: String,
        /// The fault, and what is accepted.
        problem: String,
    },
    /// A result could not be written (exit code 1).
    #[error("{output}: {problem}")]
    Output {
        /// The file that could not be written.
        output: String,
        /// Why it could not be written.
        problem: String,
    },
    /// The caller interrupted the computation.
    #[error("interrupted")]
    Interrupted,
}

impl DataError {
    pub(crate) fn input(input: impl Into<String>, problem: impl Into<String>) -> Self {
        Self::Input { input: text::path(Path::new(&input.into())), problem: text::sentence(&problem.into()) }
    }

    /// Whether the user's input is at fault (exit code 2), not the machine (exit code 1).
    #[must_use]
    pub const fn is_input(&self) -> bool {
        matches!(self, Self::Input { .. })
    }
}

/// Untrusted text for a one-line message: control characters escaped, at most 40 characters.
pub(super) fn quoted(text: &str) -> String {
    const LONGEST: usize = 40;
    let mut shown: String = text.chars().take(LONGEST).flat_map(char::escape_debug).collect();
    if text.chars().nth(LONGEST).is_some() {
        shown.push('…');
    }
    format!("\"{shown}\"")
}

/// A column for messages, by its position from 0: its name in the file, or its number from 1.
pub(super) fn column(names: Option<&[String]>, at: usize) -> String {
    format!("column {}", called(names, at))
}

/// A column's name in quotes, or its number from 1.
pub(super) fn called(names: Option<&[String]>, at: usize) -> String {
    let number = (at + 1).to_string();
    match names.and_then(|names| names.get(at)).filter(|name| **name != number) {
        Some(name) => quoted(name),
        None => number,
    }
}

/// A list "a, b, c" of at most twelve names, then the number of further ones.
pub(super) fn listed<'a>(names: impl ExactSizeIterator<Item = &'a str>) -> String {
    const MOST: usize = 12;
    let more = names.len().saturating_sub(MOST);
    let mut text = names.take(MOST).map(quoted).collect::<Vec<_>>().join(", ");
    if more > 0 {
        text.push_str(&format!(" and {more} more"));
    }
    text
}
