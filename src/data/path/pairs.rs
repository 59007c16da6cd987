//! Leave-pair-out comparison of rows of two kinds, each pair by the fit without both rows (section 9.3; Airola et al.
//! 2011).

use rayon::prelude::*;

use super::leave_one_out::{Fit, LeaveOneOut};
use super::nodes::{Nodes, Scale};
use crate::linalg::Memo;

/// Rows of the hat matrix in memory at a time.
const BLOCK: usize = 128;
/// Maximum number of multiplications for one hat matrix, N²r, for which curves form it at every point.
const AT_ONCE: usize = 40_000_000;
/// Maximum number of rows for leave-pair-out.
const MOST: usize = 4000;
/// Interpolation steps between ridges for curves.
const PLACES: usize = 10;
/// Score differences below this are ties.
const TIE: f64 = 1e-12;

/// Placement of each row among the rows of the other kind: the share of them on the correct side of it, ties counting
/// half. One vector of N for each task.
pub(super) type Placements = Vec<Vec<f64>>;

/// Difference between leave-pair-out and leave-one-out placements at a few ridges.
#[derive(Debug, Default)]
pub(super) struct PairTable(Memo<(Nodes, Vec<Placements>)>);

impl LeaveOneOut {
    /// Placements at ℓ by leave-pair-out for at most [`MOST`] rows, else by leave-one-out. `positive` has a vector of
    /// N for each task.
    pub fn placements(&self, pool_ridge: f64, fit: &Fit, positive: &[Vec<bool>]) -> Placements {
        match &self.blocks {
            Some(blocks) => match self.pairs_of_groups(pool_ridge, fit, blocks, positive) {
                Some(won) => shares(won, positive),
                None => self.single(fit, positive),
            },
            None if self.count() > MOST => self.single(fit, positive),
            None => self.pairs(pool_ridge, fit, positive),
        }
    }

    /// Placements for many ℓ: with many rows the difference between leave-pair-out and leave-one-out is interpolated.
    pub fn placements_along(
        &self,
        pool_ridge: f64,
        fit: &Fit,
        positive: &[Vec<bool>],
        (scale, table): (&Scale, &PairTable),
    ) -> Placements {
        let work = self.count().saturating_mul(self.count()).saturating_mul(self.range.len());
        if work <= AT_ONCE && self.blocks.is_none() || self.count() > MOST {
            return self.placements(pool_ridge, fit, positive);
        }
        let (nodes, known) = table.0.get_or_compute(|| {
            let nodes = scale.nodes(PLACES);
            let at = |&pool_ridge: &f64| {
                let fit = self.fit(pool_ridge);
                let mut pairs = self.placements(pool_ridge, &fit, positive);
                for (pairs, single) in pairs.iter_mut().zip(self.single(&fit, positive)) {
                    pairs.iter_mut().zip(single).for_each(|(pair, single)| *pair -= single);
                }
                pairs
            };
            let known = nodes.pool_ridges().iter().map(at).collect();
            (nodes, known)
        });
        let mut found = self.single(fit, positive);
        for (weight, known) in nodes.weights(pool_ridge).iter().zip(known) {
            for (sum, known) in found.iter_mut().zip(known) {
                sum.iter_mut().zip(known).for_each(|(sum, v)| *sum += weight * v);
            }
        }
        found
    }

    /// Leave-one-out scores corrected for the shift of the intercept, F + y/(N−1), a vector for each task.
    pub fn scores(&self, fit: &Fit) -> Vec<Vec<f64>> {
        let columns = fit.errors.col_iter().zip(self.rows.pool().targets().col_iter());
        columns
            .map(|(errors, y)| {
                let back = self.shifts(y);
                let rows = errors.iter().zip(y.iter()).zip(&back);
                rows.map(|((error, y), back)| y - error + back).collect()
            })
            .collect()
    }

    /// Change of the intercept when a row, or its group, is left out.
    fn shifts(&self, y: faer::ColRef<'_, f64>) -> Vec<f64> {
        let count = self.count() as f64;
        let Some(blocks) = &self.blocks else {
            return y.iter().map(|y| y / (count - 1.0)).collect();
        };
        let sums = blocks.groups.sums(&y.iter().copied().collect::<Vec<_>>());
        let of_group: Vec<f64> = sums
            .iter()
            .zip(blocks.groups.members())
            .map(|(sum, rows)| sum / (count - rows.len() as f64))
            .collect();
        blocks.groups.of_row().iter().filter_map(|&g| of_group.get(g).copied()).collect()
    }

    fn single(&self, fit: &Fit, positive: &[Vec<bool>]) -> Placements {
        self.scores(fit).iter().zip(positive).map(|(scores, positive)| placements(scores, positive)).collect()
    }

    fn pairs(&self, pool_ridge: f64, fit: &Fit, positive: &[Vec<bool>]) -> Placements {
        let targets = self.rows.pool().targets();
        let inverse: Vec<f64> = fit.free.iter().map(|free| free.recip()).collect();
        let starts: Vec<usize> = (0..self.count()).step_by(BLOCK).collect();
        // Number of pairs won by task and row; halves are exact, so the order of summation does not matter.
        let won: Vec<Placements> = starts
            .par_iter()
            .map(|&start| {
                let some = start..(start + BLOCK).min(self.count());
                let hat = self.hat(pool_ridge, some.clone(), 0..self.count()).transpose().to_owned();
                let of = |(t, positive): (usize, &Vec<bool>)| {
                    let rows = (fit.errors.col(t).iter().zip(targets.col(t).iter())).zip(&inverse);
                    let rows: Vec<(f64, f64, f64, bool)> =
                        rows.zip(positive).map(|(((e, y), q), of)| (*e, *y, *q, *of)).collect();
                    let mut won = vec![0.0; rows.len()];
                    for i in some.clone() {
                        let Some(&(e, y, q, true)) = rows.get(i) else { continue };
                        let mut row_wins = 0.0;
                        let others = hat.col(i - start).iter().zip(&rows).zip(&mut won);
                        for ((h, &(e_j, y_j, q_j, _)), won) in others.filter(|((_, row), _)| !row.3) {
                            let share = wins(*h, (e, y, q), (e_j, y_j, q_j));
                            row_wins += share;
                            *won += share;
                        }
                        won.iter_mut().skip(i).take(1).for_each(|won| *won = row_wins);
                    }
                    won
                };
                positive.iter().enumerate().map(of).collect()
            })
            .collect();
        let mut found: Placements = positive.iter().map(|rows| vec![0.0; rows.len()]).collect();
        for block in &won {
            for (all, part) in found.iter_mut().zip(block) {
                all.iter_mut().zip(part).for_each(|(all, part)| *all += part);
            }
        }
        shares(found, positive)
    }
}

/// Converts numbers of pairs won to shares of the rows of the other kind.
fn shares(mut won: Placements, positive: &[Vec<bool>]) -> Placements {
    for (won, positive) in won.iter_mut().zip(positive) {
        let ones = positive.iter().filter(|of| **of).count() as f64;
        let zeros = positive.len() as f64 - ones;
        for (v, of) in won.iter_mut().zip(positive) {
            *v /= if *of { zeros } else { ones };
        }
    }
    won
}

/// 1 where the first row's score exceeds the second's by the fit without both, 1/2 for a tie. h = H_ij; a row is
/// given as (ε, y, 1/(1−h)) of the fit without it.
#[inline]
fn wins(h: f64, (e, y, q): (f64, f64, f64), (e_j, y_j, q_j): (f64, f64, f64)) -> f64 {
    let free = 1.0 - h * h * q * q_j;
    // Two copies that alone span a direction have equal scores.
    let apart = if free < TIE { 0.0 } else { y - y_j - (e - e_j + h * (e_j * q - e * q_j)) / free };
    if apart > TIE {
        1.0
    } else if apart < -TIE {
        0.0
    } else {
        0.5
    }
}

/// Placements by comparable scores, ties counting half.
pub(super) fn placements(scores: &[f64], positive: &[bool]) -> Vec<f64> {
    let mut order: Vec<(f64, bool, usize)> =
        scores.iter().zip(positive).enumerate().map(|(row, (&score, &of))| (score, of, row)).collect();
    order.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
    let ones = positive.iter().filter(|p| **p).count() as f64;
    let zeros = positive.len() as f64 - ones;
    let mut places = vec![0.0; scores.len()];
    let (mut up_below, mut down_below) = (0.0, 0.0);
    for tied in order.chunk_by(|a, b| b.0 - a.0 <= TIE) {
        let up = tied.iter().filter(|t| t.1).count() as f64;
        let down = tied.len() as f64 - up;
        for &(_, of, row) in tied {
            let share =
                if of { (down_below + 0.5 * down) / zeros } else { 1.0 - (up_below + 0.5 * up) / ones };
            places.iter_mut().skip(row).take(1).for_each(|p| *p = share);
        }
        up_below += up;
        down_below += down;
    }
    places
}
