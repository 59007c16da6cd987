//! JSON files (`.json`): lists of records, of lists and of labels, and the layouts of pandas.

use std::io::Read;
use std::rc::Rc;

use serde_json::{Map, Value};

use super::super::error::{DataError, quoted};
use super::jsonl::of_item;
use super::table::{Frame, Keyed};
use super::{Source, document, jsonl, memory, open, text};

/// Opens the file; a file with one object a line is read as JSON lines.
pub(super) fn read(source: &Source) -> Result<Frame, DataError> {
    let name = &source.name;
    let lines = text::first_lines(source, 2)?;
    let record = |line: &Vec<u8>| line.starts_with(b"{") && line.ends_with(b"}");
    if lines.len() > 1 && lines.iter().all(record) {
        return jsonl::read(source);
    }
    let (_, length) = open(&source.path, name)?;
    // A parsed number takes at least four times the memory of its text.
    memory::fits(name, length, memory::Reads::Gathered)?;
    let mut written = String::new();
    text::stream(source)?.read_to_string(&mut written).map_err(|e| text::unreadable(name, &e))?;
    let value = document::parse(&written).map_err(|e| {
        let (line, column) = (e.line(), e.column());
        let why = document::why(written.lines().nth(line.saturating_sub(1)).unwrap_or_default(), &e);
        DataError::input(name, format!("is not readable JSON (line {line}, column {column}{why})"))
    })?;
    drop(written);
    let Rows { records, note, keyed } = rows(value).ok_or_else(|| {
        let problem = "holds JSON without rows; accepted are a list of records, of lists of numbers or of labels, and columns \
                       of equal length";
        DataError::input(name, problem)
    })?;
    let mut frame = jsonl::of_records(source, Rc::new(records))?;
    frame.notes.extend(note.map(|note| format!("{name}: {note}")));
    frame.keyed = keyed;
    Ok(frame)
}

/// The rows of a document.
struct Rows {
    records: Vec<Map<String, Value>>,
    /// A note about the order of the rows.
    note: Option<String>,
    /// What the keys of an object were taken for, where they may be others.
    keyed: Option<Keyed>,
}

impl From<Vec<Map<String, Value>>> for Rows {
    fn from(records: Vec<Map<String, Value>>) -> Self {
        Self { records, note: None, keyed: None }
    }
}

fn rows(value: Value) -> Option<Rows> {
    match value {
        Value::Array(items) => Some(items.into_iter().map(of_item).collect::<Vec<_>>().into()),
        Value::Object(object) => of_object(object),
        _ => None,
    }
}

/// Records in the order of the `index` field of API responses, which may arrive in any order.
fn by_index(items: Vec<Value>) -> Rows {
    let number = |item: &Value| usize::try_from(item.get("embedding").and(item.get("index"))?.as_u64()?).ok();
    let numbers: Option<Vec<usize>> = items.iter().map(number).collect();
    let records = items.into_iter().map(of_item).collect();
    match numbers {
        Some(numbers) if !numbers.is_sorted() => in_order(&numbers, records, "the field \"index\""),
        _ => records.into(),
    }
}

/// The rows in the order of their numbers if these are 0 to N − 1 or 1 to N, each once; otherwise unchanged.
fn in_order(numbers: &[usize], records: Vec<Map<String, Value>>, what: &str) -> Rows {
    let first = numbers.iter().min().copied().unwrap_or(0);
    let mut numbered: Vec<(usize, Map<String, Value>)> = numbers.iter().copied().zip(records).collect();
    let mut sorted = numbers.to_vec();
    sorted.sort_unstable();
    if first > 1 || !sorted.iter().enumerate().all(|(at, number)| *number == at + first) {
        let records = numbered.into_iter().map(|(_, record)| record).collect();
        return Rows { records, note: Some(out_of_order(what)), keyed: None };
    }
    numbered.sort_unstable_by_key(|(number, _)| *number);
    let records = numbered.into_iter().map(|(_, record)| record).collect();
    Rows {
        records,
        note: Some(format!("the rows are put in the order of {what}, which the file has in another")),
        keyed: None,
    }
}

fn out_of_order(what: &str) -> String {
    format!("the rows are in the order of the file, which has {what} in no order")
}

/// Whether a value is an object whose keys are the numbers of rows, or of columns that have no names.
fn has_numbered_keys(value: &Value) -> bool {
    value.as_object().is_some_and(|object| numbers(object.keys()).is_some())
}

/// The numbers that keys are.
fn numbers<'a>(keys: impl Iterator<Item = &'a String>) -> Option<Vec<usize>> {
    keys.map(|key| key.parse().ok()).collect()
}

/// A list whose first item is an object.
fn records_of(value: &Value) -> Option<&Vec<Value>> {
    value.as_array().filter(|items| items.first().is_some_and(Value::is_object))
}

/// Maximum depth of objects in which lists of records are looked for.
const DEPTH: usize = 5;

/// The only list of records in the objects within an object; of several, or beside lists of lists, the only one whose
/// records have vectors.
fn nested(object: &Map<String, Value>) -> Option<&Vec<Value>> {
    fn find<'a>(object: &'a Map<String, Value>, depth: usize, found: &mut Vec<&'a Vec<Value>>) {
        for value in object.values() {
            match value {
                Value::Object(inner) if depth > 0 && numbers(inner.keys()).is_none() => {
                    find(inner, depth - 1, found);
                }
                _ => found.extend(records_of(value)),
            }
        }
    }
    let mut found = Vec::new();
    find(object, DEPTH, &mut found);
    let is_list = |value: &Value| value.as_array().is_some_and(|a| a.first().is_some_and(Value::is_array));
    if found.len() > 1 || object.values().any(is_list) {
        found.retain(|items| items.first().and_then(Value::as_object).is_some_and(has_vector));
    }
    match found.as_slice() {
        [only] => Some(only),
        _ => None,
    }
}

/// Whether a record has a list of numbers, in it or in one of its objects.
fn has_vector(record: &Map<String, Value>) -> bool {
    record.values().any(|value| match value {
        Value::Array(items) => items.len() > 1 && items.iter().all(Value::is_number),
        Value::Object(inner) => has_vector(inner),
        _ => false,
    })
}

/// Records by their identifiers, as answers of a vector database have them: each is an object with a vector and either
/// its identifier again, under `id`, or a value that is no list. Columns by row have one type of value each.
fn by_identifiers(object: &Map<String, Value>) -> Option<Vec<Map<String, Value>>> {
    let record = |(key, value): (&String, &Value)| {
        let mut record = value.as_object().filter(|record| has_vector(record))?.clone();
        let repeated = record.get("id").is_some_and(|id| id.as_str() == Some(key));
        if !repeated && record.values().all(Value::is_array) {
            return None;
        }
        record.entry("id").or_insert_with(|| Value::String(key.clone()));
        Some(record)
    };
    if object.len() < 2 { None } else { object.iter().map(record).collect() }
}

/// Lists of equal length, of which one is of vectors, beside other fields: columns.
fn beside_others(object: &Map<String, Value>) -> Option<Rows> {
    let is_vectors =
        |items: &Vec<Value>| items.first().and_then(Value::as_array).is_some_and(|v| v.len() > 1);
    let lists = || object.iter().filter_map(|(name, value)| Some((name, value.as_array()?)));
    let rows = lists().find(|(_, items)| is_vectors(items))?.1.len();
    let columns: Vec<_> = lists().filter(|(_, items)| items.len() == rows).collect();
    // Lists alone are columns too, and must then be of equal length.
    if rows < 2 || columns.len() < 2 || object.values().all(Value::is_array) {
        return None;
    }
    let other: Vec<String> = lists()
        .filter(|(_, items)| items.len() != rows)
        .map(|(name, items)| format!("{} has {} values", quoted(name), items.len()))
        .collect();
    let note = (!other.is_empty())
        .then(|| format!("{} where there are {rows} rows, and is left out", other.join(", ")));
    let record = |at: usize| {
        columns.iter().filter_map(|(name, items)| Some(((*name).clone(), items.get(at)?.clone()))).collect()
    };
    Some(Rows { records: (0..rows).map(record).collect(), note, keyed: None })
}

fn of_object(object: Map<String, Value>) -> Option<Rows> {
    // pandas, orient="split".
    if let (Some(Value::Array(columns)), Some(Value::Array(rows))) =
        (object.get("columns"), object.get("data"))
    {
        let names: Vec<String> =
            columns.iter().map(|c| c.as_str().map_or_else(|| c.to_string(), str::to_owned)).collect();
        let row = |row: &Value| Some(names.iter().cloned().zip(row.as_array()?.iter().cloned()).collect());
        return rows.iter().map(row).collect::<Option<Vec<_>>>().map(Rows::from);
    }
    if let Some(rows) = beside_others(&object) {
        return Some(rows);
    }
    // A list of records within an object: `data` of API responses and of pandas, orient="table".
    let mut lists = object.values().filter_map(records_of);
    if let (Some(items), None) = (lists.next(), lists.next()) {
        let items = items.clone();
        // pandas with orient="table" keeps the order of the data frame, whatever its index.
        let in_schema = object.contains_key("schema");
        return Some(if in_schema {
            items.into_iter().map(of_item).collect::<Vec<_>>().into()
        } else {
            by_index(items)
        });
    }
    let scalar = |value: &Value| !value.is_array() && !value.is_object();
    let numbers_of_rows = numbers(object.keys());
    if let Some(numbers) = &numbers_of_rows
        && object.len() > 1
    {
        // pandas, orient="index": records by row number, in the order of the data frame.
        if object.values().all(Value::is_object) {
            let note = (!numbers.is_sorted()).then(|| out_of_order("the numbers of the rows"));
            // Columns that have numbers for names look the same by column.
            let keyed = object.values().all(has_numbered_keys).then_some(Keyed::Rows);
            let records = object.into_iter().map(|(_, row)| of_item(row)).collect();
            return Some(Rows { records, note, keyed });
        }
        // Vectors or labels by row number.
        let numbered = numbers.iter().min().is_some_and(|&least| least < 2);
        if numbered && object.values().all(|value| value.is_array() || scalar(value)) {
            let keyed = object.values().any(Value::is_array).then_some(Keyed::Rows);
            let records: Vec<_> = object.into_iter().map(|(_, value)| of_item(value)).collect();
            let what = "the numbers of the rows";
            let rows = if numbers.is_sorted() { records.into() } else { in_order(numbers, records, what) };
            return Some(Rows { keyed, ..rows });
        }
    }
    // A list of records, or records by their identifiers, in an object within: answers of databases.
    if let Some(items) = nested(&object) {
        return Some(by_index(items.clone()));
    }
    if let Some(records) = by_identifiers(&object)
        .or_else(|| object.values().filter_map(Value::as_object).find_map(by_identifiers))
    {
        return Some(records.into());
    }
    // One value for each identifier: labels.
    if object.len() > 1 && object.values().all(scalar) {
        let record =
            |(id, value)| Map::from_iter([("id".to_owned(), Value::String(id)), ("value".to_owned(), value)]);
        return Some(object.into_iter().map(record).collect::<Vec<_>>().into());
    }
    // Vectors next to other fields, or by the type of their numbers: API responses.
    if object.values().any(scalar) {
        let inner =
            |value: &'_ Value| value.as_object().map(|object| object.values().cloned().collect::<Vec<_>>());
        let all = object.into_iter().flat_map(|(_, value)| inner(&value).unwrap_or_else(|| vec![value]));
        let of_lists = |value: Value| match value {
            Value::Array(items) if items.first().is_some_and(Value::is_array) => Some(items),
            _ => None,
        };
        let mut found = all.filter_map(of_lists);
        let items = found.next().filter(|_| found.next().is_none())?;
        return Some(items.into_iter().map(of_item).collect::<Vec<_>>().into());
    }
    // Columns of equal length, as lists or (pandas, orient="columns") by row.
    let keyed = if object.values().all(Value::is_array) {
        Some(Keyed::Lists)
    } else {
        (!object.values().all(has_numbered_keys)).then_some(Keyed::Columns)
    };
    let order = object.values().find_map(|column| numbers(column.as_object()?.keys()));
    let note = order.filter(|numbers| !numbers.is_sorted()).map(|_| out_of_order("the numbers of the rows"));
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
    Some(Rows { records, note, keyed })
}
