//! The help: what the focused parameter means, then every key, read off the live key table.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::popup;
use crate::dashboard::explain;
use crate::dashboard::hit::Hits;
use crate::dashboard::keymap::{ABOUT, Section};
use crate::dashboard::state::{State, View};
use crate::theme::Role;

/// Draws the help, scrolled as far as there is something to see; returns how far that is.
pub fn draw(frame: &mut Frame, state: &State, around: Rect, scroll: u16, hits: &mut Hits) -> u16 {
    let width = around.width.min(MOST);
    let lines = lines(state, usize::from(width.saturating_sub(4)));
    let height = u16::try_from(lines.len()).unwrap_or(u16::MAX).saturating_add(2);
    let inside = popup(frame, state, around, (width, height), "help", hits);
    let inside = Rect { x: inside.x + 1, width: inside.width.saturating_sub(2), ..inside };
    // The last line stays in sight.
    let most = lines.len().saturating_sub(usize::from(inside.height));
    let scroll = scroll.min(u16::try_from(most).unwrap_or(u16::MAX));
    frame.render_widget(Paragraph::new(lines).scroll((scroll, 0)), inside);
    scroll
}

/// Three columns of actions with keys of usual length, and the frame.
const MOST: u16 = 3 * (6 + 1 + WORDS as u16) + 4;

/// Columns that an action's words take.
const WORDS: usize = 31;

/// Columns that the keys of an action take: as many as the longest need, within reason.
fn keys_width(state: &State) -> usize {
    let widths = ABOUT.iter().map(|a| state.keymap.all_shown(a.action, state.ascii).chars().count());
    widths.max().unwrap_or(0).clamp(6, 14)
}

/// A text in lines of at most `width` columns, cut between words where it can be.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut rows: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match rows.last_mut().filter(|row| row.chars().count() + 1 + word.chars().count() <= width) {
            Some(row) => {
                row.push(' ');
                row.push_str(word);
            }
            None => rows.push(word.to_owned()),
        }
    }
    rows
}

fn lines(state: &State, width: usize) -> Vec<Line<'static>> {
    let (text, dim, accent) =
        (state.theme.style(Role::Text), state.theme.style(Role::Dim), state.theme.style(Role::Accent));
    let title = state.theme.style(Role::Title);
    let mut lines = Vec::new();
    let parameter = state.parameters().get(state.focus).map(explain::parameter);
    // A flag is explained where it is seen.
    let flag =
        matches!(state.view, View::Risk | View::Variance).then(|| explain::at_crosshair(state)).flatten();
    for explanation in parameter.into_iter().chain(flag) {
        lines.push(Line::styled(explanation.title, title));
        let last = explanation.sentences.len().saturating_sub(1);
        for (i, sentence) in explanation.sentences.into_iter().enumerate() {
            let style = if i == last { dim } else { text };
            lines.extend(wrapped(&sentence, width).into_iter().map(|row| Line::styled(row, style)));
        }
    }
    if !lines.is_empty() {
        lines.push(Line::default());
    }
    let keys = keys_width(state);
    let column_width = keys + 1 + WORDS;
    for section in Section::ALL {
        lines.push(Line::styled(section.title(), title));
        let entries: Vec<_> = ABOUT.iter().filter(|a| a.section == section).collect();
        // As many columns as there is room for, read downwards.
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
