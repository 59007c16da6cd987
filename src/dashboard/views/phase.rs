//! The phase plane: the optimum's regimes over n/p and a second parameter, with the triple point and where we are.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::Line;
use ratatui::widgets::Paragraph;

use super::pen;
use crate::chart::numbers::sig;
use crate::dashboard::hit::Plot;
use crate::dashboard::state::State;
use crate::dashboard::view::fields::{self, Field};
use crate::figure::{cells, looks, phase};
use crate::study::{Analysis, Plane, words};
use crate::theme::Role;

pub fn draw(frame: &mut Frame, state: &State, area: Rect) -> Option<Plot> {
    let shown = state.shown.as_ref()?;
    let [plot, words] = Layout::vertical([Constraint::Min(0), Constraint::Length(2)]).areas(area);
    let Some(found) = &shown.plane else {
        let line = Line::styled(" computing the plane", state.theme.style(Role::Dim));
        frame.render_widget(Paragraph::new(line), words);
        return None;
    };
    let map = phase::map(found, Some(shown.request.crosshair));
    cells::map(&map, plot, frame.buffer_mut(), pen(state));
    frame.render_widget(Paragraph::new(readout(state, shown, found, usize::from(words.width))), words);
    Some(Plot::new(plot, map.x.chart(), map.y.chart(), found.y.key.clone()))
}

/// What holds at the crosshair and the triple point, in `room` columns.
fn readout(state: &State, shown: &Analysis, phase: &Plane, room: usize) -> Vec<Line<'static>> {
    let (text, dim) = (state.theme.style(Role::Text), state.theme.style(Role::Dim));
    let accent = state.theme.style(Role::Accent);
    let alpha = shown.request.crosshair;
    let p = shown.model.dimension() as f64;
    let mut first = vec![Field::new(0, format!(" at n/p {alpha:.4} · n {:.0}", alpha * p), accent)];
    if let Some(now) = phase.y.now {
        first.push(Field::new(1, format!(" · {} {}", phase.y.label, sig(now, 3)), accent));
    }
    if let Some(selection) = &shown.selection {
        let (name, role) = (words::regime(selection.optimal.regime), looks::regime(selection.optimal.regime));
        first.push(Field::new(0, format!("   {name}"), state.theme.style(role)));
        first.push(Field::new(0, format!("   risk {}", sig(selection.optimal.risk, 3)), text));
        let kept = selection.optimal.kept_fraction * p;
        first.push(Field::new(2, format!("   keep {kept:.0} of {p:.0}"), text));
    }
    let second = match phase.triple {
        Some((x, y)) => format!(" ★ soft, hard and null meet at n/p {x:.4}, σ² {}", sig(y, 3)),
        None if phase.y.key.as_deref() == Some("noise") => {
            " no triple point: the task spectrum is flat".into()
        }
        None => String::new(),
    };
    let progress = if phase.finished { "" } else { "   refining" };
    let second = Line::styled(format!("{second}{progress}"), dim);
    vec![fields::line(first, room), fields::fit(second, room)]
}
