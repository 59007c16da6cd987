//! All quantities at one sample ratio: what `eval` prints, and the rows of a table of curves.

use std::sync::Arc;

use crate::data::{Ensemble, EnsembleChoice};
use crate::evidence::HeldOut;
use crate::scenario::{Metric, Model, RiskCurve, RowEstimates, ScenarioError, SourceTask};
use crate::study::curves::exponent::{self, LocalExponent};
use crate::study::featurizations::in_sample;
use crate::study::pretraining::PretrainingBudget;
use crate::study::selection::{AblationGain, Selection};
use crate::study::shift::BestShown;
use crate::theory::selection::{Floor, Optimal};
use crate::theory::transfer::{LabelScores, SourceWeight};
use crate::theory::{RidgeChoice, Risk, SampleRatio, SoftTable};

/// One evaluated sample ratio.
#[derive(Debug, Clone)]
pub struct Point {
    /// α = n/p.
    pub sample_ratio: f64,
    /// n = α·p.
    pub samples: f64,
    /// Name of the featurization in tables.
    pub featurization: &'static str,
    /// The risk; `None` where the featurization does not exist (soft selection at n ≥ p), or real rows are too few to
    /// estimate it.
    pub risk: Option<Risk>,
    /// Estimates from real rows.
    pub shown: Option<RowEstimates>,
    /// Scores on labels ±1 (section 11.5), if another metric than the risk was requested.
    pub scores: Option<LabelScores>,
    /// The risk is on tasks that the featurization was made from.
    pub in_sample: bool,
    /// The optimum and the floor at this sample ratio.
    pub reference: Reference,
    /// Further risks of a population; `None` for real rows.
    pub population: Option<PopulationRisks>,
    /// Local exponent of the excess risk, for power laws in `eval`.
    pub local_exponent: Option<LocalExponent>,
    /// Reduction of the risk by each structure in soft selection, in `eval`.
    pub gain: Option<AblationGain>,
    /// Fits towards the coefficients of the source task, where the scenario has one, in `eval`.
    pub weights: Option<Weights>,
    /// Budget of pretrained features, in `eval`.
    pub pretraining: Option<PretrainingBudget>,
    /// The best of the featurizations shown, under a distribution shift in `eval`.
    pub best_shown: Option<BestShown>,
    /// Metrics on held-out rows, in `eval` where there are some.
    pub held_out: Option<HeldOut>,
}

impl Point {
    /// Root mean squared error in the units of the target, for one numeric target of real rows.
    #[must_use]
    pub fn rmse(&self) -> Option<f64> {
        Some(self.shown?.unit? * self.risk?.risk.sqrt())
    }
}

/// Fits towards the coefficients of a source task, for comparison with the features of the scenario.
#[derive(Debug, Clone, PartialEq)]
pub struct Weights {
    /// Name of the features of these fits.
    pub featurization: &'static str,
    /// With the weight γ of the scenario.
    pub given: Risk,
    /// With the weight of least risk.
    pub best: Risk,
}

impl Weights {
    /// At one sample ratio; `None` for a scenario without a source task.
    fn at(model: &Model, ratio: SampleRatio) -> Result<Option<Self>, ScenarioError> {
        let scenario = model.scenario();
        let Some(source) = scenario.source else { return Ok(None) };
        let featurization = scenario.fitted_towards_source();
        let risk = |weight| {
            let curve = model.towards(&featurization, SourceTask { weight, ..source })?;
            Ok::<_, ScenarioError>(curve.risk_at(ratio, model.ridge(), model.noise())?.risk)
        };
        let found = risk(source.weight)?.zip(risk(SourceWeight::Best)?);
        Ok(found.map(|(given, best)| Self { featurization: featurization.name(), given, best }))
    }
}

/// Risks of a population in addition to the asymptotic one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PopulationRisks {
    /// Expected risk at this n and p, where there is a closed form (section 8); infinite where it diverges.
    pub finite_risk: Option<f64>,
    /// Risk of the worst task, for the minimax representation (section 5).
    pub worst_risk: Option<f64>,
    /// Risk without the distribution shift, where the scenario has a test covariance.
    pub unshifted: Option<f64>,
}

/// Relative difference from the asymptotic risk from which an exact one is shown beside it (section 8).
const WORTH_SHOWING: f64 = 0.01;

/// The exact risk at finite n and p, where it differs from the asymptotic one by more than 1 %.
pub(in crate::study) fn if_notable(finite: Option<f64>, risk: Option<&Risk>) -> Option<f64> {
    let (finite, risk) = (finite?, risk?.risk);
    (finite != risk && (finite / risk - 1.0).abs() > WORTH_SHOWING).then_some(finite)
}

impl Point {
    /// The exact risk at this n and p, where it differs from the asymptotic one by more than 1 %; infinite where it
    /// diverges.
    #[must_use]
    pub fn finite_note(&self) -> Option<f64> {
        if_notable(self.population?.finite_risk, self.risk.as_ref())
    }
}

impl PopulationRisks {
    /// The risks that belong to `risk` on one of the model's curves; `None` for real rows.
    pub(in crate::study) fn at(
        model: &Model,
        curve: &RiskCurve,
        ratio: SampleRatio,
        ridge: RidgeChoice,
        risk: Option<&Risk>,
    ) -> Option<Self> {
        let (p, noise) = (model.dimension(), model.noise());
        let representation = curve.spectral().filter(|_| model.pool().is_none())?;
        // Under a shift the risk depends on which directions of a cut eigenvalue are kept.
        let tested = model.tested_directions(&model.scenario().featurization);
        let exact = tested.is_none_or(|tested| tested.cut.is_none());
        let finite_risk = representation.finite_risk(ratio, p, ridge, noise).filter(|_| exact);
        Some(Self {
            finite_risk,
            worst_risk: risk.and_then(|risk| representation.worst_risk(ridge, noise, risk)),
            unshifted: risk.filter(|_| model.scenario().test.is_some()).map(|risk| risk.unshifted),
        })
    }
}

/// The optimum and the floor at one sample ratio, whatever the featurization.
#[derive(Debug, Clone, Default)]
pub struct Reference {
    /// The best featurization without a ridge. `None` where the task spectrum is unknown (a table with negative
    /// energies), for real rows, where it would be in-sample, and under a distribution shift.
    pub optimal: Option<Optimal>,
    /// The Bayes linear predictor, which is optimal under any distribution shift. `None` where the task spectrum is
    /// unknown, and for real rows.
    pub floor: Option<Floor>,
    /// Risk of the estimated representation on held-out tasks, for the mean over measured tasks.
    pub left_out: Option<EnsembleChoice>,
}

/// The scenario's featurization at each sample ratio, with the optimum and the floor; of pretrained features also the
/// upstream tasks and samples that a `target` risk needs.
///
/// # Errors
/// A featurization that cannot be built, or a ridge below the admissible one.
pub fn points(
    model: &Model,
    ratios: &[SampleRatio],
    metric: Metric,
    target: Option<f64>,
) -> Result<Vec<Point>, ScenarioError> {
    let featurization = &model.scenario().featurization;
    let curve = model.risk_curve(featurization)?;
    anchor(model)?;
    let references = References::new(model, &|| false)?;
    let in_sample = in_sample(model, featurization);
    let point = |&ratio: &SampleRatio| {
        let ridge = model.ridge();
        let found = curve.evaluate(ratio, ridge, model.noise())?;
        Ok(Point {
            sample_ratio: ratio.get(),
            samples: ratio.get() * model.dimension() as f64,
            featurization: featurization.name(),
            risk: found.risk,
            shown: found.shown,
            scores: found.scores.filter(|_| metric != Metric::Risk),
            in_sample,
            reference: references.at(ratio)?,
            population: PopulationRisks::at(model, &curve, ratio, ridge, found.risk.as_ref()),
            local_exponent: found
                .risk
                .as_ref()
                .and_then(|risk| exponent::at(model, featurization, &curve, ratio, ridge, risk)),
            // For real rows it would be in-sample.
            gain: Selection::at(ratio, false, model)
                .filter(|_| model.pool().is_none())
                .and_then(|selection| selection.gain()),
            weights: Weights::at(model, ratio)?,
            pretraining: PretrainingBudget::at(model, ratio, target),
            best_shown: BestShown::at(model, ratio)?,
            held_out: None,
        })
    };
    ratios.iter().map(point).collect()
}

/// Fits random subsamples of real rows at a few n, which correct the model's own curve from then on (section 9.4a).
/// Returns notes about them, one sentence each.
///
/// # Errors
/// Errors of [`points`].
pub fn anchor(model: &Model) -> Result<Vec<String>, ScenarioError> {
    if model.scenario().noise.is_some() {
        return Ok(Vec::new());
    }
    let curve = model.risk_curve(&model.scenario().featurization)?;
    curve.anchor(model.ridge(), &|| false)?;
    Ok(curve.notes(model.ridge()))
}

/// Computes a model's optimum and floor at any sample ratio.
pub(in crate::study) struct References<'a> {
    model: &'a Model,
    table: Option<Arc<SoftTable>>,
    ensemble: Option<Arc<Ensemble>>,
}

impl<'a> References<'a> {
    /// Prepares the tables that do not depend on the sample ratio.
    ///
    /// # Errors
    /// The ensemble of measured tasks; [`ScenarioError::Interrupted`] once `stop` returns true.
    pub fn new(model: &'a Model, stop: &(dyn Fn() -> bool + Sync)) -> Result<Self, ScenarioError> {
        // There is no ensemble with fewer rows than features.
        let ensemble = if model.can_cross_fit() { Some(model.compute_ensemble(&|_| !stop())?) } else { None };
        let table = if model.pool().is_some() { None } else { model.soft_table().ok() };
        Ok(Self { model, table, ensemble })
    }

    /// The optimum and the floor at one sample ratio.
    ///
    /// # Errors
    /// The ensemble of measured tasks; [`ScenarioError::Interrupted`] once `stop` returns true.
    pub fn at(&self, ratio: SampleRatio) -> Result<Reference, ScenarioError> {
        let (model, noise) = (self.model, self.model.noise());
        let samples = ratio.get() * model.dimension() as f64;
        Ok(Reference {
            optimal: self.table.as_ref().filter(|_| !model.is_shifted()).map(|t| t.optimal(ratio, noise)),
            floor: self.table.as_ref().map(|table| table.task().tested_floor(ratio, noise)),
            left_out: self.ensemble.as_ref().map(|e| e.best(samples)).transpose()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Scenario;

    fn at(settings: &[(&str, &str)], ratio: f64) -> Point {
        let mut scenario = Scenario::default();
        for (key, value) in settings {
            scenario.set(key, value).unwrap();
        }
        let model = Model::new(&scenario, None, &|| false).unwrap();
        points(&model, &[SampleRatio::new(ratio).unwrap()], Metric::Risk, None).unwrap().remove(0)
    }

    /// p = 20, n = 24, σ² = 0.1: exactly 0.767, and 0.600 asymptotically; no exact value at a ridge.
    #[test]
    fn the_finite_size_risk_is_given_with_the_asymptotic_one() {
        let small = [("dimension", "20"), ("featurization.kind", "raw")];
        let point = at(&small, 1.2);
        let beside = point.population.unwrap();
        assert!((beside.finite_risk.unwrap() - 0.1 * 23.0 / 3.0).abs() < 1e-12, "{beside:?}");
        assert!((point.risk.unwrap().risk - 0.6).abs() < 1e-12 && beside.worst_risk.is_none());
        assert_eq!(point.finite_note(), beside.finite_risk);
        // One sample more than features: the expectation is infinite, the asymptotic risk is not.
        let edge = at(&small, 1.05);
        assert!(edge.finite_note().unwrap().is_infinite() && edge.risk.unwrap().risk.is_finite());
        // Many samples: the two agree, and one of them is enough.
        let many = [("dimension", "2000"), ("featurization.kind", "raw")];
        let far = at(&many, 2.0);
        assert!(far.population.unwrap().finite_risk.is_some() && far.finite_note().is_none());
        let ridge = [("dimension", "20"), ("featurization.kind", "raw"), ("ridge", "0.1")];
        assert_eq!(at(&ridge, 1.2).population.unwrap().finite_risk, None);
    }

    #[test]
    fn the_minimax_featurization_has_its_worst_risk() {
        for ratio in [0.1, 0.5, 1.5] {
            let point = at(&[("featurization.kind", "minimax")], ratio);
            let (risk, worst) = (point.risk.unwrap().risk, point.population.unwrap().worst_risk.unwrap());
            assert!(worst >= risk * (1.0 - 1e-12), "{ratio}: {worst} {risk}");
        }
    }

    /// Negative energies that outweigh the others give an error, and no risk is below 0.
    #[test]
    fn no_risk_is_negative() {
        let table = "noise = 0.01\n[spectrum]\nweights = [0.5, 0.5]\neigenvalues = [1.0, 0.01]\n\
                     energies = [2.0, -0.5]\n";
        let model = Model::new(&Scenario::from_toml(table).unwrap(), None, &|| false).unwrap();
        let ratio = |a: f64| SampleRatio::new(a).unwrap();
        assert!(points(&model, &[ratio(0.2)], Metric::Risk, None).unwrap()[0].risk.unwrap().risk > 0.0);
        let sentence = points(&model, &[ratio(0.7)], Metric::Risk, None).unwrap_err().to_string();
        assert!(sentence.contains("below 0") && sentence.contains("accepted"), "{sentence}");
        let curve = model.risk_curve(&model.scenario().featurization).unwrap();
        let ratios: Vec<SampleRatio> = (1..60).map(|i| ratio(0.02 * f64::from(i))).collect();
        let all = curve.curve(&ratios, model.ridge(), model.noise(), Metric::Risk, &|| false).unwrap();
        assert!(all.iter().all(|p| p.risk.is_none_or(|r| r.risk >= 0.0)));
        assert!(all.iter().any(|p| p.risk.is_none()) && all.iter().any(|p| p.risk.is_some()));
    }
}
