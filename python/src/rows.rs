//! Rows in numpy arrays, read once and then asked as often as wanted.

use std::sync::Arc;

use numpy::{PyReadonlyArray1, PyReadonlyArray2};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use riskscope::data::{self, Features, Pool, Reading};
use riskscope::report::arrays;

use super::wait::waiting;

/// Checked features of an N×p numpy array of float32 or float64: a copy in double precision.
///
/// # Errors
/// TypeError for anything else; ValueError with one sentence about `name`.
pub fn features(py: Python<'_>, name: &str, object: &Bound<'_, PyAny>) -> PyResult<Features> {
    let read = if let Ok(single) = object.extract::<PyReadonlyArray2<'_, f32>>() {
        let rows = single.as_array();
        py.detach(|| Features::from_array(name, rows))
    } else if let Ok(double) = object.extract::<PyReadonlyArray2<'_, f64>>() {
        let rows = double.as_array();
        py.detach(|| Features::from_array(name, rows))
    } else {
        return Err(PyTypeError::new_err(format!(
            "{name}: expected an N×p numpy array of float32 or float64"
        )));
    };
    read.map_err(|error| PyValueError::new_err(error.to_string()))
}

/// Targets of N rows: labels, numbers, or N×T numbers.
#[pyclass(frozen)]
#[derive(Clone)]
pub struct Targets(Arc<Given>);

enum Given {
    Labels(Vec<String>),
    Numbers { values: Vec<f64>, whole: bool, reading: Reading },
    Matrix(ndarray::Array2<f64>),
}

#[pymethods]
impl Targets {
    /// One label a row, "" for a row without one.
    #[staticmethod]
    fn labels(labels: Vec<String>) -> Self {
        Self(Arc::new(Given::Labels(labels)))
    }

    /// One number a row, NaN for a row without one; `labels` says whether they are class labels, None: by their values.
    #[staticmethod]
    fn numbers(values: PyReadonlyArray1<'_, f64>, whole: bool, labels: Option<bool>) -> Self {
        let reading = match labels {
            None => Reading::Auto,
            Some(true) => Reading::Labels,
            Some(false) => Reading::Numbers,
        };
        Self(Arc::new(Given::Numbers { values: values.as_array().to_vec(), whole, reading }))
    }

    /// N×T numbers, one task a column.
    #[staticmethod]
    fn matrix(values: PyReadonlyArray2<'_, f64>) -> Self {
        Self(Arc::new(Given::Matrix(values.as_array().to_owned())))
    }
}

impl Targets {
    /// Checked targets.
    ///
    /// # Errors
    /// One sentence about `name`.
    fn read(&self, name: &str) -> Result<data::Targets, String> {
        let read = match self.0.as_ref() {
            Given::Labels(labels) => data::Targets::from_labels(name, labels.iter().cloned()),
            Given::Numbers { values, whole, reading } => {
                data::Targets::from_numbers_or_labels(name, values.clone(), *whole, *reading)
            }
            Given::Matrix(values) => data::Targets::from_array(name, values.view()),
        };
        read.map_err(|error| error.to_string())
    }
}

/// Encoders of the same rows, read and decomposed.
#[pyclass(frozen)]
pub struct Rows(Arc<arrays::Rows>);

#[pymethods]
impl Rows {
    /// Reads features, each with a name, the targets of their rows, and the group of each row, "" for a row without one.
    #[new]
    fn new(
        py: Python<'_>,
        features: Vec<(String, Bound<'_, PyAny>)>,
        targets: &Targets,
        settings: Vec<(String, String)>,
        groups: Option<Vec<String>>,
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
                let mut rows = pool(features, &targets, stop)?;
                if let Some(groups) = &groups {
                    rows = rows.grouped("groups", groups).map_err(|error| error.to_string())?;
                }
                pools.push((name, rows));
            }
            let rows = arrays::Rows::new(pools, &settings, stop).map_err(|error| error.to_string())?;
            Ok(Self(Arc::new(rows)))
        })
    }

    /// N, rows without a label left out.
    #[getter]
    fn rows(&self) -> usize {
        self.0.rows()
    }

    /// Sentences to read before trusting the numbers.
    #[getter]
    fn warnings(&self) -> Vec<String> {
        self.0.warnings().to_vec()
    }

    /// JSON of `riskscope compare`.
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

    /// The curves along n as svg.
    fn svg(&self, py: Python<'_>, metric: String) -> PyResult<String> {
        let rows = Arc::clone(&self.0);
        waiting(py, move |stop| rows.svg(&metric, stop).map_err(|error| error.to_string()))
    }
}

/// Checked rows with their targets.
///
/// # Errors
/// One sentence about either.
pub fn pool(features: Features, targets: &Targets, stop: &(dyn Fn() -> bool + Sync)) -> Result<Pool, String> {
    Pool::new(features, targets.read("y")?, &|_| !stop()).map_err(|error| error.to_string())
}
