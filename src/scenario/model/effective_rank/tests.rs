//! Setting the effective rank: known values, refusals, number of search positions, ends at a turning point.

use super::slider::{FEW_NODES, NODES};
use super::*;

fn scenario(settings: &[(&str, &str)]) -> Scenario {
    let mut scenario = Scenario { dimension: 300, ..Scenario::default() };
    for (key, value) in settings {
        scenario.set(key, value).unwrap();
    }
    scenario
}

/// Closed forms: k equal directions, two levels, the harmonic series.
#[test]
fn named_values() {
    let sparse = scenario(&[("task.family", "sparse"), ("task.fraction", "0.25")]);
    assert!((sparse.effective_rank().unwrap() - 75.0).abs() < 1e-9);
    let two = scenario(&[("task.ratio", "0.1")]);
    let want = (60.0 + 24.0_f64).powi(2) / (60.0 + 240.0 * 0.01);
    assert!((two.effective_rank().unwrap() - want).abs() < 1e-9);
    let harmonic = scenario(&[("task.family", "power-law")]);
    let sum = |k: i32| (1..=300).map(|j| f64::from(j).powi(-k)).sum::<f64>();
    assert!((harmonic.effective_rank().unwrap() - sum(1).powi(2) / sum(2)).abs() < 1e-9);
    assert!((scenario(&[("task.family", "isotropic")]).effective_rank().unwrap() - 300.0).abs() < 1e-9);
}

#[test]
fn the_parameter_of_the_family_is_found() {
    for (settings, key) in [
        (&[("task.family", "two-level")][..], "task.ratio"),
        (&[("task.family", "power-law"), ("covariates.family", "power-law")], "task.exponent"),
        (&[("task.family", "exponential")], "task.scale"),
        (&[("task.family", "spiked"), ("task.spikes", "3")], "task.strength"),
        (&[("task.family", "sparse")], "task.fraction"),
        (&[("task.family", "isotropic"), ("covariates.family", "power-law")], "covariates.exponent"),
        (
            &[
                ("task.family", "power-law"),
                ("task.alignment", "anti-aligned"),
                ("covariates.family", "power-law"),
            ],
            "task.exponent",
        ),
    ] {
        let scenario = scenario(settings);
        assert_eq!(scenario.solved_for_rank().as_deref(), Some(key));
        let Kind::Number { min, max, scale, .. } = scenario.rank_parameter().unwrap().kind else { panic!() };
        for i in 0..=12 {
            let mut wanted = min * (max / min).powf(f64::from(i) / 12.0);
            if scale.is_integer() {
                wanted = wanted.round();
            }
            let mut varied = scenario.clone();
            varied.set_effective_rank(wanted.clamp(min, max)).unwrap();
            let got = varied.effective_rank().unwrap();
            assert!((got / wanted - 1.0).abs() < 1e-9, "{key}: {got} for {wanted}");
            // Nothing else is changed.
            let mut back = varied.clone();
            let old = crate::scenario::parameter::parameters(&scenario);
            let old = old.into_iter().find(|p| p.key == key).unwrap().value.to_string();
            back.set(key, &old).unwrap();
            assert_eq!(back, scenario);
        }
    }
}

#[test]
fn an_unattainable_rank_is_an_error_with_the_range() {
    let mut two = scenario(&[("task.ratio", "0.01")]);
    let sentence = two.set_effective_rank(20.0).unwrap_err().to_string();
    assert!(
        sentence.contains("task.ratio") && sentence.contains("from 60.0") && sentence.contains("300"),
        "{sentence}"
    );
    for settings in [
        &[("task.family", "isotropic")][..],
        &[("covariates.family", "power-law"), ("task.alignment", "rotated")],
    ] {
        let mut none = scenario(settings);
        assert!(none.rank_parameter().is_none() && none.set_effective_rank(9.0).is_err());
    }
}

/// Families that decrease together are evaluated at few positions, since their effective rank has no turning point;
/// others at many.
#[test]
fn monotone_families_need_few_evaluations() {
    for covariates in ["isotropic", "power-law", "exponential", "two-level"] {
        for task in ["power-law", "exponential", "two-level", "spiked"] {
            let family = [("covariates.family", covariates), ("task.family", task)];
            let mut slider = Slider::of(&scenario(&family)).unwrap();
            assert_eq!(slider.along.nodes.len(), FEW_NODES);
            let ranks: Vec<f64> = (0..=400).map(|i| slider.rank(f64::from(i) / 400.0).unwrap()).collect();
            let tolerant = |sign: f64| ranks.windows(2).all(|r| sign * (r[1] - r[0]) >= -1e-9 * r[0]);
            assert!(tolerant(1.0) || tolerant(-1.0), "{covariates} {task}: {ranks:?}");
            let opposed = [&family[..], &[("task.alignment", "anti-aligned")]].concat();
            let many = if covariates == "isotropic" { FEW_NODES } else { NODES };
            assert_eq!(Slider::of(&scenario(&opposed)).unwrap().along.nodes.len(), many);
        }
    }
}

/// The axis ends where the effective rank turns; it does not jump to another parameter value.
#[test]
fn the_axis_ends_at_a_turning_point() {
    let settings = [
        ("task.family", "exponential"),
        ("covariates.family", "power-law"),
        ("task.alignment", "anti-aligned"),
    ];
    let mut folded = 0;
    for scale in ["2", "12", "60", "400"] {
        let scenario = scenario(&[&settings[..], &[("task.scale", scale)]].concat());
        let Kind::Number { min, max, .. } = scenario.rank_parameter().unwrap().kind else { panic!() };
        let solved = |rank: f64| {
            let mut varied = scenario.clone();
            varied.set_effective_rank(rank).unwrap();
            assert!((varied.effective_rank().unwrap() / rank - 1.0).abs() < 1e-6, "{scale}: {rank}");
            let Family::Exponential { scale } = varied.task.family else { panic!() };
            scale
        };
        let scales: Vec<f64> =
            (0..=60).map(|i| solved(min * (max / min).powf(f64::from(i) / 60.0))).collect();
        let steps: Vec<f64> = scales.windows(2).map(|pair| (pair[1] / pair[0]).ln()).collect();
        assert!(steps.iter().all(|s| *s >= -1e-6) || steps.iter().all(|s| *s <= 1e-6), "{scale}: {scales:?}");
        let sentence = scenario.clone().set_effective_rank(1.1 * max).unwrap_err().to_string();
        folded += usize::from(sentence.contains("stops being monotone"));
    }
    assert!(folded > 0);
}

/// The ends of the range that the parameter states can be set, also where the number of directions with them is no whole one
/// and the effective rank falls with it from a turning point on.
#[test]
fn the_stated_ends_can_be_set() {
    for covariates in ["power-law", "exponential", "two-level", "spiked", "isotropic"] {
        for alignment in ["aligned", "anti-aligned"] {
            let settings =
                [("covariates.family", covariates), ("task.family", "sparse"), ("task.alignment", alignment)];
            let before = scenario(&settings);
            let parameter = before.rank_parameter().unwrap();
            let Kind::Number { min, max, .. } = parameter.kind else { panic!("{parameter:?}") };
            for rank in [min, max, (min * max).sqrt()] {
                let mut after = before.clone();
                after.set_effective_rank(rank).unwrap();
                let found = after.effective_rank().unwrap();
                // To the next whole number of directions.
                let step = (1.0_f64).max(0.05 * rank);
                assert!((found - rank).abs() <= step, "{covariates}, {alignment}: {found} for {rank}");
            }
        }
    }
}
