//! Groups of dependent rows, such as patients, speakers or days (section 9.10).

use std::collections::BTreeMap;

use super::error::{DataError, quoted};

/// Minimum number of groups for a standard error.
const FEWEST: usize = 5;

/// A partition of the rows into groups that are left out together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Groups {
    /// Rows of each group, in the order in which the groups first occur.
    members: Vec<Vec<usize>>,
    /// The group of each row.
    of_row: Vec<usize>,
}

/// A column that is neither feature nor target and may identify groups: a patient, a speaker, a day.
#[derive(Debug, Clone)]
pub(super) struct Candidate {
    /// File and column, written as a path with a part.
    pub name: String,
    /// The value of each row; `None` where it is missing.
    pub values: Vec<Option<String>>,
}

impl Groups {
    /// Groups from the name of each row's group; `rows` are the positions of the rows in use.
    ///
    /// # Errors
    /// [`DataError::Input`] naming a row without a group, or if there are too few groups.
    pub(super) fn new(input: &str, names: &[Option<String>], rows: &[usize]) -> Result<Self, DataError> {
        let mut known: BTreeMap<&str, usize> = BTreeMap::new();
        let mut keys = Vec::with_capacity(rows.len());
        for &row in rows {
            let Some(name) = names.get(row).and_then(Option::as_deref) else {
                let problem = format!("row {} has no group; accepted is one for every labelled row", row + 1);
                return Err(DataError::input(input, problem));
            };
            let next = known.len();
            keys.push(*known.entry(name).or_insert(next));
        }
        if known.len() < FEWEST {
            let which = known.keys().map(|name| quoted(name)).collect::<Vec<_>>().join(", ");
            let problem = format!("holds {} groups ({which}); accepted are at least {FEWEST}", known.len());
            return Err(DataError::input(input, problem));
        }
        Ok(Self::of_keys(&keys))
    }

    /// Groups from a column of repeating texts; `None` if some row has no value, or if there are too few or too many
    /// values for groups.
    pub(super) fn repeating(column: &Candidate, rows: &[usize]) -> Option<Self> {
        let groups = Self::new(&column.name, &column.values, rows).ok()?;
        (2 * groups.count() <= rows.len()).then_some(groups)
    }

    /// Groups from the number of each row's group.
    pub(super) fn of_keys(keys: &[usize]) -> Self {
        let mut known: BTreeMap<usize, usize> = BTreeMap::new();
        let (mut members, mut of_row): (Vec<Vec<usize>>, Vec<usize>) = (Vec::new(), Vec::new());
        for (row, key) in keys.iter().enumerate() {
            let group = *known.entry(*key).or_insert(members.len());
            if group == members.len() {
                members.push(Vec::new());
            }
            members.get_mut(group).into_iter().for_each(|rows| rows.push(row));
            of_row.push(group);
        }
        Self { members, of_row }
    }

    /// Blocks of consecutive rows of nearly equal size.
    pub(super) fn consecutive(rows: usize, blocks: usize) -> Self {
        Self::of_keys(&(0..rows).map(|i| i * blocks / rows.max(1)).collect::<Vec<_>>())
    }

    /// Every k-th group; the other rows are in no group.
    pub(super) fn thinned(&self, k: usize) -> Self {
        let k = k.max(1);
        let of_row = self.of_row.iter().map(|g| if g.is_multiple_of(k) { g / k } else { usize::MAX });
        Self { members: self.members.iter().step_by(k).cloned().collect(), of_row: of_row.collect() }
    }

    /// Number of groups.
    #[must_use]
    pub const fn count(&self) -> usize {
        self.members.len()
    }

    /// Number of rows of the largest group.
    #[must_use]
    pub fn largest(&self) -> usize {
        self.members.iter().map(Vec::len).max().unwrap_or(0)
    }

    /// Positions of the rows of each group.
    pub(crate) fn members(&self) -> &[Vec<usize>] {
        &self.members
    }

    /// The group of each row.
    pub(super) fn of_row(&self) -> &[usize] {
        &self.of_row
    }

    /// Sums a value over the rows of each group.
    pub(super) fn sums(&self, values: &[f64]) -> Vec<f64> {
        let of = |rows: &Vec<usize>| rows.iter().filter_map(|&i| values.get(i)).sum();
        self.members.iter().map(of).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_match_the_rows_and_are_enough() {
        let names: Vec<Option<String>> = "a b c a d e b".split(' ').map(|n| Some(n.into())).collect();
        let groups = Groups::new("g", &names, &[0, 1, 2, 3, 4, 5]).unwrap();
        assert_eq!((groups.count(), groups.of_row()), (5, &[0, 1, 2, 0, 3, 4][..]));
        assert_eq!(groups.sums(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]), [5.0, 2.0, 3.0, 5.0, 6.0]);
        let few = Groups::new("g", &names, &[0, 1, 2]).unwrap_err().to_string();
        assert!(few.contains("at least 5"), "{few}");
        let mut gap = names;
        gap[2] = None;
        let said = Groups::new("g", &gap, &[0, 1, 2, 3, 4, 5]).unwrap_err().to_string();
        assert!(said.contains("row 3"), "{said}");
        assert_eq!(Groups::consecutive(5, 2).members(), [vec![0, 1, 2], vec![3, 4]]);
    }
}
