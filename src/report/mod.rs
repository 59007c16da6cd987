//! Headless output of the dashboard's results: JSON (a contract: keys do not change) and text.

pub mod cells;
pub mod command;
pub mod expected;
pub mod json;
pub mod save;
pub mod text;

use crate::scenario::measured::EnsembleChoice;
use crate::scenario::{Featurization, Model, ScenarioError};
use crate::theory::selection::{Floor, Optimal};
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
    let chosen = &model.scenario().featurization;
    let representation = model.representation(chosen)?;
    let task = model.task_spectrum().ok();
    let noise = model.noise();
    let ensemble = if model.is_measured_mean() { Some(model.compute_ensemble(&|| false)?) } else { None };
    ratios
        .iter()
        .map(|&ratio| {
            Ok(Point {
                sample_ratio: ratio.get(),
                samples: ratio.get() * model.dimension() as f64,
                featurization: chosen.name(),
                risk: representation.evaluate(ratio, model.ridge(), noise)?,
                optimal: task.as_ref().map(|t| t.optimal(ratio, noise)),
                floor: task.as_ref().map(|t| t.floor(ratio, noise)),
                in_sample: model.pool().is_some(),
                left_out: match &ensemble {
                    Some(ensemble) => Some(ensemble.best(ratio.get() * model.dimension() as f64)?),
                    None => None,
                },
            })
        })
        .collect()
}

/// Where one featurization reaches a target risk.
#[derive(Debug, Clone)]
pub struct Reach {
    pub featurization: String,
    /// All sample counts that reach it; none: never.
    pub intervals: Vec<Interval>,
}

/// The samples needed for a target risk, for the model's featurization and those it is compared with.
///
/// # Errors
/// As [`evaluate`].
pub fn reach(model: &Model, risk: f64) -> Result<Vec<Reach>, ScenarioError> {
    let chosen = model.scenario().featurization.clone();
    let mut all = vec![(chosen.title(), chosen.clone(), model.ridge())];
    for other in [Featurization::Raw, Featurization::GroundTruth, Featurization::Optimal { at: None }] {
        if other != chosen {
            all.push((other.title(), other, model.ridge()));
        }
    }
    all.push(("floor".into(), Featurization::GroundTruth, RidgeChoice::OptimalNonNegative));
    let p = model.dimension();
    let grid = target::search_grid(p);
    let ratio = |n: u64| SampleRatio::new(n as f64 / p as f64);
    let ratios = grid.iter().map(|&n| ratio(n)).collect::<Result<Vec<_>, _>>()?;
    all.into_iter()
        .map(|(featurization, kind, choice)| {
            let representation = model.representation(&kind)?;
            let points = representation.curve(&ratios, choice, model.noise(), &|| false)?;
            let risks: Vec<_> = points.into_iter().map(|p| p.map(|r| r.risk)).collect();
            let at =
                |n: u64| representation.evaluate(ratio(n).ok()?, choice, model.noise()).ok()?.map(|r| r.risk);
            Ok(Reach { featurization, intervals: target::reach(&grid, &risks, risk, at) })
        })
        .collect()
}
