//! The Python module `riskscope._native`: rows from numpy arrays, results as JSON text, and the whole program.
//!
//! The public Python classes are in `python/riskscope`; they interpret the JSON of the command line.

mod rows;
mod wait;

use std::ffi::OsString;
use std::sync::Arc;

use numpy::{PyArray2, ToPyArray};
use pyo3::prelude::*;
use riskscope::report::arrays;

use rows::{Rows, Targets};
use wait::waiting;

/// The standard output of a command; `arguments` do not include the program's name.
///
/// # Errors
/// ValueError with the program's error message.
#[pyfunction]
fn answer(py: Python<'_>, arguments: Vec<String>) -> PyResult<String> {
    let all: Vec<String> = std::iter::once("riskscope".to_owned()).chain(arguments).collect();
    waiting(py, move |_| riskscope::answer(&all))
}

/// Runs the program, including the dashboard; `arguments` begin with its name. Returns the exit code.
#[pyfunction]
fn run(py: Python<'_>, arguments: Vec<OsString>) -> u8 {
    py.detach(|| riskscope::run_with(&arguments))
}

/// Features fitted to upstream tasks: B (p×k), their expected risks as JSON, and notes about the rows.
#[pyfunction]
fn fit<'py>(
    py: Python<'py>,
    features: &Bound<'py, PyAny>,
    targets: &Targets,
    samples: f64,
    prior: bool,
) -> PyResult<(Bound<'py, PyArray2<f64>>, String, Vec<String>)> {
    let (features, targets) = (rows::features(py, "X", features)?, targets.clone());
    let (b, report, warnings) = waiting(py, move |stop| {
        let pool = Arc::new(rows::pool(features, &targets, false, stop)?);
        let (b, report) =
            arrays::fit(&pool, samples, prior, &|_| !stop()).map_err(|error| error.to_string())?;
        Ok((b, report, pool.warnings().iter().cloned().chain(pool.too_small()).collect::<Vec<_>>()))
    })?;
    Ok((b.to_pyarray(py), report, warnings))
}

#[pymodule]
fn _native(module: &Bound<'_, PyModule>) -> PyResult<()> {
    // Initialises numpy's C interface, which runs Python code: if it ran in the first call instead, an interrupt in
    // that code would cause a panic.
    numpy::dtype::<f64>(module.py());
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add_class::<Targets>()?;
    module.add_class::<Rows>()?;
    module.add_function(wrap_pyfunction!(answer, module)?)?;
    module.add_function(wrap_pyfunction!(fit, module)?)?;
    module.add_function(wrap_pyfunction!(run, module)?)
}
