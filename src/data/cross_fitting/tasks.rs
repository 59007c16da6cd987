//! The tasks of an ensemble: which of them are held out, and which rows are excluded with them.

use std::collections::HashSet;

use crate::data::pool::Pool;

/// Maximum number of tasks held out one by one; more would take long and change the mean little.
const MOST: usize = 24;

/// Tasks of a pool, including classes of one label file.
#[derive(Debug)]
pub(in crate::data) struct Tasks {
    /// Columns of the pool's targets for all tasks of the ensemble.
    columns: Vec<usize>,
    /// Columns of the tasks that are held out.
    held_out: Vec<usize>,
    /// Rows of each held-out class; empty where tasks are not disjoint classes.
    members: Vec<HashSet<usize>>,
    /// The class of each row, for halves with equally many rows of each.
    strata: Vec<usize>,
}

impl Tasks {
    /// All tasks of the pool's ensemble; with very many, an evenly chosen part of them is held out.
    pub fn new(pool: &Pool) -> Self {
        let columns = pool.ensemble_tasks();
        let count = columns.len().min(MOST);
        let held_out: Vec<usize> =
            (0..count).filter_map(|i| columns.get(i * columns.len() / count)).copied().collect();
        let classes = classes(pool, &columns);
        let strata = classes.clone().unwrap_or_else(|| vec![0; pool.rows()]);
        let rows_of = |column: &usize| {
            let of = columns.iter().position(|c| c == column).map(|at| at + 1);
            strata.iter().enumerate().filter(|(_, class)| Some(**class) == of).map(|(row, _)| row).collect()
        };
        let members = if classes.is_some() { held_out.iter().map(rows_of).collect() } else { Vec::new() };
        Self { columns, held_out, members, strata }
    }

    /// Columns of the tasks held out.
    pub fn held_out(&self) -> &[usize] {
        &self.held_out
    }

    /// The column of a held-out task, by its position.
    pub fn column(&self, task: usize) -> usize {
        self.held_out.get(task).copied().unwrap_or(0)
    }

    /// Number of tasks of the ensemble.
    pub fn count(&self) -> usize {
        self.columns.len()
    }

    /// Columns of all tasks except the held-out one.
    pub fn others(&self, task: usize) -> impl Iterator<Item = usize> + '_ {
        let left_out = self.column(task);
        self.columns.iter().copied().filter(move |column| *column != left_out)
    }

    /// Rows of the class of a held-out task; `None` if it is not a class.
    pub fn members(&self, task: usize) -> Option<&HashSet<usize>> {
        self.members.get(task)
    }

    /// The class of each row, 0 for none.
    pub fn strata(&self) -> &[usize] {
        &self.strata
    }

    /// Held-out tasks in `count` sets of nearly equal size; a single set if no rows are excluded with them.
    pub fn sets(&self, count: usize) -> Vec<Vec<usize>> {
        let count = if self.members.is_empty() { 1 } else { count.max(1) };
        (0..count).map(|set| (set..self.held_out.len()).step_by(count).collect()).collect()
    }
}

/// The class of each row, from 1 in the order of `columns` and 0 for none; `None` unless all these targets are
/// indicators of disjoint classes.
fn classes(pool: &Pool, columns: &[usize]) -> Option<Vec<usize>> {
    let mut of_row = vec![0; pool.rows()];
    for (at, &column) in columns.iter().enumerate() {
        let target = pool.targets().col(column);
        let (low, high) =
            target.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), &v| (l.min(v), h.max(v)));
        for (&value, of_row) in target.iter().zip(&mut of_row) {
            if value == high && *of_row == 0 {
                *of_row = at + 1;
            } else if value != low {
                return None;
            }
        }
    }
    Some(of_row)
}
