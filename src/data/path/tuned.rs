//! The best ridge among those whose risk the rows can estimate (section 9.2).

use super::filter::{Equivalent, TRUSTED};
use super::table::Moment;
use super::{Path, PathPoint, column};
use crate::data::TaskChoice;
use crate::theory::numeric;

/// Width at which the search for the best ridge ends, as a fraction of the bracket.
const WIDTH: f64 = 2.6e-5;

impl Path {
    /// The least risk over ridges with df1 ≤ 0.75 M: over λ ≥ 0, where df1 ≤ m; over either sign, where df2 < m.
    pub(super) fn tuned(&self, samples: f64, task: TaskChoice, non_negative: bool) -> PathPoint {
        let m = samples - 1.0;
        let trusted = TRUSTED * self.filter().freedom();
        let limit = if non_negative { trusted.min(m) } else { trusted };
        let edge = self.filter().least(limit).max(self.floor());
        let table = self.table();
        let lowest = table.place(edge);
        let square = Moment::Square(column(task));
        let risk_of = |square: f64, df2: f64| {
            let spare = 1.0 - df2 / m;
            // NaN is never the minimum.
            if spare > 0.0 { square * self.share(df2) / spare } else { f64::INFINITY }
        };
        let risk = |w: f64| {
            let at = table.at_place(w);
            risk_of(table.value(&at, square), table.value(&at, Moment::Df2))
        };
        let first = risk(lowest);
        let scan = table.scan();
        let inside = scan.places.partition_point(|w| *w <= lowest);
        let scanned = scan.square(column(task)).iter().zip(&scan.df2).enumerate().skip(inside);
        let best =
            scanned.map(|(i, (square, df2))| (i, risk_of(*square, *df2))).min_by(|a, b| a.1.total_cmp(&b.1));
        let place = |i: usize| scan.places.get(i).copied().unwrap_or(lowest).max(lowest);
        let (left, right) = match best.filter(|(_, least)| *least < first) {
            Some((i, _)) => (i.checked_sub(1).map_or(lowest, place), place(i + 1)),
            None => (lowest, place(inside)),
        };
        let bracket = (left.min(right), left.max(right));
        let (w, least) = numeric::lowest(bracket, WIDTH * (bracket.1 - bracket.0), risk);
        // Nothing inside is lower: the edge itself, exactly.
        let at_edge = first <= least;
        let pool_ridge = if at_edge { edge } else { table.pool_ridge(w) };
        let at = self.filter().at(pool_ridge);
        let ridge = if at_edge && (limit == m || pool_ridge == 0.0) { 0.0 } else { ridge(&at, samples) };
        let mut point = self.point(samples, ridge, at, task);
        point.at_most = at_edge && pool_ridge > 0.0 && limit < m.min(self.filter().rank());
        point
    }
}

/// The ridge λ of n samples with this κ: κ(1 − df1/m) per degree of freedom.
fn ridge(at: &Equivalent, samples: f64) -> f64 {
    let m = samples - 1.0;
    at.kappa * (1.0 - at.df1 / m) * m / samples
}
