//! Accuracy and AUC of a featurization whose fit is on labels ±1 (section 11.5).

use rayon::prelude::*;

use super::super::transfer::{LabelScores, Labels};
use super::super::{MinimaxSelection, NoiseVariance, Pcr, RidgeChoice, SampleRatio, TheoryError};
use super::Representation;

/// A featurization fitted to the signs of the latent variable u = xᵀθ + ε. Features chosen at each α, and a tuned
/// ridge, minimise the squared error on the labels.
#[derive(Debug, Clone)]
pub struct LabelFit {
    labels: Labels,
    representation: Representation,
    noise: NoiseVariance,
}

impl Representation {
    /// Variance r² of the labels that the covariates explain.
    #[must_use]
    pub fn signal(&self) -> f64 {
        match self {
            Self::Fixed(spectrum) => spectrum.signal(),
            Self::BestPcr(pcr) => pcr.raw().signal(),
            Self::Soft(task) | Self::Hard(task) | Self::Optimal(task) => task.signal(),
            Self::Minimax(selection) => selection.task().signal(),
            Self::Random(features) => features.spectrum().signal(),
            Self::PlugIn(features) => features.spectrum().signal(),
            Self::Towards(towards) => towards.spectrum().signal(),
            Self::Bagged(inner, _) => inner.signal(),
        }
    }

    /// The featurization with its energies multiplied by `share`; `None` for a fit towards a source task, for which
    /// section 11.5 has no formula.
    fn scaled(&self, share: f64) -> Option<Self> {
        Some(match self {
            Self::Fixed(spectrum) => Self::Fixed(spectrum.scaled_energies(share)),
            Self::BestPcr(pcr) => Self::BestPcr(Pcr::new(pcr.raw().scaled_energies(share))),
            Self::Soft(task) => Self::Soft(task.scaled(share)),
            Self::Hard(task) => Self::Hard(task.scaled(share)),
            Self::Optimal(task) => Self::Optimal(task.scaled(share)),
            Self::Minimax(selection) => Self::Minimax(MinimaxSelection::new(selection.task().scaled(share))),
            Self::Random(features) => Self::Random(Box::new(features.scaled(share))),
            Self::PlugIn(features) => Self::PlugIn(Box::new(features.scaled(share))),
            Self::Bagged(inner, bagging) => Self::Bagged(Box::new(inner.scaled(share)?), *bagging),
            Self::Towards(_) => return None,
        })
    }
}

impl LabelFit {
    /// The fit on the labels; `None` where there is no formula: for a fit towards a source task, and where the latent
    /// variable is constant.
    ///
    /// # Errors
    /// Errors of [`Labels::noise`].
    pub fn new(representation: &Representation, noise: NoiseVariance) -> Result<Option<Self>, TheoryError> {
        let Some(labels) = Labels::new(representation.signal(), noise) else { return Ok(None) };
        let noise = labels.noise()?;
        let scaled = representation.scaled(labels.share());
        Ok(scaled.map(|representation| Self { labels, representation, noise }))
    }

    /// Scores at one sample ratio; `None` where the featurization or the ridge has no solution.
    ///
    /// # Errors
    /// Errors of [`Representation::evaluate`].
    pub fn scores(
        &self,
        ratio: SampleRatio,
        choice: RidgeChoice,
    ) -> Result<Option<LabelScores>, TheoryError> {
        let Some(risk) = self.representation.evaluate(ratio, choice, self.noise)? else { return Ok(None) };
        let spectrum = self.representation.spectrum_at(ratio, choice, self.noise);
        Ok(spectrum.map(|spectrum| self.labels.scores(&spectrum, &risk)))
    }

    /// Scores at every sample ratio, `None` where they do not exist.
    ///
    /// # Errors
    /// [`TheoryError::Interrupted`] once `stop` returns true.
    pub fn curve(
        &self,
        ratios: &[SampleRatio],
        choice: RidgeChoice,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<Vec<Option<LabelScores>>, TheoryError> {
        let risks = self.representation.curve(ratios, choice, self.noise, stop)?;
        let at = |(&ratio, risk): (&SampleRatio, _)| {
            if stop() {
                return Err(TheoryError::Interrupted);
            }
            let spectrum = self.representation.spectrum_at(ratio, choice, self.noise);
            Ok(spectrum.zip(risk).map(|(spectrum, risk)| self.labels.scores(&spectrum, &risk)))
        };
        ratios.par_iter().zip(risks).map(at).collect()
    }
}
