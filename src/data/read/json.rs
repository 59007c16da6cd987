//! Whole files of JSON (`.json`): lists of records, of lists and of labels, and the layouts of pandas.

use std::io::Read;
use std::rc::Rc;

use serde_json::{Map, Value};

use super::super::error::DataError;
use super::jsonl::of_item;
use super::table::Frame;
use super::{Source, jsonl, memory, open, spelling, text};

/// The records of the file; a file of one object a line is read as such.
pub(super) fn read(source: &Source) -> Result<Frame, DataError> {
    let name = &source.name;
    let lines = text::first_lines(source, 2)?;
    let record = |line: &Vec<u8>| line.starts_with(b"{") && line.ends_with(b"}");
    if lines.len() > 1 && lines.iter().all(record) {
        return jsonl::read(source);
    }
    let (_, length) = open(&source.path, name)?;
    // A number takes four times its text and more once it is parsed.
    memory::fits(name, length, memory::Reads::Gathered)?;
    let mut written = String::new();
    text::stream(source)?.read_to_string(&mut written).map_err(|e| text::unreadable(name, &e))?;
    let parsed = serde_json::from_str(&written).or_else(|e| match spelling::without_nan(&written) {
        Some(text) => serde_json::from_str(&text).map_err(|_| e),
        None => Err(e),
    });
    let value: Value = parsed.map_err(|e| {
        let (line, column) = (e.line(), e.column());
        let text = written.lines().nth(line.saturating_sub(1)).unwrap_or_default();
        let why = spelling::why(text, column);
        DataError::input(name, format!("is not readable JSON (line {line}, column {column}{why})"))
    })?;
    drop(written);
    let records = records(value).ok_or_else(|| {
        let problem = "holds JSON without rows; accepted are a list of records, of lists of numbers or of labels, and columns \
                       of equal length";
        DataError::input(name, problem)
    })?;
    jsonl::of_records(source, Rc::new(records))
}

/// The rows of a document.
fn records(value: Value) -> Option<Vec<Map<String, Value>>> {
    match value {
        Value::Array(items) => Some(items.into_iter().map(of_item).collect()),
        Value::Object(object) => of_object(object),
        _ => None,
    }
}

fn of_object(object: Map<String, Value>) -> Option<Vec<Map<String, Value>>> {
    // pandas, orient="split".
    if let (Some(Value::Array(columns)), Some(Value::Array(rows))) =
        (object.get("columns"), object.get("data"))
    {
        let names: Vec<String> =
            columns.iter().map(|c| c.as_str().map_or_else(|| c.to_string(), str::to_owned)).collect();
        let row = |row: &Value| Some(names.iter().cloned().zip(row.as_array()?.iter().cloned()).collect());
        return rows.iter().map(row).collect();
    }
    // A list of records within an object: `data` of interfaces and of pandas, orient="table".
    let mut lists =
        object.values().filter(|v| v.as_array().is_some_and(|a| a.first().is_some_and(Value::is_object)));
    if let (Some(Value::Array(items)), None) = (lists.next(), lists.next()) {
        return Some(items.iter().cloned().map(of_item).collect());
    }
    // pandas, orient="index": records by the number of their row.
    let numbered = object.keys().enumerate().all(|(i, key)| *key == i.to_string());
    if numbered && object.values().all(Value::is_object) {
        return Some(object.into_iter().map(|(_, row)| of_item(row)).collect());
    }
    // Columns of equal length, as lists or (pandas, orient="columns") by row.
    let columns: Option<Vec<(String, Vec<Value>)>> = object
        .into_iter()
        .map(|(name, column)| match column {
            Value::Array(values) => Some((name, values)),
            Value::Object(by_row) => Some((name, by_row.into_iter().map(|(_, v)| v).collect())),
            _ => None,
        })
        .collect();
    let columns = columns?;
    let rows = columns.first()?.1.len();
    if rows == 0 || columns.iter().any(|(_, values)| values.len() != rows) {
        return None;
    }
    let mut records = vec![Map::new(); rows];
    for (name, values) in columns {
        for (record, value) in records.iter_mut().zip(values) {
            record.insert(name.clone(), value);
        }
    }
    Some(records)
}
