//! The ridge filter on the principal directions of the rows: the ridge on N rows that has the same κ as a ridge on n
//! rows (section 9.2).

use crate::theory::numeric::bisect;

/// Largest df1, as a fraction of M, for which there is an estimate.
pub(super) const LIMIT: f64 = 0.9;
/// Largest df1, as a fraction of M, for which the estimate is given without caution.
pub(super) const TRUSTED: f64 = 0.75;
/// Number of partial sums computed side by side.
const LANES: usize = 8;
/// Number of bisections in ln ℓ, enough for double precision.
const STEPS: usize = 60;
/// |ln ℓ| beyond which no ridge is searched.
const FARTHEST: f64 = 600.0;

/// Eigenvalues of the rows' covariance, in units of their mean over p, with the degrees of freedom M.
#[derive(Debug, Clone)]
pub struct Filter {
    eigenvalues: Vec<f64>,
    /// Degrees of freedom M = N − 1.
    freedom: f64,
}

/// κ and effective degrees of freedom of a ridge ℓ on the N rows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Equivalent {
    /// Equivalent ridge ℓ on the N rows.
    pub pool_ridge: f64,
    pub kappa: f64,
    /// Effective degrees of freedom as a count, not divided by p.
    pub df1: f64,
    pub df2: f64,
}

impl Filter {
    /// A filter from positive eigenvalues in any unit, of features with p columns and N rows.
    #[must_use]
    pub fn new(eigenvalues: &[f64], dimension: usize, rows: usize) -> Self {
        let mean = eigenvalues.iter().sum::<f64>() / dimension as f64;
        Self {
            eigenvalues: eigenvalues.iter().map(|e| e / mean).collect(),
            freedom: rows.saturating_sub(1) as f64,
        }
    }

    /// Eigenvalues, decreasing, with mean 1 over p.
    #[must_use]
    pub fn eigenvalues(&self) -> &[f64] {
        &self.eigenvalues
    }

    /// Degrees of freedom M = N − 1.
    #[must_use]
    pub const fn freedom(&self) -> f64 {
        self.freedom
    }

    /// Rank r.
    #[must_use]
    pub fn rank(&self) -> f64 {
        self.eigenvalues.len() as f64
    }

    /// The smallest and the largest eigenvalue.
    #[must_use]
    pub fn range(&self) -> (f64, f64) {
        self.eigenvalues.iter().fold((f64::INFINITY, 0.0), |(a, b), &e| (a.min(e), b.max(e)))
    }

    /// The filter e/(e+ℓ) of each direction.
    pub fn kept(&self, pool_ridge: f64) -> impl Iterator<Item = f64> + '_ {
        self.eigenvalues.iter().map(move |&e| if pool_ridge == 0.0 { 1.0 } else { e / (e + pool_ridge) })
    }

    /// 1 − filter, ℓ/(e+ℓ), of each direction, without subtraction. At ℓ = 0, where all are 0, their limiting ratios:
    /// the smallest eigenvalue over e.
    pub fn lost(&self, pool_ridge: f64) -> impl Iterator<Item = f64> + '_ {
        let (least, _) = self.range();
        self.eigenvalues.iter().map(move |&e| {
            if pool_ridge == 0.0 {
                least / e
            } else if pool_ridge.is_infinite() {
                1.0
            } else {
                pool_ridge / (e + pool_ridge)
            }
        })
    }

    /// κ, df1 and df2 at ℓ ≥ 0. At ℓ = 0 every direction is fitted and κ = 0, which requires M > r.
    #[must_use]
    pub fn at(&self, pool_ridge: f64) -> Equivalent {
        self.sums(pool_ridge).0
    }

    /// κ and degrees of freedom, with d df1/dℓ and d ln κ/d ln ℓ.
    fn sums(&self, pool_ridge: f64) -> (Equivalent, f64, f64) {
        let (m, r) = (self.freedom, self.rank());
        if pool_ridge == 0.0 {
            return (Equivalent { pool_ridge, kappa: 0.0, df1: r, df2: r }, 0.0, 1.0);
        }
        if pool_ridge.is_infinite() {
            return (Equivalent { pool_ridge, kappa: pool_ridge, df1: 0.0, df2: 0.0 }, 0.0, 1.0);
        }
        // Partial sums side by side, since in a single sum each addition would wait for the previous one.
        let [mut df1, mut lost, mut lost2, mut fall] = [[0.0; LANES]; 4];
        let mut add = |lane: usize, e: f64| {
            let inverse = 1.0 / (e + pool_ridge);
            let (a, b) = (e * inverse, pool_ridge * inverse);
            df1[lane] += a;
            lost[lane] += b;
            lost2[lane] += b * b;
            fall[lane] += a * inverse;
        };
        let (blocks, rest) = self.eigenvalues.as_chunks::<LANES>();
        for block in blocks {
            for (lane, &e) in block.iter().enumerate() {
                add(lane, e);
            }
        }
        rest.iter().enumerate().for_each(|(lane, &e)| add(lane, e));
        let [df1, lost, lost2, fall] = [df1, lost, lost2, fall].map(|lanes| lanes.iter().sum::<f64>());
        let kept = ((m - r) + lost) / m;
        let kappa = pool_ridge / kept;
        let slope = ((m - r) + lost2) / (m * kept * kept);
        let df2 = df1 - kappa * fall / slope;
        (Equivalent { pool_ridge, kappa, df1, df2 }, -fall, slope * pool_ridge / kappa)
    }

    /// The ridge ℓ on N rows with the same κ as ridge λ' on m degrees of freedom: m(1 − λ'/κ) = df1, for λ' ≥ 0.
    /// `None` where df1 is too large at every ℓ ≥ 0, so that the N rows cannot estimate the fit.
    #[must_use]
    pub fn solve(&self, m: f64, ridge: f64, guess: Option<f64>) -> Option<f64> {
        if ridge == 0.0 && m >= self.rank() {
            return (self.freedom > self.rank()).then_some(0.0);
        }
        // In v = ln ℓ: m(1 − λ'/κ) − df1 increases with v. It is multiplied by κ, so that no term overflows.
        let value = |v: f64| {
            let (at, fall, bend) = self.sums(v.exp());
            let share = ridge / at.kappa;
            (m * (1.0 - share) - at.df1, m * share * bend - fall * at.pool_ridge)
        };
        let (mut low, mut high) = (-FARTHEST, FARTHEST);
        let mut v = guess.filter(|g| *g > 0.0).map_or(0.0, |g| g.ln().clamp(low, high));
        for _ in 0..200 {
            let (at, slope) = value(v);
            if at > 0.0 {
                high = v
            } else {
                low = v
            }
            let newton = (v - at / slope).clamp(v - 8.0, v + 8.0);
            let inside = newton > low && newton < high;
            let next = if inside { newton } else { 0.5 * (low + high) };
            let moved = (next - v).abs();
            v = next;
            // The error after a Newton step is of the order of its square.
            if moved <= if inside { 1e-8 } else { 4.0 * f64::EPSILON * v.abs().max(1.0) } {
                break;
            }
        }
        (v.abs() < FARTHEST - 1.0).then(|| v.exp())
    }

    /// The equivalent ridge ℓ of a negative ridge: of the solutions of κ(1 − df1/m) = λ' the one at which λ'
    /// increases with κ. `Err` with the smallest admissible λ'.
    pub fn solve_negative(&self, m: f64, ridge: f64) -> Result<f64, f64> {
        // df2 < m holds right of one point. With more samples than directions κ > 0 requires λ' > 0.
        if m >= self.rank() {
            return Err(0.0);
        }
        let lambda = |at: &Equivalent| at.kappa * (1.0 - at.df1 / m);
        let (lowest, highest) = self.range();
        let (_, turn) =
            bisect((lowest.ln() - 40.0, highest.ln() + 20.0), STEPS, |v| self.at(v.exp()).df2 > m);
        let least = lambda(&self.at(turn.exp()));
        if ridge <= least {
            return Err(least);
        }
        let (_, v) = bisect((turn, highest.ln() + 60.0), STEPS, |v| lambda(&self.at(v.exp())) < ridge);
        Ok(v.exp())
    }

    /// The smallest ℓ with df1 ≤ `limit`; 0 if all directions together satisfy it.
    #[must_use]
    pub fn least(&self, limit: f64) -> f64 {
        if self.rank() <= limit { 0.0 } else { self.solve(limit, 0.0, None).unwrap_or(f64::INFINITY) }
    }

    /// The smallest ℓ with an estimate, and the smallest with an estimate without caution.
    #[must_use]
    pub fn edges(&self) -> (f64, f64) {
        (self.least(LIMIT * self.freedom), self.least(TRUSTED * self.freedom))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spread(count: usize, rows: usize) -> Filter {
        // N rows vary along at most N − 1 directions.
        let e: Vec<f64> = (1..=count.min(rows - 1)).map(|j| (j as f64).powf(-1.5)).collect();
        Filter::new(&e, count, rows)
    }

    #[test]
    fn the_ridge_is_recovered_from_kappa() {
        for (count, rows) in [(40, 100), (100, 60)] {
            let filter = spread(count, rows);
            for (m, ridge) in [(5.0, 0.0), (19.0, 0.3), (39.0, 1e-6), (700.0, 2.0), (30.0, 1e5)] {
                let pool_ridge = filter.solve(m, ridge, Some(3.0)).unwrap();
                let at = filter.at(pool_ridge);
                assert!((at.kappa * (1.0 - at.df1 / m) - ridge).abs() < 1e-10 * (ridge + at.kappa));
                assert!(at.df2 < at.df1 && at.df2 > -1e-12, "{at:?}");
            }
        }
        // At n = N the definition of κ returns the ridge itself.
        let filter = spread(40, 100);
        let pool_ridge = filter.solve(99.0, 0.7, None).unwrap();
        assert!((pool_ridge - 0.7).abs() < 1e-12);
        assert_eq!(filter.solve(40.0, 0.0, None), Some(0.0));
        assert_eq!(spread(100, 60).solve(200.0, 0.0, None), None, "rows that show no κ so small");
    }

    #[test]
    fn negative_ridges_are_bounded_below() {
        let filter = spread(60, 200);
        let least = filter.solve_negative(20.0, -1e9).unwrap_err();
        assert!(least < 0.0);
        let pool_ridge = filter.solve_negative(20.0, 0.5 * least).unwrap();
        let at = filter.at(pool_ridge);
        assert!((at.kappa * (1.0 - at.df1 / 20.0) - 0.5 * least).abs() < 1e-10);
        assert!(at.df2 < 20.0 && at.df1 > 20.0);
        assert_eq!(filter.solve_negative(60.0, -0.1), Err(0.0));
    }

    /// For N → ∞ rows df2 = df1 − κ d df1/dκ … equals Σ (e/(e+κ))².
    #[test]
    fn df2_tends_to_the_sum_of_squares() {
        let filter = spread(30, 100_000_000);
        let at = filter.at(0.4);
        let (_, largest) = filter.range();
        let want: f64 =
            (1..=30).map(|j| largest * f64::from(j).powf(-1.5)).map(|e| (e / (e + 0.4)).powi(2)).sum();
        assert!((at.df2 / want - 1.0).abs() < 1e-6 && (at.kappa / 0.4 - 1.0).abs() < 1e-6);
    }
}
