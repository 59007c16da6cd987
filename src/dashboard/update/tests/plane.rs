//! The phase plane: its axes, and a crosshair that changes the scenario of the other views.

use super::*;
use crate::dashboard::model::hit::Target as Spot;

/// The phase view with its plane on screen.
fn settled(settings: &[(&str, &str)]) -> State {
    let mut state = State::new(small(), View::Phase, Theme::new(Depth::None), false);
    for (key, value) in settings {
        if key.starts_with("view.") {
            state.display.set(key, value).unwrap();
        } else {
            state.scenario.set(key, value).unwrap();
        }
    }
    still::frame(&mut state, 120, 36).unwrap();
    state
}

fn number(state: &State, key: &str) -> f64 {
    value(state, key).parse().unwrap()
}

#[test]
fn up_and_down_move_the_noise_and_left_and_right_n() {
    let mut state = settled(&[]);
    let before = (number(&state, "noise"), state.crosshair);
    act(&mut state, Action::CrosshairUp);
    let up = number(&state, "noise");
    assert!(up > before.0 && up < 2.0 * before.0 && state.crosshair == before.1, "{up}");
    act(&mut state, Action::CrosshairDown);
    assert!((number(&state, "noise") / before.0 - 1.0).abs() < 0.01);
    act(&mut state, Action::CrosshairRight);
    assert!(state.crosshair > before.1 && (number(&state, "noise") / before.0 - 1.0).abs() < 0.01);
    // Held until the end of the axis.
    for _ in 0..200 {
        act(&mut state, Action::CrosshairUp);
    }
    let top = state.shown.as_ref().unwrap().plane.as_ref().unwrap().y.to;
    assert_eq!(number(&state, "noise"), top.min(10.0));
    // The point chosen in the plane is the one shown in the risk view.
    act(&mut state, Action::View(View::Risk));
    still::frame(&mut state, 120, 36).unwrap();
    let risk = state.shown.as_ref().unwrap().rows[0].risk.unwrap();
    assert_eq!((risk.noise, risk.sample_ratio), (state.scenario.noise.unwrap(), state.crosshair));
    act(&mut state, Action::CrosshairUp);
    assert!(matches!(&state.message, Some(Message::Said(words)) if words.contains("phase")));
}

#[test]
fn any_parameter_can_be_an_axis_of_the_plane() {
    let mut state = settled(&[("view.phase-x", "task.ratio"), ("view.phase-y", "task.fraction")]);
    let plane = state.shown.as_ref().unwrap().plane.clone().unwrap();
    assert_eq!((plane.x.name(), plane.y.name()), ("task.ratio", "task.fraction"));
    assert!(plane.boundaries.iter().any(|line| line.points.len() > 3));
    let (crosshair, ratio) = (state.crosshair, number(&state, "task.ratio"));
    act(&mut state, Action::CrosshairRight);
    assert!(number(&state, "task.ratio") > ratio && state.crosshair == crosshair);
    // Its options are all parameters except the one on the other axis.
    let options = |state: &State, key: &str| {
        let all = state.settings();
        match &all.iter().find(|p| p.key == key).unwrap().kind {
            crate::scenario::parameter::Kind::Choice { options } => options.clone(),
            other => panic!("{other:?}"),
        }
    };
    let across = options(&state, "view.phase-x");
    assert!(
        across[0] == "n/p" && across.contains(&"noise".into()) && !across.contains(&"task.fraction".into())
    );
    // Setting the effective rank changes the ratio, so both cannot be axes.
    assert!(!options(&state, "view.phase-y").contains(&"effective-rank".into()));
    // A family without these parameters still has a plane.
    state.scenario.set("task.family", "power-law").unwrap();
    assert_eq!(state.display.phase_axes(&state.scenario), (None, "noise".into()));
    still::frame(&mut state, 120, 36).unwrap();
    assert_eq!(state.shown.as_ref().unwrap().plane.as_ref().unwrap().y.name(), "noise");
    let sentence = state.display.set("view.phase-x", "task.fraction").unwrap_err();
    assert!(sentence.contains("accepted"), "{sentence}");
}

#[test]
fn the_effective_rank_is_changed_through_its_family() {
    let mut state = settled(&[("task.family", "power-law"), ("view.phase-y", "effective-rank")]);
    let before = (state.scenario.effective_rank().unwrap(), number(&state, "task.exponent"));
    act(&mut state, Action::CrosshairUp);
    assert!(state.scenario.effective_rank().unwrap() > before.0);
    assert!(number(&state, "task.exponent") < before.1);
    let command = crate::dashboard::view::pictures::of(View::Phase).command;
    assert!(command(&state).contains("--y effective-rank"), "{}", command(&state));
}

/// A click sets both parameters.
#[test]
fn a_click_on_the_plane_sets_both_parameters() {
    let mut state = settled(&[]);
    let plot = |state: &State| {
        let mut all = (0..36).flat_map(|row| (0..120).map(move |column| (column, row)));
        let spot = all.find(|(c, r)| matches!(state.hits.at(*c, *r), Some(Spot::Plot(_)))).unwrap();
        match state.hits.at(spot.0, spot.1) {
            Some(Spot::Plot(plot)) => (plot.clone(), spot),
            _ => panic!(),
        }
    };
    let (axes, (left, top)) = plot(&state);
    assert_eq!((axes.x_key.as_deref(), axes.y_key.as_deref()), (None, Some("noise")));
    let spot = (left + 30, top + 10);
    update(&mut state, Command::Hold { drag: Drag::Crosshair(axes.clone()), spot });
    assert!((number(&state, "noise") / axes.value(spot.1) - 1.0).abs() < 0.01);
    assert!((state.crosshair - axes.across(spot.0)).abs() < 0.02);
}
