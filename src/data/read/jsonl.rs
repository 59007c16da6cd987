//! JSON lines (`.jsonl`, `.ndjson`): one object, list or label a line. Each field is a column; nested fields are
//! addressed by their path (`response.body.data[0].embedding`).

use std::collections::HashMap;
use std::io::BufRead;
use std::rc::Rc;

use serde_json::Value;

use super::super::error::{DataError, quoted};
use super::json_values::Column;
use super::table::{Content, Frame, Head, Kind, Taken, Want};
use super::{Role, Source, cell, document, memory, text};

/// Maximum number of fields.
const MOST_FIELDS: usize = 10_000;
/// Maximum depth of nested objects, and number of elements followed in lists of objects.
const DEPTH: usize = 8;
const ELEMENTS: usize = 4;
/// Bytes of lines from which the fields are found.
const SAMPLE: usize = 1 << 25;

pub(super) fn read(source: &Source) -> Result<Frame, DataError> {
    frame(source, None)
}

/// A row as a record; a single value is wrapped.
pub(super) fn of_item(item: Value) -> serde_json::Map<String, Value> {
    match item {
        Value::Object(record) => record,
        other => serde_json::Map::from_iter([("value".to_owned(), other)]),
    }
}

/// Opens records that are in memory.
pub(super) fn of_records(source: &Source, records: Records) -> Result<Frame, DataError> {
    frame(source, Some(records))
}

type Records = Rc<Vec<serde_json::Map<String, Value>>>;

fn frame(source: &Source, records: Option<Records>) -> Result<Frame, DataError> {
    let mut fields = Fields::default();
    let mut lines = Lines::new(source, records.clone())?;
    while let Some(object) = lines.next()? {
        fields.add(&object);
        if lines.bytes > SAMPLE {
            break;
        }
    }
    if fields.profiles.is_empty() {
        return Err(DataError::input(&source.name, "holds no rows"));
    }
    let (mut heads, mut paths) = (Vec::new(), Vec::new());
    for Profile { name, path, found, lists_in_text } in fields.profiles {
        let kind = found.kind(lists_in_text, source.role);
        heads.push(Head::new(name, kind.clone()));
        paths.push((path, kind));
    }
    let content = Objects { source: source.clone(), paths, records };
    Ok(Frame { heads, noun: "column", notes: Vec::new(), keyed: None, content: Box::new(content) })
}

/// A step into a JSON value.
#[derive(Debug, Clone, PartialEq)]
enum Step {
    Key(String),
    Element(usize),
}

/// Counts of the kinds of values in a field.
#[derive(Debug, Clone, Copy, Default)]
struct Found {
    numbers: usize,
    texts: usize,
    dates: usize,
    lists: usize,
    /// Lists that contain other values than numbers.
    others: usize,
}

struct Profile {
    name: String,
    path: Vec<Step>,
    found: Found,
    lists_in_text: usize,
}

#[derive(Default)]
struct Fields {
    profiles: Vec<Profile>,
    places: HashMap<String, usize>,
}

impl Found {
    fn kind(self, lists_in_text: usize, role: Role) -> Kind {
        let Self { numbers, texts, dates, lists, others } = self;
        let features = matches!(role, Role::Features | Role::Matrix);
        match () {
            () if lists > 0 || texts > 0 && lists_in_text == texts && numbers == 0 => Kind::Vector,
            () if others > 0 => Kind::Unread(
                "holds lists of text or objects; accepted are numbers, texts and lists of numbers".into(),
            ),
            () if numbers + texts == 0 => Kind::Unread("holds no value".into()),
            () if dates > 0 && dates == texts && numbers == 0 => {
                Kind::Unread("holds dates; accepted are numbers and labels".into())
            }
            () if texts == 0 || features && numbers >= texts => Kind::Number,
            () => Kind::Text,
        }
    }
}

impl Fields {
    fn add(&mut self, object: &serde_json::Map<String, Value>) {
        for (key, value) in object {
            self.visit(key.clone(), vec![Step::Key(key.clone())], value);
        }
    }

    fn visit(&mut self, name: String, path: Vec<Step>, value: &Value) {
        let deeper = |step: Step| path.iter().cloned().chain([step]).collect::<Vec<_>>();
        match value {
            Value::Object(object) if path.len() < DEPTH => {
                for (key, value) in object {
                    self.visit(format!("{name}.{key}"), deeper(Step::Key(key.clone())), value);
                }
                return;
            }
            Value::Array(items) if items.first().is_some_and(Value::is_object) && path.len() < DEPTH => {
                for (at, value) in items.iter().take(ELEMENTS).enumerate() {
                    self.visit(format!("{name}[{at}]"), deeper(Step::Element(at)), value);
                }
                return;
            }
            _ => {}
        }
        let at = match self.places.get(&name) {
            Some(&at) => at,
            None if self.profiles.len() >= MOST_FIELDS => return,
            None => {
                let at = self.profiles.len();
                self.places.insert(name.clone(), at);
                self.profiles.push(Profile { name, path, found: Found::default(), lists_in_text: 0 });
                at
            }
        };
        let Some(Profile { found, lists_in_text, .. }) = self.profiles.get_mut(at) else { return };
        match value {
            Value::Number(_) | Value::Bool(_) => found.numbers += 1,
            Value::String(text) if !cell::missing(text) => {
                found.texts += 1;
                *lists_in_text += usize::from(cell::is_list(text));
                found.dates += usize::from(cell::date(text));
            }
            // A list of one label, as tools of annotation write it; of none where there is no label.
            Value::Array(items) if matches!(items.as_slice(), [] | [Value::String(_)]) => {
                found.texts += items.len();
            }
            Value::Array(items)
                if items.iter().all(|v| matches!(v, Value::Number(_) | Value::Null | Value::Array(_))) =>
            {
                found.lists += 1;
            }
            Value::Array(_) | Value::Object(_) => found.others += 1,
            Value::Null | Value::String(_) => {}
        }
    }
}

/// The objects of a file, line by line, or those in memory.
struct Lines {
    records: Option<Records>,
    reader: Box<dyn BufRead>,
    text: String,
    /// Whether all lines must be objects, as the first one is.
    records_only: Option<bool>,
    /// Whether lines are requests of Elasticsearch's bulk interface, with documents between them.
    bulk: Option<bool>,
    line: u64,
    bytes: usize,
    name: String,
}

impl Lines {
    fn new(source: &Source, records: Option<Records>) -> Result<Self, DataError> {
        let reader = text::stream(source)?;
        let (text, name) = (String::new(), source.name.clone());
        Ok(Self { records, reader, text, records_only: None, bulk: None, line: 0, bytes: 0, name })
    }

    fn next(&mut self) -> Result<Option<serde_json::Map<String, Value>>, DataError> {
        if let Some(records) = &self.records {
            let at = self.line as usize;
            self.line += 1;
            return Ok(records.get(at).cloned());
        }
        let mut id = None;
        let parsed = loop {
            let Some(parsed) = self.value()? else { return Ok(None) };
            let request = bulk_request(&parsed);
            if !*self.bulk.get_or_insert(request.is_some()) || request.is_none() {
                break parsed;
            }
            id = request.and_then(|request| request.get("_id")).cloned();
        };
        let is_record = parsed.is_object();
        if *self.records_only.get_or_insert(is_record) != is_record {
            let (line, kind) = (self.line, if is_record { "an object" } else { "no object" });
            let problem =
                format!("line {line} is {kind}, unlike the first; accepted is one kind of value a line");
            return Err(DataError::input(&self.name, problem));
        }
        let mut record = of_item(parsed);
        if let Some(id) = id {
            record.entry("_id").or_insert(id);
        }
        Ok(Some(record))
    }

    /// The value of the next line that is not blank.
    fn value(&mut self) -> Result<Option<Value>, DataError> {
        loop {
            self.text.clear();
            self.line += 1;
            let count =
                self.reader.read_line(&mut self.text).map_err(|e| text::unreadable(&self.name, &e))?;
            if count == 0 {
                return Ok(None);
            }
            self.bytes += count;
            if !self.text.trim().is_empty() {
                break;
            }
        }
        document::parse(&self.text).map(Some).map_err(|e| {
            let (line, column) = (self.line, e.column());
            let why = document::why(&self.text, &e);
            let problem =
                format!("line {line} is not JSON (column {column}{why}); accepted is one object a line");
            DataError::input(&self.name, problem)
        })
    }
}

/// What a line says of the document on the next line, if it is a request of Elasticsearch's bulk interface.
fn bulk_request(line: &Value) -> Option<&serde_json::Map<String, Value>> {
    let object = line.as_object().filter(|object| object.len() == 1)?;
    let request =
        ["index", "create", "update"].into_iter().find_map(|action| object.get(action))?.as_object()?;
    request.keys().all(|key| key.starts_with('_') || key == "routing").then_some(request)
}

/// The value at a path.
fn at<'a>(object: &'a serde_json::Map<String, Value>, path: &[Step]) -> &'a Value {
    const NULL: &Value = &Value::Null;
    let (Some(Step::Key(first)), rest) = (path.first(), path.get(1..).unwrap_or_default()) else {
        return NULL;
    };
    let mut value = object.get(first).unwrap_or(NULL);
    for step in rest {
        value = match step {
            Step::Key(key) => value.get(key),
            Step::Element(at) => value.get(*at),
        }
        .unwrap_or(NULL);
    }
    value
}

struct Objects {
    source: Source,
    records: Option<Records>,
    paths: Vec<(Vec<Step>, Kind)>,
}

impl Content for Objects {
    fn take(&mut self, columns: &[Want], _: Option<usize>) -> Result<Taken, DataError> {
        let name = &self.source.name;
        let mut wanted = Vec::new();
        for want in columns {
            let Some((path, kind)) = self.paths.get(want.column) else { continue };
            wanted.push((path, Column::new(kind, want.exact)));
        }
        let mut lines = Lines::new(&self.source, self.records.clone())?;
        let mut rows = 0_usize;
        while let Some(object) = lines.next()? {
            let line = lines.line;
            for (path, column) in &mut wanted {
                column.add(at(&object, path)).map_err(|why| {
                    let field = quoted(&shown(path));
                    DataError::input(name, format!("line {line}, field {field} {why}"))
                })?;
            }
            rows += 1;
            if rows.is_power_of_two() {
                let numbers: usize = wanted.iter().map(|(_, column)| column.numbers()).sum();
                memory::fits(name, numbers as u64, memory::Reads::Gathered)?;
            }
        }
        let columns = wanted.into_iter().map(|(_, column)| column.finish()).collect();
        Ok(Taken { columns, notes: Vec::new() })
    }
}

fn shown(path: &[Step]) -> String {
    let mut text = String::new();
    for step in path {
        match step {
            Step::Key(key) if text.is_empty() => text.push_str(key),
            Step::Key(key) => text.push_str(&format!(".{key}")),
            Step::Element(at) => text.push_str(&format!("[{at}]")),
        }
    }
    text
}
