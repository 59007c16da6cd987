//! Metrics of a fit on test rows: mean squared error and, for classes, AUC and those of the predicted class (sections 9.3,
//! 9.4a and 9.9).

use faer::MatRef;

use crate::data::{Confusion, Groups, Metric, Pool, Prediction, Scores, TaskChoice, path};

/// Targets of the rows for one or several tasks, and their classes, prepared for computing metrics.
#[derive(Debug, Clone)]
pub struct Scoring {
    /// For each task, which rows belong to the class; empty for numeric tasks.
    positive: Vec<Vec<bool>>,
    /// The class of each row from 1, 0 for none, and the number of rows of each class. For one task of several with
    /// multiple labels per row, the two classes are with and without the label; empty otherwise.
    strata: (Vec<usize>, Vec<f64>),
    /// Whether all classes of the label file are evaluated together.
    all: bool,
    /// The column of the task among the predictions of all tasks; `None` if they are those of this task, or of all.
    column: Option<usize>,
}

/// Test rows of a fit.
#[derive(Debug, Clone)]
pub struct TestSample {
    /// Positions of the rows.
    pub rows: Vec<usize>,
    /// Weights with sum 1. Each class has the weight of its share of all rows, because a class that is drawn too
    /// often is left too rarely among the test rows.
    pub weights: Vec<f64>,
}

/// Metrics of one fit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FitMetrics {
    /// Mean squared error in units of each target's variance; over several tasks the mean.
    pub risk: f64,
    /// Risk less the leave-one-out mean square of the same test rows, so that it varies less with their choice; and
    /// the variance that it has over choices of test rows.
    pub compared: (f64, f64),
    /// Metrics of classes: AUC, over several tasks the mean over those with both kinds of test rows, and those of the
    /// predicted class for the classes of one label file.
    pub scores: Scores<f64>,
}

impl FitMetrics {
    /// A metric, if the fit has it.
    #[must_use]
    pub fn value(&self, metric: Metric) -> Option<f64> {
        match metric {
            Metric::Risk => Some(self.risk),
            Metric::R2 => Some(1.0 - self.risk),
            _ => self.scores.at(metric),
        }
    }
}

impl TestSample {
    /// The weighted mean of a value of every test row.
    fn mean(&self, values: &[f64]) -> f64 {
        self.weights.iter().zip(values).map(|(weight, value)| weight * value).sum()
    }

    /// Variance of that mean over choices of as many test rows, or groups of rows.
    fn variance_of_mean(&self, values: &[f64], groups: Option<&Groups>) -> f64 {
        let mean = self.mean(values);
        let parts = self.weights.iter().zip(values).map(|(weight, value)| weight * (value - mean));
        let parts = match groups {
            Some(groups) => {
                let mut of_row = vec![0.0; groups.of_row().len()];
                let rows = self.rows.iter().zip(parts);
                rows.for_each(|(&row, part)| of_row.iter_mut().skip(row).take(1).for_each(|v| *v = part));
                groups.sums(&of_row).into_iter().filter(|sum| *sum != 0.0).collect()
            }
            None => parts.collect::<Vec<f64>>(),
        };
        let count = parts.len() as f64;
        parts.iter().map(|part| part * part).sum::<f64>() * count / (count - 1.0)
    }
}

/// Standard deviation of the risk over draws of training rows, without what the choice of test rows adds to the
/// variation between the draws, but at least a quarter of that variation.
#[must_use]
pub fn deviation_of_draws(draws: &[FitMetrics]) -> f64 {
    let count = draws.len() as f64;
    let mean = draws.iter().map(|fit| fit.compared.0).sum::<f64>() / count;
    let seen = draws.iter().map(|fit| (fit.compared.0 - mean).powi(2)).sum::<f64>() / (count - 1.0);
    let of_test_rows = draws.iter().map(|fit| fit.compared.1).sum::<f64>() / count;
    (seen - of_test_rows).max(seen / 16.0).sqrt()
}

impl Scoring {
    /// Metrics for one task or for all tasks of a pool.
    #[must_use]
    pub fn new(pool: &Pool, task: TaskChoice) -> Self {
        let targets = pool.targets();
        let classes = pool.tasks().iter().all(|t| t.class_size.is_some());
        // Indicators are standardised, so that only rows of the class are above the mean.
        let members: Vec<Vec<bool>> = if classes {
            targets.col_iter().map(|column| column.iter().map(|v| *v > 0.0).collect()).collect()
        } else {
            Vec::new()
        };
        let of_row = |row: usize| members.iter().filter(|of| of.get(row) == Some(&true)).count();
        let disjoint = classes && (0..pool.rows()).all(|row| of_row(row) <= 1);
        let class =
            |row: usize| members.iter().position(|of| of.get(row) == Some(&true)).map_or(0, |c| c + 1);
        let strata: Vec<usize> = match task {
            _ if disjoint => (0..pool.rows()).map(class).collect(),
            // Rows with several labels: with and without this label.
            TaskChoice::Task(t) => {
                let of = members.get(t).into_iter().flatten();
                of.map(|member| if *member { 1 } else { 2 }).collect()
            }
            TaskChoice::Mean => Vec::new(),
        };
        let mut sizes = vec![0.0; strata.iter().max().map_or(0, |most| most + 1)];
        for &stratum in &strata {
            sizes.iter_mut().skip(stratum).take(1).for_each(|size| *size += 1.0);
        }
        let all = task == TaskChoice::Mean && disjoint;
        let positive = match task {
            TaskChoice::Mean => members,
            TaskChoice::Task(t) => members.into_iter().skip(t).take(1).collect(),
        };
        Self { positive, strata: (strata, sizes), all, column: None }
    }

    /// Metrics for one task as by [`Scoring::new`], with those of the predicted class if the tasks are the classes of one
    /// label file: the fits are then of all of them.
    #[must_use]
    pub fn with_classes(pool: &Pool, task: TaskChoice) -> Self {
        let mut scoring = Self::new(pool, task);
        if let TaskChoice::Task(t) = task {
            let whole = Self::new(pool, TaskChoice::Mean);
            (scoring.all, scoring.column) = (whole.all, whole.all.then_some(t));
        }
        scoring
    }

    /// Whether the predictions of all tasks are needed.
    #[must_use]
    pub const fn needs_all_tasks(&self) -> bool {
        self.column.is_some()
    }

    /// The class of each row from 1, 0 for none; empty for numeric targets, and for all tasks together if rows have
    /// several labels.
    #[must_use]
    pub fn strata(&self) -> &[usize] {
        &self.strata.0
    }

    /// Test rows with their weights.
    #[must_use]
    pub fn tested(&self, rows: Vec<usize>) -> TestSample {
        let (strata, sizes) = &self.strata;
        let of = |row: &usize| strata.get(*row).copied().unwrap_or(0);
        let mut counts = vec![0.0; sizes.len()];
        for row in &rows {
            counts.iter_mut().skip(of(row)).take(1).for_each(|count| *count += 1.0);
        }
        let weight = |row: &usize| match (sizes.get(of(row)), counts.get(of(row))) {
            (Some(all), Some(counts)) => all / counts,
            _ => 1.0,
        };
        let mut weights: Vec<f64> = rows.iter().map(weight).collect();
        let sum: f64 = weights.iter().sum();
        weights.iter_mut().for_each(|weight| *weight /= sum);
        TestSample { rows, weights }
    }

    /// Metrics of predictions of the standardised targets (test row × task). `left_out` has the squared leave-one-out
    /// errors of all rows, or none, and the groups of the rows.
    #[must_use]
    pub fn metrics(
        &self,
        predicted: MatRef<'_, f64>,
        wanted: MatRef<'_, f64>,
        tested: &TestSample,
        left_out: (&[f64], Option<&Groups>),
    ) -> FitMetrics {
        let classes = self.all.then(|| self.confusion(predicted, tested));
        let (predicted, wanted) = match self.column {
            Some(t) => (predicted.get(.., t..t + 1), wanted.get(.., t..t + 1)),
            None => (predicted, wanted),
        };
        let mut squares = vec![0.0; tested.rows.len()];
        for (found, want) in predicted.col_iter().zip(wanted.col_iter()) {
            let each = squares.iter_mut().zip(&tested.rows).zip(found.iter());
            each.for_each(|((sum, &row), found)| *sum += (found - want.get(row)).powi(2));
        }
        let tasks = predicted.ncols().max(1) as f64;
        squares.iter_mut().for_each(|square| *square /= tasks);
        let risk = tested.mean(&squares);
        let (left_out, groups) = left_out;
        for (square, row) in squares.iter_mut().zip(&tested.rows) {
            *square -= left_out.get(*row).copied().unwrap_or(0.0);
        }
        let compared = (tested.mean(&squares), tested.variance_of_mean(&squares, groups));
        let scores = Scores::new(|metric| match metric {
            Metric::Auc => self.auc(predicted, tested),
            _ => Some(metric.of_predictions(classes.as_ref()?)?.value),
        });
        FitMetrics { risk, compared, scores }
    }

    fn auc(&self, predicted: MatRef<'_, f64>, tested: &TestSample) -> Option<f64> {
        let of = |(scores, positive): (faer::ColRef<'_, f64>, &Vec<bool>)| {
            let scores: Vec<f64> = scores.iter().copied().collect();
            let positive: Vec<bool> =
                tested.rows.iter().map(|row| positive.get(*row).copied().unwrap_or(false)).collect();
            path::area(&scores, &positive)
        };
        let areas: Vec<f64> = predicted.col_iter().zip(&self.positive).filter_map(of).collect();
        (!areas.is_empty()).then(|| areas.iter().sum::<f64>() / areas.len() as f64)
    }

    /// The test rows counted by the class with the highest unscaled score.
    fn confusion(&self, predicted: MatRef<'_, f64>, tested: &TestSample) -> Confusion {
        let (strata, sizes) = &self.strata;
        let rows = strata.len() as f64;
        let shares: Vec<f64> = sizes.iter().skip(1).map(|size| size / rows).collect();
        let mut found = Confusion::new(predicted.ncols());
        let mut scores = vec![0.0; predicted.ncols()];
        for (i, (row, weight)) in tested.rows.iter().zip(&tested.weights).enumerate() {
            let Some(class) = strata.get(*row).and_then(|stratum| stratum.checked_sub(1)) else { continue };
            for (t, (score, share)) in scores.iter_mut().zip(&shares).enumerate() {
                *score = predicted.get(i, t) * (share * (1.0 - share)).sqrt() + share;
            }
            found.add(&Prediction::new(class, &scores), *weight);
        }
        found
    }
}
