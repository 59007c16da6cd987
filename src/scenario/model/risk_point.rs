//! The risk at one sample ratio; for real rows with its standard error, AUC and accuracy (section 9).

use crate::data::path::Reach;
use crate::data::{Metric, Scores};
use crate::theory::transfer::LabelScores;
use crate::theory::{Risk, SampleRatio};

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

/// Estimates of the leave-one-out path alone, without subsampled fits (sections 9.2 to 9.4).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PathOnly {
    /// Risk R.
    pub risk: f64,
    /// Standard error of the risk.
    pub standard_error: f64,
    /// Metrics of classes, see [`RowEstimates::scores`].
    pub scores: Scores<Estimate>,
}

/// Metrics of fits with a fixed number of labels of each class.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PerClass {
    /// Labels of each class; smaller classes give fewer.
    pub count: usize,
    /// Sample size n.
    pub samples: usize,
    /// Number of classes with too few labels, which give all but one.
    pub fewer: usize,
    /// Number of fits.
    pub draws: usize,
    /// Mean risk over the fits.
    pub risk: Estimate,
    /// Standard deviation of the risk from one draw to the next.
    pub spread: f64,
    /// Mean of each metric of classes over the fits.
    pub scores: Scores<Estimate>,
}

/// Fits on random subsamples of one size, tested on the other rows (section 9.4a).
#[derive(Debug, Clone, PartialEq)]
pub struct SubsampledFits {
    /// Sample size n.
    pub samples: f64,
    /// Number of fits.
    pub draws: usize,
    /// Mean of each metric over the fits, and its standard error over them; without metrics that some fit lacks.
    pub metrics: Scores<Estimate>,
}

/// Estimates from real rows that accompany the risk.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RowEstimates {
    /// Standard error of the risk.
    pub standard_error: f64,
    /// Metrics of classes; none where it is not requested, does not apply, or cannot be estimated.
    pub scores: Scores<Estimate>,
    /// Standard deviation of the risk between draws of n rows; `None` without subsampled fits.
    pub spread: Option<f64>,
    /// Whether subsampled fits changed one of these numbers (section 9.4a).
    pub anchored: bool,
    /// Estimates without subsampled fits.
    pub path: PathOnly,
    /// Whether the risk at this n can be estimated from the rows.
    pub reach: Reach,
    /// Whether the noise variance is an upper bound: part of it may be signal that so few rows do not resolve.
    pub noise_is_bound: bool,
    /// Whether the best ridge lies at the edge of the range that the rows resolve, so that the risk is an upper
    /// bound.
    pub at_most: bool,
    /// The ridge as `alpha` of scikit-learn's `Ridge(alpha=…)` on n rows of the original columns; `None` if the
    /// featurization rescales them.
    pub alpha: Option<f64>,
    /// Standard deviation of a numeric target; `None` for classes and for several targets.
    pub unit: Option<f64>,
    /// Number of groups in n rows, for groups of the mean size of the given ones; `None` without groups.
    pub groups: Option<f64>,
    /// The fewest and the most rows that a task has; `None` where all have the same rows.
    pub task_rows: Option<(usize, usize)>,
}

/// The risk of one featurization at one sample ratio.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RiskPoint {
    /// Sample ratio α = n/p.
    pub sample_ratio: f64,
    /// The risk; `None` if the featurization or the ridge does not exist, or the labels are too few to estimate it.
    pub risk: Option<Risk>,
    /// Estimates from real rows; `None` for an exactly known population.
    pub shown: Option<RowEstimates>,
    /// Scores on labels ±1 of a population, if requested and if there is a formula.
    pub scores: Option<LabelScores>,
}

impl Metric {
    /// The value this many standard errors above the estimate, on a scale where an interval stays within the range of
    /// the metric and few rows give a nearly symmetric distribution: the logarithm for a risk (and 1 − R²), and the
    /// log-odds for shares. It moves at most twice as far as linearly, because near an end of the range these scales have
    /// no bound; an estimate at an end moves linearly within the range.
    #[must_use]
    pub fn moved(self, estimate: Estimate, errors: f64) -> f64 {
        let Estimate { value, standard_error } = estimate;
        let of_risk = |risk: f64, errors: f64| {
            if risk > 0.0 && risk.is_finite() { risk * (errors * standard_error / risk).exp() } else { risk }
        };
        let moved = match self {
            Self::Risk => of_risk(value, errors),
            Self::R2 => 1.0 - of_risk(1.0 - value, -errors),
            _ if value > 0.0 && value < 1.0 => {
                let odds = value / (1.0 - value) * (errors * standard_error / (value * (1.0 - value))).exp();
                if odds.is_finite() { odds / (1.0 + odds) } else { 1.0 }
            }
            _ => (value + errors * standard_error).clamp(0.0, 1.0),
        };
        let far = 2.0 * (errors * standard_error).abs();
        moved.max(value - far).min(value + far)
    }

    /// The interval of [`BAND`] standard errors on either side, see [`Metric::moved`].
    #[must_use]
    pub fn band(self, estimate: Estimate) -> (f64, f64) {
        (self.moved(estimate, -BAND), self.moved(estimate, BAND))
    }

    /// The value at a point, if there is one.
    #[must_use]
    pub fn of(
        self,
        risk: Option<&Risk>,
        shown: Option<&RowEstimates>,
        scores: Option<&LabelScores>,
    ) -> Option<f64> {
        match self {
            Self::Risk => risk.map(|risk| risk.risk),
            Self::R2 => shown.and(risk).map(|risk| 1.0 - risk.risk),
            _ => match (shown, self) {
                (Some(shown), _) => Some(shown.scores.get(self)?.value),
                (None, Self::Auc) => scores.map(|scores| scores.auc),
                (None, Self::Accuracy) => scores.map(|scores| scores.accuracy),
                (None, _) => None,
            },
        }
    }
}

impl RiskPoint {
    /// The metric's value if there is one; infinite at a pole of the risk.
    #[must_use]
    pub fn value(&self, metric: Metric) -> Option<f64> {
        metric.of(self.risk.as_ref(), self.shown.as_ref(), self.scores.as_ref())
    }

    /// The metric's value with its standard error; `None` if there is none or it is known exactly.
    #[must_use]
    pub fn estimate(&self, metric: Metric) -> Option<Estimate> {
        let shown = self.shown?;
        match metric {
            Metric::Risk => Some(Estimate { value: self.risk?.risk, standard_error: shown.standard_error }),
            Metric::R2 => {
                Some(Estimate { value: 1.0 - self.risk?.risk, standard_error: shown.standard_error })
            }
            _ => shown.scores.at(metric),
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Ends of the band by hand: 0.5·e^{±0.164}, odds of 9 times e^{±0.0328/0.09}; near 1 twice the linear distance.
    #[test]
    fn bands_stay_within_the_range_of_the_metric() {
        let band = |metric: Metric, value, standard_error| metric.band(Estimate { value, standard_error });
        let near = |found: (f64, f64), low: f64, high: f64| {
            assert!((found.0 - low).abs() < 1e-4 && (found.1 - high).abs() < 1e-4, "{found:?}");
        };
        near(band(Metric::Risk, 0.5, 0.05), 0.42437, 0.58911);
        near(band(Metric::R2, 0.5, 0.05), 0.41089, 0.57563);
        near(band(Metric::Auc, 0.9, 0.02), 0.86209, 0.92835);
        let close = band(Metric::Auc, 0.9994, 0.01);
        near(close, 0.9994 - 0.0328, 1.0);
        near(band(Metric::Accuracy, 1.0, 0.01), 1.0 - 0.0164, 1.0);
        near(band(Metric::Risk, 1.0, 2.0), (-3.28_f64).exp(), 1.0 + 6.56);
        assert_eq!(band(Metric::Risk, f64::INFINITY, f64::NAN).0, f64::INFINITY);
    }
}
