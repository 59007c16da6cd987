//! Which of several encoders of the same labelled rows is better with n labels, where that changes, and how many labels
//! each needs (section 9.5). One leave-one-out path each; what they differ by is paired row by row.

use std::path::PathBuf;

use super::budget::{self, Needed};
use crate::data::path::{Difference, Told};
use crate::scenario::{BAND, Metric, Model, RiskCurve, RiskPoint, Scenario, ScenarioError};
use crate::theory::{RidgeChoice, SampleRatio};

/// What is compared, on what.
#[derive(Debug, Clone)]
pub struct Request {
    /// The rows' targets, the task, featurization and ridge; its features are replaced by each encoder's.
    pub scenario: Scenario,
    /// Name and file of each, N rows.
    pub encoders: Vec<(String, PathBuf)>,
    /// λ of each encoder, in units of its own features.
    pub ridge: RidgeChoice,
    /// What is compared, and what `target` is a value of.
    pub metric: Metric,
    /// n to tell the metric at; empty: eighths of the rows to four times as many.
    pub samples: Vec<f64>,
    /// The metric's value that labels are wanted for.
    pub target: Option<f64>,
}

/// Encoders side by side.
#[derive(Debug)]
pub struct Comparison {
    /// What is compared.
    pub metric: Metric,
    /// N.
    pub rows: usize,
    /// The value that labels are wanted for, as asked.
    pub target: Option<f64>,
    /// In the order asked for; positions elsewhere are into these.
    pub encoders: Vec<Encoder>,
    /// The best encoder at each of the points' n, in their order; where none can be told there is none.
    pub best: Vec<Option<Best>>,
    /// Where the best one changes, by increasing n.
    pub crossings: Vec<Crossing>,
    /// The best one along n; `None` where that is too close to call.
    pub stretches: Vec<(f64, f64, Option<usize>)>,
    /// What to know before trusting the numbers, one sentence each.
    pub warnings: Vec<String>,
}

/// One encoder.
#[derive(Debug)]
pub struct Encoder {
    /// As asked for.
    pub name: String,
    /// p.
    pub dimension: usize,
    /// At the n asked for.
    pub points: Vec<(f64, RiskPoint)>,
    /// Along n, evenly in its logarithm.
    pub curve: Vec<(f64, RiskPoint)>,
    /// The labels that the target takes; `None` without a target.
    pub needed: Option<Needed>,
    model: Model,
    risk: RiskCurve,
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

/// Where another encoder becomes the best one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Crossing {
    /// n.
    pub samples: f64,
    /// Position of the best one below it.
    pub from: usize,
    /// And above it.
    pub to: usize,
}

impl Best {
    /// Whether the second may be as good.
    #[must_use]
    pub fn is_close(&self) -> bool {
        self.ahead.is_some_and(|ahead| ahead.difference.abs() <= BAND * ahead.standard_error)
    }
}

/// Points of a curve.
const POINTS: usize = 60;
/// Fewer labels than this are not compared.
const FEWEST: f64 = 10.0;
/// Curves go on to so many times the rows, where a target is asked for further: it is looked for up to there.
const FURTHEST: (f64, f64) = (4.0, 20.0);

/// Everything asked for.
///
/// # Errors
/// One sentence about an encoder's file, a number of rows that differs, or a metric that does not apply;
/// [`ScenarioError::Interrupted`] once `stop` says so.
pub fn compare(request: &Request, stop: &(dyn Fn() -> bool + Sync)) -> Result<Comparison, ScenarioError> {
    let mut encoders: Vec<Encoder> = Vec::with_capacity(request.encoders.len());
    let mut warnings = Vec::new();
    let mut rows = None;
    for (name, features) in &request.encoders {
        let model = Model::new(&request.of(features)?, None, stop)?;
        let Some(pool) = model.pool() else {
            return Err(ScenarioError::new("encoders are compared on real features and targets"));
        };
        let (of_first, own) = (*rows.get_or_insert((name, pool.rows())), pool.rows());
        if of_first.1 != own {
            return Err(ScenarioError::new(format!(
                "--features {name}: {own} labelled rows where {} has {}; accepted are encoders of the same rows",
                of_first.0, of_first.1
            )));
        }
        if request.metric != Metric::Risk && pool.tasks().iter().any(|t| t.class_size.is_none()) {
            let metric = request.metric.name();
            return Err(ScenarioError::new(format!(
                "--metric: {metric} is told of classes, and these targets are numbers; accepted is risk"
            )));
        }
        warnings.extend(model.warnings().iter().map(|warning| format!("{name}: {warning}")));
        let risk = model.risk_curve(&model.scenario().featurization)?;
        let dimension = model.dimension();
        encoders.push(Encoder {
            name: name.clone(),
            dimension,
            points: Vec::new(),
            curve: Vec::new(),
            needed: None,
            model,
            risk,
        });
    }
    let rows = rows.map_or(0, |(_, rows)| rows);
    let samples = request.samples(rows as f64);
    let furthest = if request.target.is_some() { FURTHEST.1 } else { FURTHEST.0 };
    let furthest = samples.iter().copied().fold(furthest * rows as f64, f64::max);
    let along = budget::along(FEWEST, furthest, POINTS);
    for encoder in &mut encoders {
        encoder.points = encoder.at_all(&samples, request, None, stop)?;
        encoder.curve = encoder.at_all(&along, request, Some(request.metric), stop)?;
        let at = |n: f64| encoder.at(n, request, Some(request.metric));
        let wanted = request.target.map(|target| (request.metric, target));
        let needed = wanted.map(|wanted| budget::needed(&encoder.curve, wanted, &at)).transpose()?;
        encoder.needed = needed;
    }
    let best = samples.iter().map(|&n| best(&encoders, n, request)).collect::<Result<_, _>>()?;
    let crossings = crossings(&encoders, &along, request)?;
    let stretches = stretches(&encoders, &along, request, stop)?;
    let (metric, target) = (request.metric, request.target);
    Ok(Comparison { metric, rows, target, encoders, best, crossings, stretches, warnings })
}

impl Request {
    /// The scenario of one encoder.
    fn of(&self, features: &std::path::Path) -> Result<Scenario, ScenarioError> {
        let mut scenario = self.scenario.clone();
        let Some(data) = &mut scenario.data else {
            return Err(ScenarioError::new("encoders are compared on real features and targets"));
        };
        data.features = features.into();
        Ok(scenario)
    }

    fn samples(&self, rows: f64) -> Vec<f64> {
        if !self.samples.is_empty() {
            return self.samples.clone();
        }
        let all = [0.125, 0.25, 0.5, 1.0, 2.0, 4.0].map(|share| (share * rows).round());
        all.into_iter().filter(|n| *n >= FEWEST).collect()
    }
}

impl Encoder {
    fn at_all(
        &self,
        samples: &[f64],
        request: &Request,
        only: Option<Metric>,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<Vec<(f64, RiskPoint)>, ScenarioError> {
        let at = |&n: &f64| {
            if stop() { Err(ScenarioError::Interrupted) } else { Ok((n, self.at(n, request, only)?)) }
        };
        samples.iter().map(at).collect()
    }

    /// At one n: all metrics, or one beside the risk.
    fn at(&self, samples: f64, request: &Request, only: Option<Metric>) -> Result<RiskPoint, ScenarioError> {
        let ratio = SampleRatio::new(samples / self.dimension as f64)?;
        let noise = self.model.noise();
        let Some(metric) = only else { return Ok(self.risk.evaluate(ratio, request.ridge, noise)?) };
        let found = self.risk.curve(&[ratio], request.ridge, noise, metric, &|| false)?;
        found.into_iter().next().ok_or(ScenarioError::Interrupted)
    }

    /// The metric with what every row adds to it.
    fn told(&self, samples: f64, request: &Request) -> Result<Option<Told>, ScenarioError> {
        let ratio = SampleRatio::new(samples / self.dimension as f64)?;
        Ok(self.risk.told(ratio, request.ridge, request.metric)?)
    }
}

/// Index and metric of the encoders that can be told at one n, the best first.
fn ranked(values: impl Iterator<Item = Option<f64>>, metric: Metric) -> Vec<(usize, f64)> {
    let mut all: Vec<(usize, f64)> =
        values.enumerate().filter_map(|(i, value)| Some((i, value.filter(|v| v.is_finite())?))).collect();
    let sign = if metric.less_is_better() { 1.0 } else { -1.0 };
    all.sort_by(|a, b| (sign * a.1).total_cmp(&(sign * b.1)));
    all
}

fn best(encoders: &[Encoder], samples: f64, request: &Request) -> Result<Option<Best>, ScenarioError> {
    let told = encoders.iter().map(|e| e.told(samples, request)).collect::<Result<Vec<_>, _>>()?;
    let ranked = ranked(told.iter().map(|told| told.as_ref().map(|t| t.value)), request.metric);
    let Some(&(first, _)) = ranked.first() else { return Ok(None) };
    let of = |i: usize| told.get(i).and_then(Option::as_ref);
    let second = ranked.get(1).and_then(|(second, _)| of(*second));
    let ahead = of(first).zip(second).and_then(|(first, second)| first.less(second));
    Ok(Some(Best { samples, encoder: first, ahead }))
}

/// Who is ahead along n, as far as more than one can be told.
fn stretches(
    encoders: &[Encoder],
    along: &[f64],
    request: &Request,
    stop: &(dyn Fn() -> bool + Sync),
) -> Result<Vec<(f64, f64, Option<usize>)>, ScenarioError> {
    let mut all: Vec<(f64, f64, Option<usize>)> = Vec::new();
    let mut last: Option<f64> = None;
    for &n in along {
        if stop() {
            return Err(ScenarioError::Interrupted);
        }
        let Some(best) = best(encoders, n, request)?.filter(|best| best.ahead.is_some()) else {
            last = None;
            continue;
        };
        let ahead = (!best.is_close()).then_some(best.encoder);
        match (all.last_mut(), last) {
            (Some(stretch), Some(_)) if stretch.2 == ahead => stretch.1 = n,
            (_, Some(before)) => {
                let middle = (before * n).sqrt();
                all.last_mut().into_iter().for_each(|stretch| stretch.1 = middle);
                all.push((middle, n, ahead));
            }
            (_, None) => all.push((n, n, ahead)),
        }
        last = Some(n);
    }
    Ok(all)
}

/// Where the best one of those that can all be told changes.
fn crossings(encoders: &[Encoder], along: &[f64], request: &Request) -> Result<Vec<Crossing>, ScenarioError> {
    let winner = |values: Vec<Option<f64>>| {
        let ranked = ranked(values.into_iter(), request.metric);
        (ranked.len() == encoders.len()).then(|| ranked.first().map(|(i, _)| *i)).flatten()
    };
    let on_curve = |i: usize| {
        winner(encoders.iter().map(|e| e.curve.get(i).and_then(|(_, p)| p.value(request.metric))).collect())
    };
    let between = |n: f64| {
        let points = encoders.iter().map(|e| e.at(n, request, Some(request.metric)));
        let points = points.collect::<Result<Vec<_>, _>>();
        Ok::<_, ScenarioError>(winner(points?.iter().map(|p| p.value(request.metric)).collect()))
    };
    let mut found = Vec::new();
    for (i, pair) in along.windows(2).enumerate() {
        let (&[mut low, mut high], Some(from), Some(to)) = (pair, on_curve(i), on_curve(i + 1)) else {
            continue;
        };
        if from == to {
            continue;
        }
        while high / low > 1.0 + 1e-4 {
            let middle = (low * high).sqrt();
            if between(middle)? == Some(from) { low = middle } else { high = middle }
        }
        found.push(Crossing { samples: high, from, to });
    }
    Ok(found)
}
