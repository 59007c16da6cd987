//! Which sample sizes are drawn, and how many draws each has.

use super::anchor::moments;
use super::draws::TESTED;
use super::scores::FitMetrics;
use crate::data::{Groups, Pool};

/// Number of sample sizes.
const COUNT: usize = 6;
/// Draws at each size. More in proportion for fewer than [`FEW`] rows, since each draw is tested on few rows, and for
/// grouped rows, where draws always replace the estimate and vary more.
const DRAWS: usize = 12;
const FEW: usize = 100;
const DRAWS_OF_GROUPS: usize = 48;
/// Smallest number of rows drawn, and largest as a fraction of all rows.
const FEWEST: f64 = 10.0;
const LARGEST: f64 = 0.8;
/// Additional sample sizes around the interpolation peak, as multiples of the rank, for nearly ridgeless fits on
/// strongly non-Gaussian rows, and the number of draws at every size in that case.
const AT_PEAK: [f64; 11] = [0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.25, 1.5, 2.0, 2.5];
const DRAWS_AT_PEAK: usize = 24;
/// More draws are made until the standard error of the risk is this fraction of it, up to [`MOST_DRAWS`]: three standard
/// errors are then 10 %, the difference from the leave-one-out path that replaces it. Products of six columns, 300 rows,
/// n = 40: the risk of one draw varies by 0.4 of its mean, and 12 draws kept 0.38 where fits on new rows have 0.56.
const PRECISE: f64 = 1.0 / 30.0;
const MOST_DRAWS: usize = 96;
/// Maximum number of multiplications for these additional draws at one n.
const FURTHER: f64 = 3e8;
/// Maximum number of multiplications for all other draws at one n.
const BUDGET: f64 = 3e9;

/// Sample sizes in increasing order, and the number of draws at each.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    pub places: Vec<f64>,
    pub draws: usize,
    /// Whether rows are in groups, fewer than there are rows.
    pub is_grouped: bool,
    rank: f64,
    rows: f64,
}

impl Plan {
    /// The plan for rows whose features have this rank. `has_other_peak`: the ridge is nearly zero and the rows are
    /// strongly non-Gaussian.
    pub fn new(pool: &Pool, rank: f64, has_other_peak: bool) -> Self {
        let is_grouped = pool.groups().is_some_and(|groups| groups.count() < pool.rows());
        let of_few = DRAWS * FEW.div_ceil(pool.rows());
        let draws = match (is_grouped, has_other_peak) {
            (true, _) => DRAWS_OF_GROUPS,
            (false, true) => DRAWS_AT_PEAK.max(of_few),
            (false, false) => of_few,
        };
        let mut places = samples(most(pool), rank, draws);
        if let Some(last) = places.last().copied().filter(|_| has_other_peak) {
            let at_peak = AT_PEAK.map(|share| (share * rank).round());
            places.extend(at_peak.into_iter().filter(|n| (FEWEST..=last).contains(n)));
            places.sort_by(f64::total_cmp);
            places.dedup();
        }
        Self { places, draws, is_grouped, rank, rows: pool.rows() as f64 }
    }

    /// Number of draws of n rows that gives the risk of a task the standard error [`PRECISE`], estimated from its first draws.
    pub fn draws_for(&self, n: f64, first: &[FitMetrics]) -> usize {
        let (mean, deviation) = moments(&first.iter().map(|metrics| metrics.risk).collect::<Vec<_>>());
        let predictions = self.rank * (self.rows - n).min(TESTED as f64);
        let further = (FURTHER / (cost(n, self.rank) + predictions)) as usize;
        // NaN, without a finite risk, becomes 0.
        let needed = (deviation / mean / PRECISE).powi(2).ceil().min(MOST_DRAWS as f64) as usize;
        needed.min(self.draws + further).max(self.draws)
    }
}

/// The smallest sample size drawn.
pub(super) fn fewest(pool: &Pool) -> f64 {
    FEWEST.min(most(pool))
}

/// The largest sample size drawn.
fn most(pool: &Pool) -> f64 {
    let (count, largest) = (pool.rows() as f64, pool.groups().map_or(1, Groups::largest) as f64);
    (LARGEST * count).floor().min(count - largest)
}

/// Multiplications of one draw of n rows whose features have this rank.
fn cost(n: f64, rank: f64) -> f64 {
    n.max(rank) * n.min(rank) * (n.min(rank) + 1.0)
}

/// Sample sizes evenly spaced in ln n, up to `most` or the budget.
fn samples(most: f64, rank: f64, draws: usize) -> Vec<f64> {
    let shorter = (0..200).map(|i| (most * 0.95_f64.powi(i)).floor());
    let last =
        shorter.filter(|n| draws as f64 * cost(*n, rank) <= BUDGET).fold(0.0, f64::max).max(FEWEST.min(most));
    let first = FEWEST.min(0.5 * most).floor().max(2.0);
    let step = (last / first).powf(1.0 / (COUNT - 1) as f64);
    let mut all: Vec<f64> = (0..COUNT).map(|i| (first * step.powi(i as i32)).round()).collect();
    all.retain(|n| *n >= 2.0 && *n <= most);
    all.dedup();
    all
}
