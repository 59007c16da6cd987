//! Local minima from values and derivatives at both ends of a bracket, and crossings of a level: cubic interpolation, which
//! needs three or four evaluations where a search by values alone needs twenty.

/// A point of a function with its value and derivative, and the sums it was computed from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Point<S> {
    pub at: f64,
    pub value: f64,
    pub slope: f64,
    pub sums: S,
}

/// A local minimum, and the last point evaluated next to it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Minimum<S> {
    /// Position of the minimum, by the secant through the derivatives at the last two points.
    pub at: f64,
    pub last: Point<S>,
}

impl<S> Minimum<S> {
    /// Value at the minimum, to third order in its distance from the last point.
    pub fn value(&self) -> f64 {
        let lower = 0.5 * self.last.slope * (self.at - self.last.at);
        if lower.is_finite() { self.last.value + lower } else { self.last.value }
    }
}

/// The minimum between `low`, where the function decreases, and `high`, where it does not. The last point evaluated lies within
/// `close` of it, as estimated by the secant. `low` may be infinite with a negative derivative.
pub(crate) fn local_minimum<S: Copy>(
    mut low: Point<S>,
    mut high: Point<S>,
    close: f64,
    point: impl Fn(f64) -> Point<S>,
) -> Minimum<S> {
    const STEPS: usize = 100;
    // Every so many steps the bracket is halved, so that it shrinks where interpolation fails.
    const PATIENCE: usize = 5;
    if high.slope == 0.0 {
        return Minimum { at: high.at, last: high };
    }
    let (mut before, mut last): (Option<Point<S>>, Option<Point<S>>) = (None, None);
    // Next to the minimum values differ by rounding alone; derivatives still give its position.
    let secant = |before: Option<Point<S>>, last: Option<Point<S>>| {
        let (a, b) = (before?, last?);
        Some(b.at - b.slope * ((b.at - a.at) / (b.slope - a.slope)))
    };
    for step in 1..=STEPS {
        let inside = |place: &f64| *place > low.at && *place < high.at;
        let interpolated = if step % PATIENCE == 0 {
            None
        } else {
            secant(before, last).filter(inside).or_else(|| Some(lowest(&low, &high)).filter(inside))
        };
        let place = interpolated.unwrap_or(0.5 * (low.at + high.at));
        let found = point(place);
        if found.slope < 0.0 {
            low = found
        } else {
            high = found
        }
        (before, last) = (last, Some(found));
        let left = secant(before, last).map_or(f64::INFINITY, |minimum| (minimum - place).abs());
        if left <= close || high.at - low.at <= close || found.slope == 0.0 {
            break;
        }
    }
    let last = last.unwrap_or(low);
    let inside = |place: &f64| *place >= low.at && *place <= high.at;
    Minimum { at: secant(before, Some(last)).filter(inside).unwrap_or(last.at), last }
}

/// Position of the minimum of the Hermite cubic through two points; not finite if it has none.
fn lowest<S>(low: &Point<S>, high: &Point<S>) -> f64 {
    let width = high.at - low.at;
    let (rise, m0, m1) = (high.value - low.value, low.slope * width, high.slope * width);
    let (c2, c3) = (3.0 * rise - 2.0 * m0 - m1, m0 + m1 - 2.0 * rise);
    low.at - width * m0 / (c2 + (c2 * c2 - 3.0 * c3 * m0).sqrt())
}

/// Fraction of the way from a to b at which the Hermite cubic through both (value, derivative times their distance) equals
/// `level`, which lies between both values.
pub(crate) fn crossing(level: f64, a: [f64; 2], b: [f64; 2]) -> f64 {
    let (rise, [value, m0], m1) = (b[0] - a[0], a, b[1]);
    let (c2, c3) = (3.0 * rise - 2.0 * m0 - m1, m0 + m1 - 2.0 * rise);
    let mut t = (level - value) / rise;
    for _ in 0..3 {
        let off = (value - level) + t * (m0 + t * (c2 + t * c3));
        t = (t - off / (m0 + t * (2.0 * c2 + 3.0 * t * c3))).clamp(0.0, 1.0);
    }
    if t.is_nan() { 0.5 } else { t }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::{Point, crossing, local_minimum};

    /// The minimum of a function, and the number of evaluations.
    fn found((low, high): (f64, f64), close: f64, curve: impl Fn(f64) -> (f64, f64)) -> (f64, usize) {
        let count = Cell::new(0);
        let point = |at: f64| {
            count.set(count.get() + 1);
            let (value, slope) = curve(at);
            Point { at, value, slope, sums: () }
        };
        let (low, high) = (point(low), point(high));
        (local_minimum(low, high, close, point).at, count.get() - 2)
    }

    #[test]
    fn minima_of_smooth_flat_and_infinite_functions() {
        // e^x − 2x: ln 2.
        let (at, count) = found((0.5, 0.8), 1e-7, |x| (x.exp() - 2.0 * x, x.exp() - 2.0));
        assert!((at - std::f64::consts::LN_2).abs() < 1e-14 && count <= 3, "{at} {count}");
        // Flat: a fourth power.
        let (at, _) = found((-1.0, 3.0), 1e-9, |x| ((x - 1.0).powi(4), 4.0 * (x - 1.0).powi(3)));
        assert!((at - 1.0).abs() < 1e-4, "{at}");
        // A pole at the lower end and the minimum next to it.
        let (at, _) = found((0.0, 1.0), 1e-12, |x| {
            if x == 0.0 { (f64::INFINITY, f64::NEG_INFINITY) } else { (1e-8 / x + x, 1.0 - 1e-8 / (x * x)) }
        });
        assert!((at / 1e-4 - 1.0).abs() < 1e-7, "{at}");
        // A jump of the slope.
        let (at, _) = found((-2.0, 1.0), 1e-10, |x| ((x - 0.3).abs(), (x - 0.3).signum()));
        assert!((at - 0.3).abs() < 1e-9, "{at}");
    }

    #[test]
    fn the_crossing_of_a_cubic() {
        let cubic = |t: f64| [1.0 - 0.9 * t - 0.2 * t * t + 0.3 * t * t * t, -0.9 - 0.4 * t + 0.9 * t * t];
        for at in [0.0, 0.2, 0.71, 1.0] {
            assert!((crossing(cubic(at)[0], cubic(0.0), cubic(1.0)) - at).abs() < 1e-9, "{at}");
        }
    }
}
