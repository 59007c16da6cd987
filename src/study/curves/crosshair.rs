//! Readout at the crosshair: the risk of every curve, the admissible ridges, the spectrum and the local exponent of the
//! chosen featurization.

use std::borrow::Cow;

use crate::scenario::{Metric, RiskCurve, RiskPoint, RowEstimates, ScenarioError};
use crate::study::curves::exponent::{self, LocalExponent};
use crate::study::curves::point::{self, PopulationRisks};
use crate::study::featurizations::{CurveId, PreparedCurve};
use crate::study::words;
use crate::theory::target::Interval;
use crate::theory::transfer::LabelScores;
use crate::theory::{Ridge, RidgeChoice, Risk, SampleRatio, Spectrum, TheoryError, ridge};

/// One curve at the crosshair.
#[derive(Debug, Clone)]
pub struct ReadoutRow {
    /// Identity of the curve.
    pub id: CurveId,
    /// Name for the reader, with its tag.
    pub name: String,
    /// The risk; `None` where there is none, for the reason in `missing`.
    pub risk: Option<Risk>,
    /// The exact risk of the nearest whole n at this p, where it differs from the asymptotic one by more than 1 %
    /// (section 8); infinite where it diverges.
    pub finite_risk: Option<f64>,
    /// Estimates from real rows.
    pub shown: Option<RowEstimates>,
    /// Scores on labels ±1, of a population.
    pub scores: Option<LabelScores>,
    /// Why there is no risk.
    pub missing: Option<String>,
    /// The sample counts that reach the target risk, if one is set.
    pub reached: Option<Vec<Interval>>,
}

impl ReadoutRow {
    /// A curve that cannot be computed.
    pub(in crate::study) fn missing(why: String) -> Self {
        let id = CurveId::Chosen;
        let (name, risk, finite_risk, shown, scores, reached) = (String::new(), None, None, None, None, None);
        Self { id, name, risk, finite_risk, shown, scores, missing: Some(why), reached }
    }

    /// One of several encoders.
    #[must_use]
    pub fn of_encoder(name: &str, point: &RiskPoint) -> Self {
        let missing = point.risk.is_none().then(|| words::missing(point.shown.as_ref()));
        let (risk, shown) = (point.risk, point.shown);
        let name = name.to_owned();
        let scores = point.scores;
        Self { id: CurveId::Chosen, name, risk, finite_risk: None, shown, scores, missing, reached: None }
    }

    /// The value of a metric, where there is one.
    #[must_use]
    pub fn value(&self, metric: Metric) -> Option<f64> {
        metric.of(self.risk.as_ref(), self.shown.as_ref(), self.scores.as_ref())
    }

    /// The standard error of a metric; `None` where it is known exactly.
    #[must_use]
    pub fn standard_error(&self, metric: Metric) -> Option<f64> {
        let shown = self.shown.as_ref()?;
        if metric.is_of_classes() {
            return Some(shown.scores.get(metric)?.standard_error);
        }
        Some(shown.standard_error)
    }

    /// A curve at n/p = `crosshair`.
    pub(in crate::study) fn at(crosshair: f64, curve: &PreparedCurve) -> Self {
        let at = SampleRatio::new(crosshair).map_err(ScenarioError::from);
        let (ridge, noise) = (curve.ridge, curve.model.noise());
        let point = curve.risk().and_then(|risk| Ok(risk.evaluate(at.clone()?, ridge, noise)?));
        let missing = match &point {
            Ok(RiskPoint { risk: None, shown, .. }) => Some(words::missing(shown.as_ref())),
            Ok(_) => None,
            Err(why) => Some(why.to_string()),
        };
        let (risk, shown, scores) =
            point.map_or((None, None, None), |point| (point.risk, point.shown, point.scores));
        let (id, name) = (curve.spec.id, curve.name.clone());
        let finite_risk = point::if_notable(finite_risk(crosshair, curve), risk.as_ref());
        Self { id, name, risk, finite_risk, shown, scores, missing, reached: None }
    }
}

/// The exact risk of the nearest whole n, where there is a closed form.
fn finite_risk(crosshair: f64, curve: &PreparedCurve) -> Option<f64> {
    let samples = (crosshair * curve.model.dimension() as f64).round();
    let (ratio, risk) = (curve.ratio(samples).ok()?, curve.risk.as_ref().ok()?);
    PopulationRisks::at(&curve.model, risk, ratio, curve.ridge, None)?.finite_risk
}

/// The ridges for which a featurization has a solution, and the best of them.
#[derive(Debug, Clone, Copy)]
pub struct AdmissibleRidges {
    /// λ_min: ridges above it have a solution; `None` for fits whose risk is not that of one spectrum.
    pub minimum: Option<f64>,
    /// The risk at the optimal ridge, of either sign.
    pub best: Risk,
}

impl AdmissibleRidges {
    /// The ridges of a curve at n/p = `crosshair`, where its spectrum is `spectrum`. `None` where there is no such curve,
    /// and for real rows without a known lower bound.
    pub(in crate::study) fn at(
        crosshair: f64,
        curve: &PreparedCurve,
        spectrum: Option<&Spectrum>,
    ) -> Option<Self> {
        let at = SampleRatio::new(crosshair).ok()?;
        let (noise, risk) = (curve.model.noise(), curve.risk.as_ref().ok()?);
        let RiskCurve::Spectral(representation) = risk else {
            let best = risk.risk_at(at, RidgeChoice::Optimal, noise).ok()?.risk?;
            let lowest = RidgeChoice::Fixed(Ridge::new(f64::MIN).ok()?);
            return match risk.risk_at(at, lowest, noise) {
                Err(TheoryError::BelowAdmissible { minimum, .. }) => {
                    Some(Self { minimum: Some(minimum), best })
                }
                _ => None,
            };
        };
        let tuned = |choice| representation.evaluate(at, choice, noise).ok().flatten();
        let best = tuned(RidgeChoice::Optimal).or_else(|| tuned(RidgeChoice::OptimalNonNegative))?;
        let minimum = spectrum.filter(|_| representation.is_one_spectrum());
        Some(Self { minimum: minimum.map(|spectrum| ridge::minimum(spectrum, at)), best })
    }
}

/// The spectrum of a curve's featurization at n/p = `crosshair`; for real rows that of the estimated population.
pub(in crate::study) fn spectrum(crosshair: f64, curve: &PreparedCurve) -> Option<Spectrum> {
    let at = SampleRatio::new(crosshair).ok()?;
    let (ridge, noise, risk) = (curve.model.ridge(), curve.model.noise(), curve.risk.as_ref().ok()?);
    if let RiskCurve::Measured(_) = risk {
        let representation = curve.model.representation(&curve.spec.featurization).ok()?;
        return representation.spectrum_at(at, ridge, noise).map(Cow::into_owned);
    }
    risk.spectrum_at(at, ridge, noise).map(Cow::into_owned)
}

/// The local exponent of a curve at n/p = `crosshair`, where its risk is `risk`.
pub(in crate::study) fn local_exponent(
    crosshair: f64,
    curve: &PreparedCurve,
    risk: Option<&Risk>,
) -> Option<LocalExponent> {
    let at = SampleRatio::new(crosshair).ok()?;
    exponent::at(&curve.model, &curve.spec.featurization, curve.risk.as_ref().ok()?, at, curve.ridge, risk?)
}
