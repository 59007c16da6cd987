//! Numbers on screen are shown completely or not at all.

use std::collections::HashSet;

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::layout::Rect;
use regex_lite::Regex;

use super::panels::{flags, footer, readout, title};
use crate::dashboard::app::still;
use crate::dashboard::model::action::Action;
use crate::dashboard::model::command::Command;
use crate::dashboard::model::hit::Hits;
use crate::dashboard::model::state::State;
use crate::dashboard::model::view::View;
use crate::dashboard::update;
use crate::numbers::columns;
use crate::report::cells::Grid;
use crate::scenario::{Encoder, Scenario, presets};
use crate::theme::{Depth, Theme};

fn computed(scenario: Scenario, view: View, target: Option<f64>) -> State {
    let mut state = State::new(scenario, view, Theme::new(Depth::None), false);
    state.target = target;
    still::frame(&mut state, 120, 36).unwrap();
    state
}

/// All panels that show numbers, one below the other, `width` columns wide.
fn panels(state: &State, width: u16) -> String {
    let Ok(mut terminal) = Terminal::new(TestBackend::new(width, 40));
    let Ok(_) = terminal.draw(|frame| {
        let rows = |y, height| Rect { x: 0, y, width, height };
        let hits = &mut Hits::default();
        title::draw(frame, state, rows(0, 1), hits);
        flags::draw(frame, state, rows(2, 3), hits);
        flags::draw(frame, state, rows(6, 8), hits);
        readout::draw(frame, state, rows(15, 16));
        footer::draw(frame, state, (rows(32, 1), rows(33, 1)), false, hits);
    });
    Grid::from(terminal.backend().buffer()).to_text()
}

#[test]
fn no_number_is_truncated() {
    let number = Regex::new(r"\d[\d.]*(e[-−]?\d+)?").unwrap();
    let numbers = |text: &str| -> HashSet<String> {
        number.find_iter(text).map(|m| m.as_str().trim_end_matches('.').to_owned()).collect()
    };
    for (i, preset) in presets::all().iter().enumerate() {
        let target = Some(0.25);
        let mut state = computed(preset.scenario(), View::Risk, target);
        let look = state.message.clone();
        // Every width, with varying presets.
        for (target, details, step) in [(None, false, 7), (target, false, 3), (target, true, 7)] {
            (state.target, state.details) = (target, details);
            // A message replaces the explanation of the parameter.
            state.message = None;
            let silent = numbers(&panels(&state, 500));
            state.message.clone_from(&look);
            let whole = &numbers(&panels(&state, 500)) | &silent;
            for width in (40 + (i % step) as u16..=200).step_by(step) {
                let text = panels(&state, width);
                for found in numbers(&text) {
                    // A count ("+2 more") is not a number of the scenario.
                    if text.contains(&format!("+{found} more")) {
                        continue;
                    }
                    let cut = whole.iter().find(|w| w.starts_with(&found) && **w != found);
                    assert!(
                        cut.is_none() || whole.contains(&found),
                        "{}, {width} columns: {found} of {cut:?}\n{text}",
                        preset.name
                    );
                }
            }
        }
    }
}

#[test]
fn the_sum_is_complete_or_absent() {
    let state = computed(Scenario::default(), View::Risk, None);
    for width in 40..=200 {
        let text = panels(&state, width);
        let head = text
            .lines()
            .find(|l| l.contains("n = 200 ") && l.contains("risk") && !l.contains("peaks"))
            .unwrap_or_else(|| panic!("{text}"));
        assert_eq!(head.contains("= bias²"), head.contains("σ²"), "{width}: {head}");
        assert!(head.contains("= bias²") || !head.contains('+'), "{width}: {head}");
    }
}

#[test]
fn flags_that_do_not_fit_are_counted() {
    let state = computed(Scenario::default(), View::Risk, None);
    let Ok(mut terminal) = Terminal::new(TestBackend::new(86, 1));
    let mut hits = Hits::default();
    let Ok(_) = terminal.draw(|frame| flags::draw(frame, &state, frame.area(), &mut hits));
    let text = Grid::from(terminal.backend().buffer()).to_text();
    assert!(text.contains("+2 more"), "two poles or near-divergences and a transition, one line: {text}");
}

/// Sentences at sizes at which they were once cut.
#[test]
fn long_sentences_are_not_truncated() {
    let frame = |target, (width, height)| {
        let mut state = State::new(Scenario::default(), View::Risk, Theme::new(Depth::None), false);
        state.target = target;
        still::frame(&mut state, width, height).unwrap().to_text()
    };
    let text = frame(None, (100, 30));
    assert!(text.contains("keep 200 of 1000") || !text.contains("keep 200 of"), "{text}");
    let text = frame(Some(0.25), (88, 36));
    assert!(text.contains("n ≥ 1667"), "{text}");
}

#[test]
fn the_answer_line_is_readable_at_every_size() {
    for (width, height) in [(60, 16), (80, 24), (100, 30)] {
        let mut state = computed(Scenario::default(), View::Risk, Some(0.25));
        let at = state.parameters().iter().position(|p| p.key == "noise").unwrap();
        update::update(&mut state, Command::Focus(at));
        let text = still::frame(&mut state, width, height).unwrap().to_text();
        for part in ["▸ noise σ² 0.100", "●", "risk ≤ 0.250 needs n", "? help", "q quit"] {
            assert!(text.contains(part), "{width}×{height}: no {part:?}\n{text}");
        }
        update::update(&mut state, Command::Failed("the disk is full, or so it says".into()));
        let text = still::frame(&mut state, width, height).unwrap().to_text();
        for part in ["▸ noise σ² 0.100", "the disk is full, or so it says"] {
            assert!(text.contains(part), "{width}×{height}: no {part:?}\n{text}");
        }
    }
}

#[test]
fn a_full_plot_keeps_the_answer_line_alone() {
    let mut state = computed(Scenario::default(), View::Risk, None);
    update::update(&mut state, Command::Act(Action::Full));
    let text = still::frame(&mut state, 100, 30).unwrap().to_text();
    assert!(
        !text.contains("covariates") && !text.contains("peaks at") && !text.contains("2 variance"),
        "{text}"
    );
    assert!(text.contains('▸') && text.contains("n/p"), "{text}");
    assert!(state.columns == 100 && state.rows == 28, "{} {}", state.columns, state.rows);
}

#[test]
fn details_are_beside_the_risk() {
    let mut state = computed(Scenario::default(), View::Risk, None);
    update::update(&mut state, Command::Act(Action::Details));
    let text = still::frame(&mut state, 120, 36).unwrap().to_text();
    let risk = state.shown.as_ref().unwrap().rows[0].risk.unwrap();
    for (name, value) in [("κ", risk.kappa), ("df1", risk.df1), ("df2", risk.df2)] {
        let shown = crate::chart::numbers::sig(value, 3);
        assert!(text.contains(name) && text.contains(&shown), "{name} {shown}\n{text}");
    }
    assert!(
        text.contains("best features without a ridge: reweight all 1000") && text.contains("best λ 0.500"),
        "{text}"
    );
}

/// Frozen and pinned rows have complete numbers.
#[test]
fn frozen_rows_have_complete_numbers() {
    let mut state = computed(Scenario::default(), View::Risk, None);
    for (action, noise) in [(Action::Freeze, "0.25"), (Action::Freeze, "0.125"), (Action::Pin, "0.0625")] {
        update::update(&mut state, Command::Act(action));
        state.scenario.set("noise", noise).unwrap();
    }
    update::update(&mut state, Command::Place(0.6));
    state.message = None;
    still::frame(&mut state, 120, 36).unwrap();
    let number = Regex::new(r"\d[\d.]*(e[-−]?\d+)?").unwrap();
    let numbers = |text: &str| -> HashSet<String> {
        number.find_iter(text).map(|m| m.as_str().trim_end_matches('.').to_owned()).collect()
    };
    let whole = numbers(&panels(&state, 500));
    assert!(whole.contains("600") && whole.contains("3.00"), "{whole:?}");
    for width in 40..=200 {
        let text = panels(&state, width);
        for found in numbers(&text) {
            assert!(whole.contains(&found), "{width} columns: {found} is no number of these\n{text}");
        }
    }
}

#[test]
fn measuring_does_not_move_the_layout() {
    for (width, height) in [(60, 16), (80, 24), (120, 36), (200, 60)] {
        for view in [View::Risk, View::Variance] {
            let mut state = computed(Scenario::default(), view, None);
            still::frame(&mut state, width, height).unwrap();
            let before = (state.columns, state.rows);
            update::update(&mut state, Command::Act(Action::Measure));
            assert!(state.measurement.is_some());
            still::frame(&mut state, width, height).unwrap();
            assert_eq!((state.columns, state.rows), before, "{width}x{height} {view:?}");
        }
    }
}

/// A wide character counts as two columns, so columns right of a name stay aligned.
#[test]
fn wide_names_keep_columns_aligned() {
    let encoder = |name: &str, file: &str| Encoder {
        name: name.into(),
        features: format!("tests/data/few/{file}.npy").into(),
    };
    let mut scenario = Scenario::of_encoders(
        &[encoder("日本語の埋め込み", "wide"), encoder("minilm", "narrow")],
        "tests/data/few/labels.txt",
    );
    scenario.set("data.task", "games").unwrap();
    let mut state = State::new(scenario, View::Risk, Theme::new(Depth::None), false);
    still::frame(&mut state, 120, 36).unwrap();
    for (width, height) in [(80, 24), (120, 36)] {
        let grid = still::redrawn(&mut state, width, height);
        let ends: Vec<usize> = ["━━━", "━╸━"].map(|sample| last_of_risk(&grid, sample)).into();
        assert_eq!(ends.first(), ends.last(), "{}", grid.to_text());
    }
}

/// The column in which the first number after a curve's sample ends.
fn last_of_risk(grid: &Grid, sample: &str) -> usize {
    for row in grid.rows() {
        let text: String = row.iter().map(|cell| cell.symbol.as_str()).collect();
        let Some(start) =
            row.windows(3).position(|w| w.iter().map(|c| c.symbol.as_str()).collect::<String>() == sample)
        else {
            continue;
        };
        // The panel has curve samples, too.
        if start > 2 || !text.contains("0.") {
            continue;
        }
        let digit = |i: &usize| row[*i].symbol.starts_with(|c: char| c.is_ascii_digit() || c == '.');
        let first = (start + 3..row.len()).find(digit).unwrap();
        return (first..row.len()).take_while(digit).last().unwrap();
    }
    panic!("no row with {sample}\n{}", grid.to_text());
}

/// Every label in the panel is complete at 120 columns, whatever is set.
#[test]
fn panel_labels_are_complete() {
    for preset in presets::all() {
        let kinds =
            ["raw", "learned", "hard", "soft", "mix", "pca", "power", "optimal", "whitened", "random"];
        for kind in kinds {
            let mut scenario = preset.scenario();
            // Some populations do not support every kind.
            if scenario.set("featurization.kind", kind).is_err() {
                continue;
            }
            for view in View::ALL {
                let state = State::new(scenario.clone(), view, Theme::new(Depth::None), false);
                for parameter in state.parameters() {
                    // Curves have no slider.
                    let room = if parameter.key.starts_with("view.") { 20 } else { 12 };
                    assert!(columns(parameter.label) <= room, "{}: {:?}", parameter.key, parameter.label);
                }
            }
        }
    }
}
