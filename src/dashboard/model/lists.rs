//! Lines of the open lists: the command palette with every action, preset, theme and parameter, and lists of a single
//! kind. Typed letters filter them.

use super::action::{ABOUT, Action};
use super::find::{assignment, matching, of_kind, of_prompt};
use super::frozen::Frozen;
use super::item::{self, Destination};
use super::mode::List;
use super::row::row;
pub use super::row::{Choice, Row};
use super::state::State;
use crate::scenario::parameter::{Kind, Parameter};
use crate::scenario::presets;

/// Presentation of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    pub title: String,
    pub width: u16,
    /// Whether the list is at the left, so that the rest of the screen previews the selection.
    pub aside: bool,
}

/// Title and width of a list.
#[must_use]
pub fn look(list: &List) -> Look {
    let look = |title: &str, width| Look { title: title.into(), width, aside: false };
    match list {
        List::Commands => look("commands", 78),
        List::Presets { .. } => Look { aside: true, ..look("presets", 46) },
        List::Papers { .. } => Look { aside: true, ..look("papers", 46) },
        List::Themes { .. } => Look { aside: true, ..look("theme", 27) },
        List::Share(Destination::Copy) => look("copy", 54),
        List::Share(Destination::Export) => look("export", 54),
        List::Values { label, .. } => look(label, 40),
        List::Frozen => look("frozen curves", 60),
        List::Axes => look("axes", 60),
    }
}

/// Further text for a line of a list of presets, shown below the list: its phenomenon and its paper.
#[must_use]
pub fn more(row: &Row) -> Option<String> {
    let Choice::Preset(at) = row.choice else { return None };
    let preset = presets::all().get(at)?;
    let paper = preset.reference.map(|paper| format!(" ({paper})")).unwrap_or_default();
    Some(format!("{}{paper}", preset.look))
}

fn presets_rows() -> impl Iterator<Item = Row> {
    presets::all().iter().enumerate().map(|(i, p)| row(Choice::Preset(i), p.title, "").also(p.name))
}

fn paper_rows() -> impl Iterator<Item = Row> {
    let all = presets::all().iter().enumerate();
    all.filter_map(|(i, p)| Some(row(Choice::Preset(i), p.title, "").also(p.reference?)))
}

fn theme_rows(state: &State) -> impl Iterator<Item = Row> {
    let all = state.themes.names();
    all.map(|name| row(Choice::Theme(name.into()), name, "").also(lightness(name)))
}

/// Search words for the built-in themes.
fn lightness(name: &str) -> &'static str {
    match name {
        "default" | "dusk" | "high-contrast" => "dark colour color",
        _ => "colour color",
    }
}

/// The parameter or setting with this key.
fn parameter(state: &State, key: &str) -> Option<Parameter> {
    state.parameters().into_iter().chain(state.settings()).find(|p| p.key == key)
}

fn frozen_rows(state: &State) -> Vec<Row> {
    let each = |(i, frozen): (usize, &Frozen)| {
        let (name, what) = (&frozen.name, frozen.difference(&state.scenario));
        [
            row(Choice::Unfreeze(i), format!("remove {name}"), what),
            row(Choice::Swap(i), format!("swap {name} with the current"), ""),
            row(Choice::Rename(i), format!("rename {name}"), ""),
        ]
    };
    let all = state.frozen.iter().enumerate().flat_map(each);
    let several = (state.frozen.len() > 1).then(|| row(Choice::UnfreezeAll, "remove all", ""));
    all.chain(several).collect()
}

/// Note on the currently selected value.
const NOW: &str = "current";

/// Settings of the view's axes: one row for each choice, and one row that asks for each number.
fn axes_rows(state: &State) -> Vec<Row> {
    let each = |p: Parameter| match p.kind {
        Kind::Choice { options } => {
            let now = p.value.to_string();
            let one = |option: String| {
                let note = if option == now { NOW } else { "" };
                let words = format!("{}: {}", p.label, named(state, &option));
                row(Choice::Value { key: p.key.clone(), value: option }, words, note)
            };
            options.into_iter().map(one).collect::<Vec<_>>()
        }
        Kind::Number { .. } | Kind::Text => {
            vec![row(Choice::Ask(p.key.clone()), format!("{}: type a number", p.label), p.value.to_string())]
        }
    };
    state.settings().into_iter().flat_map(each).collect()
}

/// Label of a key that can be an axis, as in the panel.
fn named(state: &State, key: &str) -> String {
    match state.parameters().into_iter().find(|p| p.key == key) {
        Some(p) if p.label != key => format!("{} ({key})", p.label),
        _ => key.to_owned(),
    }
}

fn noted(rows: impl Iterator<Item = Row>, note: &'static str) -> impl Iterator<Item = Row> {
    rows.map(move |row| Row { note: note.into(), ..row })
}

/// All lines, in the order shown before anything is typed.
fn all(state: &State, list: &List) -> Vec<Row> {
    match list {
        List::Commands => {
            let listed = |a: Action| !matches!(a, Action::Commands | Action::Cancel);
            let actions = ABOUT.iter().filter(|a| listed(a.action)).map(|a| {
                let keys = state.keymap.all_shown(a.action, state.ascii);
                row(Choice::Act(a.action), a.words, keys).also(a.action.also())
            });
            let all = state.parameters().into_iter().chain(state.settings());
            let parameters = all.map(|p| {
                let words = format!("{}: {}", p.group.title(), p.label);
                row(Choice::Parameter(p.key.clone()), words, p.key)
            });
            let (presets, themes) = (noted(presets_rows(), "preset"), noted(theme_rows(state), "theme"));
            actions.chain(presets).chain(parameters).chain(themes).collect()
        }
        List::Presets { .. } => presets_rows().collect(),
        List::Papers { .. } => paper_rows().collect(),
        List::Themes { .. } => theme_rows(state).collect(),
        List::Share(destination) => item::offered(state.view, *destination)
            .map(|record| row(Choice::Item(*destination, record.item), record.words, ""))
            .collect(),
        List::Frozen => frozen_rows(state),
        List::Axes => axes_rows(state),
        List::Values { key, .. } => {
            let parameter = parameter(state, key);
            let Some(Kind::Choice { options }) = parameter.map(|p| p.kind) else { return Vec::new() };
            let value = |value: String| Choice::Value { key: key.clone(), value };
            options.into_iter().map(|option| row(value(option.clone()), option, "")).collect()
        }
    }
}

/// Index of the line that is currently in use.
#[must_use]
pub fn current(state: &State, list: &List) -> usize {
    let now = match list {
        List::Presets { .. } | List::Papers { .. } => state.scenario.name.clone(),
        List::Themes { .. } => state.theme.name().to_owned(),
        List::Values { key, .. } => {
            let parameter = parameter(state, key);
            parameter.map(|p| p.value.to_string()).unwrap_or_default()
        }
        List::Axes => return all(state, list).iter().position(|row| row.note == NOW).unwrap_or(0),
        List::Commands | List::Share(_) | List::Frozen => return 0,
    };
    all(state, list).iter().position(|row| row.words == now).unwrap_or(0)
}

/// Text shown for an empty list.
#[must_use]
pub fn empty(state: &State, list: &List) -> String {
    match list {
        List::Frozen => format!("nothing is frozen: {} freezes the curves", state.key(Action::Freeze)),
        List::Axes => "this view's axes are fixed".into(),
        _ => "there is nothing to choose".into(),
    }
}

/// Lines that match the typed text, the best first; every word must match. In the palette `noise 0.3` finds a line
/// that sets it.
#[must_use]
pub fn rows(state: &State, list: &List, typed: &str) -> Vec<Row> {
    let mut found = matching(all(state, list), typed);
    if matches!(list, List::Commands)
        && let Some(assignment) =
            of_prompt(state, typed).or_else(|| of_kind(state, typed)).or_else(|| assignment(state, typed))
    {
        found.insert(0, assignment);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dashboard::model::view::View;
    use crate::scenario::Scenario;
    use crate::theme::{Depth, Theme};

    fn state() -> State {
        State::new(Scenario::default(), View::Risk, Theme::new(Depth::None), false)
    }

    fn lines(state: &State, typed: &str) -> Vec<Row> {
        rows(state, &List::Commands, typed)
    }

    fn first(typed: &str) -> Choice {
        lines(&state(), typed).swap_remove(0).choice
    }

    #[test]
    fn search_matches_a_few_letters() {
        assert_eq!(first("undo"), Choice::Act(Action::Undo));
        assert_eq!(first("phase"), Choice::Act(Action::View(View::Phase)));
        assert_eq!(first("negridge"), Choice::Preset(7));
        assert_eq!(first("sepia"), Choice::Theme("sepia".into()));
        assert_eq!(first("noise"), Choice::Parameter("noise".into()));
        assert_eq!(first("theme light"), Choice::Theme("light".into()));
        assert!(lines(&state(), "xyzzy").is_empty());
    }

    /// Terms that newcomers use find the right lines.
    #[test]
    fn search_matches_synonyms() {
        for (typed, action) in [
            ("compare", Action::Freeze),
            ("what if", Action::Freeze),
            ("picture", Action::Export),
            ("snapshot", Action::Export),
            ("labels", Action::TypeTarget),
            ("budget", Action::TypeTarget),
            ("cause", Action::NextMark),
            ("metric", Action::Metric),
            ("explain", Action::Help),
            ("legend", Action::Toggle),
        ] {
            let found = lines(&state(), typed);
            let at = found.iter().position(|row| row.choice == Choice::Act(action));
            assert!(
                at.is_some_and(|at| at < 6),
                "{typed}: {:?}",
                found.iter().map(|r| &r.words).collect::<Vec<_>>()
            );
        }
        assert!(lines(&state(), "size").iter().any(|row| row.choice == Choice::Act(Action::XAxis)));
    }

    #[test]
    fn a_name_and_a_value_set_a_parameter() {
        let set = |key: &str, value: &str| Choice::Value { key: key.into(), value: value.into() };
        assert_eq!(first("noise 0.3"), set("noise", "0.3"));
        assert_eq!(first("noise = 0,3"), set("noise", "0.3"));
        assert_eq!(first("task.ratio 1e-3"), set("task.ratio", "1e-3"));
        assert_eq!(first("ridge optimal"), set("ridge", "optimal"));
        assert_eq!(first("kind hard"), set("featurization.kind", "hard"));
        let pca = Choice::Kind { kind: "pca".into(), key: "featurization.size".into(), value: "50".into() };
        assert_eq!([first("pca 50"), first("pcr 50")], [pca.clone(), pca]);
        // No such parameter, so it is only a search.
        assert!(lines(&state(), "xyzzy 3").is_empty());
    }

    #[test]
    fn a_crosshair_a_target_a_preset_and_a_view_are_found_by_name() {
        assert_eq!(first("n 200"), Choice::Samples("200".into()));
        assert_eq!(first("target 0.3"), Choice::Target("0.3".into()));
        assert_eq!(first("target off"), Choice::Target("off".into()));
        assert_eq!(first("view 4"), Choice::Act(Action::View(View::Phase)));
        let Choice::Preset(at) = first("preset hastie") else { panic!("{:?}", first("preset hastie")) };
        assert!(presets::all()[at].name.contains("hastie"));
    }

    #[test]
    fn single_kind_lists_are_filtered() {
        let state = state();
        let words = |list: &List, typed: &str| -> Vec<String> {
            rows(&state, list, typed).into_iter().map(|r| r.words).collect()
        };
        let before = Box::new(state.before());
        let (presets, papers) = (List::Presets { before: before.clone() }, List::Papers { before });
        assert_eq!(words(&presets, "negrid")[0], "negative ridge");
        // A paper is found by its authors.
        assert!(words(&papers, "xu hsu").contains(&"how many principal components".to_owned()));
        assert!(words(&papers, "").len() >= 11);
        assert_eq!(words(&List::Share(Destination::Copy), "toml").swap_remove(0), "the scenario, as TOML");
        let kinds = List::Values { key: "featurization.kind".into(), label: "kind".into() };
        assert_eq!(words(&kinds, "whi"), ["whitened"]);
        assert_eq!(
            current(&state, &kinds),
            words(&kinds, "").iter().position(|w| w == "ground-truth").unwrap()
        );
    }

    #[test]
    fn an_empty_search_lists_everything() {
        let lines = lines(&state(), "");
        for about in ABOUT.iter().filter(|a| !matches!(a.action, Action::Commands | Action::Cancel)) {
            assert!(lines.iter().any(|l| l.choice == Choice::Act(about.action)), "{:?}", about.action);
        }
        assert_eq!(lines.iter().filter(|l| l.note == "preset").count(), presets::all().len());
    }

    #[test]
    fn matched_positions_are_inside_the_text() {
        for line in lines(&state(), "re ris") {
            let length = format!("{} {}", line.words, line.note).chars().count() as u32;
            assert!(line.matched.iter().all(|i| *i < length), "{line:?}");
            assert!(line.matched.len() >= 4 || !line.also.is_empty(), "{line:?}");
        }
    }
}
