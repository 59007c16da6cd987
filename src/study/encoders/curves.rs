//! The curves of several encoders over n, their crossovers, and the best encoder at every n where the margin exceeds
//! chance (section 9.5).

use rayon::prelude::*;

use crate::data::path::MetricEstimate;
use crate::scenario::{Metric, RiskPoint, ScenarioError};
use crate::study::curves::CurvesRequest;
use crate::study::encoders::{self, BestEncoder, Encoders, LoadedEncoder};
use crate::study::featurizations::IN_SAMPLE;
use crate::theory::numeric::least_whole;

/// Curves of several encoders over n.
#[derive(Debug, Clone)]
pub struct EncoderCurves {
    /// The metric that is compared.
    pub metric: Metric,
    /// Number of labelled rows N.
    pub rows: usize,
    /// First and last n.
    pub ends: (f64, f64),
    /// One curve an encoder, in their order.
    pub curves: Vec<EncoderCurve>,
    /// Crossovers by increasing n.
    pub crossovers: Vec<Crossover>,
    /// Intervals of n and the best encoder on each; `None` where the margin is within chance.
    pub leaders: Vec<(f64, f64, Option<usize>)>,
}

/// The curve of one encoder.
#[derive(Debug, Clone)]
pub struct EncoderCurve {
    /// Name in the scenario, tagged where the risk is in-sample.
    pub name: String,
    /// Number of features p.
    pub dimension: usize,
    /// n and the point there, by increasing n.
    pub points: Vec<(f64, RiskPoint)>,
    /// Values of n with infinite risk.
    pub poles: Vec<f64>,
}

/// The n at which another encoder becomes the best one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Crossover {
    /// The smallest whole n at which `to` is the best.
    pub samples: f64,
    /// Index of the best encoder below it.
    pub from: usize,
    /// Index of the best encoder from it on.
    pub to: usize,
}

/// Points of one curve.
pub(in crate::study) const POINTS: usize = 60;
/// Values of n a decade at which encoders are compared, whatever the window.
const PER_DECADE: f64 = 24.0;
/// The fewest labels that a fit is compared with.
const LEAST: f64 = 2.0;

impl EncoderCurves {
    /// The curves over the request's range of n/p, where p is that of the encoder in focus.
    ///
    /// # Errors
    /// [`ScenarioError::Interrupted`] once `stop` returns true.
    pub fn new(
        encoders: &Encoders,
        request: &CurvesRequest,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<Self, ScenarioError> {
        let curve = |encoder: &LoadedEncoder| {
            let curve = encoders.curve(encoder, request, stop)?;
            let p = encoder.dimension() as f64;
            let tag = if curve.in_sample { format!(", {IN_SAMPLE}") } else { String::new() };
            Ok(EncoderCurve {
                name: format!("{}{tag}", encoder.name),
                dimension: encoder.dimension(),
                poles: curve.poles().map(|x| x * p).collect(),
                points: curve.xs.iter().map(|x| x * p).zip(curve.points).collect(),
            })
        };
        let curves = encoders.all().iter().map(curve).collect::<Result<Vec<_>, ScenarioError>>()?;
        let focus = encoders.focus_dimension(request);
        let ends = (request.axis.from * focus, request.axis.to * focus);
        let metric = request.metric;
        let grid = grid(ends);
        let at = |&n: &f64| {
            if stop() {
                return Err(ScenarioError::Interrupted);
            }
            let estimates = estimates(encoders, n, metric)?;
            Ok((winner(&estimates, metric), encoders::best(&estimates, n, metric)))
        };
        let (winners, best): (Vec<_>, Vec<_>) =
            grid.par_iter().map(at).collect::<Result<Vec<_>, ScenarioError>>()?.into_iter().unzip();
        let at = |n| Ok(winner(&estimates(encoders, n, metric)?, metric));
        let crossovers = crossovers(&grid, &winners, &best, &at)?;
        let leaders = leaders(&grid, &best);
        Ok(Self { metric, rows: encoders.rows(), ends, curves, crossovers, leaders })
    }
}

/// Values of n over a range and just beyond its ends.
fn grid((from, to): (f64, f64)) -> Vec<f64> {
    let place = |n: f64| n.max(LEAST).log10() * PER_DECADE;
    let (first, last) = (place(from).floor() as i32, place(to).ceil() as i32);
    (first..=last).map(|k| 10_f64.powf(f64::from(k) / PER_DECADE).max(LEAST)).collect()
}

fn estimates(
    encoders: &Encoders,
    n: f64,
    metric: Metric,
) -> Result<Vec<Option<MetricEstimate>>, ScenarioError> {
    encoders.all().iter().map(|encoder| encoder.estimate(n, metric)).collect()
}

/// The best encoder, where all can be estimated.
fn winner(estimates: &[Option<MetricEstimate>], metric: Metric) -> Option<usize> {
    let all = estimates.iter().all(|found| found.as_ref().is_some_and(|found| found.value.is_finite()));
    encoders::best(estimates, f64::NAN, metric).filter(|_| all).map(|best| best.encoder)
}

/// Intervals of n and the best encoder on each, where at least two can be estimated.
fn leaders(grid: &[f64], best: &[Option<BestEncoder>]) -> Vec<(f64, f64, Option<usize>)> {
    let mut all: Vec<(f64, f64, Option<usize>)> = Vec::new();
    let mut last: Option<f64> = None;
    for (&n, best) in grid.iter().zip(best) {
        let Some(best) = best.filter(|best| best.margin.is_some()) else {
            last = None;
            continue;
        };
        let leader = (!best.is_close()).then_some(best.encoder);
        match (all.last_mut(), last) {
            (Some(interval), Some(_)) if interval.2 == leader => interval.1 = n,
            (_, Some(before)) => {
                let middle = (before * n).sqrt();
                all.last_mut().into_iter().for_each(|interval| interval.1 = middle);
                all.push((middle, n, leader));
            }
            (_, None) => all.push((n, n, leader)),
        }
        last = Some(n);
    }
    all
}

/// Crossovers between encoders whose lead is clear before and after, or lasts to the end of the grid: encoders within
/// chance of each other swap places at random. `winner_at` returns the best encoder at any n.
fn crossovers(
    grid: &[f64],
    winners: &[Option<usize>],
    best: &[Option<BestEncoder>],
    winner_at: &dyn Fn(f64) -> Result<Option<usize>, ScenarioError>,
) -> Result<Vec<Crossover>, ScenarioError> {
    let clear =
        |best: Option<BestEncoder>| best.filter(|b| b.margin.is_some() && !b.is_close()).map(|b| b.encoder);
    let mut found = Vec::new();
    // The last encoder with a clear lead.
    let mut leader: Option<usize> = None;
    // The last change of the winner since then: the n on its two sides, and the winner before.
    let mut change: Option<((f64, f64), usize)> = None;
    let (mut winner_so_far, mut before): (Option<usize>, Option<(f64, Option<usize>)>) = (None, None);
    let last = grid.len().saturating_sub(1);
    for (i, ((&n, winner), best)) in grid.iter().zip(winners).zip(best).enumerate() {
        if let (Some((low, Some(from))), Some(to)) = (before, *winner)
            && from != to
        {
            change = Some(((low, n), from));
        }
        before = Some((n, *winner));
        winner_so_far = winner.or(winner_so_far);
        let Some(to) = clear(*best).or(if i == last { winner_so_far } else { None }) else { continue };
        if let (Some(from), Some((ends, loser))) = (leader, change)
            && from != to
        {
            let samples = least_whole(ends, |n| Ok::<_, ScenarioError>(winner_at(n)? != Some(loser)))?;
            found.push(Crossover { samples, from, to });
        }
        (leader, change) = (Some(to), None);
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn best(encoder: usize, difference: f64) -> Option<BestEncoder> {
        let margin = crate::data::path::Difference { difference, standard_error: 1.0 };
        Some(BestEncoder { samples: 0.0, encoder, margin: Some(margin) })
    }

    /// The first encoder is better below n = 279.4, whatever the window.
    #[test]
    fn a_crossover_does_not_depend_on_the_window() {
        let winner_at = |n: f64| Ok(Some(usize::from(n > 279.4)));
        let apart = |n: f64| 10.0 * (n / 279.4).ln();
        for ends in [(10.0, 6000.0), (10.0, 30_000.0), (100.0, 400.0), (150.0, 290.0), (11.3, 900.1)] {
            let grid = grid(ends);
            assert!(grid[0] <= ends.0 && grid[grid.len() - 1] >= ends.1 && grid.is_sorted());
            let winners: Vec<Option<usize>> = grid.iter().map(|n| winner_at(*n).unwrap()).collect();
            let best: Vec<_> = grid.iter().map(|&n| best(usize::from(n > 279.4), -apart(n).abs())).collect();
            let found = crossovers(&grid, &winners, &best, &winner_at).unwrap();
            assert_eq!(found, [Crossover { samples: 280.0, from: 0, to: 1 }], "{ends:?}");
        }
    }

    /// The best encoder is undefined where one of them has no estimate.
    #[test]
    fn the_best_encoder_requires_an_estimate_of_each() {
        let of = |value: f64| Some(MetricEstimate::new(value, vec![0.1, -0.1]));
        let best = |third| winner(&[of(0.5), of(0.4), third], Metric::Risk);
        assert_eq!((best(of(0.6)), best(of(0.3))), (Some(1), Some(2)));
        assert_eq!((best(None), best(of(f64::INFINITY)), best(of(f64::NAN))), (None, None, None));
    }

    /// Crossovers of a grid of six n, from the winner at each and whether its lead is clear.
    fn of(winners: [Option<usize>; 6], clear: [bool; 6]) -> Vec<(f64, usize, usize)> {
        let grid = [1.0, 10.0, 20.0, 40.0, 80.0, 160.0];
        let best: Vec<_> = winners
            .iter()
            .zip(clear)
            .map(|(&w, clear)| w.and_then(|w| best(w, if clear { -2.0 } else { -1.0 })))
            .collect();
        let winner_at = |n: f64| {
            Ok(grid.iter().zip(winners).rev().find(|(at, _)| **at <= n).and_then(|(_, winner)| winner))
        };
        let found = crossovers(&grid, &winners, &best, &winner_at).unwrap();
        found.iter().map(|c| (c.samples, c.from, c.to)).collect()
    }

    #[test]
    fn differences_within_the_standard_error_are_no_crossover() {
        let (yes, no) = (true, false);
        let all = |winners: [usize; 6]| winners.map(Some);
        assert_eq!(of(all([0, 1, 0, 1, 1, 1]), [yes, no, no, no, yes, yes]), [(40.0, 0, 1)]);
        assert_eq!(of(all([0, 1, 0, 1, 0, 0]), [yes, no, no, no, no, yes]), []);
        assert_eq!(of(all([0, 1, 0, 1, 0, 1]), [no; 6]), []);
        assert_eq!(of(all([1, 0, 0, 0, 0, 0]), [no, no, yes, yes, yes, yes]), [], "no clear lead before");
        assert_eq!(
            of(all([0, 0, 0, 0, 1, 1]), [yes, no, no, no, no, no]),
            [(80.0, 0, 1)],
            "the lead lasts to the end"
        );
        assert_eq!(of(all([0, 0, 1, 1, 2, 2]), [yes, yes, no, no, no, yes]), [(80.0, 0, 2)]);
    }

    /// A change that did not last is forgotten once the first encoder leads clearly again: what happens where nothing
    /// can be estimated is no crossover at the old place.
    #[test]
    fn a_temporary_lead_is_no_crossover() {
        let (yes, no) = (true, false);
        let winners = [Some(0), Some(1), Some(0), Some(0), None, Some(1)];
        assert_eq!(of(winners, [yes, no, no, yes, no, yes]), []);
    }

    #[test]
    fn intervals_meet_between_grid_points_and_end_where_nothing_can_be_estimated() {
        let grid = [1.0, 4.0, 16.0, 64.0, 256.0];
        let found = leaders(&grid, &[best(1, -3.0), best(1, -2.0), best(0, 1.6), None, best(0, -1.7)]);
        assert_eq!(found, [(1.0, 8.0, Some(1)), (8.0, 16.0, None), (256.0, 256.0, Some(0))]);
    }
}
