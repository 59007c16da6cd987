//! Keys → actions. One table of defaults feeds the look-up, the help, the footer, the command palette and the
//! configuration's template, so that none of them can be wrong.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::action::Action;
use super::keys::Key;

/// One key and what it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Binding {
    pub key: Key,
    pub action: Action,
}

/// What the help says of one action: its section and its words. The footer shows those with a short form.
#[derive(Debug, Clone, Copy)]
pub struct About {
    pub action: Action,
    pub section: Section,
    pub words: &'static str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    Parameters,
    Views,
    Crosshair,
    Session,
}

impl Section {
    pub const ALL: [Self; 4] = [Self::Parameters, Self::Views, Self::Crosshair, Self::Session];

    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Parameters => "Parameters",
            Self::Views => "Views",
            Self::Crosshair => "Crosshair and readout",
            Self::Session => "Session",
        }
    }
}

const NONE: KeyModifiers = KeyModifiers::NONE;
const SHIFT: KeyModifiers = KeyModifiers::SHIFT;
const CTRL: KeyModifiers = KeyModifiers::CONTROL;

const fn key(code: KeyCode, action: Action) -> Binding {
    with(NONE, code, action)
}

const fn letter(c: char, action: Action) -> Binding {
    key(KeyCode::Char(c), action)
}

const fn with(modifiers: KeyModifiers, code: KeyCode, action: Action) -> Binding {
    Binding { key: Key::new(code, modifiers), action }
}

/// Every key of the normal mode. The first binding of an action is the one that help and footer show.
pub const BINDINGS: &[Binding] = &[
    key(KeyCode::Right, Action::Increase),
    letter('l', Action::Increase),
    key(KeyCode::Left, Action::Decrease),
    letter('h', Action::Decrease),
    with(SHIFT, KeyCode::Right, Action::IncreaseMuch),
    letter('L', Action::IncreaseMuch),
    with(SHIFT, KeyCode::Left, Action::DecreaseMuch),
    letter('H', Action::DecreaseMuch),
    key(KeyCode::Down, Action::FocusNext),
    letter('j', Action::FocusNext),
    key(KeyCode::Up, Action::FocusPrevious),
    letter('k', Action::FocusPrevious),
    key(KeyCode::PageDown, Action::NextGroup),
    letter('}', Action::NextGroup),
    key(KeyCode::PageUp, Action::PreviousGroup),
    letter('{', Action::PreviousGroup),
    key(KeyCode::Enter, Action::Type),
    key(KeyCode::Backspace, Action::Reset),
    key(KeyCode::Delete, Action::ResetAll),
    letter('u', Action::Undo),
    letter('U', Action::Redo),
    with(CTRL, KeyCode::Char('r'), Action::Redo),
    letter('1', Action::ViewRisk),
    letter('2', Action::ViewVariance),
    letter('3', Action::ViewSelection),
    letter('4', Action::ViewPhase),
    letter('5', Action::ViewData),
    key(KeyCode::Tab, Action::NextView),
    letter('m', Action::Measure),
    letter('f', Action::Freeze),
    letter('v', Action::Stack),
    letter('x', Action::LogRatio),
    letter('r', Action::LogRisk),
    letter('+', Action::ZoomIn),
    letter('=', Action::ZoomIn),
    letter('-', Action::ZoomOut),
    letter('.', Action::CrosshairRight),
    letter(',', Action::CrosshairLeft),
    letter('>', Action::CrosshairFarRight),
    letter('<', Action::CrosshairFarLeft),
    letter('n', Action::NextMark),
    letter('N', Action::PreviousMark),
    letter('g', Action::TypeSamples),
    letter('t', Action::TypeTarget),
    letter(':', Action::Commands),
    letter('p', Action::Presets),
    letter('s', Action::Save),
    letter('y', Action::Copy),
    letter('e', Action::Export),
    letter('T', Action::Theme),
    letter('M', Action::Mouse),
    letter('?', Action::Help),
    with(CTRL, KeyCode::Char('l'), Action::Redraw),
    with(CTRL, KeyCode::Char('z'), Action::Suspend),
    letter('q', Action::Quit),
    with(CTRL, KeyCode::Char('c'), Action::Quit),
    key(KeyCode::Esc, Action::Cancel),
];

/// What every action does, in the order of the help.
pub const ABOUT: &[About] = &[
    about(Action::FocusPrevious, Section::Parameters, "previous parameter"),
    about(Action::FocusNext, Section::Parameters, "next parameter"),
    about(Action::PreviousGroup, Section::Parameters, "previous group"),
    about(Action::NextGroup, Section::Parameters, "next group"),
    about(Action::Decrease, Section::Parameters, "less, or the previous choice"),
    about(Action::Increase, Section::Parameters, "more, or the next choice"),
    about(Action::DecreaseMuch, Section::Parameters, "much less"),
    about(Action::IncreaseMuch, Section::Parameters, "much more"),
    about(Action::Type, Section::Parameters, "type a value"),
    about(Action::Reset, Section::Parameters, "reset this parameter"),
    about(Action::ResetAll, Section::Parameters, "reset the whole scenario"),
    about(Action::Undo, Section::Parameters, "undo"),
    about(Action::Redo, Section::Parameters, "redo"),
    about(Action::ViewRisk, Section::Views, "risk against n/p"),
    about(Action::ViewVariance, Section::Views, "bias–variance decomposition"),
    about(Action::ViewSelection, Section::Views, "selection of features"),
    about(Action::ViewPhase, Section::Views, "phase diagram"),
    about(Action::ViewData, Section::Views, "spectrum and data"),
    about(Action::NextView, Section::Views, "next view"),
    about(Action::Measure, Section::Views, "measure on samples, or stop"),
    about(Action::Freeze, Section::Views, "freeze the curve, or let it go"),
    about(Action::Stack, Section::Views, "terms stacked or as lines"),
    about(Action::LogRatio, Section::Views, "n/p axis log or linear"),
    about(Action::LogRisk, Section::Views, "risk axis log or linear"),
    about(Action::ZoomIn, Section::Views, "zoom in around the crosshair"),
    about(Action::ZoomOut, Section::Views, "zoom out"),
    about(Action::CrosshairLeft, Section::Crosshair, "crosshair left"),
    about(Action::CrosshairRight, Section::Crosshair, "crosshair right"),
    about(Action::CrosshairFarLeft, Section::Crosshair, "crosshair far left"),
    about(Action::CrosshairFarRight, Section::Crosshair, "crosshair far right"),
    about(Action::NextMark, Section::Crosshair, "to the next flag"),
    about(Action::PreviousMark, Section::Crosshair, "to the previous flag"),
    about(Action::TypeSamples, Section::Crosshair, "go to a number of samples n"),
    about(Action::TypeTarget, Section::Crosshair, "samples for a target risk"),
    about(Action::Commands, Section::Session, "find any command or parameter"),
    about(Action::Presets, Section::Session, "presets"),
    about(Action::Save, Section::Session, "save the scenario as TOML"),
    about(Action::Copy, Section::Session, "copy numbers or command lines"),
    about(Action::Export, Section::Session, "export tables and figures"),
    about(Action::Theme, Section::Session, "choose a theme"),
    about(Action::Mouse, Section::Session, "mouse on or off"),
    about(Action::Redraw, Section::Session, "redraw"),
    about(Action::Suspend, Section::Session, "suspend"),
    about(Action::Cancel, Section::Session, "close what is open"),
    about(Action::Help, Section::Session, "this help"),
    about(Action::Quit, Section::Session, "quit"),
];

const fn about(action: Action, section: Section, words: &'static str) -> About {
    About { action, section, words }
}

/// The keys in use: the table's, unless the user's configuration gave others.
#[derive(Debug, Clone, PartialEq)]
pub struct Keymap {
    bindings: Vec<Binding>,
}

impl Default for Keymap {
    fn default() -> Self {
        Self { bindings: BINDINGS.to_vec() }
    }
}

impl Keymap {
    /// The table's keys, but for some actions these instead.
    ///
    /// # Errors
    /// One sentence where a key would have two actions, or an action that nobody can do without has none.
    pub fn with(remapped: &[(Action, Vec<Key>)]) -> Result<Self, String> {
        let theirs = |action: Action| remapped.iter().find(|(a, _)| *a == action);
        let mut bindings: Vec<Binding> = BINDINGS.to_vec();
        bindings.retain(|b| theirs(b.action).is_none());
        for (action, keys) in remapped {
            bindings.extend(keys.iter().map(|key| Binding { key: *key, action: *action }));
        }
        for (i, b) in bindings.iter().enumerate() {
            if let Some(a) = bindings.iter().take(i).find(|a| a.key == b.key && a.action != b.action) {
                let (key, one, other) = (b.key.to_string(), a.action.name(), b.action.name());
                return Err(format!(
                    "{key:?} is the key of both {one} and {other}; give one of them another"
                ));
            }
        }
        for needed in [Action::Quit, Action::Cancel] {
            if !bindings.iter().any(|b| b.action == needed) {
                return Err(format!("{} must have a key", needed.name()));
            }
        }
        Ok(Self { bindings })
    }

    /// The action of a key press in the normal mode.
    #[must_use]
    pub fn look_up(&self, event: &KeyEvent) -> Option<Action> {
        let key = Key::of(event);
        self.bindings.iter().find(|b| b.key == key).map(|b| b.action)
    }

    /// Every key of an action, the one that the footer shows first.
    pub fn keys(&self, action: Action) -> impl Iterator<Item = Key> {
        self.bindings.iter().filter(move |b| b.action == action).map(|b| b.key)
    }

    /// The key that footer and tabs show for an action; nothing where it has none.
    #[must_use]
    pub fn shown(&self, action: Action, ascii: bool) -> String {
        self.keys(action).next().map(|key| key.shown(ascii)).unwrap_or_default()
    }

    /// Every key of an action, for help and palette.
    #[must_use]
    pub fn all_shown(&self, action: Action, ascii: bool) -> String {
        self.keys(action).map(|key| key.shown(ascii)).collect::<Vec<_>>().join(" ")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_key_is_bound_twice_and_every_action_is_explained() {
        let mut seen = HashSet::new();
        for b in BINDINGS {
            assert!(seen.insert(b.key), "{b:?} is bound twice");
            assert!(ABOUT.iter().any(|a| a.action == b.action), "{:?} is not in the help", b.action);
            assert_eq!(Key::parse(&b.key.to_string()), Ok(b.key));
            assert_eq!(Action::named(&b.action.name()), Some(b.action));
        }
        for a in ABOUT {
            assert!(a.words.chars().count() <= 30, "{} is too long for the help's columns", a.words);
            assert!(Keymap::default().keys(a.action).next().is_some(), "{:?} has no key", a.action);
        }
    }

    #[test]
    fn capitals_need_no_shift_flag() {
        let keymap = Keymap::default();
        for modifiers in [NONE, SHIFT] {
            let press = KeyEvent::new(KeyCode::Char('U'), modifiers);
            assert_eq!(keymap.look_up(&press), Some(Action::Redo));
        }
        assert_eq!(keymap.look_up(&KeyEvent::new(KeyCode::Char('c'), CTRL)), Some(Action::Quit));
        assert_eq!(keymap.look_up(&KeyEvent::new(KeyCode::Right, SHIFT)), Some(Action::IncreaseMuch));
        assert_eq!(keymap.look_up(&KeyEvent::new(KeyCode::Char('c'), NONE)), None);
    }

    #[test]
    fn keys_can_be_others_but_not_two_things_at_once() {
        let key = |name: &str| Key::parse(name).unwrap();
        let keymap =
            Keymap::with(&[(Action::Help, vec![key("f1"), key("h")]), (Action::Decrease, vec![key("left")])]);
        let keymap = keymap.unwrap();
        assert_eq!(keymap.all_shown(Action::Help, false), "F1 h");
        assert_eq!(keymap.look_up(&KeyEvent::new(KeyCode::Char('?'), NONE)), None);
        let clash = Keymap::with(&[(Action::Help, vec![key("q")])]).unwrap_err();
        assert_eq!(clash, "\"q\" is the key of both quit and help; give one of them another");
        assert_eq!(Keymap::with(&[(Action::Quit, vec![])]).unwrap_err(), "quit must have a key");
        assert!(Keymap::with(&[(Action::Freeze, vec![])]).unwrap().shown(Action::Freeze, false).is_empty());
    }
}
