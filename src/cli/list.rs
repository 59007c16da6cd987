//! Lists: presets, themes, keys, shell completions and the manual.

use std::fmt::Write;

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use super::Cli;
use super::output::{Output, note};
use crate::dashboard::config::{self, Config};
use crate::dashboard::model::action::{ABOUT, Section};
use crate::report::json;
use crate::scenario::{ScenarioError, presets};
use crate::theme::{Depth, Themes};

#[derive(Debug, Args)]
#[command(after_help = "Example:
  riskscope completions bash > ~/.local/share/bash-completion/completions/riskscope")]
pub struct CompletionsArgs {
    #[arg(value_enum)]
    pub shell: Shell,
}

#[derive(Debug, Args)]
#[command(after_help = "Example:
  riskscope man | man -l -")]
pub struct ManArgs {
    /// Only the page of this command
    pub command: Option<String>,
}

#[derive(Debug, Args)]
#[command(after_help = "Example:
  riskscope presets --json | jq '.[] | select(.group == \"papers\") | .reference'")]
pub struct PresetsArgs {
    /// Everything about them: group, reference, and the value that is reproduced
    #[arg(long)]
    pub json: bool,
}

/// Names and descriptions of the presets.
#[must_use]
pub fn presets(args: &PresetsArgs) -> Output {
    let all = presets::all();
    if args.json {
        let all: Vec<_> = all.iter().map(json::preset).collect();
        return json::pretty(&all.into()).into();
    }
    let wide = all.iter().map(|p| p.name.len()).max().unwrap_or(0);
    let mut out = String::new();
    for p in all {
        let _ = writeln!(out, "{:<wide$}  {}", p.name, p.look);
    }
    out.into()
}

/// Names of all themes, including the user's, with their background.
#[must_use]
pub fn themes() -> Output {
    let themes = Themes::with_user(config::directory().map(|d| d.join("themes")).as_deref());
    for error in themes.errors() {
        note(error);
    }
    let wide = themes.names().map(|name| name.chars().count()).max().unwrap_or(0);
    let mut out = String::new();
    for name in themes.names() {
        let ground = themes.get(name, Depth::TrueColor).ok().map(|theme| theme.base().bg);
        let ground = match ground.flatten() {
            Some(color) => format!("on {}", color.to_string().to_lowercase()),
            None => "on the terminal's own ground".into(),
        };
        let _ = writeln!(out, "{name:<wide$}  {ground}");
    }
    out.into()
}

/// Every key of the dashboard as configured by the user.
///
/// # Errors
/// An error of the configuration.
pub fn keys() -> Result<Output, ScenarioError> {
    let keymap = Config::load(None).map_err(ScenarioError::new)?.keymap;
    let shown: Vec<(Section, String, &str)> =
        ABOUT.iter().map(|a| (a.section, keymap.all_shown(a.action, false), a.words)).collect();
    let wide = shown.iter().map(|(_, keys, _)| keys.chars().count()).max().unwrap_or(0);
    let mut out = String::new();
    for section in Section::ALL {
        let _ = writeln!(out, "{}", section.title());
        for (_, keys, words) in shown.iter().filter(|(s, ..)| *s == section) {
            let _ = writeln!(out, "  {keys:<wide$}  {words}");
        }
    }
    Ok(out.into())
}

/// A script for completing this program's flags in a shell.
#[must_use]
pub fn completions(args: &CompletionsArgs) -> Output {
    let mut bytes = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "riskscope", &mut bytes);
    String::from_utf8_lossy(&bytes).into_owned().into()
}

/// The manual in troff: one page, or all pages concatenated.
///
/// # Errors
/// For a command that does not exist; the sentence lists them.
pub fn man(args: &ManArgs) -> Result<Output, ScenarioError> {
    let mut root = Cli::command();
    root.build();
    let commands: Vec<&clap::Command> = root.get_subcommands().filter(|c| c.get_name() != "help").collect();
    let wanted: Vec<&clap::Command> = match &args.command {
        None => std::iter::once(&root).chain(commands).collect(),
        Some(name) => match commands.iter().find(|c| c.get_name() == name) {
            Some(command) => vec![command],
            None => {
                let names: Vec<&str> = commands.iter().map(|c| c.get_name()).collect();
                return Err(ScenarioError::new(format!(
                    "there is no command {name}; accepted are {}",
                    names.join(", ")
                )));
            }
        },
    };
    let mut bytes = Vec::new();
    for command in wanted {
        let page = clap_mangen::Man::new(command.clone());
        page.render(&mut bytes)
            .map_err(|e| ScenarioError::new(format!("the manual cannot be written: {e}")))?;
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned().into())
}
