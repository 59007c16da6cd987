//! Entry point of the program: parses arguments, runs the dashboard or a command, and sets the exit code.
//!
//! Results go to standard output and messages to standard error: one sentence, exit code 2 for bad input, 1
//! otherwise.

use std::ffi::OsString;
use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser;

use super::{Cli, output};
use crate::dashboard::app::resume::Session;
use crate::dashboard::app::{self, Exit};
use crate::dashboard::config::{self, Config, GlyphChoice};
use crate::dashboard::model::state::{Message, State};
use crate::outside::{crash, limits, log, save};
use crate::scenario::ScenarioError;
use crate::terminal::background;
use crate::theme::{Depth, Themes};

/// Why the program ends early: one sentence, and the exit code.
#[derive(Debug, thiserror::Error)]
#[error("{sentence}")]
struct Failure {
    sentence: String,
    code: u8,
}

impl Failure {
    /// An error of the user's input.
    fn input(sentence: impl ToString) -> Self {
        Self { sentence: sentence.to_string(), code: 2 }
    }

    /// A failure of the machine.
    fn other(sentence: impl ToString) -> Self {
        Self { sentence: sentence.to_string(), code: 1 }
    }
}

/// The program `riskscope` from its arguments to its exit code: 0, 2 for bad input, 128 and the signal that ended it, else
/// 1. To be called once, on the main thread.
#[must_use]
pub fn run() -> ExitCode {
    ExitCode::from(run_with(&std::env::args_os().collect::<Vec<_>>()))
}

/// Runs the program `riskscope` inside another process, such as Python. `arguments` begin with the program's name;
/// the result is the exit code. Call it once, on the main thread.
#[must_use]
pub fn run_with(arguments: &[OsString]) -> u8 {
    crash::install();
    limits::install();
    if let Err(sentence) = limits::start_threads() {
        return fail(&sentence, 1);
    }
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => return refuse_arguments(&error),
    };
    carry_out(cli, arguments).unwrap_or_else(|report| {
        // The message is one sentence whatever RUST_BACKTRACE is; its backtrace is in the log.
        let refusal = report.downcast_ref::<Failure>().map(|failure| failure.code);
        let full = format!("{report:?}");
        log::lines(&full);
        if refusal.is_none() && crash::wanted() {
            // A closed standard error is ignored.
            let _ = writeln!(io::stderr(), "{}", crash::harmless(full));
        }
        fail(&report.to_string(), refusal.unwrap_or(1))
    })
}

/// The command line of the last session, with the screen settings of this one.
fn resumed(now: Cli, last: &Session) -> Result<Cli, Failure> {
    let words = std::iter::once("riskscope".to_owned()).chain(last.arguments.iter().cloned());
    let then = Cli::try_parse_from(words).ok().filter(|cli| cli.command.is_none() && !cli.resume);
    let Some(then) = then else {
        return Err(Failure::input("--resume: the saved session is from another version; start without it"));
    };
    let theme = now.theme.or(then.theme);
    Ok(Cli { view: then.view, theme, scenario: then.scenario, ..now })
}

fn carry_out(cli: Cli, arguments: &[OsString]) -> color_eyre::Result<u8> {
    if let Some(path) = &cli.log {
        log::open(path).map_err(|error| match error {
            save::Error::Name(sentence) => Failure::input(sentence),
            save::Error::System(sentence) => Failure::other(sentence),
        })?;
        let arguments: Vec<String> =
            arguments.iter().skip(1).map(|a| a.to_string_lossy().into_owned()).collect();
        log::lines(&format!("riskscope {} {arguments:?}", env!("CARGO_PKG_VERSION")));
    }
    let bad = |e: ScenarioError| match e {
        error if error.is_of_the_machine() => Failure::other(error.to_string()),
        other => Failure::input(other),
    };
    let unwritable = |e: io::Error| Failure::other(format!("standard output cannot be written: {e}"));
    match cli.command {
        Some(command) => {
            let result = command.run().map_err(bad)?;
            output::print(result).map_err(unwritable)?;
            Ok(0)
        }
        None if cli.print_config => {
            output::print(Config::template().into()).map_err(unwritable)?;
            Ok(0)
        }
        None => {
            let config = Config::load(cli.config.as_deref()).map_err(Failure::input)?;
            let last = cli.resume.then(Session::last).transpose().map_err(Failure::input)?;
            let cli = match &last {
                Some(last) => resumed(cli, last)?,
                None => cli,
            };
            let (scenario, view) = cli.scenario.resolve_with_view().map_err(bad)?;
            let variable = |name: &str| std::env::var(name).ok();
            let depth = Depth::detect(variable);
            let theme = cli.theme.as_deref().unwrap_or(&config.theme);
            let auto = theme == config::AUTO;
            let light = background::from_environment(variable);
            let theme = if auto { Themes::fitting(light.unwrap_or(false)) } else { theme };
            let themes = Themes::with_user(config::directory().map(|d| d.join("themes")).as_deref());
            let theme = themes.get(theme, depth).map_err(Failure::input)?;
            let shown = cli.view.unwrap_or(config.view);
            let glyphs = if cli.ascii { GlyphChoice::Ascii } else { cli.glyphs.unwrap_or(config.glyphs) };
            let glyphs = glyphs.resolved(variable);
            let mut state = State::new(scenario, shown, theme, glyphs == GlyphChoice::Ascii);
            state.dots = glyphs == GlyphChoice::Dots;
            // An invalid theme file does not prevent the start unless it is requested.
            if let Some(error) = themes.errors().next() {
                state.message = Some(Message::Failed(error.to_string()));
            }
            state.themes = themes;
            state.auto_theme = auto;
            // Without colours the background does not matter.
            state.ask_background =
                auto && light.is_none() && depth != Depth::None && background::supports_query(variable);
            state.keymap = config.keymap;
            state.mouse = config.mouse;
            state.open_view(&view).map_err(Failure::input)?;
            if let Some(last) = &last {
                last.restore(&mut state).map_err(Failure::input)?;
            }
            state.scenario.files().map_err(bad)?;
            match app::run(state) {
                Ok(Exit::Quit) => Ok(0),
                Ok(Exit::Message(text)) => {
                    output::print(text.into()).map_err(unwritable)?;
                    Ok(0)
                }
                Ok(Exit::Signal(signal)) => Ok(u8::try_from(128 + signal).unwrap_or(1)),
                Ok(Exit::BadInput(sentence)) => Err(Failure::input(sentence).into()),
                Err(error) => Err(Failure::other(error).into()),
            }
        }
    }
}

fn fail(sentence: &str, code: u8) -> u8 {
    output::note(sentence);
    code
}

/// The standard output of a command, such as `curve --preset double-divergence --format json`; `arguments` begin with
/// the program's name.
///
/// # Errors
/// The sentence that the program would print to standard error.
pub fn answer(arguments: &[String]) -> Result<String, String> {
    let cli = Cli::try_parse_from(arguments).map_err(|error| words_of(&error))?;
    let command = cli.command.ok_or("a command is needed, such as curve or eval")?;
    let mut out = Vec::new();
    command.run().map_err(|e| e.to_string())?.write(&mut out).map_err(|e| e.to_string())?;
    String::from_utf8(out).map_err(|_| "a picture in bytes is no text".to_owned())
}

/// Prints help or version to standard output; for other errors prints one sentence.
fn refuse_arguments(error: &clap::Error) -> u8 {
    if !error.use_stderr() {
        return match error.print().and_then(|()| io::stdout().flush()) {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                fail(&format!("standard output cannot be written: {error}"), 1)
            }
            _ => 0,
        };
    }
    fail(&words_of(error), 2)
}

/// One sentence about invalid arguments.
fn words_of(error: &clap::Error) -> String {
    let text = error.to_string();
    let words: Vec<&str> = text
        .lines()
        .take_while(|l| !l.starts_with("Usage:") && !l.starts_with("For more"))
        .map(str::trim)
        .filter(|l| !l.is_empty())
        .collect();
    let sentence = words.join(" ");
    format!("{} (--help lists what is accepted)", sentence.trim_start_matches("error: "))
}
