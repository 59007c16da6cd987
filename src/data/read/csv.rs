//! Tables with a comma, semicolon, tab or `|` between cells (`.csv`, `.tsv`).

use super::super::error::DataError;
use super::delimited::{Layout, cells, delimiter, rows};
use super::table::Frame;
use super::{Source, blanks, grid, text};

pub(super) fn read(source: &Source) -> Result<Frame, DataError> {
    let lines = text::first_lines(source, 50)?;
    // `numpy.savetxt` separates numbers by blanks, whatever the file's name.
    let blanks = lines.iter().all(|line| {
        let numbers = line.split(|b| b.is_ascii_whitespace()).filter(|part| !part.is_empty());
        let numbers: Vec<_> = numbers.map(|p| std::str::from_utf8(p).ok()?.parse::<f64>().ok()).collect();
        line.starts_with(b"#") || numbers.len() > 1 && numbers.iter().all(Option::is_some)
    });
    if blanks && !lines.is_empty() && !lines.iter().any(|line| line.contains(&b'\t')) {
        return blanks::read(source);
    }
    let lines: Vec<&[u8]> = lines.iter().map(Vec::as_slice).collect();
    if let Some(first) = lines.first().filter(|first| first.len() < 6 && first.starts_with(b"sep=")) {
        let first = crate::outside::text::plain(&String::from_utf8_lossy(first));
        let problem = format!(
            "begins with the line {first:?}, which only spreadsheets read; accepted is the table below it"
        );
        return Err(DataError::input(&source.name, problem));
    }
    let layout = layout(&lines);
    let mut frame = grid::read(source, move |source| rows(source, layout))?;
    if layout.comments {
        frame.notes.push(format!("{}: lines that begin with # are comments and are left out", source.name));
    }
    Ok(frame)
}

/// The layout, from the first lines. Lines above the table that begin with `#` are comments if they have a different
/// number of cells than the table; `numpy.savetxt` marks a header this way.
fn layout(lines: &[&[u8]]) -> Layout {
    let above = lines.iter().take_while(|line| line.starts_with(b"#")).count();
    let (marked, table) = lines.split_at_checked(above).unwrap_or_default();
    let first = table.first().or(lines.first()).copied().unwrap_or_default();
    let found = delimiter(first);
    // Multiple labels of a row are also separated by `|`, but in a table every line has equally many.
    let even = || lines.iter().skip(above).all(|line| cells(line, b'|') == cells(first, b'|'));
    let delimiter = if found == b'|' && !even() { b',' } else { found };
    let is_number =
        |cell: &[u8]| std::str::from_utf8(cell).is_ok_and(|cell| super::cell::number(cell).is_some());
    let has_numbers = first.split(|&b| b == delimiter).any(is_number);
    let fits = |line: &&[u8]| cells(line, delimiter) == cells(first, delimiter);
    let header = marked.last().is_some_and(fits) && cells(first, delimiter) > 1 && has_numbers;
    let comments = above > 0 && !table.is_empty() && !(header && above == 1);
    Layout { delimiter, comments }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delimiters_and_comments_are_detected() {
        let of = |text: &str| {
            let lines: Vec<&[u8]> = text.lines().map(str::as_bytes).collect();
            let Layout { delimiter, comments } = layout(&lines);
            (char::from(delimiter), comments)
        };
        assert_eq!(of("a,b\n1,2"), (',', false));
        assert_eq!(of("a|b\n1|2"), ('|', false));
        assert_eq!(of("red|blue\nred\nblue"), (',', false));
        assert_eq!(of("a;b,c\n1;2"), (';', false));
        assert_eq!(of("# by hand, on a day\na,b\n1,2"), (',', true));
        assert_eq!(of("# made by x\n# twice\na\tb\n1\t2"), ('\t', true));
        assert_eq!(of("# a,b\n1,2"), (',', false));
        assert_eq!(of("#1\n#2"), (',', false));
    }
}
