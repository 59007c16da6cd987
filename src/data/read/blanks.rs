//! Text files with blanks between cells or one label a line (`.txt`, `.vec`, `.glove`), as written by numpy's
//! `savetxt`, R's `write.table`, word2vec, GloVe and fastText.

use std::collections::HashSet;
use std::io::BufRead;

use super::super::error::DataError;
use super::row::{Row, Rows};
use super::table::Frame;
use super::{Role, Source, delimited, grid, svmlight, text};

/// Opens a text file; its layout is recognised from the first lines.
pub(super) fn read(source: &Source) -> Result<Frame, DataError> {
    let lines = text::first_lines(source, 50)?;
    let Some(first) = lines.first() else {
        return Err(DataError::input(
            &source.name,
            "is empty; accepted is one label a line, or rows of numbers",
        ));
    };
    let lines: Vec<&[u8]> = lines.iter().map(Vec::as_slice).collect();
    if svmlight::is_written_so(&lines) {
        return svmlight::read(source);
    }
    if let Some(layout) = Layout::of(&lines, source) {
        let promised = layout.promised;
        let names = layout.words.then(|| {
            let numbers = (1..=layout.width.unwrap_or(0)).map(|j| format!("f{j}"));
            std::iter::once("word".to_owned()).chain(numbers).collect()
        });
        let words = layout.words;
        let frame =
            grid::named(source, names, Box::new(move |source| Ok(Box::new(Blank::new(source, layout)?))))?;
        let mut frame = frame;
        if words && let Some(head) = frame.heads.first_mut() {
            head.index = true;
        }
        if let Some(promised) = promised {
            frame.content =
                Box::new(Promised { content: frame.content, promised, name: source.name.clone() });
        }
        return Ok(frame);
    }
    let cells = |line: &[u8]| line.split(|&b| b == delimited::delimiter(first)).count();
    let table = cells(first) > 1 && lines.iter().all(|line| cells(line) == cells(first));
    if table && (source.role != Role::Targets || source.part.is_some()) {
        let layout = delimited::Layout { delimiter: delimited::delimiter(first), comments: false };
        return grid::read(source, move |source| delimited::rows(source, layout));
    }
    let unquoted = !quotes_keep_apart(source)?;
    grid::read(source, move |source| {
        Ok(Box::new(Lines { reader: text::stream(source)?, line: 0, unquoted, name: source.name.clone() }))
    })
}

/// Whether some label occurs both with and without quotes, so that quotes are part of the label.
fn quotes_keep_apart(source: &Source) -> Result<bool, DataError> {
    /// Maximum number of distinct labels that are compared.
    const MOST: usize = 1 << 16;
    let mut reader = text::stream(source)?;
    let (mut quoted, mut plain) = (HashSet::new(), HashSet::new());
    let mut line = Vec::new();
    while quoted.len() + plain.len() < MOST
        && reader.read_until(b'\n', &mut line).map_err(|e| text::unreadable(&source.name, &e))? > 0
    {
        let cell = line.trim_ascii_end();
        match in_quotes(cell) {
            Some(inner) if !quoted.contains(inner) => drop(quoted.insert(inner.to_vec())),
            None if !plain.contains(cell) => drop(plain.insert(cell.to_vec())),
            _ => {}
        }
        line.clear();
    }
    Ok(quoted
        .iter()
        .any(|label| !super::means_missing(&String::from_utf8_lossy(label)) && plain.contains(label)))
}

fn in_quotes(cell: &[u8]) -> Option<&[u8]> {
    match cell {
        [b'"', inner @ .., b'"'] if !inner.contains(&b'"') => Some(inner),
        _ => None,
    }
}

/// How cells are separated.
#[derive(Debug, Clone, Copy)]
struct Layout {
    /// Whether cells may be quoted.
    quotes: bool,
    /// Whether a row is a word followed by its vector.
    words: bool,
    /// Number of numbers after the word.
    width: Option<usize>,
    /// Number of vectors announced by a first line `N p`.
    promised: Option<usize>,
}

impl Layout {
    /// The layout of these lines; `None` if they are not rows of several cells.
    fn of(lines: &[&[u8]], source: &Source) -> Option<Self> {
        let rows: Vec<&&[u8]> = lines.iter().filter(|line| !line.starts_with(b"#")).collect();
        let (first, rest) = rows.split_first()?;
        let is_number = |part: &&[u8]| std::str::from_utf8(part).is_ok_and(|p| p.parse::<f64>().is_ok());
        let parts =
            |line: &[u8]| -> Vec<Vec<u8>> { split(line, false).into_iter().map(|(c, _)| c).collect() };
        let numbers_at_end =
            |line: &[u8]| parts(line).iter().rev().take_while(|part| is_number(&part.as_slice())).count();
        let counts = |line: &[u8]| parts(line).len();
        let plain = Self { quotes: false, words: false, width: None, promised: None };
        // `N p`, then words with p numbers each.
        let begins: Option<Vec<usize>> =
            parts(first).iter().map(|p| std::str::from_utf8(p).ok()?.parse().ok()).collect();
        if let (Some([promised, width]), false) = (begins.as_deref(), rest.is_empty())
            && *width > 0
            && rest.iter().all(|line| counts(line) > *width && numbers_at_end(line) >= *width)
        {
            return Some(Self { words: true, width: Some(*width), promised: Some(*promised), ..plain });
        }
        let quotes = first.iter().filter(|&&b| b == b'"').count() >= 2;
        let cells = |line: &[u8]| split(line, quotes).len();
        let width = rest.iter().map(|line| cells(line)).next().unwrap_or_else(|| cells(first));
        let same = width > 1 && rest.iter().all(|line| cells(line) == width);
        let numeric = |line: &[u8]| parts(line).iter().all(|p| is_number(&p.as_slice()));
        // Rows of numbers, with or without a header line.
        if same && (cells(first) == width || cells(first) + 1 == width) {
            let all_numbers = rows.iter().all(|line| numeric(line))
                || !rest.is_empty() && rest.iter().all(|line| numeric(line));
            let row_names = cells(first) + 1 == width && quotes;
            if source.role != Role::Targets || source.part.is_some() || all_numbers || row_names {
                let mixed =
                    rest.iter().all(|line| numbers_at_end(line) > 0) || quotes || source.part.is_some();
                let glove = !quotes && !numeric(first) && numbers_at_end(first) + 1 == width && width > 2;
                if glove && rest.iter().all(|line| numbers_at_end(line) + 1 >= width) {
                    return Some(Self { words: true, width: Some(width - 1), ..plain });
                }
                return mixed.then_some(Self { quotes, ..plain });
            }
            return None;
        }
        // Words that contain blanks: equally many numbers at the end of every line.
        let least = rows.iter().map(|line| numbers_at_end(line)).min().unwrap_or(0);
        (least > 2 && source.role != Role::Targets && rows.iter().all(|line| counts(line) > least))
            .then_some(Self { words: true, width: Some(least), ..plain })
    }
}

/// The cells of a line and whether each was quoted.
fn split(line: &[u8], quotes: bool) -> Vec<(Vec<u8>, bool)> {
    let mut cells = Vec::new();
    let mut bytes = line.iter().copied().peekable();
    loop {
        while bytes.next_if(u8::is_ascii_whitespace).is_some() {}
        let Some(&start) = bytes.peek() else { return cells };
        let quoted = quotes && start == b'"';
        let mut cell = Vec::new();
        if quoted {
            bytes.next();
            while let Some(byte) = bytes.next() {
                match byte {
                    b'\\' if bytes.peek() == Some(&b'"') => cell.extend(bytes.next()),
                    b'"' if bytes.peek() == Some(&b'"') => cell.extend(bytes.next()),
                    b'"' => break,
                    other => cell.push(other),
                }
            }
        } else {
            while let Some(byte) = bytes.next_if(|b| !b.is_ascii_whitespace()) {
                cell.push(byte);
            }
        }
        cells.push((cell, quoted));
    }
}

/// Rows with blanks between cells; lines that begin with `#` are comments.
struct Blank {
    reader: Box<dyn BufRead>,
    layout: Layout,
    line: u64,
    name: String,
}

impl Blank {
    fn new(source: &Source, layout: Layout) -> Result<Self, DataError> {
        let mut reader = text::stream(source)?;
        let mut line = 0;
        if layout.promised.is_some() {
            let mut skipped = Vec::new();
            while skipped.trim_ascii().is_empty()
                && reader.read_until(b'\n', &mut skipped).map_err(|e| text::unreadable(&source.name, &e))? > 0
            {
                line += 1;
            }
        }
        Ok(Self { reader, layout, line, name: source.name.clone() })
    }
}

impl Rows for Blank {
    fn next(&mut self, row: &mut Row) -> Result<bool, DataError> {
        loop {
            let mut line = Vec::new();
            let count = self.reader.read_until(b'\n', &mut line);
            if count.map_err(|e| text::unreadable(&self.name, &e))? == 0 {
                return Ok(false);
            }
            self.line += 1;
            let comment = !self.layout.words && line.starts_with(b"#");
            if comment || line.trim_ascii().is_empty() {
                continue;
            }
            let cells = split(&line, self.layout.quotes);
            row.clear(self.line);
            let words = match self.layout.width {
                Some(width) => cells.len().saturating_sub(width),
                None => 0,
            };
            let (word, numbers) = cells.split_at_checked(words).unwrap_or_default();
            if self.layout.words {
                let word: Vec<&[u8]> = word.iter().map(|(cell, _)| cell.as_slice()).collect();
                row.push(&word.join(&b' '), true);
            }
            numbers.iter().for_each(|(cell, quoted)| row.push(cell, *quoted));
            return Ok(true);
        }
    }
}

/// One cell a line; a line in quotes is a quoted cell.
struct Lines {
    reader: Box<dyn BufRead>,
    line: u64,
    /// Whether quotes around a line are part of the label.
    unquoted: bool,
    name: String,
}

impl Rows for Lines {
    fn next(&mut self, row: &mut Row) -> Result<bool, DataError> {
        let mut line = Vec::new();
        let count = self.reader.read_until(b'\n', &mut line);
        if count.map_err(|e| text::unreadable(&self.name, &e))? == 0 {
            return Ok(false);
        }
        self.line += 1;
        let cell = line.strip_suffix(b"\n").unwrap_or(&line);
        let cell = cell.strip_suffix(b"\r").unwrap_or(cell);
        if std::str::from_utf8(cell).is_err() {
            let problem = format!(
                "line {} is not UTF-8 text; accepted are one label a line, or files of arrays",
                self.line
            );
            return Err(DataError::input(&self.name, problem));
        }
        row.clear(self.line);
        match in_quotes(cell).filter(|_| self.unquoted) {
            Some(inner) => row.push(inner, true),
            None => row.push(cell, false),
        }
        Ok(true)
    }
}

/// A table whose first line gives the number of rows.
struct Promised {
    content: Box<dyn super::table::Content>,
    promised: usize,
    name: String,
}

impl super::table::Content for Promised {
    fn take(
        &mut self,
        columns: &[super::table::Want],
        rows: Option<usize>,
    ) -> Result<super::table::Taken, DataError> {
        let taken = self.content.take(columns, rows)?;
        let (promised, found) = (self.promised, taken.columns.first().map_or(0, super::table::Data::rows));
        if promised != found {
            let problem = format!(
                "promises {promised} vectors in line 1, but {found} follow; the file is cut or damaged"
            );
            return Err(DataError::input(&self.name, problem));
        }
        Ok(taken)
    }
}
