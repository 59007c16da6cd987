//! Σ_x and Σ_θ read from files (section 2); they need not commute.

use std::path::Path;

use faer::Mat;

use crate::data::load_covariance;
use crate::linalg::array::matrix;
use crate::linalg::{Threads, eigen};
use crate::scenario::ScenarioError;
use crate::scenario::population::geometry::DENSE;

/// Asymmetry and negative eigenvalues up to this fraction of the largest count as rounding errors of float32.
const ROUNDING: f64 = 1e-6;

/// Eigendecomposition of a covariance matrix from a file, up to a factor.
#[derive(Debug)]
pub(in crate::scenario) struct Covariance {
    /// Eigenvalues, decreasing and at least 0.
    pub values: Vec<f64>,
    pub axes: Axes,
}

/// Eigenvectors, one for each eigenvalue.
#[derive(Debug)]
pub(in crate::scenario) enum Axes {
    /// The coordinate of each eigenvalue of a diagonal matrix.
    Coordinates(Vec<usize>),
    Dense(Mat<f64>),
}

impl Axes {
    /// Eigenvectors as orthonormal columns.
    pub fn vectors(self) -> Mat<f64> {
        match self {
            Self::Dense(vectors) => vectors,
            Self::Coordinates(order) => {
                let mut vectors = Mat::zeros(order.len(), order.len());
                for (column, i) in vectors.col_iter_mut().zip(order) {
                    column.iter_mut().nth(i).into_iter().for_each(|v| *v = 1.0);
                }
                vectors
            }
        }
    }
}

impl Covariance {
    /// Reads Σ_x, which must be positive definite.
    pub fn of_covariates(path: &Path) -> Result<Self, ScenarioError> {
        let found = Self::read("covariates.file", path)?;
        let zeros = found.values.iter().filter(|v| **v == 0.0).count();
        if zeros > 0 {
            return Err(ScenarioError::new(format!(
                "covariates.file {}: {zeros} of {} eigenvalues are 0; accepted is a positive definite matrix, in which \
                 every direction varies",
                path.display(),
                found.values.len()
            )));
        }
        Ok(found)
    }

    /// Reads Σ_θ, which must be positive semidefinite.
    pub fn of_tasks(path: &Path) -> Result<Self, ScenarioError> {
        Self::read("task.file", path)
    }

    /// Reads a p×p matrix, or its diagonal.
    fn read(key: &str, path: &Path) -> Result<Self, ScenarioError> {
        if path.as_os_str().is_empty() {
            return Err(ScenarioError::new(format!(
                "{key} is missing: a file of a p×p covariance matrix, or of its p diagonal elements"
            )));
        }
        let mut given = matrix(load_covariance(path)?.view());
        let wrong = |what: String| ScenarioError::new(format!("{key} {}: {what}", path.display()));
        let (rows, columns) = (given.nrows(), given.ncols());
        let p = rows.max(columns);
        let is_list = rows.min(columns) == 1;
        if !is_list && rows != columns {
            return Err(wrong(format!(
                "the matrix is {rows}×{columns}; accepted are a p×p covariance matrix and its p diagonal elements"
            )));
        }
        if p > DENSE {
            return Err(wrong(format!("the dimension is {p}; accepted is at most {DENSE}")));
        }
        let most = given.norm_max();
        if most == 0.0 {
            return Err(wrong(
                "every entry is 0; accepted is a covariance matrix with a positive eigenvalue".into(),
            ));
        }
        given.col_iter_mut().for_each(|column| column.iter_mut().for_each(|v| *v /= most));
        let is_diagonal = is_list
            || given
                .col_iter()
                .enumerate()
                .all(|(j, c)| c.iter().enumerate().all(|(i, v)| i == j || *v == 0.0));
        let (mut values, axes) = if is_diagonal {
            // Eigenvalues of a diagonal are exact.
            let mut order: Vec<(usize, f64)> = if is_list {
                given.col_iter().flat_map(|column| column.iter()).copied().enumerate().collect()
            } else {
                given.diagonal().column_vector().iter().copied().enumerate().collect()
            };
            order.sort_by(|a, b| b.1.total_cmp(&a.1));
            let (order, values) = order.into_iter().unzip();
            (values, Axes::Coordinates(order))
        } else {
            let asymmetry = (&given - given.transpose()).norm_max();
            if asymmetry > ROUNDING {
                return Err(wrong(format!(
                    "entries above and below the diagonal differ by up to {asymmetry:.2e} of the largest; accepted is a \
                     symmetric matrix"
                )));
            }
            let symmetric = 0.5 * (&given + given.transpose());
            let mut found = eigen(symmetric.as_ref(), Threads::All)
                .map_err(|_| ScenarioError::new(format!("{key}: the matrix could not be decomposed")))?;
            let rounded = found.values.first().copied().unwrap_or_default() * p as f64 * f64::EPSILON;
            found.values.iter_mut().filter(|v| v.abs() <= rounded).for_each(|v| *v = 0.0);
            (found.values, Axes::Dense(found.vectors))
        };
        let of = |fold: fn(f64, f64) -> f64, from| values.iter().copied().fold(from, fold);
        let (least, top) = (of(f64::min, f64::INFINITY), of(f64::max, 0.0));
        if top == 0.0 || least < -ROUNDING * top {
            return Err(wrong(format!(
                "the matrix has an eigenvalue below 0, {:.2e} of its largest; accepted is a positive semidefinite matrix",
                least / top
            )));
        }
        values.iter_mut().for_each(|v| *v = v.max(0.0));
        Ok(Self { values, axes })
    }
}
