//! The sentence above the plot, which describes what the plot shows.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::dashboard::model::action::Action;
use crate::dashboard::model::state::State;
use crate::dashboard::view::{fields, pictures};
use crate::figure::encoders;
use crate::numbers::columns;
use crate::theme::Role;

/// Draws the longest version that fits on one line.
pub fn draw(frame: &mut Frame, state: &State, area: Rect) {
    let room = usize::from(area.width).saturating_sub(2);
    let all = (pictures::of(state.view).headline)(state);
    let Some(sentence) = all.iter().find(|text| columns(&state.text(text)) <= room).or(all.last()) else {
        return;
    };
    let mut line = coloured(state, &format!(" {sentence}"));
    if state.target.is_none() && state.shown.as_ref().is_some_and(|shown| shown.budget.is_some()) {
        let hint = format!("   {}: labels for a target", state.key(Action::TypeTarget));
        if line.width() + columns(&hint) <= room {
            line.push_span(Span::styled(hint, state.theme.style(Role::Dim)));
        }
    }
    frame.render_widget(Paragraph::new(fields::fit(line, room + 1)), area);
}

/// The sentence, with the name of each encoder in the colour of its curve.
fn coloured(state: &State, sentence: &str) -> Line<'static> {
    let plain = state.theme.style(Role::Title);
    let encoders = state.shown.as_ref().and_then(|shown| shown.encoders.as_ref());
    let names: Vec<(&str, Role)> = encoders
        .iter()
        .flat_map(|encoders| encoders.points.iter().enumerate())
        .map(|(i, (name, _))| (name.as_str(), encoders::line_style(i).0))
        .filter(|(name, _)| !name.is_empty())
        .collect();
    let (mut spans, mut rest) = (Vec::new(), sentence);
    // The earliest name, and the longest of those that begin there.
    let next = |text: &str| {
        let found = names.iter().filter_map(|(name, role)| Some((text.find(name)?, name.len(), *role)));
        found.min_by_key(|(at, length, _)| (*at, std::cmp::Reverse(*length)))
    };
    while let Some((at, length, role)) = next(rest) {
        let (before, from) = rest.split_at(at);
        let (name, after) = from.split_at(length);
        spans.push(Span::styled(before.to_owned(), plain));
        spans.push(Span::styled(name.to_owned(), state.theme.style(role)));
        rest = after;
    }
    spans.push(Span::styled(rest.to_owned(), plain));
    Line::from(spans)
}
