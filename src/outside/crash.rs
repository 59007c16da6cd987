//! What should not happen, said so that it can be mended: one sentence for everyone, which names the file that the report
//! is in; the report itself where `RUST_BACKTRACE` asks for it, and in the log ([`super::log`]).

use std::backtrace::Backtrace;
use std::fmt::Display;
use std::io::{self, Write};
use std::panic::{self, PanicHookInfo};
use std::path::PathBuf;
use std::sync::{Mutex, OnceLock, PoisonError};

use color_eyre::config::{HookBuilder, PanicHook, Theme};

use super::{log, save, state, text};

static REPORTS: OnceLock<PanicHook> = OnceLock::new();
static KEPT: Mutex<Option<PathBuf>> = Mutex::new(None);

/// Errors carry where they were made from here on, and a panic is a sentence. To be called once, before anything else;
/// who holds the terminal wraps the hook to give it back first.
pub fn install() {
    let (panics, errors) = HookBuilder::new().theme(Theme::new()).display_env_section(false).into_hooks();
    // Both fail only where there are hooks already, which are as good.
    let _ = errors.install();
    let _ = REPORTS.set(panics);
    panic::set_hook(Box::new(tell));
}

/// Whether the user wants to see where.
#[must_use]
pub fn wanted() -> bool {
    std::env::var_os("RUST_BACKTRACE").is_some_and(|value| value != "0")
}

/// Keeps the report of a panic, also where it is caught and shown elsewhere: in the log, where there is one, and in a file
/// of the user's state directory, in place of the one before.
pub fn note(info: &PanicHookInfo<'_>) {
    let Some(reports) = REPORTS.get() else { return };
    log::lines(&reports.panic_report(info).to_string());
    if let Some(path) = write(info) {
        *KEPT.lock().unwrap_or_else(PoisonError::into_inner) = Some(path);
    }
}

/// Where the last report is, if there is one.
#[must_use]
pub fn kept() -> Option<PathBuf> {
    KEPT.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

/// What happened, where, and the way there. Nothing of what the program was given: a report is sent to others.
fn write(info: &PanicHookInfo<'_>) -> Option<PathBuf> {
    let path = state::file("crash.txt")?;
    let place = info.location().map(ToString::to_string).unwrap_or_default();
    let thread = std::thread::current();
    let report = format!(
        "riskscope {} on {} {}, thread {}\n{} ({place})\n\n{}\n",
        env!("CARGO_PKG_VERSION"),
        std::env::consts::OS,
        std::env::consts::ARCH,
        thread.name().unwrap_or("without a name"),
        text::sentence(words(info)),
        harmless(Backtrace::force_capture()),
    );
    save::replace(&path, |out| out.write_all(report.as_bytes())).ok()?;
    Some(path)
}

fn tell(info: &PanicHookInfo<'_>) {
    note(info);
    let place = info.location().map(|l| format!(" ({}:{})", l.file(), l.line())).unwrap_or_default();
    let words = text::sentence(words(info));
    let report = match kept() {
        Some(path) => format!("please report it with {}", text::path(&path)),
        None => "please report it with what RUST_BACKTRACE=1 shows".into(),
    };
    // A standard error that is gone leaves nobody to tell.
    let _ = match REPORTS.get().filter(|_| wanted()) {
        Some(reports) => writeln!(io::stderr(), "{}", harmless(reports.panic_report(info))),
        None => writeln!(io::stderr(), "riskscope: internal error, a panic: {words}{place}; {report}"),
    };
}

fn words<'a>(info: &'a PanicHookInfo<'_>) -> &'a str {
    let payload = info.payload();
    payload
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("it did not say why")
}

/// A report of several lines, each without what a terminal would obey.
#[must_use]
pub fn harmless(report: impl Display) -> String {
    report.to_string().lines().map(text::plain).collect::<Vec<_>>().join("\n")
}
