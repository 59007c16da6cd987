//! Which columns of a table with names are meant.

use super::super::error::{DataError, listed, quoted};
use super::{Role, Source};

/// A column, before its cells are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Head {
    pub name: String,
    pub shape: Shape,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Number,
    Text,
    /// A list of numbers in every row.
    Vector,
}

/// Columns that count the rows.
const COUNTING: [&str; 7] = ["", "id", "idx", "index", "row", "row_id", "unnamed: 0"];

/// Either one column (of any shape), or several of single numbers.
///
/// # Errors
/// One sentence that lists the columns where it is not clear which is meant.
pub(super) fn columns(source: &Source<'_>, heads: &[Head]) -> Result<Vec<usize>, DataError> {
    if let Some(part) = source.part {
        let at = heads.iter().position(|h| h.name == part);
        return at.map(|at| vec![at]).ok_or_else(|| {
            let names = listed(heads.iter().map(|h| h.name.as_str()));
            DataError::input(source.name, format!("has no column {}; it has {names}", quoted(part)))
        });
    }
    let of = |shape: Shape| heads.iter().enumerate().filter(move |(_, h)| h.shape == shape).map(|(at, _)| at);
    let (vectors, words, numbers): (Vec<_>, Vec<_>, Vec<_>) =
        (of(Shape::Vector).collect(), of(Shape::Text).collect(), of(Shape::Number).collect());
    let counts =
        |at: &usize| heads.get(*at).is_some_and(|h| COUNTING.contains(&h.name.to_lowercase().as_str()));
    if source.role == Role::Targets {
        return match (words.as_slice(), numbers.as_slice()) {
            (&[one], []) | ([], &[one]) => Ok(vec![one]),
            ([], several) if !several.is_empty() && !several.iter().any(counts) => Ok(numbers),
            _ => Err(ask(source, heads)),
        };
    }
    match vectors.as_slice() {
        &[one] => Ok(vec![one]),
        [] if words.is_empty() && !numbers.is_empty() => Ok(numbers),
        several => {
            let known = |name: &str| heads.iter().position(|h| h.name == name);
            let found = source.role.preferred().iter().find_map(|name| known(name));
            found.filter(|at| several.contains(at)).map(|at| vec![at]).ok_or_else(|| ask(source, heads))
        }
    }
}

/// "say which".
fn ask(source: &Source<'_>, heads: &[Head]) -> DataError {
    let wanted = |h: &&Head| match source.role {
        Role::Targets => h.shape != Shape::Vector && !COUNTING.contains(&h.name.to_lowercase().as_str()),
        Role::Features | Role::Matrix => h.shape == Shape::Vector,
    };
    let example = heads.iter().rfind(wanted).or(heads.last()).map_or("NAME", |h| h.name.as_str());
    let names = listed(heads.iter().map(|h| h.name.as_str()));
    let example = crate::outside::text::plain(example);
    DataError::input(
        source.name,
        format!("has the columns {names}; say which is meant, such as {}:{example}", source.name),
    )
}
