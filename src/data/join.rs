//! Matching the rows of two files: by a column of identifiers, or by position after checking that identifiers agree.

use std::collections::{HashMap, HashSet};

use super::error::{DataError, quoted};
use super::read::{self, Data};

/// Maximum number of common columns that are compared to check that rows are in the same order.
const MOST_SHARED: usize = 4;

/// Columns of both files by which rows could be joined, those named like an identifier first.
pub(super) fn shared(features: &[&str], targets: &[&str]) -> Vec<String> {
    let mut both: Vec<&str> =
        features.iter().copied().filter(|name| !name.is_empty() && targets.contains(name)).collect();
    both.sort_by_key(|name| !read::is_index(name));
    both.truncate(MOST_SHARED);
    both.into_iter().map(str::to_owned).collect()
}

/// Texts, or whole numbers as text; `None` for other numbers and for arrays.
pub(super) fn texts(data: Data) -> Option<Vec<Option<String>>> {
    match data {
        Data::Text(texts) => {
            let cells: Vec<Option<String>> =
                texts.cells.into_iter().map(|c| c.map(|c| c.trim().to_owned())).collect();
            Some(whole_numbers(&cells).unwrap_or(cells))
        }
        Data::Numbers { values, .. } if values.iter().all(|v| v.is_nan() || v.fract() == 0.0) => {
            Some(values.into_iter().map(|v| (!v.is_nan()).then(|| format!("{v}"))).collect())
        }
        _ => None,
    }
}

/// Whole numbers written as floats, such as "12.0", which pandas writes if some value of the column is missing;
/// `None` for other texts.
fn whole_numbers(cells: &[Option<String>]) -> Option<Vec<Option<String>>> {
    let short = |cell: &Option<String>| match cell {
        Some(text) => text
            .strip_suffix(".0")
            .filter(|text| read::whole(text).is_some())
            .map(|text| Some(text.to_owned())),
        None => Some(None),
    };
    cells.iter().map(short).collect()
}

/// A column of identifiers without missing values.
pub(super) fn identifiers(columns: Vec<Data>, name: &str, id: &str) -> Result<Vec<String>, DataError> {
    let texts = columns.into_iter().next().and_then(texts);
    let problem =
        || format!("column {} holds no texts or whole numbers, by which rows could be joined", quoted(id));
    let texts = texts.ok_or_else(|| DataError::input(name, problem()))?;
    let missing = texts.iter().position(Option::is_none);
    if let Some(row) = missing {
        let problem = format!("row {} has no {}; accepted is a value for every row", row + 1, quoted(id));
        return Err(DataError::input(name, problem));
    }
    Ok(texts.into_iter().flatten().collect())
}

pub(super) fn twice(name: &str, id: &str, ids: &[String]) -> DataError {
    let mut seen = HashMap::new();
    let again =
        ids.iter().enumerate().find_map(|(row, id)| seen.insert(id, row).map(|first| (id, first, row)));
    let problem = match again {
        Some((value, first, row)) => format!(
            "column {} has {} in rows {} and {}; accepted is a different value in every row",
            quoted(id),
            quoted(value),
            first + 1,
            row + 1
        ),
        None => format!("column {} has a value twice", quoted(id)),
    };
    DataError::input(name, problem)
}

/// Pairs of rows with equal identifiers, in the order of the targets.
pub(super) struct Joined {
    pub features: Vec<usize>,
    pub targets: Vec<usize>,
    /// Numbers of feature rows without a target, and of target rows without features.
    alone: (usize, usize),
}

impl Joined {
    pub fn new(there: &[String], here: &[String], names: (&str, &str), id: &str) -> Result<Self, DataError> {
        let places: HashMap<&str, usize> = there.iter().enumerate().map(|(i, id)| (id.as_str(), i)).collect();
        if places.len() < there.len() {
            return Err(twice(names.0, id, there));
        }
        let distinct: HashSet<&str> = here.iter().map(String::as_str).collect();
        if distinct.len() < here.len() {
            return Err(twice(names.1, id, here));
        }
        let pairs = here.iter().enumerate().filter_map(|(t, id)| Some((*places.get(id.as_str())?, t)));
        let (features, targets): (Vec<usize>, Vec<usize>) = pairs.unzip();
        if features.is_empty() {
            let first = |ids: &[String]| ids.first().map_or_else(String::new, |id| quoted(id));
            let problem = format!(
                "no value of column {} is one of {}: the first here is {}, there {}",
                quoted(id),
                names.0,
                first(here),
                first(there)
            );
            return Err(DataError::input(names.1, problem));
        }
        let alone = (there.len() - features.len(), here.len() - features.len());
        Ok(Self { features, targets, alone })
    }

    pub fn note(&self, name: &str, id: &str) -> Option<String> {
        let (without_target, without_features) = self.alone;
        let id = quoted(id);
        let joined = self.features.len();
        let left = match (without_target, without_features) {
            (0, 0) => return None,
            (rows, 0) => format!("{rows} rows of features have no target"),
            (0, rows) => format!("{rows} targets have no features"),
            (a, b) => format!("{a} rows of features have no target and {b} targets have no features"),
        };
        Some(format!("{name}: {joined} rows are joined by {id}; {left} and are left out"))
    }
}

/// Refuses two columns with the same identifiers in different order.
pub(super) fn in_the_same_order(
    name: &str,
    there: &Data,
    here: &Data,
    names: (&str, &str),
) -> Result<(), DataError> {
    let copied = |data: &Data| -> Option<Vec<Option<String>>> {
        texts(of_rows(data, &(0..data.rows()).collect::<Vec<_>>()))
    };
    let (Some(there), Some(here)) = (copied(there), copied(here)) else { return Ok(()) };
    if there == here {
        return Ok(());
    }
    let distinct = |ids: &[Option<String>]| {
        let set: HashSet<&str> = ids.iter().flatten().map(String::as_str).collect();
        (set.len() == ids.len() && ids.len() > 1).then_some(set.len())
    };
    let (Some(_), Some(_)) = (distinct(&there), distinct(&here)) else { return Ok(()) };
    let known: HashSet<&str> = there.iter().flatten().map(String::as_str).collect();
    let both = here.iter().flatten().filter(|id| known.contains(id.as_str())).count();
    if 2 * both < here.len().min(there.len()) {
        return Ok(());
    }
    let column = quoted(name);
    let plain = crate::outside::text::plain(name);
    let problem = format!(
        "has column {column} as {} has, but not row for row the same values; --id {plain} joins the rows by it",
        names.0
    );
    Err(DataError::input(names.1, problem))
}

/// A note on row numbers that are not in order, as pandas keeps them after rows were shuffled or sorted. In a column that
/// the file does not mark as row numbers, other numbers than 0 to N − 1 or 1 to N may be identifiers in any order.
pub(super) fn shuffled(file: &str, (column, marked): (&str, bool), numbers: &Data) -> Option<String> {
    let values: Vec<f64> = match numbers {
        Data::Numbers { values, .. } => values.clone(),
        // Identifiers in a file of text are read as they are written.
        Data::Text(texts) => {
            let number = |cell: &Option<String>| cell.as_deref().and_then(read::number).unwrap_or(f64::NAN);
            texts.cells.iter().map(number).collect()
        }
        Data::Array(_) => return None,
    };
    let mut sorted = values.clone();
    sorted.sort_by(f64::total_cmp);
    let whole =
        sorted.iter().all(|v| v.fract() == 0.0) && sorted.windows(2).all(|pair| pair.first() < pair.last());
    let counts = sorted.first().is_some_and(|first| {
        matches!(*first, 0.0 | 1.0) && sorted.last() == Some(&(first + sorted.len() as f64 - 1.0))
    });
    (whole && (counts || marked) && sorted != values).then(|| {
        format!(
            "{file}: the row numbers in column {} are not in order, so the rows were shuffled or sorted; features and \
             targets are matched in the order of their files, or by --id with a column of both",
            quoted(column)
        )
    })
}

/// Selected rows of a column.
pub(super) fn of_rows(data: &Data, rows: &[usize]) -> Data {
    match data {
        Data::Numbers { values, whole } => {
            let values = rows.iter().map(|&i| values.get(i).copied().unwrap_or(f64::NAN)).collect();
            Data::Numbers { values, whole: *whole }
        }
        Data::Text(texts) => Data::Text(texts.of_rows(rows)),
        Data::Array(array) => Data::Array(array.of_rows(rows)),
    }
}
