//! What should not happen, said so that it can be mended: one sentence for everyone, the report with its backtrace where
//! `RUST_BACKTRACE` asks for it, and in the log ([`super::log`]).

use std::fmt::Display;
use std::io::{self, Write};
use std::panic::{self, PanicHookInfo};
use std::sync::OnceLock;

use color_eyre::config::{HookBuilder, PanicHook, Theme};

use super::{log, text};

static REPORTS: OnceLock<PanicHook> = OnceLock::new();

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

/// Writes the report of a panic to the log, where there is one: for panics that are caught and shown elsewhere.
pub fn note(info: &PanicHookInfo<'_>) {
    if let Some(reports) = REPORTS.get() {
        log::lines(&reports.panic_report(info).to_string());
    }
}

fn tell(info: &PanicHookInfo<'_>) {
    note(info);
    let place = info.location().map(|l| format!(" ({}:{})", l.file(), l.line())).unwrap_or_default();
    let words = text::sentence(words(info));
    // A standard error that is gone leaves nobody to tell.
    let _ = match REPORTS.get().filter(|_| wanted()) {
        Some(reports) => writeln!(io::stderr(), "{}", harmless(reports.panic_report(info))),
        None => writeln!(
            io::stderr(),
            "riskscope: internal error, a panic: {words}{place}; please report it with what RUST_BACKTRACE=1 shows"
        ),
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
