//! Vectors packed into bytes or base64, whose number type is not stored in the file.

use super::table::Texts;
use super::{ending, python, split};

/// A description of a text column that holds packed vectors, and how to convert it; `None` for other texts.
pub(in crate::data) fn sentence(name: &str, column: &str, texts: &Texts) -> Option<String> {
    let written = ending(&split(std::path::Path::new(name)).0);
    let cells = || texts.cells.iter().flatten();
    let first = cells().next()?;
    let (what, line) = if cells().all(|cell| is_base64(cell) && cell.len() == first.len()) {
        let line = match written.trim_end_matches(".gz") {
            #[cfg(feature = "parquet")]
            "parquet" | "pq" => python::BASE64_PARQUET,
            "jsonl" | "ndjson" => python::BASE64_LINES,
            "csv" => python::BASE64_TABLE,
            "json" => {
                let way =
                    "accepted are lists of numbers, as interfaces write them with encoding_format float";
                return Some(format!(
                    "holds vectors in base64, whose type of number is not in the file; {way}"
                ));
            }
            _ => return None,
        };
        ("in base64", line)
    } else if cells().take(64).any(|cell| cell.contains("\\x") || cell.contains(char::is_control)) {
        let line = match written.as_str() {
            #[cfg(feature = "parquet")]
            "parquet" | "pq" => python::BYTES_PARQUET,
            #[cfg(feature = "arrow")]
            "feather" | "arrow" | "ipc" => python::BYTES_FEATHER,
            _ => return None,
        };
        ("as bytes", line)
    } else {
        return None;
    };
    let line = python::of_column(line, name, column);
    Some(format!(
        "holds vectors {what}, whose type of number is not in the file; accepted are lists of numbers; with the type that \
         they have, in Python: {line}"
    ))
}

/// Whether a text is base64 of a vector of at least two 32-bit numbers.
fn is_base64(cell: &str) -> bool {
    let digits = cell.trim_end_matches('=');
    let known = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/');
    cell.len() >= 12
        && cell.len().is_multiple_of(4)
        && cell.len() - digits.len() < 3
        && digits.bytes().all(known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packed_vectors_are_distinguished_from_words() {
        let of = |cells: &[&str]| {
            let cells = cells.iter().map(|cell| Some((*cell).to_owned())).collect();
            sentence("x.jsonl:e", "e", &Texts { cells, quoted: Vec::new() })
        };
        let said = of(&["AACAPwAAAEAAAEBA", "AACAPwAAAEAAAEBB"]).unwrap();
        assert!(said.contains("base64") && said.contains("['e']"), "{said}");
        assert_eq!(of(&["AACAPwAAAEAAAEBA", "representations!"]), None);
        assert_eq!(of(&["cat", "dog"]), None);
    }
}
