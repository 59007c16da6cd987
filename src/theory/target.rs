//! Samples needed for a target risk. Risk is not monotone in n, so the answer is a set of intervals of n.

/// The sample counts from `first` to `last`, both included; without a `last`, all from `first` on (as far as was
/// searched: [`search_grid`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interval {
    pub first: u64,
    pub last: Option<u64>,
}

/// Sample counts to look at first: every n while they are few, then growing by 1.5 %, up to 1000 p.
#[must_use]
pub fn search_grid(dimension: usize) -> Vec<u64> {
    let last = 1000 * dimension as u64;
    let mut grid = vec![1];
    let mut n = 1_u64;
    while n < last {
        n = (n + 1).max((n as f64 * 1.015) as u64).min(last);
        grid.push(n);
    }
    // The pole of a full-rank featurization sits at n = p, between two ascents.
    for n in [dimension as u64 - 1, dimension as u64, dimension as u64 + 1] {
        if let Err(at) = grid.binary_search(&n)
            && n > 0
        {
            grid.insert(at, n);
        }
    }
    grid
}

/// All intervals of n with risk(n) ≤ target, exact to the sample. `grid` is increasing, `risks` are its risks (`None`
/// where there is no predictor), `risk` evaluates any other n. Valleys and peaks between grid points are followed to
/// the integer that decides.
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
            let (n, value) = least(left, right, |n| sign * risk(n));
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
                let change = bisect(before, n, |m| (risk(m) <= target) == inside);
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

/// The smallest m in (low, high] with `after(m)`, given that low has not and high has.
fn bisect(mut low: u64, mut high: u64, mut after: impl FnMut(u64) -> bool) -> u64 {
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if after(middle) { high = middle } else { low = middle }
    }
    high
}

/// The least value of a function with one valley between two integers.
fn least(mut low: u64, mut high: u64, mut value: impl FnMut(u64) -> f64) -> (u64, f64) {
    while high - low > 2 {
        let (a, b) = (low + (high - low) / 3, high - (high - low) / 3);
        if value(a) <= value(b) { high = b } else { low = a }
    }
    (low..=high).map(|n| (n, value(n))).min_by(|a, b| a.1.total_cmp(&b.1)).unwrap_or((low, f64::INFINITY))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Brute force over every n, against a curve with a pole, a narrow valley and a tail.
    #[test]
    fn agrees_with_asking_every_n() {
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

    #[test]
    fn the_grid_is_increasing_for_any_dimension() {
        for p in [1, 2, 7, 1000, 100_000] {
            let grid = search_grid(p);
            assert!(grid.windows(2).all(|w| w[0] < w[1]) && grid[0] == 1 && grid.contains(&(p as u64)));
        }
    }
}
