//! Eigenpairs, singular values and orthonormal bases: wrappers that fix order, signs and the division of work.

use faer::diag::Diag;
use faer::dyn_stack::{MemBuffer, MemStack, StackReq};
use faer::linalg::qr::no_pivoting::factor as qr;
use faer::linalg::{evd, householder, svd as faer_svd};
use faer::{Conj, Mat, MatRef};

use super::{Threads, Undecomposed};

/// Eigendecomposition A = V diag(values) Vᵀ of a symmetric matrix.
#[derive(Debug, Clone)]
pub struct Eigen {
    /// Eigenvalues in decreasing order.
    pub values: Vec<f64>,
    /// V: orthonormal columns, one for each eigenvalue.
    pub vectors: Mat<f64>,
}

/// Thin singular value decomposition A = U diag(lengths) Vᵀ of an m×n matrix, with min(m, n) terms.
#[derive(Debug, Clone)]
pub struct Svd {
    /// U, m×min(m, n), orthonormal columns.
    pub left: Mat<f64>,
    /// Singular values, decreasing and at least 0.
    pub lengths: Vec<f64>,
    /// V, n×min(m, n), orthonormal columns.
    pub right: Mat<f64>,
}

/// Eigenpairs of a symmetric matrix, largest eigenvalue first. Only the lower half is read.
///
/// # Errors
/// [`Undecomposed`].
pub fn eigen(lower: MatRef<'_, f64>, threads: Threads) -> Result<Eigen, Undecomposed> {
    let (n, parts) = (lower.nrows(), threads.parts());
    let (mut values, mut vectors) = (Diag::zeros(n), Mat::zeros(n, n));
    let mut memory = memory(evd::self_adjoint_evd_scratch::<f64>(
        n,
        evd::ComputeEigenvectors::Yes,
        parts,
        Default::default(),
    ))?;
    let stack = MemStack::new(&mut memory);
    evd::self_adjoint_evd(lower, values.as_mut(), Some(vectors.as_mut()), parts, stack, Default::default())
        .map_err(|_| Undecomposed)?;
    let values = values.column_vector().iter().rev().copied().collect();
    Ok(Eigen { values, vectors: vectors.as_ref().reverse_cols().to_owned() })
}

/// Eigenvalues of a symmetric matrix without eigenvectors, largest first, at a fraction of the cost of [`eigen`].
/// Only the lower half is read.
///
/// # Errors
/// [`Undecomposed`].
pub fn eigenvalues(lower: MatRef<'_, f64>, threads: Threads) -> Result<Vec<f64>, Undecomposed> {
    let (n, parts) = (lower.nrows(), threads.parts());
    let mut values = Diag::zeros(n);
    let mut memory = memory(evd::self_adjoint_evd_scratch::<f64>(
        n,
        evd::ComputeEigenvectors::No,
        parts,
        Default::default(),
    ))?;
    let stack = MemStack::new(&mut memory);
    evd::self_adjoint_evd(lower, values.as_mut(), None, parts, stack, Default::default())
        .map_err(|_| Undecomposed)?;
    Ok(values.column_vector().iter().rev().copied().collect())
}

/// Thin singular value decomposition. Small singular values are accurate over twice as many decades as the
/// eigenvalues of AAᵀ, at several times the cost.
///
/// # Errors
/// [`Undecomposed`].
pub fn svd(a: MatRef<'_, f64>, threads: Threads) -> Result<Svd, Undecomposed> {
    let (m, n, parts) = (a.nrows(), a.ncols(), threads.parts());
    let size = m.min(n);
    let (mut left, mut lengths, mut right) = (Mat::zeros(m, size), Diag::zeros(size), Mat::zeros(n, size));
    let thin = faer_svd::ComputeSvdVectors::Thin;
    let mut memory = memory(faer_svd::svd_scratch::<f64>(m, n, thin, thin, parts, Default::default()))?;
    let stack = MemStack::new(&mut memory);
    let (u, v) = (Some(left.as_mut()), Some(right.as_mut()));
    faer_svd::svd(a, lengths.as_mut(), u, v, parts, stack, Default::default()).map_err(|_| Undecomposed)?;
    Ok(Svd { left, lengths: lengths.column_vector().iter().copied().collect(), right })
}

/// Singular values without vectors, largest first.
///
/// # Errors
/// [`Undecomposed`].
pub fn singular_values(a: MatRef<'_, f64>, threads: Threads) -> Result<Vec<f64>, Undecomposed> {
    let (m, n, parts) = (a.nrows(), a.ncols(), threads.parts());
    let mut lengths = Diag::zeros(m.min(n));
    let none = faer_svd::ComputeSvdVectors::No;
    let mut memory = memory(faer_svd::svd_scratch::<f64>(m, n, none, none, parts, Default::default()))?;
    let stack = MemStack::new(&mut memory);
    faer_svd::svd(a, lengths.as_mut(), None, None, parts, stack, Default::default())
        .map_err(|_| Undecomposed)?;
    Ok(lengths.column_vector().iter().copied().collect())
}

/// Q of A = QR, where R has a positive diagonal (Gram–Schmidt on the columns, in order). For a Gaussian A, Q is
/// uniformly distributed over all rotations and reflections.
///
/// # Errors
/// [`Undecomposed`] when memory is exhausted.
pub fn orthonormal(mut a: Mat<f64>, threads: Threads) -> Result<Mat<f64>, Undecomposed> {
    let (m, n, parts) = (a.nrows(), a.ncols(), threads.parts());
    let size = m.min(n);
    let block = qr::recommended_block_size::<f64>(m, n);
    let mut coefficients = Mat::zeros(block, size);
    let mut memory = memory(StackReq::any_of(&[
        qr::qr_in_place_scratch::<f64>(m, n, block, parts, Default::default()),
        householder::apply_block_householder_sequence_on_the_left_in_place_scratch::<f64>(m, block, size),
    ]))?;
    qr::qr_in_place(a.as_mut(), coefficients.as_mut(), parts, MemStack::new(&mut memory), Default::default());
    let mut q = Mat::identity(m, size);
    householder::apply_block_householder_sequence_on_the_left_in_place_with_conj(
        a.get(.., ..size),
        coefficients.as_ref(),
        Conj::No,
        q.as_mut(),
        parts,
        MemStack::new(&mut memory),
    );
    for (i, column) in q.col_iter_mut().enumerate() {
        if *a.get(i, i) < 0.0 {
            column.iter_mut().for_each(|v| *v = -*v);
        }
    }
    Ok(q)
}

pub(super) fn memory(size: StackReq) -> Result<MemBuffer, Undecomposed> {
    MemBuffer::try_new(size).map_err(|_| Undecomposed)
}

/// The first of a list of decreasing values, that is the largest eigenvalue or singular value; 0 for an empty list.
pub fn leading(decreasing: &[f64]) -> f64 {
    decreasing.first().copied().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use nalgebra::DMatrix;

    use super::*;
    use crate::linalg::small::{self, tests::wavy};
    use crate::linalg::{gram, mirror};

    const SHAPES: [(usize, usize); 5] = [(1, 1), (7, 4), (4, 7), (40, 40), (90, 9)];

    #[test]
    fn eigenpairs_and_singular_values_against_nalgebra() {
        for (m, n) in SHAPES {
            let a = wavy(m, n);
            let mut square = gram(a.as_ref(), Threads::One);
            let lower = eigen(square.as_ref(), Threads::One).unwrap();
            mirror(square.as_mut());
            let oracle = small::dense(square.as_ref()).symmetric_eigen();
            let mut want: Vec<f64> = oracle.eigenvalues.iter().copied().collect();
            want.sort_by(|a, b| b.total_cmp(a));
            let alone = eigenvalues(square.as_ref(), Threads::All).unwrap();
            let near = |got: f64, want: f64| (got - want).abs() < 1e-11;
            for ((got, want), alone) in lower.values.iter().zip(&want).zip(&alone) {
                assert!(near(*got, *want) && near(*alone, *want), "{got}, {alone} against {want}");
            }
            // V diag(λ) Vᵀ reproduces the matrix with V orthonormal, so each vector belongs to its eigenvalue.
            let v = small::dense(lower.vectors.as_ref());
            let diagonal = DMatrix::from_diagonal(&nalgebra::DVector::from_column_slice(&lower.values));
            assert!((&v * diagonal * v.transpose() - small::dense(square.as_ref())).amax() < 1e-11);
            assert!((v.transpose() * &v - DMatrix::identity(m, m)).amax() < 1e-12);

            let Svd { left, lengths, right } = svd(a.as_ref(), Threads::One).unwrap();
            let mut want = small::dense(a.as_ref()).singular_values().as_slice().to_vec();
            want.sort_by(|a, b| b.total_cmp(a));
            let alone = singular_values(a.as_ref(), Threads::All).unwrap();
            for ((got, want), alone) in lengths.iter().zip(&want).zip(&alone) {
                assert!(near(*got, *want) && near(*alone, *want), "{got}, {alone} against {want}");
            }
            let (u, v) = (small::dense(left.as_ref()), small::dense(right.as_ref()));
            let diagonal = DMatrix::from_diagonal(&nalgebra::DVector::from_column_slice(&lengths));
            assert!((u * diagonal * v.transpose() - small::dense(a.as_ref())).amax() < 1e-10);
        }
    }

    #[test]
    fn orthonormal_columns_span_the_input() {
        for (m, n) in SHAPES {
            let a = wavy(m, n);
            let q = small::dense(orthonormal(a.clone(), Threads::All).unwrap().as_ref());
            let size = m.min(n);
            assert!((q.transpose() * &q - DMatrix::identity(size, size)).amax() < 1e-12);
            // QᵀA is upper triangular with a positive diagonal.
            let r = q.transpose() * small::dense(a.as_ref());
            for j in 0..size {
                assert!(r[(j, j)] > 0.0 && (j + 1..size).all(|i| r[(i, j)].abs() < 1e-12), "{m}×{n}");
            }
        }
    }

    /// Pools of one, two, three and seven threads give bitwise equal results.
    #[test]
    fn results_do_not_depend_on_threads() {
        let a = wavy(310, 260);
        let all = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| {
                let square = gram(a.as_ref(), Threads::All);
                let Eigen { values, vectors } = eigen(square.as_ref(), Threads::All).unwrap();
                let Svd { left, lengths, right } = svd(a.as_ref(), Threads::All).unwrap();
                let turned = crate::linalg::product(a.transpose(), vectors.as_ref(), Threads::All);
                let q = orthonormal(a.clone(), Threads::All).unwrap();
                (square, values, turned, left, lengths, right, q)
            })
        };
        let one = all(1);
        for threads in [2, 3, 7] {
            assert!(all(threads) == one, "{threads} threads");
        }
    }

    #[test]
    fn non_finite_input_is_an_error_and_never_hangs() {
        let mut a = wavy(5, 5);
        a[(2, 1)] = f64::NAN;
        assert!(eigen(a.as_ref(), Threads::One).map_or(true, |e| e.values.iter().any(|v| v.is_nan())));
        assert!(svd(a.as_ref(), Threads::One).map_or(true, |s| s.lengths.iter().any(|v| v.is_nan())));
    }
}
