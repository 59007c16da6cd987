//! Targets: labels → one-vs-rest tasks, or columns of numbers, checked against the features' rows.

use std::collections::BTreeMap;

use faer::Mat;

use super::csv_file;
use super::error::{DataError, quoted};

/// More tasks than this is a misread file.
const MOST_TASKS: usize = 1000;
/// Beyond this squares overflow.
pub(super) const LARGEST: f64 = 1e100;

/// Checked targets, not yet centred: N×T.
#[derive(Debug, Clone)]
pub struct Targets {
    pub(super) input: String,
    pub(super) names: Vec<String>,
    pub(super) values: Mat<f64>,
    /// Rows of each class where the tasks are classes.
    pub(super) sizes: Option<Vec<usize>>,
    /// How the file was read, where it could be read otherwise.
    pub(super) notes: Vec<String>,
}

impl Targets {
    /// One label a row: texts become classes, numbers go through [`Targets::from_column`].
    ///
    /// # Errors
    /// When the rows do not match, a label is empty, or as in [`Targets::from_column`].
    pub fn from_text(
        input: &str,
        header: Option<String>,
        labels: Vec<String>,
        rows: usize,
    ) -> Result<Self, DataError> {
        matching(input, labels.len(), rows)?;
        if let Some(i) = labels.iter().position(|l| l.trim().is_empty()) {
            return Err(DataError::input(
                input,
                format!("row {} is blank; accepted is one label a row", i + 1),
            ));
        }
        let numbers: Vec<_> = labels.iter().map(|l| csv_file::number(l)).collect();
        let words = numbers.iter().filter(|n| n.is_none()).count();
        if words == 0 {
            let whole = labels.iter().all(|l| l.trim().parse::<i64>().is_ok());
            return Self::from_column(input, header, numbers.into_iter().flatten().collect(), whole, rows);
        }
        if 10 * words <= labels.len()
            && let Some((i, label)) = labels.iter().enumerate().find(|(i, _)| numbers.get(*i) == Some(&None))
        {
            return Err(DataError::input(
                input,
                format!(
                    "row {} holds {} among numbers; accepted are labels, or numbers throughout",
                    i + 1,
                    quoted(label)
                ),
            ));
        }
        Self::from_classes(input, labels.into_iter().map(|l| (l.clone(), l)), rows)
    }

    /// One column of numbers: class labels when it is of a whole-number type with at most max(2, N/20) different
    /// values, one numeric target otherwise. A note says which where it is not obvious.
    ///
    /// # Errors
    /// When the rows do not match, a number is not finite, the target is constant, or a class has one row.
    pub fn from_column(
        input: &str,
        header: Option<String>,
        values: Vec<f64>,
        whole: bool,
        rows: usize,
    ) -> Result<Self, DataError> {
        matching(input, values.len(), rows)?;
        let column = faer::MatRef::from_column_major_slice(&values, values.len(), 1).to_owned();
        finite(input, &column)?;
        let mut distinct = values.clone();
        distinct.sort_by(f64::total_cmp);
        distinct.dedup();
        let few = distinct.len() <= (rows / 20).max(2);
        if whole && few {
            let order = |v: &f64| distinct.partition_point(|d| d < v);
            let labels = values.iter().map(|v| (order(v), format!("{v}")));
            let mut targets = Self::from_classes(input, labels, rows)?;
            if distinct.len() > 2 {
                targets.notes.push(format!(
                    "{input}: whole numbers with {} different values are read as class labels; give them a decimal \
                     point to have them read as numbers",
                    distinct.len()
                ));
            }
            return Ok(targets);
        }
        let mut targets = Self::from_numbers(input, header.map(|h| vec![h]), column, rows)?;
        if few && distinct.len() > 2 && distinct.iter().all(|v| v.fract() == 0.0) {
            targets.notes.push(format!(
                "{input}: numbers with {} different whole values are read as numbers; save them as integers to have \
                 them read as class labels",
                distinct.len()
            ));
        }
        Ok(targets)
    }

    /// N×T numbers, one task a column.
    ///
    /// # Errors
    /// When the rows do not match, a number is not finite, a column is constant, or two columns share a name.
    pub fn from_numbers(
        input: &str,
        names: Option<Vec<String>>,
        values: Mat<f64>,
        rows: usize,
    ) -> Result<Self, DataError> {
        matching(input, values.nrows(), rows)?;
        tasks(input, values.ncols())?;
        finite(input, &values)?;
        let names = names.unwrap_or_else(|| (1..=values.ncols()).map(|j| format!("y{j}")).collect());
        if let Some((i, name)) =
            names.iter().enumerate().find(|&(i, name)| names.iter().take(i).any(|n| n == name))
        {
            return Err(DataError::input(
                input,
                format!(
                    "column {} is named {} like one before it; accepted are different names",
                    i + 1,
                    quoted(name)
                ),
            ));
        }
        for (j, name) in names.iter().enumerate() {
            if constant(values.col(j)) {
                return Err(DataError::input(
                    input,
                    format!(
                        "target {} (column {}) is constant; accepted are targets that vary",
                        quoted(name),
                        j + 1
                    ),
                ));
            }
        }
        Ok(Self { input: input.into(), names, values, sizes: None, notes: Vec::new() })
    }

    /// One-vs-rest tasks from (sort key, name) a row, in the order of the keys.
    fn from_classes<Key: Ord>(
        input: &str,
        labels: impl Iterator<Item = (Key, String)>,
        rows: usize,
    ) -> Result<Self, DataError> {
        let mut classes: BTreeMap<Key, (String, Vec<usize>)> = BTreeMap::new();
        for (row, (key, name)) in labels.enumerate() {
            classes.entry(key).or_insert_with(|| (name, Vec::new())).1.push(row);
        }
        if classes.len() == 1 {
            return Err(DataError::input(input, "holds a single class; accepted are at least two"));
        }
        for (name, members) in classes.values() {
            if let [row] = members.as_slice() {
                return Err(DataError::input(
                    input,
                    format!(
                        "class {} has one row (row {}); accepted are classes of at least two rows",
                        quoted(name),
                        row + 1
                    ),
                ));
            }
        }
        tasks(input, classes.len())?;
        let mut class = vec![0; rows];
        let (mut names, mut sizes) = (Vec::new(), Vec::new());
        for (t, (name, members)) in classes.into_values().enumerate() {
            sizes.push(members.len());
            names.push(name);
            for row in members {
                class.get_mut(row).into_iter().for_each(|c| *c = t);
            }
        }
        let belongs = |i: usize, t: usize| if class.get(i) == Some(&t) { 1.0 } else { 0.0 };
        let values = Mat::from_fn(rows, names.len(), belongs);
        Ok(Self { input: input.into(), names, values, sizes: Some(sizes), notes: Vec::new() })
    }

    /// Task names in order.
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.names
    }
}

fn matching(input: &str, found: usize, rows: usize) -> Result<(), DataError> {
    if found == rows {
        return Ok(());
    }
    Err(DataError::input(
        input,
        format!("has {found} rows but the features have {rows}; accepted is one row for each"),
    ))
}

fn tasks(input: &str, count: usize) -> Result<(), DataError> {
    if count <= MOST_TASKS {
        return Ok(());
    }
    Err(DataError::input(
        input,
        format!(
            "holds {count} classes or targets; accepted are at most {MOST_TASKS} (are these numbers without a decimal point?)"
        ),
    ))
}

pub(super) fn constant(column: faer::ColRef<'_, f64>) -> bool {
    let (low, high) =
        column.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), &v| (v.min(low), v.max(high)));
    high <= low
}

/// Every number finite and its square too; rows and columns are named from 1.
pub(super) fn finite(input: &str, values: &Mat<f64>) -> Result<(), DataError> {
    for (j, column) in values.col_iter().enumerate() {
        if let Some((i, v)) = column.iter().enumerate().find(|(_, v)| v.is_nan() || v.abs() > LARGEST) {
            let what = if v.is_nan() { "NaN".into() } else { format!("{v:e}") };
            let range =
                if v.is_finite() { format!(" of at most {LARGEST:e} in size") } else { String::new() };
            return Err(DataError::input(
                input,
                format!("row {}, column {} holds {what}; accepted are finite numbers{range}", i + 1, j + 1),
            ));
        }
    }
    Ok(())
}
