//! State → frame and hit map. One frame: the layout, and who draws where.

pub mod command_line;
pub mod explain;
pub mod fields;
pub mod panels;
pub mod pictures;
#[cfg(test)]
mod tests;

use ratatui::Frame;
use ratatui::layout::{Alignment, Constraint, Layout, Rect};
use ratatui::text::Line;
use ratatui::widgets::{Block, Paragraph};

use self::panels::{budget, flags, footer, help, list, parameters, prompt, readout, tabs, title};
use super::model::hit::Drawn;
use super::model::mode::Mode;
use super::model::state::State;
use crate::chart::ascii;
use crate::terminal::encoder;
use crate::theme::Role;

/// Below this the dashboard says what it needs.
pub const SMALLEST: (u16, u16) = (60, 16);

/// Draws everything; returns what lies where.
pub fn draw(frame: &mut Frame, state: &State) -> Drawn {
    let area = frame.area();
    let mut drawn = Drawn {
        screen: (area.width, area.height),
        plot: (state.columns, state.rows),
        // What is gone from the screen cannot be clicked on.
        hits: state.hits.emptied(),
        scroll: None,
    };
    frame.render_widget(Block::default().style(state.theme.base()), area);
    if area.width < SMALLEST.0 || area.height < SMALLEST.1 {
        too_small(frame, state, area);
        return drawn;
    }
    let panel = match area.width {
        _ if state.full => 0,
        0..=79 => 0,
        80..=109 => 27,
        110..=159 => 34,
        _ => 40,
    };
    let head = if state.full { 0 } else { 1 };
    let [top, middle, answer, bottom] = Layout::vertical([
        Constraint::Length(head),
        Constraint::Min(0),
        Constraint::Length(1),
        Constraint::Length(1),
    ])
    .areas(area);
    let [left, right] = Layout::horizontal([Constraint::Length(panel), Constraint::Min(0)]).areas(middle);
    title::draw(frame, state, top);
    // A narrow panel has no sliders.
    footer::draw(frame, state, (answer, bottom), panel >= 34, &mut drawn.hits);
    if panel > 0 {
        parameters::draw(frame, state, left, &mut drawn.hits);
    }
    let [tabs, below] = Layout::vertical([Constraint::Length(head), Constraint::Min(0)]).areas(right);
    tabs::draw(frame, state, tabs, &mut drawn.hits);
    body(frame, state, below, &mut drawn);
    match &state.mode {
        Mode::Normal => {}
        Mode::Prompt(asked) => prompt::draw(frame, state, bottom, asked),
        Mode::List(listing) => list::draw(frame, state, middle, listing, &mut drawn.hits),
        Mode::Help(open) => drawn.scroll = Some(help::draw(frame, state, middle, open, &mut drawn.hits)),
    }
    if state.ascii {
        ascii::settle(frame.buffer_mut());
    }
    encoder::settle_blanks(frame.buffer_mut());
    drawn
}

/// The view with what belongs below it.
fn body(frame: &mut Frame, state: &State, area: Rect, drawn: &mut Drawn) {
    let (flag_rows, readout_rows) = if state.view.record().readout && !state.full {
        (flags::rows(state).min(area.height / 5).max(1), readout::rows(state).min(2 * area.height / 5))
    } else {
        (0, 0)
    };
    let answer = u16::from(state.view.record().readout && budget::is_told(state));
    let [answer, plot, flags_area, readout_area] = Layout::vertical([
        Constraint::Length(answer),
        Constraint::Min(0),
        Constraint::Length(flag_rows),
        Constraint::Length(readout_rows),
    ])
    .areas(area);
    budget::draw(frame, state, answer);
    drawn.plot = (plot.width, plot.height);
    if let Some(plot) = (pictures::of(state.view).draw)(frame, state, plot) {
        drawn.hits.plot(plot);
    }
    flags::draw(frame, state, flags_area, &mut drawn.hits);
    readout::draw(frame, state, readout_area);
}

fn too_small(frame: &mut Frame, state: &State, area: Rect) {
    let short = state.text(&format!("{}×{}", SMALLEST.0, SMALLEST.1));
    let words = format!("riskscope needs {short}");
    let text = if usize::from(area.width) >= words.chars().count() { words } else { short };
    let line = Line::styled(text, state.theme.style(Role::Text));
    let row = Rect { y: area.y + area.height / 2, height: area.height.min(1), ..area };
    frame.render_widget(Paragraph::new(line).alignment(Alignment::Center), row.intersection(area));
}
