//! Results that arrive: of which request they are, and what becomes of them.

use std::time::Instant;

use super::*;
use crate::dashboard::model::state::Measurement;
use crate::study::measure::Measured;

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
    // What is shown stays, and the next change is another try.
    assert!(state.shown.is_some() && state.busy.is_none());
    focus(&mut state, "noise");
    act(&mut state, Action::Increase);
    assert_eq!(state.failure, None);
}

#[test]
fn what_was_started_with_and_fails_is_said_in_the_shell() {
    let mut state = state();
    update(&mut state, Command::Asked(1, Instant::now()));
    let effect = update(&mut state, Command::Replied(reply(1, Outcome::Failed("no".into()))));
    assert_eq!(effect, Some(Effect::GiveUp("no".into())));
}

#[test]
fn measured_points_belong_to_their_request_and_their_scenario() {
    let mut state = state();
    let points = |scenario: &Scenario| Measured {
        scenario: scenario.clone(),
        points: Vec::new(),
        draws: 32,
        done: 1.0,
        left: None,
        missing: None,
    };
    let running = |state: &State| state.measurement.as_ref().is_some_and(|m: &Measurement| m.running);
    act(&mut state, Action::Measure);
    update(&mut state, Command::Measuring(7));
    let own = state.scenario.clone();
    let mut other = own.clone();
    other.set("noise", "0.7").unwrap();
    update(&mut state, Command::Measured(reply(6, Outcome::Done(points(&own)))));
    assert!(running(&state), "older");
    update(&mut state, Command::Measured(reply(7, Outcome::Done(points(&other)))));
    assert!(running(&state), "another scenario's");
    update(&mut state, Command::Measured(reply(7, Outcome::Done(points(&own)))));
    assert!(!running(&state) && state.measurement.as_ref().unwrap().shown.is_some());
    // Again: twice the draws. Another scenario: nothing of it stays.
    let draws = state.measurement.as_ref().unwrap().draws;
    act(&mut state, Action::Measure);
    assert_eq!(state.measurement.as_ref().unwrap().draws, 2 * draws);
    focus(&mut state, "noise");
    act(&mut state, Action::Increase);
    assert!(state.measurement.is_none());
}

#[test]
fn on_real_rows_nothing_that_knows_its_tasks_is_shown_unasked() {
    let data = crate::scenario::DataSource {
        features: "X.npy".into(),
        targets: "y.txt".into(),
        reading: Default::default(),
        task: "mean".into(),
    };
    let scenario = Scenario { data: Some(data), ..Scenario::default() };
    let state = State::new(scenario, View::Risk, Theme::new(Depth::None), false);
    let shown = crate::study::compared::Subject::list(&state.scenario, &state.display.compared);
    assert!(shown.len() > 1 && shown.iter().skip(1).all(|s| !s.featurization.knows_tasks()), "{shown:?}");
}
