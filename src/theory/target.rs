//! Numbers of samples that reach a target risk. The risk is not monotone in n, so the answer is a set of intervals of
//! n.

use super::Representation;
use super::numeric::{first_after, lowest_whole};
use super::quantity::{NoiseVariance, RidgeChoice, SampleRatio, TheoryError};
use super::ridge::Optimizer;

/// The sample counts from `first` to `last`, both included; without `last`, all searched counts from `first` on
/// ([`search_grid`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interval {
    /// Smallest n of the interval.
    pub first: u64,
    /// Largest n of the interval; `None` if it extends to the end of the search.
    pub last: Option<u64>,
}

/// Relative rounding error allowed where a risk equals the target exactly.
pub(crate) const ROUNDING: f64 = 1e-13;

/// All intervals of n with a risk of at most `target`, exact to the sample, up to 1000 p. The whole numbers beside
/// every pole and extremum of the risk are evaluated, so that no divergence lies inside an interval; where poles and
/// extrema are not known beforehand, a scan finds them.
///
/// # Errors
/// [`TheoryError::Interrupted`] once `stop` returns true.
pub fn samples_needed(
    representation: &Representation,
    dimension: usize,
    choice: RidgeChoice,
    noise: NoiseVariance,
    target: f64,
    stop: &(dyn Fn() -> bool + Sync),
) -> Result<Vec<Interval>, TheoryError> {
    let (p, last) = (dimension as f64, farthest(dimension));
    // A risk that equals the target up to rounding reaches it.
    let target = target * (1.0 + ROUNDING);
    let ratio = |n: u64| SampleRatio::new(n as f64 / p);
    let settled = settled(representation, choice, noise, target, ratio, last);
    let (mut counts, turning_points) = match representation.turning_points(choice, noise) {
        Some(turning_points) => (vec![1, settled], turning_points),
        None => {
            let kept = |n: u64| Some(representation.kept(ratio(n).ok()?, choice, noise));
            let mut grid = search_grid(dimension);
            grid.retain(|n| *n < settled);
            grid.push(settled);
            let counts = if representation.jumps(choice) { with_changes(&grid, kept, stop) } else { grid };
            (counts, representation.reach().into_iter().collect())
        }
    };
    for at in turning_points {
        let below = (at * p).clamp(0.0, last as f64) as u64;
        counts.extend((below.saturating_sub(1)..=below + 2).filter(|n| (1..=settled).contains(n)));
    }
    counts.sort_unstable();
    counts.dedup();
    let ratios = counts.iter().map(|&n| ratio(n)).collect::<Result<Vec<_>, _>>()?;
    let points = representation.curve(&ratios, choice, noise, stop)?;
    let risks: Vec<Option<f64>> = points.into_iter().map(|point| point.map(|r| r.risk)).collect();
    // The optimizer does not depend on n and is shared by all.
    let optimizer = match (representation, choice) {
        (_, RidgeChoice::Fixed(_)) => None,
        (Representation::Fixed(spectrum), _) => Some(Optimizer::new(spectrum)),
        _ => None,
    };
    let risk = |n: u64| {
        if stop() {
            return None;
        }
        let ratio = ratio(n).ok()?;
        if let Some(optimizer) = &optimizer {
            let risk = optimizer.optimal(ratio, noise, choice == RidgeChoice::OptimalNonNegative).risk;
            return (risk >= 0.0).then_some(risk);
        }
        representation.evaluate(ratio, choice, noise).ok()?.map(|r| r.risk)
    };
    let found = reach(&counts, &risks, target, risk);
    if stop() { Err(TheoryError::Interrupted) } else { Ok(found) }
}

/// An n from which on the risk is below the target, by an upper bound that decreases with n; the last searched n
/// without such a bound. The bound must be below by more than rounding; near-equality is decided by the risk itself.
fn settled(
    representation: &Representation,
    choice: RidgeChoice,
    noise: NoiseVariance,
    target: f64,
    ratio: impl Fn(u64) -> Result<SampleRatio, TheoryError>,
    last: u64,
) -> u64 {
    let Some(ceiling) = representation.ceiling(choice, noise) else { return last };
    let reached = |n: u64| ratio(n).is_ok_and(|ratio| ceiling(ratio) < target * (1.0 - 1e-9));
    if reached(1) { 1 } else { first_after(1, last, reached) }
}

/// The grid with the last n before every change of `kept` and the first n after it.
fn with_changes<T: PartialEq>(
    grid: &[u64],
    kept: impl Fn(u64) -> Option<T>,
    stop: &(dyn Fn() -> bool + Sync),
) -> Vec<u64> {
    let mut counts = grid.to_vec();
    let mut open: Vec<(u64, u64)> = grid.windows(2).filter_map(|w| Some((*w.first()?, *w.last()?))).collect();
    while let Some((low, high)) = open.pop() {
        if stop() || kept(low) == kept(high) {
            continue;
        }
        if high - low == 1 {
            counts.extend([low, high]);
        } else {
            let middle = low + (high - low) / 2;
            open.extend([(low, middle), (middle, high)]);
        }
    }
    counts
}

/// The largest n that is searched: 1000 p.
#[must_use]
pub const fn farthest(dimension: usize) -> u64 {
    1000 * dimension as u64
}

/// Sample counts evaluated first: every n while small, then growing by 1.5 %, up to 1000 p.
#[must_use]
pub fn search_grid(dimension: usize) -> Vec<u64> {
    let last = farthest(dimension);
    let mut grid = vec![1];
    let mut n = 1_u64;
    while n < last {
        n = (n + 1).max((n as f64 * 1.015) as u64).min(last);
        grid.push(n);
    }
    // The pole of a full-rank featurization is at n = p, a single point between two rising sides.
    for n in [dimension as u64 - 1, dimension as u64, dimension as u64 + 1] {
        if let Err(at) = grid.binary_search(&n)
            && n > 0
        {
            grid.insert(at, n);
        }
    }
    grid
}

/// All intervals of n with risk(n) ≤ target, exact to the sample. `grid` is increasing, `risks` are the risks at its
/// nodes (`None` where there is no predictor), and `risk` evaluates any other n. Minima and maxima between nodes are
/// refined to the deciding integer.
pub fn reach(
    grid: &[u64],
    risks: &[Option<f64>],
    target: f64,
    mut risk: impl FnMut(u64) -> Option<f64>,
) -> Vec<Interval> {
    let above = |r: Option<f64>| r.filter(|r| !r.is_nan()).map_or(f64::INFINITY, |r| r);
    let mut risk = |n: u64| above(risk(n));
    let mut known: Vec<(u64, f64)> = grid.iter().copied().zip(risks.iter().map(|r| above(*r))).collect();

    let mut extra = Vec::new();
    for triple in known.windows(3) {
        let [(left, a), (_, b), (right, c)] = *triple else { continue };
        if (b <= a && b <= c && b > target) || (b >= a && b >= c && b <= target) {
            let sign = if b > target { 1.0 } else { -1.0 };
            let (n, value) = lowest_whole(left, right, |n| sign * risk(n));
            extra.push((n, sign * value));
        }
    }
    known.extend(extra);
    known.sort_by_key(|k| k.0);

    let mut intervals: Vec<Interval> = Vec::new();
    let mut open: Option<u64> = None;
    let mut previous: Option<(u64, bool)> = None;
    for (n, r) in known {
        let inside = r <= target;
        match previous {
            None if inside => open = Some(n),
            Some((before, was)) if was != inside => {
                let change = first_after(before, n, |m| (risk(m) <= target) == inside);
                if inside {
                    open = Some(change);
                } else if let Some(first) = open.take() {
                    intervals.push(Interval { first, last: Some(change - 1) });
                }
            }
            _ => {}
        }
        previous = Some((n, inside));
    }
    intervals.extend(open.map(|first| Interval { first, last: None }));
    intervals
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Comparison with evaluating every n, for a curve with a pole, a narrow minimum and a tail.
    #[test]
    fn agrees_with_evaluating_every_n() {
        let risk = |n: u64| {
            let a = n as f64 / 1000.0;
            let pole = 0.01 / (a - 1.0).abs();
            let valley = -0.6 * (-((a - 0.3) / 0.002).powi(2)).exp();
            Some(0.5 + 0.5 / (1.0 + a) + pole + valley)
        };
        let grid = search_grid(1000);
        let risks: Vec<_> = grid.iter().map(|&n| risk(n)).collect();
        for target in [0.55, 0.6, 0.75, 0.9, 1.2] {
            let got = reach(&grid, &risks, target, risk);
            let inside = |n: u64| risk(n).unwrap() <= target;
            let mut want = Vec::new();
            let mut start = None;
            for n in 1..=20_000 {
                match (start, inside(n)) {
                    (None, true) => start = Some(n),
                    (Some(first), false) => {
                        want.push(Interval { first, last: Some(n - 1) });
                        start = None;
                    }
                    _ => {}
                }
            }
            want.extend(start.map(|first| Interval { first, last: None }));
            assert_eq!(got, want, "target {target}");
        }
        assert!(reach(&grid, &risks, 0.1, risk).is_empty());
    }

    /// Atoms over many decades, so that curves have poles, near-divergences and minima at irregular positions.
    fn random_table(rng: &mut impl rand::RngExt) -> Vec<(f64, f64, f64)> {
        let count = 1 + (4.0 * rng.random::<f64>()) as usize;
        let weights: Vec<f64> = (0..count).map(|_| rng.random::<f64>().powi(2) + 1e-3).collect();
        let total: f64 = weights.iter().sum();
        let power = |rng: &mut dyn FnMut() -> f64, decades: f64| 10_f64.powf(-decades * rng());
        let mut draw = || rng.random::<f64>();
        weights
            .into_iter()
            .map(|w| {
                let (s, t) = (power(&mut draw, 10.0), power(&mut draw, 6.0));
                (w / total, if draw() < 0.1 { 0.0 } else { s }, t)
            })
            .collect()
    }

    /// Every n up to 2500 is evaluated, for every kind of representation and ridge.
    fn brute_force(cases: u64) -> usize {
        use super::super::{MinimaxSelection, Pcr, Ridge, Spectrum, TaskSpectrum};
        use rand::{RngExt, SeedableRng};
        const MOST: u64 = 2500;
        let mut seen = 0;
        for case in 0..cases {
            let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(case);
            let p = (2.0 * 10_f64.powf(3.5 * rng.random::<f64>())) as usize;
            let table = random_table(&mut rng);
            let noise = if case % 5 == 0 { 0.0 } else { 10_f64.powf(-8.0 * rng.random::<f64>()) };
            let noise = NoiseVariance::new(noise).unwrap();
            let raw = Spectrum::new(table.iter().copied()).unwrap();
            let task = TaskSpectrum::new(table.iter().map(|a| (a.0, a.2))).unwrap();
            let fixed = |l: f64| RidgeChoice::Fixed(Ridge::new(l).unwrap());
            let (none, some) = (fixed(0.0), fixed(10_f64.powf(-9.0 * rng.random::<f64>())));
            let asked = [
                (Representation::Fixed(raw.clone()), none),
                (Representation::Fixed(task.ground_truth()), none),
                (Representation::Fixed(raw.clone()), some),
                (Representation::Fixed(raw.clone()), fixed(-1e-3 * raw.mean_eigenvalue())),
                (Representation::Fixed(task.ground_truth()), RidgeChoice::OptimalNonNegative),
                (Representation::BestPcr(Pcr::new(raw.clone())), none),
                (Representation::BestPcr(Pcr::new(raw.clone())), some),
                (Representation::BestPcr(Pcr::new(raw)), RidgeChoice::Optimal),
                (Representation::Soft(task.clone()), none),
                (Representation::Hard(task.clone()), none),
                (Representation::Optimal(task.clone()), none),
                (Representation::Optimal(task.clone()), RidgeChoice::Optimal),
                (Representation::Minimax(MinimaxSelection::new(task)), none),
            ];
            for (representation, choice) in asked {
                let ratios: Vec<_> =
                    (1..=MOST).map(|n| SampleRatio::new(n as f64 / p as f64).unwrap()).collect();
                let risks: Vec<f64> = representation
                    .curve(&ratios, choice, noise, &|| false)
                    .unwrap()
                    .into_iter()
                    .map(|r| r.map_or(f64::INFINITY, |r| r.risk))
                    .collect();
                let some = risks[(risks.len() as f64 * rng.random::<f64>()) as usize];
                let target = some * (1.0 + 0.2 * rng.random::<f64>());
                if !target.is_finite() || target == 0.0 {
                    continue;
                }
                let found = samples_needed(&representation, p, choice, noise, target, &|| false).unwrap();
                let inside =
                    |n: u64| found.iter().any(|i| n >= i.first && i.last.is_none_or(|last| n <= last));
                for (n, &risk) in (1..=MOST).zip(&risks) {
                    // A risk that equals the target up to rounding may be on either side.
                    let tie = (risk - target).abs() < 1e-9 * target;
                    assert!(
                        tie || inside(n) == (risk <= target),
                        "case {case} p={p} n={n} {choice:?} σ²={noise} target {target}: {risk}, {found:?}, \
                         {representation:?}"
                    );
                }
                seen += found.len();
            }
        }
        seen
    }

    #[test]
    fn agrees_with_every_n_on_random_tables() {
        assert!(brute_force(12) > 80);
    }

    #[test]
    #[ignore = "five seconds"]
    fn agrees_with_every_n_on_200_random_tables() {
        assert!(brute_force(200) > 1500);
    }

    /// The pole at n = 6133 lies inside what a coarse search takes for one interval.
    #[test]
    fn no_divergence_inside_an_interval() {
        use super::super::{Ridge, Spectrum};
        let (weak, noise) = (1e-12, NoiseVariance::new(1e-6).unwrap());
        let scale = 1.0 / (0.6133 + 0.3867 * weak);
        let truth = Spectrum::new([(0.6133, scale, scale), (0.3867, weak * scale, weak * scale)]).unwrap();
        let choice = RidgeChoice::Fixed(Ridge::ZERO);
        let truth = Representation::Fixed(truth);
        let at = |n: f64| truth.evaluate(SampleRatio::new(n / 1e4).unwrap(), choice, noise).unwrap().unwrap();
        assert!((at(6133.0).risk - 0.630).abs() < 5e-4, "{}", at(6133.0).risk);
        let found = samples_needed(&truth, 10_000, choice, noise, 0.01, &|| false).unwrap();
        assert!(found.iter().all(|i| i.first > 6133 || i.last.is_some_and(|last| last < 6133)), "{found:?}");
        assert!(found.iter().any(|i| i.last == Some(6132)) && found.iter().any(|i| i.first == 6134));
    }

    #[test]
    fn the_grid_is_increasing_for_any_dimension() {
        for p in [1, 2, 7, 1000, 100_000] {
            let grid = search_grid(p);
            assert!(grid.windows(2).all(|w| w[0] < w[1]) && grid[0] == 1 && grid.contains(&(p as u64)));
        }
    }
}
