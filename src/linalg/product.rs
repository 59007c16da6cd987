//! Matrix products and Gram matrices, computed in parallel panels.

use faer::linalg::matmul::{matmul, triangular};
use faer::{Accum, Mat, MatMut, MatRef, Par};
use rayon::prelude::*;

use super::Threads;

/// Columns (or rows) of the result that one parallel task computes.
const PANEL: usize = 96;
/// Number of multiplications below which dividing the work costs more than it saves.
const WORTH: usize = 1 << 20;

/// Selected rows of a matrix, in the given order.
///
/// # Panics
/// If a row index is out of range.
#[must_use]
pub fn rows_of(matrix: MatRef<'_, f64>, rows: &[usize]) -> Mat<f64> {
    let mut found = Mat::zeros(rows.len(), matrix.ncols());
    for (mut to, &row) in found.row_iter_mut().zip(rows) {
        to.copy_from(matrix.row(row));
    }
    found
}

/// The product AB.
///
/// # Panics
/// If the number of columns of A differs from the number of rows of B.
#[must_use]
pub fn product(a: MatRef<'_, f64>, b: MatRef<'_, f64>, threads: Threads) -> Mat<f64> {
    let (rows, columns) = (a.nrows(), b.ncols());
    let mut c = Mat::zeros(rows, columns);
    if threads == Threads::One || work(rows, columns, a.ncols()) < WORTH {
        matmul(c.as_mut(), Accum::Replace, a, b, 1.0, Par::Seq);
    } else if columns >= rows {
        c.as_mut().par_col_chunks_mut(PANEL).zip(b.par_col_chunks(PANEL)).for_each(|(part, b)| {
            matmul(part, Accum::Replace, a, b, 1.0, Par::Seq);
        });
    } else {
        c.as_mut().par_row_chunks_mut(PANEL).zip(a.par_row_chunks(PANEL)).for_each(|(part, a)| {
            matmul(part, Accum::Replace, a, b, 1.0, Par::Seq);
        });
    }
    c
}

/// The lower half of the Gram matrix AAᵀ (pass A transposed for AᵀA); [`mirror`] fills in the upper half.
#[must_use]
pub fn gram(a: MatRef<'_, f64>, threads: Threads) -> Mat<f64> {
    let mut gram = Mat::zeros(a.nrows(), a.nrows());
    add_gram(gram.as_mut(), a, threads);
    gram
}

/// Adds AAᵀ to the lower half of `gram`, so that the Gram matrix of rows that arrive in blocks can be accumulated.
///
/// # Panics
/// If the shapes do not fit.
pub fn add_gram(gram: MatMut<'_, f64>, a: MatRef<'_, f64>, threads: Threads) {
    let n = a.nrows();
    let lower = |part: MatMut<'_, f64>, a: MatRef<'_, f64>| {
        let (all, half) =
            (triangular::BlockStructure::Rectangular, triangular::BlockStructure::TriangularLower);
        triangular::matmul(part, half, Accum::Add, a, all, a.transpose(), all, 1.0, Par::Seq);
    };
    if threads == Threads::One || work(n, n, a.ncols()) / 2 < WORTH {
        return lower(gram, a);
    }
    gram.par_col_chunks_mut(PANEL).enumerate().for_each(|(i, panel)| {
        let (start, width) = (i * PANEL, panel.ncols());
        let rows = a.subrows(start, width);
        let (diagonal, below) = panel.subrows_mut(start, n - start).split_at_row_mut(width);
        lower(diagonal, rows);
        matmul(
            below,
            Accum::Add,
            a.subrows(start + width, n - start - width),
            rows.transpose(),
            1.0,
            Par::Seq,
        );
    });
}

/// Copies the lower half of a square matrix to its upper half.
pub fn mirror(mut lower: MatMut<'_, f64>) {
    for j in 0..lower.ncols() {
        for i in 0..j {
            *lower.as_mut().get_mut(i, j) = *lower.as_ref().get(j, i);
        }
    }
}

/// Multiplies every row by its factor.
pub fn scale_rows(matrix: MatMut<'_, f64>, factors: &[f64]) {
    for column in matrix.col_iter_mut() {
        column.iter_mut().zip(factors).for_each(|(v, factor)| *v *= factor);
    }
}

/// Multiplies every column by its factor.
pub fn scale_columns(matrix: MatMut<'_, f64>, factors: &[f64]) {
    for (column, factor) in matrix.col_iter_mut().zip(factors) {
        column.iter_mut().for_each(|v| *v *= factor);
    }
}

fn work(rows: usize, columns: usize, inner: usize) -> usize {
    rows.saturating_mul(columns).saturating_mul(inner)
}

#[cfg(test)]
mod tests {
    use nalgebra::DMatrix;

    use super::*;
    use crate::linalg::small::{self, tests::wavy};

    /// Agreement with nalgebra's product below and above the size from which work is divided, in every orientation.
    #[test]
    fn products_and_gram_matrices_against_nalgebra() {
        for (rows, inner, columns) in [(3, 5, 2), (250, 90, 130), (130, 90, 250), (1, 1, 1), (2, 0, 3)] {
            let (a, b) = (wavy(rows, inner), wavy(inner, columns));
            let want: DMatrix<f64> = small::dense(a.as_ref()) * small::dense(b.as_ref());
            let squared = small::dense(a.as_ref()) * small::dense(a.as_ref()).transpose();
            for threads in [Threads::One, Threads::All] {
                let got = small::dense(product(a.as_ref(), b.as_ref(), threads).as_ref());
                assert!((got - &want).amax() < 1e-11, "{rows}×{inner}×{columns} {threads:?}");
                let mut half = gram(a.as_ref(), threads);
                for j in 0..rows {
                    assert!((0..j).all(|i| half[(i, j)] == 0.0), "the upper half is left alone");
                }
                mirror(half.as_mut());
                assert!((small::dense(half.as_ref()) - &squared).amax() < 1e-11);
                add_gram(half.as_mut(), a.as_ref(), threads);
                mirror(half.as_mut());
                assert!((small::dense(half.as_ref()) - 2.0 * &squared).amax() < 1e-11);
            }
        }
    }
}
