//! Strict reading of one table of a scenario file: every error names the key and what would be accepted.

use toml::{Table, Value};

use super::ScenarioError;
use super::number::Number;
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

    pub fn take(&mut self, key: &'static str) -> Option<Value> {
        if !self.known.contains(&key) {
            self.known.push(key);
        }
        self.table.remove(key)
    }

    /// A table within this one.
    pub fn section(&mut self, key: &'static str) -> Result<Option<Self>, ScenarioError> {
        match self.take(key) {
            None => Ok(None),
            Some(Value::Table(table)) => Ok(Some(Self::new(key, table))),
            Some(other) => Err(self.wrong(key, "a table of keys", &other)),
        }
    }

    /// A number, or its default.
    pub fn number(&mut self, number: &'static Number) -> Result<f64, ScenarioError> {
        Ok(self.optional(number)?.unwrap_or(number.default))
    }

    pub fn optional(&mut self, number: &'static Number) -> Result<Option<f64>, ScenarioError> {
        let Some(value) = self.take(number.key) else { return Ok(None) };
        self.check(number, &value, "").map(Some)
    }

    /// The number in `value`; `or` says what else the key takes.
    pub fn check(&self, number: &Number, value: &Value, or: &str) -> Result<f64, ScenarioError> {
        let found = match value {
            Value::Float(v) => Some(*v),
            // Whole numbers beyond 2⁵³ are outside every accepted range, so that nothing accepted is rounded.
            Value::Integer(v) => Some(*v as f64),
            _ => None,
        };
        // What is too small to be divided by is 0.
        let found = found.map(|v| if v.abs() < 1e-100 && number.accepts(0.0) { 0.0 } else { v });
        match found.filter(|&v| number.accepts(v)) {
            Some(v) => Ok(v + 0.0),
            None => Err(self.wrong(number.key, &format!("{}{or}", number.accepted()), value)),
        }
    }

    pub fn text(&mut self, key: &'static str) -> Result<Option<String>, ScenarioError> {
        match self.take(key) {
            None => Ok(None),
            // They would reach the terminal, command lines that are copied, and figures.
            Some(Value::String(text)) if text.chars().any(outside::text::commands) => {
                Err(self.wrong(key, "a text without control characters", &Value::String(text)))
            }
            Some(Value::String(text)) => Ok(Some(text)),
            Some(other) => Err(self.wrong(key, "a text in quotes", &other)),
        }
    }

    pub fn required_text(&mut self, key: &'static str, what: &str) -> Result<String, ScenarioError> {
        let missing = ScenarioError::new(format!("{} is missing: {what}", self.path(key)));
        self.text(key)?.ok_or(missing)
    }

    /// A list of finite numbers.
    pub fn list(&mut self, key: &'static str) -> Result<Vec<f64>, ScenarioError> {
        let value = self.take(key).unwrap_or(Value::Array(Vec::new()));
        let number = |v: &Value| match v {
            Value::Float(v) => Some(*v),
            Value::Integer(v) => Some(*v as f64),
            _ => None,
        };
        let list: Option<Vec<f64>> = value.as_array().and_then(|a| a.iter().map(number).collect());
        list.filter(|l| !l.is_empty() && l.iter().all(|v| v.is_finite()))
            .ok_or_else(|| self.wrong(key, "a list of finite numbers", &value))
    }

    pub fn wrong(&self, key: &str, accepted: &str, found: &Value) -> ScenarioError {
        let mut found = found.to_string();
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
