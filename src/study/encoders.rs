//! Several encoders of the same labelled rows, ready to be asked with n labels: one leave-one-out path each; what they
//! differ by is paired row by row (section 9.5).

use std::sync::Arc;

use super::compared::{self, Prepared, Subject};
use super::curve::{self, Curve, Curves, CurvesRequest};
use super::{Axis, SampleSize, Variable};
use crate::data::path::{Difference, Told};
use crate::scenario::{BAND, Metric, Model, RiskCurve, RiskPoint, Scenario, ScenarioError};
use crate::theory::{SampleRatio, TheoryError};

/// Encoders of the same rows, in the scenario's order; positions elsewhere are into it.
#[derive(Debug)]
pub struct Encoders {
    rows: usize,
    all: Vec<Encoder>,
    warnings: Vec<String>,
}

/// One of them under the scenario's featurization and ridge.
#[derive(Debug)]
pub struct Encoder {
    /// As the scenario calls it.
    pub name: String,
    /// The scenario with this encoder in focus.
    pub model: Arc<Model>,
    prepared: Prepared,
}

/// The best encoder at one n, and what it is ahead of the second by.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Best {
    /// n.
    pub samples: f64,
    /// Its position.
    pub encoder: usize,
    /// The metric less that of the second; `None` where only one can be told.
    pub ahead: Option<Difference>,
}

impl Best {
    /// Whether the second may be as good.
    #[must_use]
    pub fn is_close(&self) -> bool {
        self.ahead.is_some_and(|ahead| ahead.difference.abs() <= BAND * ahead.standard_error)
    }
}

impl Encoders {
    /// Reads what is not in `before`, or the model of the encoder in focus.
    ///
    /// # Errors
    /// One sentence about an encoder's file, or rows that are not those of the first; [`ScenarioError::Interrupted`] once
    /// `stop` says so.
    pub fn new(
        scenario: &Scenario,
        before: Option<&Self>,
        focus: Option<&Arc<Model>>,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<Self, ScenarioError> {
        let mut all: Vec<Encoder> = Vec::with_capacity(scenario.encoders().len());
        let mut warnings = Vec::new();
        for encoder in scenario.encoders() {
            let own = scenario.focused_on(encoder);
            let known = before.and_then(|before| before.model(&own)).or(focus);
            let model = match known {
                Some(model) if *model.scenario() == own => Arc::clone(model),
                known => Arc::new(
                    Model::new(&own, known.map(Arc::as_ref), stop)
                        .map_err(|e| e.about(format_args!("encoder {}", encoder.name)))?,
                ),
            };
            if let Some(first) = all.first() {
                same_rows((&first.name, &first.model), (&encoder.name, &model))?;
            }
            warnings.extend(model.warnings().iter().map(|warning| format!("{}: {warning}", encoder.name)));
            let prepared = compared::prepared(&model, &[Subject::chosen(&own)])?;
            let Some(prepared) = prepared.into_iter().next() else { continue };
            all.push(Encoder { name: encoder.name.clone(), model, prepared });
        }
        let rows = all.first().and_then(|e| e.model.pool()).map_or(0, crate::data::Pool::rows);
        Ok(Self { rows, all, warnings })
    }

    /// The model that has read these features of the scenario.
    #[must_use]
    pub fn model(&self, scenario: &Scenario) -> Option<&Arc<Model>> {
        let data = |s: &Scenario| s.data.as_ref().map(|d| (d.features.clone(), d.targets.clone(), d.reading));
        let wanted = data(scenario);
        self.all.iter().map(|e| &e.model).find(|model| data(model.scenario()) == wanted)
    }

    /// Whether every encoder of the scenario is among them.
    #[must_use]
    pub fn have_read(&self, scenario: &Scenario) -> bool {
        scenario.encoders().iter().all(|encoder| self.model(&scenario.focused_on(encoder)).is_some())
    }

    /// N.
    #[must_use]
    pub const fn rows(&self) -> usize {
        self.rows
    }

    /// All of them.
    #[must_use]
    pub fn all(&self) -> &[Encoder] {
        &self.all
    }

    /// What to know before trusting the numbers, one sentence each, each with the encoder's name.
    #[must_use]
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// The best with n labels; where none can be told there is none.
    ///
    /// # Errors
    /// As [`Encoder::told`].
    pub fn best(&self, samples: f64, metric: Metric) -> Result<Option<Best>, ScenarioError> {
        let told = self.all.iter().map(|e| e.told(samples, metric)).collect::<Result<Vec<_>, _>>()?;
        Ok(best(&told, samples, metric))
    }

    /// The curves of every encoder as the request has them: along n/p of the encoder in focus, or a number, every encoder
    /// at the same n.
    ///
    /// # Errors
    /// As [`curve::curves`].
    pub fn curves(
        &self,
        request: &CurvesRequest,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<Vec<Curves>, ScenarioError> {
        let focus = self.model(&request.scenario).map_or(1, |model| model.dimension()) as f64;
        let of = |encoder: &Encoder| {
            let own = request.of(encoder, focus);
            let prepared = compared::prepared(&encoder.model, &own.subjects)?;
            curve::of_prepared(&encoder.model, &prepared, &own, stop)
        };
        self.all.iter().map(of).collect()
    }
}

impl CurvesRequest {
    /// The same n of another encoder.
    fn of(&self, encoder: &Encoder, focus: f64) -> Self {
        let share = focus / encoder.dimension() as f64;
        let axis = match &self.axis.variable {
            Variable::SampleRatio => {
                Axis { from: self.axis.from * share, to: self.axis.to * share, ..self.axis.clone() }
            }
            Variable::Parameter(_) => self.axis.clone(),
        };
        let fixed = match self.fixed {
            SampleSize::Ratio(ratio) => SampleSize::Count(ratio * focus),
            samples => samples,
        };
        Self { scenario: encoder.model.scenario().clone(), axis, fixed, ..self.clone() }
    }
}

/// Whether two encoders saw the same labelled rows, as far as their number and their tasks tell.
fn same_rows(first: (&String, &Arc<Model>), own: (&String, &Arc<Model>)) -> Result<(), ScenarioError> {
    let (Some(a), Some(b)) = (first.1.pool(), own.1.pool()) else {
        return Err(ScenarioError::new("encoders are compared on real features and targets"));
    };
    if a.rows() != b.rows() {
        return Err(ScenarioError::new(format!(
            "encoder {}: {} labelled rows where {} has {}; accepted are encoders of the same rows",
            own.0,
            b.rows(),
            first.0,
            a.rows()
        )));
    }
    let names = |pool: &crate::data::Pool| pool.tasks().iter().map(|t| t.name.clone()).collect::<Vec<_>>();
    if names(a) != names(b) {
        return Err(ScenarioError::new(format!(
            "encoder {}: its targets are read as other tasks than those of {}; accepted are encoders of the same rows",
            own.0, first.0
        )));
    }
    Ok(())
}

impl Encoder {
    /// p.
    #[must_use]
    pub fn dimension(&self) -> usize {
        self.model.dimension()
    }

    fn ratio(&self, samples: f64) -> Result<SampleRatio, ScenarioError> {
        Ok(SampleRatio::new(samples / self.dimension() as f64)?)
    }

    /// The risk along the sample ratio.
    ///
    /// # Errors
    /// Why there is none.
    pub fn risk(&self) -> Result<&RiskCurve, ScenarioError> {
        self.prepared.curve.as_ref().map_err(Clone::clone)
    }

    /// At one n: all metrics, or one beside the risk. A ridge without a solution leaves a gap.
    ///
    /// # Errors
    /// Where n is no number of samples.
    pub fn at(&self, samples: f64, only: Option<Metric>) -> Result<RiskPoint, ScenarioError> {
        let (ratio, noise, ridge) = (self.ratio(samples)?, self.model.noise(), self.prepared.ridge);
        let risk = self.risk()?;
        let found = match only {
            Some(metric) => risk.curve(&[ratio], ridge, noise, metric, &|| false)?.into_iter().next(),
            None => gap(risk.evaluate(ratio, ridge, noise))?,
        };
        Ok(found.unwrap_or(RiskPoint { sample_ratio: ratio.get(), risk: None, shown: None }))
    }

    /// The metric with what every row adds to it; `None` where the labels cannot tell.
    ///
    /// # Errors
    /// Where n is no number of samples.
    pub fn told(&self, samples: f64, metric: Metric) -> Result<Option<Told>, ScenarioError> {
        Ok(gap(self.risk()?.told(self.ratio(samples)?, self.prepared.ridge, metric))?.flatten())
    }

    /// The curve of a request for the encoder in focus, whose p is `focus`, at the same n.
    pub(super) fn drawn(
        &self,
        request: &CurvesRequest,
        focus: f64,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<Curve, ScenarioError> {
        curve::along_ratios(&self.model, &self.prepared, &request.of(self, focus), stop)
    }
}

/// Nothing for a ridge without a solution.
fn gap<T>(found: Result<T, TheoryError>) -> Result<Option<T>, TheoryError> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(TheoryError::BelowAdmissible { .. } | TheoryError::NegativeRisk { .. }) => Ok(None),
        Err(other) => Err(other),
    }
}

/// The best of those that can be told at one n.
pub(super) fn best(told: &[Option<Told>], samples: f64, metric: Metric) -> Option<Best> {
    let sign = if metric.less_is_better() { 1.0 } else { -1.0 };
    let known = told.iter().enumerate().filter_map(|(i, told)| Some((i, told.as_ref()?)));
    let mut ranked: Vec<(usize, &Told)> = known.filter(|(_, told)| told.value.is_finite()).collect();
    ranked.sort_by(|a, b| (sign * a.1.value).total_cmp(&(sign * b.1.value)));
    let &(encoder, first) = ranked.first()?;
    Some(Best { samples, encoder, ahead: ranked.get(1).and_then(|(_, second)| first.less(second)) })
}
