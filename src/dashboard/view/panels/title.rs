//! The first line: the scenario, the views, and the running computation.

use ratatui::Frame;
use ratatui::layout::{Alignment, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::chart::numbers::sig;
use crate::dashboard::model::action::Action;
use crate::dashboard::model::hit::{Hits, Target};
use crate::dashboard::model::state::State;
use crate::dashboard::model::view::View;
use crate::dashboard::view::fields::cut;
use crate::numbers::columns;
use crate::theme::Role;

const SPINNER: [char; 8] = ['⣾', '⣽', '⣻', '⢿', '⡿', '⣟', '⣯', '⣷'];
const SPINNER_ASCII: [char; 4] = ['|', '/', '-', '\\'];

/// Minimum width of the scenario's name beside the tabs.
const NAME: usize = 16;
/// Width of the scenario's name up to which the names of other views are dropped for it.
const LONGEST: usize = 30;
/// Screen width from which the running computation is named in words.
const WIDE: usize = 100;

pub fn draw(frame: &mut Frame, state: &State, area: Rect, hits: &mut Hits) {
    if area.height == 0 {
        return;
    }
    let room = usize::from(area.width);
    let program = if room >= WIDE { " riskscope  " } else { " " };
    let wide: usize = tabs(state, true).iter().map(|(_, tab)| tab.width()).sum();
    // On a narrow screen only the current view has its name. The scenario's name takes precedence over those of other
    // views.
    let name = columns(&state.scenario.name).clamp(NAME, LONGEST);
    let beside = columns(program) + name + 3 + progress(state, room >= WIDE).chars().count() + 3;
    let tabs = tabs(state, beside + wide <= room);
    let width: usize = tabs.iter().map(|(_, tab)| tab.width()).sum();
    let facts = facts(state, room.saturating_sub(columns(program) + name + 3 + width), room >= WIDE);
    let left = room.saturating_sub(columns(program) + width + facts.width() + 3);
    let name = cut(&state.scenario.name, left);
    let mut spans = vec![
        Span::styled(program, state.theme.style(Role::Accent)),
        Span::styled(name, state.theme.style(Role::Title)),
        Span::raw("  "),
    ];
    let mut at = area.x.saturating_add(spans.iter().map(|s| s.width() as u16).sum());
    for (view, tab) in tabs {
        let spot = Rect { x: at, width: tab.width() as u16, ..area };
        hits.add(spot.intersection(area), Target::Tab(view));
        at = at.saturating_add(spot.width);
        spans.push(tab);
    }
    frame.render_widget(Paragraph::new(Line::from(spans)), area);
    frame.render_widget(Paragraph::new(facts).alignment(Alignment::Right), area);
}

/// The views with their keys, all by name or only the current one.
fn tabs(state: &State, named: bool) -> Vec<(View, Span<'static>)> {
    let tab = |view: View| {
        let current = view == state.view;
        let style = state.theme.style(if current { Role::Focus } else { Role::Dim });
        let key = state.key(Action::View(view));
        let text = if named || current { format!(" {key} {} ", view.name()) } else { format!(" {key} ") };
        (view, Span::styled(text, style))
    };
    View::ALL.map(tab).into()
}

/// The running computation and, if there is room, the size of the problem before it.
fn facts(state: &State, room: usize, wide: bool) -> Line<'static> {
    let (text, dim) = (state.theme.style(Role::Text), state.theme.style(Role::Dim));
    let mut line = Line::default();
    let progress = Span::styled(format!("  {} ", progress(state, wide)), dim);
    if let Some(shown) = &state.shown {
        let model = &shown.model;
        let rows = model.pool().map(|pool| ("rows", pool.rows().to_string()));
        let all =
            [Some(("p", model.dimension().to_string())), rows, Some(("σ²", sig(model.noise().get(), 3)))];
        for (name, value) in all.into_iter().flatten() {
            let apart = if line.spans.is_empty() { "" } else { " · " };
            let name = format!("{apart}{name} ");
            if line.width() + columns(&name) + columns(&value) + progress.width() > room {
                break;
            }
            line.push_span(Span::styled(name, dim));
            line.push_span(Span::styled(value, text));
        }
    }
    line.push_span(progress);
    line
}

/// A spinner or percentage while a long computation runs, with a word for it on wide screens; of constant width.
fn progress(state: &State, wide: bool) -> String {
    let share = |what: &str, done: f64| {
        let percent = format!("{:.0}%", (100.0 * done).floor());
        if wide { format!("{what:<7}{percent:>4}") } else { format!("{percent:>4}") }
    };
    if state.busy.is_none()
        && let Some(measurement) = state.measurement.as_ref().filter(|m| m.running)
    {
        let done = measurement.shown.as_ref().map_or(0.0, |m| m.done);
        return share("measure", done);
    }
    if let Some(progress) = state.left_out_progress() {
        return share("tasks", progress.done);
    }
    if state.busy.is_some_and(|since| since.elapsed().as_millis() > 80) {
        let frames: &[char] = if state.ascii || state.dots { &SPINNER_ASCII } else { &SPINNER };
        let turn = frames.get(state.spinner % frames.len()).copied().unwrap_or(' ');
        return if wide { format!("{turn} computing") } else { format!("{turn:>4}") };
    }
    " ".repeat(if wide { 11 } else { 4 })
}
