//! One frame: the layout, and who draws where.

use ratatui::Frame;
use ratatui::layout::{Alignment, Constraint, Layout, Rect};
use ratatui::text::Line;
use ratatui::widgets::{Block, Paragraph};

use super::hit::Plot;
use super::panels::{
    flags, footer, help, palette, parameters, presets, prompt, readout, share, tabs, themes, title,
};
use super::state::{Mode, State, View};
use super::views::{data, phase, risk, selection, variance};
use crate::chart::ascii;
use crate::terminal::encoder;
use crate::theme::Role;

/// Below this the dashboard says what it needs.
pub const SMALLEST: (u16, u16) = (60, 16);

/// Draws everything. The state learns how many columns the plot has, which the engine's resolution follows.
pub fn draw(frame: &mut Frame, state: &mut State) {
    let area = frame.area();
    state.screen = (area.width, area.height);
    // What is gone from the screen cannot be clicked on.
    let mut hits = std::mem::take(&mut state.hits).emptied();
    frame.render_widget(Block::default().style(state.theme.base()), area);
    if area.width < SMALLEST.0 || area.height < SMALLEST.1 {
        too_small(frame, state, area);
        return;
    }
    // Where there is room, what is said has a line of its own and the keys stay in sight.
    let words = if area.height >= 30 { 1 } else { 0 };
    let [top, middle, words, bottom] = Layout::vertical([
        Constraint::Length(1),
        Constraint::Min(0),
        Constraint::Length(words),
        Constraint::Length(1),
    ])
    .areas(area);
    let panel = match area.width {
        0..=79 => 0,
        80..=109 => 27,
        110..=159 => 34,
        _ => 40,
    };
    let [left, right] = Layout::horizontal([Constraint::Length(panel), Constraint::Min(0)]).areas(middle);
    title::draw(frame, state, top);
    footer::draw(frame, state, words, bottom);
    if panel > 0 {
        parameters::draw(frame, state, left, &mut hits);
    }
    let [head, body] = Layout::vertical([Constraint::Length(1), Constraint::Min(0)]).areas(right);
    tabs::draw(frame, state, head, &mut hits);
    if let Some(plot) = view(frame, state, body) {
        hits.plot(plot);
    }
    match &state.mode {
        Mode::Normal => {}
        Mode::Typing { .. } => prompt::draw(frame, state, bottom),
        Mode::Presets { selected } => presets::draw(frame, state, middle, *selected, &mut hits),
        Mode::Share { way, selected } => share::draw(frame, state, middle, (*way, *selected), &mut hits),
        Mode::Themes { selected, .. } => themes::draw(frame, state, middle, *selected, &mut hits),
        Mode::Commands { text, selected } => {
            palette::draw(frame, state, middle, (text, *selected), &mut hits);
        }
        Mode::Help { scroll } => {
            let scroll = help::draw(frame, state, middle, *scroll, &mut hits);
            state.mode = Mode::Help { scroll };
        }
    }
    state.hits = hits;
    if state.ascii {
        ascii::settle(frame.buffer_mut());
    }
    encoder::settle_blanks(frame.buffer_mut());
}

/// The view with what belongs below it; its plot, where that is one over n/p.
fn view(frame: &mut Frame, state: &mut State, area: Rect) -> Option<Plot> {
    let readout_rows = readout::rows(state).min(2 * area.height / 5);
    let flag_rows = flags::rows(state).min(area.height / 5).max(1);
    let (flag_rows, readout_rows) = match state.view {
        View::Data | View::Selection | View::Phase => (0, 0),
        View::Risk | View::Variance => (flag_rows, readout_rows),
    };
    let [plot, flags_area, readout_area] = Layout::vertical([
        Constraint::Min(0),
        Constraint::Length(flag_rows),
        Constraint::Length(readout_rows),
    ])
    .areas(area);
    state.columns = plot.width;
    state.rows = plot.height;
    let over = match state.view {
        View::Risk => risk::draw(frame, state, plot),
        View::Selection => {
            selection::draw(frame, state, plot);
            None
        }
        View::Phase => phase::draw(frame, state, plot),
        View::Variance => variance::draw(frame, state, plot),
        View::Data => {
            data::draw(frame, state, plot);
            None
        }
    };
    flags::draw(frame, state, flags_area);
    readout::draw(frame, state, readout_area);
    over
}

fn too_small(frame: &mut Frame, state: &State, area: Rect) {
    let short = state.text(&format!("{}×{}", SMALLEST.0, SMALLEST.1));
    let words = format!("riskscope needs {short}");
    let text = if usize::from(area.width) >= words.chars().count() { words } else { short };
    let line = Line::styled(text, state.theme.style(Role::Text));
    let row = Rect { y: area.y + area.height / 2, height: area.height.min(1), ..area };
    frame.render_widget(Paragraph::new(line).alignment(Alignment::Center), row.intersection(area));
}
