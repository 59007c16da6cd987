//! Linear systems with a Gram matrix: Cholesky, with eigenvectors or singular values as fallback.

use faer::dyn_stack::MemStack;
use faer::linalg::cholesky::llt::factor::{cholesky_in_place, cholesky_in_place_scratch};
use faer::linalg::triangular_solve::{solve_lower_triangular_in_place, solve_upper_triangular_in_place};
use faer::{Mat, MatRef, Par};

use super::eigen::{Svd, eigen, leading, memory, svd};
use super::product::{product, scale_rows};
use super::{Threads, Undecomposed};

/// Smallest accepted ratio of squared pivots in a Cholesky factor. Below it the condition number exceeds 1e10, and
/// the singular values of the underlying matrix give twice as many correct digits.
const SPREAD: f64 = 1e-10;
/// Singular values below this fraction of the largest count as rounding errors.
const DEPENDENT: f64 = 1e-13;
/// Eigenvalues of a Gram matrix below this fraction of the largest count as rounding errors.
const NEGLIGIBLE: f64 = 1e-12;

/// G⁻¹b by Cholesky for a symmetric, positive definite, well-conditioned G (only the lower half is read); `None`
/// otherwise. Runs on the calling thread.
#[must_use]
pub fn cholesky(lower: Mat<f64>, mut b: Mat<f64>) -> Option<Mat<f64>> {
    let mut l = lower;
    let mut memory =
        memory(cholesky_in_place_scratch::<f64>(l.nrows(), Par::Seq, Default::default())).ok()?;
    let stack = MemStack::new(&mut memory);
    cholesky_in_place(l.as_mut(), Default::default(), Par::Seq, stack, Default::default()).ok()?;
    let (least, most) = l
        .diagonal()
        .column_vector()
        .iter()
        .fold((f64::INFINITY, 0.0_f64), |(least, most), &d| (least.min(d), most.max(d)));
    // Written so that the comparison fails for NaN.
    if least * least > SPREAD * most * most || l.nrows() == 0 {
        solve_lower_triangular_in_place(l.as_ref(), b.as_mut(), Par::Seq);
        solve_upper_triangular_in_place(l.transpose(), b.as_mut(), Par::Seq);
        return Some(b);
    }
    None
}

/// L⁻¹B (k×c) and AL⁻ᵀ (n×k) for G = LLᵀ (only the lower half of G is read). Column j of the result depends only on
/// the first j columns. Where G is singular, a multiple of the rounding of its trace is added to its diagonal. Runs
/// on the calling thread.
///
/// # Errors
/// [`Undecomposed`] where a number is not finite.
pub fn nested_projections(
    lower: Mat<f64>,
    b: MatRef<'_, f64>,
    a: MatRef<'_, f64>,
) -> Result<(Mat<f64>, Mat<f64>), Undecomposed> {
    let trace: f64 = lower.diagonal().column_vector().iter().sum();
    let mut memory = memory(cholesky_in_place_scratch::<f64>(lower.nrows(), Par::Seq, Default::default()))?;
    let mut factor = |shift: f64| {
        let mut l = lower.clone();
        l.diagonal_mut().column_vector_mut().iter_mut().for_each(|d| *d += shift);
        let stack = MemStack::new(&mut memory);
        cholesky_in_place(l.as_mut(), Default::default(), Par::Seq, stack, Default::default()).ok()?;
        let sound = l.diagonal().column_vector().iter().all(|d| d.is_finite() && *d > 0.0);
        sound.then_some(l)
    };
    let l = factor(0.0).or_else(|| factor(NEGLIGIBLE * trace)).ok_or(Undecomposed)?;
    let (mut along, mut left) = (b.to_owned(), a.transpose().to_owned());
    solve_lower_triangular_in_place(l.as_ref(), along.as_mut(), Par::Seq);
    solve_lower_triangular_in_place(l.as_ref(), left.as_mut(), Par::Seq);
    Ok((along, left.transpose().to_owned()))
}

/// Pseudo-inverse solution G⁺b for a positive semidefinite G (only the lower half is read): by Cholesky where G is
/// well conditioned, otherwise by the eigenvectors whose eigenvalues are above rounding. Runs on the calling thread.
///
/// # Errors
/// [`Undecomposed`].
pub fn semidefinite(lower: Mat<f64>, b: Mat<f64>) -> Result<Mat<f64>, Undecomposed> {
    if let Some(solved) = cholesky(lower.clone(), b.clone()) {
        return Ok(solved);
    }
    let found = eigen(lower.as_ref(), Threads::One)?;
    let floor = NEGLIGIBLE * leading(&found.values).max(0.0);
    let inverse: Vec<f64> = found.values.iter().map(|&v| if v > floor { v.recip() } else { 0.0 }).collect();
    let mut seen = product(found.vectors.transpose(), b.as_ref(), Threads::One);
    scale_rows(seen.as_mut(), &inverse);
    Ok(product(found.vectors.as_ref(), seen.as_ref(), Threads::One))
}

/// Solves (AᵀA + shift·I)x = Aᵀb by the singular values ℓ of A: x = V ℓ/(ℓ² + shift) Uᵀb. With `shift` 0 it is the
/// minimum-norm least-squares solution, where singular values at the level of rounding count as 0. Runs on the
/// calling thread.
///
/// # Errors
/// [`Undecomposed`].
pub fn regularised(a: MatRef<'_, f64>, b: MatRef<'_, f64>, shift: f64) -> Result<Mat<f64>, Undecomposed> {
    let Svd { left, lengths, right } = svd(a, Threads::One)?;
    let floor = DEPENDENT * leading(&lengths);
    let filter: Vec<f64> =
        lengths.iter().map(|&l| if l > floor { l / (l * l + shift) } else { 0.0 }).collect();
    let mut seen = product(left.transpose(), b, Threads::One);
    scale_rows(seen.as_mut(), &filter);
    Ok(product(right.as_ref(), seen.as_ref(), Threads::One))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linalg::gram;
    use crate::linalg::small::{self, tests::wavy};

    /// Agreement with nalgebra's LU decomposition of the system.
    #[test]
    fn solutions_against_nalgebra() {
        for (m, n, shift) in [(9, 5, 0.0), (9, 5, 0.3), (5, 9, 0.3), (5, 9, -0.01), (6, 6, 0.0)] {
            let (a, b) = (wavy(m, n), wavy(m, 2));
            let (dense, wanted) = (small::dense(a.as_ref()), small::dense(b.as_ref()));
            let mut square = dense.transpose() * &dense;
            (0..n).for_each(|i| square[(i, i)] += shift);
            let moments = dense.transpose() * &wanted;
            let want = square.clone().lu().solve(&moments).unwrap();
            let got = regularised(a.as_ref(), b.as_ref(), shift).unwrap();
            assert!((small::dense(got.as_ref()) - &want).amax() < 1e-8 * want.amax(), "{m}×{n} {shift}");
            let lower = Mat::from_fn(n, n, |i, j| if i >= j { square[(i, j)] } else { f64::NAN });
            let right = Mat::from_fn(n, 2, |i, j| moments[(i, j)]);
            match cholesky(lower, right) {
                Some(got) => {
                    assert!((small::dense(got.as_ref()) - &want).amax() < 1e-8 * want.amax());
                }
                None => assert!(shift <= 0.0, "positive definite and well conditioned"),
            }
        }
    }

    /// Linearly dependent columns: the minimum-norm solution agrees with nalgebra's eigenvectors of the normal
    /// equations.
    #[test]
    fn singular_systems_have_the_minimum_norm_solution() {
        let thin = wavy(7, 3);
        for (m, n) in [(7, 6), (4, 7)] {
            // A matrix of rank 3.
            let a = product(thin.get(..m, ..), wavy(3, n).as_ref(), Threads::One);
            let b = wavy(m, 2);
            // (AᵀA)⁺Aᵀb; nalgebra's own pseudo_inverse leaves a gradient of 1e-4 on such a matrix.
            let dense = small::dense(a.as_ref());
            let inverse =
                small::function(&(dense.transpose() * &dense), |v| if v > 1e-9 { v.recip() } else { 0.0 });
            let want = inverse.unwrap() * dense.transpose() * small::dense(b.as_ref());
            let got = regularised(a.as_ref(), b.as_ref(), 0.0).unwrap();
            assert!((small::dense(got.as_ref()) - &want).amax() < 1e-9 * want.amax().max(1.0), "{m}×{n}");
            // Without a Cholesky factor, the normal equations give an equal solution.
            let lower = gram(a.transpose(), Threads::One);
            let moments = product(a.transpose(), b.as_ref(), Threads::One);
            assert!(cholesky(lower.clone(), moments.clone()).is_none());
            let got = semidefinite(lower, moments).unwrap();
            assert!((small::dense(got.as_ref()) - &want).amax() < 1e-6 * want.amax().max(1.0));
        }
    }
}
