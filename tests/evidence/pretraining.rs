//! The pretraining required before learned features are better than raw ones.

use riskscope::evidence::Pretraining;
use riskscope::scenario::{Model, Scenario, ScenarioError};
use riskscope::theory::SampleRatio;

fn model(settings: &[(&str, &str)]) -> Model {
    let mut scenario = Scenario::default();
    let learned = [("dimension", "100"), ("task.ratio", "0.001"), ("featurization.kind", "learned")];
    for (key, value) in learned.iter().chain(settings) {
        scenario.set(key, value).unwrap();
    }
    Model::new(&scenario, None, &|| false).unwrap()
}

fn sweep(model: &Model, alpha: f64, tasks: &[usize]) -> Result<Pretraining, ScenarioError> {
    Pretraining::new(model, SampleRatio::new(alpha).unwrap(), tasks, &mut |_| (), &|| false)
}

const TASKS: [usize; 10] = [1, 2, 4, 8, 16, 30, 60, 120, 300, 1200];

/// Upstream tasks fitted without error give Σ_θ in the limit, with a difference that falls as 1/m.
#[test]
fn many_exact_tasks_give_the_ground_truth() {
    let model = model(&[("featurization.samples", "150"), ("noise", "0"), ("ridge", "0.05")]);
    let swept = sweep(&model, 0.4, &TASKS).unwrap();
    let truth = swept.ground_truth.risk;
    let off: Vec<(usize, f64)> = swept.points.iter().map(|(m, r)| (*m, r.risk / truth - 1.0)).collect();
    let at = |m: usize| off.iter().find(|o| o.0 == m).unwrap().1;
    assert!(at(1) > 0.5 && at(1200) > 0.0 && at(1200) < 0.03, "{off:?}");
    assert!((0.15..0.4).contains(&(at(1200) / at(300))) && at(300) < at(60), "a quarter: {off:?}");
    assert!(truth < swept.raw.risk && swept.enough().is_some(), "{swept:?}");
}

/// Each crossing is exact: with one task fewer the order is reversed. Each point of the sweep equals a separate evaluation.
#[test]
fn crossings_are_located() {
    let model = model(&[("featurization.samples", "60")]);
    let swept = sweep(&model, 0.4, &TASKS[..8]).unwrap();
    let risk = |m: usize| {
        let mut scenario = model.scenario().clone();
        scenario.set("featurization.tasks", &m.to_string()).unwrap();
        let alone = Model::new(&scenario, None, &|| false).unwrap();
        let learned = alone.representation(&alone.scenario().featurization).unwrap();
        let ratio = SampleRatio::new(0.4).unwrap();
        learned.evaluate(ratio, alone.ridge(), alone.noise()).unwrap().unwrap().risk
    };
    assert!(!swept.crossings.is_empty(), "{swept:?}");
    for crossing in &swept.crossings {
        assert_eq!(risk(crossing.tasks) < swept.raw.risk, crossing.better, "{crossing:?}");
        assert_eq!(risk(crossing.tasks - 1) < swept.raw.risk, !crossing.better, "{crossing:?}");
    }
    for (m, point) in &swept.points {
        assert_eq!(risk(*m), point.risk, "{m}");
    }
    let enough = swept.enough().unwrap();
    assert!(swept.points.iter().filter(|p| p.0 >= enough).all(|p| p.1.risk < swept.raw.risk), "{swept:?}");
}

/// As many upstream tasks as samples is a pole: features are better than raw ones with fewer tasks and with more.
#[test]
fn at_as_many_tasks_as_samples_there_is_a_pole() {
    let model = model(&[("featurization.samples", "400")]);
    let swept = sweep(&model, 0.4, &[20, 25, 39, 41, 100, 400]).unwrap();
    let better: Vec<bool> = swept.points.iter().map(|(_, r)| r.risk < swept.raw.risk).collect();
    assert_eq!(better, [true, true, false, false, true, true], "{swept:?}");
    assert_eq!(swept.crossings.iter().map(|c| c.better).collect::<Vec<_>>(), [false, true]);
    assert!(swept.enough().unwrap() > 41);
}

#[test]
fn invalid_sweeps_are_rejected() {
    let ratio = SampleRatio::new(0.4).unwrap();
    let learned = model(&[]);
    for tasks in [&[][..], &[0, 3]] {
        assert!(sweep(&learned, 0.4, tasks).unwrap_err().to_string().contains("each ≥ 1"));
    }
    let raw = Model::new(&Scenario::default(), None, &|| false).unwrap();
    assert!(sweep(&raw, 0.4, &[3]).unwrap_err().to_string().contains("learned"));
    let stopped = Pretraining::new(&learned, ratio, &[3, 300], &mut |_| (), &|| true);
    assert_eq!(stopped, Err(ScenarioError::Interrupted));
}
