//! Every divergence of the chosen curve, as n/p and as n, with its strength or height and what causes it.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::cut;
use crate::chart::numbers::right;
use crate::dashboard::model::state::State;
use crate::study::{CurveId, words};
use crate::theme::Role;
use crate::theory::divergence::{Divergence, DivergenceKind as Kind};
use crate::theory::transition::Transition;

/// Lines that the flags would like to have.
#[must_use]
pub fn rows(state: &State) -> u16 {
    let flags = state.curve(CurveId::Chosen).map_or(0, |c| c.divergences.len()) + transitions(state).len();
    u16::try_from(flags.clamp(1, 5)).unwrap_or(1) + 1
}

pub fn draw(frame: &mut Frame, state: &State, area: Rect) {
    let Some(curve) = state.curve(CurveId::Chosen) else { return };
    let p = state.shown.as_ref().map_or(1, |s| s.model.dimension());
    let dim = state.theme.style(Role::Dim);
    let mut lines = Vec::new();
    if curve.divergences.is_empty() {
        lines.push(Line::styled(" no divergence in this range of n/p", dim));
    }
    // The strongest are kept where there is no room for all.
    let mut order: Vec<&Divergence> = curve.divergences.iter().collect();
    let room = usize::from(area.height.saturating_sub(1)).max(1);
    if order.len() > room {
        order.sort_by(|a, b| b.prominence.total_cmp(&a.prominence));
        order.truncate(room);
        order.sort_by(|a, b| a.sample_ratio.total_cmp(&b.sample_ratio));
    }
    for d in order {
        let (symbol, role) = match d.kind {
            Kind::Pole => (if state.ascii { '#' } else { '◆' }, Role::Pole),
            Kind::Near => (if state.ascii { '^' } else { '▲' }, Role::Near),
        };
        let name = words::kind(d.kind);
        let n = d.sample_ratio * p as f64;
        let (size, cause) = (words::size(d), words::cause(d, p));
        let style = state.theme.style(role);
        let fixed = 8 + 12 + 11 + 29;
        lines.push(Line::from(vec![
            Span::styled(format!(" {symbol} {name:<5}"), style),
            Span::styled(
                format!("n/p {}", right(&format!("{:.4}", d.sample_ratio), 7)),
                state.theme.style(Role::Text),
            ),
            Span::styled(format!("  n {:>6}", format!("{n:.0}")), state.theme.style(Role::Text)),
            Span::styled(format!("  {size:<27}"), state.theme.style(Role::Text)),
            Span::styled(fitting(&cause, usize::from(area.width).saturating_sub(fixed)), dim),
        ]));
    }
    for t in transitions(state).iter().take(usize::from(area.height).saturating_sub(lines.len())) {
        lines.push(transition(state, t, p));
    }
    frame.render_widget(Paragraph::new(lines), area);
}

/// Changes of the optimum's regime, where they are drawn.
fn transitions(state: &State) -> &[Transition] {
    state.shown.as_ref().map_or(&[], |s| s.curves.transitions.as_slice())
}

/// `⇄ soft → hard at n/p 0.3242 n 324: keep 200 of 1000`.
fn transition(state: &State, t: &Transition, p: usize) -> Line<'static> {
    let text = state.theme.style(Role::Text);
    let symbol = if state.ascii { '>' } else { '⇄' };
    Line::from(vec![
        Span::styled(format!(" {symbol} opt. "), state.theme.style(Role::Transition)),
        Span::styled(format!("n/p {}", right(&format!("{:.4}", t.at), 7)), text),
        Span::styled(format!("  n {:>6}", format!("{:.0}", t.at * p as f64)), text),
        Span::styled(format!("  {:<27}", words::change(t)), text),
        Span::styled(words::after(t, p), state.theme.style(Role::Dim)),
    ])
}

/// All of it, or what stands before the comma.
fn fitting(words: &str, room: usize) -> String {
    let short = words.split(',').next().unwrap_or(words);
    cut(if words.chars().count() <= room { words } else { short }, room)
}
