//! `.parquet` tables, read column by column directly into numbers or texts.

mod durations;
mod format;
mod pages;
mod schema;
mod thrift;
mod values;

use ::parquet::basic::Compression;
use ::parquet::column::reader::ColumnReader;
use ::parquet::data_type::{AsBytes, ByteArray, FixedLenByteArray};
use ::parquet::errors::ParquetError;
use ::parquet::file::reader::{FileReader, SerializedFileReader};

use super::super::error::{DataError, quoted};
use super::metadata::{self, Metadata};
use super::table::{Content, Data, Frame, Kind, Taken, Vectors, Want};
use super::{Source, cell, memory, open, python};
use pages::Pages;
use schema::{Decode, Leaf};
use values::{Levels, Value, Values, bytes, damaged, decimal};

/// Number of rows of a text column examined to see whether it holds lists.
const SAMPLE: usize = 64;

/// The columns of the file.
pub(super) fn read(source: &Source) -> Result<Frame, DataError> {
    let name = &source.name;
    let damaged = |e: ParquetError| {
        let first = e.to_string().lines().next().unwrap_or_default().chars().take(120).collect::<String>();
        let problem = format!("is not a readable parquet file ({})", crate::outside::text::plain(&first));
        DataError::input(name, problem)
    };
    let (file, length) = open(&source.path, name)?;
    let (pages, columns) = Pages::new(file, length).map_err(damaged)?;
    let reader = SerializedFileReader::new(pages).map_err(damaged)?;
    columns
        .set(reader.metadata(), length)
        .map_err(|wrong| DataError::input(name, format!("is damaged ({wrong})")))?;
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
    Ok(Frame { heads, noun: "column", notes: Vec::new(), keyed: None, content: Box::new(content) })
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
    /// Marks text columns whose first cells are all lists of numbers as vectors; fastparquet and CSV tools write
    /// vectors this way.
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
        let groups = self.reader.metadata().row_groups().iter();
        let numbers = groups.flat_map(|group| {
            let leaves = columns.iter().filter_map(|want| self.leaves.get(want.column));
            // Negative numbers of values are refused when the file is opened.
            leaves.map(|leaf| group.column(leaf.at).num_values().unsigned_abs())
        });
        memory::fits(&self.name, numbers.fold(0, u64::saturating_add), memory::Reads::Gathered)?;
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

    /// Refuses a codec that is not read.
    fn is_unpacked(&self, codec: Compression, column: &str) -> Result<(), DataError> {
        let codec = match codec {
            Compression::BROTLI(_) => "brotli",
            Compression::LZO => "lzo",
            Compression::UNCOMPRESSED
            | Compression::SNAPPY
            | Compression::GZIP(_)
            | Compression::LZ4
            | Compression::LZ4_RAW
            | Compression::ZSTD(_) => return Ok(()),
        };
        let (column, line) = (quoted(column), python::line(python::PARQUET_CODEC, &self.name));
        let problem = format!(
            "has a column {column} packed by {codec}; accepted are snappy, gzip, zstd and lz4; in Python: {line}"
        );
        Err(DataError::input(&self.name, problem))
    }

    /// The values of a column, up to `most` rows.
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
            self.is_unpacked(group.metadata().column(leaf.at).compression(), &leaf.head.name)?;
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
