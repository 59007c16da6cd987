//! Functions of small symmetric matrices (T×T, T the number of tasks), by nalgebra.

use nalgebra::{DMatrix, DVector, SymmetricEigen};

use super::Undecomposed;

/// Number of sweeps after which an eigendecomposition is abandoned, about ten times what a matrix of 1000 rows needs.
const SWEEPS: usize = 100_000;

/// Converts a faer matrix to nalgebra.
pub(crate) fn dense(matrix: faer::MatRef<'_, f64>) -> DMatrix<f64> {
    DMatrix::from_fn(matrix.nrows(), matrix.ncols(), |i, j| *matrix.get(i, j))
}

/// The matrix function f(A) = V diag(f(eigenvalues)) Vᵀ of a symmetric A; A is symmetrised first.
///
/// # Errors
/// [`Undecomposed`].
pub fn function(a: &DMatrix<f64>, f: impl Fn(f64) -> f64) -> Result<DMatrix<f64>, Undecomposed> {
    let SymmetricEigen { eigenvalues, eigenvectors } = decomposed(a)?;
    let mut scaled = eigenvectors.clone();
    for (mut column, value) in scaled.column_iter_mut().zip(eigenvalues.iter()) {
        column *= f(*value);
    }
    Ok(scaled * eigenvectors.transpose())
}

/// Symmetric square root A^{1/2} of a positive semidefinite A; eigenvalues below 0 count as 0.
///
/// # Errors
/// [`Undecomposed`].
pub fn symmetric_sqrt(a: &DMatrix<f64>) -> Result<DMatrix<f64>, Undecomposed> {
    function(a, |v| v.max(0.0).sqrt())
}

/// A^{1/2} and A^{-1/2} on the eigenvectors of A whose eigenvalue exceeds `floor` times the largest; both are 0 on
/// the others.
///
/// # Errors
/// [`Undecomposed`].
pub fn sqrt_and_inverse(a: &DMatrix<f64>, floor: f64) -> Result<(DMatrix<f64>, DMatrix<f64>), Undecomposed> {
    let SymmetricEigen { eigenvalues, eigenvectors } = decomposed(a)?;
    let least = floor * eigenvalues.iter().fold(0.0_f64, |m, &v| m.max(v));
    let of = |f: fn(f64) -> f64| {
        let mut scaled = eigenvectors.clone();
        for (mut column, &value) in scaled.column_iter_mut().zip(eigenvalues.iter()) {
            column *= if value > least { f(value) } else { 0.0 };
        }
        scaled * eigenvectors.transpose()
    };
    Ok((of(f64::sqrt), of(|v| v.sqrt().recip())))
}

/// Eigenvalues and eigenvectors of a symmetric A, in no order; A is symmetrised first.
///
/// # Errors
/// [`Undecomposed`].
pub fn eigenpairs(a: &DMatrix<f64>) -> Result<(DVector<f64>, DMatrix<f64>), Undecomposed> {
    let SymmetricEigen { eigenvalues, eigenvectors } = decomposed(a)?;
    Ok((eigenvalues, eigenvectors))
}

fn decomposed(a: &DMatrix<f64>) -> Result<SymmetricEigen<f64, nalgebra::Dyn>, Undecomposed> {
    if a.nrows() != a.ncols() || a.iter().any(|v| !v.is_finite()) {
        return Err(Undecomposed);
    }
    let even = 0.5 * (a + a.transpose());
    SymmetricEigen::try_new(even, f64::EPSILON, SWEEPS).ok_or(Undecomposed)
}

#[cfg(test)]
pub(crate) mod tests {
    use faer::Mat;

    use super::*;

    /// A deterministic matrix without structure, for tests.
    pub(crate) fn wavy(rows: usize, columns: usize) -> Mat<f64> {
        Mat::from_fn(rows, columns, |i, j| ((i * 37 + j * 101 + i * j + 1) as f64).sin())
    }

    #[test]
    fn roots_and_inverses_reproduce_the_matrix() {
        let a = dense(wavy(6, 9).as_ref());
        let full = &a * a.transpose();
        let root = symmetric_sqrt(&full).unwrap();
        assert!((&root * &root - &full).amax() < 1e-12 * 1e2);
        assert!((&root - root.transpose()).amax() < 1e-13 * 1e2);
        let (root, inverse) = sqrt_and_inverse(&full, 1e-9).unwrap();
        assert!((&root * &inverse - DMatrix::identity(6, 6)).amax() < 1e-11);
        // A projection of rank 4 in dimension 9.
        let b = dense(wavy(9, 4).as_ref());
        let (root, inverse) = sqrt_and_inverse(&(&b * b.transpose()), 1e-9).unwrap();
        let projection = &root * &inverse;
        assert!((&projection * &projection - &projection).amax() < 1e-9);
        assert!((projection.trace() - 4.0).abs() < 1e-9);
    }

    /// Rank-deficient matrices, as residual covariances are: the eigenvalues agree with faer's, and the eigenvectors
    /// belong to them.
    #[test]
    fn matrices_without_full_rank_are_decomposed_as_well() {
        for (size, rank) in [(2, 1), (5, 4), (9, 3), (16, 15), (30, 12), (40, 1)] {
            let b = wavy(size, rank);
            let full = dense(b.as_ref()) * dense(b.as_ref()).transpose();
            let SymmetricEigen { eigenvalues, eigenvectors } = decomposed(&full).unwrap();
            let mut values = eigenvalues.as_slice().to_vec();
            values.sort_by(|a, b| b.total_cmp(a));
            let same = Mat::from_fn(size, size, |i, j| full[(i, j)]);
            let want = crate::linalg::eigen(same.as_ref(), crate::linalg::Threads::One).unwrap();
            for (got, want) in values.iter().zip(&want.values) {
                assert!((got - want).abs() < 1e-12 * full.amax() * size as f64, "{size}: {got} for {want}");
            }
            let back = &eigenvectors * DMatrix::from_diagonal(&eigenvalues) * eigenvectors.transpose();
            assert!((back - &full).amax() < 1e-12 * full.amax() * size as f64, "{size} of rank {rank}");
        }
    }

    #[test]
    fn invalid_matrices_are_rejected() {
        assert_eq!(symmetric_sqrt(&DMatrix::from_row_slice(1, 1, &[f64::NAN])), Err(Undecomposed));
        assert_eq!(symmetric_sqrt(&DMatrix::from_row_slice(1, 2, &[1.0, 2.0])), Err(Undecomposed));
    }
}
