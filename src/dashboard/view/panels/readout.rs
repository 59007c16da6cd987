//! The numbers at the crosshair: every curve's risk and its decomposition, and where a target risk is reached.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::{cut, measured};
use crate::chart::Dash;
use crate::chart::numbers::{right, sig};
use crate::dashboard::model::action::Action;
use crate::dashboard::model::state::State;
use crate::dashboard::roles;
use crate::data::EnsembleChoice;
use crate::study::words::{LEFT_OUT, intervals, recommended};
use crate::theme::Role;
use crate::theory::Risk;

/// Columns for a curve's name and for a number.
const fn widths(room: usize, target: bool) -> (usize, usize) {
    if room < 64 || target { (14, 8) } else { (20, 9) }
}

/// Lines that the readout would like to have.
#[must_use]
pub fn rows(state: &State) -> u16 {
    let curves = state.shown.as_ref().map_or(1, |s| s.rows.len());
    let judged = u16::from(judged(state).is_some());
    u16::try_from(curves).unwrap_or(8).saturating_add(3 + judged + measured::rows(state))
}

type Column = (&'static str, fn(&Risk) -> f64);

/// The columns, the risk first: the terms that add up to it, then the training error. Where there is no room for
/// all, σ² is left to the title.
const COLUMNS: [Column; 6] = [
    ("risk", |r| r.risk),
    ("= bias²", |r| r.bias),
    ("+ V_X", |r| r.variance_x),
    ("+ V_X,ε", |r| r.variance_x_noise),
    ("+ σ²", |r| r.noise),
    ("train", |r| r.train),
];

const fn columns(room: usize, target: bool) -> usize {
    match room {
        0..64 => 4,
        80.. if !target => 6,
        _ => 5,
    }
}

pub fn draw(frame: &mut Frame, state: &State, area: Rect) {
    let Some(shown) = &state.shown else { return };
    let (text, dim) = (state.theme.style(Role::Text), state.theme.style(Role::Dim));
    let room = usize::from(area.width);
    let (name, cell) = widths(room, state.target.is_some());
    let columns = columns(room, state.target.is_some());
    let mut lines = vec![head(state, room)];
    for row in &shown.rows {
        let style = state.theme.style(roles::of(row.id));
        let mut spans = vec![
            Span::styled(format!(" {} ", roles::sample(row.id, state.ascii)), style),
            Span::styled(format!("{:<name$}", cut(&row.name, name)), style),
        ];
        match (&row.risk, &row.missing) {
            (Some(risk), _) => {
                for (i, (_, value)) in COLUMNS.iter().take(columns).enumerate() {
                    let style = if i == 0 { state.theme.style(Role::Title) } else { text };
                    spans.push(Span::styled(number(value(risk), cell), style));
                }
            }
            (None, why) => {
                let why = why.as_deref().unwrap_or("no predictor here");
                let width = columns * cell;
                spans.push(Span::styled(format!("  {:<1$}", cut(why, width - 2), width - 2), dim));
            }
        }
        if let (Some(_), Some(reached)) = (state.target, &row.reached) {
            spans.push(Span::styled(format!("   {}", intervals(reached)), text));
        }
        lines.push(Line::from(spans));
    }
    lines.extend(left_out(state, (name, cell), room));
    lines.extend(measured::lines(state, room));
    lines.extend(ridges(state));
    frame.render_widget(Paragraph::new(lines), area);
}

/// What holds for a measured task not seen, once it is known.
fn judged(state: &State) -> Option<&EnsembleChoice> {
    let shown = state.shown.as_ref().filter(|shown| shown.left_out.is_some())?;
    shown.selection.as_ref()?.left_out.as_ref()
}

fn left_out(state: &State, (name, cell): (usize, usize), room: usize) -> Option<Line<'static>> {
    let choice = judged(state)?;
    let style = state.theme.style(Role::Optimal);
    let sample = roles::dash_sample(Dash::DashDot, state.ascii);
    let words = format!("  {}", recommended(choice));
    Some(Line::from(vec![
        Span::styled(format!(" {sample} "), style),
        Span::styled(format!("{:<name$}", cut(LEFT_OUT, name)), style),
        Span::styled(number(choice.left_out_risk, cell), state.theme.style(Role::Title)),
        Span::styled(cut(&words, room.saturating_sub(name + cell + 5)), state.theme.style(Role::Dim)),
    ]))
}

/// `ridge of raw: admissible λ > −0.0123, best λ 0.0321 with risk 0.196`.
fn ridges(state: &State) -> Option<Line<'static>> {
    let (text, dim) = (state.theme.style(Role::Text), state.theme.style(Role::Dim));
    let shown = state.shown.as_ref()?;
    let ridges = shown.ridges?;
    let name = &shown.rows.first()?.name;
    Some(Line::from(vec![
        Span::styled(format!(" ridge of {}: admissible λ > ", cut(name, 18)), dim),
        Span::styled(sig(ridges.minimum, 3), text),
        Span::styled(" · best λ ", dim),
        Span::styled(sig(ridges.best.ridge, 3), text),
        Span::styled(" with risk ", dim),
        Span::styled(sig(ridges.best.risk, 3), text),
    ]))
}

/// `at n/p 0.4000   n 400` and the columns' names.
fn head(state: &State, room: usize) -> Line<'static> {
    let dim = state.theme.style(Role::Dim);
    let Some(shown) = &state.shown else { return Line::default() };
    let (name, cell) = widths(room, state.target.is_some());
    let alpha = shown.request.crosshair;
    let samples = alpha * shown.model.dimension() as f64;
    let at = if room < 64 {
        format!(" n/p {alpha:.4} n {}", sig_count(samples))
    } else {
        format!(" at n/p {alpha:.4} · n {}", sig_count(samples))
    };
    let columns = columns(room, state.target.is_some());
    let names: String = COLUMNS.iter().take(columns).map(|(name, _)| right(name, cell)).collect();
    let mut spans = vec![
        Span::styled(format!("{at:<width$}", width = name + 5), state.theme.style(Role::Accent)),
        Span::styled(names, dim),
    ];
    if let Some(target) = state.target {
        spans.push(Span::styled(format!("   risk ≤ {} needs", sig(target, 3)), dim));
    } else if room > name + columns * cell + 30 {
        spans.push(Span::styled(format!("   {}: samples for a target", state.key(Action::TypeTarget)), dim));
    }
    Line::from(spans)
}

fn sig_count(n: f64) -> String {
    if (n - n.round()).abs() < 1e-6 { format!("{n:.0}") } else { format!("{n:.1}") }
}

fn number(value: f64, width: usize) -> String {
    right(&sig(value, 3), width)
}
