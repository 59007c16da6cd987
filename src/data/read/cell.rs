//! Cells of text: numbers, missing values, lists of numbers, dates.

/// Words for a missing value in R, pandas, SQL and spreadsheets.
const MISSING: [&str; 15] = [
    "NA", "N/A", "n/a", "<NA>", "#N/A", "#NA", "None", "NULL", "Null", "null", "nan", "NaN", "NAN", "NaT",
    "\\N",
];

/// Whether a cell is a word for a missing value.
pub(in crate::data) fn means_missing(cell: &str) -> bool {
    MISSING.contains(&cell.trim())
}

/// Whether a cell has no value: blank, or a word for a missing value.
pub(in crate::data) fn missing(cell: &str) -> bool {
    cell.trim().is_empty() || means_missing(cell)
}

pub(in crate::data) fn number(cell: &str) -> Option<f64> {
    cell.trim().parse().ok()
}

/// A whole number without leading zeros, which would indicate a code rather than a number.
pub(in crate::data) fn whole(cell: &str) -> Option<i128> {
    let cell = cell.trim();
    let digits = cell.trim_start_matches(['+', '-']);
    let code = digits.len() > 1 && digits.starts_with('0');
    if code { None } else { cell.parse().ok() }
}

/// The number unscaled · 10^−scale, correctly rounded.
#[cfg(any(feature = "parquet", feature = "arrow"))]
pub(super) fn scaled(unscaled: i128, scale: i8) -> f64 {
    match scale {
        // Both operands are exact, so the quotient is correctly rounded.
        0..=22 if unscaled.abs() < 1 << 53 => unscaled as f64 / 10f64.powi(i32::from(scale)),
        _ => format!("{unscaled}e-{scale}").parse().unwrap_or(f64::NAN),
    }
}

/// `True` and `False`, as Python and R write them.
pub(super) fn boolean(cell: &str) -> Option<f64> {
    match cell.trim() {
        "True" | "TRUE" | "true" => Some(1.0),
        "False" | "FALSE" | "false" => Some(0.0),
        _ => None,
    }
}

/// Bytes as text: UTF-8, with every invalid byte escaped, so that different bytes remain different texts.
pub(super) fn text(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            text.push_str(&format!("\\x{byte:02x}"));
        }
    }
    text
}

/// Whether a cell begins and ends like a list: `[…]`, `array([…])`, `tensor([…])`.
pub(super) fn is_list(cell: &str) -> bool {
    inside(cell).is_some()
}

/// The numbers of a list without its brackets, as text.
fn inside(cell: &str) -> Option<&str> {
    let cell = cell.trim();
    let called =
        ["array(", "tensor("].into_iter().find_map(|name| cell.strip_prefix(name)?.strip_suffix(')'));
    if let Some(list) = called {
        // The element type may follow: `array([0.1, 0.2], dtype=float32)`.
        let end = list.rfind(']')?;
        let rest = list.get(end + 1..)?.trim_start();
        return (rest.is_empty() || rest.starts_with(',')).then(|| inside(list.get(..=end)?)).flatten();
    }
    within(cell, '[', ']')
}

fn within(cell: &str, open: char, close: char) -> Option<&str> {
    cell.strip_prefix(open)?.strip_suffix(close)
}

/// Whether a cell holds several numbers separated by commas, semicolons or blanks, in other brackets or none
/// (`0.1 0.2`, `0.1,0.2`, `(0.1, 0.2)`, `{0.1,0.2}`), rather than one number with digit groups or a decimal comma.
pub(super) fn is_bare_list(cell: &str) -> bool {
    let cell = cell.trim();
    if let Some(inner) = bracketed(cell) {
        return are_numbers(inner);
    }
    let grouped = |part: &str| part.split('.').next().is_some_and(|digits| digits.len() == 3);
    let mut groups = cell.split(',');
    let first = groups.next().unwrap_or_default();
    let in_thousands = cell.contains(',') && first.len() <= 4 && !first.contains('.') && groups.all(grouped);
    let decimal_comma = number(&cell.replacen(',', ".", 1)).is_some();
    are_numbers(cell) && !in_thousands && !decimal_comma
}

fn bracketed(cell: &str) -> Option<&str> {
    within(cell, '(', ')').or_else(|| within(cell, '{', '}'))
}

fn are_numbers(text: &str) -> bool {
    let parts = || parts(text);
    parts().count() > 1 && parts().all(|part| number(part).is_some())
}

/// The items of a list, without numpy's scalar constructors.
fn parts(list: &str) -> impl Iterator<Item = &str> {
    fn constructed(part: &str) -> Option<&str> {
        part.strip_prefix("np.float")?.split_once('(')?.1.strip_suffix(')')
    }
    let between = |c: char| matches!(c, ',' | ';') || c.is_whitespace();
    list.split(between).filter(|part| !part.is_empty()).map(|part| constructed(part).unwrap_or(part))
}

/// The numbers of a list written as text, separated by commas, semicolons or blanks: `[0.1, 0.2]` of pandas and
/// DuckDB, `[0.1 0.2]` of numpy, `{0.1,0.2}` of PostgreSQL.
///
/// # Errors
/// The end of a sentence that begins with the position of the cell.
pub(super) fn list(cell: &str) -> Result<Vec<f64>, String> {
    let inner = inside(cell)
        .or_else(|| bracketed(cell.trim()))
        .unwrap_or(cell)
        .trim_start_matches('[')
        .trim_end_matches(']');
    if inner.contains("...") || inner.contains('…') {
        return Err(
            "is shortened by \"...\": the numbers between are lost; write the file anew from the vectors, \
                    not from their printed form"
                .into(),
        );
    }
    // A list of lists is flattened.
    let inner = inner.replace(['[', ']'], " ");
    parts(&inner)
        .map(|part| match part {
            "null" | "None" => Ok(f64::NAN),
            _ => part.parse().map_err(|_| {
                format!("holds {} in a list; accepted are numbers", super::super::error::quoted(part))
            }),
        })
        .collect()
}

/// Whether a cell is a calendar date or a time: `2024-01-31`, `31.01.2024`, `1/31/2024`, with or without a time of
/// day, `12:30:00`.
pub(super) fn date(cell: &str) -> bool {
    let cell = cell.trim();
    let first = cell.split([' ', 'T']).next().unwrap_or_default();
    let part = |between: char| -> Option<[usize; 3]> {
        let mut parts = first.split(between).map(|p| {
            if (1..=4).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_digit()) { p.len() } else { 0 }
        });
        let three = [parts.next()?, parts.next()?, parts.next()?];
        (parts.next().is_none() && three.iter().all(|&l| l > 0)).then_some(three)
    };
    let calendar = ['-', '/', '.'].into_iter().filter_map(part).any(|[a, b, c]| (a == 4 || c == 4) && b <= 2);
    let clock = cell.len() >= 7 && part(':').is_some_and(|[a, b, _]| a <= 2 && b == 2);
    calendar || clock
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_distinguished_from_numbers_and_names() {
        for cell in [
            "2024-01-31",
            "2024-01-31 10:11:12",
            "2024-01-31T10:11:12Z",
            "31.1.2024",
            "1/31/2024",
            "12:30:00",
        ] {
            assert!(date(cell), "{cell}");
        }
        for cell in ["1.5", "10.2.3", "a-b-c", "12-3", "2024", "1-2-3", "-1.5e-3", "1.234.567"] {
            assert!(!date(cell), "{cell}");
        }
    }

    #[test]
    fn lists_of_each_writer() {
        let bracketed = [
            "[1, -0.5, 2e-3]",
            "[ 1.    -0.5\n  2.e-03]",
            "[1,-.5,2E-3]",
            "array([1., -0.5, 0.002], dtype=float32)",
            "tensor([1.0000, -0.5000, 0.0020])",
            "[np.float32(1.0), np.float32(-0.5), np.float32(0.002)]",
            "[[ 1.   ]\n [-0.5  ]\n [ 0.002]]",
        ];
        for cell in bracketed {
            assert!(is_list(cell), "{cell}");
            assert_eq!(list(cell), Ok(vec![1.0, -0.5, 2e-3]), "{cell}");
        }
        for cell in ["1 -0.5 2e-3", "1.0,-0.5,0.002", "1;-0.5;2e-3", "(1, -0.5, 0.002)", "{1,-0.5,0.002}"] {
            assert!(!is_list(cell) && is_bare_list(cell), "{cell}");
            assert_eq!(list(cell), Ok(vec![1.0, -0.5, 2e-3]), "{cell}");
        }
        for cell in ["1,234,567", "1,234.5", "1,5", "12", "a b", "(12)", "{a}", "2024-01-31 10:00", "f(1, 2)"]
        {
            assert!(!is_list(cell) && !is_bare_list(cell), "{cell}");
        }
        assert!(list("[0.1 0.2 ... 0.3]").unwrap_err().contains("lost"));
        assert!(list("[0.1, x]").unwrap_err().contains("\"x\""));
    }

    #[test]
    fn different_bytes_are_different_texts() {
        assert_eq!(text("café".as_bytes()), "café");
        assert_eq!(text(b"caf\xe9"), "caf\\xe9");
        assert_ne!(text(b"caf\xe9"), text(b"caf\xe8"));
    }
}
