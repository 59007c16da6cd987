//! Conversion of the screen to plain ASCII: Greek letters and symbols become words, other characters their nearest
//! letter.
//!
//! Texts on plots are converted when they are written ([`words`]); everything around them is converted on the
//! finished screen ([`settle`]), where a longer word uses up adjacent blanks, so that columns and borders do not
//! move.

use ratatui::buffer::{Buffer, Cell};

/// Characters and their ASCII replacements.
const WORDS: [(char, &str); 63] = [
    ('α', "alpha"),
    ('β', "beta"),
    ('ε', "eps"),
    ('θ', "theta"),
    ('κ', "kappa"),
    ('λ', "lambda"),
    ('μ', "mu"),
    ('σ', "sigma"),
    ('τ', "tau"),
    ('Σ', "Sigma"),
    ('²', "^2"),
    ('⁻', "^-"),
    ('¹', "^1"),
    ('⁺', "^+"),
    ('½', "1/2"),
    ('ᵀ', "'"),
    ('\u{302}', "^"),
    ('§', "sec. "),
    ('‖', "||"),
    ('√', "sqrt"),
    ('∝', "~"),
    ('≈', "~"),
    ('≤', "<="),
    ('≥', ">="),
    ('±', "+-"),
    ('×', "x"),
    ('−', "-"),
    ('–', "-"),
    ('—', "-"),
    ('·', "|"),
    ('…', "~"),
    ('∞', "inf"),
    ('→', "->"),
    ('←', "<-"),
    ('↑', "^"),
    ('↓', "v"),
    ('⇄', "x"),
    ('⇧', "S-"),
    ('⏎', "Enter"),
    ('⌫', "Bksp"),
    ('▸', ">"),
    ('‹', "<"),
    ('›', ">"),
    ('★', "*"),
    ('◆', "#"),
    ('▲', "^"),
    ('●', "o"),
    ('○', "o"),
    ('◉', "@"),
    ('✛', "+"),
    ('┊', ":"),
    ('│', "|"),
    ('─', "-"),
    ('━', "="),
    ('╭', "+"),
    ('╮', "+"),
    ('╰', "+"),
    ('╯', "+"),
    ('“', "\""),
    ('”', "\""),
    ('‘', "'"),
    ('’', "'"),
    ('ß', "ss"),
];

/// The ASCII replacement of a character: its word if it has one, else the letter without its accent, else `?`.
fn word(c: char) -> String {
    if c.is_ascii() {
        return c.into();
    }
    if let Some((_, word)) = WORDS.iter().find(|(known, _)| *known == c) {
        return (*word).into();
    }
    let bare = nucleo_matcher::chars::normalize(c);
    if bare.is_ascii() { bare.into() } else { "?".into() }
}

/// The ASCII text of a character between two others: a Greek letter is separated from adjacent letters, and a
/// superscript has only one sign.
fn between(before: Option<char>, c: char, after: Option<char>) -> String {
    let greek = |c: char| ('α'..='ω').contains(&c) || c == 'Σ';
    let letter = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphabetic() || greek(c));
    let word = word(c);
    if greek(c) {
        let (left, right) = (
            if letter(before) { " " } else { "" },
            if after.is_some_and(|c| c.is_ascii_alphabetic()) { " " } else { "" },
        );
        return format!("{left}{word}{right}");
    }
    match before {
        Some('⁻' | '⁺') => word.trim_start_matches('^').to_owned(),
        _ => word,
    }
}

/// The text in ASCII.
#[must_use]
pub fn words(text: &str) -> String {
    if text.is_ascii() {
        return text.into();
    }
    let all: Vec<char> = text.chars().collect();
    let at = |i: Option<usize>| i.and_then(|i| all.get(i)).copied();
    all.iter().enumerate().map(|(i, c)| between(at(i.checked_sub(1)), *c, at(Some(i + 1)))).collect()
}

/// The one-character replacement if there is no room for the word: its first letter, for a superscript the raised
/// sign.
fn first(word: &str) -> char {
    word.trim_start_matches(['^', ' ']).chars().next().unwrap_or('?')
}

/// Converts the whole screen to ASCII. A word longer than its symbol uses adjacent blanks, leaving one; if there are
/// too few, only its first letter is written.
pub fn settle(buffer: &mut Buffer) {
    let width = usize::from(buffer.area.width).max(1);
    for row in buffer.content.chunks_mut(width) {
        // Borders do not move, and nothing moves across them.
        let borders: Vec<bool> = row.iter().map(|cell| matches!(cell.symbol(), "│" | "|")).collect();
        let mut at = 0;
        // The characters before the replacement.
        let mut before = None;
        while at < row.len() {
            let one = |cell: &Cell| cell.symbol().chars().next();
            let after = row.get(at + 1).and_then(one);
            let Some(cell) = row.get_mut(at) else { break };
            let mut signs = cell.symbol().chars();
            let text = match (signs.next(), signs.next()) {
                (Some(sign), None) => between(before, sign, after),
                _ => words(cell.symbol()),
            };
            before = one(cell);
            if text.len() <= 1 || cell.symbol().is_ascii() {
                // A cell with empty text is covered by the wide character before it.
                cell.set_symbol(if text.is_empty() { " " } else { &text });
                at += 1;
                continue;
            }
            let at_first = make_room(row, &borders, at, text.len() - 1);
            let text = if at_first.is_some() { text } else { first(&text).into() };
            let start = at_first.unwrap_or(at);
            let look = row.get(start).cloned().unwrap_or_default();
            for (cell, c) in row.iter_mut().skip(start).zip(text.chars()) {
                *cell = look.clone();
                cell.set_char(c);
            }
            at = start + text.len();
        }
    }
}

/// Shifts the cells between a cell and the nearest spare blanks; returns the new start of the cell's text.
fn make_room(row: &mut [Cell], borders: &[bool], at: usize, more: usize) -> Option<usize> {
    let blank = |i: usize| row.get(i).is_some_and(|cell| cell.symbol() == " ");
    let border = |i: usize| borders.get(i).copied().unwrap_or(true);
    let blanks = |i: usize| (0..=more).all(|k| blank(i + k));
    let right = (at + 1..row.len()).take_while(|i| !border(*i)).find(|i| blanks(*i));
    let left =
        (0..at).rev().take_while(|i| !border(*i)).filter_map(|i| i.checked_sub(more)).find(|i| blanks(*i));
    match (left, right) {
        (left, Some(right)) if left.is_none_or(|left| right - at <= at - (left + more)) => {
            row.get_mut(at + 1..right + more)?.rotate_right(more);
            Some(at)
        }
        (Some(left), _) => {
            row.get_mut(left + 1..=at)?.rotate_left(more);
            Some(at - more)
        }
        (None, _) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settled(line: &str) -> String {
        let mut buffer = Buffer::with_lines([line]);
        settle(&mut buffer);
        buffer.content.iter().map(Cell::symbol).collect()
    }

    #[test]
    fn ascii_words_use_adjacent_blanks() {
        assert_eq!(settled("│  ridge λ             0 ●──│"), "|  ridge lambda        0 o--|");
        assert_eq!(
            settled(" name           p 1000 · λ 0 · σ² 0.100 "),
            " name p 1000 | lambda 0 | sigma^2 0.100 "
        );
        assert_eq!(settled("|a=σ²|"), "|a=s2|");
        assert_eq!(settled("|       λ 0|"), "|  lambda 0|");
        // No room at all: the first letter.
        assert_eq!(settled("│a λ b│"), "|a l b|");
        assert_eq!(settled("│é 長い ≤ 3│"), "|e ? ? <= 3|");
    }

    #[test]
    fn formulas_stay_legible() {
        for (formula, plain) in [
            ("Σ_x^-½ VVᵀ Σ_θ", "Sigma_x^-1/2 VV' Sigma_theta"),
            ("F = Σ_θ + mΣ_x⁻¹", "F = Sigma_theta + m Sigma_x^-1"),
            ("S + μI, V_X,ε + σ², nλ", "S + mu I, V_X,eps + sigma^2, n lambda"),
            ("λ* > τ", "lambda* > tau"),
        ] {
            assert_eq!(words(formula), plain);
            assert_eq!(settled(&format!("{formula:<60}")).trim_end(), plain);
        }
    }

    #[test]
    fn every_character_becomes_ascii() {
        for c in (0x80..0x3000).filter_map(char::from_u32) {
            assert!(word(c).is_ascii(), "{c}");
        }
    }
}
