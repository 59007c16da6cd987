//! Tables of `.parquet` files, read column by column straight into numbers or texts.

mod durations;
mod pages;
mod schema;

use ::parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use ::parquet::data_type::{AsBytes, ByteArray, DataType, FixedLenByteArray};
use ::parquet::errors::ParquetError;
use ::parquet::file::reader::{FileReader, SerializedFileReader};

use super::super::error::{DataError, quoted};
use super::metadata::{self, Metadata};
use super::table::{Content, Data, Frame, Kind, Taken, Vectors, Want};
use super::{Source, cell, memory, npy, open, python};
use pages::Pages;
use schema::{Decode, Leaf};

/// Records read at a time.
const BLOCK: usize = 1 << 14;
/// Rows of a column of text by which it is seen whether it holds lists.
const SAMPLE: usize = 64;

/// The columns of the file.
pub(super) fn read(source: &Source) -> Result<Frame, DataError> {
    let name = &source.name;
    let damaged = |e: ParquetError| {
        let first = e.to_string().lines().next().unwrap_or_default().chars().take(120).collect::<String>();
        let problem = format!("is not a readable parquet file ({})", crate::outside::text::plain(&first));
        DataError::input(name, problem)
    };
    let (file, _) = open(&source.path, name)?;
    let (pages, columns) = Pages::new(file);
    let reader = SerializedFileReader::new(pages).map_err(damaged)?;
    columns.set(reader.metadata());
    let about = reader.metadata().file_metadata();
    let pairs = about.key_value_metadata().into_iter().flatten();
    let metadata = Metadata::new(pairs.filter_map(|pair| Some((pair.key.as_str(), pair.value.as_deref()?))));
    let mut leaves = schema::leaves(about.schema_descr().root_schema(), name);
    if leaves.is_empty() {
        return Err(DataError::input(name, "has no columns"));
    }
    let schema = about.key_value_metadata().into_iter().flatten().find(|pair| pair.key == "ARROW:schema");
    let durations = schema.and_then(|pair| pair.value.as_deref()).map_or_else(Vec::new, durations::columns);
    for leaf in &mut leaves {
        metadata.apply(&mut leaf.head);
        if durations.contains(&leaf.head.name) {
            leaf.head.kind =
                Kind::Unread("holds durations; accepted are numbers, texts and lists of numbers".into());
        }
    }
    let content = Columns { reader, leaves: Vec::new(), metadata, name: name.clone() };
    let mut content = Columns { leaves, ..content };
    content.find_lists();
    let heads = content.leaves.iter().map(|leaf| leaf.head.clone()).collect();
    Ok(Frame { heads, noun: "column", notes: Vec::new(), content: Box::new(content) })
}

struct Columns {
    reader: SerializedFileReader<Pages>,
    leaves: Vec<Leaf>,
    metadata: Metadata,
    name: String,
}

impl Content for Columns {
    fn take(&mut self, columns: &[Want], _: Option<usize>) -> Result<Taken, DataError> {
        self.columns(columns)
    }
}

impl Columns {
    /// Columns of text whose first cells are all lists of numbers are vectors: fastparquet and CSV tools write them so.
    fn find_lists(&mut self) {
        for at in 0..self.leaves.len() {
            let Some(leaf) = self
                .leaves
                .get(at)
                .filter(|l| l.head.kind == Kind::Text && matches!(l.decode, Decode::Text | Decode::Json))
            else {
                continue;
            };
            let texts = match self.column(leaf, true, SAMPLE) {
                Ok(Values::Texts(texts)) => texts,
                _ => Vec::new(),
            };
            let mut filled = texts.iter().flatten().peekable();
            let lists = filled.peek().is_some() && filled.all(|text| cell::is_list(text));
            let Some(leaf) = self.leaves.get_mut(at) else { continue };
            if lists {
                leaf.head.kind = Kind::Vector;
            } else if leaf.decode == Decode::Json {
                let why = python::of_column(python::PARQUET_JSON, &self.name, &leaf.head.name);
                leaf.head.kind = Kind::Unread(format!(
                    "holds JSON documents; accepted are numbers, texts and lists of numbers; in Python: {why}"
                ));
            }
        }
    }

    fn columns(&self, columns: &[Want]) -> Result<Taken, DataError> {
        let numbers: i64 = self
            .reader
            .metadata()
            .row_groups()
            .iter()
            .flat_map(|group| {
                let leaves = columns.iter().filter_map(|want| self.leaves.get(want.column));
                leaves.map(|leaf| group.column(leaf.at).num_values())
            })
            .sum();
        memory::fits(&self.name, numbers.max(0) as u64, memory::Reads::Gathered)?;
        let mut taken = Taken { columns: Vec::new(), notes: Vec::new() };
        for want in columns {
            let Some(leaf) = self.leaves.get(want.column) else { continue };
            let named = self.metadata.classes(&leaf.head.name);
            let values = self.column(leaf, want.exact || named.is_some(), usize::MAX)?;
            let data = match (values, named) {
                (Values::Whole(codes), Some(names)) => {
                    Data::texts(metadata::named(&codes, names, &self.name, &leaf.head.name)?)
                }
                (Values::Whole(values), None) => Data::whole(values),
                (Values::Numbers { values, whole }, _) => Data::Numbers { values, whole },
                (Values::Vectors(vectors), _) => vectors.finish(),
                (Values::Texts(texts), _) if leaf.head.kind == Kind::Vector => self.lists(leaf, texts)?,
                (Values::Texts(texts), _) => Data::texts(texts),
            };
            if data.rows() == 0 {
                return Err(DataError::input(&self.name, "holds no rows"));
            }
            taken.columns.push(data);
        }
        Ok(taken)
    }

    /// Lists of numbers that are written as text.
    fn lists(&self, leaf: &Leaf, texts: Vec<Option<String>>) -> Result<Data, DataError> {
        let mut vectors = Vectors::default();
        for (row, text) in texts.into_iter().enumerate() {
            let place = |why: String| {
                let field = quoted(&leaf.head.name);
                DataError::input(&self.name, format!("row {}, column {field} {why}", row + 1))
            };
            match text {
                None => vectors.skip(),
                Some(text) if !cell::is_list(&text) => {
                    return Err(place(format!("holds {}; accepted are lists of numbers", quoted(&text))));
                }
                Some(text) => vectors.push(cell::list(&text).map_err(place)?).map_err(|(found, first)| {
                    place(format!("has {found} numbers where the first has {first}"))
                })?,
            }
        }
        Ok(vectors.finish())
    }

    /// The values of a column, of at most `most` rows.
    fn column(&self, leaf: &Leaf, exact: bool, most: usize) -> Result<Values, DataError> {
        let damaged = |e: ParquetError| damaged(&self.name, &e);
        let schema = self.reader.metadata().file_metadata().schema_descr();
        let column = schema.column(leaf.at);
        let levels = Levels {
            deepest: column.max_def_level(),
            entry: leaf.entry,
            repeats: column.max_rep_level() > 0,
            name: &self.name,
            field: &leaf.head.name,
            most,
        };
        let decode = leaf.decode;
        let whole =
            matches!(decode, Decode::Boolean | Decode::Signed | Decode::Unsigned | Decode::Decimal(0));
        let mut values = match decode {
            Decode::Text | Decode::Json | Decode::Hexadecimal => Values::Texts(Vec::new()),
            _ if levels.repeats => Values::Vectors(Vectors::default()),
            _ if exact && whole => Values::Whole(Vec::new()),
            _ => Values::Numbers { values: Vec::new(), whole },
        };
        for group in 0..self.reader.num_row_groups() {
            let group = self.reader.get_row_group(group).map_err(damaged)?;
            match group.get_column_reader(leaf.at).map_err(damaged)? {
                ColumnReader::BoolColumnReader(r) => {
                    values.extend(r, &levels, |v: &bool| Value::Whole(i128::from(*v)))
                }
                ColumnReader::Int32ColumnReader(r) => values.extend(r, &levels, |v: &i32| match decode {
                    Decode::Unsigned => Value::Whole(i128::from(*v as u32)),
                    Decode::Decimal(scale) => decimal(i128::from(*v), scale),
                    _ => Value::Whole(i128::from(*v)),
                }),
                ColumnReader::Int64ColumnReader(r) => values.extend(r, &levels, |v: &i64| match decode {
                    Decode::Unsigned => Value::Whole(i128::from(*v as u64)),
                    Decode::Decimal(scale) => decimal(i128::from(*v), scale),
                    _ => Value::Whole(i128::from(*v)),
                }),
                ColumnReader::FloatColumnReader(r) => {
                    values.extend(r, &levels, |v: &f32| Value::Real(f64::from(*v)))
                }
                ColumnReader::DoubleColumnReader(r) => values.extend(r, &levels, |v: &f64| Value::Real(*v)),
                ColumnReader::FixedLenByteArrayColumnReader(r) => {
                    values.extend(r, &levels, |v: &FixedLenByteArray| bytes(v.as_bytes(), decode))
                }
                ColumnReader::ByteArrayColumnReader(r) => {
                    values.extend(r, &levels, |v: &ByteArray| bytes(v.as_bytes(), decode))
                }
                ColumnReader::Int96ColumnReader(_) => {
                    return Err(DataError::input(&self.name, "holds dates; accepted are numbers and labels"));
                }
            }?;
            if values.rows() >= most {
                break;
            }
        }
        Ok(values)
    }
}

/// One stored value.
enum Value {
    Whole(i128),
    Real(f64),
    Text(String),
}

fn bytes(bytes: &[u8], decode: Decode) -> Value {
    match decode {
        Decode::Half => match bytes {
            &[low, high] => Value::Real(npy::half(u16::from_le_bytes([low, high]))),
            _ => Value::Real(f64::NAN),
        },
        // Big-endian, two's complement, of any length.
        Decode::Decimal(scale) => {
            let negative = bytes.first().is_some_and(|b| b >> 7 == 1);
            let start = if negative { -1_i128 } else { 0 };
            decimal(bytes.iter().fold(start, |n, &b| (n << 8) | i128::from(b)), scale)
        }
        Decode::Hexadecimal => Value::Text(bytes.iter().map(|b| format!("{b:02x}")).collect()),
        _ => Value::Text(cell::text(bytes)),
    }
}

/// unscaled · 10^−scale, correctly rounded.
fn decimal(unscaled: i128, scale: i32) -> Value {
    match i8::try_from(scale) {
        Ok(0) => Value::Whole(unscaled),
        Ok(scale) => Value::Real(cell::scaled(unscaled, scale)),
        Err(_) => Value::Real(f64::NAN),
    }
}

/// How the levels of a column are read, and its name for sentences.
struct Levels<'a> {
    /// The definition level of a value that is there.
    deepest: i16,
    /// The definition level from which a row has a list.
    entry: i16,
    /// Whether rows are lists.
    repeats: bool,
    name: &'a str,
    field: &'a str,
    /// Rows after which reading ends.
    most: usize,
}

/// The values of a column as far as they are read.
enum Values {
    Numbers { values: Vec<f64>, whole: bool },
    Whole(Vec<Option<i128>>),
    Texts(Vec<Option<String>>),
    Vectors(Vectors),
}

impl Values {
    fn rows(&self) -> usize {
        match self {
            Self::Numbers { values, .. } => values.len(),
            Self::Whole(values) => values.len(),
            Self::Texts(values) => values.len(),
            Self::Vectors(vectors) => vectors.rows(),
        }
    }

    fn push(&mut self, value: Option<Value>) {
        match self {
            Self::Numbers { values, .. } => values.push(value.map_or(f64::NAN, Value::real)),
            Self::Whole(values) => values.push(match value {
                Some(Value::Whole(v)) => Some(v),
                _ => None,
            }),
            Self::Texts(values) => values.push(match value {
                Some(Value::Text(text)) => Some(text).filter(|t| !t.trim().is_empty()),
                _ => None,
            }),
            Self::Vectors(_) => {}
        }
    }

    /// Adds a row group.
    fn extend<T: DataType>(
        &mut self,
        reader: ColumnReaderImpl<T>,
        levels: &Levels<'_>,
        value: impl Fn(&T::T) -> Value,
    ) -> Result<(), DataError> {
        let (mut list, mut open) = (Vec::new(), false);
        let most = levels.most.saturating_sub(self.rows());
        each(reader, levels, most, |definitions, repetitions, values| {
            let mut values = values.iter();
            let Self::Vectors(vectors) = self else {
                for &definition in definitions {
                    let there = definition == levels.deepest;
                    self.push(if there { values.next().map(&value) } else { None });
                }
                return Ok(());
            };
            for (&definition, &repetition) in definitions.iter().zip(repetitions) {
                if repetition == 0 && open {
                    levels.close(vectors, &mut list)?;
                }
                if definition < levels.entry {
                    // No list, or an empty one.
                    vectors.skip();
                    open = false;
                    continue;
                }
                open = true;
                let there = definition == levels.deepest;
                list.push(if there { values.next().map_or(f64::NAN, |v| value(v).real()) } else { f64::NAN });
            }
            Ok(())
        })?;
        match self {
            Self::Vectors(vectors) if open => levels.close(vectors, &mut list),
            _ => Ok(()),
        }
    }
}

impl Value {
    fn real(self) -> f64 {
        match self {
            Self::Whole(v) => v as f64,
            Self::Real(v) => v,
            Self::Text(_) => f64::NAN,
        }
    }
}

impl Levels<'_> {
    /// Ends a list, which is as long as the first.
    fn close(&self, vectors: &mut Vectors, list: &mut Vec<f64>) -> Result<(), DataError> {
        let row = vectors.rows() + 1;
        vectors.push(list.drain(..)).map_err(|(found, first)| {
            let field = quoted(self.field);
            let problem =
                format!("row {row} of column {field} has {found} numbers where the first has {first}");
            DataError::input(self.name, problem)
        })
    }
}

fn damaged(name: &str, error: &ParquetError) -> DataError {
    let text: String = error.to_string().chars().take(120).collect();
    let text = crate::outside::text::plain(&text);
    if text.contains("Disabled feature") {
        let problem =
            format!("is packed in a way that is not read ({text}); accepted are snappy, gzip, zstd and lz4");
        return DataError::input(name, problem);
    }
    DataError::input(name, format!("is damaged ({text})"))
}

/// Blocks of (definition levels, repetition levels, values) until the column ends or has `most` records.
fn each<T: DataType>(
    mut reader: ColumnReaderImpl<T>,
    levels: &Levels<'_>,
    most: usize,
    mut take: impl FnMut(&[i16], &[i16], &[T::T]) -> Result<(), DataError>,
) -> Result<(), DataError> {
    let damaged = |e: ParquetError| damaged(levels.name, &e);
    let (mut left, mut numbers, mut checked) = (most, 0, 1 << 20);
    while left > 0 {
        let (mut definitions, mut repetitions, mut values) = (Vec::new(), Vec::new(), Vec::new());
        let (records, found, read) = reader
            .read_records(BLOCK.min(left), Some(&mut definitions), Some(&mut repetitions), &mut values)
            .map_err(damaged)?;
        if records == 0 && read == 0 {
            return Ok(());
        }
        left = left.saturating_sub(records.max(1));
        numbers += found.max(values.len());
        // Pages may hold more values than the footer says.
        if numbers > checked {
            checked = 2 * numbers;
            memory::fits(levels.name, checked as u64, memory::Reads::Gathered)?;
        }
        // A column without levels has every value.
        if levels.deepest == 0 {
            definitions = vec![0; found.max(values.len())];
        }
        if !levels.repeats {
            repetitions = vec![0; definitions.len()];
        }
        take(&definitions, &repetitions, &values)?;
    }
    Ok(())
}
