//! The help: what the focused parameter means, then every key, read off the live key table.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Paragraph, Wrap};

use super::popup;
use crate::dashboard::hit::Hits;
use crate::dashboard::keymap::{ABOUT, Section};
use crate::dashboard::state::State;
use crate::dashboard::theme::Role;

pub fn draw(frame: &mut Frame, state: &State, around: Rect, scroll: u16, hits: &mut Hits) {
    let width = around.width.min(2 * COLUMN as u16 + 4);
    let lines = lines(state, usize::from(width.saturating_sub(4)));
    // The explanation may take a second line.
    let height = u16::try_from(lines.len()).unwrap_or(u16::MAX).saturating_add(3);
    let inside = popup(frame, state, around, (width, height), "help", hits);
    let inside = Rect { x: inside.x + 1, width: inside.width.saturating_sub(2), ..inside };
    frame.render_widget(Paragraph::new(lines).wrap(Wrap { trim: false }).scroll((scroll, 0)), inside);
}

/// Columns that one key and its words take.
const COLUMN: usize = 42;

fn lines(state: &State, width: usize) -> Vec<Line<'static>> {
    let (text, dim, accent) =
        (state.theme.style(Role::Text), state.theme.style(Role::Dim), state.theme.style(Role::Accent));
    let title = state.theme.style(Role::Title);
    let mut lines = Vec::new();
    if let Some(parameter) = state.parameters().get(state.focus) {
        lines.push(Line::from(vec![
            Span::styled(parameter.label.to_string(), title),
            Span::styled(format!("   {}", parameter.key), dim),
        ]));
        lines.push(Line::styled(parameter.about.to_string(), text));
        lines.push(Line::default());
    }
    for section in Section::ALL {
        lines.push(Line::styled(section.title(), title));
        let entries: Vec<_> = ABOUT.iter().filter(|a| a.section == section).collect();
        // As many columns as there is room for, read downwards.
        let columns = (width / COLUMN).max(1);
        let rows = entries.len().div_ceil(columns);
        for row in 0..rows {
            let mut spans = Vec::new();
            for about in (0..columns).filter_map(|column| entries.get(row + column * rows)) {
                spans.push(Span::styled(
                    format!("{:>6} ", state.keymap.all_shown(about.action, state.ascii)),
                    accent,
                ));
                spans.push(Span::styled(format!("{:<1$}", about.words, COLUMN - 7), text));
            }
            lines.push(Line::from(spans));
        }
    }
    lines
}
