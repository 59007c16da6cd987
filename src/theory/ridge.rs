//! Negative ridges, the smallest admissible ridge, and the optimal ridge (sections 3 and 6).
//!
//! λ(κ) = κ(1 − df1/α) has slope D(κ) = 1 − df2(κ)/α. The admissible branch is D > 0, right of κ₀ where
//! df2(κ₀) = α. For α < rank κ₀ is positive; for α > rank it is negative, above −s_min.

use super::Spectrum;
use super::fixed_point::{self, sums_at};
use super::numeric::root;
use super::quantity::{NoiseVariance, RidgeChoice, SampleRatio, TheoryError};
use super::risk::{self, Risk};
use super::vector::total;

/// κ written as `offset − base`, so that s + κ = (s − base) + offset keeps its digits as κ → −s_min.
#[derive(Debug, Clone, Copy)]
struct Place {
    base: f64,
    offset: f64,
}

impl Place {
    /// κ = eˡ.
    fn positive(log: f64) -> Self {
        Self { base: 0.0, offset: log.exp() }
    }

    /// κ = −eˡ.
    fn negative(log: f64) -> Self {
        Self { base: 0.0, offset: -log.exp() }
    }

    fn kappa(self) -> f64 {
        self.offset - self.base
    }
}

/// λ_min(α): no ridge at or below it has a solution. It is 0 at α = rank, and −∞ for the null featurization.
#[must_use]
pub fn minimum(spectrum: &Spectrum, sample_ratio: SampleRatio) -> f64 {
    let alpha = sample_ratio.get();
    match edge(spectrum, alpha) {
        // D = 0 there, so that λ/κ = −(df1 − df2)/α.
        Some(place) => -place.kappa() * sums_at(spectrum, place.base, place.offset).gap / alpha,
        None if spectrum.range().is_none() => f64::NEG_INFINITY,
        None => 0.0,
    }
}

/// κ₀, where df2 = α. `None` at α = rank (κ₀ = 0) and for the null featurization.
fn edge(spectrum: &Spectrum, alpha: f64) -> Option<Place> {
    let (_, smallest) = spectrum.range()?;
    let margin = |place: Place| sums_at(spectrum, place.base, place.offset).margin(spectrum, alpha);
    if alpha < spectrum.rank() {
        // Right of κ₀ lies the ridgeless κ: there D > 0.
        let high = fixed_point::solve(spectrum, alpha, 0.0, None).ln();
        let mut low = high - 1.0;
        while margin(Place::positive(low)) > 0.0 {
            low -= 2.0 * (high - low);
        }
        return root(low, high, 1e-15, |log| margin(Place::positive(log))).map(Place::positive);
    }
    let half = (0.5 * smallest).ln();
    if margin(Place::negative(half)) > 0.0 {
        // (w_min s_min²)/δ² ≤ df2 bounds δ = κ + s_min from below.
        let low = smallest * (spectrum.weights().last()? / alpha).sqrt().min(0.5) * 0.999;
        let place = |log: f64| Place { base: smallest, offset: log.exp() };
        return root(low.ln(), half, 1e-15, |log| margin(place(log))).map(place);
    }
    // |κ₀| is small against s_min: α − rank = −(unused + gap) ≤ |κ₀|·O(Σ w/s).
    let mut low = half - 1.0;
    while margin(Place::negative(low)) < 0.0 && low > half - 700.0 {
        low -= 2.0 * (half - low);
    }
    root(low, half, 1e-15, |log| margin(Place::negative(log))).map(Place::negative)
}

/// κ(α, λ) for λ < 0. `guess` (a neighbour's κ) only saves steps.
pub(crate) fn solve_negative(
    spectrum: &Spectrum,
    alpha: f64,
    ridge: f64,
    guess: Option<f64>,
) -> Result<f64, TheoryError> {
    let Some((_, smallest)) = spectrum.range() else {
        return Ok(ridge);
    };
    if let Some(kappa) = guess.and_then(|kappa| settle(spectrum, alpha, ridge, kappa)) {
        return Ok(kappa);
    }
    let refuse = |minimum| TheoryError::BelowAdmissible { ridge, minimum, sample_ratio: alpha };
    let edge = edge(spectrum, alpha).ok_or(refuse(0.0))?;
    let minimum = -edge.kappa() * sums_at(spectrum, edge.base, edge.offset).gap / alpha;
    if ridge <= minimum {
        return Err(refuse(minimum));
    }
    let value = |place: Place| {
        place.kappa() * sums_at(spectrum, place.base, place.offset).unfitted(spectrum, alpha) / alpha - ridge
    };
    let half = (0.5 * smallest).ln();
    let found = if edge.kappa() > 0.0 {
        let high = fixed_point::solve(spectrum, alpha, 0.0, None);
        root(edge.offset.ln(), high.ln(), 1e-15, |log| value(Place::positive(log))).map(Place::positive)
    } else if edge.base > 0.0 && value(Place::negative(half)) >= 0.0 {
        let place = |log: f64| Place { base: smallest, offset: log.exp() };
        root(edge.offset.ln(), half, 1e-15, |log| value(place(log))).map(place)
    } else {
        // |λ| < −κ, since 1 − df1/α < 1.
        let far = if edge.base > 0.0 { half } else { (-edge.kappa()).ln() };
        root(far, (-ridge).ln(), 1e-15, |log| value(Place::negative(log))).map(Place::negative)
    };
    found.map(Place::kappa).ok_or(refuse(minimum))
}

/// Newton's iteration for λ(κ) = λ from a guess. λ(κ) is convex right of −s_min, and D > 0 singles out the admissible
/// branch, so that what it converges to is the solution; `None` where it does not do so at once.
fn settle(spectrum: &Spectrum, alpha: f64, ridge: f64, mut kappa: f64) -> Option<f64> {
    let (_, smallest) = spectrum.range()?;
    for _ in 0..8 {
        // Left of this s + κ begins to lose digits.
        if kappa <= -0.5 * smallest || kappa == 0.0 {
            return None;
        }
        let sums = fixed_point::sums(spectrum, kappa);
        let slope = sums.margin(spectrum, alpha) / alpha;
        if slope.is_nan() || slope <= 0.0 {
            return None;
        }
        let step = (kappa * sums.unfitted(spectrum, alpha) / alpha - ridge) / slope;
        kappa -= step;
        if step.abs() <= 1e-13 * kappa.abs() {
            return Some(kappa);
        }
    }
    None
}

/// Everything about one spectrum that the search for its optimal ridge needs, for any α and σ²: the objective
/// (Bias² + σ²)/D and its slope depend on α and σ² through sums over the spectrum alone.
#[derive(Debug, Clone)]
pub struct Optimizer<'a> {
    spectrum: &'a Spectrum,
    nodes: Vec<Node>,
}

#[derive(Debug, Clone, Copy)]
struct Node {
    place: Place,
    objective: Objective,
}

/// Sums that make the objective J = (Bias² + σ²)/D and the sign of its slope.
#[derive(Debug, Clone, Copy)]
struct Objective {
    df2: f64,
    bias: f64,
    /// dBias²/dκ = 2 Σ w τ s κ/(s+κ)³.
    bias_slope: f64,
    /// −d df2/dκ = 2 Σ w s²/(s+κ)³.
    df2_fall: f64,
}

impl Objective {
    fn at(spectrum: &Spectrum, place: Place) -> Self {
        let kappa = place.kappa();
        let [df2, bias, rise, fall] = total!(spectrum, place.base, place.offset, [kappa], 4, |w, s, e, r| {
            let (a, b) = (s * r, r * kappa);
            let waa = w * a * a;
            let eb = e * b;
            [waa, eb * b, eb * a * r, waa * r]
        });
        Self { df2, bias: bias + spectrum.unreachable(), bias_slope: 2.0 * rise, df2_fall: 2.0 * fall }
    }

    fn slope_sign(&self, alpha: f64, noise: f64) -> f64 {
        self.bias_slope * (alpha - self.df2) - (self.bias + noise) * self.df2_fall
    }
}

impl<'a> Optimizer<'a> {
    /// Nodes every quarter of an e-fold: the objective is made of sigmoids of unit width in log κ.
    #[must_use]
    pub fn new(spectrum: &'a Spectrum) -> Self {
        let mut places = Vec::new();
        if let Some((largest, smallest)) = spectrum.range() {
            for step in (1..=56).rev() {
                places.push(Place { base: smallest, offset: smallest * (-0.25 * f64::from(step)).exp() });
            }
            places.push(Place { base: 0.0, offset: 0.0 });
            let mut log = smallest.ln() - 9.0;
            while log < largest.ln() + 42.0 {
                places.push(Place { base: 0.0, offset: log.exp() });
                log += if log < largest.ln() + 4.0 { 0.25 } else { 1.0 };
            }
        }
        let node = |place| Node { place, objective: Objective::at(spectrum, place) };
        Self { spectrum, nodes: places.into_iter().map(node).collect() }
    }

    /// The risk at its optimal ridge, of either sign or at least 0. A spectrum whose signal is not worth any fit
    /// (possible where energies are estimates) has its optimum at λ = ∞: predict the mean.
    #[must_use]
    pub fn optimal(&self, sample_ratio: SampleRatio, noise: NoiseVariance, non_negative: bool) -> Risk {
        let (alpha, noise) = (sample_ratio.get(), noise.get());
        let mut best = infinite_ridge(self.spectrum, alpha, noise);
        let mut consider = |kappa: f64, lambda: f64| {
            let candidate = risk::at_kappa(self.spectrum, alpha, lambda, noise, kappa);
            if candidate.risk < best.risk {
                best = candidate;
            }
        };
        // Below the rank the free optimum is a stationary point; λ = 0 matters only as the end of λ ≥ 0.
        let bounded = non_negative || alpha >= self.spectrum.rank();
        let ridgeless = if bounded { fixed_point::solve(self.spectrum, alpha, 0.0, None) } else { 0.0 };
        if bounded {
            consider(ridgeless, 0.0);
        }
        for pair in self.nodes.windows(2) {
            let [left, right] = pair else { continue };
            if right.objective.df2 >= alpha || (non_negative && right.place.kappa() <= ridgeless) {
                continue;
            }
            let sign = |o: &Objective| o.slope_sign(alpha, noise);
            if !(sign(&left.objective) < 0.0 && sign(&right.objective) >= 0.0) {
                continue;
            }
            let base = if left.place.base == right.place.base { left.place.base } else { 0.0 };
            let offset = |place: Place| place.kappa() + base;
            let (low, high) = if base == left.place.base {
                (left.place.offset, right.place.offset)
            } else {
                (offset(left.place), offset(right.place))
            };
            let slope = |offset: f64| sign(&Objective::at(self.spectrum, Place { base, offset }));
            let Some(offset) = root(low, high, 1e-15, slope) else { continue };
            let place = Place { base, offset };
            let sums = sums_at(self.spectrum, base, offset);
            let kappa = place.kappa();
            let lambda = kappa * sums.unfitted(self.spectrum, alpha) / alpha;
            if sums.df2 < alpha && !(non_negative && lambda < 0.0) {
                consider(kappa, lambda);
            }
        }
        best
    }
}

fn infinite_ridge(spectrum: &Spectrum, alpha: f64, noise: f64) -> Risk {
    let risk = spectrum.signal() + noise;
    Risk {
        sample_ratio: alpha,
        ridge: f64::INFINITY,
        kappa: f64::INFINITY,
        df1: 0.0,
        df2: 0.0,
        bias: spectrum.signal(),
        variance_x: 0.0,
        variance_x_noise: 0.0,
        noise,
        risk,
        train: risk,
    }
}

/// The risk of `spectrum` at α under a ridge choice.
///
/// # Errors
/// [`TheoryError::BelowAdmissible`] for a fixed negative ridge without a solution.
pub fn evaluate(
    spectrum: &Spectrum,
    sample_ratio: SampleRatio,
    choice: RidgeChoice,
    noise: NoiseVariance,
) -> Result<Risk, TheoryError> {
    match choice {
        RidgeChoice::Fixed(ridge) => risk::evaluate(spectrum, sample_ratio, ridge, noise),
        RidgeChoice::Optimal => Ok(Optimizer::new(spectrum).optimal(sample_ratio, noise, false)),
        RidgeChoice::OptimalNonNegative => Ok(Optimizer::new(spectrum).optimal(sample_ratio, noise, true)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Ridge;
    use super::*;

    fn alpha(a: f64) -> SampleRatio {
        SampleRatio::new(a).unwrap()
    }

    fn noise(v: f64) -> NoiseVariance {
        NoiseVariance::new(v).unwrap()
    }

    #[test]
    fn isotropic_optimum_has_no_peak() {
        let s = Spectrum::new([(1.0, 1.0, 1.0)]).unwrap();
        let o = Optimizer::new(&s);
        let best = o.optimal(alpha(1.0), noise(0.5), false);
        assert!((best.excess() - 0.5).abs() < 1e-14, "{best:?}");
        assert!((best.ridge - 0.5).abs() < 1e-13, "λ* = σ²/(α r²): {best:?}");
        let mut last = f64::INFINITY;
        for i in 1..300 {
            let r = o.optimal(alpha(f64::from(i) * 0.01), noise(0.5), false).risk;
            assert!(r < last);
            last = r;
        }
    }

    /// Kobak et al. 1805.10939: n=64, p=1000, Σ = I + 0.1·11ᵀ, θ ∝ 1, SNR 10.
    #[test]
    fn kobak_negative_ridge() {
        let (p, n) = (1000.0, 64.0);
        let s = Spectrum::new([(1.0 / p, 1.0 + 0.1 * p, 10.0 * p), (1.0 - 1.0 / p, 1.0, 0.0)]).unwrap();
        let best = Optimizer::new(&s).optimal(alpha(n / p), noise(1.0), false);
        assert!((n * best.ridge + 151.5).abs() < 0.1, "nλ = {}", n * best.ridge);
        assert!((best.risk / 11.0 - 0.112996).abs() < 1e-6, "{}", best.risk / 11.0);
        let clamped = Optimizer::new(&s).optimal(alpha(n / p), noise(1.0), true);
        assert!(clamped.ridge >= 0.0 && clamped.risk > best.risk);
    }

    /// On a flat spectrum the admissible edge is the lower edge of the Marchenko–Pastur law, (1 − √(1/α))²
    /// in units of the nonzero eigenvalues of XᵀX/n.
    #[test]
    fn smallest_ridge_is_the_marchenko_pastur_edge() {
        let s = Spectrum::new([(1.0, 2.0, 1.0)]).unwrap();
        for a in [0.1_f64, 0.5, 0.9, 1.1, 2.0, 30.0] {
            let want = -2.0 * (1.0 - (1.0 / a).sqrt()).powi(2);
            let got = minimum(&s, alpha(a));
            assert!((got - want).abs() < 1e-9 * want.abs(), "α={a}: {got} against {want}");
            assert!(risk::evaluate(&s, alpha(a), Ridge::new(1.001 * want).unwrap(), noise(0.1)).is_err());
        }
        assert_eq!(minimum(&s, alpha(1.0)), 0.0);
    }

    /// Both sides of the fixed point, and continuity through λ = 0, for ridges of either sign.
    #[test]
    fn negative_ridges_solve_the_fixed_point() {
        let s =
            Spectrum::new([(0.2, 10.0, 1.0), (0.5, 1.0, 2.0), (0.1, 1e-3, 0.3), (0.2, 0.0, 0.1)]).unwrap();
        for a in [0.05, 0.4, 0.79, 0.81, 1.7, 9.0] {
            let lowest = minimum(&s, alpha(a));
            assert!(lowest < 0.0);
            for share in [0.999, 0.5, 1e-3, 1e-9] {
                let r =
                    risk::evaluate(&s, alpha(a), Ridge::new(share * lowest).unwrap(), noise(0.1)).unwrap();
                let back = r.kappa * fixed_point::sums(&s, r.kappa).unfitted(&s, a) / a;
                let scale = r.kappa.abs() * 1e-12 + 1e-9 * r.ridge.abs();
                assert!((back - r.ridge).abs() < scale, "α={a} share={share}: {back} against {}", r.ridge);
                assert!(r.risk > 0.0 && r.risk.is_finite());
            }
            let zero = risk::evaluate(&s, alpha(a), Ridge::ZERO, noise(0.1)).unwrap().risk;
            let below =
                risk::evaluate(&s, alpha(a), Ridge::new(1e-9 * lowest).unwrap(), noise(0.1)).unwrap().risk;
            assert!((zero - below).abs() < 1e-6 * zero, "α={a}: {zero} {below}");
        }
    }

    #[test]
    fn optimum_beats_a_fine_scan_of_ridges() {
        let s = Spectrum::new([(0.1, 30.0, 3.0), (0.5, 1.0, 0.1), (0.4, 0.01, 2.0)]).unwrap();
        for a in [0.05, 0.3, 0.6, 0.95, 1.0, 1.2, 4.0] {
            for v in [0.0, 1e-6, 0.1, 10.0] {
                let o = Optimizer::new(&s);
                let (free, clamped) =
                    (o.optimal(alpha(a), noise(v), false), o.optimal(alpha(a), noise(v), true));
                assert!(free.risk <= clamped.risk && clamped.ridge >= 0.0);
                let lowest = minimum(&s, alpha(a));
                for i in 0..400 {
                    let l = if i < 100 {
                        lowest * (1.0 - f64::from(i) / 100.0).max(1e-9) * 0.9999
                    } else {
                        1e-8 * 1.08_f64.powi(i - 100)
                    };
                    let Ok(r) = risk::evaluate(&s, alpha(a), Ridge::new(l).unwrap(), noise(v)) else {
                        continue;
                    };
                    assert!(
                        free.risk <= r.risk * (1.0 + 1e-12) + 1e-15,
                        "α={a} σ²={v} λ={l}: {} {free:?}",
                        r.risk
                    );
                    assert!(l < 0.0 || clamped.risk <= r.risk * (1.0 + 1e-12) + 1e-15);
                }
            }
        }
    }
}
