//! Held-out test rows, read like the labelled rows and converted to the pool's columns and units.

use std::collections::HashMap;

use faer::Mat;
use ndarray::Array2;

use super::arrays::Blocks;
use super::columns::{Numbers, numbers_of};
use super::error::{DataError, column, listed, quoted};
use super::labels::written;
use super::load::{Files, Tables};
use super::matrix::{flattened, shaped, side_by_side};
use super::pool::Pool;
use super::read::{Array, Data, Table};
use super::targets::{self, task_name};

/// Targets of M test rows, as arrays.
#[derive(Debug, Clone)]
pub enum TestTargets {
    /// One label a row, an empty text for a row without one.
    Labels(Vec<String>),
    /// One number a row, NaN for a row without one; for classes, the class with this name.
    Numbers(Vec<f64>),
    /// M×T numbers, in the order of the pool's tasks.
    Matrix(Array2<f64>),
}

/// M test rows with their targets, in the columns and units of a pool.
#[derive(Debug, Clone)]
pub struct TestRows {
    /// Features less the pool's means, M×p.
    features: Mat<f64>,
    /// Targets less the pool's means, in units of its standard deviations, M×T.
    targets: Mat<f64>,
    /// The class of each row, if the tasks are classes; `None` for a class that is not a task.
    classes: Option<Vec<Option<usize>>>,
    notes: Vec<String>,
}

impl TestRows {
    /// Number M of rows with features and every target.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.features.nrows()
    }

    /// Notes for the user on how the files were read.
    #[must_use]
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// Features less the pool's means, M×p.
    pub(crate) const fn features(&self) -> &Mat<f64> {
        &self.features
    }

    /// Targets in the pool's units, M×T.
    pub(crate) const fn targets(&self) -> &Mat<f64> {
        &self.targets
    }

    /// The class of each row, if the tasks are classes; `None` for a class that is not a task.
    pub(crate) fn classes(&self) -> Option<&[Option<usize>]> {
        self.classes.as_deref()
    }
}

impl TestRows {
    /// The rows that have a task of a pool whose rows lack some targets, in the columns and units of the pool of this task's
    /// rows, where it has position `local`.
    pub(crate) fn of_task(&self, (all, task): (&Pool, usize), (one, local): (&Pool, usize)) -> Self {
        let column = self.targets.col(task);
        let rows: Vec<usize> = (0..column.nrows()).filter(|&row| !column.get(row).is_nan()).collect();
        let places = one.columns().kept.iter().map(|at| all.columns().kept.binary_search(at).ok());
        // One is less the means of its rows, the other less those of all.
        let shift = |(place, mean): (Option<usize>, &f64)| {
            (place, mean - place.map_or(f64::NAN, |at| mean_at(all, at)))
        };
        let columns: Vec<(Option<usize>, f64)> = places.zip(one.means()).map(shift).collect();
        let features = Mat::from_fn(rows.len(), columns.len(), |i, j| match (rows.get(i), columns.get(j)) {
            (Some(&row), Some(&(Some(at), shift))) => self.features.get(row, at) - shift,
            _ => f64::NAN,
        });
        let targets = Mat::from_fn(rows.len(), one.tasks().len(), |i, t| match rows.get(i) {
            Some(&row) if t == local => *column.get(row),
            _ => f64::NAN,
        });
        Self { features, targets, classes: None, notes: Vec::new() }
    }
}

/// The mean that is subtracted from a column.
fn mean_at(pool: &Pool, at: usize) -> f64 {
    pool.means().get(at).copied().unwrap_or(f64::NAN)
}

impl Pool {
    /// Reads test rows: features in the pool's columns, targets as its tasks. Rows with NaN or without a label are
    /// left out, with a note.
    ///
    /// # Errors
    /// [`DataError::Input`] naming the file whose columns, classes or rows do not match the pool.
    pub fn test_rows(&self, files: &Files<'_>) -> Result<TestRows, DataError> {
        let Tables { rows, labels, mut notes, .. } = files.tables()?;
        let input = rows.name.clone();
        let numbers = numbers_of(rows)?;
        notes.extend(numbers.notes.iter().cloned());
        notes.extend(labels.notes.iter().cloned());
        self.tested((&input, &numbers), labels, files.labels_as_they_are, notes)
    }

    /// Test rows from arrays: M×p features in the pool's columns, and their targets, which messages call `name`.
    ///
    /// # Errors
    /// Errors of [`Pool::test_rows`].
    pub fn test_arrays(
        &self,
        features: Blocks,
        name: &str,
        targets: TestTargets,
    ) -> Result<TestRows, DataError> {
        let (input, matrix) = features.into_parts();
        let numbers = Numbers { names: None, matrix, notes: Vec::new() };
        let column = match targets {
            TestTargets::Labels(labels) => {
                Data::texts(labels.into_iter().map(|label| Some(label).filter(|l| !l.is_empty())).collect())
            }
            TestTargets::Numbers(values) => Data::Numbers { values, whole: false },
            TestTargets::Matrix(values) => {
                let shape = vec![values.nrows(), values.ncols()];
                Data::Array(Array {
                    shape,
                    fortran: false,
                    values: values.iter().copied().collect(),
                    whole: false,
                })
            }
        };
        let labels = Table::of_column(name, column);
        self.tested((&input, &numbers), labels, true, Vec::new())
    }

    /// Converts rows to the pool's columns and units; `notes` are those of reading them.
    fn tested(
        &self,
        (input, numbers): (&str, &Numbers),
        labels: Table,
        labels_as_they_are: bool,
        mut notes: Vec<String>,
    ) -> Result<TestRows, DataError> {
        let targets_input = labels.name.clone();
        let count = numbers.matrix.nrows();
        let features = self.columns_of(input, numbers)?;
        let labels = if self.tasks().iter().all(|task| task.class_size.is_some()) {
            self.classes_of(labels, labels_as_they_are)?
        } else {
            self.numbers_of(labels)?
        };
        let found = labels.len();
        if found != count {
            let problem = format!("has {found} rows but {input} has {count}; accepted is one row for each");
            return Err(DataError::input(targets_input, problem));
        }
        let whole = |row: usize| features.row(row).iter().all(|v| !v.is_nan());
        let some = self.has_missing_targets();
        let kept: Vec<usize> = (0..count).filter(|&row| labels.has(row, some) && whole(row)).collect();
        if kept.is_empty() {
            return Err(DataError::input(input, "has no row with features and a label to test on"));
        }
        if kept.len() < count {
            notes.push(format!(
                "{input}: {} of {count} rows to test on have NaN or no label and are left out",
                count - kept.len()
            ));
        }
        let features = of_rows(&features, &kept);
        let kept_columns = &self.columns().kept;
        let of_file = |at: usize| kept_columns.get(at).copied().unwrap_or(at);
        targets::finite(input, &features, &|at| column(self.names(), of_file(at)))?;
        let (targets, classes) = match labels {
            Labels::Numbers(values) => {
                let values = of_rows(&values, &kept);
                let names: Vec<String> = self.tasks().iter().map(|task| task.name.clone()).collect();
                if some {
                    targets::finite_or_nan(&targets_input, &values, Some(&names))?;
                } else {
                    targets::finite(&targets_input, &values, &|at| column(Some(&names), at))?;
                }
                (self.in_units(values), None)
            }
            Labels::Classes { of_row, others } => {
                let class = |row: &usize| of_row.get(*row).copied().flatten().flatten();
                let classes: Vec<Option<usize>> = kept.iter().map(class).collect();
                if !others.is_empty() {
                    notes.push(format!(
                        "{targets_input}: classes that the labelled rows do not have as tasks: {}",
                        listed(others.iter().map(String::as_str))
                    ));
                }
                let of =
                    |i: usize, t: usize| f64::from(u8::from(classes.get(i).copied().flatten() == Some(t)));
                (self.in_units(Mat::from_fn(kept.len(), self.tasks().len(), of)), Some(classes))
            }
        };
        Ok(TestRows { features, targets, classes, notes })
    }

    /// The pool's columns, less its means.
    fn columns_of(&self, input: &str, numbers: &Numbers) -> Result<Mat<f64>, DataError> {
        let (found, count) = (numbers.matrix.ncols(), self.columns().count);
        if found != count {
            let problem =
                format!("has {found} features but the labelled rows have {count}; accepted are the same");
            return Err(DataError::input(input, problem));
        }
        let real = |names: &&[String]| names.iter().any(|name| name.parse::<usize>().is_err());
        let order: Vec<usize> = match (self.names().filter(real), numbers.names.as_deref().filter(real)) {
            (Some(wanted), Some(there)) => {
                let places: HashMap<&str, usize> =
                    there.iter().enumerate().map(|(at, name)| (name.as_str(), at)).collect();
                let place = |name: &String| {
                    places.get(name.as_str()).copied().ok_or_else(|| {
                        let problem = format!("has no column {}, which the labelled rows have", quoted(name));
                        DataError::input(input, problem)
                    })
                };
                wanted.iter().map(place).collect::<Result<_, _>>()?
            }
            _ => (0..count).collect(),
        };
        let columns = self.columns().kept.iter().map(|&at| order.get(at).copied().unwrap_or(at));
        let columns: Vec<(usize, f64)> = columns.zip(self.means().iter().copied()).collect();
        Ok(Mat::from_fn(numbers.matrix.nrows(), columns.len(), |i, j| {
            columns.get(j).map_or(f64::NAN, |&(at, mean)| numbers.matrix.get(i, at) - mean)
        }))
    }

    /// The class of each row by name.
    fn classes_of(&self, table: Table, as_they_are: bool) -> Result<Labels, DataError> {
        let Table { name, mut columns, slice, .. } = table;
        let only = columns.pop().filter(|_| columns.is_empty());
        let number = |v: f64| (!v.is_nan()).then(|| format!("{v}"));
        let labels: Vec<Option<String>> = match only {
            Some(Data::Text(texts)) => written(texts, as_they_are).0,
            Some(Data::Numbers { values, .. }) => values.into_iter().map(number).collect(),
            Some(Data::Array(array)) => {
                let (array, _) = flattened(array, slice, &name, "N labels")?;
                if array.shape.get(1).is_some_and(|width| *width != 1) {
                    return Err(DataError::input(name, "holds several columns; accepted is one of labels"));
                }
                array.values.into_iter().map(number).collect()
            }
            None => return Err(DataError::input(name, "holds several columns; accepted is one of labels")),
        };
        let tasks: HashMap<&str, usize> =
            self.tasks().iter().enumerate().map(|(t, task)| (task.name.as_str(), t)).collect();
        let mut others: Vec<String> = Vec::new();
        let class = |label: Option<String>| {
            let label = label?;
            let known = |name: &str| tasks.get(task_name(name, "class").as_str()).copied();
            // 1 and 1.0 are the same class.
            let as_number = || label.parse::<f64>().ok().and_then(|v| known(&format!("{v}")));
            let found = known(&label).or_else(as_number);
            if found.is_none() && !others.contains(&label) {
                others.push(label);
            }
            Some(found)
        };
        let of_row: Vec<Option<Option<usize>>> = labels.into_iter().map(class).collect();
        if of_row.iter().flatten().flatten().next().is_none() {
            let known = listed(self.tasks().iter().map(|task| task.name.as_str()));
            let problem = format!("holds no label of the classes of the labelled rows ({known})");
            return Err(DataError::input(name, problem));
        }
        Ok(Labels::Classes { of_row, others })
    }

    /// The pool's targets: by name if both files have names, else all columns in order.
    fn numbers_of(&self, table: Table) -> Result<Labels, DataError> {
        let Table { name, names, mut columns, slice, .. } = table;
        let rows = columns.first().map_or(0, Data::rows);
        let single = columns.len() == 1;
        let (values, width) = match columns.pop() {
            Some(Data::Array(array)) if single => {
                let (array, _) = flattened(array, slice, &name, "N numbers or N×T numbers")?;
                let width = array.shape.get(1).copied().unwrap_or(1);
                (shaped(array.values, rows, width, array.fortran), width)
            }
            Some(Data::Text(texts)) if single => {
                let number =
                    |cell: &Option<String>| cell.as_ref().map_or(Some(f64::NAN), |c| c.trim().parse().ok());
                let values: Option<Vec<f64>> = texts.cells.iter().map(number).collect();
                let Some(values) = values else {
                    return Err(DataError::input(
                        name,
                        "holds text; accepted are numbers, as the targets are",
                    ));
                };
                (shaped(values, rows, 1, false), 1)
            }
            Some(last) => {
                columns.push(last);
                let width = columns.len();
                (shaped(side_by_side(columns, &name)?, rows, width, true), width)
            }
            None => return Err(DataError::input(name, "holds no rows")),
        };
        let tasks = self.tasks();
        let place = |task: &str| names.iter().position(|n| n == task).filter(|_| names.len() == width);
        let by_name: Option<Vec<usize>> = tasks.iter().map(|task| place(&task.name)).collect();
        let order = match by_name {
            Some(order) => order,
            None if width == tasks.len() => (0..width).collect(),
            None => {
                let wanted = listed(tasks.iter().map(|task| task.name.as_str()));
                let problem =
                    format!("holds {width} targets; accepted are those of the labelled rows: {wanted}");
                return Err(DataError::input(name, problem));
            }
        };
        Ok(Labels::Numbers(Mat::from_fn(rows, order.len(), |i, t| {
            order.get(t).map_or(f64::NAN, |&at| *values.get(i, at))
        })))
    }

    /// Values less the pool's means, in units of its standard deviations.
    fn in_units(&self, mut values: Mat<f64>) -> Mat<f64> {
        let units = self.target_means().iter().zip(self.tasks());
        for (column, (mean, task)) in values.col_iter_mut().zip(units) {
            column.iter_mut().for_each(|v| *v = (*v - mean) / task.deviation);
        }
        values
    }
}

/// Targets of test rows.
enum Labels {
    /// M×T numbers, NaN where one is missing.
    Numbers(Mat<f64>),
    Classes {
        /// For each row `None` without a label, else the task of its class, if any.
        of_row: Vec<Option<Option<usize>>>,
        /// Classes that are not tasks.
        others: Vec<String>,
    },
}

impl Labels {
    fn len(&self) -> usize {
        match self {
            Self::Numbers(values) => values.nrows(),
            Self::Classes { of_row, .. } => of_row.len(),
        }
    }

    /// Whether a row has every target, or `some`.
    fn has(&self, row: usize, some: bool) -> bool {
        match self {
            Self::Numbers(values) if some => {
                row < values.nrows() && values.row(row).iter().any(|v| !v.is_nan())
            }
            Self::Numbers(values) => row < values.nrows() && values.row(row).iter().all(|v| !v.is_nan()),
            Self::Classes { of_row, .. } => of_row.get(row).is_some_and(Option::is_some),
        }
    }
}

fn of_rows(matrix: &Mat<f64>, rows: &[usize]) -> Mat<f64> {
    Mat::from_fn(rows.len(), matrix.ncols(), |i, j| rows.get(i).map_or(f64::NAN, |&row| *matrix.get(row, j)))
}
