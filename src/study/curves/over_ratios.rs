//! Curves over n/p, and the optimum's regimes along it.

use rayon::prelude::*;

use super::{Curve, Curves, CurvesRequest, Detail, point_or_gap};
use crate::scenario::{Model, ScenarioError};
use crate::study::curves::point::{PopulationRisks, References};
use crate::study::featurizations::PreparedCurve;
use crate::study::steps::Steps;
use crate::theory::SampleRatio;
use crate::theory::transition;

impl Curves {
    /// Adds a curve for each featurization, references where the request is for a table, and the optimum's regimes.
    pub(super) fn over_ratios(
        &mut self,
        model: &Model,
        prepared: &[PreparedCurve],
        request: &CurvesRequest,
        steps: &Steps<'_>,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<(), ScenarioError> {
        for prepared in prepared {
            self.curves.push(over_ratios(prepared, request, steps, stop)?);
        }
        if request.detail == Detail::Table {
            let references = References::new(model, stop)?;
            let at = |&ratio| if stop() { Err(ScenarioError::Interrupted) } else { references.at(ratio) };
            let ratios = request.axis.ratios(request.points, &[])?;
            self.references = ratios.par_iter().map(at).collect::<Result<_, _>>()?;
        }
        // For real rows the optimum would be in-sample; under a distribution shift it is not known.
        let unknown = model.pool().is_some() || model.is_shifted();
        let known = if unknown { None } else { model.soft_table().ok() };
        let Some(table) = known else { return Ok(()) };
        let (from, to) = (self.axis.from, self.axis.to);
        self.transitions = transition::transitions(&table, model.noise(), from, to, stop)?;
        let at = |ratio| Ok::<_, ScenarioError>(table.optimal(SampleRatio::new(ratio)?, model.noise()));
        self.add_regimes(&at(from)?, &at(to)?);
        for ratio in self.axis.values(request.points) {
            self.kept.push((ratio, at(ratio)?.kept_fraction));
        }
        Ok(())
    }
}

/// A curve over n/p; without points where the population has no such featurization.
///
/// # Errors
/// A point that cannot be computed; [`ScenarioError::Interrupted`] once `stop` returns true.
pub(in crate::study) fn over_ratios(
    prepared: &PreparedCurve,
    request: &CurvesRequest,
    steps: &Steps<'_>,
    stop: &(dyn Fn() -> bool + Sync),
) -> Result<Curve, ScenarioError> {
    let mut curve = Curve::empty(prepared);
    let PreparedCurve { model, ridge, .. } = prepared;
    let Ok(risk) = &prepared.risk else { return Ok(curve) };
    let (ridge, noise, axis) = (*ridge, model.noise(), &request.axis);
    curve.extrema = risk.divergences(ridge, noise, axis.from, axis.to)?;
    let table = request.detail == Detail::Table;
    let poles: Vec<f64> = curve.extrema.iter().filter(|_| !table).map(|found| found.at).collect();
    let ratios = axis.ratios(request.points, &poles)?;
    if table {
        let at = |&ratio: &SampleRatio| {
            if stop() {
                return Err(ScenarioError::Interrupted);
            }
            let point = point_or_gap(risk, ratio, ridge, noise, request.metric)?;
            steps.add(1);
            Ok((point, PopulationRisks::at(model, risk, ratio, ridge, point.risk.as_ref())))
        };
        let points = ratios.par_iter().map(at).collect::<Result<Vec<_>, ScenarioError>>()?;
        (curve.points, curve.population) = points.into_iter().unzip();
    } else {
        curve.points = risk.curve(&ratios, ridge, noise, request.metric, stop)?;
        steps.add(request.points);
    }
    curve.xs = ratios.into_iter().map(SampleRatio::get).collect();
    Ok(curve)
}
