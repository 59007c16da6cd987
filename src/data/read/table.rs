//! Tables with typed columns, the common result of all readers.

use super::super::error::DataError;

/// An open file: its columns are known, their values are read on demand.
pub(super) struct Frame {
    /// Columns of a table, arrays of an archive, or fields of JSON objects, in the order of the file.
    pub heads: Vec<Head>,
    /// Singular noun for a column in messages: "column", "array", "tensor".
    pub noun: &'static str,
    /// Notes for the user about the file as a whole.
    pub notes: Vec<String>,
    /// For an object of JSON whose keys may be those of rows or of columns: which of them they were taken for.
    pub keyed: Option<Keyed>,
    pub content: Box<dyn Content>,
}

/// Meaning of the keys of an object if the file does not determine it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::data) enum Keyed {
    Rows,
    Columns,
    /// Columns, each a list.
    Lists,
}

/// Reads the values of columns.
pub(super) trait Content {
    /// The values of these columns, in this order; all have equally many rows. `rows` is the expected number of rows,
    /// if known: a text file alone does not always show whether its first line is a header.
    ///
    /// # Errors
    /// One sentence about the file.
    fn take(&mut self, columns: &[Want], rows: Option<usize>) -> Result<Taken, DataError>;
}

/// A requested column.
#[derive(Debug, Clone, Copy)]
pub(super) struct Want {
    pub column: usize,
    /// Whether values must stay distinct, as for labels and identifiers; whole numbers beyond 2⁵³ are then read as
    /// text.
    pub exact: bool,
}

/// Values of columns as read.
pub(super) struct Taken {
    pub columns: Vec<Data>,
    /// Notes for the user about what was found while reading.
    pub notes: Vec<String>,
}

/// The name and logical type of a column.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Head {
    /// Name in the file, or position from 1 if it has none.
    pub name: String,
    pub kind: Kind,
    /// Whether the file's metadata or layout marks the column as row numbers or names.
    pub index: bool,
}

/// The logical type of a column.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind {
    /// One number a row.
    Number,
    /// One text a row.
    Text,
    /// A list of numbers a row.
    Vector,
    /// A column of another type: what it holds and how to convert it, as the end of a sentence that begins with the
    /// column's name.
    Unread(String),
}

/// The values of a column.
#[derive(Debug)]
pub(in crate::data) enum Data {
    /// One number a row, NaN where it is missing; `whole` if the type is an integer or boolean.
    Numbers { values: Vec<f64>, whole: bool },
    /// One text a row.
    Text(Texts),
    /// An array whose first axis is the rows.
    Array(Array),
}

/// One text a row.
#[derive(Debug, Clone, Default, PartialEq)]
pub(in crate::data) struct Texts {
    /// `None` for a missing value (null, or a blank cell).
    pub cells: Vec<Option<String>>,
    /// Whether the cell was quoted in the file; empty where the format has no quotes.
    pub quoted: Vec<bool>,
}

/// A numeric array with one or more axes, the first of which is the rows.
#[derive(Debug)]
pub(in crate::data) struct Array {
    pub shape: Vec<usize>,
    /// Whether the array is column-major (the first index varies fastest).
    pub fortran: bool,
    pub values: Vec<f64>,
    /// Whether the type is an integer or boolean.
    pub whole: bool,
}

impl Head {
    pub fn new(name: impl Into<String>, kind: Kind) -> Self {
        Self { name: name.into(), kind, index: false }
    }
}

impl Kind {
    /// One text or number a row.
    pub const fn is_scalar(&self) -> bool {
        matches!(self, Self::Number | Self::Text)
    }
}

impl Data {
    pub fn rows(&self) -> usize {
        match self {
            Self::Numbers { values, .. } => values.len(),
            Self::Text(texts) => texts.cells.len(),
            Self::Array(array) => array.shape.first().copied().unwrap_or(0),
        }
    }

    /// Texts of a format without quotes.
    pub fn texts(cells: Vec<Option<String>>) -> Self {
        Self::Text(Texts { cells, quoted: Vec::new() })
    }

    /// Whole numbers; as text if a double cannot represent every one of them, else as numbers.
    pub fn whole(values: Vec<Option<i128>>) -> Self {
        const LARGEST: i128 = 1 << 53;
        if values.iter().flatten().any(|v| v.abs() > LARGEST) {
            return Self::texts(values.into_iter().map(|v| v.map(|v| v.to_string())).collect());
        }
        let values = values.into_iter().map(|v| v.map_or(f64::NAN, |v| v as f64)).collect();
        Self::Numbers { values, whole: true }
    }
}

impl Texts {
    /// Selected rows; missing for positions beyond the last row.
    pub fn of_rows(&self, rows: &[usize]) -> Self {
        let cells = rows.iter().map(|&i| self.cells.get(i).cloned().flatten()).collect();
        let quoted = if self.quoted.is_empty() {
            Vec::new()
        } else {
            rows.iter().map(|&i| self.quoted.get(i).copied().unwrap_or(false)).collect()
        };
        Self { cells, quoted }
    }
}

impl Array {
    /// The array in row-major order.
    pub fn row_major(self) -> Self {
        if !self.fortran {
            return self;
        }
        let Self { shape, values, whole, .. } = self;
        let count = values.len();
        let mut turned = vec![f64::NAN; count];
        // Position of element i of the row-major order in the column-major one.
        for (i, to) in turned.iter_mut().enumerate() {
            let (mut rest, mut at, mut stride) = (i, 0, count);
            for &length in shape.iter().rev() {
                stride /= length.max(1);
                at += (rest % length.max(1)) * stride;
                rest /= length.max(1);
            }
            if let Some(&v) = values.get(at) {
                *to = v;
            }
        }
        Self { shape, fortran: false, values: turned, whole }
    }

    /// The N×p slice at position `layer` of the second axis of an N×L×p array.
    pub fn slice(self, layer: usize) -> Self {
        let array = self.row_major();
        let (rows, layers, width) = match *array.shape.as_slice() {
            [rows, layers, width] => (rows, layers, width),
            _ => return array,
        };
        let values = array
            .values
            .chunks_exact((layers * width).max(1))
            .flat_map(|row| row.get(layer * width..(layer + 1) * width).unwrap_or_default().iter().copied())
            .collect();
        Self { shape: vec![rows, width], values, ..array }
    }

    /// Selected rows, in row-major order.
    pub fn of_rows(&self, rows: &[usize]) -> Self {
        let count = self.shape.first().copied().unwrap_or(0);
        let width = self.values.len() / count.max(1);
        let value = |i: usize, j: usize| {
            // In a column-major array the rows vary fastest, whatever the order of the other axes.
            let at = if self.fortran { j * count + i } else { i * width + j };
            self.values.get(at).copied().unwrap_or(f64::NAN)
        };
        let values = if self.fortran {
            (0..width).flat_map(|j| rows.iter().map(move |&i| value(i, j))).collect()
        } else {
            rows.iter().flat_map(|&i| (0..width).map(move |j| value(i, j))).collect()
        };
        let shape = std::iter::once(rows.len()).chain(self.shape.iter().skip(1).copied()).collect();
        Self { shape, fortran: self.fortran, values, whole: self.whole }
    }
}

/// Lists of numbers of equal length, collected row by row; a row may be missing.
#[derive(Debug, Default)]
pub(super) struct Vectors {
    width: Option<usize>,
    rows: usize,
    /// Number of missing rows before the first list.
    before: usize,
    values: Vec<f64>,
}

impl Vectors {
    /// Appends a list; the error is its length and that of the first list.
    pub fn push(&mut self, numbers: impl IntoIterator<Item = f64>) -> Result<(), (usize, usize)> {
        let start = self.values.len();
        self.values.extend(numbers);
        let found = self.values.len() - start;
        let width = *self.width.get_or_insert(found);
        if found != width {
            return Err((found, width));
        }
        self.rows += 1;
        Ok(())
    }

    /// Appends a missing row.
    pub fn skip(&mut self) {
        match self.width {
            None => self.before += 1,
            Some(width) => {
                self.values.extend(std::iter::repeat_n(f64::NAN, width));
                self.rows += 1;
            }
        }
    }

    pub fn rows(&self) -> usize {
        self.before + self.rows
    }

    pub fn numbers(&self) -> usize {
        self.values.len()
    }

    /// N×p numbers, NaN in missing rows.
    pub fn finish(self) -> Data {
        let Self { width, rows, before, mut values } = self;
        let width = width.unwrap_or(0);
        if before > 0 {
            values.splice(..0, std::iter::repeat_n(f64::NAN, before * width));
        }
        Data::Array(Array { shape: vec![before + rows, width], fortran: false, values, whole: false })
    }
}
