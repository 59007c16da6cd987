//! The phase plane: the optimum's regimes over n/p and a second parameter, with the triple point and where we are.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::{ratio_axis, regime};
use crate::chart::Axis;
use crate::chart::heatmap::{Category, Heatmap, Spot, SpotKind, Values};
use crate::chart::numbers::sig;
use crate::dashboard::hit::Plot;
use crate::dashboard::state::State;
use crate::study::{self, Analysis, Plane};
use crate::theme::Role;
use crate::theory::Regime;

const REGIMES: [Regime; 3] = [Regime::Soft, Regime::Hard, Regime::Null];

pub fn draw(frame: &mut Frame, state: &State, area: Rect) -> Option<Plot> {
    let shown = state.shown.as_ref()?;
    let [plot, words] = Layout::vertical([Constraint::Min(0), Constraint::Length(2)]).areas(area);
    let Some(phase) = &shown.plane else {
        let line = Line::styled(" computing the plane", state.theme.style(Role::Dim));
        frame.render_widget(Paragraph::new(line), words);
        return None;
    };
    map(frame, state, shown, phase, plot);
    frame.render_widget(Paragraph::new(readout(state, shown, phase)), words);
    let x = ratio_axis(shown.request.window);
    Some(Plot::new(plot, x, axis(&phase.y), phase.y.key.clone()))
}

fn axis(axis: &study::Axis) -> Axis<'static> {
    if axis.log {
        Axis::log(axis.from, axis.to, axis.label)
    } else {
        Axis::linear(axis.from, axis.to, axis.label)
    }
}

fn map(frame: &mut Frame, state: &State, shown: &Analysis, phase: &Plane, area: Rect) {
    let names = REGIMES.map(regime);
    let letters = ['s', 'h', '0'];
    let categories: Vec<Category> = names
        .iter()
        .zip(letters)
        .map(|((name, role), letter)| Category { name, letter, role: *role })
        .collect();
    let regimes: Vec<Option<usize>> = phase
        .cells
        .iter()
        .map(|cell| cell.and_then(|c| REGIMES.iter().position(|r| *r == c.regime)))
        .collect();
    let mut spots = Vec::new();
    if let Some((x, y)) = phase.triple {
        spots.push(Spot { kind: SpotKind::Triple, x, y, label: "triple point" });
    }
    if let Some(now) = phase.y.now {
        spots.push(Spot { kind: SpotKind::Current, x: shown.request.crosshair, y: now, label: "" });
    }
    let most = phase.gain.iter().copied().filter(|g| g.is_finite()).fold(1.1, f64::max).min(100.0);
    let values = (!phase.gain.is_empty())
        .then(|| Values { values: &phase.gain, scale: Axis::log(1.0, most, "risk over optimum") });
    let map = Heatmap {
        columns: phase.columns.len(),
        rows: phase.rows.len(),
        regimes: &regimes,
        categories: &categories,
        values,
        spots: &spots,
        glyphs: state.glyphs(),
        ..Heatmap::new(ratio_axis(shown.request.window), axis(&phase.y), &state.theme)
    };
    frame.render_widget(map, area);
}

/// What holds at the crosshair and the triple point.
fn readout(state: &State, shown: &Analysis, phase: &Plane) -> Vec<Line<'static>> {
    let (text, dim) = (state.theme.style(Role::Text), state.theme.style(Role::Dim));
    let alpha = shown.request.crosshair;
    let p = shown.model.dimension() as f64;
    let mut first = vec![Span::styled(
        format!(" at n/p {alpha:.4} · n {:.0}", alpha * p),
        state.theme.style(Role::Accent),
    )];
    if let Some(now) = phase.y.now {
        first.push(Span::styled(
            format!(" · {} {}", phase.y.label, sig(now, 3)),
            state.theme.style(Role::Accent),
        ));
    }
    if let Some(selection) = &shown.selection {
        let (name, role) = regime(selection.optimal.regime);
        first.push(Span::styled(format!("   {name}"), state.theme.style(role)));
        first.push(Span::styled(
            format!(
                "   risk {}   keep {:.0} of {p:.0}",
                sig(selection.optimal.risk, 3),
                selection.optimal.kept_fraction * p
            ),
            text,
        ));
    }
    let second = match phase.triple {
        Some((x, y)) => format!(" ★ soft, hard and null meet at n/p {x:.4}, σ² {}", sig(y, 3)),
        None if phase.y.key.as_deref() == Some("noise") => {
            " no triple point: the task spectrum is flat".into()
        }
        None => String::new(),
    };
    let progress = if phase.finished { "" } else { "   refining" };
    vec![Line::from(first), Line::styled(format!("{second}{progress}"), dim)]
}
