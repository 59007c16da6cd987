//! Runs work on a separate thread without the interpreter's lock; an interrupt of Python abandons the thread.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use pyo3::exceptions::{PyRuntimeError, PyValueError};
use pyo3::prelude::*;

/// Interval at which Python is checked for signals.
const EVERY: Duration = Duration::from_millis(50);

/// Stack size in bytes; decompositions of wide rows are recursive.
const STACK: usize = 16 << 20;

/// Runs `work` while other Python threads continue. After a signal handler has raised an exception, such as
/// KeyboardInterrupt, this returns at once; `work` receives a callback and ends when that tells it to stop.
///
/// # Errors
/// The exception of the signal handler; ValueError with the error message of `work`.
pub fn waiting<T: Send + 'static>(
    py: Python<'_>,
    work: impl FnOnce(&(dyn Fn() -> bool + Sync)) -> Result<T, String> + Send + 'static,
) -> PyResult<T> {
    let stopped = Arc::new(AtomicBool::new(false));
    let (stop, waiter) = (Arc::clone(&stopped), thread::current());
    let worker = thread::Builder::new().stack_size(STACK).spawn(move || {
        let done = work(&|| stop.load(Ordering::Relaxed));
        waiter.unpark();
        done
    })?;
    while !worker.is_finished() {
        py.detach(|| thread::park_timeout(EVERY));
        if let Err(raised) = py.check_signals() {
            stopped.store(true, Ordering::Relaxed);
            return Err(raised);
        }
    }
    match worker.join() {
        Ok(done) => done.map_err(PyValueError::new_err),
        Err(_) => Err(PyRuntimeError::new_err("internal error in riskscope; please report it")),
    }
}
