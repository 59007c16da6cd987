//! Which of several encoders is better with n labels, and how many labels each needs: what `compare` prints, and what the
//! screen tells at its crosshair (section 9.5).

use std::sync::Arc;

use super::budget::{self, Budget, Needed};
use super::budgets::Budgets;
use super::compared::Subject;
use super::curve::{CurvesRequest, Detail};
use super::encoders::{Best, Encoders};
use super::rivals::{Along, Crossing, POINTS};
use super::{SampleSize, Window};
use crate::scenario::{Metric, Model, RiskPoint, Scenario, ScenarioError};

/// What is compared, on what.
#[derive(Debug, Clone)]
pub struct Request {
    /// The encoders, the rows' targets, the task, featurization and ridge: λ is in units of each encoder's own features.
    pub scenario: Scenario,
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
    /// The value that labels are wanted for, as asked.
    pub target: Option<f64>,
    /// In the order asked for; positions elsewhere are into these.
    pub encoders: Vec<Encoder>,
    /// The best encoder at each of the points' n, in their order; where none can be told there is none.
    pub best: Vec<Option<Best>>,
    /// Along n.
    pub along: Along,
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
    /// The labels that the target takes; `None` without a target.
    pub needed: Option<Needed>,
}

/// What a screen tells of several encoders.
#[derive(Debug, Clone)]
pub struct Rivals {
    /// Over the window.
    pub along: Arc<Along>,
    /// Each by name at the crosshair, in their order.
    pub points: Vec<(String, RiskPoint)>,
    /// What has read each.
    pub models: Vec<Arc<Model>>,
    /// The best one there.
    pub best: Option<Best>,
    /// What the labels there are are worth with each; `None` until that is known.
    pub budgets: Option<Arc<Budgets>>,
}

/// Curves go on to so many times the rows, where a target is asked for further: it is looked for up to there.
const FURTHEST: (f64, f64) = (4.0, budget::FURTHEST);

/// Everything asked for.
///
/// # Errors
/// One sentence about an encoder's file, a number of rows that differs, or a metric that does not apply;
/// [`ScenarioError::Interrupted`] once `stop` says so.
pub fn compare(request: &Request, stop: &(dyn Fn() -> bool + Sync)) -> Result<Comparison, ScenarioError> {
    let Request { scenario, metric, target, .. } = request;
    let (metric, target) = (*metric, *target);
    let encoders = Encoders::new(scenario, None, None, stop)?;
    let first = encoders.all().first().map(|e| &e.model);
    let Some((first, pool)) = first.and_then(|model| Some((model, model.pool()?))) else {
        return Err(ScenarioError::new("encoders are compared on real features and targets"));
    };
    if metric != Metric::Risk && pool.tasks().iter().any(|t| t.class_size.is_none()) {
        let metric = metric.name();
        return Err(ScenarioError::new(format!(
            "--metric: {metric} is told of classes, and these targets are numbers; accepted is risk"
        )));
    }
    let rows = encoders.rows() as f64;
    let samples = request.samples(rows);
    let furthest = if target.is_some() { FURTHEST.1 } else { FURTHEST.0 };
    let furthest = samples.iter().copied().fold(furthest * rows, f64::max);
    let p = first.dimension() as f64;
    let wanted = CurvesRequest {
        scenario: first.scenario().clone(),
        subjects: vec![Subject::chosen(first.scenario())],
        axis: Window { from: budget::FEWEST / p, to: furthest / p, log: true }.into(),
        points: POINTS,
        fixed: SampleSize::Ratio(1.0),
        detail: Detail::Drawn,
        metric,
    };
    let along = Along::new(&encoders, &wanted, stop)?;
    let budgets = Budgets::of(&encoders, metric, target, stop)?;
    let one = |(encoder, budget): (&super::encoders::Encoder, &Budget)| {
        let at =
            |&n: &f64| if stop() { Err(ScenarioError::Interrupted) } else { Ok((n, encoder.at(n, None)?)) };
        Ok(Encoder {
            name: encoder.name.clone(),
            dimension: encoder.dimension(),
            points: samples.iter().map(at).collect::<Result<_, ScenarioError>>()?,
            needed: budget.target.map(|(_, needed)| needed),
        })
    };
    let all = encoders.all().iter().zip(&budgets.each).map(one).collect::<Result<Vec<_>, ScenarioError>>()?;
    let best = samples.iter().map(|&n| encoders.best(n, metric)).collect::<Result<_, _>>()?;
    let warnings = encoders.warnings().to_vec();
    Ok(Comparison { target, encoders: all, best, along, warnings })
}

impl Request {
    fn samples(&self, rows: f64) -> Vec<f64> {
        if !self.samples.is_empty() {
            return self.samples.clone();
        }
        let all = [0.125, 0.25, 0.5, 1.0, 2.0, 4.0].map(|share| (share * rows).round());
        all.into_iter().filter(|n| *n >= budget::FEWEST).collect()
    }
}

impl Rivals {
    /// At a crosshair of so many labels.
    pub(super) fn at(
        encoders: &Encoders,
        along: Arc<Along>,
        samples: f64,
        budgets: Option<Arc<Budgets>>,
    ) -> Result<Self, ScenarioError> {
        let one = |encoder: &super::encoders::Encoder| Ok((encoder.name.clone(), encoder.at(samples, None)?));
        let points = encoders.all().iter().map(one).collect::<Result<Vec<_>, ScenarioError>>()?;
        let best = encoders.best(samples, along.metric)?;
        let models = encoders.all().iter().map(|encoder| Arc::clone(&encoder.model)).collect();
        Ok(Self { along, points, models, best, budgets })
    }

    /// Where to look: the crossings, or that there is none.
    #[must_use]
    pub fn look(&self) -> String {
        let name = |encoder: usize| self.points.get(encoder).map_or("", |(name, _)| name.as_str());
        let one = |c: &Crossing| {
            format!("from n = {:.0} on {} is better than {}", c.samples, name(c.to), name(c.from))
        };
        match self.along.crossings.as_slice() {
            [] => "no encoder becomes better than another in this range of n".into(),
            all => all.iter().map(one).collect::<Vec<_>>().join(", "),
        }
    }

    /// Who is ahead at the crosshair, and whether that can be called: `minilm is ahead by 0.031 ± 0.012`.
    #[must_use]
    pub fn ahead(&self) -> Option<String> {
        let best = self.best?;
        let (name, _) = self.points.get(best.encoder)?;
        Some(super::words::ahead(name, &best))
    }
}
