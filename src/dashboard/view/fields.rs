//! Lines of fields that are shown completely or not at all, so that no number loses digits.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

/// A part of a line that is shown completely or not at all.
#[derive(Debug, Clone)]
pub struct Field {
    spans: Vec<Span<'static>>,
    /// Fields with the largest weight are dropped first.
    weight: u8,
}

impl Field {
    #[must_use]
    pub fn new(weight: u8, text: impl Into<String>, style: Style) -> Self {
        Self { spans: vec![Span::styled(text.into(), style)], weight }
    }

    /// A field of several pieces.
    #[must_use]
    pub const fn of(weight: u8, spans: Vec<Span<'static>>) -> Self {
        Self { spans, weight }
    }

    /// Appends another piece.
    #[must_use]
    pub fn and(mut self, text: impl Into<String>, style: Style) -> Self {
        self.spans.push(Span::styled(text.into(), style));
        self
    }

    /// The field with another weight.
    #[must_use]
    pub fn weighing(self, weight: u8) -> Self {
        Self { weight, ..self }
    }

    #[must_use]
    pub fn width(&self) -> usize {
        self.spans.iter().map(Span::width).sum()
    }
}

/// The fields, in order, that fit into `room` columns, with `…` if some are dropped.
#[must_use]
pub fn line(mut fields: Vec<Field>, room: usize) -> Line<'static> {
    // Trailing blanks need no room.
    let air =
        |f: &Field| f.spans.last().map_or(0, |s| s.content.len() - s.content.trim_end_matches(' ').len());
    let width =
        |fields: &[Field]| fields.iter().map(Field::width).sum::<usize>() - fields.last().map_or(0, air);
    let all = fields.len();
    while fields.len() > 1 && width(&fields) + if fields.len() < all { 2 } else { 0 } > room {
        // Among equal weights the last is dropped.
        let Some((at, _)) = fields.iter().enumerate().max_by_key(|(i, f)| (f.weight, *i)) else { break };
        fields.remove(at);
    }
    let dropped = fields.len() < all;
    let mut line = Line::from(fields.into_iter().flat_map(|f| f.spans).collect::<Vec<_>>());
    line = trimmed(line);
    if dropped && line.width() + 2 <= room {
        line.push_span(Span::raw(" …"));
    }
    fit(line, room)
}

/// A line cut to `room` columns as by [`cut`].
#[must_use]
pub fn fit(line: Line<'static>, room: usize) -> Line<'static> {
    if line.width() <= room {
        return line;
    }
    let text: String = line.spans.iter().map(|s| s.content.as_ref()).collect();
    let kept = cut(&text, room);
    let mut left = kept.chars().count().saturating_sub(1);
    let mut spans = Vec::new();
    for span in line.spans {
        let part: String = span.content.chars().take(left).collect();
        left -= part.chars().count();
        spans.push(Span::styled(part, span.style));
    }
    if kept.ends_with('…') {
        spans.push(Span::raw("…"));
    }
    Line { spans, style: line.style, alignment: line.alignment }
}

/// A text cut to `room` columns with an ellipsis, never inside a number.
#[must_use]
pub fn cut(text: &str, room: usize) -> String {
    if Span::raw(text).width() <= room {
        return text.into();
    }
    let mut short = String::new();
    let mut rest = text.chars().peekable();
    let mut used = 1;
    while let Some(c) = rest.next_if(|c| {
        used += Span::raw(c.to_string()).width();
        used <= room
    }) {
        short.push(c);
    }
    let after: String = rest.collect();
    if after.starts_with(|c: char| !c.is_whitespace()) {
        let start = short.rfind(char::is_whitespace).map_or(0, |i| i + 1);
        let word = short.get(start..).unwrap_or_default();
        let tail = after.split_whitespace().next().unwrap_or_default();
        if word.chars().chain(tail.chars()).any(|c| c.is_ascii_digit()) {
            short.truncate(start);
        }
    }
    let mut short = short.trim_end().to_owned();
    if room > 0 {
        short.push('…');
    }
    short
}

/// Lines of at most `room` columns, broken between words, with continuation lines indented.
#[must_use]
pub fn wrapped(lines: Vec<Line<'static>>, room: usize, indent: usize) -> Vec<Line<'static>> {
    let mut all = Vec::new();
    for line in lines {
        let mut now = Line::default();
        for span in line.spans {
            for word in span.content.split_inclusive(' ') {
                let wide = Span::raw(word.trim_end()).width();
                if now.width() + wide > room && now.width() > indent {
                    all.push(trimmed(std::mem::replace(&mut now, Line::from(" ".repeat(indent)))));
                }
                now.push_span(Span::styled(word.to_owned(), span.style));
            }
        }
        all.push(trimmed(now));
    }
    all
}

/// The line without the trailing blank of its last word, which may not fit.
fn trimmed(mut line: Line<'static>) -> Line<'static> {
    if let Some(last) = line.spans.last_mut().filter(|last| last.content.ends_with(' ')) {
        last.content = last.content.trim_end_matches(' ').to_owned().into();
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numbers::shorten;

    #[test]
    fn a_number_that_does_not_fit_is_left_out() {
        assert_eq!(cut("keep 200 of 1000", 16), "keep 200 of 1000");
        assert_eq!(cut("keep 200 of 1000", 15), "keep 200 of…");
        assert_eq!(cut("risk 0.25, then", 9), "risk…");
        assert_eq!(cut("upstream tasks", 11), "upstream t…");
        assert_eq!(cut("1000", 3), "…");
        assert_eq!(cut("日本語", 5), "日本…");
        assert_eq!(cut("x", 0), "");
        let line = Line::from(vec![Span::raw("n ≥ "), Span::raw("16"), Span::raw("67")]);
        let text = |line: Line| line.spans.iter().map(|s| s.content.to_string()).collect::<String>();
        assert_eq!(text(fit(line.clone(), 7)), "n ≥…");
        assert_eq!(text(fit(line, 8)), "n ≥ 1667");
    }

    #[test]
    fn a_broken_line_is_indented() {
        let line = Line::from(vec![Span::raw(" pool  "), Span::raw("one two three four")]);
        let text = |line: &Line| line.spans.iter().map(|s| s.content.to_string()).collect::<String>();
        let lines: Vec<String> = wrapped(vec![line], 16, 7).iter().map(text).collect();
        assert_eq!(lines, [" pool  one two", "       three", "       four"]);
        // The blank after a word that fits exactly has no column.
        let lines = wrapped(vec![Line::from("one two three")], 7, 0);
        assert_eq!(
            lines.iter().map(|line| (text(line), line.width())).collect::<Vec<_>>(),
            [("one two".into(), 7), ("three".into(), 5)]
        );
    }

    /// Names with a common prefix are distinguished by their ends, digits or not.
    #[test]
    fn long_names_are_shortened_in_the_middle() {
        assert_eq!(shorten("all-MiniLM-L6-v2", 16), "all-MiniLM-L6-v2");
        assert_eq!(shorten("sentence-transformers-L6", 12), "senten…rs-L6");
        assert_eq!(shorten("sentence-transformers-L12", 12), "senten…s-L12");
        assert_eq!(shorten("日本語の埋め込み", 9), "日本…込み");
        assert_eq!(shorten("abcdef", 3), "ab…");
    }

    #[test]
    fn fields_are_dropped_whole_by_priority() {
        let field = |weight, text: &str| Field::new(weight, text, Style::new());
        let shown = |room| {
            let fields = vec![field(0, "risk 0.25"), field(2, " bias 0.11"), field(1, " n 1667")];
            line(fields, room).spans.iter().map(|s| s.content.to_string()).collect::<String>()
        };
        assert_eq!(shown(26), "risk 0.25 bias 0.11 n 1667");
        assert_eq!(shown(25), "risk 0.25 n 1667 …");
        assert_eq!(shown(17), "risk 0.25 …");
        assert_eq!(shown(10), "risk 0.25");
        assert_eq!(shown(8), "risk…");
        let padded = vec![field(0, "n 1667      "), field(1, "x")];
        assert_eq!(line(padded, 8).width(), 8, "n 1667 …");
    }
}
