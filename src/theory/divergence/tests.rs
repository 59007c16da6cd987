//! Tests of [`super`]: known divergences, limits from both sides, and a brute-force scan.

use super::super::sweep::{self, Spacing};
use super::super::{Ridge, SampleRatio, ridge};
use super::*;

fn noise(v: f64) -> NoiseVariance {
    NoiseVariance::new(v).unwrap()
}

fn fixed(l: f64) -> RidgeChoice {
    RidgeChoice::Fixed(Ridge::new(l).unwrap())
}

/// Two-level task spectrum, ground-truth featurization, r² = 1.
fn two_level(ratio: f64) -> Spectrum {
    let scale = 1.0 / (0.2 + 0.8 * ratio);
    Spectrum::new([(0.2, scale, scale), (0.8, ratio * scale, ratio * scale)]).unwrap()
}

#[test]
fn double_divergence() {
    let at = |ratio| divergences(&two_level(ratio), fixed(0.0), noise(0.1), 0.0, 2.0);
    assert_eq!(at(1e-2).len(), 1);
    for (ratio, alpha, height) in [(1e-3, 0.199, 0.919), (1e-4, 0.2, 2.583), (1e-5, 0.2, 7.975)] {
        let found = at(ratio);
        let [near, pole] = found[..] else { panic!("{found:?}") };
        assert_eq!((near.kind, pole.kind), (ExtremumKind::Peak, ExtremumKind::Pole));
        assert!((near.at - alpha).abs() < 1e-3, "{near:?}");
        assert!((near.risk - height).abs() < 1e-3, "{near:?}");
        assert_eq!((pole.at, near.cause.gap().unwrap().used), (1.0, 0.2));
        assert!((pole.strength.unwrap() - 0.1).abs() < 1e-15);
        assert!(
            (near.cause.gap().unwrap().next.unwrap() / near.cause.gap().unwrap().smallest_kept.unwrap()
                - ratio)
                .abs()
                < 1e-12 * ratio
        );
    }
    let near = at(1e-4)[0];
    assert!((near.ratio - 9.9).abs() < 0.05, "{near:?}");
}

#[test]
fn a_fixed_two_scale_featurization() {
    for (ratio, height) in [(1e-3, 1.7777), (1e-4, 5.1609)] {
        let s = Spectrum::new([(0.1, 1.0, 10.0), (0.9, ratio, 0.2 / 0.9)]).unwrap();
        let near = divergences(&s, fixed(0.0), noise(0.1), 0.0, 2.0)[0];
        assert!((near.at - 0.1).abs() < 1e-3 && near.risk >= height, "{near:?}");
        assert!((near.risk - height).abs() < 0.01 * height, "{near:?}");
    }
}

#[test]
fn strength_is_the_limit_from_both_sides() {
    let s = Spectrum::new([(0.3, 1.0, 1.0), (0.4, 0.1, 1.0), (0.3, 0.0, 1.0)]).unwrap();
    let pole = divergences(&s, fixed(0.0), noise(0.2), 0.5, 2.0)[0];
    let strength = pole.strength.unwrap();
    assert_eq!((pole.cause.gap().unwrap().used, pole.cause.gap().unwrap().next), (0.7, Some(0.0)));
    for distance in [1e-3, 1e-5, 1e-7, 1e-9] {
        for alpha in [pole.at - distance, pole.at + distance] {
            let r =
                risk::evaluate(&s, SampleRatio::new(alpha).unwrap(), Ridge::ZERO, noise(0.2)).unwrap().risk;
            assert!((r * distance / strength - 1.0).abs() < 30.0 * distance + 1e-6, "{alpha}: {r}");
        }
    }
}

#[test]
fn no_pole_when_nothing_is_left_to_amplify() {
    let s = Spectrum::new([(0.3, 1.0, 1.0), (0.7, 0.1, 1.0)]).unwrap();
    let found = divergences(&s, fixed(0.0), noise(0.0), 0.0, 9.0);
    assert!(found.iter().all(|d| d.kind == ExtremumKind::Peak), "{found:?}");
    let null = Spectrum::new([(1.0, 0.0, 1.0)]).unwrap();
    assert!(divergences(&null, fixed(0.0), noise(1.0), 0.0, 9.0).is_empty());
    let nothing = Spectrum::new([(0.5, 1.0, 0.0), (0.5, 0.1, 0.0)]).unwrap();
    assert!(divergences(&nothing, fixed(0.0), noise(0.0), 0.0, 9.0).is_empty());
}

#[test]
fn a_small_ridge_softens_the_pole() {
    let s = two_level(1e-4);
    let found = divergences(&s, fixed(1e-9), noise(0.1), 0.0, 3.0);
    assert_eq!(found.len(), 2);
    assert!(found.iter().all(|d| d.kind == ExtremumKind::Peak));
    assert!((found[1].at - 1.0).abs() < 1e-2 && found[1].risk > 10.0, "{found:?}");
    assert!(divergences(&s, fixed(1.0), noise(0.1), 0.0, 3.0).is_empty());
}

/// For a flat spectrum the smallest ridge is given by the edge of the Marchenko–Pastur law: |λ| = (1 − √(1/α))².
#[test]
fn negative_ridges_end_in_poles() {
    let s = Spectrum::new([(1.0, 1.0, 1.0)]).unwrap();
    for lambda in [-0.01, -0.3, -0.9] {
        let found = divergences(&s, fixed(lambda), noise(0.1), 0.0, 1e9);
        let root = f64::sqrt(-lambda);
        let want = [(1.0 + root).powi(-2), (1.0 - root).powi(-2)];
        assert_eq!(found.len(), 2, "{found:?}");
        for (d, want) in found.iter().zip(want) {
            assert!((d.at - want).abs() < 1e-10 * want, "{d:?} {want}");
            assert_eq!((d.kind, d.strength), (ExtremumKind::Pole, None));
        }
    }
    assert_eq!(divergences(&s, fixed(-1.5), noise(0.1), 0.0, 1e9).len(), 1);
}

/// Every maximum of a fine scan is found, and no other.
#[test]
fn agrees_with_a_brute_force_scan() {
    use rand::{RngExt, SeedableRng};
    let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(7);
    let mut seen = 0;
    for case in 0..24 {
        let atoms = 2 + case % 6;
        let mut weights: Vec<f64> = (0..atoms).map(|_| rng.random::<f64>() + 0.02).collect();
        let total: f64 = weights.iter().sum();
        weights.iter_mut().for_each(|w| *w /= total);
        let s = Spectrum::new(
            weights
                .iter()
                .map(|&w| (w, (-14.0 * rng.random::<f64>()).exp(), (-3.0 * rng.random::<f64>()).exp())),
        )
        .unwrap();
        let sigma = [0.0, 1e-3, 0.1][case % 3];
        let ratios = sweep::grid(0.005, 3.0, 4000, Spacing::Log).unwrap();
        for choice in [0.0, 1e-6, 1e-3, -1e-7].map(fixed).into_iter().chain([RidgeChoice::Optimal]) {
            let found = divergences(&s, choice, noise(sigma), 0.005, 3.0);
            let curve = sweep::curve(&s, &ratios, choice, noise(sigma), &|| false).unwrap();
            let mut maxima = Vec::new();
            for triple in curve.windows(3) {
                let [Some(a), Some(b), Some(c)] = triple else { continue };
                if b.risk > a.risk * (1.0 + 1e-9) && b.risk > c.risk * (1.0 + 1e-9) {
                    maxima.push(b.sample_ratio);
                }
            }
            for alpha in &maxima {
                assert!(
                    found.iter().any(|d| (d.at / alpha).ln().abs() < 2.5e-3),
                    "case {case} {choice:?}: {alpha} is not in {found:?}"
                );
            }
            for d in &found {
                let near = |side: f64| {
                    let ratio = SampleRatio::new(d.at * (1.0 + side)).unwrap();
                    ridge::evaluate(&s, ratio, choice, noise(sigma)).map_or(0.0, |r| r.risk)
                };
                assert!(d.risk > near(1e-4) && d.risk > near(-1e-4), "case {case} {choice:?}: {d:?}");
                seen += usize::from(d.kind == ExtremumKind::Peak);
            }
        }
    }
    assert!(seen > 30, "{seen}");
}

/// A peak whose top is split by rounding is reported as one peak, and a ripple of rounding in a minimum does not hide
/// the deeper one: ratios are to the true adjacent minima.
#[test]
fn rounding_neither_hides_nor_splits_a_peak() {
    let s = two_level(1e-4);
    let curve = Curve { spectrum: &s, noise: 0.1, lambda: 0.0 };
    let turn = |alpha: f64, risk: f64| TurningPoint { alpha, kappa: 1e-2, risk };
    let tiny = 1.0 + 1e-9;
    let split = vec![
        turn(0.0, 1.1),
        turn(0.1, 0.4),
        turn(0.2, 2.0 * tiny),
        turn(0.21, 2.0),
        turn(0.22, 2.0 * tiny),
        turn(0.4, 0.5),
        turn(0.9, 3.0),
    ];
    let [peak] = curve.maxima(split)[..] else { panic!() };
    assert!((peak.prominence - 4.0).abs() < 1e-6 && (peak.ratio - 5.0).abs() < 1e-6, "{peak:?}");
    let rippled = vec![
        turn(0.0, 1.1),
        turn(0.1, 0.4),
        turn(0.11, 0.4 * tiny),
        turn(0.12, 0.4),
        turn(0.2, 2.0),
        turn(0.4, 0.5),
        turn(0.9, 3.0),
    ];
    let [peak] = curve.maxima(rippled)[..] else { panic!() };
    assert!((peak.ratio - 5.0).abs() < 1e-6, "{peak:?}");
}
