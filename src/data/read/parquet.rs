//! Tables of `.parquet` files: a column of lists of numbers, or columns of single numbers or labels, read column by
//! column straight into numbers.

use ::parquet::basic::Type;
use ::parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use ::parquet::data_type::{ByteArray, DataType, FixedLenByteArray};
use ::parquet::errors::ParquetError;
use ::parquet::file::reader::{FileReader, SerializedFileReader};

use super::super::error::{DataError, listed, quoted};
use super::pick::{self, Head, Shape};
use super::{Cells, Source, Table, memory, npy, open};

/// Records asked for at a time.
const BLOCK: usize = 1 << 14;

pub(super) fn read(source: &Source<'_>) -> Result<Table, DataError> {
    let name = source.name;
    let damaged = |e: ParquetError| {
        let first = e.to_string().lines().next().unwrap_or_default().chars().take(120).collect::<String>();
        DataError::input(
            name,
            format!("is no readable parquet file ({})", crate::outside::text::plain(&first)),
        )
    };
    let (file, _) = open(source.path, name)?;
    let reader = SerializedFileReader::new(file).map_err(damaged)?;
    let schema = reader.metadata().file_metadata().schema_descr_ptr();
    // Leaves of the schema: position, and what it is for us.
    let mut leaves = Vec::new();
    let mut heads = Vec::new();
    for (leaf, column) in schema.columns().iter().enumerate() {
        let shape = match (column.max_rep_level(), column.physical_type()) {
            (_, Type::INT96) => continue,
            (1, Type::BYTE_ARRAY) => continue,
            (1, _) => Shape::Vector,
            (0, Type::BYTE_ARRAY) => Shape::Text,
            (0, _) => Shape::Number,
            _ => continue,
        };
        let parts = column.path().parts();
        let label =
            if shape == Shape::Vector { parts.first().cloned().unwrap_or_default() } else { parts.join(".") };
        leaves.push(leaf);
        heads.push(Head { name: label, shape });
    }
    if heads.is_empty() {
        let names = listed(schema.columns().iter().map(|c| c.name()));
        return Err(DataError::input(name, format!("has no column of numbers or labels (it has {names})")));
    }
    let chosen = pick::columns(source, &heads)?;
    let numbers: i64 = reader
        .metadata()
        .row_groups()
        .iter()
        .flat_map(|group| {
            chosen.iter().filter_map(|&c| leaves.get(c)).map(|&leaf| group.column(leaf).num_values())
        })
        .sum();
    memory::fits(name, numbers.max(0) as u64, memory::Reads::Gathered)?;
    let mut columns = Vec::new();
    for &c in &chosen {
        let (Some(&leaf), Some(head)) = (leaves.get(c), heads.get(c)) else { continue };
        let mut column = Column { width: None, rows: 0, values: Vec::new(), words: Vec::new(), whole: true };
        for group in 0..reader.num_row_groups() {
            let group = reader.get_row_group(group).map_err(damaged)?;
            let (deepest, repeats) =
                (schema.column(leaf).max_def_level(), schema.column(leaf).max_rep_level());
            let levels = Levels { deepest, repeats: repeats > 0, name, field: &head.name };
            match group.get_column_reader(leaf).map_err(damaged)? {
                ColumnReader::BoolColumnReader(r) => {
                    column.numbers(r, &levels, |v: &bool| f64::from(u8::from(*v)))
                }
                ColumnReader::Int32ColumnReader(r) => column.numbers(r, &levels, |v: &i32| f64::from(*v)),
                ColumnReader::Int64ColumnReader(r) => column.numbers(r, &levels, |v: &i64| *v as f64),
                ColumnReader::FloatColumnReader(r) => {
                    column.whole = false;
                    column.numbers(r, &levels, |v: &f32| f64::from(*v))
                }
                ColumnReader::DoubleColumnReader(r) => {
                    column.whole = false;
                    column.numbers(r, &levels, |v: &f64| *v)
                }
                ColumnReader::FixedLenByteArrayColumnReader(r) if schema.column(leaf).type_length() == 2 => {
                    column.whole = false;
                    column.numbers(r, &levels, |v: &FixedLenByteArray| match v.data() {
                        &[low, high] => npy::half(u16::from_le_bytes([low, high])),
                        _ => f64::NAN,
                    })
                }
                ColumnReader::ByteArrayColumnReader(r) => column.words(r, &levels),
                _ => Err(DataError::input(
                    name,
                    format!(
                        "column {} is of a type that is not read; accepted are numbers and text",
                        quoted(&head.name)
                    ),
                )),
            }?;
        }
        columns.push(column);
    }
    table(source, &chosen, &heads, columns)
}

/// The chosen columns side by side.
fn table(
    source: &Source<'_>,
    chosen: &[usize],
    heads: &[Head],
    columns: Vec<Column>,
) -> Result<Table, DataError> {
    let rows = columns.first().map_or(0, |c| c.rows);
    if rows == 0 {
        return Err(DataError::input(source.name, "holds no rows"));
    }
    let names: Vec<String> = chosen.iter().filter_map(|&c| heads.get(c)).map(|h| h.name.clone()).collect();
    let part = if names.len() == 1 { names.first().cloned() } else { None };
    let mut columns = columns;
    if columns.len() > 1 {
        let whole = columns.iter().all(|c| c.whole);
        let values: Vec<f64> = columns.iter().flat_map(|c| c.values.iter().copied()).collect();
        let table = Table::new(rows, columns.len(), Cells::Numbers { values, whole });
        return Ok(Table { fortran: true, names: Some(names), ..table });
    }
    let Some(column) = columns.pop() else { return Err(DataError::input(source.name, "holds no rows")) };
    let vector = column.width.is_some();
    let table = if column.words.is_empty() {
        let whole = column.whole && !vector;
        Table::new(rows, column.width.unwrap_or(1), Cells::Numbers { values: column.values, whole })
    } else {
        Table::new(rows, 1, Cells::Text(column.words))
    };
    Ok(Table { names: (!vector).then_some(names), part, ..table })
}

/// How the levels of a column are read, and its name for sentences.
struct Levels<'a> {
    /// The definition level of a value that is there.
    deepest: i16,
    /// Whether rows are lists.
    repeats: bool,
    name: &'a str,
    field: &'a str,
}

/// A column as far as it is read.
struct Column {
    /// Numbers in a list; none where rows are single values.
    width: Option<usize>,
    rows: usize,
    values: Vec<f64>,
    words: Vec<String>,
    whole: bool,
}

impl Column {
    fn numbers<T: DataType>(
        &mut self,
        reader: ColumnReaderImpl<T>,
        levels: &Levels<'_>,
        number: impl Fn(&T::T) -> f64,
    ) -> Result<(), DataError> {
        each(reader, levels, |definitions, repetitions, values| {
            let mut values = values.iter();
            if !levels.repeats {
                for &definition in definitions {
                    let there = definition == levels.deepest;
                    let value = if there { values.next().map_or(f64::NAN, &number) } else { f64::NAN };
                    self.values.push(value);
                    self.rows += 1;
                }
                return Ok(());
            }
            for (&definition, &repetition) in definitions.iter().zip(repetitions) {
                if repetition == 0 {
                    self.closed(levels)?;
                    self.rows += 1;
                }
                if definition != levels.deepest {
                    let (row, field) = (self.rows, quoted(levels.field));
                    let problem = format!(
                        "row {row} of column {field} is empty or has a gap; accepted are lists of numbers"
                    );
                    return Err(DataError::input(levels.name, problem));
                }
                self.values.extend(values.next().map(&number));
            }
            Ok(())
        })?;
        if levels.repeats { self.closed(levels) } else { Ok(()) }
    }

    /// Every list is as long as the first.
    fn closed(&mut self, levels: &Levels<'_>) -> Result<(), DataError> {
        if self.rows == 0 {
            return Ok(());
        }
        let width = *self.width.get_or_insert(self.values.len());
        if self.values.len() == self.rows * width {
            return Ok(());
        }
        let found = (self.values.len() + width).saturating_sub(self.rows * width);
        let (row, field) = (self.rows, quoted(levels.field));
        Err(DataError::input(
            levels.name,
            format!("row {row} of column {field} has {found} numbers where the first has {width}"),
        ))
    }

    fn words<T: DataType<T = ByteArray>>(
        &mut self,
        reader: ColumnReaderImpl<T>,
        levels: &Levels<'_>,
    ) -> Result<(), DataError> {
        each(reader, levels, |definitions, _, values| {
            let mut values = values.iter();
            for &definition in definitions {
                let value = if definition == levels.deepest { values.next() } else { None };
                let text = value.map(|v| String::from_utf8_lossy(v.data()).trim().to_owned());
                self.words.push(text.unwrap_or_default());
                self.rows += 1;
            }
            Ok(())
        })
    }
}

/// Blocks of (definition levels, repetition levels, values) until the column ends.
fn each<T: DataType>(
    mut reader: ColumnReaderImpl<T>,
    levels: &Levels<'_>,
    mut take: impl FnMut(&[i16], &[i16], &[T::T]) -> Result<(), DataError>,
) -> Result<(), DataError> {
    let damaged = |e: ParquetError| {
        let text: String = e.to_string().chars().take(120).collect();
        DataError::input(levels.name, format!("is damaged ({})", crate::outside::text::plain(&text)))
    };
    loop {
        let (mut definitions, mut repetitions, mut values) = (Vec::new(), Vec::new(), Vec::new());
        let (records, found, read) = reader
            .read_records(BLOCK, Some(&mut definitions), Some(&mut repetitions), &mut values)
            .map_err(damaged)?;
        if records == 0 && read == 0 {
            return Ok(());
        }
        // A column without levels has every value.
        if levels.deepest == 0 {
            definitions = vec![0; found.max(values.len())];
        }
        take(&definitions, &repetitions, &values)?;
    }
}
