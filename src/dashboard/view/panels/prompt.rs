//! The line in which a value is typed.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Clear, Paragraph};

use crate::dashboard::model::mode::{Entry, Prompt};
use crate::dashboard::model::state::State;
use crate::dashboard::view::fields::cut;
use crate::theme::Role;

pub fn draw(frame: &mut Frame, state: &State, area: Rect, prompt: &Prompt) {
    let Prompt { entry, line, refused } = prompt;
    let room = usize::from(area.width);
    let ask = match entry {
        Entry::Parameter { label, .. } => format!(" {label} = "),
        Entry::Samples => " go to n = ".into(),
        Entry::Place { label, .. } => format!(" go to {label} = "),
        Entry::Target => {
            let what = if state.scenario.data.is_some() { "labels" } else { "samples" };
            format!(" {what} for {} ", state.display.metric.wanted())
        }
        Entry::Name(at) => {
            let name = state.frozen.get(*at).map_or("", |frozen| frozen.name.as_str());
            format!(" rename {name} to ")
        }
        Entry::File { .. } => " save as ".into(),
    };
    let ask = cut(&state.text(&ask), room / 2);
    let ask_width = Span::raw(ask.as_str()).width();
    let (after, role) = match refused {
        Some(sentence) => (sentence.as_str(), Role::Error),
        None => ("⏎ accept   Esc cancel", Role::Dim),
    };
    let after = state.text(after);
    // The reason is shown completely if possible; the typed text scrolls.
    let least = room.saturating_sub(ask_width + 4) / 3;
    let typed_room = room.saturating_sub(ask_width + Span::raw(after.as_str()).width() + 4).max(least).max(1);
    let (typed, cursor) = line.window(typed_room);
    let used = ask_width + Span::raw(typed.as_str()).width() + 3;
    let spans = vec![
        Span::styled(ask, state.theme.style(Role::Accent)),
        Span::styled(typed, state.theme.style(Role::Title)),
        Span::raw("   "),
        Span::styled(cut(&after, room.saturating_sub(used)), state.theme.style(role)),
    ];
    frame.render_widget(Clear, area);
    frame.render_widget(Paragraph::new(Line::from(spans)).style(state.theme.base()), area);
    let column = u16::try_from(ask_width + cursor).unwrap_or(u16::MAX).min(area.width.saturating_sub(1));
    frame.set_cursor_position(Position { x: area.x + column, y: area.y });
}
