//! `riskscope frame`: one frame of the dashboard, as it looks at a given size and theme.

use std::io::{self, IsTerminal};

use clap::{Args, ValueEnum};

use super::ScenarioArgs;
use super::output::{OutArgs, Output};
use crate::dashboard::app::still;
use crate::dashboard::config::{self, GlyphChoice};
use crate::dashboard::model::state::State;
use crate::dashboard::model::view::{self, View};
use crate::scenario::ScenarioError;
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
    /// The same as --glyphs ascii
    #[arg(long, conflicts_with = "glyphs")]
    pub ascii: bool,
    /// Sample ratio n/p of the crosshair
    #[arg(long, value_name = "A", allow_hyphen_values = true)]
    pub at: Option<f64>,
    /// Also show the samples needed for this risk
    #[arg(long, value_name = "R", allow_hyphen_values = true)]
    pub target_risk: Option<f64>,
    /// text, ansi or svg
    #[arg(long, value_enum, default_value = "text", hide_possible_values = true)]
    pub format: FrameFormat,
    #[command(flatten)]
    pub out: OutArgs,
    #[command(flatten)]
    pub scenario: ScenarioArgs,
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
            Err(ScenarioError::new(format!("{name} must be a number above 0, got {v:?}")))
        }
        other => Ok(other),
    };
    let (at, target) = (positive("--at", args.at)?, positive("--target-risk", args.target_risk)?);
    let themes = Themes::with_user(config::directory().map(|d| d.join("themes")).as_deref());
    let theme = themes.get(&args.theme, depth(args.format)).map_err(|e| ScenarioError::new(e.to_string()))?;
    let variable = |name: &str| std::env::var(name).ok();
    let glyphs = if args.ascii { GlyphChoice::Ascii } else { args.glyphs.resolved(variable) };
    let mut state = State::new(scenario, args.view, theme, glyphs == GlyphChoice::Ascii);
    state.dots = glyphs == GlyphChoice::Dots;
    state.open_view(&view).map_err(ScenarioError::new)?;
    state.opening.crosshair &= at.is_none();
    state.crosshair = at.unwrap_or(state.crosshair);
    state.target = target;
    Ok(state)
}

/// The frame in its format.
///
/// # Errors
/// As [`state`], and what cannot be computed.
pub fn run(args: &FrameArgs) -> Result<Output, ScenarioError> {
    args.out.accept(&["txt", "ans", "svg"], true)?;
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
