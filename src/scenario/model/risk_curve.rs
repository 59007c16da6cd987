//! The common interface to the risk of a featurization, from a spectrum (sections 3 and 5) or from real rows
//! (section 9.2).

use std::borrow::Cow;
use std::sync::Arc;

use crate::data::Metric;
use crate::data::path::MetricEstimate;
use crate::scenario::description::{Featurization, SourceTask};
use crate::scenario::model::measured::Measured;
use crate::scenario::model::risk_point::{PerClass, RiskPoint, SubsampledFits};
use crate::scenario::{Model, ScenarioError};
use crate::theory::divergence::Extremum;
use crate::theory::representation::{LabelFit, Representation};
use crate::theory::{NoiseVariance, RidgeChoice, SampleRatio, Spectrum, TheoryError};

/// The risk of one featurization as a function of the sample ratio.
#[derive(Debug, Clone)]
pub enum RiskCurve {
    /// A spectrum, fixed or depending on n.
    Spectral(Arc<Representation>),
    /// Leave-one-out estimates from real rows.
    Measured(Measured),
}

impl RiskCurve {
    /// All metrics at one sample ratio; for a population AUC and accuracy are those of a fit on labels ±1
    /// (section 11.5).
    ///
    /// # Errors
    /// [`TheoryError::BelowAdmissible`] for a fixed negative ridge without a solution.
    pub fn evaluate(
        &self,
        ratio: SampleRatio,
        choice: RidgeChoice,
        noise: NoiseVariance,
    ) -> Result<RiskPoint, TheoryError> {
        match self {
            Self::Spectral(representation) => {
                let fit = LabelFit::new(representation, noise)?;
                let scores = fit.and_then(|fit| fit.scores(ratio, choice).transpose()).transpose()?;
                let risk = representation.evaluate(ratio, choice, noise)?;
                Ok(RiskPoint { scores, ..RiskPoint::exact(ratio, risk) })
            }
            Self::Measured(measured) => measured.evaluate(ratio, choice, noise, None),
        }
    }

    /// The risk at one sample ratio, without AUC and accuracy, which cost a pass over all rows.
    ///
    /// # Errors
    /// Errors of [`RiskCurve::evaluate`].
    pub fn risk_at(
        &self,
        ratio: SampleRatio,
        choice: RidgeChoice,
        noise: NoiseVariance,
    ) -> Result<RiskPoint, TheoryError> {
        match self {
            Self::Spectral(representation) => {
                Ok(RiskPoint::exact(ratio, representation.evaluate(ratio, choice, noise)?))
            }
            Self::Measured(measured) => measured.evaluate(ratio, choice, noise, Some(Metric::Risk)),
        }
    }

    /// The risk, and `metric` if that is another one, at every sample ratio. A ridge without a solution leaves a gap.
    ///
    /// # Errors
    /// [`TheoryError::Interrupted`] once `stop` returns true.
    pub fn curve(
        &self,
        ratios: &[SampleRatio],
        choice: RidgeChoice,
        noise: NoiseVariance,
        metric: Metric,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<Vec<RiskPoint>, TheoryError> {
        match self {
            Self::Spectral(representation) => {
                let risks = representation.curve(ratios, choice, noise, stop)?;
                let fit = if metric == Metric::Risk { None } else { LabelFit::new(representation, noise)? };
                let scores = match fit {
                    Some(fit) => fit.curve(ratios, choice, stop)?,
                    None => vec![None; ratios.len()],
                };
                let point = |((&ratio, risk), scores)| RiskPoint { scores, ..RiskPoint::exact(ratio, risk) };
                Ok(ratios.iter().zip(risks).zip(scores).map(point).collect())
            }
            Self::Measured(measured) => measured.curve(ratios, choice, noise, metric, stop),
        }
    }

    /// A metric of real rows with the influence of every row; `None` for populations and where the rows cannot
    /// estimate it.
    ///
    /// # Errors
    /// Errors of [`RiskCurve::evaluate`].
    pub fn metric(
        &self,
        ratio: SampleRatio,
        choice: RidgeChoice,
        metric: Metric,
    ) -> Result<Option<MetricEstimate>, TheoryError> {
        match self {
            Self::Spectral(_) => Ok(None),
            Self::Measured(measured) => measured.metric(ratio, choice, metric),
        }
    }

    /// Fits random subsamples of real rows at a few n, which correct this curve from then on (section 9.4a).
    ///
    /// # Errors
    /// [`ScenarioError::Interrupted`] once `stop` returns true; draws that cannot be fitted.
    pub fn anchor(&self, choice: RidgeChoice, stop: &(dyn Fn() -> bool + Sync)) -> Result<(), ScenarioError> {
        match self {
            Self::Spectral(_) => Ok(()),
            Self::Measured(measured) => Ok(measured.anchor(choice, stop)?),
        }
    }

    /// Fits random subsamples for this curve and for that of every single task, with common draws.
    ///
    /// # Errors
    /// [`ScenarioError::Interrupted`] once `stop` returns true; draws that cannot be fitted.
    pub fn anchor_tasks(
        &self,
        choice: RidgeChoice,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<(), ScenarioError> {
        match self {
            Self::Spectral(_) => Ok(()),
            Self::Measured(measured) => Ok(measured.anchor_tasks(choice, stop)?),
        }
    }

    /// Notes about the subsampled fits; empty before they are made.
    #[must_use]
    pub fn notes(&self, choice: RidgeChoice) -> Vec<String> {
        match self {
            Self::Spectral(_) => Vec::new(),
            Self::Measured(measured) => measured.notes(choice),
        }
    }

    /// The subsampled fits by increasing n; empty before they are made.
    #[must_use]
    pub fn subsampled(&self, choice: RidgeChoice) -> Vec<SubsampledFits> {
        match self {
            Self::Spectral(_) => Vec::new(),
            Self::Measured(measured) => measured.subsampled(choice),
        }
    }

    /// Metrics with `count` labels of each class of real rows, by subsampled fits.
    ///
    /// # Errors
    /// If the targets are not the classes of one label file; [`ScenarioError::Interrupted`] once `stop` returns true.
    pub fn per_class(
        &self,
        choice: RidgeChoice,
        noise: NoiseVariance,
        count: usize,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<PerClass, ScenarioError> {
        match self {
            Self::Spectral(_) => Err(ScenarioError::new(
                "labels per class need real rows and a featurization that is made without their labels",
            )),
            Self::Measured(measured) => measured.per_class(choice, noise, count, stop),
        }
    }

    /// Whether all subsampled fits have been made.
    #[must_use]
    pub fn is_anchored(&self, choice: RidgeChoice) -> bool {
        match self {
            Self::Spectral(_) => true,
            Self::Measured(measured) => measured.is_anchored(choice),
        }
    }

    /// The representation of an exactly known population; `None` for real rows.
    #[must_use]
    pub fn spectral(&self) -> Option<&Representation> {
        match self {
            Self::Spectral(representation) => Some(representation),
            Self::Measured(_) => None,
        }
    }

    /// Poles and maxima of the risk with from ≤ α ≤ to, by increasing α.
    ///
    /// # Errors
    /// A ridge choice that the curve does not support.
    pub fn divergences(
        &self,
        choice: RidgeChoice,
        noise: NoiseVariance,
        from: f64,
        to: f64,
    ) -> Result<Vec<Extremum>, TheoryError> {
        match self {
            Self::Spectral(representation) => representation.divergences(choice, noise, from, to),
            Self::Measured(measured) => measured.divergences(choice, noise, from, to),
        }
    }

    /// The spectrum at one sample ratio; `None` if the curve is not made from one or the featurization does not
    /// exist.
    #[must_use]
    pub fn spectrum_at(
        &self,
        ratio: SampleRatio,
        choice: RidgeChoice,
        noise: NoiseVariance,
    ) -> Option<Cow<'_, Spectrum>> {
        match self {
            Self::Spectral(representation) => representation.spectrum_at(ratio, choice, noise),
            Self::Measured(_) => None,
        }
    }
}

impl Model {
    /// The risk of a featurization along the sample ratio. For real rows and featurizations made from the tasks it is
    /// the in-sample estimate.
    ///
    /// # Errors
    /// A featurization that the population does not support, or that does not exist at the sample ratio at which it
    /// is optimised.
    pub fn risk_curve(&self, featurization: &Featurization) -> Result<RiskCurve, ScenarioError> {
        if *featurization == self.scenario().featurization && self.sampled().is_none() {
            return Ok(RiskCurve::Spectral(self.chosen()?));
        }
        self.curve_of(featurization, &|| false)
    }

    /// The risk of a fit on a featurization of a population towards the coefficients of a source task.
    ///
    /// # Errors
    /// A featurization that depends on n, and those of [`Model::risk_curve`].
    pub fn towards(
        &self,
        featurization: &Featurization,
        source: SourceTask,
    ) -> Result<RiskCurve, ScenarioError> {
        let towards = self.towards_source(self.spectrum(featurization)?, source)?;
        Ok(RiskCurve::Spectral(Arc::new(towards)))
    }

    /// The risk of a featurization with one ridge fit on all samples, regardless of `[source]` and `[bagging]`.
    ///
    /// # Errors
    /// Errors of [`Model::risk_curve`].
    pub fn plain_curve(&self, featurization: &Featurization) -> Result<RiskCurve, ScenarioError> {
        self.curve_of(featurization, &|| false)
    }

    pub(in crate::scenario) fn curve_of(
        &self,
        featurization: &Featurization,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<RiskCurve, ScenarioError> {
        let Some(sampled) = self.sampled() else {
            return Ok(RiskCurve::Spectral(self.shared_representation(featurization)?));
        };
        let kind = featurization.kind();
        Ok(match Measured::new(sampled, &kind.path, stop)? {
            Some(measured) => RiskCurve::Measured(measured),
            None => RiskCurve::Spectral(self.shared_representation(featurization)?),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Scenario;

    #[test]
    fn the_spectral_curve_is_its_representation() {
        let model = Model::new(&Scenario::default(), None, &|| false).unwrap();
        let (choice, noise) = (model.ridge(), model.noise());
        let kind = Featurization::Raw;
        let (curve, representation) =
            (model.risk_curve(&kind).unwrap(), model.representation(&kind).unwrap());
        let ratio = SampleRatio::new(0.4).unwrap();
        let point = curve.evaluate(ratio, choice, noise).unwrap();
        assert_eq!(point.risk, representation.evaluate(ratio, choice, noise).unwrap());
        assert_eq!(point.value(Metric::Risk), point.risk.map(|r| r.risk));
        assert!(point.value(Metric::Auc).is_some_and(|auc| (0.5..1.0).contains(&auc)));
        let whole = curve.curve(&[ratio], choice, noise, Metric::Risk, &|| false).unwrap();
        assert_eq!(whole.len(), 1);
        assert!((whole[0].risk.unwrap().risk / point.risk.unwrap().risk - 1.0).abs() < 1e-12);
        assert_eq!(
            curve.divergences(choice, noise, 0.0, 2.0),
            representation.divergences(choice, noise, 0.0, 2.0)
        );
        assert!(curve.spectrum_at(ratio, choice, noise).is_some());
        let stopped = curve.curve(&[ratio], choice, noise, Metric::Risk, &|| true);
        assert_eq!(stopped, Err(TheoryError::Interrupted));
    }
}
