//! The selection view: the optimal featurization at the crosshair, with filters by feature rank, kept features, and
//! the ablation.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::Line;
use ratatui::widgets::Paragraph;

use super::{Picture, pen, sentence};
use crate::dashboard::model::hit::Plot;
use crate::dashboard::model::state::State;
use crate::dashboard::view::{command_line, fields};
use crate::figure::picture::Panel;
use crate::figure::{cells, headline, selection};
use crate::theme::Role;

pub(super) static PICTURE: Picture = Picture {
    draw,
    figure: |state| selection::figure(state.shown.as_ref()?, state.display.log_rank),
    headline: |state| sentence(state, headline::selection),
    table: |_| None,
    command: command_line::screen,
};

/// Minimum number of rows of the plot: it is the largest element. Facts and the table are shown whole where they fit
/// below it.
const fn plot_rows(height: u16) -> u16 {
    if height >= 28 { height / 2 } else { height * 5 / 8 }
}

fn draw(frame: &mut Frame, state: &State, area: Rect) -> Option<Plot> {
    let shown = state.shown.as_ref()?;
    let (Some(found), Some(mut picture)) =
        (&shown.selection, selection::figure(shown, state.display.log_rank))
    else {
        let words = " no selection here: the energies of this spectrum are not those of a task ensemble";
        frame.render_widget(Paragraph::new(words).style(state.theme.style(Role::Dim)), area);
        return None;
    };
    if area.width < 84 {
        picture.panels = vec![(1, Panel::Plot(selection::filters(shown, found, state.display.log_rank)))];
        picture.words = selection::facts(shown, found, 8);
    }
    let most = usize::from(area.height - plot_rows(area.height));
    let mut lines: Vec<Line> = Vec::new();
    for fact in cells::words(&picture.words, pen(state)) {
        let fact = fields::wrapped(vec![fact], area.width.into(), 3);
        if lines.len() + fact.len() <= most {
            lines.extend(fact);
        }
    }
    if let Some(table) = &picture.table {
        let table = cells::table(table, area.width.into(), pen(state));
        if lines.len() + 1 + table.len() <= most {
            lines.push(Line::default());
            lines.extend(table);
        }
    }
    let tall = u16::try_from(lines.len()).unwrap_or(0);
    let [plot, words] = Layout::vertical([Constraint::Min(0), Constraint::Length(tall)]).areas(area);
    cells::panels(&picture, plot, frame.buffer_mut(), pen(state));
    let room = usize::from(words.width);
    let lines: Vec<Line> = lines.into_iter().map(|line| fields::fit(line, room)).collect();
    frame.render_widget(Paragraph::new(lines), words);
    None
}
