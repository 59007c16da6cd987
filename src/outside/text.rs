//! Sanitises untrusted text: control characters are escaped and the length is bounded.

use std::fmt::Write as _;

/// Longest sentence, in characters.
const SENTENCE: usize = 600;

/// Whether a terminal, a shell or an XML reader would interpret the character: control characters, line and paragraph
/// separators, and marks that change the direction of text.
#[must_use]
pub fn commands(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
        || matches!(c, '\u{fffe}' | '\u{ffff}')
}

/// The text with every character for which [`commands`] is true escaped.
#[must_use]
pub fn plain(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if commands(c) {
            // Writing to a String cannot fail.
            let _ = write!(shown, "{}", c.escape_default());
        } else {
            shown.push(c);
        }
    }
    shown
}

/// One sanitised line of at most 600 characters: line breaks become spaces, and the middle of a longer text is
/// omitted.
#[must_use]
pub fn sentence(text: &str) -> String {
    let one_line =
        text.split(['\n', '\r']).map(str::trim).filter(|l| !l.is_empty()).collect::<Vec<_>>().join(" ");
    shortened(&plain(&one_line), SENTENCE)
}

/// A sanitised path of at most 200 characters, for use in a sentence.
#[must_use]
pub fn path(path: &std::path::Path) -> String {
    shortened(&plain(&path.to_string_lossy()), 200)
}

/// At most `most` characters; the middle of a longer text is omitted.
fn shortened(text: &str, most: usize) -> String {
    let count = text.chars().count();
    if count <= most {
        return text.to_owned();
    }
    let half = most / 2;
    let start: String = text.chars().take(half).collect();
    let end: String = text.chars().skip(count - half).collect();
    format!("{start}…{end}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_removed() {
        let nasty = "a\u{1b}[2J\u{9b}31m\u{7}b\u{202e}c\nd\u{2028}é漢";
        let shown = plain(nasty);
        assert!(!shown.chars().any(commands), "{shown:?}");
        assert!(shown.starts_with("a\\u{1b}[2J") && shown.ends_with("é漢"), "{shown}");
        assert_eq!(plain("plain text, ε = 1e-4"), "plain text, ε = 1e-4");
    }

    #[test]
    fn a_sentence_is_one_bounded_line() {
        assert_eq!(sentence("one\n  two\r\nthree"), "one two three");
        let long = sentence(&"x".repeat(100_000));
        assert!(long.chars().count() <= SENTENCE + 1 && long.contains('…'));
    }
}
