//! Scenarios kept for comparison: the curve of each over the axis of now, and its numbers at the crosshair.

use std::sync::Arc;

use super::axis::{SampleSize, Variable};
use super::compared::{self, Prepared, Subject};
use super::curve::{self, Curve, CurvesRequest, Detail};
use super::here::{self, Row};
use crate::scenario::{Model, Scenario, ScenarioError};

/// A kept scenario as it stands beside that of now.
#[derive(Debug, Clone)]
pub struct Frozen {
    /// What was kept.
    pub scenario: Scenario,
    /// Its own featurization over the axis of now; `None` until it is there, or where it cannot be computed.
    pub curve: Option<Arc<Curve>>,
    /// At the crosshair: the same n/p, or the same n where the axis counts these.
    pub row: Row,
}

/// What is asked of them.
pub(super) struct Asked<'a> {
    pub scenarios: &'a [Scenario],
    /// α of now.
    pub crosshair: f64,
    /// Compared at the same n, not at the same n/p.
    pub same_samples: bool,
    /// p of now.
    pub dimension: usize,
}

impl Asked<'_> {
    /// The kept scenario's n/p over that of now.
    fn share(&self, model: &Model) -> f64 {
        if self.same_samples { self.dimension as f64 / model.dimension() as f64 } else { 1.0 }
    }
}

/// What is known of kept scenarios.
#[derive(Debug, Default)]
pub(super) struct Freezer {
    kept: Vec<Kept>,
}

#[derive(Debug)]
struct Kept {
    scenario: Scenario,
    made: Result<(Arc<Model>, Vec<Prepared>), ScenarioError>,
    curve: Option<(CurvesRequest, Arc<Curve>)>,
}

impl Freezer {
    /// The models of the kept scenarios that are not known yet, and no others; `read` may have read their rows already.
    pub fn prepare(
        &mut self,
        asked: &Asked,
        read: impl Fn(&Scenario) -> Option<Arc<Model>>,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<(), ScenarioError> {
        self.kept.retain(|kept| asked.scenarios.contains(&kept.scenario));
        for scenario in asked.scenarios {
            if self.kept.iter().any(|kept| kept.scenario == *scenario) {
                continue;
            }
            let before = read(scenario);
            let made = Model::new(scenario, before.as_deref(), stop).and_then(|model| {
                let prepared = compared::prepared(&model, &[Subject::chosen(scenario)])?;
                Ok((Arc::new(model), prepared))
            });
            if let Err(ScenarioError::Interrupted) = made {
                return Err(ScenarioError::Interrupted);
            }
            self.kept.push(Kept { scenario: scenario.clone(), made, curve: None });
        }
        Ok(())
    }

    /// Their curves over the axis of now.
    pub fn draw(
        &mut self,
        asked: &Asked,
        over: &CurvesRequest,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<(), ScenarioError> {
        for kept in &mut self.kept {
            let Ok((model, prepared)) = &kept.made else { continue };
            let share = asked.share(model);
            let mut wanted = CurvesRequest {
                scenario: kept.scenario.clone(),
                subjects: vec![Subject::chosen(&kept.scenario)],
                detail: Detail::Shown,
                ..over.clone()
            };
            wanted.axis.now = None;
            if wanted.axis.variable == Variable::SampleRatio {
                (wanted.axis.from, wanted.axis.to) = (wanted.axis.from * share, wanted.axis.to * share);
                wanted.fixed = SampleSize::Ratio(1.0);
            }
            if kept.curve.as_ref().is_some_and(|(known, _)| *known == wanted) {
                continue;
            }
            let found = match curve::of_prepared(model, prepared, &wanted, stop) {
                Ok(found) => found.curves.into_iter().next(),
                Err(ScenarioError::Interrupted) => return Err(ScenarioError::Interrupted),
                Err(_) => None,
            };
            kept.curve = found.map(|mut curve| {
                if wanted.axis.variable == Variable::SampleRatio {
                    // At the n/p of now where the same n lies.
                    curve.xs.iter_mut().for_each(|x| *x /= share);
                    curve.extrema.iter_mut().for_each(|d| d.at /= share);
                }
                (wanted, Arc::new(curve))
            });
        }
        Ok(())
    }

    /// As far as they are known, in their order.
    pub fn at(&self, asked: &Asked) -> Vec<Frozen> {
        let of = |scenario: &Scenario| {
            let kept = self.kept.iter().find(|kept| kept.scenario == *scenario)?;
            let row = match &kept.made {
                Ok((model, prepared)) => {
                    let at = asked.crosshair * asked.share(model);
                    here::rows(at, model, prepared).into_iter().next()?
                }
                Err(why) => Row::missing(why.to_string()),
            };
            let curve = kept.curve.as_ref().map(|(_, curve)| Arc::clone(curve));
            Some(Frozen { scenario: scenario.clone(), curve, row })
        };
        asked.scenarios.iter().filter_map(of).collect()
    }
}
