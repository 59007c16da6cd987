//! A logistic probe: L2-regularised (multinomial) logistic regression on random subsamples of real rows, at the best
//! of several C, tested on the other rows. It shows whether ridge regression is representative of the probe that is
//! commonly used.

use argmin::core::{CostFunction, Error, Executor, Gradient, State};
use argmin::solver::linesearch::MoreThuenteLineSearch;
use argmin::solver::quasinewton::LBFGS;
use faer::{Mat, MatRef};

use super::statistics::{Statistics, in_batches};
use super::subsample::Subsample;
use crate::data::TaskChoice;
use crate::data::anchors::{Division, FitMetrics};
use crate::linalg::{Threads, centred, product, scale_columns};
use crate::scenario::{Estimate, Metric, Model, ScenarioError, Scores};
use crate::theory::{Ridge, RidgeChoice, SampleRatio};

/// Values of C, for features of mean variance 1.
const STRENGTHS: [f64; 6] = [1e-3, 1e-2, 0.1, 1.0, 10.0, 100.0];
/// Maximum number of iterations of a fit; each starts from the solution for the previous C.
const STEPS: u64 = 60;
const MEMORY: usize = 8;
/// A fit has converged where its gradient is below this, per row.
const GRADIENT: f64 = 1e-5;
/// Maximum number of test rows of a draw.
const TESTED: usize = 2048;
/// Draws between two reports.
const BATCH: usize = 4;
/// Smallest difference between probe and ridge that is reported: in accuracy or AUC, and in standard errors.
const POINTS: f64 = 0.02;
const ERRORS: f64 = 2.0;

/// A run of fits at one number of samples, which later draws continue.
#[derive(Debug, Clone)]
pub struct Logistic {
    draws: Subsample,
    /// The class of each row (`None` for no class), and the number of classes.
    classes: (Vec<Option<usize>>, usize),
    /// Mean and standard deviation of each task's indicator, and its class.
    tasks: Vec<(f64, f64, usize)>,
    /// Estimates for ridge regression with equally many labels.
    ridge: Scores<Estimate>,
    /// Mean variance of the features in the unit of their columns, which converts C; `None` for powers of the
    /// covariance, whose columns have another unit.
    variance: Option<f64>,
    scale: f64,
    found: Vec<[FitMetrics; STRENGTHS.len()]>,
}

/// Metrics of a probe.
const METRICS: [Metric; 2] = [Metric::Accuracy, Metric::Auc];

impl Logistic {
    /// A probe on `samples` rows with the model's features.
    ///
    /// # Errors
    /// Errors of [`Subsample::new`], and targets that are not classes.
    pub fn new(model: &Model, samples: usize, seed: u64) -> Result<Self, ScenarioError> {
        let Some((pool, task)) = model.rows() else {
            return Err(ScenarioError::new(
                "a logistic probe needs real features; give --features and --targets",
            ));
        };
        if pool.has_missing_targets() {
            return Err(ScenarioError::new(
                "a logistic probe of targets that some rows lack is of one of them; accepted is --task NAME",
            ));
        }
        let draws = Subsample::new(model, samples, seed)?;
        let refused = || {
            ScenarioError::new(
                "a logistic probe needs classes: the labels of one file, or --task with one of several labels",
            )
        };
        let count = pool.rows() as f64;
        let task_of = |t: usize, class: usize| {
            let share =
                pool.tasks().get(t).and_then(|task| task.class_size).ok_or_else(refused)? as f64 / count;
            Ok((share, (share * (1.0 - share)).sqrt(), class))
        };
        let (classes, tasks) = match task {
            TaskChoice::Task(t) => {
                let of = |v: &f64| Some(usize::from(*v > 0.0));
                ((pool.targets().col(t).iter().map(of).collect(), 2), vec![task_of(t, 1)?])
            }
            TaskChoice::Mean => {
                let strata = draws.scoring().strata();
                if strata.is_empty() {
                    return Err(refused());
                }
                let count = pool.tasks().len();
                let tasks = (0..count).map(|t| task_of(t, t)).collect::<Result<_, ScenarioError>>()?;
                ((strata.iter().map(|stratum| stratum.checked_sub(1)).collect(), count), tasks)
            }
        };
        let ratio = SampleRatio::new(samples as f64 / pool.dimension() as f64)?;
        let curve = model.risk_curve(&model.scenario().featurization)?;
        let point = curve.evaluate(ratio, model.ridge(), model.noise())?;
        let ridge = Scores::new(|metric| point.estimate(metric));
        let squares = draws.lengths().iter().map(|l| l * l).sum::<f64>();
        let scale = (squares / pool.dimension() as f64).sqrt().recip();
        // λ = 1 is the mean variance, and alpha is n times it.
        let of_one = curve.evaluate(ratio, RidgeChoice::Fixed(Ridge::new(1.0)?), model.noise())?;
        let variance = of_one.shown.and_then(|shown| shown.alpha).map(|alpha| alpha / samples as f64);
        Ok(Self { ridge, variance, scale, draws, classes, tasks, found: Vec::new() })
    }

    /// Number of samples n.
    #[must_use]
    pub const fn samples(&self) -> usize {
        self.draws.samples()
    }

    /// Number of draws so far.
    #[must_use]
    pub fn drawn(&self) -> usize {
        self.found.len()
    }

    /// Ridge regression fits with the same n.
    #[must_use]
    pub const fn beside(&self) -> &Subsample {
        &self.draws
    }

    /// Continues to `draws` draws in total, on the same rows as [`Subsample::run`].
    ///
    /// # Errors
    /// [`ScenarioError::Interrupted`] once `stop` returns true.
    pub fn run(
        &mut self,
        draws: usize,
        report: &mut dyn FnMut(&Statistics),
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<(), ScenarioError> {
        let one = |run: &Self, draw| run.draw(draw, stop);
        in_batches(self, (draws, BATCH), |run| &mut run.found, one, |run| report(&run.statistics()))
    }

    /// Statistics of the mean squared error of predicted probabilities, in units of each target's variance.
    #[must_use]
    pub fn statistics(&self) -> Statistics {
        self.of(|metrics| Some(metrics.risk)).unwrap_or_else(|| Statistics::of(&[]))
    }

    /// Statistics of AUC, or of accuracy over all classes.
    #[must_use]
    pub fn scores(&self, metric: Metric) -> Option<Statistics> {
        self.of(|metrics| metrics.value(metric))
    }

    /// The best C for scikit-learn's `LogisticRegression(C=…)` on the columns of the featurization (raw, PCA or
    /// standardised); `None` for powers of the covariance.
    #[must_use]
    pub fn strength(&self) -> Option<f64> {
        let best = STRENGTHS.get(self.best())?;
        self.variance.filter(|_| !self.found.is_empty()).map(|variance| best / variance)
    }

    /// The estimate for ridge regression.
    #[must_use]
    pub fn ridge(&self, metric: Metric) -> Option<Estimate> {
        self.ridge.at(metric)
    }

    /// One sentence if probe and ridge differ by more than 2 points and 2 standard errors.
    #[must_use]
    pub fn disagreement(&self) -> Option<String> {
        METRICS.iter().find_map(|&metric| {
            let (probe, ridge) = (self.scores(metric)?, self.ridge(metric)?);
            let apart = probe.mean - ridge.value;
            let error = probe.standard_error.hypot(ridge.standard_error);
            (apart.abs() > POINTS && apart.abs() > ERRORS * error).then(|| {
                format!(
                    "n = {}: a logistic probe has {} {:.3} ± {:.3}, {:.1} points {} ridge regression",
                    self.samples(),
                    metric.name(),
                    probe.mean,
                    probe.standard_error,
                    100.0 * apart.abs(),
                    if apart > 0.0 { "above" } else { "below" }
                )
            })
        })
    }

    fn of(&self, of: impl Fn(&FitMetrics) -> Option<f64>) -> Option<Statistics> {
        let best = self.best();
        let values: Vec<f64> = self.found.iter().filter_map(|metrics| of(metrics.get(best)?)).collect();
        (!values.is_empty()).then(|| Statistics::of(&values))
    }

    /// Index of the strength with the best mean accuracy or, for one task, the best mean AUC.
    fn best(&self) -> usize {
        let mean = |strength: usize| {
            // A draw whose test rows have a single class has no AUC at any strength.
            let of = |metrics: &[FitMetrics; STRENGTHS.len()]| {
                metrics.get(strength).and_then(|w| w.value(Metric::Accuracy).or(w.value(Metric::Auc)))
            };
            self.found.iter().filter_map(of).sum::<f64>()
        };
        let all = (0..STRENGTHS.len()).map(|i| (i, mean(i)));
        all.fold((0, f64::NEG_INFINITY), |best, now| if now.1 > best.1 { now } else { best }).0
    }

    fn draw(
        &self,
        draw: usize,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<[FitMetrics; STRENGTHS.len()], ScenarioError> {
        let failed = |why: String| ScenarioError::new(format!("draw {draw} could not be fitted ({why})"));
        let Division { fitted, mut tested } = self.draws.divided(draw);
        tested.truncate(TESTED);
        let (classes, count) = (&self.classes.0, self.classes.1);
        // Rows without a class are not used.
        let kept: Vec<(usize, usize)> =
            fitted.into_iter().filter_map(|row| Some((row, classes.get(row).copied().flatten()?))).collect();
        let lengths: Vec<f64> = self.draws.lengths().iter().map(|l| l * self.scale).collect();
        let mut samples = self.draws.features(&kept.iter().map(|(row, _)| *row).collect::<Vec<_>>());
        let means = centred(&mut samples);
        let mut rest = self.draws.features(&tested);
        for (column, mean) in rest.col_iter_mut().zip(&means) {
            column.iter_mut().for_each(|v| *v -= mean);
        }
        scale_columns(samples.as_mut(), &lengths);
        scale_columns(rest.as_mut(), &lengths);
        let labels: Vec<usize> = kept.iter().map(|(_, class)| *class).collect();
        let scoring = self.draws.scoring();
        let tested = scoring.tested(tested);
        let mut weights = vec![0.0; (samples.ncols() + 1) * count];
        let mut metrics = Vec::with_capacity(STRENGTHS.len());
        for strength in STRENGTHS {
            if stop() {
                return Err(ScenarioError::Interrupted);
            }
            let problem = Problem { features: samples.as_ref(), labels: &labels, classes: count, strength };
            weights = problem.solved(weights).map_err(|why| failed(why.to_string()))?;
            let found = probabilities(rest.as_ref(), &weights, count);
            // Converted to the units of the standardised targets.
            let mut predicted = Mat::zeros(found.nrows(), self.tasks.len());
            for (column, &(mean, deviation, class)) in predicted.col_iter_mut().zip(&self.tasks) {
                let probabilities = column.iter_mut().zip(found.col(class).iter());
                probabilities.for_each(|(v, probability)| *v = (probability - mean) / deviation);
            }
            metrics.push(scoring.metrics(predicted.as_ref(), self.draws.targets(), &tested, (&[], None)));
        }
        metrics.try_into().map_err(|_| failed("too few strengths".into()))
    }
}

/// ½‖W‖² + C Σ −ln p(class), the intercepts free: features n×k, weights (k+1)×c column by column.
struct Problem<'a> {
    features: MatRef<'a, f64>,
    labels: &'a [usize],
    classes: usize,
    strength: f64,
}

impl Problem<'_> {
    fn solved(self, start: Vec<f64>) -> Result<Vec<f64>, Error> {
        let solver = LBFGS::new(MoreThuenteLineSearch::new(), MEMORY)
            .with_tolerance_grad(GRADIENT)?
            .with_tolerance_cost(1e-10)?;
        let kept = start.clone();
        let run = Executor::new(self, solver)
            .configure(|state| state.param(start).max_iters(STEPS))
            .timer(false)
            .run();
        // If the line search finds no decrease, the best point so far is used.
        Ok(match run {
            Ok(found) => found.state().get_best_param().cloned().unwrap_or(kept),
            Err(_) => kept,
        })
    }

    /// Divides cost and gradient by C n, so that one tolerance applies for every n.
    fn scale(&self) -> f64 {
        (self.strength * self.labels.len() as f64).recip()
    }

    fn penalised<'w>(&self, weights: &'w [f64]) -> impl Iterator<Item = &'w [f64]> + use<'w> {
        let k = self.features.ncols();
        weights.chunks_exact(k + 1).filter_map(move |column| column.get(..k))
    }
}

impl CostFunction for Problem<'_> {
    type Param = Vec<f64>;
    type Output = f64;

    fn cost(&self, weights: &Self::Param) -> Result<f64, Error> {
        let found = probabilities(self.features, weights, self.classes);
        let each = self.labels.iter().enumerate().map(|(i, &class)| -found.get(i, class).max(1e-300).ln());
        let loss = each.sum::<f64>() / self.labels.len() as f64;
        let squares: f64 = self.penalised(weights).flatten().map(|w| w * w).sum();
        Ok(loss + 0.5 * self.scale() * squares)
    }
}

impl Gradient for Problem<'_> {
    type Param = Vec<f64>;
    type Gradient = Vec<f64>;

    fn gradient(&self, weights: &Self::Param) -> Result<Vec<f64>, Error> {
        let mut error = probabilities(self.features, weights, self.classes);
        for (i, &class) in self.labels.iter().enumerate() {
            *error.get_mut(i, class) -= 1.0;
        }
        let per_row = (self.labels.len() as f64).recip();
        let slopes = product(self.features.transpose(), error.as_ref(), Threads::One);
        let mut gradient = Vec::with_capacity(weights.len());
        for ((slope, error), penalty) in slopes.col_iter().zip(error.col_iter()).zip(self.penalised(weights))
        {
            gradient.extend(slope.iter().zip(penalty).map(|(s, w)| s * per_row + self.scale() * w));
            gradient.push(error.iter().sum::<f64>() * per_row);
        }
        Ok(gradient)
    }
}

/// Softmax of the scores, n×c.
fn probabilities(features: MatRef<'_, f64>, weights: &[f64], classes: usize) -> Mat<f64> {
    let k = features.ncols();
    let slopes = Mat::from_fn(k, classes, |j, c| weights.get(c * (k + 1) + j).copied().unwrap_or(f64::NAN));
    let mut found = product(features, slopes.as_ref(), Threads::One);
    for (c, column) in found.col_iter_mut().enumerate() {
        let intercept = weights.get(c * (k + 1) + k).copied().unwrap_or(f64::NAN);
        column.iter_mut().for_each(|v| *v += intercept);
    }
    for row in found.row_iter_mut() {
        let most = row.as_ref().iter().fold(f64::NEG_INFINITY, |m, v| m.max(*v));
        let sum: f64 = row.as_ref().iter().map(|v| (v - most).exp()).sum();
        row.iter_mut().for_each(|v| *v = (*v - most).exp() / sum);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linalg::small::tests::wavy;

    /// At the minimum the gradient is 0, and it is the difference quotient of the cost elsewhere.
    #[test]
    fn the_gradient_is_zero_at_the_solution() {
        let features = wavy(40, 5);
        let labels: Vec<usize> =
            (0..40).map(|i| usize::from(features[(i, 0)] + 0.3 * features[(i, 2)] > 0.1)).collect();
        let problem = || Problem { features: features.as_ref(), labels: &labels, classes: 2, strength: 0.5 };
        let away: Vec<f64> = (0..12).map(|i| 0.1 * f64::from(i) - 0.4).collect();
        let slope = problem().gradient(&away).unwrap();
        for (i, slope) in slope.iter().enumerate() {
            let cost = |step: f64| {
                let mut at = away.clone();
                at[i] += step;
                problem().cost(&at).unwrap()
            };
            let quotient = (cost(1e-5) - cost(-1e-5)) / 2e-5;
            assert!((slope - quotient).abs() < 1e-8, "{i}: {slope} {quotient}");
        }
        let found = problem().solved(vec![0.0; 12]).unwrap();
        let left = problem().gradient(&found).unwrap();
        assert!(left.iter().all(|g| g.abs() < 1e-4), "{left:?}");
    }
}
