//! A line of text being typed, with its cursor and history.

use tui_input::{Input, InputRequest};

/// An edit of the line.
pub type Edit = InputRequest;

/// A line of text with a cursor.
#[derive(Debug, Clone, Default)]
pub struct Line {
    input: Input,
    /// Position in the history, and the text that was being typed.
    recalled: Option<(usize, String)>,
}

impl From<String> for Line {
    /// A line with the cursor at its end.
    fn from(text: String) -> Self {
        Self { input: text.into(), recalled: None }
    }
}

impl Line {
    #[must_use]
    pub fn text(&self) -> &str {
        self.input.value()
    }

    /// Changes the line; returns whether its text changed.
    pub fn edit(&mut self, edit: Edit) -> bool {
        self.input.handle(edit).is_some_and(|changed| changed.value)
    }

    /// Inserts a text at the cursor, without control characters.
    pub fn paste(&mut self, text: &str) {
        for c in text.chars().filter(|c| !c.is_control()) {
            self.input.handle(Edit::InsertChar(c));
        }
    }

    /// Recalls the entry `by` steps back in the history `before` (oldest first); stepping past the newest restores
    /// the text being typed.
    pub fn recall(&mut self, before: &[String], by: isize) {
        let (now, draft) = self.recalled.clone().unwrap_or_else(|| (0, self.text().to_owned()));
        let to = now.saturating_add_signed(by).min(before.len());
        let text = match to {
            0 => Some(&draft),
            back => before.len().checked_sub(back).and_then(|i| before.get(i)),
        };
        if let Some(text) = text {
            self.input = text.clone().into();
            self.recalled = (to > 0).then_some((to, draft));
        }
    }

    /// The visible part of the text in `width` columns, and the cursor's column in it.
    #[must_use]
    pub fn window(&self, width: usize) -> (String, usize) {
        let cursor = self.input.visual_cursor();
        let first = (cursor + 1).saturating_sub(width.max(1));
        let (mut at, mut text, mut skipped) = (0, String::new(), 0);
        for c in self.text().chars() {
            let wide = ratatui::text::Span::raw(c.to_string()).width();
            if at < first {
                skipped = at + wide;
            } else if at + wide <= skipped.max(first) + width {
                text.push(c);
            }
            at += wide;
        }
        (text, cursor - skipped.min(cursor))
    }
}

/// Normalises a typed number: `0,5` becomes 0.5 and `1,000,000` a million. Other texts are unchanged.
///
/// # Errors
/// One sentence if the comma is ambiguous.
pub fn number(text: &str) -> Result<String, String> {
    let numeric = |c: char| c.is_ascii_digit() || "+-.,eE_ ".contains(c);
    if !text.contains(',') || !text.chars().all(numeric) {
        return Ok(text.to_owned());
    }
    let parts: Vec<&str> = text.split(',').collect();
    let groups = parts.iter().skip(1).all(|part| {
        let digits = part.split(['.', 'e', 'E']).next().unwrap_or_default();
        digits.len() == 3 && digits.chars().all(|c| c.is_ascii_digit())
    });
    let lead = parts.first().copied().unwrap_or_default().trim_start_matches(['+', '-']);
    match parts.len() {
        2 if groups && !text.contains('.') && (1..=3).contains(&lead.len()) && !lead.starts_with('0') => {
            let (thousands, fraction) = (text.replace(',', ""), text.replace(',', "."));
            Err(format!("{text} can be {thousands} or {fraction}: leave the comma out or write a point"))
        }
        2 if !text.contains('.') => Ok(text.replace(',', ".")),
        2.. if groups => Ok(text.replace(',', "")),
        _ => Err(format!("{text} is not a number: its commas are neither thousands nor a decimal point")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(text: &str) -> Line {
        Line::from(text.to_owned())
    }

    #[test]
    fn a_decimal_comma_is_accepted_or_explained() {
        for (text, read) in [
            ("0.5", "0.5"),
            ("0,5", "0.5"),
            ("0,125", "0.125"),
            ("-0,5", "-0.5"),
            ("1,000,000", "1000000"),
            ("12,5", "12.5"),
            ("1,000.5", "1000.5"),
            ("1,5e-3", "1.5e-3"),
            ("a,b", "a,b"),
            ("optimal", "optimal"),
        ] {
            assert_eq!(number(text).as_deref(), Ok(read), "{text}");
        }
        assert!(number("1,000").unwrap_err().contains("1000 or 1.000"));
        assert!(number("1,00,0").unwrap_err().contains("neither"));
    }

    #[test]
    fn earlier_input_and_the_draft_can_be_recalled() {
        let before = ["one".to_owned(), "two".to_owned()];
        let mut line = typed("thr");
        let mut step = |by| {
            line.recall(&before, by);
            line.text().to_owned()
        };
        assert_eq!([step(1), step(1), step(1)], ["two", "one", "one"]);
        assert_eq!([step(-1), step(-1), step(-1)], ["two", "thr", "thr"]);
    }

    #[test]
    fn a_long_line_scrolls_to_the_cursor() {
        let mut line = typed("abcdefghij");
        assert_eq!(line.window(20), ("abcdefghij".into(), 10));
        assert_eq!(line.window(5), ("ghij".into(), 4));
        line.edit(Edit::GoToStart);
        assert_eq!(line.window(5), ("abcde".into(), 0));
        // Wide characters take two columns; the cursor stays inside.
        let (text, cursor) = typed("日本語日本語").window(5);
        assert_eq!((text.as_str(), cursor), ("本語", 4));
    }
}
