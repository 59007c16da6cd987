//! Every screen as text at three sizes, and the cell styles in every theme, so that changes are reviewed before they
//! are released. `INSTA_UPDATE=always cargo test screens` accepts new screens; read them before committing.

use std::fmt::Write as _;

use crate::dashboard::app::still;
use crate::dashboard::model::action::Action;
use crate::dashboard::model::command::Command;
use crate::dashboard::model::state::State;
use crate::dashboard::model::view::View;
use crate::dashboard::update::update;
use crate::report::cells::Grid;
use crate::scenario::{Encoder, Scenario};
use crate::theme::{Depth, Role, Theme, Themes};

const SIZES: [(u16, u16); 3] = [(80, 24), (120, 36), (200, 60)];

/// The screens by name, before anything is computed.
fn screens(theme: &Theme) -> Vec<(String, State)> {
    let open = |scenario: Scenario, view| State::new(scenario, view, theme.clone(), false);
    let preset = |name: &str, view| open(Scenario::preset(name).unwrap(), view);
    let mut all: Vec<(String, State)> =
        View::ALL.map(|view| (view.name().to_owned(), preset("double-divergence", view))).into();
    all.push(("ridge".into(), preset("negative-ridge", View::Risk)));
    all
}

/// Slower screens: real rows, one encoder and two, and a comparison with a frozen scenario.
fn more(theme: &Theme) -> Vec<(String, State)> {
    let file = |name: &str| format!("examples/packages/{name}.npy").into();
    let encoder = |name: &str, from: &str| Encoder { name: name.into(), features: file(from) };
    let labels = "examples/packages/labels-300.txt";
    let open = |mut scenario: Scenario| {
        scenario.set("data.task", "games").unwrap();
        scenario.set("ridge", "optimal-nonnegative").unwrap();
        State::new(scenario, View::Risk, theme.clone(), false)
    };
    let mut one = open(Scenario::measured(encoder("", "features").features, labels));
    one.target = Some(0.3);
    let two =
        open(Scenario::of_encoders(&[encoder("minilm", "features"), encoder("reduced", "reduced")], labels));
    let mut compared = State::new(Scenario::default(), View::Risk, theme.clone(), false);
    still::frame(&mut compared, 120, 36).unwrap();
    update(&mut compared, Command::Act(Action::Freeze));
    update(&mut compared, Command::Act(Action::Pin));
    compared.scenario.set("noise", "0.3").unwrap();
    update(&mut compared, Command::Place(0.5));
    vec![("real".into(), one), ("encoders".into(), two), ("compared".into(), compared)]
}

/// Compares a text with its snapshot.
fn kept(name: &str, text: &str) {
    insta::with_settings!({ snapshot_path => "../../../tests/screens", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(name.to_lowercase(), text);
    });
}

fn frame(state: &mut State, (width, height): (u16, u16)) -> Grid {
    still::frame(state, width, height).unwrap()
}

#[test]
fn every_screen_at_three_sizes() {
    let theme = Theme::built_in("default", Depth::None).unwrap();
    for (name, mut state) in screens(&theme).into_iter().chain(more(&theme)) {
        for size in SIZES {
            let grid = frame(&mut state, size);
            kept(&format!("{name}-{}x{}", size.0, size.1), &grid.to_text());
        }
    }
}

/// ASCII mode, where symbols are words.
#[test]
fn every_view_in_ascii() {
    let theme = Theme::built_in("default", Depth::None).unwrap();
    for (name, mut state) in screens(&theme) {
        state.ascii = true;
        let text = frame(&mut state, (120, 36)).to_text();
        assert!(text.is_ascii(), "{text}");
        kept(&format!("{name}-ascii"), &text);
    }
}

/// Runs of cells with the same style, and the style; the text is equal in every theme.
#[test]
fn every_theme_in_every_view_at_three_sizes() {
    let plain = Theme::built_in("default", Depth::TrueColor).unwrap();
    let themes = Themes::built_in();
    let names: Vec<String> = themes.names().map(str::to_owned).collect();
    let looks = |depth| names.iter().map(move |name| (name.as_str(), depth, Looks::default(), String::new()));
    let mut all: Vec<_> = looks(Depth::TrueColor).chain(looks(Depth::Ansi256)).collect();
    for (view, mut state) in screens(&plain) {
        for size in SIZES {
            // Computed once, then drawn in every theme.
            let text = frame(&mut state, size).to_text();
            for (name, depth, looks, out) in &mut all {
                if *depth != Depth::TrueColor && size != SIZES[1] {
                    continue;
                }
                state.theme = themes.get(name, *depth).unwrap();
                let grid = still::redrawn(&mut state, size.0, size.1);
                // Without a background to tint, regimes are distinguished by letters.
                if state.theme.tint(Role::Soft).is_some() {
                    assert_eq!(grid.to_text(), text, "{name}: {view}");
                }
                let _ = write!(out, "\n{view} {}x{}\n{}", size.0, size.1, looks.layer(&grid));
            }
            state.theme = plain.clone();
        }
    }
    for (name, depth, looks, out) in all {
        kept(&format!("theme-{name}-{depth:?}"), &(looks.legend() + &out));
    }
}

/// Styles in the order of their first occurrence, each with a letter.
#[derive(Default)]
struct Looks(Vec<String>);

impl Looks {
    fn letter(&mut self, look: String) -> char {
        let at = self.0.iter().position(|known| *known == look).unwrap_or_else(|| {
            self.0.push(look);
            self.0.len() - 1
        });
        ('a'..='z').chain('A'..='Z').chain('α'..='ω').nth(at).expect("more looks than letters")
    }

    fn layer(&mut self, grid: &Grid) -> String {
        let mut out = String::new();
        for row in grid.rows() {
            let mut runs: Vec<(char, usize)> = Vec::new();
            for cell in row {
                // Only the background of a blank is visible.
                let mut look = cell.style;
                if cell.symbol == " " {
                    look.fg = Default::default();
                }
                let letter = self.letter(format!("{look:?}"));
                match runs.last_mut().filter(|(last, _)| *last == letter) {
                    Some((_, count)) => *count += 1,
                    None => runs.push((letter, 1)),
                }
            }
            let runs: Vec<String> = runs.iter().map(|(letter, count)| format!("{count}{letter}")).collect();
            out += &(runs.join(" ") + "\n");
        }
        out
    }

    fn legend(&self) -> String {
        let letters = ('a'..='z').chain('A'..='Z').chain('α'..='ω');
        letters.zip(&self.0).map(|(letter, look)| format!("{letter} {look}\n")).collect()
    }
}
