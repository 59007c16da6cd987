//! Values of a field of JSON records: numbers, labels or vectors.

use serde_json::Value;

use super::super::error::quoted;
use super::cell;
use super::table::{Data, Kind, Vectors};

/// Values of a field, one for each record.
pub(super) enum Column {
    Numbers {
        values: Vec<f64>,
        whole: bool,
    },
    /// Labels; whole numbers are stored separately as long as there is nothing else.
    Labels {
        texts: Vec<Option<String>>,
        whole: bool,
    },
    Vectors(Vectors),
}

impl Column {
    /// An empty column for values of a kind; with `exact`, whole numbers are kept as they are written.
    pub fn new(kind: &Kind, exact: bool) -> Self {
        match kind {
            Kind::Vector => Self::Vectors(Vectors::default()),
            Kind::Number if !exact => Self::Numbers { values: Vec::new(), whole: true },
            _ => Self::Labels { texts: Vec::new(), whole: true },
        }
    }

    /// # Errors
    /// The end of a sentence about the value: what it holds, and what is accepted.
    pub fn add(&mut self, value: &Value) -> Result<(), String> {
        let wrong = |accepted: &str| {
            let found: String = value.to_string().chars().take(200).collect();
            Err(format!("holds {}; accepted are {accepted}", quoted(&found)))
        };
        match (self, value) {
            (Self::Vectors(vectors), Value::Null) => vectors.skip(),
            (Self::Vectors(vectors), Value::String(text)) if cell::missing(text) => vectors.skip(),
            (Self::Vectors(vectors), Value::String(text)) if cell::is_list(text) => {
                push(vectors, cell::list(text)?)?
            }
            (Self::Vectors(vectors), Value::Array(items)) => {
                let mut numbers = Vec::with_capacity(items.len());
                if !flat(items, &mut numbers) {
                    return wrong("lists of numbers");
                }
                push(vectors, numbers)?;
            }
            (Self::Vectors(_), _) => return wrong("lists of numbers"),
            (Self::Numbers { values, whole }, Value::Number(n)) => {
                *whole &= n.is_i64() || n.is_u64();
                values.push(n.as_f64().unwrap_or(f64::NAN));
            }
            (Self::Numbers { values, .. }, Value::Bool(b)) => values.push(f64::from(u8::from(*b))),
            (Self::Numbers { values, .. }, Value::Null) => values.push(f64::NAN),
            (Self::Numbers { values, .. }, Value::String(text)) if cell::missing(text) => {
                values.push(f64::NAN)
            }
            (Self::Numbers { .. }, _) => return wrong("numbers"),
            (Self::Labels { texts, whole }, value) => {
                let value = match value {
                    Value::Array(items) if items.len() < 2 => items.first().unwrap_or(&Value::Null),
                    other => other,
                };
                texts.push(match value {
                    Value::Null => None,
                    Value::String(text) if text.trim().is_empty() => None,
                    Value::String(text) => {
                        *whole = false;
                        Some(text.clone())
                    }
                    Value::Number(n) => {
                        *whole &= n.is_i64() || n.is_u64();
                        Some(n.to_string())
                    }
                    Value::Bool(b) => Some(u8::from(*b).to_string()),
                    Value::Array(_) | Value::Object(_) => return wrong("labels, one a row"),
                });
            }
        }
        Ok(())
    }

    /// Numbers that the column takes the memory of.
    pub fn numbers(&self) -> usize {
        match self {
            Self::Numbers { values, .. } => values.len(),
            Self::Labels { texts, .. } => 4 * texts.len(),
            Self::Vectors(vectors) => vectors.numbers(),
        }
    }

    pub fn finish(self) -> Data {
        match self {
            Self::Numbers { values, whole } => Data::Numbers { values, whole },
            Self::Labels { texts, whole } if whole => {
                Data::whole(texts.iter().map(|t| t.as_ref().and_then(|t| t.parse().ok())).collect())
            }
            Self::Labels { texts, .. } => Data::texts(texts),
            Self::Vectors(vectors) => vectors.finish(),
        }
    }
}

fn push(vectors: &mut Vectors, numbers: Vec<f64>) -> Result<(), String> {
    vectors.push(numbers).map_err(|(found, first)| format!("has {found} numbers where the first has {first}"))
}

/// The numbers of a list, flattening nested lists; null is NaN.
fn flat(items: &[Value], numbers: &mut Vec<f64>) -> bool {
    items.iter().all(|item| match item {
        Value::Number(n) => {
            numbers.push(n.as_f64().unwrap_or(f64::NAN));
            true
        }
        Value::Null => {
            numbers.push(f64::NAN);
            true
        }
        Value::Array(items) => flat(items, numbers),
        _ => false,
    })
}
