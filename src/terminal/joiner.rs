//! Reassembles keys that arrive in pieces. Over a network the Esc at the start of an arrow key may arrive in one
//! packet and the rest in the next; read separately they would be Esc, a bracket and a letter, three unintended
//! commands.

use std::time::Duration;

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};

/// How long a lone Esc waits for the rest of a key: longer than the delay between packets of one key, too short to be
/// noticed.
pub const PATIENCE: Duration = Duration::from_millis(40);

/// Reassembles a key whose Esc was read alone.
#[derive(Debug, Default)]
pub struct Joiner {
    /// Whether events are held back.
    holds_back: bool,
    /// The characters after the Esc.
    after: Option<String>,
}

/// Maximum length of a key's sequence.
const LONGEST: usize = 24;

impl Joiner {
    /// A joiner; `remote` if keys arrive over a network.
    #[must_use]
    pub fn new(remote: bool) -> Self {
        Self { holds_back: remote, after: None }
    }

    /// Whether the next event should be waited for, at most [`PATIENCE`].
    #[must_use]
    pub const fn waits(&self) -> bool {
        self.after.is_some()
    }

    /// The output for an event: the event itself, nothing yet, or the completed key.
    pub fn take(&mut self, event: Event) -> Vec<Event> {
        let Some(mut after) = self.after.take() else {
            if self.holds_back && event == Event::Key(ESC) {
                self.after = Some(String::new());
                return Vec::new();
            }
            return vec![event];
        };
        let typed = match &event {
            Event::Key(KeyEvent { code: KeyCode::Char(c), modifiers, .. })
                if (KeyModifiers::SHIFT | KeyModifiers::NONE).contains(*modifiers) =>
            {
                Some(*c)
            }
            _ => None,
        };
        match (after.as_str(), typed) {
            ("", Some(c @ ('[' | 'O'))) => after.push(c),
            // A lone Esc followed by another key.
            ("", _) => return std::iter::once(Event::Key(ESC)).chain(self.take(event)).collect(),
            // Parameters of the sequence.
            ("O" | "[", Some(c @ '0'..='?')) | (_, Some(c @ ' '..='?')) if after.len() < LONGEST => {
                after.push(c)
            }
            (_, Some(last @ '@'..='~')) => {
                // An unknown key is dropped rather than mistaken for another.
                return key(&after, last).map(Event::Key).into_iter().collect();
            }
            // Interrupted by an event that is not part of the sequence.
            _ => return self.take(event),
        }
        self.after = Some(after);
        Vec::new()
    }

    /// Ends the wait: a lone Esc is the Esc key; an incomplete sequence is dropped.
    pub fn give_up(&mut self) -> Option<Event> {
        self.after.take().filter(String::is_empty).map(|_| Event::Key(ESC))
    }
}

const ESC: KeyEvent = KeyEvent::new(KeyCode::Esc, KeyModifiers::NONE);

/// `[1;2` and `C`: Shift-Right.
fn key(before: &str, last: char) -> Option<KeyEvent> {
    let mut numbers = before.get(1..)?.split(';');
    let first = numbers.next().filter(|n| !n.is_empty());
    let pressed: u8 = numbers.next().map_or(Some(1), |n| n.parse().ok())?;
    let code = match (last, first) {
        ('A', _) => KeyCode::Up,
        ('B', _) => KeyCode::Down,
        ('C', _) => KeyCode::Right,
        ('D', _) => KeyCode::Left,
        ('H', _) | ('~', Some("1" | "7")) => KeyCode::Home,
        ('F', _) | ('~', Some("4" | "8")) => KeyCode::End,
        ('~', Some("2")) => KeyCode::Insert,
        ('~', Some("3")) => KeyCode::Delete,
        ('~', Some("5")) => KeyCode::PageUp,
        ('~', Some("6")) => KeyCode::PageDown,
        ('Z', None) => return Some(KeyEvent::new(KeyCode::BackTab, KeyModifiers::SHIFT)),
        _ => return None,
    };
    let bits = pressed.checked_sub(1)?;
    let mut modifiers = KeyModifiers::NONE;
    for (bit, modifier) in [(1, KeyModifiers::SHIFT), (2, KeyModifiers::ALT), (4, KeyModifiers::CONTROL)] {
        modifiers.set(modifier, bits & bit != 0);
    }
    Some(KeyEvent::new(code, modifiers))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each character as the terminal's reader returns it when it arrives alone.
    fn read(joiner: &mut Joiner, text: &str) -> Vec<Event> {
        let event = |c| match c {
            '\x1b' => Event::Key(ESC),
            c => Event::Key(KeyEvent::new(KeyCode::Char(c), KeyModifiers::NONE)),
        };
        text.chars().flat_map(|c| joiner.take(event(c))).collect()
    }

    fn typed(c: char) -> Event {
        Event::Key(KeyEvent::new(KeyCode::Char(c), KeyModifiers::NONE))
    }

    #[test]
    fn a_split_key_sequence_is_one_key() {
        use KeyCode::{Delete, Down, Home, PageUp, Right, Up};
        for (text, code, modifiers) in [
            ("\x1b[A", Up, KeyModifiers::NONE),
            ("\x1bOB", Down, KeyModifiers::NONE),
            ("\x1b[1;2C", Right, KeyModifiers::SHIFT),
            ("\x1b[1;7A", Up, KeyModifiers::ALT | KeyModifiers::CONTROL),
            ("\x1b[5~", PageUp, KeyModifiers::NONE),
            ("\x1b[3;5~", Delete, KeyModifiers::CONTROL),
            ("\x1b[H", Home, KeyModifiers::NONE),
        ] {
            let mut joiner = Joiner::new(true);
            assert_eq!(read(&mut joiner, text), [Event::Key(KeyEvent::new(code, modifiers))], "{text:?}");
            assert!(!joiner.waits());
        }
    }

    #[test]
    fn an_esc_alone_is_esc_and_half_a_key_is_nothing() {
        let mut joiner = Joiner::new(true);
        assert!(read(&mut joiner, "\x1b").is_empty() && joiner.waits());
        assert_eq!(joiner.give_up(), Some(Event::Key(ESC)));
        assert_eq!((joiner.waits(), joiner.give_up()), (false, None));
        assert_eq!(read(&mut joiner, "\x1bq"), [Event::Key(ESC), typed('q')]);
        assert!(read(&mut joiner, "\x1b[1;").is_empty());
        assert_eq!(joiner.give_up(), None);
        // A mouse click, a focus event, a key of another protocol: none of their characters is a command.
        assert!(read(&mut joiner, "\x1b[<0;12;4M\x1b[I\x1b[57~").is_empty() && !joiner.waits());
        assert_eq!(read(&mut joiner, "q"), [typed('q')]);
        // A resize in the middle ends it.
        assert!(read(&mut joiner, "\x1b[").is_empty());
        assert_eq!(joiner.take(Event::Resize(80, 24)), [Event::Resize(80, 24)]);
        assert!(read(&mut joiner, "\x1b\x1b").len() == 1 && joiner.waits());
    }

    #[test]
    fn local_keys_are_not_delayed() {
        let mut joiner = Joiner::new(false);
        assert_eq!(read(&mut joiner, "\x1b[A"), [Event::Key(ESC), typed('['), typed('A')]);
        assert!(!joiner.waits());
    }
}
