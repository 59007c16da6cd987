//! The best representation for an ensemble of measured tasks, by the risks of held-out tasks (section 9.8).

use super::cross_fitting::{Candidates, HeldOut, Tasks, cross_fit};
use super::error::DataError;
use super::pool::{Pool, SMALLEST_TASK, Watch};
use super::shrunk::Shrinkage;

/// Candidate shrinkages: every η with every exponent.
#[derive(Debug, Clone, PartialEq)]
pub struct Grid {
    /// Candidate η, the weight of the prior in the estimate, from 0 to 1.
    pub etas: Vec<f64>,
    /// Candidate exponents v of the prior Σ̂^{1+v}.
    pub exponents: Vec<f64>,
}

impl Default for Grid {
    fn default() -> Self {
        Self { etas: vec![0.0, 0.1, 0.3, 0.5, 0.7, 0.85, 1.0], exponents: vec![0.0, 0.5, 1.0] }
    }
}

impl Grid {
    /// The candidates in increasing order; with `only_prior` the exponents at η = 1 alone.
    fn checked(&self, only_prior: bool) -> Result<Candidates, DataError> {
        let bad = |problem: String| Err(DataError::input("shrinkage grid", problem));
        if self.etas.is_empty() || self.exponents.is_empty() {
            return bad("is empty; accepted are some η and some exponents".into());
        }
        if let Some(eta) = self.etas.iter().find(|e| !(0.0..=1.0).contains(*e)) {
            return bad(format!("holds η = {eta}; accepted are 0 to 1"));
        }
        if let Some(v) = self.exponents.iter().find(|v| !(-4.0..=4.0).contains(*v)) {
            return bad(format!("holds the exponent {v}; accepted are −4 to 4"));
        }
        let etas = if only_prior { vec![1.0] } else { self.etas.clone() };
        let mut found = Candidates { etas, exponents: self.exponents.clone() };
        found.etas.sort_by(f64::total_cmp);
        found.exponents.sort_by(f64::total_cmp);
        Ok(found)
    }
}

/// Risk profiles of every held-out task for all candidate representations, from which the risk at any n follows.
#[derive(Debug)]
pub struct Ensemble {
    candidates: Candidates,
    /// Positions in the pool of the held-out tasks.
    tasks: Vec<usize>,
    held_out: Vec<HeldOut>,
}

/// The best selected directions for least squares at n labels, compared with raw features and principal components.
#[derive(Debug, Clone, PartialEq)]
pub struct EnsembleChoice {
    /// Number of labels n.
    pub samples: f64,
    /// Shrinkage whose leading directions have the least risk.
    pub shrinkage: Shrinkage,
    /// Number of directions; 0 where predicting the mean is best.
    pub kept: usize,
    /// Mean risk over the tasks, each held out, on rows that were not used for the representation.
    pub left_out_risk: f64,
    /// Standard error of that mean from the variation between tasks; NaN for a single task.
    pub standard_error: f64,
    /// Position in the pool and risk of each task.
    pub tasks: Vec<(usize, f64)>,
    /// Mean risk of raw features; infinite at n = rank + 1, NaN where half of the rows cannot estimate it.
    pub raw: f64,
    /// Mean risk of principal component regression with the best number of components, the same for all tasks.
    pub pcr: f64,
    /// Number of principal components.
    pub pcr_size: usize,
}

/// The best prior at n labels with a tuned downstream ridge.
#[derive(Debug, Clone, PartialEq)]
pub struct PriorChoice {
    /// Shrinkage with the least risk.
    pub shrinkage: Shrinkage,
    /// Mean risk over held-out tasks, each at its optimal ridge λ ≥ 0.
    pub left_out_risk: f64,
    /// Standard error of that mean.
    pub standard_error: f64,
    /// Position in the pool and risk of each task.
    pub tasks: Vec<(usize, f64)>,
}

impl Ensemble {
    /// Estimates the risk of each task with a representation made from the other tasks, on halves of the rows. With
    /// fewer than three tasks only η = 1 is a candidate. With very many tasks a part of them is held out.
    ///
    /// # Errors
    /// [`DataError::Input`] for an invalid grid, for grouped rows, or without a task of at least 20 rows;
    /// [`DataError::Interrupted`].
    pub fn new(pool: &Pool, grid: &Grid, watch: Watch<'_>) -> Result<Self, DataError> {
        pool.spectral()?;
        if pool.groups().is_some() {
            let problem = "halves of the rows would divide groups; accepted are rows without groups";
            return Err(DataError::input("ensemble of tasks", problem));
        }
        let tasks = Tasks::new(pool);
        if tasks.count() == 0 {
            return Err(DataError::input(
                "ensemble of tasks",
                format!(
                    "every class has fewer than {SMALLEST_TASK} rows; accepted are targets with a class of at least \
                     {SMALLEST_TASK}"
                ),
            ));
        }
        let candidates = grid.checked(tasks.count() < 3)?;
        let held_out = cross_fit(pool, &tasks, &candidates, watch)?;
        Ok(Self { candidates, tasks: tasks.held_out().to_vec(), held_out })
    }

    /// The directions with the least risk of least squares at `samples` labels, compared with raw features and
    /// principal components.
    ///
    /// # Errors
    /// [`DataError::Input`] if `samples` is not a finite number above 0.
    pub fn best(&self, samples: f64) -> Result<EnsembleChoice, DataError> {
        checked(samples)?;
        let components = self.sizes(None, samples);
        let selections = self.candidates.selections();
        let tried = selections.iter().enumerate().filter(|(i, _)| self.all_have(*i));
        let best = tried
            .map(|(i, shrinkage)| (Some(i), *shrinkage, least(&self.sizes(Some(i), samples))))
            .chain([(None, Shrinkage { eta: 1.0, exponent: 0.0 }, least(&components))])
            .min_by(|a, b| a.2.1.total_cmp(&b.2.1));
        let (selection, shrinkage, (kept, _)) =
            best.unwrap_or((None, Shrinkage { eta: 1.0, exponent: 0.0 }, (0, f64::NAN)));
        let at =
            |held_out: &HeldOut| held_out.least_squares(selection, samples).nth(kept).unwrap_or(f64::NAN);
        let risks = self.by_task(at);
        let (pcr_size, pcr) = least(components.get(1..).unwrap_or(&[]));
        let raw = self.raw(samples);
        Ok(EnsembleChoice {
            samples,
            shrinkage,
            kept,
            left_out_risk: mean(&risks),
            standard_error: standard_error(&risks),
            tasks: self.tasks.iter().copied().zip(risks).collect(),
            raw: mean(&raw),
            pcr,
            pcr_size: pcr_size + 1,
        })
    }

    /// The shrinkage whose prior F = Σ̂^{-1/2}S_{η,v}Σ̂^{-1/2} has the least risk at `samples` labels with a tuned
    /// ridge.
    ///
    /// # Errors
    /// Errors of [`Ensemble::best`].
    pub fn best_prior(&self, samples: f64) -> Result<PriorChoice, DataError> {
        checked(samples)?;
        let Candidates { etas, exponents } = &self.candidates;
        let mut best: Option<(f64, Shrinkage, Vec<f64>)> = None;
        for (j, &exponent) in exponents.iter().enumerate() {
            for (i, &eta) in etas.iter().enumerate() {
                let risks = self.by_task(|held_out| held_out.prior(j, i, samples).unwrap_or(f64::NAN));
                let found = mean(&risks);
                if found.is_finite() && best.as_ref().is_none_or(|b| found < b.0) {
                    best = Some((found, Shrinkage { eta, exponent }, risks));
                }
            }
        }
        let (left_out_risk, shrinkage, risks) = best.ok_or_else(|| {
            DataError::input("shrinkage grid", "has no η with an estimate; accepted are grids with η = 1")
        })?;
        Ok(PriorChoice {
            shrinkage,
            left_out_risk,
            standard_error: standard_error(&risks),
            tasks: self.tasks.iter().copied().zip(risks).collect(),
        })
    }

    /// Risk of each task with raw features by least squares.
    pub(super) fn raw(&self, samples: f64) -> Vec<f64> {
        self.by_task(|held_out| held_out.raw(samples))
    }

    /// Risk of each task with raw features at its optimal ridge λ ≥ 0.
    pub(super) fn raw_tuned(&self, samples: f64) -> Vec<f64> {
        self.by_task(|held_out| held_out.raw_tuned(samples))
    }

    /// Whether there are other tasks from which a representation can be made.
    #[must_use]
    pub fn leaves_out(&self) -> bool {
        self.tasks.len() > 1
    }

    fn all_have(&self, selection: usize) -> bool {
        self.held_out.iter().all(|held_out| held_out.least_squares(Some(selection), 2.0).next().is_some())
    }

    /// Mean risk of least squares by size, as far as every half can estimate it.
    fn sizes(&self, selection: Option<usize>, samples: f64) -> Vec<f64> {
        let count = self.held_out.len() as f64;
        let mut means: Option<Vec<f64>> = None;
        for held_out in &self.held_out {
            let risks = held_out.least_squares(selection, samples).map(|risk| risk / count);
            match &mut means {
                None => means = Some(risks.collect()),
                Some(means) => {
                    let mut known = 0;
                    means.iter_mut().zip(risks).for_each(|(sum, risk)| {
                        *sum += risk;
                        known += 1;
                    });
                    means.truncate(known);
                }
            }
        }
        means.unwrap_or_default()
    }

    /// The mean over halves for each task.
    fn by_task(&self, risk: impl Fn(&HeldOut) -> f64) -> Vec<f64> {
        let mut sums = vec![(0.0, 0.0); self.tasks.len()];
        for held_out in &self.held_out {
            if let Some((sum, count)) = sums.get_mut(held_out.task) {
                *sum += risk(held_out);
                *count += 1.0;
            }
        }
        sums.into_iter().map(|(sum, count)| sum / count).collect()
    }
}

fn checked(samples: f64) -> Result<(), DataError> {
    if samples.is_finite() && samples > 0.0 {
        return Ok(());
    }
    Err(DataError::input("samples", format!("there are {samples}; accepted are finite numbers above 0")))
}

/// The least value and its position.
fn least(values: &[f64]) -> (usize, f64) {
    let finite = values.iter().copied().enumerate().filter(|(_, value)| !value.is_nan());
    finite.min_by(|a, b| a.1.total_cmp(&b.1)).unwrap_or((0, f64::NAN))
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// Standard error of the mean of several values; NaN of one.
fn standard_error(values: &[f64]) -> f64 {
    let (mean, count) = (mean(values), values.len() as f64);
    (values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (count - 1.0) / count).sqrt()
}
