//! The panels around the plot, one file each.

pub mod flags;
pub mod footer;
mod frozen;
pub mod headline;
pub mod help;
pub mod list;
pub mod measured;
pub mod parameters;
pub mod prompt;
pub mod readout;
mod table;
pub mod title;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::widgets::{Block, BorderType, Clear};

use crate::dashboard::model::hit::{Hits, Target};
use crate::dashboard::model::state::State;
use crate::theme::Role;

/// A cleared box over the middle of the screen; returns its inside.
fn popup(
    frame: &mut Frame,
    state: &State,
    around: Rect,
    (width, height): (u16, u16),
    title: &str,
    hits: &mut Hits,
) -> Rect {
    let width = width.min(around.width);
    let height = height.min(around.height);
    let area = Rect {
        x: around.x + (around.width - width) / 2,
        y: around.y + (around.height - height) / 2,
        width,
        height,
    };
    let block = Block::bordered()
        .border_type(BorderType::Rounded)
        .border_style(state.theme.style(Role::Accent))
        .title(format!(" {title} "))
        .title_style(state.theme.style(Role::Title))
        .style(state.theme.base());
    let inside = block.inner(area);
    hits.add(area, Target::Popup);
    frame.render_widget(Clear, area);
    frame.render_widget(block, area);
    inside
}
