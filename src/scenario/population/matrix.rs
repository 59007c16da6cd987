//! The matrix B of F = BBᵀ, read from a file (section 1).

use std::path::Path;

use faer::Mat;

use crate::data::{Pool, load_matrix};
use crate::linalg::array::matrix;
use crate::scenario::ScenarioError;
use crate::scenario::population::geometry::DENSE;

/// Reads B, with one row for each of the p dimensions.
pub(in crate::scenario) fn read_matrix(
    path: &Path,
    p: usize,
    pool: Option<&Pool>,
) -> Result<Mat<f64>, ScenarioError> {
    if path.as_os_str().is_empty() {
        return Err(ScenarioError::new("featurization.path is missing: a .npy file of the p×k matrix B"));
    }
    let b = matrix(load_matrix(path)?.view());
    // A row for every column of the feature file; rows of unused columns are ignored.
    let b = match pool {
        Some(pool) => pool.columns().narrow(b),
        None => b,
    };
    let (rows, columns) = (b.nrows(), b.ncols());
    let wrong = |accepted: &str| {
        let path = path.display();
        Err(ScenarioError::new(format!("featurization.path {path}: B is {rows}×{columns}{accepted}")))
    };
    if rows != p {
        return wrong(&format!(" but there are {p} covariate dimensions; accepted is one row for each"));
    }
    if rows.min(columns) > DENSE {
        return wrong(&format!("; accepted are at most {DENSE} rows or columns"));
    }
    Ok(b)
}
