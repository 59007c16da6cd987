//! One-dimensional searches: bisection, golden section, Brent's and Chandrupatla's methods, for all other modules.

/// Relative tolerance: two shares of the p directions (or a share and a sample ratio) that differ by less are the
/// same number computed in two ways, so that n = rank is recognised.
const ROUNDING: f64 = 1e-12;

/// Whether two shares are equal up to rounding.
pub(crate) fn same_share(a: f64, b: f64) -> bool {
    (a - b).abs() <= ROUNDING * a.abs().max(b.abs())
}

/// Whether a share is below another by more than rounding.
pub(crate) fn below(a: f64, b: f64) -> bool {
    a < b && !same_share(a, b)
}

/// `share` if `alpha` equals it up to rounding, else `alpha`.
pub(crate) fn snapped(alpha: f64, share: f64) -> f64 {
    if same_share(alpha, share) { share } else { alpha }
}

/// Inverse golden ratio, (√5 − 1)/2.
const GOLDEN: f64 = 0.618_033_988_749_894_9;

/// Bisection on a predicate that holds at `low` and fails at `high`: after `steps` halvings, the last point where it
/// holds and the first where it fails.
pub(crate) fn bisect(
    (mut low, mut high): (f64, f64),
    steps: usize,
    mut left: impl FnMut(f64) -> bool,
) -> (f64, f64) {
    for _ in 0..steps {
        let middle = 0.5 * (low + high);
        if left(middle) { low = middle } else { high = middle }
    }
    (low, high)
}

/// Smallest whole number for which `holds` is true, given that it is false at `low` and true at `high`: bisection in
/// the logarithm.
///
/// # Errors
/// An error of `holds`.
pub(crate) fn least_whole<E>(
    (low, high): (f64, f64),
    mut holds: impl FnMut(f64) -> Result<bool, E>,
) -> Result<f64, E> {
    let (mut low, mut high) = (low.floor(), high.ceil());
    while high - low > 1.0 {
        let middle = (low * high).sqrt().round().clamp(low + 1.0, high - 1.0);
        if holds(middle)? { high = middle } else { low = middle }
    }
    Ok(high)
}

/// Golden-section search for a minimum between `low` and `high`: the smallest value evaluated and its position. Ends
/// once the interval is `width` wide, or 1e-12 relative to its ends.
pub(crate) fn lowest(
    (mut low, mut high): (f64, f64),
    width: f64,
    mut value: impl FnMut(f64) -> f64,
) -> (f64, f64) {
    let inner = |low: f64, high: f64| (high - GOLDEN * (high - low), low + GOLDEN * (high - low));
    let (mut a, mut b) = inner(low, high);
    let (mut at_a, mut at_b) = (value(a), value(b));
    let mut best = if at_a <= at_b { (a, at_a) } else { (b, at_b) };
    // Enough halvings for double precision.
    for _ in 0..90 {
        if high - low <= width.max(1e-12 * high.abs().max(low.abs())) {
            break;
        }
        let seen = if at_a <= at_b {
            (high, b, at_b) = (b, a, at_a);
            a = inner(low, high).0;
            at_a = value(a);
            (a, at_a)
        } else {
            (low, a, at_a) = (a, b, at_b);
            b = inner(low, high).1;
            at_b = value(b);
            (b, at_b)
        };
        if seen.1 < best.1 {
            best = seen;
        }
    }
    best
}

/// Smallest m in (low, high] for which `after` is true, given that it is false at `low` and true at `high`:
/// bisection.
pub(crate) fn first_after(mut low: u64, mut high: u64, mut after: impl FnMut(u64) -> bool) -> u64 {
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if after(middle) { high = middle } else { low = middle }
    }
    high
}

/// Minimum of a unimodal function over whole numbers and its position: ternary search.
pub(crate) fn lowest_whole(mut low: u64, mut high: u64, mut value: impl FnMut(u64) -> f64) -> (u64, f64) {
    while high - low > 2 {
        let (a, b) = (low + (high - low) / 3, high - (high - low) / 3);
        if value(a) <= value(b) { high = b } else { low = a }
    }
    (low..=high).map(|n| (n, value(n))).min_by(|a, b| a.1.total_cmp(&b.1)).unwrap_or((low, f64::INFINITY))
}

/// First index from `low` to `high` for which `before` is false, given that it is monotone: bisection.
pub(crate) fn first_not(mut low: usize, mut high: usize, mut before: impl FnMut(usize) -> bool) -> usize {
    while low < high {
        let middle = usize::midpoint(low, high);
        if before(middle) { low = middle + 1 } else { high = middle }
    }
    low
}

/// Golden-section search for the largest `height` between `low` and `high`; returns the position. Ends early at the
/// first point that is `enough`. The function may have jumps and kinks.
pub(crate) fn highest<T: Copy>(
    mut low: f64,
    mut high: f64,
    steps: usize,
    mut at: impl FnMut(f64) -> Option<T>,
    height: impl Fn(T) -> f64,
    enough: impl Fn(T) -> bool,
) -> Option<(f64, T)> {
    let inner = |low: f64, high: f64| (high - GOLDEN * (high - low), low + GOLDEN * (high - low));
    let (mut a, mut b) = inner(low, high);
    let (mut at_a, mut at_b) = (at(a)?, at(b)?);
    for _ in 0..steps {
        if enough(at_a) || enough(at_b) {
            break;
        }
        if height(at_a) > height(at_b) {
            (high, b, at_b) = (b, a, at_a);
            a = inner(low, high).0;
            at_a = at(a)?;
        } else {
            (low, a, at_a) = (a, b, at_b);
            b = inner(low, high).1;
            at_b = at(b)?;
        }
    }
    Some(if height(at_a) > height(at_b) { (a, at_a) } else { (b, at_b) })
}

/// Root of `f` between `a` and `b`, where `f` has different signs (an end with value 0 is a root), by Chandrupatla's
/// method: inverse quadratic interpolation where it is safe, bisection elsewhere. Ends when the bracket is
/// `tolerance` wide relative to the root or cannot shrink. `None` without a sign change.
pub(crate) fn root(a: f64, b: f64, tolerance: f64, mut f: impl FnMut(f64) -> f64) -> Option<f64> {
    let ends = ((a, f(a)), (b, f(b)));
    root_between(ends, 0.5, tolerance, f)
}

/// [`root`] from the values at both ends, with the first step a fraction `t` of the way from the first to the second one.
pub(crate) fn root_between(
    ((mut x1, mut f1), (mut x2, mut f2)): ((f64, f64), (f64, f64)),
    mut t: f64,
    tolerance: f64,
    mut f: impl FnMut(f64) -> f64,
) -> Option<f64> {
    if f1 == 0.0 {
        return Some(x1);
    }
    if f2 == 0.0 {
        return Some(x2);
    }
    if f1.is_nan() || f2.is_nan() || f1.signum() == f2.signum() {
        return None;
    }
    for _ in 0..200 {
        let x = x1 + t * (x2 - x1);
        let y = f(x);
        let (x3, f3);
        if y.signum() == f1.signum() {
            (x3, f3) = (x1, f1);
        } else {
            (x3, f3) = (x2, f2);
            (x2, f2) = (x1, f1);
        }
        (x1, f1) = (x, y);
        let best = if f1.abs() < f2.abs() { x1 } else { x2 };
        let width = 2.0 * f64::EPSILON * best.abs() + 0.5 * tolerance * best.abs();
        let limit = width / (x2 - x1).abs();
        if limit > 0.5 || f1 == 0.0 || x == x2 || x == x3 {
            return Some(best);
        }
        // Inverse quadratic interpolation is safe where Chandrupatla's two inequalities hold.
        let xi = (x1 - x2) / (x3 - x2);
        let phi = (f1 - f2) / (f3 - f2);
        t = if phi * phi < xi && (1.0 - phi) * (1.0 - phi) < 1.0 - xi {
            f1 / (f2 - f1) * f3 / (f2 - f3) + (x3 - x1) / (x2 - x1) * f1 / (f3 - f1) * f2 / (f3 - f2)
        } else {
            0.5
        };
        t = t.clamp(limit, 1.0 - limit);
        if t.is_nan() {
            t = 0.5;
        }
    }
    Some(if f1.abs() < f2.abs() { x1 } else { x2 })
}

/// Compensated sum: spectra span 16 decades, and a rank of 1 must not be computed as 1 − 1e-13.
pub(crate) fn sum(values: impl Iterator<Item = f64>) -> f64 {
    let (mut total, mut lost) = (0.0_f64, 0.0_f64);
    for v in values {
        let next = total + v;
        lost += if total.abs() >= v.abs() { (total - next) + v } else { (v - next) + total };
        total = next;
    }
    total + lost
}

#[cfg(test)]
mod tests {
    use super::{bisect, first_not, highest, least_whole, lowest, root, snapped};

    #[test]
    fn searches_return_the_boundary() {
        assert_eq!(first_not(0, 10, |i| i < 7), 7);
        assert_eq!((first_not(3, 3, |_| true), first_not(0, 4, |_| true)), (3, 4));
        let (x, y) = highest(0.0, 2.0, 60, |x| Some(-(x - 0.7_f64).abs()), |y| y, |_| false).unwrap();
        assert!((x - 0.7).abs() < 1e-9 && y > -1e-9);
        let (_, y) = highest(0.0, 2.0, 60, |x| Some(-(x - 0.7_f64).abs()), |y| y, |y| y > -0.2).unwrap();
        assert!(y < -1e-6, "the first that is enough ends it");
        let (x, y) = lowest((-3.0, 5.0), 0.0, |x| (x - 0.7_f64).powi(2));
        assert!((x - 0.7).abs() < 1e-7 && y < 1e-14, "{x} {y}");
        let mut seen = 0;
        lowest((0.0, 1024.0), 16.0, |x| {
            seen += 1;
            x
        });
        assert!(seen < 14, "{seen}: it ends at the width asked for");
        let (last, first) = bisect((0.0, 1.0), 60, |x| x * x < 0.5);
        assert!(last < first && first - last < 1e-15 && (last * last - 0.5).abs() < 1e-15);
        for edge in [3.0, 280.0, 6000.0] {
            assert_eq!(least_whole((2.2, 6000.0), |n| Ok::<_, ()>(n >= edge)), Ok(edge));
        }
        assert_eq!(least_whole((2.0, 9.0), |_| Err(())), Err(()));
        assert_eq!(snapped(0.1 + 0.2, 0.3), 0.3);
        assert_ne!(snapped(0.3 + 1e-9, 0.3), 0.3);
    }

    #[test]
    fn roots_of_easy_flat_and_steep_functions() {
        type Case = (f64, f64, f64, fn(f64) -> f64);
        let cases: [Case; 4] = [
            (0.0, 2.0, std::f64::consts::SQRT_2, |x| x * x - 2.0),
            (-1.0, 3.0, 1.0, |x| (x - 1.0).powi(9)),
            (0.0, 100.0, 1e-3, |x| (x / 1e-3).ln().max(-1e6)),
            (0.0, 1.0, 0.3, |x| if x < 0.3 { -1e-30 } else { 1.0 }),
        ];
        for (i, (a, b, want, f)) in cases.into_iter().enumerate() {
            let got = root(a, b, 1e-14, f).unwrap();
            assert!((got - want).abs() < if i == 1 { 1e-2 } else { 1e-12 }, "case {i}: {got}");
        }
        assert_eq!(root(0.0, 1.0, 1e-12, |x| x + 1.0), None);
    }
}
