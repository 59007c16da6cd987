//! The population of a measured scenario: the pool of rows, the chosen task, and cached estimates.

use std::sync::{Arc, OnceLock};

use faer::Mat;

use crate::data::{
    DataError, Ensemble, Estimate, Featurizer, Grid, Groups, Pool, TaskChoice, TaskSet, Watch,
};
use crate::scenario::ScenarioError;
use crate::scenario::description::DataSource;
use crate::scenario::population::anchored::{Drawn, Source};
use crate::scenario::population::geometry::DENSE;
use crate::scenario::population::overlap::{Units, alike};
use crate::scenario::population::paths::{PathKind, Paths};
use crate::theory::{Spectrum, TaskSpectrum};

/// Real features, and one task or the mean over all of them.
#[derive(Debug, Clone)]
pub(in crate::scenario) struct Sampled {
    pub pool: Arc<Pool>,
    pub task: TaskChoice,
    estimate: OnceLock<Result<Estimate, DataError>>,
    /// The ensemble of all tasks, shared by every model of this pool and computed on request.
    ensemble: Arc<OnceLock<Arc<Ensemble>>>,
    curves: Curves,
}

/// The rows from which risks are estimated.
#[derive(Debug, Clone)]
enum Curves {
    /// All rows of the pool.
    OfRows(Arc<Paths>),
    /// For the mean over tasks with missing targets: the rows of each task.
    OfTasks(Arc<TasksApart>),
}

/// Fraction of the loading time spent on the pool; the rest is spent on the path.
const POOL: f64 = 0.67;

impl Sampled {
    /// Reads the files, unless `previous` already has them.
    pub fn new(
        data: &DataSource,
        previous: Option<(&DataSource, &Self)>,
        watch: Watch<'_>,
    ) -> Result<Self, ScenarioError> {
        if let Some((before, sampled)) = previous.filter(|(before, _)| before.rows() == data.rows()) {
            if before.task == data.task || !sampled.pool.has_gaps() {
                let task = task_of(&sampled.pool, &data.task)?;
                return Ok(Self { task, estimate: OnceLock::new(), ..sampled.clone() });
            }
            if let (Curves::OfTasks(tasks), TaskChoice::Task(task)) =
                (&sampled.curves, task_of(&sampled.pool, &data.task)?)
                && let Some(one) = tasks.all().get(task)
            {
                return Ok(one.clone());
            }
        }
        let shared = |done: f64| watch(POOL * done);
        let pool = Arc::new(Pool::of_files(&data.files(), &shared)?);
        Self::of_pool(&pool, &data.task, &|| !watch(POOL))
    }

    /// A population of rows in memory, with the task of this name.
    pub fn of_pool(
        pool: &Arc<Pool>,
        task: &str,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<Self, ScenarioError> {
        let task = task_of(pool, task)?;
        if !pool.has_missing_targets() {
            return Ok(Self::of_rows(pool, task, &Arc::new(Paths::new(pool, stop)?)));
        }
        if let TaskChoice::Task(task) = task {
            return TasksApart::one(pool, task, stop);
        }
        let curves = Curves::OfTasks(Arc::new(TasksApart::new(pool, stop)?));
        let pool = Arc::clone(pool);
        Ok(Self { pool, task, estimate: OnceLock::new(), ensemble: Arc::default(), curves })
    }

    /// A population of rows that have every target.
    pub(super) fn of_rows(pool: &Arc<Pool>, task: TaskChoice, paths: &Arc<Paths>) -> Self {
        Self {
            pool: Arc::clone(pool),
            task,
            estimate: OnceLock::new(),
            ensemble: Arc::default(),
            curves: Curves::OfRows(Arc::clone(paths)),
        }
    }

    /// The rows that have every target: all rows, except for the mean over tasks with missing targets.
    ///
    /// # Errors
    /// [`DataError::Input`] if they are too few.
    pub fn complete(&self) -> Result<&Self, ScenarioError> {
        match &self.curves {
            Curves::OfRows(_) => Ok(self),
            Curves::OfTasks(tasks) => tasks.complete(&self.pool),
        }
    }

    /// The rows of each task, for the mean over tasks with missing targets.
    pub fn tasks_apart(&self) -> Option<&TasksApart> {
        match &self.curves {
            Curves::OfRows(_) => None,
            Curves::OfTasks(tasks) => Some(tasks),
        }
    }

    /// The ensemble with its cross-fitted risk, if it has been computed.
    pub fn ensemble(&self) -> Option<&Arc<Ensemble>> {
        match &self.curves {
            Curves::OfRows(_) => self.ensemble.get(),
            Curves::OfTasks(tasks) => tasks.known_complete()?.ensemble(),
        }
    }

    /// Computes the ensemble, which takes seconds for hundreds of features.
    pub fn compute_ensemble(&self, watch: Watch<'_>) -> Result<Arc<Ensemble>, ScenarioError> {
        let complete = self.complete()?;
        if let Some(known) = complete.ensemble.get() {
            return Ok(Arc::clone(known));
        }
        let computed = Arc::new(Ensemble::new(&complete.pool, &Grid::default(), watch)?);
        Ok(Arc::clone(complete.ensemble.get_or_init(|| computed)))
    }

    /// σ² of the task, and whether it is an upper bound only.
    pub fn noise(&self) -> (f64, bool) {
        self.noise_of(self.task)
    }

    /// σ² of any task, and whether it is an upper bound only.
    pub fn noise_of(&self, task: TaskChoice) -> (f64, bool) {
        match &self.curves {
            Curves::OfRows(paths) => paths.noise(task),
            Curves::OfTasks(tasks) => tasks.noise_of(task),
        }
    }

    /// Warnings about the rows, one sentence each.
    pub fn warnings(&self) -> &[String] {
        match &self.curves {
            Curves::OfRows(paths) => paths.warnings(),
            Curves::OfTasks(tasks) => tasks.warnings(),
        }
    }

    /// A warning if one direction has most of the variance of the raw features.
    pub fn dominant_direction(&self) -> Option<String> {
        match &self.curves {
            Curves::OfRows(paths) => paths.dominant_direction(),
            Curves::OfTasks(tasks) => tasks.all().first()?.dominant_direction(),
        }
    }

    /// Source of the risk of a featurization made without labels; `None` if it is made from the
    /// labels, or for tasks with different rows.
    ///
    /// # Errors
    /// A file that cannot be used; [`DataError::Interrupted`].
    pub fn source(
        &self,
        kind: &PathKind<'_>,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<Option<(Source, Arc<Drawn>)>, ScenarioError> {
        match &self.curves {
            Curves::OfRows(paths) => paths.source(kind, stop),
            Curves::OfTasks(_) => Ok(None),
        }
    }

    /// In-sample estimate of the task covariance, from the rows that have every target.
    pub fn estimate(&self) -> Result<&Estimate, ScenarioError> {
        let made = || self.pool.spectral().and_then(|()| Estimate::new(&self.pool, self.task));
        let estimate = self.estimate.get_or_init(made);
        estimate.as_ref().map_err(|e| e.clone().into())
    }

    /// Every column scaled to unit variance: B = diag(Σ_x)^(−1/2).
    pub fn standardised(&self) -> Result<Featurizer, ScenarioError> {
        let scales = self.pool.column_scales().to_vec();
        let p = scales.len();
        if p > DENSE {
            return Err(ScenarioError::new(format!(
                "featurization.kind standardised: fits on drawn rows take at most {DENSE} columns, and there are {p}; \
                 accepted are features standardised in their file"
            )));
        }
        let scale = |i: usize| scales.get(i).copied().unwrap_or(f64::NAN);
        let b = Mat::from_fn(p, p, |i, j| if i == j { scale(i) } else { 0.0 });
        Ok(Featurizer::factor(&self.pool, b.as_ref())?)
    }

    /// The spectrum of a featurization of these rows.
    pub fn spectrum(&self, featurizer: &Featurizer) -> Result<Spectrum, ScenarioError> {
        self.pool.spectral()?;
        Ok(featurizer.spectrum(&self.pool, self.task)?)
    }

    /// In-sample estimate: for one task within principal components, for the ensemble the positive part (section 9).
    pub fn task_spectrum(&self) -> Result<TaskSpectrum, ScenarioError> {
        Ok(self.estimate()?.task_spectrum(&self.pool)?)
    }
}

/// The rows of each task, and their overlap.
#[derive(Debug)]
pub(in crate::scenario) struct TasksApart {
    /// The population of each task, in their order.
    all: Vec<Sampled>,
    units: Arc<Units>,
    warnings: Vec<String>,
    /// The rows that have every target.
    complete: OnceLock<Result<Box<Sampled>, ScenarioError>>,
}

impl TasksApart {
    /// All tasks of a pool.
    pub fn new(pool: &Arc<Pool>, stop: &(dyn Fn() -> bool + Sync)) -> Result<Self, ScenarioError> {
        let mut of_task: Vec<Option<(Sampled, Vec<usize>)>> = pool.tasks().iter().map(|_| None).collect();
        let mut found: Vec<(String, usize, Vec<String>)> = Vec::new();
        for TaskSet { pool: rows, tasks } in pool.task_sets(TaskChoice::Mean, &|_| !stop())? {
            let paths = Arc::new(Paths::new(&rows, stop)?);
            let units = rows.units_in(pool);
            for (local, &task) in tasks.iter().enumerate() {
                let sampled = Sampled::of_rows(&rows, TaskChoice::Task(local), &paths);
                of_task.get_mut(task).into_iter().for_each(|of| *of = Some((sampled.clone(), units.clone())));
                if local == 0 {
                    let name = pool.tasks().get(task).map(|task| task.name.clone()).unwrap_or_default();
                    found.push((name, rows.rows(), sampled.warnings().to_vec()));
                }
            }
        }
        let mut warnings = pool.warnings().to_vec();
        warnings.extend(pool.missing_targets());
        warnings.extend(alike(found, pool.warnings()));
        let count = pool.groups().map_or(pool.rows(), Groups::count);
        let (all, of_task) = of_task.into_iter().flatten().unzip();
        Ok(Self { all, units: Arc::new(Units { count, of_task }), warnings, complete: OnceLock::new() })
    }

    /// Each task with its rows.
    pub fn all(&self) -> &[Sampled] {
        &self.all
    }

    /// Overlap of the rows.
    pub const fn units(&self) -> &Arc<Units> {
        &self.units
    }

    /// One task of a pool alone.
    pub fn one(
        pool: &Arc<Pool>,
        task: usize,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<Sampled, ScenarioError> {
        let sets = pool.task_sets(TaskChoice::Task(task), &|_| !stop())?;
        let place = |set: &TaskSet| set.tasks.iter().position(|of| *of == task);
        let Some((local, set)) = sets.iter().find_map(|set| Some((place(set)?, set))) else {
            return Err(ScenarioError::new(format!("there is no task {}", task + 1)));
        };
        let paths = Arc::new(Paths::new(&set.pool, stop)?);
        Ok(Sampled::of_rows(&set.pool, TaskChoice::Task(local), &paths))
    }

    /// σ² of a task, or the mean over all; whether it is an upper bound only.
    pub fn noise_of(&self, task: TaskChoice) -> (f64, bool) {
        let all: Vec<(f64, bool)> = match task {
            TaskChoice::Task(task) => self.all.get(task).map(Sampled::noise).into_iter().collect(),
            TaskChoice::Mean => self.all.iter().map(Sampled::noise).collect(),
        };
        let sum: f64 = all.iter().map(|noise| noise.0).sum();
        (sum / all.len() as f64, all.iter().any(|noise| noise.1))
    }

    /// Warnings about the rows, one sentence each.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// The rows of a pool that have every target.
    pub fn complete(&self, pool: &Arc<Pool>) -> Result<&Sampled, ScenarioError> {
        let made = || {
            let pool = pool.complete_cases(&|_| true)?;
            let paths = Arc::new(Paths::new(&pool, &|| false)?);
            Ok(Box::new(Sampled::of_rows(&pool, TaskChoice::Mean, &paths)))
        };
        self.complete.get_or_init(made).as_ref().map(Box::as_ref).map_err(Clone::clone)
    }

    /// These rows, if they have been decomposed.
    pub fn known_complete(&self) -> Option<&Sampled> {
        self.complete.get()?.as_ref().ok().map(Box::as_ref)
    }
}

/// The task of a name; with missing targets a file may have been read for one task alone, which is then given by number.
fn task_of(pool: &Pool, name: &str) -> Result<TaskChoice, ScenarioError> {
    let single = pool.has_gaps() && pool.tasks().len() == 1 && name.parse::<usize>().is_ok();
    if single { Ok(TaskChoice::Task(0)) } else { Ok(pool.task(name)?) }
}
