//! `riskscope frame`: one frame of the dashboard at a given size and theme.

use std::io::{self, IsTerminal};

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};

use super::ScenarioArgs;
use super::curve::scored;
use super::output::{OutArgs, Output};
use crate::dashboard::app::still;
use crate::dashboard::config::{self, GlyphChoice};
use crate::dashboard::model::state::State;
use crate::dashboard::model::view::{self, View};
use crate::report::cells::Grid;
use crate::scenario::{Metric, ScenarioError};
use crate::theme::{Depth, Themes};

#[derive(Debug, Args)]
#[command(after_help = "Example:
  riskscope frame --preset negative-ridge --view selection --format svg --out selection.svg")]
pub struct FrameArgs {
    /// View to draw
    #[arg(long, value_enum, default_value = "risk", hide_possible_values = true, help = view::NAMES.as_str())]
    pub view: View,
    /// Columns
    #[arg(long, value_name = "W", default_value_t = 120, value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub width: u16,
    /// Rows
    #[arg(long, value_name = "H", default_value_t = 36, value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub height: u16,
    /// Colour theme
    #[arg(long, value_name = "NAME", default_value = "default")]
    pub theme: String,
    /// Characters to draw with: braille, dots (blocks) or ascii
    #[arg(long, value_enum, value_name = "SET", default_value = "braille", hide_possible_values = true)]
    pub glyphs: GlyphChoice,
    /// Short for --glyphs ascii
    #[arg(long, conflicts_with = "glyphs")]
    pub ascii: bool,
    /// Sample ratio n/p of the crosshair
    #[arg(long, value_name = "A", allow_hyphen_values = true)]
    pub at: Option<f64>,
    #[arg(long, value_enum, default_value_t = Metric::Risk, hide_possible_values = true, help = Metric::keys() + ": the y axis")]
    pub metric: Metric,
    /// Also show the samples needed for this risk
    #[arg(long, value_name = "R", allow_hyphen_values = true)]
    pub target_risk: Option<f64>,
    #[arg(
        long,
        value_name = "FORMAT",
        value_parser = FrameFormat::parser(),
        default_value = "text",
        hide_possible_values = true,
        help = FrameFormat::help()
    )]
    pub format: &'static FrameFormat,
    #[command(flatten)]
    pub out: OutArgs,
    #[command(flatten)]
    pub scenario: ScenarioArgs,
}

/// An export format of a frame.
#[derive(Debug)]
pub struct FrameFormat {
    /// The value of `--format`.
    name: &'static str,
    /// Accepted ending of a file name.
    ending: &'static str,
    /// Colour depth of the output.
    depth: fn() -> Depth,
    write: fn(&Grid, &State) -> String,
}

/// Every export format of a frame.
static FORMATS: [FrameFormat; 3] = [
    FrameFormat { name: "text", ending: "txt", depth: || Depth::None, write: |grid, _| grid.to_text() },
    FrameFormat { name: "ansi", ending: "ans", depth: terminal_depth, write: |grid, _| grid.to_ansi() },
    FrameFormat { name: "svg", ending: "svg", depth: || Depth::TrueColor, write: svg },
];

impl FrameFormat {
    /// Accepts the names of the formats on the command line.
    fn parser() -> impl TypedValueParser<Value = &'static Self> {
        let named = |name: String| FORMATS.iter().find(|format| format.name == name);
        PossibleValuesParser::new(FORMATS.iter().map(|format| format.name))
            .try_map(move |name| named(name).ok_or("there is no such format"))
    }

    /// Help text of `--format`.
    fn help() -> String {
        let [names @ .., last] = FORMATS.each_ref().map(|format| format.name);
        format!("{} or {last}", names.join(", "))
    }
}

fn svg(grid: &Grid, state: &State) -> String {
    still::svg(grid, &state.theme, &format!("riskscope: {}", state.scenario.name))
}

/// The initial state of the dashboard described by the arguments.
///
/// # Errors
/// One sentence naming the input and what is accepted.
pub fn state(args: &FrameArgs) -> Result<State, ScenarioError> {
    let (scenario, view) = args.scenario.resolve_with_view()?;
    let positive = |name: &str, value: Option<f64>| match value {
        Some(v) if !(v.is_finite() && v > 0.0) => {
            Err(ScenarioError::new(format!("{name} must be a number above 0, got {v:?}")))
        }
        other => Ok(other),
    };
    let metric = scored(&scenario, args.metric)?;
    let (at, target) = (positive("--at", args.at)?, positive("--target-risk", args.target_risk)?);
    let themes = Themes::with_user(config::directory().map(|d| d.join("themes")).as_deref());
    let theme =
        themes.get(&args.theme, (args.format.depth)()).map_err(|e| ScenarioError::new(e.to_string()))?;
    let variable = |name: &str| std::env::var(name).ok();
    let glyphs = if args.ascii { GlyphChoice::Ascii } else { args.glyphs.resolved(variable) };
    let mut state = State::new(scenario, args.view, theme, glyphs == GlyphChoice::Ascii);
    state.dots = glyphs == GlyphChoice::Dots;
    state.open_view(&view).map_err(ScenarioError::new)?;
    if metric != Metric::Risk {
        state.open_view(&[("view.metric".into(), metric.name().into())]).map_err(ScenarioError::new)?;
    }
    state.opening.crosshair &= at.is_none();
    state.crosshair = at.unwrap_or(state.crosshair);
    state.target = target;
    Ok(state)
}

/// Draws the frame in its format.
///
/// # Errors
/// One sentence naming the input and what is accepted, or what cannot be computed.
pub fn run(args: &FrameArgs) -> Result<Output, ScenarioError> {
    args.out.accept(&FORMATS.each_ref().map(|format| format.ending), true)?;
    let mut state = state(args)?;
    let grid = still::frame(&mut state, args.width, args.height)?;
    if let Some(shown) = &state.shown {
        shown.model.check_metric(state.display.metric)?;
    }
    args.out.keep((args.format.write)(&grid, &state).into())
}

/// Colour depth of the terminal; all colours if standard output is not a terminal.
fn terminal_depth() -> Depth {
    let variable = |name: &str| std::env::var(name).ok();
    let refused = variable("NO_COLOR").is_some_and(|v| !v.is_empty());
    if refused || io::stdout().is_terminal() { Depth::detect(variable) } else { Depth::TrueColor }
}
