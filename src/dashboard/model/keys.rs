//! Names of keys, such as `ctrl-r`, `shift-right`, `U`, in the configuration and on screen.

use std::fmt;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// A key with its modifiers, normalised so that reports of different terminals are equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key {
    code: KeyCode,
    modifiers: KeyModifiers,
}

const SHIFT: KeyModifiers = KeyModifiers::SHIFT;
const CTRL: KeyModifiers = KeyModifiers::CONTROL;
const ALT: KeyModifiers = KeyModifiers::ALT;

/// (configuration name, code, name on screen, name on screen in ASCII).
const NAMED: [(&str, KeyCode, &str, &str); 15] = [
    ("left", KeyCode::Left, "←", "Left"),
    ("right", KeyCode::Right, "→", "Right"),
    ("up", KeyCode::Up, "↑", "Up"),
    ("down", KeyCode::Down, "↓", "Down"),
    ("enter", KeyCode::Enter, "⏎", "Enter"),
    ("backspace", KeyCode::Backspace, "⌫", "Bksp"),
    ("delete", KeyCode::Delete, "Del", "Del"),
    ("insert", KeyCode::Insert, "Ins", "Ins"),
    ("tab", KeyCode::Tab, "Tab", "Tab"),
    ("esc", KeyCode::Esc, "Esc", "Esc"),
    ("space", KeyCode::Char(' '), "Space", "Space"),
    ("home", KeyCode::Home, "Home", "Home"),
    ("end", KeyCode::End, "End", "End"),
    ("page-up", KeyCode::PageUp, "PgUp", "PgUp"),
    ("page-down", KeyCode::PageDown, "PgDn", "PgDn"),
];

/// Keys that a terminal cannot distinguish from another key.
const SAME: [(char, &str); 3] = [('i', "tab"), ('m', "enter"), ('[', "esc")];

impl Key {
    #[must_use]
    pub const fn new(code: KeyCode, modifiers: KeyModifiers) -> Self {
        Self { code, modifiers }
    }

    /// The key of a key press.
    #[must_use]
    pub fn of(event: &KeyEvent) -> Self {
        Self::new(event.code, event.modifiers & (SHIFT | CTRL | ALT)).plain()
    }

    /// Terminals report a capital with or without SHIFT, so only the letter counts. Shift-Tab has its own code, and
    /// Ctrl has no capitals.
    fn plain(mut self) -> Self {
        match self.code {
            KeyCode::Char(c) if self.modifiers.contains(CTRL) => {
                self.code = KeyCode::Char(c.to_ascii_lowercase());
                self.modifiers -= SHIFT;
            }
            KeyCode::Char(c) => {
                if self.modifiers.contains(SHIFT) {
                    self.code = KeyCode::Char(c.to_ascii_uppercase());
                }
                self.modifiers -= SHIFT;
            }
            KeyCode::BackTab => {
                self.code = KeyCode::Tab;
                self.modifiers |= SHIFT;
            }
            _ => {}
        }
        self
    }

    /// Parses a name such as `ctrl-r`, `shift-right`, `f5` or `U`.
    ///
    /// # Errors
    /// One sentence with the names of keys.
    pub fn parse(name: &str) -> Result<Self, String> {
        let mut modifiers = KeyModifiers::NONE;
        let mut rest = name;
        // The key itself may be the separator.
        while let Some((prefix, after)) = rest.split_once('-').filter(|(_, after)| !after.is_empty()) {
            match prefix {
                "shift" => modifiers |= SHIFT,
                "ctrl" => modifiers |= CTRL,
                "alt" => modifiers |= ALT,
                _ => break,
            }
            rest = after;
        }
        let mut letters = rest.chars();
        let code = match (letters.next(), letters.next()) {
            (Some(c), None) if !c.is_control() && c != ' ' => KeyCode::Char(c),
            _ => named(rest).ok_or_else(|| unknown(name))?,
        };
        let key = Self::new(code, modifiers).plain();
        if let KeyCode::Char(c) = key.code
            && key.modifiers == CTRL
            && let Some((_, other)) = SAME.iter().find(|(same, _)| *same == c)
        {
            return Err(format!("terminals send the same for {name:?} as for {other:?}"));
        }
        Ok(key)
    }

    /// Name on the screen.
    #[must_use]
    pub fn shown(self, ascii: bool) -> String {
        let mut text = String::new();
        for (modifier, sign, word) in [(CTRL, "^", "^"), (ALT, "Alt-", "Alt-"), (SHIFT, "⇧", "S-")] {
            if self.modifiers.contains(modifier) {
                text.push_str(if ascii { word } else { sign });
            }
        }
        match (NAMED.iter().find(|n| n.1 == self.code), self.code) {
            (Some((_, _, _, word)), _) if ascii => text.push_str(word),
            (Some((_, _, sign, _)), _) => text.push_str(sign),
            (None, KeyCode::Char(c)) if self.modifiers == CTRL => text.push(c.to_ascii_uppercase()),
            (None, KeyCode::Char(c)) => text.push(c),
            (None, other) => text.push_str(&other.to_string()),
        }
        text
    }
}

impl fmt::Display for Key {
    /// The text that [`Key::parse`] takes.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (modifier, name) in [(CTRL, "ctrl-"), (ALT, "alt-"), (SHIFT, "shift-")] {
            if self.modifiers.contains(modifier) {
                f.write_str(name)?;
            }
        }
        match (NAMED.iter().find(|n| n.1 == self.code), self.code) {
            (Some((name, ..)), _) => f.write_str(name),
            (None, KeyCode::Char(c)) => write!(f, "{c}"),
            (None, KeyCode::F(n)) => write!(f, "f{n}"),
            (None, other) => write!(f, "{other}"),
        }
    }
}

fn named(name: &str) -> Option<KeyCode> {
    let known = NAMED.iter().find(|n| n.0 == name).map(|n| n.1);
    let function = || name.strip_prefix('f')?.parse().ok().filter(|n| (1..=12).contains(n)).map(KeyCode::F);
    known.or_else(function)
}

fn unknown(name: &str) -> String {
    let names = NAMED.map(|n| n.0).join(", ");
    format!(
        "there is no key {name:?}; a key is one character, {names} or f1 to f12, after any of ctrl-, alt- and shift-"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn key_names_round_trip() {
        for name in
            ["a", "U", "ctrl-r", "shift-right", "alt-x", "-", "ctrl--", "f12", "space", "shift-tab", "é"]
        {
            assert_eq!(Key::parse(name).unwrap().to_string(), name);
        }
        assert_eq!(Key::parse("shift-u"), Key::parse("U"));
        assert_eq!(Key::parse("ctrl-R"), Key::parse("ctrl-r"));
        for name in ["", " ", "ctrl-", "hyper-a", "f13", "f0", "Left", "ab", "shift-", "\n"] {
            assert!(Key::parse(name).unwrap_err().contains("page-up"), "{name:?}");
        }
        assert!(Key::parse("ctrl-i").unwrap_err().contains("\"tab\""));
    }

    #[test]
    fn every_encoding_of_a_key_is_recognised() {
        let press = |code, modifiers| Key::of(&KeyEvent::new(code, modifiers)).to_string();
        for modifiers in [KeyModifiers::NONE, SHIFT] {
            assert_eq!(press(KeyCode::Char('U'), modifiers), "U");
        }
        assert_eq!(press(KeyCode::Char('?'), SHIFT), "?");
        assert_eq!(press(KeyCode::BackTab, SHIFT), "shift-tab");
        assert_eq!(press(KeyCode::BackTab, KeyModifiers::NONE), "shift-tab");
        assert_eq!(press(KeyCode::Char('R'), CTRL | SHIFT), "ctrl-r");
    }

    #[test]
    fn keys_are_shown_in_ascii_too() {
        let shown = |name: &str| [false, true].map(|ascii| Key::parse(name).unwrap().shown(ascii));
        assert_eq!(shown("ctrl-r"), ["^R", "^R"]);
        assert_eq!(shown("shift-right"), ["⇧→", "S-Right"]);
        assert_eq!(shown("U"), ["U", "U"]);
        assert_eq!(shown("f5"), ["F5", "F5"]);
    }
}
