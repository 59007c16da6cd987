//! Which of several encoders is better with n labels, and how many labels each needs: what `compare` prints, and the
//! dashboard's summary of several encoders (section 9.5).

use std::sync::Arc;

use crate::scenario::{Metric, Model, RiskPoint, Scenario, ScenarioError, SubsampledFits};
use crate::study::axis::{SampleSize, Window};
use crate::study::curves::{CurvesRequest, Detail};
use crate::study::encoders::budgets::EncoderBudgets;
use crate::study::encoders::curves::{Crossover, EncoderCurves, POINTS};
use crate::study::encoders::{BestEncoder, Encoders, LoadedEncoder, Tie};
use crate::study::featurizations::CurveSpec;
use crate::study::labels::needed::LabelsNeeded;
use crate::study::labels::{self, LabelBudget};
use crate::study::words;

/// A comparison of encoders.
#[derive(Debug, Clone)]
pub struct Request {
    /// The encoders, the targets of their rows, the task, the featurization and the ridge. λ is in units of the
    /// features of each encoder.
    pub scenario: Scenario,
    /// The metric that is compared, and that `target` is a value of.
    pub metric: Metric,
    /// Numbers of labels; empty: an eighth of the rows to four times as many.
    pub samples: Vec<f64>,
    /// The value of the metric to be reached.
    pub target: Option<f64>,
}

/// A comparison of several encoders.
#[derive(Debug)]
pub struct Comparison {
    /// The value of the metric to be reached.
    pub target: Option<f64>,
    /// Results of each encoder, in the order of the request; indices elsewhere refer to it.
    pub encoders: Vec<EncoderResult>,
    /// The best encoder at each requested n, in their order; `None` where none can be estimated.
    pub best: Vec<Option<BestEncoder>>,
    /// The encoders that are statistically indistinguishable from the best one at each n.
    pub ties: Vec<Vec<Tie>>,
    /// The curves over n.
    pub curves: EncoderCurves,
    /// Caveats, one sentence each.
    pub warnings: Vec<String>,
    /// The comparison of the same rows with shuffled labels, where it was requested.
    pub control: Option<Box<Self>>,
}

/// Results of one encoder.
#[derive(Debug)]
pub struct EncoderResult {
    /// Name in the scenario.
    pub name: String,
    /// Number of features p.
    pub dimension: usize,
    /// The requested n and the point there.
    pub points: Vec<(f64, RiskPoint)>,
    /// The labels that the target needs; `None` without a target.
    pub needed: Option<LabelsNeeded>,
    /// Fits on random subsamples of the rows, by their size.
    pub subsampled: Vec<SubsampledFits>,
}

/// Several encoders on the dashboard.
#[derive(Debug, Clone)]
pub struct EncoderSummary {
    /// The curves over the window.
    pub curves: Arc<EncoderCurves>,
    /// Name of each encoder and its point at the crosshair, in their order.
    pub points: Vec<(String, RiskPoint)>,
    /// The model of each encoder, in their order.
    pub models: Vec<Arc<Model>>,
    /// The best encoder at the crosshair.
    pub best: Option<BestEncoder>,
    /// The label budgets; `None` until they are computed.
    pub budgets: Option<Arc<EncoderBudgets>>,
}

/// Curves end at this multiple of the rows, with a target at the multiple up to which it is searched.
const FURTHEST: (f64, f64) = (4.0, labels::FURTHEST);

/// Compares encoders.
///
/// # Errors
/// An encoder's file, a number of rows that differs, or a metric that does not apply to the targets;
/// [`ScenarioError::Interrupted`] once `stop` returns true.
pub fn compare(request: &Request, stop: &(dyn Fn() -> bool + Sync)) -> Result<Comparison, ScenarioError> {
    compare_encoders(&Encoders::new(&request.scenario, None, None, stop)?.anchored(stop)?, request, stop)
}

/// Compares encoders whose features are read, with the metric, samples and target of the request.
///
/// # Errors
/// Encoders without real rows, or a metric that does not apply to the targets; [`ScenarioError::Interrupted`] once `stop`
/// returns true.
pub fn compare_encoders(
    encoders: &Encoders,
    request: &Request,
    stop: &(dyn Fn() -> bool + Sync),
) -> Result<Comparison, ScenarioError> {
    let (metric, target) = (request.metric, request.target);
    let first = encoders.all().first().map(LoadedEncoder::model);
    let Some(first) = first.filter(|model| model.pool().is_some()) else {
        return Err(ScenarioError::new("encoders are compared on real features and targets"));
    };
    first.check_metric(metric)?;
    let rows = encoders.rows() as f64;
    let samples = request.samples(rows);
    let furthest = if target.is_some() { FURTHEST.1 } else { FURTHEST.0 };
    let furthest = samples.iter().copied().fold(furthest * rows, f64::max);
    let p = first.dimension() as f64;
    let wanted = CurvesRequest {
        scenario: first.scenario().clone(),
        specs: vec![CurveSpec::chosen(first.scenario())],
        axis: Window { from: labels::FEWEST / p, to: furthest / p, log: true }.into(),
        points: POINTS,
        fixed: SampleSize::Ratio(1.0),
        detail: Detail::Picture,
        metric,
    };
    let curves = EncoderCurves::new(encoders, &wanted, stop)?;
    let budgets = EncoderBudgets::of(encoders, metric, target, stop)?;
    let one = |(encoder, budget): (&LoadedEncoder, &LabelBudget)| {
        let at =
            |&n: &f64| if stop() { Err(ScenarioError::Interrupted) } else { Ok((n, encoder.at(n, None)?)) };
        Ok(EncoderResult {
            name: encoder.name.clone(),
            dimension: encoder.dimension(),
            points: samples.iter().map(at).collect::<Result<_, ScenarioError>>()?,
            needed: budget.target.map(|(_, needed)| needed),
            subsampled: encoder.subsampled()?,
        })
    };
    let all = encoders.all().iter().zip(&budgets.each).map(one).collect::<Result<Vec<_>, ScenarioError>>()?;
    let ties = samples.iter().map(|&n| encoders.ties(n, metric)).collect::<Result<_, _>>()?;
    let best = samples.iter().map(|&n| encoders.best(n, metric)).collect::<Result<_, _>>()?;
    let warnings = encoders.warnings().to_vec();
    Ok(Comparison { target, encoders: all, best, ties, curves, warnings, control: None })
}

impl Request {
    /// The comparison with the labels of the rows shuffled, without a target; `None` without real rows.
    #[must_use]
    pub fn with_shuffled_labels(&self) -> Option<Self> {
        Some(Self { scenario: self.scenario.with_shuffled_labels()?, target: None, ..self.clone() })
    }

    fn samples(&self, rows: f64) -> Vec<f64> {
        if !self.samples.is_empty() {
            return self.samples.clone();
        }
        let all = [0.125, 0.25, 0.5, 1.0, 2.0, 4.0].map(|share| (share * rows).round());
        all.into_iter().filter(|n| *n >= labels::FEWEST).collect()
    }
}

impl EncoderSummary {
    /// The summary at a crosshair of `samples` labels.
    ///
    /// # Errors
    /// A number of labels that is not positive.
    pub(in crate::study) fn at(
        encoders: &Encoders,
        curves: Arc<EncoderCurves>,
        samples: f64,
        budgets: Option<Arc<EncoderBudgets>>,
    ) -> Result<Self, ScenarioError> {
        let one = |encoder: &LoadedEncoder| Ok((encoder.name.clone(), encoder.at(samples, None)?));
        let points = encoders.all().iter().map(one).collect::<Result<Vec<_>, ScenarioError>>()?;
        let best = encoders.best(samples, curves.metric)?;
        let models = encoders.all().iter().map(|encoder| Arc::clone(encoder.model())).collect();
        Ok(Self { curves, points, models, best, budgets })
    }

    /// Names of the better encoder above and below a crossover.
    #[must_use]
    pub fn names(&self, crossover: &Crossover) -> Option<(&str, &str)> {
        let name = |encoder: usize| self.points.get(encoder).map(|(name, _)| name.as_str());
        Some((name(crossover.to)?, name(crossover.from)?))
    }

    /// The crossovers in one sentence, or that there is none.
    #[must_use]
    pub fn crossovers(&self) -> String {
        let one = |c: &Crossover| {
            let (to, from) = self.names(c)?;
            Some(format!("from n = {:.0} on {to} is better than {from}", c.samples))
        };
        match self.curves.crossovers.as_slice() {
            [] => "no encoder becomes better than another in this range of n".into(),
            all => all.iter().filter_map(one).collect::<Vec<_>>().join(", "),
        }
    }

    /// The best encoder at the crosshair and its margin: `minilm, by 0.031 ± 0.012`.
    #[must_use]
    pub fn leader(&self) -> Option<String> {
        let best = self.best?;
        let (name, _) = self.points.get(best.encoder)?;
        Some(words::leader(name, &best))
    }
}
