//! The fine-grained decomposition of the chosen curve: bias², V_X, V_{X,ε} and σ², stacked or as lines.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::{measured, pen};
use crate::dashboard::hit::Plot;
use crate::dashboard::state::State;
use crate::figure::{self, cells, variance};

/// The picture of what is shown.
#[must_use]
pub fn picture(state: &State) -> Option<figure::Plot> {
    let asked = variance::Asked {
        log: state.display.log_risk,
        style: state.display.terms,
        measured: measured(state),
        crosshair: Some(state.crosshair),
    };
    variance::plot(state.shown.as_ref()?, &asked)
}

pub fn draw(frame: &mut Frame, state: &State, area: Rect) -> Option<Plot> {
    let plot = picture(state)?;
    cells::plot(&plot, area, frame.buffer_mut(), pen(state));
    Some(Plot::new(area, plot.x.chart(), plot.y.chart(), None))
}
