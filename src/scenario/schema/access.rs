//! Typed access to scenario parameters by the dotted keys of the scenario file.

use crate::outside::text;
use crate::scenario::ScenarioError;
use crate::scenario::description::{Alignment, Family, Featurization, Scenario};
use crate::scenario::model::effective_rank::EFFECTIVE_RANK;
use crate::scenario::schema::{Choice, Described, Record, Stored, Value, either};

impl Scenario {
    /// The scenario with one parameter changed: a number, or a name (`task.family`, `featurization.kind`). A new
    /// family, alignment or kind keeps the parameters it shares with the old one; its others get their defaults. The
    /// words `best` (size), `each` (at) and `estimated` (noise of measured data) leave the parameter out;
    /// [`Family::SAME`] as the test family removes the test covariance. [`EFFECTIVE_RANK`] changes the parameter that
    /// determines it.
    ///
    /// ```
    /// use riskscope::scenario::{Family, Scenario};
    ///
    /// let scenario = Scenario::default().with("noise", 0.2)?.with("task.family", "sparse")?;
    /// assert_eq!((scenario.noise, &scenario.task.family), (Some(0.2), &Family::Sparse { fraction: 0.1 }));
    /// assert!(scenario.with("noise", -1.0).is_err());
    /// # Ok::<(), riskscope::scenario::ScenarioError>(())
    /// ```
    ///
    /// # Errors
    /// One sentence that names the key and the accepted values or keys. The keys of `[data]` and `[spectrum]` are
    /// texts and lists and are set by [`Scenario::set`].
    pub fn with(&self, key: &str, value: impl Into<Value>) -> Result<Self, ScenarioError> {
        let mut changed = self.clone();
        changed.put(key, &value.into())?;
        Ok(changed)
    }

    /// The value of a parameter, or the name of a family, alignment or kind; `None` if the scenario does not have the
    /// key or leaves it out.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<Value> {
        let test = self.test.as_ref();
        let name = match key {
            "name" => Some(self.name.as_str()),
            "covariates.family" if self.is_synthetic() => Some(self.covariates.name()),
            "task.family" if self.is_synthetic() => Some(self.task.family.name()),
            "task.alignment" if self.is_synthetic() => Some(self.task.alignment.name()),
            "test.family" if self.is_synthetic() => Some(test.map_or(Family::SAME, Family::name)),
            "featurization.kind" => Some(self.featurization.name()),
            _ => None,
        };
        if let Some(name) = name {
            return Some(name.into());
        }
        let mut found = None;
        self.clone().each_parameter(&mut |section, record, stored| {
            if is(key, section, record.key) {
                found = stored.get();
            }
        });
        found
    }

    fn put(&mut self, key: &str, value: &Value) -> Result<(), ScenarioError> {
        let (section, last) = key.split_once('.').unwrap_or(("", key));
        self.has_room_for(section, last, value)?;
        match (section, last) {
            ("", EFFECTIVE_RANK) => {
                let rank = value.number().filter(|rank| rank.is_finite());
                return self.set_effective_rank(
                    rank.ok_or_else(|| ScenarioError::value(key, "a number of directions", value))?,
                );
            }
            ("", "name") => {
                let name = word(key, value, "a text in quotes")?;
                self.name = name.into();
            }
            ("covariates", "family") => choose(&mut self.covariates, key, value, Family::COVARIATES)?,
            ("task", "family") => {
                choose(&mut self.task.family, key, value, Family::NAMES)?;
                // A matrix has its own eigenvectors.
                if matches!(self.task.family, Family::File { .. }) {
                    self.task.alignment = Alignment::Aligned;
                }
            }
            ("task", "alignment") => choose(&mut self.task.alignment, key, value, Alignment::NAMES)?,
            ("covariates", "file") => {
                self.covariates = Family::File { file: word(key, value, "a text in quotes")?.into() };
            }
            ("task", "file") => {
                self.task.family = Family::File { file: word(key, value, "a text in quotes")?.into() };
                self.task.alignment = Alignment::Aligned;
            }
            ("test", "family") if *value == Value::from(Family::SAME) => self.test = None,
            ("test", "family") => {
                let mut test = self.test.clone().unwrap_or(Family::Isotropic);
                choose(&mut test, key, value, Family::TEST)?;
                self.test = Some(test);
            }
            ("featurization", "kind") => choose(&mut self.featurization, key, value, Featurization::NAMES)?,
            ("featurization", "path") => {
                // A path implies a featurization from a file.
                self.featurization =
                    Featurization::File { path: word(key, value, "a text in quotes")?.into() };
            }
            ("source", _) => {
                self.source.get_or_insert_default();
                self.store(key, value)?;
            }
            ("features", _) => {
                self.features.get_or_insert_default();
                self.store(key, value)?;
            }
            ("bagging", _) => {
                self.bagging.get_or_insert_default();
                self.store(key, value)?;
            }
            _ => self.store(key, value)?,
        }
        // p is then that of the matrix; setting the field makes equal scenarios compare equal.
        if self.has_matrix() {
            self.dimension = Self::default().dimension;
        }
        // A newly chosen nonlinearity uses its own residue.
        if let ("featurization.nonlinearity", Featurization::RandomFeatures { residue, .. }) =
            (key, &mut self.featurization)
        {
            *residue = None;
        }
        self.consistent()
    }

    /// Stores the value of an existing parameter.
    fn store(&mut self, key: &str, value: &Value) -> Result<(), ScenarioError> {
        let measured = self.data.is_some();
        let mut found = None;
        self.each_parameter(&mut |section, record, stored| {
            if is(key, section, record.key) {
                // Of the scenario's own numbers, only those of measured data can be estimated.
                let may = measured || !section.is_empty();
                let left_out = record.range().and_then(|range| range.words.left_out());
                let leaves_out = matches!(value, Value::Word(word) if may && left_out == Some(word.as_str()));
                let wanted = if leaves_out { Ok(None) } else { record.checked(value).map(Some) };
                found =
                    Some(wanted.and_then(|value| stored.set(value.as_ref()).map_err(|_| record.accepted())));
            }
        });
        match found {
            Some(stored) => stored.map_err(|accepted| ScenarioError::value(key, &accepted, value)),
            None => Err(ScenarioError::UnknownKey {
                key: key.into(),
                place: "this scenario".into(),
                known: self.keys(),
            }),
        }
    }

    /// Keys of all its parameters and choices, in file order.
    fn keys(&self) -> Vec<String> {
        let mut all: Vec<String> = vec!["name".into()];
        let choices = ["covariates.family", "task.family", "task.alignment", "test.family"];
        all.extend(choices.into_iter().filter(|_| self.is_synthetic()).map(String::from));
        all.push("featurization.kind".into());
        self.clone().each_parameter(&mut |section, record, _| {
            all.push(if section.is_empty() {
                record.key.into()
            } else {
                format!("{section}.{}", record.key)
            });
        });
        all
    }

    /// Visits every parameter: the table of the file, the record, the field.
    pub(in crate::scenario) fn each_parameter(
        &mut self,
        act: &mut dyn FnMut(&str, &'static Record, &mut dyn Stored),
    ) {
        self.each(&mut |record, stored| act("", record, stored));
        if self.is_synthetic() {
            self.covariates.each(&mut |record, stored| act("covariates", record, stored));
            self.task.family.each(&mut |record, stored| act("task", record, stored));
            self.task.alignment.each(&mut |record, stored| act("task", record, stored));
            if let Some(test) = &mut self.test {
                test.each(&mut |record, stored| act("test", record, stored));
            }
        }
        if let Some(features) = &mut self.features {
            features.each(&mut |record, stored| act("features", record, stored));
        }
        self.featurization.each(&mut |record, stored| act("featurization", record, stored));
        if let Some(source) = &mut self.source {
            source.each(&mut |record, stored| act("source", record, stored));
        }
        if let Some(bagging) = &mut self.bagging {
            bagging.each(&mut |record, stored| act("bagging", record, stored));
        }
    }

    /// Checks a scenario constructed in code as strictly as a file; numbers too small to divide by become 0.
    pub(in crate::scenario) fn checked(&self) -> Result<Self, ScenarioError> {
        let mut scenario = self.clone();
        printable("name", &self.name)?;
        if let Some(data) = &self.data {
            data.check()?;
        }
        let mut wrong = None;
        scenario.each_parameter(&mut |section, record, stored| {
            let Some(value) = stored.get() else { return };
            let checked = record.checked(&value);
            let stores = |checked: Value| stored.set(Some(&checked)).map_err(|_| record.accepted());
            let outcome = match checked {
                Ok(same) if same == value => Ok(()),
                other => other.and_then(stores),
            };
            if let (Err(accepted), None) = (outcome, &wrong) {
                let key =
                    if section.is_empty() { record.key.into() } else { format!("{section}.{}", record.key) };
                wrong = Some(ScenarioError::value(&key, &accepted, &value));
            }
        });
        if let Some(wrong) = wrong {
            return Err(wrong);
        }
        for (key, family, accepted) in [
            ("covariates.family", Some(&self.covariates), Family::COVARIATES),
            ("test.family", self.test.as_ref(), Family::TEST),
        ] {
            if let Some(name) = family.map(Family::name).filter(|name| !accepted.contains(name)) {
                return Err(ScenarioError::value(key, &either(accepted), &name.into()));
            }
        }
        if self.signal.is_some() {
            self.has_room_for("", "signal", &Value::Number(1.0))?;
        }
        scenario.consistent()?;
        Ok(scenario)
    }

    /// The kinds of featurization available for this scenario.
    #[must_use]
    pub fn kinds(&self) -> Vec<&'static str> {
        let now = self.featurization.name();
        let kinds = Featurization::defaults();
        let possible = kinds.iter().filter(|kind| kind.name() == now || kind.needs().are_met_by(self));
        possible.map(Featurization::name).collect()
    }
}

/// Whether a dotted key is that of a record in a table.
fn is(key: &str, section: &str, last: &str) -> bool {
    if section.is_empty() {
        return key == last;
    }
    key.strip_prefix(section).and_then(|rest| rest.strip_prefix('.')) == Some(last)
}

/// Chooses a kind by name; parameters that both kinds have keep their values.
fn choose<T: Choice>(chosen: &mut T, key: &str, value: &Value, names: &[&str]) -> Result<(), ScenarioError> {
    let named = match value {
        Value::Word(name) if names.contains(&name.as_str()) => T::named(name),
        _ => None,
    };
    let mut new = named.ok_or_else(|| ScenarioError::value(key, &either(names), value))?;
    new.keep_from(chosen).map_err(|_| ScenarioError::value(key, &either(names), value))?;
    *chosen = new;
    Ok(())
}

/// A printable text.
fn word<'a>(key: &str, value: &'a Value, accepted: &str) -> Result<&'a str, ScenarioError> {
    let Value::Word(word) = value else { return Err(ScenarioError::value(key, accepted, value)) };
    printable(key, word)?;
    Ok(word)
}

/// Refuses control characters, since texts are shown in the terminal, in copied command lines and in figures.
pub(in crate::scenario) fn printable(key: &str, text: &str) -> Result<(), ScenarioError> {
    if text.chars().any(text::commands) {
        return Err(ScenarioError::value(key, "a text without control characters", &text.into()));
    }
    Ok(())
}
