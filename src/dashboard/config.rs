//! The user's configuration: read strictly from a TOML file, written only on request.

use std::path::{Path, PathBuf};

use etcetera::BaseStrategy;
use toml::{Table, Value};

use super::model::action::{ABOUT, Action, Section};
use super::model::keymap::Keymap;
use super::model::keys::Key;
use super::model::view::View;
use crate::outside;

/// Settings of the dashboard that the command line can override.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// Name of a theme; `auto` follows the terminal's background.
    pub theme: String,
    pub glyphs: GlyphChoice,
    pub mouse: bool,
    pub view: View,
    pub keymap: Keymap,
}

/// Which characters to draw with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum GlyphChoice {
    /// Braille, or ASCII where the locale is not UTF-8
    Auto,
    /// 2×4 dots a cell
    Braille,
    /// Blocks of 2×2 a cell, where a font lacks Braille
    Dots,
    /// Plain ASCII everywhere
    Ascii,
}

impl GlyphChoice {
    pub const ALL: [Self; 4] = [Self::Auto, Self::Braille, Self::Dots, Self::Ascii];

    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Braille => "braille",
            Self::Dots => "dots",
            Self::Ascii => "ascii",
        }
    }

    /// The characters for this environment. Over SSH the locale is often not forwarded; UTF-8 is assumed if none is
    /// set.
    #[must_use]
    pub fn resolved(self, variable: impl Fn(&str) -> Option<String>) -> Self {
        if self != Self::Auto {
            return self;
        }
        let locale =
            ["LC_ALL", "LC_CTYPE", "LANG"].iter().filter_map(|name| variable(name)).find(|v| !v.is_empty());
        let utf8 = locale.is_none_or(|l| {
            let l = l.to_ascii_lowercase();
            l.contains("utf-8") || l.contains("utf8")
        });
        // The font of the Linux console has neither Braille nor quadrant characters.
        let console = variable("TERM").is_some_and(|name| name == "linux");
        if utf8 && !console { Self::Braille } else { Self::Ascii }
    }

    const fn about(self) -> &'static str {
        match self {
            Self::Auto => "braille in a UTF-8 locale, else (and on TERM=linux) ascii",
            Self::Braille => "2x4 dots a cell",
            Self::Dots => "2x2 blocks a cell, where a font lacks Braille",
            Self::Ascii => "plain ASCII everywhere",
        }
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            theme: AUTO.into(),
            glyphs: GlyphChoice::Auto,
            mouse: false,
            view: View::Risk,
            keymap: Keymap::default(),
        }
    }
}

/// Name of the theme that follows the terminal's background.
pub const AUTO: &str = "auto";

/// `$XDG_CONFIG_HOME/riskscope`, or the system's equivalent; `None` without a home directory.
#[must_use]
pub fn directory() -> Option<PathBuf> {
    Some(etcetera::choose_base_strategy().ok()?.config_dir().join("riskscope"))
}

/// Maximum size of the file in bytes; a full configuration takes far less.
const LONGEST: u64 = 1_000_000;

impl Config {
    /// Reads the named file, which must exist; without a name, the user's configuration file if there is one.
    ///
    /// # Errors
    /// One sentence naming the file, the key and what is accepted.
    pub fn load(named: Option<&Path>) -> Result<Self, String> {
        let user_file = directory().map(|d| d.join("config.toml"));
        let Some(path) = named.or(user_file.as_deref()) else { return Ok(Self::default()) };
        let shown = outside::text::path(path);
        let text = match outside::read::text(path, LONGEST) {
            Ok(Some(text)) => text,
            Ok(None) if named.is_none() => return Ok(Self::default()),
            Ok(None) => return Err(format!("configuration {shown}: there is no such file")),
            Err(why) => return Err(format!("configuration {shown}: {why}")),
        };
        Self::parse(&text).map_err(|why| outside::text::sentence(&format!("configuration {shown}: {why}")))
    }

    /// Parses a file's text; missing settings have their defaults.
    ///
    /// # Errors
    /// One sentence naming the key and what is accepted.
    pub fn parse(text: &str) -> Result<Self, String> {
        let table: Table = text.parse().map_err(|e: toml::de::Error| {
            format!("not valid TOML: {}", e.to_string().trim().replace('\n', " "))
        })?;
        let mut config = Self::default();
        for (key, value) in &table {
            match key.as_str() {
                "theme" => config.theme = word(key, value, "a theme's name or \"auto\"")?.into(),
                "glyphs" => {
                    let names = GlyphChoice::ALL.map(GlyphChoice::name);
                    let at = one_of(key, value, &names)?;
                    config.glyphs = GlyphChoice::ALL.get(at).copied().unwrap_or(GlyphChoice::Auto);
                }
                "mouse" => {
                    config.mouse =
                        value.as_bool().ok_or_else(|| format!("mouse must be true or false, got {value}"))?;
                }
                "view" => {
                    let at = one_of(key, value, &View::ALL.map(View::name))?;
                    config.view = View::ALL.get(at).copied().unwrap_or(View::Risk);
                }
                "keys" => config.keymap = keys(value)?,
                _ => {
                    return Err(format!(
                        "there is no key {key:?}; the keys are theme, glyphs, mouse, view and [keys]"
                    ));
                }
            }
        }
        Ok(config)
    }

    /// A configuration file with the defaults, every setting commented out and explained.
    #[must_use]
    pub fn template() -> String {
        let default = Self::default();
        let mut text = String::from(
            "# riskscope's configuration: $XDG_CONFIG_HOME/riskscope/config.toml (~/.config/riskscope/config.toml),\n\
             # or any file with --config. Everything here is the default; take away a # to change it.\n\n\
             # A theme's name (`riskscope themes` lists them), or auto: light on a light background.\n",
        );
        text += &format!("#theme = {:?}\n\n# The characters to draw with:", default.theme);
        for choice in GlyphChoice::ALL {
            text += &format!("\n#   {:<8} {}", choice.name(), choice.about());
        }
        text += &format!("\n#glyphs = {:?}\n\n", default.glyphs.name());
        text += "# Mouse reports from the start; without them the terminal's own selection works.\n";
        text += &format!("#mouse = {}\n\n", default.mouse);
        text += &format!("# The view to start with: {}.\n", View::ALL.map(View::name).join(", "));
        text += &format!("#view = {:?}\n\n", default.view.name());
        text += "# action = \"key\" or [\"key\", \"key\"], instead of the keys it has by default; [] for none.\n\
                 # A key is one character or a name (left, page-up, enter, f1, ...), after ctrl-, alt- or shift-.\n\
                 #[keys]\n";
        for section in Section::ALL {
            text += &format!("\n# {}\n", section.title());
            for about in ABOUT.iter().filter(|a| a.section == section) {
                let keys: Vec<String> =
                    default.keymap.keys(about.action).map(|key| format!("{:?}", key.to_string())).collect();
                let keys = match keys.as_slice() {
                    [one] => one.clone(),
                    several => format!("[{}]", several.join(", ")),
                };
                text += &format!("# {}:\n#{} = {keys}\n", about.words, about.name);
            }
        }
        text
    }
}

fn word<'a>(key: &str, value: &'a Value, accepted: &str) -> Result<&'a str, String> {
    value.as_str().ok_or_else(|| format!("{key} must be {accepted}, got {value}"))
}

/// The index of a word among the accepted ones.
fn one_of(key: &str, value: &Value, names: &[&str]) -> Result<usize, String> {
    let place = value.as_str().and_then(|word| names.iter().position(|name| *name == word));
    place.ok_or_else(|| format!("{key} must be one of {}, got {value}", names.join(", ")))
}

fn keys(value: &Value) -> Result<Keymap, String> {
    let Value::Table(table) = value else {
        return Err(format!("keys must be a table such as [keys] with quit = \"q\", got {value}"));
    };
    let mut remapped = Vec::with_capacity(table.len());
    for (name, value) in table {
        let action = Action::named(name).ok_or_else(|| {
            let names: Vec<&str> = ABOUT.iter().map(|a| a.name).collect();
            format!("[keys] has no action {name:?}; the actions are {}", names.join(", "))
        })?;
        let wrong = || format!("keys.{name} must be a key such as \"ctrl-r\" or a list of keys, got {value}");
        let names: Vec<&str> = match value {
            Value::Array(list) => list.iter().map(Value::as_str).collect::<Option<_>>().ok_or_else(wrong)?,
            single => vec![single.as_str().ok_or_else(wrong)?],
        };
        let keys = names.into_iter().map(Key::parse).collect::<Result<Vec<_>, _>>();
        remapped.push((action, keys.map_err(|sentence| format!("keys.{name}: {sentence}"))?));
    }
    Keymap::with(&remapped).map_err(|sentence| format!("[keys]: {sentence}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The template with every setting uncommented.
    fn uncommented() -> String {
        let setting = |line: &str| line.strip_prefix('#').filter(|l| !l.starts_with(' ')).map(str::to_owned);
        Config::template().lines().map(|l| setting(l).unwrap_or_else(|| l.to_owned()) + "\n").collect()
    }

    #[test]
    fn the_template_lists_the_defaults() {
        assert_eq!(Config::parse(&Config::template()).unwrap(), Config::default());
        let text = uncommented();
        let config = Config::parse(&text).unwrap();
        let default = Config::default();
        assert_eq!(
            (&config.theme, config.glyphs, config.mouse, config.view),
            (&default.theme, default.glyphs, default.mouse, default.view)
        );
        // Every action is listed, with its keys in order.
        let table: Table = text.parse().unwrap();
        assert_eq!(table.len(), 5);
        assert_eq!(table["keys"].as_table().unwrap().len(), ABOUT.len());
        for about in ABOUT.iter() {
            let keys = |keymap: &Keymap| keymap.keys(about.action).collect::<Vec<_>>();
            assert_eq!(keys(&config.keymap), keys(&default.keymap), "{:?}", about.action);
        }
    }

    #[test]
    fn the_locale_chooses_the_glyphs() {
        let chosen = |set: &[(&str, &str)]| {
            let variable = |name: &str| set.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned());
            GlyphChoice::Auto.resolved(variable)
        };
        let (braille, ascii) = (GlyphChoice::Braille, GlyphChoice::Ascii);
        assert_eq!(chosen(&[]), braille);
        assert_eq!(chosen(&[("LANG", "de_DE.UTF-8")]), braille);
        assert_eq!(chosen(&[("LANG", "C.utf8"), ("LC_ALL", "")]), braille);
        assert_eq!(chosen(&[("LANG", "C")]), ascii);
        assert_eq!(chosen(&[("LANG", "en_US.UTF-8"), ("LC_ALL", "POSIX")]), ascii);
        assert_eq!(chosen(&[("LANG", "C"), ("LC_CTYPE", "en_US.UTF-8")]), braille);
        assert_eq!(chosen(&[("LANG", "de_DE.ISO-8859-1")]), ascii);
        assert_eq!(GlyphChoice::Dots.resolved(|_| None), GlyphChoice::Dots);
    }

    #[test]
    fn settings_are_applied() {
        let config = Config::parse(
            "theme = \"sepia\"\nglyphs = \"dots\"\nmouse = true\nview = \"phase\"\n\
             [keys]\nhelp = [\"f1\", \"ctrl-o\"]\nfreeze = []",
        )
        .unwrap();
        assert_eq!((config.theme.as_str(), config.glyphs), ("sepia", GlyphChoice::Dots));
        assert_eq!((config.mouse, config.view), (true, View::Phase));
        assert_eq!(config.keymap.all_shown(Action::Help, false), "F1 ^O");
        assert_eq!(config.keymap.all_shown(Action::Freeze, false), "");
        assert_eq!(config.keymap.all_shown(Action::Undo, false), "u");
    }

    #[test]
    fn invalid_settings_are_errors_that_list_valid_ones() {
        for (text, parts) in [
            ("colour = 1", &["no key \"colour\"", "theme, glyphs, mouse, view and [keys]"][..]),
            ("glyphs = \"emoji\"", &["glyphs must be one of auto, braille, dots, ascii", "\"emoji\""]),
            ("mouse = \"on\"", &["mouse must be true or false"]),
            ("view = 3", &["view must be one of risk, variance, ", "got 3"]),
            ("theme = 1", &["theme must be a theme's name"]),
            ("keys = 1", &["keys must be a table"]),
            ("[keys]\nfly = \"x\"", &["no action \"fly\"", "focus-previous", "quit"]),
            ("[keys]\nquit = 3", &["keys.quit must be a key such as", "got 3"]),
            ("[keys]\nquit = \"ctrl-escape\"", &["keys.quit: there is no key \"ctrl-escape\"", "page-down"]),
            ("[keys]\nhelp = \"q\"", &["\"q\" is the key of both", "quit", "help"]),
            ("[keys]\nundo = \"f9\"\nredo = [\"b\", \"f9\"]", &["\"f9\" is the key of both", "undo", "redo"]),
            ("[keys]\nquit = []", &["quit must have a key"]),
            ("theme = ", &["not valid TOML"]),
        ] {
            let sentence = Config::parse(text).unwrap_err();
            assert!(!sentence.contains('\n'), "{sentence}");
            for part in parts {
                assert!(sentence.contains(part), "{text}: {sentence}");
            }
        }
    }
}
