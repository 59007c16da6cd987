//! The last line: what just happened, or the keys that matter now.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::cut;
use crate::dashboard::action::Action;
use crate::dashboard::keymap::shown;
use crate::dashboard::state::{Message, Mode, State};
use crate::dashboard::theme::Role;

/// The keys worth a place, most important first, with their short words.
fn hints(mode: &Mode) -> Vec<(String, &'static str)> {
    let pair = |a, b| format!("{}{}", shown(a), shown(b));
    match mode {
        Mode::Normal => vec![
            (pair(Action::Decrease, Action::Increase), "change"),
            (pair(Action::FocusPrevious, Action::FocusNext), "select"),
            (shown(Action::Type), "type"),
            (pair(Action::CrosshairLeft, Action::CrosshairRight), "crosshair"),
            (shown(Action::NextMark), "next flag"),
            (shown(Action::Presets), "presets"),
            (shown(Action::Help), "help"),
            (shown(Action::Quit), "quit"),
            (shown(Action::Freeze), "freeze"),
            (shown(Action::TypeTarget), "target risk"),
            (shown(Action::Undo), "undo"),
        ],
        Mode::Typing { .. } => vec![],
        Mode::Presets { .. } => vec![
            (pair(Action::FocusPrevious, Action::FocusNext), "select"),
            (shown(Action::Type), "open"),
            (shown(Action::Cancel), "close"),
        ],
        Mode::Help { .. } => {
            vec![(pair(Action::FocusPrevious, Action::FocusNext), "scroll"), (shown(Action::Cancel), "close")]
        }
    }
}

pub fn draw(frame: &mut Frame, state: &State, area: Rect) {
    let room = usize::from(area.width).saturating_sub(2);
    let said = match (&state.failure, &state.message) {
        (Some(sentence), _) => Some((sentence, Role::Error)),
        (None, Some(Message::Failed(sentence))) => Some((sentence, Role::Error)),
        (None, Some(Message::Said(sentence))) => Some((sentence, Role::Ok)),
        (None, None) => None,
    };
    if let Some((sentence, role)) = said {
        let line = Line::styled(format!(" {}", cut(sentence, room)), state.theme.style(role));
        frame.render_widget(Paragraph::new(line), area);
        return;
    }
    let mut spans = vec![Span::raw(" ")];
    let mut used = 0;
    for (key, words) in hints(&state.mode) {
        let wide = key.chars().count() + words.chars().count() + 3;
        if used + wide > room {
            continue;
        }
        used += wide;
        spans.push(Span::styled(key, state.theme.style(Role::Accent)));
        spans.push(Span::styled(format!(" {words}  "), state.theme.style(Role::Dim)));
    }
    frame.render_widget(Paragraph::new(Line::from(spans)), area);
}
