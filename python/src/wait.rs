//! Work on a thread of its own, without the interpreter's lock, which is left alone when Python is interrupted.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use pyo3::exceptions::{PyRuntimeError, PyValueError};
use pyo3::prelude::*;

/// How often Python is asked whether there was a signal.
const EVERY: Duration = Duration::from_millis(50);

/// Bytes; decompositions of wide rows recurse.
const STACK: usize = 16 << 20;

/// Runs `work` while other Python threads run. Once a signal handler has raised, such as that of KeyboardInterrupt, this
/// returns at once; `work`, which is given what to ask whether it should stop, ends at its next such question.
///
/// # Errors
/// What the signal handler raised; ValueError with the sentence of `work`.
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
