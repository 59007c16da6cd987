//! What leaves the dashboard: the readout, the scenario, command lines that make the same again, and the view as a
//! table or a figure; to the clipboard or to a new file.

use std::path::PathBuf;

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::layout::{Constraint, Layout};

use super::command_line;
use super::model::hit::Hits;
use super::model::item::{Item, Target};
use super::model::state::State;
use super::model::view::View;
use super::still;
use super::view;
use super::view::panels::{flags, readout};
use super::views;
use crate::engine::{Ended, Ticket};
use crate::figure::{Figure, paper};
use crate::report::cells::Grid;
use crate::report::{csv, save};
use crate::scenario::Scenario;
use crate::study::{CurveId, CurvesRequest, Detail, Fixed, PlaneRequest, Subject, curve, plane};

/// What is words already.
#[must_use]
pub fn text(state: &State, item: Item) -> Option<String> {
    match item {
        Item::Readout => Some(numbers(state)),
        Item::Numbers => Some(command_line::readout(state) + "\n"),
        Item::Command => Some(command_line::view(state) + "\n"),
        Item::Scenario => Some(state.scenario.to_toml()),
        Item::Csv | Item::Svg | Item::Png | Item::Screen => None,
    }
}

/// The flags and the readout as they are on screen, under the line that prints the same numbers.
fn numbers(state: &State) -> String {
    let (flags, rows) = (flags::rows(state), readout::rows(state));
    let Ok(mut terminal) = Terminal::new(TestBackend::new(120, flags + rows));
    let Ok(_) = terminal.draw(|frame| {
        let [above, below] =
            Layout::vertical([Constraint::Length(flags), Constraint::Length(rows)]).areas(frame.area());
        flags::draw(frame, state, above, &mut Hits::default());
        readout::draw(frame, state, below);
    });
    let text = Grid::from(terminal.backend().buffer()).to_text();
    format!("# {}\n{}\n", command_line::readout(state), text.trim_end())
}

/// What a table of the view is computed from.
#[derive(Debug, Clone, PartialEq)]
enum Table {
    Curves(Box<CurvesRequest>),
    Plane(Box<Scenario>, PlaneRequest),
}

fn table(state: &State) -> Option<Table> {
    let compared: &[CurveId] = match state.view {
        View::Risk => &state.display.compared,
        View::Variance => &[],
        View::Phase => {
            let plane = PlaneRequest { gain: false, ..state.plane_request(240, 160) };
            return Some(Table::Plane(Box::new(state.scenario.clone()), plane));
        }
        View::Selection | View::Data => return None,
    };
    Some(Table::Curves(Box::new(CurvesRequest {
        scenario: state.scenario.clone(),
        subjects: Subject::list(&state.scenario, compared),
        axis: state.display.window.into(),
        points: 400,
        fixed: Fixed::Ratio(state.crosshair),
        detail: Detail::Tabled,
        metric: state.display.metric,
    })))
}

/// A file to be written in the background.
#[derive(Debug, Clone, PartialEq)]
pub struct Export {
    target: Target,
    work: Work,
}

#[derive(Debug, Clone, PartialEq)]
enum Work {
    Ready(Vec<u8>),
    Table(Table),
    Svg(Figure),
    Png(Figure),
}

/// What to write where.
///
/// # Errors
/// One sentence when there is no such thing in this view.
pub fn export(state: &State, target: Target) -> Result<Export, String> {
    let work = match (target.item, text(state, target.item)) {
        (Item::Scenario, _) => Work::Ready(state.scenario.to_toml_at(&target.path).into_bytes()),
        (_, Some(text)) => Work::Ready(text.into_bytes()),
        (Item::Screen, None) => {
            let Ok(mut terminal) = Terminal::new(TestBackend::new(state.screen.0, state.screen.1));
            let Ok(_) = terminal.draw(|frame| drop(view::draw(frame, state)));
            let grid = Grid::from(terminal.backend().buffer());
            let title = format!("riskscope: {}", state.scenario.name);
            Work::Ready(still::svg(&grid, &state.theme, &title).into_bytes())
        }
        (item, None) => {
            const NONE: &str = "this view has nothing of the kind; the screen can be exported";
            match item {
                Item::Svg => Work::Svg(views::figure(state).ok_or(NONE)?),
                Item::Png => Work::Png(views::figure(state).ok_or(NONE)?),
                _ => Work::Table(table(state).ok_or(NONE)?),
            }
        }
    };
    Ok(Export { target, work })
}

/// The job of the exporting worker: the path once it is written. A newer export does not stop it.
pub fn job(export: Export, _: &Ticket<'_, PathBuf>) -> Result<PathBuf, Ended> {
    let bytes = match export.work {
        Work::Ready(bytes) => bytes,
        Work::Table(table) => make(table, &|| false)?,
        Work::Svg(figure) => paper::svg(&figure, paper::SIZE)?.into_bytes(),
        Work::Png(figure) => paper::png(&figure, paper::SIZE)?,
    };
    let Target { path, overwrite, .. } = export.target;
    let written = if overwrite { save::replace(&path, &bytes) } else { save::new_file(&path, &bytes) };
    written.map_err(Ended::Failed)?;
    Ok(path)
}

fn make(table: Table, stop: &(dyn Fn() -> bool + Sync)) -> Result<Vec<u8>, Ended> {
    Ok(match table {
        Table::Curves(request) => csv::curves(&curve::curves(&request, stop)?)?,
        Table::Plane(scenario, request) => csv::plane(&plane::plane(&scenario, &request, stop)?)?,
    }
    .into_bytes())
}
