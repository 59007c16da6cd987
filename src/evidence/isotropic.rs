//! Draws of Gaussian samples whose features have one eigenvalue in all but a few directions (the isotropic tail), in
//! O(n r² + p) operations for r other directions and without the n×p matrix of samples.
//!
//! A Gaussian matrix has one distribution in every orthonormal basis on either side. So the tail's n×d block may be taken in
//! bases where it is bidiagonal, with independent entries of χ distributions (Dumitriu and Edelman, J. Math. Phys. 43,
//! 2002); there the other directions and the noise are again standard normal, and the task's part in the tail has its length
//! and a uniform direction. The ridge fit is then a tridiagonal system and one of order r.
//!
//! The bases differ between draws. What two draws have in common is the task t: the mean of the error for a given task
//! lies along t in the tail, so the product of both errors' components along t has Bias² as its mean (section 8).

use faer::Mat;
use rand_chacha::ChaCha8Rng;
use rand_distr::{ChiSquared, Distribution};

use super::draw::normal;
use crate::linalg::{Threads, cholesky, product};

/// Most directions outside of the tail.
const MOST_OTHERS: usize = 200;

/// Division of the p directions: `others` with distinct features, one isotropic tail of d directions, and the rest
/// without features.
#[derive(Debug, Clone)]
pub(super) struct IsotropicTail {
    samples: usize,
    ridge: f64,
    /// Indices of the tail among the first k directions, which have features.
    tail: std::ops::Range<usize>,
    /// Number of directions with features, k.
    reached: usize,
    /// The tail's eigenvalue s, and √s of the other directions with features.
    eigenvalue: f64,
    lengths: Vec<f64>,
    /// ρ in the tail; 1 without a test covariance.
    test: f64,
}

/// Errors of one draw in the tail, for both tasks and for the noise alone.
#[derive(Debug, Clone)]
pub(super) struct TailErrors {
    /// In the bases of this draw (min(n, d) + 1 rows, × 3).
    tail: Mat<f64>,
    /// Component in the tail along each task.
    along: [f64; 2],
    test: f64,
}

impl TailErrors {
    /// Inner product in the tail of two errors of one draw.
    pub fn within(&self, i: usize, j: usize) -> f64 {
        self.test * self.tail.col(i).iter().zip(self.tail.col(j).iter()).map(|(x, y)| x * y).sum::<f64>()
    }

    /// Product in the tail of the errors of one task in two draws; its mean is that of the inner product.
    pub fn between(&self, other: &Self, task: usize) -> f64 {
        match (self.along.get(task), other.along.get(task)) {
            (Some(a), Some(b)) => self.test * a * b,
            _ => f64::NAN,
        }
    }
}

impl IsotropicTail {
    /// The division for a fit with ridge λ on n samples whose features have the lengths √s (k), with test ratios ρ of
    /// all directions (empty without a test covariance); `None` if there is no such tail, or λ < 0.
    pub fn of(samples: usize, ridge: f64, lengths: &[f64], test: &[f64]) -> Option<Self> {
        if ridge < 0.0 {
            return None;
        }
        let mut start = 0;
        let runs = lengths.chunk_by(|a, b| a == b).map(|run| {
            start += run.len();
            start - run.len()..start
        });
        let tail = runs.max_by_key(ExactSizeIterator::len)?;
        let ratios = if test.is_empty() { test } else { test.get(tail.clone())? };
        let ratio = ratios.first().copied().unwrap_or(1.0);
        let (count, reached) = (tail.len(), lengths.len());
        let others = reached - count;
        // Without a ridge, neither system below is regular for n between d and k.
        let regular = ridge > 0.0 || samples <= count || samples >= reached;
        if others > MOST_OTHERS || 10 * others > samples || !regular || ratios.iter().any(|r| *r != ratio) {
            return None;
        }
        let eigenvalue = lengths.get(tail.start)?.powi(2);
        let lengths =
            lengths.iter().enumerate().filter(|(i, _)| !tail.contains(i)).map(|(_, l)| *l).collect();
        Some(Self { samples, ridge, tail, reached, eigenvalue, lengths, test: ratio })
    }

    /// Number of entries stored for a draw.
    pub const fn entries(&self) -> usize {
        self.samples.saturating_mul(2 * self.lengths.len() + 12)
    }

    /// Whether a direction is outside of the tail.
    pub fn is_other(&self, direction: usize) -> bool {
        !self.tail.contains(&direction)
    }

    /// Errors of a draw for tasks (p×2) and noise with the given standard deviation, along the other directions (p−d
    /// × 3) and in the tail; `None` if the system cannot be solved.
    pub fn errors(
        &self,
        tasks: &Mat<f64>,
        deviation: f64,
        random: &mut ChaCha8Rng,
    ) -> Option<(Mat<f64>, TailErrors)> {
        let (n, count, r) = (self.samples, self.tail.len(), self.lengths.len());
        let m = n.min(count);
        let samples = Bidiagonal::drawn(n, count, random)?;
        let scaled = Mat::from_fn(n, r, |_, j| self.lengths.get(j).map_or(f64::NAN, |l| l * normal(random)));
        let part = |c: usize, of: std::ops::Range<usize>| -> Vec<f64> {
            tasks.col(c).iter().skip(of.start).take(of.len()).copied().collect()
        };
        let norm = |v: &[f64]| v.iter().map(|x| x * x).sum::<f64>().sqrt();
        let mut labels = Mat::from_fn(n, 3, |_, c| if c < 2 { 0.0 } else { deviation * normal(random) });
        let (mut directions, mut sizes) = (Vec::new(), Vec::new());
        for c in 0..2 {
            let size = norm(&part(c, self.tail.clone()));
            let mut uniform: Vec<f64> = (0..count).map(|_| normal(random)).collect();
            let scale = size / norm(&uniform);
            uniform.iter_mut().for_each(|v| *v *= scale);
            let unreached = norm(&part(c, self.reached..tasks.nrows()));
            let explained = samples.times(uniform.get(..m)?);
            labels
                .col_mut(c)
                .iter_mut()
                .zip(explained)
                .for_each(|(y, e)| *y = e + unreached * normal(random));
            directions.push(uniform);
            sizes.push(size);
        }
        let mut known = Vec::with_capacity(r);
        for (j, i) in (0..self.reached).filter(|i| self.is_other(*i)).enumerate() {
            known.push(i);
            for c in 0..2 {
                let by_length = tasks.get(i, c) / self.lengths.get(j)?;
                labels.col_mut(c).iter_mut().zip(scaled.col(j).iter()).for_each(|(y, x)| *y += by_length * x);
            }
        }
        let (others, fitted) = self.fit(&samples, &scaled, &labels)?;
        let outside = Mat::from_fn(tasks.nrows() - count, 3, |j, c| {
            // Directions without features are not fitted.
            let direction = known.get(j).copied().unwrap_or(j + count);
            let fitted = self.lengths.get(j).map_or(0.0, |l| l * others.get(j, c));
            if c < 2 { fitted - tasks.get(direction, c) } else { fitted }
        });
        let mut tail = Mat::zeros(m + 1, 3);
        let mut along = [0.0; 2];
        tail.get_mut(..m, ..).copy_from(&fitted);
        for ((c, task), (along, size)) in directions.iter().enumerate().zip(along.iter_mut().zip(sizes)) {
            tail.col_mut(c).iter_mut().zip(task.get(..m)?).for_each(|(e, t)| *e -= t);
            let beyond = norm(task.get(m..)?);
            *tail.get_mut(m, c) = -beyond;
            let product = tail.col(c).iter().zip(task.get(..m)?).map(|(e, t)| e * t).sum::<f64>();
            if size > 0.0 {
                *along = (product - beyond * beyond) / size;
            }
        }
        Some((outside, TailErrors { tail, along, test: self.test }))
    }

    /// Coefficients of the scaled features of the other directions (r×3), and what multiplies an unscaled sample in the
    /// tail's first min(n, d) coordinates (×3).
    fn fit(&self, tail: &Bidiagonal, others: &Mat<f64>, labels: &Mat<f64>) -> Option<(Mat<f64>, Mat<f64>)> {
        let (n, r) = (others.nrows(), others.ncols());
        let times = |a: faer::MatRef<'_, f64>, b: faer::MatRef<'_, f64>| product(a, b, Threads::One);
        let m = tail.columns();
        if self.ridge == 0.0 && n >= self.reached {
            // Rows beyond those of the tail are fitted by the other directions alone; the tail then interpolates its
            // own rows.
            let (rows, y) = (others.get(m.., ..), labels.get(m.., ..));
            let moments = times(rows.transpose(), y);
            let found = if r == 0 { moments } else { cholesky(times(rows.transpose(), rows), moments)? };
            let mut rest = (labels - times(others.as_ref(), found.as_ref())).get(..m, ..).to_owned();
            rest.col_iter_mut().try_for_each(|column| {
                tail.solve(column.try_as_col_major_mut()?.as_slice_mut());
                Some(())
            })?;
            return Some((found, rest));
        }
        // (s BBᵀ + nλ) α = y − U w with w = (I + UᵀT⁻¹U)⁻¹ UᵀT⁻¹y.
        let system = tail.system(self.eigenvalue, n as f64 * self.ridge);
        let solved = |matrix: &Mat<f64>| -> Option<Mat<f64>> {
            let mut out = matrix.clone();
            out.col_iter_mut().try_for_each(|column| {
                system.solve(column.try_as_col_major_mut()?.as_slice_mut());
                Some(())
            })?;
            Some(out)
        };
        let (u, mut dual) = (solved(others)?, solved(labels)?);
        let mut small = times(others.transpose(), u.as_ref());
        small.diagonal_mut().column_vector_mut().iter_mut().for_each(|d| *d += 1.0);
        let moments = times(others.transpose(), dual.as_ref());
        let found = if r == 0 { moments } else { cholesky(small, moments)? };
        dual -= times(u.as_ref(), found.as_ref());
        let mut fitted = Mat::zeros(m, 3);
        for (out, column) in fitted.col_iter_mut().zip(dual.col_iter()) {
            let along = tail.transposed_times(column.try_as_col_major()?.as_slice());
            out.iter_mut().zip(along).for_each(|(f, b)| *f = self.eigenvalue * b);
        }
        Some((found, fitted))
    }
}

/// A standard normal n×d matrix in bases where only a bidiagonal block of min(n, d) rows and columns is not zero: its
/// diagonal, and the entries below it (n ≤ d) or above it (n > d).
struct Bidiagonal {
    rows: usize,
    lower: bool,
    diagonal: Vec<f64>,
    /// Entries beside the diagonal, padded with a zero to the length of the diagonal.
    beside: Vec<f64>,
}

impl Bidiagonal {
    fn drawn(n: usize, d: usize, random: &mut ChaCha8Rng) -> Option<Self> {
        let m = n.min(d);
        let chi = |freedom: usize, random: &mut ChaCha8Rng| {
            Some(ChiSquared::new(freedom as f64).ok()?.sample(random).sqrt())
        };
        let longer = n.max(d);
        let diagonal = (0..m).map(|i| chi(longer - i, random)).collect::<Option<_>>()?;
        let mut beside: Vec<f64> = (1..m).map(|i| chi(m - i, random)).collect::<Option<_>>()?;
        beside.push(0.0);
        Some(Self { rows: n, lower: n <= d, diagonal, beside })
    }

    const fn columns(&self) -> usize {
        self.diagonal.len()
    }

    /// B v for v of min(n, d) entries: n entries.
    fn times(&self, v: &[f64]) -> Vec<f64> {
        let mut out: Vec<f64> = self.diagonal.iter().zip(v).map(|(d, v)| d * v).collect();
        if self.lower {
            out.iter_mut().skip(1).zip(self.beside.iter().zip(v)).for_each(|(o, (b, v))| *o += b * v);
        } else {
            out.iter_mut().zip(self.beside.iter().zip(v.iter().skip(1))).for_each(|(o, (b, v))| *o += b * v);
        }
        out.resize(self.rows, 0.0);
        out
    }

    /// Bᵀ v for v of n entries: min(n, d) entries.
    fn transposed_times(&self, v: &[f64]) -> Vec<f64> {
        let mut out: Vec<f64> = self.diagonal.iter().zip(v).map(|(d, v)| d * v).collect();
        if self.lower {
            out.iter_mut().zip(self.beside.iter().zip(v.iter().skip(1))).for_each(|(o, (b, v))| *o += b * v);
        } else {
            out.iter_mut().skip(1).zip(self.beside.iter().zip(v)).for_each(|(o, (b, v))| *o += b * v);
        }
        out
    }

    /// B⁻¹ v of an upper bidiagonal block, in place.
    fn solve(&self, v: &mut [f64]) {
        let mut later = 0.0;
        for ((v, d), b) in v.iter_mut().zip(&self.diagonal).zip(&self.beside).rev() {
            later = (*v - b * later) / d;
            *v = later;
        }
    }

    /// s BBᵀ + σ for σ ≥ 0 (σ > 0 where n > d).
    fn system(&self, eigenvalue: f64, shift: f64) -> Tridiagonal {
        // An upper bidiagonal block is a lower one from its last row to its first.
        let (mut diagonal, mut beside) = (self.diagonal.clone(), self.beside.clone());
        if !self.lower {
            diagonal.reverse();
            beside.reverse();
            beside.rotate_left(1);
        }
        let (mut pivots, mut below) = (Vec::with_capacity(diagonal.len()), Vec::with_capacity(beside.len()));
        // The stationary quotient-difference recurrence: for a positive shift it subtracts nowhere.
        let mut carried = shift;
        for (d, b) in diagonal.iter().zip(&beside) {
            let unshifted = eigenvalue * d * d;
            let pivot = unshifted + carried;
            let factor = unshifted * (b / d) / pivot;
            pivots.push(pivot);
            below.push(factor);
            carried = factor * (b / d) * carried + shift;
        }
        Tridiagonal { reversed: !self.lower, shift, pivots, below }
    }
}

/// A symmetric tridiagonal matrix LDLᵀ, extended by σ on the diagonal.
struct Tridiagonal {
    reversed: bool,
    shift: f64,
    /// D.
    pivots: Vec<f64>,
    /// L below its unit diagonal; the last is zero.
    below: Vec<f64>,
}

impl Tridiagonal {
    /// Replaces the right-hand side by the solution.
    fn solve(&self, v: &mut [f64]) {
        let Some((v, beyond)) = v.split_at_mut_checked(self.pivots.len()) else { return };
        beyond.iter_mut().for_each(|v| *v /= self.shift);
        if self.reversed {
            v.reverse();
        }
        let mut previous = 0.0;
        for (v, l) in v.iter_mut().zip([0.0].iter().chain(&self.below)) {
            *v -= l * previous;
            previous = *v;
        }
        let mut later = 0.0;
        for ((v, d), l) in v.iter_mut().zip(&self.pivots).zip(&self.below).rev() {
            *v = *v / d - l * later;
            later = *v;
        }
        if self.reversed {
            v.reverse();
        }
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;

    use super::*;

    /// Both fits against dense systems of the same matrices, on either side of n = d, with a ridge and without.
    #[test]
    fn the_fit_equals_ridge_regression_on_the_full_matrix() {
        for (n, count, ridge) in [(15, 40, 0.0), (15, 40, 0.3), (40, 15, 0.3), (40, 15, 0.0), (15, 15, 1e-9)]
        {
            let lengths = [vec![3.0], vec![0.7; count], vec![0.2]].concat();
            let tail = IsotropicTail::of(n.max(30), ridge, &lengths, &[]).unwrap();
            let tail = IsotropicTail { samples: n, ..tail };
            let mut random = ChaCha8Rng::seed_from_u64(3);
            let block = Bidiagonal::drawn(n, count, &mut random).unwrap();
            let others = Mat::from_fn(n, 2, |_, j| normal(&mut random) * if j == 0 { 3.0 } else { 0.2 });
            let labels = Mat::from_fn(n, 3, |_, _| normal(&mut random));
            let (found, fitted) = tail.fit(&block, &others, &labels).unwrap();
            // The matrix B, column by column.
            let m = n.min(count);
            let unit = |j: usize| (0..m).map(|i| f64::from(u8::from(i == j))).collect::<Vec<_>>();
            let columns: Vec<Vec<f64>> = (0..m).map(|j| block.times(&unit(j))).collect();
            let features = nalgebra::DMatrix::from_fn(n, 2 + m, |i, j| match j.checked_sub(2) {
                None => others[(i, j)],
                Some(j) => 0.7 * columns[j][i],
            });
            let y = nalgebra::DMatrix::from_fn(n, 3, |i, c| labels[(i, c)]);
            let shift = nalgebra::DMatrix::identity(n, n) * (n as f64 * ridge);
            let beta = if ridge == 0.0 {
                features.clone().svd(true, true).solve(&y, 1e-12).unwrap()
            } else {
                features.transpose() * (&features * features.transpose() + shift).lu().solve(&y).unwrap()
            };
            for c in 0..3 {
                for j in 0..2 + m {
                    let got = if j < 2 { found[(j, c)] } else { fitted[(j - 2, c)] / 0.7 };
                    let expected = beta[(j, c)];
                    let off = (got - expected).abs();
                    assert!(
                        off < 1e-6 * (1.0 + expected.abs()),
                        "n {n} d {count} λ {ridge}: {got} for {expected}"
                    );
                }
            }
        }
    }

    /// E ZZᵀ = d I and the squares of all entries add up to nd: of the block as of the full matrix.
    #[test]
    fn the_block_has_gaussian_moments() {
        for (n, d) in [(4, 9), (9, 4)] {
            let mut random = ChaCha8Rng::seed_from_u64(1);
            let draws = 4000;
            let (mut total, mut squares) = (0.0, 0.0);
            for _ in 0..draws {
                let block = Bidiagonal::drawn(n, d, &mut random).unwrap();
                let sum: f64 = block.diagonal.iter().chain(&block.beside).map(|v| v * v).sum();
                total += sum;
                squares += sum * sum;
            }
            let (mean, expected) = (total / f64::from(draws), (n * d) as f64);
            let deviation = (squares / f64::from(draws) - mean * mean).sqrt();
            assert!((mean - expected).abs() < 4.0 * deviation / f64::from(draws).sqrt(), "{n} {d}: {mean}");
            // A sum of nd squares of standard normal entries has the variance 2nd.
            assert!((deviation * deviation / (2.0 * expected) - 1.0).abs() < 0.1, "{n} {d}: {deviation}");
        }
    }
}
