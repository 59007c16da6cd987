//! What is told at one sample ratio: the risk, and of real rows how sure it is and what it means for classes (section 9).

use crate::data::path::Reach;
use crate::theory::{Risk, SampleRatio};

/// What is read along the sample axis.
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

/// A number and how sure it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// The estimate itself.
    pub value: f64,
    /// How far `value` is off as a rule.
    pub standard_error: f64,
}

/// Standard errors on either side of an estimate that bands are drawn at.
pub const BAND: f64 = 1.64;

impl Estimate {
    /// From where to where it may be: [`BAND`] standard errors on either side.
    #[must_use]
    pub fn band(self) -> (f64, f64) {
        (self.value - BAND * self.standard_error, self.value + BAND * self.standard_error)
    }
}

/// What real rows say beside the risk.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shown {
    /// Of the risk.
    pub standard_error: f64,
    /// `None` where it was not asked for, does not apply, or the rows cannot tell.
    pub auc: Option<Estimate>,
    /// Share of rows whose class has the highest score; `None` as for `auc`.
    pub accuracy: Option<Estimate>,
    /// How far the rows at hand can tell.
    pub reach: Reach,
    /// The noise is an upper bound: part of it may be signal that so few rows do not show.
    pub noise_is_bound: bool,
    /// The best ridge lies at the edge of what the rows can show: the risk is at most this.
    pub at_most: bool,
    /// The ridge as scikit-learn's `Ridge(alpha=…)` takes it, on the n rows in the scale of their own columns; `None` where
    /// the featurization has another scale.
    pub alpha: Option<f64>,
    /// Standard deviation of a numeric target on the rows; `None` for classes and for several targets.
    pub unit: Option<f64>,
}

/// The risk of one featurization at one sample ratio.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RiskPoint {
    /// α = n/p.
    pub sample_ratio: f64,
    /// `None` where there is none: no such featurization, no such ridge, or not enough labels to tell.
    pub risk: Option<Risk>,
    /// `None` for a population that is known exactly.
    pub shown: Option<Shown>,
}

impl Metric {
    /// As people read it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Risk => "risk",
            Self::Auc => "AUC",
            Self::Accuracy => "accuracy",
        }
    }

    /// Whether less of it is better.
    #[must_use]
    pub const fn less_is_better(self) -> bool {
        matches!(self, Self::Risk)
    }

    /// What a target of it is: `risk ≤`, `AUC ≥`.
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

    pub(super) const fn exact(sample_ratio: SampleRatio, risk: Option<Risk>) -> Self {
        Self { sample_ratio: sample_ratio.get(), risk, shown: None }
    }
}
