//! The title line: which scenario, its size, noise and ridge, and whether something is being computed.

use ratatui::Frame;
use ratatui::layout::{Alignment, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::chart::numbers::sig;
use crate::dashboard::model::state::State;
use crate::dashboard::view::fields::{self, Field, cut};
use crate::scenario::RidgeSetting;
use crate::theme::Role;

const SPINNER: [char; 8] = ['⣾', '⣽', '⣻', '⢿', '⡿', '⣟', '⣯', '⣷'];
const SPINNER_ASCII: [char; 4] = ['|', '/', '-', '\\'];

pub fn draw(frame: &mut Frame, state: &State, area: Rect) {
    let (text, dim) = (state.theme.style(Role::Text), state.theme.style(Role::Dim));
    let room = usize::from(area.width);
    let name = Span::raw(state.scenario.name.as_str()).width().min(24);
    let facts = fields::line(facts(state), room.saturating_sub(name + 14));
    let left = Line::from(vec![
        Span::styled(" riskscope", state.theme.style(Role::Accent)),
        Span::styled("  ", dim),
        Span::styled(
            cut(&state.scenario.name, room.saturating_sub(facts.width() + 14)),
            state.theme.style(Role::Title),
        ),
    ]);
    frame.render_widget(Paragraph::new(left).style(text), area);
    frame.render_widget(Paragraph::new(facts).alignment(Alignment::Right), area);
}

/// Where it is narrow, what the panel or the readout also says gives way to the scenario's name.
fn facts(state: &State) -> Vec<Field> {
    let (text, dim) = (state.theme.style(Role::Text), state.theme.style(Role::Dim));
    let mut all = Vec::new();
    if let Some(shown) = &state.shown {
        let model = &shown.model;
        let mut fact = |weight, name: &str, value: String| {
            let apart = if all.is_empty() { "" } else { " · " };
            all.push(Field::new(weight, format!("{apart}{name} "), dim).and(value, text));
        };
        fact(0, "p", model.dimension().to_string());
        let ridge = match state.scenario.ridge {
            RidgeSetting::Fixed(ridge) if ridge < 0.0 => format!("−{}", -ridge),
            ridge => ridge.to_string(),
        };
        fact(1, "λ", ridge);
        fact(2, "σ²", sig(model.noise().get(), 3));
        fact(4, "r²", sig(model.signal(), 3));
    }
    all.push(Field::new(3, format!("  {} ", progress(state)), dim));
    all
}

/// A spinner while something long runs, else how long the last computation took; always as wide.
fn progress(state: &State) -> String {
    if state.busy.is_none()
        && let Some(measurement) = state.measurement.as_ref().filter(|m| m.running)
    {
        let done = measurement.shown.as_ref().map_or(0.0, |m| m.done);
        return format!("measure{:>3.0}%", (100.0 * done).floor());
    }
    if let Some(progress) = state.judging() {
        return format!("judging{:>3.0}%", (100.0 * progress.done).floor());
    }
    let spinning = state.busy.is_some_and(|since| since.elapsed().as_millis() > 80);
    if spinning {
        let frames: &[char] = if state.ascii || state.dots { &SPINNER_ASCII } else { &SPINNER };
        let turn = frames.get(state.spinner % frames.len()).copied().unwrap_or(' ');
        return format!("{turn} computing");
    }
    // A still has no time of its own.
    let Some(elapsed) = state.shown.as_ref().map(|s| s.elapsed).filter(|e| !e.is_zero()) else {
        return " ".repeat(11);
    };
    let ms = elapsed.as_secs_f64() * 1e3;
    let time = if ms < 1000.0 { format!("{ms:.1} ms") } else { format!("{:.1} s", ms / 1e3) };
    format!("{time:>11}")
}
