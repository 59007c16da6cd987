//! Detection of dependent rows when no groups are given: correlated errors of neighbouring rows, near-duplicate rows,
//! and further columns whose values repeat; with the risk when such rows are left out together (sections 9.6 and
//! 9.10).

use std::collections::HashMap;
use std::sync::Arc;

use super::leave_one_out::{Fit, LeaveOneOut};
use super::{Path, PathPoint};
use crate::data::TaskChoice;
use crate::data::copies::near_copies;
use crate::data::groups::Groups;
use crate::numbers::sig;
use crate::theory::RidgeChoice;

/// Lag-1 correlations above this over √N are significant.
const NEIGHBOURS: f64 = 4.0;
/// Minimum number of blocks of consecutive rows that are left out together.
const BLOCKS: usize = 20;
/// Minimum number of rows of a block.
const SMALLEST: usize = 5;
const LARGEST: usize = 100;
/// Maximum number of multiplications for leaving groups out at one ridge.
const WORK: usize = 100_000_000;
/// Minimum number of groups for which a risk is reported.
const FEWEST: usize = 5;
/// Ridges at which groups are left out, as multiples of the best ridge for single rows.
const FACTORS: [f64; 8] = [0.25, 1.0, 4.0, 16.0, 64.0, 256.0, 1024.0, 4096.0];
/// A column is reported if leaving out rows with equal values together raises the risk by more than this fraction and
/// three standard errors.
const HIGHER: f64 = 0.1;

impl Path {
    /// One sentence for each sign that rows are dependent; empty if groups are given.
    #[must_use]
    pub fn dependence(&self) -> Vec<String> {
        if self.fits.blocks.is_some() {
            return Vec::new();
        }
        let rows = self.count() as f64;
        let best = self.evaluate(rows, RidgeChoice::OptimalNonNegative, TaskChoice::Mean, None);
        let Ok(best) = best.map(|mut best| {
            best.at.pool_ridge = best.at.pool_ridge.max(self.floor());
            best
        }) else {
            return Vec::new();
        };
        if !best.risk.is_finite() {
            return Vec::new();
        }
        let columns = self.columns(&best);
        let others = [self.copies(&best), self.neighbours(&best)];
        columns.into_iter().chain(others.into_iter().flatten()).collect()
    }

    /// The least risk of the mean over tasks with N labelled rows over some ridges, each group predicted by the others: by all
    /// groups, or by as many as do not take long; `None` where one takes too long.
    fn left_out_together(&self, groups: &Groups, best: &PathPoint) -> Option<f64> {
        let rank = self.rank();
        let cost = |rows: &Vec<usize>| {
            let size = rows.len();
            size.saturating_mul(size).saturating_mul(16 * size + 8 * rank)
        };
        let all = groups.members().iter().map(cost).fold(0, usize::saturating_add);
        let groups = groups.thinned(all.div_ceil(WORK));
        let work = groups.members().iter().map(cost).fold(0, usize::saturating_add);
        if groups.count() < FEWEST || work > 4 * WORK {
            return None;
        }
        let tested: Vec<usize> = groups.members().iter().flatten().copied().collect();
        let square = |fit: &Fit| {
            let of = |column: faer::ColRef<'_, f64>| {
                tested.iter().map(|&row| column.get(row).powi(2)).sum::<f64>()
            };
            fit.errors.col_iter().map(of).sum::<f64>()
        };
        let alone = square(&self.fits.fit(best.at.pool_ridge));
        let rows = Arc::new(self.fits.rows.in_groups(groups));
        let fits = LeaveOneOut::new(&rows, self.fits.range.clone(), self.filter().clone());
        let start = if best.at.pool_ridge > 0.0 { best.at.pool_ridge } else { self.filter().range().0 };
        let together = FACTORS.iter().map(|factor| square(&fits.fit(factor * start)));
        let ratio = together.fold(f64::INFINITY, f64::min) / alone;
        Some(best.risk * ratio).filter(|risk| risk.is_finite())
    }

    /// Further columns that identify dependent rows, if it matters for the risk.
    fn columns(&self, best: &PathPoint) -> Vec<String> {
        let pool = self.fits.rows.pool();
        let sentence = |(name, groups): &(String, Groups)| {
            let count = groups.count();
            let risk = self.left_out_together(groups, best);
            let higher = match risk {
                Some(risk) => {
                    risk > (1.0 + HIGHER) * best.risk && risk > best.risk + 3.0 * best.standard_error
                }
                None => true,
            };
            higher.then(|| {
                format!(
                    "{name} has {count} values that repeat: if the rows of a value belong together (a patient, a speaker, a \
                     day) the risk is underestimated{}; --groups {name} leaves them out together",
                    compared(risk, best, "rows of a value")
                )
            })
        };
        pool.groups_beside().iter().filter_map(sentence).collect()
    }

    /// Near-duplicate rows, if there are any.
    fn copies(&self, best: &PathPoint) -> Option<String> {
        let copies = near_copies(self.fits.rows.pool())?;
        let risk = self.left_out_together(&copies.groups, best);
        Some(format!(
            "{} of {} rows nearly repeat another with the same target: a row seen twice looks learned, so the risk is \
             underestimated{}; leave the copies out, or say with --groups which rows belong together",
            copies.near,
            self.count(),
            compared(risk, best, "near copies")
        ))
    }

    /// Neighbouring rows with correlated errors, and the risk when blocks of consecutive rows are left out together.
    fn neighbours(&self, best: &PathPoint) -> Option<String> {
        let correlation = self.neighbours_agree(best.at.pool_ridge)?;
        let rows = self.count();
        let size = (rows / BLOCKS).clamp(SMALLEST, LARGEST);
        let risk = self.left_out_together(&Groups::consecutive(rows, rows.div_ceil(size)), best);
        let what = format!("blocks of {size} consecutive rows");
        Some(format!(
            "neighbouring rows have similar errors (correlation {correlation:.2}): if they belong together (a patient, a \
             speaker, a day) the risk is underestimated{}; --groups says which rows belong together",
            compared(risk, best, &what)
        ))
    }

    /// Lag-1 correlation of the leave-one-out errors at ℓ between neighbouring rows, after subtracting the mean over
    /// rows with the same target (so that sorting by class is not mistaken for dependence); `None` if it may be
    /// chance.
    fn neighbours_agree(&self, pool_ridge: f64) -> Option<f64> {
        let fit = self.fits.fit(pool_ridge);
        let targets = self.fits.rows.pool().targets();
        let (mut lagged, mut total) = (0.0, 0.0);
        for (errors, y) in fit.errors.col_iter().zip(targets.col_iter()) {
            let mut means: HashMap<u64, (f64, f64)> = HashMap::new();
            for (error, y) in errors.iter().zip(y.iter()) {
                let (sum, count) = means.entry(y.to_bits()).or_default();
                *sum += error;
                *count += 1.0;
            }
            // Values of numeric targets rarely repeat.
            let classes = 2 * means.len() <= errors.nrows();
            let mean = |y: &f64| match means.get(&y.to_bits()) {
                Some((sum, count)) if classes => sum / count,
                _ => 0.0,
            };
            let centred: Vec<f64> = errors.iter().zip(y.iter()).map(|(error, y)| error - mean(y)).collect();
            lagged += centred.windows(2).map(|pair| pair.iter().product::<f64>()).sum::<f64>();
            total += centred.iter().map(|v| v * v).sum::<f64>();
        }
        Some(lagged / total).filter(|c| *c > NEIGHBOURS / (self.count() as f64).sqrt())
    }
}

/// The end of a sentence: `: with near copies left out together it is 0.69, not 0.020`.
fn compared(risk: Option<f64>, best: &PathPoint, what: &str) -> String {
    risk.map_or(String::new(), |risk| {
        format!(": with {what} left out together it is {}, not {}", sig(risk, 3), sig(best.risk, 3))
    })
}
