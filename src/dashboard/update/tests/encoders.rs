//! Real rows of one encoder and of several: initial settings, and the encoder in focus.

use std::time::Duration;

use super::{act, focused, value};
use crate::dashboard::app::still;
use crate::dashboard::model::action::Action;
use crate::dashboard::model::display::Display;
use crate::dashboard::model::state::{Message, State};
use crate::dashboard::model::view::View;
use crate::scenario::{Encoder, Metric, Scenario};
use crate::study::{CurveId, Progress};
use crate::theme::{Depth, Theme};
use crate::theory::RidgeChoice;

const LABELS: &str = "tests/data/packages_labels_600.txt";
/// 150 rows of five classes.
const FEW: &str = "tests/data/few/labels.txt";

fn games(scenario: Scenario) -> State {
    let mut scenario = Scenario { ridge: RidgeChoice::OptimalNonNegative, ..scenario };
    scenario.set("data.task", "games").unwrap();
    State::new(scenario, View::Risk, Theme::new(Depth::None), false)
}

fn one() -> State {
    games(Scenario::measured("examples/packages/features.npy", LABELS))
}

fn two() -> State {
    let encoder = |name: &str, file: &str| Encoder {
        name: name.into(),
        features: format!("examples/packages/{file}.npy").into(),
    };
    games(Scenario::of_encoders(&[encoder("minilm", "features"), encoder("reduced", "reduced")], LABELS))
}

fn one_of_few_rows() -> State {
    games(Scenario::measured("tests/data/few/wide.npy", FEW))
}

/// Encoders of 48 and 12 features.
fn two_of_few_rows() -> State {
    let encoder = |name: &str, file: &str| Encoder {
        name: name.into(),
        features: format!("tests/data/few/{file}.npy").into(),
    };
    games(Scenario::of_encoders(&[encoder("minilm", "wide"), encoder("reduced", "narrow")], FEW))
}

fn n(state: &State) -> (f64, f64, f64) {
    let p = state.dimension() as f64;
    let window = state.display.window;
    (window.from * p, window.to * p, state.crosshair * p)
}

fn near(a: (f64, f64, f64), b: (f64, f64, f64)) -> bool {
    [(a.0, b.0), (a.1, b.1), (a.2, b.2)].iter().all(|(a, b)| (a / b - 1.0).abs() < 1e-9)
}

#[test]
fn real_rows_open_with_their_defaults() {
    let mut state = one();
    let text = still::frame(&mut state, 120, 36).unwrap().to_text();
    assert!(near(n(&state), (10.0, 2400.0, 600.0)), "{:?}", n(&state));
    assert!(state.display.window.log && state.origin.display == state.display);
    for words in
        ["raw, best λ", "raw, λ = 0", "best PCR", "n  2400", "infinite, n = 382", "600 labels: risk 0.363 ± "]
    {
        assert!(text.contains(words), "no {words}:\n{text}");
    }
    // The reduction by the ridge is the difference of the two curves at the crosshair.
    let rows = &state.shown.as_ref().unwrap().rows;
    let risk = |id: CurveId| rows.iter().find(|r| r.id == id).unwrap().risk.unwrap().risk;
    let saves = 100.0 * (1.0 - risk(CurveId::Chosen) / risk(CurveId::LeastSquares));
    let look =
        format!("without a ridge the risk peaks at n = 382; a small one saves {saves:.0} % at n = 600");
    assert!(text.contains(&look) && (30.0..60.0).contains(&saves), "{look}\n{text}");
    // A requested window is kept.
    let mut state = one_of_few_rows();
    state.open_view(&[("view.to".into(), "0.9".into())]).unwrap();
    still::frame(&mut state, 120, 36).unwrap();
    assert_eq!(state.display.window.to, 0.9);
    // A preset has none of these settings.
    act(&mut state, Action::Presets);
    super::update(&mut state, super::Command::Choose(0));
    assert_eq!(state.display, Display::default());
}

#[test]
fn the_focus_cycles_through_encoders_at_constant_n() {
    let mut state = two();
    let text = still::frame(&mut state, 120, 36).unwrap().to_text();
    for words in [
        "minilm",
        "reduced",
        "× n = 420 · minilm",
        "now with minilm",
        "best at this n: too close to call (minilm)",
    ] {
        assert!(text.contains(words), "no {words}:\n{text}");
    }
    assert!(text.contains("from n = 420 on minilm is better than reduced"), "{text}");
    // n of the others is unknown until they are read.
    let mut early = two();
    early.shown = state
        .shown
        .clone()
        .map(|shown| std::sync::Arc::new(crate::study::Analysis { encoders: None, ..(*shown).clone() }));
    act(&mut early, Action::Encoder);
    assert!(matches!(&early.message, Some(Message::Failed(m)) if m.contains("still being read")));
    assert_eq!(value(&early, "data.encoder"), "minilm");
    let (before, p) = (n(&state), state.dimension());
    assert_eq!((focused(&state).as_str(), p), ("data.encoder", 384));
    act(&mut state, Action::Encoder);
    assert_eq!(value(&state, "data.encoder"), "reduced");
    still::frame(&mut state, 120, 36).unwrap();
    assert_eq!(state.dimension(), 48);
    assert!(near(n(&state), before), "{:?} {before:?}", n(&state));
    // The flag of the crossover, from either side.
    act(&mut state, Action::NextMark);
    assert_eq!((state.crosshair * 48.0).round(), 420.0);
    let explained = crate::dashboard::view::explain::at_crosshair(&state).unwrap();
    assert!(
        explained.title == "crossover at n = 420: minilm is better than reduced from there on"
            && explained.sentences[0].contains("too close to call")
    );
    act(&mut state, Action::Undo);
    still::frame(&mut state, 120, 36).unwrap();
    assert_eq!((value(&state, "data.encoder").as_str(), state.dimension()), ("minilm", 384));
    assert!(near(n(&state), (before.0, before.1, 420.0)), "{:?}", n(&state));
    // The arrow keys on the parameter do the same; without a second encoder there is nothing to choose.
    act(&mut state, Action::Increase);
    assert_eq!(value(&state, "data.encoder"), "reduced");
    let mut single = one_of_few_rows();
    act(&mut single, Action::Encoder);
    assert!(matches!(&single.message, Some(Message::Said(m)) if m.contains("--features NAME=FILE")));
}

#[test]
fn changing_the_metric_clears_the_target() {
    let mut state = two_of_few_rows();
    still::frame(&mut state, 170, 40).unwrap();
    state.target = Some(0.45);
    let risk = still::frame(&mut state, 170, 40).unwrap().to_text();
    assert!(risk.contains("risk ≤ 0.450 needs about") && risk.contains(" labels with minilm"), "{risk}");
    act(&mut state, Action::Metric);
    assert_eq!((state.display.metric, state.target), (Metric::Auc, None));
    state.target = Some(0.9);
    let auc = still::frame(&mut state, 170, 40).unwrap().to_text();
    assert!(auc.contains("AUC ≥ 0.900 needs ") && auc.contains("150 labels: AUC 0.9"), "{auc}");
    act(&mut state, Action::TypeTarget);
    let screen = still::redrawn(&mut state, 60, 16).to_text();
    assert!(screen.contains("labels for AUC ≥"), "{screen}");
    super::update(&mut state, super::Command::Close);
    act(&mut state, Action::Undo);
    assert_eq!((state.display.metric, state.target), (Metric::Risk, None));
    act(&mut state, Action::Metric);
    act(&mut state, Action::Metric);
    assert_eq!(state.display.metric, Metric::Accuracy);
}

/// The summary of the labels stays readable: the best encoder, its value, the labels for the target.
#[test]
fn the_label_budget_is_shown_at_every_size() {
    let mut state = two_of_few_rows();
    state.target = Some(0.45);
    still::frame(&mut state, 120, 36).unwrap();
    let shown = state.shown.clone().unwrap();
    let now = shown.encoders.as_ref().unwrap().budgets.as_ref().unwrap().each[0].now.unwrap();
    for (width, height) in [(60, 16), (80, 24), (120, 36)] {
        let text = still::redrawn(&mut state, width, height).to_text();
        let needs = text.lines().find(|l| l.contains("0.450 needs")).unwrap_or_default();
        let value = format!("{:.3} ± ", now.value);
        assert!(
            needs.contains(&value) && needs.contains("minilm") && !needs.contains('…'),
            "{now:?}\n{text}"
        );
    }
}

/// Work of several seconds shows its progress and the remaining time until it is done.
#[test]
fn the_progress_of_cross_fitting_is_shown() {
    for (width, height) in [(80, 24), (120, 36)] {
        let mut state = one_of_few_rows();
        still::frame(&mut state, width, height).unwrap();
        let half = Progress::new(0.43, Duration::from_secs(2));
        super::update(&mut state, super::Command::Learning(half));
        let text = still::redrawn(&mut state, width, height).to_text();
        assert!(text.contains("43 %, 3 s left") && text.contains(" 43%"), "{text}");
        super::update(&mut state, super::Command::Learned);
        let text = still::frame(&mut state, width, height).unwrap().to_text();
        assert!(!text.contains("43 %") && !text.contains("left_out_progress"), "{text}");
    }
    assert_eq!(Progress::new(0.0, Duration::from_secs(2)).words(), "0 %");
}
