//! The downstream fit itself (section 1) on drawn features: ridge, or its limit λ → 0⁺, for several labels at once.
//!
//! Everything runs on the calling thread and sums in one order, so that a draw has the same digits wherever it runs.

use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::cholesky::llt::factor::{cholesky_in_place, cholesky_in_place_scratch};
use faer::linalg::matmul::triangular::{self, BlockStructure};
use faer::linalg::triangular_solve::{solve_lower_triangular_in_place, solve_upper_triangular_in_place};
use faer::{Accum, Mat, MatRef, Par};

/// Cholesky pivots at least this far below the largest: the condition number is beyond 1e10, orthogonal
/// transformations keep twice the digits.
const SPREAD: f64 = 1e-10;

/// Predictors for the labels (n×c) from `samples` (n×k) whose features are scaled by `lengths` (k): the argmin of
/// ‖y − XLβ‖²/n + λ‖β‖², returned as Lβ (k×c), what multiplies an unscaled sample.
pub(super) fn fit(samples: MatRef<'_, f64>, lengths: &[f64], labels: &Mat<f64>, ridge: f64) -> Mat<f64> {
    let (n, k) = (samples.nrows(), samples.ncols());
    if ridge == 0.0 && n >= k {
        // Least squares: the scale of a feature makes no difference, as long as the samples span them all.
        let normal = gram(samples.transpose(), 0.0);
        let moments = product(samples.transpose(), labels.as_ref());
        if let Some(found) = cholesky(normal, moments) {
            return found;
        }
        let reflections = Reflections::new(samples.to_owned());
        if reflections.rank() == k {
            return reflections.least_squares(labels);
        }
    }
    let mut features = samples.to_owned();
    for (column, length) in features.col_iter_mut().zip(lengths) {
        column.iter_mut().for_each(|v| *v *= length);
    }
    let shift = n as f64 * ridge;
    let mut beta = if n < k {
        let kernel = gram(features.as_ref(), shift);
        match cholesky(kernel, labels.clone()) {
            Some(dual) => product(features.transpose(), dual.as_ref()),
            None if ridge == 0.0 => Reflections::new(features.transpose().to_owned()).least_norm(labels),
            None => {
                let dual = square(gram(features.as_ref(), shift), labels);
                product(features.transpose(), dual.as_ref())
            }
        }
    } else if ridge == 0.0 {
        Reflections::new(features).least_squares(labels)
    } else {
        let moments = product(features.transpose(), labels.as_ref());
        cholesky(gram(features.transpose(), shift), moments.clone())
            .unwrap_or_else(|| square(gram(features.transpose(), shift), &moments))
    };
    scale_rows(&mut beta, lengths);
    beta
}

pub(super) fn scale_rows(matrix: &mut Mat<f64>, factors: &[f64]) {
    for column in matrix.col_iter_mut() {
        column.iter_mut().zip(factors).for_each(|(v, factor)| *v *= factor);
    }
}

pub(super) fn product(a: MatRef<'_, f64>, b: MatRef<'_, f64>) -> Mat<f64> {
    let mut c = Mat::zeros(a.nrows(), b.ncols());
    faer::linalg::matmul::matmul(c.as_mut(), Accum::Replace, a, b, 1.0, Par::Seq);
    c
}

/// The lower half of AAᵀ + shift·I.
fn gram(a: MatRef<'_, f64>, shift: f64) -> Mat<f64> {
    let mut gram = Mat::zeros(a.nrows(), a.nrows());
    let (all, lower) = (BlockStructure::Rectangular, BlockStructure::TriangularLower);
    triangular::matmul(gram.as_mut(), lower, Accum::Replace, a, all, a.transpose(), all, 1.0, Par::Seq);
    gram.diagonal_mut().column_vector_mut().iter_mut().for_each(|d| *d += shift);
    gram
}

/// G⁻¹b by Cholesky, where G (its lower half) is positive definite and well conditioned.
fn cholesky(mut gram: Mat<f64>, mut b: Mat<f64>) -> Option<Mat<f64>> {
    let scratch = cholesky_in_place_scratch::<f64>(gram.nrows(), Par::Seq, Default::default());
    let mut memory = MemBuffer::try_new(scratch).ok()?;
    let stack = MemStack::new(&mut memory);
    cholesky_in_place(gram.as_mut(), Default::default(), Par::Seq, stack, Default::default()).ok()?;
    let pivots = gram.diagonal().column_vector();
    let (least, most) =
        pivots.iter().fold((f64::INFINITY, 0.0_f64), |(least, most), &d| (least.min(d), most.max(d)));
    // Written so that NaN is refused.
    if least * least > SPREAD * most * most || gram.nrows() == 0 {
        solve_lower_triangular_in_place(gram.as_ref(), b.as_mut(), Par::Seq);
        solve_upper_triangular_in_place(gram.transpose(), b.as_mut(), Par::Seq);
        return Some(b);
    }
    None
}

/// G⁻¹b for a symmetric G of any sign, given by its lower half.
fn square(lower: Mat<f64>, b: &Mat<f64>) -> Mat<f64> {
    let n = lower.nrows();
    Reflections::new(Mat::from_fn(n, n, |i, j| *lower.get(i.max(j), i.min(j)))).least_squares(b)
}

/// AP = QR by Householder reflections, the largest remaining column first: slower than Cholesky on A's Gram matrix, with
/// twice the digits. Columns that depend on those before up to rounding end it, as rows that occur twice do in real data.
struct Reflections {
    /// Unit reflection vectors on and below the diagonal, R above it.
    packed: Mat<f64>,
    /// The diagonal of R, as long as the rank.
    diagonal: Vec<f64>,
    /// Where each column was in A.
    order: Vec<usize>,
}

/// A column is dependent when less than this share of the largest is left of it.
const DEPENDENT: f64 = 1e-13;

impl Reflections {
    fn new(mut a: Mat<f64>) -> Self {
        let (m, n) = (a.nrows(), a.ncols());
        let (mut diagonal, mut order) = (Vec::with_capacity(n), (0..n).collect::<Vec<_>>());
        let mut floor = 0.0;
        for j in 0..m.min(n) {
            let left = |c: usize| a.col(c).subrows(j, m - j).squared_norm_l2();
            let Some(next) = (j..n).max_by(|&c, &d| left(c).total_cmp(&left(d))) else { break };
            order.swap(j, next);
            faer::perm::swap_cols_idx(a.as_mut(), j, next);
            let (mut head, tail) = a.as_mut().split_at_col_mut(j + 1);
            let mut v = head.as_mut().col_mut(j).subrows_mut(j, m - j);
            let norm = v.as_ref().norm_l2();
            if j == 0 {
                floor = DEPENDENT * norm;
            }
            // Written so that NaN goes on, and is seen.
            if norm <= floor {
                break;
            }
            let pivot = if v.as_ref().iter().next().is_some_and(|&first| first > 0.0) { -norm } else { norm };
            if let Some(first) = v.as_mut().iter_mut().next() {
                *first -= pivot;
            }
            let length = v.as_ref().norm_l2();
            v.iter_mut().for_each(|x| *x /= length);
            diagonal.push(pivot);
            let v = head.as_ref().col(j).subrows(j, m - j);
            for column in tail.col_iter_mut() {
                reflect(v, column.subrows_mut(j, m - j));
            }
        }
        Self { packed: a, diagonal, order }
    }

    fn rank(&self) -> usize {
        self.diagonal.len()
    }

    /// Rᵀ, n×rank.
    fn transposed(&self) -> Mat<f64> {
        Mat::from_fn(self.order.len(), self.rank(), |i, j| match i {
            _ if i == j => self.diagonal.get(j).copied().unwrap_or(0.0),
            _ if i > j => *self.packed.get(j, i),
            _ => 0.0,
        })
    }

    /// The shortest argmin ‖b − Ax‖.
    fn least_squares(&self, b: &Mat<f64>) -> Mat<f64> {
        let (m, n, rank) = (self.packed.nrows(), self.order.len(), self.rank());
        let mut x = b.clone();
        for j in 0..rank {
            for column in x.col_iter_mut() {
                reflect(self.packed.col(j).subrows(j, m - j), column.subrows_mut(j, m - j));
            }
        }
        let mut x = x.get(..rank, ..).to_owned();
        if rank < n {
            x = Self::new(self.transposed()).least_norm(&x);
        } else {
            for c in 0..x.ncols() {
                for (j, pivot) in self.diagonal.iter().enumerate().rev() {
                    let value = *x.get(j, c) / pivot;
                    *x.get_mut(j, c) = value;
                    for i in 0..j {
                        *x.get_mut(i, c) -= value * self.packed.get(i, j);
                    }
                }
            }
        }
        let mut back = Mat::zeros(n, x.ncols());
        for (j, &place) in self.order.iter().enumerate() {
            back.row_mut(place).copy_from(x.row(j));
        }
        back
    }

    /// The shortest argmin ‖b − Aᵀx‖.
    fn least_norm(&self, b: &Mat<f64>) -> Mat<f64> {
        let (m, n, rank) = (self.packed.nrows(), self.order.len(), self.rank());
        let place = |j: usize| self.order.get(j).copied().unwrap_or(j);
        let b = Mat::from_fn(n, b.ncols(), |j, c| *b.get(place(j), c));
        let mut x = Mat::zeros(m, b.ncols());
        if rank < n {
            let seen = Self::new(self.transposed()).least_squares(&b);
            x.get_mut(..rank, ..).copy_from(&seen);
        } else {
            for c in 0..b.ncols() {
                for (j, pivot) in self.diagonal.iter().enumerate() {
                    let known: f64 = (0..j).map(|i| self.packed.get(i, j) * x.get(i, c)).sum();
                    *x.get_mut(j, c) = (b.get(j, c) - known) / pivot;
                }
            }
        }
        for j in (0..rank).rev() {
            for column in x.col_iter_mut() {
                reflect(self.packed.col(j).subrows(j, m - j), column.subrows_mut(j, m - j));
            }
        }
        x
    }
}

/// (I − 2vvᵀ)x.
fn reflect(v: faer::ColRef<'_, f64>, x: faer::ColMut<'_, f64>) {
    let along = 2.0 * v.iter().zip(x.as_ref().iter()).map(|(v, x)| v * x).sum::<f64>();
    x.iter_mut().zip(v.iter()).for_each(|(x, v)| *x -= along * v);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matrix(rows: usize, columns: usize) -> Mat<f64> {
        Mat::from_fn(rows, columns, |i, j| ((i * 37 + j * 101 + i * j) as f64).sin())
    }

    /// The normal equations of the objective hold, on either side of n = k, for every sign of the ridge.
    #[test]
    fn the_gradient_of_the_objective_is_zero() {
        for (n, k) in [(7, 12), (12, 7), (9, 9)] {
            let (x, y) = (matrix(n, k), matrix(n, 2));
            let lengths: Vec<f64> = (0..k).map(|j| 1.0 / (1.0 + j as f64)).collect();
            for ridge in [0.3, 0.0, -0.01] {
                let beta = fit(x.as_ref(), &lengths, &y, ridge);
                let mut gradient = x.transpose() * (&x * &beta - &y);
                for c in 0..2 {
                    for (j, l) in lengths.iter().enumerate() {
                        gradient[(j, c)] = gradient[(j, c)] * l + n as f64 * ridge * beta[(j, c)] / l;
                    }
                }
                assert!(gradient.norm_max() < 1e-8, "n={n} k={k} ridge={ridge}: {}", gradient.norm_max());
            }
        }
    }

    /// Samples that occur twice, with labels that differ: what ever smaller ridges lead to, on either side of n = k.
    #[test]
    fn repeated_samples_are_fitted_on_average() {
        for (n, k) in [(9, 12), (14, 12), (30, 12)] {
            // Never more than 8 different rows.
            let once = matrix(8, k);
            let (x, y) = (Mat::from_fn(n, k, |i, j| once[(i % 8, j)]), matrix(n, 2));
            let lengths: Vec<f64> = (0..k).map(|j| 1.0 / (1.0 + j as f64)).collect();
            let exact = fit(x.as_ref(), &lengths, &y, 0.0);
            let near = fit(x.as_ref(), &lengths, &y, 1e-9);
            let off = (&exact - &near).norm_max();
            assert!(off < 1e-4 * exact.norm_max(), "n={n} k={k}: {off} of {}", exact.norm_max());
        }
    }

    /// Features over 16 decades leave Cholesky; a small ridge on the way to the limit says the same.
    #[test]
    fn orthogonal_transformations_take_over_where_cholesky_fails() {
        let (x, y) = (matrix(6, 9), matrix(6, 1));
        let lengths: Vec<f64> = (0..9).map(|j| 10f64.powf(-f64::from(j))).collect();
        let exact = fit(x.as_ref(), &lengths, &y, 0.0);
        assert!((&x * &exact - &y).norm_max() < 1e-6);
        let even = Reflections::new(x.transpose().to_owned()).least_norm(&y);
        let plain = fit(x.as_ref(), &[1.0; 9], &y, 0.0);
        assert!((even - plain).norm_max() < 1e-9);
        let tall = matrix(9, 6);
        let solved = Reflections::new(tall.clone()).least_squares(&matrix(9, 1));
        assert!((solved - fit(tall.as_ref(), &[1.0; 6], &matrix(9, 1), 0.0)).norm_max() < 1e-9);
    }
}
