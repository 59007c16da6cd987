//! What can be wrong with measured data: one plain sentence that names the input and what would be accepted.

/// Why measured data were refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DataError {
    /// Bad input, exit code 2: `input` is the file (or array, or task) at fault.
    #[error("{input}: {problem}")]
    Input { input: String, problem: String },
    /// A result could not be written; exit code 1.
    #[error("{output}: {problem}")]
    Output { output: String, problem: String },
    /// The caller asked to stop.
    #[error("interrupted")]
    Interrupted,
}

impl DataError {
    pub(crate) fn input(input: impl Into<String>, problem: impl Into<String>) -> Self {
        Self::Input { input: input.into(), problem: problem.into() }
    }

    /// Whether the user's input is at fault (exit code 2) and not the machine (exit code 1).
    #[must_use]
    pub const fn is_input(&self) -> bool {
        matches!(self, Self::Input { .. })
    }
}

/// Foreign text for a one-line message: control characters escaped, at most 40 characters.
pub(super) fn quoted(text: &str) -> String {
    const LONGEST: usize = 40;
    let mut shown: String = text.chars().take(LONGEST).flat_map(char::escape_debug).collect();
    if text.chars().nth(LONGEST).is_some() {
        shown.push('…');
    }
    format!("\"{shown}\"")
}

/// "a, b, c" of at most twelve names, then how many more there are.
pub(super) fn listed<'a>(names: impl ExactSizeIterator<Item = &'a str>) -> String {
    const MOST: usize = 12;
    let more = names.len().saturating_sub(MOST);
    let mut text = names.take(MOST).map(quoted).collect::<Vec<_>>().join(", ");
    if more > 0 {
        text.push_str(&format!(" and {more} more"));
    }
    text
}

/// Foreign text without control characters, which are escaped: for sentences that do not quote it.
pub(super) fn plain(text: &str) -> String {
    text.chars()
        .flat_map(|c| if c.is_control() { c.escape_default().collect::<Vec<_>>() } else { vec![c] })
        .collect()
}

/// A path for a sentence: without control characters, its middle left out where it is long.
pub(super) fn shown(path: &std::path::Path) -> String {
    const LONGEST: usize = 200;
    let text = plain(&path.to_string_lossy());
    let count = text.chars().count();
    if count <= LONGEST {
        return text;
    }
    let half = LONGEST / 2;
    let (start, end): (String, String) =
        (text.chars().take(half).collect(), text.chars().skip(count - half).collect());
    format!("{start}…{end}")
}
