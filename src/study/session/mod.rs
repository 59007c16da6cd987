//! All results that a frame of the dashboard shows, from one request, coarse first.
//!
//! Every part is kept under the key of what it depends on (`Keys`): moving the crosshair costs a few evaluations, moving
//! a ridge recomputes curves, and only what changes the population (covariates, task, data) recomputes its decompositions.

mod analysis;
mod held_out;
mod keys;
mod request;

use std::sync::Arc;
use std::time::Instant;

use crate::scenario::{Model, Scenario, ScenarioError};
use crate::study::curves::crosshair::{self, AdmissibleRidges, ReadoutRow};
use crate::study::curves::frozen::FrozenCache;
use crate::study::curves::{self, Curves, CurvesRequest};
use crate::study::encoders::cache::{EncoderCache, EncoderRequest};
use crate::study::featurizations::{self, PreparedCurve};
use crate::study::labels::LabelBudget;
use crate::study::labels::classes::Classes;
use crate::study::labels::target::{self, TargetSamples};
use crate::study::memo::Memo;
use crate::study::plane::{self, Plane};
use crate::study::pretraining::PretrainingBudget;
use crate::study::selection::Selection;
use crate::theory::SampleRatio;
use keys::{BudgetKey, ClassesKey, Keys, LeftOutKey, PlaneKey, PreparedKey, PretrainingKey, TargetKey};

pub use analysis::Analysis;
pub use held_out::LeftOut;
pub use request::Request;

/// Answers requests, and keeps the parts of the last answer that the next request shares.
#[derive(Debug, Default)]
pub struct Session {
    model: Memo<Scenario, Arc<Model>>,
    prepared: Memo<PreparedKey, Arc<Vec<PreparedCurve>>>,
    curves: Memo<CurvesRequest, Arc<Curves>>,
    left_out: Memo<LeftOutKey, LeftOut>,
    targets: Memo<TargetKey, Arc<Vec<TargetSamples>>>,
    plane: Memo<PlaneKey, Arc<Plane>>,
    pretraining: Memo<PretrainingKey, Option<PretrainingBudget>>,
    budget: Memo<BudgetKey, Option<LabelBudget>>,
    classes: Memo<ClassesKey, Option<Arc<Classes>>>,
    encoders: EncoderCache,
    frozen: FrozenCache,
}

/// Points of the first, coarse curve.
const COARSE: usize = 32;

impl Session {
    /// All results of a request. `shown` receives partial answers first: coarse curves, then the plane as it fills.
    ///
    /// # Errors
    /// One sentence about the scenario; [`ScenarioError::Interrupted`] once `stop` returns true.
    pub fn answer(
        &mut self,
        request: Request,
        stop: &(dyn Fn() -> bool + Sync),
        shown: &mut dyn FnMut(Analysis),
    ) -> Result<Analysis, ScenarioError> {
        let start = Instant::now();
        let keys = Keys::of(&request);
        let loaded = self.encoders.model(&request.scenario);
        let model = self.model.get(request.scenario.clone(), |before| {
            let before = loaded.as_ref().or(before).map(Arc::as_ref);
            Ok::<_, ScenarioError>(Arc::new(Model::new(&request.scenario, before, stop)?))
        })?;
        let prepared = self
            .prepared
            .get(keys.prepared.clone(), |_| PreparedCurve::all(&model, &keys.curves.specs).map(Arc::new))?;
        // The list begins with the scenario's featurization.
        let chosen = prepared.first().ok_or(ScenarioError::Interrupted)?;
        let known = self.curves.known(&keys.curves);
        let curves = match &known {
            Some(curves) => Arc::clone(curves),
            None => {
                let coarse = CurvesRequest { points: COARSE, ..keys.curves.clone() };
                Arc::new(curves::of_prepared(&prepared, &coarse, stop)?)
            }
        };
        let at = request.crosshair;
        let encoders = EncoderRequest {
            curves: &keys.ratios,
            model: &model,
            samples: at * model.dimension() as f64,
            target: request.target,
        };
        let spectrum = crosshair::spectrum(at, chosen);
        let rows: Vec<ReadoutRow> = prepared.iter().map(|curve| ReadoutRow::at(at, curve)).collect();
        let risk = rows.first().and_then(|row| row.risk.as_ref());
        let mut analysis = Analysis {
            curves,
            local_exponent: crosshair::local_exponent(at, chosen, risk),
            rows,
            frozen: self.frozen.at(&request.frozen_at(model.dimension())),
            pinned: request.pin.map(|pin| ReadoutRow::at(pin, chosen)),
            ridges: AdmissibleRidges::at(at, chosen, spectrum.as_ref()),
            spectrum,
            selection: SampleRatio::new(at)
                .ok()
                .and_then(|at| Selection::at(at, request.sizes, &model))
                .map(Arc::new),
            plane: keys.plane.as_ref().and_then(|key| self.plane.known(key)),
            left_out: self.left_out.known(&keys.left_out),
            left_out_progress: None,
            pretraining: self.pretraining.known(&keys.pretraining).flatten(),
            budget: self.budget.known(&keys.budget).flatten(),
            classes: self.classes.known(&keys.classes).flatten().filter(|_| request.classes),
            encoders: self.encoders.known(&encoders)?,
            elapsed: start.elapsed(),
            model: Arc::clone(&model),
            request,
        };
        if let Some(found) = keys.target.as_ref().and_then(|key| self.targets.known(key)) {
            analysis.set_targets(&found);
        }
        let mut show = |analysis: &Analysis| {
            shown(Analysis { elapsed: start.elapsed(), ..analysis.clone() });
        };
        // Once the features of all encoders are read the rest is quick: an answer about one of them would only flicker.
        let soon = analysis.encoders.is_none() && self.encoders.has_loaded(&analysis.request.scenario);
        if known.is_none() {
            if !soon {
                show(&analysis);
            }
            analysis.curves = self.refined(&keys, &prepared, stop)?;
        }
        if !analysis.request.frozen.is_empty() {
            let loaded =
                |scenario: &Scenario| self.encoders.model(scenario).or_else(|| Some(Arc::clone(&model)));
            let wanted = analysis.request.frozen_at(model.dimension());
            self.frozen.prepare(&wanted, loaded, stop)?;
            self.frozen.draw(&wanted, &keys.curves, stop)?;
            analysis.frozen = self.frozen.at(&wanted);
        }
        analysis.budget = self.label_budget(&keys, chosen, stop)?;
        if !analysis.request.scenario.encoders().is_empty() {
            if analysis.encoders.is_none() && !soon {
                show(&analysis);
            }
            analysis.encoders = self.encoders.find(&encoders, stop, &mut |summary| {
                analysis.encoders = Some(summary);
                show(&analysis);
            })?;
        }
        if analysis.left_out.is_none() && held_out::is_defined(&model) {
            show(&analysis);
            let window = analysis.request.window;
            let found = self.left_out.get(keys.left_out.clone(), |_| {
                let mut report = |progress| {
                    analysis.left_out_progress = Some(progress);
                    show(&analysis);
                };
                held_out::risks(&model, window, stop, &mut report).map(Arc::new)
            })?;
            (analysis.left_out, analysis.left_out_progress) = (Some(found), None);
        }
        self.add_targets(&mut analysis, &keys, &prepared, stop)?;
        if let Ok(ratio) = SampleRatio::new(at) {
            let target = keys.pretraining.2;
            let found = || Ok::<_, ScenarioError>(PretrainingBudget::at(&model, ratio, target));
            analysis.pretraining = self.pretraining.get(keys.pretraining.clone(), |_| found())?;
        }
        if let Some(key) = keys.plane.clone() {
            let wanted = key.1.clone();
            analysis.plane = Some(self.plane.get(key, |_| {
                let mut pass = |plane| {
                    analysis.plane = Some(Arc::new(plane));
                    show(&analysis);
                };
                plane::of_model(&model, &wanted, stop, &mut pass).map(Arc::new)
            })?);
        }
        if analysis.request.classes && analysis.classes.is_none() && model.pool().is_some() {
            show(&analysis);
            let undrawn = (keys.classes.0.clone(), false);
            analysis.classes = self.classes_of(undrawn, &model, stop)?;
        }
        // Subsampled fits come last: they take longest, and correct the curves that are already shown.
        if !(featurizations::is_anchored(&prepared) && self.encoders.is_anchored(&encoders)) {
            show(&analysis);
            featurizations::anchor(&prepared, stop)?;
            self.encoders.anchor(&encoders, stop)?;
            self.curves = Memo::default();
            self.budget = Memo::default();
            self.targets = Memo::default();
            analysis.curves = self.refined(&keys, &prepared, stop)?;
            analysis.rows = prepared.iter().map(|curve| ReadoutRow::at(at, curve)).collect();
            analysis.pinned = analysis.request.pin.map(|pin| ReadoutRow::at(pin, chosen));
            analysis.budget = self.label_budget(&keys, chosen, stop)?;
            self.add_targets(&mut analysis, &keys, &prepared, stop)?;
            analysis.encoders = self.encoders.find(&encoders, stop, &mut |_| ())?;
        }
        if let (true, Ok(risk), Some(_)) = (analysis.request.classes, &chosen.risk, model.pool())
            && self.classes.known(&keys.classes).is_none()
        {
            show(&analysis);
            if keys.classes.1 {
                risk.anchor_tasks(chosen.ridge, stop)?;
            }
            analysis.classes = self.classes_of(keys.classes, &model, stop)?;
        }
        analysis.elapsed = start.elapsed();
        Ok(analysis)
    }

    /// The refined curves.
    fn refined(
        &mut self,
        keys: &Keys,
        prepared: &[PreparedCurve],
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<Arc<Curves>, ScenarioError> {
        self.curves
            .get(keys.curves.clone(), |_| curves::of_prepared(prepared, &keys.curves, stop).map(Arc::new))
    }

    /// The label budget of the chosen curve.
    fn label_budget(
        &mut self,
        keys: &Keys,
        PreparedCurve { model, risk, ridge, .. }: &PreparedCurve,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<Option<LabelBudget>, ScenarioError> {
        let Ok(risk) = risk else { return Ok(None) };
        let (_, metric, target) = keys.budget;
        self.budget.get(keys.budget.clone(), |_| LabelBudget::of((model, risk, *ridge), metric, target, stop))
    }

    /// Adds the intervals of n at which each curve reaches the target, where there is one.
    fn add_targets(
        &mut self,
        analysis: &mut Analysis,
        keys: &Keys,
        prepared: &[PreparedCurve],
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<(), ScenarioError> {
        let Some(key) = &keys.target else { return Ok(()) };
        let found =
            self.targets.get(key.clone(), |_| target::of_prepared(prepared, key.2, stop).map(Arc::new))?;
        analysis.set_targets(&found);
        Ok(())
    }

    /// Each class of real rows.
    fn classes_of(
        &mut self,
        key: ClassesKey,
        model: &Model,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<Option<Arc<Classes>>, ScenarioError> {
        let (_, metric, target) = key.0;
        self.classes.get(key, |_| Ok(Classes::of(model, metric, target, stop)?.map(Arc::new)))
    }
}
