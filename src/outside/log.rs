//! The log that `--log` asks for: what was started, what failed, and reports of what should not happen.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Instant;

use super::text;

struct Log {
    file: Mutex<File>,
    start: Instant,
}

static LOG: OnceLock<Log> = OnceLock::new();

/// Opens the log of this process; what the file holds already stays.
///
/// # Errors
/// One sentence when it is no ordinary file or cannot be written.
pub fn open(path: &Path) -> Result<(), String> {
    let shown = text::path(path);
    // Asked before opening: opening a pipe would wait for its reader.
    if path.metadata().is_ok_and(|found| !found.is_file()) {
        return Err(format!("--log: {shown} is no ordinary file; give a name that is free, or a log"));
    }
    let file = OpenOptions::new()
        .append(true)
        .create(true)
        .open(path)
        .map_err(|error| format!("--log: {shown} cannot be written: {error}"))?;
    // It is set twice only by who opens two logs: the first one stays.
    let _ = LOG.set(Log { file: Mutex::new(file), start: Instant::now() });
    Ok(())
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
