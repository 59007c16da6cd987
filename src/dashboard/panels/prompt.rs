//! The line in which a value is typed.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Clear, Paragraph};

use crate::dashboard::state::{Entry, Mode, State};
use crate::theme::Role;

pub fn draw(frame: &mut Frame, state: &State, area: Rect) {
    let Mode::Typing { entry, text, refused } = &state.mode else { return };
    let ask = match entry {
        Entry::Parameter { label, .. } => format!(" {label} = "),
        Entry::Samples => " go to n = ".into(),
        Entry::Target => " samples for risk ≤ ".into(),
        Entry::Save { .. } => " save the scenario as ".into(),
        Entry::Export { .. } => " export to ".into(),
    };
    let after = refused.clone().unwrap_or_else(|| "⏎ accept   Esc cancel".into());
    let role = if refused.is_some() { Role::Error } else { Role::Dim };
    let column = ask.chars().count() + text.chars().count();
    let line = Line::from(vec![
        Span::styled(ask, state.theme.style(Role::Accent)),
        Span::styled(text.clone(), state.theme.style(Role::Title)),
        Span::raw("   "),
        Span::styled(after, state.theme.style(role)),
    ]);
    frame.render_widget(Clear, area);
    frame.render_widget(Paragraph::new(line).style(state.theme.base()), area);
    if let Ok(column) = u16::try_from(column) {
        frame.set_cursor_position(Position {
            x: area.x + column.min(area.width.saturating_sub(1)),
            y: area.y,
        });
    }
}
