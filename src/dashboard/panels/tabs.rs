//! The line of views.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::dashboard::keymap;
use crate::dashboard::state::{State, View};
use crate::dashboard::theme::Role;

pub fn draw(frame: &mut Frame, state: &State, area: Rect) {
    let mut spans = vec![Span::raw(" ")];
    for view in View::ALL {
        let here = view == state.view;
        let style = state.theme.style(if here { Role::Focus } else { Role::Dim });
        spans.push(Span::styled(format!(" {} {} ", keymap::shown(view.action()), view.name()), style));
        spans.push(Span::raw(" "));
    }
    frame.render_widget(Paragraph::new(Line::from(spans)), area);
}
