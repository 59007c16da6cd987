//! Handling of replies: which request they answer, and their effect on the state.

use std::time::Instant;

use super::*;
use crate::dashboard::model::state::Measurement;
use crate::study::measurement::Measured;

#[test]
fn results_of_an_older_request_are_dropped() {
    let mut state = state();
    let results = analysis(&state);
    update(&mut state, Command::Asked(1, Instant::now()));
    update(&mut state, Command::Asked(2, Instant::now()));
    for outcome in [
        Outcome::Partial(results.clone()),
        Outcome::Done(results.clone()),
        Outcome::Failed("old".into()),
        Outcome::Panicked("old".into()),
    ] {
        assert_eq!(update(&mut state, Command::Replied(reply(1, outcome))), None);
        assert!(state.shown.is_none() && state.failure.is_none() && state.busy.is_some());
    }
    update(&mut state, Command::Replied(reply(2, Outcome::Partial(results.clone()))));
    assert!(state.shown.is_some() && state.busy.is_some(), "a better one follows");
    update(&mut state, Command::Replied(reply(2, Outcome::Done(results.clone()))));
    assert!(state.busy.is_none());
    update(&mut state, Command::Asked(3, Instant::now()));
    assert_eq!(update(&mut state, Command::Replied(reply(3, Outcome::Failed("so".into())))), None);
    assert_eq!(state.failure.as_deref(), Some("so"));
    // The shown results stay, and the next change requests again.
    assert!(state.shown.is_some() && state.busy.is_none());
    focus(&mut state, "noise");
    act(&mut state, Action::Increase);
    assert_eq!(state.failure, None);
}

#[test]
fn a_failure_of_the_first_scenario_is_reported_in_the_shell() {
    let mut state = state();
    update(&mut state, Command::Asked(1, Instant::now()));
    let effect = update(&mut state, Command::Replied(reply(1, Outcome::Failed("no".into()))));
    assert_eq!(effect, Some(Effect::GiveUp("no".into())));
}

#[test]
fn measured_points_are_kept_for_their_scenario_only() {
    let mut state = state();
    let points = |scenario: &Scenario| Measured {
        scenario: scenario.clone(),
        points: Vec::new(),
        logistic: Vec::new(),
        encoders: Vec::new(),
        draws: 32,
        done: 1.0,
        left: None,
        missing: None,
    };
    let running = |state: &State| state.measurement.as_ref().is_some_and(|m: &Measurement| m.running);
    act(&mut state, Action::Measure);
    update(&mut state, Command::Measuring(7));
    let current = state.scenario.clone();
    let mut other = current.clone();
    other.set("noise", "0.7").unwrap();
    update(&mut state, Command::Measured(reply(6, Outcome::Done(points(&current)))));
    assert!(running(&state), "older");
    update(&mut state, Command::Measured(reply(7, Outcome::Done(points(&other)))));
    assert!(running(&state), "another scenario's");
    update(&mut state, Command::Measured(reply(7, Outcome::Done(points(&current)))));
    assert!(!running(&state) && state.measurement.as_ref().unwrap().shown.is_some());
    // Pressed again: twice the draws. Another scenario removes the measurement.
    let draws = state.measurement.as_ref().unwrap().draws;
    act(&mut state, Action::Measure);
    assert_eq!(state.measurement.as_ref().unwrap().draws, 2 * draws);
    focus(&mut state, "noise");
    act(&mut state, Action::Increase);
    assert!(state.measurement.is_none());
}

#[test]
fn in_sample_curves_of_real_rows_are_off_by_default() {
    let data = crate::scenario::DataSource {
        features: "X.npy".into(),
        targets: "y.txt".into(),
        reading: Default::default(),
        id: None,
        labels_as_they_are: false,
        groups: None,
        split_column: None,
        control: false,
        task: "mean".into(),
        encoders: Vec::new(),
    };
    let scenario = Scenario { data: Some(data), ..Scenario::default() };
    let state = State::new(scenario, View::Risk, Theme::new(Depth::None), false);
    let shown = crate::study::featurizations::CurveSpec::list(&state.scenario, &state.display.compared);
    assert!(
        shown.len() > 1 && shown.iter().skip(1).all(|s| !s.featurization.depends_on_tasks()),
        "{shown:?}"
    );
}

/// Forty rows of three features and two classes.
fn real_rows(folder: &std::path::Path) -> Scenario {
    let (features, labels) = (folder.join("X.npy"), folder.join("y.txt"));
    let row = |i: usize, j: usize| ((i * (3 + j) * 7) as f64 * 0.37).sin() + f64::from(u8::from(i % 2 == j));
    ndarray_npy::write_npy(&features, &ndarray::Array2::from_shape_fn((40, 3), |(i, j)| row(i, j))).unwrap();
    let lines: String = (0..40).map(|i| if i % 2 == 0 { "even\n" } else { "odd\n" }).collect();
    std::fs::write(&labels, lines).unwrap();
    Scenario::measured(&features, &labels)
}

#[test]
fn real_rows_are_measured_in_the_background() {
    use crate::study::measurement::{COUNT, FEW, FEW_DRAWS, FIRST_DRAWS};
    let folder = tempfile::tempdir().unwrap();
    let mut state = State::new(real_rows(folder.path()), View::Risk, Theme::new(Depth::None), false);
    let mut generation = 0;
    let mut answered = |state: &mut State, whole: bool| {
        generation += 1;
        update(state, Command::Asked(generation, Instant::now()));
        let results = analysis(state);
        let outcome = if whole { Outcome::Done(results) } else { Outcome::Partial(results) };
        update(state, Command::Replied(reply(generation, outcome)));
    };
    let planned = |state: &State| state.measure_request().map(|r| (r.count, r.draws));
    answered(&mut state, false);
    assert_eq!(planned(&state), None, "the curves come first");
    answered(&mut state, true);
    assert_eq!(planned(&state), Some((FEW, FEW_DRAWS)));
    // A change requires new curves first; once they are computed it is measured.
    focus(&mut state, "ridge");
    act(&mut state, Action::Increase);
    assert!(state.measurement.is_none() && planned(&state).is_none());
    answered(&mut state, true);
    assert_eq!(planned(&state), Some((FEW, FEW_DRAWS)));
    // A failure gives no message and is not retried.
    update(&mut state, Command::Measuring(5));
    update(&mut state, Command::Measured(reply(5, Outcome::Failed("no".into()))));
    assert!(state.measurement.is_none() && !matches!(state.message, Some(Message::Failed(_))));
    answered(&mut state, true);
    assert_eq!(planned(&state), None);
    // On explicit request, all points are measured.
    act(&mut state, Action::Increase);
    answered(&mut state, true);
    act(&mut state, Action::Measure);
    assert_eq!(planned(&state), Some((COUNT, FIRST_DRAWS)));

    let mut synthetic = self::state();
    answered(&mut synthetic, true);
    assert_eq!(planned(&synthetic), None);
}

#[test]
fn a_key_toggles_the_control_curve_of_shuffled_labels() {
    let folder = tempfile::tempdir().unwrap();
    let mut state = State::new(real_rows(folder.path()), View::Risk, Theme::new(Depth::None), false);
    act(&mut state, Action::Control);
    let text = still::frame(&mut state, 120, 36).unwrap().to_text();
    let (name, kept) = state.frozen_curves().next().unwrap_or_else(|| panic!("{text}"));
    let (now, control) =
        (state.shown.as_ref().unwrap().rows[0].risk.unwrap().risk, kept.row.risk.unwrap().risk);
    // Each feature of a row is larger by 1 for one of the classes: the labels can be learned, shuffled ones cannot.
    assert!(name == "control" && now < 0.7 && control > 0.85, "now {now}, control {control}");
    assert!(text.contains("control: labels shuffled"), "{text}");
    act(&mut state, Action::Control);
    assert!(state.frozen.is_empty());
    act(&mut state, Action::Undo);
    assert_eq!(state.frozen.len(), 1);
    let mut population = super::state();
    act(&mut population, Action::Control);
    assert!(population.frozen.is_empty());
}

#[test]
fn a_key_toggles_standardised_columns() {
    let folder = tempfile::tempdir().unwrap();
    let mut state = State::new(real_rows(folder.path()), View::Risk, Theme::new(Depth::None), false);
    let before = state.scenario.clone();
    act(&mut state, Action::Standardise);
    assert_eq!(state.scenario.featurization, crate::scenario::Featurization::Standardised);
    act(&mut state, Action::Standardise);
    assert_eq!(state.scenario, before);
}

#[test]
fn a_key_adds_logistic_fits() {
    let folder = tempfile::tempdir().unwrap();
    let mut state = State::new(real_rows(folder.path()), View::Risk, Theme::new(Depth::None), false);
    still::frame(&mut state, 120, 36).unwrap();
    act(&mut state, Action::Logistic);
    assert_eq!(state.display.metric, crate::scenario::Metric::Accuracy);
    still::frame(&mut state, 120, 36).unwrap();
    let request = state.measure_request().unwrap();
    assert!(request.logistic);
    let mut partial = Vec::new();
    let mut shown = |points: Measured| partial.push(points.logistic.len());
    let found =
        crate::study::measurement::Measurement::new().answer(&request, &|| false, &mut shown).unwrap();
    assert!(partial.contains(&1), "the first n is shown before the others: {partial:?}");
    // The same fits as `eval --evidence logistic` makes.
    let last = found.logistic.last().unwrap();
    let mut alone = crate::evidence::Logistic::new(&request.model, last.samples, 1).unwrap();
    alone.run(12, &mut |_| {}, &|| false).unwrap();
    let accuracy = crate::scenario::Metric::Accuracy;
    assert_eq!(last.scores.at(accuracy), alone.scores(accuracy));
    update(&mut state, Command::Measuring(3));
    update(&mut state, Command::Measured(reply(3, Outcome::Done(found))));
    let text = still::frame(&mut state, 120, 36).unwrap().to_text();
    assert!(text.contains("logistic") && text.contains("ridge regression"), "{text}");
    act(&mut state, Action::Logistic);
    let text = still::frame(&mut state, 120, 36).unwrap().to_text();
    assert!(state.measure_request().is_none() && !text.contains("╌ logistic"), "{text}");
    let mut population = super::state();
    act(&mut population, Action::Logistic);
    assert!(population.measurement.is_none());
}
