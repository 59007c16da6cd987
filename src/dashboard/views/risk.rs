//! Risk against n/p: the chosen featurization, those it is compared with, and where it diverges.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::{measured, pen};
use crate::dashboard::hit::Plot;
use crate::dashboard::state::State;
use crate::figure::{self, cells, risk};

/// The picture of what is shown.
#[must_use]
pub fn picture(state: &State) -> Option<figure::Plot> {
    let asked = risk::Asked {
        log: state.display.log_risk,
        frozen: state.frozen.as_ref().map(|f| (f.label.as_str(), &f.curve)),
        measured: measured(state),
        left_out: true,
        crosshair: Some(state.crosshair),
    };
    Some(risk::plot(state.shown.as_ref()?, &asked))
}

pub fn draw(frame: &mut Frame, state: &State, area: Rect) -> Option<Plot> {
    let plot = picture(state)?;
    cells::plot(&plot, area, frame.buffer_mut(), pen(state));
    Some(Plot::new(area, plot.x.chart(), plot.y.chart(), None))
}
