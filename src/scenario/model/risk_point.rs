//! The risk at one sample ratio; for real rows with its standard error, AUC and accuracy (section 9).

use crate::data::path::Reach;
use crate::theory::transfer::LabelScores;
use crate::theory::{Risk, SampleRatio};

/// A measure of performance along the sample axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Metric {
    #[default]
    /// R, noise floor included.
    Risk,
    /// Area under the ROC curve: of the classes of real rows, or of the labels ±1 of a population (section 11.5).
    Auc,
    /// Share of rows whose class has the highest score; of a population, share of the labels ±1 whose sign the score has.
    Accuracy,
}

/// A number with its standard error.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// The estimate itself.
    pub value: f64,
    /// Its standard error.
    pub standard_error: f64,
}

/// Half-width of an error band in standard errors: 90 % of a normal distribution.
pub const BAND: f64 = 1.64;

impl Estimate {
    /// The interval of [`BAND`] standard errors on either side.
    #[must_use]
    pub fn band(self) -> (f64, f64) {
        (self.value - BAND * self.standard_error, self.value + BAND * self.standard_error)
    }
}

/// Estimates from real rows beside the risk.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shown {
    /// Standard error of the risk.
    pub standard_error: f64,
    /// Area under the ROC curve; `None` where it is not requested, does not apply, or cannot be estimated.
    pub auc: Option<Estimate>,
    /// Share of rows whose class has the highest score; `None` as for `auc`.
    pub accuracy: Option<Estimate>,
    /// Whether the risk at this n can be estimated from the rows.
    pub reach: Reach,
    /// The noise variance is an upper bound: part of it may be signal that so few rows do not resolve.
    pub noise_is_bound: bool,
    /// The best ridge lies at the edge of the range that the rows resolve: the risk is at most this.
    pub at_most: bool,
    /// The ridge for scikit-learn's `Ridge(alpha=…)` on the n rows in the scale of their columns; `None` where the
    /// featurization has another scale.
    pub alpha: Option<f64>,
    /// Standard deviation of a numeric target on the rows; `None` for classes and for several targets.
    pub unit: Option<f64>,
    /// How many groups n rows are, of the mean size of those at hand; `None` without groups.
    pub groups: Option<f64>,
}

/// The risk of one featurization at one sample ratio.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RiskPoint {
    /// α = n/p.
    pub sample_ratio: f64,
    /// `None` where the featurization or the ridge does not exist, or too few labels estimate it.
    pub risk: Option<Risk>,
    /// `None` for a population that is known exactly.
    pub shown: Option<Shown>,
    /// Scores on labels ±1; of a population, where they were asked for and have a formula.
    pub scores: Option<LabelScores>,
}

impl Metric {
    /// The name in figures.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Risk => "risk",
            Self::Auc => "AUC",
            Self::Accuracy => "accuracy",
        }
    }

    /// Whether lower values are better.
    #[must_use]
    pub const fn less_is_better(self) -> bool {
        matches!(self, Self::Risk)
    }

    /// The value at a point, where there is one.
    #[must_use]
    pub fn of(self, risk: Option<&Risk>, shown: Option<&Shown>, scores: Option<&LabelScores>) -> Option<f64> {
        let estimate = |of: fn(&Shown) -> Option<Estimate>| Some(of(shown?)?.value);
        match self {
            Self::Risk => risk.map(|risk| risk.risk),
            Self::Auc => estimate(|shown| shown.auc).or_else(|| scores.map(|scores| scores.auc)),
            Self::Accuracy => {
                estimate(|shown| shown.accuracy).or_else(|| scores.map(|scores| scores.accuracy))
            }
        }
    }

    /// The condition of a target: `risk ≤`, `AUC ≥`.
    #[must_use]
    pub fn wanted(self) -> String {
        format!("{} {}", self.name(), if self.less_is_better() { "≤" } else { "≥" })
    }
}

impl RiskPoint {
    /// The metric's value where there is one; infinite at a pole of the risk.
    #[must_use]
    pub fn value(&self, metric: Metric) -> Option<f64> {
        metric.of(self.risk.as_ref(), self.shown.as_ref(), self.scores.as_ref())
    }

    /// The metric's value with its standard error; `None` where there is none, or where it is known exactly.
    #[must_use]
    pub fn estimate(&self, metric: Metric) -> Option<Estimate> {
        let shown = self.shown?;
        match metric {
            Metric::Risk => Some(Estimate { value: self.risk?.risk, standard_error: shown.standard_error }),
            Metric::Auc => shown.auc,
            Metric::Accuracy => shown.accuracy,
        }
    }

    /// A point without a risk.
    #[must_use]
    pub const fn gap(sample_ratio: f64) -> Self {
        Self { sample_ratio, risk: None, shown: None, scores: None }
    }

    pub(in crate::scenario) const fn exact(sample_ratio: SampleRatio, risk: Option<Risk>) -> Self {
        Self { sample_ratio: sample_ratio.get(), risk, shown: None, scores: None }
    }
}
