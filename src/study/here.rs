//! What stands at the crosshair: the numbers of every curve, what ridges the chosen one admits, its spectrum and its slope.

use std::borrow::Cow;

use super::compared::{CurveId, Prepared};
use super::scaling::{self, Slope};
use super::words;
use crate::scenario::{Model, RiskCurve, RiskPoint, ScenarioError, Shown};
use crate::theory::target::Interval;
use crate::theory::{Ridge, RidgeChoice, Risk, SampleRatio, Spectrum, TheoryError, ridge};

/// The numbers of one curve at the crosshair.
#[derive(Debug, Clone)]
pub struct Row {
    /// Which curve.
    pub id: CurveId,
    /// As people read it, with its tag.
    pub name: String,
    /// `None` where there is none; `missing` says why.
    pub risk: Option<Risk>,
    /// What real rows say beside it.
    pub shown: Option<Shown>,
    /// Why there is no risk.
    pub missing: Option<String>,
    /// Where the target is reached, if one is set.
    pub reached: Option<Vec<Interval>>,
}

impl Row {
    /// Of a curve that there is not.
    pub(super) fn missing(why: String) -> Self {
        let id = CurveId::Chosen;
        Self { id, name: String::new(), risk: None, shown: None, missing: Some(why), reached: None }
    }

    /// Of one of several encoders.
    #[must_use]
    pub fn of_encoder(name: &str, point: &RiskPoint) -> Self {
        let missing = point.risk.is_none().then(|| words::missing(point.shown.as_ref()));
        let (risk, shown) = (point.risk, point.shown);
        Self { id: CurveId::Chosen, name: name.to_owned(), risk, shown, missing, reached: None }
    }
}

/// What ridges the chosen featurization admits at the crosshair, and the best of them.
#[derive(Debug, Clone, Copy)]
pub struct Ridges {
    /// λ_min: only ridges above it have a solution.
    pub minimum: f64,
    /// The risk at the optimal ridge, of either sign.
    pub best: Risk,
}

impl Ridges {
    /// `spectrum` is the chosen featurization's there.
    pub(super) fn at(
        crosshair: f64,
        model: &Model,
        curve: &RiskCurve,
        spectrum: Option<&Spectrum>,
    ) -> Option<Self> {
        let at = SampleRatio::new(crosshair).ok()?;
        if let RiskCurve::Measured(_) = curve {
            let best = curve.risk_at(at, RidgeChoice::Optimal, model.noise()).ok()?.risk?;
            let lowest = RidgeChoice::Fixed(Ridge::new(f64::MIN).ok()?);
            return match curve.risk_at(at, lowest, model.noise()) {
                Err(TheoryError::BelowAdmissible { minimum, .. }) => Some(Self { minimum, best }),
                _ => None,
            };
        }
        let spectrum = spectrum?;
        let best = ridge::Optimizer::new(spectrum).optimal(at, model.noise(), false);
        // Energies below 0 can make it no risk.
        (best.risk >= 0.0).then_some(Self { minimum: ridge::minimum(spectrum, at), best })
    }
}

/// Of the chosen featurization; of real rows their own, where they have one, to be looked at.
pub(super) fn spectrum(crosshair: f64, model: &Model, prepared: &[Prepared]) -> Option<Spectrum> {
    let at = SampleRatio::new(crosshair).ok()?;
    let chosen = prepared.first()?.curve.as_ref().ok()?;
    if let RiskCurve::Measured(_) = chosen {
        let kind = &prepared.first()?.subject.featurization;
        return model
            .representation(kind)
            .ok()?
            .spectrum_at(at, model.ridge(), model.noise())
            .map(Cow::into_owned);
    }
    chosen.spectrum_at(at, model.ridge(), model.noise()).map(Cow::into_owned)
}

/// The exact numbers at the crosshair.
pub(super) fn rows(crosshair: f64, model: &Model, prepared: &[Prepared]) -> Vec<Row> {
    let at = SampleRatio::new(crosshair).map_err(ScenarioError::from);
    let row = |prepared: &Prepared| {
        let point = prepared.curve.as_ref().map_err(Clone::clone);
        let point = point.and_then(|curve| Ok(curve.evaluate(at.clone()?, prepared.ridge, model.noise())?));
        let missing = match &point {
            Ok(RiskPoint { risk: None, shown, .. }) => Some(words::missing(shown.as_ref())),
            Ok(_) => None,
            Err(why) => Some(why.to_string()),
        };
        let (risk, shown) = point.map_or((None, None), |point| (point.risk, point.shown));
        let (id, name) = (prepared.subject.id, prepared.name.clone());
        Row { id, name, risk, shown, missing, reached: None }
    };
    prepared.iter().map(row).collect()
}

/// Of the chosen featurization at the crosshair.
pub(super) fn slope(crosshair: f64, model: &Model, prepared: &[Prepared], rows: &[Row]) -> Option<Slope> {
    let (chosen, row) = (prepared.first()?, rows.first()?);
    let at = SampleRatio::new(crosshair).ok()?;
    let kind = &chosen.subject.featurization;
    scaling::at(model, kind, chosen.curve.as_ref().ok()?, at, chosen.ridge, row.risk.as_ref()?)
}
