//! Metrics of fitted scores for classes, on the test rows: AUC of each task and accuracy over all of them (sections 9.3
//! and 9.4, measured directly).

use faer::MatRef;

use crate::data::{Pool, TaskChoice, path};

/// The classes of the rows, as far as the requested tasks are classes.
#[derive(Debug, Clone)]
pub(super) struct Classes {
    /// Which rows are of the class, a column a task.
    positive: Vec<Vec<bool>>,
    /// The class of each row and the share of each class; only where all classes of the label file take part.
    all: Option<(Vec<Option<usize>>, Vec<f64>)>,
}

impl Classes {
    /// `None` where the tasks are numbers.
    pub fn of(pool: &Pool, task: TaskChoice) -> Option<Self> {
        let tasks = match task {
            TaskChoice::Task(t) => t..t + 1,
            TaskChoice::Mean => 0..pool.tasks().len(),
        };
        let targets = pool.targets();
        let sizes: Vec<usize> = pool.tasks().iter().map(|t| t.class_size).collect::<Option<_>>()?;
        // The indicator is standardised: above its mean inside the class alone.
        let positive: Vec<Vec<bool>> =
            tasks.map(|t| targets.get(.., t).iter().map(|v| *v > 0.0).collect()).collect();
        let all = (task == TaskChoice::Mean).then(|| {
            let class = |row: usize| positive.iter().position(|of| of.get(row) == Some(&true));
            let shares = sizes.iter().map(|size| *size as f64 / pool.rows() as f64);
            ((0..pool.rows()).map(class).collect(), shares.collect())
        });
        Some(Self { positive, all })
    }

    /// The mean AUC over the tasks with both kinds of rows among those in `tested`.
    pub fn auc(&self, scores: MatRef<'_, f64>, tested: &[bool]) -> Option<f64> {
        let of = |(scores, positive): (faer::ColRef<'_, f64>, &Vec<bool>)| {
            let rows = scores.iter().zip(positive).zip(tested).filter(|(_, tested)| **tested);
            let (scores, positive): (Vec<f64>, Vec<bool>) = rows.map(|((s, of), _)| (*s, *of)).unzip();
            path::area(&scores, &positive)
        };
        let areas: Vec<f64> = scores.col_iter().zip(&self.positive).filter_map(of).collect();
        (!areas.is_empty()).then(|| areas.iter().sum::<f64>() / areas.len() as f64)
    }

    /// The share of rows in `tested` whose class has the highest score, once scores are unscaled; rows of no task do
    /// not count.
    pub fn accuracy(&self, scores: MatRef<'_, f64>, tested: &[bool]) -> Option<f64> {
        let (classes, shares) = self.all.as_ref()?;
        let (mut right, mut count) = (0_usize, 0_usize);
        for (row, class) in classes.iter().enumerate() {
            let (Some(class), Some(true)) = (class, tested.get(row)) else { continue };
            let score = |t: usize| {
                let share = shares.get(t).copied().unwrap_or(f64::NAN);
                scores.get(row, t) * (share * (1.0 - share)).sqrt() + share
            };
            let class_score = score(*class);
            count += 1;
            right += usize::from((0..shares.len()).all(|t| t == *class || score(t) < class_score));
        }
        (count > 0).then(|| right as f64 / count as f64)
    }
}
