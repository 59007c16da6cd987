//! Targets that are missing for some rows: either one target with every row that has it, or all targets on the rows
//! that have every one.

use faer::Mat;

use super::error::{DataError, listed};
use super::targets::{LEFT_OUT, Targets, constant, left_out};

impl Targets {
    /// For targets with gaps, the single target `name` with every row that has it; unchanged otherwise.
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

    /// Whether some row has some targets but not all.
    fn has_gaps(&self) -> bool {
        self.values.col_iter().any(|column| column.iter().any(|v| v.is_nan()))
    }

    /// Restricts the targets to the rows that have every target: all tasks of a pool share one eigendecomposition of
    /// the rows, and the standard error of a mean over tasks uses the errors of all tasks in each row (section 9.3).
    /// A single task keeps all its rows by [`Targets::of_task`].
    ///
    /// # Errors
    /// [`DataError::Input`] if there are fewer than two such rows, or a target is constant on them.
    pub(super) fn complete(self) -> Result<Self, DataError> {
        if !self.has_gaps() {
            return Ok(self);
        }
        let count = self.values.nrows();
        let kept: Vec<usize> =
            (0..count).filter(|&i| self.values.row(i).iter().all(|v| !v.is_nan())).collect();
        let name = self.names.first().map_or("NAME", String::as_str).to_owned();
        if kept.len() < 2 {
            let problem = format!(
                "{} of {count} rows lack some target, so that the mean over tasks has no rows; accepted is one task, \
                 such as --task {name}, which has every row with that target",
                count - kept.len()
            );
            return Err(DataError::input(self.input, problem));
        }
        let note = format!(
            "{}: {} of {count} rows lack some target and are left out of the mean over tasks; --task {name} has every row \
             with that target",
            self.input,
            count - kept.len()
        );
        let mut targets = self.of_rows(&kept)?;
        targets.notes.push(note);
        targets.gaps = true;
        Ok(targets)
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
