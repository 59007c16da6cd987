//! The parameter panel: one line a parameter, grouped, the focused one in view.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::{Block, BorderType, Paragraph};

use crate::chart::Axis;
use crate::chart::numbers::{count, sig};
use crate::chart::slider::{Setting, Slider};
use crate::dashboard::model::hit::{Hits, Target, Track};
use crate::dashboard::model::state::State;
use crate::scenario::parameter::{Kind, Parameter, Value};
use crate::theme::Role;

pub fn draw(frame: &mut Frame, state: &State, area: Rect, hits: &mut Hits) {
    let block = Block::bordered()
        .border_type(BorderType::Rounded)
        .border_style(state.theme.style(Role::Border))
        .title(" parameters ")
        .title_style(state.theme.style(Role::Dim));
    let inside = block.inner(area);
    frame.render_widget(block, area);
    let parameters = state.parameters();
    // Each group is headed by a line of its own, and parted from the one before by an empty one.
    let mut lines: Vec<Option<usize>> = Vec::new();
    let mut heads = Vec::new();
    let mut group = None;
    for (i, parameter) in parameters.iter().enumerate() {
        if group != Some(parameter.group) {
            if group.is_some() {
                lines.push(None);
            }
            heads.push((lines.len(), parameter.group.title()));
            lines.push(None);
            group = Some(parameter.group);
        }
        lines.push(Some(i));
    }
    let height = usize::from(inside.height);
    let focused = lines.iter().position(|l| *l == Some(state.focus)).unwrap_or(0);
    // One line of context below and above the focus where there is one; else the list stands still, so that what is
    // under the pointer stays there.
    let last = lines.len().saturating_sub(height);
    let (least, most) = ((focused + 2).saturating_sub(height), focused.saturating_sub(1));
    let first = hits.first_line.clamp(least.min(most), most).min(last);
    hits.first_line = first;
    for (row, (at, line)) in lines.iter().enumerate().skip(first).take(height).enumerate() {
        let Ok(row) = u16::try_from(row) else { break };
        let spot = Rect { y: inside.y + row, height: 1, ..inside };
        if let Some((i, parameter)) = line.and_then(|i| Some((i, parameters.get(i)?))) {
            hits.add(spot, Target::Parameter(i));
            slider(frame, state, (i, parameter), spot, hits);
        } else if let Some((_, title)) = heads.iter().find(|h| h.0 == at) {
            frame.render_widget(
                Paragraph::new(Line::styled(
                    format!(" {}", title.to_uppercase()),
                    state.theme.style(Role::Dim),
                )),
                spot,
            );
        }
    }
}

/// A parameter's value as the panel shows it.
#[must_use]
pub fn shown(parameter: &Parameter) -> String {
    match (&parameter.kind, &parameter.value) {
        (_, Value::Number(0.0)) => "0".into(),
        (Kind::Number { scale, .. }, Value::Number(value)) if scale.is_integer() => count(*value),
        (_, Value::Number(value)) => sig(*value, 3),
        (_, Value::Word(word)) => word.clone(),
    }
}

/// A slider of so many columns, as text; `None` for what has no place on one.
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
        (Kind::Number { min, max, scale, .. }, Value::Number(value)) => {
            let axis = if scale.is_log() { Axis::log(*min, *max, "") } else { Axis::linear(*min, *max, "") };
            if scale.is_integer() {
                Setting::Integer { value: *value, axis }
            } else {
                Setting::Number { value: *value, axis }
            }
        }
        (Kind::Choice { .. }, Value::Word(name)) => Setting::Choice { name, before: true, after: true },
        (_, value) => {
            let long = value.to_string();
            // A narrow panel has room for the name and a short word.
            word = if spot.width < 30 { long.replace("optimal-nonnegative", "optimal ≥ 0") } else { long };
            Setting::Text { text: &word }
        }
    };
    let glyphs = state.glyphs();
    // A sign is a longer word in plain characters.
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
