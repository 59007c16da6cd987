//! Negative ridges and the smallest admissible ridge (section 3).
//!
//! λ(κ) = κ(1 − df1/α) has slope D(κ) = 1 − df2(κ)/α. The admissible branch is D > 0, right of κ₀ where df2(κ₀) = α.
//! κ₀ is positive for α < rank; for α > rank it is negative, above −s_min.

use super::Spectrum;
use super::fixed_point::{self, sums_at};
use super::numeric::root;
use super::quantity::{SampleRatio, TheoryError};

/// κ written as `offset − base`, so that s + κ = (s − base) + offset is accurate as κ → −s_min.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OffsetKappa {
    pub base: f64,
    pub offset: f64,
}

impl OffsetKappa {
    /// κ = eˡ.
    fn positive(log: f64) -> Self {
        Self { base: 0.0, offset: log.exp() }
    }

    /// κ = −eˡ.
    fn negative(log: f64) -> Self {
        Self { base: 0.0, offset: -log.exp() }
    }

    pub(crate) fn kappa(self) -> f64 {
        self.offset - self.base
    }
}

/// A coordinate between two neighbouring places: the logarithm of the distance to the end of the branch; next to κ = 0, κ in
/// units of the upper place.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Coordinate {
    base: f64,
    unit: Option<f64>,
}

impl Coordinate {
    pub(crate) fn between(left: OffsetKappa, right: OffsetKappa) -> Self {
        if left.kappa() == 0.0 {
            Self { base: 0.0, unit: Some(right.kappa()) }
        } else {
            Self { base: left.base, unit: None }
        }
    }

    pub(crate) fn of(self, place: OffsetKappa) -> f64 {
        let offset = place.kappa() + self.base;
        match self.unit {
            Some(unit) => offset / unit,
            None if place.base == self.base => place.offset.ln(),
            None => offset.ln(),
        }
    }

    pub(crate) fn place(self, at: f64) -> OffsetKappa {
        OffsetKappa { base: self.base, offset: self.unit.map_or_else(|| at.exp(), |unit| at * unit) }
    }

    /// Derivative of κ in the coordinate at a place.
    pub(crate) fn scale(self, place: OffsetKappa) -> f64 {
        self.unit.unwrap_or(place.kappa() + self.base)
    }
}

/// The infimum λ_min(α) of the admissible ridges: no ridge at or below it has a solution. It is 0 at α = rank, and −∞
/// for the null featurization.
#[must_use]
pub fn minimum(spectrum: &Spectrum, sample_ratio: SampleRatio) -> f64 {
    let alpha = spectrum.snapped(sample_ratio.get());
    match edge(spectrum, alpha) {
        // D = 0 here, so λ/κ = −(df1 − df2)/α.
        Some(place) => -place.kappa() * sums_at(spectrum, place.base, place.offset).gap / alpha,
        None if spectrum.range().is_none() => f64::NEG_INFINITY,
        None => 0.0,
    }
}

/// κ₀, where df2 = α; `None` at α = rank (where κ₀ = 0) and for the null featurization.
fn edge(spectrum: &Spectrum, alpha: f64) -> Option<OffsetKappa> {
    let (_, smallest) = spectrum.range()?;
    let margin = |place: OffsetKappa| sums_at(spectrum, place.base, place.offset).margin(spectrum, alpha);
    if alpha < spectrum.rank() {
        // The ridgeless κ has D > 0 and lies right of κ₀.
        let high = fixed_point::solve(spectrum, alpha, 0.0, None).ln();
        let mut low = high - 1.0;
        while margin(OffsetKappa::positive(low)) > 0.0 {
            low -= 2.0 * (high - low);
        }
        return root(low, high, 1e-15, |log| margin(OffsetKappa::positive(log))).map(OffsetKappa::positive);
    }
    let half = (0.5 * smallest).ln();
    if margin(OffsetKappa::negative(half)) > 0.0 {
        // (w_min s_min²)/δ² ≤ df2 bounds δ = κ + s_min from below.
        let low = smallest * (spectrum.weights().last()? / alpha).sqrt().min(0.5) * 0.999;
        let place = |log: f64| OffsetKappa { base: smallest, offset: log.exp() };
        return root(low.ln(), half, 1e-15, |log| margin(place(log))).map(place);
    }
    // |κ₀| is small compared with s_min: α − rank = −(unused + gap) ≤ |κ₀|·O(Σ w/s).
    let mut low = half - 1.0;
    while margin(OffsetKappa::negative(low)) < 0.0 && low > half - 700.0 {
        low -= 2.0 * (half - low);
    }
    root(low, half, 1e-15, |log| margin(OffsetKappa::negative(log))).map(OffsetKappa::negative)
}

/// Smallest accepted distance of a ridge from λ_min, relative to λ_min.
const CLOSEST: f64 = 1e-9;

/// κ(α, λ) for λ < 0. `guess`, the κ of a neighbouring point, only saves steps.
pub(crate) fn solve(
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
    // D = 0 at the bound; so close to it the result would have no correct digits.
    if ridge <= minimum * (1.0 - CLOSEST) {
        return Err(refuse(minimum));
    }
    let value = |place: OffsetKappa| {
        place.kappa() * sums_at(spectrum, place.base, place.offset).unfitted(spectrum, alpha) / alpha - ridge
    };
    let half = (0.5 * smallest).ln();
    let found = if edge.kappa() > 0.0 {
        let high = OffsetKappa { base: 0.0, offset: fixed_point::solve(spectrum, alpha, 0.0, None) };
        // A ridge below the rounding of the sums counts as 0.
        let none = value(high) <= 0.0;
        let search =
            || root(edge.offset.ln(), high.offset.ln(), 1e-15, |log| value(OffsetKappa::positive(log)));
        if none { Some(high) } else { search().map(OffsetKappa::positive) }
    } else if edge.base > 0.0 && value(OffsetKappa::negative(half)) >= 0.0 {
        let place = |log: f64| OffsetKappa { base: smallest, offset: log.exp() };
        root(edge.offset.ln(), half, 1e-15, |log| value(place(log))).map(place)
    } else {
        // |λ| < −κ, since 1 − df1/α < 1.
        let far = if edge.base > 0.0 { half } else { (-edge.kappa()).ln() };
        root(far, (-ridge).ln(), 1e-15, |log| value(OffsetKappa::negative(log))).map(OffsetKappa::negative)
    };
    found.map(OffsetKappa::kappa).ok_or(refuse(minimum))
}

/// Newton's iteration for λ(κ) = λ from a guess. λ(κ) is convex right of −s_min and D > 0 on the admissible branch,
/// so a converged iterate is the solution; `None` if it does not converge quickly.
fn settle(spectrum: &Spectrum, alpha: f64, ridge: f64, mut kappa: f64) -> Option<f64> {
    let (_, smallest) = spectrum.range()?;
    for _ in 0..8 {
        // Left of this point s + κ begins to lose digits.
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

#[cfg(test)]
mod tests {
    use super::super::{NoiseVariance, Ridge, risk};
    use super::*;

    fn alpha(a: f64) -> SampleRatio {
        SampleRatio::new(a).unwrap()
    }

    fn noise(v: f64) -> NoiseVariance {
        NoiseVariance::new(v).unwrap()
    }

    /// For a flat spectrum λ_min is given by the lower edge of the Marchenko–Pastur law, (1 − √(1/α))² in units of
    /// the nonzero eigenvalues of XᵀX/n.
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

    /// A ridge at the level of rounding counts as 0; ridges at λ_min are refused, and values close above it are
    /// finite.
    #[test]
    fn ridges_near_zero_and_at_the_bound() {
        let s = Spectrum::new([(0.2, 10.0, 1.0), (0.8, 1.0, 2.0)]).unwrap();
        for a in [0.05, 0.4, 0.9, 1.1, 1.7, 9.0] {
            let at = |l: f64| risk::evaluate(&s, alpha(a), Ridge::new(l).unwrap(), noise(0.1));
            let zero = at(0.0).unwrap().risk;
            for tiny in [-1e-15, -1e-18, -1e-30, -1e-300, -f64::from_bits(1)] {
                let got = at(tiny).unwrap().risk;
                assert!((got - zero).abs() < 1e-9 * zero, "α={a} λ={tiny:e}: {got} {zero}");
            }
            let lowest = minimum(&s, alpha(a));
            for share in [1.0, 1.0 - 1e-15, 1.0 - 1e-12, 1.0 - 1e-8, 1.0 - 1e-6] {
                match at(share * lowest) {
                    Ok(r) => assert!(r.risk > zero && r.risk.is_finite(), "α={a}: {r:?}"),
                    Err(e) => assert!(share > 1.0 - 1e-9 && e.to_string().contains("smallest"), "{e}"),
                }
            }
        }
    }

    /// The fixed point holds, and κ is continuous through λ = 0, for ridges of either sign.
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
}
