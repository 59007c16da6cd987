//! The help: the meaning of the focused parameter, then every key with its current binding.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::style::Modifier;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::popup;
use crate::dashboard::model::action::{ABOUT, Action, Section};
use crate::dashboard::model::find;
use crate::dashboard::model::hit::Hits;
use crate::dashboard::model::mode::Help;
use crate::dashboard::model::row::Row;
use crate::dashboard::model::state::State;
use crate::dashboard::view::explain::{self, ARXIV, Explanation, Paper};
use crate::dashboard::view::fields::{self, Field};
use crate::numbers::columns;
use crate::theme::Role;

/// Draws the help at its scroll position, and returns the largest useful scroll position.
pub fn draw(frame: &mut Frame, state: &State, around: Rect, open: &Help, hits: &mut Hits) -> u16 {
    let width = around.width.min(MOST);
    let explained = explained(state);
    let all = lines(state, &explained, usize::from(width.saturating_sub(4)));
    let height = u16::try_from(all.len()).unwrap_or(u16::MAX).saturating_add(2);
    let inside = popup(frame, state, around, (width, height), "help", hits);
    papers(frame, state, &explained, Rect { y: inside.bottom(), height: 1, ..inside });
    let mut inside = Rect { x: inside.x + 1, width: inside.width.saturating_sub(2), ..inside };
    let lines = match &open.search {
        Some(line) => {
            let search = Rect { height: inside.height.min(1), ..inside };
            inside = Rect { y: inside.y + search.height, height: inside.height - search.height, ..inside };
            let found = found(state, line.text(), open.selected);
            let (typed, cursor) = line.window(usize::from(search.width).saturating_sub(40));
            let column = u16::try_from(cursor).unwrap_or(0) + 2;
            frame.set_cursor_position(Position { x: search.x + column, y: search.y });
            let count = format!("   {} found; {} does it", found.len(), state.key(Action::Type));
            let line = Line::from(vec![
                Span::styled("/ ", state.theme.style(Role::Accent)),
                Span::styled(typed, state.theme.style(Role::Title)),
                Span::styled(count, state.theme.style(Role::Dim)),
            ]);
            frame.render_widget(Paragraph::new(line), search);
            found
        }
        None => all,
    };
    // Scrolling ends at the last line.
    let most = lines.len().saturating_sub(usize::from(inside.height));
    // The selected line stays visible.
    let seen = open.search.as_ref().map_or(0, |_| (open.selected + 1).saturating_sub(inside.height.into()));
    let scroll = usize::from(open.scroll).max(seen).min(most);
    let scroll = u16::try_from(scroll).unwrap_or(u16::MAX);
    frame.render_widget(Paragraph::new(lines).scroll((scroll, 0)), inside);
    scroll
}

/// Search results: keys and parameters that match, one a line, the selected one marked.
fn found(state: &State, wanted: &str, selected: usize) -> Vec<Line<'static>> {
    let (text, accent) = (state.theme.style(Role::Text), state.theme.style(Role::Accent));
    let keys = keys_width(state);
    let line = |(i, row): (usize, Row)| {
        let key = Span::styled(format!("{:>keys$} ", row.note), accent);
        let line = Line::from(vec![key, Span::styled(state.text(&row.words), text)]);
        if i == selected { line.style(state.theme.style(Role::Selection)) } else { line }
    };
    find::help(state, wanted).into_iter().enumerate().map(line).collect()
}

/// Width for three columns of actions with keys of usual length, and the frame.
const MOST: u16 = 3 * (6 + 1 + WORDS as u16) + 4;

/// Width of an action's description.
const WORDS: usize = 31;

/// Width of the keys of an action: that of the longest, within a limit.
fn keys_width(state: &State) -> usize {
    let widths = ABOUT.iter().map(|a| state.keymap.all_shown(a.action, state.ascii).chars().count());
    widths.max().unwrap_or(0).clamp(6, 14)
}

/// A text in lines of at most `width` columns, broken between words if possible.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut rows: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match rows.last_mut().filter(|row| columns(row) + 1 + columns(word) <= width) {
            Some(row) => {
                row.push(' ');
                row.push_str(word);
            }
            None => rows.push(word.to_owned()),
        }
    }
    rows
}

/// The focused parameter, and the flag at the crosshair if it is visible.
fn explained(state: &State) -> Vec<Explanation> {
    let parameter = state.parameters().get(state.focus).map(explain::parameter);
    let flag = state.view.record().readout.then(|| explain::at_crosshair(state)).flatten();
    parameter.into_iter().chain(flag).collect()
}

/// Papers of the explanations, on the frame's lower edge, where they do not scroll. Terminals that support links open
/// their pages.
fn papers(frame: &mut Frame, state: &State, explained: &[Explanation], edge: Rect) {
    let dim = state.theme.style(Role::Dim);
    let link = state.theme.style(Role::Accent).add_modifier(Modifier::UNDERLINED);
    let room = usize::from(edge.width.saturating_sub(2));
    let found = explain::papers(explained);
    let all = |named: bool| {
        let field = |(i, (sections, paper)): (usize, &(String, &Paper))| {
            let apart = if i == 0 { " " } else { "· " };
            let authors = if named { format!(" {},", paper.authors) } else { String::new() };
            Field::new(1, format!("{apart}{sections}{authors} "), dim)
                .and(format!("{ARXIV}{}", paper.number), link)
                .and(" ", dim)
        };
        found.iter().enumerate().map(field).collect::<Vec<_>>()
    };
    let width = |fields: &[Field]| fields.iter().map(Field::width).sum::<usize>();
    let fields = Some(all(true)).filter(|fields| width(fields) <= room).unwrap_or_else(|| all(false));
    let line = fields::line(fields, room);
    let wide = u16::try_from(line.width()).unwrap_or(edge.width);
    frame.render_widget(Paragraph::new(line), Rect { x: edge.x + 1, width: wide, ..edge });
}

fn lines(state: &State, explained: &[Explanation], width: usize) -> Vec<Line<'static>> {
    let (text, accent) = (state.theme.style(Role::Text), state.theme.style(Role::Accent));
    let title = state.theme.style(Role::Title);
    let mut lines = Vec::new();
    for explanation in explained {
        lines.push(Line::styled(explanation.title.clone(), title));
        let rows = explanation.sentences.iter().flat_map(|sentence| wrapped(sentence, width));
        lines.extend(rows.map(|row| Line::styled(row, text)));
    }
    if !lines.is_empty() {
        lines.push(Line::default());
    }
    let keys = keys_width(state);
    let column_width = keys + 1 + WORDS;
    for section in Section::ALL {
        lines.push(Line::styled(section.title(), title));
        let entries: Vec<_> = ABOUT.iter().filter(|a| a.section == section).collect();
        // As many columns as fit, filled downwards.
        let columns = (width / column_width).max(1);
        let rows = entries.len().div_ceil(columns);
        for row in 0..rows {
            let mut spans = Vec::new();
            for about in (0..columns).filter_map(|column| entries.get(row + column * rows)) {
                spans.push(Span::styled(
                    format!("{:>keys$} ", state.keymap.all_shown(about.action, state.ascii)),
                    accent,
                ));
                spans.push(Span::styled(format!("{:<WORDS$}", about.words), text));
            }
            lines.push(Line::from(spans));
        }
    }
    lines
}
