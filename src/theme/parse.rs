//! Reading theme files: strict, with errors that list what would be accepted.

use ratatui::style::{Color, Modifier};
use toml::{Table, Value};

use super::colour::{Named, Rgb};
use super::{Ink, Palette, Role, ThemeError};

const COLOURS: [(&str, Color); 17] = [
    ("terminal", Color::Reset),
    ("black", Color::Black),
    ("red", Color::Red),
    ("green", Color::Green),
    ("yellow", Color::Yellow),
    ("blue", Color::Blue),
    ("magenta", Color::Magenta),
    ("cyan", Color::Cyan),
    ("gray", Color::Gray),
    ("dark-gray", Color::DarkGray),
    ("light-red", Color::LightRed),
    ("light-green", Color::LightGreen),
    ("light-yellow", Color::LightYellow),
    ("light-blue", Color::LightBlue),
    ("light-magenta", Color::LightMagenta),
    ("light-cyan", Color::LightCyan),
    ("white", Color::White),
];

const EMPHASES: [(&str, Modifier); 5] = [
    ("bold", Modifier::BOLD),
    ("dim", Modifier::DIM),
    ("italic", Modifier::ITALIC),
    ("underlined", Modifier::UNDERLINED),
    ("reversed", Modifier::REVERSED),
];

fn error<T>(message: String) -> Result<T, ThemeError> {
    Err(ThemeError::new(&message))
}

/// Reads a theme file: `name`, `background`, `ramp`, and a colour for every role under `[roles]`.
pub(super) fn palette(source: &str) -> Result<Palette, ThemeError> {
    let table: Table = match source.parse() {
        Ok(table) => table,
        Err(e) => {
            return error(format!("the theme is not valid TOML: {e}"));
        }
    };
    const KEYS: [&str; 4] = ["name", "background", "ramp", "roles"];
    if let Some(key) = table.keys().find(|k| !KEYS.contains(&k.as_str())) {
        return error(format!("a theme has no key \"{key}\"; the keys are {}", KEYS.join(", ")));
    }
    let Some(Value::String(name)) = table.get("name") else {
        return error("a theme needs a name, such as name = \"dusk\"".into());
    };
    if name.chars().any(crate::outside::text::commands) || name.chars().count() > 40 {
        return error("a theme's name is at most 40 characters, none of them a control character".into());
    }
    let background = match table.get("background") {
        None => None,
        Some(value) => match colour("background", value)? {
            Named::Rgb(rgb) => Some(rgb),
            Named::Ansi(Color::Reset) => None,
            Named::Ansi(_) => return error("background must be \"#rrggbb\" or \"terminal\"".into()),
        },
    };
    let Some(Value::Table(roles)) = table.get("roles") else {
        return error(format!("a theme needs a table [roles] with the roles {}", names()));
    };
    if let Some(key) = roles.keys().find(|k| !Role::ALL.iter().any(|r| r.name() == k.as_str())) {
        return error(format!("\"{key}\" is not a role; the roles are {}", names()));
    }
    let mut inks = Vec::with_capacity(Role::ALL.len());
    for role in Role::ALL {
        let Some(value) = roles.get(role.name()) else {
            return error(format!("the theme lacks the role \"{}\"; the roles are {}", role.name(), names()));
        };
        inks.push(ink(role.name(), value)?);
    }
    Ok(Palette { name: name.clone(), background, ramp: ramp(table.get("ramp"))?, inks })
}

fn names() -> String {
    Role::ALL.iter().map(|role| role.name()).collect::<Vec<_>>().join(", ")
}

fn ramp(value: Option<&Value>) -> Result<Vec<Rgb>, ThemeError> {
    let wrong = || error("ramp must be a list of at least two colours \"#rrggbb\", low to high".into());
    let Some(value) = value else { return Ok(Vec::new()) };
    let stops: Option<Vec<Rgb>> =
        value.as_array().and_then(|list| list.iter().map(|v| v.as_str().and_then(Rgb::parse)).collect());
    match stops {
        Some(stops) if stops.len() >= 2 => Ok(stops),
        _ => wrong(),
    }
}

/// A colour, or a table of colour, tint, ansi16, tint16 and emphasis.
fn ink(role: &str, value: &Value) -> Result<Ink, ThemeError> {
    let mut ink = Ink::default();
    let Value::Table(table) = value else {
        ink.color = Some(colour(role, value)?);
        return Ok(ink);
    };
    for (key, value) in table {
        let name = format!("{role}.{key}");
        match key.as_str() {
            "color" => ink.color = Some(colour(&name, value)?),
            "tint" => ink.tint = Some(colour(&name, value)?),
            "ansi16" => ink.ansi16 = Some(ansi(&name, value)?),
            "tint16" => ink.tint16 = Some(ansi(&name, value)?),
            "emphasis" => ink.emphasis = emphasis(&name, value)?,
            _ => {
                return error(format!(
                    "{role} has no key \"{key}\"; the keys are color, tint, ansi16, tint16, emphasis"
                ));
            }
        }
    }
    Ok(ink)
}

fn colour(name: &str, value: &Value) -> Result<Named, ThemeError> {
    let text = value.as_str().unwrap_or_default();
    let known = COLOURS.iter().find(|(known, _)| *known == text).map(|(_, color)| Named::Ansi(*color));
    match Rgb::parse(text).map(Named::Rgb).or(known) {
        Some(color) => Ok(color),
        None => error(format!("{name} must be \"#rrggbb\" or one of {}; got {value}", colour_names())),
    }
}

fn ansi(name: &str, value: &Value) -> Result<Color, ThemeError> {
    match colour(name, value) {
        Ok(Named::Ansi(color)) => Ok(color),
        _ => error(format!("{name} must be one of {}; got {value}", colour_names())),
    }
}

fn colour_names() -> String {
    COLOURS.map(|(name, _)| name).join(", ")
}

fn emphasis(name: &str, value: &Value) -> Result<Modifier, ThemeError> {
    let one = |v: &Value| EMPHASES.iter().find(|(known, _)| v.as_str() == Some(known)).map(|(_, m)| *m);
    let all: Option<Vec<Modifier>> = match value {
        Value::Array(list) => list.iter().map(one).collect(),
        single => one(single).map(|m| vec![m]),
    };
    match all {
        Some(all) => Ok(all.into_iter().fold(Modifier::empty(), |a, b| a | b)),
        None => error(format!(
            "{name} must be one or a list of {}; got {value}",
            EMPHASES.map(|(n, _)| n).join(", ")
        )),
    }
}
