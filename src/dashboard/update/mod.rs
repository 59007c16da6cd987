//! Carries out commands: the only code that changes the state, and the effects to be performed outside.

mod crosshair;
mod curves;
mod lists;
mod parameters;
mod presets;
mod prompt;
mod replies;
mod set;
#[cfg(test)]
mod tests;

use self::set::{begin, fail, say};
use super::model::action::Action;
use super::model::command::{Command, Effect};
use super::model::item::{Destination, Item};
use super::model::lists::Choice;
use super::model::mode::{Entry, Help, List, Mode};
use super::model::state::State;
use super::model::view::View;
use crate::theme::Themes;

/// Carries out one command.
pub fn update(state: &mut State, command: Command) -> Option<Effect> {
    let effect = carry_out(state, command);
    // Measurements apply only to the scenario for which they were made.
    if state.measurement.as_ref().is_some_and(|m| m.scenario != state.scenario) {
        state.measurement = None;
    }
    effect
}

fn carry_out(state: &mut State, command: Command) -> Option<Effect> {
    match command {
        Command::Act(action) => return act(state, action),
        Command::Foreign(letter) => {
            let help = state.key(Action::Help);
            say(
                state,
                format!("{letter} has no action: switch to a Latin keyboard layout ({help} lists the keys)"),
            );
        }
        Command::Focus(index) => {
            begin(state);
            set::focus(state, index);
        }
        Command::StepAt { index, steps } => {
            state.message = None;
            if state.focus != index {
                state.history.part();
                set::focus(state, index);
            }
            parameters::step(state, steps);
        }
        Command::Hold { drag, spot } => {
            begin(state);
            crosshair::hold(state, drag, spot);
        }
        Command::Pull(spot) => crosshair::pull(state, spot),
        Command::Release => {
            state.drag = None;
            state.history.part();
        }
        Command::Place(x) => crosshair::place(state, x),
        Command::ZoomAt { x, factor } => {
            begin(state);
            crosshair::place(state, x);
            crosshair::zoom(state, factor);
        }
        Command::Edit(edit) => lists::change(state, |line| {
            line.edit(edit);
        }),
        Command::Paste(text) => lists::change(state, |line| line.paste(&text)),
        Command::Recall(by) => prompt::recall(state, by),
        Command::Move(by) => lists::shift(state, by),
        Command::Accept => {
            begin(state);
            return match &mut state.mode {
                Mode::Prompt(_) => prompt::accept(state),
                Mode::List(_) => run(state),
                Mode::Help(help) => {
                    let text = help.search.as_ref().map(|line| line.text().to_owned()).unwrap_or_default();
                    let at = help.selected;
                    let found = super::model::find::help(state, &text).into_iter().nth(at)?;
                    state.mode = Mode::Normal;
                    choose(state, found.choice)
                }
                Mode::Normal => None,
            };
        }
        Command::Choose(row) => {
            begin(state);
            lists::select(state, row);
            return run(state);
        }
        Command::Search => {
            if let Mode::Help(help) = &mut state.mode {
                (help.search, help.selected, help.scroll) = (Some(Default::default()), 0, 0);
            }
        }
        Command::Close => lists::close(state),
        Command::Quit => return Some(Effect::Quit),
        Command::Drawn(drawn) => {
            (state.screen, state.hits) = (drawn.screen, drawn.hits);
            (state.columns, state.rows) = drawn.plot;
            if let (Mode::Help(help), Some(scroll)) = (&mut state.mode, drawn.scroll) {
                help.scroll = scroll;
            }
        }
        Command::Background { light } => {
            // The theme follows the background unless the user has chosen one.
            if state.auto_theme
                && let Ok(theme) = state.themes.get(Themes::fitting(light), state.theme.depth())
            {
                state.theme = theme;
            }
        }
        Command::Spin => state.spinner = state.spinner.wrapping_add(1),
        Command::Asked(generation, now) => {
            state.awaited = generation;
            state.busy.get_or_insert(now);
        }
        Command::Replied(reply) => return replies::analysis(state, *reply),
        Command::Measuring(generation) => state.awaited_measure = generation,
        Command::Measured(reply) => replies::measured(state, *reply),
        Command::Learning(progress) => state.learning = Some(progress),
        Command::Learned => {
            state.learned += 1;
            state.learning = None;
        }
        Command::Copied { item, text, known } => {
            let what = match item {
                Item::Numbers | Item::Command => text.trim_end(),
                _ => item.record().words,
            };
            let key = state.key(Action::Export);
            let sentence = if known {
                format!("in the clipboard: {what}")
            } else {
                format!(
                    "sent to this terminal's clipboard, which may not accept it ({key} writes a file): {what}"
                )
            };
            say(state, sentence);
        }
        Command::Taken(target) => prompt::taken(state, target),
        Command::Written(outcome) => replies::written(state, outcome),
        Command::Failed(sentence) => fail(state, sentence),
    }
    None
}

/// Carries out the choice of the selected line of the open list.
fn run(state: &mut State) -> Option<Effect> {
    let choice = lists::pick(state)?;
    choose(state, choice)
}

/// Carries out a choice.
fn choose(state: &mut State, choice: Choice) -> Option<Effect> {
    match choice {
        Choice::Act(action) => return act(state, action),
        Choice::Preset(at) => presets::open_preset(state, at),
        Choice::Theme(name) => lists::set_theme(state, &name),
        Choice::Parameter(key) if key.starts_with("view.") => parameters::ask(state, &key),
        Choice::Parameter(key) => set::focus_on(state, &key),
        Choice::Ask(key) => parameters::ask(state, &key),
        Choice::Value { key, value } => {
            set::focus_on(state, &key);
            set::attempt(state, &key, &value);
        }
        Choice::Samples(text) => prompt::answer(state, &Entry::Samples, &text),
        Choice::Target(text) => prompt::answer(state, &Entry::Target, &text),
        Choice::Kind { kind, key, value } => {
            set::focus_on(state, &key);
            set::attempt(state, "featurization.kind", &kind);
            set::attempt(state, &key, &value);
            set::focus_on(state, &key);
        }
        Choice::Swap(at) => curves::swap(state, at),
        Choice::Rename(at) => prompt::open(state, Entry::Name(at), String::new()),
        Choice::Unfreeze(at) => curves::unfreeze(state, Some(at)),
        Choice::UnfreezeAll => curves::unfreeze(state, None),
        Choice::Item(Destination::Copy, item) => return Some(Effect::Copy(item)),
        Choice::Item(Destination::Export, item) => prompt::open_file(state, item),
    }
    None
}

/// Carries out an action.
fn act(state: &mut State, action: Action) -> Option<Effect> {
    state.message = None;
    if !matches!(action, Action::Increase | Action::Decrease | Action::IncreaseMuch | Action::DecreaseMuch) {
        state.history.part();
    }
    match action {
        Action::Quit => return Some(Effect::Quit),
        Action::QuitTelling => return Some(Effect::QuitTelling),
        Action::Suspend => return Some(Effect::Suspend),
        Action::Redraw => return Some(Effect::Redraw),
        Action::Mouse => {
            state.mouse = !state.mouse;
            let off = "mouse off: the terminal's own selection works";
            say(state, if state.mouse { "mouse on" } else { off });
            return Some(Effect::Mouse(state.mouse));
        }
        Action::Help => state.mode = Mode::Help(Help::default()),
        Action::Commands => lists::open(state, List::Commands),
        Action::Presets => lists::open(state, List::Presets { before: Box::new(state.before()) }),
        Action::Papers => lists::open(state, List::Papers { before: Box::new(state.before()) }),
        Action::Theme => lists::open(state, List::Themes { before: Box::new(state.theme.clone()) }),
        Action::Copy => lists::open(state, List::Share(Destination::Copy)),
        Action::Export => lists::open(state, List::Share(Destination::Export)),
        Action::Save => prompt::open_file(state, Item::Scenario),
        Action::Type => parameters::ask_focused(state),
        Action::TypeSamples => {
            let along = state.x_parameter();
            let entry = along.map_or(Entry::Samples, |(key, axis)| Entry::Place { key, label: axis.label });
            prompt::open(state, entry, String::new());
        }
        Action::TypeTarget => prompt::open(state, Entry::Target, String::new()),
        Action::Increase => parameters::step(state, 1),
        Action::Decrease => parameters::step(state, -1),
        Action::IncreaseMuch => parameters::step(state, 10),
        Action::DecreaseMuch => parameters::step(state, -10),
        Action::FocusNext => parameters::move_focus(state, 1),
        Action::FocusPrevious => parameters::move_focus(state, -1),
        Action::NextGroup => parameters::move_group(state, true),
        Action::PreviousGroup => parameters::move_group(state, false),
        Action::Reset => parameters::reset(state),
        Action::ResetAll => parameters::reset_all(state),
        Action::Undo => parameters::undo(state),
        Action::Redo => parameters::redo(state),
        Action::View(view) => parameters::show(state, view),
        Action::NextView => parameters::show(state, state.view.next()),
        Action::CrosshairLeft => crosshair::shift(state, -1.0),
        Action::CrosshairRight => crosshair::shift(state, 1.0),
        Action::CrosshairFarLeft => crosshair::shift(state, -10.0),
        Action::CrosshairFarRight => crosshair::shift(state, 10.0),
        Action::CrosshairUp => crosshair::rise(state, 1.0),
        Action::CrosshairDown => crosshair::rise(state, -1.0),
        Action::NextMark => crosshair::to_mark(state, true),
        Action::PreviousMark => crosshair::to_mark(state, false),
        Action::Freeze => curves::freeze(state),
        Action::Frozen => curves::frozen(state),
        Action::Control => curves::control(state),
        Action::Standardise => curves::standardise(state),
        Action::Pin => curves::pin(state),
        Action::XAxis => lists::open(state, List::Axes),
        Action::Toggle => parameters::toggle(state),
        Action::Measure => curves::measure(state),
        Action::Logistic => curves::logistic(state),
        Action::Full => state.full = !state.full,
        Action::Details => state.details = !state.details,
        Action::Metric => curves::metric(state),
        Action::Encoder => curves::next_encoder(state),
        Action::Stack => parameters::next_choice(state, "view.stacked"),
        Action::LogRatio if state.view == View::Selection => {
            parameters::next_choice(state, "view.rank-scale")
        }
        Action::LogRatio if state.along().is_some() => parameters::next_choice(state, "view.x-scale"),
        Action::LogRatio => parameters::next_choice(state, "view.ratio-scale"),
        Action::LogRisk => parameters::next_choice(state, "view.risk-scale"),
        Action::ZoomIn => crosshair::zoom(state, 0.8),
        Action::ZoomOut => crosshair::zoom(state, 1.25),
        Action::ZoomReset => crosshair::zoom_reset(state),
        Action::Cancel => {}
    }
    None
}
