//! Benefit of pretraining (section 7): the risk of learned features against the number of upstream tasks, compared
//! with raw features and with the ground truth, their limit.
//!
//! At λ = 0 this curve has another pole: m tasks span m directions, and m = n means as many features as samples. So
//! learned features can be better than raw ones, worse around n tasks, and better again.

use crate::scenario::{Featurization, Model, ScenarioError};
use crate::theory::numeric::least_whole;
use crate::theory::{Risk, SampleRatio};

/// The sweep at one sample ratio.
#[derive(Debug, Clone, PartialEq)]
pub struct Pretraining {
    /// Numbers of upstream tasks, increasing, and the risk of features learned from them.
    pub points: Vec<(usize, Risk)>,
    /// Risk of raw features, F = I.
    pub raw: Risk,
    /// Risk of ground-truth features, F = Σ_θ, the limit of many upstream tasks.
    pub ground_truth: Risk,
    /// Numbers of tasks at which learned features become better or worse than raw ones.
    pub crossings: Vec<Crossing>,
}

/// A change along the number of tasks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Crossing {
    /// The first number of tasks after the change.
    pub tasks: usize,
    /// Whether learned features are better than raw ones from this number on.
    pub better: bool,
}

impl Pretraining {
    /// Evaluates the model's learned featurization (its upstream samples and seed) over numbers of tasks; smaller
    /// sets of tasks are contained in larger ones. Crossings between neighbours are found by bisection. `report`
    /// receives the fraction done.
    ///
    /// # Errors
    /// If the model's featurization is not a learned one, or `tasks` is empty or contains 0;
    /// [`ScenarioError::Interrupted`] once `stop` returns true.
    pub fn new(
        model: &Model,
        ratio: SampleRatio,
        tasks: &[usize],
        report: &mut dyn FnMut(f64),
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<Self, ScenarioError> {
        if !matches!(model.scenario().featurization, Featurization::Learned { .. }) {
            return Err(ScenarioError::new(format!(
                "upstream tasks are counted for learned features; featurization.kind is {}, accepted is learned",
                model.scenario().featurization.name()
            )));
        }
        let mut tasks = tasks.to_vec();
        tasks.sort_unstable();
        tasks.dedup();
        let (Some(&most), Some(1..)) = (tasks.last(), tasks.first()) else {
            return Err(ScenarioError::new("at least one number of upstream tasks is needed, each ≥ 1"));
        };
        let at = |featurization: &Featurization| -> Result<Risk, ScenarioError> {
            let risk = model.representation(featurization)?.evaluate(ratio, model.ridge(), model.noise())?;
            risk.ok_or_else(|| ScenarioError::new("there is no risk to compare with"))
        };
        let (raw, ground_truth) = (at(&Featurization::Raw)?, at(&Featurization::GroundTruth)?);
        // The largest first, since its draws contain those of the others.
        let largest = with_tasks(model, most, model, stop)?;
        let risk = |m: usize| -> Result<Risk, ScenarioError> {
            let learned = with_tasks(model, m, &largest, stop)?;
            let representation = learned.representation(&learned.scenario().featurization)?;
            let risk = representation.evaluate(ratio, model.ridge(), model.noise())?;
            risk.ok_or_else(|| ScenarioError::new("there is no risk of learned features"))
        };
        let mut points = Vec::with_capacity(tasks.len());
        for (i, &m) in tasks.iter().enumerate() {
            points.push((m, risk(m)?));
            report(0.5 * (i + 1) as f64 / tasks.len() as f64);
        }
        let is_better = |risk: &Risk| risk.risk < raw.risk;
        let changes: Vec<(usize, usize, bool)> = points
            .windows(2)
            .filter_map(|pair| match pair {
                [(low, before), (high, after)] => {
                    (is_better(before) != is_better(after)).then_some((*low, *high, is_better(after)))
                }
                _ => None,
            })
            .collect();
        let steps: f64 = changes.iter().map(|(low, high, _)| ((high - low) as f64).log2().ceil()).sum();
        let (mut crossings, mut done) = (Vec::new(), 0.0);
        for (low, high, better) in changes {
            let tasks = least_whole((low as f64, high as f64), |tasks| {
                done += 1.0;
                report((0.5 + 0.5 * done / steps).min(1.0));
                Ok::<_, ScenarioError>(is_better(&risk(tasks as usize)?) == better)
            })?;
            crossings.push(Crossing { tasks: tasks as usize, better });
        }
        Ok(Self { points, raw, ground_truth, crossings })
    }

    /// The smallest number of tasks from which on learned features are better than raw ones, up to the end of the
    /// sweep.
    #[must_use]
    pub fn enough(&self) -> Option<usize> {
        match (self.crossings.last(), self.points.first(), self.points.last()) {
            (Some(last), ..) => last.better.then_some(last.tasks),
            (None, Some((fewest, risk)), Some(_)) => (risk.risk < self.raw.risk).then_some(*fewest),
            _ => None,
        }
    }
}

fn with_tasks(
    model: &Model,
    count: usize,
    previous: &Model,
    stop: &(dyn Fn() -> bool + Sync),
) -> Result<Model, ScenarioError> {
    let mut scenario = model.scenario().clone();
    if let Featurization::Learned { tasks, .. } = &mut scenario.featurization {
        *tasks = count;
    }
    Model::new(&scenario, Some(previous), stop)
}
