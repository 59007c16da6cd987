//! Key bindings: look-up of actions, and the keys of an action as shown in help, footer, palette and configuration.

use crossterm::event::KeyEvent;

use super::action::{ABOUT, Action};
use super::keys::Key;

/// A key and its action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Binding {
    pub key: Key,
    pub action: Action,
}

/// All default bindings.
fn table() -> Vec<Binding> {
    let keys = ABOUT.iter().flat_map(|a| a.keys.iter().map(move |name| (a.action, Key::parse(name))));
    keys.filter_map(|(action, key)| Some(Binding { key: key.ok()?, action })).collect()
}

/// The bindings in use: the defaults with the changes of the user's configuration.
#[derive(Debug, Clone, PartialEq)]
pub struct Keymap {
    bindings: Vec<Binding>,
}

impl Default for Keymap {
    fn default() -> Self {
        Self { bindings: table() }
    }
}

impl Keymap {
    /// The default bindings with other keys for some actions.
    ///
    /// # Errors
    /// One sentence if a key would have two actions, or an essential action none.
    pub fn with(remapped: &[(Action, Vec<Key>)]) -> Result<Self, String> {
        let theirs = |action: Action| remapped.iter().find(|(a, _)| *a == action);
        let mut bindings = table();
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

    /// The action of a key press in normal mode.
    #[must_use]
    pub fn look_up(&self, event: &KeyEvent) -> Option<Action> {
        let key = Key::of(event);
        self.bindings.iter().find(|b| b.key == key).map(|b| b.action)
    }

    /// All keys of an action, the one shown in the footer first.
    pub fn keys(&self, action: Action) -> impl Iterator<Item = Key> {
        self.bindings.iter().filter(move |b| b.action == action).map(|b| b.key)
    }

    /// The key shown in footer and tabs for an action; empty if it has none.
    #[must_use]
    pub fn shown(&self, action: Action, ascii: bool) -> String {
        self.keys(action).next().map(|key| key.shown(ascii)).unwrap_or_default()
    }

    /// All keys of an action, for help and palette.
    #[must_use]
    pub fn all_shown(&self, action: Action, ascii: bool) -> String {
        self.keys(action).map(|key| key.shown(ascii)).collect::<Vec<_>>().join(" ")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use crossterm::event::{KeyCode, KeyModifiers};

    use super::*;

    #[test]
    fn no_key_is_bound_twice_and_every_action_is_explained() {
        let mut seen = HashSet::new();
        for b in table() {
            assert!(seen.insert(b.key), "{b:?} is bound twice");
        }
        assert_eq!(seen.len(), ABOUT.iter().map(|a| a.keys.len()).sum::<usize>(), "a key's name is none");
        for a in ABOUT.iter() {
            assert_eq!(Action::named(a.name), Some(a.action), "two actions of one name");
            assert!(a.words.chars().count() <= 30, "{} is too long for the help's columns", a.words);
            assert!(Keymap::default().keys(a.action).next().is_some(), "{:?} has no key", a.action);
        }
    }

    #[test]
    fn capitals_need_no_shift_flag() {
        let keymap = Keymap::default();
        for modifiers in [KeyModifiers::NONE, KeyModifiers::SHIFT] {
            let press = KeyEvent::new(KeyCode::Char('U'), modifiers);
            assert_eq!(keymap.look_up(&press), Some(Action::Redo));
        }
        assert_eq!(
            keymap.look_up(&KeyEvent::new(KeyCode::Char('c'), KeyModifiers::CONTROL)),
            Some(Action::Quit)
        );
        assert_eq!(
            keymap.look_up(&KeyEvent::new(KeyCode::Right, KeyModifiers::SHIFT)),
            Some(Action::IncreaseMuch)
        );
        assert_eq!(keymap.look_up(&KeyEvent::new(KeyCode::Char('c'), KeyModifiers::NONE)), None);
    }

    #[test]
    fn keys_can_be_rebound_without_conflicts() {
        let key = |name: &str| Key::parse(name).unwrap();
        let keymap =
            Keymap::with(&[(Action::Help, vec![key("f1"), key("h")]), (Action::Decrease, vec![key("left")])]);
        let keymap = keymap.unwrap();
        assert_eq!(keymap.all_shown(Action::Help, false), "F1 h");
        assert_eq!(keymap.look_up(&KeyEvent::new(KeyCode::Char('?'), KeyModifiers::NONE)), None);
        let clash = Keymap::with(&[(Action::Help, vec![key("q")])]).unwrap_err();
        assert_eq!(clash, "\"q\" is the key of both quit and help; give one of them another");
        assert_eq!(Keymap::with(&[(Action::Quit, vec![])]).unwrap_err(), "quit must have a key");
        assert!(Keymap::with(&[(Action::Freeze, vec![])]).unwrap().shown(Action::Freeze, false).is_empty());
    }
}
