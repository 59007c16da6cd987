//! One JSON object a line (`.jsonl`), packed by gzip as well: a field of numbers, or of labels.

use std::io::BufRead;

use serde_json::Value;

use super::super::error::{DataError, quoted};
use super::pick::{self, Head, Shape};
use super::{Cells, Source, Table, memory, text};

/// Objects nest at most this deep is the parser's matter; fields beyond this are no table.
const MOST_FIELDS: usize = 10_000;

pub(super) fn read(source: &Source<'_>) -> Result<Table, DataError> {
    let name = source.name;
    let mut reader = text::stream(source)?;
    let mut rows = Rows::default();
    let (mut line, mut at) = (String::new(), 0_u64);
    loop {
        line.clear();
        at += 1;
        let count = reader.read_line(&mut line);
        if count.map_err(|e| DataError::input(name, format!("could not be read ({e})")))? == 0 {
            break;
        }
        if line.trim().is_empty() {
            continue;
        }
        let object: serde_json::Map<String, Value> = serde_json::from_str(&line).map_err(|e| {
            let column = e.column();
            DataError::input(
                name,
                format!("line {at} is no JSON object (column {column}); accepted is one a line"),
            )
        })?;
        if rows.fields.is_empty() {
            rows.begin(source, &object)?;
        }
        rows.take(source, at, &object)?;
    }
    rows.finish(source)
}

/// The rows of the fields that are meant.
#[derive(Default)]
struct Rows {
    fields: Vec<String>,
    shape: Option<Shape>,
    width: usize,
    rows: usize,
    numbers: Vec<f64>,
    words: Vec<String>,
    whole: bool,
}

impl Rows {
    /// The first object says which fields there are.
    fn begin(
        &mut self,
        source: &Source<'_>,
        object: &serde_json::Map<String, Value>,
    ) -> Result<(), DataError> {
        let heads: Vec<Head> = object
            .iter()
            .take(MOST_FIELDS)
            .filter_map(|(name, value)| {
                let shape = match value {
                    Value::Array(_) => Shape::Vector,
                    Value::Number(_) | Value::Bool(_) => Shape::Number,
                    Value::String(_) | Value::Null => Shape::Text,
                    Value::Object(_) => return None,
                };
                Some(Head { name: name.clone(), shape })
            })
            .collect();
        let chosen = pick::columns(source, &heads)?;
        let picked = || chosen.iter().filter_map(|&j| heads.get(j));
        self.fields = picked().map(|h| h.name.clone()).collect();
        self.shape = picked().next().map(|h| h.shape);
        self.whole = true;
        Ok(())
    }

    fn take(
        &mut self,
        source: &Source<'_>,
        at: u64,
        object: &serde_json::Map<String, Value>,
    ) -> Result<(), DataError> {
        let before = self.numbers.len();
        for field in &self.fields {
            let value = object.get(field).unwrap_or(&Value::Null);
            let wrong = || {
                let found = quoted(&value.to_string());
                DataError::input(
                    source.name,
                    format!(
                        "line {at}, field {} holds {found}; accepted are {}",
                        quoted(field),
                        match self.shape {
                            Some(Shape::Vector) => "lists of numbers",
                            Some(Shape::Text) => "labels",
                            _ => "numbers",
                        }
                    ),
                )
            };
            match (self.shape, value) {
                (Some(Shape::Vector), Value::Array(items)) => {
                    for item in items {
                        self.numbers.push(item.as_f64().ok_or_else(wrong)?);
                    }
                }
                (Some(Shape::Number), Value::Number(n)) => {
                    self.whole &= n.is_i64() || n.is_u64();
                    self.numbers.push(n.as_f64().unwrap_or(f64::NAN));
                }
                (Some(Shape::Number), Value::Bool(b)) => self.numbers.push(f64::from(u8::from(*b))),
                (Some(Shape::Number), Value::Null) => self.numbers.push(f64::NAN),
                (Some(Shape::Text), Value::String(s)) => self.words.push(s.trim().to_owned()),
                (Some(Shape::Text), Value::Number(n)) => self.words.push(n.to_string()),
                (Some(Shape::Text), Value::Bool(b)) => self.words.push(b.to_string()),
                (Some(Shape::Text), Value::Null) => self.words.push(String::new()),
                _ => return Err(wrong()),
            }
        }
        let width = self.numbers.len() - before;
        if self.rows == 0 {
            self.width = width;
        }
        if width != self.width {
            let (name, first) = (source.name, self.width);
            return Err(DataError::input(
                name,
                format!("line {at} has {width} numbers where the first has {first}"),
            ));
        }
        self.rows += 1;
        if self.rows.is_power_of_two() {
            memory::fits(source.name, self.numbers.len() as u64, memory::Reads::Gathered)?;
        }
        Ok(())
    }

    fn finish(self, source: &Source<'_>) -> Result<Table, DataError> {
        if self.rows == 0 {
            return Err(DataError::input(source.name, "holds no rows"));
        }
        let scalar = self.shape != Some(Shape::Vector);
        let part = if self.fields.len() == 1 { self.fields.first().cloned() } else { None };
        let names = scalar.then_some(self.fields);
        let table = if self.words.is_empty() {
            let cells = Cells::Numbers { values: self.numbers, whole: self.whole && scalar };
            Table::new(self.rows, self.width, cells)
        } else {
            Table::new(self.rows, 1, Cells::Text(self.words))
        };
        Ok(Table { names, part, ..table })
    }
}
