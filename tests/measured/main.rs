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
mod packages;
mod path;
mod plain_fits;
mod promise;
mod readings;
mod retuned;
mod writers;

/// As the matrices of the linear algebra that tests compute with.
fn mat(array: &ndarray::Array2<f64>) -> faer::Mat<f64> {
    faer::Mat::from_fn(array.nrows(), array.ncols(), |i, j| array[(i, j)])
}

/// As what enters the library.
fn array(matrix: faer::MatRef<'_, f64>) -> ndarray::Array2<f64> {
    ndarray::Array2::from_shape_fn((matrix.nrows(), matrix.ncols()), |(i, j)| matrix[(i, j)])
}
