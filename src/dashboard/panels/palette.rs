//! The command palette: what is typed, and the lines that match.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::{cut, popup};
use crate::dashboard::hit::{Hits, Target};
use crate::dashboard::palette::{self, lines};
use crate::dashboard::state::State;
use crate::theme::Role;

pub fn draw(
    frame: &mut Frame,
    state: &State,
    around: Rect,
    (typed, selected): (&str, usize),
    hits: &mut Hits,
) {
    let found = lines(state, typed);
    let inside = popup(frame, state, around, (78, around.height.min(24)), "commands", hits);
    let (text, dim, accent) =
        (state.theme.style(Role::Text), state.theme.style(Role::Dim), state.theme.style(Role::Accent));
    let prompt = Line::from(vec![Span::styled(" : ", accent), Span::styled(typed.to_owned(), text)]);
    frame.render_widget(Paragraph::new(prompt), Rect { height: inside.height.min(1), ..inside });
    let column = u16::try_from(typed.chars().count()).unwrap_or(u16::MAX).saturating_add(3);
    let column = column.min(inside.width.saturating_sub(1));
    frame.set_cursor_position(Position { x: inside.x + column, y: inside.y });
    let list = Rect { y: inside.y + 1, height: inside.height.saturating_sub(1), ..inside };
    if found.is_empty() {
        let words = " nothing matches; Esc closes";
        frame.render_widget(Paragraph::new(Line::styled(words, dim)), list);
    }
    let rows = usize::from(list.height).max(1);
    let first = (selected + 1).saturating_sub(rows);
    for ((i, line), row) in found.iter().enumerate().skip(first).zip(list.rows()) {
        hits.add(row, Target::Row(i));
        frame.render_widget(Paragraph::new(shown(state, line, i == selected, usize::from(row.width))), row);
    }
}

fn shown(state: &State, line: &palette::Line, here: bool, width: usize) -> Line<'static> {
    let ground = if here { state.theme.style(Role::Selection) } else { Style::new() };
    let style = |role: Role| if here { ground } else { state.theme.style(role) };
    let matched = |i: usize| u32::try_from(i).is_ok_and(|i| line.matched.contains(&i));
    let pointer = if here { if state.ascii { ">" } else { "▸" } } else { " " };
    let note: usize = line.note.chars().count();
    let words = cut(&line.words, width.saturating_sub(note + 6));
    let mut spans = vec![Span::styled(format!(" {pointer} "), ground)];
    let bold = |style: Style| style.bold().underlined();
    let mut write = |text: &str, first: usize, role: Role| {
        for (i, c) in text.chars().enumerate() {
            let style = if matched(first + i) { bold(style(role)) } else { style(role) };
            spans.push(Span::styled(c.to_string(), style));
        }
    };
    write(&words, 0, Role::Text);
    let gap = width.saturating_sub(4 + words.chars().count() + note);
    write(&" ".repeat(gap), usize::MAX / 2, Role::Text);
    write(&line.note, line.words.chars().count() + 1, Role::Dim);
    spans.push(Span::styled(" ", ground));
    Line::from(spans)
}
