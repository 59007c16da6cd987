//! Sparse matrices of AnnData: compressed rows or columns, read as N×p numbers.

use hdf5_reader::group::Group;

use super::super::super::error::DataError;
use super::super::memory;
use super::super::table::{Array, Data};
use super::damaged;
use super::values::Datasets;

/// A group of `data`, `indices` and `indptr`, whose attributes name its layout and shape.
#[derive(Debug)]
pub(super) struct Sparse {
    path: String,
    /// Whether columns are compressed, rather than rows.
    by_column: bool,
    rows: u64,
    columns: u64,
}

impl Sparse {
    /// The matrix of a group at this path; `None` if its attributes do not give its layout or shape.
    pub fn new(group: &Group, path: &str) -> Option<Self> {
        let text = |name: &str| group.attribute(name).ok()?.read_string().ok();
        let by_column = match text("encoding-type").or_else(|| text("h5sparse_format"))?.as_str() {
            "csr_matrix" | "csr" => false,
            "csc_matrix" | "csc" => true,
            _ => return None,
        };
        let shape = group.attribute("shape").or_else(|_| group.attribute("h5sparse_shape")).ok()?;
        let narrow = || Some(shape.read_1d::<i32>().ok()?.into_iter().map(i64::from).collect());
        let shape: Vec<i64> = shape.read_1d().ok().or_else(narrow)?;
        let &[rows, columns] = shape.as_slice() else { return None };
        let (rows, columns) = (rows.try_into().ok()?, columns.try_into().ok()?);
        Some(Self { path: path.to_owned(), by_column, rows, columns })
    }

    /// N×p numbers: missing entries are 0, and duplicates are summed, as in scipy.
    ///
    /// # Errors
    /// One sentence about the file: positions outside the matrix, a shape inconsistent with its numbers, too little
    /// memory.
    pub fn read(&self, file: &Datasets) -> Result<Data, DataError> {
        let Self { path, by_column, rows, columns } = self;
        let name = &file.name;
        let wrong = |why: &str| damaged(name, &format!("{path}: {why}"));
        let numbers = |part: &str| file.bytes(&file.dataset(&format!("{path}/{part}"))?);
        let position = |part: &str| -> Result<Vec<usize>, DataError> {
            let (element, bytes) = numbers(part)?;
            let found = bytes.chunks_exact(element.size()).map(|b| usize::try_from(element.whole(b)?).ok());
            found.collect::<Option<_>>().ok_or_else(|| wrong("a position is no whole number from 0"))
        };
        let (starts, inner) = (position("indptr")?, position("indices")?);
        let (element, bytes) = numbers("data")?;
        let written = bytes.len() / element.size();
        let (outer, width) = if *by_column { (*columns, *rows) } else { (*rows, *columns) };
        let complete = starts.len() as u64 == outer.saturating_add(1)
            && starts.first() == Some(&0)
            && starts.last() == Some(&written)
            && starts.is_sorted()
            && inner.len() == written
            && inner.iter().all(|&at| (at as u64) < width);
        if !complete {
            return Err(wrong("its positions do not fit its shape"));
        }
        let cells = rows.saturating_mul(*columns);
        memory::dense_fits(name, &format!("{path} "), (*rows, *columns), written, memory::Reads::Straight)?;
        let too_many = || wrong("its shape is impossible");
        let sizes = [*rows, *columns, cells].map(|size| usize::try_from(size).ok());
        let [Some(rows), Some(columns), Some(cells)] = sizes else { return Err(too_many()) };
        let mut values = vec![0.0; cells];
        let mut rest = inner.iter().zip(bytes.chunks_exact(element.size()));
        for (major, pair) in starts.windows(2).enumerate() {
            let &[from, until] = pair else { continue };
            for (&minor, number) in rest.by_ref().take(until - from) {
                let at = if *by_column { minor * columns + major } else { major * columns + minor };
                if let Some(cell) = values.get_mut(at) {
                    *cell += element.number(number);
                }
            }
        }
        let whole = element.is_whole();
        Ok(Data::Array(Array { shape: vec![rows, columns], fortran: false, values, whole }))
    }
}
