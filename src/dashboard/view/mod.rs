//! Draws a frame from the state: the layout, and which panel draws where; returns the mouse targets.

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

use self::panels::{flags, footer, headline, help, list, parameters, prompt, readout, title};
use super::model::hit::Drawn;
use super::model::mode::Mode;
use super::model::state::State;
use crate::chart::ascii;
use crate::terminal::encoder;
use crate::theme::Role;

/// Smallest supported size; on smaller terminals the required size is shown.
pub const SMALLEST: (u16, u16) = (60, 16);

/// Draws a frame and returns its layout.
pub fn draw(frame: &mut Frame, state: &State) -> Drawn {
    let area = frame.area();
    let mut drawn = Drawn {
        screen: (area.width, area.height),
        plot: (state.columns, state.rows),
        // Objects that are no longer on the screen cannot be clicked.
        hits: state.hits.emptied(),
        scroll: None,
    };
    frame.render_widget(Block::default().style(state.theme.base()), area);
    if area.width < SMALLEST.0 || area.height < SMALLEST.1 {
        too_small(frame, state, area);
        return drawn;
    }
    let head = u16::from(!state.full);
    let [top, sentence, middle, answer, bottom] = Layout::vertical([
        Constraint::Length(head),
        Constraint::Length(head),
        Constraint::Min(0),
        Constraint::Length(1),
        Constraint::Length(1),
    ])
    .areas(area);
    title::draw(frame, state, top, &mut drawn.hits);
    headline::draw(frame, state, sentence);
    let panel = panel_width(state, area.width);
    // A narrow panel has no sliders.
    footer::draw(frame, state, (answer, bottom), panel >= WITH_SLIDERS, &mut drawn.hits);
    body(frame, state, middle, panel, &mut drawn);
    match &state.mode {
        Mode::Normal => {}
        Mode::Prompt(prompt) => prompt::draw(frame, state, bottom, prompt),
        Mode::List(listing) => list::draw(frame, state, middle, listing, &mut drawn.hits),
        Mode::Help(open) => drawn.scroll = Some(help::draw(frame, state, middle, open, &mut drawn.hits)),
    }
    if state.ascii {
        ascii::settle(frame.buffer_mut());
    }
    encoder::settle_blanks(frame.buffer_mut());
    drawn
}

/// Minimum panel width for sliders.
const WITH_SLIDERS: u16 = 34;

/// Width of the panel for this screen width.
const fn panel_width(state: &State, width: u16) -> u16 {
    match width {
        _ if state.full => 0,
        0..=79 => 0,
        80..=109 => 27,
        110..=159 => WITH_SLIDERS,
        _ => 40,
    }
}

/// Minimum number of rows of the plot with its axes for this screen height; it is the largest element.
const fn plot_rows(height: u16) -> u16 {
    if height >= 30 { height * 2 / 3 } else { height * 5 / 8 }
}

/// Screen height from which every peak and transition gets a line.
const TALL: u16 = 45;

/// Draws the view beside the panel, and below both the numbers at the crosshair over the full width.
fn body(frame: &mut Frame, state: &State, area: Rect, panel: u16, drawn: &mut Drawn) {
    let below = if state.view.record().readout && !state.full {
        let most = area.height.saturating_sub(plot_rows(frame.area().height));
        let table = readout::rows(state).min(most);
        // The sentence above and the marks in the plot already show this.
        let listed = state.details || frame.area().height >= TALL;
        (table, if listed { flags::rows(state).min(most - table) } else { 0 })
    } else {
        (0, 0)
    };
    let [above, readout_area, flags_area] =
        Layout::vertical([Constraint::Min(0), Constraint::Length(below.0), Constraint::Length(below.1)])
            .areas(area);
    let [plot, right] = Layout::horizontal([Constraint::Min(0), Constraint::Length(panel)]).areas(above);
    if panel > 0 {
        parameters::draw(frame, state, right, &mut drawn.hits);
    }
    drawn.plot = (plot.width, plot.height);
    if state.shown.is_none() {
        waiting(frame, state, plot);
    }
    if let Some(plot) = (pictures::of(state.view).draw)(frame, state, plot) {
        drawn.hits.plot(plot);
    }
    readout::draw(frame, state, readout_area);
    if below.1 > 0 {
        flags::draw(frame, state, flags_area, &mut drawn.hits);
    }
}

/// Shown in place of the plot before anything is computed.
fn waiting(frame: &mut Frame, state: &State, area: Rect) {
    let words = format!("computing the curves of {}", state.scenario.name);
    let line = Line::styled(fields::cut(&words, area.width.into()), state.theme.style(Role::Dim));
    let row = Rect { y: area.y + area.height / 2, height: area.height.min(1), ..area };
    frame.render_widget(Paragraph::new(line).alignment(Alignment::Center), row.intersection(area));
}

fn too_small(frame: &mut Frame, state: &State, area: Rect) {
    let short = state.text(&format!("{}×{}", SMALLEST.0, SMALLEST.1));
    let words = format!("riskscope needs {short}");
    let text = if usize::from(area.width) >= words.chars().count() { words } else { short };
    let line = Line::styled(text, state.theme.style(Role::Text));
    let row = Rect { y: area.y + area.height / 2, height: area.height.min(1), ..area };
    frame.render_widget(Paragraph::new(line).alignment(Alignment::Center), row.intersection(area));
}
