//! The open list: the typed filter, and the lines that match.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Position, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Paragraph, Wrap};

use super::popup;
use crate::dashboard::model::hit::{Hits, Target};
use crate::dashboard::model::lists::{self, Row};
use crate::dashboard::model::mode::Listing;
use crate::dashboard::model::state::State;
use crate::dashboard::view::fields::cut;
use crate::theme::Role;

pub fn draw(frame: &mut Frame, state: &State, around: Rect, listing: &Listing, hits: &mut Hits) {
    let Listing { list, line, selected } = listing;
    let (found, everything) = (lists::rows(state, list, line.text()), lists::rows(state, list, "").len());
    let look = lists::look(list);
    let more = found.get(*selected).and_then(lists::more);
    let below = match (&more, look.aside) {
        (Some(_), true) => 7,
        (Some(_), false) => 3,
        (None, _) => {
            if found.is_empty() && everything > 0 {
                3
            } else {
                0
            }
        }
    };
    let around = if look.aside {
        let width = around.width.min(look.width);
        Rect { x: around.right() - width, width, ..around }
    } else {
        around
    };
    // The height is that of the unfiltered list, so that the box keeps its size while letters are typed.
    let tall = u16::try_from(everything).unwrap_or(u16::MAX).saturating_add(3 + below).max(5);
    let tall = if look.aside { tall } else { tall.min(24) };
    let inside = popup(frame, state, around, (look.width, tall), &look.title, hits);
    let (text, dim, accent) =
        (state.theme.style(Role::Text), state.theme.style(Role::Dim), state.theme.style(Role::Accent));
    let below = if inside.height > below + 4 { below } else { 0 };
    let [prompt, list, words] =
        Layout::vertical([Constraint::Length(1), Constraint::Min(0), Constraint::Length(below)])
            .areas(inside);

    let rows = usize::from(list.height).max(1);
    let first = (selected + 1).saturating_sub(rows);
    let left = found.len().saturating_sub(first + rows);
    let left = if left > 0 { format!(" {left} more ") } else { String::new() };
    let room = usize::from(prompt.width).saturating_sub(4 + left.len());
    let (typed, cursor) = line.window(room);
    let hint = if line.text().is_empty() { "type to filter" } else { "" };
    let gap = room.saturating_sub(Span::raw(typed.as_str()).width() + hint.len()) + 1;
    frame.render_widget(
        Paragraph::new(Line::from(vec![
            Span::styled(" : ", accent),
            Span::styled(typed, text),
            Span::styled(cut(hint, room), dim),
            Span::raw(" ".repeat(gap)),
            Span::styled(left, dim),
        ])),
        prompt,
    );
    let column = u16::try_from(cursor).unwrap_or(u16::MAX).saturating_add(3);
    let column = column.min(prompt.width.saturating_sub(1));
    frame.set_cursor_position(Position { x: prompt.x + column, y: prompt.y });
    if found.is_empty() {
        let words =
            if everything == 0 { lists::empty(state, &listing.list) } else { "nothing matches".into() };
        frame.render_widget(Paragraph::new(Line::styled(format!(" {words}; Esc closes"), dim)), list);
    }
    for ((i, row), spot) in found.iter().enumerate().skip(first).zip(list.rows()) {
        hits.add(spot, Target::Row(i));
        frame.render_widget(Paragraph::new(shown(state, row, i == *selected, usize::from(spot.width))), spot);
    }
    if let Some(more) = more {
        let line = Line::from(vec![Span::styled(" Shows: ", accent), Span::styled(more, text)]);
        let words =
            Rect { y: words.y + words.height.min(1), height: words.height.saturating_sub(1), ..words };
        frame.render_widget(Paragraph::new(line).wrap(Wrap { trim: false }), words);
    }
}

/// A line with its pointer, the matched letters highlighted, and its note at the right.
fn shown(state: &State, row: &Row, selected: bool, width: usize) -> Line<'static> {
    let ground = if selected { state.theme.style(Role::Selection) } else { Style::new() };
    let style = |role: Role| if selected { ground } else { state.theme.style(role) };
    let matched = |i: usize| u32::try_from(i).is_ok_and(|i| row.matched.contains(&i));
    let pointer = if selected { if state.ascii { ">" } else { "▸" } } else { " " };
    let note = Span::raw(row.note.as_str()).width();
    let words = cut(&row.words, width.saturating_sub(note + 5));
    let mut spans = vec![Span::styled(format!(" {pointer} "), ground)];
    let mut write = |text: &str, first: usize, role: Role| {
        for (i, c) in text.chars().enumerate() {
            let style = if matched(first + i) { style(role).bold().underlined() } else { style(role) };
            spans.push(Span::styled(c.to_string(), style));
        }
    };
    write(&words, 0, Role::Text);
    let gap = width.saturating_sub(4 + Span::raw(words.as_str()).width() + note);
    write(&" ".repeat(gap), usize::MAX / 2, Role::Text);
    write(&row.note, row.words.chars().count() + 1, Role::Dim);
    spans.push(Span::styled(" ", ground));
    Line::from(spans)
}
