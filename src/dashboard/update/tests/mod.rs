//! The state machine alone: commands in, state and effects out.

mod across;
mod encoders;
mod plane;
mod replies;

use std::path::PathBuf;

use super::update;
use crate::dashboard::app::still;
use crate::dashboard::model::action::Action;
use crate::dashboard::model::command::{Command, Effect};
use crate::dashboard::model::hit::{Drag, Track};
use crate::dashboard::model::item::{Item, Target};
use crate::dashboard::model::mode::{List, Mode, Prompt};
use crate::dashboard::model::state::{Message, State};
use crate::dashboard::model::view::View;
use crate::engine::{Outcome, Reply};
use crate::scenario::{Scenario, presets};
use crate::study::Analysis;
use crate::theme::{Depth, Theme};

fn small() -> Scenario {
    let mut scenario = Scenario::default();
    scenario.set("dimension", "50").unwrap();
    scenario
}

fn state() -> State {
    State::new(small(), View::Risk, Theme::new(Depth::None), false)
}

fn act(state: &mut State, action: Action) -> Option<Effect> {
    update(state, Command::Act(action))
}

fn focus(state: &mut State, key: &str) {
    let at = state.parameters().iter().position(|p| p.key == key).unwrap();
    update(state, Command::Focus(at));
}

fn focused(state: &State) -> String {
    state.focused().unwrap().key
}

/// Opens a prompt, types and accepts.
fn typed(state: &mut State, action: Action, text: &str) -> Option<Effect> {
    act(state, action);
    update(state, Command::Paste(text.into()));
    update(state, Command::Accept)
}

fn prompt(state: &State) -> &Prompt {
    match &state.mode {
        Mode::Prompt(prompt) => prompt,
        other => panic!("no prompt is open: {other:?}"),
    }
}

fn value(state: &State, key: &str) -> String {
    let all = state.parameters().into_iter().chain(state.settings());
    all.into_iter().find(|p| p.key == key).unwrap().value.to_string()
}

/// Results as the engine returns them.
fn analysis(state: &State) -> Analysis {
    let mut other = State::new(state.scenario.clone(), state.view, state.theme.clone(), false);
    still::frame(&mut other, 80, 24).unwrap();
    Analysis::clone(other.shown.as_ref().unwrap())
}

fn reply<T>(generation: u64, outcome: Outcome<T>) -> Box<Reply<T>> {
    Box::new(Reply { generation, outcome })
}

#[test]
fn a_repeated_key_is_undone_and_redone_in_one_step() {
    let mut state = state();
    focus(&mut state, "noise");
    for _ in 0..3 {
        act(&mut state, Action::Increase);
    }
    assert_eq!(value(&state, "noise"), "0.2");
    act(&mut state, Action::Undo);
    assert_eq!(value(&state, "noise"), "0.1");
    act(&mut state, Action::Redo);
    assert_eq!(value(&state, "noise"), "0.2");
    act(&mut state, Action::Redo);
    assert_eq!(state.message, Some(Message::Said("nothing to redo".into())));
}

#[test]
fn a_change_after_undo_replaces_redo() {
    let mut state = state();
    focus(&mut state, "noise");
    act(&mut state, Action::Increase);
    act(&mut state, Action::Undo);
    focus(&mut state, "ridge");
    typed(&mut state, Action::Type, "0.5");
    act(&mut state, Action::Redo);
    assert_eq!((value(&state, "noise").as_str(), value(&state, "ridge").as_str()), ("0.1", "0.5"));
    // The same after a zoom, which changes the display.
    act(&mut state, Action::Undo);
    act(&mut state, Action::ZoomIn);
    act(&mut state, Action::Redo);
    assert_eq!(value(&state, "ridge"), "0");
}

#[test]
fn a_drag_is_one_step_and_ends_with_its_slider() {
    let mut state = state();
    let track = Track { left: 10, width: 11 };
    update(&mut state, Command::Hold { drag: Drag::Slider("noise".into(), track), spot: (10, 0) });
    for column in 11..=15 {
        update(&mut state, Command::Pull((column, 0)));
    }
    assert_eq!(focused(&state), "noise");
    let pulled = value(&state, "noise");
    assert_ne!(pulled, "0.1");
    update(&mut state, Command::Release);
    update(&mut state, Command::Pull((20, 0)));
    assert_eq!(value(&state, "noise"), pulled, "nothing is dragged");
    act(&mut state, Action::Undo);
    assert_eq!(value(&state, "noise"), "0.1");
    // The focus is elsewhere: the dragged parameter is not the shown one.
    update(&mut state, Command::Hold { drag: Drag::Slider("noise".into(), track), spot: (12, 0) });
    let dragged = value(&state, "noise");
    state.focus = 0;
    update(&mut state, Command::Pull((20, 0)));
    assert_eq!(value(&state, "noise"), dragged);
}

#[test]
fn reset_restores_the_opened_scenario_and_can_be_undone() {
    let mut state = state();
    focus(&mut state, "noise");
    typed(&mut state, Action::Type, "3");
    typed(&mut state, Action::Type, "4");
    act(&mut state, Action::Reset);
    assert_eq!(value(&state, "noise"), "0.1");
    act(&mut state, Action::Undo);
    assert_eq!(value(&state, "noise"), "4");
    act(&mut state, Action::ResetAll);
    assert_eq!(state.snapshot(), state.origin);
    act(&mut state, Action::Undo);
    assert_eq!(value(&state, "noise"), "4");
}

#[test]
fn a_preset_resets_the_window_and_undo_restores_it() {
    let mut state = state();
    typed(&mut state, Action::TypeSamples, "200");
    assert_eq!(state.display.window.to, 4.0, "opened to n = 200 of p = 50");
    let before = state.snapshot();
    act(&mut state, Action::Presets);
    update(&mut state, Command::Paste("negative ridge".into()));
    update(&mut state, Command::Accept);
    let preset = presets::all().iter().find(|p| p.title == "negative ridge").unwrap();
    assert_eq!(state.scenario, preset.scenario());
    assert_eq!(
        state.display.window,
        State::new(small(), View::Risk, Theme::new(Depth::None), false).display.window
    );
    assert_eq!((state.crosshair, state.focus), (preset.at, State::first_focus(&state.scenario)));
    act(&mut state, Action::Undo);
    assert_eq!(state.snapshot(), before);
}

#[test]
fn the_focus_stays_on_its_parameter() {
    let mut state = state();
    // Below the kind, which can add settings.
    focus(&mut state, "noise");
    update(&mut state, Command::Act(Action::Commands));
    update(&mut state, Command::Paste("kind hard".into()));
    update(&mut state, Command::Accept);
    assert_eq!(
        (value(&state, "featurization.kind").as_str(), focused(&state).as_str()),
        ("hard", "featurization.kind")
    );
    focus(&mut state, "noise");
    act(&mut state, Action::View(View::Phase));
    assert_eq!(focused(&state), "noise");
    act(&mut state, Action::FocusPrevious);
    act(&mut state, Action::FocusNext);
    assert_eq!(focused(&state), "noise");
    // The last parameter of one view does not exist in the next: the focus moves to one that does.
    update(&mut state, Command::Focus(usize::MAX));
    assert_eq!(focused(&state), "test.family");
    act(&mut state, Action::View(View::Data));
    assert!(state.focused().is_some());
    // Groups: the first parameter of each.
    update(&mut state, Command::Focus(0));
    act(&mut state, Action::NextGroup);
    assert_eq!(focused(&state), "task.family");
    act(&mut state, Action::PreviousGroup);
    assert_eq!(focused(&state), "covariates.family");
}

#[test]
fn rejected_input_stays_in_the_prompt() {
    let mut state = state();
    focus(&mut state, "noise");
    let before = state.snapshot();
    assert_eq!(typed(&mut state, Action::Type, "-1"), None);
    assert!(prompt(&state).refused.as_ref().unwrap().contains("noise"), "{:?}", state.mode);
    assert_eq!((prompt(&state).line.text(), &state.snapshot()), ("-1", &before));
    // An edit removes the refusal; a decimal comma is accepted.
    update(&mut state, Command::Edit(crate::dashboard::model::edit::Edit::DeleteFromStart));
    assert_eq!(prompt(&state).refused, None);
    update(&mut state, Command::Paste("0,5".into()));
    update(&mut state, Command::Accept);
    assert!(state.mode.is_normal());
    assert_eq!(value(&state, "noise"), "0.5");
    // The previously typed text is recalled.
    act(&mut state, Action::Type);
    update(&mut state, Command::Recall(1));
    assert_eq!(prompt(&state).line.text(), "0,5");
    update(&mut state, Command::Close);
    // An empty line is not accepted.
    assert_eq!(typed(&mut state, Action::TypeTarget, ""), None);
    assert!(state.mode.is_normal() && state.target.is_none());
    typed(&mut state, Action::TypeTarget, "0.25");
    assert_eq!(state.target, Some(0.25));
    typed(&mut state, Action::TypeTarget, "off");
    assert_eq!(state.target, None);
}

#[test]
fn replacing_a_file_is_confirmed_once_per_name() {
    let mut state = state();
    let write = |path: &str, overwrite| Target { item: Item::Scenario, path: PathBuf::from(path), overwrite };
    act(&mut state, Action::Save);
    assert_eq!(prompt(&state).line.text(), "double-divergence.toml");
    let first = update(&mut state, Command::Accept);
    assert_eq!(first, Some(Effect::Write(write("double-divergence.toml", false))));
    update(&mut state, Command::Taken(write("double-divergence.toml", false)));
    assert!(prompt(&state).refused.as_ref().unwrap().contains("exists"));
    let again = update(&mut state, Command::Accept);
    assert_eq!(again, Some(Effect::Write(write("double-divergence.toml", true))));
    update(&mut state, Command::Taken(write("a.toml", false)));
    update(&mut state, Command::Paste("x".into()));
    assert_eq!(update(&mut state, Command::Accept), Some(Effect::Write(write("a.tomlx", false))));
    update(&mut state, Command::Written(Outcome::Done(PathBuf::from("a.tomlx"))));
    assert_eq!(state.message, Some(Message::Said("saved a.tomlx".into())));
}

#[test]
fn choices_are_listed_and_taken() {
    let mut state = state();
    focus(&mut state, "task.alignment");
    act(&mut state, Action::Type);
    let Mode::List(listing) = &state.mode else { panic!("{:?}", state.mode) };
    assert!(matches!(&listing.list, List::Values { key, .. } if key == "task.alignment"));
    update(&mut state, Command::Paste("anti".into()));
    update(&mut state, Command::Accept);
    assert_eq!(value(&state, "task.alignment"), "anti-aligned");
    assert!(state.mode.is_normal());
    // A click on a line chooses it; Esc chooses nothing.
    act(&mut state, Action::Copy);
    assert_eq!(update(&mut state, Command::Choose(1)), Some(Effect::Copy(Item::Numbers)));
    act(&mut state, Action::Copy);
    assert_eq!(update(&mut state, Command::Close), None);
    assert!(state.mode.is_normal());
}

#[test]
fn themes_are_previewed_and_cancelled() {
    let mut state = state();
    let before = state.theme.name().to_owned();
    act(&mut state, Action::Theme);
    update(&mut state, Command::Move(1));
    assert_ne!(state.theme.name(), before);
    update(&mut state, Command::Close);
    assert_eq!(state.theme.name(), before);
    act(&mut state, Action::Theme);
    update(&mut state, Command::Paste("light".into()));
    update(&mut state, Command::Accept);
    assert_eq!(state.theme.name(), "light");
    // A theme was chosen, so the background no longer decides.
    update(&mut state, Command::Background { light: false });
    assert_eq!(state.theme.name(), "light");
}

#[test]
fn the_crosshair_is_at_whole_samples() {
    let mut state = state();
    let whole = |state: &State| {
        let n = state.crosshair * state.dimension() as f64;
        (n - n.round()).abs() < 1e-9 && n.round() >= 1.0
    };
    for command in [
        Command::Place(0.3333),
        Command::Act(Action::CrosshairRight),
        Command::Act(Action::CrosshairFarLeft),
        Command::ZoomAt { x: 0.4567, factor: 0.8 },
        Command::Place(0.0),
        Command::Place(1e9),
        Command::Act(Action::LogRatio),
        Command::Act(Action::CrosshairRight),
        Command::Act(Action::CrosshairFarRight),
        Command::Act(Action::Undo),
    ] {
        let name = format!("{command:?}");
        update(&mut state, command);
        assert!(whole(&state), "{name}: n = {}", state.crosshair * 50.0);
        assert!((state.display.window.from..=state.display.window.to).contains(&state.crosshair), "{name}");
    }
    typed(&mut state, Action::TypeSamples, "1,000");
    assert_eq!(state.crosshair, 20.0);
    typed(&mut state, Action::TypeSamples, "7.6");
    assert_eq!(state.crosshair, 0.16);
    // One step is one sample if a column is less than that.
    act(&mut state, Action::LogRatio);
    update(&mut state, Command::Place(0.5));
    act(&mut state, Action::LogRatio);
    act(&mut state, Action::Undo);
    for key in ["view.to", "view.from"] {
        let value = if key == "view.to" { "0.6" } else { "0.47" };
        super::set::set(&mut state, key, value).unwrap();
        assert!(whole(&state), "{key}: {}", state.crosshair);
    }
    update(&mut state, Command::Place(0.5));
    act(&mut state, Action::CrosshairRight);
    assert_eq!(state.crosshair, 0.52);
}
