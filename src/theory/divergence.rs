//! Poles and near-divergences of the risk along the sample ratio (section 4).
//!
//! At a fixed ridge a curve is parametrised by κ: α = df1/(1 − λ/κ) and R = (Bias² + σ²)/D are explicit in κ, and
//! since α is monotone in κ the maxima of R(α) are those of R(κ). In v = ln(κ − λ) both are composed of sigmoids of
//! unit width, so a scan of the sign of dR/dv in steps well below 1 finds every extremum, independently of the plot's
//! grid.

mod extremum;

use super::fixed_point;
use super::numeric::root;
use super::quantity::{NoiseVariance, RidgeChoice};
use super::vector::total;
use super::{Spectrum, risk};

pub use extremum::{Cause, Extremum, ExtremumKind, SpectralGap};

/// A maximum less than this factor above both adjacent minima counts as rounding.
const SIGNIFICANT: f64 = 1.0 + 1e-6;
/// Step of the scan in v.
const STEP: f64 = 0.125;
/// Number of e-folds beyond the outermost scale after which a curve is constant to precision.
const MARGIN: f64 = 14.0;

/// All poles and peaks with from ≤ α ≤ to, by increasing α.
///
/// There are none at the optimal ridge: (Bias² + σ²)/(1 − df2/α) decreases with α at every κ, and the set of
/// admissible κ grows with α.
#[must_use]
pub fn divergences(
    spectrum: &Spectrum,
    choice: RidgeChoice,
    noise: NoiseVariance,
    from: f64,
    to: f64,
) -> Vec<Extremum> {
    let (RidgeChoice::Fixed(ridge), Some((largest, smallest))) = (choice, spectrum.range()) else {
        return Vec::new();
    };
    let curve = Curve { spectrum, noise: noise.get(), lambda: ridge.get() };
    let (branches, mut found) = curve.branches(largest, smallest);
    found.extend(branches.into_iter().flat_map(|turning_points| curve.maxima(turning_points)));
    found.retain(|d| d.at >= from && d.at <= to);
    found.sort_by(|a, b| a.at.total_cmp(&b.at));
    found
}

/// Sample ratios at which the slope of the risk changes sign, the risk is infinite, or a solution begins or ceases to
/// exist; between neighbouring ones the risk is monotone. Empty at the optimal ridge, where the risk decreases in α.
pub(crate) fn turning_points(spectrum: &Spectrum, choice: RidgeChoice, noise: NoiseVariance) -> Vec<f64> {
    let (RidgeChoice::Fixed(ridge), Some((largest, smallest))) = (choice, spectrum.range()) else {
        return Vec::new();
    };
    let curve = Curve { spectrum, noise: noise.get(), lambda: ridge.get() };
    let (branches, _) = curve.branches(largest, smallest);
    let ratios = branches.into_iter().flatten().map(|turn| turn.alpha);
    ratios.filter(|alpha| *alpha > 0.0 && alpha.is_finite()).collect()
}

struct Curve<'a> {
    spectrum: &'a Spectrum,
    noise: f64,
    lambda: f64,
}

/// κ together with κ − λ, stored separately to avoid cancellation.
#[derive(Clone, Copy)]
struct Point {
    kappa: f64,
    excess: f64,
}

/// A turning point of the risk on a branch, or an end of the branch.
#[derive(Clone, Copy)]
struct TurningPoint {
    alpha: f64,
    kappa: f64,
    risk: f64,
}

impl Curve<'_> {
    /// Extrema, ends included, of every interval of α with a solution, and the poles.
    fn branches(&self, largest: f64, smallest: f64) -> (Vec<Vec<TurningPoint>>, Vec<Extremum>) {
        if self.lambda == 0.0 {
            self.ridgeless(largest, smallest)
        } else if self.lambda > 0.0 {
            (vec![self.positive(largest, smallest)], Vec::new())
        } else {
            self.negative(largest, smallest)
        }
    }

    fn ridgeless(&self, largest: f64, smallest: f64) -> (Vec<Vec<TurningPoint>>, Vec<Extremum>) {
        let rank = self.spectrum.rank();
        let floor = self.spectrum.unreachable() + self.noise;
        // R ≈ floor·rank/|α − rank|. Under a test covariance R·Σ wρa²/α diverges instead, with a = 1.
        let test = self.spectrum.test();
        let strength = floor * test.map_or(rank, Spectrum::rank);
        // The minimum beside a weak pole lies where Bias² has decreased to C, at κ ≈ s√C.
        let signal = test.map_or(0.0, Spectrum::signal).max(self.spectrum.signal());
        let level = test.map_or(floor, |_| strength);
        let depth = if level > 0.0 { 0.5 * (level / (signal + self.noise)).ln() } else { 0.0 };
        let low = smallest.ln() + depth.min(0.0) - MARGIN;
        let end = TurningPoint {
            alpha: rank,
            kappa: 0.0,
            risk: if strength > 0.0 {
                f64::INFINITY
            } else {
                (self.unfitted().unreachable() + self.noise).max(0.0)
            },
        };
        let path = |v: f64| Point { kappa: v.exp(), excess: v.exp() };
        let turning_points =
            self.turning_points(end, path, low.max(-700.0), largest.ln() + MARGIN, self.no_samples());
        let pole = (strength > 0.0).then(|| self.pole(rank, 0.0, Some(strength)));
        (vec![turning_points], pole.into_iter().collect())
    }

    fn positive(&self, largest: f64, smallest: f64) -> Vec<TurningPoint> {
        let lambda = self.lambda;
        let path = |v: f64| Point { kappa: lambda + v.exp(), excess: v.exp() };
        let (low, high) = (lambda.min(smallest).ln() - MARGIN, lambda.max(largest).ln() + MARGIN);
        self.turning_points(self.all_samples(), path, low.max(-700.0), high, self.no_samples())
    }

    /// The two branches at a negative ridge: κ > 0 from α = 0 to the α where D = 0, and κ < λ from the α where D = 0
    /// to α = ∞.
    fn negative(&self, largest: f64, smallest: f64) -> (Vec<Vec<TurningPoint>>, Vec<Extremum>) {
        let (mut branches, mut poles) = (Vec::new(), Vec::new());
        let scale = largest.max(-self.lambda);
        let at = |kappa: f64| self.sums(Point { kappa, excess: kappa - self.lambda });
        let (mut low, high) = (smallest.ln() - 1.0, scale.ln() + MARGIN);
        while at(low.exp()).fall > 0.0 && low > -690.0 {
            low -= 10.0;
        }
        if let Some(log) = root(low, high, 1e-15, |v| at(v.exp()).fall) {
            let edge = log.exp();
            let path = |v: f64| Point { kappa: edge + v.exp(), excess: (edge - self.lambda) + v.exp() };
            let pole = self.edge(Point { kappa: edge, excess: edge - self.lambda });
            branches.push(self.turning_points(pole, path, log - 30.0, high, self.no_samples()));
            if pole.risk.is_infinite() {
                poles.push(self.pole(pole.alpha, edge, None));
            }
        }
        if -self.lambda < smallest {
            // κ = −s_min + (s_min − |λ|)·f with f in (0, 1), computed as a logistic function, which is accurate at
            // both ends.
            let width = smallest + self.lambda;
            let logistic = |u: f64| 1.0 / (1.0 + (-u).exp());
            let place =
                |u: f64| Point { kappa: self.lambda - width * logistic(-u), excess: -width * logistic(-u) };
            let Some(start) = root(-30.0, 30.0, 1e-15, |u| self.sums(place(u)).fall) else {
                return (branches, poles);
            };
            let (edge, span) = (place(start), place(start).excess);
            let path = |u: f64| {
                let excess = span * logistic(-u);
                Point { kappa: self.lambda + excess, excess }
            };
            let pole = self.edge(edge);
            branches.push(self.turning_points(pole, path, -30.0, 30.0, self.all_samples()));
            if pole.risk.is_infinite() {
                poles.push(self.pole(pole.alpha, edge.kappa, None));
            }
        }
        (branches, poles)
    }

    fn no_samples(&self) -> TurningPoint {
        TurningPoint { alpha: 0.0, kappa: f64::INFINITY, risk: self.unfitted().signal() + self.noise }
    }

    /// The spectrum whose bias is reported: weighted by the test covariance if there is one.
    fn unfitted(&self) -> &Spectrum {
        self.spectrum.test().unwrap_or(self.spectrum)
    }

    /// The end point κ = λ at α = ∞, where the variance is 0.
    fn all_samples(&self) -> TurningPoint {
        let risk = fixed_point::sums(self.unfitted(), self.lambda).bias + self.noise;
        TurningPoint { alpha: f64::INFINITY, kappa: self.lambda, risk }
    }

    /// The point at which a negative ridge ceases to have a solution.
    fn edge(&self, point: Point) -> TurningPoint {
        let s = self.sums(point);
        let weighted = s.test.as_ref().is_none_or(|test| test.variance > 0.0);
        let risk = if s.bias + self.noise > 0.0 && weighted { f64::INFINITY } else { 0.0 };
        TurningPoint { alpha: s.alpha(point), kappa: point.kappa, risk }
    }

    fn pole(&self, alpha: f64, kappa: f64, strength: Option<f64>) -> Extremum {
        let gap = SpectralGap::at(self.spectrum, kappa);
        Extremum {
            kind: ExtremumKind::Pole,
            at: alpha,
            risk: f64::INFINITY,
            strength,
            ratio: f64::INFINITY,
            prominence: f64::INFINITY,
            // At λ = 0 the pole is at n = rank; at a negative ridge it is where D = 0, which no gap explains.
            cause: if strength.is_some() { Cause::Gap(gap) } else { Cause::Unknown },
            at_end: false,
        }
    }

    /// The extrema between the ends `first` (at v = low) and `last` of a branch, both included.
    fn turning_points(
        &self,
        first: TurningPoint,
        path: impl Fn(f64) -> Point,
        low: f64,
        high: f64,
        last: TurningPoint,
    ) -> Vec<TurningPoint> {
        let sign = |v: f64| {
            let point = path(v);
            self.sums(point).slope(point, self.noise) * point.kappa.signum()
        };
        let steps = ((high - low) / STEP).ceil().max(2.0);
        let nodes: Vec<(f64, f64)> = (0..=steps as usize)
            .map(|i| low + (high - low) * i as f64 / steps)
            .map(|v| (v, sign(v)))
            .collect();
        let mut roots = Vec::new();
        for pair in nodes.windows(2) {
            let &[(a, f), (b, g)] = pair else { continue };
            if f.is_sign_positive() != g.is_sign_positive() {
                roots.extend(root(a, b, 1e-15, &sign));
            }
        }
        // A shallow maximum may lie within one step: the slope then approaches 0 between two nodes of one sign.
        for triple in nodes.windows(3) {
            let &[(a, f), (b, g), (c, h)] = triple else { continue };
            let bend = f - 2.0 * g + h;
            if f * g <= 0.0 || g * h <= 0.0 || g.abs() > f.abs() || g.abs() > h.abs() || bend == 0.0 {
                continue;
            }
            let vertex = b + 0.25 * (c - a) * (f - h) / bend;
            if vertex > a && vertex < c && sign(vertex) * g < 0.0 {
                roots.extend(root(a, vertex, 1e-15, &sign));
                roots.extend(root(vertex, c, 1e-15, &sign));
            }
        }
        roots.sort_by(f64::total_cmp);
        let mut turning_points = vec![first];
        turning_points.extend(roots.into_iter().map(|v| self.turn(path(v))));
        turning_points.push(last);
        turning_points
    }

    /// The maxima among the extrema of a branch.
    fn maxima(&self, mut turning_points: Vec<TurningPoint>) -> Vec<Extremum> {
        smooth(&mut turning_points);
        let mut found = Vec::new();
        for triple in turning_points.windows(3) {
            let &[before, top, after] = triple else { continue };
            let (valley, pass) = (before.risk.min(after.risk), before.risk.max(after.risk));
            if top.risk > SIGNIFICANT * pass {
                let over = |v: f64| if v > 0.0 { top.risk / v } else { f64::INFINITY };
                found.push(Extremum {
                    kind: ExtremumKind::Peak,
                    at: top.alpha,
                    risk: top.risk,
                    strength: None,
                    ratio: over(valley),
                    prominence: over(pass),
                    cause: Cause::verified(self.spectrum, top.kappa, top.alpha),
                    at_end: false,
                });
            }
        }
        found
    }

    fn turn(&self, point: Point) -> TurningPoint {
        let alpha = self.sums(point).alpha(point);
        let risk = risk::at_kappa(self.spectrum, alpha, self.lambda, self.noise, point.kappa).risk;
        TurningPoint { alpha, kappa: point.kappa, risk }
    }

    fn sums(&self, point: Point) -> CurveSums {
        let kappa = point.kappa;
        let [df1, df2, g1, g2, rise, bias] = total!(self.spectrum, 0.0, kappa, [kappa], 6, |w, s, e, r| {
            let (a, b) = (s * r, r * kappa);
            let (wab, eb) = (w * a * b, e * b * b);
            [w * a, w * a * a, wab * b, wab * a, eb * a, eb]
        });
        let q = self.lambda / kappa;
        let test = self.spectrum.test().map(|test| {
            let [df2, fall, rise] = total!(test, 0.0, kappa, [kappa], 3, |w, s, e, r| {
                let (a, b) = (s * r, r * kappa);
                [w * a * a, w * a * a * b, e * b * b * a]
            });
            // d(1 − a)/d ln κ = a(1 − a).
            let of_cut = test.cut_bias(kappa) * test.cut_filter(kappa);
            TestSums { variance: df2, variance_slope: -2.0 * fall, bias_slope: 2.0 * rise + of_cut }
        });
        CurveSums {
            test,
            df1,
            gap: g1 + g2,
            fall: (g1 + g2) + q * df2,
            fall_slope: (g2 - g1) - q * (df2 + 2.0 * g2),
            bias: bias + self.spectrum.unreachable(),
            bias_slope: 2.0 * rise,
        }
    }
}

/// The sums that determine R and its slope in ln|κ| along α = df1/(1 − λ/κ).
struct CurveSums {
    df1: f64,
    gap: f64,
    /// D·df1 = Σ w a(1−a) + (λ/κ) df2.
    fall: f64,
    /// Derivative of `fall` in ln|κ|.
    fall_slope: f64,
    bias: f64,
    bias_slope: f64,
    test: Option<TestSums>,
}

/// The sums weighted by a test covariance, for the test risk and its slope.
struct TestSums {
    /// Σ wρa².
    variance: f64,
    variance_slope: f64,
    bias_slope: f64,
}

impl CurveSums {
    fn alpha(&self, point: Point) -> f64 {
        self.df1 * point.kappa / point.excess
    }

    /// Sign of dR/d ln|κ|, where R = (Bias² + σ²) df1/fall or, under a test covariance, σ² + Bias²_ρ + (Bias² +
    /// σ²)·(1 − λ/κ)·Σ wρa²/fall.
    fn slope(&self, point: Point, noise: f64) -> f64 {
        let (fall, level) = (self.fall, self.bias + noise);
        let Some(test) = &self.test else {
            return self.bias_slope * fall - level * (self.fall_slope + fall * self.gap / self.df1);
        };
        let (fitted, ridge) = (point.excess / point.kappa, 1.0 - point.excess / point.kappa);
        (test.bias_slope * fall + fitted * test.variance * self.bias_slope) * fall
            + level
                * (fall * (ridge * test.variance + fitted * test.variance_slope)
                    - fitted * test.variance * self.fall_slope)
    }
}

/// Removes neighbouring extrema that differ by no more than rounding, so that the minima adjacent to a maximum are
/// real.
fn smooth(turning_points: &mut Vec<TurningPoint>) {
    loop {
        let flat =
            turning_points.windows(2).skip(1).take(turning_points.len().saturating_sub(3)).position(|pair| {
                let &[a, b] = pair else { return false };
                let (low, high) = (a.risk.min(b.risk), a.risk.max(b.risk));
                high <= low * SIGNIFICANT
            });
        let Some(at) = flat else { return };
        turning_points.drain(at + 1..at + 3);
    }
}

#[cfg(test)]
mod tests;
