//! The parameter panel: one line for each parameter, grouped, with the focused one visible; the curves; one line
//! about the axes.

use ratatui::Frame;
use ratatui::layout::{Alignment, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, BorderType, Paragraph};

use crate::chart::Axis;
use crate::chart::numbers::{count, sig};
use crate::chart::slider::{Setting, Slider};
use crate::dashboard::model::action::Action;
use crate::dashboard::model::hit::{Hits, Target, Track};
use crate::dashboard::model::settings;
use crate::dashboard::model::state::State;
use crate::dashboard::view::fields::cut;
use crate::figure::line_styles;
use crate::numbers::columns;
use crate::scenario::parameter::{Kind, Parameter, Value};
use crate::study::CurveId;
use crate::theme::Role;

/// A line of the panel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Entry {
    /// The parameter with this index.
    Parameter(usize),
    Head(&'static str),
    Blank,
}

/// Draws the model's parameters by group, the curves that can be shown, and one line about the axes.
pub fn draw(frame: &mut Frame, state: &State, area: Rect, hits: &mut Hits) {
    let block = Block::bordered()
        .border_type(BorderType::Rounded)
        .border_style(state.theme.style(Role::Border))
        .title(" model ")
        .title_style(state.theme.style(Role::Dim));
    let inside = block.inner(area);
    frame.render_widget(block, area);
    let parameters = state.parameters();
    let axes = Rect { y: inside.bottom().saturating_sub(1), height: inside.height.min(1), ..inside };
    let inside = Rect { height: inside.height.saturating_sub(1), ..inside };
    self::axes(frame, state, axes, hits);
    let height = usize::from(inside.height);
    let airy = entries(&parameters, true);
    let lines = if airy.len() <= height { airy } else { entries(&parameters, false) };
    let focused = lines.iter().position(|l| *l == Entry::Parameter(state.focus)).unwrap_or(0);
    // One line of context is kept below and above the focus if possible; otherwise the list does not scroll, so that
    // targets stay under the pointer.
    let last = lines.len().saturating_sub(height);
    let (least, most) = ((focused + 2).saturating_sub(height), focused.saturating_sub(1));
    let first = hits.first_line.clamp(least.min(most), most).min(last);
    hits.first_line = first;
    let dim = state.theme.style(Role::Dim);
    for (row, line) in lines.iter().skip(first).take(height).enumerate() {
        let Ok(row) = u16::try_from(row) else { break };
        let spot = Rect { y: inside.y + row, height: 1, ..inside };
        match *line {
            Entry::Blank => {}
            Entry::Head(title) => {
                frame.render_widget(Paragraph::new(Line::styled(format!(" {title}"), dim)), spot)
            }
            Entry::Parameter(i) => {
                let Some(parameter) = parameters.get(i) else { continue };
                hits.add(spot, Target::Parameter(i));
                match curve(parameter) {
                    Some(id) => toggle(frame, state, (i, parameter, id), spot),
                    None => slider(frame, state, (i, parameter), spot, hits),
                }
            }
        }
    }
    // Marks on the frame show that there are more lines.
    let edge =
        |y: u16| Rect { x: inside.right().saturating_sub(8), y, width: 7.min(inside.width), height: 1 };
    let mark = |text: String| Paragraph::new(Line::styled(text, dim)).alignment(Alignment::Right);
    let (up, down) = if state.ascii { ("^", "v") } else { ("↑", "↓") };
    if first > 0 {
        frame.render_widget(mark(format!(" {up} {first} ")), edge(inside.y.saturating_sub(1)));
    }
    let hidden = lines.len().saturating_sub(first + height);
    if hidden > 0 {
        frame.render_widget(mark(format!(" {down} {hidden} ")), edge(area.bottom().saturating_sub(1)));
    }
}

/// Each group under a title line, with an empty line before it if the panel is `airy`.
fn entries(parameters: &[Parameter], airy: bool) -> Vec<Entry> {
    let mut lines = Vec::new();
    let mut last = None;
    for (i, parameter) in parameters.iter().enumerate() {
        let head = if curve(parameter).is_some() { CURVES } else { parameter.group.title() };
        if last != Some(head) {
            if airy && last.is_some() {
                lines.push(Entry::Blank);
            }
            lines.push(Entry::Head(head));
            last = Some(head);
        }
        lines.push(Entry::Parameter(i));
    }
    lines
}

/// The heading over the curves.
const CURVES: &str = "curves (Space)";

/// The compared curve that a parameter shows or hides.
fn curve(parameter: &Parameter) -> Option<CurveId> {
    CurveId::ALL.into_iter().find(|id| settings::key(*id) == parameter.key)
}

/// A line for a curve that can be shown or hidden: `● ╸╸╸ raw`.
fn toggle(
    frame: &mut Frame,
    state: &State,
    (index, parameter, id): (usize, &Parameter, CurveId),
    spot: Rect,
) {
    let focused = index == state.focus;
    let chosen = state.chosen_is(id);
    let shown = chosen || state.display.compared.contains(&id);
    let (role, dash) = line_styles::compared(id);
    let style = state.theme.style(if shown { role } else { Role::Dim });
    let box_ = match (shown, state.ascii) {
        (true, false) => "●",
        (false, false) => "○",
        (true, true) => "[x]",
        (false, true) => "[ ]",
    };
    let pointer = if !focused {
        " "
    } else if state.ascii {
        ">"
    } else {
        "▸"
    };
    let mut line = Line::from(vec![
        Span::styled(format!("{pointer} "), state.theme.style(Role::Accent)),
        Span::styled(format!("{box_} {} ", line_styles::dash_sample(dash, state.ascii)), style),
        Span::styled(
            state.text(parameter.label),
            if focused { state.theme.style(Role::Title) } else { style },
        ),
    ]);
    if focused {
        let ground = Style { fg: None, ..state.theme.style(Role::Focus) };
        if ground.bg.is_some() {
            line = line.style(ground);
        }
    }
    frame.render_widget(Paragraph::new(line), spot);
}

/// A line with the settings of the view's axes, and the key that changes them.
fn axes(frame: &mut Frame, state: &State, spot: Rect, hits: &mut Hits) {
    let key = state.key(Action::XAxis);
    let room = usize::from(spot.width).saturating_sub(columns(&key) + 3);
    let axes = state.axes();
    let words = [format!(" axes  {axes}"), format!(" {axes}")].map(|words| state.text(&words));
    let words = words.iter().find(|words| columns(words) <= room).or(words.last()).map_or("", String::as_str);
    let words = cut(words, room);
    let gap = room.saturating_sub(columns(&words)) + 1;
    let line = Line::from(vec![
        Span::styled(words, state.theme.style(Role::Dim)),
        Span::raw(" ".repeat(gap)),
        Span::styled(key, state.theme.style(Role::Accent)),
    ]);
    frame.render_widget(Paragraph::new(line), spot);
    hits.add(spot, Target::Action(Action::XAxis));
}

/// A parameter's value as shown in the panel.
#[must_use]
pub fn shown(parameter: &Parameter) -> String {
    match &parameter.value {
        Value::Number(0.0) => "0".into(),
        Value::Number(value) => sig(*value, 3),
        Value::Whole(value) => count(*value as f64),
        Value::Word(word) => plain(word),
    }
}

/// A short form of a word in place of a number.
fn plain(word: &str) -> String {
    match word {
        "optimal" => "best",
        "optimal-nonnegative" => "best ≥ 0",
        other => other,
    }
    .to_owned()
}

/// A slider with this many columns, as text; `None` for words and choices.
#[must_use]
pub fn knob(state: &State, parameter: &Parameter, columns: usize) -> Option<String> {
    let at = (parameter.position()? * (columns.max(2) - 1) as f64).round() as usize;
    let [filled, knob, track] = if state.ascii { ["=", "o", "-"] } else { ["━", "●", "─"] };
    Some(filled.repeat(at) + knob + &track.repeat(columns.max(2) - 1 - at))
}

fn slider(
    frame: &mut Frame,
    state: &State,
    (index, parameter): (usize, &Parameter),
    spot: Rect,
    hits: &mut Hits,
) {
    let focused = index == state.focus;
    let word;
    let setting = match (&parameter.kind, &parameter.value) {
        (Kind::Number { min, max, scale, .. }, Value::Number(_) | Value::Whole(_)) => {
            let axis = if scale.is_log() { Axis::log(*min, *max, "") } else { Axis::linear(*min, *max, "") };
            match parameter.value {
                Value::Whole(value) => Setting::Integer { value: value as f64, axis },
                _ => Setting::Number { value: parameter.value.number().unwrap_or(*min), axis },
            }
        }
        (Kind::Choice { .. }, Value::Word(name)) => Setting::Choice { name, before: true, after: true },
        (_, value) => {
            let long = value.to_string();
            // A narrow panel has room for the name and a short word.
            word = plain(&long);
            Setting::Text { text: &word }
        }
    };
    let glyphs = state.glyphs();
    // In ASCII mode a symbol becomes a longer word.
    let label_width = if state.ascii { 13 } else { 12 };
    let slider =
        Slider { focused, glyphs, label_width, ..Slider::new(parameter.label, setting, &state.theme) };
    if let Some(track) = slider.track(spot) {
        hits.add(track, Target::Track(index, Track { left: track.x, width: track.width }));
    }
    if let Some((previous, next)) = slider.arrows(spot) {
        hits.add(previous, Target::Choice(index, false));
        hits.add(next, Target::Choice(index, true));
    }
    frame.render_widget(slider, spot);
}
