//! Encoders along the number of labels: a curve each, where another becomes the best, and who is ahead by more than
//! chance (section 9.5).

use rayon::prelude::*;

use super::curve::CurvesRequest;
use super::encoders::{self, Best, Encoders};
use crate::data::path::Told;
use crate::scenario::{Metric, RiskPoint, ScenarioError};
use crate::theory::numeric::least_whole;

/// Encoders side by side along n.
#[derive(Debug, Clone)]
pub struct Along {
    /// What is compared.
    pub metric: Metric,
    /// N.
    pub rows: usize,
    /// First and last n.
    pub ends: (f64, f64),
    /// One an encoder, in their order.
    pub lines: Vec<Line>,
    /// Where one that is clearly ahead is passed, by increasing n.
    pub crossings: Vec<Crossing>,
    /// The best one along n; `None` where that is too close to call.
    pub stretches: Vec<(f64, f64, Option<usize>)>,
}

/// The curve of one encoder.
#[derive(Debug, Clone)]
pub struct Line {
    /// As the scenario calls it, tagged where it is about the tasks it was made from.
    pub name: String,
    /// p.
    pub dimension: usize,
    /// n and what is told there, by increasing n.
    pub points: Vec<(f64, RiskPoint)>,
    /// n at which the risk is infinite.
    pub poles: Vec<f64>,
}

/// Where another encoder becomes the best one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Crossing {
    /// The least whole n at which it is.
    pub samples: f64,
    /// Position of the best one below it.
    pub from: usize,
    /// And from it on.
    pub to: usize,
}

/// Points of a curve by itself.
pub(super) const POINTS: usize = 60;
/// Numbers of labels in a decade at which encoders are compared: the same whatever the window.
const A_DECADE: f64 = 24.0;
/// Fits of fewer labels are none.
const LEAST: f64 = 2.0;

impl Along {
    /// Over the request's window of n/p, p being that of the encoder in focus.
    ///
    /// # Errors
    /// [`ScenarioError::Interrupted`] once `stop` says so.
    pub fn new(
        encoders: &Encoders,
        request: &CurvesRequest,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<Self, ScenarioError> {
        let focus = encoders.model(&request.scenario).map_or(1, |model| model.dimension()) as f64;
        let line = |encoder: &encoders::Encoder| {
            let curve = encoder.drawn(request, focus, stop)?;
            let p = encoder.dimension() as f64;
            let tag =
                if curve.in_sample { format!(", {}", super::compared::IN_SAMPLE) } else { String::new() };
            Ok(Line {
                name: format!("{}{tag}", encoder.name),
                dimension: encoder.dimension(),
                poles: curve.poles().map(|x| x * p).collect(),
                points: curve.xs.iter().map(|x| x * p).zip(curve.points).collect(),
            })
        };
        let lines = encoders.all().iter().map(line).collect::<Result<Vec<_>, ScenarioError>>()?;
        let ends = (request.axis.from * focus, request.axis.to * focus);
        let metric = request.metric;
        let grid = grid(ends);
        let at = |&n: &f64| {
            if stop() {
                return Err(ScenarioError::Interrupted);
            }
            let told = told(encoders, n, metric)?;
            Ok((winner(&told, metric), encoders::best(&told, n, metric)))
        };
        let (winners, best): (Vec<_>, Vec<_>) =
            grid.par_iter().map(at).collect::<Result<Vec<_>, ScenarioError>>()?.into_iter().unzip();
        let at = |n| Ok(winner(&told(encoders, n, metric)?, metric));
        let crossings = crossings(&grid, &winners, &best, &at)?;
        let stretches = stretches(&grid, &best);
        Ok(Self { metric, rows: encoders.rows(), ends, lines, crossings, stretches })
    }
}

/// Numbers of labels over a window and just past its ends.
fn grid((from, to): (f64, f64)) -> Vec<f64> {
    let place = |n: f64| n.max(LEAST).log10() * A_DECADE;
    let (first, last) = (place(from).floor() as i32, place(to).ceil() as i32);
    (first..=last).map(|k| 10_f64.powf(f64::from(k) / A_DECADE).max(LEAST)).collect()
}

fn told(encoders: &Encoders, n: f64, metric: Metric) -> Result<Vec<Option<Told>>, ScenarioError> {
    encoders.all().iter().map(|encoder| encoder.told(n, metric)).collect()
}

/// The best one where all can be told.
fn winner(told: &[Option<Told>], metric: Metric) -> Option<usize> {
    let all = told.iter().all(|told| told.as_ref().is_some_and(|t| t.value.is_finite()));
    encoders::best(told, f64::NAN, metric).filter(|_| all).map(|best| best.encoder)
}

/// Who is ahead along n, as far as more than one can be told.
fn stretches(along: &[f64], best: &[Option<Best>]) -> Vec<(f64, f64, Option<usize>)> {
    let mut all: Vec<(f64, f64, Option<usize>)> = Vec::new();
    let mut last: Option<f64> = None;
    for (&n, best) in along.iter().zip(best) {
        let Some(best) = best.filter(|best| best.ahead.is_some()) else {
            last = None;
            continue;
        };
        let ahead = (!best.is_close()).then_some(best.encoder);
        match (all.last_mut(), last) {
            (Some(stretch), Some(_)) if stretch.2 == ahead => stretch.1 = n,
            (_, Some(before)) => {
                let middle = (before * n).sqrt();
                all.last_mut().into_iter().for_each(|stretch| stretch.1 = middle);
                all.push((middle, n, ahead));
            }
            (_, None) => all.push((n, n, ahead)),
        }
        last = Some(n);
    }
    all
}

/// Where one that was clearly ahead is passed for good, up to the end or by one that then is: near-ties pass each other
/// by chance. The same whole n whatever the window.
fn crossings(
    along: &[f64],
    winners: &[Option<usize>],
    best: &[Option<Best>],
    between: &dyn Fn(f64) -> Result<Option<usize>, ScenarioError>,
) -> Result<Vec<Crossing>, ScenarioError> {
    let clear = |best: &Option<Best>| best.filter(|b| b.ahead.is_some() && !b.is_close()).map(|b| b.encoder);
    let mut found = Vec::new();
    let mut held: Option<usize> = None;
    // The last change since then: between which n, and from whom.
    let mut passed: Option<((f64, f64), usize)> = None;
    let mut now = None;
    for (i, (&n, winner)) in along.iter().zip(winners).enumerate() {
        let before = i.checked_sub(1).and_then(|i| Some((*along.get(i)?, *winners.get(i)?)));
        if let (Some((low, Some(from))), Some(to)) = (before, *winner)
            && from != to
        {
            passed = Some(((low, n), from));
        }
        now = winner.or(now);
        let ahead = best.get(i).and_then(clear);
        let last = i + 1 == along.len();
        let Some(to) = ahead.or(if last { now } else { None }) else { continue };
        if let (Some(from), Some((ends, loser))) = (held, passed)
            && from != to
        {
            let samples = least_whole(ends, |n| Ok::<_, ScenarioError>(between(n)? != Some(loser)))?;
            found.push(Crossing { samples, from, to });
        }
        (held, passed) = (Some(to), None);
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn best(encoder: usize, difference: f64) -> Option<Best> {
        let ahead = crate::data::path::Difference { difference, standard_error: 1.0 };
        Some(Best { samples: 0.0, encoder, ahead: Some(ahead) })
    }

    /// The first is better below n = 279.4, whatever the window.
    #[test]
    fn a_crossing_is_the_same_whole_number_in_every_window() {
        let between = |n: f64| Ok(Some(usize::from(n > 279.4)));
        let apart = |n: f64| 10.0 * (n / 279.4).ln();
        for ends in [(10.0, 6000.0), (10.0, 30_000.0), (100.0, 400.0), (150.0, 290.0), (11.3, 900.1)] {
            let grid = grid(ends);
            assert!(grid[0] <= ends.0 && grid[grid.len() - 1] >= ends.1 && grid.is_sorted());
            let winners: Vec<Option<usize>> = grid.iter().map(|n| between(*n).unwrap()).collect();
            let best: Vec<_> = grid.iter().map(|&n| best(usize::from(n > 279.4), -apart(n).abs())).collect();
            let found = crossings(&grid, &winners, &best, &between).unwrap();
            assert_eq!(found, [Crossing { samples: 280.0, from: 0, to: 1 }], "{ends:?}");
        }
    }

    /// Near-ties go to and fro: what counts is who was clearly ahead before and after, and the last change between.
    #[test]
    fn near_ties_are_no_crossings() {
        let along = [1.0, 10.0, 20.0, 40.0, 80.0, 160.0];
        let of = |winners: [usize; 6], clear: [bool; 6]| {
            let best: Vec<_> = winners
                .iter()
                .zip(clear)
                .map(|(&w, clear)| best(w, if clear { -2.0 } else { -1.0 }))
                .collect();
            let between =
                |n: f64| Ok(along.iter().zip(winners).rev().find(|(at, _)| **at <= n).map(|(_, w)| w));
            let found = crossings(&along, &winners.map(Some), &best, &between).unwrap();
            found.iter().map(|c| (c.samples, c.from, c.to)).collect::<Vec<_>>()
        };
        let (yes, no) = (true, false);
        assert_eq!(of([0, 1, 0, 1, 1, 1], [yes, no, no, no, yes, yes]), [(40.0, 0, 1)]);
        assert_eq!(of([0, 1, 0, 1, 0, 0], [yes, no, no, no, no, yes]), []);
        assert_eq!(of([0, 1, 0, 1, 0, 1], [no; 6]), []);
        assert_eq!(of([1, 0, 0, 0, 0, 0], [no, no, yes, yes, yes, yes]), [], "who was ahead is not known");
        assert_eq!(
            of([0, 0, 0, 0, 1, 1], [yes, no, no, no, no, no]),
            [(80.0, 0, 1)],
            "as far as can be seen"
        );
        assert_eq!(of([0, 0, 1, 1, 2, 2], [yes, yes, no, no, no, yes]), [(80.0, 0, 2)]);
    }

    #[test]
    fn stretches_meet_between_their_points_and_stop_where_one_cannot_be_told() {
        let along = [1.0, 4.0, 16.0, 64.0, 256.0];
        let found = stretches(&along, &[best(1, -3.0), best(1, -2.0), best(0, 1.6), None, best(0, -1.7)]);
        assert_eq!(found, [(1.0, 8.0, Some(1)), (8.0, 16.0, None), (256.0, 256.0, Some(0))]);
    }
}
