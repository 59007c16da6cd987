//! The only place where the state changes: input → action → state.

use crossterm::event::{Event, KeyEvent, KeyEventKind};

use super::action::Action;
use super::crosshair;
use super::entry;
use super::list;
use super::palette;
use super::pointer;
use super::share::{self, Export, Way};
use super::state::{Entry, Frozen, Measurement, Message, Mode, Snapshot, State, View};
use super::still;
use crate::scenario::parameter::Parameter;
use crate::scenario::presets;
use crate::study::CurveId;
use crate::study::measure::FIRST_DRAWS;
use crate::theme::Themes;

/// What only the main loop can do.
#[derive(Debug, Clone, PartialEq)]
pub enum Wish {
    Quit,
    Suspend,
    Redraw,
    Mouse(bool),
    /// To the terminal's clipboard.
    Copy(String),
    Export(Box<Export>),
}

/// Undo steps kept.
const MEMORY: usize = 200;

/// What one terminal event does.
pub fn input(state: &mut State, event: &Event) -> Option<Wish> {
    let wish = take(state, event);
    // What was measured belongs to the scenario it was measured on.
    if state.measurement.as_ref().is_some_and(|m| m.scenario != state.scenario) {
        state.measurement = None;
    }
    wish
}

fn take(state: &mut State, event: &Event) -> Option<Wish> {
    match event {
        Event::Key(key) if key.kind != KeyEventKind::Release => self::key(state, key),
        Event::Paste(text) => {
            if let Mode::Typing { text: typed, refused, .. } = &mut state.mode {
                typed.extend(text.chars().filter(|c| !c.is_control()));
                *refused = None;
            }
            palette::paste(state, text);
            None
        }
        Event::Mouse(mouse) => pointer::mouse(state, mouse),
        _ => None,
    }
}

fn key(state: &mut State, key: &KeyEvent) -> Option<Wish> {
    match state.mode {
        Mode::Typing { .. } => return entry::type_key(state, key),
        Mode::Commands { .. } => return palette::key(state, key),
        _ => {}
    }
    apply(state, state.keymap.look_up(key)?)
}

/// Carries out an action.
pub fn apply(state: &mut State, action: Action) -> Option<Wish> {
    state.message = None;
    if !matches!(action, Action::Increase | Action::Decrease | Action::IncreaseMuch | Action::DecreaseMuch) {
        state.gathering = None;
    }
    match &mut state.mode {
        Mode::Presets { .. } => return list::in_presets(state, action),
        Mode::Themes { .. } => return list::in_themes(state, action),
        Mode::Share { .. } => return share::in_list(state, action),
        Mode::Commands { .. } => {
            match action {
                Action::FocusNext => palette::shift(state, 1),
                Action::FocusPrevious => palette::shift(state, -1),
                Action::Type => return palette::run(state),
                _ => state.mode = Mode::Normal,
            }
            return None;
        }
        Mode::Help { scroll } => {
            match action {
                Action::FocusNext => *scroll = scroll.saturating_add(1),
                Action::FocusPrevious => *scroll = scroll.saturating_sub(1),
                _ => state.mode = Mode::Normal,
            }
            return None;
        }
        Mode::Normal | Mode::Typing { .. } => {}
    }
    match action {
        Action::Quit => return Some(Wish::Quit),
        Action::Suspend => return Some(Wish::Suspend),
        Action::Redraw => return Some(Wish::Redraw),
        Action::Mouse => {
            state.mouse = !state.mouse;
            let words =
                if state.mouse { "mouse on" } else { "mouse off: the terminal's own selection works" };
            state.message = Some(Message::Said(words.into()));
            return Some(Wish::Mouse(state.mouse));
        }
        Action::Help => state.mode = Mode::Help { scroll: 0 },
        Action::Commands => palette::open(state),
        Action::Presets => list::open_presets(state),
        Action::Increase => step(state, 1),
        Action::Decrease => step(state, -1),
        Action::IncreaseMuch => step(state, 10),
        Action::DecreaseMuch => step(state, -10),
        Action::FocusNext => move_focus(state, 1),
        Action::FocusPrevious => move_focus(state, -1),
        Action::NextGroup => move_group(state, true),
        Action::PreviousGroup => move_group(state, false),
        Action::Type => entry::start_typing(state),
        Action::Reset => reset(state),
        Action::ResetAll => {
            let origin = state.origin.clone();
            remember(state);
            restore(state, origin);
            state.message = Some(Message::Said(format!("reset; {} brings it back", state.key(Action::Undo))));
        }
        Action::Undo => travel(state, true),
        Action::Redo => travel(state, false),
        Action::ViewRisk => show(state, View::Risk),
        Action::ViewVariance => show(state, View::Variance),
        Action::ViewSelection => show(state, View::Selection),
        Action::ViewPhase => show(state, View::Phase),
        Action::ViewData => show(state, View::Data),
        Action::NextView => {
            let here = View::ALL.iter().position(|v| *v == state.view).unwrap_or(0);
            show(state, View::ALL.get((here + 1) % View::ALL.len()).copied().unwrap_or(View::Risk));
        }
        Action::CrosshairLeft => crosshair::shift(state, -1.0),
        Action::CrosshairRight => crosshair::shift(state, 1.0),
        Action::CrosshairFarLeft => crosshair::shift(state, -10.0),
        Action::CrosshairFarRight => crosshair::shift(state, 10.0),
        Action::NextMark => crosshair::to_mark(state, true),
        Action::PreviousMark => crosshair::to_mark(state, false),
        Action::TypeSamples => entry::typing(state, Entry::Samples, String::new()),
        Action::TypeTarget => entry::typing(state, Entry::Target, String::new()),
        Action::Freeze => freeze(state),
        Action::Measure => measure(state),
        Action::Stack => next_choice(state, "view.stacked"),
        Action::LogRatio => next_choice(state, "view.ratio-scale"),
        Action::LogRisk => next_choice(state, "view.risk-scale"),
        Action::ZoomIn => crosshair::zoom(state, 0.8),
        Action::ZoomOut => crosshair::zoom(state, 1.25),
        Action::Save => {
            let name = still::file_name(&state.scenario.name);
            entry::typing(state, Entry::Save { overwrite: false }, format!("{name}.toml"));
        }
        Action::Theme => list::open_themes(state),
        Action::Copy => state.mode = Mode::Share { way: Way::Copy, selected: 0 },
        Action::Export => state.mode = Mode::Share { way: Way::Export, selected: 0 },
        Action::Cancel => {}
    }
    None
}

/// Chooses a line of the open list, as a click on it does.
pub(super) fn choose(state: &mut State, row: usize) -> Option<Wish> {
    match &mut state.mode {
        Mode::Presets { selected } | Mode::Commands { selected, .. } | Mode::Share { selected, .. } => {
            *selected = row;
        }
        Mode::Themes { selected, .. } => {
            *selected = row;
            list::preview(state, row);
        }
        Mode::Normal | Mode::Typing { .. } | Mode::Help { .. } => return None,
    }
    apply(state, Action::Type)
}

fn snapshot(state: &State) -> Snapshot {
    Snapshot { scenario: state.scenario.clone(), display: state.display.clone() }
}

fn restore(state: &mut State, snapshot: Snapshot) {
    state.scenario = snapshot.scenario;
    state.display = snapshot.display;
    state.failure = None;
    let last = state.parameters().len().saturating_sub(1);
    state.focus = state.focus.min(last);
    crosshair::keep(state);
}

pub(super) fn remember(state: &mut State) {
    let now = snapshot(state);
    if state.past.last() != Some(&now) {
        state.past.push(now);
    }
    if state.past.len() > MEMORY {
        state.past.remove(0);
    }
    state.future.clear();
}

fn travel(state: &mut State, back: bool) {
    let (from, words) =
        if back { (&mut state.past, "nothing to undo") } else { (&mut state.future, "nothing to redo") };
    let Some(to) = from.pop() else {
        state.message = Some(Message::Said(words.into()));
        return;
    };
    let now = snapshot(state);
    if back {
        state.future.push(now)
    } else {
        state.past.push(now)
    }
    restore(state, to);
}

pub(super) fn focused(state: &State) -> Option<Parameter> {
    state.parameters().into_iter().nth(state.focus)
}

/// Sets a parameter of the scenario or of the view. What is refused is said and changes nothing.
pub(super) fn set(state: &mut State, key: &str, value: &str) -> Result<(), String> {
    let before = snapshot(state);
    let focus = focused(state).map(|p| p.key);
    if key.starts_with("view.") {
        state.display.set(key, value)?;
    } else {
        let mut scenario = state.scenario.clone();
        scenario.set(key, value).map_err(|e| e.to_string())?;
        state.scenario = scenario;
    }
    if before != snapshot(state) {
        // A held arrow is one step of undo.
        if state.gathering.as_deref() != Some(key) {
            state.past.push(before);
            if state.past.len() > MEMORY {
                state.past.remove(0);
            }
        }
        state.future.clear();
        state.gathering = Some(key.to_owned());
    }
    // A choice can add or remove parameters: the focus stays on its own.
    if let Some(at) = focus.and_then(|key| state.parameters().iter().position(|p| p.key == key)) {
        state.focus = at;
    }
    state.failure = None;
    crosshair::keep(state);
    Ok(())
}

/// Moves on to the next choice of a key.
fn next_choice(state: &mut State, key: &str) {
    let parameter = state.display.all(&state.scenario).into_iter().find(|p| p.key == key);
    let Some(value) = parameter.and_then(|p| p.stepped(1)) else { return };
    attempt(state, key, &value);
}

/// Switches the view; the focus stays on its parameter where the new view has it.
fn show(state: &mut State, view: View) {
    let focus = focused(state).map(|p| p.key);
    state.view = view;
    let parameters = state.parameters();
    let same = focus.and_then(|key| parameters.iter().position(|p| p.key == key));
    state.focus = same.unwrap_or(state.focus).min(parameters.len().saturating_sub(1));
}

/// Switches to the theme of that name, whatever the background.
pub(super) fn set_theme(state: &mut State, name: &str) {
    match state.themes.get(name, state.theme.depth()) {
        Ok(theme) => {
            state.theme = theme;
            state.auto_theme = false;
            state.message = Some(Message::Said(format!("theme {name}")));
        }
        Err(error) => state.message = Some(Message::Failed(error.to_string())),
    }
}

/// The terminal's background is known: a theme that nobody chose follows it.
pub(super) fn background(state: &mut State, light: bool) {
    if state.auto_theme
        && let Ok(theme) = state.themes.get(Themes::fitting(light), state.theme.depth())
    {
        state.theme = theme;
    }
}

/// Focuses the parameter of this key, if the view has it.
pub(super) fn focus_on(state: &mut State, key: &str) {
    if let Some(at) = state.parameters().iter().position(|p| p.key == key) {
        state.focus = at;
    }
}

pub(super) fn attempt(state: &mut State, key: &str, value: &str) {
    if let Err(sentence) = set(state, key, value) {
        state.message = Some(Message::Failed(sentence));
    }
}

pub(super) fn step(state: &mut State, steps: i32) {
    let Some(parameter) = focused(state) else { return };
    if let Some(value) = parameter.stepped(steps) {
        attempt(state, &parameter.key, &value);
    }
}

fn reset(state: &mut State) {
    let Some(parameter) = focused(state) else { return };
    let value = state.default_of(&parameter);
    attempt(state, &parameter.key, &value);
    state.gathering = None;
}

fn move_focus(state: &mut State, by: isize) {
    let last = state.parameters().len().saturating_sub(1);
    state.focus = state.focus.saturating_add_signed(by).min(last);
}

fn move_group(state: &mut State, forward: bool) {
    let parameters = state.parameters();
    let firsts: Vec<usize> = (0..parameters.len())
        .filter(|&i| i == 0 || parameters.get(i).map(|p| p.group) != parameters.get(i - 1).map(|p| p.group))
        .collect();
    let to = if forward {
        firsts.iter().find(|f| **f > state.focus)
    } else {
        firsts.iter().rev().find(|f| **f < state.focus)
    };
    state.focus = to.copied().unwrap_or(state.focus);
}

/// Shows the preset of that place.
pub(super) fn open_preset(state: &mut State, at: usize) {
    let Some(preset) = presets::all().get(at) else { return };
    remember(state);
    state.scenario = preset.scenario();
    state.display = state.origin.display.clone();
    state.crosshair = preset.at;
    state.origin = snapshot(state);
    state.focus = 0;
    state.frozen = None;
    state.failure = None;
    state.message = Some(Message::Said(format!("look for: {}", preset.look)));
}

/// Starts, stops, goes on with what was stopped, or draws as often again.
fn measure(state: &mut State) {
    let window = state.display.window;
    match &mut state.measurement {
        Some(measurement) if measurement.running => measurement.running = false,
        Some(measurement) => {
            if measurement.shown.as_ref().is_some_and(|m| m.done >= 1.0) && measurement.window == window {
                measurement.draws *= 2;
            }
            measurement.window = window;
            measurement.running = true;
        }
        None => {
            state.measurement = Some(Measurement {
                scenario: state.scenario.clone(),
                window,
                draws: FIRST_DRAWS,
                running: true,
                shown: None,
            });
        }
    }
}

fn freeze(state: &mut State) {
    if state.frozen.take().is_some() {
        state.message = Some(Message::Said("the frozen curve is gone".into()));
        return;
    }
    if let Some(curve) = state.curve(CurveId::Chosen).cloned() {
        state.frozen = Some(Frozen { label: "frozen".into(), curve });
        let key = state.key(Action::Freeze);
        state.message =
            Some(Message::Said(format!("frozen: change something and compare; {key} lets it go")));
    }
}
