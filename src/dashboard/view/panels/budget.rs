//! The first line over a plot of real rows: how good the labels at hand are, and how many a target needs.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::widgets::Paragraph;

use crate::dashboard::model::action::Action;
use crate::dashboard::model::state::State;
use crate::dashboard::view::fields::{self, Field};
use crate::study::budget::Budget;
use crate::theme::Role;

/// What is known of the labels there are; `None` of scenarios that are known exactly.
#[must_use]
pub fn of(state: &State) -> Option<&Budget> {
    state.shown.as_ref()?.budget.as_ref()
}

pub fn draw(frame: &mut Frame, state: &State, area: Rect) {
    let Some(budget) = of(state) else { return };
    let (now, needs) = budget.words();
    let target = needs.map_or_else(
        || {
            Field::new(
                1,
                format!("   {}: labels for a target", state.key(Action::TypeTarget)),
                state.theme.style(Role::Dim),
            )
        },
        |needs| Field::new(0, format!("; {needs}"), state.theme.style(Role::Title)),
    );
    let room = usize::from(area.width);
    if let Some(short) = budget.short().filter(|_| now.chars().count() + target.width() + 1 > room) {
        let line =
            fields::line(vec![Field::new(0, format!(" {short}"), state.theme.style(Role::Accent))], room);
        frame.render_widget(Paragraph::new(line), area);
        return;
    }
    let all = vec![Field::new(0, format!(" {now}"), state.theme.style(Role::Accent)), target];
    frame.render_widget(Paragraph::new(fields::line(all, room)), area);
}
