//! Strict reading of one table of a scenario file: every error names the key and what is accepted.

use toml::{Table, Value as Item};

use crate::outside;
use crate::scenario::ScenarioError;
use crate::scenario::schema::either;
use crate::scenario::schema::{Choice, Described, Record, Stored, Takes, Value};

/// A table whose keys are removed as they are read; keys that remain are unknown.
pub(in crate::scenario) struct Reader {
    section: &'static str,
    table: Table,
    known: Vec<&'static str>,
}

impl Reader {
    pub fn new(section: &'static str, table: Table) -> Self {
        Self { section, table, known: Vec::new() }
    }

    /// The dotted key.
    pub fn path(&self, key: &str) -> String {
        if self.section.is_empty() { key.into() } else { format!("{}.{key}", self.section) }
    }

    pub fn take(&mut self, key: &'static str) -> Option<Item> {
        if !self.known.contains(&key) {
            self.known.push(key);
        }
        self.table.remove(key)
    }

    /// Whether a key is present that has not been read.
    pub fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    /// A subtable.
    pub fn section(&mut self, key: &'static str) -> Result<Option<Self>, ScenarioError> {
        match self.take(key) {
            None => Ok(None),
            Some(Item::Table(table)) => Ok(Some(Self::new(key, table))),
            Some(other) => Err(self.wrong(key, "a table of keys", &other)),
        }
    }

    /// Stores the given parameters and returns their keys.
    pub fn fill(&mut self, described: &mut impl Described) -> Result<Vec<&'static str>, ScenarioError> {
        let mut given = Vec::new();
        let mut outcome = Ok(());
        described.each(&mut |record, stored| {
            if outcome.is_ok() {
                match self.parameter(record, stored) {
                    Ok(true) => given.push(record.key),
                    Ok(false) => {}
                    Err(why) => outcome = Err(why),
                }
            }
        });
        outcome.map(|()| given)
    }

    /// Stores a parameter and returns whether it was present; a path is required.
    fn parameter(&mut self, record: &'static Record, stored: &mut dyn Stored) -> Result<bool, ScenarioError> {
        let value = match record.takes {
            Takes::Path(what) => Value::Word(self.required_text(record.key, what)?),
            Takes::Number(_) | Takes::Name(_) => {
                let Some(item) = self.take(record.key) else { return Ok(false) };
                let value = match &item {
                    Item::Float(number) => Some(Value::Number(*number)),
                    Item::Integer(number) => Some(whole(*number)),
                    Item::String(word) => Some(Value::Word(word.clone())),
                    _ => None,
                };
                let checked = value.ok_or_else(|| record.accepted()).and_then(|value| record.checked(&value));
                checked.map_err(|accepted| self.wrong(record.key, &accepted, &item))?
            }
        };
        let misfit = |_| ScenarioError::value(&self.path(record.key), &record.accepted(), &value);
        stored.set(Some(&value)).map_err(misfit)?;
        Ok(true)
    }

    /// The kind named by `key`, with those of its parameters that are present. `names` are the accepted names.
    pub fn choice<T: Choice>(
        &mut self,
        key: &'static str,
        names: &[&str],
        otherwise: Option<&str>,
    ) -> Result<T, ScenarioError> {
        let name = match (self.text(key)?, otherwise) {
            (Some(name), _) => name,
            (None, Some(name)) => name.into(),
            (None, None) => return Err(self.missing(key, &either(names))),
        };
        let found = T::named(&name).filter(|_| names.contains(&name.as_str()));
        let Some(mut found) = found else {
            return Err(self.wrong(key, &either(names), &Item::String(name)));
        };
        self.fill(&mut found)?;
        Ok(found)
    }

    pub fn text(&mut self, key: &'static str) -> Result<Option<String>, ScenarioError> {
        match self.take(key) {
            None => Ok(None),
            // Texts are shown in the terminal, in copied command lines and in figures.
            Some(Item::String(text)) if text.chars().any(outside::text::commands) => {
                Err(self.wrong(key, "a text without control characters", &Item::String(text)))
            }
            Some(Item::String(text)) => Ok(Some(text)),
            Some(other) => Err(self.wrong(key, "a text in quotes", &other)),
        }
    }

    /// A boolean; false if it is missing.
    pub fn flag(&mut self, key: &'static str) -> Result<bool, ScenarioError> {
        match self.take(key) {
            None => Ok(false),
            Some(Item::Boolean(given)) => Ok(given),
            Some(other) => Err(self.wrong(key, "true or false", &other)),
        }
    }

    pub fn required_text(&mut self, key: &'static str, what: &str) -> Result<String, ScenarioError> {
        self.text(key)?.ok_or_else(|| self.missing(key, what))
    }

    fn missing(&self, key: &str, what: &str) -> ScenarioError {
        ScenarioError::new(format!("{} is missing: {what}", self.path(key)))
    }

    /// A list of finite numbers.
    pub fn list(&mut self, key: &'static str) -> Result<Vec<f64>, ScenarioError> {
        let value = self.take(key).unwrap_or(Item::Array(Vec::new()));
        let number = |v: &Item| match v {
            Item::Float(v) => Some(*v),
            Item::Integer(v) => Some(*v as f64),
            _ => None,
        };
        let list: Option<Vec<f64>> = value.as_array().and_then(|a| a.iter().map(number).collect());
        list.filter(|l| !l.is_empty() && l.iter().all(|v| v.is_finite()))
            .ok_or_else(|| self.wrong(key, "a list of finite numbers", &value))
    }

    pub fn wrong(&self, key: &str, accepted: &str, found: &Item) -> ScenarioError {
        let found = match found {
            // The shortest representation; otherwise 1e300 would have 300 digits.
            Item::Float(v) => format!("{v:?}"),
            other => other.to_string(),
        };
        ScenarioError::written(&self.path(key), accepted, found)
    }

    /// Refuses keys that were not read. `context` is appended to the section's name: " of family two-level".
    pub fn finish(mut self, context: &str) -> Result<(), ScenarioError> {
        let Some(key) = std::mem::take(&mut self.table).into_iter().next().map(|(key, _)| key) else {
            return Ok(());
        };
        let place = if self.section.is_empty() {
            "a scenario".into()
        } else {
            format!("[{}]{context}", self.section)
        };
        let known = self.known.into_iter().map(String::from).collect();
        Err(ScenarioError::UnknownKey { key, place, known })
    }
}

/// A whole number from a file; a negative one becomes a real number.
pub(in crate::scenario) fn whole(number: i64) -> Value {
    u64::try_from(number).map_or(Value::Number(number as f64), Value::Whole)
}
