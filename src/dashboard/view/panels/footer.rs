//! The last two lines: one with the focused parameter, the target and the latest message; one with the keys that
//! matter now.

use crossterm::event::{KeyCode, KeyModifiers};
use ratatui::Frame;
use ratatui::layout::{Alignment, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::measured;
use super::parameters::knob;
use crate::chart::numbers::sig;
use crate::dashboard::model::action::Action;
use crate::dashboard::model::hit::{Hits, Target};
use crate::dashboard::model::item::Destination;
use crate::dashboard::model::keys::Key;
use crate::dashboard::model::mode::{List, Mode};
use crate::dashboard::model::state::{Message, State};
use crate::dashboard::model::view::View;
use crate::dashboard::view::fields::{self, Field, cut};
use crate::scenario::Metric;
use crate::study::words::intervals;
use crate::theme::Role;

/// A key with its short description; with an action, a click on it performs that.
struct Hint {
    key: String,
    words: &'static str,
    action: Option<Action>,
    /// Whether the hint is shown even if others are dropped for lack of room.
    always: bool,
}

/// Key hints, most important first.
fn hints(state: &State) -> Vec<Hint> {
    let plain = |key: String, words| Hint { key, words, action: None, always: false };
    let act = |action, words| Hint { action: Some(action), ..plain(state.key(action), words) };
    let pair = |a, b, words| {
        let (a, b) = (state.key(a), state.key(b));
        let apart = if a.chars().count() + b.chars().count() > 2 { "/" } else { "" };
        plain(format!("{a}{apart}{b}"), words)
    };
    let named = |code, words| plain(Key::new(code, KeyModifiers::NONE).shown(state.ascii), words);
    // The crosshair can move in two directions.
    let plane =
        (state.view == View::Phase).then(|| pair(Action::CrosshairUp, Action::CrosshairDown, "up, down"));
    // The spectrum has no crosshair and no curves.
    let on_curves = |hint: Hint| (state.view != View::Data).then_some(hint);
    match &state.mode {
        Mode::Normal => [
            pair(Action::Decrease, Action::Increase, "change"),
            pair(Action::FocusPrevious, Action::FocusNext, "select"),
            act(Action::Type, "type"),
        ]
        .into_iter()
        .chain(on_curves(pair(Action::CrosshairLeft, Action::CrosshairRight, "crosshair")))
        .chain(plane)
        .chain(on_curves(act(Action::NextMark, "next peak")))
        .chain(on_curves(act(Action::Freeze, "freeze")))
        .chain(on_curves(act(Action::TypeTarget, "target")))
        .chain([
            act(Action::Commands, "find"),
            act(Action::Presets, "presets"),
            Hint { always: true, ..act(Action::Help, "help") },
            Hint { always: true, ..act(Action::Full, "plot only") },
            Hint { always: true, ..act(Action::Quit, "quit") },
            act(Action::XAxis, "axes"),
        ])
        .chain(state.view.record().readout.then(|| act(Action::Details, "details")))
        .chain([
            act(Action::Copy, "copy"),
            act(Action::Export, "export"),
            act(Action::Measure, "measure"),
            act(Action::Undo, "undo"),
        ])
        .collect(),
        Mode::Prompt(_) => vec![],
        Mode::List(listing) => {
            let arrows = [KeyCode::Up, KeyCode::Down].map(|code| named(code, "").key);
            let arrows = arrows.join(if state.ascii { "/" } else { "" });
            let (select, take, close) = match listing.list {
                List::Commands => ("select", "run", "close"),
                List::Presets { .. } | List::Papers { .. } => ("preview", "open", "back"),
                List::Themes { .. } => ("preview", "keep", "back"),
                List::Axes => ("select", "set", "close"),
                List::Share(Destination::Copy) => ("select", "copy", "close"),
                List::Share(Destination::Export) => ("select", "name a file", "close"),
                List::Values { .. } => ("select", "take", "close"),
                List::Frozen => ("select", "do it", "close"),
            };
            vec![plain(arrows, select), named(KeyCode::Enter, take), named(KeyCode::Esc, close)]
        }
        Mode::Help(_) => vec![
            pair(Action::FocusPrevious, Action::FocusNext, "scroll"),
            plain("PgUp/PgDn".into(), "page"),
            plain("/".into(), "search"),
            act(Action::Cancel, "close"),
        ],
    }
}

/// The last message or error.
fn said(state: &State) -> Option<(&str, Role)> {
    match (&state.failure, &state.message) {
        (Some(sentence), _) | (None, Some(Message::Failed(sentence))) => Some((sentence, Role::Error)),
        (None, Some(Message::Said(sentence))) => Some((sentence, Role::Ok)),
        (None, None) => None,
    }
}

/// The focused parameter with its value and a short slider, for screens whose panel does not show them.
fn focused(state: &State) -> Vec<Field> {
    let Some(parameter) = state.focused() else { return Vec::new() };
    let (text, accent) = (state.theme.style(Role::Text), state.theme.style(Role::Accent));
    let value = super::parameters::shown(&parameter);
    let mut all = vec![Field::new(0, format!(" ▸ {} ", parameter.label), accent).and(value, text)];
    if let Some(track) = knob(state, &parameter, 12) {
        all.push(Field::new(3, format!(" {track}"), accent));
    }
    all
}

/// `risk ≤ 0.250 needs n ≥ 1667`, `AUC ≥ 0.8 needs n ≥ 1604` for the chosen curve.
fn target(state: &State) -> Option<Field> {
    let target = state.target.filter(|_| state.shown.as_ref().is_some_and(|s| s.budget.is_none()))?;
    let reached = state.shown.as_ref().and_then(|s| s.rows.first()?.reached.as_ref());
    let answer = reached.map_or_else(|| "…".into(), |found| intervals(found));
    let style = state.theme.style(Role::Title);
    let wanted = state.shown.as_ref().map_or(Metric::Risk, |shown| shown.request.metric).wanted();
    Some(Field::new(1, format!("  {wanted} {} needs {answer}", sig(target, 3)), style))
}

/// Draws the message and the key hints; a message that is too long for its line replaces the key hints.
pub fn draw(frame: &mut Frame, state: &State, (answer, keys): (Rect, Rect), panel: bool, hits: &mut Hits) {
    let room = usize::from(answer.width);
    let mut all = if panel { Vec::new() } else { focused(state) };
    let said = said(state).map(|(sentence, role)| (format!("  {sentence}"), state.theme.style(role)));
    let width = |text: &str| Span::raw(text).width();
    let fixed = all.first().map_or(0, Field::width);
    let below = said.as_ref().is_some_and(|(sentence, _)| fixed + width(sentence) > room);
    all.extend(target(state).map(|t| if below || said.is_none() { t } else { t.weighing(2) }));
    let mut after = said.clone().filter(|_| below);
    match &said {
        Some((sentence, style)) if !below => all.push(Field::new(0, sentence.clone(), *style)),
        // A message too long for one line begins in this line if it is otherwise empty.
        Some((sentence, style))
            if all.is_empty() && width(sentence) + width(&help_and_quit(state)) + 1 > room =>
        {
            let (head, tail) = broken(sentence, room);
            all.push(Field::new(0, head, *style));
            after = Some((format!("  {tail}"), *style));
        }
        _ => {
            let used: usize = all.iter().map(Field::width).sum();
            let found = measured::summary(state)
                .map(|(words, style)| (cut(&format!("  {words}"), room - used.min(room)), style));
            let measured = found.is_some();
            all.extend(found.map(|(words, style)| Field::new(3, words, style)));
            let about = state.focused().map(|p| {
                let label = if panel { format!(" {}: ", p.label) } else { "  ".into() };
                // The section is shown in the help.
                let about = p.about.split(" (§").next().unwrap_or(p.about);
                format!("{label}{about}")
            });
            // Words may be cut, but a few of them are not worth showing.
            let about = about.filter(|_| !measured && room.saturating_sub(used) >= 24);
            let about = about.map(|words| cut(&words, room.saturating_sub(used)));
            all.extend(about.map(|words| Field::new(4, words, state.theme.style(Role::Dim))));
        }
    }
    frame.render_widget(Paragraph::new(fields::line(all, room)), answer);
    match after {
        Some((sentence, style)) => instead(frame, state, keys, &sentence, style),
        None => draw_keys(frame, state, keys, hits),
    }
}

/// A sentence broken in two, the first part of at most `room` columns.
fn broken(sentence: &str, room: usize) -> (String, String) {
    let mut ends = sentence.char_indices().filter(|(_, c)| *c == ' ').map(|(i, _)| i);
    let fits = |end: &usize| sentence.get(..*end).is_some_and(|head| Span::raw(head).width() <= room);
    let end = ends.rfind(fits).unwrap_or(0);
    let (head, tail) = sentence.split_at_checked(end).unwrap_or((sentence, ""));
    (head.to_owned(), tail.trim_start().to_owned())
}

/// The keys for help and for quitting.
fn help_and_quit(state: &State) -> String {
    let help_and_quit = [(Action::Help, "help"), (Action::Quit, "quit")];
    help_and_quit.iter().map(|(a, words)| format!("  {} {words}", state.key(*a))).collect()
}

/// Draws a message in place of the key hints, except those for help and quitting.
fn instead(frame: &mut Frame, state: &State, area: Rect, sentence: &str, style: Style) {
    let help_and_quit = help_and_quit(state);
    let room = usize::from(area.width).saturating_sub(Span::raw(help_and_quit.as_str()).width() + 1);
    frame.render_widget(Paragraph::new(Line::styled(cut(sentence.trim_end(), room), style)), area);
    let help_and_quit = Line::styled(format!("{help_and_quit} "), state.theme.style(Role::Accent));
    frame.render_widget(Paragraph::new(help_and_quit).alignment(Alignment::Right), area);
}

fn draw_keys(frame: &mut Frame, state: &State, area: Rect, hits: &mut Hits) {
    let wide = |hint: &Hint| Span::raw(hint.key.as_str()).width() + hint.words.chars().count() + 3;
    let all = hints(state);
    let mut room = usize::from(area.width).saturating_sub(2);
    let kept: usize = all.iter().filter(|h| h.always).map(wide).sum();
    room = room.saturating_sub(kept);
    let mut spans = vec![Span::raw(" ")];
    let mut at = area.x.saturating_add(1);
    for hint in all {
        let width = wide(&hint);
        if !hint.always {
            if width > room {
                continue;
            }
            room -= width;
        }
        let columns = u16::try_from(width).unwrap_or(u16::MAX);
        if let Some(action) = hint.action {
            let spot = Rect { x: at, width: columns.saturating_sub(2), ..area };
            hits.add(spot.intersection(area), Target::Action(action));
        }
        at = at.saturating_add(columns);
        spans.push(Span::styled(hint.key, state.theme.style(Role::Accent)));
        spans.push(Span::styled(format!(" {}  ", hint.words), state.theme.style(Role::Dim)));
    }
    frame.render_widget(Paragraph::new(Line::from(spans)), area);
}
