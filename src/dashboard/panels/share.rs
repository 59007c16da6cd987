//! The list of what can be copied or exported.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::Paragraph;

use super::{cut, popup};
use crate::dashboard::hit::{Hits, Target};
use crate::dashboard::share::{Way, items};
use crate::dashboard::state::State;
use crate::theme::Role;

pub fn draw(frame: &mut Frame, state: &State, around: Rect, (way, selected): (Way, usize), hits: &mut Hits) {
    let items = items(state, way);
    let height = u16::try_from(items.len()).unwrap_or(u16::MAX).saturating_add(2);
    let title = if way == Way::Copy { "copy" } else { "export" };
    let inside = popup(frame, state, around, (54, height), title, hits);
    for ((i, item), row) in items.iter().enumerate().zip(inside.rows()) {
        hits.add(row, Target::Row(i));
        let here = i == selected;
        let pointer = match (here, state.ascii) {
            (true, true) => ">",
            (true, false) => "▸",
            (false, _) => " ",
        };
        let width = usize::from(row.width);
        let words = cut(&format!(" {pointer} {}", item.words()), width);
        let style = state.theme.style(if here { Role::Selection } else { Role::Text });
        frame.render_widget(Paragraph::new(Line::styled(format!("{words:<width$}"), style)), row);
    }
}
