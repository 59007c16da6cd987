//! Tables and label columns of text files: comma, semicolon or tab, with or without a header line.

use std::io::{BufRead, BufReader, Read, Seek};
use std::path::Path;

use super::error::{DataError, quoted};

/// A text file as columns.
#[derive(Debug)]
pub(super) enum Table {
    /// One column of cells (no header line removed: only the number of rows expected can tell).
    Column(Vec<String>),
    /// Row-major numbers, and the column names of a header line.
    Numbers { names: Option<Vec<String>>, columns: usize, values: Vec<f64> },
}

/// Reads a `.csv` or `.tsv` file.
pub(super) fn read(path: &Path, name: &str) -> Result<Table, DataError> {
    let (file, _) = super::load::open(path, name)?;
    let mut reader = BufReader::new(file);
    let delimiter = delimiter(&mut reader, name)?;
    let mut records = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .trim(csv::Trim::All)
        .from_reader(reader);
    let mut record = csv::ByteRecord::new();
    let (mut names, mut columns, mut values, mut column) = (None, 0, Vec::new(), Vec::new());
    let mut first = true;
    loop {
        let unreadable = |e: csv::Error| DataError::input(name, format!("could not be read ({e})"));
        if !records.read_byte_record(&mut record).map_err(unreadable)? {
            break;
        }
        let line = record.position().map_or(0, csv::Position::line);
        let cells: Vec<_> = record.iter().map(String::from_utf8_lossy).collect();
        if first {
            columns = cells.len();
        }
        if cells.len() != columns {
            return Err(DataError::input(
                name,
                format!("line {line} has {} cells where the first line has {columns}", cells.len()),
            ));
        }
        if columns == 1 {
            column.extend(cells.into_iter().map(std::borrow::Cow::into_owned));
        } else if first && is_header(&cells) {
            if let Some(unnamed) = cells.iter().position(|c| c.is_empty()) {
                return Err(DataError::input(
                    name,
                    format!(
                        "column {} has no name in the header line (row numbers?); accepted are named columns only",
                        unnamed + 1
                    ),
                ));
            }
            names = Some(cells.into_iter().map(std::borrow::Cow::into_owned).collect());
        } else {
            for (j, cell) in cells.iter().enumerate() {
                values.push(number(cell).ok_or_else(|| not_a_number(name, line, j + 1, cell))?);
            }
        }
        first = false;
    }
    if first || (columns > 1 && values.is_empty()) {
        return Err(DataError::input(name, "holds no rows"));
    }
    Ok(if columns == 1 { Table::Column(column) } else { Table::Numbers { names, columns, values } })
}

pub(super) fn not_a_number(name: &str, line: u64, column: usize, cell: &str) -> DataError {
    DataError::input(
        name,
        format!(
            "line {line}, column {column} holds {}; accepted are numbers with a decimal point",
            quoted(cell)
        ),
    )
}

pub(super) fn number(cell: &str) -> Option<f64> {
    cell.trim().parse().ok()
}

/// A first line is a header when most of its cells are no numbers, or when it counts its columns from 0 or 1.
fn is_header(cells: &[std::borrow::Cow<'_, str>]) -> bool {
    let words = cells.iter().filter(|c| number(c).is_none()).count();
    let counts_from = |start: usize| {
        cells.len() > 2 && cells.iter().enumerate().all(|(j, c)| **c == (j + start).to_string())
    };
    2 * words >= cells.len() || counts_from(0) || counts_from(1)
}

/// Tab, else semicolon, else comma: whichever the first line that is not blank holds outside quotes.
fn delimiter<R: Read + Seek>(reader: &mut BufReader<R>, name: &str) -> Result<u8, DataError> {
    let unreadable = |e: std::io::Error| DataError::input(name, format!("could not be read ({e})"));
    let (mut line, mut found) = (Vec::new(), b',');
    while reader.by_ref().take(1 << 24).read_until(b'\n', &mut line).map_err(unreadable)? > 0 {
        if !line.trim_ascii().is_empty() {
            let mut inside = false;
            let outside: Vec<u8> = line
                .iter()
                .copied()
                .filter(|&b| {
                    inside ^= b == b'"';
                    !inside
                })
                .collect();
            found = [b'\t', b';'].into_iter().find(|d| outside.contains(d)).unwrap_or(b',');
            break;
        }
        line.clear();
    }
    reader.rewind().map_err(unreadable)?;
    Ok(found)
}

/// One label a line; a byte-order mark, surrounding blanks and blank lines at the end are dropped.
pub(super) fn read_lines(path: &Path, name: &str) -> Result<Vec<String>, DataError> {
    let (file, length) = super::load::open(path, name)?;
    let mut bytes = Vec::new();
    let read = BufReader::new(file).take(length).read_to_end(&mut bytes);
    read.map_err(|e| DataError::input(name, format!("could not be read ({e})")))?;
    let text = String::from_utf8(bytes).map_err(|e| {
        let line =
            e.as_bytes().iter().take(e.utf8_error().valid_up_to()).filter(|&&b| b == b'\n').count() + 1;
        DataError::input(
            name,
            format!(
                "line {line} is no text in UTF-8; accepted are one label a line, or .npy, .npz and .csv files"
            ),
        )
    })?;
    let text = text.trim_start_matches('\u{feff}').trim_end();
    if text.is_empty() {
        return Err(DataError::input(name, "is empty; accepted is one label a line"));
    }
    text.lines()
        .enumerate()
        .map(|(i, line)| match line.trim() {
            "" => {
                Err(DataError::input(name, format!("line {} is blank; accepted is one label a line", i + 1)))
            }
            label => Ok(label.to_owned()),
        })
        .collect()
}
