//! Text tables: which line is the header, the type of each column, and the values of the requested columns.
//!
//! Types are inferred from the first rows (in most files from all rows); the rows are then read again from the
//! beginning, and a cell that does not have the type of its column is an error that names its line.

use super::super::error::{DataError, listed, quoted};
use super::header::{Header, header};
use super::profile::Profile;
use super::row::{Cell, Row, Rows};
use super::table::{Content, Data, Frame, Head, Kind, Taken, Texts, Vectors, Want};
use super::{Source, cell, memory};

/// Number of cells from which types are inferred, and number of bytes.
const SAMPLE: (usize, usize) = (4_000_000, 1 << 25);

/// Opens the rows of a file from the beginning.
pub(super) type Opener = Box<dyn Fn(&Source) -> Result<Box<dyn Rows>, DataError>>;

/// Finds the header line and the types of the columns.
pub(super) fn read(
    source: &Source,
    open: impl Fn(&Source) -> Result<Box<dyn Rows>, DataError> + 'static,
) -> Result<Frame, DataError> {
    named(source, None, Box::new(open))
}

/// Opens a table whose column names are not in its first row.
pub(super) fn named(source: &Source, names: Option<Vec<String>>, open: Opener) -> Result<Frame, DataError> {
    let mut rows = open(source)?;
    let (mut first, mut row) = (Row::default(), Row::default());
    while first.is_blank() && rows.next(&mut first)? {}
    if first.is_blank() {
        return Err(DataError::input(&source.name, "holds no rows"));
    }
    let mut profiles: Vec<Profile> = Vec::new();
    // The first rows determine the number of columns: R writes a header with one cell fewer than the rows.
    let (mut cells, mut bytes) = (0, 0);
    let mut short_header = false;
    while cells < SAMPLE.0 && bytes < SAMPLE.1 && rows.next(&mut row)? {
        if row.is_blank() {
            continue;
        }
        if profiles.is_empty() {
            short_header = names.is_none() && first.len() > 1 && row.len() == first.len() + 1 || {
                names.is_none()
                    && first.len() == 1
                    && row.len() == 2
                    && first.get(0).is_some_and(|c| c.number().is_none())
            };
            profiles = row.cells().map(|_| Profile::default()).collect();
        }
        profiles.iter_mut().zip(row.cells()).for_each(|(profile, cell)| profile.add(cell));
        cells += row.len();
        bytes += row.cells().map(|c| c.bytes.len()).sum::<usize>();
    }
    // Rows that end in a delimiter that the header lacks: their last cell is always blank, and the names are in
    // place.
    let trailing = short_header && profiles.len() > 2 && profiles.last().is_some_and(|last| !last.written);
    if profiles.is_empty() && first.len() > 1 && first.cells().all(|cell| cell.number().is_none()) {
        return Err(DataError::input(&source.name, "holds no rows"));
    }
    if profiles.is_empty() {
        profiles = first.cells().map(|_| Profile::default()).collect();
    }
    let header = if short_header {
        Header::Line { doubtful: false }
    } else if names.is_some() {
        Header::None
    } else {
        header(source, &first, &profiles)
    };
    let columns = profiles.len();
    if header == Header::None && first.len() == columns {
        profiles.iter_mut().zip(first.cells()).for_each(|(profile, cell)| profile.add(cell));
    }
    let title = |at: usize| {
        let written = match header {
            Header::Line { doubtful: false } if short_header && !trailing => {
                at.checked_sub(1).and_then(|at| first.get(at))
            }
            Header::Line { doubtful: false } => first.get(at),
            _ => None,
        };
        let written = written.map(|c| c.text().trim().trim_start_matches("# ").to_owned());
        let given = || names.as_ref().and_then(|n| n.get(at).cloned());
        written.or_else(given).filter(|name| !name.is_empty())
    };
    let mut heads = Vec::new();
    for (at, profile) in profiles.iter().enumerate() {
        // The first column may number the rows.
        let beside_numbers = profiles.iter().skip(1).any(Profile::is_numbers);
        let kind = match profile.kind(source, beside_numbers)? {
            Kind::Unread(_) if profile.filled == 0 && columns == 1 => Kind::Text,
            kind => kind,
        };
        // A first column without a name holds row names or numbers, as pandas and R write them.
        let unnamed = at == 0 && columns > 1 && title(at).is_none();
        let index = unnamed && header == Header::Line { doubtful: false }
            || title(at).is_some_and(|t| t == "Unnamed: 0" || t == "__index_level_0__");
        heads.push(Head { name: title(at).unwrap_or_else(|| (at + 1).to_string()), kind, index });
    }
    let content = Table { source: source.clone(), open, header, short_header, heads: heads.clone() };
    Ok(Frame { heads, noun: "column", notes: Vec::new(), keyed: None, content: Box::new(content) })
}

/// A text table whose columns are known.
struct Table {
    source: Source,
    open: Opener,
    header: Header,
    /// Whether the header has no cell for the first column.
    short_header: bool,
    heads: Vec<Head>,
}

/// Values of one column read so far.
enum Column {
    Numbers(Vec<f64>),
    Texts(Texts),
    Vectors(Vectors),
}

impl Content for Table {
    fn take(&mut self, columns: &[Want], rows: Option<usize>) -> Result<Taken, DataError> {
        let name = self.source.name.clone();
        let mut values: Vec<Column> = columns
            .iter()
            .map(|want| match self.heads.get(want.column).map(|head| &head.kind) {
                Some(Kind::Vector) => Column::Vectors(Vectors::default()),
                Some(Kind::Number) if !want.exact => Column::Numbers(Vec::new()),
                _ => Column::Texts(Texts::default()),
            })
            .collect();
        let mut source = (self.open)(&self.source)?;
        let (mut row, mut count, mut lines) = (Row::default(), 0_usize, 0_usize);
        let single = self.heads.len() == 1;
        while source.next(&mut row)? {
            if row.is_blank() && (!single || lines == 0 && self.header == Header::Line { doubtful: false }) {
                continue;
            }
            lines += 1;
            if lines == 1 && self.header == (Header::Line { doubtful: false }) {
                continue;
            }
            if row.len() != self.heads.len() {
                let (line, found, first) = (row.line, row.len(), self.heads.len());
                let than = if self.short_header { "the rows before have" } else { "the first line has" };
                let problem = format!("line {line} has {found} cells where {than} {first}");
                return Err(DataError::input(name, problem));
            }
            for (want, column) in columns.iter().zip(&mut values) {
                let Some(cell) = row.get(want.column) else { continue };
                column.add(cell).map_err(|why| {
                    let (line, column) = (row.line, self.column(want.column));
                    DataError::input(&name, format!("line {line}, {column} {why}"))
                })?;
            }
            count += 1;
            if count.is_power_of_two() {
                let numbers: usize = values.iter().map(Column::numbers).sum();
                memory::fits(&name, numbers as u64, memory::Reads::Gathered)?;
            }
        }
        if count == 0 {
            return Err(DataError::input(name, "holds no rows"));
        }
        let mut notes = Vec::new();
        if single {
            let note = self.single(&mut values, rows);
            notes.extend(note);
        }
        let columns = values.into_iter().map(Column::finish).collect();
        Ok(Taken { columns, notes })
    }
}

impl Table {
    /// A column for sentences: its name, or its position from 1.
    fn column(&self, at: usize) -> String {
        let position = (at + 1).to_string();
        match self.heads.get(at) {
            Some(head) if head.name != position => format!("column {}", quoted(&head.name)),
            _ => format!("column {position}"),
        }
    }

    /// For a table with one column, decides from the expected number of rows whether the first line is a header and
    /// blank lines at the end are rows.
    fn single(&self, values: &mut [Column], rows: Option<usize>) -> Option<String> {
        let [column] = values else { return None };
        let blank = column.blank_at_end();
        let count = column.len();
        let doubtful = self.header == Header::Line { doubtful: true };
        let mut note = None;
        // The expected number of rows is reached only if the first line is a header.
        let as_header = rows.is_some_and(|rows| count > rows + blank && count - 1 <= rows + blank);
        let name = &self.source.name;
        if doubtful && let Some(first) = column.first() {
            let first = listed([first.as_str()].into_iter());
            if as_header {
                column.drop_first();
                note = Some(format!(
                    "{name}: line 1, {first}, is taken as the header: there is a label for every row without it"
                ));
            } else if rows.is_some_and(|rows| count >= rows) {
                note = Some(format!(
                    "{name}: line 1, {first}, occurs once and is taken as a label; if it is a header, one label is missing"
                ));
            }
        }
        let wanted = rows.unwrap_or_else(|| column.len().saturating_sub(blank));
        while column.len() > wanted && column.blank_at_end() > 0 {
            column.pop();
        }
        note
    }
}

impl Column {
    fn add(&mut self, cell: Cell<'_>) -> Result<(), String> {
        match self {
            Self::Numbers(values) => {
                let value = match cell.number() {
                    Some(value) => value,
                    None if cell.is_missing() => f64::NAN,
                    None => cell::boolean(&cell.text()).ok_or_else(|| {
                        format!("holds {}; accepted are numbers with a decimal point", quoted(&cell.text()))
                    })?,
                };
                values.push(value);
            }
            Self::Texts(texts) => {
                let blank = cell.bytes.trim_ascii().is_empty();
                texts.cells.push((!blank).then(|| cell.text()));
                texts.quoted.push(cell.quoted);
            }
            Self::Vectors(vectors) => {
                if cell.is_missing() {
                    vectors.skip();
                } else {
                    let text = cell.text();
                    if !cell::is_list(&text) && !cell::is_bare_list(&text) {
                        return Err(format!("holds {}; accepted are lists of numbers", quoted(&text)));
                    }
                    vectors.push(cell::list(&text)?).map_err(|(found, first)| {
                        format!("holds a list of {found} numbers where the first has {first}")
                    })?;
                }
            }
        }
        Ok(())
    }

    fn len(&self) -> usize {
        match self {
            Self::Numbers(values) => values.len(),
            Self::Texts(texts) => texts.cells.len(),
            Self::Vectors(vectors) => vectors.rows(),
        }
    }

    /// Number of numbers in memory, for the memory limit.
    fn numbers(&self) -> usize {
        match self {
            Self::Numbers(values) => values.len(),
            Self::Texts(texts) => 4 * texts.cells.len(),
            Self::Vectors(vectors) => vectors.numbers(),
        }
    }

    /// Number of blank cells at the end.
    fn blank_at_end(&self) -> usize {
        match self {
            Self::Numbers(values) => values.iter().rev().take_while(|v| v.is_nan()).count(),
            Self::Texts(texts) => texts.cells.iter().rev().take_while(|c| c.is_none()).count(),
            Self::Vectors(_) => 0,
        }
    }

    fn pop(&mut self) {
        match self {
            Self::Numbers(values) => drop(values.pop()),
            Self::Texts(texts) => {
                texts.cells.pop();
                texts.quoted.pop();
            }
            Self::Vectors(_) => {}
        }
    }

    fn first(&self) -> Option<String> {
        match self {
            Self::Texts(texts) => texts.cells.first().cloned().flatten(),
            _ => None,
        }
    }

    fn drop_first(&mut self) {
        if let Self::Texts(texts) = self
            && !texts.cells.is_empty()
        {
            texts.cells.remove(0);
            texts.quoted.remove(0);
        }
    }

    fn finish(self) -> Data {
        match self {
            Self::Numbers(values) => Data::Numbers { values, whole: false },
            Self::Texts(texts) => Data::Text(texts),
            Self::Vectors(vectors) => vectors.finish(),
        }
    }
}
