//! Several encoders of the same labelled rows: one leave-one-out path each, compared by differences paired row by row
//! (section 9.5).

pub mod budgets;
pub(in crate::study) mod cache;
pub mod comparison;
pub mod curves;

use std::sync::Arc;

use crate::data::path::{Difference, MetricEstimate};
use crate::scenario::{BAND, DataSource, Metric, Model, RiskPoint, Scenario, ScenarioError, SubsampledFits};
use crate::study::curves::{self as risk_curves, Curve, Curves, CurvesRequest};
use crate::study::featurizations::{self, CurveSpec, PreparedCurve};
use crate::study::steps::Steps;
use crate::theory::TheoryError;

/// Encoders of the same rows, in the order of the scenario; indices elsewhere refer to it.
#[derive(Debug)]
pub struct Encoders {
    rows: (usize, usize),
    all: Vec<LoadedEncoder>,
    warnings: Vec<String>,
}

/// An encoder whose features are read, under the scenario's featurization and ridge.
#[derive(Debug)]
pub struct LoadedEncoder {
    /// Name in the scenario.
    pub name: String,
    curve: PreparedCurve,
}

/// The best encoder at one n and its margin.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BestEncoder {
    /// n.
    pub samples: f64,
    /// Index of the encoder.
    pub encoder: usize,
    /// The metric less that of the second best; `None` where only one encoder can be estimated.
    pub margin: Option<Difference>,
}

/// An encoder that is statistically indistinguishable from the best one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tie {
    /// Position of the encoder.
    pub encoder: usize,
    /// The metric of the best encoder less that of this one.
    pub margin: Difference,
    /// Number of labelled rows with which this difference would be 1.64 standard errors; `None` where it is 0.
    pub rows: Option<f64>,
}

impl BestEncoder {
    /// Whether the margin is within 1.64 standard errors.
    #[must_use]
    pub fn is_close(&self) -> bool {
        self.margin.is_some_and(|margin| margin.difference.abs() <= BAND * margin.standard_error)
    }
}

impl Encoders {
    /// Reads the features of all encoders, except those that `before` or `focus` has read.
    ///
    /// # Errors
    /// An encoder's file, or rows that differ from those of the first encoder; [`ScenarioError::Interrupted`] once `stop`
    /// returns true.
    pub fn new(
        scenario: &Scenario,
        before: Option<&Self>,
        focus: Option<&Arc<Model>>,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<Self, ScenarioError> {
        let mut read =
            Self { rows: (0, 0), all: Vec::with_capacity(scenario.encoders().len()), warnings: Vec::new() };
        for encoder in scenario.encoders() {
            let focused = scenario.focused_on(encoder);
            let known = before.and_then(|before| before.model(&focused)).or(focus);
            let model = match known {
                Some(model) if *model.scenario() == focused => Arc::clone(model),
                known => Arc::new(
                    Model::new(&focused, known.map(Arc::as_ref), stop)
                        .map_err(|e| e.about(format_args!("encoder {}", encoder.name)))?,
                ),
            };
            read.add(&encoder.name, &model)?;
        }
        Ok(read)
    }

    /// Encoders whose models have been made from arrays, each by its name. Warnings of a single encoder do not begin with
    /// its name.
    ///
    /// # Errors
    /// Rows that differ from those of the first encoder.
    pub fn of_models(models: &[(String, Arc<Model>)]) -> Result<Self, ScenarioError> {
        let mut all = Self { rows: (0, 0), all: Vec::with_capacity(models.len()), warnings: Vec::new() };
        for (name, model) in models {
            all.add(name, model)?;
        }
        if let [(_, only)] = models {
            all.warnings = only.warnings().to_vec();
        }
        Ok(all)
    }

    /// Adds an encoder, whose rows must be those of the first.
    fn add(&mut self, name: &String, model: &Arc<Model>) -> Result<(), ScenarioError> {
        match self.all.first() {
            Some(first) => check_rows((&first.name, first.model()), (name, model))?,
            None => self.rows = model.pool().map_or((0, 0), crate::data::Pool::task_rows),
        }
        self.warnings.extend(model.warnings().iter().map(|warning| format!("{name}: {warning}")));
        let curve = PreparedCurve::new(model, CurveSpec::chosen(model.scenario()));
        curve.risk()?;
        self.all.push(LoadedEncoder { name: name.clone(), curve });
        Ok(())
    }

    /// Fits random subsamples for every encoder, which correct its curve (section 9.4a), and adds the notes about
    /// them to the warnings.
    ///
    /// # Errors
    /// [`ScenarioError::Interrupted`] once `stop` returns true; draws that cannot be fitted.
    pub fn anchored(mut self, stop: &(dyn Fn() -> bool + Sync)) -> Result<Self, ScenarioError> {
        self.anchor(stop)?;
        for LoadedEncoder { name, curve } in &self.all {
            let notes = featurizations::notes(std::slice::from_ref(curve));
            self.warnings.extend(notes.map(|note| format!("{name}: {note}")));
        }
        Ok(self)
    }

    /// Fits random subsamples for every encoder.
    ///
    /// # Errors
    /// [`ScenarioError::Interrupted`] once `stop` returns true; draws that cannot be fitted.
    pub(in crate::study) fn anchor(&self, stop: &(dyn Fn() -> bool + Sync)) -> Result<(), ScenarioError> {
        self.all
            .iter()
            .try_for_each(|encoder| featurizations::anchor(std::slice::from_ref(&encoder.curve), stop))
    }

    /// Whether the subsampled fits of every encoder have been made.
    pub(in crate::study) fn is_anchored(&self) -> bool {
        self.all.iter().all(|encoder| featurizations::is_anchored(std::slice::from_ref(&encoder.curve)))
    }

    /// The model that has read the features of a scenario.
    #[must_use]
    pub fn model(&self, scenario: &Scenario) -> Option<&Arc<Model>> {
        let data = |s: &Scenario| s.data.as_ref().map(DataSource::rows);
        let wanted = data(scenario);
        self.all.iter().map(LoadedEncoder::model).find(|model| data(model.scenario()) == wanted)
    }

    /// Whether the features of every encoder of the scenario have been read.
    #[must_use]
    pub fn have_loaded(&self, scenario: &Scenario) -> bool {
        scenario.encoders().iter().all(|encoder| self.model(&scenario.focused_on(encoder)).is_some())
    }

    /// Number of labelled rows N; of tasks that have other rows the fewest that one has.
    #[must_use]
    pub const fn rows(&self) -> usize {
        self.rows.0
    }

    /// The most rows that a task has.
    pub(in crate::study) const fn most_rows(&self) -> usize {
        self.rows.1
    }

    /// The encoders, in the order of the scenario.
    #[must_use]
    pub fn all(&self) -> &[LoadedEncoder] {
        &self.all
    }

    /// Caveats, one sentence each, each beginning with the encoder's name.
    #[must_use]
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// The best encoder with n labels; `None` where none can be estimated.
    ///
    /// # Errors
    /// A number of labels that is not positive.
    pub fn best(&self, samples: f64, metric: Metric) -> Result<Option<BestEncoder>, ScenarioError> {
        let estimates =
            self.all.iter().map(|e| e.estimate(samples, metric)).collect::<Result<Vec<_>, _>>()?;
        Ok(best(&estimates, samples, metric))
    }

    /// The encoders that are statistically indistinguishable from the best one with n labels: those within 1.64
    /// standard errors of it, the nearest first.
    ///
    /// # Errors
    /// A number of labels that is not positive.
    pub fn ties(&self, samples: f64, metric: Metric) -> Result<Vec<Tie>, ScenarioError> {
        let estimates =
            self.all.iter().map(|e| e.estimate(samples, metric)).collect::<Result<Vec<_>, _>>()?;
        Ok(ties(&estimates, best(&estimates, samples, metric), self.rows.0 as f64))
    }

    /// Curves of every encoder at the same n. The request's n/p is that of the encoder in focus.
    ///
    /// # Errors
    /// A curve that cannot be computed; [`ScenarioError::Interrupted`] once `stop` returns true.
    pub fn curves(
        &self,
        request: &CurvesRequest,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<Vec<Curves>, ScenarioError> {
        let of = |encoder: &LoadedEncoder| {
            let encoder_request = self.request(encoder, request);
            risk_curves::of_prepared(
                &PreparedCurve::all(encoder.model(), &encoder_request.specs)?,
                &encoder_request,
                stop,
            )
        };
        self.all.iter().map(of).collect()
    }

    /// The curve of one encoder over n/p.
    ///
    /// # Errors
    /// A curve that cannot be computed; [`ScenarioError::Interrupted`] once `stop` returns true.
    fn curve(
        &self,
        encoder: &LoadedEncoder,
        request: &CurvesRequest,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<Curve, ScenarioError> {
        risk_curves::over_ratios(&encoder.curve, &self.request(encoder, request), &Steps::none(), stop)
    }

    /// The request for one encoder, at the same n as for the encoder in focus.
    fn request(&self, encoder: &LoadedEncoder, request: &CurvesRequest) -> CurvesRequest {
        request.for_curve(&encoder.curve, self.focus_dimension(request) / encoder.dimension() as f64)
    }

    /// p of the encoder that a request is about.
    fn focus_dimension(&self, request: &CurvesRequest) -> f64 {
        self.model(&request.scenario).map_or(1, |model| model.dimension()) as f64
    }
}

/// Checks that two encoders have the same number of labelled rows and the same tasks.
fn check_rows(first: (&String, &Arc<Model>), other: (&String, &Arc<Model>)) -> Result<(), ScenarioError> {
    let (Some(a), Some(b)) = (first.1.pool(), other.1.pool()) else {
        return Err(ScenarioError::new("encoders are compared on real features and targets"));
    };
    if a.rows() != b.rows() {
        return Err(ScenarioError::new(format!(
            "encoder {}: {} labelled rows where {} has {}; accepted are encoders of the same rows",
            other.0,
            b.rows(),
            first.0,
            a.rows()
        )));
    }
    let names = |pool: &crate::data::Pool| pool.tasks().iter().map(|t| t.name.clone()).collect::<Vec<_>>();
    if names(a) != names(b) {
        return Err(ScenarioError::new(format!(
            "encoder {}: its targets are other tasks than those of {}; accepted are encoders of the same rows",
            other.0, first.0
        )));
    }
    Ok(())
}

impl LoadedEncoder {
    /// The model of the scenario with this encoder in focus.
    #[must_use]
    pub const fn model(&self) -> &Arc<Model> {
        &self.curve.model
    }

    /// Number of features p.
    #[must_use]
    pub fn dimension(&self) -> usize {
        self.curve.model.dimension()
    }

    /// The point of its curve with n labels, with all metrics or with one beside the risk; without a risk where the ridge
    /// is inadmissible.
    ///
    /// # Errors
    /// A number of labels that is not positive.
    pub fn at(&self, samples: f64, only: Option<Metric>) -> Result<RiskPoint, ScenarioError> {
        let (ratio, noise, ridge) = (self.curve.ratio(samples)?, self.curve.model.noise(), self.curve.ridge);
        let risk = self.curve.risk()?;
        let found = match only {
            Some(metric) => risk.curve(&[ratio], ridge, noise, metric, &|| false)?.into_iter().next(),
            None => or_gap(risk.evaluate(ratio, ridge, noise))?,
        };
        Ok(found.unwrap_or(RiskPoint::gap(ratio.get())))
    }

    /// Fits on random subsamples of the rows, by increasing size; empty before they are made.
    ///
    /// # Errors
    /// The reason why there is no curve.
    pub fn subsampled(&self) -> Result<Vec<SubsampledFits>, ScenarioError> {
        Ok(self.curve.risk()?.subsampled(self.curve.ridge))
    }

    /// The estimate of a metric with n labels, with the influence of every row; `None` where the labels are too few.
    ///
    /// # Errors
    /// A number of labels that is not positive.
    pub fn estimate(&self, samples: f64, metric: Metric) -> Result<Option<MetricEstimate>, ScenarioError> {
        let ratio = self.curve.ratio(samples)?;
        // Classification metrics are not known for labels with another noise than these.
        let what_if = metric.is_of_classes() && self.curve.model.scenario().noise.is_some();
        if what_if && self.at(samples, Some(metric))?.estimate(metric).is_none() {
            return Ok(None);
        }
        Ok(or_gap(self.curve.risk()?.metric(ratio, self.curve.ridge, metric))?.flatten())
    }
}

/// `None` for an inadmissible ridge.
///
/// # Errors
/// Any other error.
fn or_gap<T>(found: Result<T, TheoryError>) -> Result<Option<T>, TheoryError> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(TheoryError::BelowAdmissible { .. } | TheoryError::NegativeRisk { .. }) => Ok(None),
        Err(other) => Err(other),
    }
}

/// Ties with the best of the encoders of N rows.
fn ties(estimates: &[Option<MetricEstimate>], best: Option<BestEncoder>, rows: f64) -> Vec<Tie> {
    let Some(best) = best else { return Vec::new() };
    let Some(first) = estimates.get(best.encoder).and_then(Option::as_ref) else { return Vec::new() };
    let others = estimates.iter().enumerate().filter(|(encoder, _)| *encoder != best.encoder);
    let tie = |(encoder, other): (usize, &Option<MetricEstimate>)| {
        let margin = first.less(other.as_ref().filter(|other| other.value.is_finite())?)?;
        // The standard error falls with the root of the number of rows.
        let errors = BAND * margin.standard_error / margin.difference.abs();
        (margin.difference.abs() <= BAND * margin.standard_error).then(|| Tie {
            encoder,
            margin,
            rows: (rows * errors * errors).is_finite().then(|| (rows * errors * errors).ceil()),
        })
    };
    let mut found: Vec<Tie> = others.filter_map(tie).collect();
    found.sort_by(|a, b| a.margin.difference.abs().total_cmp(&b.margin.difference.abs()));
    found
}

/// The best of the encoders that can be estimated at one n, from one estimate each.
fn best(estimates: &[Option<MetricEstimate>], samples: f64, metric: Metric) -> Option<BestEncoder> {
    let sign = if metric.less_is_better() { 1.0 } else { -1.0 };
    let known = estimates.iter().enumerate().filter_map(|(i, found)| Some((i, found.as_ref()?)));
    let mut ranked: Vec<(usize, &MetricEstimate)> =
        known.filter(|(_, found)| found.value.is_finite()).collect();
    ranked.sort_by(|a, b| (sign * a.1.value).total_cmp(&(sign * b.1.value)));
    let &(encoder, first) = ranked.first()?;
    Some(BestEncoder { samples, encoder, margin: ranked.get(1).and_then(|(_, second)| first.less(second)) })
}
