//! Rows from numpy arrays, decomposed once and evaluated any number of times.

use std::path::PathBuf;
use std::sync::Arc;

use ndarray::{ArrayView2, Axis};
use numpy::{PyReadonlyArray1, PyReadonlyArray2};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use riskscope::data::{self, Blocks, DataError, Files, Pool, Reading, TestRows, TestTargets};
use riskscope::report::arrays;

use super::wait::waiting;

/// Given features: a copy of an array, or a file.
pub enum Source {
    Array(Blocks),
    File(PathBuf),
}

/// Features from an N×p numpy array of float32 or float64, copied in double precision, or from a file given by its
/// path (str).
///
/// # Errors
/// TypeError for other types; ValueError with one sentence about `name`; an exception raised by a signal handler.
pub fn features(py: Python<'_>, name: &str, object: &Bound<'_, PyAny>) -> PyResult<Source> {
    if let Ok(path) = object.extract::<PathBuf>() {
        Ok(Source::File(path))
    } else if let Ok(single) = object.extract::<PyReadonlyArray2<'_, f32>>() {
        copied(py, name, single.as_array()).map(Source::Array)
    } else if let Ok(double) = object.extract::<PyReadonlyArray2<'_, f64>>() {
        copied(py, name, double.as_array()).map(Source::Array)
    } else {
        Err(PyTypeError::new_err(format!("{name}: expected an N×p numpy array of float32 or float64")))
    }
}

/// Copies an array block by block, so that a memory map is read page by page.
fn copied<T: Copy + Into<f64> + Sync>(
    py: Python<'_>,
    name: &str,
    rows: ArrayView2<'_, T>,
) -> PyResult<Blocks> {
    let mut blocks = Blocks::new(name, rows.nrows(), rows.ncols()).map_err(refused)?;
    for block in rows.axis_chunks_iter(Axis(0), Blocks::rows_of(rows.ncols())) {
        py.detach(|| blocks.push(block));
        py.check_signals()?;
    }
    Ok(blocks)
}

fn refused(error: impl std::fmt::Display) -> PyErr {
    PyValueError::new_err(error.to_string())
}

/// Targets of N rows: labels, numbers, or N×T numbers.
#[pyclass(frozen)]
#[derive(Clone)]
pub struct Targets(Arc<Given>);

enum Given {
    Labels(Vec<String>),
    Numbers {
        values: Vec<f64>,
        whole: bool,
        reading: Reading,
    },
    Matrix(ndarray::Array2<f64>),
    /// A file; features in the same file exclude its columns.
    File {
        path: PathBuf,
        reading: Reading,
    },
}

#[pymethods]
impl Targets {
    /// One label a row, "" for a row without one.
    #[staticmethod]
    fn labels(labels: Vec<String>) -> Self {
        Self(Arc::new(Given::Labels(labels)))
    }

    /// One number a row, NaN for a row without one; `labels` tells whether they are class labels, None to decide by
    /// their values.
    #[staticmethod]
    fn numbers(values: PyReadonlyArray1<'_, f64>, whole: bool, labels: Option<bool>) -> Self {
        let values = values.as_array().to_vec();
        Self(Arc::new(Given::Numbers { values, whole, reading: reading(labels) }))
    }

    /// A file of labels or numbers, one row for each of the features.
    #[staticmethod]
    fn file(path: PathBuf, labels: Option<bool>) -> Self {
        Self(Arc::new(Given::File { path, reading: reading(labels) }))
    }

    /// N×T numbers, one task a column.
    #[staticmethod]
    fn matrix(values: PyReadonlyArray2<'_, f64>) -> Self {
        Self(Arc::new(Given::Matrix(values.as_array().to_owned())))
    }
}

const fn reading(labels: Option<bool>) -> Reading {
    match labels {
        None => Reading::Auto,
        Some(true) => Reading::Labels,
        Some(false) => Reading::Numbers,
    }
}

impl Targets {
    /// Checked targets of `rows` rows.
    ///
    /// # Errors
    /// One sentence about `name` or the file.
    fn read(&self, name: &str, rows: usize) -> Result<data::Targets, DataError> {
        match self.0.as_ref() {
            Given::Labels(labels) => data::Targets::from_labels(name, labels.iter().cloned()),
            Given::Numbers { values, whole, reading } => {
                data::Targets::from_numbers_or_labels(name, values.clone(), *whole, *reading)
            }
            Given::Matrix(values) => data::Targets::from_array(name, values.view()),
            Given::File { path, reading } => data::load_targets(path, rows, *reading),
        }
    }
}

/// Encoders of the same rows, with decomposed covariances.
#[pyclass(frozen)]
pub struct Rows(Arc<arrays::Rows>);

#[pymethods]
impl Rows {
    /// Reads named features, the targets of their rows, and the group of each row ("" for none); with `control` the
    /// targets are shuffled over the rows.
    #[new]
    fn new(
        py: Python<'_>,
        features: Vec<(String, Bound<'_, PyAny>)>,
        targets: &Targets,
        settings: Vec<(String, String)>,
        groups: Option<Vec<String>>,
        control: bool,
    ) -> PyResult<Self> {
        let read = features
            .iter()
            .map(|(name, object)| Ok((name.clone(), self::features(py, name, object)?)))
            .collect::<PyResult<Vec<_>>>()?;
        let targets = targets.clone();
        let group = |name: String| Some(name).filter(|name| !name.is_empty());
        let groups: Option<Vec<Option<String>>> = groups.map(|all| all.into_iter().map(group).collect());
        waiting(py, move |stop| {
            let mut pools = Vec::with_capacity(read.len());
            for (name, features) in read {
                let mut rows = pool(features, &targets, control, stop)?;
                if let Some(groups) = &groups {
                    rows = rows.grouped("groups", groups).map_err(|error| error.to_string())?;
                }
                pools.push((name, rows));
            }
            let rows = arrays::Rows::new(pools, &settings, stop).map_err(|error| error.to_string())?;
            Ok(Self(Arc::new(rows)))
        })
    }

    /// Number of labelled rows N.
    #[getter]
    fn rows(&self) -> usize {
        self.0.rows()
    }

    /// Warnings to read before using the numbers.
    #[getter]
    fn warnings(&self) -> Vec<String> {
        self.0.warnings().to_vec()
    }

    /// The JSON of `riskscope compare`.
    fn compare(
        &self,
        py: Python<'_>,
        metric: String,
        samples: Vec<f64>,
        target: Option<f64>,
    ) -> PyResult<String> {
        let rows = Arc::clone(&self.0);
        waiting(py, move |stop| rows.json(&metric, samples, target, stop).map_err(|error| error.to_string()))
    }

    /// The JSON of `held_out` in `riskscope eval` for each of `samples`: fits tested on M other rows, and notes on
    /// those rows.
    fn held_out(
        &self,
        py: Python<'_>,
        features: &Bound<'_, PyAny>,
        targets: &Targets,
        samples: Vec<f64>,
    ) -> PyResult<(String, Vec<String>)> {
        let pool = self.0.pool().map_err(refused)?;
        let given = match targets.0.as_ref() {
            Given::Labels(labels) => TestTargets::Labels(labels.clone()),
            Given::Numbers { values, .. } => TestTargets::Numbers(values.clone()),
            Given::Matrix(values) => TestTargets::Matrix(values.clone()),
            Given::File { path, reading } => {
                let Ok(features) = features.extract::<PathBuf>() else {
                    return Err(refused(
                        "test_y is a file and test_X is none; accepted are two files or two arrays",
                    ));
                };
                let files = Files { reading: *reading, ..Files::new(&features, path) };
                return self.tested(py, pool.test_rows(&files).map_err(refused)?, samples);
            }
        };
        let Source::Array(features) = self::features(py, "test_X", features)? else {
            return Err(refused("test_X is a file and test_y is none; accepted are two files or two arrays"));
        };
        let test = py.detach(|| pool.test_arrays(features, "test_y", given));
        self.tested(py, test.map_err(refused)?, samples)
    }

    /// The curves along n as svg.
    fn svg(&self, py: Python<'_>, metric: String) -> PyResult<String> {
        let rows = Arc::clone(&self.0);
        waiting(py, move |stop| rows.svg(&metric, stop).map_err(|error| error.to_string()))
    }
}

impl Rows {
    fn tested(&self, py: Python<'_>, test: TestRows, samples: Vec<f64>) -> PyResult<(String, Vec<String>)> {
        let (rows, notes) = (Arc::clone(&self.0), test.notes().to_vec());
        let found =
            waiting(py, move |stop| rows.held_out(&test, &samples, stop).map_err(|error| error.to_string()))?;
        Ok((found, notes))
    }
}

/// Checked rows with their targets, which are shuffled for a `control`.
///
/// # Errors
/// One sentence about either.
pub fn pool(
    source: Source,
    targets: &Targets,
    control: bool,
    stop: &(dyn Fn() -> bool + Sync),
) -> Result<Pool, String> {
    let read = || {
        let (features, mut targets) = match (source, targets.0.as_ref()) {
            (Source::File(features), Given::File { path, reading }) => {
                let read = Files { reading: *reading, ..Files::new(&features, path) }.load()?;
                (read.features, read.targets)
            }
            (Source::File(features), _) => {
                let features = data::load_features(&features)?;
                let targets = targets.read("y", features.read())?;
                (features, targets)
            }
            (Source::Array(blocks), _) => {
                let features = blocks.features()?;
                let targets = targets.read("y", features.read())?;
                (features, targets)
            }
        };
        if control {
            targets.shuffle();
        }
        Pool::new(features, targets, &|_| !stop())
    };
    read().map_err(|error| error.to_string())
}
