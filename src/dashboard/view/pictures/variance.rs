//! The variance view: the decomposition of the chosen curve into bias², V_X, V_{X,ε} and σ², stacked or as lines.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::{Picture, curves, measured, on_paper, pen, sentence};
use crate::dashboard::model::hit::Plot;
use crate::dashboard::model::state::State;
use crate::dashboard::view::command_line;
use crate::figure::{self, Figure, cells, headline, variance};
use crate::report::command::{flag, line, line_of_several};
use crate::study::CurveSpec;

pub(super) static PICTURE: Picture = Picture {
    draw,
    figure: |state| {
        let (name, kind) = (&state.scenario.name, state.scenario.featurization.title());
        let title = match state.display.terms.quantity() {
            Some(quantity) => format!("{name}: {}", quantity.label()),
            None => format!("{name}: the risk with {kind} by terms"),
        };
        Some(Figure::of(title, on_paper(picture(state)?)))
    },
    headline: |state| sentence(state, headline::terms),
    table: |state| Some(curves(state, &[])),
    command,
};

/// The command for the terms of the chosen curve, or for one quantity of every curve on screen.
fn command(state: &State) -> String {
    let mut more = command_line::axis(state);
    // The terms are columns of the table.
    if state.display.terms.quantity().is_none() {
        more.extend(flag("--format", "csv"));
        return line("curve", &state.scenario, &more);
    }
    let specs = CurveSpec::list(&state.scenario, &state.display.compared);
    let kinds: Vec<&str> = specs.iter().map(CurveSpec::key).collect();
    more.extend(flag("--quantity", state.display.terms.name()));
    more.extend(flag("--format", "svg"));
    line_of_several("curve", &state.scenario, &kinds, &more)
}

fn picture(state: &State) -> Option<figure::Plot> {
    let options = variance::PlotOptions {
        log: state.display.log_risk,
        samples: state.display.counts_samples(&state.scenario),
        style: state.display.terms,
        measured: measured(state),
        crosshair: state.crosshair_position(),
    };
    variance::plot(state.shown.as_ref()?, &options)
}

fn draw(frame: &mut Frame, state: &State, area: Rect) -> Option<Plot> {
    let plot = picture(state)?;
    cells::plot(&plot, area, frame.buffer_mut(), pen(state));
    Some(Plot::new(area, plot.x.chart(), plot.y.chart(), None).over(state.x_parameter().map(|(key, _)| key)))
}
