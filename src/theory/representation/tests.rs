//! Featurizations as functions of n.

use super::super::divergence::{Cause, ExtremumKind};
use super::super::sweep::Spacing;
use super::*;

fn ratio(a: f64) -> SampleRatio {
    SampleRatio::new(a).unwrap()
}

fn noise(v: f64) -> NoiseVariance {
    NoiseVariance::new(v).unwrap()
}

fn power(p: u32) -> TaskSpectrum {
    let energies: Vec<f64> = (1..=p).map(|j| 1.0 / f64::from(j)).collect();
    TaskSpectrum::uniform(&energies).unwrap()
}

const RIDGELESS: RidgeChoice = RidgeChoice::Fixed(Ridge::ZERO);

/// The risks in closed form are those of the spectra of the selections.
#[test]
fn selected_spectra_have_the_selected_risk() {
    let task = power(200);
    for (a, v) in [(0.05, 0.01), (0.4, 0.001), (0.7, 0.02), (0.95, 0.1), (1.3, 0.01), (0.3, 3.0)] {
        let optimal = task.optimal(ratio(a), noise(v));
        let at = |r: Representation| r.evaluate(ratio(a), RIDGELESS, noise(v)).unwrap().map(|risk| risk.risk);
        let close = |got: f64, want: f64| assert!((got - want).abs() <= 1e-11 * want, "{got} {want}");
        close(at(Representation::Hard(task.clone())).unwrap(), optimal.hard.risk);
        close(at(Representation::Optimal(task.clone())).unwrap(), optimal.risk);
        // A curve reaches the same values by a shortcut.
        for representation in [Representation::Optimal(task.clone()), Representation::Soft(task.clone())] {
            let alone = representation.evaluate(ratio(a), RIDGELESS, noise(v)).unwrap();
            let curve = representation.curve(&[ratio(a)], RIDGELESS, noise(v), &|| false).unwrap();
            assert_eq!(alone.is_some(), curve[0].is_some());
            for (x, y) in alone.iter().zip(&curve[0]) {
                close(y.risk, x.risk);
                close(y.kappa, x.kappa);
                close(y.bias + v, x.bias + v);
                close(y.df2, x.df2);
            }
        }
        match (at(Representation::Soft(task.clone())), optimal.soft) {
            (Some(got), Some(soft)) => close(got, soft.risk),
            (got, soft) => assert!(got.is_none() && soft.is_none()),
        }
    }
}

#[test]
fn the_optimum_has_no_divergence_and_soft_selection_one_pole() {
    let eps = 1e-4;
    let two = TaskSpectrum::new([(0.2, 1.0), (0.8, eps)]).unwrap();
    for task in [two, power(300)] {
        let found = |r: Representation| r.divergences(RIDGELESS, noise(0.05), 0.01, 2.0).unwrap();
        assert_eq!(found(Representation::Optimal(task.clone())), []);
        assert_eq!(found(Representation::Hard(task.clone())), []);
        let [pole] = found(Representation::Soft(task.clone()))[..] else { panic!() };
        assert_eq!(pole.at, 1.0);
        let near = task.soft(ratio(1.0 - 1e-6), noise(0.05)).unwrap().risk;
        assert!((near * 1e-6 / pole.strength.unwrap() - 1.0).abs() < 1e-4);
    }
}

/// R ≈ ρσ²/(ρ − α), ρ the share of the directions in reach.
#[test]
fn the_strength_of_soft_selections_pole() {
    let task = TaskSpectrum::within(0.4, [(0.1, 5.0), (0.3, 0.2)]).unwrap();
    let [pole] =
        Representation::Soft(task.clone()).divergences(RIDGELESS, noise(0.05), 0.1, 1.0).unwrap()[..]
    else {
        panic!()
    };
    assert_eq!(pole.at, 0.4);
    let near = task.soft(ratio(0.4 - 1e-7), noise(0.05)).unwrap().risk;
    assert!((near * 1e-7 / pole.strength.unwrap() - 1.0).abs() < 1e-4, "{near} {pole:?}");
}

/// On a flat spectrum the risk of the optimum rises towards 1 + σ², that of the mean, and falls once all features are
/// worth fitting.
#[test]
fn a_maximum_made_by_a_switch_is_flagged() {
    let flat = Representation::Optimal(TaskSpectrum::new([(1.0, 1.0)]).unwrap());
    let [top] = flat.divergences(RIDGELESS, noise(0.1), 0.1, 3.0).unwrap()[..] else { panic!() };
    assert!(top.cause == Cause::RepresentationChange && top.kind == ExtremumKind::Peak, "{top:?}");
    assert!((top.risk - 1.1).abs() < 1e-9);
    let raw = Representation::Fixed(Spectrum::new([(0.2, 1.0, 1.0), (0.8, 1e-4, 1e-4)]).unwrap());
    assert!(
        raw.divergences(RIDGELESS, noise(0.1), 0.1, 3.0)
            .unwrap()
            .iter()
            .all(|d| d.cause != Cause::RepresentationChange)
    );
}

#[test]
fn curves_have_gaps_without_a_featurization_and_can_be_stopped() {
    let ratios = sweep::grid(0.5, 1.5, 21, Spacing::Linear).unwrap();
    let soft = Representation::Soft(power(50));
    let points = soft.curve(&ratios, RIDGELESS, noise(0.1), &|| false).unwrap();
    assert_eq!(points.iter().filter(|p| p.is_some()).count(), 10);
    assert_eq!(soft.curve(&ratios, RIDGELESS, noise(0.1), &|| true), Err(TheoryError::Interrupted));
    let tuned = Representation::Optimal(power(50));
    let tuned = tuned.curve(&ratios, RidgeChoice::Optimal, noise(0.1), &|| false).unwrap();
    for (p, &a) in tuned.iter().zip(&ratios) {
        let floor = power(50).floor(a, noise(0.1)).risk;
        assert!(
            p.unwrap().risk >= floor * (1.0 - 1e-12)
                && p.unwrap().risk <= power(50).optimal(a, noise(0.1)).risk
        );
    }
}

fn transfer_kinds() -> Vec<Representation> {
    use super::super::transfer::{Fits, SourceFit, SourceWeight};
    use super::super::{Correlation, Residue, Share, Width};
    let atoms: Vec<_> =
        (1..=80).map(|j| (1.0 / 80.0, f64::from(j).powf(-1.0), 80.0 / f64::from(j * j))).collect();
    let s = Spectrum::new(atoms).unwrap();
    let random = |nu: f64, zeta: f64| {
        RandomFeatures::new(s.clone(), Width::new(nu).unwrap(), Residue::new(zeta).unwrap()).unwrap()
    };
    let fit = SourceFit { samples: ratio(0.7), ridge: Ridge::ZERO, noise: noise(0.1) };
    let towards =
        |weight| TowardsSource::new(s.clone(), Some(fit), Correlation::new(0.8).unwrap(), weight).unwrap();
    let bagging = |share: f64, fits| Bagging::new(Share::new(share).unwrap(), fits).unwrap();
    vec![
        Representation::Random(Box::new(random(0.4, 0.0))),
        Representation::Random(Box::new(random(1.7, 0.3))),
        Representation::Towards(Box::new(towards(SourceWeight::Fixed(0.8)))),
        Representation::Towards(Box::new(towards(SourceWeight::Best))),
        Representation::Bagged(Box::new(Representation::Fixed(s.clone())), bagging(0.6, Fits::Count(4))),
        Representation::Bagged(Box::new(Representation::Fixed(s.clone())), bagging(0.6, Fits::Infinite)),
    ]
}

/// Curves start each solve at neighbouring points and end with the same values.
#[test]
fn curves_of_transfer_equal_their_points() {
    let mut ratios = sweep::grid(0.02, 3.0, 150, Spacing::Log).unwrap();
    ratios.extend([0.4, 1.7, 0.4, 0.3999999].map(ratio));
    for representation in transfer_kinds() {
        for choice in
            [RIDGELESS, RidgeChoice::Fixed(Ridge::new(0.05).unwrap()), RidgeChoice::OptimalNonNegative]
        {
            let some = if choice == RidgeChoice::OptimalNonNegative { &ratios[60..70] } else { &ratios[..] };
            let curve = representation.curve(some, choice, noise(0.1), &|| false).unwrap();
            for (point, &at) in curve.iter().zip(some) {
                let (got, want) =
                    (point.unwrap(), representation.evaluate(at, choice, noise(0.1)).unwrap().unwrap());
                let same = got.risk == want.risk || (got.risk / want.risk - 1.0).abs() < 1e-9;
                assert!(same, "{choice:?} at {at}: {got:?} {want:?}");
            }
        }
    }
}

/// Poles at n = N, n = rank and βn = rank with their strengths; infinitely many bagged fits have none, and a positive
/// ridge has none.
#[test]
fn poles_of_transfer() {
    let kinds = transfer_kinds();
    let expected = [Some(0.4), Some(1.7), Some(1.0), Some(1.0), Some(1.0 / 0.6), None];
    for (representation, expected) in kinds.iter().zip(expected) {
        let found = representation.divergences(RIDGELESS, noise(0.1), 0.01, 3.0).unwrap();
        let pole = found.iter().find(|d| d.kind == ExtremumKind::Pole);
        assert_eq!(pole.is_some(), expected.is_some(), "{representation:?}");
        if let (Some(pole), Some(at)) = (pole, expected) {
            assert!((pole.at - at).abs() < 1e-12);
            for near in [1.0 - 1e-6, 1.0 + 1e-6] {
                let risk =
                    representation.evaluate(ratio(at * near), RIDGELESS, noise(0.1)).unwrap().unwrap().risk;
                let strength = risk * (at * near - at).abs();
                let told = pole.strength.unwrap();
                assert!((strength / told - 1.0).abs() < 1e-4, "{strength} for {told}: {representation:?}");
            }
        }
        let ridged = representation
            .divergences(RidgeChoice::Fixed(Ridge::new(0.5).unwrap()), noise(0.1), 0.01, 3.0)
            .unwrap();
        assert!(ridged.iter().all(|d| d.kind != ExtremumKind::Pole), "{representation:?}");
    }
}
