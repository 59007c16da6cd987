//! The presets menu: a name, and what to look for.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Paragraph, Wrap};

use super::popup;
use crate::dashboard::hit::{Hits, Target};
use crate::dashboard::state::State;
use crate::scenario::presets;
use crate::theme::Role;

pub fn draw(frame: &mut Frame, state: &State, around: Rect, selected: usize, hits: &mut Hits) {
    let presets = presets::all();
    let height = u16::try_from(presets.len()).unwrap_or(u16::MAX).saturating_add(6);
    let inside = popup(frame, state, around, (84, height), "presets", hits);
    let width = usize::from(inside.width);
    let mut lines: Vec<Line> = Vec::new();
    for (i, preset) in presets.iter().enumerate() {
        if let Some(row) = inside.rows().nth(i) {
            hits.add(row, Target::Row(i));
        }
        let here = i == selected;
        let style = state.theme.style(if here { Role::Selection } else { Role::Text });
        let marker = if here { "▸" } else { " " };
        let words = format!(" {marker} {}", preset.title);
        lines.push(Line::styled(format!("{words:<width$}"), style));
    }
    lines.push(Line::default());
    if let Some(preset) = presets.get(selected) {
        lines.push(Line::from(vec![
            Span::styled(" Look for: ", state.theme.style(Role::Accent)),
            Span::styled(preset.look, state.theme.style(Role::Text)),
        ]));
    }
    frame.render_widget(Paragraph::new(lines).wrap(Wrap { trim: false }), inside);
}
