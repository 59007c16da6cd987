//! Command lines that reproduce the screen: equal numbers, or an equal picture, without the dashboard.

use crate::dashboard::model::display::Display;
use crate::dashboard::model::state::State;
use crate::report::command::{arguments, flag, line};
use crate::scenario::Metric;
use crate::study::{SampleSize, Window};

/// The command that prints the numbers at the crosshair.
#[must_use]
pub fn readout(state: &State) -> String {
    // Several encoders have n in common, not n/p.
    let n = state.crosshair * state.dimension() as f64;
    let at = match state.scenario.encoders() {
        [] => flag("--at", &format!("{:?}", state.crosshair)),
        _ if (n - n.round()).abs() < 1e-9 * n => flag("--samples", &format!("{n:.0}")),
        _ => flag("--samples", &format!("{n:?}")),
    };
    line("eval", &state.scenario, &[at, metric(state)].concat())
}

/// The flag of the shown metric; none for the risk.
pub(super) fn metric(state: &State) -> Vec<String> {
    match state.display.metric {
        Metric::Risk => Vec::new(),
        shown => flag("--metric", shown.key()),
    }
}

/// Arguments for the n/p axis of commands that draw over it.
pub(super) fn window(state: &State) -> Vec<String> {
    let Window { from, to, log } = state.display.window;
    let mut flags = flag("--from", &format!("{from:?}"));
    flags.extend(flag("--to", &format!("{to:?}")));
    flags.extend(log.then(|| "--log".to_owned()));
    flags
}

/// Arguments for the x axis of the curves: n/p, or a parameter with its n.
pub(super) fn axis(state: &State) -> Vec<String> {
    let Some(axis) = state.along() else { return window(state) };
    let mut flags = flag("--x", axis.name());
    flags.extend(flag("--from", &format!("{:?}", axis.from)));
    flags.extend(flag("--to", &format!("{:?}", axis.to)));
    flags.extend(axis.log.then(|| "--log".to_owned()));
    flags.extend(match axis.sample_size(state.crosshair) {
        SampleSize::Ratio(ratio) => flag("--at", &format!("{ratio:?}")),
        SampleSize::Count(n) => flag("--samples", &format!("{n:?}")),
    });
    flags
}

/// The command that draws the view at the size of the screen, for views whose numbers no command prints.
#[must_use]
pub fn screen(state: &State) -> String {
    frame(state, state.screen)
}

/// The command that draws the view with this number of columns and rows.
#[must_use]
pub fn frame(state: &State, (width, height): (u16, u16)) -> String {
    let mut more = flag("--view", state.view.name());
    more.extend(flag("--at", &format!("{:?}", state.crosshair)));
    more.extend(state.target.map(|t| flag("--target-risk", &format!("{t:?}"))).unwrap_or_default());
    more.extend(flag("--theme", state.theme.name()));
    if state.ascii {
        more.push("--ascii".into());
    } else if state.dots {
        more.extend(flag("--glyphs", "dots"));
    }
    more.extend(flag("--width", &width.to_string()));
    more.extend(flag("--height", &height.to_string()));
    for (key, value) in settings(state) {
        more.extend(flag("--set", &format!("{key}={value}")));
    }
    line("frame", &state.scenario, &more)
}

/// Arguments that open the dashboard in the present state, from any folder.
#[must_use]
pub fn opening(state: &State) -> Vec<String> {
    let mut words = arguments(&state.scenario.absolute());
    words.extend(flag("--view", state.view.name()));
    // A theme that follows the terminal's background will do so again.
    if !state.auto_theme {
        words.extend(flag("--theme", state.theme.name()));
    }
    for (key, value) in settings(state) {
        words.extend(flag("--set", &format!("{key}={value}")));
    }
    words
}

/// Settings of the display that differ from the default, in an order in which they can be set.
fn settings(state: &State) -> Vec<(String, String)> {
    let (now, default) = (&state.display, Display::of(&state.scenario));
    let before = default.all(&state.scenario);
    // For real rows the default window depends on the data, so its ends are given explicitly.
    let ends = |key: &str| state.scenario.data.is_some() && matches!(key, "view.from" | "view.to");
    // Ends of another parameter's axis do not apply.
    let over = |key: &str| now.x != default.x && key.starts_with("view.x-");
    let mut changed: Vec<(String, String)> = now
        .all(&state.scenario)
        .into_iter()
        .filter(|p| {
            ends(&p.key) || over(&p.key) || before.iter().all(|b| b.key != p.key || b.value != p.value)
        })
        .map(|p| (p.key, p.value.to_string()))
        .collect();
    // The axis comes before its ends, and neither end of the window may pass the other while they are set.
    let last_first = now.window.to > default.window.from;
    changed.sort_by_key(|(key, _)| match key.as_str() {
        "view.to" if last_first => 0,
        "view.from" if last_first => 1,
        "view.x" => 2,
        "view.x-from" | "view.x-to" | "view.x-scale" => 3,
        _ => 2,
    });
    changed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::{Cli, Command, frame};
    use crate::dashboard::app::still;
    use crate::dashboard::model::view::View;
    use crate::scenario::{Encoder, Scenario};
    use crate::theme::{Depth, Theme};
    use clap::Parser;

    /// Real rows of one encoder and of several, with the default window, ridge and crosshair.
    #[test]
    fn the_frame_command_reproduces_a_frame_of_real_rows() {
        let file = |name: &str| format!("tests/data/few/{name}.npy").into();
        let encoder = |name: &str, from: &str| Encoder { name: name.into(), features: file(from) };
        let labels = "tests/data/few/labels.txt";
        let one = Scenario::measured(encoder("", "wide").features, labels);
        let two = Scenario::of_encoders(&[encoder("minilm", "wide"), encoder("reduced", "narrow")], labels);
        for (scenario, ridge, focus) in [(one, "0", None), (two, "optimal-nonnegative", Some("reduced"))] {
            let theme = Theme::built_in("light", Depth::None).unwrap();
            let mut scenario = scenario;
            scenario.set("data.task", "games").unwrap();
            scenario.set("ridge", ridge).unwrap();
            let mut state = State::new(scenario, View::Risk, theme, true);
            still::frame(&mut state, 100, 32).unwrap();
            if let Some(focus) = focus {
                state.display.set("view.metric", "AUC").unwrap();
                state.scenario.set("data.encoder", focus).unwrap();
                state.display.follow(48, 12);
                state.crosshair = 107.0 / 12.0;
            }
            state.target = Some(0.7);
            state.message = None;
            let command = super::frame(&state, (100, 32));
            let words = shell_words::split(&command).unwrap();
            let Some(Command::Frame(args)) = Cli::try_parse_from(words).unwrap().command else { panic!() };
            let mut again = frame::state(&args).unwrap();
            let drawn = |state: &mut State| still::frame(state, 100, 32).unwrap().to_text();
            assert_eq!(drawn(&mut again), drawn(&mut state), "{command}");
            assert!(readout(&state).contains(if focus.is_some() { "--samples 107" } else { "--at 3.125" }));
        }
    }

    #[test]
    fn the_frame_command_reproduces_the_frame() {
        for (from, to, view) in [("2", "5.5", View::Risk), ("0.002", "0.0175", View::Variance)] {
            let theme = Theme::built_in("light", Depth::None).unwrap();
            let mut state = State::new(Scenario::preset("misaligned").unwrap(), view, theme, true);
            state.scenario.set("task.ratio", "0.00125").unwrap();
            state.crosshair = 0.1 + 0.2;
            state.target = Some(0.7);
            let order = if from == "2" { [("to", to), ("from", from)] } else { [("from", from), ("to", to)] };
            for (key, value) in order {
                state.display.set(&format!("view.{key}"), value).unwrap();
            }
            state.display.set("view.stacked", "lines").unwrap();
            state.display.set("view.whitened", "shown").unwrap();
            // State of the current run only: hints, and the state restored by a reset.
            state.message = None;
            let command = super::frame(&state, (100, 32));
            let words = shell_words::split(&command).unwrap();
            let Some(Command::Frame(args)) = Cli::try_parse_from(words).unwrap().command else { panic!() };
            let again = frame::state(&args).unwrap();
            assert_eq!((&again.display, again.crosshair), (&state.display, state.crosshair), "{command}");
            let mut again = again;
            again.message = None;
            let drawn = |state: &mut State| still::frame(state, 100, 32).unwrap().to_text();
            assert_eq!(drawn(&mut again), drawn(&mut state), "{command}");
        }
    }
}
