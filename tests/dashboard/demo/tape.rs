//! A strict parser of the part of VHS's tape grammar that the demo uses: other commands are errors with their line number.

use std::time::Duration;

#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    Output(String),
    Require(String),
    Set {
        key: String,
        value: String,
    },
    /// A comment that starts with "Scene:".
    Scene(String),
    Type {
        text: String,
        pause: Option<Duration>,
    },
    Key {
        bytes: &'static str,
        count: usize,
        pause: Option<Duration>,
    },
    Sleep(Duration),
    /// Waits until the screen, or its last non-empty line, matches a pattern.
    Wait {
        screen: bool,
        limit: Option<Duration>,
        pattern: String,
    },
}

/// VHS's default pattern: the prompt at the end of the last line.
const PROMPT: &str = ">\\s*$";

const SETTINGS: [&str; 6] = ["Shell", "FontSize", "Width", "Height", "Padding", "TypingSpeed"];

pub fn parse(tape: &str) -> Result<Vec<Command>, String> {
    let mut commands = Vec::new();
    for (i, line) in tape.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() {
            continue;
        }
        if let Some(comment) = line.strip_prefix('#') {
            commands.extend(comment.trim().strip_prefix("Scene:").map(|s| Command::Scene(s.trim().into())));
            continue;
        }
        commands.push(
            command(line)
                .map_err(|why| format!("line {}: {why}: {line}", i + 1).escape_debug().to_string())?,
        );
    }
    Ok(commands)
}

fn command(line: &str) -> Result<Command, String> {
    let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let rest = rest.trim();
    let (name, at) = match word.split_once('@') {
        Some((name, at)) => (name, Some(duration(at)?)),
        None => (word, None),
    };
    let key = |bytes| -> Result<Command, String> {
        let count = if rest.is_empty() { 1 } else { rest.parse().map_err(|_| "a count was expected")? };
        Ok(Command::Key { bytes, count, pause: at })
    };
    match name {
        "Output" => Ok(Command::Output(rest.into())),
        "Require" => Ok(Command::Require(rest.into())),
        "Set" => {
            let (key, value) = rest.split_once(' ').ok_or("a setting and its value were expected")?;
            if !SETTINGS.contains(&key) {
                return Err(format!("an unknown setting {key}"));
            }
            Ok(Command::Set { key: key.into(), value: value.trim_matches('"').into() })
        }
        "Type" => Ok(Command::Type { text: quoted(rest, &['"', '\'', '`'])?.into(), pause: at }),
        "Sleep" => Ok(Command::Sleep(duration(rest)?)),
        "Enter" => key("\r"),
        "Tab" => key("\t"),
        "Escape" => key("\x1b"),
        "Space" => key(" "),
        "Backspace" => key("\x7f"),
        "Up" => key("\x1b[A"),
        "Down" => key("\x1b[B"),
        "Right" => key("\x1b[C"),
        "Left" => key("\x1b[D"),
        "PageUp" => key("\x1b[5~"),
        "PageDown" => key("\x1b[6~"),
        "Wait" | "Wait+Line" | "Wait+Screen" => {
            let pattern = if rest.is_empty() { PROMPT } else { quoted(rest, &['/'])? };
            Ok(Command::Wait { screen: name == "Wait+Screen", limit: at, pattern: pattern.into() })
        }
        _ => Err("an unknown command".into()),
    }
}

fn quoted<'a>(text: &'a str, marks: &[char]) -> Result<&'a str, String> {
    let inside = |mark: &char| text.strip_prefix(*mark)?.strip_suffix(*mark);
    marks.iter().find_map(inside).ok_or_else(|| format!("text between {marks:?} was expected"))
}

/// Parses a duration: `500ms`, `2s`, `1.5s`; a number without a unit is in seconds.
fn duration(text: &str) -> Result<Duration, String> {
    let (number, unit) = match text.strip_suffix("ms") {
        Some(number) => (number, 1e-3),
        None => (text.strip_suffix('s').unwrap_or(text), 1.0),
    };
    let seconds = number.parse::<f64>().map_err(|_| format!("{text} is no duration"))? * unit;
    Duration::try_from_secs_f64(seconds).map_err(|_| format!("{text} is no duration"))
}

#[test]
fn commands_are_parsed_and_unknown_ones_rejected() {
    let tape = "# a remark\n# Scene: one\nType@50ms \"a \\b\"\nLeft@70ms 20\nSleep 1.5s\nWait+Screen@30s /x\\.y/\nWait\n";
    let ms = Duration::from_millis;
    assert_eq!(
        parse(tape).unwrap(),
        [
            Command::Scene("one".into()),
            Command::Type { text: "a \\b".into(), pause: Some(ms(50)) },
            Command::Key { bytes: "\x1b[D", count: 20, pause: Some(ms(70)) },
            Command::Sleep(ms(1500)),
            Command::Wait { screen: true, limit: Some(ms(30_000)), pattern: "x\\.y".into() },
            Command::Wait { screen: false, limit: None, pattern: PROMPT.into() },
        ]
    );
    for bad in ["Tpye \"a\"", "Type a", "Sleep soon", "Left@x 2", "Set Colour 3", "Wait+Screen x", "Down two"]
    {
        let sentence = parse(&format!("\n{bad}")).unwrap_err();
        assert!(sentence.starts_with("line 2: "), "{sentence}");
    }
}
