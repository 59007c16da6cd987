//! `riskscope frame`: one frame of the dashboard, as it looks at a given size and theme.

use std::io::{self, IsTerminal};

use clap::{Args, ValueEnum};

use super::output::{OutArgs, Output};
use super::{ScenarioArgs, ViewName};
use crate::dashboard::state::State;
use crate::dashboard::still;
use crate::dashboard::theme::{Depth, Theme};
use crate::scenario::ScenarioError;

#[derive(Debug, Args)]
#[command(after_help = "Example:
  riskscope frame --preset negative-ridge --view selection --format svg --out selection.svg")]
pub struct FrameArgs {
    #[command(flatten)]
    pub scenario: ScenarioArgs,
    /// View to draw
    #[arg(long, value_enum, default_value = "risk")]
    pub view: ViewName,
    /// Columns
    #[arg(long, value_name = "W", default_value_t = 120, value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub width: u16,
    /// Rows
    #[arg(long, value_name = "H", default_value_t = 36, value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub height: u16,
    /// Colour theme
    #[arg(long, value_name = "NAME", default_value = "default")]
    pub theme: String,
    /// Draw with plain ASCII instead of Braille
    #[arg(long)]
    pub ascii: bool,
    /// Sample ratio n/p of the crosshair
    #[arg(long, value_name = "A", allow_hyphen_values = true)]
    pub at: Option<f64>,
    /// Also show the samples needed for this risk
    #[arg(long, value_name = "R", allow_hyphen_values = true)]
    pub target_risk: Option<f64>,
    #[arg(long, value_enum, default_value = "text")]
    pub format: FrameFormat,
    #[command(flatten)]
    pub out: OutArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FrameFormat {
    /// Characters only
    Text,
    /// With escapes for colours
    Ansi,
    /// A picture
    Svg,
}

/// The dashboard as the arguments describe it, before anything is computed.
///
/// # Errors
/// One sentence naming the input and what would be accepted.
pub fn state(args: &FrameArgs) -> Result<State, ScenarioError> {
    let (scenario, view) = args.scenario.resolve_with_view()?;
    let positive = |name: &str, value: Option<f64>| match value {
        Some(v) if !(v.is_finite() && v > 0.0) => {
            Err(ScenarioError::new(format!("{name} must be a number above 0, got {v}")))
        }
        other => Ok(other),
    };
    let (at, target) = (positive("--at", args.at)?, positive("--target-risk", args.target_risk)?);
    let theme =
        Theme::built_in(&args.theme, depth(args.format)).map_err(|e| ScenarioError::new(e.to_string()))?;
    let mut state = State::new(scenario, args.view.into(), theme, args.ascii);
    for (key, value) in &view {
        state.display.set(key, value).map_err(ScenarioError::new)?;
    }
    state.crosshair = at.unwrap_or(state.crosshair);
    state.target = target;
    Ok(state)
}

/// The frame in its format.
///
/// # Errors
/// As [`state`], and what cannot be computed.
pub fn run(args: &FrameArgs) -> Result<Output, ScenarioError> {
    let mut state = state(args)?;
    let grid = still::frame(&mut state, args.width, args.height)?;
    let text = match args.format {
        FrameFormat::Text => grid.to_text(),
        FrameFormat::Ansi => grid.to_ansi(),
        FrameFormat::Svg => still::svg(&grid, &state.theme, &format!("riskscope: {}", state.scenario.name)),
    };
    args.out.keep(text.into())
}

/// Text is legible without colour; escapes have what the terminal shows, all colours where they go elsewhere.
fn depth(format: FrameFormat) -> Depth {
    let variable = |name: &str| std::env::var(name).ok();
    let refused = variable("NO_COLOR").is_some_and(|v| !v.is_empty());
    match format {
        FrameFormat::Text => Depth::None,
        FrameFormat::Svg => Depth::TrueColor,
        FrameFormat::Ansi if refused || io::stdout().is_terminal() => Depth::detect(variable),
        FrameFormat::Ansi => Depth::TrueColor,
    }
}
