//! Subsampling of real data (section 9.9): n rows are drawn without replacement, the predictor is fitted to them with
//! an intercept, and its risk is measured on all the remaining rows; of rows in groups whole groups are drawn, the last
//! in part, and the groups without a drawn row are tested (section 9.10). Targets are scaled to unit variance over the
//! whole pool, as in the theory; features are those of the scenario, with s of mean 1.

use std::sync::Arc;

use faer::Mat;
use rayon::prelude::*;

use super::fit::with_intercept;
use super::rows::drawn;
use super::scores::Classes;
use super::statistics::{Statistics, is_news};
use crate::data::{Groups, Pool, TaskChoice};
use crate::linalg::{Threads, product};
use crate::scenario::{Metric, Model, ScenarioError};
use crate::theory::{Risk, SampleRatio};

/// Draws between two reports.
const BATCH: usize = 8;

/// A run of draws at one number of samples, which later draws continue.
#[derive(Debug, Clone)]
pub struct Subsample {
    samples: usize,
    seed: u64,
    theory: Risk,
    /// The standard error of the theory, where it has one.
    standard_error: Option<f64>,
    pool: Arc<Pool>,
    /// The features' directions in the coordinates of the pool's rows, p×k, and their lengths.
    directions: Mat<f64>,
    lengths: Vec<f64>,
    /// Standardized targets that take part, N×T.
    targets: Mat<f64>,
    in_sample: bool,
    classes: Option<Classes>,
    drawn: Vec<Drawn>,
}

/// The metrics of one draw; over several tasks the mean.
#[derive(Debug, Clone, Copy)]
struct Drawn {
    risk: f64,
    auc: Option<f64>,
    accuracy: Option<f64>,
}

impl Subsample {
    /// The model's featurization and ridge with `samples` rows. A featurization that follows n is built for this n, from
    /// all rows and their labels, as the theory's is; an optimal ridge is the theory's for this n, kept for all draws.
    ///
    /// # Errors
    /// For synthetic models, where the featurization does not exist at this n, where no row is left to test on, and
    /// where the scenario sets another noise than the data have.
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
            classes: Classes::of(&pool, task),
            pool,
            targets,
            in_sample: chosen.knows_tasks(),
            drawn: Vec::new(),
        })
    }

    /// n.
    #[must_use]
    pub const fn samples(&self) -> usize {
        self.samples
    }

    /// p.
    #[must_use]
    pub fn dimension(&self) -> usize {
        self.pool.dimension()
    }

    /// Whether the labels of all rows took part in making the features.
    #[must_use]
    pub const fn in_sample(&self) -> bool {
        self.in_sample
    }

    /// The risk by the theory at this n.
    #[must_use]
    pub const fn theory(&self) -> &Risk {
        &self.theory
    }

    /// Standard error of the theory.
    #[must_use]
    pub const fn standard_error(&self) -> Option<f64> {
        self.standard_error
    }

    /// Rows that each draw is tested on; of rows in groups the most it can be.
    #[must_use]
    pub fn tested(&self) -> usize {
        self.pool.rows() - self.samples
    }

    /// Continues until there are `draws` draws in all. The same draws give the same digits however many threads there
    /// are and however the run is divided. `report` sees the statistics after every batch.
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
        let mut reported = self.drawn.len();
        while self.drawn.len() < draws {
            let first = self.drawn.len();
            let one = |draw| if stop() { Err(ScenarioError::Interrupted) } else { self.draw(draw) };
            let end = draws.min((first / BATCH + 1) * BATCH);
            let drawn: Vec<Drawn> = (first..end).into_par_iter().map(one).collect::<Result<_, _>>()?;
            self.drawn.extend(drawn);
            if is_news(self.drawn.len(), reported, draws) {
                reported = self.drawn.len();
                report(&self.statistics());
            }
        }
        Ok(())
    }

    /// Without terms: real data have one label a row, so that their bias cannot be separated from their noise.
    #[must_use]
    pub fn statistics(&self) -> Statistics {
        Statistics::of(&self.drawn.iter().map(|draw| draw.risk).collect::<Vec<f64>>())
    }

    /// Statistics of a metric of classes; `None` where the targets are numbers, or a single task is requested.
    #[must_use]
    pub fn scores(&self, metric: Metric) -> Option<Statistics> {
        let of = |draw: &Drawn| match metric {
            Metric::Risk => Some(draw.risk),
            Metric::Auc => draw.auc,
            Metric::Accuracy => draw.accuracy,
        };
        let values: Vec<f64> = self.drawn.iter().filter_map(of).collect();
        (!values.is_empty()).then(|| Statistics::of(&values))
    }

    /// Mean square error on the rows that were not drawn, in units of each target's variance, and what the same
    /// predictions are worth for classes.
    fn draw(&self, draw: usize) -> Result<Drawn, ScenarioError> {
        let count = self.targets.ncols();
        let (drawn, left) = drawn(&self.pool, self.samples, self.seed, draw);
        let tested = left.iter().filter(|left| **left).count();
        let of = |from: faer::MatRef<'_, f64>| {
            let row = |i: usize| drawn.get(i).copied().unwrap_or(0);
            Mat::from_fn(drawn.len(), from.ncols(), |i, j| *from.get(row(i), j))
        };
        let samples = product(of(self.pool.coordinates()).as_ref(), self.directions.as_ref(), Threads::One);
        let labels = of(self.targets.as_ref());
        let (fitted, offsets) = with_intercept(samples, labels, &self.lengths, self.theory.ridge)
            .map_err(|_| ScenarioError::new(format!("draw {draw} could not be fitted")))?;
        let predictor = product(self.directions.as_ref(), fitted.as_ref(), Threads::One);
        let predicted = product(self.pool.coordinates(), predictor.as_ref(), Threads::One);
        let total: f64 = predicted
            .col_iter()
            .zip(self.targets.col_iter())
            .zip(&offsets)
            .map(|((found, want), offset)| {
                let errors = found.iter().zip(want.iter()).zip(&left);
                errors
                    .filter(|(_, left)| **left)
                    .map(|((found, want), _)| (found + offset - want).powi(2))
                    .sum::<f64>()
            })
            .sum();
        // A separate offset for each task: it does not affect the order within a task, but the order of classes.
        let scores = self.classes.as_ref().map(|classes| {
            let mut scores = predicted;
            for (column, offset) in scores.col_iter_mut().zip(&offsets) {
                column.iter_mut().for_each(|v| *v += offset);
            }
            (classes.auc(scores.as_ref(), &left), classes.accuracy(scores.as_ref(), &left))
        });
        let (auc, accuracy) = scores.unwrap_or_default();
        Ok(Drawn { risk: total / (tested * count) as f64, auc, accuracy })
    }
}
