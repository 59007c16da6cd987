//! Whether the first line of a text table is a header.

use super::profile::Profile;
use super::row::Row;
use super::{Source, select};

/// Typical names of text columns, in lower case.
const HEADERS: [&str; 21] = [
    "y",
    "text",
    "name",
    "kind",
    "type",
    "category",
    "species",
    "genre",
    "topic",
    "group",
    "groups",
    "patient",
    "subject",
    "speaker",
    "split",
    "fold",
    "section",
    "sentiment",
    "emotion",
    "intent",
    "language",
];

/// The role of the first line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Header {
    None,
    /// A header line with the names of the columns; `doubtful` if the number of rows must decide.
    Line {
        doubtful: bool,
    },
}

/// Decides whether the first line is a header: its cells have other types than the rest, or it contains the name of a
/// requested column.
pub(super) fn header(source: &Source, first: &Row, rest: &[Profile]) -> Header {
    const CERTAIN: Header = Header::Line { doubtful: false };
    let asked = source.names_asked();
    let texts: Vec<String> = first.cells().map(|c| c.text().trim().to_owned()).collect();
    // A number may be a column name (pandas calls a series 0) or, without a header, a position from 1.
    let is_position = |name: &str| name.parse().is_ok_and(|at: usize| (1..=rest.len()).contains(&at));
    if texts.iter().any(|text| asked.contains(text) && !is_position(text)) {
        return CERTAIN;
    }
    // Columns of numbers, lists, dates and booleans: a header is a text that is none of these.
    let typed = rest.iter().zip(first.cells()).filter(|(profile, _)| profile.is_typed());
    let typed: Vec<_> = typed.filter(|(_, cell)| !cell.is_missing() || cell.quoted).collect();
    let unlike = typed.iter().filter(|(profile, cell)| !profile.fits(*cell)).count();
    if !typed.is_empty() && unlike > 0 {
        return if 2 * unlike >= typed.len() { CERTAIN } else { Header::None };
    }
    let counts_from = |start: usize| {
        texts.len() > 2 && texts.iter().enumerate().all(|(j, c)| **c == (j + start).to_string())
    };
    if counts_from(0) || counts_from(1) || counts_unnamed(&texts) {
        return CERTAIN;
    }
    if !typed.is_empty() || rest.iter().all(|p| p.filled == 0) {
        return Header::None;
    }
    // All columns are text.
    let known = |text: &String| {
        let lower = text.to_lowercase();
        select::is_label(text)
            || !text.is_empty() && select::is_index(text)
            || HEADERS.contains(&lower.as_str())
    };
    let alone =
        |(profile, text): (&Profile, &String)| !text.is_empty() && !profile.seen.contains_key(text.as_str());
    if texts.iter().any(|text| asked.contains(text)) {
        return CERTAIN;
    }
    if rest.iter().zip(&texts).any(|(p, t)| known(t) && alone((p, t))) {
        return CERTAIN;
    }
    let lone = rest.iter().zip(&texts).any(|(p, t)| alone((p, t)) && p.repeats());
    match (lone, rest.len()) {
        (true, 1) => Header::Line { doubtful: true },
        (true, _) => CERTAIN,
        _ => Header::None,
    }
}

/// `,0,1,2`: pandas numbers its columns and leaves the index without a name.
fn counts_unnamed(texts: &[String]) -> bool {
    texts.len() > 2
        && texts.first().is_some_and(String::is_empty)
        && texts.iter().skip(1).enumerate().all(|(j, c)| *c == j.to_string())
}
