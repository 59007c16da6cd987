//! Featurizations as functions of the sample ratio: fixed ones, and those of section 5 that are chosen at each α.

use std::borrow::Cow;

use rayon::prelude::*;

use super::divergence;
use super::finite;
use super::quantity::{NoiseVariance, Ridge, RidgeChoice, SampleRatio, TheoryError};
use super::selection::{Optimal, Regime, TaskSpectrum};
use super::sweep::{self, Poll};
use super::transfer::{Bagging, PlugIn, RandomFeatures, TowardsSource};
use super::{MinimaxSelection, Pcr, Risk, SoftTable, Spectrum, ridge, risk};

/// The downstream features as a function of the sample ratio. Those chosen at each α are optimal for the ridgeless
/// fit; at another ridge they are evaluated unchanged.
#[derive(Debug, Clone, PartialEq)]
pub enum Representation {
    /// One spectrum for all sample sizes.
    Fixed(Spectrum),
    /// Oracle principal components, the best number of them at each α for the given ridge.
    BestPcr(Pcr),
    /// Soft selection, M ∝ S + μI; exists below α = 1.
    Soft(TaskSpectrum),
    /// Hard selection: the top features, all at the same scale.
    Hard(TaskSpectrum),
    /// The better of soft and hard selection.
    Optimal(TaskSpectrum),
    /// The best featurization for the worst task; its reported risk is the average over tasks.
    Minimax(MinimaxSelection),
    /// Random features of a fixed featurization, or features pretrained on finitely many tasks (sections 11.1, 11.2).
    Random(Box<RandomFeatures>),
    /// The plug-in optimum of upstream data (section 11.2); exists below α = 1.
    PlugIn(Box<PlugIn>),
    /// A ridge towards the coefficients of a source task (section 11.3).
    Towards(Box<TowardsSource>),
    /// The average of fits on subsamples (section 11.4), each with the features of the inner featurization.
    Bagged(Box<Self>, Bagging),
}

impl Representation {
    /// The spectrum at one sample ratio; featurizations chosen for each α have eigenvalues of mean 1. `None` where the
    /// featurization does not exist (soft selection for α ≥ 1). `ridge` only affects the number of principal
    /// components.
    #[must_use]
    pub fn spectrum_at(
        &self,
        sample_ratio: SampleRatio,
        choice: RidgeChoice,
        noise: NoiseVariance,
    ) -> Option<Cow<'_, Spectrum>> {
        Some(Cow::Owned(match self {
            Self::Fixed(spectrum) => return Some(Cow::Borrowed(spectrum)),
            Self::Random(features) => return Some(Cow::Borrowed(features.spectrum())),
            Self::PlugIn(features) => features.spectrum_at(sample_ratio, noise)?.0,
            Self::Towards(towards) => return Some(Cow::Borrowed(towards.spectrum())),
            Self::Bagged(inner, _) => return inner.spectrum_at(sample_ratio, choice, noise),
            Self::BestPcr(pcr) => pcr.spectrum(sample_ratio, choice, noise),
            Self::Soft(task) => task.soft_spectrum(task.soft_mu(sample_ratio, noise)?).normalized(),
            Self::Hard(task) => task.top(task.hard(sample_ratio, noise).atoms),
            Self::Minimax(selection) => selection.spectrum(&selection.best(sample_ratio, noise)),
            Self::Optimal(task) => {
                let optimal = task.optimal(sample_ratio, noise);
                match (optimal.regime, optimal.soft) {
                    (Regime::Soft, Some(soft)) => task.soft_spectrum(soft.mu).normalized(),
                    _ => task.top(optimal.hard.atoms),
                }
            }
        }))
    }

    /// Whether the risk is that of a ridge fit on the features of [`Representation::spectrum_at`]: those are not drawn at
    /// random, and the fit is neither an average nor towards a source.
    #[must_use]
    pub const fn is_one_spectrum(&self) -> bool {
        !matches!(self, Self::Random(_) | Self::PlugIn(_) | Self::Towards(_) | Self::Bagged(..))
    }

    /// The risk at one sample ratio. `None` where the featurization does not exist.
    ///
    /// # Errors
    /// [`TheoryError::BelowAdmissible`] for a fixed negative ridge without a solution, [`TheoryError::NegativeRisk`]
    /// where negative energies outweigh the rest.
    pub fn evaluate(
        &self,
        sample_ratio: SampleRatio,
        choice: RidgeChoice,
        noise: NoiseVariance,
    ) -> Result<Option<Risk>, TheoryError> {
        let spectrum = || self.spectrum_at(sample_ratio, choice, noise);
        let tuned = match self {
            Self::BestPcr(pcr) => pcr.tuned(sample_ratio, choice, noise),
            _ => None,
        };
        let risk = match self {
            _ if tuned.is_some() => tuned,
            Self::Random(features) => Some(features.evaluate(sample_ratio, choice, noise)?),
            Self::PlugIn(features) => features.evaluate(sample_ratio, choice, noise)?,
            Self::Towards(towards) => Some(towards.evaluate(sample_ratio, choice, noise)?),
            Self::Bagged(_, bagging) => {
                spectrum().map(|s| bagging.evaluate(&s, sample_ratio, choice, noise)).transpose()?
            }
            _ => spectrum().map(|s| ridge::evaluate(&s, sample_ratio, choice, noise)).transpose()?,
        };
        match risk.filter(|r| r.risk < 0.0) {
            Some(Risk { risk, sample_ratio, .. }) => Err(TheoryError::NegativeRisk { risk, sample_ratio }),
            None => Ok(risk),
        }
    }

    /// The risk at every sample ratio, as in [`sweep::curve`]; `None` where the featurization or the fit does not
    /// exist.
    ///
    /// # Errors
    /// A ridge choice that the representation does not support; [`TheoryError::Interrupted`] once `stop` returns
    /// true.
    pub fn curve(
        &self,
        ratios: &[SampleRatio],
        choice: RidgeChoice,
        noise: NoiseVariance,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<Vec<Option<Risk>>, TheoryError> {
        if let Self::Fixed(spectrum) = self {
            let mut points = sweep::curve(spectrum, ratios, choice, noise, stop)?;
            points.iter_mut().for_each(|point| *point = point.filter(|r| r.risk.is_nan() || r.risk >= 0.0));
            return Ok(points);
        }
        match self {
            Self::Random(features) => return features.curve(ratios, choice, noise, stop),
            Self::PlugIn(features) => return features.curve(ratios, choice, noise, stop),
            Self::Towards(towards) => return towards.curve(ratios, choice, noise, stop),
            Self::Bagged(inner, bagging) => {
                if let Self::Fixed(spectrum) = inner.as_ref() {
                    return bagging.curve(spectrum, ratios, choice, noise, stop);
                }
            }
            _ => {}
        }
        let mut poll = Poll::new(stop);
        // The closed form does not hold under a test covariance.
        let closed = is_ridgeless(choice) && !self.is_shifted();
        if let (Self::Soft(task) | Self::Optimal(task), true) = (self, closed) {
            if poll.stopped() {
                return Err(TheoryError::Interrupted);
            }
            let table = SoftTable::new(task.clone());
            let point = |&ratio| poll.check().map(|()| self.ridgeless(&table, ratio, noise));
            return ratios.iter().map(point).collect();
        }
        let point = |&ratio: &SampleRatio| {
            if stop() {
                return Err(TheoryError::Interrupted);
            }
            match self.evaluate(ratio, choice, noise) {
                Err(why) if why.is_gap() => Ok(None),
                found => found,
            }
        };
        ratios.par_iter().map(point).collect()
    }

    /// A point of a ridgeless soft or optimal curve, from the κ of the closed form.
    fn ridgeless(&self, table: &SoftTable, ratio: SampleRatio, noise: NoiseVariance) -> Option<Risk> {
        match (self, table.optimal(ratio, noise)) {
            (Self::Soft(_), Optimal { soft, .. }) | (_, Optimal { soft, regime: Regime::Soft, .. }) => {
                soft.map(|soft| table.risk(ratio, noise, &soft))
            }
            (_, Optimal { hard, .. }) => {
                risk::evaluate(&table.task().top(hard.atoms), ratio, Ridge::ZERO, noise).ok()
            }
        }
    }

    /// The selection at one sample ratio: the regime, and the number of kept atoms where some are dropped. Where it
    /// changes, the risk may have a jump or a kink.
    pub(crate) fn kept(
        &self,
        ratio: SampleRatio,
        choice: RidgeChoice,
        noise: NoiseVariance,
    ) -> (Regime, usize) {
        let soft_has_all = |(regime, atoms)| (regime, if regime == Regime::Soft { 0 } else { atoms });
        soft_has_all(match self {
            Self::Fixed(_) | Self::Soft(_) | Self::Random(_) | Self::PlugIn(_) | Self::Towards(_) => {
                (Regime::Soft, 0)
            }
            Self::Bagged(inner, _) => return inner.kept(ratio, choice, noise),
            Self::BestPcr(pcr) => (Regime::Hard, pcr.best_cut(ratio, choice, noise).kept),
            Self::Hard(task) => (Regime::Hard, task.hard(ratio, noise).atoms),
            Self::Optimal(task) => {
                let optimal = task.optimal(ratio, noise);
                (optimal.regime, optimal.hard.atoms)
            }
            Self::Minimax(selection) => {
                let best = selection.best(ratio, noise);
                (best.regime, best.atoms)
            }
        })
    }

    /// Whether the risk may jump where the selection changes. It cannot if the selection minimises the risk that is
    /// evaluated.
    pub(crate) fn jumps(&self, choice: RidgeChoice) -> bool {
        match self {
            Self::Fixed(_)
            | Self::BestPcr(_)
            | Self::Soft(_)
            | Self::Random(_)
            | Self::PlugIn(_)
            | Self::Towards(_) => false,
            // The features are chosen for one fit on all samples, not for the bagged fits.
            Self::Bagged(inner, _) => !matches!(inner.as_ref(), Self::Fixed(_)),
            // Features are chosen without a ridge and without a distribution shift.
            Self::Hard(_) | Self::Optimal(_) => !is_ridgeless(choice) || self.is_shifted(),
            Self::Minimax(_) => true,
        }
    }

    /// Whether the risk is under a test covariance that differs from that of the samples.
    #[must_use]
    pub fn is_shifted(&self) -> bool {
        match self {
            // These are refused under a test covariance.
            Self::Random(_) | Self::PlugIn(_) | Self::Towards(_) => false,
            Self::Bagged(inner, _) => inner.is_shifted(),
            Self::Fixed(spectrum) => spectrum.test().is_some(),
            Self::BestPcr(pcr) => pcr.raw().test().is_some(),
            Self::Soft(task) | Self::Hard(task) | Self::Optimal(task) => task.is_shifted(),
            Self::Minimax(selection) => selection.task().is_shifted(),
        }
    }

    /// Sample ratios at which the slope of the risk may change sign, where they are known: between neighbours the
    /// risk is monotone. `None` where only a scan finds them.
    pub(crate) fn turning_points(&self, choice: RidgeChoice, noise: NoiseVariance) -> Option<Vec<f64>> {
        match self {
            Self::Fixed(spectrum) => Some(divergence::turning_points(spectrum, choice, noise)),
            Self::Towards(towards) => {
                towards.remaining().map(|left| divergence::turning_points(left, choice, noise))
            }
            // The minimum over a growing set of candidates, each with a risk that decreases in α.
            Self::Hard(task) if is_ridgeless(choice) && !task.is_shifted() => Some(Vec::new()),
            Self::BestPcr(_) if !matches!(choice, RidgeChoice::Fixed(_)) => Some(Vec::new()),
            _ => None,
        }
    }

    /// An upper bound of the risk that decreases with α, where one is known: that of least squares on the available
    /// features. A tuned ridge is not above it either. There is no bound with negative energies.
    pub(crate) fn ceiling(
        &self,
        choice: RidgeChoice,
        noise: NoiseVariance,
    ) -> Option<impl Fn(SampleRatio) -> f64> {
        let ridgeless = is_ridgeless(choice) || !matches!(choice, RidgeChoice::Fixed(_));
        let known = match self {
            Self::Hard(_) | Self::Optimal(_) => true,
            Self::BestPcr(pcr) => {
                pcr.raw().weighted_energies().iter().all(|e| *e >= 0.0) && pcr.raw().unreachable() >= 0.0
            }
            Self::Fixed(_)
            | Self::Soft(_)
            | Self::Minimax(_)
            | Self::Random(_)
            | Self::PlugIn(_)
            | Self::Towards(_)
            | Self::Bagged(..) => false,
        };
        (ridgeless && known && !self.is_shifted()).then_some(move |ratio| match self {
            Self::Hard(task) | Self::Optimal(task) => task.hard(ratio, noise).risk,
            Self::BestPcr(pcr) => pcr.least_squares(ratio, noise).1,
            _ => f64::INFINITY,
        })
    }

    /// Sample ratio at which the features end: soft selection does not exist beyond it.
    pub(crate) fn reach(&self) -> Option<f64> {
        match self {
            Self::Soft(task) | Self::Hard(task) | Self::Optimal(task) => Some(task.reach()),
            Self::Minimax(selection) => Some(selection.task().reach()),
            Self::BestPcr(pcr) => Some(pcr.raw().rank()),
            Self::Bagged(inner, _) => inner.reach(),
            Self::PlugIn(features) => Some(features.reach()),
            Self::Fixed(_) | Self::Random(_) | Self::Towards(_) => None,
        }
    }

    /// Share of the directions that count as 0 only because they are below the range of f64. Featurizations chosen
    /// from the task spectrum rescale or drop these directions, so their poles do not depend on them: 0.
    #[must_use]
    pub fn lost(&self) -> f64 {
        match self {
            Self::Fixed(spectrum) => spectrum.lost(),
            Self::Random(features) => features.spectrum().lost(),
            Self::PlugIn(features) => features.spectrum().lost(),
            Self::Towards(towards) => towards.spectrum().lost(),
            Self::Bagged(inner, _) => inner.lost(),
            Self::BestPcr(pcr) => pcr.raw().lost(),
            Self::Soft(_) | Self::Hard(_) | Self::Optimal(_) | Self::Minimax(_) => 0.0,
        }
    }

    /// Expected risk at finite n and p where section 8 has a closed form: no ridge, a whole number of samples.
    #[must_use]
    pub fn finite_risk(
        &self,
        sample_ratio: SampleRatio,
        dimension: usize,
        choice: RidgeChoice,
        noise: NoiseVariance,
    ) -> Option<f64> {
        if matches!(self, Self::Random(_) | Self::PlugIn(_) | Self::Towards(_) | Self::Bagged(..)) {
            return None;
        }
        let samples = sample_ratio.get() * dimension as f64;
        if !is_ridgeless(choice) || (samples - samples.round()).abs() > 1e-9 * samples {
            return None;
        }
        let spectrum = self.spectrum_at(sample_ratio, choice, noise)?;
        finite::finite_risk(&spectrum, samples.round() as u64, dimension, noise)
    }

    /// Risk of the worst task on the sphere of section 5, for the minimax representation; `None` for others and under
    /// a test covariance.
    #[must_use]
    pub fn worst_risk(&self, choice: RidgeChoice, noise: NoiseVariance, risk: &Risk) -> Option<f64> {
        let Self::Minimax(selection) = self else { return None };
        if self.is_shifted() {
            return None;
        }
        let ratio = SampleRatio::new(risk.sample_ratio).ok()?;
        let spectrum = self.spectrum_at(ratio, choice, noise)?;
        Some(selection.worst_risk(&selection.best(ratio, noise), &spectrum, risk))
    }
}

pub use labels::LabelFit;

fn is_ridgeless(choice: RidgeChoice) -> bool {
    matches!(choice, RidgeChoice::Fixed(ridge) if ridge.get() == 0.0)
}

mod extrema;
mod labels;
#[cfg(test)]
mod tests;
