//! Internal errors: one sentence that names the file with the report; the report itself where `RUST_BACKTRACE` asks for it,
//! and in the log ([`super::log`]).

use std::any::Any;
use std::backtrace::Backtrace;
use std::cell::Cell;
use std::fmt::Display;
use std::io::{self, Write};
use std::panic::{self, AssertUnwindSafe, PanicHookInfo};
use std::path::PathBuf;
use std::sync::{Mutex, OnceLock, PoisonError};

use color_eyre::config::{HookBuilder, PanicHook, Theme};

use super::{log, save, state, text};

static REPORTS: OnceLock<PanicHook> = OnceLock::new();
static KEPT: Mutex<Option<PathBuf>> = Mutex::new(None);

thread_local! {
    /// Nesting depth of [`contained`] on this thread.
    static CONTAINED: Cell<usize> = const { Cell::new(0) };
}

/// Installs the error and panic hooks: errors carry a backtrace, and a panic is reported as one sentence. Call it
/// once, first. Code that takes over the terminal wraps the panic hook, to restore the terminal before the sentence
/// is printed.
pub fn install() {
    let (panics, errors) = HookBuilder::new().theme(Theme::new()).display_env_section(false).into_hooks();
    // Both fail only if hooks are already installed, which is harmless.
    let _ = errors.install();
    let _ = REPORTS.set(panics);
    panic::set_hook(Box::new(report));
}

/// Whether `RUST_BACKTRACE` asks for backtraces.
#[must_use]
pub fn wanted() -> bool {
    std::env::var_os("RUST_BACKTRACE").is_some_and(|value| value != "0")
}

/// Runs code of a library that may panic on damaged input, and turns a panic into an error without a crash report.
///
/// # Errors
/// The panic's message, sanitised.
pub fn contained<T>(run: impl FnOnce() -> T) -> Result<T, String> {
    CONTAINED.set(CONTAINED.get() + 1);
    let result = panic::catch_unwind(AssertUnwindSafe(run));
    CONTAINED.set(CONTAINED.get() - 1);
    result.map_err(|payload| text::sentence(message(payload.as_ref())))
}

/// Whether a panic of this thread is caught by [`contained`].
#[must_use]
pub fn is_contained() -> bool {
    CONTAINED.get() > 0
}

/// Stores the report of a panic that may be caught and shown elsewhere: in the log, if there is one, and in a file in
/// the user's state directory, replacing the previous report.
pub fn note(info: &PanicHookInfo<'_>) {
    let Some(reports) = REPORTS.get() else { return };
    log::lines(&reports.panic_report(info).to_string());
    if let Some(path) = write(info) {
        *KEPT.lock().unwrap_or_else(PoisonError::into_inner) = Some(path);
    }
}

/// Path of the last crash report, if there is one.
#[must_use]
pub fn kept() -> Option<PathBuf> {
    KEPT.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

/// Writes the panic's message, location and backtrace. Arguments and file names are left out, since reports are sent
/// to others.
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

fn report(info: &PanicHookInfo<'_>) {
    if is_contained() {
        return;
    }
    note(info);
    let place = info.location().map(|l| format!(" ({}:{})", l.file(), l.line())).unwrap_or_default();
    let words = text::sentence(words(info));
    let report = match kept() {
        Some(path) => format!("please report it with {}", text::path(&path)),
        None => "please report it with what RUST_BACKTRACE=1 shows".into(),
    };
    // Errors of a closed standard error are ignored.
    let _ = match REPORTS.get().filter(|_| wanted()) {
        Some(reports) => writeln!(io::stderr(), "{}", harmless(reports.panic_report(info))),
        None => writeln!(io::stderr(), "riskscope: internal error, a panic: {words}{place}; {report}"),
    };
}

fn words<'a>(info: &'a PanicHookInfo<'_>) -> &'a str {
    message(info.payload())
}

fn message(payload: &(dyn Any + Send)) -> &str {
    payload
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("without a message")
}

/// A report of several lines, each sanitised for a terminal.
#[must_use]
pub fn harmless(report: impl Display) -> String {
    report.to_string().lines().map(text::plain).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_caught_panic_gives_its_message() {
        let nested = contained(|| contained(|| panic!("page {} of\u{1b}[2J", 7)).unwrap_err());
        assert_eq!(nested, Ok("page 7 of\\u{1b}[2J".to_owned()));
        assert!(!is_contained());
        assert_eq!(contained(|| 3), Ok(3));
    }
}
