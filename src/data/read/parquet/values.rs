//! Values of a `.parquet` column: decoding to numbers or texts, and lists by definition and repetition levels.

use ::parquet::column::reader::ColumnReaderImpl;
use ::parquet::data_type::DataType;
use ::parquet::errors::ParquetError;

use super::super::super::error::{DataError, quoted};
use super::super::table::Vectors;
use super::super::{cell, memory, npy};
use super::schema::Decode;

/// Records read at a time.
const BLOCK: usize = 1 << 14;

/// One stored value.
pub(super) enum Value {
    Whole(i128),
    Real(f64),
    Text(String),
}

pub(super) fn bytes(bytes: &[u8], decode: Decode) -> Value {
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

/// The decimal number unscaled · 10^−scale, correctly rounded.
pub(super) fn decimal(unscaled: i128, scale: i32) -> Value {
    match i8::try_from(scale) {
        Ok(0) => Value::Whole(unscaled),
        Ok(scale) => Value::Real(cell::scaled(unscaled, scale)),
        Err(_) => Value::Real(f64::NAN),
    }
}

/// Definition and repetition levels of a column, and its name for messages.
pub(super) struct Levels<'a> {
    /// Definition level of a value that is not missing.
    pub deepest: i16,
    /// Definition level from which on a row has a list.
    pub entry: i16,
    /// Whether rows are lists.
    pub repeats: bool,
    pub name: &'a str,
    pub field: &'a str,
    /// Maximum number of rows to read.
    pub most: usize,
}

/// Values of a column read so far.
pub(super) enum Values {
    Numbers { values: Vec<f64>, whole: bool },
    Whole(Vec<Option<i128>>),
    Texts(Vec<Option<String>>),
    Vectors(Vectors),
}

impl Values {
    pub fn rows(&self) -> usize {
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

    /// Appends a row group.
    pub fn extend<T: DataType>(
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
    /// Ends a list, which must be as long as the first.
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

pub(super) fn damaged(name: &str, error: &ParquetError) -> DataError {
    let text: String = error.to_string().chars().take(120).collect();
    let text = crate::outside::text::plain(&text);
    DataError::input(name, format!("is damaged ({text})"))
}

/// Reads blocks of (definition levels, repetition levels, values) until the column ends or has `most` records.
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
        // Pages may hold more values than the footer states.
        if numbers > checked {
            checked = 2 * numbers;
            memory::fits(levels.name, checked as u64, memory::Reads::Gathered)?;
        }
        // A column without levels has no missing values.
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
