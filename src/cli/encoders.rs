//! Encoders on the command line: `--features NAME=FILE`, repeated.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use super::output::note;
use crate::scenario::{Encoder, Scenario, ScenarioError};

/// A name and a file, given as `NAME=FILE`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named(pub Encoder);

impl FromStr for Named {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, file) = text.split_once('=').unwrap_or_default();
        if name.is_empty() || file.is_empty() {
            return Err("accepted is a name and a file, such as minilm=features.npy".into());
        }
        Encoder::check_name(name)?;
        Ok(Self(Encoder { name: name.into(), features: file.into() }))
    }
}

/// Several encoders with distinct names and features.
///
/// # Errors
/// One sentence naming the flag and what is accepted.
pub fn checked(named: impl IntoIterator<Item = Named>) -> Result<Vec<Encoder>, ScenarioError> {
    let encoders: Vec<Encoder> = named.into_iter().map(|named| named.0).collect();
    if encoders.len() < 2 {
        return Err(ScenarioError::new(
            "--features names one encoder; accepted are two or more, each as NAME=FILE",
        ));
    }
    Encoder::check_all(&encoders).map_err(|e| e.about("--features"))?;
    Ok(encoders)
}

/// Real rows of one set of features, which may have a name, or of several encoders.
///
/// # Errors
/// Errors of [`checked`].
pub fn scenario(features: &[PathBuf], targets: &Path) -> Result<Scenario, ScenarioError> {
    let named = |path: &PathBuf| -> Result<Named, ScenarioError> {
        let text = path.to_string_lossy();
        text.parse().map_err(|accepted| {
            ScenarioError::new(format!("--features {text}: of several encoders each has a name; {accepted}"))
        })
    };
    match features {
        [one] => Ok(match named(one).ok().filter(|_| !is_there(one)) {
            Some(Named(encoder)) => {
                Scenario { name: encoder.name, ..Scenario::measured(encoder.features, targets) }
            }
            None => Scenario::measured(one, targets),
        }),
        several => {
            let named = several.iter().map(named).collect::<Result<Vec<_>, _>>()?;
            Ok(Scenario::of_encoders(&checked(named)?, targets))
        }
    }
}

/// Prints a note that names the encoder in focus, for commands that use a single one.
pub fn note_focus(scenario: &Scenario) {
    if let Some(focus) = scenario.focus() {
        note(format!("of the encoders this is about {focus}; --set data.encoder=NAME chooses another"));
    }
}

/// A file name may contain '='.
fn is_there(path: &Path) -> bool {
    let text = path.to_string_lossy();
    path.exists() || text.rsplit_once(':').is_some_and(|(file, _)| Path::new(file).exists())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_file_needs_no_name_and_may_hold_an_equals_sign() {
        let folder = tempfile::tempdir().unwrap();
        let odd = folder.path().join("a=b.npy");
        std::fs::write(&odd, "").unwrap();
        let targets = Path::new("y.txt");
        let of =
            |paths: &[&Path]| scenario(&paths.iter().map(|p| p.to_path_buf()).collect::<Vec<_>>(), targets);
        let features = |scenario: Scenario| scenario.data.unwrap().features;
        assert_eq!(features(of(&[&odd]).unwrap()), odd);
        let named = of(&[Path::new("minilm=x.npy")]).unwrap();
        assert_eq!(named.name, "minilm");
        assert_eq!(features(named), Path::new("x.npy"));
        assert_eq!(features(of(&[Path::new("x.npy")]).unwrap()), Path::new("x.npy"));
        let both = of(&[Path::new("a=x.npy"), Path::new("b=y.parquet:embedding")]).unwrap();
        assert_eq!(both.encoders().len(), 2);
        assert_eq!(both.encoders()[1].features, Path::new("y.parquet:embedding"));
        assert_eq!((both.name.as_str(), both.focus()), ("a, b", Some("a")));
        for (paths, word) in [
            (["a=x.npy", "y.npy"], "each has a name"),
            (["a=x.npy", "a=y.npy"], "two encoders have this name"),
            (["a=x.npy", "b=x.npy"], "has the features of a"),
            (["a=x.npy", "b,c=y.npy"], "printable"),
        ] {
            let said = of(&paths.map(Path::new)).unwrap_err().to_string();
            assert!(said.contains(word) && said.contains("--features"), "{said}");
        }
    }
}
