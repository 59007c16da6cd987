//! Number spellings that are not JSON but that libraries write: NaN, and numbers such as `.5`.

/// A hint for a line that is not JSON at a column (from 1) because of Infinity or a number such as `.5` or `5.`;
/// empty for others.
pub(super) fn why(line: &str, column: usize) -> &'static str {
    let from = column.saturating_sub(2);
    if line.get(from..(column + 9).min(line.len())).is_some_and(|part| part.contains("Inf")) {
        return ": infinity is no finite number";
    }
    let at = |back: usize| line.as_bytes().get(column.checked_sub(back)?).copied();
    // The parser stops at the point of `.5` and after that of `5.`.
    if [1, 2].into_iter().any(|back| at(back) == Some(b'.')) {
        ": a number needs digits on both sides of its decimal point"
    } else {
        ""
    }
}

/// The line with `null` for every NaN outside of texts; `None` if there is none.
pub(super) fn without_nan(line: &str) -> Option<String> {
    let mut out = String::with_capacity(line.len());
    let (mut rest, mut inside, mut found) = (line, false, false);
    while let Some(c) = rest.chars().next() {
        if inside && c == '\\' {
            let two = rest.char_indices().nth(2).map_or(rest.len(), |(at, _)| at);
            let (now, later) = rest.split_at(two);
            out.push_str(now);
            rest = later;
            continue;
        }
        inside ^= c == '"';
        if !inside && let Some(later) = rest.strip_prefix("NaN") {
            out.push_str("null");
            found = true;
            rest = later;
            continue;
        }
        out.push(c);
        rest = rest.get(c.len_utf8()..).unwrap_or_default();
    }
    found.then_some(out)
}
