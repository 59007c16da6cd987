//! The available themes: those built in, and the user's files.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::outside;

use super::{BUILT_IN, Depth, Palette, Theme, ThemeError, parse};

/// Maximum size of a theme file in bytes.
const LONGEST: u64 = 1_000_000;

/// Every theme by name, the default first.
#[derive(Debug, Clone, Default)]
pub struct Themes {
    all: Vec<Palette>,
    /// Invalid theme files, with the reason.
    broken: Vec<(PathBuf, ThemeError)>,
}

impl Themes {
    /// The built-in themes.
    #[must_use]
    pub fn built_in() -> Self {
        let all = BUILT_IN.iter().filter_map(|(_, source)| parse::palette(source).ok()).collect();
        Self { all, broken: Vec::new() }
    }

    /// The built-in themes and the `*.toml` files of a directory, if it exists. A user's theme replaces a built-in
    /// one of the same name; an invalid file is stored as an error.
    #[must_use]
    pub fn with_user(directory: Option<&Path>) -> Self {
        let mut themes = Self::built_in();
        let Some(directory) = directory else { return themes };
        let mut files: Vec<PathBuf> = match fs::read_dir(directory) {
            Ok(entries) => entries.filter_map(|e| Some(e.ok()?.path())).collect(),
            Err(e) if e.kind() == ErrorKind::NotFound => Vec::new(),
            Err(e) => {
                themes.refuse(directory.to_owned(), &e.to_string());
                Vec::new()
            }
        };
        files.retain(|path| path.extension().is_some_and(|e| e == "toml"));
        files.sort();
        for path in files {
            let read = outside::read::text(&path, LONGEST)
                .and_then(|text| text.ok_or_else(|| "there is no such file".into()))
                .map_err(ThemeError);
            match read.and_then(|source| parse::palette(&source)) {
                Ok(palette) => match themes.all.iter_mut().find(|known| known.name == palette.name) {
                    Some(known) => *known = palette,
                    None => themes.all.push(palette),
                },
                Err(error) => themes.refuse(path, &error.0),
            }
        }
        themes
    }

    fn refuse(&mut self, path: PathBuf, why: &str) {
        let error = ThemeError::new(&format!("theme {}: {why}", path.display()));
        self.broken.push((path, error));
    }

    /// Names of all themes, built-in and user's.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.all.iter().map(|palette| palette.name.as_str())
    }

    /// Errors of invalid theme files.
    pub fn errors(&self) -> impl Iterator<Item = &ThemeError> {
        self.broken.iter().map(|(_, error)| error)
    }

    /// The theme with this name.
    ///
    /// # Errors
    /// If there is no valid theme of this name: the error of its file, or the available names.
    pub fn get(&self, name: &str, depth: Depth) -> Result<Theme, ThemeError> {
        if let Some(palette) = self.all.iter().find(|palette| palette.name == name) {
            return Ok(Theme::from_palette(palette.clone(), depth));
        }
        let broken = self.broken.iter().find(|(path, _)| path.file_stem().is_some_and(|stem| stem == name));
        Err(broken.map_or_else(
            || {
                let known = self.names().collect::<Vec<_>>().join(", ");
                let sentence = format!("there is no theme \"{name}\"; the themes are {known}");
                ThemeError::new(&sentence)
            },
            |(_, error)| error.clone(),
        ))
    }

    /// The name of the theme for a background.
    #[must_use]
    pub const fn fitting(light: bool) -> &'static str {
        if light { "light" } else { "default" }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn user_themes_are_added_and_broken_ones_reported() {
        let directory = tempfile::tempdir().unwrap();
        let good = BUILT_IN[0].1.replace("name = \"default\"", "name = \"mine\"");
        let write = |name: &str, text: &str| fs::write(directory.path().join(name), text).unwrap();
        write("a.toml", &good);
        write("b.toml", &good.replace("floor =", "flor ="));
        write("c.toml", &BUILT_IN[1].1.replace("#fbfaf7", "#ffffff"));
        write("notes.txt", "no theme at all");
        let themes = Themes::with_user(Some(directory.path()));
        let names: Vec<&str> = themes.names().collect();
        assert_eq!(names, ["default", "light", "high-contrast", "plain16", "dusk", "sepia", "mine"]);
        assert_eq!(themes.get("mine", Depth::TrueColor).unwrap().name(), "mine");
        let light = themes.get("light", Depth::TrueColor).unwrap();
        assert_eq!(light.base().bg, Some(ratatui::style::Color::Rgb(255, 255, 255)));
        let errors: Vec<String> = themes.errors().map(ToString::to_string).collect();
        assert_eq!(errors.len(), 1);
        assert!(errors[0].contains("b.toml: \"flor\" is not a role; the roles are text, dim,"), "{errors:?}");
        assert_eq!(themes.get("b", Depth::None).unwrap_err().to_string(), errors[0]);
        let unknown = themes.get("solar", Depth::None).unwrap_err().to_string();
        assert!(unknown.ends_with("dusk, sepia, mine"), "{unknown}");
    }

    #[test]
    fn no_directory_is_no_error() {
        let themes = Themes::with_user(Some(Path::new("/nonexistent/themes")));
        assert_eq!((themes.names().count(), themes.errors().count()), (BUILT_IN.len(), 0));
    }
}
