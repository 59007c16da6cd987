//! The optimal ridge (section 6), of either sign or at least 0.

use super::Spectrum;
use super::descent::{Point, crossing, local_minimum};
use super::fixed_point::{self, sums_at};
use super::negative::{Coordinate, OffsetKappa};
use super::quantity::{NoiseVariance, RidgeChoice, SampleRatio, TheoryError};
use super::risk::{self, Risk};
use super::vector::total;

pub use super::negative::minimum;

/// Precomputed sums for the search for the optimal ridge of one spectrum, for any α and σ²: the objective (Bias² +
/// σ²)/D and its slope depend on α and σ² only through sums over the spectrum.
#[derive(Debug, Clone)]
pub struct Optimizer<'a> {
    spectrum: &'a Spectrum,
    nodes: Vec<Node>,
}

#[derive(Debug, Clone, Copy)]
struct Node {
    place: OffsetKappa,
    objective: Objective,
    /// df1 and Σ w a(1−a), from which the ridgeless κ is started.
    df1: f64,
    gap: f64,
}

/// The sums that determine the objective and the sign of its slope: J = (Bias² + σ²)/D or, under a test covariance,
/// σ² + Bias²_ρ + (Bias² + σ²)·Σ wρa²/(α − df2).
#[derive(Debug, Clone, Copy)]
struct Objective {
    plain: Terms,
    test: Option<Terms>,
}

/// Sums over a spectrum, or over the spectrum weighted by a test covariance.
#[derive(Debug, Clone, Copy)]
struct Terms {
    df2: f64,
    bias: f64,
    /// dBias²/dκ = 2 Σ w τ s κ/(s+κ)³.
    bias_slope: f64,
    /// −d df2/dκ = 2 Σ w s²/(s+κ)³.
    df2_fall: f64,
}

impl Terms {
    fn at(spectrum: &Spectrum, place: OffsetKappa) -> Self {
        let kappa = place.kappa();
        let [df2, bias, rise, fall] = total!(spectrum, place.base, place.offset, [kappa], 4, |w, s, e, r| {
            let (a, b) = (s * r, r * kappa);
            let waa = w * a * a;
            let eb = e * b;
            [waa, eb * b, eb * a * r, waa * r]
        });
        let (mut bias, mut bias_slope) = (bias + spectrum.unreachable(), 2.0 * rise);
        if spectrum.cut() != 0.0 {
            let smallest = spectrum.range().map_or(f64::INFINITY, |(_, smallest)| smallest);
            bias += spectrum.cut_bias(kappa);
            bias_slope += 2.0 * spectrum.cut() * spectrum.cut_filter(kappa) / (smallest + kappa);
        }
        Self { df2, bias, bias_slope, df2_fall: 2.0 * fall }
    }
}

impl Objective {
    fn at(spectrum: &Spectrum, place: OffsetKappa) -> Self {
        Self { plain: Terms::at(spectrum, place), test: spectrum.test().map(|test| Terms::at(test, place)) }
    }

    /// The sign of the derivative in κ, times a positive number.
    fn slope_sign(&self, alpha: f64, noise: f64) -> f64 {
        let Self { plain, test } = self;
        let (margin, level) = (alpha - plain.df2, plain.bias + noise);
        let Some(test) = test else { return plain.bias_slope * margin - level * plain.df2_fall };
        // Where D ≤ 0 there is no solution: the slope counts as decreasing.
        let margin = margin.max(0.0);
        (test.bias_slope * margin + plain.bias_slope * test.df2 - level * test.df2_fall) * margin
            - level * test.df2 * plain.df2_fall
    }

    /// The objective and its derivative in κ; ∞ and −∞ where D ≤ 0.
    fn height(&self, alpha: f64, noise: f64) -> (f64, f64) {
        let Self { plain, test } = self;
        let margin = alpha - plain.df2;
        if margin <= 0.0 {
            return (f64::INFINITY, f64::NEG_INFINITY);
        }
        let inflated = (plain.bias + noise) / margin;
        let inflated_slope = (plain.bias_slope - inflated * plain.df2_fall) / margin;
        match test {
            None => (alpha * inflated, alpha * inflated_slope),
            Some(test) => (
                noise + test.bias + inflated * test.df2,
                test.bias_slope + inflated_slope * test.df2 - inflated * test.df2_fall,
            ),
        }
    }
}

impl<'a> Optimizer<'a> {
    /// Nodes every quarter of an e-fold: the objective is composed of sigmoids of unit width in log κ.
    #[must_use]
    pub fn new(spectrum: &'a Spectrum) -> Self {
        let node = |place: OffsetKappa| {
            let [df1, gap] = first_sums(spectrum, place);
            Node { place, objective: Objective::at(spectrum, place), df1, gap }
        };
        // Without a test covariance the objective decreases in κ for κ < 0: every term of its derivative is negative.
        let rises = spectrum.test().is_some() || spectrum.weighted_energies().iter().any(|e| *e < 0.0);
        let places = places(spectrum).into_iter().filter(|place| rises || place.kappa() >= 0.0);
        Self { spectrum, nodes: places.map(node).collect() }
    }

    /// The risk at the optimal ridge, of either sign or at least 0. If fitting does not pay at all (possible where
    /// energies are estimates), the optimum is λ = ∞: predict the mean.
    #[must_use]
    pub fn optimal(&self, sample_ratio: SampleRatio, noise: NoiseVariance, non_negative: bool) -> Risk {
        let (alpha, noise) = (self.spectrum.snapped(sample_ratio.get()), noise.get());
        self.search((alpha, noise), non_negative, self.ridgeless(alpha))
    }

    /// The ridgeless κ.
    pub(crate) fn ridgeless(&self, alpha: f64) -> f64 {
        fixed_point::solve(self.spectrum, alpha, 0.0, self.near(alpha))
    }

    /// The risk at the optimal ridge for (α, σ²), from the ridgeless κ.
    pub(crate) fn least(&self, (alpha, noise): (f64, f64), non_negative: bool, ridgeless: f64) -> f64 {
        // The risk is flat at its minimum.
        const CLOSE: f64 = 1e-4;
        let without = risk::at_kappa(self.spectrum, alpha, 0.0, noise, ridgeless).risk;
        let minima = self.minima((alpha, noise), non_negative, ridgeless, CLOSE);
        let admissible = minima.filter(|(place, _)| !(non_negative && place.kappa() < ridgeless));
        let most = infinite(self.spectrum, alpha, noise).risk.min(without);
        admissible.map(|(_, risk)| risk).fold(most, f64::min)
    }

    /// All quantities at the optimal ridge for (α, σ²), from the ridgeless κ.
    pub(crate) fn search(&self, (alpha, noise): (f64, f64), non_negative: bool, ridgeless: f64) -> Risk {
        // The digits of the ridge follow from κ.
        const CLOSE: f64 = 1e-8;
        let mut best = infinite(self.spectrum, alpha, noise);
        let mut consider = |candidate: Risk| {
            if candidate.risk < best.risk {
                best = candidate;
            }
        };
        // The end λ = 0 of λ ≥ 0, without noise often the optimum itself, where the slope does not change sign.
        consider(risk::at_kappa(self.spectrum, alpha, 0.0, noise, ridgeless));
        for (place, _) in self.minima((alpha, noise), non_negative, ridgeless, CLOSE) {
            let sums = sums_at(self.spectrum, place.base, place.offset);
            let kappa = place.kappa();
            let lambda = kappa * sums.unfitted(self.spectrum, alpha) / alpha;
            if sums.df2 < alpha && !(non_negative && lambda < 0.0) {
                consider(match self.spectrum.test() {
                    None => risk::from_sums(&sums, alpha, lambda, noise, kappa),
                    Some(_) => risk::at_kappa(self.spectrum, alpha, lambda, noise, kappa),
                });
            }
        }
        best
    }

    /// Positions and values of the local minima of the objective; for λ ≥ 0 those right of the last node with λ < 0.
    fn minima(
        &self,
        (alpha, noise): (f64, f64),
        non_negative: bool,
        ridgeless: f64,
        close: f64,
    ) -> impl Iterator<Item = (OffsetKappa, f64)> {
        self.nodes.windows(2).filter_map(move |pair| {
            let [left, right] = pair else { return None };
            if right.objective.plain.df2 >= alpha || (non_negative && right.place.kappa() <= ridgeless) {
                return None;
            }
            let sign = |o: &Objective| o.slope_sign(alpha, noise);
            if !(sign(&left.objective) < 0.0 && sign(&right.objective) >= 0.0) {
                return None;
            }
            let along = Coordinate::between(left.place, right.place);
            let point = |place: OffsetKappa, objective: &Objective| {
                let (value, slope) = objective.height(alpha, noise);
                Point { at: along.of(place), value, slope: slope * along.scale(place), sums: () }
            };
            let [low, high] = [left, right].map(|node| point(node.place, &node.objective));
            let found = local_minimum(low, high, close, |at| {
                let place = along.place(at);
                Point { at, ..point(place, &Objective::at(self.spectrum, place)) }
            });
            Some((along.place(found.at), found.value()))
        })
    }

    /// An approximation of the ridgeless κ, where df1 = α; `None` outside of the nodes.
    fn near(&self, alpha: f64) -> Option<f64> {
        let above = self.nodes.partition_point(|node| node.place.kappa() <= 0.0 || node.df1 > alpha);
        let (a, b) = (self.nodes.get(above.checked_sub(1)?)?, self.nodes.get(above)?);
        let (low, high) = (a.place.kappa(), b.place.kappa());
        if low <= 0.0 {
            return None;
        }
        let width = (high / low).ln();
        Some(low * (width * crossing(alpha, [a.df1, -a.gap * width], [b.df1, -b.gap * width])).exp())
    }
}

/// df1 and Σ w a(1−a).
fn first_sums(spectrum: &Spectrum, place: OffsetKappa) -> [f64; 2] {
    let kappa = place.kappa();
    total!(spectrum, place.base, place.offset, [kappa], 2, |w, s, _, r| {
        let wa = w * s * r;
        [wa, wa * r * kappa]
    })
}

/// Nodes of κ of either sign, increasing, between which the optimal ridge is searched.
pub(crate) fn places(spectrum: &Spectrum) -> Vec<OffsetKappa> {
    let mut places = Vec::new();
    if let Some((largest, smallest)) = spectrum.range() {
        for step in (1..=56).rev() {
            places.push(OffsetKappa { base: smallest, offset: smallest * (-0.25 * f64::from(step)).exp() });
        }
        places.push(OffsetKappa { base: 0.0, offset: 0.0 });
        let mut log = smallest.ln() - 9.0;
        while log < largest.ln() + 42.0 {
            places.push(OffsetKappa { base: 0.0, offset: log.exp() });
            log += if log < largest.ln() + 4.0 { 0.25 } else { 1.0 };
        }
    }
    places
}

/// λ = ∞: predict the mean.
pub(crate) fn infinite(spectrum: &Spectrum, alpha: f64, noise: f64) -> Risk {
    let unshifted = spectrum.signal() + noise;
    let bias = spectrum.test().unwrap_or(spectrum).signal();
    Risk {
        sample_ratio: alpha,
        ridge: f64::INFINITY,
        kappa: f64::INFINITY,
        df1: 0.0,
        df2: 0.0,
        bias,
        variance_x: 0.0,
        variance_x_noise: 0.0,
        noise,
        risk: bias + noise,
        unshifted,
        train: unshifted,
        representation: None,
        source: None,
    }
}

/// The risk of `spectrum` at α for a choice of ridge.
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
        assert_eq!(clamped.ridge, 0.0);
        assert!((clamped.risk - 1.2571).abs() < 5e-5, "{clamped:?}");
    }

    /// Without noise the ridgeless fit is optimal for isotropic features: λ = 0 is always a candidate.
    #[test]
    fn without_noise_the_isotropic_optimum_has_no_ridge() {
        let s = Spectrum::new([(1.0, 1.0, 1.0)]).unwrap();
        for (a, want) in [(0.9999, 1e-4), (0.999_999, 1e-6), (0.5, 0.5), (1.0, 0.0), (1.5, 0.0)] {
            for non_negative in [false, true] {
                let best = Optimizer::new(&s).optimal(alpha(a), noise(0.0), non_negative);
                assert!((best.risk - want).abs() <= 1e-9 * want, "α={a}: {best:?}");
                assert!(best.ridge.abs() < 1e-6, "α={a}: {best:?}");
            }
        }
    }

    /// No κ of a fine scan has a lower risk, on random tables at every sample ratio and noise, also next to the pole.
    #[test]
    fn optimum_of_random_tables() {
        use rand::{RngExt, SeedableRng};
        for case in 0..200 {
            let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(case);
            let share = 0.05 + 0.9 * rng.random::<f64>();
            let mut power = |decades: f64| 10_f64.powf(-decades * rng.random::<f64>());
            let atoms = [(share, power(6.0), power(5.0)), (1.0 - share, power(6.0), power(5.0))];
            let s = Spectrum::new(atoms).unwrap();
            let a = [0.3, 0.9999, 0.999_999_9, 1.0, 1.0001, 1.7, share, share * 1.001][case as usize % 8];
            let v = [0.0, 1e-12, 1e-3, 0.5][case as usize / 8 % 4];
            for non_negative in [false, true] {
                let best = Optimizer::new(&s).optimal(alpha(a), noise(v), non_negative);
                for i in 0..3000 {
                    let kappa = 10_f64.powf(-16.0 + 0.007 * f64::from(i));
                    let sums = fixed_point::sums(&s, kappa);
                    let lambda = kappa * sums.unfitted(&s, a) / a;
                    let inside = sums.margin(&s, a) > 0.0 && !(non_negative && lambda < 0.0);
                    let risk = risk::at_kappa(&s, a, lambda, v, kappa).risk;
                    assert!(
                        !inside || best.risk <= risk * (1.0 + 1e-9),
                        "case {case} α={a} σ²={v}: {best:?}, {risk} at κ={kappa:e}"
                    );
                }
            }
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
