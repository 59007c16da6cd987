//! Near-duplicate rows: clusters of rows that are closer to each other than distinct rows of a class are
//! (section 9.6).

use faer::{Mat, MatRef};
use rayon::prelude::*;

use super::groups::Groups;
use super::pool::Pool;
use crate::linalg::{Threads, product};

/// Rows closer than this fraction of the typical distance count as near copies. The typical distance is the median
/// distance to the tenth nearest row, which copies do not reduce.
const NEAR: f64 = 0.02;
/// Rank of the neighbour whose distance is typical.
const TYPICAL: usize = 10;
/// Number of leading principal components along which distances are computed first.
const DIRECTIONS: usize = 32;
/// Maximum number of rows for comparing all pairs.
const MOST: usize = 4000;
/// With fewer directions, rows are close to each other by chance.
const FEWEST_DIRECTIONS: usize = 3;
/// Rows compared at a time.
const BLOCK: usize = 64;

/// Clusters of rows that repeat each other nearly or exactly.
#[derive(Debug)]
pub(super) struct Copies {
    /// Number of rows beyond the first in clusters that contain rows that are near but not equal.
    pub near: usize,
    /// The clusters and single rows as groups.
    pub groups: Groups,
}

/// Finds rows whose nearest row with the same targets is a near copy; `None` if there are none or too many rows to
/// compare all pairs.
pub(super) fn near_copies(pool: &Pool) -> Option<Copies> {
    let (rows, rank) = (pool.rows(), pool.rank());
    if !(2 * TYPICAL..=MOST).contains(&rows) || rank < FEWEST_DIRECTIONS {
        return None;
    }
    let kept = rank.min(DIRECTIONS);
    let left = pool.left().get(.., ..kept);
    let leading =
        Mat::from_fn(rows, kept, |i, j| left.get(i, j) * pool.lengths().get(j).unwrap_or(&f64::NAN));
    let starts: Vec<usize> = (0..rows).step_by(BLOCK).collect();
    let of_rows: Vec<Nearest> = starts
        .par_iter()
        .flat_map_iter(|&start| nearest(leading.as_ref(), start..(start + BLOCK).min(rows)))
        .collect();
    let mut typical: Vec<f64> = of_rows.iter().map(|row| row.typical).collect();
    typical.sort_by(f64::total_cmp);
    let limit = NEAR * NEAR * typical.get(rows / 2).copied().filter(|d| *d > 0.0)?;
    let targets = pool.targets();
    let alike = |i: usize, j: usize| targets.row(i).iter().eq(targets.row(j).iter());
    let whole = pool.coordinates();
    let mut clusters = Clusters((0..rows).collect());
    let mut near = vec![false; rows];
    for (i, row) in of_rows.iter().enumerate() {
        for &j in row.close.iter().filter(|(_, d)| *d <= limit).map(|(j, _)| j) {
            // Near in all directions, not only the leading ones.
            let distance: f64 =
                whole.row(i).iter().zip(whole.row(j).iter()).map(|(a, b)| (a - b) * (a - b)).sum();
            if distance <= limit && alike(i, j) {
                clusters.join(i, j);
                if distance > 0.0 {
                    near.iter_mut().skip(i).take(1).for_each(|near| *near = true);
                }
            }
        }
    }
    let of_row: Vec<usize> = (0..rows).map(|i| clusters.root(i)).collect();
    let groups = Groups::of_keys(&of_row);
    let has_near = |members: &&Vec<usize>| members.iter().any(|&row| near.get(row) == Some(&true));
    let near = groups.members().iter().filter(has_near).map(|members| members.len() - 1).sum();
    (near > 0).then_some(Copies { near, groups })
}

/// Squared distances from one row along the leading directions.
struct Nearest {
    /// Squared distance to the tenth nearest row.
    typical: f64,
    /// The nearest rows and their squared distances.
    close: Vec<(usize, f64)>,
}

fn nearest(rows: MatRef<'_, f64>, some: std::ops::Range<usize>) -> Vec<Nearest> {
    let squares: Vec<f64> = rows.row_iter().map(|row| row.iter().map(|v| v * v).sum()).collect();
    let inner = product(rows.get(some.clone(), ..), rows.transpose(), Threads::One);
    let of = |(i, row): (usize, usize)| {
        let norm = squares.get(row).copied().unwrap_or(f64::NAN);
        let mut all: Vec<(usize, f64)> = squares
            .iter()
            .enumerate()
            .filter(|(j, _)| *j != row)
            .map(|(j, square)| (j, (norm + square - 2.0 * inner.get(i, j)).max(0.0)))
            .collect();
        let at = TYPICAL.min(all.len()) - 1;
        let (_, &mut (_, typical), _) = all.select_nth_unstable_by(at, |a, b| a.1.total_cmp(&b.1));
        all.truncate(at);
        Nearest { typical, close: all }
    };
    some.enumerate().map(of).collect()
}

/// A union-find structure: each row points to a row nearer to the root of its cluster.
struct Clusters(Vec<usize>);

impl Clusters {
    fn root(&self, mut row: usize) -> usize {
        while let Some(&above) = self.0.get(row).filter(|above| **above != row) {
            row = above;
        }
        row
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        self.0.iter_mut().skip(a.max(b)).take(1).for_each(|above| *above = a.min(b));
    }
}
