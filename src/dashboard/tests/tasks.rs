//! Typical tasks of a new user with the number of keys they take; each key is sent as a terminal sends it.

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};

use crate::dashboard::app::still;
use crate::dashboard::input;
use crate::dashboard::model::command::Effect;
use crate::dashboard::model::item::Item;
use crate::dashboard::model::mode::Mode;
use crate::dashboard::model::state::State;
use crate::dashboard::model::view::View;
use crate::dashboard::update::update;
use crate::scenario::{Encoder, Scenario};
use crate::theme::{Depth, Theme};

/// The dashboard at 120×36, the keys pressed in it, and the text on screen.
struct Session {
    state: State,
    keys: usize,
    effect: Option<Effect>,
}

impl Session {
    fn new(scenario: Scenario) -> Self {
        let state = State::new(scenario, View::Risk, Theme::new(Depth::None), false);
        let mut session = Self { state, keys: 0, effect: None };
        session.screen();
        session
    }

    fn screen(&mut self) -> String {
        still::frame(&mut self.state, 120, 36).unwrap().to_text()
    }

    /// Presses each character as a key; `
    /// `, `↓` and `→` stand for the keys of that name.
    fn press(&mut self, keys: &str) -> String {
        for key in keys.chars() {
            let code = match key {
                '⏎' => KeyCode::Enter,
                '↓' => KeyCode::Down,
                '→' => KeyCode::Right,
                letter => KeyCode::Char(letter),
            };
            let event = Event::Key(KeyEvent::new(code, KeyModifiers::NONE));
            let command = input::command(&self.state, &event).unwrap_or_else(|| panic!("{key} does nothing"));
            self.effect = update(&mut self.state, command);
            self.keys += 1;
        }
        self.screen()
    }

    fn took(&self, most: usize) {
        assert!(self.keys <= most, "{} keys, at most {most}", self.keys);
    }
}

fn assert_all(text: &str, words: &[&str]) {
    for word in words {
        assert!(text.contains(word), "no {word:?} in\n{text}");
    }
}

#[test]
fn the_first_screen_shows_both_peaks_and_their_causes() {
    let mut session = Session::new(Scenario::default());
    let text = session.screen();
    assert_all(
        &text,
        &[
            "Ground truth peaks at n = 200 (200 strong directions used up, the next 10000× weaker)",
            "and n = p (all 1000 used up).",
            "2.58, n = 200",
            "infinite, n = 1000",
        ],
    );
}

/// The σ² at which hard selection becomes optimal, at n/p = 0.4.
#[test]
fn where_the_best_features_change_takes_eight_keys() {
    let mut session = Session::new(Scenario::default());
    let text = session.press("4g400⏎");
    session.took(8);
    let sentence = text.lines().nth(1).unwrap();
    assert!(sentence.to_lowercase().contains("with n = 400") && sentence.contains("→"), "{text}");
    let written = sentence.split("σ² = ").nth(1).unwrap().split(';').next().unwrap();
    let noise: f64 = written.trim_end_matches(['.', ' ']).parse().unwrap();
    // Just below and above it the optimal features are the two kinds named in the sentence.
    let regime = |noise: f64| {
        let mut scenario = Scenario::default();
        scenario.set("noise", &noise.to_string()).unwrap();
        let model = crate::scenario::Model::new(&scenario, None, &|| false).unwrap();
        let at = crate::theory::SampleRatio::new(0.4).unwrap();
        crate::study::words::features(model.task_spectrum().unwrap().optimal(at, model.noise()).regime)
    };
    let (below, above) = (regime(0.98 * noise), regime(1.02 * noise));
    assert!(below != above && sentence.contains(&format!("{below} → {above}")), "{below} {above}\n{text}");
}

#[test]
fn fifty_components_against_raw_over_the_noise_take_twelve_keys() {
    let mut session = Session::new(Scenario::default());
    let text = session.press(":pca 50⏎Xno⏎");
    session.took(12);
    assert_eq!(session.state.display.x, "noise", "{text}");
    assert_all(&text, &["PCR-50", "raw", "noise σ²"]);
    assert!(session.state.curve(crate::study::CurveId::Raw).is_some());
}

/// 150 labels and two encoders: their performance now, and which one needs fewer labels for an AUC of 0.9.
#[test]
fn which_encoder_with_few_labels_takes_six_keys() {
    let encoder = |name: &str, file: &str| Encoder {
        name: name.into(),
        features: format!("tests/data/few/{file}.npy").into(),
    };
    let encoders = [encoder("minilm", "wide"), encoder("reduced", "narrow")];
    let mut scenario = Scenario::of_encoders(&encoders, "tests/data/few/labels.txt");
    scenario.set("data.task", "games").unwrap();
    scenario.set("ridge", "optimal-nonnegative").unwrap();
    let mut session = Session::new(scenario);
    let text = session.press("at.9⏎");
    session.took(6);
    let sentence = text.lines().nth(1).unwrap();
    assert!(sentence.contains("AUC") && sentence.contains("0.9"), "{text}");
    assert!(sentence.contains("with minilm") || sentence.contains("with reduced"), "{text}");
    // With AUC as the metric no peak of the risk is mentioned.
    assert!(!text.contains("infinite") && !text.contains("the risk peaks"), "{text}");
}

#[test]
fn a_figure_and_the_line_that_makes_it_take_four_keys() {
    let mut session = Session::new(Scenario::default());
    session.press("e⏎⏎");
    session.took(4);
    assert!(matches!(&session.effect, Some(Effect::Write(target)) if target.item == Item::Svg));
    let mut session = Session::new(Scenario::default());
    session.press("y⏎");
    session.took(4);
    assert_eq!(session.effect, Some(Effect::Copy(Item::Command)));
}

#[test]
fn freezing_changing_and_comparing_take_five_keys() {
    let mut session = Session::new(Scenario::default());
    let text = session.press("f→→");
    session.took(5);
    assert_all(&text, &["A: fraction 0.2", "now "]);
    assert!(text.contains(" %"), "{text}");
}

/// Letters typed into an open prompt or list are never commands, in any view.
#[test]
fn typed_text_is_never_a_command() {
    for view in View::ALL {
        for opener in ["X", "F", "p", "P", "T", ":", "y", "e", "g", "t", "s", "⏎"] {
            let mut session = Session::new(Scenario::default());
            session.state.view = view;
            session.screen();
            session.press(opener);
            let before = session.state.snapshot();
            let shown = session.state.view;
            // s saves, q quits, f freezes, 2 is a view, z hides the panel.
            session.press("sqf2z");
            assert!(!session.state.mode.is_normal(), "{view:?} {opener}");
            assert!(session.effect.is_none() && session.state.view == shown && !session.state.full);
            let preview = matches!(opener, "p" | "P");
            assert!(preview || session.state.snapshot() == before, "{view:?} {opener}");
        }
    }
}

/// `g` over a parameter takes a value of that parameter and leaves the axis unchanged.
#[test]
fn going_to_a_value_of_another_axis() {
    let mut session = Session::new(Scenario::default());
    session.press("Xno⏎");
    let axis = session.state.along().unwrap();
    let samples = session.state.crosshair;
    let text = session.press("g0.5⏎");
    assert_eq!((session.state.scenario.noise, session.state.crosshair), (Some(0.5), samples), "{text}");
    assert_eq!(session.state.along().map(|now| (now.from, now.to)), Some((axis.from, axis.to)));
    session.press("g1000000⏎");
    let Mode::Prompt(prompt) = &session.state.mode else { panic!("it is refused") };
    assert!(prompt.refused.as_ref().unwrap().contains("ends of the axis"), "{prompt:?}");
}

/// Presets are previewed while the selection moves, and leaving the list restores everything.
#[test]
fn presets_are_previewed() {
    let mut session = Session::new(Scenario::default());
    session.state.crosshair = 0.3;
    let before = (session.state.snapshot(), session.state.crosshair);
    let text = session.press("p↓");
    assert!(text.lines().next().unwrap().contains("hard-to-soft"), "{text}");
    update(&mut session.state, crate::dashboard::model::command::Command::Close);
    assert_eq!((session.state.snapshot(), session.state.crosshair), before);
    session.press("p↓⏎");
    assert_eq!(session.state.scenario.name, "hard-to-soft transition");
    session.press("u");
    assert_eq!(session.state.snapshot(), before.0);
}

#[test]
fn an_entry_of_the_help_is_run_from_it() {
    let mut session = Session::new(Scenario::default());
    session.press("?/freeze⏎");
    assert_eq!(session.state.frozen.len(), 1);
    assert!(session.state.mode.is_normal());
}

#[test]
fn a_letter_of_another_layout_gets_a_hint() {
    let mut session = Session::new(Scenario::default());
    let text = session.press("й");
    assert!(text.contains("Latin keyboard layout"), "{text}");
}

/// The sentence above the plot follows every change.
#[test]
fn the_headline_follows_every_change() {
    let mut scenario = Scenario::preset("hard-to-soft-transition").unwrap();
    let sentence = |scenario: &Scenario| {
        let mut session = Session::new(scenario.clone());
        session.screen().lines().nth(1).unwrap().to_owned()
    };
    assert!(sentence(&scenario).contains("from n = 373 on keep the top 200"), "{}", sentence(&scenario));
    scenario.set("task.ratio", "0.5").unwrap();
    let changed = sentence(&scenario);
    assert!(!changed.contains("373") && changed.contains("Best"), "{changed}");
}
