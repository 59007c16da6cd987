//! One frame without a terminal: what the dashboard shows at a given size once everything is computed.

use std::time::{Duration, Instant};

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::style::Color;

use super::jobs;
use crate::dashboard::model::command::Command;
use crate::dashboard::model::hit::Drawn;
use crate::dashboard::model::state::State;
use crate::dashboard::{update, view};
use crate::engine::{Ended, Outcome, Reply, Ticket};
use crate::report::cells::{Grid, Ink, Picture};
use crate::scenario::ScenarioError;
use crate::study::Analysis;
use crate::theme::{self, Theme};

/// Maximum number of rounds of drawing and computing. A frame's request depends on its layout, which may depend on
/// results; it settles in far fewer rounds.
const ROUNDS: u64 = 6;

/// Computes what the state requests, including the ensemble of measured tasks, and draws it.
///
/// # Errors
/// One sentence if the scenario cannot be computed.
pub fn frame(state: &mut State, width: u16, height: u16) -> Result<Grid, ScenarioError> {
    let Ok(mut terminal) = Terminal::new(TestBackend::new(width, height));
    // A still frame makes no background measurement, so it must not announce one.
    state.auto_measured = Some(state.scenario.clone());
    let mut job = jobs::analysis();
    let mut requested = None;
    for round in 1..=ROUNDS {
        draw(&mut terminal, state);
        let request = state.request();
        if requested.as_ref() == Some(&request) {
            break;
        }
        requested = Some(request.clone());
        update::update(state, Command::Asked(round, Instant::now()));
        let outcome = match Ticket::serve(request, &mut job) {
            // The elapsed time would make every picture different.
            Ok(analysis) => Outcome::Done(Analysis { elapsed: Duration::ZERO, ..analysis }),
            Err(Ended::Failed(sentence)) => return Err(ScenarioError::new(sentence)),
            Err(Ended::Interrupted) => return Err(ScenarioError::Interrupted),
        };
        update::update(state, Command::Replied(Box::new(Reply { generation: round, outcome })));
        if let Some(model) = state.without_ensemble() {
            // With fewer rows than features there is no ensemble, and the frame is drawn without it.
            match model.compute_ensemble(&|_| true) {
                Ok(_) => drop(update::update(state, Command::Learned)),
                Err(ScenarioError::Interrupted) => return Err(ScenarioError::Interrupted),
                Err(_) => {}
            }
        }
    }
    Ok(Grid::from(terminal.backend().buffer()))
}

/// Draws the current results at another size or in another theme without computing anything.
#[cfg(test)]
pub fn redrawn(state: &mut State, width: u16, height: u16) -> Grid {
    let Ok(mut terminal) = Terminal::new(TestBackend::new(width, height));
    draw(&mut terminal, state);
    Grid::from(terminal.backend().buffer())
}

fn draw(terminal: &mut Terminal<TestBackend>, state: &mut State) {
    let mut drawn = Drawn::default();
    let Ok(_) = terminal.draw(|frame| drawn = view::draw(frame, state));
    update::update(state, Command::Drawn(drawn));
}

/// A frame as SVG on the theme's background; for a theme that uses the terminal's background, light on dark.
#[must_use]
pub fn svg(grid: &Grid, theme: &Theme, title: &str) -> String {
    let base = theme.base();
    let or = |color: Option<Color>, default: Ink| color.and_then(theme::rgb).unwrap_or(default);
    let picture =
        Picture { ink: or(base.fg, [229, 229, 229]), paper: or(base.bg, [16, 18, 22]), paint: &theme::rgb };
    picture.document(grid, title)
}
