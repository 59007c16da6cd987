//! Targets with missing values: which rows have which targets, and selections of rows or tasks.

use faer::Mat;

use super::error::{DataError, listed};
use super::targets::{LEFT_OUT, Targets, constant, left_out};

impl Targets {
    /// For targets with missing values, the single target `name` with every row that has it; otherwise unchanged.
    pub(super) fn of_task(self, name: &str) -> Self {
        if self.values.ncols() < 2 || !self.has_gaps() {
            return self;
        }
        let by_name = self.names.iter().position(|n| n == name);
        let by_number =
            || name.parse::<usize>().ok().and_then(|n| n.checked_sub(1)).filter(|&n| n < self.names.len());
        let Some(task) = by_name.or_else(by_number) else { return self };
        let column = self.values.col(task);
        let kept: Vec<usize> = (0..column.nrows()).filter(|&i| !column.get(i).is_nan()).collect();
        let values =
            Mat::from_fn(kept.len(), 1, |i, _| kept.get(i).map_or(f64::NAN, |&row| *column.get(row)));
        let labelled: Vec<usize> = match &self.labelled {
            Some(labelled) => kept.iter().filter_map(|&i| labelled.get(i).copied()).collect(),
            None => kept,
        };
        let names = self.names.get(task).cloned().into_iter().collect();
        let left = left_out(&self.input, self.rows, Some(&labelled));
        let mut notes: Vec<String> =
            self.notes.into_iter().filter(|note| !note.ends_with(LEFT_OUT)).collect();
        notes.extend(left);
        Self { names, values, labelled: Some(labelled), gaps: true, notes, ..self }
    }

    /// Whether a row has some targets and lacks others.
    pub(super) fn has_gaps(&self) -> bool {
        self.values.col_iter().any(|column| column.iter().any(|v| v.is_nan()))
    }

    /// Positions of the rows, among the labelled ones, that have a task.
    pub(super) fn rows_with(&self, task: usize) -> Vec<usize> {
        let column = self.values.col(task);
        (0..column.nrows()).filter(|&i| !column.get(i).is_nan()).collect()
    }

    /// Positions of the rows, among the labelled ones, that have every task.
    pub(super) fn complete_rows(&self) -> Vec<usize> {
        (0..self.values.nrows()).filter(|&i| self.values.row(i).iter().all(|v| !v.is_nan())).collect()
    }

    /// Some of the tasks, for the same rows.
    pub(super) fn of_tasks(&self, tasks: &[usize]) -> Self {
        let values = Mat::from_fn(self.values.nrows(), tasks.len(), |i, j| {
            tasks.get(j).map_or(f64::NAN, |&task| *self.values.get(i, task))
        });
        let names = tasks.iter().filter_map(|&task| self.names.get(task).cloned()).collect();
        let sizes = self.sizes.as_ref();
        let sizes = sizes.map(|sizes| tasks.iter().filter_map(|&task| sizes.get(task).copied()).collect());
        Self { names, values, sizes, ..self.clone() }
    }

    /// Leaves out tasks that have fewer than `least` rows or are constant on their rows; also returns the positions of the rows
    /// that have at least one of the remaining tasks.
    ///
    /// # Errors
    /// [`DataError::Input`] when no task is left.
    pub(super) fn of_varying_tasks(self, least: usize) -> Result<(Self, Vec<usize>), DataError> {
        let all = 0..self.names.len();
        let (enough, few): (Vec<usize>, Vec<usize>) =
            all.partition(|&task| self.rows_with(task).len() >= least);
        let (left, same): (Vec<usize>, Vec<usize>) =
            enough.into_iter().partition(|&task| !constant(self.values.col(task)));
        if left.is_empty() {
            let problem =
                format!("has no target that varies in {least} rows or more; accepted is at least one");
            return Err(DataError::input(self.input, problem));
        }
        let mut targets = self.of_tasks(&left);
        let mut note = |tasks: &[usize], what: &str| {
            let names: Vec<&str> =
                tasks.iter().filter_map(|&task| self.names.get(task).map(String::as_str)).collect();
            if !names.is_empty() {
                let names = listed(names.into_iter());
                targets.notes.push(format!("{}: {what} are left out: {names}", self.input));
            }
        };
        note(&few, &format!("targets that fewer than {least} rows have"));
        note(&same, "targets that do not vary in the rows that have them");
        let some = |&i: &usize| targets.values.row(i).iter().any(|v| !v.is_nan());
        let rows = (0..targets.values.nrows()).filter(some).collect();
        Ok((targets, rows))
    }

    /// The rows at these positions among the labelled ones; targets that are constant on them are left out.
    ///
    /// # Errors
    /// [`DataError::Input`] if no target remains.
    pub(super) fn of_rows(self, rows: &[usize]) -> Result<Self, DataError> {
        let labelled = match &self.labelled {
            Some(labelled) => rows.iter().filter_map(|&i| labelled.get(i).copied()).collect(),
            None => rows.to_vec(),
        };
        let chosen = Mat::from_fn(rows.len(), self.values.ncols(), |i, j| {
            rows.get(i).map_or(f64::NAN, |&row| *self.values.get(row, j))
        });
        let size = |j: usize| chosen.col(j).iter().filter(|&&v| v > 0.0).count();
        let classes = self.sizes.is_some();
        let (left, gone): (Vec<usize>, Vec<usize>) = (0..chosen.ncols()).partition(|&j| {
            if classes { size(j) > 1 && size(j) < rows.len() } else { !constant(chosen.col(j)) }
        });
        if left.is_empty() {
            return Err(DataError::input(
                self.input,
                "is constant in the rows that are left; accepted are targets that vary",
            ));
        }
        let named = |of: &[usize]| of.iter().filter_map(|&j| self.names.get(j).cloned()).collect::<Vec<_>>();
        let mut notes = self.notes.clone();
        if !gone.is_empty() {
            let which = listed(named(&gone).iter().map(String::as_str));
            notes.push(format!(
                "{}: targets that do not vary in the rows that are left are left out: {which}",
                self.input
            ));
        }
        let values = Mat::from_fn(rows.len(), left.len(), |i, j| {
            left.get(j).map_or(f64::NAN, |&from| *chosen.get(i, from))
        });
        let sizes = classes.then(|| left.iter().map(|&j| size(j)).collect());
        Ok(Self { names: named(&left), values, sizes, labelled: Some(labelled), notes, ..self })
    }
}
