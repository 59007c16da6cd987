//! Monotone cubic interpolation (Fritsch and Carlson 1980), constant outside the nodes.

/// A monotone cubic interpolant: it has no extrema between nodes.
#[derive(Debug, Clone, Default)]
pub(super) struct Interpolant {
    places: Vec<f64>,
    values: Vec<f64>,
    slopes: Vec<f64>,
}

impl Interpolant {
    /// The interpolant through (position, value) pairs with increasing positions.
    pub fn new(points: &[(f64, f64)]) -> Self {
        let secants: Vec<f64> =
            points.windows(2).map(|w| if let [a, b] = w { (b.1 - a.1) / (b.0 - a.0) } else { 0.0 }).collect();
        let steps: Vec<f64> =
            points.windows(2).map(|w| if let [a, b] = w { b.0 - a.0 } else { 1.0 }).collect();
        let slope = |i: usize| {
            let before = i.checked_sub(1).and_then(|j| Some((*secants.get(j)?, *steps.get(j)?)));
            match (before, secants.get(i).copied().zip(steps.get(i).copied())) {
                (Some((a, h)), Some((b, k))) if a * b > 0.0 => {
                    let (first, second) = (2.0 * k + h, k + 2.0 * h);
                    (first + second) / (first / a + second / b)
                }
                _ => 0.0,
            }
        };
        Self {
            places: points.iter().map(|p| p.0).collect(),
            values: points.iter().map(|p| p.1).collect(),
            slopes: (0..points.len()).map(slope).collect(),
        }
    }

    /// The interpolated value; `None` without nodes.
    pub fn at(&self, place: f64) -> Option<f64> {
        let above = self.places.partition_point(|p| *p <= place);
        let point = |i: usize| Some((*self.places.get(i)?, *self.values.get(i)?, *self.slopes.get(i)?));
        match (above.checked_sub(1).and_then(point), point(above)) {
            (Some((a, va, sa)), Some((b, vb, sb))) => {
                let (h, t) = (b - a, (place - a) / (b - a));
                let (left, right) = (1.0 - t, t);
                Some(
                    va * left * left * (1.0 + 2.0 * t)
                        + vb * right * right * (3.0 - 2.0 * t)
                        + h * (sa * t * left * left - sb * t * t * left),
                )
            }
            (Some((_, value, _)), None) | (None, Some((_, value, _))) => Some(value),
            (None, None) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Interpolant;

    #[test]
    fn it_interpolates_monotonically() {
        let points = [(0.0, 1.0), (1.0, 0.9), (2.0, 0.2), (4.0, 0.2), (5.0, 0.7)];
        let curve = Interpolant::new(&points);
        for (x, y) in points {
            assert!((curve.at(x).unwrap() - y).abs() < 1e-12);
        }
        let values: Vec<f64> = (0..=400).map(|i| curve.at(f64::from(i) / 100.0).unwrap()).collect();
        assert!(values.windows(2).all(|w| w[1] <= w[0] + 1e-12), "falling where its points fall");
        assert_eq!((curve.at(-3.0), curve.at(9.0)), (Some(1.0), Some(0.7)));
        assert_eq!(Interpolant::default().at(1.0), None);
        // A straight line is reproduced where its slopes are known.
        let line = Interpolant::new(&[(0.0, 0.0), (1.0, 1.0), (2.0, 2.0), (3.0, 3.0)]);
        assert!((line.at(1.3).unwrap() - 1.3).abs() < 1e-12);
    }
}
