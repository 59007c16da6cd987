//! Random subspaces of directions that share an eigenvalue (section 11.6): a uniformly distributed rotation of them.

use std::ops::Range;

use faer::Mat;
use rand_chacha::ChaCha8Rng;

use super::draw::normal;

/// A uniformly distributed orthogonal matrix U, up to the signs of its columns, as a product of Householder reflections:
/// I − 2vvᵀ on the last coordinates, from all of them down to two (Stewart 1980).
#[derive(Debug)]
pub(super) struct Rotation {
    first: usize,
    /// v of each, of length 1.
    reflections: Vec<Vec<f64>>,
}

impl Rotation {
    pub fn drawn(directions: &Range<usize>, random: &mut ChaCha8Rng) -> Self {
        let reflection = |length: usize| {
            let mut v: Vec<f64> = (0..length).map(|_| normal(random)).collect();
            let norm = |v: &[f64]| v.iter().map(|x| x * x).sum::<f64>().sqrt();
            let size = norm(&v);
            v.iter_mut().take(1).for_each(|first| *first += size.copysign(*first));
            let length = norm(&v);
            v.iter_mut().for_each(|x| *x /= length);
            v
        };
        Self { first: directions.start, reflections: (2..=directions.len()).rev().map(reflection).collect() }
    }

    /// Number of stored entries for this many directions.
    pub const fn entries(directions: usize) -> usize {
        directions.saturating_mul(directions) / 2
    }

    /// Multiplies the rows of these directions by Uᵀ.
    pub fn transposed(&self, matrix: &mut Mat<f64>) {
        for (i, v) in self.reflections.iter().enumerate() {
            self.reflect(i, v, matrix);
        }
    }

    /// Multiplies the rows of these directions by U.
    pub fn forward(&self, matrix: &mut Mat<f64>) {
        for (i, v) in self.reflections.iter().enumerate().rev() {
            self.reflect(i, v, matrix);
        }
    }

    fn reflect(&self, i: usize, v: &[f64], matrix: &mut Mat<f64>) {
        for column in matrix.col_iter_mut() {
            let Some(entries) = column.try_as_col_major_mut() else { continue };
            let rows = entries.as_slice_mut().iter_mut().skip(self.first + i);
            let mut rows: Vec<&mut f64> = rows.take(v.len()).collect();
            let along: f64 = rows.iter().zip(v).map(|(x, v)| **x * v).sum();
            rows.iter_mut().zip(v).for_each(|(x, v)| **x -= 2.0 * along * v);
        }
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;

    use super::*;

    /// U is orthogonal, does not change other rows, and its projections have the moments of uniform subspaces: E P =
    /// k and E PρP = (a + b)ρ + bΣρ, of which section 11.6 gives the limit of many directions.
    #[test]
    fn random_subspace_moments_match_the_formula() {
        let (g, kept) = (30, 12);
        let mut random = ChaCha8Rng::seed_from_u64(4);
        let rho: Vec<f64> = (0..g).map(|j| 1.0 + j as f64).collect();
        let (mut projected, mut weighted) = (0.0, 0.0);
        let draws = 1000;
        for _ in 0..draws {
            let rotation = Rotation::drawn(&(2..2 + g), &mut random);
            let mut u = Mat::<f64>::identity(g + 4, g + 4);
            rotation.forward(&mut u);
            let mut back = u.clone();
            rotation.transposed(&mut back);
            assert!((back - Mat::<f64>::identity(g + 4, g + 4)).norm_max() < 1e-13);
            assert_eq!((u[(1, 1)], u[(g + 2, g + 2)]), (1.0, 1.0));
            // P = U diag(1 … 1, 0 … 0) Uᵀ, at the last direction, which has the largest ρ.
            let p = |i: usize| (0..kept).map(|c| u[(2 + i, 2 + c)] * u[(1 + g, 2 + c)]).sum::<f64>();
            projected += p(g - 1);
            weighted += (0..g).map(|i| rho[i] * p(i).powi(2)).sum::<f64>();
        }
        let (g, kept) = (g as f64, kept as f64);
        let a = kept * (kept * (g + 1.0) - 2.0) / (g * (g + 2.0) * (g - 1.0));
        let b = (kept - a * g) / (g * (g + 1.0));
        let (last, sum) = (g, rho.iter().sum::<f64>());
        let near = |got: f64, want: f64, tolerance: f64| {
            let got = got / f64::from(draws);
            assert!((got / want - 1.0).abs() < tolerance, "{got} for {want}");
        };
        near(projected, kept / g, 0.04);
        near(weighted, (a + b) * last + b * sum, 0.045);
    }
}
