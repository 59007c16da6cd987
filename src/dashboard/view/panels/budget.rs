//! The first line over a plot of real rows: how good the labels at hand are, and how many a target needs.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::widgets::Paragraph;

use crate::dashboard::model::action::Action;
use crate::dashboard::model::state::State;
use crate::dashboard::view::fields::{self, Field};
use crate::numbers::columns;
use crate::theme::Role;

/// The labels there are and what a target needs, and both in ever shorter lines; `None` of what is known exactly.
struct Told {
    now: String,
    needs: Option<String>,
    short: Vec<String>,
}

fn told(state: &State) -> Option<Told> {
    let shown = state.shown.as_ref()?;
    let of_several = shown.rivals.as_ref().and_then(|rivals| rivals.budgets.as_ref());
    let ((now, needs), short) = match (of_several, &shown.budget) {
        (Some(several), _) => (several.words(), several.short()),
        // Of several the one in focus, until all are known.
        (None, Some(one)) => match (state.scenario.focus(), one.words()) {
            (Some(name), (now, needs)) => ((format!("{now} with {name}"), needs), one.short()),
            (None, words) => (words, one.short()),
        },
        (None, None) => return None,
    };
    Some(Told { now, needs, short })
}

/// Whether there is something to tell.
#[must_use]
pub fn is_told(state: &State) -> bool {
    state.shown.as_ref().is_some_and(|shown| shown.budget.is_some())
}

pub fn draw(frame: &mut Frame, state: &State, area: Rect) {
    let Some(Told { now, needs, short }) = told(state) else { return };
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
    let fits = |text: &&String| columns(text) < room;
    let short = short.iter().find(fits).or(short.last());
    if let Some(short) = short.filter(|_| columns(&now) + target.width() + 1 > room) {
        let line =
            fields::line(vec![Field::new(0, format!(" {short}"), state.theme.style(Role::Accent))], room);
        frame.render_widget(Paragraph::new(line), area);
        return;
    }
    let all = vec![Field::new(0, format!(" {now}"), state.theme.style(Role::Accent)), target];
    frame.render_widget(Paragraph::new(fields::line(all, room)), area);
}
