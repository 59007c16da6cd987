//! Fits tested on held-out rows: risk and metrics of classes, for comparison with the estimates from the labelled rows.

use faer::Mat;
use rayon::prelude::*;

use super::rows::drawn;
use super::statistics::Statistics;
use crate::data::anchors::Scoring;
use crate::data::path::{MetricEstimate, area_with_influence};
use crate::data::{Confusion, Pool, Prediction, TaskChoice, TestRows};
use crate::linalg::{Threads, product, rows_of, with_intercept};
use crate::scenario::{Estimate, Metric, Model, ScenarioError, Scores};
use crate::theory::SampleRatio;

/// Number of fits if n is less than the number of labelled rows.
const DRAWS: usize = 20;
/// Seed of the random draws.
const SEED: u64 = 0;

/// Metrics of fits to n of the labelled rows, on held-out rows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HeldOut {
    /// Number of test rows.
    pub rows: usize,
    /// Number of fits in the mean: 1 for all labelled rows, else random draws of n of them.
    pub draws: usize,
    /// Mean squared error in units of the targets' variances on the labelled rows, with the standard error over test
    /// rows and draws.
    pub risk: Estimate,
    /// Metrics of classes: the mean AUC over tasks and, if the mean over classes is requested, those of the predicted class.
    pub scores: Scores<Estimate>,
}

/// Metrics of one fit, with the influence of every test row.
struct TestedFit {
    risk: MetricEstimate,
    scores: Scores<MetricEstimate>,
}

impl HeldOut {
    /// Fits the model's featurization and ridge to n labelled rows and tests them on others. `None` if n exceeds the
    /// number of labelled rows or is not a whole number, and if the model gives no number there.
    ///
    /// # Errors
    /// A model without real rows; a featurization that does not exist; [`ScenarioError::Interrupted`] once `stop`
    /// returns true.
    pub fn new(
        model: &Model,
        test: &TestRows,
        ratio: SampleRatio,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<Option<Self>, ScenarioError> {
        let Some((pool, task)) = model.rows() else {
            return Err(ScenarioError::new(
                "rows to test on need real features; give --features and --targets",
            ));
        };
        if let Some(models) = model.tasks_apart(stop)? {
            let samples = ratio.get() * model.dimension() as f64;
            let mut each = Vec::with_capacity(models.len());
            for (t, model) in models.iter().enumerate() {
                let Some((one, TaskChoice::Task(local))) = model.rows() else { return Ok(None) };
                let test = test.of_task((&pool, t), (&one, local));
                let ratio = SampleRatio::new(samples / model.dimension() as f64)?;
                match Self::new(model, &test, ratio, stop)? {
                    Some(found) if test.rows() > 0 => each.push(found),
                    _ => return Ok(None),
                }
            }
            return Ok(Some(Self::mean(&each, test.rows())));
        }
        let samples = ratio.get() * model.dimension() as f64;
        let n = samples.round();
        if (samples - n).abs() > 1e-6 * n || n < 2.0 || n > pool.rows() as f64 {
            return Ok(None);
        }
        let chosen = &model.scenario().featurization;
        let point = model.risk_curve(chosen)?.risk_at(ratio, model.ridge(), model.noise())?;
        let Some(ridge) = point.risk.map(|risk| risk.ridge) else { return Ok(None) };
        let map = model.feature_map(ratio)?;
        let tasks = match task {
            TaskChoice::Mean => 0..pool.tasks().len(),
            TaskChoice::Task(t) => t..t + 1,
        };
        let fits = Fits {
            pool: &pool,
            directions: pool.within(map.directions()),
            lengths: map.lengths(),
            test: product(test.features().as_ref(), map.directions(), Threads::All),
            wanted: test.targets().get(.., tasks.clone()).to_owned(),
            classes: test.classes().filter(|_| task == TaskChoice::Mean),
            tasks,
        };
        let n = n as usize;
        let scoring = Scoring::new(&pool, task);
        let draws = if n == pool.rows() { 1 } else { DRAWS };
        let one = |draw: usize| {
            if stop() {
                return Err(ScenarioError::Interrupted);
            }
            let rows = if draws == 1 {
                (0..n).collect()
            } else {
                drawn(&pool, scoring.strata(), n, SEED, draw).fitted
            };
            fits.tested(&rows, ridge)
                .ok_or_else(|| ScenarioError::new(format!("draw {draw} could not be fitted")))
        };
        let all = (0..draws).into_par_iter().map(one).collect::<Result<Vec<TestedFit>, _>>()?;
        let over = |of: &dyn Fn(&TestedFit) -> Option<MetricEstimate>| {
            let metrics: Option<Vec<MetricEstimate>> = all.iter().map(of).collect();
            metrics.as_deref().and_then(estimate)
        };
        let Some(risk) = over(&|tested| Some(tested.risk.clone())) else { return Ok(None) };
        let scores = Scores::new(|metric| {
            let found = over(&|tested| tested.scores.get(metric).cloned())?;
            let rows = if metric == Metric::Accuracy { test.rows() } else { fits.fewest_of_a_class() };
            Some(with_least_error(found, rows))
        });
        Ok(Some(Self { rows: test.rows(), draws, risk, scores }))
    }
}

impl HeldOut {
    /// The mean over tasks that have other rows, of `rows` in all. Its standard error is the mean of theirs, the largest that
    /// it can be, whichever rows they share.
    fn mean(all: &[Self], rows: usize) -> Self {
        let count = all.len() as f64;
        let mean = |of: &dyn Fn(&Self) -> Option<Estimate>| {
            let each: Vec<Estimate> = all.iter().map(of).collect::<Option<_>>()?;
            Some(Estimate {
                value: each.iter().map(|one| one.value).sum::<f64>() / count,
                standard_error: each.iter().map(|one| one.standard_error).sum::<f64>() / count,
            })
        };
        let none = Estimate { value: f64::NAN, standard_error: f64::NAN };
        Self {
            rows,
            draws: all.iter().map(|one| one.draws).min().unwrap_or(0),
            risk: mean(&|one| Some(one.risk)).unwrap_or(none),
            scores: Scores::new(|metric| {
                mean(&|one| one.scores.at(metric)).filter(|_| metric == Metric::Auc)
            }),
        }
    }
}

/// The mean over fits, with its error over test rows and, for several fits, over fits.
fn estimate(all: &[MetricEstimate]) -> Option<Estimate> {
    let mean = MetricEstimate::mean(all)?;
    let spread = if all.len() > 1 {
        Statistics::of(&all.iter().map(|metric| metric.value).collect::<Vec<f64>>()).standard_error
    } else {
        0.0
    };
    Some(Estimate { value: mean.value, standard_error: mean.standard_error().hypot(spread) })
}

/// If all `rows` rows agree on a share, their spread is zero; the standard error is then that of the share by the
/// rule of succession, (rows + 1)/(rows + 2).
fn with_least_error(estimate: Estimate, rows: usize) -> Estimate {
    if estimate.standard_error > 0.0 {
        return estimate;
    }
    let count = rows as f64;
    let share = (count + 1.0) / (count + 2.0);
    Estimate { standard_error: (share * (1.0 - share) / count).sqrt(), ..estimate }
}

/// Inputs shared by all fits.
struct Fits<'a> {
    pool: &'a Pool,
    /// Directions of the features in the coordinates of the pool's rows; followed by their lengths.
    directions: Mat<f64>,
    lengths: &'a [f64],
    /// Features of the test rows, M×k.
    test: Mat<f64>,
    /// Targets of the test rows, M×c.
    wanted: Mat<f64>,
    /// Class of each test row, if all classes are evaluated.
    classes: Option<&'a [Option<usize>]>,
    /// Range of the evaluated tasks in the pool.
    tasks: std::ops::Range<usize>,
}

impl Fits<'_> {
    fn tested(&self, rows: &[usize], ridge: f64) -> Option<TestedFit> {
        let coordinates = rows_of(self.pool.coordinates(), rows);
        let samples = product(coordinates.as_ref(), self.directions.as_ref(), Threads::One);
        let labels = rows_of(self.pool.targets().get(.., self.tasks.clone()), rows);
        let (beta, offsets) = with_intercept(samples, labels, self.lengths, ridge).ok()?;
        let mut scores = product(self.test.as_ref(), beta.as_ref(), Threads::One);
        for (column, offset) in scores.col_iter_mut().zip(&offsets) {
            column.iter_mut().for_each(|v| *v += offset);
        }
        let (count, width) = (scores.nrows() as f64, scores.ncols() as f64);
        let mut squares = vec![0.0; scores.nrows()];
        for (found, wanted) in scores.col_iter().zip(self.wanted.col_iter()) {
            let errors = found.iter().zip(wanted.iter());
            squares
                .iter_mut()
                .zip(errors)
                .for_each(|(sum, (found, wanted))| *sum += (found - wanted).powi(2) / width);
        }
        let risk = mean_of(&squares, count);
        let predicted = self.of_predictions(&scores);
        let of = |metric| match metric {
            Metric::Auc => self.auc(&scores),
            _ => predicted.get(metric).cloned(),
        };
        Some(TestedFit { risk, scores: Scores::new(of) })
    }

    /// The smallest number of test rows in the smaller class, over the tasks with both classes.
    fn fewest_of_a_class(&self) -> usize {
        let sizes = |wanted: faer::ColRef<'_, f64>| {
            let most = wanted.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let inside = wanted.iter().filter(|v| **v == most).count();
            inside.min(wanted.nrows() - inside)
        };
        self.wanted.col_iter().map(sizes).filter(|size| *size > 0).min().unwrap_or(1)
    }

    /// Mean AUC over the tasks of which the test rows have both classes.
    fn auc(&self, scores: &Mat<f64>) -> Option<MetricEstimate> {
        let areas = scores.col_iter().zip(self.wanted.col_iter()).zip(self.tasks.clone());
        let area = |((scores, wanted), t): ((faer::ColRef<'_, f64>, faer::ColRef<'_, f64>), usize)| {
            let trained = self.pool.targets().col(t);
            let (low, high) =
                trained.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| (l.min(*v), h.max(*v)));
            if trained.iter().any(|v| *v != low && *v != high) {
                return None;
            }
            let positive: Vec<bool> = wanted.iter().map(|v| *v > 0.5 * (low + high)).collect();
            area_with_influence(&scores.iter().copied().collect::<Vec<f64>>(), &positive)
        };
        MetricEstimate::mean(&areas.filter_map(area).collect::<Vec<MetricEstimate>>())
    }

    /// Metrics of the predicted class over the rows that belong to a task's class, by unscaled scores.
    fn of_predictions(&self, scores: &Mat<f64>) -> Scores<MetricEstimate> {
        let units: Vec<(f64, f64)> = self
            .tasks
            .clone()
            .filter_map(|t| Some((*self.pool.target_means().get(t)?, self.pool.tasks().get(t)?.deviation)))
            .collect();
        let prediction = |(row, class): (usize, &Option<usize>)| {
            let scores = units.iter().enumerate().map(|(t, (mean, unit))| scores.get(row, t) * unit + mean);
            Some(Prediction::new((*class)?, &scores.collect::<Vec<f64>>()))
        };
        let rows: Vec<Prediction> =
            self.classes.into_iter().flatten().enumerate().filter_map(prediction).collect();
        if rows.is_empty() {
            return Scores::default();
        }
        let mut counts = Confusion::new(units.len());
        rows.iter().for_each(|row| counts.add(row, 1.0));
        Scores::new(|metric| {
            let gradient = metric.of_predictions(&counts)?;
            let influence = rows.iter().map(|row| gradient.in_weight_of(row)).collect();
            Some(MetricEstimate::new(gradient.value, influence))
        })
    }
}

/// The mean of the values, with the influence of each.
fn mean_of(values: &[f64], count: f64) -> MetricEstimate {
    let value = values.iter().sum::<f64>() / count;
    MetricEstimate::new(value, values.iter().map(|v| (v - value) / count).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 8 of 8 rows: 0.9 ± 0.106 by the rule of succession; 7 of 8 rows have a spread of their own.
    #[test]
    fn a_share_of_one_has_an_uncertainty() {
        let estimate = |value, standard_error| Estimate { value, standard_error };
        let all = with_least_error(estimate(1.0, 0.0), 8);
        assert!(all.value == 1.0 && (all.standard_error - 0.106_066).abs() < 1e-6, "{all:?}");
        assert_eq!(with_least_error(estimate(0.875, 0.117), 8), estimate(0.875, 0.117));
    }
}
