//! Sparse rows of svmlight and libsvm (`.svm`, `.svmlight`, `.libsvm`): a label, then `index:value` where a value is not 0.

use std::io::BufRead;

use super::super::error::{DataError, quoted};
use super::table::{Array, Content, Data, Frame, Head, Kind, Taken, Want};
use super::{Source, memory, text};

/// Maximum column index.
const MOST_COLUMNS: usize = 1 << 24;

/// Whether the lines have this format: at least one index and value, and nothing else after the label.
pub(super) fn is_written_so(lines: &[&[u8]]) -> bool {
    let mut pairs = 0;
    let fits = lines.iter().filter(|line| !line.starts_with(b"#")).all(|line| {
        let Ok(line) = std::str::from_utf8(line) else { return false };
        let mut parts = plain(line).split_whitespace();
        let label = parts.next().is_some_and(|label| label.split(',').all(|l| l.parse::<f64>().is_ok()));
        label
            && parts.all(|part| {
                pairs += 1;
                pair(part).is_some()
            })
    });
    fits && pairs > 0
}

/// Two columns: labels `y` and vectors `X`.
pub(super) fn read(source: &Source) -> Result<Frame, DataError> {
    let heads = vec![Head::new("y", Kind::Number), Head::new("X", Kind::Vector)];
    Ok(Frame {
        heads,
        noun: "column",
        notes: Vec::new(),
        keyed: None,
        content: Box::new(Sparse { source: source.clone() }),
    })
}

/// The line without its comment.
fn plain(line: &str) -> &str {
    line.split('#').next().unwrap_or_default().trim()
}

fn pair(part: &str) -> Option<(usize, f64)> {
    let (index, value) = part.split_once(':')?;
    if index == "qid" {
        return Some((usize::MAX, 0.0));
    }
    Some((index.parse().ok()?, value.parse().ok()?))
}

struct Sparse {
    source: Source,
}

impl Content for Sparse {
    fn take(&mut self, columns: &[Want], _: Option<usize>) -> Result<Taken, DataError> {
        let name = &self.source.name;
        let mut reader = text::stream(&self.source)?;
        let (mut labels, mut starts, mut pairs) = (Vec::new(), Vec::new(), Vec::new());
        let (mut line, mut at) = (String::new(), 0_u64);
        let (mut least, mut largest) = (usize::MAX, 0);
        loop {
            line.clear();
            at += 1;
            if reader.read_line(&mut line).map_err(|e| text::unreadable(name, &e))? == 0 {
                break;
            }
            let mut parts = plain(&line).split_whitespace();
            let Some(label) = parts.next() else { continue };
            if label.contains(',') {
                let problem =
                    format!("line {at} has several labels ({}); accepted is one a row", quoted(label));
                return Err(DataError::input(name, problem));
            }
            let value: f64 = label.parse().map_err(|_| {
                DataError::input(
                    name,
                    format!("line {at} begins with {}; accepted is a number", quoted(label)),
                )
            })?;
            labels.push((label.to_owned(), value));
            starts.push(pairs.len());
            let mut before = None;
            for part in parts {
                let wrong = || {
                    let found = quoted(part);
                    DataError::input(
                        name,
                        format!("line {at} holds {found}; accepted are index:value, the indices increasing"),
                    )
                };
                let (index, value) = pair(part).ok_or_else(wrong)?;
                if index == usize::MAX {
                    continue;
                }
                if index > MOST_COLUMNS || before.is_some_and(|before| index <= before) {
                    return Err(wrong());
                }
                before = Some(index);
                least = least.min(index);
                largest = largest.max(index);
                pairs.push((index, value));
            }
            if starts.len().is_power_of_two() {
                memory::fits(name, 2 * pairs.len() as u64, memory::Reads::Gathered)?;
            }
        }
        if labels.is_empty() || pairs.is_empty() {
            return Err(DataError::input(name, "holds no rows"));
        }
        // Indices start from 0 if an index 0 occurs, else from 1.
        let first = usize::from(least > 0);
        let (rows, width) = (labels.len(), largest + 1 - first);
        let mut taken = Taken { columns: Vec::new(), notes: Vec::new() };
        for want in columns {
            if want.column == 0 {
                let whole = labels.iter().all(|(label, _)| super::cell::whole(label).is_some());
                let values = labels.iter().map(|(_, value)| *value).collect();
                taken.columns.push(Data::Numbers { values, whole });
                continue;
            }
            let shape = (rows as u64, width as u64);
            memory::dense_fits(name, "", shape, pairs.len(), memory::Reads::Gathered)?;
            let mut values = vec![0.0; rows * width];
            let ends = starts.iter().skip(1).copied().chain([pairs.len()]);
            for ((start, end), row) in starts.iter().zip(ends).zip(values.chunks_exact_mut(width)) {
                for (index, value) in pairs.get(*start..end).unwrap_or_default() {
                    index
                        .checked_sub(first)
                        .and_then(|j| row.get_mut(j))
                        .into_iter()
                        .for_each(|v| *v = *value);
                }
            }
            let array = Array { shape: vec![rows, width], fortran: false, values, whole: false };
            taken.columns.push(Data::Array(array));
            taken.notes.push(format!(
                "{name}: sparse rows, columns {first} to {largest}; what is not written is 0, and columns beyond the last \
                 index are not there"
            ));
        }
        Ok(taken)
    }
}
