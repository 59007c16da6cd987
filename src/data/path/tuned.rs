//! The best ridge as far as the rows can show it (section 9.2).

use super::filter::{Equivalent, TRUSTED};
use super::table::Moment;
use super::{Path, PathPoint, column};
use crate::data::TaskChoice;

/// Places of the first scan.
const SCAN: usize = 64;
const GOLDEN: f64 = 0.618_033_988_749_894_9;

impl Path {
    /// The least risk over ridges with df1 ≤ 0.75 M: of at least 0, where df1 ≤ m; of either sign, where df2 < m.
    pub(super) fn tuned(&self, samples: f64, task: TaskChoice, non_negative: bool) -> PathPoint {
        let m = samples - 1.0;
        let trusted = TRUSTED * self.filter.freedom();
        let limit = if non_negative { trusted.min(m) } else { trusted };
        let edge = self.filter.least(limit);
        let table = self.table();
        let lowest = table.place(edge);
        let square = Moment::Square(column(task));
        let risk = |w: f64| {
            let at = table.at_place(w);
            let df2 = table.value(&at, Moment::Df2);
            let spare = 1.0 - df2 / m;
            // NaN never is the least.
            if spare > 0.0 { table.value(&at, square) * self.share(df2) / spare } else { f64::INFINITY }
        };
        let place = |i: usize| lowest * (1.0 - i as f64 / SCAN as f64);
        let scanned: Vec<f64> = (0..=SCAN).map(|i| risk(place(i))).collect();
        let best = (0..scanned.len())
            .min_by(|&a, &b| {
                let of = |i: usize| scanned.get(i).copied().unwrap_or(f64::INFINITY);
                of(a).total_cmp(&of(b))
            })
            .unwrap_or(SCAN);
        let (w, least) = golden(place((best + 1).min(SCAN)), place(best.saturating_sub(1)), risk);
        let first = scanned.first().copied().unwrap_or(f64::INFINITY);
        // Nothing lower inside: the edge itself, exactly.
        let at_edge = first <= least;
        let own = if at_edge { edge } else { table.own(w) };
        let at = self.filter.at(own);
        let ridge = if at_edge && (limit == m || own == 0.0) { 0.0 } else { ridge(&at, samples) };
        let mut point = self.point(samples, ridge, at, task);
        point.at_most = at_edge && own > 0.0 && limit < m.min(self.filter.rank());
        point
    }
}

/// λ of n samples that stands for κ: κ(1 − df1/m) per degree of freedom.
fn ridge(at: &Equivalent, samples: f64) -> f64 {
    let m = samples - 1.0;
    at.kappa * (1.0 - at.df1 / m) * m / samples
}

/// The least of `f` between two places.
fn golden(a: f64, b: f64, f: impl Fn(f64) -> f64) -> (f64, f64) {
    let (mut low, mut high) = (a.min(b), a.max(b));
    let (mut x, mut y) = (high - GOLDEN * (high - low), low + GOLDEN * (high - low));
    let (mut fx, mut fy) = (f(x), f(y));
    for _ in 0..24 {
        if fx < fy {
            (high, y, fy) = (y, x, fx);
            x = high - GOLDEN * (high - low);
            fx = f(x);
        } else {
            (low, x, fx) = (x, y, fy);
            y = low + GOLDEN * (high - low);
            fy = f(y);
        }
    }
    if fx < fy { (x, fx) } else { (y, fy) }
}
