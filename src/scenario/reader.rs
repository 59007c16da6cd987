//! Strict reading of one table of a scenario file: every error names the key and what would be accepted.

use toml::Table;

use super::ScenarioError;
use super::number::Number;
use super::setting::{Choice, Record, Settings};
use super::value::Value;
use crate::outside;

/// Takes keys out of a table; what is left at the end is unknown.
pub(super) struct Reader {
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

    pub fn take(&mut self, key: &'static str) -> Option<toml::Value> {
        if !self.known.contains(&key) {
            self.known.push(key);
        }
        self.table.remove(key)
    }

    /// A table within this one.
    pub fn section(&mut self, key: &'static str) -> Result<Option<Self>, ScenarioError> {
        match self.take(key) {
            None => Ok(None),
            Some(toml::Value::Table(table)) => Ok(Some(Self::new(key, table))),
            Some(other) => Err(self.wrong(key, "a table of keys", &other)),
        }
    }

    /// Fills in what is given, by the settings' own records, and says which keys these were.
    pub fn fill(&mut self, settings: &mut dyn Settings) -> Result<Vec<&'static str>, ScenarioError> {
        let mut given = Vec::new();
        for (record, field) in settings.fields() {
            let value = match record {
                Record::Number(number) => match self.take(number.key) {
                    Some(value) => self.check(number, &value)?,
                    None => continue,
                },
                Record::Path(path) => Value::Word(self.required_text(path.key, path.accepted)?),
            };
            given.push(record.key());
            field.put(Some(value));
        }
        Ok(given)
    }

    /// The variant that `key` names, with what is given of its settings. `names` are accepted.
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
            return Err(self.wrong(key, &either(names), &toml::Value::String(name)));
        };
        self.fill(&mut found)?;
        Ok(found)
    }

    /// What the record accepts.
    fn check(&self, number: &Number, value: &toml::Value) -> Result<Value, ScenarioError> {
        let found = match value {
            toml::Value::Float(v) => Some(*v),
            // Whole numbers beyond 2⁵³ are outside every accepted range, so that nothing accepted is rounded.
            toml::Value::Integer(v) => Some(*v as f64),
            toml::Value::String(word) if number.written().contains(&word.as_str()) => {
                return Ok(Value::Word(word.clone()));
            }
            _ => None,
        };
        // What is too small to be divided by is 0.
        let found = found.map(|v| if v.abs() < 1e-100 && number.accepts(0.0) { 0.0 } else { v });
        match found.filter(|&v| number.accepts(v)) {
            Some(v) => Ok(Value::Number(v + 0.0)),
            None => Err(self.wrong(number.key, &number.accepted(), value)),
        }
    }

    pub fn text(&mut self, key: &'static str) -> Result<Option<String>, ScenarioError> {
        match self.take(key) {
            None => Ok(None),
            // They would reach the terminal, command lines that are copied, and figures.
            Some(toml::Value::String(text)) if text.chars().any(outside::text::commands) => {
                Err(self.wrong(key, "a text without control characters", &toml::Value::String(text)))
            }
            Some(toml::Value::String(text)) => Ok(Some(text)),
            Some(other) => Err(self.wrong(key, "a text in quotes", &other)),
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
        let value = self.take(key).unwrap_or(toml::Value::Array(Vec::new()));
        let number = |v: &toml::Value| match v {
            toml::Value::Float(v) => Some(*v),
            toml::Value::Integer(v) => Some(*v as f64),
            _ => None,
        };
        let list: Option<Vec<f64>> = value.as_array().and_then(|a| a.iter().map(number).collect());
        list.filter(|l| !l.is_empty() && l.iter().all(|v| v.is_finite()))
            .ok_or_else(|| self.wrong(key, "a list of finite numbers", &value))
    }

    pub fn wrong(&self, key: &str, accepted: &str, found: &toml::Value) -> ScenarioError {
        let mut found = match found {
            // The shortest text: 1e300 has 300 digits otherwise.
            toml::Value::Float(v) => format!("{v:?}"),
            other => other.to_string(),
        };
        if found.chars().count() > 60 {
            found = found.chars().take(57).chain("...".chars()).collect();
        }
        ScenarioError::new(format!("{} accepts {accepted}, got {found}", self.path(key)))
    }

    /// Nothing may be left over. `context` follows the section's name: " of family two-level".
    pub fn finish(mut self, context: &str) -> Result<(), ScenarioError> {
        let Some(key) = std::mem::take(&mut self.table).into_iter().next().map(|(key, _)| key) else {
            return Ok(());
        };
        let place = if self.section.is_empty() {
            "a scenario".into()
        } else {
            format!("[{}]{context}", self.section)
        };
        Err(ScenarioError::new(format!(
            "unknown key {key:?} in {place}; known keys are {}",
            self.known.join(", ")
        )))
    }
}

/// "a, b or c".
pub(super) fn either(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [one] => (*one).into(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}
