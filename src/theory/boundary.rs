//! The lines between the regimes of the optimal featurization over any two parameters, solved and not read off cells
//! (section 5).
//!
//! Along one parameter at a time (a column of the plane) all transitions are solved; lines are followed from column to
//! column, and where neighbours differ, a line turns back, or it is steep, columns are put in between until the piece is
//! short. Columns of one round are solved in parallel.

use rayon::prelude::*;

use super::quantity::TheoryError;
use super::selection::Regime;
use super::transition::Transition;

/// One line: along the columns' parameter and, second, the place of the transition there.
#[derive(Debug, Clone, PartialEq)]
pub struct Boundary {
    /// The regime before it along the second coordinate.
    pub before: Regime,
    /// The regime after it.
    pub after: Regime,
    /// Increasing in the first coordinate.
    pub points: Vec<(f64, f64)>,
}

/// An axis of the plane.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Span {
    /// Left or lower end.
    pub from: f64,
    /// Right or upper end.
    pub to: f64,
    /// Spaced evenly in the logarithm.
    pub log: bool,
}

impl Span {
    /// The value at t from 0 to 1.
    #[must_use]
    pub fn at(self, t: f64) -> f64 {
        match (self.log, t) {
            (_, 0.0) => self.from,
            (_, 1.0) => self.to,
            (true, t) => self.from * (t * (self.to / self.from).ln()).exp(),
            (false, t) => self.from + t * (self.to - self.from),
        }
    }

    /// The t of a value.
    #[must_use]
    pub fn place(self, value: f64) -> f64 {
        if self.log {
            (value / self.from).ln() / (self.to / self.from).ln()
        } else {
            (value - self.from) / (self.to - self.from)
        }
    }

    /// `count` ≥ 2 values, both ends included.
    #[must_use]
    pub fn nodes(self, count: usize) -> Vec<f64> {
        steps(count).map(|t| self.at(t)).collect()
    }
}

fn steps(count: usize) -> impl Iterator<Item = f64> {
    (0..count.max(2)).map(move |i| i as f64 / (count.max(2) - 1) as f64)
}

/// A crossing in one column.
#[derive(Debug, Clone, Copy)]
struct Crossing {
    before: Regime,
    after: Regime,
    at: f64,
    t: f64,
}

/// A column at t, its crossings in increasing order.
#[derive(Debug, Clone)]
struct Column {
    t: f64,
    crossings: Vec<Crossing>,
}

impl Column {
    /// Whether the same lines cross both.
    fn alike(&self, other: &Self) -> bool {
        self.crossings.len() == other.crossings.len()
            && self
                .crossings
                .iter()
                .zip(&other.crossings)
                .all(|(a, b)| (a.before, a.after) == (b.before, b.after))
    }

    /// The farthest that one of the lines moves between two columns with the same lines.
    fn distance(&self, other: &Self) -> f64 {
        self.crossings.iter().zip(&other.crossings).map(|(a, b)| (a.t - b.t).abs()).fold(0.0, f64::max)
    }

    /// Whether a line drawn straight between both is the boundary.
    fn joins(&self, next: &Self) -> bool {
        self.alike(next) && self.distance(next) < PIECE
    }
}

/// Pieces longer than this share of the plane are halved …
const PIECE: f64 = 0.01;
/// … down to columns this close.
const CLOSEST: f64 = 1e-6;

/// All boundaries over the plane of `along`, in whose direction columns follow each other, at first `columns` of them,
/// and `across`; `solve` gives all transitions across at one value along, in increasing order. `stop` is asked before
/// every column.
///
/// # Errors
/// [`TheoryError::Interrupted`] once `stop` says so; else `solve`'s own.
pub fn boundaries(
    along: Span,
    across: Span,
    columns: usize,
    solve: impl Fn(f64) -> Result<Vec<Transition>, TheoryError> + Sync,
    stop: &(dyn Fn() -> bool + Sync),
) -> Result<Vec<Boundary>, TheoryError> {
    let column = |t: f64| {
        if stop() {
            return Err(TheoryError::Interrupted);
        }
        let crossing =
            |c: Transition| Crossing { before: c.from, after: c.to, at: c.at, t: across.place(c.at) };
        Ok(Column { t, crossings: solve(along.at(t))?.into_iter().map(crossing).collect() })
    };
    let all = |places: Vec<f64>| places.into_par_iter().map(column).collect::<Result<Vec<_>, _>>();
    let mut done = all(steps(columns).collect())?;
    loop {
        let open = |pair: &&[Column]| match pair {
            [left, right] => right.t - left.t >= CLOSEST && !left.joins(right),
            _ => false,
        };
        let middle = |pair: &[Column]| Some(0.5 * (pair.first()?.t + pair.last()?.t));
        let missing: Vec<f64> = done.windows(2).filter(open).filter_map(middle).collect();
        if missing.is_empty() {
            break;
        }
        done.extend(all(missing)?);
        done.sort_by(|a, b| a.t.total_cmp(&b.t));
    }
    Ok(lines(&done).into_iter().map(|line| line.finish(along)).collect())
}

/// A line under way.
struct Line {
    before: Regime,
    after: Regime,
    /// (t along, value across, t across).
    points: Vec<(f64, f64, f64)>,
}

impl Line {
    fn finish(self, along: Span) -> Boundary {
        let points = self.points.iter().map(|&(t, at, _)| (along.at(t), at)).collect();
        Boundary { before: self.before, after: self.after, points }
    }
}

/// Crossings of neighbouring columns joined: each to the nearest one between the same regimes, none twice.
fn lines(columns: &[Column]) -> Vec<Line> {
    let (mut open, mut closed): (Vec<Line>, Vec<Line>) = (Vec::new(), Vec::new());
    for column in columns {
        let mut pairs: Vec<(f64, usize, usize)> = Vec::new();
        for (i, line) in open.iter().enumerate() {
            let Some(&(_, _, last)) = line.points.last() else { continue };
            for (j, c) in column.crossings.iter().enumerate() {
                if (c.before, c.after) == (line.before, line.after) {
                    pairs.push(((c.t - last).abs(), i, j));
                }
            }
        }
        pairs.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut taken: Vec<Option<usize>> = vec![None; column.crossings.len()];
        let mut goes_on = vec![false; open.len()];
        for (distance, i, j) in pairs {
            let (Some(slot), Some(on)) = (taken.get_mut(j), goes_on.get_mut(i)) else { continue };
            // Farther than pieces are long: another line.
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
mod tests {
    use super::super::quantity::{NoiseVariance, SampleRatio};
    use super::super::{SoftTable, TaskSpectrum, transition};
    use super::*;

    fn two_level(ratio: f64) -> TaskSpectrum {
        let top = 1.0 / (0.2 + 0.8 * ratio);
        TaskSpectrum::new([(0.2, top), (0.8, top * ratio)]).unwrap()
    }

    fn inverse(p: u32) -> TaskSpectrum {
        let energies: Vec<f64> = (1..=p).map(|j| 1.0 / f64::from(j)).collect();
        let mean = energies.iter().sum::<f64>() / f64::from(p);
        TaskSpectrum::uniform(&energies.iter().map(|t| t / mean).collect::<Vec<_>>()).unwrap()
    }

    /// Columns along α, transitions across σ².
    fn over_noise(task: &TaskSpectrum, x: Span, y: Span) -> Vec<Boundary> {
        let table = SoftTable::new(task.clone());
        let solve = |a: f64| {
            let ratio = SampleRatio::new(a)?;
            let optimal = |v: f64| Some(table.optimal(ratio, NoiseVariance::new(v).ok()?));
            transition::along(&y.nodes(40), optimal, &|| false)
        };
        boundaries(x, y, 40, solve, &|| false).unwrap()
    }

    const X: Span = Span { from: 0.02, to: 1.5, log: false };

    /// Every point lies on the line: the risks of both sides are equal there, to 1e-9.
    #[test]
    fn points_are_solved_and_lines_are_smooth() {
        for task in [two_level(1e-2), two_level(0.3), inverse(80)] {
            let y = Span { from: 1e-3, to: 300.0, log: true };
            let found = over_noise(&task, X, y);
            let mut kinds = Vec::new();
            for line in &found {
                kinds.push((line.before, line.after));
                for pair in line.points.windows(2) {
                    assert!(pair[0].0 < pair[1].0, "{pair:?}");
                    let step = (X.place(pair[1].0) - X.place(pair[0].0))
                        .hypot(y.place(pair[1].1) - y.place(pair[0].1));
                    assert!(step < 0.05, "a gap of {step} in {:?}–{:?}", line.before, line.after);
                }
                for &(a, v) in &line.points {
                    let at = task.optimal(SampleRatio::new(a).unwrap(), NoiseVariance::new(v).unwrap());
                    let null = task.signal() + v;
                    let of = |regime| match regime {
                        Regime::Soft => at.soft.map(|s| s.risk),
                        Regime::Hard => Some(at.hard.risk),
                        Regime::Null => Some(null),
                    };
                    let (Some(one), Some(other)) = (of(line.before), of(line.after)) else { continue };
                    assert!((one / other - 1.0).abs() < 1e-8, "{line:?} at {a}, {v}: {one} {other}");
                }
            }
            assert!(kinds.contains(&(Regime::Hard, Regime::Null)), "{kinds:?}");
            assert!(kinds.iter().any(|k| k.0 == Regime::Soft || k.1 == Regime::Soft), "{kinds:?}");
        }
    }

    /// Along σ² a two-level spectrum re-enters: at one α there are as many lines as a dense scan sees, and the triple
    /// point is where three of them meet.
    #[test]
    fn re_entrant_lines_are_all_there() {
        let task = two_level(1e-2);
        let y = Span { from: 1e-4, to: 1e3, log: true };
        let found = over_noise(&task, X, y);
        for alpha in [0.21, 0.3, 0.5, 0.8, 1.2] {
            let at = |i: i32| {
                let v = NoiseVariance::new(1e-4 * 10_f64.powf(f64::from(i) * 7.0 / 4e4)).unwrap();
                task.optimal(SampleRatio::new(alpha).unwrap(), v).regime
            };
            let want = (0..39_999).filter(|&i| at(i) != at(i + 1)).count();
            let crossed = |line: &&Boundary| {
                line.points.first().is_some_and(|p| p.0 <= alpha)
                    && line.points.last().is_some_and(|p| p.0 >= alpha)
            };
            assert_eq!(found.iter().filter(crossed).count(), want, "α={alpha}");
        }
        let (alpha, noise) = transition::triple_point(&task).unwrap();
        let near = |line: &&Boundary| {
            line.points.iter().any(|p| {
                (X.place(p.0) - X.place(alpha.get())).hypot(y.place(p.1) - y.place(noise.get())) < 0.02
            })
        };
        assert!(found.iter().filter(near).count() >= 3, "{alpha} {noise}: {found:?}");
    }

    /// The same lines, whichever of the two axes the columns follow: across α at each σ², and across σ² at each α.
    #[test]
    fn both_ways_through_the_plane_find_the_same_lines() {
        let y = Span { from: 1e-3, to: 300.0, log: true };
        for task in [two_level(1e-2), inverse(80)] {
            let one = over_noise(&task, X, y);
            let table = SoftTable::new(task);
            let solve =
                |v: f64| transition::transitions(&table, NoiseVariance::new(v)?, X.from, X.to, &|| false);
            let other = boundaries(y, X, 40, solve, &|| false).unwrap();
            let t = |p: &(f64, f64)| (X.place(p.0), y.place(p.1));
            let ways: Vec<((f64, f64), (f64, f64))> = other
                .iter()
                .flat_map(|line| line.points.windows(2).map(|p| (t(&(p[0].1, p[0].0)), t(&(p[1].1, p[1].0)))))
                .collect();
            let away = |p: (f64, f64)| {
                let to = |&(a, b): &((f64, f64), (f64, f64))| {
                    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
                    let length = dx * dx + dy * dy;
                    let along = ((p.0 - a.0) * dx + (p.1 - a.1) * dy) / length.max(1e-300);
                    let along = along.clamp(0.0, 1.0);
                    (p.0 - a.0 - along * dx).hypot(p.1 - a.1 - along * dy)
                };
                ways.iter().map(to).fold(f64::INFINITY, f64::min)
            };
            let points = one.iter().flat_map(|line| &line.points);
            let worst = points.map(|p| away(t(p))).fold(0.0, f64::max);
            assert!(worst < 2e-3, "{worst}");
        }
    }

    #[test]
    fn stops_when_told() {
        let span = Span { from: 0.1, to: 1.0, log: false };
        let stopped = boundaries(span, span, 10, |_| Ok(Vec::new()), &|| true);
        assert_eq!(stopped, Err(TheoryError::Interrupted));
    }
}
