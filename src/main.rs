//! The binary: parse, choose the dashboard or a headless command, end with the right code.
//!
//! Results go to standard output, words to standard error: one sentence, exit code 2 for bad input, 1 otherwise.

use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser;
use riskscope::cli::{Cli, Command, ViewName, eval, simulate};
use riskscope::dashboard::app::{self, Exit};
use riskscope::dashboard::config::{self, Config, GlyphChoice};
use riskscope::dashboard::state::{State, View};
use riskscope::dashboard::theme::{Depth, Theme};

/// Why the program ends early.
enum Failure {
    BadInput(String),
    Other(String),
}

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return refuse_arguments(&error),
    };
    match run(cli) {
        Ok(code) => code,
        Err(Failure::BadInput(sentence)) => fail(&sentence, 2),
        Err(Failure::Other(sentence)) => fail(&sentence, 1),
    }
}

fn run(cli: Cli) -> Result<ExitCode, Failure> {
    let bad = |e: riskscope::scenario::ScenarioError| Failure::BadInput(e.to_string());
    match cli.command {
        Some(Command::Eval(args)) => {
            let text = eval::run(&args).map_err(bad)?;
            print(&text)?;
            Ok(ExitCode::SUCCESS)
        }
        Some(Command::Simulate(args)) => {
            let text = simulate::run(&args).map_err(bad)?;
            print(&text)?;
            Ok(ExitCode::SUCCESS)
        }
        None if cli.print_config => {
            print(&Config::template())?;
            Ok(ExitCode::SUCCESS)
        }
        None => {
            let config = Config::load(cli.config.as_deref()).map_err(Failure::BadInput)?;
            let scenario = cli.scenario.resolve().map_err(bad)?;
            let depth = Depth::detect(|name| std::env::var(name).ok());
            let theme = cli.theme.as_deref().unwrap_or(&config.theme);
            let theme = if theme == config::AUTO { "default" } else { theme };
            let theme = Theme::built_in(theme, depth).map_err(|e| Failure::BadInput(e.to_string()))?;
            let view = match cli.view {
                None => config.view,
                Some(ViewName::Risk) => View::Risk,
                Some(ViewName::Variance) => View::Variance,
                Some(ViewName::Selection) => View::Selection,
                Some(ViewName::Phase) => View::Phase,
                Some(ViewName::Data) => View::Data,
            };
            let mut state =
                State::new(scenario, view, theme, cli.ascii || config.glyphs == GlyphChoice::Ascii);
            state.keymap = config.keymap;
            state.mouse = config.mouse;
            match app::run(state) {
                Ok(Exit::Quit) => Ok(ExitCode::SUCCESS),
                Ok(Exit::Signal(signal)) => Ok(ExitCode::from(u8::try_from(128 + signal).unwrap_or(1))),
                Ok(Exit::BadInput(sentence)) => Err(Failure::BadInput(sentence)),
                Err(error) => Err(Failure::Other(error.to_string())),
            }
        }
    }
}

/// A closed pipe (`| head`) is no error.
fn print(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::Other(format!("standard output cannot be written: {error}")))
        }
        _ => Ok(()),
    }
}

fn fail(sentence: &str, code: u8) -> ExitCode {
    // A standard error that is gone leaves nobody to tell.
    let _ = writeln!(io::stderr(), "riskscope: {sentence}");
    ExitCode::from(code)
}

/// Help and version go to standard output; anything else is one sentence.
fn refuse_arguments(error: &clap::Error) -> ExitCode {
    if !error.use_stderr() {
        let _ = error.print();
        return ExitCode::SUCCESS;
    }
    let text = error.to_string();
    let words: Vec<&str> = text
        .lines()
        .take_while(|l| !l.starts_with("Usage:") && !l.starts_with("For more"))
        .map(str::trim)
        .filter(|l| !l.is_empty())
        .collect();
    let sentence = words.join(" ");
    fail(&format!("{} (--help lists what is accepted)", sentence.trim_start_matches("error: ")), 2)
}
