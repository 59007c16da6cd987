//! The numbers at one sample ratio: what `eval` prints, and every line of a table of curves.

use std::sync::Arc;

use super::compared::in_sample;
use crate::data::{Ensemble, EnsembleChoice};
use crate::scenario::{Model, ScenarioError, Shown};
use crate::theory::selection::{Floor, Optimal};
use crate::theory::{Risk, SampleRatio, SoftTable};

/// One evaluated sample ratio.
#[derive(Debug, Clone)]
pub struct Point {
    pub sample_ratio: f64,
    /// α·p, a whole number where the user gave samples.
    pub samples: f64,
    /// As tables call it.
    pub featurization: &'static str,
    /// `None` where the featurization does not exist (soft selection at n ≥ p), or real rows are too few to tell.
    pub risk: Option<Risk>,
    /// What real rows say beside it.
    pub shown: Option<Shown>,
    /// The risk is of tasks that the featurization was made from.
    pub in_sample: bool,
    pub reference: Reference,
}

/// What a risk is compared with at one sample ratio, whatever the featurization.
#[derive(Debug, Clone, Default)]
pub struct Reference {
    /// Of the task spectrum; `None` where there is none: a table with negative energies, and real rows, whose tasks it
    /// would know.
    pub optimal: Option<Optimal>,
    pub floor: Option<Floor>,
    /// The mean over measured tasks: the representation judged by tasks left out of it.
    pub left_out: Option<EnsembleChoice>,
}

/// The model's own featurization at each ratio, and the optimum and the floor beside it.
///
/// # Errors
/// A featurization that cannot be built, or a ridge below the admissible one.
pub fn points(model: &Model, ratios: &[SampleRatio]) -> Result<Vec<Point>, ScenarioError> {
    let featurization = &model.scenario().featurization;
    let curve = model.risk_curve(featurization)?;
    let references = References::new(model, &|| false)?;
    let in_sample = in_sample(model, featurization);
    let point = |&ratio: &SampleRatio| {
        let found = curve.evaluate(ratio, model.ridge(), model.noise())?;
        Ok(Point {
            sample_ratio: ratio.get(),
            samples: ratio.get() * model.dimension() as f64,
            featurization: featurization.name(),
            risk: found.risk,
            shown: found.shown,
            in_sample,
            reference: references.at(ratio)?,
        })
    };
    ratios.iter().map(point).collect()
}

/// A model's optimum and floor, ready for any sample ratio.
pub(super) struct References<'a> {
    model: &'a Model,
    table: Option<SoftTable>,
    ensemble: Option<Arc<Ensemble>>,
    stop: &'a (dyn Fn() -> bool + Sync),
}

impl<'a> References<'a> {
    /// # Errors
    /// Of the ensemble of measured tasks; [`ScenarioError::Interrupted`] once `stop` says so.
    pub fn new(model: &'a Model, stop: &'a (dyn Fn() -> bool + Sync)) -> Result<Self, ScenarioError> {
        // Fewer rows than features have no ensemble to judge.
        let judged = model.is_measured_mean() && model.pool().is_some_and(|pool| pool.spectral().is_ok());
        let ensemble = if judged { Some(model.compute_ensemble(stop)?) } else { None };
        let known = if model.pool().is_some() { None } else { model.task_spectrum().ok() };
        Ok(Self { model, table: known.map(SoftTable::new), ensemble, stop })
    }

    /// # Errors
    /// Of measured tasks left out.
    pub fn at(&self, ratio: SampleRatio) -> Result<Reference, ScenarioError> {
        let (model, noise) = (self.model, self.model.noise());
        let samples = ratio.get() * model.dimension() as f64;
        Ok(Reference {
            optimal: self.table.as_ref().map(|table| table.optimal(ratio, noise)),
            floor: self.table.as_ref().map(|table| table.task().floor(ratio, noise)),
            left_out: self.ensemble.as_ref().map(|e| e.best(samples, &|_| !(self.stop)())).transpose()?,
        })
    }
}
