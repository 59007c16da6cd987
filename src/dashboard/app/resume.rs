//! The last session, for `--resume`: the arguments that open it again and the crosshair position, in the user's state
//! directory. Written at the end of a session, read only on request.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::dashboard::model::frozen::{self, Frozen};
use crate::dashboard::model::state::State;
use crate::dashboard::view::command_line;
use crate::outside::{log, read, save, state, text};
use crate::scenario::Scenario;

/// A session to open again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Session {
    /// Arguments of the command line, without the program's name.
    pub arguments: Vec<String>,
    /// α at the crosshair.
    crosshair: f64,
    target: Option<f64>,
    /// α at the second crosshair.
    pin: Option<f64>,
    #[serde(default)]
    frozen: Vec<Kept>,
}

/// A frozen curve.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    name: String,
    /// The scenario as TOML with absolute paths.
    scenario: String,
}

/// Maximum size of the file in bytes; a session takes far less.
const LONGEST: u64 = 1_000_000;

const NAME: &str = "session.toml";

impl Session {
    fn of(state: &State) -> Self {
        let kept = |frozen: &Frozen| Kept {
            name: frozen.name.clone(),
            scenario: frozen.scenario.absolute().to_toml(),
        };
        Self {
            arguments: command_line::opening(state),
            crosshair: state.crosshair,
            target: state.target,
            pin: state.pin,
            frozen: state.frozen.iter().map(kept).collect(),
        }
    }

    /// Restores the parts of the state that the arguments do not cover.
    ///
    /// # Errors
    /// One sentence if the file is not in this version's format.
    pub fn restore(&self, state: &mut State) -> Result<(), String> {
        let wrong = || "--resume: the saved session is from another version; start without it".to_owned();
        let ratio = |at: f64| at.is_finite() && at > 0.0;
        let valid = ratio(self.crosshair)
            && self.pin.is_none_or(ratio)
            && self.target.is_none_or(f64::is_finite)
            && self.frozen.len() <= frozen::MOST;
        let of = |kept: &Kept| {
            let name = text::plain(&kept.name).chars().take(frozen::LONGEST).collect();
            Some(Frozen { name, scenario: Scenario::from_toml(&kept.scenario).ok()? })
        };
        let all: Option<Vec<Frozen>> = self.frozen.iter().map(of).collect();
        let Some(all) = all.filter(|_| valid) else { return Err(wrong()) };
        state.opening.crosshair = false;
        (state.crosshair, state.target, state.pin, state.frozen) =
            (self.crosshair, self.target, self.pin, all);
        Ok(())
    }

    /// The last session.
    ///
    /// # Errors
    /// One sentence if there is none, or if the file is invalid.
    pub fn last() -> Result<Self, String> {
        let path = state::path(NAME).ok_or("--resume: there is no state directory; HOME is not set")?;
        Self::read(&path)
    }

    fn read(path: &Path) -> Result<Self, String> {
        let shown = text::path(path);
        match read::text(path, LONGEST) {
            Ok(Some(text)) => {
                toml::from_str(&text).map_err(|why| text::sentence(&format!("--resume: {shown}: {why}")))
            }
            Ok(None) => Err(format!("--resume: no session has been saved yet ({shown})")),
            Err(why) => Err(format!("--resume: {shown} {why}")),
        }
    }

    fn write(&self, path: &Path) -> Result<(), String> {
        let contents = toml::to_string(self).map_err(|why| why.to_string())?;
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(|why| why.to_string())?;
        }
        save::replace(path, |out| out.write_all(contents.as_bytes())).map_err(|why| why.to_string())
    }
}

/// Stores the session. A failure to do so is only logged.
pub fn keep(state: &State) {
    if let Some(path) = state::path(NAME)
        && let Err(why) = Session::of(state).write(&path)
    {
        log::lines(&format!("the session was not saved: {why}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sessions_round_trip_and_damaged_ones_are_errors() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("riskscope/session.toml");
        let refused = Session::read(&path).unwrap_err();
        assert!(refused.contains("no session"), "{refused}");
        for target in [None, Some(0.25)] {
            let arguments = ["--set", "noise=0.3", "it's \"quoted\""].map(str::to_owned).to_vec();
            let kept = |name: &str| Kept { name: name.into(), scenario: Scenario::default().to_toml() };
            let frozen = target.iter().map(|_| kept("A \"b\"")).collect();
            let session = Session { arguments, crosshair: 0.1 + 0.2, target, pin: target, frozen };
            session.write(&path).unwrap();
            assert_eq!(Session::read(&path), Ok(session));
        }
        for wrong in ["", "crosshair = 1", "arguments = 1\ncrosshair = 1.0", "x = \u{7f}"] {
            std::fs::write(&path, wrong).unwrap();
            let refused = Session::read(&path).unwrap_err();
            assert!(
                refused.starts_with("--resume: ") && !refused.chars().any(char::is_control),
                "{refused:?}"
            );
        }
    }
}
