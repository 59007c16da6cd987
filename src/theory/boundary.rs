//! Boundaries between the regimes of the optimal featurization (section 5), or between any other categories, over two
//! parameters. They are solved to precision, not read off a grid.
//!
//! For each value of the first parameter (a column of the plane) all transitions along the second are solved;
//! boundaries join transitions of neighbouring columns. Columns are inserted where the number of transitions changes,
//! where a boundary turns back and where it is steep, until the pieces are short. The columns of one round are solved
//! in parallel.

use rayon::prelude::*;

use super::quantity::TheoryError;
use super::selection::Regime;
use super::transition::Transition;

/// One boundary: points (first parameter, second parameter) at which one category changes into another.
#[derive(Debug, Clone, PartialEq)]
pub struct Boundary<K = Regime> {
    /// Category below the boundary along the second parameter.
    pub before: K,
    /// Category above the boundary along the second parameter.
    pub after: K,
    /// Points of the boundary, increasing in the first parameter.
    pub points: Vec<(f64, f64)>,
}

/// A change of category along the second parameter, at one value of the first.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Crossing<K = Regime> {
    /// Category below the change.
    pub before: K,
    /// Category above the change.
    pub after: K,
    /// Value of the second parameter at the change.
    pub at: f64,
}

impl From<Transition> for Crossing {
    fn from(transition: Transition) -> Self {
        Self { before: transition.from, after: transition.to, at: transition.at }
    }
}

/// The range of one axis of the plane.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Span {
    /// Left or lower end.
    pub from: f64,
    /// Right or upper end.
    pub to: f64,
    /// Whether values are spaced evenly in the logarithm.
    pub log: bool,
}

impl Span {
    /// The value at the fraction t of the axis, t from 0 to 1.
    #[must_use]
    pub fn at(self, t: f64) -> f64 {
        match (self.log, t) {
            (_, 0.0) => self.from,
            (_, 1.0) => self.to,
            (true, t) => self.from * (t * (self.to / self.from).ln()).exp(),
            (false, t) => self.from + t * (self.to - self.from),
        }
    }

    /// The fraction t of the axis at which a value lies; the inverse of [`Span::at`].
    #[must_use]
    pub fn place(self, value: f64) -> f64 {
        if self.log {
            (value / self.from).ln() / (self.to / self.from).ln()
        } else {
            (value - self.from) / (self.to - self.from)
        }
    }

    /// `count` ≥ 2 evenly spaced values, both ends included.
    #[must_use]
    pub fn nodes(self, count: usize) -> Vec<f64> {
        steps(count).map(|t| self.at(t)).collect()
    }
}

fn steps(count: usize) -> impl Iterator<Item = f64> {
    (0..count.max(2)).map(move |i| i as f64 / (count.max(2) - 1) as f64)
}

/// A crossing and its fraction t of the second axis.
#[derive(Debug, Clone, Copy)]
struct Placed<K> {
    before: K,
    after: K,
    at: f64,
    t: f64,
}

/// The column at the fraction t of the first axis, with its crossings in increasing order.
#[derive(Debug, Clone)]
struct Column<K> {
    t: f64,
    crossings: Vec<Placed<K>>,
}

impl<K: Copy + PartialEq> Column<K> {
    /// Whether both columns have the same sequence of categories.
    fn alike(&self, other: &Self) -> bool {
        self.crossings.len() == other.crossings.len()
            && self
                .crossings
                .iter()
                .zip(&other.crossings)
                .all(|(a, b)| a.before == b.before && a.after == b.after)
    }

    /// Largest move of a crossing between two columns with the same sequence of categories, as a fraction of the
    /// axis.
    fn distance(&self, other: &Self) -> f64 {
        self.crossings.iter().zip(&other.crossings).map(|(a, b)| (a.t - b.t).abs()).fold(0.0, f64::max)
    }

    /// Whether straight pieces between the two columns approximate the boundary well enough.
    fn joins(&self, next: &Self) -> bool {
        self.alike(next) && self.distance(next) < PIECE
    }
}

/// Pieces longer than this fraction of the plane are halved, down to columns [`CLOSEST`] apart.
const PIECE: f64 = 0.01;
/// Smallest distance between two columns, as a fraction of the axis.
const CLOSEST: f64 = 1e-6;

/// All boundaries over the plane of the axes `along` and `across`. `along` is divided into `columns` values at first
/// and refined where needed; `solve` returns all crossings over `across` at one value of `along`, in increasing
/// order. `stop` is called before every column.
///
/// # Errors
/// [`TheoryError::Interrupted`] once `stop` returns true, and the errors of `solve`.
pub fn boundaries<K: Copy + PartialEq + Send + Sync, C: Into<Crossing<K>>>(
    along: Span,
    across: Span,
    columns: usize,
    solve: impl Fn(f64) -> Result<Vec<C>, TheoryError> + Sync,
    stop: &(dyn Fn() -> bool + Sync),
) -> Result<Vec<Boundary<K>>, TheoryError> {
    let column = |t: f64| {
        if stop() {
            return Err(TheoryError::Interrupted);
        }
        let crossing = |c: C| {
            let Crossing { before, after, at } = c.into();
            Placed { before, after, at, t: across.place(at) }
        };
        Ok(Column { t, crossings: solve(along.at(t))?.into_iter().map(crossing).collect() })
    };
    let all = |places: Vec<f64>| places.into_par_iter().map(column).collect::<Result<Vec<_>, _>>();
    let mut done = all(steps(columns).collect())?;
    loop {
        let open = |pair: &&[Column<K>]| match pair {
            [left, right] => right.t - left.t >= CLOSEST && !left.joins(right),
            _ => false,
        };
        let middle = |pair: &[Column<K>]| Some(0.5 * (pair.first()?.t + pair.last()?.t));
        let missing: Vec<f64> = done.windows(2).filter(open).filter_map(middle).collect();
        if missing.is_empty() {
            break;
        }
        done.extend(all(missing)?);
        done.sort_by(|a, b| a.t.total_cmp(&b.t));
    }
    Ok(lines(&done).into_iter().map(|line| line.finish(along)).collect())
}

/// A boundary that is being extended column by column.
struct Line<K> {
    before: K,
    after: K,
    /// (fraction along, value across, fraction across).
    points: Vec<(f64, f64, f64)>,
}

impl<K> Line<K> {
    fn finish(self, along: Span) -> Boundary<K> {
        let points = self.points.iter().map(|&(t, at, _)| (along.at(t), at)).collect();
        Boundary { before: self.before, after: self.after, points }
    }
}

/// Joins the crossings of neighbouring columns: each to the nearest crossing between the same categories, each used
/// once.
fn lines<K: Copy + PartialEq>(columns: &[Column<K>]) -> Vec<Line<K>> {
    let (mut open, mut closed): (Vec<Line<K>>, Vec<Line<K>>) = (Vec::new(), Vec::new());
    for column in columns {
        let mut pairs: Vec<(f64, usize, usize)> = Vec::new();
        for (i, line) in open.iter().enumerate() {
            let Some(&(_, _, last)) = line.points.last() else { continue };
            for (j, c) in column.crossings.iter().enumerate() {
                if c.before == line.before && c.after == line.after {
                    pairs.push(((c.t - last).abs(), i, j));
                }
            }
        }
        pairs.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut taken: Vec<Option<usize>> = vec![None; column.crossings.len()];
        let mut goes_on = vec![false; open.len()];
        for (distance, i, j) in pairs {
            let (Some(slot), Some(on)) = (taken.get_mut(j), goes_on.get_mut(i)) else { continue };
            // A crossing farther away than pieces are long belongs to another boundary.
            if slot.is_none() && !*on && distance < 4.0 * PIECE {
                (*slot, *on) = (Some(i), true);
            }
        }
        let mut fresh = Vec::new();
        for (c, line) in column.crossings.iter().zip(&taken) {
            let point = (column.t, c.at, c.t);
            match line.and_then(|i| open.get_mut(i)) {
                Some(line) => line.points.push(point),
                None => fresh.push(Line { before: c.before, after: c.after, points: vec![point] }),
            }
        }
        let mut on = goes_on.into_iter();
        let (going, ended): (Vec<_>, Vec<_>) = open.into_iter().partition(|_| on.next().unwrap_or(false));
        closed.extend(ended);
        open = going;
        open.extend(fresh);
    }
    closed.extend(open);
    closed.retain(|line| line.points.len() > 1);
    closed
}

#[cfg(test)]
mod tests;
