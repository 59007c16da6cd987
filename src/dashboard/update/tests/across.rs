//! Parameters on the x axis, frozen scenarios, and the pin.

use super::*;
use crate::dashboard::model::lists::Choice;
use crate::theory::ExtremumKind;

/// A preset with its results.
fn preset(name: &str) -> State {
    let mut state = State::new(Scenario::preset(name).unwrap(), View::Risk, Theme::new(Depth::None), false);
    settle(&mut state);
    state
}

fn settle(state: &mut State) {
    still::frame(state, 100, 32).unwrap();
}

fn ridge(state: &State) -> f64 {
    value(state, "ridge").parse().unwrap()
}

#[test]
fn flags_and_arrows_move_the_parameter_on_the_axis() {
    let mut state = preset("negative-ridge");
    let extrema = state.flagged().flat_map(|c| c.extrema.clone()).collect::<Vec<_>>();
    let at = |kind| extrema.iter().find(|found| found.kind == kind).unwrap().at;
    // From the tuned ridge to the next flag, which is the pole and the only other flag.
    act(&mut state, Action::NextMark);
    settle(&mut state);
    let close = |a: f64, b: f64| (a - b).abs() < 1e-3 * b.abs();
    assert!(close(ridge(&state), at(ExtremumKind::Pole)) || close(ridge(&state), at(ExtremumKind::Minimum)));
    act(&mut state, Action::NextMark);
    settle(&mut state);
    let seen = ridge(&state);
    act(&mut state, Action::NextMark);
    assert!(!close(ridge(&state), seen), "it goes round");
    // The slider of the ridge begins above 0, the axis does not.
    update(&mut state, Command::Place(-3.0));
    assert_eq!(ridge(&state), -3.0);
    update(&mut state, Command::Place(1.0));
    assert_eq!(ridge(&state), 1.0);
    settle(&mut state);
    act(&mut state, Action::CrosshairRight);
    assert!(ridge(&state) > 1.0 && ridge(&state) < 1.5);
    let (n, before) = (state.crosshair, ridge(&state));
    act(&mut state, Action::CrosshairUp);
    assert!(state.crosshair > n && ridge(&state) == before, "upwards is more samples");
    // Zooming keeps the crosshair's position.
    settle(&mut state);
    let ends = |state: &State| state.along().map(|axis| (axis.from, axis.to)).unwrap();
    let wide = ends(&state);
    act(&mut state, Action::ZoomIn);
    let narrow = ends(&state);
    assert!(wide.0 < narrow.0 && narrow.0 < before && before < narrow.1 && narrow.1 < wide.1);
    act(&mut state, Action::Undo);
    assert_eq!(ends(&state), wide);
}

#[test]
fn the_axis_is_chosen_by_a_key_and_its_ends_are_in_the_panel() {
    let mut state = state();
    let has = |state: &State, key: &str| state.settings().iter().any(|p| p.key == key);
    assert!(has(&state, "view.from") && !has(&state, "view.x-from"));
    act(&mut state, Action::XAxis);
    update(&mut state, Command::Paste("noise".into()));
    update(&mut state, Command::Accept);
    assert_eq!((value(&state, "view.x").as_str(), state.along().unwrap().name()), ("noise", "noise"));
    assert!(!has(&state, "view.from") && has(&state, "view.x-from"));
    let set = |state: &mut State, key: &str, text: &str| {
        super::super::parameters::ask(state, key);
        update(state, Command::Paste(text.into()));
        update(state, Command::Accept);
        let refused = matches!(&state.mode, Mode::Prompt(prompt) if prompt.refused.is_some());
        update(state, Command::Close);
        refused
    };
    assert!(!set(&mut state, "view.x-from", "0.2") && !set(&mut state, "view.x-to", "0.4"));
    assert!(set(&mut state, "view.x-from", "0.5") && set(&mut state, "view.x-to", "0.1"));
    assert_eq!(state.along().map(|axis| (axis.from, axis.to)), Some((0.2, 0.4)));
    let refused = state.open_view(&[("view.x".into(), "colour".into())]).unwrap_err();
    assert!(refused.starts_with("view.x must be one of n/p, n, ") && refused.contains("colour"), "{refused}");
    // The phase plane has separate axes, and a family without the parameter returns to n/p.
    act(&mut state, Action::View(View::Phase));
    assert!(state.along().is_none());
    act(&mut state, Action::View(View::Variance));
    assert!(state.along().is_some());
    state.display.set("view.x", "task.ratio").unwrap();
    assert!(state.along().is_some());
    state.scenario.set("task.family", "isotropic").unwrap();
    assert!(state.along().is_none() && value(&state, "view.x") == "n/p");
}

#[test]
fn over_p_the_number_of_samples_is_constant() {
    let mut state = preset("isotropic-double-descent");
    state.display.set("view.x", "dimension").unwrap();
    settle(&mut state);
    state.crosshair = 0.3;
    update(&mut state, Command::Place(200.0));
    assert_eq!((state.scenario.dimension, (state.crosshair * 200.0).round()), (200, 300.0));
}

#[test]
fn frozen_scenarios_are_renamed_swapped_removed_and_restored() {
    let mut state = state();
    let names = |state: &State| state.frozen.iter().map(|f| f.name.clone()).collect::<Vec<_>>();
    // The list is empty: what is typed next is no command.
    act(&mut state, Action::Frozen);
    let text = still::frame(&mut state, 100, 32).unwrap().to_text();
    assert!(text.contains("nothing is frozen: f freezes"), "{text}");
    update(&mut state, Command::Close);
    act(&mut state, Action::Freeze);
    act(&mut state, Action::Freeze);
    assert_eq!(names(&state), ["A"], "the same scenario twice is one");
    for noise in ["0.2", "0.3", "0.4", "0.5", "0.6", "0.7"] {
        state.scenario.set("noise", noise).unwrap();
        act(&mut state, Action::Freeze);
    }
    assert_eq!(names(&state), ["A", "B", "C", "D", "E", "F"]);
    act(&mut state, Action::Undo);
    act(&mut state, Action::Redo);
    assert_eq!(names(&state).len(), 6);
    assert_eq!(state.frozen[1].difference(&state.scenario), "noise σ² 0.2");
    let choose = |state: &mut State, words: &str| {
        act(state, Action::Frozen);
        update(state, Command::Paste(words.into()));
        update(state, Command::Accept);
    };
    choose(&mut state, "rename B");
    update(&mut state, Command::Paste("little noise".into()));
    update(&mut state, Command::Accept);
    assert_eq!(names(&state)[1], "little noise");
    choose(&mut state, "rename A");
    update(&mut state, Command::Paste("little noise".into()));
    update(&mut state, Command::Accept);
    assert!(prompt(&state).refused.is_some(), "two of one name");
    update(&mut state, Command::Close);
    let now = value(&state, "noise");
    choose(&mut state, "swap little");
    assert_eq!(
        (value(&state, "noise").as_str(), state.frozen[1].scenario.noise.unwrap().to_string()),
        ("0.2", now)
    );
    choose(&mut state, "remove C");
    assert_eq!(names(&state), ["A", "little noise", "D", "E", "F"]);
    act(&mut state, Action::Undo);
    assert_eq!(names(&state).len(), 6);
    choose(&mut state, "remove all");
    assert!(state.frozen.is_empty());
    act(&mut state, Action::Undo);
    assert_eq!(names(&state).len(), 6);
    // The key of a parameter that no longer exists is harmless.
    state.mode = Mode::Prompt(Prompt {
        entry: crate::dashboard::model::mode::Entry::Name(9),
        line: "x".to_owned().into(),
        refused: None,
    });
    update(&mut state, Command::Accept);
    assert_eq!(names(&state).len(), 6);
    assert!(matches!(lists_choice(&state), Some(Choice::Unfreeze(0))));
}

fn lists_choice(state: &State) -> Option<Choice> {
    let rows = crate::dashboard::model::lists::rows(state, &List::Frozen, "");
    rows.into_iter().next().map(|row| row.choice)
}

/// Every frozen curve has a row with the relative difference of the current one, and the pin a line with the ratio of
/// the risks at both n.
#[test]
fn the_readout_shows_the_difference_from_each_frozen_curve() {
    let mut state = preset("double-divergence");
    act(&mut state, Action::Freeze);
    act(&mut state, Action::Pin);
    let then = state.shown.as_ref().unwrap().rows[0].risk.unwrap().risk;
    focus(&mut state, "noise");
    typed(&mut state, Action::Type, "0.5");
    update(&mut state, Command::Place(0.5));
    let text = still::frame(&mut state, 120, 36).unwrap().to_text();
    let rows = &state.shown.as_ref().unwrap().rows;
    let now = rows[0].risk.unwrap().risk;
    let pinned = state.shown.as_ref().unwrap().pinned.clone().unwrap().risk.unwrap().risk;
    let frozen = state.frozen_curves().next().unwrap().1.row.risk.unwrap().risk;
    let row = text.lines().find(|line| line.contains("A: noise")).unwrap_or_else(|| panic!("{text}"));
    let change = 100.0 * (now / frozen - 1.0);
    assert!(row.contains(&format!("now {:>8}", format!("{change:+.1} %"))), "{row}");
    let line = text
        .lines()
        .find(|line| line.contains("pin n 200 → 500 (×2.50)"))
        .unwrap_or_else(|| panic!("{text}"));
    let change = format!("{:+.1} %", 100.0 * (now / pinned - 1.0)).replace('-', "−");
    assert!(line.contains(&change), "{line} {change}");
    assert!(then > 0.0 && text.contains('┃'), "{text}");
    // The pin is a value of n; pressing the key again removes it.
    act(&mut state, Action::Pin);
    assert_eq!(state.pin, None);
}

/// Several encoders are drawn over n, since they have no common n/p. Over a parameter the encoder in focus is named.
#[test]
fn several_encoders_are_drawn_over_n_or_a_parameter_of_the_one_in_focus() {
    let encoder = |name: &str, file: &str| crate::scenario::Encoder {
        name: name.into(),
        features: format!("tests/data/few/{file}.npy").into(),
    };
    let both = [encoder("minilm", "wide"), encoder("reduced", "narrow")];
    let mut scenario = Scenario::of_encoders(&both, "tests/data/few/labels.txt");
    scenario.set("data.task", "games").unwrap();
    let mut state = State::new(scenario, View::Risk, Theme::new(Depth::None), false);
    state.display.set("view.x", "n/p").unwrap();
    assert_eq!(value(&state, "view.x"), "n");
    assert!(state.request().same_samples && state.request().along.is_none());
    let text = still::frame(&mut state, 120, 36).unwrap().to_text();
    assert!(text.contains("n  600"), "{text}");
    state.display.set("view.x", "ridge").unwrap();
    let ridge = still::frame(&mut state, 120, 36).unwrap().to_text();
    assert!(ridge.contains("minilm · raw") && !ridge.contains(" tie "), "{ridge}");
}
