//! The command line: flags, commands and one screen of help each. Names are a contract and do not change.

pub mod compare;
pub mod curve;
mod encoders;
pub mod eval;
pub mod fit;
pub mod format;
pub mod frame;
pub mod list;
pub mod output;
pub mod phase;
pub mod probe;
mod progress;
pub mod simulate;
pub mod start;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::dashboard::config::GlyphChoice;
use crate::dashboard::model::view::{self, View};
use crate::data::Reading;
use crate::scenario::{Scenario, ScenarioError};
use crate::theory::RidgeChoice;
use output::Output;

#[derive(Debug, Parser)]
#[command(
    name = "riskscope",
    version,
    about = "Asymptotically exact risk of transfer learning with a linear model on pretrained features",
    long_about = None,
    args_conflicts_with_subcommands = true,
    disable_help_subcommand = true,
    override_usage = "riskscope [OPTIONS]   (the dashboard)  or  riskscope COMMAND [OPTIONS]",
    after_help = "Example, your own features: riskscope --features X.npy --targets labels.txt"
)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Option<Command>,
    /// View to start with
    #[arg(long, value_enum, hide_possible_values = true, help = format!("View to start with: {}", *view::NAMES))]
    pub view: Option<View>,
    /// Colour theme to start with
    #[arg(long, value_name = "NAME")]
    pub theme: Option<String>,
    /// Characters to draw with
    #[arg(
        long,
        value_enum,
        value_name = "SET",
        hide_possible_values = true,
        help = "auto, braille, dots (blocks) or ascii"
    )]
    pub glyphs: Option<GlyphChoice>,
    /// Short for --glyphs ascii
    #[arg(long, conflicts_with = "glyphs", hide = true)]
    pub ascii: bool,
    /// Instead of the user's own configuration (--print-config shows one)
    #[arg(long, value_name = "FILE.toml")]
    pub config: Option<PathBuf>,
    /// Print the default configuration, with comments
    #[arg(long, hide = true)]
    pub print_config: bool,
    /// Resume the last session
    #[arg(
        long,
        conflicts_with_all = ["preset", "scenario", "features", "targets", "task", "set", "featurization", "ridge", "noise", "view"]
    )]
    pub resume: bool,
    /// Write errors and internal failures to a log file
    #[arg(long, value_name = "FILE")]
    pub log: Option<PathBuf>,
    #[command(flatten)]
    pub scenario: ScenarioArgs,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Risk (asymptotically exact) and its terms at given n/p or n
    Eval(eval::EvalArgs),
    /// Simulated fits at given n/p or n, compared with the theory
    Simulate(simulate::SimulateArgs),
    /// Fit features for new tasks similar to the given real ones
    Fit(fit::FitArgs),
    /// Risk against n/p or any parameter, for several featurizations
    Curve(curve::CurveArgs),
    /// Which encoder of the same rows is better with n labels
    Compare(compare::CompareArgs),
    /// Regimes of the optimal featurization over two axes
    Phase(phase::PhaseArgs),
    /// One frame of the dashboard as text, ANSI or SVG
    Frame(frame::FrameArgs),
    /// The presets, one line each
    Presets(list::PresetsArgs),
    /// The colour themes
    Themes,
    /// The dashboard's keys
    Keys,
    /// A script that completes flags in a shell
    Completions(list::CompletionsArgs),
    /// The manual, for man
    Man(list::ManArgs),
}

impl Command {
    /// Runs the command and returns its output.
    ///
    /// # Errors
    /// One sentence naming the input and what is accepted.
    pub fn run(&self) -> Result<Output, ScenarioError> {
        match self {
            Self::Eval(args) => eval::run(args).map(Output::from),
            Self::Simulate(args) => simulate::run(args).map(Output::from),
            Self::Fit(args) => fit::run(args).map(Output::from),
            Self::Curve(args) => curve::run(args),
            Self::Compare(args) => compare::run(args),
            Self::Phase(args) => phase::run(args),
            Self::Frame(args) => frame::run(args),
            Self::Presets(args) => Ok(list::presets(args)),
            Self::Themes => Ok(list::themes()),
            Self::Keys => list::keys(),
            Self::Completions(args) => Ok(list::completions(args)),
            Self::Man(args) => list::man(args),
        }
    }
}

/// Which scenario: a preset, a file or real features, then changes to it.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Scenario")]
pub struct ScenarioArgs {
    /// Start from a preset
    #[arg(long, value_name = "NAME", conflicts_with_all = ["scenario", "features"])]
    pub preset: Option<String>,
    /// Start from a scenario file
    #[arg(long, value_name = "FILE.toml", conflicts_with = "features")]
    pub scenario: Option<PathBuf>,
    /// Real features, N×p: .npy, .csv, .parquet, …; a part after a colon. Several encoders: repeat it, each as NAME=FILE
    #[arg(long, value_name = "FILE", requires = "targets")]
    pub features: Vec<PathBuf>,
    /// Labels (one a line) or targets (N×T); --id COLUMN joins rows
    #[arg(long, value_name = "FILE", requires = "features")]
    pub targets: Option<PathBuf>,
    /// Whole numbers are class labels (--numbers: they are numbers)
    #[arg(long, requires = "targets", conflicts_with = "numbers")]
    pub labels: bool,
    /// Whole numbers among the targets are numbers
    #[arg(long, requires = "targets", hide = true)]
    pub numbers: bool,
    /// Join the rows of features and targets by a column that both have
    #[arg(long, value_name = "COLUMN", requires = "targets", hide = true)]
    pub id: Option<String>,
    /// NA, None, NULL and the like are classes, not missing labels
    #[arg(long, requires = "targets", hide = true)]
    pub labels_as_they_are: bool,
    /// Group of each row (patient, speaker): its rows are left out together
    #[arg(long, value_name = "FILE", requires = "targets")]
    pub groups: Option<PathBuf>,
    /// A column of train and test: test rows are excluded, and eval tests fits on them
    #[arg(long, value_name = "COLUMN", requires = "targets", hide = true)]
    pub split_column: Option<String>,
    /// One task of the targets, or the mean over all
    #[arg(long, value_name = "NAME|mean")]
    pub task: Option<String>,
    /// Change a parameter, e.g. task.ratio=1e-3 (repeatable)
    #[arg(long, value_name = "KEY=VALUE")]
    pub set: Vec<String>,
    /// raw, ground-truth, pca, optimal, … (an invalid kind lists all)
    #[arg(long, value_name = "KIND")]
    pub featurization: Option<String>,
    /// λ in units of the mean eigenvalue, optimal or optimal-nonnegative
    #[arg(long, value_name = "L", allow_hyphen_values = true)]
    pub ridge: Option<String>,
    /// Noise variance σ²
    #[arg(long, value_name = "V", allow_hyphen_values = true)]
    pub noise: Option<String>,
}

/// How whole numbers among the targets of a command are read.
#[derive(Debug, Clone, Default, Args)]
pub struct ReadingArgs {
    /// Whole numbers among the targets are class labels
    #[arg(long, conflicts_with = "numbers")]
    pub labels: bool,
    /// Whole numbers among the targets are numbers
    #[arg(long)]
    pub numbers: bool,
    /// Join the rows of features and targets by a column that both have
    #[arg(long, value_name = "COLUMN")]
    pub id: Option<String>,
    /// NA, None, NULL and the like are classes, not missing labels
    #[arg(long)]
    pub labels_as_they_are: bool,
    /// A column of train and test: test rows are excluded
    #[arg(long, value_name = "COLUMN")]
    pub split_column: Option<String>,
}

impl ReadingArgs {
    const fn reading(&self) -> Reading {
        match (self.labels, self.numbers) {
            (true, _) => Reading::Labels,
            (_, true) => Reading::Numbers,
            _ => Reading::Auto,
        }
    }
}

/// The word of the scenario file for `--labels` or `--numbers`.
pub(crate) const fn reading(labels: bool, numbers: bool) -> Option<&'static str> {
    match (labels, numbers) {
        (true, _) => Some("labels"),
        (_, true) => Some("numbers"),
        _ => None,
    }
}

impl ScenarioArgs {
    /// The scenario described by the arguments; the default preset without any.
    ///
    /// # Errors
    /// One sentence naming the flag, key or file and what is accepted.
    pub fn resolve(&self) -> Result<Scenario, ScenarioError> {
        let (scenario, view) = self.described(false)?;
        match view.first() {
            None => Ok(scenario),
            Some((key, _)) => Err(ScenarioError::new(format!(
                "--set {key} changes what the dashboard shows; this command takes the keys of a scenario"
            ))),
        }
    }

    /// The described scenario, and the settings of the view ([`crate::dashboard::model::display::Display::set`]) in
    /// order. Real rows get their best ridge if none is given.
    ///
    /// # Errors
    /// Errors of [`ScenarioArgs::resolve`].
    pub fn resolve_with_view(&self) -> Result<(Scenario, Vec<(String, String)>), ScenarioError> {
        self.described(true)
    }

    fn described(&self, auto_measured: bool) -> Result<(Scenario, Vec<(String, String)>), ScenarioError> {
        let mut view = Vec::new();
        let mut scenario = match (&self.preset, &self.scenario, &self.targets) {
            (Some(name), ..) => Scenario::preset(name)?,
            (_, Some(path), _) if auto_measured => Scenario::open(path)?,
            (_, Some(path), _) => Scenario::load(path)?,
            (_, _, Some(targets)) => {
                let mut rows = encoders::scenario(&self.features, targets)?;
                if auto_measured {
                    rows.ridge = RidgeChoice::OptimalNonNegative;
                }
                rows
            }
            _ => Scenario::default(),
        };
        if let Some(word) = reading(self.labels, self.numbers) {
            scenario.set("data.read", word)?;
        }
        if let Some(data) = &mut scenario.data {
            data.id = self.id.clone().or(data.id.take());
            data.labels_as_they_are |= self.labels_as_they_are;
            data.split_column = self.split_column.clone().or(data.split_column.take());
        }
        if let Some(groups) = &self.groups {
            scenario.set("data.groups", &groups.to_string_lossy())?;
        }
        if let Some(task) = &self.task {
            scenario.set("data.task", task)?;
        }
        for (key, value) in
            [("featurization.kind", &self.featurization), ("ridge", &self.ridge), ("noise", &self.noise)]
        {
            if let Some(value) = value {
                scenario.set(key, value)?;
            }
        }
        for assignment in &self.set {
            let (key, value) = assignment.split_once('=').ok_or_else(|| {
                ScenarioError::new(format!(
                    "--set {assignment}: expected KEY=VALUE with a dotted key of the scenario file, \
                     such as task.ratio=1e-3"
                ))
            })?;
            let (key, value) = (key.trim(), value.trim());
            if key.starts_with("view.") {
                view.push((key.to_owned(), value.to_owned()));
            } else {
                scenario.set(key, value)?;
            }
        }
        Ok((scenario, view))
    }
}
