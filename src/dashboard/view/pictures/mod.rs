//! The views: one file for each, with its picture on screen and in exports, its table and its command line. [`of`]
//! lists them; name, keys and settings of a view are in [`crate::dashboard::model::view`].

mod data;
mod phase;
mod risk;
mod selection;
mod variance;

use std::sync::Arc;

use ratatui::Frame;
use ratatui::layout::Rect;

use crate::dashboard::model::hit::Plot;
use crate::dashboard::model::state::State;
use crate::dashboard::model::view::View;
use crate::evidence::Compared;
use crate::figure::cells::Pen;
use crate::figure::{self, Figure, Panel};
use crate::report::csv;
use crate::scenario::ScenarioError;
use crate::study::encoders::Encoders;
use crate::study::probes::Probe;
use crate::study::{
    Analysis, CurveId, CurveSpec, CurvesRequest, Detail, SampleSize, Variable, curves, measurement,
};

/// A view's table as CSV, computed lazily in the background and interruptible.
pub type Table = Box<dyn FnOnce(&(dyn Fn() -> bool + Sync)) -> Result<String, ScenarioError> + Send>;

/// The functions of a view.
pub struct Picture {
    /// Draws it into an area; returns the plot if a crosshair can be moved on it.
    pub draw: fn(&mut Frame, &State, Rect) -> Option<Plot>,
    /// The picture as an exported figure, without the crosshair; `None` if there is nothing to show.
    pub figure: fn(&State) -> Option<Figure>,
    /// The sentence above it in successively shorter versions.
    pub headline: fn(&State) -> Vec<String>,
    /// Its table; `None` if it has none, in agreement with its record.
    pub table: fn(&State) -> Option<Table>,
    /// The command line that makes it: its numbers or, if no command prints them, its frame.
    pub command: fn(&State) -> String,
}

/// The functions of a view, one line each.
#[must_use]
pub const fn of(view: View) -> &'static Picture {
    match view {
        View::Risk => &risk::PICTURE,
        View::Variance => &variance::PICTURE,
        View::Selection => &selection::PICTURE,
        View::Phase => &phase::PICTURE,
        View::Data => &data::PICTURE,
    }
}

/// A sentence about the shown results; empty before there are any.
fn sentence(state: &State, of: fn(&Analysis) -> Vec<String>) -> Vec<String> {
    state.shown.as_ref().map(|shown| of(shown)).unwrap_or_default()
}

/// Theme and glyphs of the state.
const fn pen(state: &State) -> Pen<'_> {
    Pen { theme: &state.theme, glyphs: state.glyphs() }
}

/// Measured points so far, along n.
fn measured(state: &State) -> &[Compared] {
    let along = state.shown.as_ref().is_some_and(|shown| shown.curves.axis.variable != Variable::SampleRatio);
    state
        .measurement
        .as_ref()
        .filter(|_| !along)
        .and_then(|m| m.shown.as_ref())
        .map_or(&[], |m| m.points.as_slice())
}

/// Logistic regression at a few n, if it was fitted.
fn logistic(state: &State) -> &[Probe] {
    let shown = state.measurement.as_ref().and_then(|m| m.shown.as_ref());
    shown.map_or(&[], |m| m.logistic.as_slice())
}

/// The measured points of the other encoders.
fn beside(state: &State) -> &[measurement::EncoderPoints] {
    state.measurement.as_ref().and_then(|m| m.shown.as_ref()).map_or(&[], |m| m.encoders.as_slice())
}

/// A plot for export, without a pointer.
fn on_paper(plot: figure::Plot) -> Panel {
    Panel::Plot(figure::Plot { crosshair: None, ..plot })
}

/// The table of the chosen curve and those it is compared with, at more points than any screen shows.
fn curves(state: &State, compared: &[CurveId]) -> Table {
    let along = state.along();
    let request = CurvesRequest {
        scenario: state.scenario.clone(),
        specs: CurveSpec::list(&state.scenario, compared),
        fixed: along
            .as_ref()
            .map_or(SampleSize::Ratio(state.crosshair), |axis| axis.sample_size(state.crosshair)),
        axis: along.unwrap_or_else(|| state.display.window.into()),
        points: 400,
        detail: Detail::Table,
        metric: state.display.metric,
    };
    if request.scenario.encoders().is_empty() {
        return Box::new(move |stop| csv::curves(curves::curves(&request, stop)?).text());
    }
    let read = state.shown.as_ref().map(|shown| Arc::clone(&shown.model));
    Box::new(move |stop| {
        let encoders = Encoders::new(&request.scenario, None, read.as_ref(), stop)?;
        let names = encoders.all().iter().map(|encoder| encoder.name.clone());
        csv::curves_of_encoders(names.zip(encoders.curves(&request, stop)?).collect()).text()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Scenario;
    use crate::theme::{Depth, Theme};

    /// The records of the views agree with the functions here.
    #[test]
    fn views_agree_with_their_records() {
        let theme = Theme::new(Depth::None);
        for (i, view) in View::ALL.into_iter().enumerate() {
            let state = State::new(Scenario::default(), view, theme.clone(), false);
            let picture = of(view);
            assert_eq!((picture.table)(&state).is_some(), view.record().table, "{view:?}");
            let words = shell_words::split(&(picture.command)(&state)).unwrap();
            let made = words.iter().skip_while(|w| *w != "--view").nth(1);
            assert_eq!(made.is_none(), view.record().table, "numbers have a command: {words:?}");
            assert!(made.is_none_or(|name| name == view.name()), "{view:?}: {words:?}");
            for other in View::ALL.into_iter().skip(i + 1) {
                assert!(!std::ptr::fn_addr_eq(picture.draw, of(other).draw), "{view:?} and {other:?}");
                assert!(!std::ptr::fn_addr_eq(picture.figure, of(other).figure), "{view:?} and {other:?}");
            }
        }
    }
}
