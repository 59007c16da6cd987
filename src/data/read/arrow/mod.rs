//! Arrow files and streams (`.feather`, `.arrow`, files saved by datasets), read batch by batch.

mod messages;
mod schema;
mod values;

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, RecordBatch};

use super::super::error::{DataError, quoted};
use super::metadata::{self, Metadata};
use super::table::{Content, Data, Frame, Kind, Taken, Vectors, Want};
use super::{Source, cell};
use messages::Messages;
use schema::{Leaf, is_whole, leaves};

/// Number of rows of a text column examined to see whether it holds lists.
const SAMPLE: usize = 64;

/// The columns of the file.
pub(super) fn read(source: &Source) -> Result<Frame, DataError> {
    let (mut messages, schema) = Messages::new(source)?;
    let pairs = schema.metadata().iter();
    let metadata = Metadata::new(pairs.map(|(key, value)| (key.as_str(), value.as_str())));
    let mut leaves = leaves(&schema, &source.name, messages.is_stream());
    if leaves.is_empty() {
        return Err(DataError::input(&source.name, "has no columns"));
    }
    let first = messages.next_batch()?;
    for leaf in &mut leaves {
        find_lists(leaf, first.as_ref());
        metadata.apply(&mut leaf.head);
    }
    let heads = leaves.iter().map(|leaf| leaf.head.clone()).collect();
    let content = Columns { source: source.clone(), leaves, metadata };
    Ok(Frame { heads, noun: "column", notes: Vec::new(), keyed: None, content: Box::new(content) })
}

/// Marks text columns whose first cells are all lists of numbers as vectors; other JSON documents are not read.
fn find_lists(leaf: &mut Leaf, first: Option<&RecordBatch>) {
    if leaf.head.kind != Kind::Text {
        return;
    }
    let array = first.and_then(|batch| Some(values_of(leaf, batch)?.0));
    let texts = array.and_then(|array| values::texts(&array.slice(0, array.len().min(SAMPLE)), false));
    let mut filled = texts.iter().flatten().flatten().peekable();
    if filled.peek().is_some() && filled.all(|text| cell::is_list(text)) {
        leaf.head.kind = Kind::Vector;
    } else if leaf.json {
        let why = "holds JSON documents; accepted are numbers, texts and lists of numbers";
        leaf.head.kind = Kind::Unread(why.into());
    }
}

/// The array of a column, and for each row whether an enclosing record is missing.
fn values_of(leaf: &Leaf, batch: &RecordBatch) -> Option<(ArrayRef, Vec<bool>)> {
    let (first, rest) = leaf.path.split_first()?;
    let mut array = batch.columns().get(*first)?.clone();
    let mut missing = vec![false; array.len()];
    for field in rest {
        missing.iter_mut().enumerate().for_each(|(row, missing)| *missing |= array.is_null(row));
        array = array.as_struct_opt()?.columns().get(*field)?.clone();
    }
    Some((array, missing))
}

struct Columns {
    source: Source,
    leaves: Vec<Leaf>,
    metadata: Metadata,
}

/// Values of a column read so far.
enum Values {
    Numbers { values: Vec<f64>, whole: bool },
    Whole(Vec<Option<i128>>),
    Texts(Vec<Option<String>>),
    Vectors(Vectors),
}

impl Content for Columns {
    fn take(&mut self, columns: &[Want], _: Option<usize>) -> Result<Taken, DataError> {
        let (mut messages, _) = Messages::new(&self.source)?;
        let mut all: Vec<Option<Values>> = columns.iter().map(|_| None).collect();
        while let Some(batch) = messages.next_batch()? {
            for (want, values) in columns.iter().zip(&mut all) {
                let Some(leaf) = self.leaves.get(want.column) else { continue };
                let (array, missing) = values_of(leaf, &batch).ok_or_else(|| self.unreadable(leaf))?;
                messages.numbers_fit(array.len())?;
                let whole = is_whole(array.data_type());
                let exact = want.exact || self.metadata.classes(&leaf.head.name).is_some();
                let values = values.get_or_insert_with(|| match leaf.head.kind {
                    Kind::Vector => Values::Vectors(Vectors::default()),
                    _ if is_text(array.data_type()) => Values::Texts(Vec::new()),
                    _ if exact && whole => Values::Whole(Vec::new()),
                    _ => Values::Numbers { values: Vec::new(), whole },
                });
                self.add(leaf, (&array, &missing), values)?;
            }
        }
        let mut taken = Taken { columns: Vec::new(), notes: messages.end().into_iter().collect() };
        for (want, values) in columns.iter().zip(all) {
            let Some(leaf) = self.leaves.get(want.column) else { continue };
            let empty = || DataError::input(&self.source.name, "holds no rows");
            let data = match (values.ok_or_else(empty)?, self.metadata.classes(&leaf.head.name)) {
                (Values::Whole(codes), Some(names)) => {
                    Data::texts(metadata::named(&codes, names, &self.source.name, &leaf.head.name)?)
                }
                (Values::Whole(values), None) => Data::whole(values),
                (Values::Numbers { values, whole }, _) => Data::Numbers { values, whole },
                (Values::Vectors(vectors), _) => vectors.finish(),
                (Values::Texts(texts), _) => Data::texts(texts),
            };
            if data.rows() == 0 {
                return Err(empty());
            }
            taken.columns.push(data);
        }
        Ok(taken)
    }
}

fn is_text(of: &arrow_schema::DataType) -> bool {
    use arrow_schema::DataType;
    match of {
        DataType::Dictionary(_, values) => is_text(values),
        other => other.is_string() || other.is_binary() || matches!(other, DataType::FixedSizeBinary(_)),
    }
}

impl Columns {
    /// Appends the rows of a batch.
    fn add(
        &self,
        leaf: &Leaf,
        (array, missing): (&ArrayRef, &[bool]),
        to: &mut Values,
    ) -> Result<(), DataError> {
        let unreadable = || self.unreadable(leaf);
        let there = |row: usize| missing.get(row) != Some(&true);
        match to {
            Values::Numbers { values, .. } => {
                let found = values::numbers(array).ok_or_else(unreadable)?;
                let rows = found.into_iter().enumerate();
                values.extend(rows.map(|(row, v)| if there(row) { v } else { f64::NAN }));
            }
            Values::Whole(values) => {
                let found = values::whole(array).ok_or_else(unreadable)?;
                values.extend(found.into_iter().enumerate().map(|(row, v)| v.filter(|_| there(row))));
            }
            Values::Texts(texts) => {
                let found = values::texts(array, leaf.hexadecimal).ok_or_else(unreadable)?;
                texts.extend(found.into_iter().enumerate().map(|(row, v)| v.filter(|_| there(row))));
            }
            Values::Vectors(vectors) if is_text(array.data_type()) => {
                for text in values::texts(array, false).ok_or_else(unreadable)? {
                    self.add_written(leaf, text, vectors)?;
                }
            }
            Values::Vectors(vectors) => {
                let before = vectors.rows();
                if let Err((row, found, first)) =
                    values::lists(array, missing, vectors).ok_or_else(unreadable)?
                {
                    let why = format!("has {found} numbers where the first has {first}");
                    return Err(self.place(leaf, before + row, &why));
                }
            }
        }
        Ok(())
    }

    /// Appends a list of numbers that is written as text.
    fn add_written(&self, leaf: &Leaf, text: Option<String>, to: &mut Vectors) -> Result<(), DataError> {
        let row = to.rows();
        match text {
            None => to.skip(),
            Some(text) if !cell::is_list(&text) => {
                let why = format!("holds {}; accepted are lists of numbers", quoted(&text));
                return Err(self.place(leaf, row, &why));
            }
            Some(text) => {
                let list = cell::list(&text).map_err(|why| self.place(leaf, row, &why))?;
                to.push(list).map_err(|(found, first)| {
                    self.place(leaf, row, &format!("has {found} numbers where the first has {first}"))
                })?;
            }
        }
        Ok(())
    }

    fn place(&self, leaf: &Leaf, row: usize, why: &str) -> DataError {
        let problem = format!("row {}, column {} {why}", row + 1, quoted(&leaf.head.name));
        DataError::input(&self.source.name, problem)
    }

    fn unreadable(&self, leaf: &Leaf) -> DataError {
        let problem = format!("column {} is of another type than the schema says", quoted(&leaf.head.name));
        DataError::input(&self.source.name, problem)
    }
}
