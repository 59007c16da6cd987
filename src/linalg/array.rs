//! Conversions between [`ndarray`] arrays of any memory layout (the public interface) and the library's own matrices.

use faer::{Mat, MatRef};
use ndarray::{Array2, ArrayView2};

/// Copies an array into a matrix, column by column.
#[must_use]
pub fn matrix<T: Copy + Into<f64>>(array: ArrayView2<'_, T>) -> Mat<f64> {
    Mat::from_fn(array.nrows(), array.ncols(), |i, j| array.get((i, j)).map_or(f64::NAN, |&x| x.into()))
}

/// Copies a matrix into an array, row by row.
#[must_use]
pub fn array(matrix: MatRef<'_, f64>) -> Array2<f64> {
    Array2::from_shape_fn((matrix.nrows(), matrix.ncols()), |(i, j)| *matrix.get(i, j))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linalg::small::tests::wavy;

    #[test]
    fn conversions_round_trip_in_every_layout() {
        let m = wavy(3, 4);
        let rows = array(m.as_ref());
        assert_eq!(rows[(2, 1)], m[(2, 1)]);
        assert_eq!(matrix(rows.view()), m);
        assert_eq!(matrix(rows.t()), m.transpose().to_owned());
    }
}
