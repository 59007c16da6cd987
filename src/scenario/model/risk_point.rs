//! The risk at one sample ratio; for real rows with its standard error, AUC and accuracy (section 9).

use crate::data::path::Reach;
use crate::theory::{Risk, SampleRatio};

/// A measure of performance along the sample axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Metric {
    #[default]
    /// R, noise floor included.
    Risk,
    /// Area under the ROC curve; of real classes only.
    Auc,
    /// Share of rows whose class has the highest score; of the classes of one label file only.
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
        match metric {
            Metric::Risk => self.risk.map(|r| r.risk),
            Metric::Auc => self.shown?.auc.map(|e| e.value),
            Metric::Accuracy => self.shown?.accuracy.map(|e| e.value),
        }
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

    pub(in crate::scenario) const fn exact(sample_ratio: SampleRatio, risk: Option<Risk>) -> Self {
        Self { sample_ratio: sample_ratio.get(), risk, shown: None }
    }
}
