//! Distribution shift: the risk where the test covariance is another one than the downstream samples', in the same
//! eigenbasis.
//!
//! With ρ the ratio of its eigenvalues to theirs, a = s/(s+κ) as before and R the unshifted risk,
//!
//! R_test = σ² + Σ wρτ(1−a)² + R·Σ wρa²/α:
//!
//! the error's bias is weighted by the test covariance, and its variance, in the fit's own directions, too. ρ = 1 gives
//! R: it is then σ² + Bias² + R·df2/α.

use super::numeric::highest;
use super::quantity::{NoiseVariance, RidgeChoice, SampleRatio, TheoryError};
use super::risk::{self, Risk};
use super::spectrum::TestSums;
use super::{Spectrum, fixed_point, ridge};

/// The risk under the test covariance of the spectrum, from the unshifted one. `None` where there is none
/// ([`Spectrum::shifted`] gives it one).
#[must_use]
pub fn test_risk(spectrum: &Spectrum, risk: &Risk) -> Option<f64> {
    Some(under(spectrum, spectrum.test()?, risk))
}

fn under(spectrum: &Spectrum, test: &TestSums, risk: &Risk) -> f64 {
    let (mut bias, mut variance) = (test.unreachable, 0.0);
    for ((s, w), e) in spectrum.eigenvalues().iter().zip(&test.weights).zip(&test.energies) {
        let (a, b) = if risk.kappa.is_finite() {
            (s / (s + risk.kappa), risk.kappa / (s + risk.kappa))
        } else {
            (0.0, 1.0)
        };
        variance += w * a * a;
        bias += e * b * b;
    }
    let variance = if variance == 0.0 { 0.0 } else { risk.risk * variance / risk.sample_ratio };
    risk.noise + bias + variance
}

/// The fit under a ridge choice and its risk under the test covariance (the risk itself where there is none); the
/// optimal ridge is the best for the test risk.
///
/// # Errors
/// As [`ridge::evaluate`].
pub fn evaluate(
    spectrum: &Spectrum,
    sample_ratio: SampleRatio,
    choice: RidgeChoice,
    noise: NoiseVariance,
) -> Result<(Risk, f64), TheoryError> {
    let Some(test) = spectrum.test() else {
        return ridge::evaluate(spectrum, sample_ratio, choice, noise).map(|risk| (risk, risk.risk));
    };
    let known = ridge::evaluate(spectrum, sample_ratio, choice, noise)?;
    let start = (known, under(spectrum, test, &known));
    Ok(match choice {
        RidgeChoice::Fixed(_) => start,
        RidgeChoice::Optimal => tuned(spectrum, test, start, false),
        RidgeChoice::OptimalNonNegative => tuned(spectrum, test, start, true),
    })
}

/// The least test risk over κ > 0 with D > 0, in no case above that of the ridge that is best without shift.
fn tuned(spectrum: &Spectrum, test: &TestSums, start: (Risk, f64), non_negative: bool) -> (Risk, f64) {
    const STEP: f64 = 0.25;
    let Some((largest, smallest)) = spectrum.range() else { return start };
    let (alpha, noise) = (spectrum.snapped(start.0.sample_ratio), start.0.noise);
    let at = |log: f64| {
        let kappa = log.exp();
        let sums = fixed_point::sums(spectrum, kappa);
        let lambda = kappa * sums.unfitted(spectrum, alpha) / alpha;
        if sums.margin(spectrum, alpha) <= 0.0 || (non_negative && lambda < 0.0) {
            return None;
        }
        let risk = risk::at_kappa(spectrum, alpha, lambda, noise, kappa);
        Some((risk, under(spectrum, test, &risk)))
    };
    let mut best = start;
    let mut consider = |found: (Risk, f64)| {
        if found.1 < best.1 {
            best = found;
        }
    };
    // The ends of λ ≥ 0.
    let ridgeless = fixed_point::solve(spectrum, alpha, 0.0, None);
    for (kappa, lambda) in [(ridgeless, 0.0), (f64::INFINITY, f64::INFINITY)] {
        let risk = if kappa.is_finite() {
            risk::at_kappa(spectrum, alpha, lambda, noise, kappa)
        } else {
            ridge::infinite(spectrum, alpha, noise)
        };
        consider((risk, under(spectrum, test, &risk)));
    }
    let count = ((largest / smallest).ln() + 18.0) / STEP;
    let low = smallest.ln() - 9.0;
    let nodes: Vec<(f64, Option<f64>)> =
        (0..=count as usize).map(|i| low + STEP * i as f64).map(|log| (log, at(log).map(|f| f.1))).collect();
    for triple in nodes.windows(3) {
        let &[(left, a), (_, Some(b)), (right, c)] = triple else { continue };
        if a.is_none_or(|a| b <= a)
            && c.is_none_or(|c| b <= c)
            && let Some((_, Some(found))) = highest(
                left,
                right,
                60,
                |log| Some(at(log)),
                |f| f.map_or(f64::NEG_INFINITY, |f| -f.1),
                |_| false,
            )
        {
            consider(found);
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::super::{Pcr, Representation, Ridge, TaskSpectrum};
    use super::*;

    fn ratio(a: f64) -> SampleRatio {
        SampleRatio::new(a).unwrap()
    }

    fn noise(v: f64) -> NoiseVariance {
        NoiseVariance::new(v).unwrap()
    }

    fn fixed(l: f64) -> RidgeChoice {
        RidgeChoice::Fixed(Ridge::new(l).unwrap())
    }

    const ATOMS: [(f64, f64, f64); 4] = [(0.1, 8.0, 2.0), (0.3, 1.0, 0.5), (0.4, 0.05, 1.5), (0.2, 0.0, 0.3)];

    fn with(ratios: [f64; 4]) -> Spectrum {
        Spectrum::shifted(ATOMS.into_iter().zip(ratios).map(|((w, s, t), r)| (w, s, t, r))).unwrap()
    }

    /// ρ = 1 is no shift; ρ constant scales all but the noise.
    #[test]
    fn no_shift_gives_the_risk() {
        for choice in
            [fixed(0.0), fixed(0.3), fixed(-1e-5), RidgeChoice::Optimal, RidgeChoice::OptimalNonNegative]
        {
            for a in [0.05, 0.5, 0.9, 3.0] {
                let (same, twice) = (with([1.0; 4]), with([2.0; 4]));
                let (risk, test) = evaluate(&same, ratio(a), choice, noise(0.2)).unwrap();
                assert!((test / risk.risk - 1.0).abs() < 1e-12, "{choice:?} α={a}: {test} {risk:?}");
                let doubled = evaluate(&twice, ratio(a), choice, noise(0.2)).unwrap().1;
                assert!((doubled - 0.2 - 2.0 * (test - 0.2)).abs() < 1e-8 * doubled, "{choice:?} α={a}");
            }
        }
        assert_eq!(
            test_risk(&Spectrum::new(ATOMS).unwrap(), &ridge::infinite(&with([1.0; 4]), 0.5, 0.1)),
            None
        );
    }

    /// Isotropic least squares with n > p: σ² + σ²·Σwρ/(α − 1); and all test mass on what is not reached.
    #[test]
    fn closed_forms() {
        let flat = Spectrum::shifted([(0.5, 1.0, 1.0, 3.0), (0.5, 1.0, 1.0, 0.2)]).unwrap();
        let (_, test) = evaluate(&flat, ratio(2.5), fixed(0.0), noise(0.4)).unwrap();
        assert!((test - 0.4 * (1.0 + 1.6 / 1.5)).abs() < 1e-14, "{test}");
        let missed = with([0.0, 0.0, 0.0, 5.0]);
        let (_, test) = evaluate(&missed, ratio(2.5), fixed(0.0), noise(0.4)).unwrap();
        assert!((test - (0.4 + 0.2 * 5.0 * 0.3)).abs() < 1e-14, "{test}");
    }

    #[test]
    fn the_tuned_ridge_is_the_best_for_the_test_risk() {
        for ratios in [[1.0, 0.1, 4.0, 1.0], [0.01, 0.1, 10.0, 1.0], [10.0, 1.0, 0.0, 1.0]] {
            let s = with(ratios);
            for a in [0.1, 0.5, 0.79, 1.3] {
                for v in [0.0, 0.1, 2.0] {
                    let best = evaluate(&s, ratio(a), RidgeChoice::Optimal, noise(v)).unwrap().1;
                    let clamped = evaluate(&s, ratio(a), RidgeChoice::OptimalNonNegative, noise(v)).unwrap();
                    assert!(best <= clamped.1 && clamped.0.ridge >= 0.0);
                    for i in 0..500 {
                        let l = 1e-8 * 1.06_f64.powi(i);
                        let other = evaluate(&s, ratio(a), fixed(l), noise(v)).unwrap().1;
                        assert!(
                            clamped.1 <= other * (1.0 + 1e-9),
                            "{ratios:?} α={a} σ²={v} λ={l}: {other} {clamped:?}"
                        );
                    }
                }
            }
        }
    }

    /// Every representation made from a shifted spectrum or task carries its ratios along: direction by direction.
    #[test]
    fn representations_carry_the_shift() {
        let table = [(0.2, 4.0, 0.5), (0.3, 1.0, 3.0), (0.3, 1.0, 1.0), (0.2, 0.1, 0.2)];
        let task = TaskSpectrum::shifted(table).unwrap();
        let raw = Spectrum::shifted(table.map(|(w, t, r)| (w, t, t, r))).unwrap();
        for representation in [
            Representation::Optimal(task.clone()),
            Representation::Hard(task.clone()),
            Representation::Soft(task.clone()),
            Representation::BestPcr(Pcr::new(raw.clone())),
            Representation::Fixed(task.mix(0.3)),
        ] {
            for a in [0.15, 0.35, 0.7, 0.9] {
                let s = representation.spectrum_at(ratio(a), fixed(0.0), noise(0.05)).unwrap();
                let risk = ridge::evaluate(&s, ratio(a), fixed(0.0), noise(0.05)).unwrap();
                let (mut bias, mut variance) = (0.0, 0.0);
                for (w, t, r) in table {
                    // The eigenvalue after which all directions of at least this energy are counted.
                    let share: f64 = table.iter().filter(|other| other.1 >= t).map(|other| other.0).sum();
                    let mut counted = 0.0;
                    let own = s.weights().iter().zip(s.eigenvalues()).find(|(w, _)| {
                        counted += **w;
                        counted > share - 1e-9
                    });
                    let pass = own.map_or(0.0, |(_, s)| s / (s + risk.kappa));
                    bias += w * r * t * (1.0 - pass).powi(2);
                    variance += w * r * pass * pass;
                }
                let want = 0.05 + bias + risk.risk * variance / a;
                let got = test_risk(&s, &risk).unwrap();
                assert!((got / want - 1.0).abs() < 1e-9, "{representation:?} α={a}: {got} {want}");
            }
        }
        // A cut through an eigenvalue takes its part of both sums.
        let cut = super::super::pcr::keep(&raw, 0.35);
        let test = cut.test().unwrap();
        assert!((test.weights[1] - 1.2 / 4.0).abs() < 1e-15 && (test.energies[1] - 0.3).abs() < 1e-15);
        assert!((test.unreachable - (0.9 + 0.004)).abs() < 1e-15, "{test:?}");
    }
}
