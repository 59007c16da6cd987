//! The lines between the regimes of the optimal featurization over any two parameters, solved and not read off cells
//! (section 5).
//!
//! Along every column all transitions are solved ([`transition::along`]); lines are followed from column to column, and
//! where neighbours differ, a line turns back, or it is steep, columns are put in between until the piece is short.

use super::quantity::TheoryError;
use super::selection::{Optimal, Regime};
use super::sweep::Poll;
use super::transition;

/// One line: from the first to the last x, y the place of the transition there.
#[derive(Debug, Clone, PartialEq)]
pub struct Boundary {
    /// The regimes below and above it (at smaller and larger y).
    pub below: Regime,
    /// The regime above the line.
    pub above: Regime,
    /// (x, y), increasing in x.
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
    fn at(self, t: f64) -> f64 {
        match (self.log, t) {
            (_, 0.0) => self.from,
            (_, 1.0) => self.to,
            (true, t) => self.from * (t * (self.to / self.from).ln()).exp(),
            (false, t) => self.from + t * (self.to - self.from),
        }
    }

    /// The t of a value.
    fn place(self, value: f64) -> f64 {
        if self.log {
            (value / self.from).ln() / (self.to / self.from).ln()
        } else {
            (value - self.from) / (self.to - self.from)
        }
    }
}

/// A crossing in one column, in units of the y axis.
#[derive(Debug, Clone, Copy)]
struct Crossing {
    below: Regime,
    above: Regime,
    y: f64,
    t: f64,
}

/// A column at t along x, its crossings by increasing y.
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
                .all(|(a, b)| (a.below, a.above) == (b.below, b.above))
    }

    /// The farthest that one of the lines moves between two columns with the same lines.
    fn distance(&self, other: &Self) -> f64 {
        self.crossings.iter().zip(&other.crossings).map(|(a, b)| (a.t - b.t).abs()).fold(0.0, f64::max)
    }
}

/// Pieces longer than this share of the plane are halved …
const PIECE: f64 = 0.01;
/// … down to columns this close.
const CLOSEST: f64 = 1e-6;

/// All boundaries over `columns` ≥ 2 columns of x and `rows` rows of y to look for transitions between; `optimal` gives
/// the optimum at (x, y), `None` where nothing is known. `stop` is polled.
///
/// # Errors
/// [`TheoryError::Interrupted`] once `stop` says so.
pub fn boundaries(
    x: Span,
    y: Span,
    (columns, rows): (usize, usize),
    optimal: impl Fn(f64, f64) -> Option<Optimal>,
    stop: &(dyn Fn() -> bool + Sync),
) -> Result<Vec<Boundary>, TheoryError> {
    let steps = |count: usize| (0..count).map(move |i| i as f64 / count.saturating_sub(1).max(1) as f64);
    let nodes: Vec<f64> = steps(rows.max(2)).map(|t| y.at(t)).collect();
    let column = |t: f64| {
        let at = x.at(t);
        let found = transition::along(&nodes, |value| optimal(at, value), stop)?;
        let crossing =
            |c: &transition::Transition| Crossing { below: c.from, above: c.to, y: c.at, t: y.place(c.at) };
        Ok(Column { t, crossings: found.iter().map(crossing).collect() })
    };
    let mut poll = Poll::new(stop);
    let mut done: Vec<Column> = Vec::new();
    for t in steps(columns.max(2)) {
        let mut next = vec![column(t)?];
        while let Some(right) = next.last() {
            poll.check()?;
            let Some(left) = done.last() else {
                done.extend(next.pop());
                continue;
            };
            let fine = left.alike(right) && left.distance(right) < PIECE;
            if fine || right.t - left.t < CLOSEST {
                done.extend(next.pop());
            } else {
                let middle = 0.5 * (left.t + right.t);
                next.push(column(middle)?);
            }
        }
    }
    Ok(lines(&done).into_iter().map(|line| line.finish(x)).collect())
}

/// A line under way.
struct Line {
    below: Regime,
    above: Regime,
    /// (t along x, y, t along y).
    points: Vec<(f64, f64, f64)>,
}

impl Line {
    fn finish(self, x: Span) -> Boundary {
        let points = self.points.iter().map(|&(t, y, _)| (x.at(t), y)).collect();
        Boundary { below: self.below, above: self.above, points }
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
                if (c.below, c.above) == (line.below, line.above) {
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
            let point = (column.t, c.y, c.t);
            match line.and_then(|i| open.get_mut(i)) {
                Some(line) => line.points.push(point),
                None => fresh.push(Line { below: c.below, above: c.above, points: vec![point] }),
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

    fn over_noise(task: &TaskSpectrum, x: Span, y: Span) -> Vec<Boundary> {
        let table = SoftTable::new(task.clone());
        let optimal =
            |a: f64, v: f64| Some(table.optimal(SampleRatio::new(a).ok()?, NoiseVariance::new(v).ok()?));
        boundaries(x, y, (40, 40), optimal, &|| false).unwrap()
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
                kinds.push((line.below, line.above));
                for pair in line.points.windows(2) {
                    assert!(pair[0].0 < pair[1].0, "{pair:?}");
                    let step = (X.place(pair[1].0) - X.place(pair[0].0))
                        .hypot(y.place(pair[1].1) - y.place(pair[0].1));
                    assert!(step < 0.05, "a gap of {step} in {:?}–{:?}", line.below, line.above);
                }
                for &(a, v) in &line.points {
                    let at = task.optimal(SampleRatio::new(a).unwrap(), NoiseVariance::new(v).unwrap());
                    let null = task.signal() + v;
                    let of = |regime| match regime {
                        Regime::Soft => at.soft.map(|s| s.risk),
                        Regime::Hard => Some(at.hard.risk),
                        Regime::Null => Some(null),
                    };
                    let (Some(one), Some(other)) = (of(line.below), of(line.above)) else { continue };
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

    #[test]
    fn stops_when_told() {
        let span = Span { from: 0.1, to: 1.0, log: false };
        let table = SoftTable::new(two_level(0.1));
        let optimal =
            |a: f64, v: f64| Some(table.optimal(SampleRatio::new(a).ok()?, NoiseVariance::new(v).ok()?));
        let stopped = boundaries(span, span, (10, 10), optimal, &|| true);
        assert_eq!(stopped, Err(TheoryError::Interrupted));
    }
}
