//! Tasks of a pool: signal and noise of each, selection by name, and averages.

use faer::ColRef;

use super::Pool;
use crate::data::error::{DataError, listed, quoted};

/// Classes with fewer rows are left out of the ensemble of tasks.
pub const SMALLEST_TASK: usize = 20;

/// One task of the pool. Energies are in units of the target's variance; 1 is the risk of predicting the mean.
#[derive(Debug, Clone, PartialEq)]
pub struct TaskSummary {
    /// Name of the class or column in the file.
    pub name: String,
    /// Number of rows of the class; `None` for a numeric target.
    pub class_size: Option<usize>,
    /// σ̂² = RSS/(N − r); NaN where N ≤ r + 1, and where rows lack the target.
    pub noise: f64,
    /// Σ (zᵢ² − σ̂²/N) = 1 − σ̂²; negative where the features explain nothing.
    pub signal: f64,
    /// Standard deviation of the target on the rows, in its own units.
    pub deviation: f64,
}

/// A task by position, or the mean over all tasks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TaskChoice {
    /// The mean of the risks of all tasks.
    Mean,
    /// One task, by its position in [`Pool::tasks`].
    Task(usize),
}

impl Pool {
    /// Adds the tasks: least squares with RSS = N(1 − Σ z²) and σ̂² = RSS/(N − r), NaN without residual degrees of
    /// freedom. `sizes` are those of classes, `deviations` the standard deviations of the targets.
    pub(super) fn summarize(&mut self, names: Vec<String>, sizes: Option<&[usize]>, deviations: Vec<f64>) {
        let (rows, rank) = (self.rows(), self.rank());
        let sizes: Box<dyn Iterator<Item = Option<usize>>> = match sizes {
            Some(sizes) => Box::new(sizes.iter().copied().map(Some)),
            None => Box::new(std::iter::repeat(None)),
        };
        let tasks = names.into_iter().zip(self.coefficients.col_iter()).zip(deviations).zip(sizes);
        let summary = |(((name, z), deviation), class_size): (((String, ColRef<'_, f64>), f64), _)| {
            let explained = z.iter().map(|z| z * z).sum::<f64>();
            let explained = if explained > 1.0 { 1.0 } else { explained };
            let noise = if rows > rank + 1 {
                (1.0 - explained) * rows as f64 / (rows - rank) as f64
            } else {
                f64::NAN
            };
            TaskSummary { name, class_size, noise, signal: 1.0 - noise, deviation }
        };
        self.tasks = tasks.map(summary).collect();
    }

    /// One sentence that lists the classes too small to be tasks of the ensemble, if there are any.
    #[must_use]
    pub fn too_small(&self) -> Option<String> {
        let small = self.tasks.iter().filter(|t| t.class_size.is_some_and(|s| s < SMALLEST_TASK));
        let names: Vec<&str> = small.map(|t| t.name.as_str()).collect();
        (!names.is_empty()).then(|| {
            let which = listed(names.into_iter());
            format!(
                "classes of fewer than {SMALLEST_TASK} rows are not used as tasks of the ensemble: {which}"
            )
        })
    }

    /// The tasks in order: classes by name (numeric names by value), columns as in the file.
    #[must_use]
    pub fn tasks(&self) -> &[TaskSummary] {
        &self.tasks
    }

    /// Whether the tasks are classes of which every row has at most one.
    #[must_use]
    pub fn has_one_label(&self) -> bool {
        let classes = self.tasks.iter().all(|task| task.class_size.is_some());
        let labels = |row: usize| self.targets.row(row).iter().filter(|v| **v > 0.0).count();
        classes && (0..self.rows()).all(|row| labels(row) <= 1)
    }

    /// Whether every task has two values, as classes have.
    #[must_use]
    pub fn has_two_values(&self) -> bool {
        let two = |column: ColRef<'_, f64>| {
            let (least, most) = column
                .iter()
                .fold((f64::INFINITY, f64::NEG_INFINITY), |(least, most), v| (v.min(least), v.max(most)));
            column.iter().all(|v| v.is_nan() || *v == least || *v == most)
        };
        self.targets.col_iter().all(two)
    }

    /// "mean", the name of a task, or its number from 1.
    ///
    /// # Errors
    /// [`DataError::Input`] listing the names.
    pub fn task(&self, text: &str) -> Result<TaskChoice, DataError> {
        if text == "mean" {
            return Ok(TaskChoice::Mean);
        }
        let by_name = self.tasks.iter().position(|t| t.name == text);
        let by_number =
            || text.parse::<usize>().ok().and_then(|n| n.checked_sub(1)).filter(|&n| n < self.tasks.len());
        by_name.or_else(by_number).map(TaskChoice::Task).ok_or_else(|| {
            let names = listed(self.tasks.iter().map(|t| t.name.as_str()));
            DataError::input(
                format!("task {}", quoted(text)),
                format!("there is none; accepted are \"mean\", {names}"),
            )
        })
    }

    /// Positions of the tasks of the ensemble: classes of at least 20 rows (only one of two complementary classes)
    /// and all numeric targets.
    #[must_use]
    pub fn ensemble_tasks(&self) -> Vec<usize> {
        let large = |t: &TaskSummary| t.class_size.is_none_or(|s| s >= SMALLEST_TASK);
        let mut tasks: Vec<_> =
            (0..self.tasks.len()).filter(|&t| self.tasks.get(t).is_some_and(large)).collect();
        if self.tasks.len() == 2 && self.tasks.iter().all(|t| t.class_size.is_some()) {
            tasks.truncate(1);
        }
        tasks
    }

    /// Standard deviation of a numeric target on the rows; `None` for a class, and for the mean over several tasks.
    #[must_use]
    pub fn deviation(&self, task: TaskChoice) -> Option<f64> {
        let task = match (task, self.tasks.as_slice()) {
            (TaskChoice::Task(t), tasks) => tasks.get(t)?,
            (TaskChoice::Mean, [only]) => only,
            (TaskChoice::Mean, _) => return None,
        };
        task.class_size.is_none().then_some(task.deviation)
    }

    /// Noise variance σ̂² of a task, or the mean over all tasks.
    #[must_use]
    pub fn noise(&self, task: TaskChoice) -> f64 {
        self.average(task, |t| t.noise)
    }

    /// Signal variance of a task, or the mean over all tasks.
    #[must_use]
    pub fn signal(&self, task: TaskChoice) -> f64 {
        self.average(task, |t| t.signal)
    }

    fn average(&self, task: TaskChoice, of: impl Fn(&TaskSummary) -> f64) -> f64 {
        match task {
            TaskChoice::Task(t) => self.tasks.get(t).map_or(f64::NAN, of),
            TaskChoice::Mean => self.tasks.iter().map(of).sum::<f64>() / self.tasks.len() as f64,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Features, Reading, load_targets};
    use crate::linalg::small::tests::wavy;

    /// σ̂² equals the residual sum of squares of least squares with an intercept over N − r, computed by the normal
    /// equations.
    #[test]
    fn the_noise_of_a_task_is_the_residual_variance_of_least_squares() {
        let (count, p) = (30, 5);
        let x = wavy(count, p);
        let y: Vec<f64> = (0..count).map(|i| ((i * i * 7 % 23) as f64).sin() + x.get(i, 0)).collect();
        let file = tempfile::NamedTempFile::with_suffix(".csv").unwrap();
        let text: String = y.iter().map(|y| format!("{y}\n")).collect();
        std::fs::write(file.path(), format!("y\n{text}")).unwrap();
        let targets = load_targets(file.path(), count, Reading::Auto).unwrap();
        let pool = Pool::new(Features::new("x", x.clone()).unwrap(), targets, &|_| true).unwrap();
        let design = nalgebra::DMatrix::from_fn(count, p + 1, |i, j| if j == p { 1.0 } else { *x.get(i, j) });
        let y = nalgebra::DVector::from_vec(y);
        let beta = (design.transpose() * &design).lu().solve(&(design.transpose() * &y)).unwrap();
        let residual = (&y - design * beta).norm_squared();
        let variance = y.map(|v| (v - y.mean()).powi(2)).sum() / count as f64;
        let want = residual / (count - p) as f64 / variance;
        let task = pool.task("1").unwrap();
        assert!((pool.noise(task) - want).abs() < 1e-10 && (pool.signal(task) - (1.0 - want)).abs() < 1e-10);
        assert!((pool.deviation(task).unwrap() - variance.sqrt()).abs() < 1e-12);
    }
}
