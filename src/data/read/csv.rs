//! Tables with a comma, semicolon or tab between cells (`.csv`, `.tsv`).

use super::super::error::DataError;
use super::table::Frame;
use super::{Source, blanks, delimited, grid, text};

pub(super) fn read(source: &Source) -> Result<Frame, DataError> {
    let lines = text::first_lines(source, 50)?;
    // `numpy.savetxt` has blanks between numbers, whatever the file is called.
    let blanks = lines.iter().all(|line| {
        let numbers = line.split(|b| b.is_ascii_whitespace()).filter(|part| !part.is_empty());
        let numbers: Vec<_> = numbers.map(|p| std::str::from_utf8(p).ok()?.parse::<f64>().ok()).collect();
        line.starts_with(b"#") || numbers.len() > 1 && numbers.iter().all(Option::is_some)
    });
    if blanks && !lines.is_empty() && !lines.iter().any(|line| line.contains(&b'\t')) {
        return blanks::read(source);
    }
    let delimiter = lines.first().map_or(b',', |line| delimited::delimiter(line));
    grid::read(source, move |source| delimited::rows(source, delimiter))
}
