//! Headless output of the dashboard's results: JSON (a contract: keys do not change) and text.

pub mod cells;
pub mod command;
pub mod csv;
pub mod curve;
pub mod expected;
pub mod json;
pub mod plane;
pub mod plot;
pub mod pretraining;
pub mod range;
pub use crate::outside::save;
pub mod text;

use std::sync::Arc;

use rayon::prelude::*;

use crate::data::{Ensemble, EnsembleChoice};
use crate::scenario::{Featurization, Model, ScenarioError};
use crate::theory::representation::Representation;
use crate::theory::selection::{Floor, Optimal, TaskSpectrum};
use crate::theory::target::{self, Interval};
use crate::theory::{RidgeChoice, Risk, SampleRatio};

/// One evaluated sample ratio.
#[derive(Debug, Clone)]
pub struct Point {
    pub sample_ratio: f64,
    /// α·p, a whole number where the user gave samples.
    pub samples: f64,
    pub featurization: &'static str,
    /// `None` where the featurization does not exist (soft selection at n ≥ p).
    pub risk: Option<Risk>,
    /// Of the task spectrum; `None` where there is none (a table with negative energies).
    pub optimal: Option<Optimal>,
    pub floor: Option<Floor>,
    /// Measured data: the two above know the tasks they are about.
    pub in_sample: bool,
    /// The mean over measured tasks: the representation judged by tasks left out of it.
    pub left_out: Option<EnsembleChoice>,
}

/// Evaluates the model's own featurization at each ratio, and the optimum and the floor beside it.
///
/// # Errors
/// A featurization that cannot be built, or a ridge below the admissible one.
pub fn evaluate(model: &Model, ratios: &[SampleRatio]) -> Result<Vec<Point>, ScenarioError> {
    let evaluator = Evaluator::new(model)?;
    ratios.iter().map(|&ratio| evaluator.at(ratio)).collect()
}

/// A model's featurization, ready to be evaluated at any sample ratio.
#[derive(Debug)]
pub struct Evaluator<'a> {
    model: &'a Model,
    pub representation: Representation,
    task: Option<TaskSpectrum>,
    ensemble: Option<Arc<Ensemble>>,
}

impl<'a> Evaluator<'a> {
    /// # Errors
    /// A featurization that cannot be built.
    pub fn new(model: &'a Model) -> Result<Self, ScenarioError> {
        Ok(Self {
            model,
            representation: model.representation(&model.scenario().featurization)?,
            task: model.task_spectrum().ok(),
            ensemble: if model.is_measured_mean() { Some(model.compute_ensemble(&|| false)?) } else { None },
        })
    }

    /// The optimum at one ratio, where there is a task spectrum.
    #[must_use]
    pub fn optimal(&self, ratio: SampleRatio) -> Option<Optimal> {
        self.task.as_ref().map(|task| task.optimal(ratio, self.model.noise()))
    }

    /// # Errors
    /// A ridge below the admissible one.
    pub fn at(&self, ratio: SampleRatio) -> Result<Point, ScenarioError> {
        let (model, noise) = (self.model, self.model.noise());
        let risk = self.representation.evaluate(ratio, model.ridge(), noise)?;
        self.point(ratio, risk)
    }

    /// As [`Evaluator::at`], with a gap where the ridge is below the admissible one.
    ///
    /// # Errors
    /// Of measured tasks left out.
    pub fn at_or_gap(&self, ratio: SampleRatio) -> Result<Point, ScenarioError> {
        let risk = self.representation.evaluate(ratio, self.model.ridge(), self.model.noise());
        self.point(ratio, risk.unwrap_or(None))
    }

    fn point(&self, ratio: SampleRatio, risk: Option<Risk>) -> Result<Point, ScenarioError> {
        let (model, noise) = (self.model, self.model.noise());
        let samples = ratio.get() * model.dimension() as f64;
        Ok(Point {
            sample_ratio: ratio.get(),
            samples,
            featurization: model.scenario().featurization.name(),
            risk,
            optimal: self.optimal(ratio),
            floor: self.task.as_ref().map(|t| t.floor(ratio, noise)),
            in_sample: model.pool().is_some(),
            left_out: self.ensemble.as_ref().map(|e| e.best(samples)).transpose()?,
        })
    }
}

/// Where one featurization reaches a target risk.
#[derive(Debug, Clone)]
pub struct Reach {
    pub featurization: String,
    /// All sample counts that reach it, as far as was searched.
    pub intervals: Vec<Interval>,
    /// The largest n looked at.
    pub searched: u64,
    /// No number of samples would do: the target is not above σ², which even the best predictor keeps.
    pub never: bool,
}

/// The samples needed for a target risk, for the model's featurization and those it is compared with; those that the
/// population does not have are left out.
///
/// # Errors
/// When the model's own featurization cannot be built.
pub fn reach(model: &Model, risk: f64) -> Result<Vec<Reach>, ScenarioError> {
    const COMPARED: [Featurization; 5] = [
        Featurization::Raw,
        Featurization::GroundTruth,
        Featurization::Whitened,
        Featurization::Pca { size: None },
        Featurization::Optimal { at: None },
    ];
    let chosen = model.scenario().featurization.clone();
    model.representation(&chosen)?;
    // What is built from the data's own tasks knows them: it promises too much for new ones.
    let told = |name: String, kind: &Featurization| {
        if model.pool().is_some() && kind.knows_tasks() { name + ", in-sample" } else { name }
    };
    let others = COMPARED.into_iter().filter(|other| *other != chosen);
    let mut all: Vec<(String, Featurization, RidgeChoice)> = std::iter::once(chosen.clone())
        .chain(others)
        .map(|kind| (told(kind.title(), &kind), kind, model.ridge()))
        .collect();
    let floor = told("floor".into(), &Featurization::GroundTruth);
    all.push((floor, Featurization::GroundTruth, RidgeChoice::OptimalNonNegative));
    let p = model.dimension();
    let grid = target::search_grid(p);
    let ratio = |n: u64| SampleRatio::new(n as f64 / p as f64);
    let ratios = grid.iter().map(|&n| ratio(n)).collect::<Result<Vec<_>, _>>()?;
    let of = |(featurization, kind, choice): (String, Featurization, RidgeChoice)| {
        let representation = model.representation(&kind).ok()?;
        let points = representation.curve(&ratios, choice, model.noise(), &|| false).ok()?;
        let risks: Vec<_> = points.into_iter().map(|p| p.map(|r| r.risk)).collect();
        let at =
            |n: u64| representation.evaluate(ratio(n).ok()?, choice, model.noise()).ok()?.map(|r| r.risk);
        let intervals = target::reach(&grid, &risks, risk, at);
        let never = intervals.is_empty() && risk < model.noise().get();
        let searched = grid.last().copied().unwrap_or(0);
        Some(Reach { featurization, intervals, searched, never })
    };
    Ok(all.into_par_iter().filter_map(of).collect())
}
