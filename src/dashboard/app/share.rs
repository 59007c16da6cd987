//! Copies and exports: the readout, the scenario, command lines that reproduce it, and the view as a table or a figure;
//! to the clipboard or to a new file.

use std::io::Write;
use std::path::PathBuf;

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::layout::{Constraint, Layout};

use super::still;
use crate::dashboard::model::hit::Hits;
use crate::dashboard::model::item::{Item, Target};
use crate::dashboard::model::state::State;
use crate::dashboard::view::panels::{flags, readout};
use crate::dashboard::view::pictures::{self, Table};
use crate::dashboard::view::{self, command_line};
use crate::engine::{Ended, Ticket};
use crate::figure::{Figure, paper};
use crate::numbers::sig;
use crate::outside::save;
use crate::report::cells::Grid;
use crate::scenario::Featurization;
use crate::study::{CurveId, ReadoutRow};

/// The text of an item that requires no computation.
#[must_use]
pub fn text(state: &State, item: Item) -> Option<String> {
    match item {
        Item::Readout => Some(numbers(state)),
        Item::Numbers => Some(command_line::readout(state) + "\n"),
        Item::Command => Some((pictures::of(state.view).command)(state) + "\n"),
        Item::Scenario => Some(state.scenario.to_toml()),
        Item::Csv | Item::Svg | Item::Png | Item::Screen => None,
    }
}

/// The flags and the readout as shown on screen, after the command line that prints the same numbers.
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
    let command = command_line::readout(state);
    format!("# {command}\n{}{}\n", estimators(state), text.trim_end())
}

/// Comment lines with the scikit-learn estimators for the curves of raw and standardised columns at the crosshair.
fn estimators(state: &State) -> String {
    let Some(shown) = &state.shown else { return String::new() };
    let of = |row: &ReadoutRow| {
        let standardised = match (row.id, &shown.request.scenario.featurization) {
            (CurveId::Raw | CurveId::LeastSquares, _) | (CurveId::Chosen, Featurization::Raw) => "",
            (CurveId::Chosen, Featurization::Standardised) => "StandardScaler(), ",
            _ => return None,
        };
        let alpha = row.shown?.alpha.filter(|alpha| *alpha >= 0.0)?;
        let estimator = if alpha == 0.0 {
            "LinearRegression()".to_owned()
        } else {
            format!("Ridge(alpha={})", sig(alpha, 3))
        };
        Some(format!("# {}: {standardised}{estimator}\n", row.name))
    };
    shown.rows.iter().filter_map(of).collect()
}

/// A file to be written in the background.
pub struct Export {
    target: Target,
    content: Content,
}

enum Content {
    Ready(Vec<u8>),
    Table(Table),
    /// The picture, and the command line that makes it.
    Svg(Figure, String),
    Png(Figure),
}

/// The export of an item to a path.
///
/// # Errors
/// One sentence if this view has no such item.
pub fn export(state: &State, target: Target) -> Result<Export, String> {
    let content = match (target.item, text(state, target.item)) {
        (Item::Scenario, _) => Content::Ready(state.scenario.to_toml_at(&target.path).into_bytes()),
        (_, Some(text)) => Content::Ready(text.into_bytes()),
        (Item::Screen, None) => {
            let Ok(mut terminal) = Terminal::new(TestBackend::new(state.screen.0, state.screen.1));
            let Ok(_) = terminal.draw(|frame| drop(view::draw(frame, state)));
            let grid = Grid::from(terminal.backend().buffer());
            let title = format!("riskscope: {}", state.scenario.name);
            Content::Ready(still::svg(&grid, &state.theme, &title).into_bytes())
        }
        (item, None) => {
            const NONE: &str = "this view has no such item; the screen can be exported";
            let picture = pictures::of(state.view);
            match item {
                Item::Svg => Content::Svg((picture.figure)(state).ok_or(NONE)?, (picture.command)(state)),
                Item::Png => Content::Png((picture.figure)(state).ok_or(NONE)?),
                _ => Content::Table((picture.table)(state).ok_or(NONE)?),
            }
        }
    };
    Ok(Export { target, content })
}

/// An SVG document with a description, which viewers show as its properties.
fn described(svg: &str, description: &str) -> String {
    let text = description.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    match svg.find("<svg").and_then(|start| svg.get(start..)?.find('>').map(|end| start + end + 1)) {
        Some(at) => {
            let (head, body) = svg.split_at(at);
            format!("{head}<desc>{text}</desc>{body}")
        }
        None => svg.to_owned(),
    }
}

/// The job of the export worker: writes the file and returns its path. A newer export does not interrupt it.
pub fn job(export: Export, _: &Ticket<'_, PathBuf>) -> Result<PathBuf, Ended> {
    let bytes = match export.content {
        Content::Ready(bytes) => bytes,
        Content::Table(table) => table(&|| false)?.into_bytes(),
        Content::Svg(figure, command) => described(&paper::svg(&figure, paper::SIZE)?, &command).into_bytes(),
        Content::Png(figure) => paper::png(&figure, paper::SIZE)?,
    };
    let Target { path, overwrite, .. } = export.target;
    let write = |out: &mut dyn Write| out.write_all(&bytes);
    let written = if overwrite { save::replace(&path, write) } else { save::new_file(&path, write) };
    written.map_err(|why| Ended::Failed(why.to_string()))?;
    Ok(path)
}
