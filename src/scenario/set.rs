//! `set`: the one way to change a scenario, by the dotted keys of its file.

use toml::{Table as Toml, Value};

use super::ScenarioError;
use super::description::{Alignment, Family, Featurization, Scenario, Setting};
use super::file::pairs_of;
use super::variants::{alignment_of, family_of, featurization_of};

impl Scenario {
    /// Sets a key (`task.ratio`, `ridge`) to a value as a scenario file writes it; texts need no quotes. A new
    /// family, alignment or kind takes the defaults of its settings, keeping those it shares with the old one.
    /// `best` (size), `each` (at) and `estimated` (noise of measured data) leave the key out.
    /// On error the scenario stays as it was.
    ///
    /// # Errors
    /// As [`Scenario::from_toml`].
    pub fn set(&mut self, key: &str, value: &str) -> Result<(), ScenarioError> {
        let mut table = self.to_table();
        let (section, last) = key.split_once('.').unwrap_or(("", key));
        match (section, last) {
            // A table given whole replaces what it excludes.
            ("spectrum", _) if self.spectrum.is_none() => {
                forget(&mut table, &["covariates", "task", "signal"])
            }
            ("", "spectrum") => forget(&mut table, &["covariates", "task", "signal"]),
            ("task", "family") => {
                let new = family_of(value).map(|f| f.settings());
                switch(&mut table, section, &self.task.family.settings(), new);
            }
            ("task", "alignment") => {
                let new = alignment_of(value).map(|a| a.settings());
                switch(&mut table, section, &self.task.alignment.settings(), new);
            }
            ("covariates", "family") => {
                let new = family_of(value).map(|f| f.settings());
                switch(&mut table, section, &self.covariates.settings(), new);
            }
            ("featurization", "kind") => {
                let new = featurization_of(value).map(|f| f.settings());
                switch(&mut table, section, &self.featurization.settings(), new);
            }
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
        if (section, key) == ("", "noise") {
            return self.data.is_some() && value == "estimated";
        }
        let optional =
            |s: &Setting| matches!(s, Setting::Optional(n, _, word) if n.key == key && *word == value);
        section == "featurization" && self.featurization.settings().iter().any(optional)
    }
}

impl Family {
    /// The families of covariates: without directions of variance 0.
    pub const COVARIATES: &'static [&'static str] =
        &["isotropic", "power-law", "exponential", "two-level", "spiked"];
}

impl Scenario {
    /// The kinds of featurization this scenario can have.
    #[must_use]
    pub fn kinds(&self) -> Vec<&'static str> {
        let possible = |kind: &&str| match *kind {
            "learned" => self.spectrum.is_none() && self.data.is_none(),
            "file" => self.spectrum.is_none() || matches!(self.featurization, Featurization::File { .. }),
            _ => true,
        };
        Featurization::NAMES.into_iter().filter(possible).collect()
    }

    /// Whether covariates and task are families.
    #[must_use]
    pub const fn is_synthetic(&self) -> bool {
        self.spectrum.is_none() && self.data.is_none()
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

/// Replaces the settings of the old variant by the new one's; those that both have keep their value. An unknown
/// variant changes nothing: reading will refuse it.
fn switch(table: &mut Toml, section: &str, old: &[Setting], new: Option<Vec<Setting>>) {
    let (Some(mut new), Some(Value::Table(inner))) = (new, table.get_mut(section)) else { return };
    for setting in &mut new {
        if let Some(kept) = old.iter().find(|s| s.same_as(setting)) {
            *setting = kept.clone();
        }
    }
    for (key, _) in pairs_of(old.to_vec()) {
        inner.remove(key);
    }
    inner.extend(pairs_of(new).map(|(k, v)| (k.into(), v)));
}

impl Setting {
    fn same_as(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Number(a, _) | Self::Optional(a, ..), Self::Number(b, _) | Self::Optional(b, ..)) => {
                std::ptr::eq(*a, *b)
            }
            (Self::Path(a, _), Self::Path(b, _)) => a == b,
            _ => false,
        }
    }
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
    let texts = ["name", "featurization.path", "data.features", "data.targets", "data.read", "data.task"];
    if texts.contains(&key) {
        return match parsed {
            Some(quoted @ Value::String(_)) => quoted,
            _ => Value::String(text.into()),
        };
    }
    let loose = || text.parse::<f64>().ok().filter(|v| v.is_finite()).map(Value::Float);
    parsed.or_else(loose).unwrap_or_else(|| Value::String(text.into()))
}
