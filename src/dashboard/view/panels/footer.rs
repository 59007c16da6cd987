//! The last lines: what just happened, or what the focused parameter means; and the keys that matter now.

use crossterm::event::{KeyCode, KeyModifiers};
use ratatui::Frame;
use ratatui::layout::{Alignment, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::cut;
use crate::dashboard::model::action::Action;
use crate::dashboard::model::item::Way;
use crate::dashboard::model::keys::Key;
use crate::dashboard::model::mode::{List, Mode};
use crate::dashboard::model::state::{Message, State};
use crate::theme::Role;

/// The keys worth a place, most important first, with their short words.
fn hints(state: &State) -> Vec<(String, &'static str)> {
    let shown = |action| state.key(action);
    let pair = |a, b| {
        let (a, b) = (shown(a), shown(b));
        let apart = if a.chars().count() + b.chars().count() > 2 { "/" } else { "" };
        format!("{a}{apart}{b}")
    };
    match &state.mode {
        Mode::Normal => vec![
            (pair(Action::Decrease, Action::Increase), "change"),
            (pair(Action::FocusPrevious, Action::FocusNext), "select"),
            (shown(Action::Type), "type"),
            (pair(Action::CrosshairLeft, Action::CrosshairRight), "crosshair"),
            (shown(Action::NextMark), "next flag"),
            (shown(Action::Measure), "measure"),
            (shown(Action::Presets), "presets"),
            (shown(Action::Commands), "commands"),
            (shown(Action::Help), "help"),
            (shown(Action::Quit), "quit"),
            (shown(Action::Freeze), "freeze"),
            (shown(Action::Copy), "copy"),
            (shown(Action::Export), "export"),
            (shown(Action::TypeTarget), "target risk"),
            (shown(Action::Undo), "undo"),
        ],
        Mode::Prompt(_) => vec![],
        Mode::List(listing) => {
            let key = |code| Key::new(code, KeyModifiers::NONE).shown(state.ascii);
            let arrows = [KeyCode::Up, KeyCode::Down].map(key).join(if state.ascii { "/" } else { "" });
            let (select, take, close) = match listing.list {
                List::Commands => ("select", "run", "close"),
                List::Presets => ("select", "open", "close"),
                List::Themes { .. } => ("preview", "keep", "back"),
                List::Share(Way::Copy) => ("select", "copy", "close"),
                List::Share(Way::Export) => ("select", "name a file", "close"),
                List::Values { .. } => ("select", "take", "close"),
            };
            vec![(arrows, select), (key(KeyCode::Enter), take), (key(KeyCode::Esc), close)]
        }
        Mode::Help(_) => vec![
            (pair(Action::FocusPrevious, Action::FocusNext), "scroll"),
            ("PgUp/PgDn".into(), "page"),
            ("/".into(), "search"),
            (shown(Action::Cancel), "close"),
        ],
    }
}

/// Draws what is said into `words`, or in place of the keys where there is no line for it.
pub fn draw(frame: &mut Frame, state: &State, words: Rect, keys: Rect) {
    let said = match (&state.failure, &state.message) {
        (Some(sentence), _) => Some((sentence.clone(), Role::Error)),
        (None, Some(Message::Failed(sentence))) => Some((sentence.clone(), Role::Error)),
        (None, Some(Message::Said(sentence))) => Some((sentence.clone(), Role::Ok)),
        (None, None) => None,
    };
    let own_line = words.height > 0;
    let area = if own_line { words } else { keys };
    let about = || {
        let focused = state.focused()?;
        own_line.then(|| (format!("{}: {}", focused.label, focused.about), Role::Dim))
    };
    if let Some((sentence, role)) = said.clone().or_else(about) {
        // Where it takes the keys' place, the way to them stays.
        let help = if own_line { String::new() } else { format!("  {} help ", state.key(Action::Help)) };
        let room = usize::from(area.width).saturating_sub(2 + help.chars().count());
        let line = Line::styled(format!(" {}", cut(&sentence, room)), state.theme.style(role));
        frame.render_widget(Paragraph::new(line), area);
        let help = Line::styled(help, state.theme.style(Role::Accent));
        frame.render_widget(Paragraph::new(help).alignment(Alignment::Right), area);
    }
    if own_line || said.is_none() {
        draw_keys(frame, state, keys);
    }
}

fn draw_keys(frame: &mut Frame, state: &State, area: Rect) {
    let room = usize::from(area.width).saturating_sub(2);
    let mut spans = vec![Span::raw(" ")];
    let mut used = 0;
    for (key, words) in hints(state) {
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
