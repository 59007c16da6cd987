//! Subsampling of real data (section 9.9): n rows are drawn at random (with multinomial class counts), the predictor
//! is fitted to them with an intercept, and its risk is measured on the other rows, each class weighted by its share
//! of all rows. Grouped rows are drawn as whole groups (section 9.10). Targets have unit variance over all rows;
//! features are those of the scenario, with s of mean 1.

use std::sync::Arc;

use faer::{Mat, MatRef};

use super::rows::drawn;
use super::statistics::{Statistics, in_batches};
use crate::data::anchors::{Division, FitMetrics, Scoring};
use crate::data::{Groups, Pool, TaskChoice};
use crate::linalg::{Threads, product, rows_of, with_intercept};
use crate::scenario::{Metric, Model, ScenarioError};
use crate::theory::{Risk, SampleRatio};

/// Draws between two reports.
const BATCH: usize = 8;

/// A run of draws at one number of samples, which can be continued.
#[derive(Debug, Clone)]
pub struct Subsample {
    samples: usize,
    seed: u64,
    theory: Risk,
    /// Standard error of the theoretical risk, if there is one.
    standard_error: Option<f64>,
    pool: Arc<Pool>,
    /// Directions of the features in the coordinates of the pool's rows, p×k; followed by their lengths.
    directions: Mat<f64>,
    lengths: Vec<f64>,
    /// Standardised targets in use, N×T.
    targets: Mat<f64>,
    in_sample: bool,
    scoring: Scoring,
    drawn: Vec<FitMetrics>,
}

impl Subsample {
    /// A run of the model's featurization and ridge with `samples` rows. A featurization that depends on n is built
    /// for this n from all rows and labels, like that of the theory; an optimal ridge is the theoretical one for this
    /// n, fixed for all draws.
    ///
    /// # Errors
    /// For synthetic models, if the featurization does not exist at this n, if no test row would be left, and if the
    /// scenario sets another noise than the data have.
    pub fn new(model: &Model, samples: usize, seed: u64) -> Result<Self, ScenarioError> {
        let Some((pool, task)) = model.rows() else {
            return Err(ScenarioError::new("subsampling needs real features; give --features and --targets"));
        };
        if let Some(noise) = model.scenario().noise {
            return Err(ScenarioError::new(format!(
                "noise is set to {noise}, but rows are drawn with the noise they have; leave it out to measure"
            )));
        }
        let rows = pool.rows();
        let most = rows.saturating_sub(pool.groups().map_or(1, Groups::largest));
        if samples == 0 || samples > most {
            return Err(ScenarioError::new(format!(
                "{samples} samples of {rows} rows cannot be drawn and tested; accepted are 1 to {most}"
            )));
        }
        let ratio = SampleRatio::new(samples as f64 / pool.dimension() as f64)?;
        let chosen = &model.scenario().featurization;
        let point = model.risk_curve(chosen)?.risk_at(ratio, model.ridge(), model.noise())?;
        let Some(theory) = point.risk else {
            return Err(ScenarioError::new(match point.shown.and_then(|shown| shown.reach.words()) {
                Some(words) => format!("{samples} samples: no number to compare with, which {words}"),
                None => format!(
                    "featurization {} does not exist with {samples} samples; accepted are fewer than the rank {}",
                    chosen.name(),
                    pool.rank()
                ),
            }));
        };
        let targets = match task {
            TaskChoice::Mean => pool.targets().to_owned(),
            TaskChoice::Task(t) => pool.targets().get(.., t..t + 1).to_owned(),
        };
        let map = model.feature_map(ratio)?;
        Ok(Self {
            samples,
            seed,
            theory,
            standard_error: point.shown.map(|shown| shown.standard_error),
            directions: pool.within(map.directions()),
            lengths: map.lengths().to_vec(),
            scoring: Scoring::new(&pool, task),
            pool,
            targets,
            in_sample: chosen.depends_on_tasks(),
            drawn: Vec::new(),
        })
    }

    /// Number of samples n.
    #[must_use]
    pub const fn samples(&self) -> usize {
        self.samples
    }

    /// Dimension p.
    #[must_use]
    pub fn dimension(&self) -> usize {
        self.pool.dimension()
    }

    /// Whether the features depend on the labels of all rows.
    #[must_use]
    pub const fn in_sample(&self) -> bool {
        self.in_sample
    }

    /// Theoretical risk at this n.
    #[must_use]
    pub const fn theory(&self) -> &Risk {
        &self.theory
    }

    /// Standard error of the theoretical risk.
    #[must_use]
    pub const fn standard_error(&self) -> Option<f64> {
        self.standard_error
    }

    /// Number of test rows of each draw; for grouped rows the largest possible number.
    #[must_use]
    pub fn tested(&self) -> usize {
        self.pool.rows() - self.samples
    }

    /// Continues to `draws` draws in total. Results are bitwise equal for any number of threads and any division of
    /// the run. `report` receives the statistics after batches.
    ///
    /// # Errors
    /// [`ScenarioError::Interrupted`] once `stop` returns true; it is called before every draw, and finished batches
    /// are kept.
    pub fn run(
        &mut self,
        draws: usize,
        report: &mut dyn FnMut(&Statistics),
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<(), ScenarioError> {
        let one = |run: &Self, draw| if stop() { Err(ScenarioError::Interrupted) } else { run.draw(draw) };
        in_batches(self, (draws, BATCH), |run| &mut run.drawn, one, |run| report(&run.statistics()))
    }

    /// Without terms: real data have one label a row, so that their bias cannot be separated from their noise.
    #[must_use]
    pub fn statistics(&self) -> Statistics {
        Statistics::of(&self.drawn.iter().map(|draw| draw.risk).collect::<Vec<f64>>())
    }

    /// Statistics of a metric of classes; `None` where the targets are numbers, or a single task is requested.
    #[must_use]
    pub fn scores(&self, metric: Metric) -> Option<Statistics> {
        let values: Vec<f64> = self.drawn.iter().filter_map(|draw| draw.value(metric)).collect();
        (!values.is_empty()).then(|| Statistics::of(&values))
    }

    /// Metrics of each draw so far.
    pub(super) fn metrics(&self) -> &[FitMetrics] {
        &self.drawn
    }

    /// The rows of a draw, and the others, in a random order.
    pub(super) fn divided(&self, draw: usize) -> Division {
        drawn(&self.pool, self.scoring.strata(), self.samples, self.seed, draw)
    }

    /// Features of some of the rows, each of variance 1 over all rows.
    pub(super) fn features(&self, rows: &[usize]) -> Mat<f64> {
        let rows = rows_of(self.pool.coordinates(), rows);
        product(rows.as_ref(), self.directions.as_ref(), Threads::One)
    }

    /// The lengths of the features.
    pub(super) fn lengths(&self) -> &[f64] {
        &self.lengths
    }

    /// Standardised targets in use, N×T.
    pub(super) fn targets(&self) -> MatRef<'_, f64> {
        self.targets.as_ref()
    }

    pub(super) const fn scoring(&self) -> &Scoring {
        &self.scoring
    }

    /// Mean squared error on the test rows, in units of each target's variance, and the classification metrics of the
    /// same predictions.
    fn draw(&self, draw: usize) -> Result<FitMetrics, ScenarioError> {
        let count = self.targets.ncols();
        let Division { fitted: drawn, tested: left } = self.divided(draw);
        let (samples, labels) = (self.features(&drawn), rows_of(self.targets.as_ref(), &drawn));
        let (fitted, offsets) = with_intercept(samples, labels, &self.lengths, self.theory.ridge)
            .map_err(|_| ScenarioError::new(format!("draw {draw} could not be fitted")))?;
        let predictor = product(self.directions.as_ref(), fitted.as_ref(), Threads::One);
        let predicted = product(self.pool.coordinates(), predictor.as_ref(), Threads::One);
        let tested = self.scoring.tested(left);
        let mut scores = Mat::zeros(tested.rows.len(), count);
        for ((to, from), offset) in scores.col_iter_mut().zip(predicted.col_iter()).zip(&offsets) {
            to.iter_mut().zip(&tested.rows).for_each(|(to, &row)| *to = from.get(row) + offset);
        }
        Ok(self.scoring.metrics(scores.as_ref(), self.targets.as_ref(), &tested, (&[], None)))
    }
}
