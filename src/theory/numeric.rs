//! One-dimensional root finding, shared by everything that locates a κ, an α or a transition.

/// The root of `f` between `a` and `b`, where `f` has different signs (a zero end is a root), by Chandrupatla's
/// method: inverse quadratic interpolation where it is safe, bisection elsewhere. Stops when the bracket is
/// `tolerance` wide relative to the root, or cannot shrink. `None` without a sign change.
pub(crate) fn root(a: f64, b: f64, tolerance: f64, mut f: impl FnMut(f64) -> f64) -> Option<f64> {
    let (mut x1, mut x2) = (a, b);
    let (mut f1, mut f2) = (f(x1), f(x2));
    if f1 == 0.0 {
        return Some(x1);
    }
    if f2 == 0.0 {
        return Some(x2);
    }
    if f1.is_nan() || f2.is_nan() || f1.signum() == f2.signum() {
        return None;
    }
    let mut t = 0.5;
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

#[cfg(test)]
mod tests {
    use super::root;

    #[test]
    fn finds_easy_flat_and_steep_roots() {
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
