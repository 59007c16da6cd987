//! Detection of a light terminal background, from the environment or by a query that never blocks.
//!
//! The query (OSC 11) is sent with the first bytes. If the terminal answers, the theme changes when the answer
//! arrives; if not, nothing changes. The answer arrives among the keys, character by character, and [`Reader`]
//! removes it at any time.

use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};

/// The query for the background colour.
pub const QUESTION: &str = "\x1b]11;?\x07";

/// From `COLORFGBG`, which some terminals set: `15;0` is white on black, `0;default;15` black on white.
#[must_use]
pub fn from_environment(variable: impl Fn(&str) -> Option<String>) -> Option<bool> {
    let ground: u8 = variable("COLORFGBG")?.rsplit(';').next()?.trim().parse().ok()?;
    (ground < 16).then_some(!matches!(ground, 0..=6 | 8))
}

/// Whether the terminal is known to support the query; others are not queried.
#[must_use]
pub fn supports_query(variable: impl Fn(&str) -> Option<String>) -> bool {
    // screen forwards the query and mixes up the answers; the Linux console does not support it.
    const NOT: [&str; 5] = ["dumb", "linux", "screen", "vt", "Eterm"];
    variable("TERM").is_some_and(|term| !term.is_empty() && !NOT.iter().any(|not| term.starts_with(not)))
}

/// When the query was sent, as long as there is no answer.
static OPEN: Mutex<Option<Instant>> = Mutex::new(None);

fn open() -> std::sync::MutexGuard<'static, Option<Instant>> {
    OPEN.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// Records that the query was sent.
pub fn asked() {
    *open() = Some(Instant::now());
}

/// Waits for an answer that is still on its way before the terminal is returned to the shell, where it would appear
/// as typed text. Waits only if the query was sent very recently.
pub fn await_answer() {
    const LONGEST: Duration = Duration::from_millis(150);
    while open().is_some_and(|since| since.elapsed() < LONGEST) {
        thread::sleep(Duration::from_millis(2));
    }
}

/// Removes the answer from the keys. Sequences that only begin like one are passed on unchanged.
#[derive(Debug, Default)]
pub struct Reader {
    expecting: bool,
    after_escape: bool,
    pending: Vec<Event>,
    text: String,
}

/// Output of the reader.
#[derive(Debug, Clone, PartialEq)]
pub enum Read {
    Input(Event),
    /// Whether the background is light.
    Background(bool),
}

/// Length of the longest answer, `11;rgba:ffff/ffff/ffff/ffff`.
const LONGEST: usize = 32;

impl Reader {
    /// A reader of events; `expecting` if an answer may be among them.
    #[must_use]
    pub fn new(expecting: bool) -> Self {
        Self { expecting, ..Self::default() }
    }

    /// The output for an event: the event itself, nothing yet, the answer, or everything that was held back.
    pub fn take(&mut self, event: Event) -> Vec<Read> {
        let Event::Key(key) = &event else { return self.pass(event) };
        if !self.expecting {
            return vec![Read::Input(event)];
        }
        let key = *key;
        if self.pending.is_empty() {
            let begins = is_char(&key, ']')
                && (key.modifiers.contains(KeyModifiers::ALT) || std::mem::take(&mut self.after_escape));
            self.after_escape = key.code == KeyCode::Esc;
            if !begins {
                return vec![Read::Input(event)];
            }
            self.pending.push(event);
            return Vec::new();
        }
        let ended =
            is_char(&key, '\\') || (is_char(&key, 'g') && key.modifiers.contains(KeyModifiers::CONTROL));
        if ended {
            return match self.light() {
                Some(light) => {
                    *self = Self::default();
                    *open() = None;
                    vec![Read::Background(light)]
                }
                None => self.pass(event),
            };
        }
        match key.code {
            // The first half of the terminator, arriving alone.
            KeyCode::Esc => {}
            KeyCode::Char(c) if self.goes_on(c) => self.text.push(c),
            _ => return self.pass(event),
        }
        self.pending.push(event);
        Vec::new()
    }

    fn goes_on(&self, c: char) -> bool {
        const BEGINS: &str = "11;rgb";
        match BEGINS.chars().nth(self.text.len()) {
            Some(wanted) => c == wanted,
            None => self.text.len() < LONGEST && (c.is_ascii_hexdigit() || matches!(c, ':' | '/')),
        }
    }

    /// Whether the reported colour is a light one.
    fn light(&self) -> Option<bool> {
        let colour = xterm_color::Color::parse(self.text.strip_prefix("11;")?.as_bytes()).ok()?;
        Some(colour.perceived_lightness() > 0.5)
    }

    /// The sequence is not an answer: passes on everything held back and this event.
    fn pass(&mut self, event: Event) -> Vec<Read> {
        self.text.clear();
        std::mem::take(&mut self.pending).into_iter().chain([event]).map(Read::Input).collect()
    }
}

fn is_char(key: &KeyEvent, c: char) -> bool {
    key.code == KeyCode::Char(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn press(code: KeyCode, modifiers: KeyModifiers) -> Event {
        Event::Key(KeyEvent::new(code, modifiers))
    }

    /// The events that crossterm reports for these bytes.
    fn keys(sent: &str) -> Vec<Event> {
        let mut events = Vec::new();
        let mut alt = KeyModifiers::NONE;
        for c in sent.chars() {
            match c {
                '\x1b' => alt = KeyModifiers::ALT,
                '\x07' => events.push(press(KeyCode::Char('g'), KeyModifiers::CONTROL)),
                c => events.push(press(KeyCode::Char(c), std::mem::replace(&mut alt, KeyModifiers::NONE))),
            }
        }
        events
    }

    fn read(reader: &mut Reader, events: Vec<Event>) -> Vec<Read> {
        events.into_iter().flat_map(|event| reader.take(event)).collect()
    }

    #[test]
    fn a_reply_is_removed_from_the_keys() {
        for (sent, light) in [
            ("\x1b]11;rgb:ffff/ffff/ffff\x1b\\", true),
            ("\x1b]11;rgb:1e1e/1e1e/2E2E\x07", false),
            ("\x1b]11;rgba:fdf6/e3e3/c2c2/ffff\x07", true),
            ("\x1b]11;rgb:00/2b/36\x1b\\", false),
        ] {
            let mut reader = Reader::new(true);
            let all = [keys("jk"), keys(sent), keys("q]")].concat();
            let inputs = |text: &str| keys(text).into_iter().map(Read::Input).collect::<Vec<_>>();
            let wanted = [inputs("jk"), vec![Read::Background(light)], inputs("q]")].concat();
            assert_eq!(read(&mut reader, all), wanted, "{sent:?}");
            // Only one answer is expected.
            assert_eq!(read(&mut reader, keys(sent)).len(), keys(sent).len());
        }
    }

    #[test]
    fn a_reply_split_after_an_escape_is_recognised() {
        let esc = press(KeyCode::Esc, KeyModifiers::NONE);
        let all = [vec![esc.clone()], keys("]11;rgb:ff/ff/ff"), vec![esc.clone()], keys("\\")].concat();
        assert_eq!(read(&mut Reader::new(true), all), [Read::Input(esc), Read::Background(true)]);
    }

    #[test]
    fn other_input_is_unchanged() {
        for sent in [
            "\x1b]q",
            "\x1b]11x",
            "]11;rgb:",
            "\x1b]11;rgb:zz",
            "\x1b]11;rgb:\x07",
            "\x1b]12;rgb:ff/ff/ff\x07",
        ] {
            let passed: Vec<Read> = keys(sent).into_iter().map(Read::Input).collect();
            let long = read(&mut Reader::new(true), [keys(sent), keys("q")].concat());
            let whole: Vec<Read> =
                passed.iter().cloned().chain(keys("q").into_iter().map(Read::Input)).collect();
            assert_eq!(long, whole, "{sent:?}");
            assert_eq!(read(&mut Reader::new(false), keys(sent)), passed, "{sent:?}");
        }
        let endless = format!("\x1b]11;rgb{}", "f".repeat(60));
        let passed = read(&mut Reader::new(true), keys(&endless));
        assert_eq!(passed.len(), keys(&endless).len());
    }

    #[test]
    fn the_environment_gives_the_background() {
        let from = |value: &str| from_environment(|name| (name == "COLORFGBG").then(|| value.to_owned()));
        assert_eq!(
            ["15;0", "0;15", "0;default;15", "7;8", "12;7"].map(from),
            [false, true, true, false, true].map(Some)
        );
        assert_eq!(["", "15;default", "1;99"].map(from), [None; 3]);
        let asked = |term: &str| supports_query(|name| (name == "TERM").then(|| term.to_owned()));
        assert_eq!(
            ["xterm-256color", "tmux", "linux", "screen.xterm", ""].map(asked),
            [true, true, false, false, false]
        );
    }
}
