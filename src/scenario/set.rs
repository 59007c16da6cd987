//! `set`: the one way to change a scenario, by the dotted keys of its file.

use toml::{Table as Toml, Value};

use super::ScenarioError;
use super::description::{Alignment, Scenario};
use super::effective_rank::EFFECTIVE_RANK;
use super::families::Family;
use super::featurization::Featurization;
use super::file::pairs_of;
use super::kinds::Needs;
use super::setting::{Choice, Record, Setting, Settings};

impl Scenario {
    /// Sets a key (`task.ratio`, `ridge`) to a value as a scenario file writes it; texts need no quotes. A new
    /// family, alignment or kind takes the defaults of its settings, keeping those it shares with the old one.
    /// `best` (size), `each` (at) and `estimated` (noise of measured data) leave the key out; [`Family::SAME`] as the
    /// test family leaves its table out.
    /// [`EFFECTIVE_RANK`] sets the number that is solved for it. On error the scenario stays as it was.
    ///
    /// # Errors
    /// As [`Scenario::from_toml`].
    pub fn set(&mut self, key: &str, value: &str) -> Result<(), ScenarioError> {
        if key == EFFECTIVE_RANK {
            let rank = value.parse::<f64>().ok().filter(|rank| rank.is_finite());
            return self.set_effective_rank(rank.ok_or_else(|| {
                ScenarioError::new(format!("{key} accepts a number of directions, got {value}"))
            })?);
        }
        let mut table = self.to_table();
        let (section, last) = key.split_once('.').unwrap_or(("", key));
        match (section, last) {
            // A table given whole replaces what it excludes.
            ("spectrum", _) if self.spectrum.is_none() => {
                forget(&mut table, &["covariates", "task", "test", "signal"])
            }
            ("", "spectrum") => forget(&mut table, &["covariates", "task", "test", "signal"]),
            ("test", "family") if value == Family::SAME => {
                forget(&mut table, &["test"]);
                *self = Self::read(table)?;
                return Ok(());
            }
            ("test", "family") => {
                if let Some(test) = &self.test {
                    switch(&mut table, section, test, value);
                }
            }
            ("task", "family") => switch(&mut table, section, &self.task.family, value),
            ("task", "alignment") => switch(&mut table, section, &self.task.alignment, value),
            ("covariates", "family") => switch(&mut table, section, &self.covariates, value),
            ("featurization", "kind") => switch(&mut table, section, &self.featurization, value),
            // A path can only mean a file.
            ("featurization", "path") => {
                table.insert(section.into(), Value::Table(Toml::new()));
                insert(&mut table, section, "kind", Value::String("file".into()));
            }
            _ => {}
        }
        if self.leaves_out(section, last, value) {
            match table.get_mut(section) {
                Some(Value::Table(inner)) => inner.remove(last),
                _ => table.remove(last),
            };
        } else {
            insert(&mut table, section, last, parse(key, value));
        }
        *self = Self::read(table)?;
        Ok(())
    }

    /// Whether the value is the word for a key that is left out.
    fn leaves_out(&self, section: &str, key: &str, value: &str) -> bool {
        let settings = match section {
            // Measured data say it themselves.
            "" if self.data.is_some() => self.settings(),
            "featurization" => self.featurization.settings(),
            _ => return false,
        };
        settings.iter().any(|s| match s.record {
            Record::Number(number) => {
                number.key == key && number.may_be_left_out && number.words.contains(&value)
            }
            Record::Path(_) => false,
        })
    }
}

impl Scenario {
    /// The kinds of featurization this scenario can have.
    #[must_use]
    pub fn kinds(&self) -> Vec<&'static str> {
        let now = self.featurization.name();
        let possible = |kind: &&str| {
            *kind == now || Featurization::named(kind).is_some_and(|f| f.kind().needs.met_by(self))
        };
        Featurization::NAMES.into_iter().filter(possible).collect()
    }

    /// Whether covariates and task are families.
    #[must_use]
    pub const fn is_synthetic(&self) -> bool {
        self.spectrum.is_none() && self.data.is_none()
    }

    /// Whether covariates, task and featurization have one eigenbasis, which a test covariance can have too.
    #[must_use]
    pub fn shares_eigenbasis(&self) -> bool {
        let turned = matches!(self.task.alignment, Alignment::Rotated { angle, .. } if angle != 0.0);
        self.is_synthetic() && !turned && self.featurization.kind().needs == Needs::Nothing
    }

    /// Whether Σ_x and Σ_θ fail to commute.
    #[must_use]
    pub fn is_rotated(&self) -> bool {
        let turned = match self.task.alignment {
            Alignment::Rotated { angle, .. } => angle.rem_euclid(180.0) != 0.0,
            _ => false,
        };
        self.is_synthetic()
            && turned
            && self.covariates != Family::Isotropic
            && self.task.family != Family::Isotropic
    }
}

fn forget(table: &mut Toml, keys: &[&str]) {
    for key in keys {
        table.remove(*key);
    }
}

/// Replaces the settings of the old variant by those of the one named; those that both have keep their value. An
/// unknown variant changes nothing: reading will refuse it.
fn switch<T: Choice>(table: &mut Toml, section: &str, old: &T, name: &str) {
    let (Some(new), Some(Value::Table(inner))) = (T::named(name), table.get_mut(section)) else { return };
    let old = old.settings();
    let kept =
        |setting: Setting| old.iter().find(|s| s.record.is(setting.record)).cloned().unwrap_or(setting);
    for (key, _) in pairs_of(old.clone()) {
        inner.remove(key);
    }
    inner.extend(pairs_of(new.settings().into_iter().map(kept).collect()).map(|(k, v)| (k.into(), v)));
}

fn insert(table: &mut Toml, section: &str, key: &str, value: Value) {
    if section.is_empty() {
        table.insert(key.into(), value);
        return;
    }
    let inner = table.entry(section).or_insert_with(|| Value::Table(Toml::new()));
    if let Value::Table(inner) = inner {
        inner.insert(key.into(), value);
    }
}

/// A value of a scenario file; bare words are texts. Names and paths are texts whatever they look like.
fn parse(key: &str, text: &str) -> Value {
    let parsed: Option<Value> = text.parse().ok();
    let texts = [
        "name",
        "featurization.path",
        "data.features",
        "data.targets",
        "data.read",
        "data.task",
        "data.encoder",
    ];
    if texts.contains(&key) {
        return match parsed {
            Some(quoted @ Value::String(_)) => quoted,
            _ => Value::String(text.into()),
        };
    }
    let loose = || text.parse::<f64>().ok().filter(|v| v.is_finite()).map(Value::Float);
    parsed.or_else(loose).unwrap_or_else(|| Value::String(text.into()))
}
