//! Targets with missing values: a gap leaves out the pair of row and target, so that each task has every row with its
//! target. Tasks with the same rows share a pool.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Pool, TaskChoice, Watch};
use crate::data::error::DataError;
use crate::data::features::Features;
use crate::data::groups::Candidate;
use crate::data::path;
use crate::data::targets::Targets;
use crate::outside::memory;

/// Maximum number of sets of rows, since each is decomposed separately.
const MOST: usize = 256;

/// Features, targets and groups from which the pool of each set of rows is made.
#[derive(Clone)]
pub(super) struct AvailableCases {
    features: Features,
    /// Targets, none of which is constant on its rows.
    targets: Targets,
    /// The file of groups, and the group of each row of the files.
    groups: Option<(String, Vec<Option<String>>)>,
    beside: Vec<Candidate>,
}

/// Tasks with the same rows, and the pool of these rows.
#[derive(Debug, Clone)]
pub struct TaskSet {
    /// The pool of the rows that have these targets; its tasks are these tasks in their order.
    pub pool: Arc<Pool>,
    /// Positions of the tasks in the pool of all rows.
    pub tasks: Vec<usize>,
}

impl AvailableCases {
    pub fn grouped(self: Arc<Self>, input: &str, groups: &[Option<String>]) -> Arc<Self> {
        Arc::new(Self { groups: Some((input.to_owned(), groups.to_vec())), ..Arc::unwrap_or_clone(self) })
    }

    pub fn beside(self: Arc<Self>, columns: &[Candidate]) -> Arc<Self> {
        Arc::new(Self { beside: columns.to_vec(), ..Arc::unwrap_or_clone(self) })
    }

    /// The rows of each set of tasks with the same rows, in the order of their first task.
    fn sets(&self) -> Vec<(Vec<usize>, Vec<usize>)> {
        let mut sets: BTreeMap<Vec<usize>, Vec<usize>> = BTreeMap::new();
        for task in 0..self.targets.names().len() {
            sets.entry(self.targets.rows_with(task)).or_default().push(task);
        }
        let mut sets: Vec<_> = sets.into_iter().collect();
        sets.sort_by(|a, b| a.1.cmp(&b.1));
        sets
    }

    /// Checks that there are at most [`MOST`] sets of rows.
    fn fits(&self, sets: &[(Vec<usize>, Vec<usize>)]) -> Result<(), DataError> {
        let count = sets.len();
        let rows: u64 = sets.iter().map(|(rows, _)| rows.len() as u64).sum();
        let needed = rows.saturating_mul(self.features.values().ncols() as u64).saturating_mul(8);
        let why = match memory::fits(needed) {
            Ok(()) if count <= MOST => return Ok(()),
            Ok(()) => format!("more than {MOST}"),
            Err(why) => format!("which would {why}"),
        };
        let name = self.targets.names().first().map_or("NAME", String::as_str);
        let problem = format!(
            "has targets with {count} different sets of rows, {why}; accepted is one task, such as --task {name}, with \
             every row that has it"
        );
        Err(DataError::input(self.targets.input.clone(), problem))
    }

    /// The pool of these rows and tasks.
    fn pool(&self, rows: &[usize], tasks: &[usize], watch: Watch<'_>) -> Result<Pool, DataError> {
        let targets = self.targets.of_tasks(tasks).of_rows(rows)?;
        let pool = Pool::decomposed(self.features.of_rows(rows)?, targets, watch)?;
        match &self.groups {
            Some((input, groups)) => pool.grouped(input, groups),
            None => Ok(pool.beside(&self.beside)),
        }
    }
}

impl Pool {
    /// The pool of all rows that have at least one target. Targets are NaN where a row has none, and risks are estimated
    /// with [`Pool::task_sets`]; tasks with too few rows are left out.
    pub(super) fn with_gaps(
        features: Features,
        targets: Targets,
        watch: Watch<'_>,
    ) -> Result<Self, DataError> {
        let (mut targets, rows) = targets.of_varying_tasks(path::FEWEST)?;
        let features = if rows.len() < targets.values.nrows() {
            targets = targets.of_rows(&rows)?;
            features.of_rows(&rows)?
        } else {
            features
        };
        if !targets.has_gaps() {
            return Self::decomposed(features, targets, watch);
        }
        let mut pool = Self::decomposed(features.clone(), targets.clone(), watch)?;
        let (features, targets) =
            (Features { notes: Vec::new(), ..features }, Targets { notes: Vec::new(), ..targets });
        pool.gaps = true;
        pool.available =
            Some(Arc::new(AvailableCases { features, targets, groups: None, beside: Vec::new() }));
        Ok(pool)
    }

    /// A note on the number of rows of each target, if some values are missing.
    #[must_use]
    pub fn missing_targets(&self) -> Option<String> {
        let input = &self.available.as_ref()?.targets.input;
        let ((least, most), count, complete) = (self.task_rows(), self.rows(), self.complete_rows());
        Some(format!(
            "{input}: rows lack some targets: each target is estimated from the rows that have it ({least} to {most} of \
             {count}), each at its own best ridge, and the mean over tasks is the mean of their risks; {complete} rows have \
             every target, and the risk of a new task is estimated from these"
        ))
    }

    /// Whether some rows have no value for some targets.
    #[must_use]
    pub const fn has_missing_targets(&self) -> bool {
        self.available.is_some()
    }

    /// A pool for each set of tasks with the same rows, or for the one set that contains a task; empty if every row has every
    /// target.
    ///
    /// # Errors
    /// [`DataError::Input`] for more sets than can be decomposed, and those of [`Pool::new`] and [`Pool::grouped`].
    pub fn task_sets(&self, task: TaskChoice, watch: Watch<'_>) -> Result<Vec<TaskSet>, DataError> {
        let Some(available) = &self.available else { return Ok(Vec::new()) };
        let mut sets = available.sets();
        if let TaskChoice::Task(task) = task {
            sets.retain(|(_, tasks)| tasks.contains(&task));
        }
        available.fits(&sets)?;
        let count = sets.len() as f64;
        let pool = |(done, (rows, tasks)): (usize, (Vec<usize>, Vec<usize>))| {
            let pool = available.pool(&rows, &tasks, &|share| watch((done as f64 + share) / count))?;
            let new = pool.warnings.iter().filter(|warning| !self.warnings.contains(warning)).cloned();
            let warnings = self.warnings.iter().cloned().chain(new).collect();
            Ok(TaskSet { pool: Arc::new(Self { gaps: true, warnings, ..pool }), tasks })
        };
        sets.into_iter().enumerate().map(pool).collect()
    }

    /// The pool of the rows that have every target; the same pool if all have. Targets that are constant on them are left out.
    ///
    /// # Errors
    /// [`DataError::Input`] where they are too few, and those of [`Pool::new`].
    pub fn complete_cases(self: &Arc<Self>, watch: Watch<'_>) -> Result<Arc<Self>, DataError> {
        let Some(available) = &self.available else { return Ok(Arc::clone(self)) };
        let rows = available.targets.complete_rows();
        if rows.len() < path::FEWEST {
            let problem = format!(
                "{} of {} rows have every target; featurizations made from all tasks need at least {}",
                rows.len(),
                self.rows(),
                path::FEWEST
            );
            return Err(DataError::input(available.targets.input.clone(), problem));
        }
        let all: Vec<usize> = (0..self.tasks.len()).collect();
        let mut pool = available.pool(&rows, &all, watch)?;
        pool.warnings.splice(..0, self.warnings.iter().cloned());
        pool.warnings.push(format!(
            "{}: {} of {} rows lack some target and are left out",
            available.targets.input,
            self.rows() - rows.len(),
            self.rows()
        ));
        Ok(Arc::new(pool))
    }

    /// Number of rows that have every target.
    #[must_use]
    pub fn complete_rows(&self) -> usize {
        self.available
            .as_ref()
            .map_or_else(|| self.rows(), |available| available.targets.complete_rows().len())
    }

    /// The fewest and the most rows of a task; N for both if every row has every target.
    #[must_use]
    pub fn task_rows(&self) -> (usize, usize) {
        let Some(available) = &self.available else { return (self.rows(), self.rows()) };
        let counts = || (0..self.tasks.len()).map(|task| available.targets.rows_with(task).len());
        (counts().min().unwrap_or(0), counts().max().unwrap_or(0))
    }

    /// The position of each row, or of each group if there are groups, in another pool of these files that contains them
    /// all.
    #[must_use]
    pub fn units_in(&self, all: &Self) -> Vec<usize> {
        let at = |row: &usize| all.kept.binary_search(row).ok();
        let Some((groups, of_all)) = self.groups().zip(all.groups()) else {
            return self.kept.iter().filter_map(at).collect();
        };
        let first = |rows: &Vec<usize>| self.kept.get(*rows.first()?).and_then(at);
        let group = |rows: &Vec<usize>| of_all.of_row().get(first(rows)?).copied();
        groups.members().iter().filter_map(group).collect()
    }
}
