//! The sentence over the picture: what is seen in it.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::Paragraph;

use crate::dashboard::model::action::Action;
use crate::dashboard::model::state::State;
use crate::dashboard::view::{fields, pictures};
use crate::numbers::columns;
use crate::theme::Role;

/// The longest version that is whole on one line.
pub fn draw(frame: &mut Frame, state: &State, area: Rect) {
    let room = usize::from(area.width).saturating_sub(2);
    let all = (pictures::of(state.view).headline)(state);
    let Some(sentence) = all.iter().find(|text| columns(&state.text(text)) <= room).or(all.last()) else {
        return;
    };
    let mut line = Line::styled(format!(" {sentence}"), state.theme.style(Role::Title));
    if state.target.is_none() && state.shown.as_ref().is_some_and(|shown| shown.budget.is_some()) {
        let hint = format!("   {}: labels for a target", state.key(Action::TypeTarget));
        if line.width() + columns(&hint) <= room {
            line.push_span(ratatui::text::Span::styled(hint, state.theme.style(Role::Dim)));
        }
    }
    frame.render_widget(Paragraph::new(fields::fit(line, room + 1)), area);
}
