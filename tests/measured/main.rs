//! Measured scenarios end to end: real features through the loader against reference numbers, and every bad input.

mod anchors;
mod bad_inputs;
mod cases;
#[path = "../common/command.rs"]
mod command;
mod containers;
mod control;
mod encoders;
mod ensemble;
mod exports;
mod fit_command;
mod fitted_features;
#[path = "../common/folder.rs"]
mod folder;
mod groups;
mod held_out;
mod indicators;
mod kinds;
mod labels;
mod layouts;
mod meanings;
mod missing_targets;
mod new_classes;
mod order;
mod ordinary_tables;
mod packages;
mod path;
mod plain_fits;
mod readings;
mod readme;
mod retuned;
mod standard_errors;
mod writers;
mod written;

/// Converts an array to a matrix of the linear algebra used in tests.
fn mat(array: &ndarray::Array2<f64>) -> faer::Mat<f64> {
    faer::Mat::from_fn(array.nrows(), array.ncols(), |i, j| array[(i, j)])
}

/// Converts a matrix to an array of the public interface.
fn array(matrix: faer::MatRef<'_, f64>) -> ndarray::Array2<f64> {
    ndarray::Array2::from_shape_fn((matrix.nrows(), matrix.ncols()), |(i, j)| matrix[(i, j)])
}
