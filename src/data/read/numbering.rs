//! Natural order of names with numbers: `part-2` before `part-10`, `f2` before `f10`.

use std::cmp::Ordering;

/// Compares by text, and by value where both have digits.
pub(super) fn natural(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (a, b);
    loop {
        let (x, y) = match (a.chars().next(), b.chars().next()) {
            (None, None) => return Ordering::Equal,
            (None, _) => return Ordering::Less,
            (_, None) => return Ordering::Greater,
            (Some(x), Some(y)) => (x, y),
        };
        if x.is_ascii_digit() && y.is_ascii_digit() {
            let digits = |text: &str| text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
            let ((m, rest_a), (n, rest_b)) = (a.split_at(digits(a)), b.split_at(digits(b)));
            let (m, n) = (m.trim_start_matches('0'), n.trim_start_matches('0'));
            let order = m.len().cmp(&n.len()).then_with(|| m.cmp(n));
            if order != Ordering::Equal {
                return order;
            }
            (a, b) = (rest_a, rest_b);
            continue;
        }
        if x != y {
            return x.cmp(&y);
        }
        (a, b) = (a.get(x.len_utf8()..).unwrap_or_default(), b.get(y.len_utf8()..).unwrap_or_default());
    }
}

/// The text before the trailing digits of a name, and their value: `f12` is `("f", 12)`.
pub(super) fn numbered(name: &str) -> Option<(&str, u64)> {
    let stem = name.trim_end_matches(|c: char| c.is_ascii_digit());
    Some((stem, name.get(stem.len()..)?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_in_the_order_of_their_numbers() {
        let mut names = ["part-10", "part-2", "part-1", "part-02b", "a/part-3"];
        names.sort_by(|a, b| natural(a, b));
        assert_eq!(names, ["a/part-3", "part-1", "part-2", "part-02b", "part-10"]);
    }

    #[test]
    fn a_number_at_the_end_of_a_name_has_a_value() {
        assert_eq!(numbered("f012"), Some(("f", 12)));
        assert_eq!(numbered("7"), Some(("", 7)));
        assert_eq!(numbered("label"), None);
    }
}
