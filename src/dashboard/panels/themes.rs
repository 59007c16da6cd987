//! The list of themes, to one side: the rest of the screen is the preview.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::Paragraph;

use super::{cut, popup};
use crate::dashboard::hit::{Hits, Target};
use crate::dashboard::state::State;
use crate::theme::Role;

pub fn draw(frame: &mut Frame, state: &State, around: Rect, selected: usize, hits: &mut Hits) {
    let names: Vec<&str> = state.themes.names().collect();
    let height = u16::try_from(names.len()).unwrap_or(u16::MAX).saturating_add(2);
    let around = Rect { width: around.width.min(27), ..around };
    let inside = popup(frame, state, around, (around.width, height), "theme", hits);
    let first = (selected + 1).saturating_sub(usize::from(inside.height).max(1));
    for ((i, name), row) in names.iter().enumerate().skip(first).zip(inside.rows()) {
        hits.add(row, Target::Row(i));
        let here = i == selected;
        let pointer = if here { if state.ascii { ">" } else { "▸" } } else { " " };
        let width = usize::from(row.width);
        let words = cut(&format!(" {pointer} {name}"), width);
        let style = state.theme.style(if here { Role::Selection } else { Role::Text });
        frame.render_widget(Paragraph::new(Line::styled(format!("{words:<width$}"), style)), row);
    }
}
