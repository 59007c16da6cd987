//! The log that `--log` asks for: each start with its arguments, every failure with its backtrace, and internal errors.

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

/// Opens the log of this process, new or continued: a log that exists is appended to, any other file is left as it is.
///
/// # Errors
/// One sentence when the file is not ordinary, is not a log of this program, or cannot be written.
pub fn open(path: &Path) -> Result<(), Error> {
    let shown = text::path(path);
    let unusable = |done: &str, error: std::io::Error| {
        Error::System(format!("--log: {shown} cannot be {done}: {error}"))
    };
    // Asked before opening: opening a pipe would wait for its reader.
    if path.metadata().is_ok_and(|found| !found.is_file()) {
        return Err(Error::System(format!(
            "--log: {shown} is no ordinary file; give a name that is free, or a log"
        )));
    }
    if path.exists() && !is_log(path).map_err(|error| unusable("read", error))? {
        return Err(Error::Name(format!(
            "--log: {shown} exists and is not a log of riskscope; give a name that is free, or such a log"
        )));
    }
    let file = OpenOptions::new()
        .append(true)
        .create(true)
        .open(path)
        .map_err(|error| unusable("written", error))?;
    // A second log is ignored: a process has one.
    let _ = LOG.set(Log { file: Mutex::new(file), start: Instant::now() });
    Ok(())
}

/// Whether the file is empty or begins as a log does: seconds since the start, then the program's name.
fn is_log(path: &Path) -> std::io::Result<bool> {
    let mut start = Vec::new();
    File::open(path)?.take(64).read_to_end(&mut start)?;
    let start = String::from_utf8_lossy(&start);
    let mut words = start.split_whitespace();
    let stamped = words.next().is_some_and(|seconds| seconds.parse::<f64>().is_ok());
    Ok(start.is_empty() || (stamped && words.next() == Some("riskscope")))
}

/// Adds lines, each with the seconds since the start; nothing where there is no log.
pub fn lines(words: &str) {
    let Some(log) = LOG.get() else { return };
    let seconds = log.start.elapsed().as_secs_f64();
    let stamped: String =
        words.lines().map(|line| format!("{seconds:9.3} {}\n", text::plain(line))).collect();
    // A full disk is no reason to stop.
    let _ = log.file.lock().unwrap_or_else(PoisonError::into_inner).write_all(stamped.as_bytes());
}
