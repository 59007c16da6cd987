//! Curves over a parameter of the scenario, and the optimum's regimes along it.

use rayon::prelude::*;

use super::{Curve, Curves, CurvesRequest, Detail, extrema, point_or_gap};
use crate::scenario::{Featurization, Model, RiskPoint, Scenario, ScenarioError};
use crate::study::axis::{self, varied};
use crate::study::curves::point::{PopulationRisks, Reference, References};
use crate::study::featurizations::{CurveId, PreparedCurve};
use crate::study::steps::Steps;
use crate::theory::Risk;
use crate::theory::selection::Optimal;
use crate::theory::transition;

impl Curves {
    /// Adds a curve for each featurization at the values of the parameter `key`, with its extrema, and the optimum's
    /// regimes.
    pub(super) fn over_parameter(
        &mut self,
        model: &Model,
        prepared: &[PreparedCurve],
        key: &str,
        request: &CurvesRequest,
        steps: &Steps<'_>,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<(), ScenarioError> {
        let values = request.axis.values(request.points);
        for prepared in prepared {
            let spec = &prepared.spec;
            // [bagging] applies to the scenario's featurization only, [source] also to the curves of its weights.
            let source = spec.source(&request.scenario);
            let bagging = request.scenario.bagging.filter(|_| spec.id == CurveId::Chosen);
            let featurization = spec.featurization.clone();
            let scenario = Scenario { featurization, source, bagging, ..request.scenario.clone() };
            let base = Model::new(&scenario, Some(model), stop)?;
            // Setting a parameter of a table that is absent would add the table.
            let unaffected = (source.is_none() && key.starts_with("source."))
                || (bagging.is_none() && key.starts_with("bagging."));
            let at = |&value: &f64| {
                let model = if unaffected { base.clone() } else { varied(&base, key, value, stop)? };
                let curve = model.risk_curve(&model.scenario().featurization)?;
                let ratio = request.fixed.ratio(model.dimension())?;
                let ridge = spec.ridge(&model);
                let point = point_or_gap(&curve, ratio, ridge, model.noise(), request.metric)?;
                let population = if request.detail == Detail::Table {
                    PopulationRisks::at(&model, &curve, ratio, ridge, point.risk.as_ref())
                } else {
                    None
                };
                Ok::<_, ScenarioError>((point, population, model))
            };
            // The optimum and the floor do not depend on the featurization: the models of the first curve give them.
            let referred = request.detail == Detail::Table && self.references.is_empty();
            let with_reference = |value: &f64| {
                let (point, population, model) = at(value)?;
                steps.add(1);
                let reference =
                    || References::new(&model, stop)?.at(request.fixed.ratio(model.dimension())?);
                Ok(((point, population), referred.then(reference).transpose()?))
            };
            let found: Vec<Result<_, _>> = values.par_iter().map(with_reference).collect();
            let (found, references): (Vec<PointRisks>, Vec<_>) =
                with_gaps(found, request.detail)?.into_iter().unzip();
            let (points, population) = found.into_iter().unzip();
            self.references.extend(references.into_iter().flatten());
            let empty = Curve::empty(prepared);
            let mut curve = Curve { xs: values.clone(), points, population, missing: None, ..empty };
            // A picture marks the first curve only; a table lists the divergences of all.
            let drawn = request.detail != Detail::Table;
            if self.curves.is_empty() || !drawn {
                let risks: Vec<Option<Risk>> = curve.points.iter().map(|point| point.risk).collect();
                let risk = |value: f64| at(&value).ok()?.0.risk;
                let points = (values.as_slice(), risks.as_slice());
                curve.extrema = extrema::divergences(&self.axis, points, &risk);
                if drawn {
                    curve.extrema.extend(extrema::minimum(&self.axis, points, &risk));
                    curve.extrema.sort_by(|a, b| a.at.total_cmp(&b.at));
                }
                if stop() {
                    return Err(ScenarioError::Interrupted);
                }
            }
            self.curves.push(curve);
        }
        self.regimes_over(model, key, &values, stop)
    }

    /// Adds the transitions, regimes and kept share of the optimum at the values of a parameter.
    fn regimes_over(
        &mut self,
        model: &Model,
        key: &str,
        values: &[f64],
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<(), ScenarioError> {
        // Regimes are unknown for real rows and under a distribution shift.
        if model.pool().is_some() || model.is_shifted() {
            return Ok(());
        }
        // The optimum does not depend on the featurization, and raw features cost nothing to build.
        let scenario = Scenario { featurization: Featurization::Raw, ..self.scenario.clone() };
        let plain = Model::new(&scenario, Some(model), stop)?;
        let solved = |value: f64| {
            let model = varied(&plain, key, value, stop).ok()?;
            let ratio = self.fixed.ratio(model.dimension()).ok()?;
            Some(model.task_spectrum().ok()?.optimal(ratio, model.noise()))
        };
        // The optimum depends on neither the ridge nor other parameters of the fit.
        let depends = key != "ridge" && !axis::is_of_the_fit(key);
        let at_values: Vec<Option<Optimal>> = if self.references.len() == values.len() {
            self.references.iter().map(|reference| reference.optimal).collect()
        } else if depends {
            values.par_iter().map(|&value| solved(value)).collect()
        } else {
            Vec::new()
        };
        let place = |value: f64| values.binary_search_by(|known| known.total_cmp(&value)).ok();
        let optimal = |value: f64| -> Option<Optimal> {
            place(value).and_then(|place| *at_values.get(place)?).or_else(|| solved(value))
        };
        let (Some(&from), Some(&to)) = (values.first(), values.last()) else { return Ok(()) };
        let (Some(first), Some(last)) = (optimal(from), optimal(to)) else { return Ok(()) };
        if depends && !self.axis.whole {
            self.transitions = transition::along(values, optimal, stop)?;
        }
        let kept = |(&value, found): (&f64, &Option<Optimal>)| Some((value, (*found)?.kept_fraction));
        self.kept = if depends {
            values.iter().zip(&at_values).filter_map(kept).collect()
        } else {
            values.iter().map(|&value| (value, first.kept_fraction)).collect()
        };
        self.add_regimes(&first, &last);
        Ok(())
    }
}

/// A point of a table with its further risks.
type PointRisks = (RiskPoint, Option<PopulationRisks>);

/// The points of a live curve with gaps for values that describe no scenario, unless all of them do; else all points.
///
/// # Errors
/// The first error, where it does not leave a gap.
fn with_gaps(
    found: Vec<Result<(PointRisks, Option<Reference>), ScenarioError>>,
    detail: Detail,
) -> Result<Vec<(PointRisks, Option<Reference>)>, ScenarioError> {
    let interrupted = found.iter().any(|point| matches!(point, Err(ScenarioError::Interrupted)));
    if detail != Detail::Live || interrupted || found.iter().all(Result::is_err) {
        return found.into_iter().collect();
    }
    let gap = || ((RiskPoint::gap(f64::NAN), None), None);
    Ok(found.into_iter().map(|point| point.unwrap_or_else(|_| gap())).collect())
}
