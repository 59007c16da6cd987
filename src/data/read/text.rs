//! Text files: tables with comma, semicolon or tab, with or without a header line, and one label a line; packed by gzip
//! as well.

use std::io::{self, BufRead, BufReader, Cursor, Read};

use super::super::error::{DataError, quoted};
use super::pick::{self, Head, Shape};
use super::{Cells, Role, Source, Table, memory, open};

/// A longer line is no row of numbers or label.
const LONGEST_LINE: usize = 1 << 26;

/// A `.csv` or `.tsv` file.
pub(super) fn read(source: &Source<'_>) -> Result<Table, DataError> {
    let name = source.name;
    let mut reader = stream(source)?;
    let (delimiter, seen) = first_line(&mut reader).map_err(|e| unreadable(name, &e))?;
    let mut records = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .trim(csv::Trim::All)
        .from_reader(Cursor::new(seen).chain(reader));
    let mut rows = Rows::default();
    let mut record = csv::ByteRecord::new();
    while records.read_byte_record(&mut record).map_err(|e| unreadable(name, &e))? {
        let line = record.position().map_or(0, csv::Position::line);
        let cells: Vec<_> = record.iter().map(String::from_utf8_lossy).collect();
        if rows.lines == 0 {
            rows.columns = cells.len();
        }
        if cells.len() != rows.columns {
            let (found, first) = (cells.len(), rows.columns);
            return Err(DataError::input(
                name,
                format!("line {line} has {found} cells where the first line has {first}"),
            ));
        }
        rows.take(source, line, &cells)?;
        rows.lines += 1;
    }
    rows.finish(source)
}

/// What has been read of a table.
#[derive(Default)]
struct Rows {
    lines: usize,
    columns: usize,
    names: Option<Vec<String>>,
    /// Row by row: of features.
    numbers: Vec<f64>,
    /// Row by row: of everything else.
    words: Vec<String>,
}

impl Rows {
    fn take(
        &mut self,
        source: &Source<'_>,
        line: u64,
        cells: &[std::borrow::Cow<'_, str>],
    ) -> Result<(), DataError> {
        // Features are numbers throughout and may be many; of anything else the whole is looked at before it is read.
        let only_numbers = source.role != Role::Targets && source.part.is_none() && self.columns > 1;
        if self.lines == 0 && self.columns > 1 && is_header(cells, only_numbers) {
            self.names = Some(cells.iter().map(ToString::to_string).collect());
            if only_numbers && let Some(unnamed) = cells.iter().position(|c| c.is_empty()) {
                return Err(DataError::input(
                    source.name,
                    format!(
                        "column {} has no name in the header line (row numbers?); accepted are named columns only",
                        unnamed + 1
                    ),
                ));
            }
        } else if only_numbers {
            for (j, cell) in cells.iter().enumerate() {
                self.numbers.push(number(cell).ok_or_else(|| not_a_number(source.name, line, j + 1, cell))?);
            }
            if self.lines.is_power_of_two() {
                memory::fits(source.name, self.numbers.len() as u64, memory::Reads::Gathered)?;
            }
        } else {
            self.words.extend(cells.iter().map(ToString::to_string));
        }
        Ok(())
    }

    fn finish(self, source: &Source<'_>) -> Result<Table, DataError> {
        let Self { columns, names, numbers, words, .. } = self;
        let count = numbers.len() + words.len();
        if count == 0 {
            return Err(DataError::input(source.name, "holds no rows"));
        }
        let rows = count / columns.max(1);
        if !numbers.is_empty() {
            let table = Table::new(rows, columns, Cells::Numbers { values: numbers, whole: false });
            return Ok(Table { names, ..table });
        }
        if columns == 1 && source.role == Role::Targets {
            return Ok(Table { header: true, ..Table::new(rows, 1, Cells::Text(words)) });
        }
        if columns == 1 {
            return one_feature(source, &words);
        }
        let column = |j: usize| words.iter().skip(j).step_by(columns);
        let heads: Vec<Head> = (0..columns)
            .map(|j| {
                let filled = column(j).filter(|c| !missing(c));
                let shape =
                    if filled.clone().all(|c| number(c).is_some()) { Shape::Number } else { Shape::Text };
                let name = names.as_ref().and_then(|n| n.get(j)).filter(|n| !n.is_empty());
                Head { name: name.cloned().unwrap_or_else(|| (j + 1).to_string()), shape }
            })
            .collect();
        let chosen = pick::columns(source, &heads)?;
        if let [only] = chosen.as_slice() {
            let head = heads.get(*only);
            let cells = column(*only).cloned().collect();
            let names = head.map(|h| vec![h.name.clone()]);
            return Ok(Table { names, ..Table::new(rows, 1, Cells::Text(cells)) });
        }
        let row = |i: usize| words.get(i * columns..(i + 1) * columns).unwrap_or_default();
        let at = |i: usize, j: usize| row(i).get(j).and_then(|c| number(c)).unwrap_or(f64::NAN);
        let values =
            (0..rows).flat_map(|i| chosen.iter().map(move |&j| (i, j))).map(|(i, j)| at(i, j)).collect();
        let table = Table::new(rows, chosen.len(), Cells::Numbers { values, whole: false });
        let names = chosen.iter().filter_map(|&j| heads.get(j)).map(|h| h.name.clone()).collect();
        Ok(Table { names: Some(names), ..table })
    }
}

/// A column of numbers: the first line is a header unless it is one.
fn one_feature(source: &Source<'_>, words: &[String]) -> Result<Table, DataError> {
    let header = words.first().is_some_and(|c| number(c).is_none());
    let values = words
        .iter()
        .enumerate()
        .skip(usize::from(header))
        .map(|(i, cell)| number(cell).ok_or_else(|| not_a_number(source.name, i as u64 + 1, 1, cell)));
    let values = values.collect::<Result<Vec<_>, _>>()?;
    Ok(Table::new(values.len(), 1, Cells::Numbers { values, whole: false }))
}

/// One label a line; a byte-order mark and surrounding blanks are dropped. A blank line is a row without a label.
pub(super) fn read_lines(source: &Source<'_>) -> Result<Table, DataError> {
    let name = source.name;
    if source.role != Role::Targets {
        return Err(DataError::input(name, "is a file of labels; accepted are files of numbers"));
    }
    if let Some(part) = source.part {
        return Err(DataError::input(
            name,
            format!("has no part {}; it is one column of labels", quoted(part)),
        ));
    }
    let mut labels = Vec::new();
    let mut reader = stream(source)?;
    let mut line = Vec::new();
    loop {
        line.clear();
        if reader.read_until(b'\n', &mut line).map_err(|e| unreadable(name, &e))? == 0 {
            break;
        }
        let text = std::str::from_utf8(&line).map_err(|_| {
            let at = labels.len() + 1;
            DataError::input(
                name,
                format!("line {at} is no text in UTF-8; accepted are one label a line, or files of arrays"),
            )
        })?;
        labels.push(text.trim_start_matches('\u{feff}').trim().to_owned());
    }
    if labels.iter().all(String::is_empty) {
        return Err(DataError::input(name, "is empty; accepted is one label a line"));
    }
    Ok(Table { header: true, ..Table::new(labels.len(), 1, Cells::Text(labels)) })
}

/// A cell without a value.
pub(in crate::data) fn missing(cell: &str) -> bool {
    let cell = cell.trim();
    cell.is_empty() || cell.eq_ignore_ascii_case("nan")
}

pub(in crate::data) fn number(cell: &str) -> Option<f64> {
    cell.trim().parse().ok()
}

fn not_a_number(name: &str, line: u64, column: usize, cell: &str) -> DataError {
    DataError::input(
        name,
        format!(
            "line {line}, column {column} holds {}; accepted are numbers with a decimal point",
            quoted(cell)
        ),
    )
}

fn unreadable(name: &str, error: &dyn std::fmt::Display) -> DataError {
    DataError::input(name, format!("could not be read ({error})"))
}

/// A first line is a header when its cells are no numbers (most of them, where only numbers can follow), or when it
/// counts its columns from 0 or 1.
fn is_header(cells: &[std::borrow::Cow<'_, str>], only_numbers: bool) -> bool {
    let words = cells.iter().filter(|c| number(c).is_none()).count();
    let counts_from = |start: usize| {
        cells.len() > 2 && cells.iter().enumerate().all(|(j, c)| **c == (j + start).to_string())
    };
    let enough = if only_numbers { cells.len().div_ceil(2) } else { cells.len() };
    words >= enough || counts_from(0) || counts_from(1)
}

/// The file's text, unpacked where its name ends in `.gz`.
pub(super) fn stream(source: &Source<'_>) -> Result<impl BufRead + use<>, DataError> {
    let (file, length) = open(source.path, source.name)?;
    let packed = source.path.extension().is_some_and(|e| e.eq_ignore_ascii_case("gz"));
    let inner: Box<dyn Read> = if packed {
        Box::new(flate2::read::MultiGzDecoder::new(BufReader::new(file)))
    } else {
        // A file that grows while it is read ends where it ended.
        Box::new(file.take(length))
    };
    Ok(BufReader::with_capacity(1 << 16, Text { inner, line: 0 }))
}

/// Text only: lines of a bounded length, no zero byte.
struct Text {
    inner: Box<dyn Read>,
    /// Bytes since the last line break.
    line: usize,
}

impl Read for Text {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        let new = buffer.get(..count).unwrap_or_default();
        if new.contains(&0) {
            return Err(io::Error::other("it holds zero bytes; accepted are rows of text in UTF-8"));
        }
        self.line = match new.iter().rposition(|&b| b == b'\n') {
            Some(at) => count - at,
            None => self.line + count,
        };
        if self.line > LONGEST_LINE {
            return Err(io::Error::other("a line is longer than 67 MB; accepted are rows of numbers"));
        }
        Ok(count)
    }
}

/// Tab, else semicolon, else comma: whichever the first line that is not blank holds outside quotes; and what was read.
fn first_line(reader: &mut impl BufRead) -> io::Result<(u8, Vec<u8>)> {
    let mut seen = Vec::new();
    loop {
        let start = seen.len();
        if reader.read_until(b'\n', &mut seen)? == 0 {
            return Ok((b',', seen));
        }
        let line = seen.get(start..).unwrap_or_default();
        if line.trim_ascii().is_empty() {
            continue;
        }
        let mut inside = false;
        let outside: Vec<u8> = line
            .iter()
            .copied()
            .filter(|&b| {
                inside ^= b == b'"';
                !inside
            })
            .collect();
        let found = [b'\t', b';'].into_iter().find(|d| outside.contains(d)).unwrap_or(b',');
        return Ok((found, seen));
    }
}
