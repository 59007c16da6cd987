//! Targets: one-vs-rest tasks from labels, or numeric columns, checked against the rows of the features.

use std::collections::BTreeMap;

use faer::Mat;

use super::error::{DataError, column, listed, quoted};
use crate::outside::text::plain;

/// Maximum number of tasks; more indicate a misread file.
const MOST_TASKS: usize = 1000;
/// Largest absolute value whose square does not overflow.
pub(super) const LARGEST: f64 = 1e100;

/// How one column of whole numbers is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reading {
    /// Labels or numbers, depending on the values.
    #[default]
    Auto,
    /// Class labels.
    Labels,
    /// Numbers.
    Numbers,
}

/// Number of rows and columns of the features; the columns are used to recognise transposed targets.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rows {
    pub count: usize,
    pub features: usize,
}

/// One column of numbers, NaN where a value is missing.
pub(super) struct Column {
    pub header: Option<String>,
    pub values: Vec<f64>,
    /// Whether the numbers are of an integer type.
    pub whole: bool,
}

/// Checked targets before centring: one row for each labelled row of the features, T columns.
#[derive(Debug, Clone)]
pub struct Targets {
    pub(super) input: String,
    pub(super) names: Vec<String>,
    /// Values; NaN where a row lacks this target but has others.
    pub(super) values: Mat<f64>,
    /// Number of rows of each class, if the tasks are classes.
    pub(super) sizes: Option<Vec<usize>>,
    /// Whether some of the rows read have only some of the targets.
    pub(super) gaps: bool,
    /// Number of rows read, including those without a label.
    pub(super) rows: usize,
    /// Positions of the labelled rows, if some rows have no label.
    pub(super) labelled: Option<Vec<usize>>,
    /// Notes on how the file was read, where another reading is possible.
    pub(super) notes: Vec<String>,
}

impl Targets {
    /// One column of numbers: class labels if it is of an integer type and its values repeat, otherwise one numeric
    /// target. A note states which, unless it is obvious.
    pub(super) fn from_column(
        input: &str,
        column: Column,
        rows: Rows,
        reading: Reading,
    ) -> Result<Self, DataError> {
        let Column { header, values, whole } = column;
        matching(input, values.len(), rows)?;
        let one = faer::MatRef::from_column_major_slice(&values, values.len(), 1).to_owned();
        let (_, there) = labelled(input, &one)?;
        finite_or_nan(input, &there, header.as_ref().map(std::slice::from_ref))?;
        let mut distinct: Vec<f64> = there.col(0).iter().copied().collect();
        distinct.sort_by(f64::total_cmp);
        distinct.dedup();
        let repeat = distinct.len() <= (there.nrows() / 5).max(2);
        let classes = match reading {
            Reading::Auto => whole && repeat,
            Reading::Labels => true,
            Reading::Numbers => false,
        };
        if classes {
            let labels =
                values.iter().map(|v| (!v.is_nan()).then(|| (Key(*v, String::new()), format!("{v}"))));
            let mut targets = Self::from_classes(input, labels)?;
            if distinct.len() > 2 && reading == Reading::Auto {
                targets.notes.push(format!(
                    "{input}: whole numbers with {} different values are read as class labels; --numbers reads them \
                     as numbers",
                    distinct.len()
                ));
            }
            return Ok(targets);
        }
        let mut targets = Self::from_numbers(input, header.map(|h| vec![h]), one, rows)?;
        if repeat
            && distinct.len() > 2
            && distinct.iter().all(|v| v.fract() == 0.0)
            && reading == Reading::Auto
        {
            targets.notes.push(format!(
                "{input}: numbers with {} different whole values are read as numbers; --labels reads them as class \
                 labels",
                distinct.len()
            ));
        }
        Ok(targets)
    }

    /// N×T numbers, one task a column. A row with NaN in every column is without a label; a constant column is not a
    /// task.
    pub(super) fn from_numbers(
        input: &str,
        names: Option<Vec<String>>,
        values: Mat<f64>,
        rows: Rows,
    ) -> Result<Self, DataError> {
        matching(input, values.nrows(), rows)?;
        tasks(input, values.ncols())?;
        let (kept, values) = labelled(input, &values)?;
        finite_or_nan(input, &values, names.as_deref())?;
        let names: Vec<String> = match names {
            Some(names) => names.iter().map(|name| task_name(name, "target")).collect(),
            None => (1..=values.ncols()).map(|j| format!("y{j}")).collect(),
        };
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
        let (vary, same): (Vec<usize>, Vec<usize>) =
            (0..values.ncols()).partition(|&j| !constant(values.col(j)));
        let named = |of: &[usize]| of.iter().filter_map(|&j| names.get(j).cloned()).collect::<Vec<_>>();
        let mut notes = left_out(input, rows.count, kept.as_deref());
        notes.extend(called_mean(input, &names));
        if vary.is_empty() {
            return Err(DataError::input(input, "is constant; accepted are targets that vary"));
        }
        if !same.is_empty() {
            let which = listed(named(&same).iter().map(String::as_str));
            notes.push(format!("{input}: constant targets are left out: {which}"));
        }
        let values = Mat::from_fn(values.nrows(), vary.len(), |i, j| {
            vary.get(j).map_or(f64::NAN, |&from| *values.get(i, from))
        });
        let names = named(&vary);
        Ok(Self {
            input: input.into(),
            names,
            values,
            sizes: None,
            gaps: false,
            rows: rows.count,
            labelled: kept,
            notes,
        })
    }

    /// One-vs-rest tasks from one (sort key, name) a row, in the order of the keys; `None` for a row without a label.
    pub(super) fn from_classes(
        input: &str,
        labels: impl Iterator<Item = Option<(Key, String)>>,
    ) -> Result<Self, DataError> {
        let mut classes: BTreeMap<Key, (String, Vec<usize>)> = BTreeMap::new();
        let (mut kept, mut all) = (Vec::new(), 0);
        for (row, label) in labels.enumerate() {
            all = row + 1;
            let Some((key, name)) = label else { continue };
            classes.entry(key).or_insert_with(|| (name, Vec::new())).1.push(kept.len());
            kept.push(row);
        }
        if classes.is_empty() {
            return Err(DataError::input(input, "holds no label; accepted are at least two classes"));
        }
        if classes.len() == 1 {
            return Err(DataError::input(input, "holds a single class; accepted are at least two"));
        }
        let labelled = (kept.len() < all).then_some(kept.clone());
        let mut notes = left_out(input, all, labelled.as_deref());
        let (tasks_of, lone): (Vec<_>, Vec<_>) =
            classes.into_values().partition(|(_, members)| members.len() > 1);
        if tasks_of.is_empty() {
            return Err(DataError::input(
                input,
                "every class has one row; accepted are classes of at least two rows (are these numbers? then --numbers)",
            ));
        }
        let whole = |members: &Vec<usize>| members.len() + 1 >= kept.len();
        if let ([(name, members)], [(other, _)]) = (tasks_of.as_slice(), lone.as_slice())
            && whole(members)
        {
            return Err(DataError::input(
                input,
                format!(
                    "holds class {} and one row of {}; accepted are at least two classes of two rows",
                    quoted(name),
                    quoted(other)
                ),
            ));
        }
        if !lone.is_empty() {
            let which = listed(lone.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().into_iter());
            notes.push(format!("{input}: classes with one row are not used as tasks: {which}"));
        }
        tasks(input, tasks_of.len())?;
        let mut class = vec![usize::MAX; kept.len()];
        let (mut names, mut sizes) = (Vec::new(), Vec::new());
        for (t, (name, members)) in tasks_of.into_iter().enumerate() {
            sizes.push(members.len());
            names.push(task_name(&name, "class"));
            for row in members {
                class.get_mut(row).into_iter().for_each(|c| *c = t);
            }
        }
        let belongs = |i: usize, t: usize| if class.get(i) == Some(&t) { 1.0 } else { 0.0 };
        let values = Mat::from_fn(kept.len(), names.len(), belongs);
        notes.extend(called_mean(input, &names));
        Ok(Self {
            input: input.into(),
            names,
            values,
            sizes: Some(sizes),
            gaps: false,
            rows: all,
            labelled,
            notes,
        })
    }

    /// Task names in order.
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.names
    }
}

/// Sort key: by number, then by text.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Key(pub f64, pub String);

impl Eq for Key {}

impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Key {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0).then_with(|| self.1.cmp(&other.1))
    }
}

/// The rows with a value: their positions, unless these are all rows, and their numbers.
fn labelled(input: &str, values: &Mat<f64>) -> Result<(Option<Vec<usize>>, Mat<f64>), DataError> {
    let rows = values.nrows();
    let kept: Vec<usize> =
        (0..rows).filter(|&i| !(0..values.ncols()).all(|j| values.get(i, j).is_nan())).collect();
    if kept.is_empty() {
        return Err(DataError::input(input, "has no row without NaN; accepted are finite numbers"));
    }
    if kept.len() == rows {
        return Ok((None, values.clone()));
    }
    let left = Mat::from_fn(kept.len(), values.ncols(), |i, j| {
        kept.get(i).map_or(f64::NAN, |&row| *values.get(row, j))
    });
    Ok((Some(kept), left))
}

/// The end of a note on rows without a label.
pub(super) const LEFT_OUT: &str = "no label and are left out";

/// A note on rows without a label.
pub(super) fn left_out(input: &str, rows: usize, labelled: Option<&[usize]>) -> Vec<String> {
    let missing = labelled.map_or(0, |kept| rows.saturating_sub(kept.len()));
    match missing {
        0 => Vec::new(),
        1 => vec![format!("{input}: 1 row of {rows} has no label and is left out")],
        many => vec![format!("{input}: {many} rows of {rows} have {LEFT_OUT}")],
    }
}

/// A task name for a class or target; "mean" is reserved for the average over tasks and is renamed.
pub(super) fn task_name(name: &str, what: &str) -> String {
    if name == "mean" { format!("mean ({what})") } else { plain(name) }
}

/// A note on a task whose name could be mistaken for the average over tasks.
fn called_mean(input: &str, names: &[String]) -> Option<String> {
    let name = names.iter().find(|name| name.starts_with("mean ("))?;
    Some(format!(
        "{input}: \"mean\" among the tasks is called {}; --task mean is the average over tasks",
        quoted(name)
    ))
}

pub(super) fn matching(input: &str, found: usize, rows: Rows) -> Result<(), DataError> {
    let Rows { count, features } = rows;
    if found == count {
        return Ok(());
    }
    let transposed = if found == features {
        " (are the features transposed? in Python: numpy.save(FILE, x.T))"
    } else {
        ""
    };
    Err(DataError::input(
        input,
        format!("has {found} rows but the features have {count}; accepted is one row for each{transposed}"),
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

/// Whether all values that are not missing are equal.
pub(super) fn constant(column: faer::ColRef<'_, f64>) -> bool {
    let (low, high) =
        column.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), &v| (v.min(low), v.max(high)));
    high <= low
}

/// Checks that every number and its square are finite; messages count rows from 1 and name columns by `column`.
pub(super) fn finite(
    input: &str,
    values: &Mat<f64>,
    column: &dyn Fn(usize) -> String,
) -> Result<(), DataError> {
    checked(input, values, column, false)
}

/// Checks that every number is NaN, or finite and its square too.
pub(super) fn finite_or_nan(
    input: &str,
    values: &Mat<f64>,
    names: Option<&[String]>,
) -> Result<(), DataError> {
    checked(input, values, &|at| column(names, at), true)
}

fn checked(
    input: &str,
    values: &Mat<f64>,
    name: &dyn Fn(usize) -> String,
    nan: bool,
) -> Result<(), DataError> {
    for (j, column) in values.col_iter().enumerate() {
        let wrong = |v: &f64| v.is_nan() && !nan || v.abs() > LARGEST;
        if let Some((i, v)) = column.iter().enumerate().find(|(_, v)| wrong(v)) {
            let what = if v.is_nan() { "NaN".into() } else { format!("{v:e}") };
            let range =
                if v.is_finite() { format!(" of at most {LARGEST:e} in size") } else { String::new() };
            return Err(DataError::input(
                input,
                format!("row {}, {} holds {what}; accepted are finite numbers{range}", i + 1, name(j)),
            ));
        }
    }
    Ok(())
}
