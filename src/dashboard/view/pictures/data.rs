//! The data view: the spectrum that determines the risk; for measured data also the pool and its tasks.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::widgets::Paragraph;

use super::{Picture, pen, sentence};
use crate::dashboard::model::hit::Plot;
use crate::dashboard::model::state::State;
use crate::dashboard::view::{command_line, fields};
use crate::figure::{cells, headline, spectrum};

pub(super) static PICTURE: Picture = Picture {
    draw,
    figure: |state| spectrum::figure(state.shown.as_ref()?),
    headline: |state| sentence(state, headline::spectrum),
    table: |_| None,
    command: command_line::screen,
};

/// Width of the table of tasks, which is placed first.
const TABLE: u16 = 52;

/// Indentation of continuation lines.
const INDENT: usize = 11;

fn draw(frame: &mut Frame, state: &State, area: Rect) -> Option<Plot> {
    let shown = state.shown.as_ref()?;
    let table = spectrum::tasks(shown)
        .map(|table| cells::table(&table, TABLE.into(), pen(state)))
        .unwrap_or_default();
    let mut facts = cells::words(&spectrum::facts(shown), pen(state));
    let beside = !table.is_empty() && area.width >= 80;
    if !beside {
        facts.extend(table.iter().cloned());
    }
    let facts = fields::wrapped(facts, area.width.into(), INDENT);
    let tall = u16::try_from(facts.len() + 1).unwrap_or(u16::MAX).min(area.height / 2);
    let [mut plot, words] = Layout::vertical([Constraint::Min(0), Constraint::Length(tall)]).areas(area);
    if beside {
        let [left, right] = Layout::horizontal([Constraint::Length(TABLE), Constraint::Min(0)]).areas(plot);
        frame.render_widget(Paragraph::new(table), left);
        plot = right;
    }
    if let Some(found) = &shown.spectrum {
        let picture = spectrum::plot(found, shown.model.dimension());
        cells::plot(&picture, plot, frame.buffer_mut(), pen(state));
    }
    frame.render_widget(Paragraph::new(facts), words);
    None
}
