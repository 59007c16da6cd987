//! Rows of cells, the common form of all text tables.

use super::super::error::DataError;

/// The cells of one row.
#[derive(Debug, Clone, Default)]
pub(super) struct Row {
    /// Line number in the file, from 1.
    pub line: u64,
    bytes: Vec<u8>,
    /// End of each cell, and whether it was quoted.
    ends: Vec<(usize, bool)>,
}

/// One cell.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cell<'a> {
    pub bytes: &'a [u8],
    pub quoted: bool,
}

/// A source of rows.
pub(super) trait Rows {
    /// Reads the next row into `row`; false at the end.
    ///
    /// # Errors
    /// One sentence about the file.
    fn next(&mut self, row: &mut Row) -> Result<bool, DataError>;
}

impl Row {
    pub fn clear(&mut self, line: u64) {
        self.line = line;
        self.bytes.clear();
        self.ends.clear();
    }

    pub fn push(&mut self, cell: &[u8], quoted: bool) {
        self.bytes.extend_from_slice(cell);
        self.ends.push((self.bytes.len(), quoted));
    }

    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether the row has no cell, or only a blank cell that is not quoted.
    pub fn is_blank(&self) -> bool {
        let blank = self.get(0).is_none_or(|c| !c.quoted && c.bytes.trim_ascii().is_empty());
        self.len() < 2 && blank
    }

    pub fn get(&self, at: usize) -> Option<Cell<'_>> {
        let &(end, quoted) = self.ends.get(at)?;
        let start = at.checked_sub(1).and_then(|before| self.ends.get(before)).map_or(0, |&(end, _)| end);
        Some(Cell { bytes: self.bytes.get(start..end)?, quoted })
    }

    pub fn cells(&self) -> impl ExactSizeIterator<Item = Cell<'_>> {
        (0..self.len()).map(|at| self.get(at).unwrap_or(Cell { bytes: &[], quoted: false }))
    }
}

impl Cell<'_> {
    /// The cell as text, with surrounding blanks.
    pub fn text(self) -> String {
        super::cell::text(self.bytes)
    }

    pub fn number(self) -> Option<f64> {
        std::str::from_utf8(self.bytes).ok().and_then(super::cell::number)
    }

    /// Whether the cell has no value: blank, or an unquoted word for a missing value.
    pub fn is_missing(self) -> bool {
        let blank = self.bytes.trim_ascii().is_empty();
        blank || !self.quoted && std::str::from_utf8(self.bytes).is_ok_and(super::cell::means_missing)
    }
}
