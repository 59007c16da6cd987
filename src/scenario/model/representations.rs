//! Featurizations of a model: as spectra, and as functions of the sample ratio.

use std::sync::Arc;

use crate::scenario::description::{Featurization, SourceTask};
use crate::scenario::model::featurizations::{Made, Needs};
use crate::scenario::population::{Origin, synthetic_only};
use crate::scenario::{Model, ScenarioError};
use crate::theory::representation::Representation;
use crate::theory::transfer::{Bagging, Pretraining, SourceFit, TowardsSource};
use crate::theory::{Correlation, Ridge, SampleRatio, Share, Spectrum};

impl Model {
    /// The spectrum of one featurization: s scaled to mean 1 over the p directions, except for raw features of a
    /// `[spectrum]`. A featurization that depends on n has one only if it is optimised at a fixed sample ratio.
    ///
    /// # Errors
    /// A featurization that depends on n, or that this population does not support.
    pub fn spectrum(&self, featurization: &Featurization) -> Result<Spectrum, ScenarioError> {
        match self.representation(featurization)? {
            Representation::Fixed(spectrum) => Ok(spectrum),
            Representation::Random(features) => Ok(features.spectrum().clone()),
            _ => Err(ScenarioError::new(format!(
                "featurization {} depends on n and has no single spectrum",
                featurization.name()
            ))),
        }
    }

    /// The featurization as a function of the sample ratio.
    ///
    /// # Errors
    /// A featurization that the population does not support, or that does not exist at the sample ratio at which it
    /// is optimised.
    pub fn representation(&self, featurization: &Featurization) -> Result<Representation, ScenarioError> {
        self.shared_representation(featurization).map(Arc::unwrap_or_clone)
    }

    /// The featurization as a function of the sample ratio; the scenario's own is computed once.
    pub(in crate::scenario) fn shared_representation(
        &self,
        featurization: &Featurization,
    ) -> Result<Arc<Representation>, ScenarioError> {
        let make = || self.make(featurization).map(Arc::new);
        if *featurization == self.scenario.featurization {
            self.chosen.get_or_compute(make).clone()
        } else {
            make()
        }
    }

    fn make(&self, featurization: &Featurization) -> Result<Representation, ScenarioError> {
        let kind = featurization.kind();
        let shifted = matches!(&self.population.origin, Origin::Commuting(p) if p.is_shifted());
        if shifted && kind.needs != Needs::Nothing {
            return Err(ScenarioError::new(format!(
                "featurization {} has another eigenbasis than the covariates, in which [test] is given; accepted \
                 are {}",
                featurization.name(),
                Needs::in_the_eigenbasis()
            )));
        }
        let source = self.source(&|| false);
        let (make, at) = match kind.made {
            Made::Fixed(known, _) => return Ok(Representation::Fixed(known(&source)?)),
            Made::Random(_) if self.sampled().is_some() => return Err(synthetic_only()),
            Made::Random(made) => return made(&source),
            Made::Following(make, at) => (make, at),
        };
        let following = make(&source)?;
        let Some(at) = at else { return Ok(following) };
        match following.spectrum_at(SampleRatio::new(at)?, self.scenario.ridge, self.noise) {
            Some(spectrum) => Ok(Representation::Fixed(spectrum.into_owned())),
            None => Err(nowhere(at)),
        }
    }

    /// Covariates and tasks for pretraining (section 11.2).
    ///
    /// # Errors
    /// If covariates and tasks have no common eigenbasis, and for real rows.
    pub fn pretraining(&self) -> Result<Pretraining, ScenarioError> {
        self.source(&|| false).pretraining()
    }

    /// The chosen featurization, fitted with `[source]` and `[bagging]`.
    ///
    /// # Errors
    /// Errors of [`Model::representation`].
    pub fn chosen(&self) -> Result<Arc<Representation>, ScenarioError> {
        let representation = self.shared_representation(&self.scenario.featurization)?;
        let (source, bagging) = (self.scenario.source, self.scenario.bagging);
        if source.is_none() && bagging.is_none() {
            return Ok(representation);
        }
        let Representation::Fixed(spectrum) = representation.as_ref() else { return Ok(representation) };
        let spectrum = spectrum.clone();
        if let Some(source) = source {
            return Ok(Arc::new(self.towards_source(spectrum, source)?));
        }
        let fixed = Representation::Fixed(spectrum);
        let Some(bagging) = bagging else { return Ok(Arc::new(fixed)) };
        let bagging = Bagging::new(Share::new(bagging.share)?, bagging.fits)?;
        Ok(Arc::new(Representation::Bagged(Box::new(fixed), bagging)))
    }

    /// The fit on features of this spectrum towards the coefficients of a source task.
    pub(in crate::scenario) fn towards_source(
        &self,
        spectrum: Spectrum,
        source: SourceTask,
    ) -> Result<Representation, ScenarioError> {
        let noise = self.label_noise(source.noise)?;
        let fit = match source.samples {
            0 => None,
            n => Some(SourceFit {
                samples: SampleRatio::new(n as f64 / self.dimension() as f64)?,
                ridge: Ridge::new(source.ridge)?,
                noise,
            }),
        };
        let correlation = Correlation::new(source.correlation)?;
        let towards = TowardsSource::new(spectrum, fit, correlation, source.weight)?;
        Ok(Representation::Towards(Box::new(towards)))
    }
}

pub(in crate::scenario) fn nowhere(at: f64) -> ScenarioError {
    ScenarioError::new(format!("featurization.at = {at}: soft selection exists only below n/p = 1"))
}
