//! The log written by `--log`: each start with its arguments, every failure with its backtrace, and internal errors.

use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::path::Path;
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Instant;

use super::save::Error;
use super::text;

struct Log {
    file: Mutex<File>,
    start: Instant,
}

static LOG: OnceLock<Log> = OnceLock::new();

/// Opens the log of this process. An existing log is appended to; any other existing file is refused and left
/// unchanged.
///
/// # Errors
/// One sentence if the path is not a regular file, is not a log of this program, or cannot be written.
pub fn open(path: &Path) -> Result<(), Error> {
    let shown = text::path(path);
    let unusable = |done: &str, error: std::io::Error| {
        Error::System(format!("--log: {shown} cannot be {done}: {error}"))
    };
    // Checked before opening, because opening a pipe would block until it has a reader.
    if path.metadata().is_ok_and(|found| !found.is_file()) {
        return Err(Error::System(format!(
            "--log: {shown} is not a regular file; accepted are a new name or an existing log"
        )));
    }
    if path.exists() && !is_log(path).map_err(|error| unusable("read", error))? {
        return Err(Error::Name(format!(
            "--log: {shown} exists and is not a log of riskscope; accepted are a new name or an existing log"
        )));
    }
    let file = OpenOptions::new()
        .append(true)
        .create(true)
        .open(path)
        .map_err(|error| unusable("written", error))?;
    // A process has one log; a second call is ignored.
    let _ = LOG.set(Log { file: Mutex::new(file), start: Instant::now() });
    Ok(())
}

/// Whether the file is empty or begins like a log: seconds since the start, then the program's name.
fn is_log(path: &Path) -> std::io::Result<bool> {
    let mut start = Vec::new();
    File::open(path)?.take(64).read_to_end(&mut start)?;
    let start = String::from_utf8_lossy(&start);
    let mut words = start.split_whitespace();
    let stamped = words.next().is_some_and(|seconds| seconds.parse::<f64>().is_ok());
    Ok(start.is_empty() || (stamped && words.next() == Some("riskscope")))
}

/// Appends lines to the log, each with the seconds since the start; does nothing without a log.
pub fn lines(words: &str) {
    let Some(log) = LOG.get() else { return };
    let seconds = log.start.elapsed().as_secs_f64();
    let stamped: String =
        words.lines().map(|line| format!("{seconds:9.3} {}\n", text::plain(line))).collect();
    // A failed write to the log, for example on a full disk, does not stop the program.
    let _ = log.file.lock().unwrap_or_else(PoisonError::into_inner).write_all(stamped.as_bytes());
}
